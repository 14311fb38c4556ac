"""Attack reports as they are shown and listed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from registry import db
from registry.services import lookup


def list_(connection: Connection) -> Iterator[dict[str, Any]]:
    """Reports, newest first."""
    return db.each_in_order(
        connection,
        "SELECT id FROM report WHERE retracted_at IS NULL ORDER BY published_from_on DESC NULLS LAST, ref",
        "SELECT id, ref, publisher, title, published_from_on AS published, published_basis AS basis, kind, claims "
        "FROM v_report WHERE 1 = 1",
    )


def show(connection: Connection, wanted: str) -> dict[str, Any]:
    """One report with its links, files and claims.

    Raises:
        NotFound: nothing has that ref.
    """
    key = db.as_key(connection, lookup.find(connection, "report", wanted))
    report = db.every(connection, "SELECT * FROM v_report WHERE id = :key", key=key)[0]
    report["links"] = db.every(
        connection,
        "SELECT l.kind, r.ref, r.publisher, r.title FROM report_link l JOIN v_report r ON r.id = l.other_id "
        "WHERE l.report_id = :key AND l.retracted_at IS NULL ORDER BY l.id",
        key=key,
    )
    report["files"] = db.every(
        connection,
        "SELECT file_name, sha256, size_bytes, captured_at FROM artifact WHERE report_id = :key ORDER BY id",
        key=key,
    )
    report["claims"] = db.every(connection, "SELECT * FROM v_claim WHERE report_id = :key ORDER BY ref", key=key)
    return report
