"""Our findings on an attack: the facilities that it touched and the means; added, changed, and taken off again."""

import uuid
from collections.abc import Iterable
from typing import Any

from registry.errors import InvalidValue
from registry.models.facilities import Facility
from registry.models.happened import Attack, AttackFacility, AttackMeans, HitFacilityCreate, MeansCreate
from registry.services import named, retracting
from registry.services.coding import code
from registry.services.work import Work


def add_facility(work: Work, attack: Attack, given: HitFacilityCreate) -> AttackFacility:
    """Record what an attack did to a facility.

    Raises:
        InvalidValue: neither a facility nor a type of an unnamed one, or both.
        Conflict: the facility is recorded with this attack already.
    """
    if (given.facility is None) == (given.unnamed is None):
        raise InvalidValue("facility", "give a facility, or the type of an unnamed one", "one of the two")
    facility = (
        named.resolve(work, "facility", given.facility)
        if given.facility is not None
        else _placeholder(work, attack, str(code("facility_type", given.unnamed)))
    )
    row = retracting.enter(
        work,
        AttackFacility,
        {"attack_id": attack.id, "facility_id": facility.id},
        known=f"{facility.ref} is recorded with this attack already; change that with `registry attack edit`",
        country=attack.country,
        effect_code=code("effect", given.effect),
        damage_code=code("damage", given.damage),
        functionality_code=code("functionality", given.functionality),
    )
    work.change(attack, facilities_absence=None)
    return row


def _placeholder(work: Work, attack: Attack, type_code: str) -> Facility:
    row = Facility(country=attack.country, type_code=type_code, place_id=attack.place_id, is_placeholder=True)
    return work.add(row)


def set_facility(work: Work, attack: Attack, given: HitFacilityCreate) -> None:
    """Record what an attack did to a facility, or change what is given of that.

    Raises:
        InvalidValue: neither a facility nor a type of an unnamed one, or both.
    """
    facility_id = named.resolve_optional(work, "facility", given.facility)
    about = {"attack_id": attack.id, "facility_id": facility_id}
    known = work.find(AttackFacility, **about, retracted_at=None) if facility_id else None
    if known is None:
        add_facility(work, attack, given)
        return
    lists = {"effect": given.effect, "damage": given.damage, "functionality": given.functionality}
    changes: dict[str, Any] = {f"{name}_code": code(name, value) for name, value in lists.items() if value is not None}
    work.change(known, **changes)


def add_means(work: Work, attack: Attack, given: MeansCreate) -> AttackMeans:
    """Record by which means an attack was carried out.

    Raises:
        Conflict: these means are recorded already.
    """
    about = {"attack_id": attack.id, **_codes(given)}
    row = retracting.enter(work, AttackMeans, about, known=f"these means are recorded with {attack.ref} already")
    work.change(attack, means_absence=None)
    return row


def _codes(given: MeansCreate) -> dict[str, str | None]:
    return {
        "attack_type_code": code("attack_type", given.type),
        "launch_code": code("launch_method", given.launch),
        "munition_code": code("munition", given.munition),
    }


def take_off(work: Work, attack: Attack, facilities: Iterable[str], means: Iterable[MeansCreate]) -> None:
    """Take facilities and means off an attack, from whichever of its merged records they were recorded with.

    What is left without any is not coded, until somebody says why there is none.

    Args:
        work: the unit.
        attack: of merged records the canonical one.
        facilities: by ref or name.
        means: each as it was recorded, with all its parts.

    Raises:
        NotFound: one was never recorded.
        Conflict: one was taken off before.
    """
    records = named.records(work, "attack", attack.id)
    see = f"registry attack show {attack.ref}"
    for text in facilities:
        facility = named.resolve(work, "facility", text)
        merged = named.records(work, "facility", facility.id)
        pairs = [{"attack_id": one, "facility_id": other} for one in records for other in merged]
        hits = [row for pair in pairs for row in work.find_all(AttackFacility, **pair)]
        retracting.take_back(work, hits, (f"hit of {attack.ref} on", facility.ref), see)
    for given in means:
        columns = _codes(given)
        rows = [row for key in records for row in work.find_all(AttackMeans, attack_id=key, **columns)]
        spelt = ":".join(value or "" for value in columns.values()).rstrip(":")
        retracting.take_back(work, rows, (f"means of {attack.ref}", spelt), see)
    for key in records:
        _say_what_is_empty(work, key)


def _say_what_is_empty(work: Work, key: uuid.UUID) -> None:
    record = work.get(Attack, key)
    left = {
        "facilities_absence": work.find(AttackFacility, attack_id=key, retracted_at=None),
        "means_absence": work.find(AttackMeans, attack_id=key, retracted_at=None),
    }
    changes: dict[str, Any] = {
        name: "not_coded" for name, row in left.items() if row is None and getattr(record, name) is None
    }
    work.change(record, **changes)
