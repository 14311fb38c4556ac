"""Imprecise dates in words, no finer than they are known.

Every text printed here is read back by `registry.dates.parse` as the same date.
"""

from collections.abc import Callable
from datetime import date

from registry.dates.value import DAY, WINTER, ImpreciseDate, part_of, season_of
from registry.errors import InvalidValue

LANGUAGES = ("en", "ar", "fr")

_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "ar": [
        "كانون الثاني/يناير",
        "شباط/فبراير",
        "آذار/مارس",
        "نيسان/أبريل",
        "أيار/مايو",
        "حزيران/يونيو",
        "تموز/يوليو",
        "آب/أغسطس",
        "أيلول/سبتمبر",
        "تشرين الأول/أكتوبر",
        "تشرين الثاني/نوفمبر",
        "كانون الأول/ديسمبر",
    ],
}
"""Arabic months carry both names, as United Nations documents do: readers from Aleppo and from Cairo know one each."""

_PARTS = {
    "en": {"early": "early {}", "mid": "mid-{}", "late": "late {}"},
    "fr": {"early": "début {}", "mid": "mi-{}", "late": "fin {}"},
    "ar": {"early": "أوائل {}", "mid": "منتصف {}", "late": "أواخر {}"},
}
_SEASONS = {
    "en": ("spring", "summer", "autumn", "winter"),
    "fr": ("printemps", "été", "automne", "hiver"),
    "ar": ("ربيع", "صيف", "خريف", "شتاء"),
}
_WORDS = {
    "en": {
        "range": "{} – {}",
        "before": "before {}",
        "until": "until {}",
        "after": "after {}",
        "since": "since {}",
        "week": "week beginning {}",
        "decade": "{}s",
        "unknown": "date unknown",
        "approximate": "about {}",
        "uncertain": "{} (uncertain)",
    },
    "fr": {
        "range": "{} – {}",
        "before": "avant {}",
        "until": "au plus tard {}",
        "after": "après {}",
        "since": "depuis {}",
        "week": "semaine du {}",
        "decade": "années {}",
        "unknown": "date inconnue",
        "approximate": "vers {}",
        "uncertain": "{} (incertain)",
    },
    "ar": {
        "range": "من {} إلى {}",
        "before": "قبل {}",
        "until": "حتى {}",
        "after": "بعد {}",
        "since": "منذ {}",
        "week": "الأسبوع الذي يبدأ في {}",
        "decade": "عقد {}",
        "unknown": "تاريخ غير معروف",
        "approximate": "نحو {}",
        "uncertain": "{} (غير مؤكد)",
    },
}
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def format_date(when: ImpreciseDate, language: str = "en", *, arabic_digits: bool = False) -> str:
    """The date in words, such as "4–6 May 2019", "early May 2019" or "before 4 May 2019".

    Args:
        when: the date.
        language: one of `LANGUAGES`.
        arabic_digits: print ٠-٩ in place of 0-9.

    Raises:
        InvalidValue: the language is not one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise InvalidValue("language", "dates are not printed in it", "use one of " + ", ".join(LANGUAGES))
    words = _WORDS[language]
    text = _unmarked(when, language)
    if when.is_approximate and when.precision != "unknown":
        text = words["approximate"].format(text)
    if when.is_uncertain and when.precision != "unknown":
        text = words["uncertain"].format(text)
    return text.translate(_ARABIC_DIGITS) if arabic_digits else text


def _unmarked(when: ImpreciseDate, language: str) -> str:
    """The date in words, but for "about" and "uncertain"."""
    words = _WORDS[language]
    if when.start is None and when.end is None:
        return words["unknown"]
    if when.start is None or when.end is None:
        return _open(when, language)
    if when.precision != "range":
        return _point(when.start, when.precision, language, article=when.is_approximate)
    return _range((when.start, when.start_precision), (when.end, when.end_precision), language)


def _open(when: ImpreciseDate, language: str) -> str:
    """A date with one end, said as its author said it."""
    words = _WORDS[language]
    if when.end:
        kind, bound, precision = ("before" if when.is_excluding else "until"), when.end + DAY, when.end_precision
        day = bound if when.is_excluding else when.end
    else:
        start = when.start or date.min
        kind, precision = ("after" if when.is_excluding else "since"), when.start_precision
        day = start - DAY if when.is_excluding else start
    return words[kind].format(_point(day, precision, language, article=True))


def _range(first: tuple[date, str], last: tuple[date, str], language: str) -> str:
    """A range that says what its two ends share once: "4–6 May 2019", "March–May 2019"."""
    (start, fine), (end, coarse) = first, last
    left, right = _point(start, fine, language), _point(end, coarse, language)
    if fine == coarse and fine in {"day", "month", "part_of_month"} and start.year == end.year:
        is_one_month = fine == "day" and start.month == end.month
        left = _day_number(start, language) if is_one_month else left.removesuffix(f" {start.year}")
        if (is_one_month or fine == "month") and language != "ar":
            return f"{left}–{right}"
    if fine == coarse == "year" and language != "ar":
        return f"{left}–{right}"
    return _WORDS[language]["range"].format(left, right)


def _point(day: date, precision: str, language: str, *, article: bool = False) -> str:
    """The day, month, season, year… that begins on, ends on or holds `day`."""
    printers: dict[str, Callable[[], str]] = {
        "part_of_month": lambda: _PARTS[language][part_of(day)].format(_month(day, language)),
        "month": lambda: _month(day, language),
        "season": lambda: _season(day, language),
        "year": lambda: str(day.year),
        "decade": lambda: _WORDS[language]["decade"].format(day.year // 10 * 10),
        "week": lambda: _WORDS[language]["week"].format(_day(day, language)),
    }
    if precision in printers:
        return printers[precision]()
    return ("le " if article and language == "fr" else "") + _day(day, language)


def _day(day: date, language: str) -> str:
    return f"{_day_number(day, language)} {_month(day, language)}"


def _day_number(day: date, language: str) -> str:
    return "1er" if language == "fr" and day.day == 1 else str(day.day)


def _month(day: date, language: str) -> str:
    return f"{_MONTHS[language][day.month - 1]} {day.year}"


def _season(day: date, language: str) -> str:
    """A season with its year; a winter with its two."""
    year, season = season_of(day)
    name = _SEASONS[language][season - 21]
    return f"{name} {year}–{year + 1}" if season == WINTER else f"{name} {year}"
