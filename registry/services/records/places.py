"""Places as they are shown and listed."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from registry import db
from registry.services import lookup


def list_(connection: Connection, *, like: str | None = None, country: str | None = None) -> Iterable[dict[str, Any]]:
    """Places, by country and name, merged ones left out; `like` is a part of a name in any script."""
    sql = (
        "SELECT ref, name, name_ar, level, pcode, parent, country FROM v_place p "
        "WHERE canonical_id IS NULL AND (CAST(:country AS TEXT) IS NULL OR country = :country)"
    )
    if not like:
        return db.each(connection, sql + " ORDER BY country, name, ref", country=country)
    found = db.every_among(connection, sql, lookup.containing(connection, "place", like), country=country)
    return sorted(found, key=lambda row: (row["country"], row["name"] or "", row["ref"]))


def show(connection: Connection, wanted: str) -> dict[str, Any]:
    """One place with its names and what lies in it, found by ref, P-code or name.

    Raises:
        NotFound, Ambiguous: nothing, or several things, have that name.
    """
    key = db.as_key(connection, lookup.find(connection, "place", wanted))
    place = db.every(connection, "SELECT * FROM v_place WHERE id = :key", key=key)[0]
    place["names"] = db.every(
        connection,
        "SELECT name, language, script, kind FROM place_name WHERE retracted_at IS NULL AND place_id IN "
        "(SELECT x.id FROM place x WHERE x.id = :key OR x.canonical_id = :key) ORDER BY id",
        key=key,
    )
    place["same_as"] = db.every(
        connection, "SELECT ref, name FROM v_place WHERE canonical_id = :key ORDER BY ref", key=key
    )
    place["within"] = db.every(
        connection,
        "SELECT ref, name, level FROM v_place WHERE parent_id = :key AND canonical_id IS NULL ORDER BY name, ref",
        key=key,
    )
    return place
