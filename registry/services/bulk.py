"""Many rows at once, journalled like any other: the same entries as a flush makes, written in batches.

The ORM handles one row at a time; a list of ten thousand attacks is half a million rows, journal included. What is
written here is held to the form of `work.write_entry` by a test: the same images, commitments and hashes.
"""

import hashlib
import json.encoder
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from time import time_ns
from typing import Any

from sqlalchemy import Table
from sqlmodel import SQLModel

from registry import db
from registry.services.work import Work

_JOURNAL = (
    "id", "node_id", "seq", "at", "by", "why", "action", "table_name", "row_id", "commitment", "prev_hash", "hash",
)  # fmt: skip
_SIZE = 2_000  # rows of one table that wait to be written together
_quoted: Callable[[str], str] = json.encoder.encode_basestring  # what json.dumps uses with ensure_ascii=False


def _stamp(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# How each type is spelt in an image; a test compares with `work.canonical`.
_SPELT: dict[type, Callable[[Any], str]] = {
    str: _quoted,
    int: int.__repr__,
    float: float.__repr__,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    uuid.UUID: lambda value: f'"{value}"',
    date: lambda value: f'"{value.isoformat()}"',
    datetime: lambda value: f'"{_stamp(value)}"',
    time: lambda value: f'"{value.isoformat()}"',
    bytes: lambda value: f'"{value.hex()}"',
}
# What SQLite's driver is given: the forms in which SQLAlchemy stores these types.
_FOR_SQLITE: dict[type, Callable[[Any], Any]] = {
    uuid.UUID: lambda value: value.bytes,
    bool: int,
    date: date.isoformat,
    datetime: lambda value: value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
    time: lambda value: value.strftime("%H:%M:%S.%f"),
}


class Form:
    """The columns of a table, their defaults, and how a row of it is spelt."""

    def __init__(self, table: Table, model: type[SQLModel] | None) -> None:
        self.name = table.name
        self.columns = [column.name for column in table.columns]
        fields = model.model_fields if model is not None else {}
        given = {name: field.default for name, field in fields.items() if field.default_factory is None}
        # A column without a default has none that is plain: pydantic's word for "undefined" stands there.
        self.defaults = {name: given.get(name) if _is_plain(given.get(name)) else None for name in self.columns}
        self._keys = [(name, f"{_quoted(name)}:") for name in sorted(self.columns)]

    def image(self, row: Mapping[str, Any]) -> bytes:
        """The row as canonical JSON."""
        parts = [key + _SPELT[type(value := row[name])](value) for name, key in self._keys]
        return ("{" + ",".join(parts) + "}").encode()


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


_FORMS: dict[str, Form] = {}


def form(table: str) -> Form:
    """The form of a table."""
    if table not in _FORMS:
        models = {str(model.__tablename__): model for model in _all_models(SQLModel)}
        _FORMS[table] = Form(SQLModel.metadata.tables[table], models.get(table))
    return _FORMS[table]


def _all_models(of: type[SQLModel]) -> Iterable[type[SQLModel]]:
    for model in of.__subclasses__():
        if "__table__" in vars(model):
            yield model
        yield from _all_models(model)


class Bulk:
    """Rows of a unit of work that wait to be written together.

    Invariant: a row is journalled when it is handed over, and written with its entry at the latest by `flush`.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._connection = work.session.connection()
        self._waiting: dict[str, list[Sequence[Any]]] = {}
        self._order = [table.name for table in SQLModel.metadata.sorted_tables]
        self._entries: list[Sequence[Any]] = []
        self._values: list[Sequence[Any]] = []
        self._count = 0
        self._randoms = _randoms()
        self._is_sqlite = not db.is_postgresql(self._connection)
        at, by, why = _stamp(work.at), _quoted(work.by), _quoted(work.why)
        self._head = f'"at":"{at}","by":{by},"commitment":"'
        self._node = f'"node_id":"{work.node.id}","prev_hash":"'
        self._why = f',"why":{why}}}'

    def insert(self, table: str, values: Mapping[str, Any]) -> uuid.UUID:
        """A new row; its id, made here unless it is given. What is not named has the default of the model."""
        shape = form(table)
        row = {**shape.defaults, **values}
        if row.get("id") is None:
            row["id"] = self._new_id()
        self._journal("insert", table, row["id"], shape.image(row))
        self._waiting.setdefault(table, []).append([row[name] for name in shape.columns])
        self._count += 1
        if self._count >= _SIZE:
            self.flush()
        key: uuid.UUID = row["id"]
        return key

    def update(self, table: str, row: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """Change columns of rows that were read whole; the version rises with it.

        The order counts here, so what waits is written first.
        """
        self.flush()
        self.update_many(table, [(row, changes)])

    def update_many(self, table: str, changed: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> None:
        """The same of many rows, all with the same columns to change."""
        if not changed:
            return
        self.flush()
        shape = form(table)
        names = list(changed[0][1])
        is_versioned = "version" in shape.columns
        statements = []
        for row, changes in changed:
            after = {**row, **changes} | ({"version": row["version"] + 1} if is_versioned else {})
            self._journal("update", table, after["id"], shape.image(after))
            statements.append(
                [*(after[name] for name in names), *([after["version"]] if is_versioned else ()), after["id"]]
            )
        columns = [*names, "version"] if is_versioned else names
        mark = "?" if self._is_sqlite else "%s"
        sets = ", ".join(f"{name} = {mark}" for name in columns)
        sql = f"UPDATE {table} SET {sets} WHERE id = {mark}"
        self._connection.exec_driver_sql(sql, [tuple(self._bound(row)) for row in statements])
        self.flush()

    def flush(self) -> None:
        """Write what waits, parents before children."""
        for table in self._order:
            if rows := self._waiting.pop(table, None):
                self._write(table, form(table).columns, rows)
        if self._entries:
            self._write("journal", _JOURNAL, self._entries)
            self._write("journal_value", form("journal_value").columns, self._values)
            self._work.entries[:] = [self._entries[-1][0]]
        self._entries, self._values, self._count = [], [], 0

    def _journal(self, action: str, table: str, row_id: uuid.UUID, value: bytes) -> None:
        work = self._work
        salt = next(self._randoms)
        commitment = hashlib.sha256(salt + value).digest()
        entry_id, before, work.seq = self._new_id(), work.head, work.seq + 1
        text = (
            f'{{"action":"{action}",{self._head}{commitment.hex()}","id":"{entry_id}",{self._node}{before.hex()}",'
            f'"row_id":"{row_id}","seq":{work.seq},"table_name":"{table}"{self._why}'
        )
        work.head = hashlib.sha256(text.encode()).digest()
        self._entries.append(
            (
                entry_id, work.node.id, work.seq, work.at, work.by, work.why, action, table, row_id, commitment, before,
                work.head,
            )
        )  # fmt: skip
        self._values.append((self._new_id(), entry_id, salt, value))

    def _new_id(self) -> uuid.UUID:
        """A UUIDv7 as `keys.new_id` makes it, from random bytes that were drawn for many."""
        random = next(self._randoms)
        now = (time_ns() // 1_000_000).to_bytes(6, "big")
        marked = bytes((0x70 | random[6] & 0x0F, random[7], 0x80 | random[8] & 0x3F))
        return uuid.UUID(bytes=now + marked + random[9:])

    def _write(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        db.insert_many(self._connection, table, columns, [self._bound(row) for row in rows])

    def _bound(self, row: Sequence[Any]) -> Sequence[Any]:
        if not self._is_sqlite:
            return row
        known = _FOR_SQLITE
        return [known[kind](value) if (kind := type(value)) in known else value for value in row]


def _randoms() -> Iterator[bytes]:
    """Sixteen random bytes after the other; the system is asked once for a thousand."""
    while True:
        block = secrets.token_bytes(1 << 14)
        for start in range(0, len(block), 16):
            yield block[start : start + 16]
