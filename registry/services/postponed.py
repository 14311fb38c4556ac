"""Indexes and foreign keys put off while very many rows are written, and made again of all rows at once.

A row then is one write and not one for each index, an index is made by sorting, and PostgreSQL compares all keys with
all rows and does not look up each. The keys of rows stay: with them a row that is there twice is refused at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.exc import IntegrityError

from registry import db
from registry.errors import RegistryError

# (table, foreign key, how it is declared)
_FOREIGN_KEYS = """SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND connamespace = quote_ident(current_schema())::regnamespace
    ORDER BY 1, 2"""
# (index, how it is declared); what a PRIMARY KEY or UNIQUE of a table made by itself is not among them
_INDEXES = {
    "sqlite": """SELECT printf('"%w"', name), sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
        ORDER BY name""",
    "postgresql": """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = quote_ident(current_schema())::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1""",
}


@contextmanager
def postponed(connection: Connection) -> Iterator[None]:
    """Drop what rows are compared and found by, and make it again at the end; all in the transaction of the caller.

    Raises:
        RegistryError: what was written points nowhere.
    """
    keys = _run(connection, _FOREIGN_KEYS).all() if db.is_postgresql(connection) else []
    for table, key, _declared in keys:
        _run(connection, f"ALTER TABLE {table} DROP CONSTRAINT {key}")
    indexes = _run(connection, _INDEXES[connection.dialect.name]).all()
    for index, _sql in indexes:
        _run(connection, f"DROP INDEX {index}")
    yield
    for _index, sql in indexes:
        _run(connection, sql)
    for table, key, declared in keys:
        try:
            _run(connection, f"ALTER TABLE {table} ADD CONSTRAINT {key} {declared}")
        except IntegrityError as error:
            raise RegistryError(f"rows of {table} point nowhere ({key}); nothing was kept") from error


def _run(connection: Connection, sql: str) -> CursorResult[*tuple[Any, ...]]:
    """Run it as it stands: the driver would take a per cent sign in somebody's own index for the place of a value."""
    return connection.exec_driver_sql(sql, execution_options={"no_parameters": True})
