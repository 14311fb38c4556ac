"""Counts as lists write them: with the noun that the column counts, a remark in brackets, or a word for none."""

import re
from functools import lru_cache

from registry.errors import InvalidValue
from registry.services import coding
from registry.services.coding import Number
from registry.services.importing import cells

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
_CASUALTIES = "casualt(?:y|ies)|victime?s?|victims?|ضحايا|[إا]صابات"
_NO = r"(?:no|without|aucune?|pas de|sans|لا|لا يوجد|لا توجد|بدون)"
_REMARK = re.compile(r"(?P<count>[^()\[\]]*\S)\s*[(\[](?P<remark>[^()\[\]]*)[)\]]")
_COUNT = re.compile(r"\d|\b(?:dozens?|hundreds?|thousands?|millions?|mille|مئة|مائة|ألف)\b")  # within a remark
_BREAKDOWN = re.compile(r"incl|among|of wh|dont\b|y compris|منهم|بينهم|من بينهم|بما في")
# How many a breakdown begins with; other numbers in it may be ages, days or names: `incl. a girl of 12`.
_PART = re.compile(
    rf"(?:{_BREAKDOWN.pattern})[\w.]*(?: (?:them|whom|which|ذلك))?:? ?"
    r"(?P<part>\d+)\b(?![- ]?(?:years?|yrs?|y/?o|ans)\b)"
)
_ESTIMATE = re.compile(r"est(?:\.|imate|imated|imation)?|approx(?:\.|imately|imate)?|circa|تقديري?|تقديرات")


@lru_cache(maxsize=10_000)
def count(text: str, measure: str, *, decimal_comma: bool = False) -> Number | None:
    """The number that a cell of a measure means; None where the cell says nothing.

    Raises:
        InvalidValue: it is no number, could be two, has a fraction, or counts something else.
    """
    value = cells.number(text, decimal_comma=decimal_comma)
    if value is not None and not value.is_integer():  # 1.234 would be taken for 1,234
        raise InvalidValue("number", "it has a fraction", "write a whole number")
    plain = " ".join(text.casefold().split())
    if plain in _NOTHING:
        return None
    if plain in _UNKNOWN:
        return Number(absence="unknown")
    if re.fullmatch(rf"{_NO} (?:{_nouns(measure)}|{_CASUALTIES})", plain):
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
    if _COUNT.search(coding.in_digits(remark)) and not _BREAKDOWN.match(remark):
        raise InvalidValue("number", "the remark holds a number of its own", "write one number")
    others = "|".join(nouns for other, nouns in _NOUNS.items() if other != measure)
    if re.search(rf"\b(?:{others})\b", remark):
        raise InvalidValue("number", "the remark speaks of something else", "write the number of this column alone")
    number = _counted(plain, measure)
    most = 0 if number.absence == "reported_none" else number.high
    breakdown = _PART.match(coding.in_digits(remark))
    if most is not None and breakdown and int(breakdown["part"]) > most:
        raise InvalidValue("number", "the remark counts more than there are", "write one number")
    return number


def _counted(plain: str, measure: str) -> Number:
    try:
        return coding.number(plain)
    except InvalidValue:
        spelt = _spelt(plain, measure)
        # With what stands between two numbers gone they would be one: `3 killed 500`.
        parts = [part.strip() for part in re.split(rf"\b(?:{_nouns(measure)})\b ?:?", spelt) if part.strip()]
        if not parts or parts == [plain] or sum(bool(re.search(r"\d", part)) for part in parts) > 1:
            raise
        return coding.number(" ".join(parts))


def _nouns(measure: str) -> str:
    """The nouns that may stand with a number of the measure."""
    return "|".join(filter(None, (_PEOPLE, _NOUNS.get(measure))))


def _spelt(plain: str, measure: str) -> str:
    """With digits where a noun alone is a number: Arabic has one word for two of a kind."""
    if re.fullmatch(rf"(?:{_ONE})(?: واحد)?", plain):
        return plain.replace(" واحد", "") + " 1"
    return re.sub(rf"\b(?:{'|'.join(filter(None, (_TWO_PEOPLE, _TWO.get(measure))))})\b", "2 ", plain)
