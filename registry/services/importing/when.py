"""Days as lists write them: ISO first, then a declared order, then whatever `dates.parse` reads without guessing."""

import re
from calendar import monthrange
from datetime import date, time, timedelta
from functools import lru_cache

from registry import dates
from registry.errors import InvalidValue
from registry.services.coding import today
from registry.services.importing.records import Days

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.*)?")
_PARTS = re.compile(r"(?<![\d/.\-])(\d{1,4})([/.\-])(\d{1,2})\2(\d{4}|\d{1,2})(?![\d/.\-])")
_NO_YEAR = re.compile(r"(\d{1,2})[/.\-](\d{1,2})")
# May-19 may be a month of 2019, and so may May '19, May/19 and May - 19.
_HAS_YEAR = re.compile(r"\d{4}|[^\W\d][-–/'’.]\d{2}|[^\W\d] (?:['’]|[-–/] ?)\d{2}$")
_HOUR = re.compile(r"(.*\d)[T,]? +\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?")
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_EARLIEST = 1900


@lru_cache(maxsize=20_000)
def days(text: str, order: str | None, year: str | None = None) -> Days:
    """The days that a cell means, with its words.

    Args:
        text: of the cell.
        order: of the parts of 03/04/2024.
        year: of a date that leaves it out.

    Raises:
        InvalidValue: it can be read in two ways, is impossible, not understood, or in the future.
    """
    plain = text.translate(DIGITS).strip()
    if match := _ISO.fullmatch(plain):
        return _one(int(match[1]), int(match[2]), int(match[3]), plain[:10])
    if match := _HOUR.fullmatch(plain):
        plain = match[1]
    spelt = _PARTS.sub(lambda match: _reordered(match, order), plain) if order else plain
    try:
        found = dates.parse(spelt, today=today())
    except InvalidValue:
        if year is None or _HAS_YEAR.search(spelt):
            raise
        found = dates.parse(_in_year(spelt, order, int(year)), today=today())
    is_as_written = found.words == " ".join(plain.split())
    return Days(found.start, found.end, found.precision, found.words if is_as_written else " ".join(text.split()))


def _in_year(plain: str, order: str | None, year: int) -> str:
    """A date without a year, in its year."""
    match = _NO_YEAR.fullmatch(plain)
    if not match or not order:
        return f"{plain} {year}"
    order = order.replace("y", "")
    # To a spreadsheet 3.10 is the number 3.1: what was typed is lost.
    if re.fullmatch(r"[1-9]\d?\.1" if order == "dm" else r"[1-9]\d?\.[123]", plain):
        raise InvalidValue("date", f"{plain} may be what a spreadsheet made of {plain}0", "write it as 3/1 or 3/10")
    parts = dict(zip(order, match.groups(), strict=True))
    return _iso(year, int(parts["m"]), int(parts["d"]))


def in_parts(year: str, month: str | None, day: str | None) -> str:
    """The date that three columns hold, as far as they are filled."""
    if month and year.isdecimal() and month.isdecimal() and (day is None or day.isdecimal()):
        return "-".join(filter(None, (year, f"{int(month):02}", day and f"{int(day):02}")))
    return " ".join(filter(None, (day, month, year)))


def _reordered(match: re.Match[str], order: str) -> str:
    numbers = (match[1], match[3], match[4])
    # A year that stands first can be nothing else.
    parts = dict(zip("ymd" if len(match[1]) == 4 else order, numbers, strict=True))
    return _iso(_whole_year(parts["y"]), int(parts["m"]), int(parts["d"]))


def _whole_year(digits: str) -> int:
    """Of two digits the year of the last hundred that they end."""
    if len(digits) != 2:
        return int(digits)
    year = today().year // 100 * 100 + int(digits)
    return year if year <= today().year else year - 100


def _iso(year: int, month: int, day: int) -> str:
    """The day in ISO 8601.

    Raises:
        InvalidValue: there is no such day.
    """
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise InvalidValue("date", "there is no such day", "write it as 2019-05-05") from error


def _one(year: int, month: int, day: int, words: str) -> Days:
    found = date.fromisoformat(_iso(year, month, day))
    if found > today() or year < _EARLIEST:
        raise InvalidValue("date", "it lies in the future or before 1900", "check the year")
    return Days(found, found, "day", words)


def between(first: Days, last: Days, precision: str | None) -> Days:
    """The days from one to another, at a precision that the list states where it does; `last` of an open date is empty.

    Raises:
        InvalidValue: it ends before it starts.
    """
    start, end = first.first, last.last
    if start and end and start > end:
        raise InvalidValue("date", "it ends before it starts", "swap the two, or correct the year")
    words: str | None = first.words if last.words in (first.words, None) else f"{first.words} to {last.words}"
    is_day = start is not None and start == end
    if is_day and precision in (None, "range"):
        precision = "day"
    elif start is not None and is_day and precision in _WIDER:
        # The list gives one day of it: a month is not its first day, and that day's words are not the month's.
        start, end = _WIDER[precision](start)
        words = None
    elif not is_day and precision in (None, "day"):
        precision = "range"
    return Days(start, end, precision or "unknown", words)


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _year(day: date) -> tuple[date, date]:
    return date(day.year, 1, 1), date(day.year, 12, 31)


_WIDER = {"week": _week, "month": _month, "year": _year}


_CLOCK = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}[T ])?(\d{1,2})(?:[:h.](\d{2})(?::\d{2}(?:\.\d+)?)?|h|(?= ?[ap]\.?m))"
    r"(?: ?([ap])\.?m\.?|Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


def clock(text: str) -> time | None:
    """A time of day such as 14:30, 14h30 or 2:30 pm; None where the cell holds none."""
    match = _CLOCK.fullmatch(text.translate(DIGITS).strip())
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").casefold()
    if hour > (12 if half else 23) or minute > 59 or (half and not hour):
        return None
    return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute)
