"""Facilities: how often each was hit, who is who, and how it fared, with nothing lost when records are merged."""

from collections.abc import Iterable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from registry.errors import Conflict, InvalidValue, NotFound, RegistryError
from registry.models.facilities import Facility, FacilityCreate, FacilityStatusClaim, FacilityStatusCreate
from registry.models.happened import Attack
from registry.models.held import Judgement
from registry.models.places import PlaceName
from registry.services import attacks, claims, facilities, matching
from registry.services.records import attacks as attack_records
from registry.services.records import facilities as facility_records
from registry.services.work import Work, rehearsing
from tests import factories
from tests.saying import held, place, say, span


def add(work: Work, name: str | None, **more: Any) -> Facility:
    if work.find(PlaceName, name="Kafr Ein") is None:
        place(work, "Kafr Ein")
    given_of_it = {"name": name, "type": "hospital", "place": "Kafr Ein", "placeholder": name is None} | more
    return facilities.add(work, FacilityCreate.model_validate(given_of_it))


def show(work: Work, facility: Facility) -> dict[str, Any]:
    return facility_records.show(work.session.connection(), facility.ref)


def listed(work: Work) -> dict[str, int]:
    return {row["ref"]: row["times_hit"] for row in facility_records.list_(work.session.connection())}


def hit(work: Work, *on: Facility, **more: Any) -> Attack:
    attack = factories.make_attack(work, **more)
    for facility in on:
        factories.make_attack_facility(work, attack_id=attack.id, facility_id=facility.id)
    return attack


def same(work: Work, one: Facility, other: Facility, verdict: str = "same") -> None:
    matching.judge(work, "facility", one, other, verdict, why="looked at both")


def split(work: Work, one: Facility, other: Facility) -> None:
    matching.revoke(work, "facility", one, other, why="two after all")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": None, "placeholder": False},
        {"type": "hospitl"},
        {"place": "nowhere"},
        {"operator": "nobody"},
        {"tier": "best"},
        {"operator_kind": "charity"},
        {"lat": 48.9, "lon": 2.3},
        {"lat": 35.6},
        {"lat": 35.6, "lon": 36.6, "precision": "exact"},
    ],
    ids=str,
)
def test_bad_input_is_refused(work: Work, wrong: dict[str, Any]) -> None:
    with pytest.raises(RegistryError) as caught:
        add(work, **({"name": "Shifa"} | wrong))
    assert caught.value.exit_code in (2, 3)


def test_a_second_record_of_one_facility_is_refused(work: Work) -> None:
    add(work, "Al-Shifa Hospital", identifiers={"osm": "way/1"})
    with pytest.raises(Conflict, match="on file"):
        add(work, "مستشفى الشفاء")
    add(work, "Al-Shifa Hospital", type="clinic")
    with pytest.raises(Conflict, match="belongs to"):
        add(work, "Another", identifiers={"osm": "way/1"})


def test_a_placeholder_that_gets_a_name_is_one_no_longer(work: Work) -> None:
    unnamed = add(work, None)
    assert unnamed.is_placeholder
    facilities.edit(work, unnamed.ref, {"name": "Shifa"})
    assert (unnamed.is_placeholder, show(work, unnamed)["name"]) == (False, "Shifa")


def test_a_facility_does_not_lie_within_itself(work: Work) -> None:
    campus, ward = add(work, "Campus"), add(work, "Ward")
    facilities.edit(work, ward.ref, {"part_of": campus.ref})
    with pytest.raises(InvalidValue, match="within itself"):
        facilities.edit(work, campus.ref, {"part_of": ward.ref})


def test_times_hit(work: Work) -> None:
    hospital, other = add(work, "Shifa"), add(work, "Amal")
    hit(work, hospital)
    hit(work, hospital, other)
    attacks.withdraw(work, hit(work, hospital).ref, why="no attack")
    assert listed(work) == {hospital.ref: 2, other.ref: 1}


