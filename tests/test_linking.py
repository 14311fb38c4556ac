"""Linking of plain records: what must hold for any two lists, and how well it does on real ones."""

import os
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import made_up
from bench import matching as bench
from registry.errors import RegistryError
from registry.services.linking import Linked, Record, blocking, link, link_within, splinked
from registry.services.linking.competing import one_to_one, shares
from registry.services.linking.records import Side, metres

DATA = Path(os.environ.get("REGISTRY_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real lists are not here: {DATA}")

NAMES = (
    "Al-Shifa Hospital",
    "مستشفى الشفاء",
    "Shefaa hosp.",
    "Al Quds",
    "القدس",
    "Nabad al-Hayat",
    "School No. 3",
    "Hass",
)
DAY = date(2019, 5, 5)


@st.composite
def facilities(draw: st.DrawFn) -> Record:
    where = draw(st.none() | st.tuples(st.floats(35, 35.2), st.floats(36, 36.2)))
    return Record(
        draw(st.integers()),
        tuple(draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))),
        "SYR",
        frozenset(draw(st.sets(st.sampled_from(("Idlib", "Hass", "Hama"))))),
        None if where is None else where[0],
        None if where is None else where[1],
        facts=draw(st.dictionaries(st.just("type"), st.sampled_from(("clinic", "hospital")))),
    )


@st.composite
def attacks(draw: st.DrawFn) -> Record:
    # All begin in May: days further apart than three, in different months, are not compared; docs/matching.md says so.
    first = DAY + timedelta(days=draw(st.integers(0, 24)))
    return Record(
        draw(st.integers()),
        country="SYR",
        areas=frozenset(draw(st.sets(st.sampled_from(("Idlib", "Hama")), max_size=1))),
        first=first,
        last=first + timedelta(days=draw(st.sampled_from((0, 0, 0, 6, 30)))),
        facts=draw(st.dictionaries(st.sampled_from(("means", "actor")), st.sampled_from(("air", "ground")))),
        counts=draw(st.dictionaries(st.sampled_from(("killed", "injured")), st.integers(0, 60))),
        text=draw(st.sampled_from(("", "two clinics hit", "market and clinic"))),
    )


def keyed(records: list[Record]) -> list[Record]:
    """The records with keys that tell them apart."""
    return [
        Record(
            number, r.names, r.country, r.areas, r.lat, r.lon, r.radius_m, r.first, r.last, r.facts, r.counts, r.text
        )
        for number, r in enumerate(records)
    ]


LISTS = st.one_of(*(st.lists(kind, min_size=1, max_size=7).map(keyed) for kind in (facilities(), attacks())))
PAIRS_OF_LISTS = st.one_of(
    *(
        st.tuples(lists, lists)
        for lists in (st.lists(k(), min_size=1, max_size=7).map(keyed) for k in (facilities, attacks))
    )
)


def scores(linked: Linked) -> dict[tuple[object, object], float]:
    return {(pair.left, pair.right): round(pair.score, 3) for pair in linked.pairs}


@settings(max_examples=40, deadline=None)
@given(PAIRS_OF_LISTS)
def test_scores_are_the_same_whichever_list_comes_first(lists: tuple[list[Record], list[Record]]) -> None:
    left, right = lists
    there, back = (scores(link(*sides, least=0)) for sides in ((left, right), (right, left)))
    # The rivalries of a ring settle to within a hundredth, from either end.
    assert there.keys() == {pair[::-1] for pair in back}
    assert all(abs(score - back[pair[::-1]]) < 0.03 for pair, score in there.items())


@settings(max_examples=40, deadline=None)
@given(PAIRS_OF_LISTS)
def test_blocking_loses_nothing_that_comparing_all_would_accept(lists: tuple[list[Record], list[Record]]) -> None:
    left, right = lists
    accepted = {(pair.left, pair.right) for pair in link(left, right).matched if pair.score >= 0.9}
    assert accepted <= set(blocking.candidates(Side.of(left), Side.of(right), in_full=0))


@settings(max_examples=40, deadline=None)
@given(PAIRS_OF_LISTS)
def test_no_record_has_two_partners(lists: tuple[list[Record], list[Record]]) -> None:
    matched = link(*lists).matched
    assert len({pair.left for pair in matched}) == len({pair.right for pair in matched}) == len(matched)


