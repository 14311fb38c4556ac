"""Sources: who asserts. A person speaks for an organisation; some belong to a party to the conflict."""

import uuid
from typing import Any

from registry import db
from registry.errors import Conflict
from registry.models.said import Claim, Origin
from registry.models.who import Source, SourceCreate, SourceParty
from registry.services import by_rule, lookup, named
from registry.services.coding import code
from registry.services.work import Work


def add(work: Work, given: SourceCreate) -> Source:
    """Add a source with its names.

    Raises:
        NotFound, Ambiguous: the organisation, the party or the kind.
    """
    _refuse_second(work, given)
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


def _refuse_second(work: Work, given: SourceCreate) -> None:
    # Two residents whom no report names may be described in the same words; two bodies are not called the same.
    if given.anonymous:
        return
    for key in lookup.candidates(work.session.connection(), "source", given.name):
        same = work.get(Source, db.as_uuid(key))
        if not same.is_anonymous:
            raise Conflict(f"a source of that name is on file as {same.ref}; use it, or tell the two apart in the name")


def edit(work: Work, wanted: str, changes: dict[str, Any], version: int | None = None) -> Source:
    """Change a source; `changes` has the keys of SourceCreate, `name` becomes its main name, `names` are added.

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
        values["parent_id"] = named.resolve_optional(work, "source", changes["organisation"])
        named.refuse_circle(work, "source", source, values["parent_id"])
    before = organisation(work, source)
    work.change(source, version=version, **values)
    if organisation(work, source).id != before.id:
        _move_origins(work, source, before.id)
    if changes.get("name"):
        named.rename(work, "source", source.id, changes["name"])
    named.give(work, "source", source.id, changes.get("names") or [])
    if changes.get("short"):
        named.give(work, "source", source.id, [changes["short"]], kind="acronym")
    if changes.get("party") or changes.get("party_actor"):
        _make_party(work, source.id, changes.get("party_actor"))
    return source


def _make_party(work: Work, source_id: uuid.UUID, actor: str | None) -> None:
    actor_id = named.resolve_optional(work, "actor", actor)
    if work.find(SourceParty, source_id=source_id, actor_id=actor_id) is None:
        work.add(SourceParty(source_id=source_id, actor_id=actor_id))


def organisation(work: Work, source: Source) -> Source:
    """The organisation that a source speaks for: the top of its parents; itself where it has none."""
    while source.parent_id is not None:
        source = work.get(Source, source.parent_id)
    return source


def _move_origins(work: Work, source: Source, before: uuid.UUID) -> None:
    """One organisation on one matter is one origin, also where we learn late for whom somebody speaks."""
    if source.id == before:  # it was its own organisation: all its origins go along, whoever printed them
        origins = work.find_all(Origin, source_id=before)
        claims = [claim for origin in origins for claim in work.find_all(Claim, origin_id=origin.id)]
    else:  # an origin that was given apart from the speaker stays with the organisation that is left
        said = [row for speaker in _speaking_for(work, source) for row in work.find_all(Claim, speaker_id=speaker.id)]
        claims = [claim for claim in said if work.get(Origin, claim.origin_id).source_id == before]
    with by_rule.following(work, claims):
        for claim in claims:
            work.change(claim, origin_id=origin_of(work, source, work.get(Origin, claim.origin_id).matter).id)


def _speaking_for(work: Work, source: Source) -> list[Source]:
    people = [source]
    for person in people:
        people += work.find_all(Source, parent_id=person.id)
    return people


def origin_of(work: Work, speaker: Source, matter: str) -> Origin:
    """The origin of what a speaker says on a matter: one for its organisation, however many of its people speak."""
    body = organisation(work, speaker)
    known = work.find(Origin, source_id=body.id, matter=matter)
    return known or work.add(Origin(source_id=body.id, matter=matter))
