"""Actors: bodies that are alleged to have carried out attacks."""

from typing import Any

from sqlalchemy import Connection

from registry import db
from registry.models.who import Actor, ActorCreate
from registry.services import lookup, named
from registry.services.coding import code
from registry.services.work import Work


def add(work: Work, given: ActorCreate) -> Actor:
    """Add an actor with its names.

    Raises:
        NotFound, Ambiguous: the kind, or the body that it is part of.
    """
    actor = work.add(
        Actor(
            kind_code=str(code("actor_kind", given.kind)),
            parent_id=named.resolve_optional(work, "actor", given.part_of),
            note=given.note,
        )
    )
    named.give(work, "actor", actor.id, [given.name], kind="official")
    named.give(work, "actor", actor.id, given.names)
    if given.short:
        named.give(work, "actor", actor.id, [given.short], kind="acronym")
    return actor


def edit(work: Work, wanted: str, changes: dict[str, Any], version: int | None = None) -> Actor:
    """Change an actor; `changes` has the keys of ActorCreate, and names are added to those it has.

    Raises:
        Conflict: somebody changed it since that version.
    """
    actor: Actor = named.resolve(work, "actor", wanted)
    values = {"note": changes["note"]} if "note" in changes else {}
    if "kind" in changes:
        values["kind_code"] = code("actor_kind", changes["kind"])
    if "part_of" in changes:
        values["parent_id"] = named.resolve(work, "actor", changes["part_of"]).id
    work.change(actor, version=version, **values)
    named.give(work, "actor", actor.id, [*filter(None, [changes.get("name")]), *changes.get("names", [])])
    if changes.get("short"):
        named.give(work, "actor", actor.id, [changes["short"]], kind="acronym")
    return actor


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
