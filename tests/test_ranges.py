"""Rule 6 as arithmetic: ranges over comparable numbers, totals over distinct attacks."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ranges import Bounds, Range, Total, event, over, total

NUMBERS = st.integers(0, 100)
BOUNDS = st.one_of(
    NUMBERS.flatmap(lambda n: st.sampled_from([Bounds(o, n, n) for o in ("exactly", "about")])),
    NUMBERS.flatmap(lambda n: st.sampled_from([Bounds(o, n, None) for o in ("at_least", "more_than")])),
    NUMBERS.flatmap(lambda n: st.sampled_from([Bounds(o, None, n) for o in ("at_most", "fewer_than")])),
    st.tuples(NUMBERS, NUMBERS).map(lambda pair: Bounds("between", min(pair), max(pair))),
    st.sampled_from([Bounds("some", None, None), Bounds("unstated", None, None)]),
)
CLAIMS = st.lists(BOUNDS, max_size=8)
RANGES = st.lists(BOUNDS, max_size=3).map(over)
GROUPS = st.lists(st.lists(RANGES, min_size=1, max_size=3), max_size=5)

MORE_THAN_30, AT_LEAST_50 = Bounds("more_than", 30, None), Bounds("at_least", 50, None)
AT_LEAST_67 = Bounds("at_least", 67, None)
UP_TO_25 = Bounds("at_most", None, 25)
DOZENS, UNSTATED = Bounds("some", None, None), Bounds("unstated", None, None)


def exactly(number: int) -> Range:
    found = over([Bounds("exactly", number, number)])
    assert found is not None
    return found


def test_the_three_tolls_of_the_founding_case() -> None:
    found = over([AT_LEAST_50, MORE_THAN_30, AT_LEAST_67])
    assert found == Range(30, "more_than", 67, "at_least", None, None)
    assert 31 not in vars(found).values(), "more than 30 is never told as 31"


@pytest.mark.parametrize("unbounded", [DOZENS, UNSTATED])
def test_what_has_no_bounds_never_enters(unbounded: Bounds) -> None:
    assert over([unbounded]) is None
    assert over([unbounded, AT_LEAST_50]) == over([AT_LEAST_50])


def test_up_to_has_no_low() -> None:
    assert over([UP_TO_25]) == Range(None, None, None, None, 25, "at_most")


def test_high_is_open_unless_every_claim_has_one() -> None:
    closed = [Bounds("exactly", 3, 3), Bounds("between", 2, 9)]
    assert over(closed) == Range(2, "between", 3, "exactly", 9, "between")
    opened = over([*closed, Bounds("at_least", 1, None)])
    assert opened is not None
    assert opened.high is None


def test_of_equal_numbers_the_stricter_one_is_the_greater() -> None:
    found = over([Bounds("more_than", 5, None), Bounds("at_least", 5, None)])
    assert found is not None
    assert (found.low_operator, found.greatest_low_operator) == ("at_least", "more_than")
    found = over([Bounds("at_most", None, 5), Bounds("fewer_than", None, 5)])
    assert found is not None
    assert found.high_operator == "at_most"


@given(CLAIMS, st.randoms())
def test_order_does_not_matter(claims: list[Bounds], random: Random) -> None:
    shuffled = sorted(claims, key=lambda _: random.random())
    assert over(shuffled) == over(claims)


@given(CLAIMS)
def test_saying_it_twice_changes_nothing(claims: list[Bounds]) -> None:
    assert over([*claims, *claims]) == over(claims)


@given(CLAIMS, BOUNDS)
def test_a_further_claim_never_narrows(claims: list[Bounds], further: Bounds) -> None:
    before, after = over(claims), over([*claims, further])
    if before is None:
        return
    assert after is not None
    if before.low is not None:
        assert after.low is not None
        assert after.low <= before.low
        assert after.greatest_low is not None
        assert before.greatest_low is not None
        assert after.greatest_low >= before.greatest_low
    if before.high is None:
        assert after.high is None
    elif after.high is not None:
        assert after.high >= before.high


@given(CLAIMS)
def test_every_bound_was_claimed(claims: list[Bounds]) -> None:
    found = over(claims)
    if found is None:
        assert all(claim.low is None and claim.high is None for claim in claims)
        return
    said = {(claim.operator, claim.low) for claim in claims} | {(claim.operator, claim.high) for claim in claims}
    for operator, number in (
        (found.low_operator, found.low),
        (found.greatest_low_operator, found.greatest_low),
        (found.high_operator, found.high),
    ):
        assert (number is None) == (operator is None)
        assert number is None or (operator, number) in said
    assert found.low is None or found.greatest_low is None or found.low <= found.greatest_low
    assert found.high is None or found.low is None or found.low <= found.high


def test_a_total_adds_distinct_attacks() -> None:
    assert total([[exactly(3)], [exactly(4)]]) == Total(7, 7, 2, 0)


def test_a_total_is_open_where_one_attack_is() -> None:
    assert total([[exactly(3)], [over([AT_LEAST_50])]]) == Total(53, None, 2, 0)


def test_an_attack_without_a_number_is_told_and_opens_the_total() -> None:
    assert total([[exactly(3)], [None], [None]]) == Total(3, None, 1, 2)


def test_no_number_at_all_is_not_zero() -> None:
    assert total([]) == Total(None, None, 0, 0)
    assert total([[None]]) == Total(None, None, 0, 1)
    assert total([[over([UP_TO_25])]]) == Total(None, 25, 1, 0), "nobody said at least anything"


def test_possible_duplicates_count_once_at_the_low_end() -> None:
    # If they are one attack, one of the numbers holds; if they are two, both do.
    assert total([[exactly(5), exactly(20)]]) == Total(5, 25, 2, 0)
    assert total([[exactly(5), None]]) == Total(5, None, 1, 1)


@given(GROUPS, st.randoms())
def test_a_total_does_not_depend_on_order(groups: list[list[Range | None]], random: Random) -> None:
    shuffled = sorted((sorted(group, key=lambda _: random.random()) for group in groups), key=lambda _: random.random())
    assert total(shuffled) == total(groups)


@given(GROUPS)
def test_a_total_is_within_its_parts(groups: list[list[Range | None]]) -> None:
    found = total(groups)
    assert found.counted + found.without == sum(map(len, groups))
    assert found.high is None or found.without == 0
    assert found.low is None or found.high is None or found.low <= found.high


@given(GROUPS, RANGES)
def test_a_further_attack_never_lowers_a_total(groups: list[list[Range | None]], further: Range | None) -> None:
    before, after = total(groups), total([*groups, [further]])
    assert (after.low or 0) >= (before.low or 0)
    if after.high is not None and before.high is not None:
        assert after.high >= before.high


def test_a_double_tap_counts_once() -> None:
    whole, first, second = exactly(9), exactly(4), exactly(3)
    assert event(whole, [first, second]) == whole, "the number of the whole holds the dead of both strikes"
    assert event(None, [first, second]) == Range(7, "exactly", 7, "exactly", 7, "exactly")
    assert event(None, []) is None
    assert event(None, [None, None]) is None


def test_a_strike_without_a_number_leaves_the_double_tap_open() -> None:
    assert event(None, [exactly(4), None]) == Range(4, "at_least", 4, "at_least", None, None)


def test_strikes_keep_their_operators() -> None:
    open_strike, closed = over([MORE_THAN_30]), over([Bounds("fewer_than", None, 10)])
    assert event(None, [open_strike, exactly(2)]) == Range(32, "more_than", 32, "more_than", None, None)
    assert event(None, [closed, exactly(2)]) == Range(2, "at_least", 2, "at_least", 12, "fewer_than")
    assert event(None, [closed]) == Range(None, None, None, None, 10, "fewer_than")


@given(st.lists(RANGES, max_size=4))
def test_a_double_tap_is_what_its_strikes_come_to(strikes: list[Range | None]) -> None:
    found, summed = event(None, strikes), total([[strike] for strike in strikes])
    assert (None if found is None else found.low) == summed.low
    assert (None if found is None else found.high) == summed.high
