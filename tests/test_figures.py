"""Rule 6 where it is kept: figures by rule follow their claims in the same transaction; people adopt like with like."""

from contextlib import suppress
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from registry import ranges
from registry.errors import Conflict, InvalidValue
from registry.models.happened import Attack, Situation
from registry.models.held import FigureAdopt, FigureClaim
from registry.models.said import Claim, ClaimLink, Origin, Report
from registry.models.who import Source
from registry.services import attacks, by_rule, claims, matching, sources
from registry.services.records import figures as figure_records
from registry.services.work import Work, rehearsing, writing
from tests import factories
from tests.saying import adopt, held, only, place, say, span

DAYS = "2019-04-30/2019-05-04"


@pytest.fixture
def attack(work: Work) -> Attack:
    return factories.make_attack(work)


@pytest.fixture
def situation(work: Work) -> Situation:
    return factories.make_situation(work)


@pytest.fixture
def speakers(work: Work) -> list[Source]:
    return [factories.make_source(work, name) for name in ("White Helmets", "UOSSM", "SOHR")]


def rests_on(work: Work, figure: Any) -> set[Any]:
    return {row.claim_id for row in work.find_all(FigureClaim, figure_id=figure.id)}


def findings(work: Work) -> set[tuple[str, str]]:
    return {(row["finding"], row["measure"]) for row in figure_records.lint(work.session.connection())}


# By rule


def test_a_range_over_three_origins(work: Work, attack: Attack, speakers: list[Source]) -> None:
    said = [say(work, attack, who, number) for who, number in zip(speakers, (">30", ">=50", ">=67"), strict=True)]
    figure = only(work)
    assert span(figure) == (30, 67, None)
    assert (figure.low_operator, figure.greatest_low_operator, figure.high_operator) == ("more_than", "at_least", None)
    assert (figure.rule, figure.origins, figure.decided_by) == ("range", 3, None)
    assert rests_on(work, figure) == {claim.id for claim in said}
    assert figure.low not in (31, 147), "neither 31 to 67 nor a sum of the three"


def test_what_was_held_before_stays_on_record(work: Work, attack: Attack, speakers: list[Source]) -> None:
    say(work, attack, speakers[0], "3")
    first = only(work)
    say(work, attack, speakers[1], "5")
    second = only(work)
    assert second.supersedes_id == first.id
    assert first.superseded_at is not None
    assert span(first) == (3, 3, 3)


def test_nothing_changes_where_nothing_is_said_anew(work: Work, attack: Attack, speakers: list[Source]) -> None:
    claim = say(work, attack, speakers[0], "3")
    first = only(work)
    claims.edit(work, claim.ref, {"note": "page 2"})
    say(work, attack, speakers[1], "dozens")
    assert only(work).id == first.id


def test_each_origin_counts_with_its_latest_claim(work: Work, attack: Attack, speakers: list[Source]) -> None:
    say(work, attack, speakers[0], "12", day=6)
    say(work, attack, speakers[0], "9", day=5)  # an older article, entered later
    assert span(only(work)) == (12, 12, 12)


def test_a_person_and_their_organisation_are_one_origin(work: Work, attack: Attack, speakers: list[Source]) -> None:
    spokesman = factories.make_source(work, "Mustafa", parent_id=speakers[0].id)
    say(work, attack, speakers[0], "9", day=5)
    say(work, attack, spokesman, "12", day=6)
    figure = only(work)
    assert (span(figure), figure.origins) == ((12, 12, 12), 1)


def test_ten_papers_with_one_wire_are_one_origin(work: Work, attack: Attack, speakers: list[Source]) -> None:
    wire = factories.make_source(work, "AFP")
    for number in range(10):
        paper = factories.make_source(work, f"Paper {number}")
        say(work, attack, paper, "7", origin=wire.ref)
    assert only(work).origins == 1
    say(work, attack, speakers[0], "9")
    assert only(work).origins == 2


