"""The process that asks a SQLite file; the question comes as JSON on its input.

It opens the file for reading, begins its transaction, and then gives up every other access: no file, no connection,
little memory, little time. What the question may read and call is a list of allowed names; what is not on it is
refused. Hardly anything is imported, so that it starts at once.

It prints lines of JSON: {"tables": {...}} where nothing was asked; else {"columns": [...]}, then {"rows": [[...], ...]}
as they come, and at the end {"more": whether there are rows above the limit} or {"refused": why, ...}.
"""

from __future__ import annotations

import json
import re
import sys
import time

from registry.bounds import bound, open_nothing_more
from registry.services.console.functions import SQLITE, SQLITE_TABLES

try:  # the engine that wrote the file, as `registry.db` chooses it
    from sqlcipher3 import dbapi2 as sqlite3
except ImportError:  # there is no wheel for every platform
    import sqlite3

TYPE_CHECKING = False  # as in `typing`, which takes as long to import as the rest
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_AT_ONCE = 500  # rows in a line
_LONGEST_LINE = 64 << 20  # characters
_STEPS = 20_000  # of SQLite's machine, between two looks at the clock
_OK, _DENY = 0, 1  # https://sqlite.org/c3ref/c_deny.html
_READ, _FUNCTION = sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION
_HARMLESS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE}
# What may be large, where the engine's module can bound it: https://sqlite.org/c3ref/c_limit_attached.html
_LIMITS = {"LENGTH": 32 << 20, "SQL_LENGTH": 1 << 20, "COLUMN": 500, "EXPR_DEPTH": 500, "COMPOUND_SELECT": 100,
           "VDBE_OP": 1 << 20, "FUNCTION_ARG": 100, "ATTACHED": 0, "LIKE_PATTERN_LENGTH": 1000,
           "WORKER_THREADS": 0}  # fmt: skip


class _Gate:
    """What a question may do, asked by SQLite while it prepares the statement.

    The name of the view or subquery that a read is done for, which SQLite tells too, decides nothing: whoever writes
    the question chooses it. So the tables below a view have to be open as well.

    Attributes:
        denied: what was refused last, as (kind, name).
    """

    def __init__(self, connection: Any) -> None:
        rows = connection.execute("SELECT type, name, COALESCE(sql, '') FROM sqlite_schema").fetchall()
        virtual = tuple(f"{name.lower()}_" for _, name, sql in rows if sql.upper().startswith("CREATE VIRTUAL"))
        readable = [
            name
            for kind, name, sql in rows
            if kind in ("table", "view")
            and not sql.upper().startswith("CREATE VIRTUAL")
            and not name.lower().startswith(("sqlite_", *virtual))
        ]
        self._connection, self._readable = connection, readable
        self._open = {name.lower() for name in readable} | SQLITE_TABLES
        # What exists beside these, by whatever name it can be read: a name that is none of it is that of a subquery.
        modules = {row[0].lower() for row in connection.execute("SELECT name FROM pragma_module_list")}
        self._shut = ({name.lower() for _, name, _ in rows} | modules) - self._open
        self.denied: tuple[str, str] | None = None

    def __call__(self, action: int, first: str | None, second: str | None, *_where: str | None) -> int:
        """Whether an action is allowed."""
        if action in _HARMLESS:
            return _OK
        if action == _READ:
            return _OK if self._may_read((first or "").lower()) else self._deny("table", first)
        if action == _FUNCTION:
            return _OK if (second or "").lower() in SQLITE else self._deny("function", second)
        return self._deny("statement", "")

    def tables(self) -> dict[str, list[str]]:
        """The tables that may be read, with their columns. From here on the gate stands open: no question follows."""
        self._connection.set_authorizer(None)
        infos = {name: self._connection.execute(f'PRAGMA table_info("{name}")') for name in self._readable}
        return {name: [row[1] for row in info] for name, info in infos.items()}

    def _may_read(self, name: str) -> bool:
        return name in self._open or not (name in self._shut or name.startswith(("sqlite_", "pragma_", "dbstat")))

    def _deny(self, kind: str, name: str | None) -> int:
        self.denied = (kind, name or "")
        return _DENY


