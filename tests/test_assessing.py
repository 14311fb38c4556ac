"""Rules 1 and 7: people grade, one scheme beside another; corroboration counts independent origins, not reports."""

import time
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert
from sqlalchemy.exc import DBAPIError

from registry import db, independence, keys
from registry.errors import Conflict, InvalidValue, NotFound
from registry.models.happened import Attack
from registry.models.held import Assessment, AssessmentCreate
from registry.models.who import Source
from registry.services import assessing, claims, matching
from registry.services.records import attacks as attack_records
from registry.services.records import figures as figure_records
from registry.services.work import Work, writing
from tests import factories
from tests.saying import independent, say


def grade(work: Work, attack: Attack, code: str, *, replace: bool = False) -> Assessment:
    return assessing.assess(work, AssessmentCreate(attack=attack.ref, grade=code, why="as seen"), replace=replace)


def in_force(work: Work, attack: Attack) -> str:
    return str(attack_records.show(work.session.connection(), attack.ref)["grade"])


def as_person(work: Work, name: str) -> Work:
    work.by = name
    return work


@pytest.fixture
def attack(work: Work) -> Attack:
    return factories.make_attack(work)


@pytest.fixture
def speakers(work: Work) -> list[Source]:
    return [factories.make_source(work) for _ in range(4)]


@pytest.fixture
def corroborated(work: Work, attack: Attack, speakers: list[Source]) -> Attack:
    """Two independent origins; Amal proposed, Badr confirmed."""
    one, two = say(work, attack, speakers[0], "3"), say(work, attack, speakers[1], "4")
    independent(work, one, two)
    grade(work, attack, "corroborated")
    assessing.confirm(as_person(work, "Badr"), attack.ref)
    return attack


def test_schemes_stand_side_by_side(work: Work, attack: Attack) -> None:
    assert in_force(work, attack) == "unassessed"
    for code in ("single_origin", "who_probable", "airwars_fair"):
        grade(work, attack, code)
    rows = attack_records.show(work.session.connection(), attack.ref)["assessments"]
    assert {(row["scheme"], row["grade"]) for row in rows} == {
        ("registry", "single_origin"),
        ("who_ssa", "who_probable"),
        ("airwars", "airwars_fair"),
    }
    assert in_force(work, attack) == "single_origin", "a foreign grade is never ours"


def test_a_second_grade_by_the_same_person_is_refused(work: Work, attack: Attack) -> None:
    first = grade(work, attack, "single_origin")
    with pytest.raises(Conflict, match="you graded"):
        grade(work, attack, "contested")
    with pytest.raises(Conflict, match="you graded"):
        grade(as_person(work, " AMAL"), attack, "contested")
    second = grade(as_person(work, "Amal"), attack, "contested", replace=True)
    assert second.supersedes_id == first.id
    assert first.superseded_at is not None
    assert in_force(work, attack) == "contested"
    grade(as_person(work, "Badr"), attack, "single_origin")


def test_corroborated_needs_two_independent_origins(work: Work, attack: Attack, speakers: list[Source]) -> None:
    with pytest.raises(InvalidValue, match="two independent origins, 0 known"):
        grade(work, attack, "corroborated")
    said = [say(work, attack, who, "3") for who in speakers]
    with pytest.raises(InvalidValue, match="two independent origins, 1 known"):
        grade(work, attack, "corroborated")
    for verdict in ("unknown", "no"):
        claims.independence(work, said[0].ref, said[1].ref, verdict, why="…")
        with pytest.raises(InvalidValue, match="1 known"):
            grade(work, attack, "corroborated")
    independent(work, said[0], said[1])
    proposed = grade(work, attack, "corroborated")
    assert (proposed.grade_code, proposed.proposed_code, proposed.independent_origins) == (
        "single_origin",
        "corroborated",
        2,
    )


def test_many_reports_of_one_origin_never_corroborate(work: Work, attack: Attack, speakers: list[Source]) -> None:
    wire = speakers[0]
    for paper in speakers[1:]:
        say(work, attack, paper, "3", origin=wire.ref)
    assert assessing.independent_origins(work, attack.id) == 1


