"""Many rows at once, journalled like any other: the same entries as a flush makes, written in batches.

The ORM handles one row at a time; a list of ten thousand attacks is half a million rows, journal included. What is
written here is held to the form of `work.write_entry` by a test: the same images, commitments and hashes.

Most of the time goes into spelling and hashing, so nothing is spelt twice: what is the same in all rows that give the
same columns is spelt once (`_Template`), and keys and times are remembered.
"""

import hashlib
import json.encoder
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Table
from sqlmodel import SQLModel

from registry import db, keys
from registry.services.work import Work

_JOURNAL = (
    "id", "node_id", "seq", "at", "by", "why", "action", "table_name", "row_id", "commitment", "prev_hash", "hash",
)  # fmt: skip
_VALUE = ("id", "journal_id", "salt", "value")
_SIZE = 2_000  # rows that wait to be written together
_quoted: Callable[[str], str] = json.encoder.encode_basestring  # what json.dumps uses with ensure_ascii=False


def _stamp(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# A key stands in many rows one after the other, and so do a day and the time of the load.
_remembered = lru_cache(maxsize=4_096)
# How each type is spelt in an image; a test compares with `work.canonical`.
_SPELT: dict[type, Callable[[Any], str]] = {
    str: _quoted,
    int: int.__repr__,
    float: float.__repr__,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    keys.NewId: attrgetter("json"),
    uuid.UUID: _remembered(lambda value: f'"{value}"'),
    date: _remembered(lambda value: f'"{value.isoformat()}"'),
    datetime: _remembered(lambda value: f'"{_stamp(value)}"'),
    time: lambda value: f'"{value.isoformat()}"',
    bytes: lambda value: f'"{value.hex()}"',
}
Bound = Mapping[type, Callable[[Any], Any]]
# What SQLite's driver is given: the forms in which SQLAlchemy stores these types. PostgreSQL's takes all as they are.
_FOR_SQLITE: Bound = {
    keys.NewId: attrgetter("raw"),
    uuid.UUID: _remembered(lambda value: value.bytes),
    bool: int,
    date: _remembered(date.isoformat),
    datetime: _remembered(lambda value: value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")),
    time: lambda value: value.strftime("%H:%M:%S.%f"),
}


def _bound(value: Any, forms: Bound) -> Any:
    kind = type(value)
    return forms[kind](value) if kind in forms else value


def as_stored(row: Iterable[Any]) -> tuple[Any, ...]:
    """The values of a row as SQLite's driver is given them."""
    return tuple([_FOR_SQLITE[kind](value) if (kind := type(value)) in _FOR_SQLITE else value for value in row])


class Form:
    """The columns of a table, their defaults, and how a row of it is spelt."""

    def __init__(self, table: Table, model: type[SQLModel] | None) -> None:
        self.name = table.name
        self.columns = [column.name for column in table.columns]
        fields = model.model_fields if model is not None else {}
        given = {name: field.default for name, field in fields.items() if field.default_factory is None}
        # A column without a default has none that is plain: pydantic's word for "undefined" stands there.
        self.defaults = {name: given.get(name) if _is_plain(given.get(name)) else None for name in self.columns}

    def image(self, row: Mapping[str, Any]) -> bytes:
        """The row as canonical JSON."""
        parts = (f"{_quoted(name)}:{_SPELT[type(row[name])](row[name])}" for name in sorted(self.columns))
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


class _Template:
    """Rows of a table that give the same columns: the other columns, and all names, are spelt already."""

    def __init__(self, shape: Form, given: Iterable[str], forms: Bound) -> None:
        wanted = set(given)
        if unknown := wanted.difference(shape.columns):
            message = f"{shape.name} has no column {', '.join(sorted(unknown))}"
            raise KeyError(message)
        mine, rest = sorted(wanted), [name for name in shape.columns if name not in wanted]
        spelt = {name: _SPELT[type(shape.defaults[name])](shape.defaults[name]).replace("%", "%%") for name in rest}
        parts = (f"{_quoted(name)}:{spelt.get(name, '%s')}" for name in sorted(shape.columns))
        self._image = "{" + ",".join(parts) + "}"
        self._pick = itemgetter(*mine)
        self._rest = [_bound(shape.defaults[name], forms) for name in rest]
        self._arrange = itemgetter(*map([*mine, *rest].index, shape.columns))
        self._forms = forms

    def filled(self, values: Mapping[str, Any]) -> tuple[tuple[Any, ...], bytes]:
        """The row as the driver takes it, and its image."""
        given, forms = self._pick(values), self._forms
        image = self._image % tuple([_SPELT[type(value)](value) for value in given])
        bound = [forms[kind](value) if (kind := type(value)) in forms else value for value in given]
        return self._arrange(bound + self._rest), image.encode()


class Bulk:
    """Rows of a unit of work that wait to be written together.

    Invariant: a row is journalled when it is handed over, and written with its entry at the latest by `flush`.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._connection = work.session.connection()
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}
        self._order = [table.name for table in SQLModel.metadata.sorted_tables]
        self._templates: dict[tuple[str, ...], _Template] = {}
        self._entries: list[tuple[Any, ...]] = []
        self._values: list[tuple[Any, ...]] = []
        self._ids, self._salts = keys.new_ids(), _salts()
        self._is_sqlite = not db.is_postgresql(self._connection)
        self._forms: Bound = _FOR_SQLITE if self._is_sqlite else {}
        self._node, self._at = (_bound(value, self._forms) for value in (work.node.id, work.at))
        at, by, why = _stamp(work.at), _quoted(work.by), _quoted(work.why)
        self._head = f'"at":"{at}","by":{by},"commitment":"'
        self._chained = f'"node_id":"{work.node.id}","prev_hash":"'
        self._why = f',"why":{why}}}'

    def insert(self, table: str, values: Mapping[str, Any]) -> uuid.UUID:
        """A new row; its id, made here unless it is given. What is not named has the default of the model."""
        key: uuid.UUID = values.get("id") or next(self._ids)
        row = {**values, "id": key}
        given = (table, *row)
        if given not in self._templates:
            self._templates[given] = _Template(form(table), row, self._forms)
        bound, image = self._templates[given].filled(row)
        self._journal("insert", table, key, image)
        self._waiting.setdefault(table, []).append(bound)
        if len(self._entries) >= _SIZE:
            self.flush()
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
        bound = [tuple(_bound(value, self._forms) for value in row) for row in statements]
        self._connection.exec_driver_sql(sql, bound)
        self.flush()

    def flush(self) -> None:
        """Write what waits, parents before children."""
        if self._waiting:
            for table in self._order:
                if rows := self._waiting.pop(table, None):
                    db.insert_many(self._connection, table, form(table).columns, rows)
        if self._entries:
            db.insert_many(self._connection, "journal", _JOURNAL, self._entries)
            db.insert_many(self._connection, "journal_value", _VALUE, self._values)
            self._work.entries[:] = [self._entries[-1][0]]
        self._entries, self._values = [], []

    def _journal(self, action: str, table: str, row_id: uuid.UUID, image: bytes) -> None:
        work, salt = self._work, next(self._salts)
        commitment, entry = hashlib.sha256(salt + image).digest(), next(self._ids)
        before, work.seq = work.head, work.seq + 1
        text = (
            f'{{"action":"{action}",{self._head}{commitment.hex()}","id":{entry.json},{self._chained}{before.hex()}",'
            f'"row_id":{_SPELT[type(row_id)](row_id)},"seq":{work.seq},"table_name":"{table}"{self._why}'
        )
        work.head = hashlib.sha256(text.encode()).digest()
        key = entry.raw if self._is_sqlite else entry
        self._entries.append(
            (
                key, self._node, work.seq, self._at, work.by, work.why, action, table, _bound(row_id, self._forms),
                commitment, before, work.head,
            )
        )  # fmt: skip
        self._values.append((key, key, salt, image))  # made together, they have one id


def _salts() -> Iterator[bytes]:
    """Sixteen random bytes after the other; the system is asked once for a thousand."""
    while True:
        block = secrets.token_bytes(1 << 14)
        for start in range(0, len(block), 16):
            yield block[start : start + 16]
