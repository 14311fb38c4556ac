"""Situations as they are shown and listed."""

from typing import Any

from sqlalchemy import Connection

from registry import db
from registry.services import lookup


def list_(connection: Connection) -> list[dict[str, Any]]:
    """Situations, newest first."""
    return db.every(
        connection, "SELECT ref, name, country, from_on, to_on FROM v_situation ORDER BY from_on DESC NULLS LAST, name"
    )


def show(connection: Connection, wanted: str) -> dict[str, Any]:
    """One situation with its places, its claims and our figures, found by ref or name.

    Raises:
        NotFound: nothing has that name.
    """
    key = db.as_key(connection, lookup.find(connection, "situation", wanted))
    situation = db.every(connection, "SELECT * FROM v_situation WHERE id = :key", key=key)[0]
    situation["places"] = db.every(
        connection,
        "SELECT p.ref, p.name, s.part FROM situation_place s JOIN v_place p ON p.id = s.place_id "
        "WHERE s.situation_id = :key ORDER BY s.id",
        key=key,
    )
    situation["claims"] = db.every(connection, "SELECT * FROM v_claim WHERE situation_id = :key ORDER BY ref", key=key)
    situation["figures"] = db.every(
        connection, "SELECT * FROM v_figure WHERE situation_id = :key ORDER BY measure, ref", key=key
    )
    return situation
