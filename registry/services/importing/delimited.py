"""Text files of rows: CSV and its relatives. The encoding is declared or UTF-8, never guessed."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import IO

from registry.plurals import how_many
from registry.services.importing import cells
from registry.services.importing.rows import Layout, Problem, SourceRow, UnreadableFileError

_DELIMITERS = ",;\t|"
_LONGEST_CELL = 1_000_000
_LONGEST_LINE = 8_000_000
Found = Iterator[SourceRow | Problem]


def rows(stream: IO[bytes], name: str, layout: Layout) -> Found:
    """The rows of a delimited file, and a problem for each that cannot be one.

    Raises:
        UnreadableFileError: it is not text in this encoding, or its quotes do not end.
    """
    delimiter, lines, before = begun(_lines(_decoded(stream, name, layout), name, layout), layout.delimiter)
    yield from _parsed(lines, delimiter, before, name, layout)


def begun(lines: Iterator[str], given: str | None = None) -> tuple[str, Iterator[str], int]:
    """The delimiter of a file, its lines from the headings on, and how many stand before these.

    It is what the file declares, or `given`, or else what its first line has most of: a spreadsheet writes semicolons
    where a comma is for decimals.
    """
    first = next(lines, "")
    if first.casefold().startswith("sep=") and len(first.rstrip("\r\n")) == 5:  # Excel's own declaration
        return first[4], lines, 1
    return given or _delimiter(first), chain([first], lines), 0


def _decoded(stream: IO[bytes], name: str, layout: Layout) -> io.TextIOWrapper:
    encoding = "utf-8-sig" if layout.encoding.casefold().replace("_", "-") in ("utf-8", "utf8") else layout.encoding
    try:
        return io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")
    except LookupError as error:
        raise UnreadableFileError(name, f"no encoding is called {encoding!r}", "write utf-8 or windows-1256") from error


def _lines(text: io.TextIOWrapper, name: str, layout: Layout) -> Iterator[str]:
    number = 1
    try:
        while line := text.readline(_LONGEST_LINE):
            if "\0" in line:
                todo = "save it again as CSV in UTF-8, or declare its encoding (utf-16)"
                raise UnreadableFileError(name, f"line {number} holds a NUL character", todo)
            if len(line) == _LONGEST_LINE:
                raise UnreadableFileError(name, f"line {number} is too long to be one", "see whether it is a text file")
            yield line
            number += 1
    except UnicodeError as error:
        todo = "save it again in UTF-8, or declare the encoding, such as windows-1256 (Arabic) or windows-1252 (French)"
        raise UnreadableFileError(name, f"it is not {layout.encoding} text near line {number}", todo) from error
    finally:
        with suppress(ValueError):  # the file is closed already
            text.detach()  # it is whoever opened it that closes it


def _delimiter(line: str) -> str:
    bare = "".join(part for place, part in enumerate(line.split('"')) if place % 2 == 0)  # outside quotes
    return max(_DELIMITERS, key=bare.count)


def _parsed(lines: Iterator[str], delimiter: str, before: int, name: str, layout: Layout) -> Found:
    csv.field_size_limit(_LONGEST_CELL)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise UnreadableFileError(name, "the delimiter is not one character that can be one", 'give , ; | or "\\t"')
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    head: list[str] | None = None
    try:
        for row in reader:
            line = before + reader.line_num
            if head is None:
                head = _head(row, line, layout)
            elif any(row):
                yield from _row(head, row, line, layout)
    except csv.Error as error:
        why = "a quote is not closed" if "limit" in str(error) or "end of data" in str(error) else str(error)
        todo = "look at the quotes there; a quote inside a cell is written twice"
        raise UnreadableFileError(name, f"line {before + reader.line_num}: {why}", todo) from error
    if head is None:
        raise UnreadableFileError(name, "it holds no headings", "see whether it is the right file")


def _head(row: list[str], line: int, layout: Layout) -> list[str] | None:
    return cells.headings(row) if line >= layout.heading and any(row) else None


def _row(head: list[str], row: list[str], line: int, layout: Layout) -> Found:
    del layout
    while len(row) > len(head) and not row[-1]:
        row.pop()
    if len(row) != len(head):
        what = f"the row has {how_many(len(row), 'cell')}, the headings {len(head)}"
        yield Problem("", line, "", what, "look for a missing or unquoted delimiter")
    else:
        yield SourceRow("", line, dict(zip(head, cells.all_tidied(row), strict=True)))