def test_an_organisation_that_is_learnt_late_joins_its_origins(
    work: Work, attack: Attack, speakers: list[Source]
) -> None:
    spokesman = factories.make_source(work, "Mustafa")
    say(work, attack, speakers[0], "9", day=5)
    claim = say(work, attack, spokesman, "12", day=6)
    assert only(work).origins == 2
    sources.edit(work, spokesman.ref, {"organisation": speakers[0].ref})
    figure = only(work)
    assert (span(figure), figure.origins) == ((12, 12, 12), 1)
    sources.edit(work, spokesman.ref, {"organisation": speakers[1].ref})
    assert work.get(Origin, claim.origin_id).source_id == speakers[1].id
    assert (span(only(work)), only(work).origins) == ((9, 12, 12), 2)


@pytest.mark.parametrize("denial", ["none", "0", "up to 0", "fewer than 1"])
def test_a_denial_never_pulls_low_to_zero(work: Work, attack: Attack, speakers: list[Source], denial: str) -> None:
    say(work, attack, speakers[0], ">=50")
    before = only(work)
    claim = say(work, attack, speakers[1], denial)
    assert claim.absence == "reported_none"
    assert only(work).id == before.id


def test_a_zero_that_came_past_the_services_is_a_denial_too(work: Work, attack: Attack, speakers: list[Source]) -> None:
    factories.make_claim(work, attack_id=attack.id, operator="exactly", low=0, high=0)
    say(work, attack, speakers[0], ">=50")
    assert span(only(work)) == (50, 50, None)


@pytest.mark.parametrize("said", ["dozens", "عشرات", "not stated", "unknown", "not reported", "withheld"])
def test_what_has_no_number_stands_beside(work: Work, attack: Attack, speakers: list[Source], said: str) -> None:
    say(work, attack, speakers[0], said)
    assert not held(work)
    say(work, attack, speakers[1], "5")
    assert (span(only(work)), only(work).origins) == ((5, 5, 5), 1)


@pytest.mark.parametrize("later", ["dozens", "not stated", "none"])
def test_a_later_word_without_a_number_displaces_none(
    work: Work, attack: Attack, speakers: list[Source], later: str
) -> None:
    say(work, attack, speakers[0], ">=67", day=5)
    say(work, attack, speakers[0], later, day=6)
    assert span(only(work)) == (67, 67, None)


def test_three_tolls_of_a_situation_stand_apart_until_a_person_joins_them(
    work: Work, situation: Situation, speakers: list[Source]
) -> None:
    said = [
        say(work, situation, speakers[0], ">30", period_words="last few days"),
        say(work, situation, speakers[1], ">=50"),
        say(work, situation, speakers[2], ">=67"),
    ]
    assert sorted(figure.low or 0 for figure in held(work)) == [30, 50, 67]
    assert ("conflicting", "killed") in findings(work)
    adopted = adopt(work, *said)
    assert span(adopted) == (30, 67, None)
    assert (adopted.rule, adopted.origins, adopted.decided_by) == ("range", 3, "Amal")
    assert not findings(work)


def test_the_same_period_and_place_make_a_situation_comparable(
    work: Work, situation: Situation, speakers: list[Source]
) -> None:
    idlib = factories.make_place(work, "Idlib")
    for who, number in zip(speakers, ("10", "20", "30"), strict=True):
        say(work, situation, who, number, period=DAYS, place=[idlib.ref])
    assert (span(only(work)), only(work).origins) == ((10, 30, 30), 3)


LIKE = {"period": DAYS}
UNLIKE: list[dict[str, Any]] = [
    {"period": "2019-05-01/2019-05-04"},
    {"period": "early May 2019"},
    {"period": "about 4 May 2019"},
    {"period": "since 30 April 2019"},
    {"period": DAYS, "place": ["Idlib"]},
    {"period": DAYS, "place": ["northern Idlib"]},
    {"period": DAYS, "place_words": "in the countryside"},
    {"period": DAYS, "population": "civilian"},
    {"period": DAYS, "measure": "injured"},
    {"period": DAYS, "definition": "only those identified by name"},
    {"period": DAYS, "accumulation": "increment"},
    {"period": DAYS, "unit": "families"},
    {"period": DAYS, "rate": True},
]


