"""Connections: the SQLite engine and its settings, PostgreSQL, readers and writers, and what a failure is called.

What differs between the two engines lies here and in `registry/sql/`. Nothing in this module imports the models:
commands that only read stay quick.
"""

import sqlite3
import uuid
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from registry.errors import Conflict, NotFound, RegistryError, UsageError

# https://sqlite.org/wal.html, "the WAL-reset bug": 3.7.0 to 3.51.2 can corrupt a database that several processes write.
OLDEST_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 30_000
_MUCH_KIB = 256 * 1024
_AT_ONCE = 1_000  # keys in one question; SQLite takes 32,766
_HUNDRED = 100  # rows in one statement
# The order matters: pages first, since a file keeps the size that it was made with; then WAL, since `synchronous` is
# judged by the journal mode.
PRAGMAS = (
    ("page_size", 8_192),  # fewer pages for a large load to write into the log and to look for in it
    ("journal_mode", "WAL"),
    ("synchronous", "FULL"),  # an acknowledged change survives a power cut
    ("foreign_keys", "ON"),
    ("recursive_triggers", "ON"),  # without it INSERT OR REPLACE slips past the journal's triggers
    ("trusted_schema", "OFF"),
    ("secure_delete", "ON"),  # erased means erased
    ("cell_size_check", "ON"),
)


def connect(url: str) -> Engine:
    """An engine for a database URL; no connection is opened yet.

    Raises:
        UsageError: the URL is not one, or names a database that is neither SQLite nor PostgreSQL.
        RegistryError: this machine's SQLite is too old.
    """
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise UsageError("the database URL is not one; give a file's path or postgresql://user@host/name") from error
    if backend == "sqlite":
        return _connect_sqlite(url)
    if backend == "postgresql":
        return _connect_postgresql(url)
    raise UsageError(f"a {backend} database is not supported; give a SQLite file or postgresql://user@host/name")


def _connect_sqlite(url: str) -> Engine:
    module = sqlite_module()
    engine = create_engine(url, module=module, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _connect_postgresql(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _without_jit)
    return engine


def _without_jit(connection: Any, record: ConnectionPoolEntry) -> None:
    # What kept tables follow by is planned with scans turned off, which a server before version 18 reckons as an
    # immense cost; one that can compile plans (Debian's can) then does so for each of them, for tenths of a second.
    del record
    connection.execute("SET jit = off")
    connection.commit()


def in_memory() -> Engine:
    """An empty SQLite database that lives as long as its engine, for a registry that is made again and read."""
    return create_engine("sqlite://", module=sqlite_module(), hide_parameters=True, poolclass=StaticPool)


def for_making(file: Path) -> Engine:
    """An engine for a SQLite file that is thrown away unless it is finished: rows come in any order, without a log."""
    engine = create_engine(f"sqlite:///{file}", module=sqlite_module(), hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _unguarded(connection: Any, record: ConnectionPoolEntry) -> None:
        del record
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")

    return engine


def sqlite_module() -> ModuleType:
    """The DBAPI module with a SQLite new enough: `sqlcipher3`'s own, else the standard library's.

    Raises:
        RegistryError: neither is.
    """
    try:
        from sqlcipher3 import dbapi2 as module  # noqa: PLC0415 -- there is no wheel for every platform
    except ImportError:
        module = sqlite3
    if module.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        raise RegistryError(
            f"SQLite {module.sqlite_version} can corrupt a shared database; {needed} or newer is needed: "
            "pip install sqlcipher3, or use a Python with a newer SQLite"
        )
    return module  # type: ignore[no-any-return]  # sqlcipher3 is published without type information


def _set_pragmas(connection: Any, record: ConnectionPoolEntry) -> None:
    del record
    # SQLAlchemy says BEGIN itself (see _begin); Python's own guessing would leave schema changes outside it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for name, value in PRAGMAS:
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that turns writer halfway fails without waiting (SQLITE_BUSY_SNAPSHOT).
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def for_writing(engine: Engine) -> Engine:
    """The same engine, whose transactions take the writer's lock when they begin."""
    return engine.execution_options(writes=True)


@contextmanager
def waiting_for_others(connection: Connection) -> Iterator[None]:
    """Within, a lock that another program holds is waited for as long as on SQLite, and not for ever."""
    if not is_postgresql(connection):
        yield  # there BEGIN has waited
        return
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT_MS}")
    yield
    connection.exec_driver_sql("SET LOCAL lock_timeout = DEFAULT")


@contextmanager
def room_for_much(connection: Connection) -> Iterator[None]:
    """Within, SQLite keeps more of the file in memory, for a transaction that writes much.

    Dates fall anywhere in their indexes: a page that does not fit is written to the log anew for nearly every row.
    """
    if is_postgresql(connection):
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_MUCH_KIB}")
    yield
    connection.exec_driver_sql(f"PRAGMA cache_size = {usual}")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection in one read transaction: everything seen belongs together.

    Raises:
        NotFound: there is no registry at that address.
        RegistryError: it cannot be read, said in one line.
    """
    with explained(engine):
        must_exist(engine)
        isolated = engine.execution_options(isolation_level="REPEATABLE READ") if is_postgresql(engine) else engine
        with isolated.connect() as connection, connection.begin():
            yield connection


def is_postgresql(engine: Engine | Connection) -> bool:
    """Whether the database is PostgreSQL; it is SQLite otherwise."""
    return engine.dialect.name == "postgresql"


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite registry; None for PostgreSQL and for a database in memory."""
    if is_postgresql(engine) or engine.url.database in (None, "", ":memory:"):
        return None
    return Path(str(engine.url.database))