def test_independence_is_not_passed_on(work: Work, attack: Attack, speakers: list[Source]) -> None:
    said = [say(work, attack, who, "3") for who in speakers]
    for one, two in pairwise(said):
        independent(work, one, two)
    assert assessing.independent_origins(work, attack.id) == 2
    for one, two in combinations(said[:3], 2):
        independent(work, one, two)
    assert assessing.independent_origins(work, attack.id) == 3


@pytest.mark.parametrize("how", ["withdrawn", "taken back", "silent", "denied", "elsewhere"])
def test_what_supports_nothing_does_not_count(work: Work, attack: Attack, speakers: list[Source], how: str) -> None:
    one = say(work, attack, speakers[0], "3")
    two = say(work, attack, speakers[1], "4")
    independent(work, one, two)
    assert assessing.independent_origins(work, attack.id) == 2
    if how == "withdrawn":
        claims.withdraw(work, two.ref, why="they took it back")
    elif how == "taken back":
        more: dict[str, Any] = {"kind": "occurrence", "measure": None, "absence": "reported_none"}
        denial = say(work, attack, speakers[1], None, **more)
        claims.link(work, denial.ref, two.ref, "withdraws", by_speaker=True)
    elif how == "silent":
        claims.edit(work, two.ref, {"absence": "not_reported"})
    elif how == "denied":
        claims.withdraw(work, two.ref, why="…")
        say(work, attack, speakers[1], None, kind="occurrence", measure=None, absence="reported_none")
    else:
        claims.withdraw(work, two.ref, why="another attack", our_error=True)
        say(work, factories.make_attack(work), speakers[1], "4")
    assert assessing.independent_origins(work, attack.id) == 1


@pytest.mark.parametrize("code", ["corroborated", "verified"])
def test_a_second_person_confirms(work: Work, attack: Attack, speakers: list[Source], code: str) -> None:
    one, two = say(work, attack, speakers[0], "3"), say(work, attack, speakers[1], "4")
    independent(work, one, two)
    with pytest.raises(NotFound, match="proposed grade"):
        assessing.confirm(work, attack.ref)
    grade(work, attack, code)
    assert in_force(work, attack) == "single_origin"
    for same in ("Amal", "amal "):
        with pytest.raises(Conflict, match="yourself"):
            assessing.confirm(as_person(work, same), attack.ref)
    row = assessing.confirm(as_person(work, "Badr"), attack.ref)
    assert (row.grade_code, row.proposed_code, row.assessor, row.reviewer) == (code, None, "Amal", "Badr")
    assert in_force(work, attack) == code
    with pytest.raises(NotFound, match="proposed grade"):
        assessing.confirm(work, attack.ref)


def test_a_proposal_without_any_claim_is_unassessed_until_confirmed(work: Work, attack: Attack) -> None:
    assert grade(work, attack, "verified").grade_code == "unassessed"


def test_confirming_looks_at_the_origins_again(work: Work, attack: Attack, speakers: list[Source]) -> None:
    one, two = say(work, attack, speakers[0], "3"), say(work, attack, speakers[1], "4")
    independent(work, one, two)
    grade(work, attack, "corroborated")
    claims.independence(work, one.ref, two.ref, "no", why="one copied the other")
    with pytest.raises(Conflict, match="1 independent origins now"):
        assessing.confirm(as_person(work, "Badr"), attack.ref)


def unsupported(work: Work) -> list[str]:
    found = figure_records.lint(work.session.connection())
    return [row["about"] for row in found if row["finding"] == "unsupported grade"]


def test_a_grade_that_lost_its_claims_is_found(work: Work, corroborated: Attack) -> None:
    connection = work.session.connection()
    assert not unsupported(work)
    claim = attack_records.show(connection, corroborated.ref)["claims"][0]
    claims.withdraw(work, claim["ref"], why="they took it back")
    assert unsupported(work) == [corroborated.ref]
    grade(as_person(work, "Amal"), corroborated, "single_origin", replace=True)
    assert not unsupported(work)
    assert in_force(work, corroborated) == "single_origin"


