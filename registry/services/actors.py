"""Actors: bodies that are alleged to have carried out attacks."""

from typing import Any

from registry.models.who import Actor, ActorCreate
from registry.services import named
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
    """Change an actor; `changes` has the keys of ActorCreate, `name` becomes its main name, `names` are added.

    Raises:
        Conflict: somebody changed it since that version.
    """
    actor: Actor = named.resolve(work, "actor", wanted)
    values: dict[str, Any] = {"note": changes["note"]} if "note" in changes else {}
    if "kind" in changes:
        values["kind_code"] = code("actor_kind", changes["kind"])
    if "part_of" in changes:
        values["parent_id"] = named.resolve_optional(work, "actor", changes["part_of"])
        named.refuse_circle(work, "actor", actor, values["parent_id"])
    work.change(actor, version=version, **values)
    if changes.get("name"):
        named.rename(work, "actor", actor.id, changes["name"])
    named.give(work, "actor", actor.id, changes.get("names") or [])
    if changes.get("short"):
        named.give(work, "actor", actor.id, [changes["short"]], kind="acronym")
    return actor
