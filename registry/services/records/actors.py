"""Actors as they are shown and listed."""

from typing import Any

from sqlalchemy import Connection

from registry import db
from registry.services import lookup
from registry.services.coding import code


def list_(connection: Connection, *, kind: str | None = None) -> list[dict[str, Any]]:
    """Actors by name."""
    return db.every(
        connection,
        "SELECT ref, name, kind, part_of FROM v_actor "
        "WHERE (CAST(:kind AS TEXT) IS NULL OR kind = :kind) ORDER BY name, ref",
        kind=code("actor_kind", kind),
    )


def show(connection: Connection, wanted: str) -> dict[str, Any]:
    """One actor with its names and who accuses it, found by ref or name.

    Raises:
        NotFound, Ambiguous: nothing, or several things, have that name.
    """
    key = db.as_key(connection, lookup.find(connection, "actor", wanted))
    actor = db.every(connection, "SELECT * FROM v_actor WHERE id = :key", key=key)[0]
    actor["names"] = db.every(
        connection, "SELECT name, language, script, kind FROM actor_name WHERE actor_id = :key ORDER BY id", key=key
    )
    actor["attributions"] = db.every(
        connection,
        "SELECT speaker, stance, about, report FROM v_attribution WHERE actor_id = :key ORDER BY about, speaker",
        key=key,
    )
    return actor
