"""The search keys that names are kept with, made again where this version folds names otherwise than the one before."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from registry import names
from registry.services import name_index
from registry.services.erased import is_erased

_AT_ONCE = 10_000  # names
_RULES = ("cleaning", "folding", "letters", "vocabulary")


def rules() -> str:
    """What tells this version's rules of folding from another's."""
    files = [Path(names.__file__).with_name(f"{rule}.py") for rule in _RULES]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def current(name: str, kept: str) -> str:
    """The search key that this version makes of a name; of one that was erased what is kept."""
    return kept if is_erased(name) else names.fold(name)


def renew(connection: Connection) -> None:
    """Give every name the search key that this version makes of it. The index of names must be made after it."""
    for table in name_index.TABLES:
        sql = text(f"UPDATE {table} SET folded = :folded WHERE id = :key")
        for stale in _stale(connection, table):
            connection.execute(sql, stale)


def out_of_step(connection: Connection) -> list[str]:
    """The tables of names with other search keys than this version makes."""
    return [table for table in name_index.TABLES if any(_stale(connection, table))]


def _stale(connection: Connection, table: str) -> Iterator[list[dict[str, Any]]]:
    """Of so many names at a time, those that have another search key, with the one that is theirs."""
    asked = f"SELECT id, name, folded FROM {table} {{where}} ORDER BY id LIMIT {_AT_ONCE}"
    rows = connection.execute(text(asked.format(where=""))).all()
    while rows:
        fresh = [(key, current(name, kept), kept) for key, name, kept in rows]
        if stale := [{"key": key, "folded": folded} for key, folded, kept in fresh if folded != kept]:
            yield stale
        rows = connection.execute(text(asked.format(where="WHERE id > :last")), {"last": rows[-1][0]}).all()
