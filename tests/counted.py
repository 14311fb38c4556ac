"""A small registry whose totals can be counted by hand: the founding case, and nine attacks in one village after it.

One week in June 2019 has two attacks, one attack lies between June and July, one is a double tap, one is perhaps the
same as that, one is withdrawn, one is another record of the first, one has no date. Al-Nour Hospital is hit twice.
"""

from datetime import date
from typing import Any

from registry.models.facilities import FacilityCensus, FacilityPosition, FacilityStatus
from registry.models.happened import Attack, AttackMeans
from registry.models.places import Place, PlaceName
from registry.services import attacks, demo, matching
from registry.services.work import Work
from tests import factories
from tests.saying import say


def enter(work: Work) -> dict[str, Attack]:
    """Enter it all; the attacks by the names that the tests use."""
    list(demo.load(work))
    idlib = work.find(Place, pcode="SY07")
    assert idlib is not None
    district = _place(work, "Ariha", level="district", parent_id=idlib.id, pcode="SY0702")
    village = _place(work, "Nahliya", parent_id=district.id, pcode="C4301")
    hospital = factories.make_facility(
        work, "Al-Nour Hospital", place_id=village.id, type_code="hospital_general", opened_on=date(2015, 1, 1)
    )
    school = factories.make_facility(work, "Unity School", place_id=village.id, type_code="school")
    unnamed = factories.make_facility(work, place_id=village.id, type_code="hospital", is_placeholder=True)
    factories.make(work, FacilityPosition, facility_id=hospital.id, lat=35.8, lon=36.6)
    factories.make(work, FacilityCensus, place_id=idlib.id, type_code="hospital", count=4, as_of_on=date(2019, 1, 1))
    monitor, rescue = (factories.make_source(work, name) for name in ("Monitor", "Rescue"))

    def struck(first: tuple[int, int] | None, kind: str, last: tuple[int, int] | None = None, **more: Any) -> Attack:
        days = {f"occurred_{end}_on": date(2019, *day) if day else None for end, day in _ends(first, last)}
        attack = factories.make_attack(work, place_id=village.id, **days, **more)
        factories.make(work, AttackMeans, attack_id=attack.id, attack_type_code=kind)
        return attack

    found = {
        "first": struck((6, 3), "air_strike"),
        "second": struck((6, 5), "shelling"),
        "between": struck((6, 20), "shelling", (7, 2)),
        "tap": struck((7, 10), "air_strike"),
        "perhaps": struck((7, 11), "air_strike"),
        "withdrawn": struck((7, 12), "shelling"),
        "again": struck((6, 3), "air_strike"),
        "undated": struck(None, "shelling"),
    }
    strikes = [struck((7, 10), "air_strike", parent_id=found["tap"].id) for _ in range(2)]
    found |= {"strike 1": strikes[0], "strike 2": strikes[1]}
    hits = (("first", hospital, "closed"), ("second", hospital, None), ("second", school, None), ("tap", unnamed, None))
    for name, facility, state in hits:
        factories.make_attack_facility(
            work, attack_id=found[name].id, facility_id=facility.id, functionality_code=state
        )
    factories.make(
        work, FacilityStatus, facility_id=hospital.id, observed_from_on=date(2019, 6, 10),
        observed_to_on=date(2019, 6, 10), functionality_code="non_functioning",
    )  # fmt: skip
    gazette = factories.make_source(work, "Gazette")
    article = factories.make_report(work, publisher_id=gazette.id)
    for attack, speaker, number in (
        (found["first"], monitor, "5"), (found["again"], rescue, ">7"), (found["between"], monitor, "up to 9"),
        (strikes[0], monitor, "2"), (strikes[1], monitor, "3"), (found["perhaps"], monitor, "1"),
        (found["withdrawn"], monitor, "40"),
    ):  # fmt: skip
        say(work, attack, speaker, number, report=article)
    say(work, found["second"], monitor, "4", measure="injured", report=article)
    factories.make_assessment(work, attack_id=found["first"].id)
    matching.judge(work, "attack", found["first"], found["again"], "same", why="one crater")
    matching.judge(work, "attack", found["tap"], found["perhaps"], "unsure", why="a day apart")
    attacks.withdraw(work, found["withdrawn"].ref, why="no attack at all")
    return found


def _ends(first: tuple[int, int] | None, last: tuple[int, int] | None) -> tuple[tuple[str, Any], ...]:
    return ("from", first), ("to", last or first)


def _place(work: Work, name: str, **more: Any) -> Place:
    place = factories.make(work, Place, **more)
    factories.make(work, PlaceName, place_id=place.id, name=name)
    return place