def must_exist(engine: Engine) -> None:
    """Refuse an address where no registry is; SQLite would otherwise make an empty file there.

    Raises:
        NotFound: there is no such file.
    """
    path = sqlite_file(engine)
    if path is not None and not path.exists():
        raise NotFound("registry", str(path), hint="make one with `registry init`, or name one with --database")


def one(connection: Connection, sql: str, **values: Any) -> dict[str, Any] | None:
    """The first row that the SQL gives, or None."""
    row = connection.execute(_stated(sql), values).mappings().first()
    return dict(row) if row is not None else None


def every(connection: Connection, sql: str, **values: Any) -> list[dict[str, Any]]:
    """All rows that the SQL gives."""
    return [dict(row) for row in connection.execute(_stated(sql), values).mappings()]


def each(connection: Connection, sql: str, **values: Any) -> Iterator[dict[str, Any]]:
    """The same one after the other, as they are asked for; of millions only a few are in memory."""
    with connection.execute(_stated(sql), values, execution_options={"yield_per": _AT_ONCE}) as result:
        yield from map(dict, result.mappings())


# To find the parameters in a short question takes as long as to answer it.
_stated = lru_cache(maxsize=1_000)(text)


def every_among(connection: Connection, sql: str, keys: Sequence[Any], **values: Any) -> list[dict[str, Any]]:
    """The rows of a query with a WHERE whose `id` is one of these keys, in no order; asked for in parts."""
    asked = text(f"{sql} AND id IN :keys").bindparams(bindparam("keys", expanding=True))
    parts = (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))
    return [dict(row) for part in parts for row in connection.execute(asked, {**values, "keys": part}).mappings()]


def each_in_order(connection: Connection, wanted: str, sql: str, **values: Any) -> Iterator[dict[str, Any]]:
    """The rows of a query with a WHERE, as another gives their keys: of a view that cannot be read in that order.

    Args:
        connection: one that reads.
        wanted: the other query, of one column, `id`.
        sql: gives `id`, too, which the rows are without.
        values: of the parameters of `wanted`.
    """
    with connection.execute(_stated(wanted), values, execution_options={"yield_per": _AT_ONCE}) as result:
        for part in result.scalars().partitions():
            found = {row.pop("id"): row for row in every_among(connection, sql, part)}
            yield from (found[key] for key in part if key in found)


def insert_many(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of values in the form that the driver takes: by `executemany` on SQLite, by COPY on PostgreSQL.

    The table and its columns are named by the program. What the database refuses is raised as from SQLAlchemy.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    if is_postgresql(connection):
        _copy(connection, table, names, rows)
    else:
        _insert_by_hundreds(connection, f"INSERT INTO {table} ({names})", len(columns), list(rows))


def _insert_by_hundreds(connection: Connection, into: str, width: int, rows: list[tuple[Any, ...]]) -> None:
    # A statement opens the table, its indexes and all that its foreign keys and triggers look at; that takes as long as
    # to write a row.
    row = f"({', '.join('?' * width)})"
    whole = len(rows) - len(rows) % _HUNDRED
    if whole:
        hundreds = [tuple(chain.from_iterable(rows[at : at + _HUNDRED])) for at in range(0, whole, _HUNDRED)]
        connection.exec_driver_sql(f"{into} VALUES {', '.join([row] * _HUNDRED)}", hundreds)
    if rows[whole:]:
        connection.exec_driver_sql(f"{into} VALUES {row}", rows[whole:])


def _copy(connection: Connection, table: str, names: str, rows: Iterable[tuple[Any, ...]]) -> None:
    import psycopg  # noqa: PLC0415 -- only where there is a server

    driver: Any = connection.connection.dbapi_connection
    types = _types(connection, table, names)
    try:
        # Binary: as text, bytes would be spelt as twice as many digits and read again.
        statement = f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)"
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
    except psycopg.IntegrityError as error:
        raise IntegrityError(f"COPY {table}", None, error) from error
    except psycopg.Error as error:
        raise DBAPIError(f"COPY {table}", None, error) from error


def copied(connection: Connection, sql: str) -> Generator[bytes, None, None]:
    """The rows that the SQL gives as PostgreSQL's COPY prints them: each a line of CSV, in UTF-8.

    Days are spelt as ISO 8601 has them and times are in UTC, however the server and its user are set. Whoever does not
    read all of them closes it before anything else is done with the connection; the transaction is of no use then.
    """
    import psycopg  # noqa: PLC0415 -- only where there is a server

    connection.exec_driver_sql("SET LOCAL datestyle = ISO")
    connection.exec_driver_sql("SET LOCAL timezone = 'UTC'")
    driver: Any = connection.connection.dbapi_connection
    statement = f"COPY ({sql}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')"
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            yield from copy
    except psycopg.Error as error:
        raise DBAPIError(statement, None, error) from error


