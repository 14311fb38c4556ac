"""The processes that make sitreps: within their limits, and what is said where one ends before its file is made."""

import pickle
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from registry.errors import RegistryError
from registry.paths import PACKAGE, TEMPLATES
from registry.sitrep import worker
from tests.sample_sitrep import SITREP


def test_html_comes_from_a_process_of_its_own() -> None:
    first, second = worker.files([SITREP, replace(SITREP, attacks=())], "html")
    assert first.startswith(b"<!DOCTYPE html>")
    assert first != second


@pytest.mark.parametrize("limit", [{"memory": 64 << 20, "seconds": 5}, {"seconds": 1}])
def test_too_much_is_refused_with_what_to_do(limit: dict[str, int]) -> None:
    with pytest.raises(RegistryError, match=r"more memory or time.*take a shorter period"):
        worker.pdfs([replace(SITREP, attacks=SITREP.attacks * 2000)], **limit)


def test_a_fault_of_the_program_is_called_so_and_tells_no_value(tmp_path: Path) -> None:
    """The page's own template is at fault here, in a copy of the program: nothing of the snapshot is told."""
    copy = tmp_path / "copy"
    shutil.copytree(PACKAGE, copy / "registry")
    shutil.copytree(TEMPLATES, copy / "reports" / "templates")
    (copy / "reports" / "templates" / "macros.html").write_text("{{ 1 / 0 }}")
    done = subprocess.run(
        [sys.executable, "-m", "registry.sitrep.worker", "html", str(worker.MEMORY), "60"],
        input=pickle.dumps(SITREP), capture_output=True, cwd=copy, env={"PYTHONPATH": str(copy)}, check=False,
    )  # fmt: skip
    assert done.returncode == worker.FAILED
    assert re.fullmatch(rb"sitrep: a fault of this program stopped it \(\w+\); report it with .*\n", done.stderr)
