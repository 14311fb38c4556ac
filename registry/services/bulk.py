"""Many rows at once, journalled and written in batches.

The ORM handles one row at a time; a list of ten thousand attacks is two hundred thousand rows. New rows are journalled
together, what one row of a list brought in one entry (`services.joint`); changes as a flush does it. Images,
commitments and hashes are held to the form of `work.write_entry` by a test.

Most of the time goes into spelling and hashing, so nothing is spelt twice: what is the same in all rows that give the
same columns is spelt once (`_Template`), and keys and times are remembered.
"""

import hashlib
import json
import json.encoder
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Table
from sqlmodel import SQLModel

from registry import db, keys
from registry.services import joint, kept
from registry.services.work import Work

_JOURNAL = (
    "id", "node_id", "seq", "at", "by", "why", "action", "table_name", "row_id", "commitment", "prev_hash", "hash",
)  # fmt: skip
_VALUE = ("id", "journal_id", "salt", "value")
_SIZE = 50_000  # rows that wait to be written together: few statements for many rows
_TELLING = 5_000  # rows after which the planner is told for the first time
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
    keys.SpeltId: attrgetter("json"),
    uuid.UUID: _remembered(lambda value: f'"{value}"'),
    date: _remembered(lambda value: f'"{value.isoformat()}"'),
    datetime: _remembered(lambda value: f'"{_stamp(value)}"'),
    time: lambda value: f'"{value.isoformat()}"',
    bytes: lambda value: f'"{value.hex()}"',
}
Bound = Mapping[type, Callable[[Any], Any]]
# What SQLite's driver is given: the forms in which SQLAlchemy stores these types. PostgreSQL's takes all as they are.
# For bytes and None the driver looks for an adapter first, which takes it a microsecond, as long as to store ten texts;
# for a bytearray it does not (`need_adapt` in CPython's Modules/_sqlite/statement.c, from which sqlcipher3's comes).
_FOR_SQLITE: Bound = {
    keys.SpeltId: attrgetter("raw"),
    uuid.UUID: _remembered(lambda value: bytearray(value.bytes)),
    bytes: bytearray,
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
        self.heading = json.dumps(self.columns, separators=(",", ":"))
        self.to_itself = {key.parent.name for key in table.foreign_keys if key.column.table is table}

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


class _Group(NamedTuple):
    """Rows that are written by one statement.

    Attributes:
        columns: that are written. Empty ones are left out, but for rows that may point to one another.
        is_tied: whether they may: these are written in the order in which they came, so all of them have all columns.
    """

    table: str
    columns: tuple[str, ...]
    is_tied: bool


class _Template:
    """Rows of a table that give the same columns, with values of the same types: the other columns are spelt already.

    Attributes:
        group: with which rows they are written.
    """

    def __init__(self, shape: Form, given: Mapping[str, type], forms: Bound) -> None:
        if unknown := given.keys() - set(shape.columns):
            message = f"{shape.name} has no column {', '.join(sorted(unknown))}"
            raise KeyError(message)
        mine = [name for name in shape.columns if given.get(name, type(None)) is not type(None)]
        rest = {name: None if name in given else shape.defaults[name] for name in shape.columns if name not in mine}
        spelt = {name: _SPELT[type(value)](value).replace("%", "%%") for name, value in rest.items()}
        self._image = "[" + ",".join(spelt.get(name, "%s") for name in shape.columns) + "]"
        self._pick = itemgetter(*(list(given).index(name) for name in mine))
        self._spell = [_SPELT[given[name]] for name in mine]
        self._bind = [forms.get(given[name]) for name in mine] if forms else None
        is_tied = not shape.to_itself.isdisjoint(mine)
        if not is_tied:
            rest = {name: value for name, value in rest.items() if value is not None}
        columns = (*mine, *rest)
        self._rest = tuple([_bound(value, forms) for value in rest.values()])
        self._in_order = itemgetter(*map(columns.index, shape.columns)) if is_tied else None
        self.group = _Group(shape.name, tuple(shape.columns) if is_tied else columns, is_tied)

    def filled(self, row: tuple[Any, ...]) -> tuple[tuple[Any, ...], str]:
        """The row as the driver takes it, and its image for a joint entry."""
        given = self._pick(row)
        image = self._image % tuple([spell(value) for spell, value in zip(self._spell, given, strict=True)])
        if self._bind is not None:
            given = [value if bind is None else bind(value) for bind, value in zip(self._bind, given, strict=True)]
        bound = (*given, *self._rest)
        return bound if self._in_order is None else self._in_order(bound), image


class Bulk:
    """Rows of a unit of work that wait to be written together.

    Invariant: a row is written together with the entry that holds it, at the latest by `flush`.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._connection = work.session.connection()
        self._waiting: dict[_Group, list[tuple[Any, ...]]] = {}
        self._images: dict[str, list[str]] = {}
        self._held = 0
        self._order = {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}
        self._templates: dict[tuple[object, ...], _Template] = {}
        self._entries: list[tuple[Any, ...]] = []
        self._values: list[tuple[Any, ...]] = []
        self._ids, self._salts = keys.new_ids(after=_last_joint(work)), _salts()
        self._written = next(self._ids)  # what waits has greater keys
        self._refs = {letter: keys.new_refs(letter) for letter in keys.PREFIXES}
        self._is_sqlite = not db.is_postgresql(self._connection)
        self._told, self._total = 0, 0
        self._forms: Bound = _FOR_SQLITE if self._is_sqlite else {}
        self._node, self._at = (_bound(value, self._forms) for value in (work.node.id, work.at))
        at, by, why = _stamp(work.at), _quoted(work.by), _quoted(work.why)
        self._head = f'"at":"{at}","by":{by},"commitment":"'
        self._chained = f'"node_id":"{work.node.id}","prev_hash":"'
        self._why = f',"why":{why}}}'

    def new_ref(self, letter: str) -> str:
        """A ref for a new row of the noun that the letter stands for."""
        return next(self._refs[letter])

    def insert(self, table: str, values: Mapping[str, Any]) -> uuid.UUID:
        """A new row; its id, made here. What is not named has the default of the model."""
        key = next(self._ids)
        row = (*values.values(), key)
        given = (table, *values, *map(type, row))
        template = self._templates.get(given)
        if template is None:
            types = dict(zip((*values, "id"), map(type, row), strict=True))
            template = self._templates[given] = _Template(form(table), types, self._forms)
        bound, image = template.filled(row)
        self._images.setdefault(table, []).append(image)
        self._waiting.setdefault(template.group, []).append(bound)
        self._held += 1
        return key

    def seal(self) -> None:
        """Journal the rows that came since the last time as one entry: they are what one row of a list brought."""
        if self._images:
            value = joint.spelt(self._images, {name: form(name).heading for name in self._images})
            entry = next(self._ids)
            self._journal(entry, joint.ACTION, joint.TABLE, entry, value)
            self._images = {}
        if self._held >= _SIZE:
            self._write()

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
            self._journal(next(self._ids), "update", table, after["id"], shape.image(after))
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
        """Journal and write what waits."""
        self.seal()
        self._write()

    def _write(self) -> None:
        """Write what waits, parents before children."""
        self._total += self._held
        self._held = 0
        if self._waiting:
            before, self._written = self._written, next(self._ids)
            tables = list(dict.fromkeys(group.table for group in self._waiting))
            with kept.together(self._connection, tables, before, self._written):
                for group in sorted(self._waiting, key=lambda one: (self._order[one.table], one.is_tied)):
                    db.insert_many(self._connection, group.table, group.columns, self._waiting[group])
                self._tell_planner(tables)
            self._waiting = {}
        if self._entries:
            db.insert_many(self._connection, "journal", _JOURNAL, self._entries)
            db.insert_many(self._connection, "journal_value", _VALUE, self._values)
        self._entries, self._values = [], []

    def _tell_planner(self, tables: Sequence[str]) -> None:
        """On PostgreSQL, say what the tables hold: after the first rows, and each time that four times as many came.

        What a server took note of while they were empty would have triggers read all rows for each new one.
        """
        if not self._is_sqlite and self._total >= max(_TELLING, 4 * self._told):
            self._told = self._total
            self._connection.exec_driver_sql(f"ANALYZE {', '.join([*tables, *kept.TABLES])}")

    def _journal(self, entry: keys.SpeltId, action: str, table: str, row_id: uuid.UUID, value: bytes) -> None:
        work, salt = self._work, next(self._salts)
        commitment = hashlib.sha256(salt + value).digest()
        before, work.seq = work.head, work.seq + 1
        text = (
            f'{{"action":"{action}",{self._head}{commitment.hex()}","id":{entry.json},{self._chained}{before.hex()}",'
            f'"row_id":{_SPELT[type(row_id)](row_id)},"seq":{work.seq},"table_name":"{table}"{self._why}'
        )
        work.head = hashlib.sha256(text.encode()).digest()
        work.entries[:] = [entry]  # of many thousand none but the last is kept
        row = (
            entry, self._node, work.seq, self._at, work.by, work.why, action, table, row_id, commitment, before,
            work.head,
        )  # fmt: skip
        self._entries.append(tuple([_bound(one, self._forms) for one in row]))
        # Made together, an entry and its value have one id.
        self._values.append(tuple([_bound(one, self._forms) for one in (entry, entry, salt, value)]))


def _last_joint(work: Work) -> uuid.UUID | None:
    """The greatest key among the chain's joint entries, after which this load's have to come."""
    connection = work.session.connection()
    sql = "SELECT id FROM journal WHERE node_id = :node AND action = 'load' ORDER BY id DESC LIMIT 1"
    found = db.one(connection, sql, node=db.as_key(connection, work.node.id))
    return db.as_uuid(found["id"]) if found is not None else None


def _salts() -> Iterator[bytes]:
    """Sixteen random bytes after the other; the system is asked once for a thousand."""
    while True:
        block = secrets.token_bytes(1 << 14)
        for start in range(0, len(block), 16):
            yield block[start : start + 16]
