"""Rows of a view as lines of CSV that SQLite puts together, which takes a third of the work of cell after cell.

The first rows are read by cells, to learn what the columns hold. Then SQLite prints a column whose cells can stand as
they are, and a function in Python each cell of the others. Lines are checked a block at a time, by searches that look
at bytes and not at cells. A block in which something is not as it was so far is read by cells, and what it teaches
holds for the lines that follow it.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from io import StringIO
from operator import add
from struct import iter_unpack
from typing import Any

from registry.cells import guarded, plain, plain_key, read_by_name, turns, unturned
from registry.services.exporting.kinds import Kind, kind, wider
from registry.services.exporting.views import KEY, View

_REMEMBERED = 1 << 13  # cells of a column: there are few places, and many attacks
_TRUTH = {True: "true", False: "false"}
# What may stand as it is in a column of this declared type, which a view has from a table: expressions have none. That
# a column of days holds days is what the program writes, and is not looked at in every row.
_AS_IT_IS: Mapping[str, tuple[Kind, ...]] = {
    "INTEGER": ("int", "long"),
    "DATE": ("date",),
    "TEXT": ("text",),
    "VARCHAR": ("text",),
}
# UTF-8 never has these bytes. In cells that Python printed they stand for what the check would stumble over; the last
# one is before such a cell.
_HIDDEN = b"\xf8\xf9\xfa\xfb\xff"
_HIDE = bytes.maketrans(b',"\n\r', _HIDDEN[:4])
_SHOW = bytes.maketrans(_HIDDEN[:4], b',"\n\r')
_MARK = _HIDDEN[4:]
# A cell that begins otherwise than with an ASCII letter or digit, or U+00C0 to U+0FFF, or U+4000 to U+EFFF.
_PERHAPS_FORMULA = re.compile(rb",'*+[^,0-9A-Za-z\xc3-\xe0\xe4-\xee\xff]")


class Lines:
    """The rows of a view as lines of CSV, as long as they are like those that were read by cells before."""

    def __init__(self, view: View) -> None:
        """Of a view of which nothing was read."""
        self._view = view
        self._stands = [not read_by_name(column) for column in view.columns]
        self._register()

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """How many rows follow those that were read, and their lines, in blocks."""
        view = self._view
        if not self._learn():
            return
        printed = ", ".join(map(self._printed, range(1, len(view.columns))))
        for rows in view.left(f"id, CAST(concat_ws(',', '', {printed}) AS BLOB)"):
            keys, cells = zip(*rows, strict=True)
            lines = list(map(add, _spelt(keys), cells))
            if not _foreseen(b"".join(lines), len(lines) * (len(view.columns) - 1)):
                return
            view.take(len(lines))
            block = b"\n".join((*lines, b""))
            yield len(lines), block.translate(_SHOW, _MARK) if _MARK in block else block
        view.end()

    def _learn(self) -> bool:
        """Note which columns hold cells that cannot stand as they are; whether rows may be left."""
        samples = list(self._view.samples())
        for at, held in enumerate(samples):
            if self._view.declared[at] == "BLOB":
                self._stands[at] &= all(isinstance(value, bytes) and len(value) == KEY for value in held)
            elif self._stands[at]:
                self._stands[at] = _stand([str(value) for value in held])
        return bool(samples)

    def _printed(self, at: int) -> str:
        """SQL that gives a column's cell: text, or what does not pass the check."""
        view = self._view
        column, declared, found = view.columns[at], view.declared[at], view.kinds[at]
        quoted = f'"{column}"'
        if not found:
            return f"iif({quoted} IS NULL, '', '#')"
        if found == "bool" and declared in {"BOOLEAN", "INTEGER"}:
            return f"CASE {quoted} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE iif({quoted} IS NULL, '', '#') END"
        if self._stands[at] and found in _AS_IT_IS.get(declared, ()):
            return f"ifnull({quoted}, '')"
        what = "key" if declared == "BLOB" and self._stands[at] and column.endswith("id") else "cell"
        return f"iif({quoted} IS NULL, '', {view.name}_{what}_{at}({quoted}))"

    def _register(self) -> None:
        """Make the SQL functions that print cells; later, while rows are read, SQLite would refuse it."""
        driver: Any = self._view.connection.connection.dbapi_connection  # SQLAlchemy has no functions
        for at in range(len(self._view.columns)):
            for what, function in (("key", _key), ("cell", partial(self._cell, at))):
                name = f"{self._view.name}_{what}_{at}"
                driver.create_function(name, 1, lru_cache(_REMEMBERED)(function), deterministic=True)

    def _cell(self, at: int, value: Any) -> bytes:
        name, kinds = self._view.columns[at], self._view.kinds
        told = plain(name, value)
        told = unturned(told) if isinstance(told, str) else told
        if kinds[at] != "text":
            kinds[at] = wider(kinds[at], kind(name, [told], [told]))
        return _MARK + quoted(_TRUTH[told] if isinstance(told, bool) else str(guarded(told))).encode().translate(_HIDE)


def _spelt(keys: Sequence[Any]) -> Iterable[bytes]:
    """Keys as they are printed; those of the registry are bytes, those of an extract text."""
    if isinstance(keys[0], str):
        return map(str.encode, keys)
    return map(b"-".join, iter_unpack("8s4s4s4s12s", b"".join(keys).hex().encode()))


def _key(value: object) -> str:
    return plain_key(value) if isinstance(value, bytes) and len(value) == KEY else "#"


def quoted(text: str) -> str:
    """A cell as `csv` writes it."""
    if "," not in text and '"' not in text and "\n" not in text and "\r" not in text:
        return text
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow([text])
    return line.getvalue()[:-1]


def _stand(texts: Sequence[str]) -> bool:
    """Whether texts can be cells as they are."""
    return _foreseen("".join(f",{text}" for text in texts).encode(), len(texts))


def _foreseen(lines: bytes, commas: int) -> bool:
    """Whether there are no more cells than there should be, none to be quoted or guarded, and none turns text round."""
    return (
        lines.count(b",") == commas
        and not any(sign in lines for sign in (b'"', b"\n", b"\r"))
        and not _PERHAPS_FORMULA.search(lines)
        and not turns(lines)
    )
