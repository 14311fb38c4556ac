"""What a call imports before it does anything; `bench/startup.py` measures what that costs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"alembic", "jinja2", "prompt_toolkit", "pydantic", "rapidfuzz", "rich", "sqlalchemy", "sqlmodel", "weasyprint"}
HELP = (
    ["--help"],
    ["--version"],
    ["place", "--help"],
    ["place", "add", "--help"],
    ["nonsense"],
    ["place", "add", "--lat", "x"],
)


def imported(arguments: list[str]) -> set[str]:
    """The top-level modules that a call has imported by its end."""
    program = (
        "import sys\n"
        "from registry.cli import run\n"
        f"run({arguments!r})\n"
        "sys.stdout.write('\\n' + ' '.join({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", HELP, ids=" ".join)
def test_help_and_mistakes_import_nothing_heavy(arguments: list[str]) -> None:
    assert imported(arguments) & HEAVY == set()


def test_code_lists_are_shown_without_a_database() -> None:
    assert imported(["code", "list", "--format", "json"]) & HEAVY == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["place", "list"],
        ["place", "show", "SY07"],
        ["attack", "list"],
        ["claim", "list"],
        ["figure", "lint"],
        ["facility", "list"],
        ["source", "list"],
        ["report", "list"],
    ],
    ids=" ".join,
)
def test_what_only_reads_does_without_the_models(arguments: list[str], sqlite_database: str) -> None:
    loaded = imported(["--database", sqlite_database, *arguments])
    assert "sqlalchemy" in loaded
    assert not loaded & {"sqlmodel", "pydantic", "weasyprint", "jinja2", "alembic"}
