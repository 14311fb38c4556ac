"""Places: administrative areas and populated places."""

from typing import Any

from registry import countries, db
from registry.errors import Conflict, InvalidValue
from registry.models.places import LEVELS, Place, PlaceCreate
from registry.services import lookup, named
from registry.services.coding import position, word
from registry.services.work import Work

PARTS = (
    "northern", "southern", "eastern", "western", "central", "rural",
    "north-western", "north-eastern", "south-western", "south-eastern",
)  # fmt: skip


def add(work: Work, given: PlaceCreate) -> Place:
    """Add a place with its names.

    Raises:
        NotFound, Ambiguous: the parent.
        InvalidValue: no country is known, or the point lies outside it.
    """
    parent = named.resolve(work, "place", given.parent) if given.parent else None
    country = given.country or (parent.country if parent else None)
    if country is None:
        raise InvalidValue("country", "is not known", "give --country, or --parent from which it follows")
    _refuse_second(work, given, parent)
    place = work.add(
        Place(
            country=countries.check(country),
            level=str(word("level", given.level, LEVELS)),
            parent_id=parent.id if parent else None,
            pcode=given.pcode.upper() if given.pcode else None,
            edition=given.edition,
            note=given.note,
            **position(given.lat, given.lon, country),
        )
    )
    named.give(work, "place", place.id, [given.name], language=given.language, kind="official")
    named.give(work, "place", place.id, given.names)
    return place


def _refuse_second(work: Work, given: PlaceCreate, parent: Place | None) -> None:
    for key in lookup.candidates(work.session.connection(), "place", given.name):
        same = work.get(Place, db.as_uuid(key))
        differs = given.pcode and same.pcode and given.pcode.upper() != same.pcode
        if same.level == given.level and same.parent_id == (parent.id if parent else None) and not differs:
            raise Conflict(f"a {same.level} of that name is there as {same.ref}; use it, or give both their P-codes")


def edit(work: Work, wanted: str, changes: dict[str, Any], version: int | None = None) -> Place:
    """Change a place; `changes` has the keys of PlaceCreate, `name` becomes its main name, `names` are added.

    Raises:
        Conflict: somebody changed it since that version.
    """
    place: Place = named.resolve(work, "place", wanted)
    values: dict[str, Any] = {key: changes[key] for key in ("pcode", "edition", "note") if key in changes}
    if values.get("pcode"):
        values["pcode"] = values["pcode"].upper()
    if "level" in changes:
        values["level"] = word("level", changes["level"], LEVELS)
    if "parent" in changes:
        values["parent_id"] = named.resolve_optional(work, "place", changes["parent"])
        named.refuse_circle(work, "place", place, values["parent_id"])
    if "lat" in changes or "lon" in changes:
        values |= position(changes.get("lat", place.lat), changes.get("lon", place.lon), place.country)
    work.change(place, version=version, **values)
    if changes.get("name"):
        named.rename(work, "place", place.id, changes["name"])
    named.give(work, "place", place.id, changes.get("names") or [])
    return place


def with_part(work: Work, text: str) -> tuple[Place, str]:
    """A place and the part of it that is meant: `northern Hama` is Hama, `northern`; no part is an empty word."""
    first, _, rest = text.partition(" ")
    # A place may be called so: "Eastern Ghouta" is no part of another.
    if first.casefold() in PARTS and rest and not lookup.candidates(work.session.connection(), "place", text):
        return named.resolve(work, "place", rest), first.casefold()
    return named.resolve(work, "place", text), ""
