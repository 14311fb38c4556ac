"""What the README tells people to type works, and the paths that it names are there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def registry(arguments: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "registry", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def commands() -> list[list[str]]:
    block = README.partition("## Five things to try")[2].split("```")[1]
    lines = [line.partition("#")[0].strip() for line in block.splitlines() if line.startswith("registry ")]
    return [shlex.split(line)[1:] for line in lines]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("readme")
    done = registry(["demo"], made)
    assert done.returncode == 0, done.stderr
    return made


def test_there_are_five_things_to_try() -> None:
    assert len(commands()) == 5


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_a_thing_to_try_works(arguments: list[str], folder: Path) -> None:
    if arguments == ["attack", "add"]:
        pytest.skip("asks questions; a pseudo-terminal drives it in test_attack_dialogue")
    done = registry(arguments, folder, REGISTRY_DATABASE_URL="demo/registry.db", REGISTRY_USER="Amal")
    assert done.returncode == 0, done.stderr
    assert done.stdout or "Wrote" in done.stderr


def test_the_demo_can_be_made_again(folder: Path) -> None:
    before = (folder / "demo/sitrep-en.pdf").stat().st_mtime_ns
    assert registry(["demo"], folder).returncode == 0
    assert (folder / "demo/sitrep-en.pdf").stat().st_mtime_ns > before


def test_every_path_that_it_names_is_there() -> None:
    named = set(re.findall(r"\]\(([^)h][^)#]*)\)", README)) | set(
        re.findall(r"`((?:registry|reports|docs)/[\w/-]+)`", README)
    )
    assert named
    missing = [path for path in sorted(named) if not (ROOT / path).exists()]
    assert not missing