def said_how(more: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in more.items() if (name, value) != ("period", DAYS))


@pytest.mark.parametrize("other", UNLIKE, ids=said_how)
def test_like_with_like_only(work: Work, situation: Situation, speakers: list[Source], other: dict[str, Any]) -> None:
    place(work, "Idlib")
    say(work, situation, speakers[0], "10", **LIKE)
    say(work, situation, speakers[1], "20", **other)
    assert sorted(map(span, held(work))) == [(10, 10, 10), (20, 20, 20)]
    say(work, situation, speakers[2], "30", **LIKE)  # while the like ones do join
    assert sorted(map(span, held(work))) == [(10, 30, 30), (20, 20, 20)]


def test_unlike_facility_types_stand_apart(work: Work, situation: Situation, speakers: list[Source]) -> None:
    for who, kind in zip(speakers, ("health", "school", "health"), strict=True):
        say(work, situation, who, "4", measure="facilities_hit", facility_type=kind, **LIKE)
    assert sorted(figure.origins for figure in held(work)) == [1, 2]


def test_two_vague_claims_are_not_comparable_either(work: Work, situation: Situation, speakers: list[Source]) -> None:
    for who in speakers:
        say(work, situation, who, "5", period="early May 2019")
    assert [figure.origins for figure in held(work)] == [1, 1, 1]


def test_an_attack_fixes_its_own_day(work: Work, attack: Attack, speakers: list[Source]) -> None:
    say(work, attack, speakers[0], "10")
    say(work, attack, speakers[1], "20", period="2019-05-05")  # the attack's day, said again
    assert span(only(work)) == (10, 20, 20)
    say(work, attack, speakers[2], "90", period="2019-05-01/2019-05-05")
    assert sorted(map(span, held(work))) == [(10, 20, 20), (90, 90, 90)]


def test_figures_follow_when_the_attack_is_redated(work: Work, attack: Attack, speakers: list[Source]) -> None:
    say(work, attack, speakers[0], "10")
    say(work, attack, speakers[1], "20", period="2019-05-04")
    assert len(held(work)) == 2
    attacks.edit(work, attack.ref, {"when": "2019-05-04"})
    assert span(only(work)) == (10, 20, 20)


def test_a_share_of_a_number_is_not_another_number(work: Work, attack: Attack, speakers: list[Source]) -> None:
    whole = say(work, attack, speakers[0], "50")
    part = say(work, attack, speakers[0], "20", day=5)
    claims.link(work, part.ref, whole.ref, "part_of")
    assert span(only(work)) == (50, 50, 50)


def test_a_share_that_counts_somebody_else_has_a_range_of_its_own(
    work: Work, attack: Attack, speakers: list[Source]
) -> None:
    whole = say(work, attack, speakers[0], "50")
    children = say(work, attack, speakers[0], "10", population="child")
    claims.link(work, children.ref, whole.ref, "of_which")
    say(work, attack, speakers[1], "14", population="child")
    assert sorted(map(span, held(work))) == [(10, 14, 14), (50, 50, 50)]


def test_a_vague_share_makes_no_second_figure(work: Work, situation: Situation, speakers: list[Source]) -> None:
    whole, part = say(work, situation, speakers[0], "50"), say(work, situation, speakers[0], "20")
    claims.link(work, part.ref, whole.ref, "part_of")
    assert span(only(work)) == (50, 50, 50)


def test_withdrawn_corrected_and_rescoped(work: Work, attack: Attack, speakers: list[Source]) -> None:
    first, second = say(work, attack, speakers[0], "10"), say(work, attack, speakers[1], "20")
    claims.withdraw(work, first.ref, why="they took it back")
    assert span(only(work)) == (20, 20, 20)
    better = say(work, attack, speakers[1], "15", corrects=[second.ref])
    assert span(only(work)) == (15, 15, 15)
    wider = say(work, attack, speakers[1], "80", period="2019-05-01/2019-05-31")
    claims.link(work, wider.ref, better.ref, "rescopes", by_speaker=True)
    assert [span(figure) for figure in held(work)] == [(80, 80, 80)], "of the attack itself none is current"


