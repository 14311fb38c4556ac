"""The index of names: which search keys share enough with a typed one to be looked at.

Trigrams of the search keys, in tables of their own (`registry/sql/names/`), which triggers keep in step with the names.
Both engines are asked the same.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, inspect
from sqlalchemy import text as _sql

from registry import db, paths

TABLES = ("place_name", "source_name", "actor_name", "facility_name")

# Files of statements that are made for every table of names, and the tables of each.
_OF_NAMES = {"sqlite": ("keys", "sorted", "inside"), "postgresql": ("keys", "sorted")}
_MADE = ("key", "gram", "sorted")
# On SQLite also what its triggers count with, and trigrams of whole names, whose table has tables of its own.
_OF_SQLITE = ("gram_at", "row", "inside", "inside_data", "inside_idx", "inside_config")
_PART = "(SELECT p.part FROM place_part p WHERE p.place_id = n.place_id)"
_PART_OF_FACILITY = (
    "(SELECT p.part FROM place_part p JOIN facility f ON f.place_id = p.place_id WHERE f.id = n.facility_id)"
)
_NOWHERE = {"sqlite": f"x'{bytes(16).hex()}'", "postgresql": f"CAST('{uuid.UUID(int=0)}' AS uuid)"}
_TRIGRAM = 3  # letters
# A run of ASCII letters and digits, and of letters of scripts that have no capitals: alike for every way of comparing.
_SAFE = re.compile(r"[a-z0-9 \u0590-\u08ff-]+")
_SIDES = (">= lower(:{way}) ORDER BY text", "< lower(:{way}) ORDER BY text DESC")
_BETWEEN = "\n"  # no name has it
_BESIDE, _LEAST_BESIDE = 84, 30  # texts that are looked at on each side of a typed one: in all parts, in each at least
_FREQUENT = 5_000  # keys: a trigram is counted no further
_ROOM = 10_000  # keys that the trigrams asked for may have between them
_MOST, _MOST_SHORT = 500, 4_000  # keys that are looked at; where the typed one is short
_SHORT = 4  # letters of a key: in so short a one, a slip leaves hardly a trigram as it was


def create(connection: Connection) -> None:
    """Make the index of every table of names, from the names that are there."""
    for statement in statements(connection):
        connection.exec_driver_sql(statement)


def statements(connection: Connection) -> Iterator[str]:
    """What makes the index."""
    folder, nowhere = paths.NAME_INDEX / connection.dialect.name, _NOWHERE[connection.dialect.name]
    of_names = [(file, names) for names in TABLES for file in _OF_NAMES[connection.dialect.name]]
    for file, names in [("parts", ""), *of_names, ("moved", "facility_name")]:
        found = {"place_name": _PART, "facility_name": _PART_OF_FACILITY}.get(names)
        part = f"COALESCE({found}, {nowhere})" if found else nowhere
        sql = (folder / f"{file}.sql").read_text(encoding="utf-8")
        sql = sql.replace("{names}", names).replace("{part}", part).replace("{nowhere}", nowhere)
        yield from sql.split("\n--;\n")


def triggers(connection: Connection) -> list[tuple[str, str]]:
    """The triggers that keep the index in step, each with its table."""
    made = re.compile(r"(?:--.*\n)*CREATE TRIGGER (\S+) (?:BEFORE|AFTER) [\w ,]+? ON (\S+)")
    return [(found[1], found[2]) for sql in statements(connection) if (found := made.match(sql)) is not None]


def drop(connection: Connection) -> None:
    """Drop the index; the names stay, and the triggers on them, which are dropped with all others."""
    for table in _tables():
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")


def _tables() -> list[str]:
    return ["place_part", *(f"{names}_{made}" for names in TABLES for made in (*_MADE, *_OF_SQLITE))]


def keeps(table: str) -> bool:
    """Whether a table is one of the index's own, which no revision knows."""
    return table in _tables()


def out_of_step(connection: Connection) -> list[str]:
    """The tables of names whose index is missing, or holds others than the names there are."""
    present = set(inspect(connection).get_table_names())
    made = (*_MADE, *(() if db.is_postgresql(connection) else _OF_SQLITE))
    return [
        names for names in TABLES if not {f"{names}_{one}" for one in made} <= present or _differs(connection, names)
    ]


