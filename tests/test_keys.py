"""Keys: refs that survive a bad line, and UUIDs that sort by time."""

import string
import time
import uuid
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import keys
from registry.errors import InvalidValue

PREFIX = st.sampled_from(sorted(keys.PREFIXES))
BODY = st.text(keys.CROCKFORD, min_size=12, max_size=12)
LOOKALIKE = {"0": "0O", "1": "1IL"}


def spelt(plain: str) -> str:
    return "-".join((plain[0], plain[1:5], plain[5:9], plain[9:13], plain[13]))


def accepted(text: str) -> bool:
    try:
        keys.read_ref(text)
    except InvalidValue:
        return False
    return True


@st.composite
def refs(draw: st.DrawFn) -> str:
    """Any ref that the program may make, without its dashes."""
    prefix = draw(PREFIX)
    body = draw(BODY.filter(lambda body: keys._check_character(prefix + body) in keys.CROCKFORD))
    return prefix + body + keys._check_character(prefix + body)


@pytest.mark.parametrize("prefix", keys.PREFIXES)
def test_a_new_ref_reads_as_itself(prefix: str) -> None:
    for _ in range(50):
        ref = keys.new_ref(prefix)
        assert keys.read_ref(ref) == ref
        assert keys.looks_like_ref(ref)
        assert ref[0] == prefix
        assert set(ref[1:].replace("-", "")) <= set(keys.CROCKFORD)
        assert len(ref) == 18


def test_refs_do_not_repeat() -> None:
    assert len({keys.new_ref("A") for _ in range(2000)}) == 2000


def test_many_new_refs_rise_and_then_begin_anew() -> None:
    """So that neighbours in an index are made one after the other."""
    found = list(islice(keys.new_refs("C"), 2000))
    assert all(keys.read_ref(ref) == ref for ref in found)
    assert len(set(found)) == 2000
    assert sum(one > other for one, other in pairwise(found)) <= 1
    assert len({ref[:4] for ref in found}) < 20  # of 1,024


@given(refs())
def test_case_dashes_and_spaces_do_not_matter(plain: str) -> None:
    ref = spelt(plain)
    for typed in (ref, ref.lower(), plain, f"  {ref} ", ref.replace("-", " "), ref.replace("-", "–"), ref.title()):
        assert keys.read_ref(typed) == ref


@given(refs(), st.data())
def test_lookalikes_do_not_matter(plain: str, data: st.DataObject) -> None:
    """What is read as I, L or O was a 1 or a 0: no ref holds those letters but as its noun."""
    typed = plain[0] + "".join(data.draw(st.sampled_from(LOOKALIKE.get(c, c))) for c in plain[1:])
    assert keys.read_ref(spelt(typed)) == spelt(plain)


@given(refs())
def test_every_wrong_character_is_found(plain: str) -> None:
    for place in range(len(plain)):
        for other in keys.CROCKFORD if place else keys.PREFIXES:
            if other != plain[place]:
                assert not accepted(spelt(plain[:place] + other + plain[place + 1 :])), (place, other)


@given(refs())
def test_swaps_of_neighbours_are_found(plain: str) -> None:
    """All but those that ISO/IEC 7064 MOD 37,36 cannot see, which are one pair in six hundred."""
    for place in range(13):
        swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
        assert swapped == plain or not accepted(spelt(swapped)) or undetectable(plain, place), place


def test_few_swaps_are_not_found() -> None:
    pairs = [(one, other) for one in keys.CROCKFORD for other in keys.CROCKFORD if one < other]
    before = "".join(keys.CROCKFORD)  # brings the sum to many values
    unseen = sum(undetectable(before[:place] + one + other, place) for place in range(1, 33) for one, other in pairs)
    assert 0 < unseen / (32 * len(pairs)) < 1 / 400


def undetectable(plain: str, place: int) -> bool:
    """Whether the standard's own arithmetic, written out here once more, takes both orders for the same."""
    alphabet = string.digits + string.ascii_uppercase
    product = 36
    for character in plain[:place]:
        product = ((product + alphabet.index(character)) % 36 or 36) * 2 % 37

    def after(*characters: str) -> int:
        held = product
        for character in characters:
            held = ((held + alphabet.index(character)) % 36 or 36) * 2 % 37
        return held

    first, second = plain[place], plain[place + 1]
    if place == 12 and len(plain) == 14:  # the second is the check character, which only has to bring the sum to 1
        return (after(second) + alphabet.index(first)) % 36 == 1
    return after(first, second) == after(second, first)


@pytest.mark.parametrize(
    "typed", ["", "A", "A-7Q2M", "A-7Q2M-K9XD-4TRV", "Z-7Q2M-K9XD-4TRV-5", "A-7Q2M-K9XD-4TRV-55", "أ-٧Q2M", "hospital"]
)
def test_what_is_no_ref_is_told_from_a_mistyped_one(typed: str) -> None:
    with pytest.raises(InvalidValue, match="is not a ref; a ref looks like"):
        keys.read_ref(typed)


@given(st.text())
def test_no_text_does_harm(typed: str) -> None:
    keys.looks_like_ref(typed)
    accepted(typed)


@given(refs())
def test_looks_like_ref(plain: str) -> None:
    assert keys.looks_like_ref(spelt(plain).lower())
    assert keys.looks_like_ref(f" {spelt(plain)} ".strip())
    assert not keys.looks_like_ref(plain)  # a name may be fourteen letters long
    assert not keys.looks_like_ref(spelt(plain)[:-1])


def test_the_ref_in_the_manual_is_one() -> None:
    assert keys.read_ref("A-7Q2M-K9XD-4TRV-5") == "A-7Q2M-K9XD-4TRV-5"


def test_prefixes_are_letters_that_nothing_is_mistaken_for() -> None:
    assert set(keys.PREFIXES) <= set(keys.CROCKFORD)
    assert len(set(keys.PREFIXES.values())) == len(keys.PREFIXES)


# --- UUIDs -----------------------------------------------------------------------------------------------------------


def test_ids_are_version_7() -> None:
    before = time.time_ns() // 1_000_000
    made = [keys.new_id() for _ in range(1000)]
    after = time.time_ns() // 1_000_000
    assert len(set(made)) == 1000
    assert {(key.version, key.variant) for key in made} == {(7, uuid.RFC_4122)}
    assert all(before <= key.int >> 80 <= after for key in made)


@given(st.lists(st.integers(0, 2**48 - 1), min_size=2, max_size=20, unique=True))
def test_ids_sort_by_time(moments: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        made = {}
        for moment in moments:
            patch.setattr(time, "time_ns", lambda at=moment: at * 1_000_000)
            made[keys.new_id()] = moment
    assert [made[key] for key in sorted(made)] == sorted(moments)
    assert sorted(made, key=lambda key: key.bytes) == sorted(made)


def test_new_ids_come_in_order_and_know_their_spellings() -> None:
    made = list(islice(keys.new_ids(), 2_000))
    assert made == sorted(set(made))
    for key in made[::100]:
        assert (bytes(key.raw), key.json) == (key.bytes, f'"{key}"')
        assert (key.version, key.variant) == (7, uuid.RFC_4122)
        assert key == uuid.UUID(str(key))
        assert abs((key.int >> 80) - time.time() * 1000) < 60_000
