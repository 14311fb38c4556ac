"""The registry as it stood at a moment, made again from its journal: in memory, or as a file (kept by `past`).

The journal keeps the whole row with every change, so the newest images of all rows up to a moment are the tables of
that moment: first what loads brought, then over it what each row's own entries say. The views are the same on both
engines, so whatever reads a registry can read this one. What was erased since is not there: it is gone from the journal
too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import groupby, islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Date, LargeBinary, Table, Time, and_, func, select
from sqlmodel import SQLModel

import registry.models
from registry import db
from registry.errors import InvalidValue
from registry.models.base import Key, Moment
from registry.services import joint, journal, kept, schema
from registry.services.bulk import form
from registry.services.joint import parsed
from registry.sitrep.snapshot.reading import BOOKKEEPING

assert registry.models  # noqa: S101 -- importing it is what makes every table known

_AT_ONCE = 2_000
_HEADS = """
    UPDATE node SET
        head_seq = COALESCE((SELECT max(j.seq) FROM journal j WHERE j.node_id = node.id), 0),
        head_hash = COALESCE((SELECT j.hash FROM journal j WHERE j.node_id = node.id ORDER BY j.seq DESC LIMIT 1),
            zeroblob(32))
"""
_NODE, _JOURNAL, _VALUE = (SQLModel.metadata.tables[name] for name in ("node", "journal", "journal_value"))


@contextmanager
def standing(connection: Connection, moment: datetime) -> Iterator[Connection]:
    """A connection to the registry as it stood.

    Args:
        connection: in one read transaction, to the registry of today.
        moment: with its zone; what was entered then or before is there.

    Raises:
        InvalidValue: nothing had been entered by then.
    """
    engine = db.in_memory()
    with engine.begin() as past:
        SQLModel.metadata.create_all(past)
        kept.make(past)
        schema.create_views(past)
        _chains(connection, past, moment)
        _rows(connection, past, moment)
        kept.fill(past)
        yield past
    engine.dispose()


def write(connection: Connection, file: Path, moment: datetime, tell: Callable[[int], None] | None = None) -> None:
    """Write the registry as it stood into an empty file, with its journal by then.

    Of the journal's values, which are what the rows are made of, those of loads alone are in it: they tell what came
    with what.

    Args:
        connection: in one read transaction, to the registry of today.
        file: to write.
        moment: with its zone; what was entered then or before is there.
        tell: is told how many entries of the journal are copied.
    """
    engine = db.for_making(file)
    with engine.begin() as past:
        SQLModel.metadata.create_all(past)
        _journal(connection, past, moment, tell)
        _rows(connection, past, moment)
        schema.create_derived(past)
        db.analyse(past)
    engine.dispose()


def _rows(connection: Connection, past: Connection, moment: datetime) -> None:
    """Bring the rows of all tables but the journal's as they stood."""
    schema.load_codes(past)
    loaded = _loaded(connection, moment)
    while some := list(islice(loaded, _AT_ONCE)):
        for name in dict(some):
            _fill(past, SQLModel.metadata.tables[name], (image for table, image in some if table == name))
    for name, images in groupby(_images(connection, moment), key=lambda image: image[0]):
        _fill(past, SQLModel.metadata.tables[name], (parsed(value) for _, value in images))


def _journal(connection: Connection, past: Connection, moment: datetime, tell: Callable[[int], None] | None) -> None:
    """The nodes, all entries by then, and the values of those that tell what a load brought."""
    past.execute(_NODE.insert(), [dict(row) for row in connection.execute(select(_NODE)).mappings()])
    entries = select(_JOURNAL).where(_JOURNAL.c.at <= moment)
    brought = select(_VALUE).join(_JOURNAL, _JOURNAL.c.id == _VALUE.c.journal_id)
    brought = brought.where(_JOURNAL.c.at <= moment, _JOURNAL.c.action == joint.ACTION)
    count = 0
    for table, wanted in ((_JOURNAL, entries), (_VALUE, brought)):
        with connection.execute(wanted.execution_options(yield_per=_AT_ONCE)) as found:
            for part in found.mappings().partitions(_AT_ONCE):
                past.execute(table.insert(), [dict(row) for row in part])
                count += len(part) if table is _JOURNAL else 0
                if tell is not None:
                    tell(count)
    past.exec_driver_sql(_HEADS)