def _differs(connection: Connection, names: str) -> bool:
    unkept = f"SELECT 1 FROM {names} n WHERE NOT EXISTS (SELECT 1 FROM {names}_key k WHERE k.folded = n.folded)"
    unused = f"SELECT 1 FROM {names}_key k WHERE NOT EXISTS (SELECT 1 FROM {names} n WHERE n.folded = k.folded)"
    astray = f"SELECT 1 FROM {names}_gram g WHERE NOT EXISTS (SELECT 1 FROM {names}_key k WHERE k.id = g.key_id)"
    gramless = (
        f"SELECT 1 FROM {names}_key k WHERE length(k.folded) > 0 AND NOT EXISTS "
        f"(SELECT 1 FROM {names}_gram g WHERE g.gram = substr(' ' || k.folded || ' ', 1, 3) AND g.key_id = k.id)"
    )
    # Each name four times, twice as it is: an index of as many rows, all of them so, has no other.
    unsorted = (
        f"SELECT 1 FROM (SELECT count(*) AS names, (SELECT count(*) FROM {names}_sorted) AS sorted, "
        f"(SELECT count(*) FROM {names}_sorted s JOIN {names} n ON n.id = s.name_id "
        "WHERE s.text = CASE s.way WHEN 'name' THEN lower(n.name) WHEN 'key' THEN n.folded END) AS straight "
        f"FROM {names}) AS counted WHERE sorted <> 4 * names OR straight <> 2 * names"
    )
    found = [unkept, unused, astray, gramless, unsorted]
    if not db.is_postgresql(connection):
        found.append(f"SELECT 1 FROM {names} n WHERE NOT EXISTS (SELECT 1 FROM {names}_row r WHERE r.name_id = n.id)")
        found.append(f"SELECT 1 FROM {names}_row r WHERE NOT EXISTS (SELECT 1 FROM {names} n WHERE n.id = r.name_id)")
    either = " OR ".join(f"EXISTS ({sql})" for sql in found)
    return bool(connection.exec_driver_sql(f"SELECT {either}").scalar())


def parts(connection: Connection, names: str, places: Iterable[Any] | None) -> list[Any]:
    """The parts of the index in which names of these places stand; all parts where no places are given."""
    if places is not None:
        sql = _sql("SELECT DISTINCT part FROM place_part WHERE place_id IN :places")
        return list(
            connection.execute(sql.bindparams(bindparam("places", expanding=True)), {"places": list(places)}).scalars()
        )
    # From each part to the next, since to read all rows for a few different values takes long.
    first = f"SELECT part FROM {names}_sorted ORDER BY part LIMIT 1"
    following = f"SELECT part FROM {names}_sorted WHERE part > seen.part ORDER BY part LIMIT 1"
    sql = _sql(
        f"WITH RECURSIVE seen(part) AS (SELECT part FROM ({first}) AS first UNION ALL "
        f"SELECT ({following}) FROM seen WHERE seen.part IS NOT NULL) SELECT part FROM seen WHERE part IS NOT NULL"
    )
    return list(connection.execute(sql).scalars())


