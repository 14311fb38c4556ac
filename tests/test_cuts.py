"""Public sitreps and public tables, one subtracted from the other: what both hold back cannot be told."""

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from registry import db
from registry.config import Config
from registry.errors import Conflict
from registry.keys import new_id
from registry.models.facilities import FacilityCensus, FacilityCreate
from registry.models.happened import AttackCreate, HitFacilityCreate
from registry.models.places import PlaceCreate
from registry.services import attacks, cuts, extracts, facilities, findings, granting, issues, places
from registry.services.browsing import serving
from registry.services.console.answers import Asked as Question
from registry.services.console.answers import Limits
from registry.services.console.asking import ask
from registry.services.exporting import exporting, releases
from registry.services.subjects import Asked
from registry.services.work import Work, writing
from registry.sitrep import disclosure
from registry.sitrep.snapshot import Request, take
from registry.sitrep.snapshot.grouping import partition, sectors

FEW = disclosure.policy().few
SECTOR_TYPES = ("clinic", "school", "fire_station", "bakery")
MANY, SPARSE, OTHER = "SY01", "SY02", "SY03"  # the second and third have few facilities and are told together


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def registry(engine: Engine) -> Engine:
    """A country of three governorates: seven attacks in the first, one in the second, three in the third."""
    with writing(engine, "Amal", "test") as work:
        places.add(work, PlaceCreate(name="Syria", level="country", country="SYR"))
        for code, number, attacked in ((MANY, 300, 7), (SPARSE, FEW - 1, 1), (OTHER, FEW - 1, 3)):
            place = places.add(
                work, PlaceCreate(name=f"Of {code}", level="governorate", country="SYR", pcode=code, parent="Syria")
            )
            for kind in SECTOR_TYPES:
                work.add(FacilityCensus(place_id=place.id, type_code=kind, as_of_on=date(2017, 1, 1), count=number))
            clinic = facilities.add(work, FacilityCreate(name=f"Clinic {code}", type="clinic", place=code))
            for _ in range(attacked):
                attack = attacks.add(work, AttackCreate(when="2019-05-07", place=code))
                findings.add_facility(work, attack, HitFacilityCreate(facility=clinic.ref, effect="damaged"))
    return engine


def draft(work: Work, series: str, *areas: str) -> None:
    asked = Asked(areas=areas, first="2019-05-06", last="2019-05-12")
    issues.draft(work, issues.Wanted(series=series, asked=asked))


def release(engine: Engine, folder: Path) -> None:
    releases.release(engine, "Amal", "test", releases.Publisher(), folder)


def told_by_tables(engine: Engine) -> dict[str, int]:
    with extracts.reading(engine, "public") as connection:
        rows = db.every(connection, "SELECT area, sum(attacks) AS attacks FROM v_area_week_type GROUP BY area")
        return {row["area"]: row["attacks"] for row in rows}


def told_by_sitrep(engine: Engine, *areas: str) -> int:
    with db.reading(engine) as connection:
        keys = {row["pcode"]: db.as_uuid(row["id"]) for row in db.every(connection, "SELECT id, pcode FROM place")}
        days = (date(2019, 5, 6), date(2019, 5, 12))
        cells = take(connection, Request(tuple(keys[code] for code in areas), *days)).cells
    return sum(part.count for cell in cells for part in cell.parts)


def test_a_subtraction_would_tell_what_both_hold_back(registry: Engine) -> None:
    tables = told_by_tables(registry)
    assert tables == {f"Of {MANY}": 7, f"Of {SPARSE}, Of {OTHER}": 4}
    assert told_by_sitrep(registry, MANY, SPARSE) - tables[f"Of {MANY}"] == 1  # the attacks in the second alone


