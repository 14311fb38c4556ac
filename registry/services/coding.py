"""From what people write to what is stored: codes, imprecise dates, numbers with operators, yes and no of positions."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from registry import codes, countries, dates
from registry.errors import InvalidValue
from registry.ranges import LARGEST


def today() -> date:
    """The date in UTC, the only clock that input is judged by."""
    return datetime.now(UTC).date()


def code(code_list: str, value: str | None) -> str | None:
    """A code of a list, checked; None stays None.

    Raises:
        NotFound: the list has no such code; the nearest are offered.
    """
    return None if value is None else codes.check_code(code_list, value)


def word(field: str, value: str | None, allowed: tuple[str, ...]) -> str | None:
    """A word of a closed vocabulary, checked; None stays None.

    Raises:
        InvalidValue: it is not one of them.
    """
    if value is not None and value not in allowed:
        raise InvalidValue(field, f"{value!r} is not a choice", "give one of " + ", ".join(allowed))
    return value


def date_columns(prefix: str, text: str | None, *, field: str, basis: str | None = None) -> dict[str, Any]:
    """The columns of an imprecise date, from its words.

    Args:
        prefix: of the columns, such as `occurred_`.
        text: in any spelling that `dates.parse` knows; None: unknown.
        field: the option or key that the user knows it by.
        basis: printed or inferred; None where the table has no such column.

    Raises:
        InvalidValue: the words are ambiguous, impossible, not understood or in the future.
    """
    columns: dict[str, Any] = {}
    if text is None:
        columns |= {"from_on": None, "to_on": None, "precision_code": "unknown", "words": None}
    else:
        when = dates.parse(text, field=field, today=today())
        columns |= {"from_on": when.start, "to_on": when.end, "precision_code": when.precision, "words": when.words}
    if basis is not None:
        columns["basis"] = word("basis", basis, codes.BASES)
    return {prefix + name: value for name, value in columns.items()}


def position(lat: float | None, lon: float | None, country: str) -> dict[str, Any]:
    """Latitude and longitude, checked against the country that they are said to be in.

    Raises:
        InvalidValue: one is missing, or the point lies outside the country; swapped ones are told as such.
    """
    if (lat is None) != (lon is None):
        raise InvalidValue("lat and lon", "one of the two is missing", "give both or neither")
    if lat is not None and lon is not None:
        countries.check_inside(country, lat, lon)
    return {"lat": lat, "lon": lon}


@dataclass(frozen=True)
class Number:
    """A number as a source gives it: its operator and bounds, or why there is none."""

    operator: str | None = None
    low: int | None = None
    high: int | None = None
    absence: str | None = None
    words: str | None = None


# Each operator with its spellings; they may stand before the number, and those of words after it as well.
_OPERATORS = {
    "at_least": (
        *(">=", "≥", "⩾", "at least", "no fewer than", "no less than", "not less than", "a minimum of", "or more"),
        *("minimum", "min", "min."),
        *("على الأقل", "ما لا يقل عن", "لا يقل عن", "لا تقل عن", "أو أكثر", "au moins", "pas moins de", "ou plus"),
    ),
    "at_most": (
        *("<=", "≤", "⩽", "up to", "at most", "no more than", "not more than", "as many as", "or fewer", "or less"),
        *("maximum", "max", "max.", "حتى", "على الأكثر", "ما لا يزيد عن", "لا يزيد عن"),
        *("jusqu'à", "au plus", "pas plus de", "ou moins"),
    ),
    "more_than": (
        *(">", "more than", "over", "above", "upwards of", "أكثر من", "ما يزيد عن", "ما يزيد على"),
        *("plus de", "plus d'"),
    ),
    "fewer_than": ("<", "fewer than", "less than", "under", "below", "أقل من", "moins de", "moins d'"),
    "about": (
        *("~", "≈", "about", "around", "some", "approximately", "roughly", "nearly", "almost", "close to"),
        *("approx", "approx.", "circa", "ca.", "c."),
        *("نحو", "حوالي", "حوالى", "قرابة", "زهاء", "ما يقارب", "تقريبا", "environ", "près de", "quelque"),
    ),
    "exactly": ("", "=", "exactly", "بالضبط", "exactement"),
}
_ABSENCES = {
    Number(operator="unstated"): ("not stated", "unstated", "number not stated", "غير مذكور", "non précisé"),
    Number(absence="reported_none"): (
        *("none", "no", "nil", "zero", "no one", "nobody", "لا أحد", "لا يوجد", "صفر", "aucun", "aucune", "zéro"),
        "néant",
    ),
    Number(absence="unknown"): ("unknown", "not known", "غير معروف", "inconnu"),
    Number(absence="not_reported"): ("not reported",),
    Number(absence="withheld"): ("withheld",),
    Number(absence="not_coded"): ("not coded",),
}
_WITHOUT_A_NUMBER = {spelling: found for found, spellings in _ABSENCES.items() for spelling in spellings}
_VAGUE = re.compile(
    r"(?i)\b(dozens?|scores?|hundreds?|thousands?|tens|many|several|some|a few|few|numerous|multiple|couple|handful"
    r"|(?:ال)?(?:عشرات|مئات|آلاف)|عدة|بضعة|عدد من|dizaines?|centaines?|milliers?|plusieurs|quelques|des)\b"
)
_BETWEEN = re.compile(
    r"(?:between |from |entre |de |(?:ما )?بين |من )?[\d,. ]+"
    r"(?: ?[-–—] ?| to | and | or | à | et | ou | إلى | الى | أو | و ?)[\d,. ]+"
)
_NUMBER = re.compile(r"\d{1,3}(?:[,.\u066c\u00a0\u202f ]\d{3})+|\d+")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_MOST_DIGITS = 20
# Small numbers in words. What is composed of several ("twenty-five", ثلاثة عشر) is left for a person to read.
_SPELT = {
    spelling: str(value)
    for value, spellings in enumerate(
        (
            "one|un|une|واحد|واحدة", "two|deux|اثنان|اثنين|اثنتان|اثنتين", "three|trois|ثلاثة|ثلاث",
            "four|quatre|أربعة|أربع", "five|cinq|خمسة|خمس", "six|ستة|ست", "seven|sept|سبعة|سبع",
            "eight|huit|ثمانية|ثماني", "nine|neuf|تسعة|تسع", "ten|dix|عشرة|عشر", "eleven|onze", "twelve|douze",
        ),
        start=1,
    )
    for spelling in spellings.split("|")
}  # fmt: skip
_IN_WORDS = re.compile(rf"\b(?:{'|'.join(_SPELT)})\b")
_NO_WORDS = re.compile(r"[\d\s<>=≤≥⩽⩾~≈+*/.,–—-]*")
_NONE = (("exactly", 0), ("about", 0), ("at_most", 0), ("fewer_than", 1))


def number(text: str, field: str = "number") -> Number:
    """A number with its operator, from words such as `>30`, `at least 50`, `10-15`, `three`, `dozens`, `not stated`.

    "Dozens" keeps its word and gets no bounds; "up to 25" has no low; `none` says that the source reports that there
    were none, which is not zero of a count.

    Raises:
        InvalidValue: no number and no known word, or low above high.
    """
    plain = " ".join(text.translate(_DIGITS).replace("’", "'").split())
    lowered = plain.casefold()
    if lowered in _WITHOUT_A_NUMBER:
        return _WITHOUT_A_NUMBER[lowered]
    digits = _NUMBER.findall(plain)
    if not digits:
        if _VAGUE.search(plain):
            return Number(operator="some", words=text.strip())
        if (spelt := in_digits(lowered)) != lowered:
            return number(spelt, field)
        hint = "write >30, at least 50, 10-15, dozens or not stated"
        raise InvalidValue(field, f"{_shown(text)} is not understood", hint)
    return _with_operator(lowered, [_whole(part, field) for part in digits], text, field)


def in_digits(lowered: str) -> str:
    """The text, in small letters, with the numbers from one to twelve in digits."""
    return _IN_WORDS.sub(lambda match: _SPELT[match[0]], lowered)


def _shown(text: str) -> str:
    """What was typed, where it is a number: words in a place for numbers may name people, and errors are kept."""
    return repr(text) if len(text) <= 20 and _NO_WORDS.fullmatch(text) else "the text"


def _whole(digits: str, field: str) -> int:
    plain = re.sub(r"\D", "", digits)
    value = int(plain) if len(plain) <= _MOST_DIGITS else LARGEST + 1  # Python reads no number of 5,000 digits
    if value > LARGEST:
        raise InvalidValue(field, "the number is too large", f"the largest is {LARGEST}")
    return value


def _with_operator(lowered: str, values: list[int], text: str, field: str) -> Number:
    if len(values) == 2 and _BETWEEN.fullmatch(lowered):
        low, high = values
        if low > high:
            raise InvalidValue(field, f"low {low} is above high {high}", "give the lower number first")
        return Number(operator="between", low=low, high=high) if high else Number(absence="reported_none")
    if len(values) != 1:
        why = f"{_shown(text)} holds {len(values)} numbers"
        raise InvalidValue(field, why, "give one number, or a range such as 10-15")
    before, after = (part.strip() for part in _NUMBER.split(lowered))
    return _bounds(_operator(before, after, text, field), values[0], field)


def _operator(before: str, after: str, text: str, field: str) -> str:
    if after == "+" and not before:
        return "at_least"
    if after and (before or not after[0].isalpha() or not operator_of(after)):
        why = f"{_shown(text)} has more after the number"
        raise InvalidValue(field, why, "give the number alone, words in --words")
    found = operator_of(before or after)
    if found is None:
        hint = "write >, >=, <, <=, ~ or its words before the number"
        raise InvalidValue(field, f"what stands before the number in {_shown(text)} is not an operator", hint)
    return found


def operator_of(words: str) -> str | None:
    """The operator that words such as `at least` mean; None where they mean none."""
    return next((operator for operator, spellings in _OPERATORS.items() if words in spellings), None)


def _bounds(operator: str, value: int, field: str) -> Number:
    # A source that counts nobody denies; it does not give a range that starts from zero.
    if (operator, value) in _NONE:
        return Number(absence="reported_none")
    if value == 0 and operator != "more_than":
        raise InvalidValue(field, f"{operator.replace('_', ' ')} 0 says nothing", "write none, or not stated")
    has_low = operator not in ("at_most", "fewer_than")
    has_high = operator not in ("at_least", "more_than")
    return Number(operator=operator, low=value if has_low else None, high=value if has_high else None)