def test_a_wide_rescoping_leaves_none_current(work: Work, attack: Attack, speakers: list[Source]) -> None:
    said = [say(work, attack, who, "9") for who in speakers]
    for claim, who in zip(said, speakers, strict=True):
        silent = say(work, attack, who, "not stated")
        claims.link(work, silent.ref, claim.ref, "rescopes", by_speaker=True)
    assert not held(work)
    assert ("no figure", "killed") in findings(work)


def test_a_correction_of_ours_undone_brings_the_number_back(work: Work, attack: Attack, speakers: list[Source]) -> None:
    first = say(work, attack, speakers[0], "10", day=5)
    wrong = say(work, attack, speakers[0], "100", day=6, corrects=[first.ref])
    claims.withdraw(work, wrong.ref, why="read from another line", our_error=True)
    assert span(only(work)) == (10, 10, 10)


def test_a_correction_taken_back_by_its_speaker_leaves_none(work: Work, attack: Attack, speakers: list[Source]) -> None:
    first = say(work, attack, speakers[0], "10", day=5)
    later = say(work, attack, speakers[0], "100", day=6, corrects=[first.ref])
    claims.withdraw(work, later.ref, why="they took it back")
    assert not held(work), "whether the first number holds again nobody said"


def test_a_claim_of_an_import_undone_is_no_number(work: Work, attack: Attack, speakers: list[Source]) -> None:
    say(work, attack, speakers[0], "10")
    undone = say(work, attack, speakers[1], "20")
    with by_rule.following(work, [undone]):
        work.change(undone, retracted_at=work.at)
    assert span(only(work)) == (10, 10, 10)


def test_our_typing_error_is_mended_in_place(work: Work, attack: Attack, speakers: list[Source]) -> None:
    claim = say(work, attack, speakers[0], "100")
    say(work, attack, speakers[1], "12")
    claims.edit(work, claim.ref, {"number": "10"})
    assert span(only(work)) == (10, 12, 12)
    claims.edit(work, claim.ref, {"population": "civilian"})
    assert sorted(map(span, held(work))) == [(10, 10, 10), (12, 12, 12)]
    claims.edit(work, claim.ref, {"speaker": speakers[1].ref, "population": None})
    assert (only(work).origins, only(work).low) == (1, 12), "one body, its later-made claim of one day"


def test_imputed_numbers_are_flagged(work: Work, attack: Attack, speakers: list[Source]) -> None:
    say(work, attack, speakers[0], "1", imputed=True)
    connection = work.session.connection()
    shown = figure_records.show(connection, only(work).ref)
    assert (bool(shown["is_imputed"]), [bool(claim["is_imputed"]) for claim in shown["claims"]]) == (True, [True])
    say(work, attack, speakers[0], "2", day=7)
    assert not figure_records.show(connection, only(work).ref)["is_imputed"]


def test_many_places_and_a_long_definition_fit(work: Work, situation: Situation, speakers: list[Source]) -> None:
    places = [factories.make_place(work, f"Village {number}").ref for number in range(12)]
    for who in speakers:
        say(work, situation, who, "3", place=places, definition="people " * 200, **LIKE)
    assert only(work).origins == 3


def test_a_definition_is_compared_by_its_words(work: Work, situation: Situation, speakers: list[Source]) -> None:
    for who, text in zip(speakers, ("identified by name", "Identified  by name", "identified by name"), strict=True):
        say(work, situation, who, "3", definition=text, **LIKE)
    assert only(work).origins == 3


