"""Situations: an area and a period that area-wide statements are about."""

from typing import Any

from registry import codes, countries
from registry.errors import Conflict
from registry.models.happened import Situation, SituationCreate, SituationPlace
from registry.services import named
from registry.services.coding import date_columns, word
from registry.services.places import with_part
from registry.services.work import Work


def add(work: Work, given: SituationCreate) -> Situation:
    """Add a situation with its places, each with an optional part ("northern Hama").

    Raises:
        Conflict: a situation of that name exists.
        NotFound, Ambiguous: a place.
        InvalidValue: the period.
    """
    if work.find(Situation, name=given.name) is not None:
        raise Conflict(f"a situation named {given.name!r} exists; see `registry situation list`")
    places = [with_part(work, text) for text in given.places]
    situation = work.add(
        Situation(
            country=countries.check(given.country or places[0][0].country),
            name=given.name,
            note=given.note,
            **date_columns("", given.when, field="when", basis=given.basis or "printed"),
        )
    )
    for place, part in places:
        work.add(SituationPlace(situation_id=situation.id, place_id=place.id, part=part))
    return situation


def edit(work: Work, wanted: str, changes: dict[str, Any], version: int | None = None) -> Situation:
    """Change a situation; `changes` has the keys of SituationCreate, and places are added to those it has.

    Raises:
        Conflict: somebody changed it since that version.
    """
    situation: Situation = named.resolve(work, "situation", wanted)
    values: dict[str, Any] = {key: changes[key] for key in ("name", "note") if key in changes}
    if "when" in changes:
        values |= date_columns("", changes["when"], field="when", basis=changes.get("basis", situation.basis))
    elif "basis" in changes:
        values["basis"] = word("basis", changes["basis"], codes.BASES)
    work.change(situation, version=version, **values)
    for text in changes.get("places") or []:
        place, part = with_part(work, text)
        if work.find(SituationPlace, situation_id=situation.id, place_id=place.id, part=part) is None:
            work.add(SituationPlace(situation_id=situation.id, place_id=place.id, part=part))
    return situation
