"""The search key of a name: the consonants that survive between Arabic and Latin spelling, without type words."""

import re
import unicodedata
from functools import lru_cache
from itertools import combinations

from registry.names.cleaning import clean, script_of
from registry.names.letters import ARABIC, LATIN_SPELLINGS, SUN_LETTERS, TWO_LETTERS, WEAK_BEFORE
from registry.names.vocabulary import MEANINGS, TRANSLATED, TYPES

_SPECIAL = str.maketrans(
    {"ş": "sh", "š": "sh", "ç": "ch", "ğ": "gh", "ı": "i", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae"}
)


class _Plain(dict[int, str | None]):
    """What becomes of a character: marks, apostrophes and the like go, digits become European ones."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        is_dropped = char in "'’‘`´" or unicodedata.category(char) in {"Mn", "Cf", "Lm", "Sk"}
        self[code] = None if is_dropped else str(unicodedata.decimal(char)) if char.isdecimal() else char
        return self[code]


_PLAIN = _Plain()
_WORD = re.compile(r"[^\W\d_]+|\d+")
_SPELLINGS = tuple((letter, re.compile(pattern), into) for letter, pattern, into in LATIN_SPELLINGS)
_FILLERS = {"number", "and"}
_ARTICLES = {"al", "el", "il", "ul", "l"}
_ASSIMILATED = {vowel + sun: sun for vowel in "ae" for sun in SUN_LETTERS if sun != "l"}


def fold(name: str) -> str:
    """The search key of a name: small Latin consonants and digits, words in order, one space between.

    "Al-Shifa Hospital", "ash-Shifaa" and "مستشفى الشفاء" all give `shf`. Words for what a thing is (hospital, مدرسة)
    are left out, unless nothing or only a number would be left: "School No. 3" is `school 3`. A name without a
    consonant gives its plain letters; one without a letter or digit gives an empty key. A key is not a name, and is
    not to be folded again.
    """
    return " ".join(_keys(name))


def respaced(key: str) -> set[str]:
    """The search keys with the same letters in one, two or three words: kfrnbl for كفرنبل, kfr nbl for كفر نبل."""
    letters = key.replace(" ", "")
    inner = range(1, len(letters))
    in_two = {f"{letters[:at]} {letters[at:]}" for at in inner}
    in_three = {f"{letters[:at]} {letters[at:to]} {letters[to:]}" for at, to in combinations(inner, 2)}
    return {letters, *in_two, *in_three}


@lru_cache(maxsize=1 << 16)
def _keys(name: str) -> tuple[str, ...]:
    return keys_of(words_of(name))


def keys_of(words: list[str]) -> tuple[str, ...]:
    """The words of the key of a name that `words_of` took apart."""
    names = naming_words(words)
    if not any(word.isalpha() for word in names):
        kinds = [_TYPE_OF.get(_ending(word)) or _number(word) for word in words]
        return tuple(kind for kind in kinds if kind not in _FILLERS) or tuple(kinds)
    keys = (_key(word, is_last=place == len(names) - 1) for place, word in enumerate(names))
    return tuple(filter(None, keys)) or tuple(names)


def naming_words(words: list[str]) -> list[str]:
    """Those of the words that say what a thing is called, not what it is."""
    return [word for word in words if _ending(word) not in _TYPE_OF]


def words_of(name: str) -> list[str]:
    """The words and numbers of a name in plain small letters, without articles."""
    return words_in(plain(name))


def words_in(text: str) -> list[str]:
    """The same of a name that `plain` gave."""
    words = _WORD.findall(text)
    following = [*words[1:], ""]
    kept = [_bare(word) for word, after in zip(words, following, strict=False) if not _is_article(word, after)]
    return kept or words


def plain(name: str) -> str:
    """The name in small letters without diacritics, tatweel, hamzas and apostrophes, with European digits."""
    text = clean(name)
    if text.isascii():
        text = text.casefold()
    else:
        text = unicodedata.normalize("NFKC", text).casefold().translate(_SPECIAL)
        text = unicodedata.normalize("NFKD", text)
    return text.translate(_PLAIN)


def _is_article(word: str, following: str) -> bool:
    """Whether the word is al, el, or as, ar… before a word that begins with the same letter."""
    return word in _ARTICLES or following.startswith(_ASSIMILATED.get(word, " "))


def _bare(word: str) -> str:
    """A word without the article written onto it: الشفاء, Alshifa, Elbeida."""
    return _ATTACHED.sub("", word)


_ATTACHED = re.compile(
    r"^(?:ال(?=\w{2})|لل(?=\w{3})|وال(?=\w{4})|[ae]l(?=[bcdfghjkmnpqrstvwxyz]\w{2})|el(?=[aeou]\w{3}))"
)


def _ending(word: str) -> str:
    """A word with its last letter as many people type it: مستشفي for مستشفى, صيدليه for صيدلية."""
    last = _ENDINGS.get(word[-1:])
    return word if last is None else word[:-1] + last


_ENDINGS = {"ه": "ة", "ى": "ي"}


@lru_cache(maxsize=1 << 16)
def _key(word: str, *, is_last: bool) -> str:
    """The key of one word."""
    if (meaning := _MEANING_OF.get(_ending(word))) is not None:
        return meaning
    if word.isdecimal():
        return _number(word)
    script = script_of(word)
    if script == "Arab":
        return _arabic(word, is_last=is_last)
    return _latin(word if script == "Latn" else _ascii(word), is_last=is_last)


def _number(digits: str) -> str:
    """A number as it is compared: "03" is "3"."""
    return digits.lstrip("0") or "0"


def _ascii(word: str) -> str:
    """A word of any other script, spelled in Latin letters."""
    from anyascii import anyascii  # noqa: PLC0415 (its tables load slowly, and most names do not need them)

    return re.sub(r"[^a-z]", "", anyascii(word).lower())


def _arabic(word: str, *, is_last: bool) -> str:
    """The consonants of an Arabic word; waw and ya where they are consonants."""
    word = re.sub(r"(?<=.)ه$", "ة", word)
    stem = re.sub(r"ات$", "", word) if not is_last and len(word) > 4 else word
    found = []
    for place, letter in enumerate(stem):
        following = stem[place + 1 : place + 2]
        if place == 0 or letter not in WEAK_BEFORE or (following and following in WEAK_BEFORE[letter]):
            found.append(ARABIC.get(letter, ""))
    return _spelled("".join(found))


def _latin(word: str, *, is_last: bool) -> str:
    """The consonants of a Latin word; w and y where they are consonants."""
    for letter, pattern, into in _SPELLINGS:
        if letter in word:
            word = pattern.sub(into, word)
    if not is_last and word.endswith("t") and len(word.translate(_WITHOUT_VOWELS)) > 2:
        # The t of a ta marbuta that another word follows: Qal'at al-Madiq, Maarat Misrin.
        word = re.sub(r"(?<=[^aeiou])[ae]+t$", "", word)
    if "w" in word or "y" in word:
        word = re.sub(r"(?<=.)[wy](?![aeiou])", "", word)
    return _spelled(word.translate(_WITHOUT_VOWELS))


_WITHOUT_VOWELS = str.maketrans("", "", "aeiou")


def _spelled(sounds: str) -> str:
    """The key of a word's sounds. A last h goes, since صالح, شاه and حماة all end in one in Latin letters."""
    if sounds.endswith("h"):
        sounds = sounds[0] + sounds[1:].rstrip("h")
    return sounds.translate(_TWO_LETTERS)


_TWO_LETTERS = str.maketrans(TWO_LETTERS)


def _inverted(table: dict[str, str]) -> dict[str, str]:
    """Spelling, as `words_of` gives it -> meaning."""
    return {_ending(_bare(plain(word))): meaning for meaning, words in table.items() for word in words.split("|")}


_TYPE_OF = _inverted(TYPES)
_MEANING_OF = _inverted(MEANINGS | TRANSLATED)
