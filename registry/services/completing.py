"""What a person may be about to type: names of records, for completion at prompts."""

from typing import Any

from sqlalchemy import Connection, String, bindparam, text

from registry import db, names
from registry.services import lookup, name_index
from registry.services.nouns import NOUNS, Noun


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
        spelt = names.clean(begun).lower()
        found = _beginning(connection, where, spelt, limit) or _holding(connection, where, begun, spelt, limit)
    return [(row["name"], lookup.describe(connection, noun, row["key"])) for row in found]


def _beginning(connection: Connection, where: Noun, spelt: str, limit: int) -> list[dict[str, Any]]:
    """As many names as are wanted that begin so, in their order; none if there are fewer, so that others follow."""
    table = str(where.names)
    parts = name_index.parts(connection, table, None)
    begins = name_index.beginning(connection, table, parts, spelt, limit)
    if len(begins) < limit:
        return []
    sql = (
        f"SELECT n.name, n.{where.owner} AS key FROM {table}_sorted s JOIN {table} n ON n.id = s.name_id "
        "WHERE s.part IN :parts AND s.way = 'name' AND s.text IN :texts ORDER BY s.text, n.name LIMIT :n"
    )
    asked = text(sql).bindparams(bindparam("parts", expanding=True), bindparam("texts", expanding=True, type_=String()))
    return list(map(dict, connection.execute(asked, {"parts": parts, "texts": begins, "n": limit}).mappings()))


def _holding(connection: Connection, where: Noun, begun: str, spelt: str, limit: int) -> list[dict[str, Any]]:
    """Names that have it in them as spelt, or in their search key: first those that begin so, in their order.

    A key has no vowels and no word for hospital, so half a word is not in it. One consonant is in nearly every key, and
    two are in many, so that of two a word of the key must begin with them.
    """
    key = names.fold(begun)
    part = {0: "", 1: "", 2: f" {key}"}.get(len(key), key)
    holds, values = name_index.holding(connection, str(where.names), spelt, part)
    # In the order of the index, whatever the order of the server's language is.
    order = '"C"' if db.is_postgresql(connection) else "BINARY"
    sql = (
        f"SELECT name, {where.owner} AS key FROM {where.names} WHERE {holds} "
        "AND (lower(name) LIKE :spelt ESCAPE '\\' OR ' ' || folded || ' ' LIKE :part) "
        "ORDER BY CASE WHEN lower(name) LIKE :first ESCAPE '\\' THEN 0 WHEN folded LIKE :start THEN 1 ELSE 2 END, "
        f"lower(name) COLLATE {order}, name LIMIT :n"
    )
    values |= {"spelt": f"%{_literal(spelt)}%", "first": f"{_literal(spelt)}%", "n": limit}
    values |= {"part": f"%{part}%" if part else "", "start": f"{key}%" if part else ""}
    return db.every(connection, sql, **values)


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
