"""What kind of database a registry lies in, how far it is upgraded, and how much it holds."""

from typing import Any

from sqlalchemy import Connection, inspect

from registry import db
from registry.services import schema

_COUNTED = ("place", "source", "facility", "report", "attack", "claim", "sitrep", "journal")


def status(connection: Connection) -> dict[str, Any]:
    """The engine and its version, the revision, the node, and how many records of each kind there are."""
    current, steps = schema.current_revision(connection), pending(connection)
    return {
        "engine": _engine(connection),
        "revision": current or "none",
        "newest_revision": schema.revisions()[-1],
        "to_do": f"registry db upgrade ({len(steps)} steps)" if steps else None,
        **_node(connection),
        "holds": _counts(connection),
    }


def pending(connection: Connection) -> list[str]:
    """The revisions that an upgrade would take, oldest first; none where a newer program wrote the database."""
    known, current = schema.revisions(), schema.current_revision(connection)
    if current is None:
        return known
    return known[known.index(current) + 1 :] if current in known else []


def _engine(connection: Connection) -> str:
    if db.is_postgresql(connection.engine):
        return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar()}"
    return f"SQLite {db.sqlite_module().sqlite_version}"


def _node(connection: Connection) -> dict[str, Any]:
    if not inspect(connection).has_table("node"):
        return {}
    found = db.one(connection, "SELECT name AS node, made_at FROM node WHERE is_local = true")
    return found or {}


def _counts(connection: Connection) -> list[dict[str, Any]]:
    tables = set(inspect(connection).get_table_names())
    return [
        {"noun": table, "records": connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()}
        for table in _COUNTED
        if table in tables
    ]
