"""Things that have names (places, sources, actors, facilities): giving them names, and finding their rows by one."""

import uuid
from collections.abc import Iterable
from typing import Any

from registry import names
from registry.errors import InvalidValue
from registry.models.base import Row
from registry.models.facilities import Facility, FacilityName
from registry.models.happened import Attack, Situation
from registry.models.held import Figure
from registry.models.places import Place, PlaceName
from registry.models.said import Claim, Report
from registry.models.who import Actor, ActorName, Source, SourceName
from registry.services import lookup
from registry.services.work import Work

_TABLES: dict[str, type[Row]] = {
    "place": Place,
    "source": Source,
    "actor": Actor,
    "facility": Facility,
    "situation": Situation,
    "report": Report,
    "attack": Attack,
    "claim": Claim,
    "figure": Figure,
}
_NAMES: dict[str, Any] = {
    "place": PlaceName,
    "source": SourceName,
    "actor": ActorName,
    "facility": FacilityName,
}


def resolve(work: Work, noun: str, text: str) -> Any:
    """The row that a ref, a P-code or a name means; of merged records, the canonical one.

    Raises:
        InvalidValue: the ref's check character is wrong, or it is the ref of another noun.
        NotFound: nothing has that ref or name; the nearest names are offered.
        Ambiguous: several records have that name.
    """
    return work.get(_TABLES[noun], lookup.find(work.session.connection(), noun, text))


def resolve_optional(work: Work, noun: str, text: str | None) -> uuid.UUID | None:
    """The key of the record that the text means; None for no text."""
    return None if text is None else resolve(work, noun, text).id


def records(work: Work, noun: str, key: uuid.UUID) -> list[uuid.UUID]:
    """The keys of a record and of all that were found to be it."""
    return [key, *(row.id for row in work.find_all(_TABLES[noun], canonical_id=key))]


def refuse_circle(work: Work, noun: str, row: Any, parent_id: uuid.UUID | None) -> None:
    """Refuse a parent that lies within its child: whatever walks up or down would never come to an end.

    Raises:
        InvalidValue: it does.
    """
    table: Any = _TABLES[noun]
    above = parent_id
    while above is not None:
        if above == row.id:
            raise InvalidValue(noun, f"{row.ref} would lie within itself", "give another, or none")
        above = work.get(table, above).parent_id


def rename(work: Work, noun: str, key: uuid.UUID, name: str) -> None:
    """Make this the name that a record goes by in its script; the one it went by stays as an alias."""
    give(work, noun, key, [name], kind="official")
    table, owner, script = _NAMES[noun], f"{noun}_id", names.script_of(name)
    for row in work.find_all(table, **{owner: key, "script": script}):
        if row.name == name:
            work.change(row, kind="official")
        elif row.kind == "official":
            work.change(row, kind="alias")


def give(
    work: Work, noun: str, key: uuid.UUID, given: Iterable[str], *, language: str = "und", kind: str = "alias"
) -> None:
    """Add names to a record; one that it has already is passed over."""
    table, owner = _NAMES[noun], f"{noun}_id"
    for name in given:
        script = names.script_of(name)
        spoken = "ar" if script == "Arab" and language == "und" else language
        if work.find(table, **{owner: key, "name": name, "language": spoken}) is None:
            columns = {owner: key, "name": name, "language": spoken, "script": script, "kind": kind}
            work.add(table(**columns, folded=names.fold(name)))
