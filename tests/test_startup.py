"""What a call costs before it does anything: which modules it imports, and how much of the processor it takes."""

import os
import resource
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


def cpu(arguments: list[str], environment: dict[str, str]) -> float:
    """The least processor time of ten calls: other work on the machine only ever adds to it."""
    spent = []
    for _ in range(10):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)


def test_help_takes_less_than_six_times_what_python_alone_takes(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(tmp_path)  # an installed program has its bytecode ready; so has this one
    call = ["-m", "registry", "--help"]
    cpu(call, environment)
    assert cpu(call, environment) < 6 * cpu(["-c", "pass"], environment)
