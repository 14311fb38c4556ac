"""Facilities as they are shown and listed, and those that a name may mean."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from registry import db
from registry.services import lookup
from registry.services.coding import code
from registry.services.nearest import WITHIN


def list_(
    connection: Connection, *, place: str | None = None, type_: str | None = None, like: str | None = None
) -> Iterable[dict[str, Any]]:
    """Facilities by place and name, merged ones left out; `like` is a part of a name in any script."""
    place_id = db.as_key(connection, lookup.find(connection, "place", place)) if place else None
    sql = (
        "SELECT ref, name, name_ar, type, place, times_hit, is_placeholder FROM v_facility f "
        "WHERE canonical_id IS NULL AND (CAST(:type AS TEXT) IS NULL OR type = :type)"
    )
    values: dict[str, Any] = {"type": code("facility_type", type_)}
    if place_id is not None:
        sql += f" AND place_id IN {WITHIN}"
        values["within"] = place_id
    if not like:
        return db.each(connection, sql + " ORDER BY place, name, ref", **values)
    found = db.every_among(connection, sql, lookup.containing(connection, "facility", like), **values)
    return sorted(found, key=lambda row: (row["place"] or "", row["name"] or "", row["ref"]))


def candidates(connection: Connection, name: str, *, place: str | None = None) -> list[dict[str, Any]]:
    """The facilities that a name may mean in any spelling, best first, with how alike the names are from 0 to 1.

    Args:
        connection: from `db.reading`.
        name: what was typed.
        place: only in this place and what lies in it.

    Raises:
        NotFound, Ambiguous: nothing, or several things, have the place's name.
    """
    within = lookup.find(connection, "place", place) if place else None
    sql = "SELECT ref, name, name_ar, type, place, times_hit FROM v_facility WHERE id = :key"
    found = lookup.nearest(connection, "facility", name, within=within)
    told = [(near, db.one(connection, sql, key=near.key)) for near in found]
    return [{**row, "likeness": round(near.likeness, 2)} for near, row in told if row is not None]


def show(connection: Connection, wanted: str) -> dict[str, Any]:
    """One facility with its names, identifiers, every attack on it and its status over time.

    Raises:
        NotFound, Ambiguous: nothing, or several things, have that name.
    """
    key = db.as_key(connection, lookup.find(connection, "facility", wanted))
    facility = db.every(connection, "SELECT * FROM v_facility WHERE id = :key", key=key)[0]
    # Records that were found to be this facility are parts of it.
    of_it = "WHERE facility_id IN (SELECT x.id FROM facility x WHERE x.id = :key OR x.canonical_id = :key)"
    for part, sql in {
        "names": f"SELECT DISTINCT name, language, script, kind FROM facility_name {of_it} ORDER BY kind, name",
        "identifiers": f"SELECT DISTINCT scheme, value FROM facility_identifier {of_it} ORDER BY scheme, value",
        "same_as": "SELECT ref, name FROM v_facility "
        "WHERE id IN (SELECT x.id FROM facility x WHERE x.canonical_id = :key) ORDER BY ref",
        "attacks": "SELECT * FROM v_attack_facility WHERE facility_id = :key ORDER BY occurred_from_on, attack",
        "status": (
            "SELECT observed_words AS observed, observed_from_on, functionality_code AS functionality, "
            "damage_code AS damage, (SELECT count(*) FROM facility_status_claim c WHERE c.facility_status_id = s.id) "
            f"AS claims FROM facility_status s {of_it} AND retracted_at IS NULL ORDER BY observed_from_on, id"
        ),
        "claims": f"SELECT * FROM v_claim {of_it} ORDER BY ref",
    }.items():
        facility[part] = db.every(connection, sql, key=key)
    return facility
