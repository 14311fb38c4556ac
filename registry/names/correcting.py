"""What somebody meant who mistyped a word that stands in many names: "Hospitl", "Schoool", "KaramehHospital"."""

import re
from functools import lru_cache

from registry.names.cleaning import script_of
from registry.names.folding import plain
from registry.names.vocabulary import MEANINGS, TRANSLATED, TYPES

_SHORTEST = 4  # letters; of shorter words too many real names are one slip away
_LONG, _LONG_KIND = 7, 5  # letters from which on two slips are forgiven; where a kind of thing is likely
_WHOLE = 5  # letters of a word that is found though it was written onto another


def corrected(name: str) -> str:
    """The name with each word that is nearly a word for a kind of thing, or one that is translated, put right.

    It is a second guess at what was typed, beside the name itself: "Marka" is a place, and nearly "markaz".
    """
    words = plain(name).split()
    # What a thing is stands first in Arabic and last in English.
    kind = 0 if script_of(name) == "Arab" else len(words) - 1
    return " ".join(
        _nearest(word, _LONG_KIND if at == kind else _LONG) or _parted(word) or word for at, word in enumerate(words)
    )


@lru_cache(maxsize=1 << 12)
def _nearest(word: str, long: int) -> str | None:
    """The word of the vocabulary that this one is, or is a slip away from; of so long a word, two."""
    if word in _VOCABULARY:
        return word
    found = _found(word, 2 if len(word) >= long else 1) if len(word) >= _SHORTEST else None
    return found[0] if found is not None else None


@lru_cache(maxsize=1 << 12)
def _parted(word: str) -> str | None:
    """Two words that were written as one, the first or the last of them in the vocabulary, or a slip away from it."""
    best = ""
    fewest = 2.0
    for at in range(2, len(word) - 1):
        for known, before, after in ((word[at:], f"{word[:at]} ", ""), (word[:at], "", f" {word[at:]}")):
            found = _found(known, 1) if len(known) >= _WHOLE else None
            if found is not None and found[1] < fewest:
                best, fewest = f"{before}{found[0]}{after}", found[1]
    return best or None


def _found(word: str, slips: int) -> tuple[str, float] | None:
    from rapidfuzz import process  # noqa: PLC0415 (only commands that compare names pay for it)
    from rapidfuzz.distance import OSA  # noqa: PLC0415 (as above)

    found = process.extractOne(word, _WORDS, scorer=OSA.distance, score_cutoff=slips)
    return (str(found[0]), float(found[1])) if found is not None else None


_SPELLINGS = [word for table in (TYPES, MEANINGS, TRANSLATED) for words in table.values() for word in words.split("|")]
_VOCABULARY = {word for word in map(plain, _SPELLINGS) if re.fullmatch(r"[^\W\d_]+", word)}
_WORDS = sorted(word for word in _VOCABULARY if len(word) >= _SHORTEST)
