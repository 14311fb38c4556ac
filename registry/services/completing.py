"""What a person may be about to type: names of records, for completion at prompts."""

from typing import Any

from sqlalchemy import Connection

from registry import db, names
from registry.services import lookup
from registry.services.nouns import NOUNS


def names_of(connection: Connection, noun: str, begun: str, limit: int = 20) -> list[tuple[str, str]]:
    """Names of records that hold what was typed so far, each with words that tell it from its namesakes.

    Those that begin with it come first. Of a report the ref, found by words of its title, address or publisher; of
    other nouns without names, the refs.
    """
    if noun == "report":
        return _reports(connection, begun, limit)
    where = NOUNS[noun]
    if where.names is None:
        column = "name" if noun == "situation" else "ref"
        sql = (
            f"SELECT {column} AS name, id AS key FROM {noun} WHERE lower({column}) LIKE :part ESCAPE '\\' "
            f"ORDER BY {column} LIMIT :n"
        )
        found = db.every(connection, sql, part=f"%{_literal(begun.lower())}%", n=limit)
    else:
        # As spelt, or by its search key: that one has no vowels and no word for hospital, so half a word is not in it.
        sql = (
            f"SELECT name, {where.owner} AS key FROM {where.names} WHERE lower(name) LIKE :spelt ESCAPE '\\' "
            "OR folded LIKE :part ESCAPE '\\' ORDER BY CASE WHEN lower(name) LIKE :first ESCAPE '\\' THEN 0 "
            "WHEN folded LIKE :start ESCAPE '\\' THEN 1 ELSE 2 END, name LIMIT :n"
        )
        spelt = _literal(names.clean(begun).lower())
        folded = _literal(names.fold(begun)) if begun.strip() else ""
        # One consonant is in nearly every key.
        part, start = (f"%{folded}%", f"{folded}%") if len(folded) > 1 else ("", "")
        values = {"spelt": f"%{spelt}%", "first": f"{spelt}%", "part": part, "start": start}
        found = db.every(connection, sql, n=limit, **values)
    return [(row["name"], lookup.describe(connection, noun, row["key"])) for row in found]


def _reports(connection: Connection, begun: str, limit: int) -> list[tuple[str, str]]:
    sql = "SELECT ref, publisher, title, url, published_words, published_from_on FROM v_report WHERE 1 = 1"
    values: dict[str, Any] = {"n": limit}
    for number, word in enumerate(begun.lower().split()):
        sql += (
            f" AND lower(ref || ' ' || publisher || ' ' || COALESCE(title, '') || ' ' || COALESCE(url, '')) "
            f"LIKE :word{number} ESCAPE '\\'"
        )
        values[f"word{number}"] = f"%{_literal(word)}%"
    found = db.every(connection, sql + " ORDER BY published_from_on DESC, ref LIMIT :n", **values)
    return [(row["ref"], _report(row)) for row in found]


def _report(row: dict[str, Any]) -> str:
    when = row["published_words"] or row["published_from_on"]
    return (
        f"{row['publisher']}" + (f", {when}" if when else "") + f": {row['title'] or row['url'] or 'without a title'}"
    )


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
