"""Sources as they are shown and listed."""

from typing import Any

from sqlalchemy import Connection

from registry import db
from registry.services import lookup
from registry.services.coding import code


def list_(connection: Connection, *, kind: str | None = None) -> list[dict[str, Any]]:
    """Sources by name."""
    return db.every(
        connection,
        "SELECT ref, name, kind, organisation, role, is_party, is_anonymous FROM v_source "
        "WHERE (CAST(:kind AS TEXT) IS NULL OR kind = :kind) ORDER BY name, ref",
        kind=code("source_kind", kind),
    )


def show(connection: Connection, wanted: str) -> dict[str, Any]:
    """One source with its names and what it claims, found by ref or name.

    Raises:
        NotFound, Ambiguous: nothing, or several things, have that name.
    """
    key = db.as_key(connection, lookup.find(connection, "source", wanted))
    source = db.every(connection, "SELECT * FROM v_source WHERE id = :key", key=key)[0]
    source["names"] = db.every(
        connection, "SELECT name, language, script, kind FROM source_name WHERE source_id = :key ORDER BY id", key=key
    )
    source["claims"] = db.every(
        connection, "SELECT ref, about, kind, measure, words FROM v_claim WHERE speaker_id = :key ORDER BY ref", key=key
    )
    return source
