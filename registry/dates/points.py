"""From tokens to points: what is said of one date, or of one end of a range, and the days that it means."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from registry.dates.edtf import two_winters
from registry.dates.tokens import HOW, Token
from registry.dates.value import WINTER, Span, day_span, decade_span, month_span, part_span, season_span, year_span
from registry.errors import InvalidValue

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass
class Point:
    """One date as far as it is written."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    part: str | None = None
    season: int | None = None
    weekday: int | None = None
    decade: int | None = None
    winter: int | None = None

    def put(self, name: str, value: int | str) -> None:
        """Set what is not yet set.

        Raises:
            InvalidValue: it is said twice.
        """
        if getattr(self, name) is not None:
            why = "a two-digit year or two days" if name == "day" else f"more than one {name}"
            raise InvalidValue("date", why, "write the year in four digits; for a range write 4-6 May 2019")
        setattr(self, name, value)


def point_of(tokens: list[Token]) -> Point:
    """What the tokens of one date say.

    Raises:
        InvalidValue: they say something twice, or something that is no part of a single date.
    """
    point, is_decade = Point(), False
    for kind, value in tokens:
        if kind == "decade_of":
            is_decade = True
        elif kind == "decade" or (kind == "number" and is_decade):
            point.put("decade", int(value))
        elif kind in _NUMBERS:
            for name, number in _NUMBERS[kind](str(value)).items():
                point.put(name, number)
        elif kind in {"month", "weekday", "part", "season", "winter"}:
            point.put(kind, value)
        else:
            raise InvalidValue("date", "its words do not make one date", HOW)
    return point


def _number(digits: str) -> dict[str, int]:
    """A number alone: a day or a year."""
    if len(digits) not in {1, 2, 4}:
        raise InvalidValue("date", "a number is neither a day nor a year", "write the year in four digits")
    return {"year" if len(digits) == 4 else "day": int(digits)}


def _month_number(text: str) -> dict[str, int]:
    """2019-05 or 5/2019."""
    one, other = re.split(r"[/.-]", text)
    return {"year": int(one), "month": int(other)} if len(one) == 4 else {"month": int(one), "year": int(other)}


def _numeric(text: str) -> dict[str, int]:
    """2019-5-4, 13/04/2019 or 04/13/2019: whatever can be read in one way only.

    Raises:
        InvalidValue: there are two readings, or none.
    """
    first, middle, last = re.split(r"[/.-]", text)
    if len(first) == 4 and len(last) < 3:
        return {"year": int(first), "month": int(middle), "day": int(last)}
    if len(last) != 4 or len(first) > 2:
        raise InvalidValue("date", "a two-digit year", "write the year first, in four digits: 2019-05-04")
    one, other, year = int(first), int(middle), int(last)
    if one == other or one > 12 or other > 12:
        day, month = (other, one) if other > 12 else (one, other)
        return {"year": year, "month": month, "day": day}
    days = [day_span(year, month, day).start for day, month in ((one, other), (other, one))]
    said = " or ".join(f"{day.day} {day:%B} {year}" for day in days)
    raise InvalidValue("date", said, f"write {days[0]} or {days[1]}")


_NUMBERS: dict[str, Callable[[str], dict[str, int]]] = {
    "number": _number,
    "month_number": _month_number,
    "numeric": _numeric,
}


def span_of(point: Point) -> Span:
    """The days of one date.

    Raises:
        InvalidValue: something is missing, impossible or contradictory.
    """
    if point.decade is not None:
        return _only(point, "decade", decade_span(point.decade // 10 * 10))
    if point.winter is not None:
        return _only(point, "winter", season_span(point.winter, WINTER))
    if point.year is None:
        raise InvalidValue("date", "the year is missing", "write it in four digits: 4 May 2019")
    if point.season is not None:
        return _only(point, "season", _season(point.year, point.season))
    if point.month is not None:
        return _in_month(point, point.year, point.month)
    if point.day is not None or point.part is not None:
        raise InvalidValue("date", "the month is missing", "write 4 May 2019; for part of a year 2019-01/2019-04")
    return _only(point, "year", year_span(point.year))


def _season(year: int, season: int) -> Span:
    if season == WINTER:
        raise two_winters(year)
    return season_span(year, season)


def _in_month(point: Point, year: int, month: int) -> Span:
    """A day, a part or the whole of a month."""
    if point.day is not None:
        return _on_weekday(_only(point, "day", day_span(year, month, point.day)), point.weekday)
    if point.part is not None:
        return _only(point, "part", part_span(year, month, point.part))
    return _only(point, "month", month_span(year, month))


_GOES_WITH = {
    "decade": frozenset[str](),
    "winter": frozenset[str](),
    "season": frozenset({"year"}),
    "year": frozenset[str](),
    "day": frozenset({"year", "month", "weekday"}),
    "part": frozenset({"year", "month"}),
    "month": frozenset({"year"}),
}


def _only(point: Point, name: str, span: Span) -> Span:
    """The span, once nothing else is said than goes with it."""
    said = {key for key, value in vars(point).items() if value is not None}
    if said - {name} - _GOES_WITH[name]:
        raise InvalidValue("date", "its words do not make one date", HOW)
    return span


def _on_weekday(span: Span, weekday: int | None) -> Span:
    """The span, once its weekday is the one said."""
    real = span.start.weekday()
    if weekday is not None and weekday != real:
        why = f"{span.start} was a {WEEKDAYS[real]}, not a {WEEKDAYS[weekday]}"
        raise InvalidValue("date", why, "correct the day, or leave the weekday out")
    return span
