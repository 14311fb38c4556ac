"""What database a registry lies in, how far it is upgraded, how much it holds, and where its journal ends."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect

from registry import db
from registry.plurals import how_many
from registry.services import schema

_COUNTED = ("place", "source", "facility", "report", "attack", "claim", "sitrep", "journal")


def status(connection: Connection) -> dict[str, Any]:
    """The engine, the revision, the node and its journal's head, size in bytes, and how many records of a kind."""
    current, steps = schema.current_revision(connection), pending(connection)
    return {
        "engine": engine_name(connection),
        "revision": current or "none",
        "newest_revision": schema.revisions()[-1],
        "to_do": f"registry db upgrade ({how_many(len(steps), 'step')})" if steps else None,
        **_node(connection),
        **_room(connection),
        "holds": _counts(connection),
    }


def pending(connection: Connection) -> list[str]:
    """The revisions that an upgrade would take, oldest first; none where a newer program wrote the database."""
    known, current = schema.revisions(), schema.current_revision(connection)
    if current is None:
        return known
    return known[known.index(current) + 1 :] if current in known else []


def holds(engine: Engine) -> bool:
    """Whether there is a registry with records: made, and not left empty.

    Raises:
        RegistryError: there is something that cannot be read.
    """
    file = db.sqlite_file(engine)
    if file is not None and not file.exists():
        return False
    with db.reading(engine) as connection:
        return any(row["records"] for row in _counts(connection))


def engine_name(connection: Connection) -> str:
    """The database's engine and its version."""
    if db.is_postgresql(connection.engine):
        return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar()}"
    return f"SQLite {db.sqlite_module().sqlite_version}"


def _node(connection: Connection) -> dict[str, Any]:
    if not inspect(connection).has_table("node"):
        return {}
    found = db.one(connection, "SELECT name AS node, made_at, head_seq, head_hash FROM node WHERE is_local = true")
    if found is None:
        return {}
    seq, digest = found.pop("head_seq"), bytes(found.pop("head_hash")).hex()
    return {**found, "journal_entries": seq, "journal_head": digest}


def _room(connection: Connection) -> dict[str, Any]:
    """Bytes taken, and free beside a file; how much a server has left it does not tell."""
    file = db.sqlite_file(connection.engine)
    if file is None:
        return {"size": connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar()}
    beside = (Path(f"{file}{end}") for end in ("", "-wal", "-shm"))
    size = sum(path.stat().st_size for path in beside if path.exists())
    return {"size": size, "free": shutil.disk_usage(file.absolute().parent).free}


def _counts(connection: Connection) -> list[dict[str, Any]]:
    tables = set(inspect(connection).get_table_names())
    return [
        {"noun": table, "records": connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()}
        for table in _COUNTED
        if table in tables
    ]
