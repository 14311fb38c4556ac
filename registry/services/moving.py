"""All rows of a table from one engine to the other, as they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, inspect, select, text
from sqlmodel import SQLModel

import registry.models
from registry import db
from registry.services import schema
from registry.services.bulk import as_stored

assert registry.models  # noqa: S101 -- importing it is what makes every table known

_AT_ONCE = 5_000


def tables(connection: Connection) -> list[str]:
    """The tables of a registry, whatever its revision, parents first; what the program makes by itself is left out."""
    rank = {table.name: number for number, table in enumerate(SQLModel.metadata.sorted_tables)}
    return sorted(rank.keys() & set(inspect(connection).get_table_names()), key=rank.__getitem__)


@contextmanager
def emptied(engine: Engine) -> Iterator[Connection]:
    """A registry without rows, code lists and node among them, as `schema.bare`: for a backup that takes their place.

    Tables of somebody's own beside it keep theirs.
    """
    with schema.bare(engine) as connection:
        held = tables(connection)
        if db.is_postgresql(connection):
            connection.exec_driver_sql(f"TRUNCATE {', '.join(held)}")
        else:
            for table in held:
                connection.exec_driver_sql(f"DELETE FROM {table}")
        yield connection


def to_file(source: Connection, target: Connection, table: str) -> None:
    """From PostgreSQL to SQLite; the two are of the same revision, which need not be the newest."""
    columns = [str(column["name"]) for column in inspect(target).get_columns(table)]
    names = ", ".join(f'"{name}"' for name in columns)
    asked = text(f"SELECT {names} FROM {table}").execution_options(stream_results=True, yield_per=_AT_ONCE)
    for part in source.execute(asked).partitions():
        rows = list(map(as_stored, part))
        db.insert_many(target, table, columns, rows)


def to_server(source: Connection, target: Connection, table: str) -> None:
    """From SQLite to PostgreSQL; both are of the newest revision. In one COPY: a row may point to a later one."""
    known = SQLModel.metadata.tables[table]
    rows: Any = source.execute(select(known).execution_options(yield_per=_AT_ONCE))
    db.insert_many(target, table, [column.name for column in known.columns], rows)
