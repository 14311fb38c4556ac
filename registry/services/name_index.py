"""The index of names: which search keys share enough with a typed one to be looked at.

What differs between the engines in looking for names lies here and in `registry/sql/names/`: trigrams of the search keys,
in a full-text index (SQLite) or an inverted one (PostgreSQL). The database itself keeps them in step with the names.
"""

from itertools import combinations

from sqlalchemy import Connection, inspect
from sqlalchemy import text as _sql

from registry import db, paths

TABLES = ("place_name", "source_name", "actor_name", "facility_name")

_SHORT = 5  # letters of a key: in so short a one, a slip leaves hardly a trigram as it was
_RAREST = 9  # trigrams that are asked for, any two together
_FREQUENT = 30_000  # keys: a trigram in more is passed over, while there are others
_MOST = 4_000  # keys that are looked at


def create(connection: Connection) -> None:
    """Make the index of every table of names, from the names that are there."""
    statements = (paths.NAME_INDEX / f"{connection.dialect.name}.sql").read_text(encoding="utf-8").split("\n--;\n")
    for names in TABLES:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("{names}", names))


def drop(connection: Connection) -> None:
    """Drop the indexes; the names stay."""
    if db.is_postgresql(connection):
        for names in TABLES:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS ix_{names}_grams")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS name_grams(text)")
        return
    for names in TABLES:
        for trigger in ("made", "renewed", "left", "gone"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {names}_key_{trigger}")
        for table in ("gram_count", "gram", "key"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {names}_{table}")


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
    """Search keys in a table of names that share trigrams with this one: two of its rarest; of a short key, one.

    A short one is also sought by its first letter. They are in no order, and bounded in number.
    """
    if not key:
        return []
    counts = (_counts_postgresql if db.is_postgresql(connection) else _counts_sqlite)(connection, names, grams(key))
    rarest = sorted(counts, key=lambda gram: (counts[gram], gram))
    if len(key) <= _SHORT:
        return _of_short(connection, names, key, rarest)
    telling = [gram for gram in rarest if counts[gram] <= _FREQUENT]
    asked = (telling if len(telling) > 1 else rarest)[:_RAREST]
    sets = list(combinations(asked, 2)) if len(asked) > 1 else [tuple(asked)]
    return _holding(connection, names, sets)


def _of_short(connection: Connection, names: str, key: str, rarest: list[str]) -> list[str]:
    found = _holding(connection, names, [(gram,) for gram in rarest], longest=len(key) + 2)
    keys = names if db.is_postgresql(connection) else f"{names}_key"
    sql = (
        f"SELECT DISTINCT folded FROM {keys} WHERE folded >= :first AND folded < :after "
        "AND length(folded) BETWEEN :least AND :most LIMIT :n"
    )
    span = {"first": key[0], "after": chr(ord(key[0]) + 1), "least": len(key) - 1, "most": len(key) + 1}
    return list(dict.fromkeys([*found, *connection.execute(_sql(sql), {**span, "n": _MOST}).scalars()]))


def _counts_sqlite(connection: Connection, names: str, wanted: list[str]) -> dict[str, int]:
    marks = ", ".join("?" * len(wanted))
    sql = f"SELECT term, doc FROM {names}_gram_count WHERE term IN ({marks})"
    return {term: count for term, count in connection.exec_driver_sql(sql, tuple(wanted))}


def _counts_postgresql(connection: Connection, names: str, wanted: list[str]) -> dict[str, int]:
    one = f"SELECT 1 FROM {names} WHERE name_grams(folded) @> ARRAY[w.gram] LIMIT {_FREQUENT + 1}"
    sql = f"SELECT w.gram, (SELECT count(*) FROM ({one}) AS x) FROM unnest(CAST(:wanted AS text[])) AS w(gram)"
    counts = connection.execute(_sql(sql), {"wanted": wanted}).tuples()
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
            f"SELECT k.folded FROM {names}_gram g JOIN {names}_key k ON k.id = g.rowid "
            f"WHERE g.folded MATCH :either AND length(k.folded) <= :longest LIMIT :n"
        )
    return list(connection.execute(_sql(sql), values).scalars())


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'
