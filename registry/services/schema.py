"""The schema of a registry: made, brought up to date, and checked.

Views and triggers are not part of the revisions: they are dropped before a migration and made again after it. A batch
rebuild would fail on a view, and would lose a table's triggers without a word. Search keys are made again with them.
"""

import io
import re
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, text

from registry import codes, db, paths
from registry.errors import Conflict, NotFound, RegistryError
from registry.services import derived, kept, name_index, search_keys
from registry.services.postponed import postponed

if TYPE_CHECKING:
    from alembic.config import Config

_VIEW_NAME = re.compile(r"CREATE VIEW (\w+)", re.IGNORECASE)
_USED = re.compile(r"\b(?:FROM|JOIN) (\w+)")
_GENESIS = bytes(32)
_MADE_AGAIN = "run `registry db upgrade`, which makes it again"
# Views that an earlier version made and this one does not: put the name here when a view is taken out.
_FORMER_VIEWS: tuple[str, ...] = ()
# Key columns by which the views are joined, and the view that each leads to.
JOINED = {
    "attack_id": "v_attack", "facility_id": "v_facility", "claim_id": "v_claim", "other_id": "v_claim",
    "situation_id": "v_situation", "report_id": "v_report", "publisher_id": "v_source", "speaker_id": "v_source",
    "actor_id": "v_actor", "place_id": "v_place", "governorate_id": "v_place", "area_id": "v_place",
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """Something that `check` found, and what to do about it."""

    what: str
    todo: str


def upgrade(engine: Engine, revision: str = "head", node_name: str | None = None) -> None:
    """Bring the schema to a revision, make views and triggers, load the code lists, and see that there is a node.

    Raises:
        Conflict: the database was written by a newer version of this program.
        RegistryError: it is not a database, or cannot be written.
    """
    _migrate(engine, "upgrade", revision, node_name)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema back to a revision. Tables that it did not know are dropped with their rows."""
    _migrate(engine, "downgrade", revision)


def initialise(engine: Engine, node_name: str | None = None) -> bool:
    """Make a registry where there is none, or bring one up to date; whether it is new.

    Args:
        engine: where; for SQLite the folder must exist.
        node_name: what this laptop or server is called in the journal; its host name otherwise.
    """
    with db.explained(engine):
        path = db.sqlite_file(engine)
        if path is not None and not path.parent.is_dir():
            raise NotFound("folder", str(path.parent), hint="make it first")
        fresh = not _has_tables(engine)
        upgrade(engine, node_name=node_name)
    return fresh


def _has_tables(engine: Engine) -> bool:
    with engine.connect() as connection:
        return inspect(connection).has_table("alembic_version")


def _migrate(engine: Engine, direction: str, revision: str, node_name: str | None = None) -> None:
    from alembic import command  # noqa: PLC0415 -- takes longer to import than most commands to run

    # One transaction from the first to the last step: what fails leaves the registry as it was, its triggers included.
    with db.explained(engine), _foreign_keys_off(engine) as connection:
        _wait_for_others(connection)
        _refuse_newer(connection)
        _refuse_others(connection)
        drop_derived(connection)
        getattr(command, direction)(_alembic(connection), revision)
        _refuse_orphans(connection)
        if current_revision(connection) == revisions()[-1]:  # views and triggers are of the newest schema alone
            search_keys.renew(connection)
            create_derived(connection)
            load_codes(connection)
            _ensure_node(connection, node_name or socket.gethostname())
        connection.commit()


def _wait_for_others(connection: Connection) -> None:
    # Two people may make or upgrade one registry at the same time. On SQLite BEGIN IMMEDIATE has made the second wait.
    if db.is_postgresql(connection):
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('registry schema'))")


@contextmanager
def _foreign_keys_off(engine: Engine) -> Iterator[Connection]:
    # With foreign keys on, SQLite's rebuild of a table would count as deleting its rows. The PRAGMA does nothing
    # inside a transaction, so it is set on the driver's own connection before any begins.
    with db.for_writing(engine).connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        if not db.is_postgresql(engine):
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            connection.rollback()
            if not db.is_postgresql(engine):
                driver.execute("PRAGMA foreign_keys=ON")


@contextmanager
def bare(engine: Engine) -> Iterator[Connection]:
    """A transaction without views, triggers, what these keep, indexes and foreign keys, which are made again after it.

    For whoever writes very many rows.

    Raises:
        RegistryError: what was written points nowhere; all is as before.
    """
    with db.explained(engine), _foreign_keys_off(engine) as connection:
        _wait_for_others(connection)
        drop_derived(connection)
        with postponed(connection):
            yield connection
        _refuse_orphans(connection)
        db.analyse(connection)  # what is kept is filled by large queries; without statistics PostgreSQL takes hours
        if current_revision(connection) == revisions()[-1]:  # as in a migration
            search_keys.renew(connection)
            create_derived(connection)
            db.analyse(connection)  # a server does it in its own time; until then a timeline takes thirty times as long
        connection.commit()


def _alembic(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 -- as above

    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(paths.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def revisions() -> list[str]:
    """The revisions that this version of the program knows, oldest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- as above

    script = ScriptDirectory(str(paths.MIGRATIONS))
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at; None where it holds no registry."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_newer(connection: Connection) -> None:
    current = current_revision(connection)
    if current is not None and current not in revisions():
        raise Conflict(
            f"this registry is at revision {current}, which this version of the program does not know; "
            "install the newer version that wrote it"
        )


def _refuse_others(connection: Connection) -> None:
    tables = inspect(connection).get_table_names()
    if tables and "alembic_version" not in tables:
        raise Conflict(
            f"this database holds no registry but other tables ({', '.join(sorted(tables)[:3])}); "
            "name another file or database"
        )


def _refuse_orphans(connection: Connection) -> None:
    if db.is_postgresql(connection.engine):
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        tables = ", ".join(sorted({str(row[0]) for row in orphans}))
        raise RegistryError(f"rows of {tables} were left that point nowhere; restore the last backup and report it")


def view_files() -> dict[str, Path]:
    """The views and their files, in the order in which they are made: each after those that it rests on."""
    texts = {file: file.read_text(encoding="utf-8") for file in sorted(paths.VIEWS.glob("*.sql"))}
    waiting = {match[1]: file for file, sql in texts.items() if (match := _VIEW_NAME.search(sql))}
    used = {name: set(_USED.findall(texts[file])) - {name} for name, file in waiting.items()}
    ordered: dict[str, Path] = {}
    while waiting:
        ready = [name for name in waiting if not used[name] & waiting.keys()]
        ordered |= {name: waiting.pop(name) for name in ready}
    return ordered


def view_names() -> list[str]:
    """The views, in the order in which they are made."""
    return list(view_files())


def _trigger_file(connection: Connection) -> Path:
    return paths.TRIGGERS / f"{connection.dialect.name}.sql"


def _trigger_names(connection: Connection) -> list[tuple[str, str]]:
    # (trigger, table), as the files of both engines spell them
    sql = _trigger_file(connection).read_text(encoding="utf-8")
    found = re.findall(r"CREATE TRIGGER (\w+)\s+BEFORE [\w ]+? ON (\w+)", sql)
    return [*found, *name_index.triggers(connection), *kept.triggers(connection)]


def drop_derived(connection: Connection) -> None:
    """Drop our views, triggers and kept tables, those of older versions too; other people's views stay."""
    derived.drop(connection)
    name_index.drop(connection)
    for view in [*_FORMER_VIEWS, *reversed(view_names())]:
        connection.execute(text(f"DROP VIEW IF EXISTS {view}"))
    kept.drop(connection)
    tables = set(inspect(connection).get_table_names())
    for trigger, table in _trigger_names(connection):
        if table in tables:
            on = f" ON {table}" if db.is_postgresql(connection.engine) else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}{on}"))


