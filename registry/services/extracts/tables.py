"""Tables of an extract, written in batches."""

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from registry.services.schema import JOINED

_NOBODY = uuid.UUID(int=0)


class Tables:
    """The tables of one file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # A file that is thrown away when it is not finished needs no journal of its own.
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA secure_delete=ON")
        self._columns: dict[str, int] = {}

    def make(self, table: str, columns: Sequence[str]) -> None:
        """An empty table."""
        names = ", ".join(f'"{name}"' for name in columns)
        self._connection.execute(f'CREATE TABLE "{table}" ({names})')
        self._columns[table] = len(columns)

    def add(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Rows, their values in the order of the columns."""
        marks = ", ".join("?" * self._columns[table])
        self._connection.executemany(
            f'INSERT INTO "{table}" VALUES ({marks})', ([stored(value) for value in row] for row in rows)
        )

    def write(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """A table with its rows."""
        self.make(table, columns)
        self.add(table, rows)

    def held(self, table: str, column: str) -> list[Any]:
        """The different values of a column."""
        sql = f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'
        return [row[0] for row in self._connection.execute(sql)]

    def drop(self, table: str, condition: str) -> None:
        """Take out the rows of which the condition is true."""
        self._connection.execute(f'DELETE FROM "{table}" WHERE {condition}')

    def finish(self) -> None:
        """Declare the types and keys, index the keys, and save."""
        for table in self._columns:
            names = [row[1] for row in self._connection.execute(f'PRAGMA table_info("{table}")')]
            self._declare(table, names)
            for name in sorted(name for name in names if name.endswith("_id")):
                self._connection.execute(f'CREATE INDEX "{table}_{name}" ON "{table}" ("{name}")')
        self._connection.execute("ANALYZE")
        self._connection.commit()

    def _declare(self, table: str, names: Sequence[str]) -> None:
        # Many programs take a column without a type for bytes, and compare numbers in it with text. What it holds is
        # known only now, so the table is copied into another.
        columns = ", ".join(self._column(table, name) for name in names)
        for step in (
            f"CREATE TABLE typed ({columns})",
            f'INSERT INTO typed SELECT * FROM "{table}"',
            f'DROP TABLE "{table}"',
            f'ALTER TABLE typed RENAME TO "{table}"',
        ):
            self._connection.execute(step)

    def _column(self, table: str, name: str) -> str:
        asked = f'SELECT DISTINCT typeof("{name}") FROM "{table}" WHERE "{name}" IS NOT NULL'
        held = {row[0] for row in self._connection.execute(asked)}
        kind = "INTEGER" if held == {"integer"} else "REAL" if held and held <= {"integer", "real"} else "TEXT"
        if name == "id" and self._tells_apart(table):
            return '"id" TEXT PRIMARY KEY'
        target = JOINED.get(name)
        points = f' REFERENCES "{target}" (id)' if target in self._columns and target != table else ""
        return f'"{name}" {kind}{points}'

    def _tells_apart(self, table: str) -> bool:
        # Documents that an audience is not told apart share a key.
        counted = self._connection.execute(f'SELECT count(*) = count(DISTINCT id) FROM "{table}"').fetchone()
        return bool(counted[0])


def stored(value: Any) -> Any:
    """A value as an extract holds it: keys and times as text, yes and no as 1 and 0; nobody's key is none."""
    if isinstance(value, uuid.UUID):
        return None if value == _NOBODY else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return int(value) if isinstance(value, bool) else value
