"""From what a person types (a ref, a P-code, a name in any spelling) to one record: found, offered, never guessed.

Plain SQL, so that commands which only read need no models.
"""

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, String, bindparam
from sqlalchemy import text as _sql

from registry import db, keys, names
from registry.errors import Ambiguous, InvalidValue, NotFound
from registry.services import name_index
from registry.services.nearest import Near, nearest_names
from registry.services.nouns import NOUNS

_TELLING = 3  # letters of a search key that is sought as a part of others
_OFFERED = 5  # names to choose from after "did you mean"
# Nouns whose records leave when the import that brought them is undone.
_RETRACTABLE = ("place", "source", "actor", "facility", "report", "attack", "claim")


def find(connection: Connection, noun: str, text: str) -> uuid.UUID:
    """The key of the record that the text means; of merged records, the canonical one.

    Raises:
        InvalidValue: the ref's check character is wrong, or it is the ref of another noun.
        NotFound: nothing has that ref or name; the nearest names are offered.
        Ambiguous: several records have that name.
    """
    found = _by_ref(connection, noun, text) if keys.looks_like_ref(text) else candidates(connection, noun, text)
    if len(found) == 1:
        return db.as_uuid(found[0])
    if found:
        told = [describe(connection, noun, key) for key in found]
        raise Ambiguous(noun, text, sorted(told, key=lambda one: -names.likeness(text, one.partition(" (")[0])))
    raise NotFound(noun, text, near(connection, noun, text), hint=f"add it with `registry {noun} add`")


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _by_ref(connection: Connection, noun: str, text: str) -> list[Any]:
    ref = keys.read_ref(text, noun)
    meant = keys.PREFIXES[ref[0]]
    if meant != noun:
        raise InvalidValue(noun, f"{ref} is the ref of {_article(meant)}", f"give the ref of {_article(noun)}")
    key = connection.execute(_sql(f"SELECT id FROM {noun} WHERE ref = :ref"), {"ref": ref}).scalar()
    if key is None:
        alias = "SELECT row_id FROM ref_alias WHERE ref = :ref AND table_name = :noun"
        key = connection.execute(_sql(alias), {"ref": ref, "noun": noun}).scalar()
    if key is None:
        raise NotFound(noun, ref, hint=f"see `registry {noun} list`")
    if (
        noun in _RETRACTABLE
        and connection.execute(_sql(f"SELECT retracted_at FROM {noun} WHERE id = :key"), {"key": key}).scalar()
    ):
        raise NotFound(noun, ref, hint="the import that brought it was undone; see `registry import list`")
    return [_canonical(connection, noun, key)]


def candidates(connection: Connection, noun: str, text: str) -> list[Any]:
    """Keys of the records with this name: those spelt exactly so, else those whose folded name is the same.

    Beside the places that are spelt so stand those around and within them that may be, since nobody gave their name in
    this script: إدلب is the town of a gazetteer, and as well the governorate of a list without Arabic.
    """
    if noun == "situation":
        return _situations(connection, text)
    where = NOUNS[noun]
    if where.names is None:
        return []
    if noun == "place":
        asked = _sql("SELECT id FROM place WHERE pcode = :code AND retracted_at IS NULL ORDER BY id")
        coded = connection.execute(asked, {"code": text.strip().upper()}).scalars().all()
        if coded:
            return list(dict.fromkeys(_canonical(connection, noun, key) for key in coded))
    folded = names.fold(text)
    rows = _named(connection, noun, {folded})
    if noun == "place" and not rows:  # Kafranbel, كفرنبل: one word for two
        rows = _named(connection, noun, names.respaced(folded))
    wanted = names.clean(text).casefold()
    exact = [row for row in rows if row["name"].casefold() == wanted]
    if noun == "place" and exact:
        exact += _not_spelt(connection, names.script_of(text), exact, rows)
    return list(dict.fromkeys(_canonical(connection, noun, row["key"]) for row in exact or rows))


