"""The index of names: which search keys share enough with a typed one to be looked at.

Trigrams of the search keys, in tables of their own (`registry/sql/names/`), which triggers keep in step with the names.
Both engines are asked the same.
"""

import re
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, inspect
from sqlalchemy import text as _sql

from registry import paths

TABLES = ("place_name", "source_name", "actor_name", "facility_name")

_PARTS = ("key", "gram", "gram_at")
_FREQUENT = 8_000  # keys: a trigram is counted no further
_ROOM = 20_000  # keys that the trigrams asked for may have between them
_MOST, _MOST_SHORT = 1_000, 4_000  # keys that are looked at; where the typed one is short
_SHORT = 4  # letters of a key: in so short a one, a slip leaves hardly a trigram as it was


def create(connection: Connection) -> None:
    """Make the index of every table of names, from the names that are there."""
    for names in TABLES:
        for statement in _statements(connection):
            connection.exec_driver_sql(statement.replace("{names}", names))


def _statements(connection: Connection) -> list[str]:
    file = paths.NAME_INDEX / f"{connection.dialect.name}.sql"
    return file.read_text(encoding="utf-8").split("\n--;\n")


def triggers(connection: Connection) -> list[tuple[str, str]]:
    """The triggers that keep the index in step, each with its table."""
    made = [re.match(r"(?:--.*\n)*CREATE TRIGGER (\S+) AFTER [\w ]+? ON (\S+)", sql) for sql in _statements(connection)]
    return [
        (found[1].replace("{names}", names), found[2].replace("{names}", names))
        for names in TABLES
        for found in made
        if found is not None
    ]


def drop(connection: Connection) -> None:
    """Drop the index; the names stay, and the triggers on them, which are dropped with all others."""
    for names in TABLES:
        for part in _PARTS:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {names}_{part}")


def keeps(table: str) -> bool:
    """Whether a table is one of the index's own, which no revision knows."""
    return table in {f"{names}_{part}" for names in TABLES for part in _PARTS}


def out_of_step(connection: Connection) -> list[str]:
    """The tables of names whose index is missing, or holds other keys than the names have."""
    present = set(inspect(connection).get_table_names())
    return [names for names in TABLES if f"{names}_key" not in present or _differs(connection, names)]


def _differs(connection: Connection, names: str) -> bool:
    unkept = f"SELECT 1 FROM {names} n WHERE NOT EXISTS (SELECT 1 FROM {names}_key k WHERE k.folded = n.folded)"
    unused = f"SELECT 1 FROM {names}_key k WHERE NOT EXISTS (SELECT 1 FROM {names} n WHERE n.folded = k.folded)"
    astray = f"SELECT 1 FROM {names}_gram g WHERE NOT EXISTS (SELECT 1 FROM {names}_key k WHERE k.id = g.key_id)"
    either = " OR ".join(f"EXISTS ({sql})" for sql in (unkept, unused, astray))
    return bool(connection.exec_driver_sql(f"SELECT {either}").scalar())


def grams(key: str) -> list[str]:
    """The trigrams of a search key, a space before and after it included."""
    padded = f" {key} "
    return list(dict.fromkeys(padded[at : at + 3] for at in range(len(key))))


def sharing(connection: Connection, names: str, key: str) -> Sequence[str]:
    """Search keys in a table of names that share trigrams with this one: the rarer ones, and the more the sooner.

    They share two at least, with a short key one; and are bounded in number.
    """
    asked: list[str] = []
    room = _ROOM
    for gram, count in sorted(_counts(connection, names, grams(key)).items(), key=lambda one: (one[1], one[0])):
        if count > room and len(asked) > 1:
            break
        asked.append(gram)
        room -= count
    if not asked:
        return []
    least, most = (1, _MOST_SHORT) if len(key) <= _SHORT else (min(2, len(asked)), _MOST)
    shared = (
        f"SELECT key_id, count(*) AS shared FROM {names}_gram WHERE gram IN :grams "
        f"GROUP BY key_id HAVING count(*) >= {least} ORDER BY shared DESC, key_id LIMIT {most}"
    )
    sql = _sql(f"SELECT k.folded FROM ({shared}) AS s JOIN {names}_key k ON k.id = s.key_id")
    return connection.execute(sql.bindparams(bindparam("grams", expanding=True)), {"grams": asked}).scalars().all()


def _counts(connection: Connection, names: str, wanted: Sequence[str]) -> dict[str, int]:
    """How many keys have each of the trigrams, as far as any has."""
    one = "SELECT :gram{n} AS gram, count(*) FROM (SELECT 1 FROM {names}_gram WHERE gram = :gram{n} LIMIT {most}) AS x"
    sql = " UNION ALL ".join(one.format(n=number, names=names, most=_FREQUENT) for number in range(len(wanted)))
    if not wanted:
        return {}
    values = {f"gram{number}": gram for number, gram in enumerate(wanted)}
    return {gram: count for gram, count in connection.execute(_sql(sql), values).all() if count}
