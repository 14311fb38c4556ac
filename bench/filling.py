"""Rows straight into the tables, past the journal: for a measurement, not a registry to keep."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

from registry import db, keys
from registry.services.bulk import as_stored, form

AT_ONCE = 20_000


class Sink(Protocol):
    """Where rows go: a `Filler`, or `services.bulk.Bulk`, which journals each."""

    def insert(self, table: str, values: Mapping[str, Any]) -> uuid.UUID:
        """A new row; its key."""

    def flush(self) -> None:
        """Write what waits."""


class Filler:
    """Rows that wait to be written together, each with its columns and the defaults of the others."""

    def __init__(self, connection: Connection, ids: Iterator[uuid.UUID] | None = None) -> None:
        self._connection = connection
        self._rank = {table.name: number for number, table in enumerate(SQLModel.metadata.sorted_tables)}
        self._shapes: dict[tuple[str, ...], tuple[list[str], tuple[Any, ...]]] = {}
        self._waiting: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        self._bound: Callable[[Iterable[Any]], tuple[Any, ...]] = tuple if db.is_postgresql(connection) else as_stored
        self._ids = ids or keys.new_ids()
        self._count = 0

    def insert(self, table: str, values: Mapping[str, Any]) -> uuid.UUID:
        """A row; its key, made here."""
        shape = (table, *values)
        if shape not in self._shapes:
            self._shapes[shape] = _shape(table, ["id", *values])
            self._waiting[shape] = []
        key = next(self._ids)
        self._waiting[shape].append(self._bound((key, *values.values())) + self._shapes[shape][1])
        self._count += 1
        if self._count >= AT_ONCE:
            self.flush()
        return key

    def flush(self) -> None:
        """Write what waits, parents before children; of one table, in the order in which its forms were first seen."""
        for shape in sorted(self._waiting, key=lambda shape: self._rank[shape[0]]):
            if rows := self._waiting[shape]:
                db.insert_many(self._connection, shape[0], self._shapes[shape][0], rows)
                self._waiting[shape] = []
        self._count = 0


def _shape(table: str, given: list[str]) -> tuple[list[str], tuple[Any, ...]]:
    """The columns of an INSERT, and the values of those that are not given. Empty ones are left to the database."""
    defaults = {name: value for name, value in form(table).defaults.items() if value is not None and name not in given}
    return [*given, *defaults], tuple(defaults.values())


def analyse(engine: Engine) -> None:
    """Give the planner its statistics, as after a large load."""
    if db.is_postgresql(engine):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    else:
        with db.for_writing(engine).begin() as connection:
            connection.exec_driver_sql("ANALYZE")