def test_tables_are_refused_beside_a_series_of_another_cut(registry: Engine, tmp_path: Path) -> None:
    with writing(registry, "Amal", "test") as work:
        draft(work, "North", MANY, SPARSE)
    with pytest.raises(Conflict, match="the public series 'North' counts by other groups of governorates"):
        release(registry, tmp_path / "one")
    with pytest.raises(Conflict, match="the public series 'North' counts by other groups of governorates"):
        exporting.export(registry, exporting.Asked("csv", ["v_area_week"]), tmp_path / "out")
    exporting.export(registry, exporting.Asked("csv", ["v_attack"], "partner"), tmp_path / "partners")


def test_nothing_reads_public_tables_beside_a_series_of_another_cut(registry: Engine) -> None:
    told_by_tables(registry)  # an extract from before, which is not given either
    with writing(registry, "Amal", "test") as work:
        draft(work, "North", MANY, SPARSE)
    config = Config(registry.url.render_as_string(hide_password=False), "Amal")
    said = "the public series 'North' counts by other groups of governorates"
    with (
        pytest.raises(Conflict, match=said),
        ask(config, Question("SELECT area FROM v_area_week", {}, Limits()), "public"),
    ):
        pass
    with pytest.raises(Conflict, match=said), serving.opened(registry, "public", 0, ""):
        pass
    if db.is_postgresql(registry):
        with pytest.raises(Conflict, match=said):
            granting.grant(registry, "reader_of_cuts", "public")
    with ask(config, Question("SELECT 1", {}, Limits()), "partner") as answer:
        assert list(answer.rows) == [[1]]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_series_of_another_cut_is_refused_beside_tables_that_a_role_reads(registry: Engine) -> None:
    granting.grant(registry, "reader_of_cuts", "public")
    try:
        with pytest.raises(Conflict, match="schema for_public"), writing(registry, "Amal", "test") as work:
            draft(work, "North", MANY, SPARSE)
        with writing(registry, "Amal", "test") as work:
            draft(work, "Country", "Syria")
    finally:
        with registry.begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY reader_of_cuts")
            connection.exec_driver_sql("DROP ROLE reader_of_cuts")


def test_a_series_of_another_cut_is_refused_beside_a_release(registry: Engine, tmp_path: Path) -> None:
    release(registry, tmp_path / "one")
    with pytest.raises(Conflict, match="releases count by other groups"), writing(registry, "Amal", "test") as work:
        draft(work, "North", MANY, SPARSE)
    with writing(registry, "Amal", "test") as work:
        draft(work, "First", MANY)  # which the census tells apart from all others


def test_a_series_on_the_whole_country_is_of_the_same_cut(registry: Engine, tmp_path: Path) -> None:
    with writing(registry, "Amal", "test") as work:
        draft(work, "Country", "Syria")
    release(registry, tmp_path / "one")
    with writing(registry, "Amal", "test") as work:
        draft(work, "Country", "Syria")


UNITS = [new_id() for _ in range(5)]


@given(few=st.sets(st.sampled_from(UNITS)), about=st.sets(st.sampled_from(UNITS), min_size=1), seed=st.integers())
def test_where_both_are_let_out_moving_attacks_within_a_group_changes_nothing(
    few: set[object], about: set[object], seed: int
) -> None:
    known = {(unit, sector): FEW - 1 if unit in few else FEW for unit in UNITS for sector in sectors()}
    tables = partition(UNITS, known, FEW)
    series = partition([unit for unit in UNITS if unit in about], known, FEW)
    chance = random.Random(seed)  # noqa: S311 -- hypothesis has to see the same again
    here = {unit: chance.randrange(5) for unit in UNITS}
    there = dict(here)
    for group in tables:  # each count goes to another governorate of its group
        members = sorted(group)
        there |= dict(zip(members, (here[unit] for unit in (*members[1:], members[0])), strict=True))
    told = [[sum(world[unit] for unit in group) for group in (*tables, *series)] for world in (here, there)]
    if not cuts.tells_apart(series, tables):
        assert told[0] == told[1]
