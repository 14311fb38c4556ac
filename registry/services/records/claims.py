"""Claims as they are shown and listed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from registry import db
from registry.services import lookup
from registry.services.records.about import ORDER, only


def list_(connection: Connection, *, about: str | None = None, report: str | None = None) -> Iterator[dict[str, Any]]:
    """Claims, by what they are about; of one subject or one report where that is given."""
    condition, values = only(connection, about)
    if report is not None:
        condition += " AND report_id = :report"
        values["report"] = db.as_key(connection, lookup.find(connection, "report", report))
    return db.each_in_order(
        connection,
        f"SELECT id FROM claim WHERE retracted_at IS NULL AND {condition} ORDER BY {ORDER}",
        "SELECT id, ref, about, kind, measure, population, facility_type, operator, low, high, absence, words, "
        "speaker, via, publisher, withdrawn_at FROM v_claim WHERE 1 = 1",
        **values,
    )


def show(connection: Connection, wanted: str) -> dict[str, Any]:
    """One claim with its places, links and the figures that rest on it.

    Raises:
        NotFound: nothing has that ref.
    """
    key = db.as_key(connection, lookup.find(connection, "claim", wanted))
    claim = db.every(connection, "SELECT * FROM v_claim WHERE id = :key", key=key)[0]
    for part, sql in {
        "places": "SELECT p.ref, p.name, c.part FROM claim_place c JOIN v_place p ON p.id = c.place_id "
        "WHERE c.claim_id = :key ORDER BY c.id",
        "facilities": "SELECT f.ref, f.name FROM claim_facility c JOIN v_facility f ON f.id = c.facility_id "
        "WHERE c.claim_id = :key ORDER BY c.id",
        "links": "SELECT l.kind, o.ref, l.by_speaker FROM claim_link l JOIN claim o ON o.id = l.other_id "
        "WHERE l.claim_id = :key ORDER BY l.id",
        "linked_from": "SELECT l.kind, o.ref, l.by_speaker FROM claim_link l JOIN claim o ON o.id = l.claim_id "
        "WHERE l.other_id = :key ORDER BY l.id",
        "figures": "SELECT g.ref, g.measure, g.low, g.high FROM figure_claim c JOIN v_figure g ON g.id = c.figure_id "
        "WHERE c.claim_id = :key ORDER BY g.ref",
    }.items():
        claim[part] = db.every(connection, sql, key=key)
    for link in (*claim["links"], *claim["linked_from"]):
        link["by_speaker"] = bool(link["by_speaker"])  # a number on SQLite
    return claim