def test_merged_attacks_have_one_figure_and_split_ones_two(work: Work, attack: Attack, speakers: list[Source]) -> None:
    other = factories.make_attack(work, place_id=attack.place_id)
    say(work, attack, speakers[0], "10", day=5)
    say(work, other, speakers[1], "20")
    say(work, other, speakers[0], "12", day=6)
    matching.judge(work, "attack", attack, other, "same", why="one strike in two spreadsheets")
    figure = only(work)
    assert (figure.attack_id, span(figure), figure.origins) == (attack.id, (12, 20, 20), 2)
    matching.revoke(work, "attack", attack, other, why="two strikes after all")
    assert sorted(map(span, held(work))) == [(10, 10, 10), (12, 20, 20)]


def test_merged_places_are_one_place(work: Work, situation: Situation, speakers: list[Source]) -> None:
    one, other = factories.make_place(work, "Kafr Ein"), factories.make_place(work, "Kafrein")
    say(work, situation, speakers[0], "10", place=[one.ref], **LIKE)
    say(work, situation, speakers[1], "20", place=[other.ref], **LIKE)
    assert len(held(work)) == 2
    matching.judge(work, "place", one, other, "same", why="one village, two spellings")
    assert span(only(work)) == (10, 20, 20)


# Adopted by a person


def test_bounds_of_ones_own(work: Work, attack: Attack, speakers: list[Source]) -> None:
    claim = say(work, attack, speakers[0], ">30")
    figure = adopt(work, claim, low=31, high=40)
    assert (figure.rule, span(figure), figure.low_operator, figure.high_operator) == (
        "adopted",
        (31, 31, 40),
        "between",
        "at_most",
    )
    assert span(adopt(work, claim, low=33)) == (33, 33, None)
    assert span(adopt(work, claim, high=33)) == (None, None, 33)
    same = adopt(work, claim, low=33, high=33)
    assert (same.low_operator, same.high_operator) == ("exactly", "exactly")


def test_a_preferred_claim(work: Work, attack: Attack, speakers: list[Source]) -> None:
    first, second = say(work, attack, speakers[0], "10"), say(work, attack, speakers[1], "20")
    figure = adopt(work, first, second, preferred=second.ref)
    assert (figure.rule, span(figure), figure.origins) == ("preferred_source", (20, 20, 20), 2)
    assert rests_on(work, figure) == {first.id, second.id}


def test_adopting_again_supersedes_and_leaves_the_rule_alone(
    work: Work, attack: Attack, speakers: list[Source]
) -> None:
    claim = say(work, attack, speakers[0], "10")
    first, second = adopt(work, claim, low=9), adopt(work, claim, low=8)
    assert second.supersedes_id == first.id
    assert sorted((figure.decided_by or "", figure.low) for figure in held(work)) == [("", 10), ("Amal", 8)]
    connection = work.session.connection()
    listed = list(figure_records.list_(connection, about=attack.ref))
    assert [row["ref"] for row in listed] == [second.ref], "the rule's figure gives way to the adopted one"
    by_rule = next(figure for figure in held(work) if figure.decided_by is None)
    assert figure_records.show(connection, by_rule.ref)["adopted_instead"] == second.ref
    assert figure_records.show(connection, second.ref)["adopted_instead"] == ""


def test_another_period_is_another_figure(work: Work, situation: Situation, speakers: list[Source]) -> None:
    april = say(work, situation, speakers[0], "10", period="2019-04")
    may = say(work, situation, speakers[0], "20", period="2019-05")
    adopt(work, april)
    adopt(work, may)
    assert sorted(span(figure) for figure in held(work) if figure.decided_by) == [(10, 10, 10), (20, 20, 20)]


def test_a_vague_claim_joins_only_by_a_person(work: Work, situation: Situation, speakers: list[Source]) -> None:
    told = say(work, situation, speakers[0], "10", **LIKE)
    vague = say(work, situation, speakers[1], "20", period_words="last few days")
    assert len(held(work)) == 2
    figure = adopt(work, told, vague)
    assert (span(figure), figure.period_from_on) == ((10, 20, 20), date(2019, 4, 30))


VAGUE: list[dict[str, Any]] = [
    {"period": "early May 2019"},
    {"period": "about 4 May 2019"},
    {"period": "since 30 April 2019"},
    {"period_words": "last few days"},
    {"period": DAYS, "place_words": "in the countryside"},
]


