"""The index of names: which of them share enough with a typed one to be looked at.

What differs between the engines in looking for names lies here and in `registry/sql/names/`: trigrams of names and of
their search keys, in a full-text index (SQLite) or an inverted one (PostgreSQL). The database itself keeps them in step
with the names.
"""

import re
import string
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy import text as _sql

from registry import db, paths

TABLES = ("place_name", "source_name", "actor_name", "facility_name")

_ROOM = 800  # names that pairs of trigrams may let in, by estimate
_BESIDE = 3  # places apart: trigrams that are closer overlap, and mostly come together
_APART = 10  # of the names with one of two trigrams that do not overlap, one in so many has the other, or fewer
_MOST = 3_000  # names that are looked at
_NAMESAKES = 300  # of them that have the very search key
_FREQUENT = 30_000  # names: PostgreSQL counts a trigram no further
_SAMPLE = 200  # names that are looked for where the index is checked
# As both engines turn letters: those of ASCII alone, whatever the locale.
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_LARGE = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


def create(connection: Connection) -> None:
    """Make the index of every table of names, from the names that are there."""
    for names in TABLES:
        for statement in _sql_file(connection).split("\n--;\n"):
            connection.exec_driver_sql(statement.replace("{names}", names))


def _sql_file(connection: Connection) -> str:
    return (paths.NAME_INDEX / f"{connection.dialect.name}.sql").read_text(encoding="utf-8")


def triggers(connection: Connection) -> list[tuple[str, str]]:
    """The triggers that keep the index in step, each with its table; PostgreSQL needs none."""
    found = re.findall(r"CREATE TRIGGER (\S+) AFTER [\w ,]+? ON (\S+)", _sql_file(connection))
    return [(trigger.replace("{names}", names), names) for names in TABLES for trigger, _table in found]