def create_derived(connection: Connection) -> None:
    """Make the triggers, the index of names, the kept tables and the views of this version."""
    name_index.create(connection)
    kept.create(connection)
    for statement in _statements(_trigger_file(connection)):
        connection.exec_driver_sql(statement)
    create_views(connection)
    triggers = {trigger for trigger, _table in _trigger_names(connection)}
    derived.note(connection, _derived_from(connection), {*view_names(), *kept.views(connection), *triggers})


def _derived_from(connection: Connection) -> list[str]:
    views = [file.read_text(encoding="utf-8") for file in view_files().values()]
    ours = [*name_index.statements(connection), *kept.statements(connection)]
    return [*ours, *_statements(_trigger_file(connection)), *views, search_keys.rules()]


def keeps(table: str) -> bool:
    """Whether a table is made from others, like views, so that no revision knows it."""
    return name_index.keeps(table) or kept.keeps(table) or derived.keeps(table)


def create_views(connection: Connection) -> None:
    """Make the views of this version."""
    for file in view_files().values():
        connection.exec_driver_sql(file.read_text(encoding="utf-8"))


def _statements(file: Path) -> list[str]:
    # Statements are parted by a line of `--;`: a trigger's body holds semicolons of its own.
    return [part.strip() for part in file.read_text(encoding="utf-8").split("\n--;\n") if part.strip()]


def load_codes(connection: Connection) -> None:
    """Bring the code-list tables in step with the CSV files: new codes in, labels and definitions renewed.

    A code that has gone from the files stays in the table: records may carry it.
    """
    for name in codes.LISTS:
        _upsert(connection, name, [_typed(row) for row in codes.rows(name)], ("code",))
    key = ("list", "code", "scheme", "scheme_list", "foreign_code")
    _upsert(connection, "code_map", [dict(row) for row in codes.code_map()], key)


def _typed(row: codes.Row) -> dict[str, Any]:
    # Labels in further languages are for the sitreps, which read the files; the tables have three.
    further = {column for column in row if column.startswith("label_")} - {f"label_{one}" for one in codes.LANGUAGES}
    typed: dict[str, Any] = {column: cell for column, cell in row.items() if column not in further}
    # The columns of a CSV file that are not text.
    for column in {"is_person", "takes_population", "takes_facility_type"} & typed.keys():
        typed[column] = typed[column] == "1"
    if "rank" in typed:
        typed["rank"] = int(typed["rank"])
    return typed


