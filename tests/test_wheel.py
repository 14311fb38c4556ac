"""The wheel, installed where nothing else is: no checkout beside it, no development packages."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
# What the wheel holds of the folders beside the package, and what the package's own folders hold.
SHIPPED = {
    "migrations": "registry/_bundled/migrations",
    "reports/templates": "registry/_bundled/reports/templates",
    "registry/codelists": "registry/codelists",
    "registry/locale": "registry/locale",
    "registry/sql": "registry/sql",
}


def run(*command: str | Path, cwd: Path) -> str:
    """What a command printed; a failed one fails the test with its last words."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "REGISTRY_"))}
    done = subprocess.run(command, cwd=cwd, env=outside, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of a virtual environment that holds the wheel and what it requires, copied from our own."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=ROOT)
    (packages,) = folder.glob("lib/python*/site-packages")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", folder / "bin" / "python")
    run(*pip, "install", "--no-index", "--no-deps", wheel, cwd=folder)
    (installed,) = distributions(path=[str(packages)])
    for name in required(installed.requires or []):
        copy_installed(name, packages)
    run(*pip, "check", cwd=folder)
    return folder / "bin"


def required(direct: list[str]) -> set[str]:
    """The names of all distributions that these requirements bring on this machine, theirs included."""
    found: set[str] = set()
    pending = [(Requirement(line), "") for line in direct]
    while pending:
        requirement, extra = pending.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        further = distribution(requirement.name).requires or []
        for wanted in {"", *requirement.extras} if requirement.name not in found else requirement.extras:
            pending += [(Requirement(line), wanted) for line in further]
        found.add(requirement.name)
    return found


def copy_installed(name: str, packages: Path) -> None:
    installed = distribution(name)
    for file in installed.files or []:
        if ".." not in file.parts:  # scripts and manual pages lie outside, and the program needs none of them
            target = packages / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(str(installed.locate_file(file))), target)


def test_the_wheel_holds_every_file_that_the_program_reads(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for source, place in SHIPPED.items():
        kept = [path for path in (ROOT / source).rglob("*.*") if path.is_file() and "__pycache__" not in path.parts]
        assert kept, f"no file in {source}"
        assert {f"{place}/{path.relative_to(ROOT / source).as_posix()}" for path in kept} <= held
    assert any(name.endswith(".ttf") and name.startswith("registry/_bundled/reports/") for name in held)


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    held = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in held} == {"registry", "attack_registry"}
    assert not [name for name in held if name.endswith((".pyc", ".db"))]


def test_the_installed_program_makes_a_registry(programs: Path, tmp_path: Path) -> None:
    assert "Usage" in run(programs / "registry", "--help", cwd=tmp_path)
    run(programs / "registry", "init", cwd=tmp_path)
    assert (tmp_path / "registry.db").stat().st_size > 0


def test_the_installed_program_makes_a_sitrep(programs: Path, tmp_path: Path) -> None:
    run(programs / "registry", "demo", cwd=tmp_path)
    assert (tmp_path / "demo" / "registry.db").stat().st_size > 0
    assert (tmp_path / "demo" / "sitrep-en.pdf").read_bytes().startswith(b"%PDF-")