def main() -> None:
    """Answer the question on standard input."""
    asked = json.loads(sys.stdin.buffer.read())
    try:
        connection = _opened(asked["file"])
        gate = _Gate(connection)
        if not _has_our_views(connection, asked):
            _tell({"refused": "version"})
            return
    except sqlite3.Error as error:
        _tell({"refused": "file", "said": str(error)})
        return
    bound(asked["memory"], int(asked["seconds"]) + 1, 0)
    open_nothing_more()
    if not asked["sql"]:
        _tell({"tables": gate.tables()})
        return
    connection.set_authorizer(gate)
    deadline = time.monotonic() + asked["seconds"]
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    try:
        for line in _answer(connection, asked):
            _tell(line)
    except MemoryError:
        _tell({"refused": "memory"})
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        _tell(_refusal(connection, gate, asked["sql"], error))


def _opened(file: str) -> Any:
    connection = sqlite3.connect(file, uri=True, isolation_level=None)
    for name, value in (("temp_store", "MEMORY"), ("trusted_schema", "OFF"), ("mmap_size", "0"), ("query_only", "ON"),
                        ("cell_size_check", "ON"), ("busy_timeout", "5000")):  # fmt: skip
        connection.execute(f"PRAGMA {name}={value}")
    if hasattr(connection, "setlimit"):
        for name, most in _LIMITS.items():
            connection.setlimit(getattr(sqlite3, f"SQLITE_LIMIT_{name}"), most)
    connection.execute("BEGIN")  # now the write-ahead log is opened too, and all rows are of one moment
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return connection


def _has_our_views(connection: Any, asked: dict[str, Any]) -> bool:
    """Whether the views of a registry are of this version; an extract and a copy of the past have no revision."""
    there = "SELECT name FROM sqlite_schema WHERE name IN ('alembic_version', 'derived')"
    tables = {name for (name,) in connection.execute(there)}
    if "alembic_version" not in tables:
        return True
    return "derived" in tables and connection.execute(asked["noted"]).fetchone() == (asked["views"],)


def _answer(connection: Any, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(asked["sql"], asked["values"])
    if cursor.description is None:
        yield {"refused": "empty"}
        return
    names = [column[0] for column in cursor.description]
    keys = [place for place, name in enumerate(names) if name == "id" or name.endswith("_id")]
    yield {"columns": names}
    left = asked["rows"]
    while left is None or left > 0:
        rows = cursor.fetchmany(_AT_ONCE if left is None else min(_AT_ONCE, left))
        if not rows:
            break
        yield {"rows": [_plain(row, keys) for row in rows]}
        left = None if left is None else left - len(rows)
    yield {"more": left == 0 and cursor.fetchone() is not None}


def _plain(row: tuple[Any, ...], keys: list[int]) -> list[Any]:
    values = [_value(value) if isinstance(value, bytes | float) else value for value in row]
    for place in keys:
        if isinstance(row[place], bytes) and len(row[place]) == 16:
            text = row[place].hex()
            values[place] = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    return values


def _value(value: bytes | float) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return value if abs(value) != float("inf") else ("Infinity" if value > 0 else "-Infinity")


def _refusal(connection: Any, gate: _Gate, sql: str, error: Exception) -> dict[str, Any]:
    said = str(error)
    if said == "interrupted":
        return {"refused": "time"}
    if "out of memory" in said or "too big" in said:
        return {"refused": "memory"}
    if "prohibited" in said or "not authorized" in said:
        return {"refused": "closed", "denied": gate.denied, "tables": gate.tables()}
    place = _place(connection, sql, said)
    return {"refused": "wrong", "said": said, "place": place, "tables": gate.tables()}


def _place(connection: Any, sql: str, said: str) -> int | None:
    """Where in the statement a word is that SQLite stumbled over: it tells the word, and not the place."""
    if said == "incomplete input":
        return len(sql)
    found = re.match(r'near "(.+)": syntax error$', said, re.DOTALL)
    if found is None:
        return None
    word = found[1]
    for match in re.finditer(re.escape(word), sql):
        # What comes before can be gone on with; with the word it cannot.
        if _complaint(connection, sql[: match.end()]) == said and _complaint(connection, sql[: match.start()]) != said:
            return match.start()
    return None


def _complaint(connection: Any, sql: str) -> str:
    try:
        connection.execute(f"EXPLAIN {sql}", {})
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        return str(error)
    return ""


def _tell(line: dict[str, Any]) -> None:
    text = json.dumps(line, ensure_ascii=False, check_circular=False)
    if len(text) > _LONGEST_LINE:
        raise MemoryError
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()
