"""The index of names: which search keys share enough with a typed one to be looked at.

What differs between the engines in looking for names lies here and in `registry/sql/names/`: trigrams of the search keys,
in a full-text index (SQLite) or an inverted one (PostgreSQL). The database itself keeps them in step with the names.
"""

import re
from itertools import combinations

from sqlalchemy import Connection, inspect
from sqlalchemy import text as _sql

from registry import db, paths

TABLES = ("place_name", "source_name", "actor_name", "facility_name")

_SHORT = 4  # letters of a key: in so short a one, a slip leaves hardly a trigram as it was
_ROOM = 1_500  # keys that two trigrams together may let in, by estimate
_BESIDE = 3  # places apart: trigrams that are closer overlap, and mostly come together
_APART = 10  # of the keys with one of two trigrams that do not overlap, one in so many has the other, or fewer
_MOST = 4_000  # keys that are looked at
_FREQUENT = 30_000  # names: PostgreSQL counts a trigram no further


def create(connection: Connection) -> None:
    """Make the index of every table of names, from the names that are there."""
    for names in TABLES:
        for statement in _sql_file(connection).split("\n--;\n"):
            connection.exec_driver_sql(statement.replace("{names}", names))


def _sql_file(connection: Connection) -> str:
    return (paths.NAME_INDEX / f"{connection.dialect.name}.sql").read_text(encoding="utf-8")


def triggers(connection: Connection) -> list[tuple[str, str]]:
    """The triggers that keep the index in step, each with its table; PostgreSQL needs none."""
    found = re.findall(r"CREATE TRIGGER (\S+) AFTER [\w ]+? ON (\S+)", _sql_file(connection))
    return [(trigger.replace("{names}", names), names) for names in TABLES for trigger, _table in found]


def drop(connection: Connection) -> None:
    """Drop the indexes; the names stay, and so do the triggers, which are dropped with all others."""
    if db.is_postgresql(connection):
        for names in TABLES:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS ix_{names}_grams")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS name_grams(text)")
        return
    for names in TABLES:
        for table in ("gram_count", "gram", "key"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {names}_{table}")


def keeps(table: str) -> bool:
    """Whether a table is one of the index's own, which no revision knows."""
    return table.startswith(tuple(f"{names}_{part}" for names in TABLES for part in ("key", "gram")))


def out_of_step(connection: Connection) -> list[str]:
    """The tables of names whose index is missing, or holds other keys than the names have."""
    if db.is_postgresql(connection):
        sql = "SELECT tablename FROM pg_indexes WHERE indexname = 'ix_' || tablename || '_grams'"
        return sorted(set(TABLES) - set(connection.exec_driver_sql(sql).scalars()))
    present = set(inspect(connection).get_table_names())
    return [names for names in TABLES if f"{names}_key" not in present or _differs(connection, names)]


def _differs(connection: Connection, names: str) -> bool:
    unkept = f"SELECT 1 FROM {names} n WHERE NOT EXISTS (SELECT 1 FROM {names}_key k WHERE k.folded = n.folded)"
    unused = f"SELECT 1 FROM {names}_key k WHERE NOT EXISTS (SELECT 1 FROM {names} n WHERE n.folded = k.folded)"
    return bool(connection.exec_driver_sql(f"SELECT EXISTS ({unkept}) OR EXISTS ({unused})").scalar())


def grams(key: str) -> list[str]:
    """The trigrams of a search key, a space before and after it included."""
    padded = f" {key} "
    return list(dict.fromkeys(padded[at : at + 3] for at in range(len(key))))


def sharing(connection: Connection, names: str, key: str) -> list[str]:
    """Search keys in a table of names that share trigrams with this one: two together that are rare; of a short key, one.

    A short one is also sought by its first letter, and as words of a longer one. The key itself comes first, known or
    not; the others are in no order, and bounded in number.
    """
    if not key:
        return []
    wanted = grams(key)
    counts = (_counts_postgresql if db.is_postgresql(connection) else _counts_sqlite)(connection, names, wanted)
    if len(key) <= _SHORT:
        found = _of_short(connection, names, key, [gram for gram in wanted[1:] if gram in counts])
    else:
        found = _holding(connection, names, _telling(wanted, counts))
    return list(dict.fromkeys([key, *found]))


def _telling(wanted: list[str], counts: dict[str, int]) -> list[tuple[str, ...]]:
    """Pairs of trigrams that few keys hold both of, as many pairs as there is room for."""
    places = [(at, gram) for at, gram in enumerate(wanted) if gram in counts]
    if len(places) < 2:
        return [(gram,) for _, gram in places]
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


def _of_short(connection: Connection, names: str, key: str, known: list[str]) -> list[str]:
    found = [
        *_holding(connection, names, [tuple(grams(key))]),  # those that have it as words of their own
        *_holding(connection, names, [(gram,) for gram in known], longest=len(key) + 1),
    ]
    keys = names if db.is_postgresql(connection) else f"{names}_key"
    sql = (
        f"SELECT DISTINCT folded FROM {keys} WHERE folded >= :first AND folded < :after "
        "AND length(folded) BETWEEN :least AND :most LIMIT :n"
    )
    span = {"first": key[0], "after": chr(ord(key[0]) + 1), "least": len(key) - 1, "most": len(key) + 1}
    return [*found, *connection.execute(_sql(sql), {**span, "n": _MOST}).scalars().all()]


def _counts_sqlite(connection: Connection, names: str, wanted: list[str]) -> dict[str, int]:
    marks = ", ".join("?" * len(wanted))
    sql = f"SELECT term, doc FROM {names}_gram_count WHERE term IN ({marks})"
    return {term: count for term, count in connection.exec_driver_sql(sql, tuple(wanted))}


def _counts_postgresql(connection: Connection, names: str, wanted: list[str]) -> dict[str, int]:
    one = f"SELECT 1 FROM {names} WHERE name_grams(folded) @> ARRAY[w.gram] LIMIT {_FREQUENT + 1}"
    sql = f"SELECT w.gram, (SELECT count(*) FROM ({one}) AS x) FROM unnest(CAST(:wanted AS text[])) AS w(gram)"
    counts = connection.execute(_sql(sql), {"wanted": wanted})
    return {gram: count for gram, count in counts if count}


def _holding(connection: Connection, names: str, sets: list[tuple[str, ...]], longest: int = 1_000) -> list[str]:
    """Keys that hold all the trigrams of one of the sets."""
    sets = [wanted for wanted in sets if wanted]
    if not sets:
        return []
    values: dict[str, object] = {"longest": longest, "n": _MOST}
    if db.is_postgresql(connection):
        values |= {f"set{number}": list(wanted) for number, wanted in enumerate(sets)}
        either = " OR ".join(f"name_grams(folded) @> CAST(:set{number} AS text[])" for number in range(len(sets)))
        sql = f"SELECT DISTINCT folded FROM {names} WHERE ({either}) AND length(folded) <= :longest LIMIT :n"
    else:
        # A trigram holds letters, digits and spaces alone, as search keys do, and brackets of what was erased.
        values["either"] = " OR ".join("(" + " AND ".join(map(_quoted, wanted)) + ")" for wanted in sets)
        sql = (
            f"SELECT k.folded FROM {names}_gram JOIN {names}_key k ON k.id = {names}_gram.rowid "
            f"WHERE {names}_gram MATCH :either AND length(k.folded) <= :longest LIMIT :n"
        )
    return list(connection.execute(_sql(sql), values).scalars().all())


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'
