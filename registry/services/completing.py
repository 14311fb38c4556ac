"""What a person may be about to type: names of records, for completion at prompts."""

from sqlalchemy import Connection

from registry import db, names
from registry.services import lookup


def names_of(connection: Connection, noun: str, begun: str, limit: int = 20) -> list[tuple[str, str]]:
    """Names of records that hold what was typed so far, each with words that tell it from its namesakes.

    Those that begin with it come first. Of a noun without names, the refs.
    """
    where = lookup.NOUNS[noun]
    if where.names is None:
        column = "name" if noun == "situation" else "ref"
        sql = (
            f"SELECT {column} AS name, id AS key FROM {noun} WHERE lower({column}) LIKE :part ESCAPE '\\' "
            f"ORDER BY {column} LIMIT :n"
        )
        found = db.every(connection, sql, part=f"%{_literal(begun.lower())}%", n=limit)
    else:
        sql = (
            f"SELECT name, {where.owner} AS key FROM {where.names} WHERE folded LIKE :part ESCAPE '\\' "
            "ORDER BY CASE WHEN folded LIKE :start ESCAPE '\\' THEN 0 ELSE 1 END, name LIMIT :n"
        )
        folded = _literal(names.fold(begun)) if begun.strip() else ""
        found = db.every(connection, sql, part=f"%{folded}%", start=f"{folded}%", n=limit)
    return [(row["name"], lookup.describe(connection, noun, row["key"])) for row in found]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
