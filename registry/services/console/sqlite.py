"""A question to a SQLite file: asked by a process of its own, which is stopped when its time is over."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from registry.errors import NotFound, RegistryError
from registry.services import view_version
from registry.services.console import refusals
from registry.services.console.answers import Answer, Asked, Limits, distinct

# The same modules as this process has, and nothing that `site` would run first.
_CHILD = "import sys; sys.path = sys.argv[1:]; from registry.services.console.child import main; main()"
_GRACE = 0.2  # seconds after the limit: the child stops by itself unless one step of SQLite's machine takes longer


@contextmanager
def asked_of(file: Path, asked: Asked, audience: str) -> Iterator[Answer]:
    """The answer of a registry or an extract; its rows come as they are read.

    Raises:
        NotFound: there is no such file, table or column.
        UsageError: it is not one question, or uses what questions may not.
        RegistryError: it takes more time or memory than it may.
    """
    _must_exist(file)
    if not asked.sql.strip():
        raise refusals.nothing_asked()
    with _running(file, asked) as (child, stopped):
        lines = _lines(child, stopped, asked, audience)
        answer = Answer(distinct(next(lines)["columns"]), iter(()))
        answer.rows = _rows(answer, lines)
        yield answer


def tables(file: Path) -> refusals.Tables:
    """The tables that may be asked of, with their columns.

    Raises:
        NotFound: there is no such file.
    """
    _must_exist(file)
    asked = Asked("", {}, Limits())
    with _running(file, asked) as (child, stopped):
        told: refusals.Tables = next(_lines(child, stopped, asked, ""))["tables"]
    return told


def _must_exist(file: Path) -> None:
    if not file.exists():
        raise NotFound("registry", str(file), hint="make one with `registry init`, or name one with --database")


@contextmanager
def _running(file: Path, asked: Asked) -> Iterator[tuple["subprocess.Popen[bytes]", threading.Event]]:
    stopped = threading.Event()
    child = subprocess.Popen(  # noqa: S603 -- our own module
        [sys.executable, "-S", "-c", _CHILD, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )

    def stop() -> None:
        stopped.set()
        child.kill()

    clock = threading.Timer(asked.limits.seconds + _GRACE, stop)
    clock.daemon = True
    clock.start()
    try:
        _hand_over(child, file, asked)
        yield child, stopped
    finally:
        clock.cancel()
        child.kill()
        assert child.stdout is not None  # noqa: S101 -- it is a pipe
        child.stdout.close()
        child.wait()


def _hand_over(child: "subprocess.Popen[bytes]", file: Path, asked: Asked) -> None:
    question = {
        "file": _read_only(file),
        "sql": asked.sql,
        "values": {name: str(value) if isinstance(value, date) else value for name, value in asked.values.items()},
        "seconds": asked.limits.seconds,
        "memory": asked.limits.memory,
        "rows": asked.limits.rows,
        "noted": view_version.NOTED,
        "views": view_version.ours(),
    }
    assert child.stdin is not None  # noqa: S101 -- it is a pipe
    child.stdin.write(json.dumps(question).encode())
    child.stdin.close()


def _read_only(file: Path) -> str:
    # https://sqlite.org/uri.html; urllib would take longer to import than the question to answer
    path = str(file.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{path}?mode=ro"


def _lines(
    child: "subprocess.Popen[bytes]", stopped: threading.Event, asked: Asked, audience: str
) -> Iterator[dict[str, Any]]:
    assert child.stdout is not None  # noqa: S101 -- it is a pipe
    for line in child.stdout:
        if not line.endswith(b"\n"):
            break  # stopped while it was writing
        told: dict[str, Any] = json.loads(line)
        if "refused" in told:
            raise _refused(told, asked, audience)
        yield told
        if "more" in told:
            return
    raise refusals.too_long(asked.limits) if stopped.is_set() else refusals.too_large(asked.limits)


def _rows(answer: Answer, lines: Iterator[dict[str, Any]]) -> Iterator[list[Any]]:
    for line in lines:
        yield from line.get("rows", ())
        answer.more = line.get("more", False)


def _refused(told: dict[str, Any], asked: Asked, audience: str) -> RegistryError:
    match told["refused"]:
        case "time" | "memory" as spent:
            return (refusals.too_long if spent == "time" else refusals.too_large)(asked.limits)
        case "empty":
            return refusals.nothing_asked()
        case "version":
            return view_version.others()
        case "file":
            return RegistryError(f"sql: the file cannot be read: {told['said']}")
        case "closed":
            kind, name = told["denied"] or ("statement", "")
            return refusals.closed(kind, name, told["tables"])
    return _wrong(told["said"], told["place"], told["tables"], asked, audience)


def _wrong(said: str, place: int | None, tables: refusals.Tables, asked: Asked, audience: str) -> RegistryError:
    what, _, name = said.partition(": ")
    if what == "no such table":
        return refusals.no_table(name.removeprefix("main."), tables)
    if what == "no such column":
        return refusals.no_column(name.partition(" - ")[0].strip('"'), asked, tables, audience)
    if "one statement at a time" in said:
        return refusals.several()
    if "binding" in said:
        return refusals.no_value(asked)
    return refusals.wrong(asked, said, place)
