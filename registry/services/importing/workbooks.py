"""Spreadsheets: XLSX, XLSB, XLS and ODS, opened by a child process that is bounded in memory and time."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from registry.services.importing import archives, cells
from registry.services.importing.rows import SHEET, Layout, Problem, SourceRow, UnreadableFileError
from registry.services.importing.worker import LOCKED, NO_SHEET, UNREADABLE

_MEMORY = 1280 << 20
_SECONDS = 180
Found = Iterator[SourceRow | Problem]


class Book(NamedTuple):
    """The rows of a workbook, to be gone through once.

    Attributes:
        unread: the other sheets that are not hidden.
    """

    rows: Found
    unread: list[str]


@contextmanager
def opened(path: Path, name: str, layout: Layout, *, memory: int = _MEMORY, seconds: int = _SECONDS) -> Iterator[Book]:
    """The rows of one sheet or several, and a problem for each that cannot be one.

    The child writes to a file without a name, so that no transaction waits for it and memory stays small.

    Raises:
        UnreadableFileError: it cannot be opened, holds no such sheet, or asks for too much memory or time.
    """
    with path.open("rb") as file:
        if file.read(2) == b"PK":
            archives.check(path, name)
    with tempfile.TemporaryFile() as spool:
        _parse(path, name, layout, spool, (memory, seconds))
        spool.seek(0)
        lines = (json.loads(line) for line in spool)
        unread: list[str] = next(lines, [])
        yield Book(_tabled(lines, name, layout), unread)


def rows(path: Path, name: str, layout: Layout, *, memory: int = _MEMORY, seconds: int = _SECONDS) -> Found:
    """The rows alone, as `opened` has them."""
    with opened(path, name, layout, memory=memory, seconds=seconds) as book:
        yield from book.rows


def _parse(path: Path, name: str, layout: Layout, spool: IO[bytes], limits: tuple[int, int]) -> None:
    sheet = "" if layout.sheet is None else str(layout.sheet)
    call = [sys.executable, "-m", __name__.rpartition(".")[0] + ".worker", str(path.absolute()), sheet]
    memory, seconds = limits
    too_much = UnreadableFileError(name, "it needs more memory or time than is given to a file", "save it as CSV")
    try:
        done = subprocess.run(  # noqa: S603 -- our own module; the path is an argument of its own
            [*call, str(memory), str(seconds)], stdin=subprocess.DEVNULL, stdout=spool, stderr=subprocess.PIPE,
            timeout=seconds + 20, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise too_much from error
    if done.returncode == NO_SHEET:
        known = ", ".join(json.loads(done.stderr.decode().splitlines()[-1]))
        raise UnreadableFileError(name, f"it has no sheet {sheet!r}", f"its sheets are: {known}")
    if done.returncode == LOCKED:
        raise UnreadableFileError(name, "it has a password", "open it and save it without one")
    if done.returncode == UNREADABLE:
        raise UnreadableFileError(name, "it is no spreadsheet, or is damaged", "open it and save it again")
    if done.returncode:
        raise too_much


def _tabled(lines: Iterator[Any], name: str, layout: Layout) -> Found:
    """The rows of the sheets; of several, each row has its sheet's name as `@sheet`."""
    is_many = isinstance(layout.sheet, str) and "*" in layout.sheet
    first: list[str] = []
    head: list[str] | None = None
    sheet = str(next(lines, ""))
    for line in lines:
        if isinstance(line, str):
            _refuse_empty(head, name, sheet)
            sheet, head = line, None
            continue
        number, row = line
        if head is None:
            head = cells.headings(row) if number >= layout.heading and any(row) else None
            first = first or head or []
            _refuse_other(head, first, name, sheet)
        elif any(row):
            found = dict(zip(head, row, strict=False))
            yield SourceRow(sheet, number, found | {SHEET: sheet} if is_many else found)
    _refuse_empty(head, name, sheet)


def _refuse_empty(head: list[str] | None, name: str, sheet: str) -> None:
    if head is None:
        raise UnreadableFileError(name, f"the sheet {sheet!r} is empty", "name the sheet that holds the rows")


def _refuse_other(head: list[str] | None, first: list[str], name: str, sheet: str) -> None:
    """Refuse sheets that are to be read as one and have other headings: what stands under one would be lost unseen."""
    if head is not None and (other := sorted(set(head) ^ set(first))):
        why = f"the sheet {sheet!r} has other headings than the first: {', '.join(other[:6])}"
        raise UnreadableFileError(name, why, "make them the same, or load the sheets one by one with --sheet")