def _chains(connection: Connection, past: Connection, moment: datetime) -> None:
    """The nodes, and the last entry of each that is about data: what a sitrep prints as the journal's head."""
    nodes = [dict(row) for row in connection.execute(select(_NODE)).mappings()]
    ends = [end for node in nodes if (end := _end(connection, node["id"], moment)) is not None]
    if not ends:
        raise InvalidValue("as-of", "nothing had been entered by then", "give a later time")
    past.execute(_NODE.insert(), nodes)
    past.execute(_JOURNAL.insert(), ends)


def _end(connection: Connection, node: UUID, moment: datetime) -> dict[str, Any] | None:
    entries = select(_JOURNAL).where(
        _JOURNAL.c.node_id == node, _JOURNAL.c.at <= moment, _JOURNAL.c.table_name.not_in(BOOKKEEPING)
    )
    row = connection.execute(entries.order_by(_JOURNAL.c.seq.desc()).limit(1)).mappings().first()
    return dict(row) if row is not None else None


def _loaded(connection: Connection, moment: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first images of the rows that loads brought, each with its table."""
    values = select(_VALUE.c.value).join(_JOURNAL, _JOURNAL.c.id == _VALUE.c.journal_id)
    values = values.where(_JOURNAL.c.action == joint.ACTION, _JOURNAL.c.at <= moment)
    values = values.order_by(_JOURNAL.c.at, _JOURNAL.c.seq)  # of two rows that exclude each other, the later stays
    for value in connection.execute(values.execution_options(yield_per=_AT_ONCE)).scalars():
        yield from joint.images(value)


def _images(connection: Connection, moment: datetime) -> Iterator[tuple[str, bytes]]:
    """The newest image of each row that has entries of its own, table by table."""
    latest = func.row_number().over(
        partition_by=(_JOURNAL.c.table_name, _JOURNAL.c.row_id), order_by=(_JOURNAL.c.at.desc(), _JOURNAL.c.seq.desc())
    )
    numbered = (
        select(_JOURNAL.c.id, _JOURNAL.c.table_name, latest.label("place"))
        .where(_JOURNAL.c.at <= moment, _JOURNAL.c.action.not_in(("erase", joint.ACTION)))
        .subquery()
    )
    newest = (
        select(numbered.c.table_name, _VALUE.c.value)
        .join(_VALUE, and_(_VALUE.c.journal_id == numbered.c.id, numbered.c.place == 1))
        .order_by(numbered.c.table_name)
    )
    for name, value in connection.execute(newest.execution_options(yield_per=_AT_ONCE)):
        yield str(name), bytes(value)


def _fill(past: Connection, table: Table, images: Iterator[dict[str, Any]]) -> None:
    read = rows(table, images)
    while chunk := list(islice(read, _AT_ONCE)):
        past.execute(table.insert().prefix_with("OR REPLACE"), chunk)


def rows(table: Table, images: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows of a table that images hold."""
    readers = {column.name: _reader(column) for column in table.columns}
    defaults = form(table.name).defaults  # of columns that are newer than an image

    def value(image: Mapping[str, Any], name: str) -> Any:
        if name not in image:
            return defaults[name]
        if image[name] == journal.ERASED:
            return journal.blank(table.c[name], UUID(image["id"]))
        return None if image[name] is None else readers[name](image[name])

    return ({name: value(image, name) for name in readers} for image in images)


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    """How a value of this column is read from an image; the reverse of `work.canonical`."""
    by_type: dict[type, Callable[[Any], Any]] = {
        Key: UUID, Moment: datetime.fromisoformat, Date: date.fromisoformat, Time: time.fromisoformat,
        LargeBinary: bytes.fromhex,
    }  # fmt: skip
    return next((read for kind, read in by_type.items() if isinstance(column.type, kind)), lambda value: value)
