"""A year of weekly public issues: nothing in them tells where in its group an attack was, and no count is altered."""

import random
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from registry import config, db
from registry.models.facilities import FacilityCensus, FacilityCreate
from registry.models.happened import Attack, AttackCreate, HitFacilityCreate
from registry.models.places import PlaceCreate
from registry.models.said import ClaimCreate, Report, ReportCreate
from registry.models.who import SourceCreate
from registry.services import attacks, claims, facilities, findings, places, reports, schema, sources
from registry.services.work import Work, writing
from registry.sitrep import disclosure
from registry.sitrep.snapshot import Request, take
from registry.sitrep.snapshot.grouping import known_facilities, partition, sectors, top_type
from registry.sitrep.values import Cell, Sitrep, as_json

FEW = disclosure.policy().few
WEEKS = 52
FIRST_MONDAY = date(2018, 1, 1)
MANY, SPARSE = ("SY01", "SY02"), ("SY03", "SY04", "SY05")
AREAS = (*MANY, *SPARSE)
SECTOR_TYPES = {"health": "clinic", "education": "school", "civil_defence": "fire_station", "other": "bakery"}
CENSUS = {"health": 60, "education": 200, "civil_defence": 9, "other": 300}
SMALL = {"health": 4, "education": 90, "civil_defence": 3, "other": 50}


@dataclass(frozen=True)
class Event:
    """One attack of the simulated year; `later` is a sector that somebody adds in a later week."""

    week: int
    day: int
    area: str
    sector: str
    killed: int
    entered: int
    later: str | None

    @property
    def date(self) -> date:
        """The day."""
        return FIRST_MONDAY + timedelta(weeks=self.week, days=self.day)

    def sectors(self, week: int) -> set[str]:
        """The sectors that are known to be touched when a week is over."""
        added = self.later if self.later and self.entered + 2 <= week else self.sector
        return {self.sector, added}


def year() -> list[Event]:
    """Attacks of a year; a few are reported late, and of some a facility of another sector turns up later."""
    chance = random.Random(2019)  # noqa: S311 - a simulation that has to be the same every time
    names = list(SECTOR_TYPES)
    found = []
    for week in range(WEEKS):
        for _ in range(chance.choice((0, 1, 1, 2))):
            found.append(
                Event(
                    week=week,
                    day=chance.randrange(7),
                    area=chance.choice((*AREAS, *SPARSE)),
                    sector=chance.choice(names),
                    killed=chance.randrange(5),
                    entered=min(WEEKS - 1, week + chance.choice((0, 0, 0, 1, 5))),
                    later=chance.choice((None, None, None, chance.choice(names))),
                )
            )
    return found


def moved(events: list[Event]) -> list[Event]:
    """The same year, but every attack where facilities are few happened in another governorate of the group."""
    turn = dict(zip(SPARSE, (*SPARSE[1:], SPARSE[0]), strict=True))
    return [replace(event, area=turn.get(event.area, event.area)) for event in events]


def begin(work: Work) -> None:
    """Five governorates with a village each: two with many facilities, two with few, one of which little is known."""
    for number, code in enumerate(AREAS):
        key = places.add(work, PlaceCreate(name=f"Area{number}", level="governorate", country="SYR", pcode=code)).id
        places.add(work, PlaceCreate(name=f"Village{number}", level="community", parent=code))
        known = {"education": 90} if code == AREAS[-1] else CENSUS if code in MANY else SMALL
        for sector, count in known.items():
            kind = SECTOR_TYPES[sector]
            work.add(FacilityCensus(place_id=key, type_code=kind, as_of_on=date(2017, 1, 1), count=count))
    sources.add(work, SourceCreate(name="Paper", kind="newspaper"))
    reports.add(work, ReportCreate(publisher="Paper", title="News", published="2018-01-01"))


class World:
    """A registry that follows one year week by week, and the public issues that are made of it."""

    def __init__(self, file: Path, events: list[Event]) -> None:
        self.engine: Engine = db.connect(config.load(str(file)).database_url)
        schema.initialise(self.engine, "test")
        self.events = events
        self.refs: dict[Event, str] = {}
        with writing(self.engine, "Amal", "test") as work:
            begin(work)
            self.paper = work.find_all(Report)[0].ref

    def pass_week(self, week: int) -> None:
        """Enter what comes to be known in a week."""
        with writing(self.engine, "Amal", "test") as work:
            for number, event in enumerate(self.events):
                if event.entered == week:
                    self.refs[event] = self._enter(work, number, event)
                elif event.entered == week - 2 and event.later:
                    self._hit(
                        work, work.by_ref(Attack, self.refs[event], "attack"), f"late {number}", event, event.later
                    )

    def _enter(self, work: Work, number: int, event: Event) -> str:
        place = f"Village{AREAS.index(event.area)}"
        attack = attacks.add(work, AttackCreate(when=event.date.isoformat(), place=place, reports=[self.paper]))
        self._hit(work, attack, str(number), event, event.sector)
        toll = ClaimCreate(attack=attack.ref, report=self.paper, speaker="Paper", measure="killed", place=[place],
                           number=str(event.killed))  # fmt: skip
        claims.add(work, toll)
        return attack.ref

    def _hit(self, work: Work, attack: Attack, name: str, event: Event, sector: str) -> None:
        place = f"Village{AREAS.index(event.area)}"
        facility = facilities.add(work, FacilityCreate(name=f"Site {name}", type=SECTOR_TYPES[sector], place=place))
        findings.add_facility(work, attack, HitFacilityCreate(facility=facility.ref, effect="damaged"))

    def issue(self, first: int, last: int, rules: disclosure.Policy | None = None) -> Sitrep:
        """The public issue on some weeks, without what differs between any two registries: moment and journal."""
        start, end = FIRST_MONDAY + timedelta(weeks=first), FIRST_MONDAY + timedelta(weeks=last, days=6)
        with db.reading(self.engine) as connection:
            keys = {row["pcode"]: db.as_uuid(row["id"]) for row in db.every(connection, "SELECT id, pcode FROM place")}
            taken = take(connection, Request(tuple(keys[code] for code in AREAS), start, end), rules)
        return replace(taken, masthead=replace(taken.masthead, as_of=datetime(2019, 1, 1, tzinfo=UTC)), journal=())

    def issues(self, week: int) -> Iterator[tuple[int, int]]:
        """The weeks of the issues made when a week is over: it, now and then an older one again, or all so far."""
        yield week, week
        if week % 4 == 3 and week > 4:
            yield week - 4, week - 4
        if week % 13 == 12:
            yield 0, week


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, World, list[tuple[int, int, Sitrep, Sitrep]]]:
    """Two registries whose years differ in nothing but where in its group each attack was, and all issues of both."""
    folder = tmp_path_factory.mktemp("worlds")
    here, there = World(folder / "here.db", year()), World(folder / "there.db", moved(year()))
    made = []
    for week in range(WEEKS):
        here.pass_week(week)
        there.pass_week(week)
        made += [(first, last, here.issue(first, last), there.issue(first, last)) for first, last in here.issues(week)]
    return here, there, made