def _types(connection: Connection, table: str, names: str) -> list[int]:
    """PostgreSQL's numbers for the types of some columns; asked each time, since a table may be made anew."""
    description: Any = connection.exec_driver_sql(f"SELECT {names} FROM {table} LIMIT 0").cursor.description
    return [column[1] for column in description]


def analyse(connection: Connection) -> None:
    """Have the planner look at how much there is now: after many rows were written. It takes samples, at any size."""
    if not is_postgresql(connection):
        connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
    connection.exec_driver_sql("ANALYZE")


_HELD = "another program has held {file} for 30 seconds, as a long import does; nothing was changed, try again later"
# What SQLite says, in words that a person can act on. Texts: https://sqlite.org/rescode.html
_SQLITE_TROUBLE = (
    ("file is not a database", "{file} is not a registry: it is not a SQLite database, or it is encrypted"),
    ("database disk image is malformed", "{file} is damaged; restore the last backup"),
    ("database or disk is full", "the disk is full, nothing was changed; make room and try again"),
    ("readonly database", "{file} is read-only, nothing was changed; check who owns the file and its folder"),
    ("unable to open database file", "{file} cannot be opened; check that its folder exists and can be written to"),
    ("database is locked", _HELD),
    ("disk I/O error", "the disk failed while using {file}, nothing was changed; check the disk before going on"),
)
_MISSING_TABLE = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn", "does not exist")


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Turn what the database says into one line without personal data.

    Raises:
        Conflict: a row exists already, or a rule that the database guards is broken.
        RegistryError: anything else that went wrong in the database.
    """
    try:
        yield
    except IntegrityError as error:
        raise Conflict(_constraint_line(error)) from error
    except DBAPIError as error:
        raise RegistryError(_trouble_line(engine, error)) from error


def _constraint_line(error: IntegrityError) -> str:
    # Only names of constraints and columns are told: PostgreSQL's DETAIL line holds the values themselves.
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        rule = diagnosis.constraint_name or diagnosis.message_primary
    else:
        rule = str(error.orig).partition("constraint failed:")[2].strip() or str(error.orig)
    return f"the database refuses this ({rule}); nothing was changed"


def _trouble_line(engine: Engine, error: DBAPIError) -> str:
    said = str(error.orig)
    if is_postgresql(engine) and error.statement is None:
        return _no_connection_line(engine, said)
    if any(sign in said or sign in type(error.orig).__name__ for sign in _MISSING_TABLE):
        return "the database holds no registry of this version; run `registry init`, or `registry db upgrade`"
    if is_postgresql(engine):
        return _postgresql_line(engine, error, said)
    file = sqlite_file(engine) or "the database"
    for sign, line in _SQLITE_TROUBLE:
        if sign in said:
            return line.format(file=file)
    return f"SQLite refused: {said.splitlines()[0]}"


def _no_connection_line(engine: Engine, said: str) -> str:
    server = f"PostgreSQL at {engine.url.host or 'the local socket'}"
    _, refused, why = said.partition("FATAL:")  # the server's own word; without it nobody was there to speak
    if refused:
        return f"{server} refused the connection: {why.strip().splitlines()[0]}"
    return f"{server} does not answer; check the address and the server"


def _postgresql_line(engine: Engine, error: DBAPIError, said: str) -> str:
    if error.connection_invalidated or "connect" in said:
        return (
            f"PostgreSQL at {engine.url.host or 'the local socket'} does not answer; check the address and the server"
        )
    if type(error.orig).__name__ == "LockNotAvailable":
        return _HELD.format(file=f"the registry at {engine.url.host or 'the local socket'}")
    diagnosis = getattr(error.orig, "diag", None)
    primary = diagnosis.message_primary if diagnosis is not None else None
    return f"PostgreSQL refused: {primary or type(error.orig).__name__}"


def as_uuid(value: Any) -> uuid.UUID:
    """A key as plain SQL gives it (bytes on SQLite) as a UUID."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(bytes=bytes(value))


def as_moment(value: Any) -> datetime:
    """A time as plain SQL gives it (text without a zone on SQLite), in UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def as_key(connection: Connection, value: uuid.UUID) -> Any:
    """A UUID as plain SQL takes it: bytes on SQLite."""
    return value if is_postgresql(connection.engine) else value.bytes


def forget(engine: Engine) -> None:
    """Empty the write-ahead log of a SQLite file, so that no copy of what was erased stays in it.

    On PostgreSQL nothing is done: there VACUUM, which the server runs by itself, gives up the space of old rows, and
    what its own log, replicas and backups still hold is for whoever runs it.

    Raises:
        RegistryError: another program is reading the file, so that the log cannot be emptied yet.
    """
    if sqlite_file(engine) is None:
        return
    with explained(engine), engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection  # SQLAlchemy would begin a transaction, which forbids it
        busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise RegistryError(
            f"it is erased, but another program holds {sqlite_file(engine)} open: "
            "the old text leaves the disk when that is closed"
        )