@settings(max_examples=40, deadline=None)
@given(LISTS)
def test_within_one_list_no_record_is_paired_with_itself_or_twice(records: list[Record]) -> None:
    pairs = [(pair.left, pair.right) for pair in link_within(records, least=0).pairs]
    assert len(pairs) == len(set(pairs))
    assert all(left < right for left, right in pairs)  # type: ignore[operator]  # the keys are numbers here


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.floats(0.001, 1e6), max_size=12))
def test_what_competes_shares_one_whole(odds: dict[tuple[int, int], float]) -> None:
    pairs = sorted(odds)
    found = shares(pairs, [odds[pair] for pair in pairs])
    for side in (0, 1):
        for record in range(5):
            assert sum(score for pair, score in zip(pairs, found, strict=True) if pair[side] == record) <= 1.1
    kept = [pairs[place] for place in one_to_one(pairs, [(score,) for score in found])]
    assert len({one for one, _ in kept}) == len({other for _, other in kept}) == len(kept)


def test_without_rivals_the_odds_alone_count() -> None:
    assert shares([(0, 0)], [9.0]) == pytest.approx([0.9])


def test_two_equals_share_and_a_firm_rival_gives_way() -> None:
    assert shares([(0, 0), (0, 1)], [1e6, 1e6]) == pytest.approx([0.5, 0.5], abs=0.01)
    # The first right record is firmly the second left one's; so the first left one's is the other.
    found = shares([(0, 0), (0, 1), (1, 0)], [1e3, 1e3, 1e9])
    assert found[1] > 0.95
    assert found[0] < 0.05


def test_distances_hold_across_the_date_line() -> None:
    one, other = (Record(key, lat=0.0, lon=lon) for key, lon in ((1, 179.9995), (2, -179.9995)))
    assert metres(one, other) == pytest.approx(111, abs=1)
    assert metres(one, Record(3)) is None


def known(number: int, name: str, north: float = 0.0) -> Record:
    return Record(number, (name,), "SYR", lat=35.0 + number / 10 + north, lon=36.0, facts={"type": "clinic"})


WORDS = (
    "Shifa",
    "Quds",
    "Nabad",
    "Kafr Zita",
    "Hass",
    "Amal",
    "Rahma",
    "Zahra",
    "Latamneh",
    "Bidama",
    "Jisr",
    "Saraqib",
)


def test_the_evidence_is_shown_and_what_was_judged_stays_judged() -> None:
    left = [known(number, word) for number, word in enumerate(WORDS)]
    right = [known(number, f"{word} clinic", 0.0001) for number, word in enumerate(WORDS)]
    linked = link(left, right)
    assert {(pair.left, pair.right) for pair in linked.matched} == {(number, number) for number in range(len(WORDS))}
    reasons = {reason.about: reason for reason in linked.reasons(0, 0)}
    assert "Shifa / Shifa clinic" in reasons["name"].words
    assert reasons["distance"].words == "11 m apart"
    assert reasons["name"].weight > 0 < reasons["distance"].weight
    assert (0, 0) not in scores(link(left, right, apart=lambda one, other: (one, other) == (0, 0)))


def test_what_is_held_twice_is_matched_twice_where_it_stands_still() -> None:
    left = [known(number, word) for number, word in enumerate(WORDS)]
    twice = [*left, Record("again", left[0].names, "SYR", lat=left[0].lat, lon=36.0, facts={"type": "clinic"})]
    right = [known(number, word, 0.0001) for number, word in enumerate(WORDS)]
    partners = {pair.left for pair in link(twice, right, repeats=True).matched if pair.right == 0}
    assert partners == {0, "again"}
    assert {reason.about for reason in link(twice, right, repeats=True).reasons("again", 0)} >= {"name"}
    assert {pair.left for pair in link(twice, right).matched if pair.right == 0} < partners


def test_a_word_of_one_list_is_learned_to_stand_for_another_word_of_the_other() -> None:
    left, right = (
        [
            Record(
                number,
                country="SYR",
                first=DAY + timedelta(days=number),
                last=DAY + timedelta(days=number),
                facts={"means": words[number % 2], "actor": f"actor {number % 7}"},
                counts={"killed": number % 5},
            )
            for number in range(200)
        ]
        for words in (("shelling", "firearms"), ("ground-launched", "small arms"))
    )
    linked = link(left, right)
    weights = {r.words: r.weight for n in range(2) for r in linked.reasons(n, n) if r.about == "means"}
    assert weights["shelling / ground-launched"] > 0.5
    assert weights["firearms / small arms"] > 0.5


