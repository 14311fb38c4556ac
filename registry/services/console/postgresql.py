"""A question to PostgreSQL: one query, read token by token first, in a transaction that cannot write.

What holds whatever the statement says is what the server grants to whoever is logged in: `registry db grant` makes a
role for that. A question asked by the keeper's own role, which may do more, is held by three things: it is one query
that calls functions of a list alone (`scanning`), its transaction is read-only, and it is ended from outside.
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from datetime import time as clock_time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from registry.errors import RegistryError, UsageError
from registry.services import view_version
from registry.services.console import refusals
from registry.services.console.answers import Answer, Asked, distinct
from registry.services.console.scanning import Token, checked

if TYPE_CHECKING:
    import psycopg

_AT_ONCE = 500  # rows in one fetch
_GRACE = 0.2  # seconds after the server's own limit
_BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL standard_conforming_strings = on",  # strings are read as `scanning` reads them
    "SET LOCAL lock_timeout = 5000",
    "SET LOCAL work_mem = '64MB'",
    "SET LOCAL max_parallel_workers_per_gather = 0",  # one process, and its limits
)


@contextmanager
def asked_of(url: str, asked: Asked, audience: str) -> Iterator[Answer]:
    """The answer of a registry on PostgreSQL; its rows come as they are read.

    Args:
        url: as libpq takes it.
        asked: the question.
        audience: for what is said of a column that is not there.

    Raises:
        NotFound: there is no such table or column.
        UsageError: it is not one query, or uses what questions may not.
        RegistryError: it takes more time than it may, or the server does not answer.
    """
    found = checked(asked.sql)
    import psycopg  # noqa: PLC0415 -- only for a question that may be asked

    try:
        with (
            psycopg.connect(url, autocommit=True, application_name="registry sql") as connection,
            _ended_in_time(connection, asked),
        ):
            _refuse_other_views(connection)
            yield from _answers(connection, asked, found)
    except psycopg.Error as error:
        raise _refused(error, asked, url, audience) from None


def tables(url: str) -> dict[str, list[str]]:
    """The tables and columns that whoever is logged in may read."""
    import psycopg  # noqa: PLC0415 -- as above

    sql = (
        "SELECT c.table_name, c.column_name FROM information_schema.columns c "
        "WHERE c.table_schema = ANY (current_schemas(false)) ORDER BY c.table_name, c.ordinal_position"
    )
    found: dict[str, list[str]] = {}
    with psycopg.connect(url, autocommit=True) as connection:
        for table, column in connection.execute(sql):
            found.setdefault(table, []).append(column)
    return found


def _answers(connection: "psycopg.Connection[Any]", asked: Asked, found: list[Token]) -> Iterator[Answer]:
    for step in (*_BEGIN, f"SET LOCAL statement_timeout = {max(1, int(asked.limits.seconds * 1000))}"):
        connection.execute(step)
    with connection.cursor(name="answer") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(_prepared(asked, found), dict(asked.values))
        answer = Answer(distinct([column.name for column in cursor.description or ()]), iter(()))
        answer.rows = _rows(answer, cursor, asked)
        yield answer


def _refuse_other_views(connection: "psycopg.Connection[Any]") -> None:
    # Who was granted the views alone cannot tell, and who was granted an extract has no revision.
    readable = "SELECT to_regclass('alembic_version'), has_table_privilege(to_regclass('derived'), 'SELECT')"
    revision, may_read = connection.execute(readable).fetchone() or (None, None)
    if revision is None or may_read is False:
        return
    noted = connection.execute(view_version.NOTED).fetchone() if may_read else None
    if noted != (view_version.ours(),):
        raise view_version.others()


@contextmanager
def _ended_in_time(connection: "psycopg.Connection[Any]", asked: Asked) -> Iterator[None]:
    # The server's own limit counts for each fetch anew; ours is for the whole.
    clock = threading.Timer(asked.limits.seconds + _GRACE, connection.cancel_safe, kwargs={"timeout": 5})
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def _prepared(asked: Asked, found: list[Token]) -> str:
    """The statement as psycopg takes it: parameters by its own spelling, per cents doubled."""
    parts, at = [], 0
    for token in found:
        parts.append(asked.sql[at : token.at].replace("%", "%%"))
        if token.kind == "value":
            if token.text[1:] not in asked.values:
                raise refusals.no_value(asked)
            parts.append(f"%({token.text[1:]})s")
        else:
            parts.append(asked.sql[token.at : token.end].replace("%", "%%"))
        at = token.end
    return "".join(parts)


def _rows(answer: Answer, cursor: "psycopg.ServerCursor[Any]", asked: Asked) -> Iterator[list[Any]]:
    left, deadline = asked.limits.rows, time.monotonic() + asked.limits.seconds
    while left is None or left > 0:
        if time.monotonic() > deadline:
            raise refusals.too_long(asked.limits)  # a cancelled connection that was idle would not notice
        rows = cursor.fetchmany(_AT_ONCE if left is None else min(_AT_ONCE, left))
        if not rows:
            return
        yield from ([_plain(value) for value in row] for row in rows)
        left = None if left is None else left - len(rows)
    answer.more = bool(cursor.fetchmany(1))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if abs(value) != float("inf") else str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, datetime | date | clock_time | list | dict):
        return value
    return value.hex() if isinstance(value, bytes) else str(value)


def _refused(error: "psycopg.Error", asked: Asked, url: str, audience: str) -> RegistryError:
    from psycopg import errors  # noqa: PLC0415 -- as above

    said = error.diag.message_primary or ""
    match error:
        case errors.QueryCanceled():
            return refusals.too_long(asked.limits)
        case errors.OutOfMemory() | errors.ConfigurationLimitExceeded() | errors.ProgramLimitExceeded():
            return refusals.too_large(asked.limits)
        case errors.UndefinedTable() | errors.UndefinedColumn():
            return _missing(error, asked, url, audience)
        case errors.InsufficientPrivilege() | errors.ReadOnlySqlTransaction():
            return UsageError(f"sql: the server refuses this: {said}")
        case _ if error.diag.sqlstate is None:
            return RegistryError("PostgreSQL does not answer; check the address and the server")
    return refusals.wrong(asked, said.splitlines()[0], _place(error, asked))


def _place(error: "psycopg.Error", asked: Asked) -> int | None:
    position = error.diag.statement_position
    if position is None or asked.values:
        return None
    return min(int(position) - 1 - len('DECLARE "answer" CURSOR FOR '), len(asked.sql))


def _missing(error: "psycopg.Error", asked: Asked, url: str, audience: str) -> RegistryError:
    said = error.diag.message_primary or ""
    if said.startswith("missing FROM-clause"):
        return refusals.wrong(asked, said, _place(error, asked))
    named = re.search(r'(?:relation|column) "?([^" ]+)"?', said)
    name = named[1] if named is not None else said
    if error.diag.sqlstate == "42P01":
        return refusals.no_table(name, tables(url))
    return refusals.no_column(name, asked, tables(url), audience)