def test_a_double_tap_is_one_attack_on_a_facility(work: Work) -> None:
    hospital = add(work, "Shifa")
    whole = hit(work, hospital)
    for _ in range(2):
        hit(work, hospital, parent_id=whole.id)
    assert listed(work) == {hospital.ref: 1}
    again = hit(work)
    for _ in range(2):  # nobody recorded the facility with the whole
        hit(work, hospital, parent_id=again.id)
    assert listed(work) == {hospital.ref: 2}


def test_a_merged_record_s_attacks_count_for_the_canonical_one(work: Work) -> None:
    one, other = add(work, "Shifa"), add(work, "Dar as-Salam")
    both, alone = hit(work, one, other), hit(work, other)
    same(work, one, other)
    assert listed(work) == {one.ref: 2}
    assert {row["attack"] for row in show(work, one)["attacks"]} == {both.ref, alone.ref}
    split(work, one, other)
    assert listed(work) == {one.ref: 1, other.ref: 2}


def test_an_attack_recorded_twice_hits_once(work: Work) -> None:
    hospital = add(work, "Shifa")
    one, other = hit(work, hospital), hit(work, hospital)
    alone = hit(work)
    matching.judge(work, "attack", one, other, "same", why="one strike")
    assert listed(work) == {hospital.ref: 1}
    matching.judge(work, "attack", alone, one, "same", why="one strike")
    assert listed(work) == {hospital.ref: 1}, "the hit is on a merged record alone"


def test_a_named_record_stands_for_its_placeholder(work: Work) -> None:
    unnamed = add(work, None)
    attack = hit(work, unnamed)
    named = add(work, "Shifa")
    same(work, unnamed, named)
    assert (unnamed.canonical_id, named.canonical_id) == (named.id, None)
    record = attack_records.show(work.session.connection(), attack.ref)
    assert (record["named_facilities"], record["unnamed_facilities"]) == (1, 0)


def test_a_merge_loses_no_name_claim_or_status(work: Work) -> None:
    one, other = add(work, "Shifa", names=["الشفاء"]), add(work, "Dar al-Shifaa", identifiers={"osm": "way/2"})
    speaker = factories.make_source(work)
    for facility, number in ((one, "10"), (other, "20")):
        say(work, factories.make_situation(work), speaker, "1")
        claim = say(work, factories.make_situation(work), speaker, None, situation=None, facility=facility.ref,
                    kind="status", measure=None, damage="destroyed")  # fmt: skip
        seen = FacilityStatusCreate(when="2019-05-05", damage="destroyed", claims=[claim.ref, claim.ref])
        facilities.status(work, facility.ref, seen)
        say(work, factories.make_situation(work), factories.make_source(work), number, situation=None,
            facility=facility.ref, period="2019-05-05")  # fmt: skip
    same(work, one, other)
    record = show(work, one)
    assert {row["name"] for row in record["names"]} == {"Shifa", "الشفاء", "Dar al-Shifaa"}
    assert [row["value"] for row in record["identifiers"]] == ["way/2"]
    assert (len(record["claims"]), [row["claims"] for row in record["status"]]) == (4, [1, 1])
    assert (10, 20, 20) in [span(figure) for figure in held(work) if figure.facility_id == one.id]
    for name in ("Shifa", "الشفاء", "Dar al-Shifaa"):
        assert [row["ref"] for row in facility_records.candidates(work.session.connection(), name)] == [one.ref]
    split(work, one, other)
    assert {row["name"] for row in show(work, other)["names"]} == {"Dar al-Shifaa"}
    assert sorted(span(f) for f in held(work) if f.facility_id) == [(10, 10, 10), (20, 20, 20)]