def test_attacks_that_are_told_alike_are_left_to_people() -> None:
    day = {"country": "SYR", "first": DAY, "last": DAY}
    twins = [Record(number, **day, counts={"killed": 3}) for number in range(2)]  # type: ignore[arg-type]  # as above
    rest = [
        Record(number, country="SYR", first=DAY + timedelta(days=number), last=DAY + timedelta(days=number))
        for number in range(2, 60)
    ]
    linked = link([*twins, *rest], [*twins, *rest])
    assert not [pair for pair in linked.matched if pair.left in (0, 1) and pair.score > 0.6]
    assert {(pair.left, pair.right) for pair in linked.pairs} >= {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_nothing_is_compared_with_nothing() -> None:
    assert link([], [Record(1)]) == link([Record(1)], [])
    assert link([Record(1)], [Record(2)]).pairs == []
    assert link_within([Record(1)]).pairs == []
    assert link([Record(1)], []).reasons(1, 2) == ()


def test_the_work_grows_with_the_records_and_not_with_their_square() -> None:
    pairs = []
    for size in (400, 1600):
        left, right, _ = bench.generated(size)
        pairs.append(len(blocking.candidates(Side.of(left), Side.of(right))))
    assert pairs[1] < 8 * pairs[0]


def quality(linked: Linked, truth: bench.Truth, level: float) -> tuple[float, float]:
    found = {(pair.left, pair.right) for pair in linked.matched if pair.score >= level}
    return len(found & truth) / len(found), len(found & truth) / len(truth)


@needs_data
def test_facilities_of_sudan_in_two_lists() -> None:
    left, right, truth = bench.sudan(DATA)
    precision, recall = quality(link(left, right, repeats=True), truth, 0.9)
    assert (precision >= 0.98, recall >= 0.98) == (True, True)


@needs_data
def test_attacks_on_health_care_in_two_lists() -> None:
    left, right, truth = bench.shcc(DATA)
    linked = link(left, right)
    precision, recall = quality(linked, truth, 0.98)
    assert precision >= 0.98
    assert recall >= 0.75
    ranked: dict[object, list[object]] = {}
    for pair in linked.pairs:
        ranked.setdefault(pair.left, []).append(pair.right)
    accepted = {pair.left for pair in linked.matched if pair.score >= 0.98}
    rest = [(one, other) for one, other in truth if one not in accepted]
    assert sum(other in ranked.get(one, [])[:5] for one, other in rest) >= 0.9 * len(rest)


def test_the_same_clinic_hit_again_in_another_month_is_another_attack() -> None:
    left, right, truth = made_up.attacks(800)
    accepted = {(pair.left, pair.right) for pair in link(left, right).matched if pair.score >= 0.9}
    assert len(accepted & truth) >= 0.93 * len(accepted)
    assert len(accepted & truth) >= 0.6 * len(truth)


def test_facilities_in_two_scripts_with_slips_of_the_pen() -> None:
    left, right, truth = made_up.two_scripts(1_000)
    accepted = {(pair.left, pair.right) for pair in link(left, right, repeats=True).matched if pair.score >= 0.9}
    assert len(accepted & truth) >= 0.98 * len(accepted)
    assert len(accepted & truth) >= 0.9 * len(truth)


def test_splink_scores_the_same_pairs_with_its_reasons() -> None:
    pytest.importorskip("splink", reason="the extra `linkage` is not installed")
    left, right, truth = made_up.two_scripts(300)
    linked = link(left, right, repeats=True, score=splinked.scorer())
    accepted = {(pair.left, pair.right) for pair in linked.matched if pair.score >= 0.9}
    assert len(accepted & truth) >= 0.85 * len(accepted)
    assert len(accepted & truth) >= 0.7 * len(truth)
    best = linked.pairs[0]
    assert {reason.about for reason in linked.reasons(best.left, best.right)} >= {"name", "type"}


def test_without_splink_its_absence_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)
    with pytest.raises(RegistryError, match=r"pip install 'attack-registry\[linkage\]'"):
        splinked.scorer()