def test_nothing_in_a_year_of_issues_tells_where_in_its_group_an_attack_was(worlds: Any) -> None:
    here, there, made = worlds
    assert sum(event.area in SPARSE for event in here.events) > 20
    assert any(one.area != other.area for one, other in zip(here.events, there.events, strict=True))
    # Whoever has all issues has the same bytes in both worlds: no subtraction, average or other way tells them apart.
    for first, last, one, other in made:
        assert as_json(one) == as_json(other), (first, last)


def test_without_the_grouping_the_worlds_are_told_apart(worlds: Any) -> None:
    here, there, _ = worlds
    rules = replace(disclosure.policy(), few=0)
    assert as_json(here.issue(0, WEEKS - 1, rules)) != as_json(there.issue(0, WEEKS - 1, rules))


def test_the_grouping_is_the_same_in_every_issue_zeros_included(worlds: Any) -> None:
    expected = {("Area0 governorate",), ("Area1 governorate",), tuple(f"Area{n} governorate" for n in (2, 3, 4))}
    for _, _, issue, _ in worlds[2]:
        for sector in SECTOR_TYPES:
            told = {tuple(sorted(cell.places)) for cell in issue.cells if cell.sector == sector}
            assert told == expected


def test_subtracting_any_issue_from_another_gives_groups_only(worlds: Any) -> None:
    vectors = [Counter({(cell.sector, cell.places, cell.period): _count(cell) for cell in one.cells})
               for _, _, one, _ in worlds[2]]  # fmt: skip
    for one, other in combinations(vectors, 2):
        for (_, names, _), count in ((key, one[key] - other[key]) for key in one.keys() | other.keys()):
            if count and set(names) & {f"Area{n} governorate" for n in (2, 3, 4)}:
                assert len(names) == len(SPARSE)


def test_no_count_is_altered(worlds: Any) -> None:
    here, _, made = worlds
    known: set[Event] = set()
    asked = iter(made)
    for week in range(WEEKS):
        known |= {event for event in here.events if event.entered == week}
        for first, last in here.issues(week):
            issue = next(asked)[2]
            inside = [event for event in known if first <= event.week <= last]
            for sector in SECTOR_TYPES:
                true = sum(sector in event.sectors(week) for event in inside)
                assert sum(_count(cell) for cell in issue.cells if cell.sector == sector) == true
                assert next(one for one in issue.sectors if one.sector == sector).attacks.count == true


def _count(cell: Cell) -> int:
    return sum(part.count for part in cell.parts)


UNITS = tuple(uuid.UUID(int=number) for number in range(1, 6))
KNOWN = st.dictionaries(st.tuples(st.sampled_from(UNITS), st.sampled_from(sectors())), st.integers(0, 12))


@given(KNOWN, KNOWN)
def test_a_governorate_with_few_is_never_alone_whatever_is_learnt_later(now: Any, learnt: Any) -> None:
    later = learnt | now  # the number first entered stays
    early, late = partition(UNITS, now, FEW), partition(UNITS, later, FEW)
    for parts in (early, late):
        assert sorted(unit for part in parts for unit in part) == sorted(UNITS)
    for unit in UNITS:
        is_sparse = any(later.get((unit, sector), 0) < FEW for sector in sectors())
        both = next(part for part in early if unit in part) & next(part for part in late if unit in part)
        assert not is_sparse or len(both) > 1


def test_one_governorate_of_its_own_is_the_area_itself() -> None:
    assert partition(UNITS[:1], {}, FEW) == (frozenset(UNITS[:1]),)


def test_the_census_counts_the_widest_type_once_and_the_first_number_entered() -> None:
    place = UNITS[0]
    rows = [("hospital", 4), ("hospital_field", 2), ("clinic", 7), ("hospital", 90)]
    census = [{"place_id": place, "type": kind, "count": count} for kind, count in rows]
    assert known_facilities(census)[place, "health"] == 4 + 7


def test_top_level_types_are_the_sectors() -> None:
    kinds = ("hospital_field", "school_primary", "fire_station", "bakery", "unknown", None)
    tops = ["health", "education", "civil_defence", "other", "other", None]
    assert [top_type(one) for one in kinds] == tops
