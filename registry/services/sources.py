"""Sources: who asserts. A person speaks for an organisation; some belong to a party to the conflict."""

import uuid
from typing import Any

from sqlalchemy import Connection

from registry import db
from registry.models.who import Source, SourceCreate, SourceParty
from registry.services import lookup, named
from registry.services.coding import code
from registry.services.work import Work


def add(work: Work, given: SourceCreate) -> Source:
    """Add a source with its names.

    Raises:
        NotFound, Ambiguous: the organisation, the party or the kind.
    """
    source = work.add(
        Source(
            kind_code=str(code("source_kind", given.kind)),
            parent_id=named.resolve_optional(work, "source", given.organisation),
            role=given.role,
            is_public_spokesperson=given.public_spokesperson,
            is_anonymous=given.anonymous,
            reliability=given.reliability,
            note=given.note,
        )
    )
    named.give(work, "source", source.id, [given.name], kind="official")
    named.give(work, "source", source.id, given.names)
    if given.short:
        named.give(work, "source", source.id, [given.short], kind="acronym")
    if given.party or given.party_actor:
        _make_party(work, source.id, given.party_actor)
    return source


def edit(work: Work, wanted: str, changes: dict[str, Any], version: int | None = None) -> Source:
    """Change a source; `changes` has the keys of SourceCreate, and names are added to those it has.

    Raises:
        Conflict: somebody changed it since that version.
    """
    source: Source = named.resolve(work, "source", wanted)
    plain = {"role": "role", "note": "note", "reliability": "reliability", "anonymous": "is_anonymous"}
    values = {column: changes[key] for key, column in plain.items() if key in changes}
    if "public_spokesperson" in changes:
        values["is_public_spokesperson"] = changes["public_spokesperson"]
    if "kind" in changes:
        values["kind_code"] = code("source_kind", changes["kind"])
    if "organisation" in changes:
        values["parent_id"] = named.resolve(work, "source", changes["organisation"]).id
    work.change(source, version=version, **values)
    named.give(work, "source", source.id, _new_names(changes))
    if changes.get("short"):
        named.give(work, "source", source.id, [changes["short"]], kind="acronym")
    if changes.get("party") or changes.get("party_actor"):
        _make_party(work, source.id, changes.get("party_actor"))
    return source


def _new_names(changes: dict[str, Any]) -> list[str]:
    return [*([changes["name"]] if changes.get("name") else []), *changes.get("names", [])]


def _make_party(work: Work, source_id: uuid.UUID, actor: str | None) -> None:
    actor_id = named.resolve_optional(work, "actor", actor)
    if work.find(SourceParty, source_id=source_id, actor_id=actor_id) is None:
        work.add(SourceParty(source_id=source_id, actor_id=actor_id))


def organisation(work: Work, source: Source) -> Source:
    """The organisation that a source speaks for: the top of its parents; itself where it has none."""
    while source.parent_id is not None:
        source = work.get(Source, source.parent_id)
    return source


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
