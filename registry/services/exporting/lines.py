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

from sqlalchemy import Connection

from registry.cells import guarded, plain, plain_key, read_by_name, unturned
from registry.services.exporting.batches import AT_ONCE, Batch, batch
from registry.services.exporting.kinds import Kind, kind, wider

_REMEMBERED = 1 << 13  # cells of a column: there are few places, and many attacks
_KEY = 16  # bytes
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
# The characters that `cells.unturned` takes out.
_TURNS = re.compile(rb"\xd8\x9c|\xe2(?:\x80[\x8e\x8f\xaa-\xae]|\x81[\xa6-\xa9])")


class View:
    """The rows of a view, or of an extract's table, in the order of its keys: by cells, and as lines.

    Attributes:
        kinds: what the columns hold, as far as their cells were looked at.
    """

    def __init__(self, connection: Connection, name: str) -> None:
        """Of a connection to SQLite; the first column is `id`."""
        told = connection.exec_driver_sql(f'PRAGMA table_info("{name}")').all()
        self.columns: Sequence[str] = [row[1] for row in told]
        self.kinds: list[Kind] = [""] * len(told)
        self._connection = connection
        self._name = name
        self._declared = [str(row[2]).partition("(")[0].upper() for row in told]
        self._stands = [not read_by_name(column) for column in self.columns]
        self._rows: Sequence[Sequence[Any]] = ()  # those last read by cells
        self._done = 0
        self._ended = False
        self._register()

    def batches(self) -> Iterator[Batch]:
        """All rows by cells, but for those that were given as lines meanwhile."""
        while not self._ended:
            for rows in self._read("*"):
                self._rows = rows
                before = self._done = self._done + len(rows)
                one = batch(self.columns, rows)
                self.kinds = list(map(wider, self.kinds, one.kinds))
                yield one
                if self._done > before or self._ended:
                    break
            else:
                return

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """How many rows follow the last batch, and their lines, in blocks, as long as they are like those before."""
        if len(self._rows) < AT_ONCE:
            return
        self._learn()
        printed = ", ".join(map(self._printed, range(1, len(self.columns))))
        for rows in self._read(f"id, CAST(concat_ws(',', '', {printed}) AS BLOB)"):
            keys, cells = zip(*rows, strict=True)
            lines = list(map(add, _spelt(keys), cells))
            if not _foreseen(b"".join(lines), len(lines) * (len(self.columns) - 1)):
                return
            self._done += len(lines)
            block = b"\n".join((*lines, b""))
            yield len(lines), block.translate(_SHOW, _MARK) if _MARK in block else block
        self._ended = True

    def _read(self, asked: str) -> Iterator[Sequence[Any]]:
        sql = f'SELECT {asked} FROM "{self._name}" ORDER BY id LIMIT -1 OFFSET {self._done}'
        with self._connection.exec_driver_sql(sql, execution_options={"yield_per": AT_ONCE}) as result:
            yield from result.partitions(AT_ONCE)

    def _learn(self) -> None:
        """Note which columns hold cells that cannot stand as they are."""
        for at, values in enumerate(zip(*self._rows, strict=True)):
            held = set(values) - {None}
            if self._declared[at] == "BLOB":
                self._stands[at] &= all(isinstance(value, bytes) and len(value) == _KEY for value in held)
            elif self._stands[at]:
                self._stands[at] = _stand([str(value) for value in held])

    def _printed(self, at: int) -> str:
        """SQL that gives a column's cell: text, or what does not pass the check."""
        column, declared, found = self.columns[at], self._declared[at], self.kinds[at]
        quoted = f'"{column}"'
        if not found:
            return f"iif({quoted} IS NULL, '', '#')"
        if found == "bool" and declared in {"BOOLEAN", "INTEGER"}:
            return f"CASE {quoted} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE iif({quoted} IS NULL, '', '#') END"
        if self._stands[at] and found in _AS_IT_IS.get(declared, ()):
            return f"ifnull({quoted}, '')"
        what = "key" if declared == "BLOB" and self._stands[at] and column.endswith("id") else "cell"
        return f"iif({quoted} IS NULL, '', {self._name}_{what}_{at}({quoted}))"

    def _register(self) -> None:
        """Make the SQL functions that print cells; later, while rows are read, SQLite would refuse it."""
        driver: Any = self._connection.connection.dbapi_connection  # SQLAlchemy has no functions
        for at in range(len(self.columns)):
            for what, function in (("key", _key), ("cell", partial(self._cell, at))):
                name = f"{self._name}_{what}_{at}"
                driver.create_function(name, 1, lru_cache(_REMEMBERED)(function), deterministic=True)

    def _cell(self, at: int, value: Any) -> bytes:
        name = self.columns[at]
        told = plain(name, value)
        told = unturned(told) if isinstance(told, str) else told
        if self.kinds[at] != "text":
            self.kinds[at] = wider(self.kinds[at], kind(name, [told], [told]))
        return _MARK + _quoted(_TRUTH[told] if isinstance(told, bool) else str(guarded(told))).encode().translate(_HIDE)


def _spelt(keys: Sequence[Any]) -> Iterable[bytes]:
    """Keys as they are printed; those of the registry are bytes, those of an extract text."""
    if isinstance(keys[0], str):
        return map(str.encode, keys)
    return map(b"-".join, iter_unpack("8s4s4s4s12s", b"".join(keys).hex().encode()))


def _key(value: object) -> str:
    return plain_key(value) if isinstance(value, bytes) and len(value) == _KEY else "#"


def _quoted(text: str) -> str:
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
        and not (any(sign in lines for sign in (b"\xe2", b"\x9c")) and _TURNS.search(lines))
    )
