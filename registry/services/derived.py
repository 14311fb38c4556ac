"""What a database says of the views and triggers that the program made, noted when they are made.

A view or trigger that was altered since is found by it, and one that another version of the program made, without
making any again. PostgreSQL spells a view in its own words, so that nothing can be compared with our files.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, inspect, text

from registry.services import view_version

_TABLE = "derived"
_PROGRAM = "program"
_SAID = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('view', 'trigger')",
    "postgresql": """
        SELECT 'view', c.relname::text, c.relname::text, pg_get_viewdef(c.oid) FROM pg_class c
        WHERE c.relkind = 'v' AND c.relnamespace = current_schema()::regnamespace
        UNION ALL
        SELECT 'trigger', t.tgname::text, c.relname::text,
            t.tgenabled::text || pg_get_triggerdef(t.oid) || pg_get_functiondef(t.tgfoid)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace""",
}


def note(connection: Connection, statements: Sequence[str], names: Collection[str]) -> None:
    """Note what there is now of these views and triggers, and the statements that made them."""
    connection.exec_driver_sql(f"CREATE TABLE {_TABLE} (kind TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL)")
    made = [(kind, name, digest) for kind, name, digest in _there(connection) if name in names]
    rows = [*made, *_made_by(statements)]
    insert = text(f"INSERT INTO {_TABLE} (kind, name, digest) VALUES (:kind, :name, :digest)")
    connection.execute(insert, [{"kind": kind, "name": name, "digest": digest} for kind, name, digest in rows])


def drop(connection: Connection) -> None:
    """Forget what was noted."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_TABLE}")


def keeps(table: str) -> bool:
    """Whether a table is the one of this module, which no revision knows."""
    return table == _TABLE


def are_of(connection: Connection, statements: Sequence[str]) -> bool:
    """Whether these statements made what there is."""
    return _made_by(statements) <= _noted(connection)


def refuse_other_views(connection: Connection) -> None:
    """Refuse to read through the views of another version; a copy of the past, which has no revision, has ours.

    Raises:
        RegistryError: they are of another version.
    """
    tables = inspect(connection)
    if not tables.has_table("alembic_version"):
        return
    noted = connection.exec_driver_sql(view_version.NOTED).scalar() if tables.has_table(_TABLE) else None
    if noted != view_version.ours():
        raise view_version.others()


def altered(connection: Connection) -> list[tuple[str, str]]:
    """The views and triggers that are no longer as they were made, each as its kind and name; missing ones left out."""
    there, noted = set(_there(connection)), _noted(connection)
    present = {(kind, name) for kind, name, _digest in there}
    return sorted({(kind, name) for kind, name, _digest in noted - there if (kind, name) in present})


def _made_by(statements: Sequence[str]) -> set[tuple[str, str, str]]:
    return {(_PROGRAM, "", _digest("\n".join(statements))), (view_version.KIND, "", view_version.ours())}


def _noted(connection: Connection) -> set[tuple[str, str, str]]:
    if not inspect(connection).has_table(_TABLE):
        return set()
    return {(kind, name, digest) for kind, name, digest in connection.exec_driver_sql(f"SELECT * FROM {_TABLE}")}


def _there(connection: Connection) -> Iterator[tuple[str, str, str]]:
    # A trigger's name may stand on several tables, so that the table is part of what is said of it.
    for kind, name, table, said in connection.exec_driver_sql(_SAID[connection.dialect.name]):
        yield kind, name, _digest(f"{table}\n{said}")


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()