def test_origins_of_merged_records_count_together(work: Work, attack: Attack, speakers: list[Source]) -> None:
    other = factories.make_attack(work)
    one, two = say(work, attack, speakers[0], "3"), say(work, other, speakers[1], "4")
    same = say(work, other, speakers[0], "3")
    independent(work, one, two)
    independent(work, same, two)
    assert assessing.independent_origins(work, attack.id) == 1
    matching.judge(work, "attack", attack, other, "same", why="one strike, two rows")
    assert assessing.independent_origins(work, attack.id) == 2
    grade(work, attack, "corroborated")
    assessing.confirm(as_person(work, "Badr"), attack.ref)
    assert in_force(work, attack) == "corroborated"


def columns(attack: Attack, **changes: Any) -> dict[str, Any]:
    row = Assessment(
        attack_id=attack.id, scheme="registry", grade_code="corroborated", independent_origins=2, rationale="two",
        assessor="Amal", assessed_at=factories.MOMENT, reviewer="Badr", reviewed_at=factories.MOMENT,
    )  # fmt: skip
    return row.model_dump() | {"id": keys.new_id()} | changes


def raw(engine: Engine, row: dict[str, Any]) -> None:
    with db.for_writing(engine).connect() as connection, connection.begin():
        connection.execute(insert(Assessment.__table__), row)  # type: ignore[attr-defined]  # made by the metaclass


@pytest.mark.parametrize("verdict", ["none", "unknown", "no", "withdrawn"])
def test_the_database_itself_refuses_uncorroborated(engine: Engine, verdict: str) -> None:
    with writing(engine, "Amal", "test") as work:
        attack = factories.make_attack(work)
        one, two = (say(work, attack, factories.make_source(work), "3") for _ in range(2))
        if verdict == "withdrawn":
            independent(work, one, two)
            claims.withdraw(work, two.ref, why="taken back")
        elif verdict != "none":
            claims.independence(work, one.ref, two.ref, verdict, why="…")
    with pytest.raises(DBAPIError, match="corroborated"):
        raw(engine, columns(attack))


def test_the_database_itself_wants_a_second_person(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        attack = factories.make_attack(work)
        one, two = (say(work, attack, factories.make_source(work), "3") for _ in range(2))
        independent(work, one, two)
    with pytest.raises(DBAPIError, match="ck_assessment_reviewed"):
        raw(engine, columns(attack, reviewer=None))
    with pytest.raises(DBAPIError, match="ck_assessment_reviewed"):
        raw(engine, columns(attack, reviewer=None, grade_code="verified"))
    with pytest.raises(DBAPIError, match="ck_assessment_second_person"):
        raw(engine, columns(attack, reviewer="Amal"))
    raw(engine, columns(attack))
    with pytest.raises(DBAPIError, match=r"(?i)unique"):
        raw(engine, columns(attack, grade_code="single_origin"))


MEMBERS = list(range(7))


@given(st.sets(st.sampled_from(list(combinations(MEMBERS, 2)))))
def test_the_largest_group_is_what_trying_all_of_them_gives(pairs: set[tuple[int, int]]) -> None:
    sizes = [
        size
        for size in range(2, len(MEMBERS) + 1)
        for group in combinations(MEMBERS, size)
        if all(two in pairs for two in combinations(group, 2))
    ]
    assert independence.largest_group(MEMBERS, pairs) == max(sizes, default=1)


def test_thirty_origins_are_counted_at_once() -> None:
    many = list(range(30))
    begun = time.perf_counter()
    assert independence.largest_group(many, combinations(many, 2)) == 30
    assert independence.largest_group(many, pairwise(many)) == 2
    assert independence.largest_group([], []) == 0
    assert time.perf_counter() - begun < 1
