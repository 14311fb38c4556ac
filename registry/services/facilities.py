"""Facilities: sites and units that serve civilians, how they fare over time, and which records are one and the same."""

from typing import Any

from registry import codes, db
from registry.errors import Conflict, InvalidValue
from registry.models.facilities import (
    OPERATOR_KINDS,
    TIERS,
    Facility,
    FacilityCensus,
    FacilityCensusCreate,
    FacilityCreate,
    FacilityIdentifier,
    FacilityPosition,
    FacilityStatus,
    FacilityStatusClaim,
    FacilityStatusCreate,
)
from registry.services import lookup, named, retracting
from registry.services.coding import code, date_columns, position, word
from registry.services.work import Work

_SAID = ("functionality", "damage", "accessibility")


def add(work: Work, given: FacilityCreate) -> Facility:
    """Add a facility with its names, identifiers and position.

    Raises:
        NotFound, Ambiguous: the place, type or operator.
        Conflict: the same name and type in the same place is on file, or the identifier belongs to another.
        InvalidValue: neither a name nor a placeholder.
    """
    if given.name is None and not given.placeholder:
        raise InvalidValue("name", "is missing", "give --name, or --placeholder for one that no source has named")
    place = named.resolve(work, "place", given.place)
    type_code = str(code("facility_type", given.type))
    if given.name is not None:
        _refuse_second(work, given.name, type_code, place.id)
    facility = work.add(
        Facility(
            country=place.country,
            type_code=type_code,
            place_id=place.id,
            parent_id=named.resolve_optional(work, "facility", given.part_of),
            operator_id=named.resolve_optional(work, "source", given.operator),
            operator_kind=word("operator_kind", given.operator_kind, OPERATOR_KINDS),
            is_placeholder=given.placeholder,
            is_underground=given.underground,
            is_mobile=given.mobile,
            tier=word("tier", given.tier, TIERS),
            note=given.note,
        )
    )
    first = [given.name] if given.name else []
    named.give(work, "facility", facility.id, first, language=given.language, kind="official")
    named.give(work, "facility", facility.id, given.names)
    _identify(work, facility, given.identifiers)
    _place_on_map(work, facility, given.lat, given.lon, given.precision)
    return facility


def _refuse_second(work: Work, name: str, type_code: str, place_id: Any) -> None:
    for key in lookup.candidates(work.session.connection(), "facility", name):
        same = work.get(Facility, db.as_uuid(key))
        if same.type_code == type_code and same.place_id == place_id:
            raise Conflict(
                f"a {type_code} of that name in that place is on file as {same.ref}; use it, or another name"
            )


def _identify(work: Work, facility: Facility, identifiers: dict[str, str]) -> None:
    for scheme, value in identifiers.items():
        other = work.find(FacilityIdentifier, scheme=scheme, value=value)
        if other is None:
            work.add(FacilityIdentifier(facility_id=facility.id, scheme=scheme, value=value))
        elif other.facility_id != facility.id:
            ref = work.get(Facility, other.facility_id).ref
            raise Conflict(
                f"the {scheme} identifier {value} belongs to {ref}; if they are one, `registry facility merge`"
            )


def _place_on_map(work: Work, facility: Facility, lat: float | None, lon: float | None, precision: str | None) -> None:
    point = position(lat, lon, facility.country)
    if point["lat"] is not None:
        precision_code = str(code("place_precision", precision or "point"))
        work.add(FacilityPosition(facility_id=facility.id, precision_code=precision_code, **point))


