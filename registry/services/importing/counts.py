"""Counts as lists write them: with the noun that the column counts, a remark in brackets, or a word for none."""

import re
from functools import lru_cache

from registry.errors import InvalidValue
from registry.services import coding
from registry.services.coding import Number

# What stands in a cell of counts and says nothing: no claim, like a blank cell.
_NOTHING = ("-", "--", "–", "—", "n/a", "n.a.", "na", "nd", "n.d.")
_UNKNOWN = ("?", "unk", "unk.", "n/k", "nk", "unclear", "tbc", "tbd", "to be confirmed", "no data", "no information")
_PEOPLE = "people|persons?|personnes?|شخصا?|[أا]شخاص"
# The nouns of a measure: a number that stands with one of another measure is not taken.
_NOUNS = {
    "killed": "killed|dead|deaths?|died|fatalit(?:y|ies)|tuée?s?|morte?s?|décès|décédée?s?"
    "|قتيلا?|قتلى|شهيدا?|شهداء|وفاة|وفيات",
    "injured": "injured|injury|injuries|wounded|hurt|blessée?s?|جريحا?|جرحى|مصابا?|مصابين|مصابون|[إا]صابة|[إا]صابات",
}
_TWO = {"killed": "قتيلان|قتيلين|شهيدان|شهيدين", "injured": "جريحان|جريحين|مصابان|مصابين اثنين"}
_TWO_PEOPLE, _ONE = "شخصان|شخصين", "قتيل|شهيد|جريح|مصاب|شخص"
_ANY = "|".join((_PEOPLE, *_NOUNS.values(), "casualt(?:y|ies)|victime?s?|victims?|ضحايا"))
_NONE = re.compile(rf"(?:no|without|aucune?|pas de|sans|لا|لا يوجد|لا توجد|بدون) (?:{_ANY})")
_REMARK = re.compile(r"(?P<count>[^()\[\]]*\S)\s*[(\[](?P<remark>[^()\[\]]*)[)\]]")
_BREAKDOWN = re.compile(r"incl|among|of wh|dont\b|y compris|منهم|بينهم|من بينهم|بما في")
_ESTIMATE = re.compile(r"est(?:\.|imate|imated|imation)?|approx(?:\.|imately|imate)?|circa|تقديري?|تقديرات")


@lru_cache(maxsize=10_000)
def count(text: str, measure: str) -> Number | None:
    """The number that a cell of a measure means; None where the cell says nothing.

    Raises:
        InvalidValue: it is no number, could be two, or counts something else.
    """
    plain = " ".join(text.casefold().split())
    if plain in _NOTHING:
        return None
    if plain in _UNKNOWN:
        return Number(absence="unknown")
    if _NONE.fullmatch(plain):
        return Number(absence="reported_none")
    if match := _REMARK.fullmatch(plain):
        return _remarked(match["count"], match["remark"], measure)
    return _counted(plain, measure)


def _remarked(plain: str, remark: str, measure: str) -> Number:
    """A count with a remark: the number of all, of whom it tells more; an estimate; or what bounds it."""
    if _ESTIMATE.fullmatch(remark):
        return _counted(f"~{plain}", measure)
    if coding.operator_of(remark) is not None:
        return _counted(f"{remark} {plain}", measure)
    if re.search(r"\d", remark) and not _BREAKDOWN.match(remark):
        raise InvalidValue("number", "the remark holds a number of its own", "write one number")
    return _counted(plain, measure)


def _counted(plain: str, measure: str) -> Number:
    try:
        return coding.number(plain)
    except InvalidValue:
        nouns = "|".join(filter(None, (_PEOPLE, _NOUNS.get(measure))))
        spare = re.sub(rf"\b(?:{nouns})\b ?:?", " ", _spelt(plain, measure)).strip()
        if not spare or spare == plain:
            raise
        return coding.number(spare)


def _spelt(plain: str, measure: str) -> str:
    """With digits where a noun alone is a number: Arabic has one word for two of a kind."""
    if re.fullmatch(rf"(?:{_ONE})(?: واحد)?", plain):
        return plain.replace(" واحد", "") + " 1"
    return re.sub(rf"\b(?:{'|'.join(filter(None, (_TWO_PEOPLE, _TWO.get(measure))))})\b", "2 ", plain)