@pytest.mark.parametrize("other", [other for other in UNLIKE if other not in VAGUE], ids=said_how)
def test_unlike_claims_are_not_adopted_as_one(
    work: Work, situation: Situation, speakers: list[Source], other: dict[str, Any]
) -> None:
    place(work, "Idlib")
    full = {"place": [place(work, "Hama").ref], "accumulation": "since_start", "definition": "all"}
    one = say(work, situation, speakers[0], "10", **LIKE, **full)
    two = say(work, situation, speakers[1], "20", **(full | other))
    with pytest.raises(InvalidValue, match="differ"):
        adopt(work, one, two)
    assert adopt(work, one, two, low=10) if differs_in_scope_alone(one, two) else True


def differs_in_scope_alone(one: Claim, two: Claim) -> bool:
    return all(getattr(one, name) == getattr(two, name) for name in by_rule.COUNTED)


@pytest.mark.parametrize("other", VAGUE, ids=said_how)
def test_vague_claims_are_adopted_where_a_person_says_so(
    work: Work, situation: Situation, speakers: list[Source], other: dict[str, Any]
) -> None:
    figure = adopt(
        work, say(work, situation, speakers[0], "10", **LIKE), say(work, situation, speakers[1], "20", **other)
    )
    assert (span(figure), figure.reason) == ((10, 20, 20), "they count the same days")


def test_what_is_refused(work: Work, attack: Attack, speakers: list[Source]) -> None:
    first, second = say(work, attack, speakers[0], "10", day=5), say(work, attack, speakers[1], "20")
    elsewhere = say(work, factories.make_attack(work), speakers[1], "20")
    means = say(work, attack, speakers[0], None, kind="means", measure=None, attack_type="air_strike")
    with pytest.raises(InvalidValue, match="differ in subject"):
        adopt(work, first, elsewhere)
    with pytest.raises(InvalidValue, match="is not a number"):
        adopt(work, first, means)
    with pytest.raises(InvalidValue, match="above high"):
        adopt(work, first, low=3, high=2)
    with pytest.raises(InvalidValue, match="beside bounds"):
        adopt(work, first, low=3, preferred=first.ref)
    with pytest.raises(InvalidValue, match="not one of the claims"):
        adopt(work, first, preferred=second.ref)
    with pytest.raises(InvalidValue, match="none of them has a number"):
        adopt(work, say(work, attack, speakers[2], "dozens"))
    with pytest.raises(InvalidValue, match="one origin"):
        adopt(work, first, say(work, attack, speakers[0], "12", day=6))
    better = say(work, attack, speakers[0], "11", corrects=[first.ref])
    with pytest.raises(InvalidValue, match="withdrawn or replaced"):
        adopt(work, first, second)
    claims.withdraw(work, better.ref, why="taken back")
    with pytest.raises(InvalidValue, match="withdrawn or replaced"):
        adopt(work, better, second)
    with pytest.raises(ValueError, match="at least 1 item"):
        FigureAdopt(claims=[], why="because")
    with pytest.raises(ValueError, match="at least 1 character"):
        FigureAdopt(claims=[first.ref], why="  ")


# Lint


def test_lint_finds_what_has_no_figure(work: Work, attack: Attack, speakers: list[Source]) -> None:
    say(work, attack, speakers[0], "dozens")
    assert findings(work) == {("no figure", "killed")}
    say(work, attack, speakers[1], "7")
    assert not findings(work)


def test_lint_finds_conflicts_until_a_figure_is_adopted(work: Work, attack: Attack, speakers: list[Source]) -> None:
    first, second = say(work, attack, speakers[0], "10"), say(work, attack, speakers[1], "20")
    assert findings(work) == {("conflicting", "killed")}
    adopt(work, first, second)
    assert not findings(work)


def test_lint_finds_a_number_that_another_denies(work: Work, attack: Attack, speakers: list[Source]) -> None:
    say(work, attack, speakers[0], "40")
    say(work, attack, speakers[1], "up to 25")
    assert findings(work) == {("conflicting", "killed")}


