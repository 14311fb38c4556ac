"""Roles on PostgreSQL that read what an audience may see, and nothing else: for analysts' own tools.

Colleagues read the registry's tables and views. Partners and the public read a schema of their own with the tables of
their extract, copied into it: it can hold nothing that they may not see. It is as old as the last `registry db grant`.
"""

import re
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from registry import db
from registry.errors import InvalidValue, UsageError
from registry.services.extracts import extract
from registry.sitrep.values import Audience

_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_AT_ONCE = 5_000
_TYPES = {"integer": "bigint", "real": "double precision", "text": "text"}


def grant(engine: Engine, role: str, audience: Audience) -> bool:
    """Let a role read what an audience may see; made if there is none. Whether it is new.

    Raises:
        UsageError: the registry is a SQLite file, which has no roles.
        InvalidValue: the name is no role's, or it is of a role that may do more than read.
        RegistryError: whoever is logged in may not make roles or schemas.
        Conflict: it is for the public, and a public series of sitreps counts by other groups of governorates.
    """
    if not db.is_postgresql(engine):
        raise UsageError("a SQLite registry has no roles: whoever can read the file reads all of it")
    if not _ROLE.fullmatch(role) or role.startswith("pg_"):
        raise InvalidValue("role", f"{role!r} is no name of a role", "give small letters, digits and _")
    file = extract(engine, audience) if audience != "internal" else None
    with db.explained(engine), db.for_writing(engine).begin() as connection:
        db.must_exist(engine)
        is_new = _make(connection, role)
        schema = f"for_{audience}" if file is not None else _own_schema(connection)
        if file is not None:
            _fill(connection, schema, file)
        _let_read(connection, role, schema)
    return is_new


def _own_schema(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT current_schema()").scalar())


def _make(connection: Connection, role: str) -> bool:
    asked = (
        "SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolbypassrls OR r.rolreplication "
        "OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) "
        "OR EXISTS (SELECT FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid "
        "AND d.deptype = 'o') FROM pg_roles r WHERE r.rolname = :role"
    )
    may_more = connection.execute(text(asked), {"role": role}).scalar()
    if may_more or role == connection.exec_driver_sql("SELECT current_user").scalar():
        raise InvalidValue("role", f"{role} may do or own more", "name another; it is made if there is none")
    if may_more is None:
        connection.exec_driver_sql(f'CREATE ROLE "{role}" LOGIN NOINHERIT CONNECTION LIMIT 10')
    return may_more is None


def _let_read(connection: Connection, role: str, schema: str) -> None:
    database = str(connection.exec_driver_sql("SELECT current_database()").scalar()).replace('"', '""')
    # What the role had before goes: it may have read for another audience.
    for step in (
        f'DROP OWNED BY "{role}"',
        f'GRANT CONNECT ON DATABASE "{database}" TO "{role}"',
        f'REVOKE CREATE, TEMPORARY ON DATABASE "{database}" FROM PUBLIC',
        f'GRANT USAGE ON SCHEMA "{schema}" TO "{role}"',
        f'GRANT SELECT ON ALL TABLES IN SCHEMA "{schema}" TO "{role}"',
        # An upgrade makes the views anew.
        f'ALTER DEFAULT PRIVILEGES IN SCHEMA "{schema}" GRANT SELECT ON TABLES TO "{role}"',
        f'ALTER ROLE "{role}" IN DATABASE "{database}" SET search_path = "{schema}"',
        f'ALTER ROLE "{role}" IN DATABASE "{database}" SET default_transaction_read_only = on',
        f'ALTER ROLE "{role}" IN DATABASE "{database}" SET statement_timeout = \'60s\'',
    ):
        connection.exec_driver_sql(step)


def _fill(connection: Connection, schema: str, file: Path) -> None:
    """Copy the tables of an extract into a schema, in place of what it held; who could read it, still can."""
    readers = _readers(connection, schema)
    connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
    connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
        names = [row[0] for row in source.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in (name for name in names if not name.startswith(("sqlite_", "about_"))):
            _copy(connection, schema, table, source)
    for role in readers:
        connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA "{schema}" TO "{role}"')
        connection.exec_driver_sql(f'GRANT SELECT ON ALL TABLES IN SCHEMA "{schema}" TO "{role}"')


def _readers(connection: Connection, schema: str) -> list[str]:
    sql = (
        "SELECT r.rolname FROM pg_namespace n, aclexplode(n.nspacl) a JOIN pg_roles r ON r.oid = a.grantee "
        "WHERE n.nspname = :schema AND a.privilege_type = 'USAGE' AND r.rolname <> current_user"
    )
    return list(connection.execute(text(sql), {"schema": schema}).scalars())


def _copy(connection: Connection, schema: str, table: str, source: sqlite3.Connection) -> None:
    columns = [row[1] for row in source.execute(f'PRAGMA table_info("{table}")')]
    types = [_type(source, table, column) for column in columns]
    declared = ", ".join(f'"{column}" {kind}' for column, kind in zip(columns, types, strict=True))
    connection.exec_driver_sql(f'CREATE TABLE "{schema}"."{table}" ({declared})')
    for rows in _batches(source, table):
        told = [tuple(_as(value, kind) for value, kind in zip(row, types, strict=True)) for row in rows]
        db.insert_many(connection, f'"{schema}"."{table}"', columns, told)
    for column in columns:
        if column == "id" or column.endswith("_id"):
            connection.exec_driver_sql(f'CREATE INDEX ON "{schema}"."{table}" ("{column}")')


# What the driver takes for each type, made from what an extract holds.
_MADE: Mapping[str, Callable[[Any], Any]] = {
    "uuid": uuid.UUID,
    "boolean": bool,
    "date": date.fromisoformat,
    "bigint": int,
    "double precision": float,
    "text": str,
}


def _type(source: sqlite3.Connection, table: str, column: str) -> str:
    if column == "id" or column.endswith("_id"):
        return "uuid"
    if column.startswith("is_") or "_is_" in column or column.endswith("_withheld"):
        return "boolean"
    if column.endswith("_on"):
        return "date"
    found = {row[0] for row in source.execute(f'SELECT DISTINCT typeof("{column}") FROM "{table}"')} - {"null"}
    if found == {"integer", "real"}:
        return "double precision"
    return _TYPES.get(found.pop(), "text") if len(found) == 1 else "text"


def _as(value: Any, kind: str) -> Any:
    return None if value is None else _MADE[kind](value)


def _batches(source: sqlite3.Connection, table: str) -> Iterator[Sequence[tuple[Any, ...]]]:
    cursor = source.execute(f'SELECT * FROM "{table}"')
    while rows := cursor.fetchmany(_AT_ONCE):
        yield rows
