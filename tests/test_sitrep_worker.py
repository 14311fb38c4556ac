"""The processes that make sitreps: within their limits, and what is said where one ends before its file is made."""

import pickle
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cffi  # type: ignore[import-untyped] # no type information
import pytest
from jinja2 import Environment

from registry.errors import RegistryError
from registry.paths import PACKAGE, TEMPLATES
from registry.sitrep import declared, render, worker
from tests.sample_sitrep import SITREP
from tests.test_languages import in_language


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


def test_compiled_templates_are_kept_for_all_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one language said is never kept for another."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none" / "file"))
    (tmp_path / "none").write_text("no folder: nothing can be kept")
    wanted = [render.render_html(in_language(language)) for language in ("en", "ar")]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert [render.render_html(in_language(language)) for language in ("en", "ar")] == wanted
    kept = list((tmp_path / "cache").rglob("*.cache"))
    assert kept
    monkeypatch.setattr(Environment, "compile", lambda *_, **__: pytest.fail("a template was compiled again"))
    assert [render.render_html(in_language(language)) for language in ("ar", "en")] == wanted[::-1]


@pytest.mark.parametrize("damage", ["nothing", "ffi = (", "pass"])
def test_declarations_are_read_from_where_they_are_kept(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert _absolute_by_declared() == 3
    (file,) = (tmp_path / "registry").iterdir()
    if damage != "nothing":
        file.write_text(damage)
        assert _absolute_by_declared() == 3
    monkeypatch.setattr(declared, "FFI", lambda: pytest.fail("the declarations were read as C again"))
    assert _absolute_by_declared() == 3
    assert capsys.readouterr().out == ""  # the worker's file goes there


def _absolute_by_declared() -> int:
    with declared.kept():
        ffi = cffi.FFI()
    ffi.cdef("int abs(int number);")
    return ffi.dlopen(None).abs(-3)  # type: ignore[no-any-return] # cffi's libraries have no types


def test_declarations_are_made_where_nothing_can_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert _absolute_by_declared() == 3


def test_fonts_are_cut_by_harfbuzz_or_not_at_all() -> None:
    code = (
        "from registry.sitrep import loading; loading.load_weasyprint();"
        "from weasyprint.pdf import fonts; fonts.Font._fonttools_subset(type('F', (), {'file_content': b'',"
        " 'missing': ()})(), {}, False)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"install HarfBuzz with its subsetter" in done.stderr.splitlines()[-1]


def test_calls_from_any_depth_map_no_memory_anew() -> None:
    """Without the block, a call at the depth where a block of Python's stack ends has a page mapped each time."""

    def mapped_by_calls(depth: int) -> int:
        if depth:
            return max(mapped_by_calls(depth - 1), _mapped_by(lambda: None))
        return 0

    assert worker.in_one_block(lambda _form: mapped_by_calls(500))("pdf") < 50


def _mapped_by(call: Callable[[], None]) -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(100):
        call()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
