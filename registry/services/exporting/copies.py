"""Rows of a view of a PostgreSQL registry, as the server's COPY prints them: lines of CSV, in blocks.

Here columns have types, so that nothing has to be learned from their cells. Keys, days and times are spelt as
`cells.plain` does, text as it is held: who reads the blocks guards it.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import ReflectedColumn

from registry import db
from registry.cells import read_by_name
from registry.services.exporting.batches import AT_ONCE
from registry.services.exporting.kinds import Kind, by_name

KINDS: Mapping[type, Kind] = {str: "text", uuid.UUID: "text", time: "text", int: "int", float: "float", bool: "bool",
                              date: "date", datetime: "moment"}  # fmt: skip
# SQL of cells that COPY would spell otherwise, by their type.
_SPELT = {time: "left(CAST({0} AS text), 8)", datetime: """to_char({0}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""}
_AS_IT_IS: Mapping[type, str] = {}


class Copied:
    """The rows of a view in the order of its keys.

    Attributes:
        name, columns: the view's, and its columns'; the first is `id`.
        types: of Python, of the columns; each one of `KINDS`.
    """

    def __init__(self, connection: Connection, name: str, types: Mapping[str, type]) -> None:
        """Of a connection to PostgreSQL."""
        self.name = name
        self.columns: Sequence[str] = list(types)
        self.types: Sequence[type] = list(types.values())
        self._connection = connection
        self._opened = ExitStack()

    def blocks(self, spelt: Mapping[type, str] = _AS_IT_IS, *, rows: int = AT_ONCE) -> Iterator[list[bytes]]:
        """The lines of the rows, so many at a time.

        Args:
            spelt: SQL of further cells that are to be spelt otherwise.
            rows: how many; the last may be fewer.
        """
        spelt = {**_SPELT, **spelt}
        cells = [spelt.get(held, "{0}").format(f'v."{at}"') for at, held in zip(self.columns, self.types, strict=True)]
        sql = f'SELECT {", ".join(cells)} FROM "{self.name}" v ORDER BY v.id'
        lines = self._opened.enter_context(closing(db.copied(self._connection, sql)))
        while some := list(islice(lines, rows)):
            yield some

    def close(self) -> None:
        """Have the server send no more: an error on the way to the file leaves lines that nobody reads."""
        self._opened.close()

    @property
    def kinds(self) -> list[Kind]:
        """What the columns hold; of one that is empty, what its name or its type tells."""
        told = {name: KINDS[held] for name, held in zip(self.columns, self.types, strict=True)}
        open_ = [name for name, kind in told.items() if kind != by_name(name)]
        if open_:
            holds = ", ".join(f'EXISTS (SELECT FROM "{self.name}" WHERE "{name}" IS NOT NULL)' for name in open_)
            found = self._connection.exec_driver_sql(f"SELECT {holds}").one()
            told |= {name: "" for name, held in zip(open_, found, strict=True) if not held}
        return list(told.values())


def copied(connection: Connection, name: str, told: Sequence[ReflectedColumn]) -> Copied | None:
    """A view that has keys; None where some of its cells would not be printed as they are read.

    Args:
        connection: to PostgreSQL.
        name: the view's.
        told: its columns.
    """
    types = {str(one["name"]): one["type"].python_type for one in told}
    return Copied(connection, name, types) if all(map(_fits, types, types.values())) else None


def _fits(column: str, held: Any) -> bool:
    """Whether COPY prints cells of this type as they are read, and nothing but the type tells what they are."""
    kind, named = KINDS.get(held), by_name(column)
    if (held is time) != (column == "time_of_day"):
        return False
    return kind == named or (named == "text" and (kind == "bool" or (kind is not None and not read_by_name(column))))
