"""A sitrep's PDF checked: by the file alone, and against the registry that it came from, where that is here."""

import hashlib
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Connection, text

from registry import db
from registry.sitrep import checking
from registry.sitrep.checking import Finding
from registry.sitrep.values import Sitrep, as_json


def verify(data: bytes, connection: Connection | None) -> list[Finding]:
    """All that can be checked of a PDF.

    Args:
        data: the file.
        connection: to the registry; None where there is none here.

    Raises:
        RegistryError: it is no sitrep.
    """
    findings, sitrep = checking.check(data)
    if connection is None:
        return [*findings, Finding("registry", "skipped", "no registry here; name the one it came from (--database)")]
    if sitrep is None:
        return findings
    return [*findings, *_journal(connection, sitrep), _recorded(connection, sitrep, data)]


def _journal(connection: Connection, sitrep: Sitrep) -> Iterator[Finding]:
    """Whether the journal still has, at the entry that the page names, the hash that the page prints."""
    for head in sitrep.journal:
        sql = "SELECT hash FROM journal WHERE node_id = :node AND seq = :seq"
        values = {"node": db.as_key(connection, UUID(head.node)), "seq": head.entry}
        held = connection.execute(text(sql), values).scalar()
        if held is None:
            yield Finding("journal", "failed", f"the registry's journal has no entry {head.entry} of that node")
        elif bytes(held).hex() != head.sha256:
            yield Finding("journal", "failed", f"entry {head.entry} of the journal has another hash than is printed")
        else:
            yield Finding("journal", "passed", f"entry {head.entry} of the journal has the hash that is printed")


def _recorded(connection: Connection, sitrep: Sitrep, data: bytes) -> Finding:
    if not sitrep.masthead.ref:
        return Finding("record", "skipped", "it is a preview: the registry keeps no record of those")
    sql = "SELECT state, pdf_sha256, snapshot_sha256 FROM sitrep WHERE ref = :ref"
    held = db.one(connection, sql, ref=sitrep.masthead.ref)
    if held is None:
        return Finding("record", "failed", f"the registry has no issue {sitrep.masthead.ref}")
    if held["pdf_sha256"] == hashlib.sha256(data).hexdigest():
        return Finding(
            "record", "passed", f"it is the file that was printed of {sitrep.masthead.ref} ({held['state']})"
        )
    if held["pdf_sha256"]:
        return Finding("record", "failed", f"{sitrep.masthead.ref} is on record, and was printed as another file")
    if held["snapshot_sha256"] == hashlib.sha256(as_json(sitrep)).hexdigest():
        return Finding("record", "passed", f"it has the values of {sitrep.masthead.ref} ({held['state']})")
    return Finding("record", "failed", f"{sitrep.masthead.ref} ({held['state']}) has other values now")