def test_judgements_do_not_contradict_one_another(work: Work) -> None:
    one, two, three = (add(work, name) for name in ("Shifa", "Amal", "Rahma"))
    same(work, one, two)
    same(work, two, three, "different")
    with pytest.raises(Conflict, match="say the opposite"):
        same(work, one, three)
    four = add(work, "Salam")
    same(work, two, four)
    same(work, one, four)
    with pytest.raises(Conflict, match="say the opposite"):
        same(work, one, two, "different")
    with pytest.raises(Conflict, match="that very record"):
        same(work, one, one)
    with pytest.raises(InvalidValue, match="is not a choice"):
        same(work, one, three, "perhaps")
    with pytest.raises(NotFound, match="judgement"):
        split(work, one, three)
    same(work, one, three, "unsure")
    assert three.canonical_id is None


def canonical(rows: Iterable[Facility]) -> list[Any]:
    return [row.canonical_id or row.id for row in rows]


def test_merging_is_commutative_associative_and_idempotent(work: Work) -> None:
    rows = [add(work, name) for name in ("Shifa", "Amal", "Rahma")]
    pairs = [(0, 1), (1, 2)]
    for order in permutations(pairs):
        for left, right in order:
            same(work, rows[right], rows[left])
            same(work, rows[left], rows[right])
        assert canonical(rows) == [rows[0].id] * 3
        assert len(work.find_all(Judgement, revoked_at=None)) == 2
        for left, right in pairs:
            split(work, rows[left], rows[right])
        assert canonical(rows) == [row.id for row in rows]


PAIRS = st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] < pair[1])
JUDGED = st.lists(st.tuples(PAIRS, st.sampled_from(["same", "same", "unsure", "split"])), max_size=10)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JUDGED)
def test_canonical_records_follow_from_the_standing_judgements(engine: Engine, judged: list[Any]) -> None:
    with rehearsing(engine, "Amal", "test") as work:
        rows = [factories.make_facility(work, is_placeholder=number == 0) for number in range(5)]
        for row in rows:
            hit(work, row)
        standing: dict[tuple[int, int], str] = {}
        for (left, right), verdict in judged:
            if verdict != "split":
                same(work, rows[right], rows[left], verdict)
                standing[left, right] = verdict
            elif standing.pop((left, right), None):
                split(work, rows[left], rows[right])
        groups = {number: {number} for number in range(5)}
        for left, right in [pair for pair, verdict in standing.items() if verdict == "same"]:
            joined = groups[left] | groups[right]
            groups |= dict.fromkeys(joined, joined)
        firsts = {min(group, key=lambda number: (number == 0, rows[number].id)) for group in groups.values()}
        counts = {rows[first].ref: len(groups[first]) for first in firsts}
        assert listed(work) == counts, "no attack is lost, and none is counted for two"


def test_status_is_a_history_that_rests_on_claims(work: Work) -> None:
    hospital = add(work, "Shifa")
    with pytest.raises(InvalidValue, match="give at least one"):
        facilities.status(work, hospital.ref, FacilityStatusCreate(when="2019-05-05"))
    with pytest.raises(NotFound):
        facilities.status(work, hospital.ref, FacilityStatusCreate(when="2019-05-05", damage="ruined"))
    situation, speaker = factories.make_situation(work), factories.make_source(work)
    claim = say(work, situation, speaker, None, kind="status", measure=None, damage="destroyed")
    for when, damage in (("2019-05-05", "destroyed"), ("May 2020", "slight")):
        row = facilities.status(work, hospital.ref, FacilityStatusCreate(when=when, damage=damage, claims=[claim.ref]))
        assert [one.claim_id for one in work.find_all(FacilityStatusClaim, facility_status_id=row.id)] == [claim.id]
    history = show(work, hospital)["status"]
    assert [(row["observed"], row["damage"]) for row in history] == [
        ("2019-05-05", "destroyed"),
        ("May 2020", "slight"),
    ]
    claims.withdraw(work, claim.ref, why="taken back")
    assert len(show(work, hospital)["status"]) == 2