def _named(connection: Connection, noun: str, folded: Collection[str]) -> list[dict[str, Any]]:
    where = NOUNS[noun]
    asked = _sql(
        f"SELECT {where.owner} AS key, name FROM {where.names} "
        "WHERE folded IN :folded AND retracted_at IS NULL ORDER BY id"
    ).bindparams(bindparam("folded", expanding=True, type_=String()))
    return [dict(row) for row in connection.execute(asked, {"folded": sorted(folded)}).mappings()]


def _not_spelt(
    connection: Connection, script: str, exact: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Those of the rows whose place has no name in a script, and lies around or within one that is spelt exactly."""
    sql = _sql("SELECT 1 FROM place_name WHERE place_id = :key AND script = :script AND retracted_at IS NULL")
    above = {row["key"]: _above(connection, row["key"]) for row in rows}
    return [
        row
        for row in rows
        if connection.execute(sql, {"key": row["key"], "script": script}).first() is None
        and any(row["key"] in above[one["key"]] or one["key"] in above[row["key"]] for one in exact)
    ]


def _above(connection: Connection, key: Any) -> set[Any]:
    found: set[Any] = set()
    sql = _sql("SELECT parent_id FROM place WHERE id = :key")
    while (parent := connection.execute(sql, {"key": key}).scalar()) is not None and parent not in found:
        found.add(parent)
        key = parent
    return found


def containing(connection: Connection, noun: str, part: str) -> list[Any]:
    """Keys of the records that have this in one of their names, in large or small letters of any script.

    Also of those that have it as whole words in another spelling or script: شفاء in "Al-Shifa Hospital".
    """
    where, wanted, key = NOUNS[noun], names.clean(part).casefold(), names.fold(part)
    words = f" {key} " if len(key) >= _TELLING else ""
    holds, values = name_index.holding(connection, str(where.names), wanted, words)
    sql = f"SELECT {where.owner}, name, folded FROM {where.names} WHERE retracted_at IS NULL AND {holds}"
    return list(
        dict.fromkeys(
            owner
            for owner, name, folded in connection.execute(_sql(sql), values).all()
            if wanted in name.casefold() or (words and words in f" {folded} ")
        )
    )


def _situations(connection: Connection, text: str) -> list[Any]:
    # Few, and named in sentences: SQLite's own lower() knows no letters beyond ASCII.
    wanted = names.clean(text).casefold()
    rows = db.every(connection, "SELECT id AS key, name FROM situation ORDER BY id")
    return [row["key"] for row in rows if row["name"].casefold() == wanted]


def _canonical(connection: Connection, noun: str, key: Any) -> Any:
    if not NOUNS[noun].merges:
        return key
    sql = _sql(f"SELECT canonical_id FROM {noun} WHERE id = :key")
    while (better := connection.execute(sql, {"key": key}).scalar()) is not None:
        key = better
    return key


def describe(connection: Connection, noun: str, key: Any) -> str:
    """A record in a few words that tell it from its namesakes."""
    where = NOUNS[noun]
    return str(
        connection.execute(_sql(f"SELECT {where.told} FROM {where.view} WHERE id = :key"), {"key": key}).scalar()
    )


def near(connection: Connection, noun: str, text: str) -> list[str]:
    """Names of this noun that the text may have meant, best first; none that is clearly another."""
    if noun == "situation":
        return names.near(text, connection.execute(_sql("SELECT name FROM situation ORDER BY id")).scalars())
    return list(dict.fromkeys(found.name for found in nearest(connection, noun, text)))[:_OFFERED]


def nearest(
    connection: Connection, noun: str, text: str, *, limit: int = 10, within: uuid.UUID | None = None
) -> list[Near]:
    """The records with names most like this one, in any spelling and script, best first.

    Args:
        connection: from `db.reading`.
        noun: of the records; one without names has none.
        text: what was typed.
        limit: at most so many.
        within: only facilities in this place or in what lies in it.
    """
    where = NOUNS[noun]
    if where.names is None:
        return []
    area = db.as_key(connection, within) if within is not None else None
    return nearest_names(connection, noun, where, text, limit, area)