def _upsert(connection: Connection, table: str, rows: list[dict[str, Any]], key: tuple[str, ...]) -> None:
    if not rows:
        return
    columns = list(rows[0])
    others = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
    sql = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(':' + column for column in columns)}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {others}"
    )
    connection.execute(text(sql), rows)


def _ensure_node(connection: Connection, name: str) -> None:
    from registry.models.journal import Node  # noqa: PLC0415 -- the models are not needed to look at a schema

    table = Node.__table__  # type: ignore[attr-defined]  # made by SQLModel's metaclass
    if connection.execute(table.select().where(table.c.is_local)).first() is None:
        row = {"id": uuid.uuid4(), "name": name, "is_local": True, "made_at": datetime.now(UTC)}
        connection.execute(table.insert(), row | {"head_seq": 0, "head_hash": _GENESIS})


def is_current(engine: Engine) -> bool:
    """Whether it is at the newest revision, with all views and triggers as this version makes them."""
    with db.reading(engine) as connection:
        if current_revision(connection) != revisions()[-1]:
            return False
        return derived.are_of(connection, _derived_from(connection)) and not [*_check_derived(connection)]


def check(engine: Engine, *, compare: bool = True) -> list[Problem]:
    """What is wrong with a registry's database: revision, node, views, triggers, foreign keys, the file itself.

    Args:
        engine: of the registry.
        compare: also whether the index of names and the kept tables hold what they should, which takes as long as to
            make them.
    """
    with db.reading(engine) as connection:
        problems = [*_check_revision(connection), *_check_node(connection), *_check_derived(connection)]
        if compare and not problems:
            problems += _check_contents(connection)
        problems += _check_heads(connection)
        if not db.is_postgresql(engine):
            problems += _check_sqlite_file(connection)
        return problems


def _check_revision(connection: Connection) -> Iterator[Problem]:
    _refuse_newer(connection)
    current, newest = current_revision(connection), revisions()[-1]
    if current is None:
        yield Problem("the database holds no registry", "run `registry init`")
    elif current != newest:
        yield Problem(f"the schema is at {current}, this program at {newest}", "run `registry db upgrade`")


def _check_node(connection: Connection) -> Iterator[Problem]:
    if not inspect(connection).has_table("node"):
        return
    if connection.execute(text("SELECT 1 FROM node WHERE is_local")).first() is None:
        yield Problem("the registry has no node of its own, so that nothing can be journalled", "run `registry init`")


def _check_heads(connection: Connection) -> Iterator[Problem]:
    """Whether each chain ends where it was kept that it ends; `registry journal verify` walks them whole."""
    if not inspect(connection).has_table("node"):
        return
    sql = (
        "SELECT n.name FROM node n LEFT JOIN journal j ON j.node_id = n.id AND j.seq = n.head_seq "
        "WHERE (n.head_seq > 0 AND (j.hash IS NULL OR j.hash <> n.head_hash)) "
        "OR EXISTS (SELECT 1 FROM journal l WHERE l.node_id = n.id AND l.seq > n.head_seq) ORDER BY n.name"
    )
    for name in connection.execute(text(sql)).scalars():
        yield Problem(f"the journal of {name} does not end where it was left", "run `registry journal verify`")


def _check_derived(connection: Connection) -> Iterator[Problem]:
    missing_views = {*view_names(), *kept.views(connection)} - set(inspect(connection).get_view_names())
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if db.is_postgresql(connection.engine)
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    present = set(connection.execute(text(query)).scalars())
    missing_triggers = {trigger for trigger, _table in _trigger_names(connection)} - present
    for kind, missing in (("view", missing_views), ("trigger", missing_triggers)):
        for name in sorted(missing):
            yield Problem(f"the {kind} {name} is missing", _MADE_AGAIN)
    for kind, name in derived.altered(connection):
        yield Problem(f"the {kind} {name} was altered", _MADE_AGAIN)
    if current_revision(connection) == revisions()[-1] and not derived.are_of(connection, _derived_from(connection)):
        yield Problem("views, triggers and search keys were made by another version of this program", _MADE_AGAIN)


def _check_contents(connection: Connection) -> Iterator[Problem]:
    for names in search_keys.out_of_step(connection):
        yield Problem(f"search keys of {names} are not as this version makes them", _MADE_AGAIN)
    for names in name_index.out_of_step(connection):
        yield Problem(f"the index of {names} is out of step", _MADE_AGAIN)
    for table in kept.out_of_step(connection):
        yield Problem(f"the table {table} is out of step", _MADE_AGAIN)


def _check_sqlite_file(connection: Connection) -> Iterator[Problem]:
    said = connection.exec_driver_sql("PRAGMA integrity_check(5)").scalars().all()
    if said != ["ok"]:
        yield Problem(f"the file is damaged: {said[0]}", "restore the last backup")
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    for table in sorted({str(row[0]) for row in orphans}):
        yield Problem(f"rows of {table} point nowhere", "restore the last backup and report how it happened")