def beside(connection: Connection, names: str, parts: Sequence[Any], texts: Mapping[str, str]) -> dict[str, set[str]]:
    """What stands in these parts beside texts: by way, the names in small letters or the search keys.

    Args:
        connection: to the registry.
        names: the table of names.
        parts: of the index.
        texts: by way (of `WAYS`), what is looked for; backwards where the way is.
    """
    most = max(_LEAST_BESIDE, _BESIDE // max(1, len(parts)))
    return _standing(connection, names, parts, texts, most, _SIDES)


def _standing(
    connection: Connection,
    names: str,
    parts: Sequence[Any],
    texts: Mapping[str, str],
    most: int,
    sides: tuple[str, ...],
) -> dict[str, set[str]]:
    """By way, what stands on these sides of its text in each part, so many texts at most on each."""
    found: dict[str, set[str]] = {way: set() for way in texts}
    if not parts:
        return found
    values = {**texts, **{f"part{n}": part for n, part in enumerate(parts)}, "most": most, "between": _BETWEEN}
    for row in connection.execute(_beside(names, tuple(texts), sides, len(parts)), values).all():
        for way, joined in zip((way for way in texts for _side in sides), row, strict=True):
            if joined is not None:
                found[way].update(joined.split(_BETWEEN))
    return found


@lru_cache(maxsize=100)
def _beside(names: str, ways: tuple[str, ...], sides: tuple[str, ...], count: int) -> TextClause:
    """One statement for so many parts: a row for each, and in it what stands on each side of each text, in one.

    To fetch a thousand texts one by one takes longer than to find them.
    """
    asked = [
        f"(SELECT string_agg(text, :between) FROM (SELECT DISTINCT text FROM {names}_sorted "
        f"WHERE part = p.part AND way = '{way}' AND text {side.format(way=way)} LIMIT :most) AS x)"
        for way in ways
        for side in sides
    ]
    parts = ", ".join(f"(:part{number})" for number in range(count))
    return _sql(f"WITH p(part) AS (VALUES {parts}) SELECT {', '.join(asked)} FROM p")


def beginning(connection: Connection, names: str, parts: Sequence[Any], text: str, limit: int) -> list[str]:
    """The first names, in small letters and in their order, that begin with this: at most so many, each once."""
    found = _standing(connection, names, parts, {"name": text}, limit, _SIDES[:1])["name"]
    return sorted(one for one in found if one.startswith(text))[:limit]


def holding(connection: Connection, names: str, spelt: str, key: str) -> tuple[str, dict[str, Any]]:
    """SQL that lets through the names with `spelt` in them or `key` in their search key, and its parameters.

    A search key has a space before and after it; an empty `key` is in none. Of what is spelt only a run of letters
    that all ways of comparing take alike is looked for: what is let through is to be compared.
    """
    run = max(_SAFE.findall(spelt.casefold()), key=len, default="")
    like = "ILIKE" if db.is_postgresql(connection) else "LIKE"
    sql, texts = f"name {like} :run", [run]
    values: dict[str, Any] = {"run": f"%{run}%"}
    if key:
        sql, values["key"], texts = f"({sql} OR ' ' || folded || ' ' LIKE :key)", f"%{key}%", [run, key]
    if not db.is_postgresql(connection) and all(len(one) >= _TRIGRAM and _SAFE.fullmatch(one) for one in texts):
        sql += (
            f" AND id IN (SELECT r.name_id FROM {names}_inside i JOIN {names}_row r ON r.id = i.rowid "
            f"WHERE {names}_inside MATCH :having)"
        )
        values["having"] = " OR ".join(f"({_all_trigrams(one)})" for one in texts)
    return sql, values


def _all_trigrams(text: str) -> str:
    """For SQLite's full text search: names with each of them. They need not stand together, since that is not kept."""
    return " AND ".join(f'"{text[at : at + _TRIGRAM]}"' for at in range(len(text) - _TRIGRAM + 1))


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
    sql = _sql(f"SELECT string_agg(k.folded, :between) FROM ({shared}) AS s JOIN {names}_key k ON k.id = s.key_id")
    values = {"grams": asked, "between": _BETWEEN}
    joined = connection.execute(sql.bindparams(bindparam("grams", expanding=True)), values).scalar()
    return [] if joined is None else str(joined).split(_BETWEEN)


def _counts(connection: Connection, names: str, wanted: Sequence[str]) -> dict[str, int]:
    """How many keys have each of the trigrams, as far as any has."""
    one = "SELECT :gram{n} AS gram, count(*) FROM (SELECT 1 FROM {names}_gram WHERE gram = :gram{n} LIMIT {most}) AS x"
    sql = " UNION ALL ".join(one.format(n=number, names=names, most=_FREQUENT) for number in range(len(wanted)))
    if not wanted:
        return {}
    values = {f"gram{number}": gram for number, gram in enumerate(wanted)}
    return {gram: count for gram, count in connection.execute(_sql(sql), values).all() if count}