@pytest.mark.parametrize("after", ["newer", "withdrawn", "corrected"])
def test_lint_finds_what_is_stale(work: Work, attack: Attack, speakers: list[Source], after: str) -> None:
    first, second = say(work, attack, speakers[0], "10"), say(work, attack, speakers[1], "20")
    adopt(work, first, second)
    assert not findings(work)
    if after == "newer":
        say(work, attack, speakers[2], "30")
    elif after == "withdrawn":
        claims.withdraw(work, first.ref, why="taken back")
    else:
        say(work, attack, speakers[0], "11", corrects=[first.ref])
    assert ("stale", "killed") in findings(work)
    standing = [claim for claim in work.find_all(Claim, withdrawn_at=None) if claim.id != first.id]
    adopt(work, *standing)
    assert not findings(work)


def test_an_adopted_figure_is_stale_once_its_claim_is_mended(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        attack, source = factories.make_attack(work), factories.make_source(work)
        claim = say(work, attack, source, "10")
        adopt(work, claim)
    with writing(engine, "Badr", "a typing error") as work:
        claims.edit(work, claim.ref, {"number": "100"})
        assert ("stale", "killed") in findings(work)


def test_a_claim_of_another_kind_makes_nothing_stale(work: Work, attack: Attack, speakers: list[Source]) -> None:
    adopt(work, say(work, attack, speakers[0], "10"))
    say(work, attack, speakers[1], "20", population="child")
    say(work, attack, speakers[1], "20", measure="injured")
    say(work, attack, speakers[1], "20", unit="families")
    say(work, factories.make_attack(work), speakers[1], "20")
    assert ("stale", "killed") not in findings(work)


def test_a_withdrawn_attack_needs_no_figure(work: Work, attack: Attack, speakers: list[Source]) -> None:
    say(work, attack, speakers[0], "10")
    say(work, attack, speakers[1], "20")
    attacks.withdraw(work, attack.ref, why="it was an accident")
    assert not findings(work)


def test_show_names_the_claims(work: Work, attack: Attack, speakers: list[Source]) -> None:
    claim = say(work, attack, speakers[0], "10")
    connection = work.session.connection()
    shown = figure_records.show(connection, only(work).ref)
    assert [row["ref"] for row in shown["claims"]] == [claim.ref]
    assert [row["low"] for row in figure_records.list_(connection, about=attack.ref.lower())] == [10]


# Whatever happens in whatever order, the figures are what a recomputation from the bare claims gives.


def recomputed(work: Work) -> set[tuple[Any, ...]]:
    """The rule read aloud, over every claim: slow, with nothing but the rows."""
    links = work.find_all(ClaimLink)
    errors = {claim.id for claim in work.find_all(Claim) if claim.withdrawn_as == "our_error"}
    gone = {link.other_id for link in links if link.kind in ("corrects", "rescopes") and link.claim_id not in errors}
    groups: dict[Any, dict[Any, tuple[Any, Claim]]] = {}
    for claim in work.find_all(Claim):
        if claim.withdrawn_at or claim.id in gone or (claim.low is None and claim.high is None):
            continue
        attack = work.get(Attack, claim.attack_id) if claim.attack_id else None
        vague = claim.period_from_on is None if attack is None else claim.period_words is not None
        own = (attack.canonical_id or attack.id, "the attack's day") if attack is not None else claim.situation_id
        key = (own, claim.population_code, claim.period_from_on, claim.id if vague else None)
        body = work.get(Origin, claim.origin_id).source_id
        rank = (work.get(Report, claim.report_id).published_to_on, claim.id)
        latest = groups.setdefault(key, {})
        if body not in latest or latest[body][0] < rank:
            latest[body] = (rank, claim)
    found = set()
    for latest in groups.values():
        members = [claim for _, claim in latest.values()]
        over = ranges.over(ranges.Bounds(str(one.operator), one.low, one.high) for one in members)
        assert over is not None
        found.add((frozenset(one.id for one in members), *vars(over).values()))
    return found


def kept(work: Work) -> set[tuple[Any, ...]]:
    found = set()
    for one in held(work):
        bounds = (one.low, one.low_operator, one.greatest_low, one.greatest_low_operator, one.high, one.high_operator)
        found.add((frozenset(rests_on(work, one)), *bounds))
        assert one.origins == len(rests_on(work, one))
    assert len(found) == len(held(work)), "no group has two figures"
    return found


SAYINGS = (">30", ">=50", "up to 25", "about 40", "10-15", "12", "dozens", "none", "not stated")
STEPS = ("say", "say", "say", "vague", "withdraw", "error", "correct", "rescope", "edit", "speaker", "judge")


class Sequence:
    """Random changes to two attacks and a situation, one after another."""

    def __init__(self, work: Work, choices: Random) -> None:
        self.work, self.random = work, choices
        self.speakers = [factories.make_source(work) for _ in range(3)]
        self.speakers.append(factories.make_source(work, parent_id=self.speakers[0].id))
        self.attacks = [factories.make_attack(work) for _ in range(2)]
        self.about: list[Attack | Situation] = [*self.attacks, factories.make_situation(work)]
        self.said: list[Claim] = []

    def step(self, what: str) -> None:
        if what in ("say", "vague") or not self.said:
            more: dict[str, Any] = {"population": self.random.choice([None, "child"])}
            if what == "vague":
                more["period_words"] = "these days"
            elif self.random.random() < 0.5:
                more |= {"number": ">=7"}
            self.add(**more)
        elif what == "judge":
            verdict = self.random.choice(["same", "different", "unsure"])
            one, other = self.attacks
            matching.judge(self.work, "attack", one, other, verdict, why="looked again")
        else:
            claim = self.random.choice(self.said)
            getattr(self, what)(claim)

    def add(self, **more: Any) -> Claim:
        number = more.pop("number", None) or self.random.choice(SAYINGS)
        about, who = more.pop("about", None) or self.random.choice(self.about), more.pop("who", None)
        if isinstance(about, Situation) and "period_words" not in more and self.random.random() < 0.7:
            more["period"] = "2019-05-04"
        day = self.random.randint(1, 9)
        self.said.append(say(self.work, about, who or self.random.choice(self.speakers), number, day=day, **more))
        return self.said[-1]

    def withdraw(self, claim: Claim, *, our_error: bool = False) -> None:
        if claim.withdrawn_at is None:
            claims.withdraw(self.work, claim.ref, why="so they say", our_error=our_error)

    def error(self, claim: Claim) -> None:
        self.withdraw(claim, our_error=True)

    def correct(self, claim: Claim, kind: str = "corrects") -> None:
        about: Any = self.work.get(Attack, claim.attack_id) if claim.attack_id else self.about[-1]
        later = self.add(about=about, who=self.work.get(Source, claim.speaker_id))
        claims.link(self.work, later.ref, claim.ref, kind, by_speaker=True)

    def rescope(self, claim: Claim) -> None:
        self.correct(claim, "rescopes")

    def edit(self, claim: Claim) -> None:
        self.mend(claim, number=self.random.choice(SAYINGS))

    def speaker(self, claim: Claim) -> None:
        with suppress(InvalidValue):  # what corrects it would be another speaker's
            self.mend(claim, speaker=self.random.choice(self.speakers).ref)

    def mend(self, claim: Claim, **changes: str) -> None:
        if claim.withdrawn_at is None:
            claims.edit(self.work, claim.ref, changes)
            return
        with pytest.raises(Conflict, match="is withdrawn and stays as it was"):
            claims.edit(self.work, claim.ref, changes)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(STEPS), min_size=4, max_size=16))
def test_figures_equal_a_recomputation(engine: Engine, choices: Random, steps: list[str]) -> None:
    with rehearsing(engine, "Amal", "test") as work:
        sequence = Sequence(work, choices)
        for step in steps:
            sequence.step(step)
            assert kept(work) == recomputed(work), step
