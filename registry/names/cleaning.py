"""Text on the way in: nothing invisible that could reorder, hide or break it, and one form of each letter."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e01ef\ud800-\udfff]"
)
"""Bidirectional controls, zero-width characters, fillers, variation selectors, tags, and lone surrogates, which no
database can store. Unicode 16, Default_Ignorable_Code_Point and Bidi_Control, but for the two joiners."""

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
"""C0 and C1, NUL included, but for those that are white space."""

_STRAY_JOINER = re.compile("(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])")
"""ZWNJ and ZWJ decide how letters join in Persian, Kurdish and Indic words; beside anything else they are noise."""

_SCRIPTS = {
    "ARABIC": "Arab",
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "HEBREW": "Hebr",
    "GREEK": "Grek",
    "ARMENIAN": "Armn",
    "SYRIAC": "Syrc",
    "ETHIOPIC": "Ethi",
    "GEORGIAN": "Geor",
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "MYANMAR": "Mymr",
    "CJK": "Hani",
    "HANGUL": "Hang",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana",
    "THAI": "Thai",
}
"""First word of a character's Unicode name -> ISO 15924."""

_ARABIC = re.compile("[\u0621-\u064a][\u0621-\u064a ]*")
"""Arabic letters alone, as most names in that script: told at a glance."""


def clean(text: str) -> str:
    """The text without invisible characters and stray joiners, in NFC, with single spaces. Cleaning twice is the same.

    What a reader sees does not change, but for the order of a text that a control character had turned round.
    """
    if text.isascii():  # the common case: nothing invisible but controls, nothing to compose
        return " ".join(_CONTROLS.sub("", text).split())
    text = unicodedata.normalize("NFC", _CONTROLS.sub("", _INVISIBLE.sub("", text)))
    text = unicodedata.normalize("NFC", _STRAY_JOINER.sub("", text))
    return " ".join(text.split())


def script_of(text: str) -> str:
    """The script that most letters of the text are in, as ISO 15924: `Arab`, `Latn`… `Zyyy` without letters.

    Of two that are as frequent it is the first; of a script that is not in the table, `Zzzz`.
    """
    if text.isascii():
        return "Latn" if any(map(str.isalpha, text)) else "Zyyy"
    if _ARABIC.fullmatch(text):
        return "Arab"
    counts = Counter(_script(char) for char in text if char.isalpha())
    return counts.most_common(1)[0][0] if counts else "Zyyy"


def mixes_alphabets(text: str) -> bool:
    """Whether letters of Latin, Greek and Cyrillic, many of which look the same, stand in one text."""
    return len({_script(char) for char in text if char.isalpha()} & {"Latn", "Grek", "Cyrl"}) > 1


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    return _SCRIPTS.get(re.split(r"[ -]", unicodedata.name(char, ""))[0], "Zzzz")
