"""Merging and splitting: in any order, twice or taken back, and nothing that was entered is lost."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from registry import db
from registry.models.facilities import FacilityCreate
from registry.models.places import Place
from registry.services import facilities, matching, sitreps
from registry.services.records import attacks as attack_records
from registry.services.records import facilities as facility_records
from registry.services.records import places as place_records
from registry.services.work import Work, rehearsing, writing
from tests import calling, factories, incident
from tests.calling import Call, one_line
from tests.incident import Refs
from tests.saying import place, say

call, both = calling.call, calling.both  # fixtures
refs, counted = incident.refs, incident.counted

KINDS = ("facility", "attack", "place")
MANY = 4
VIEWS = ("v_facility", "v_attack", "v_place", "v_attack_facility", "v_claim", "v_figure")
ACTS = st.lists(
    st.tuples(st.integers(0, MANY - 1), st.integers(0, MANY - 1)).filter(lambda pair: pair[0] != pair[1]), max_size=5
)


def made(work: Work, kind: str) -> list[Any]:
    """Records of a kind, each with a name or a claim of its own."""
    if kind == "place":
        return [place(work, f"Village {number}") for number in range(MANY)]
    speaker = factories.make_source(work)
    if kind == "attack":
        rows: list[Any] = [factories.make_attack(work) for _ in range(MANY)]
        for row in rows:
            factories.make_attack_facility(work, attack_id=row.id)
            say(work, row, speaker, "3")
        return rows
    place(work, "Kafr Ein")
    rows = [
        facilities.add(work, FacilityCreate(name=f"Clinic {number}", type="clinic", place="Kafr Ein"))
        for number in range(MANY)
    ]
    for row in rows:
        factories.make_attack_facility(work, attack_id=factories.make_attack(work).id, facility_id=row.id)
        say(work, factories.make_situation(work), speaker, "3", situation=None, facility=row.ref, period="2019-05-05")
    return rows


def held_by(work: Work, kind: str, ref: str) -> set[str]:
    """What is shown of a record: its names, claims and attacks or facilities."""
    connection = work.session.connection()
    shown: dict[str, Any] = {
        "facility": facility_records.show, "attack": attack_records.show, "place": place_records.show,
    }[kind](connection, ref)  # fmt: skip
    parts = (("names", "name"), ("claims", "ref"), ("attacks", "attack"), ("facilities", "name"))
    return {row[key] for part, key in parts for row in shown.get(part, [])}


def seen(work: Work) -> dict[str, list[Any]]:
    """What the views say, but for versions, and of figures for keys and refs: those are made anew."""
    unlike = {"version", "id", "ref", "why", "decided_at"}
    connection = work.session.connection()
    return {
        view: sorted(
            str({key: value for key, value in row.items() if key not in unlike})
            for row in db.every(connection, f"SELECT * FROM {view}")
        )
        for view in VIEWS
    }


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, data=st.data())
def test_merges_commute_and_repeat_and_lose_nothing(
    engine: Engine, kind: str, acts: list[tuple[int, int]], data: st.DataObject
) -> None:
    again = data.draw(st.permutations([*acts, *[pair[::-1] for pair in acts]]))
    with rehearsing(engine, "Amal", "test") as work:
        rows = made(work, kind)
        own = {row.ref: held_by(work, kind, row.ref) for row in rows}
        before = seen(work)

        def merged(order: list[tuple[int, int]]) -> tuple[list[Any], dict[str, list[Any]]]:
            for one, other in order:
                matching.judge(work, kind, rows[one], rows[other], "same", why="looked at both")
            return [row.canonical_id for row in rows], seen(work)

        def split() -> None:
            for one, other in {(min(pair), max(pair)) for pair in acts}:
                matching.revoke(work, kind, rows[one], rows[other], why="two after all")

        first = merged(acts)
        heads = {row.id: row for row in rows if row.canonical_id is None}
        for row in rows:
            head = heads[row.canonical_id or row.id]
            assert own[row.ref] <= held_by(work, kind, head.ref), "what was said of one is said of all"
            assert held_by(work, kind, row.ref) == held_by(work, kind, head.ref)
        split()
        assert seen(work) == before, "a split restores all"
        assert merged(list(again)) == first, "in any order, either way round, and twice: the same"
        split()
        assert seen(work) == before


def test_what_lies_in_a_merged_place_lies_in_the_one_that_stands_for_it(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        here, there = (place(work, name, level="governorate") for name in ("Idlib", "Hama"))
        one = place(work, "Kafr Ein", parent=here.ref)
        other = place(work, "Kafrein", parent=there.ref)
        below = place(work, "Kafrein East", level="neighbourhood", parent=other.ref)
        attacks = [factories.make_attack(work, place_id=where.id) for where in (one, other, below)]
        clinic = facilities.add(work, FacilityCreate(name="Shifa", type="clinic", place="Kafrein East"))
        listed = {row.ref for row in attacks}
        keys = one.ref, other.ref
    assert _in(engine, here.ref) == ({attacks[0].ref}, set())
    _judged(engine, *keys, "same")
    assert _in(engine, here.ref) == _in(engine, one.ref) == (listed, {clinic.ref})
    with db.reading(engine) as connection:
        assert {row["place"] for row in attack_records.list_(connection)} == {"Kafr Ein", "Kafrein East"}
        assert [row["name"] for row in place_records.list_(connection, like="Kafr")] == ["Kafr Ein", "Kafrein East"]
        taken = sitreps.snapshot(
            connection, areas=[here.ref], first="2019-05-01", last="2019-05-31", audience="internal"
        )
        assert len(taken.attacks) == 3
    _judged(engine, *keys, "")
    assert _in(engine, here.ref) == ({attacks[0].ref}, set())


def _judged(engine: Engine, one: str, other: str, verdict: str) -> None:
    with writing(engine, "Amal", "test") as work:
        first, second = (work.by_ref(Place, ref, "place") for ref in (one, other))
        if verdict:
            matching.judge(work, "place", first, second, verdict, why="one village")
        else:
            matching.revoke(work, "place", first, second, why="two villages")


def _in(engine: Engine, where: str) -> tuple[set[str], set[str]]:
    with db.reading(engine) as connection:
        return (
            {row["ref"] for row in attack_records.list_(connection, place=where)},
            {row["ref"] for row in facility_records.list_(connection, place=where)},
        )


def test_attacks_and_places_are_merged_and_split_by_ref(both: Call, refs: Refs) -> None:
    for kind, one, other in (
        ("attack", _attack(both, refs, "4 May 2019"), _attack(both, refs, "5 May 2019")),
        ("place", _place(both, "Kafr Ein"), _place(both, "Tramla")),
    ):
        assert "why: is missing" in one_line(both(kind, "merge", one, other), 2)
        assert "is not a ref" in one_line(both(kind, "merge", "Basamis", other, "--why", "x"), 2)
        assert f"are one {kind}" in both(kind, "merge", one, other, "--why", "Looked at both").err
        assert _shown(both, kind, other) == one
        assert both(kind, "split", other, one, "--why", "Two after all").code == 0
        assert _shown(both, kind, other) == other
        assert one_line(both(kind, "split", other, one, "--why", "Again"), 3)
        assert both(kind, "split", one, other, "--different", "--why", "Visited").code == 0
        assert "say the opposite" in one_line(_merge_through_a_third(both, refs, kind, one, other), 4)


def _merge_through_a_third(both: Call, refs: Refs, kind: str, one: str, other: str) -> calling.Said:
    third = _attack(both, refs, "6 May 2019") if kind == "attack" else _place(both, "Hazano")
    assert both(kind, "merge", one, third, "--why", "x").code == 0
    return both(kind, "merge", other, third, "--why", "x")


def _attack(both: Call, refs: Refs, when: str) -> str:
    said = both(
        "attack",
        "add",
        "--report",
        refs["report"],
        "--when",
        when,
        "--place",
        "Basamis",
        "--hit",
        "Nabad al-Hayat hospital",
    )
    assert said.code == 0, said
    return said.out.strip()


def _place(both: Call, name: str) -> str:
    return both("place", "add", "--name", name, "--level", "community", "--country", "SYR").out.strip()


def _shown(both: Call, kind: str, ref: str) -> str:
    return str(json.loads(both(kind, "show", ref, "--format", "json").out)["ref"])
