"""A made-up registry of many attacks, for charts, long lists and measurements: the same numbers give the same rows."""

import random
from datetime import date, timedelta

from registry.models.facilities import FacilityCreate
from registry.models.happened import AttackCreate
from registry.models.said import ClaimCreate, ReportCreate
from registry.models.who import SourceCreate
from registry.services import attacks, claims, facilities, reports, sources
from registry.services.work import Work
from tests import factories
from tests.saying import place

FIRST = date(2019, 5, 1)
_TYPES = ("hospital_general", "clinic", "school_primary", "civil_defence_centre", "bakery")
_MEANS = ("air_strike", "air_strike", "shelling", "drone_strike", "missile_strike")
_GRADES = ("single_origin", "single_origin", "verified", "contested", "discounted", "unassessed", "unassessed")
_GROUNDS = {"verified": {"basis_code": "geolocated_visual", "reviewer": "Basma", "reviewed_at": factories.MOMENT}}
_FUNCTIONALITY = ("non_functioning", "partially_functioning", "fully_functioning", None)


def fill(work: Work, count: int, *, days: int = 21, seed: int = 4) -> list[str]:
    """Attacks in two governorates, on these days and some months; the refs of the attacks, strikes left out."""
    chance = random.Random(seed)  # noqa: S311 -- made-up rows, no secret
    for name, code in (("Idlib", "SY07"), ("Hama", "SY05")):
        place(work, name, level="governorate", pcode=code)
        for village in ("North", "South"):
            place(work, f"{village} {name}", parent=code)
    for name, kind in (("Observatory", "monitoring_group"), ("Rescue", "rescue_service"), ("Paper", "newspaper")):
        sources.add(work, SourceCreate(name=name, kind=kind))
    hit = [_facility(work, number) for number in range(max(count // 3, 4))]
    return [_attack(work, chance, hit, (number, days)) for number in range(count)]


def _facility(work: Work, number: int) -> str:
    kind = _TYPES[number % len(_TYPES)]
    where = f"{('North', 'South')[number % 2]} {('Idlib', 'Hama')[number // 2 % 2]}"
    name = f"{kind.replace('_', ' ').capitalize()} no. {number + 1}"
    return facilities.add(work, FacilityCreate(name=name, type=kind, place=where)).ref


def _attack(work: Work, chance: random.Random, hit: list[str], turn: tuple[int, int]) -> str:
    number, days = turn
    day = FIRST + timedelta(days=chance.randrange(days))
    told = day + timedelta(days=chance.choice((0, 0, 1, 1, 2, 5)))
    said = reports.add(work, ReportCreate(publisher="Paper", title=f"Report {number}", published=told.isoformat()))
    given = {
        "when": "early May 2019" if chance.random() < 0.1 else day.isoformat(),
        "place": f"{chance.choice(('North', 'South'))} {chance.choice(('Idlib', 'Hama'))}",
        "summary": "A made-up attack of which nothing is known but this.",
        "reports": [said.ref],
        "facilities": _touched(chance, hit),
        "means": [{"type": chance.choice(_MEANS)}] if chance.random() < 0.85 else [],
    }
    made = attacks.add(work, AttackCreate.model_validate(given))
    if chance.random() < 0.1:
        attacks.add(work, AttackCreate.model_validate(given | {"parent": made.ref}))
    killed = chance.choice(("3", "more than 2", "at least 1", None))
    if killed:
        speaker = chance.choice(("Observatory", "Rescue"))
        claims.add(
            work, ClaimCreate(attack=made.ref, report=said.ref, speaker=speaker, measure="killed", number=killed)
        )
    grade = chance.choice(_GRADES)
    if grade != "unassessed":
        factories.make_assessment(work, attack_id=made.id, grade_code=grade, **_GROUNDS.get(grade, {}))
    return made.ref


def _touched(chance: random.Random, hit: list[str]) -> list[dict[str, str | None]]:
    if chance.random() < 0.2:
        return []
    if chance.random() < 0.15:
        return [{"unnamed": "school"}]
    return [
        {"facility": one, "damage": chance.choice(("moderate", "destroyed", None)),
         "functionality": chance.choice(_FUNCTIONALITY)}
        for one in chance.sample(hit, chance.choice((1, 1, 1, 2)))
    ]  # fmt: skip
