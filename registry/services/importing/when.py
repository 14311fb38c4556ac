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
_PARTS = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_EARLIEST = 1900


@lru_cache(maxsize=20_000)
def days(text: str, order: str | None) -> Days:
    """The days that a cell means, with its words.

    Raises:
        InvalidValue: it can be read in two ways, is impossible, not understood, or in the future.
    """
    plain = text.translate(_DIGITS).strip()
    if match := _ISO.fullmatch(plain):
        return _one(int(match[1]), int(match[2]), int(match[3]), match[0][:10])
    if order and (match := _PARTS.fullmatch(plain)):
        parts = dict(zip(order, (int(part) for part in match.groups()), strict=True))
        return _one(parts["y"], parts["m"], parts["d"], text)
    found = dates.parse(text, today=today())
    return Days(found.start, found.end, found.precision, found.words)


def _one(year: int, month: int, day: int, words: str) -> Days:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise InvalidValue("date", "there is no such day", "write it as 2019-05-05") from error
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


def clock(text: str) -> time | None:
    """A time of day such as 14:30; None where the cell holds none."""
    match = re.fullmatch(
        r"(?:\d{4}-\d{2}-\d{2}[T ])?(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?", text
    )
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))
