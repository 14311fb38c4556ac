"""Which facility of an attack a row means, when the list names them anew: the hits of two editions put in pairs."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from registry.models.facilities import Facility
from registry.models.happened import AttackFacility
from registry.services.importing.records import Hit


class Held(NamedTuple):
    """A finding that stands, with its facility and the names of that."""

    row: AttackFacility
    facility: Facility
    names: set[str]


def paired(hits: Sequence[Hit], held: Sequence[Held]) -> Iterator[tuple[Hit, Held | None]]:
    """Each hit with the finding that it repeats: on a facility of its type and name, else on an unnamed one of it.

    A name counts more than the place in the list: a clinic that is now named second is still the same clinic. Of
    facilities without a name, one with the same effect and damage goes first.
    """
    free = {one.row.id: one for one in held}
    found: dict[int, Held] = {}
    for is_like in (_are_named_alike, _are_unnamed_and_alike, _may_be_one):
        for place, hit in enumerate(hits):
            if place not in found:
                one = next((one for one in free.values() if is_like(hit, one)), None)
                if one is not None:
                    found[place] = free.pop(one.row.id)
    for place, hit in enumerate(hits):
        yield hit, found.get(place)


def _are_named_alike(hit: Hit, one: Held) -> bool:
    return one.facility.type_code == hit.type and any(name.text in one.names for name in hit.names)


def _are_unnamed_and_alike(hit: Hit, one: Held) -> bool:
    like = (one.facility.type_code, one.row.effect_code, one.row.damage_code, one.row.functionality_code)
    return not hit.names and not one.names and like == (hit.type, hit.effect, hit.damage, hit.functionality)


def _may_be_one(hit: Hit, one: Held) -> bool:
    return one.facility.type_code == hit.type and (not hit.names or not one.names)