def drop(connection: Connection) -> None:
    """Drop the indexes; the names stay, and so do the triggers, which are dropped with all others."""
    if db.is_postgresql(connection):
        for names in TABLES:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS ix_{names}_grams")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS name_grams(text, text)")
        return
    for names in TABLES:
        for table in ("gram_count", "gram"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {names}_{table}")


def keeps(table: str) -> bool:
    """Whether a table is one of the index's own, which no revision knows."""
    return table.startswith(tuple(f"{names}_gram" for names in TABLES))


def out_of_step(connection: Connection) -> list[str]:
    """The tables of names whose index is missing, or does not find some names where they are."""
    if db.is_postgresql(connection):
        sql = "SELECT tablename FROM pg_indexes WHERE indexname = 'ix_' || tablename || '_grams'"
        return sorted(set(TABLES) - set(connection.exec_driver_sql(sql).scalars()))
    present = set(inspect(connection).get_table_names())
    return [names for names in TABLES if f"{names}_gram" not in present or _misses(connection, names)]


def _misses(connection: Connection, names: str) -> bool:
    """Whether a name at the front or the back of the table is not found under its rowid: VACUUM may renumber them."""
    for order in ("", "DESC"):
        sql = f"SELECT rowid, name, folded FROM {names} ORDER BY rowid {order} LIMIT {_SAMPLE}"
        for rowid, name, folded in connection.exec_driver_sql(sql).all():
            all_grams = " AND ".join(map(_quoted, [*grams_of_name(name), *grams_of_key(folded)]))
            if not all_grams:
                continue
            sought = f"SELECT EXISTS (SELECT 1 FROM {names}_gram WHERE {names}_gram MATCH ? AND rowid = ?)"
            if not connection.exec_driver_sql(sought, (all_grams, rowid)).scalar():
                return True
    return False


def grams_of_name(name: str) -> list[str]:
    """The trigrams of a name, a space before and after it included."""
    return _grams(name.translate(_SMALL))


def grams_of_key(key: str) -> list[str]:
    """The trigrams of a search key, likewise; in capitals, which tell them from a name's."""
    return _grams(key.translate(_LARGE))


def _grams(text: str) -> list[str]:
    padded = f" {text} "
    return list(dict.fromkeys(padded[at : at + 3] for at in range(len(text))))


def sharing(connection: Connection, names: str, owner: str, texts: Iterable[str], keys: Iterable[str]) -> Sequence[Any]:
    """Names that share trigrams with one of these texts, or search keys with one of these, two together that are rare.

    Rows of the record's key, the name, its search key and its script, in no order and bounded in number. Names that
    have been taken back are left out.
    """
    keys = [key for key in keys if key]
    grams = [grams for grams in (*map(grams_of_name, texts), *map(grams_of_key, keys)) if grams]
    counts = (_counts_postgresql if db.is_postgresql(connection) else _counts_sqlite)(
        connection, names, list(dict.fromkeys(gram for some in grams for gram in some))
    )
    pairs = dict.fromkeys(pair for some in grams for pair in _telling(some, counts))
    columns = f"SELECT n.{owner}, n.name, n.folded, n.script FROM"
    found = {tuple(row): None for key in keys for row in _with_key(connection, f"{columns} {names} n", key)}
    if pairs:
        found |= {tuple(row): None for row in _holding(connection, names, columns, list(pairs))}
    return list(found)


def _with_key(connection: Connection, columns: str, key: str) -> Sequence[Any]:
    sql = _sql(f"{columns} WHERE n.folded = :key AND n.retracted_at IS NULL LIMIT {_NAMESAKES}")
    return connection.execute(sql, {"key": key}).all()


def _telling(wanted: list[str], counts: dict[str, int]) -> list[tuple[str, str]]:
    """Pairs of trigrams that few names hold both of, as many pairs as there is room for."""
    places = [(at, gram) for at, gram in enumerate(wanted) if gram in counts]
    estimates = []
    for (at, one), (beside, other) in combinations(places, 2):
        fewer = min(counts[one], counts[other])
        estimates.append((fewer if beside - at < _BESIDE else fewer / _APART, one, other))
    room, pairs = float(_ROOM), []
    for size, one, other in sorted(estimates):
        room -= size
        if room < 0 and pairs:
            break
        pairs.append((one, other))
    return pairs


def _counts_sqlite(connection: Connection, names: str, wanted: list[str]) -> dict[str, int]:
    marks = ", ".join("?" * len(wanted))
    sql = f"SELECT term, doc FROM {names}_gram_count WHERE term IN ({marks})"
    return {term: count for term, count in connection.exec_driver_sql(sql, tuple(wanted)).all()}


def _counts_postgresql(connection: Connection, names: str, wanted: list[str]) -> dict[str, int]:
    one = f"SELECT 1 FROM {names} WHERE name_grams(name, folded) @> ARRAY[w.gram] LIMIT {_FREQUENT + 1}"
    sql = f"SELECT w.gram, (SELECT count(*) FROM ({one}) AS x) FROM unnest(CAST(:wanted AS text[])) AS w(gram)"
    return {gram: count for gram, count in connection.execute(_sql(sql), {"wanted": wanted}).all() if count}


def _holding(connection: Connection, names: str, columns: str, pairs: list[tuple[str, str]]) -> Sequence[Any]:
    """Names that hold both trigrams of one of the pairs."""
    if db.is_postgresql(connection):
        values: dict[str, object] = {f"pair{number}": list(pair) for number, pair in enumerate(pairs)}
        either = " OR ".join(
            f"name_grams(n.name, n.folded) @> CAST(:pair{number} AS text[])" for number in range(len(pairs))
        )
        sql = f"{columns} {names} n WHERE ({either})"
    else:
        values = {"either": " OR ".join(f"({_quoted(one)} AND {_quoted(other)})" for one, other in pairs)}
        sql = f"{columns} {names}_gram JOIN {names} n ON n.rowid = {names}_gram.rowid WHERE {names}_gram MATCH :either"
    return connection.execute(_sql(f"{sql} AND n.retracted_at IS NULL LIMIT {_MOST}"), values).all()


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'