def edit(work: Work, wanted: str, changes: dict[str, Any], version: int | None = None) -> Facility:
    """Change a facility; `changes` has the keys of FacilityCreate.

    `name` becomes its main name; `names` and identifiers are added.

    A placeholder that gets a name is one no longer.

    Raises:
        Conflict: somebody changed it since that version.
    """
    facility: Facility = named.resolve(work, "facility", wanted)
    flags = {"underground": "is_underground", "mobile": "is_mobile", "placeholder": "is_placeholder", "note": "note"}
    values: dict[str, Any] = {column: changes[key] for key, column in flags.items() if key in changes}
    if "type" in changes:
        values["type_code"] = code("facility_type", changes["type"])
    if "place" in changes:
        place = named.resolve(work, "place", changes["place"])
        values |= {"place_id": place.id, "country": place.country}
    for key, noun, column in (("part_of", "facility", "parent_id"), ("operator", "source", "operator_id")):
        if key in changes:
            values[column] = named.resolve_optional(work, noun, changes[key])
    named.refuse_circle(work, "facility", facility, values.get("parent_id"))
    words = {"operator_kind": OPERATOR_KINDS, "tier": TIERS}
    values |= {key: word(key, changes[key], allowed) for key, allowed in words.items() if key in changes}
    if changes.get("name") and "placeholder" not in changes:
        values["is_placeholder"] = False
    work.change(facility, version=version, **values)
    if changes.get("name"):
        named.rename(work, "facility", facility.id, changes["name"])
    named.give(work, "facility", facility.id, changes.get("names") or [])
    _identify(work, facility, changes.get("identifiers") or {})
    _place_on_map(work, facility, changes.get("lat"), changes.get("lon"), changes.get("precision"))
    return facility


def census(work: Work, given: FacilityCensusCreate) -> FacilityCensus:
    """Record how many facilities of a type exist in a place at a date.

    Raises:
        Conflict: a number for that place, type and date is on record.
        NotFound, Ambiguous: the place or the report.
    """
    return work.add(
        FacilityCensus(
            place_id=named.resolve(work, "place", given.place).id,
            type_code=codes.check_code("facility_type", given.type),
            as_of_on=given.as_of,
            count=given.count,
            report_id=named.resolve_optional(work, "report", given.report),
        )
    )


def status(work: Work, wanted: str, given: FacilityStatusCreate) -> FacilityStatus:
    """Record how a facility was at a date, and which claims say so.

    Raises:
        InvalidValue: it says nothing of functionality, damage or accessibility.
        NotFound, Ambiguous: a code, the facility, attack, report or claim.
    """
    if not (given.functionality or given.damage or given.accessibility):
        raise InvalidValue("functionality, damage or accessibility", "all are missing", "give at least one")
    facility = named.resolve(work, "facility", wanted)
    row = work.add(
        FacilityStatus(
            facility_id=facility.id,
            functionality_code=code("functionality", given.functionality),
            damage_code=code("damage", given.damage),
            accessibility_code=code("accessibility", given.accessibility),
            is_reopening=given.reopening,
            attack_id=named.resolve_optional(work, "attack", given.attack),
            report_id=named.resolve_optional(work, "report", given.report),
            note=given.note,
            **date_columns("observed_", given.when, field="when"),
        )
    )
    for claim_id in dict.fromkeys(named.resolve(work, "claim", ref).id for ref in given.claims):
        work.add(FacilityStatusClaim(facility_status_id=row.id, claim_id=claim_id))
    return row


def unstatus(work: Work, wanted: str, given: FacilityStatusCreate) -> None:
    """Take back how a facility was recorded to be on those days; of several that say the same, the newest.

    Args:
        work: the unit.
        wanted: the facility, by ref or name.
        given: its days; what it says has to be given where several say different things.

    Raises:
        NotFound: nothing was recorded so.
        Conflict: it was taken back before.
        InvalidValue: several of those days say different things.
    """
    facility = named.resolve(work, "facility", wanted)
    days = date_columns("observed_", given.when, field="when")
    said = {f"{name}_code": code(name, getattr(given, name)) for name in _SAID}
    about = {name: value for name, value in said.items() if value is not None}
    about |= {name: days[name] for name in ("observed_from_on", "observed_to_on")}
    records = named.records(work, "facility", facility.id)
    found = [row for key in records for row in work.find_all(FacilityStatus, facility_id=key, **about)]
    standing = sorted((row for row in found if row.retracted_at is None), key=lambda row: row.id)
    exactly = [row for row in standing if all(getattr(row, name) == value for name, value in said.items())]
    standing = exactly or standing
    if len({tuple(getattr(row, name) for name in said) for row in standing}) > 1:
        raise InvalidValue("when", "several that say different things", f"give {', '.join(_SAID)} as recorded")
    what = (f"status of {facility.ref} of", given.when)
    retracting.take_back(work, standing[-1:] or found, what, f"registry facility show {facility.ref}")
