"""How alike two names are, across scripts and spellings."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from registry.names.cleaning import clean, script_of
from registry.names.folding import fold, keys_of, naming_words, plain, words_in
from registry.names.letters import ARABIC, LATIN_SPELLINGS
from registry.names.vocabulary import MEANINGS

ALIKE = 0.8
"""From here on two names deserve a person's look as one. Measured on 5,622 Syrian places, English against Arabic
within a sub-district: 92 of 100 names reach it with their own, and 98 of 100 pairs that reach it are one place."""

_VOICE_WEIGHT, _SPELLING_WEIGHT = 0.1, 0.2
"""How much the vowels count beside the key, across scripts and within one. Chosen on half of those sub-districts."""

NEAR = 0.6
"""Below this a name is no help to somebody who mistyped another."""

_OTHER_NUMBER, _NO_NUMBER = 0.5, 0.8
"""What is left of a likeness when the numbers differ, or when one name has none."""

_SINGLE = (("sh", "C"), ("kh", "X"), ("gh", "G"))
_ASIDE = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")
_EITHER = re.compile(r"\s*[/_|]\s*")
_SEVERAL = re.compile(r"[(\[/_|]")

_ARABIC_VOICES = str.maketrans({**ARABIC, "ا": "a", "ة": "a", "ى": "a"})
_LATIN_VOICES = tuple(
    (letter, re.compile(pattern), into)
    for letter, pattern, into in (
        ("", r"[aeo]?[iy]+|ee", "y"),
        ("", r"a?[ouw]+", "w"),
        ("", r"(?:eh?|ah)$", "a"),
        ("e", r"e", ""),
        *LATIN_SPELLINGS,
    )
)
"""Latin vowels as Arabic would write them, were they long."""


class Forms(NamedTuple):
    """A name in the forms that are compared.

    Attributes:
        keys: the words of its search key, numbers among them.
        joined: those without numbers, in one, with one character for each sound.
        ordered: the same whatever the order of the words.
        words: the words as they are written, in plain small letters, without numbers.
        spelled: those in one.
        script: the script that most of it is in.
        numbers: its numbers, in order.
    """

    keys: tuple[str, ...]
    joined: str
    ordered: str
    words: tuple[str, ...]
    spelled: str
    script: str
    numbers: tuple[str, ...]


def likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1; 1 for the same name, and the same in either order.

    Compared are the search keys, in any order of their words, and a little the vowels. Numbers must agree: where they
    differ, the names are unlike; where one has none, less alike. What stands in brackets may be missing, and of two
    names with a slash between, either will do. A likeness is a hint for a person, with place and type beside it:
    "Al-Huda" and "Al-Hadi" differ in vowels only.
    """
    if clean(one) == clean(other):
        return 1.0
    return likeness_of(forms(one), forms(other))


@lru_cache(maxsize=1 << 16)
def forms(name: str) -> tuple["Forms", ...]:
    """A name made ready, once, to be compared with many."""
    return tuple(_forms(variant) for variant in _variants(name))


def likeness_of(one: tuple["Forms", ...], other: tuple["Forms", ...], *, least: float = 0.0) -> float:
    """How alike two names are that were made ready; below `least`, 0 may stand for any likeness."""
    if len(one) == len(other) == 1:
        return _likeness(one[0], other[0], least)
    return max(_likeness(a, b, least) for a in one for b in other)


def near(wanted: str, names: Iterable[str], limit: int = 5) -> list[str]:
    """The names most like the wanted one, best first, for "did you mean"; none that is clearly another."""
    scored = sorted((-likeness(wanted, name), name) for name in dict.fromkeys(names))
    return [name for score, name in scored[:limit] if score <= -NEAR]


def _variants(name: str) -> tuple[str, ...]:
    """A name, the name without what is in brackets, and each of two names with a slash between."""
    if _SEVERAL.search(name) is None:
        return (name,)
    outside = _ASIDE.sub(" ", name)
    others = (part for part in (outside, *_EITHER.split(outside)) if fold(part))
    return tuple(dict.fromkeys((name, *others)))


def _forms(name: str) -> Forms:
    text = plain(name)
    all_words = words_in(text)
    keys = keys_of(all_words)
    letters = [_single(key) for key in keys if not key.isdecimal()]
    words = tuple(word for word in naming_words(all_words) or all_words if not word.isdecimal())
    return Forms(
        keys=keys,
        joined="".join(letters),
        ordered="".join(letters if len(letters) < 2 else sorted(letters, key=_after_meanings)),
        words=words,
        spelled="".join(words),
        script=script_of(text),
        numbers=tuple(sorted(key for key in keys if key.isdecimal())),
    )


def _after_meanings(letters: str) -> tuple[bool, str]:
    """Sorts "Big", "Eastern", كبير, شرقي last: they stand before a name in English, after it in Arabic."""
    return letters in _MEANINGS, letters


def _single(key: str) -> str:
    """A key with one character for each sound, so that sh against s is one difference and not two."""
    for pair, letter in _SINGLE:
        key = key.replace(pair, letter)
    return key


_MEANINGS = {_single(key) for key in MEANINGS}


@lru_cache(maxsize=1 << 16)
def _voices(words: tuple[str, ...]) -> str:
    return "".join(map(_voiced, words))


@lru_cache(maxsize=1 << 16)
def _voiced(word: str) -> str:
    """The consonants of a word with its long vowels as a, w and y; in Latin letters every a, o, u and i counts."""
    word = re.sub(r"^[اa]", "", word).translate(_ARABIC_VOICES)
    for letter, pattern, into in _LATIN_VOICES:
        if letter in word:
            word = pattern.sub(into, word)
    return word


def _likeness(one: Forms, other: Forms, least: float) -> float:
    if not (one.joined or one.numbers) or not (other.joined or other.numbers):
        return 0.0
    same = _similarity()
    is_one_script = one.script == other.script
    weight = _SPELLING_WEIGHT if is_one_script else _VOICE_WEIGHT
    needed = max(0.0, (least - weight) / (1 - weight))  # of the key, were the vowels the same
    key = same(one.joined, other.joined, score_cutoff=needed)
    if one.ordered != one.joined or other.ordered != other.joined:
        key = max(key, same(one.ordered, other.ordered, score_cutoff=needed))
    if key < needed:
        return 0.0
    vowels = same(one.spelled, other.spelled) if is_one_script else same(_voices(one.words), _voices(other.words))
    score = float((1 - weight) * key + weight * vowels)
    if one.numbers == other.numbers:
        return score
    return score * (_OTHER_NUMBER if one.numbers and other.numbers else _NO_NUMBER)


@lru_cache(maxsize=1)
def _similarity() -> Callable[..., float]:
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 (only commands that compare names pay for it)

    return Levenshtein.normalized_similarity
