"""What an imprecise date is: a first day, a last day, and how finely it was said."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from registry.errors import InvalidValue

PRECISIONS = ("day", "range", "week", "part_of_month", "month", "season", "year", "decade", "open", "unknown")
"""How finely a date is said. `range` has two ends, `open` has one, `unknown` has none."""

BOUNDED = tuple(code for code in PRECISIONS if code not in {"range", "open", "unknown"})
"""What can stand alone, or at either end of a `range` or `open` date."""

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years that are read. Earlier ones are Hijri or Persian years, or slips of the finger."""

DAY = timedelta(days=1)
WINTER = 24
SEASONS = {21: 3, 22: 6, 23: 9, WINTER: 12}
"""EDTF season code -> its first month. Northern, meteorological: spring is March to May."""

PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
"""Part of a month -> its first and last day: the three ten-day parts (dekads) of the FAO and WMO."""


@dataclass(frozen=True, slots=True)
class ImpreciseDate:
    """Some day, or all days, from `start` to `end`, both included.

    Two dates are equal when they mean the same days at the same precision; the words do not count.

    Args:
        start: the first day; None where nothing bounds it.
        end: the last day; None where nothing bounds it.
        precision: one of `PRECISIONS`.
        words: as the source or the user wrote it.
        start_precision: how finely the start of a `range` or `open` date was said: "since March 2011" is `month`.
            To be kept with it: without it a month would be printed as its first day. `day` unless told.
        end_precision: the same for its end.
        is_excluding: an `open` date said with "before" or "after". The bound is kept as the last (first) day that
            is meant, and only printed as it was said: "before 4 May" has the end 3 May.
        is_approximate: said with "about", or `~` in EDTF.
        is_uncertain: the speaker is not sure, or `?` in EDTF.

    Raises:
        InvalidValue: the parts contradict one another.
    """

    start: date | None
    end: date | None
    precision: str
    words: str = field(default="", compare=False)
    start_precision: str = ""
    end_precision: str = ""
    is_excluding: bool = field(default=False, compare=False)
    is_approximate: bool = False
    is_uncertain: bool = False

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            raise InvalidValue("date_precision", "no such code", "use one of " + ", ".join(PRECISIONS))
        if (self.start is not None, self.end is not None) not in _ends_of(self.precision):
            raise InvalidValue("date", f"its ends do not go with the precision {self.precision!r}")
        if self.start and self.end and self.end < self.start:
            raise InvalidValue("date", "it ends before it starts", "swap the two, or correct the year")
        own = self.precision if self.precision in BOUNDED else "day"
        for name, bound in (("start_precision", self.start), ("end_precision", self.end)):
            object.__setattr__(self, name, (getattr(self, name) or own) if bound else "")
            if bound and getattr(self, name) not in BOUNDED:
                raise InvalidValue(name, "no such code", "use one of " + ", ".join(BOUNDED))

    @property
    def is_start_open(self) -> bool:
        """Nothing bounds it on the early side."""
        return self.start is None

    @property
    def is_end_open(self) -> bool:
        """Nothing bounds it on the late side."""
        return self.end is None


def _ends_of(precision: str) -> tuple[tuple[bool, bool], ...]:
    """Which of (start, end) a precision has."""
    return {"open": ((True, False), (False, True)), "unknown": ((False, False),)}.get(precision, ((True, True),))


def overlaps(one: ImpreciseDate, other: ImpreciseDate) -> bool:
    """Whether the two can have a day in common. An unknown date may be any day, so it overlaps everything."""
    return (one.start or date.min) <= (other.end or date.max) and (other.start or date.min) <= (one.end or date.max)


def is_vague(when: ImpreciseDate) -> bool:
    """Whether its first or last day is not really known.

    An open end, "early May", a season, and whatever is marked approximate or uncertain are vague: their bounds are
    missing or our convention. A month or a year is coarse, but begins and ends on known days.
    """
    loose = {"open", "unknown", "part_of_month", "season"}
    said = {when.precision, when.start_precision, when.end_precision}
    return bool(said & loose) or when.is_approximate or when.is_uncertain


class Span(NamedTuple):
    """The days of one thing said with one precision, such as a month."""

    start: date
    end: date
    precision: str


def day_span(year: int, month: int, day: int) -> Span:
    """One day."""
    month_span(year, month)
    if not 1 <= day <= monthrange(year, month)[1]:
        raise InvalidValue("date", f"{year}-{month:02} has no day {day}", "check the day and the month")
    return Span(date(year, month, day), date(year, month, day), "day")


def month_span(year: int, month: int) -> Span:
    """A calendar month."""
    year_span(year)
    if not 1 <= month <= 12:
        raise InvalidValue("date", f"there is no month {month}", "write the year first: 2019-05-04")
    return Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month")


def year_span(year: int) -> Span:
    """A calendar year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        why = f"the year {year} is not between {FIRST_YEAR} and {LAST_YEAR}"
        raise InvalidValue("date", why, "give the Gregorian year, in four digits")
    return Span(date(year, 1, 1), date(year, 12, 31), "year")


def decade_span(first: int) -> Span:
    """Ten calendar years from one that ends in 0."""
    return Span(year_span(first).start, year_span(first + 9).end, "decade")


def part_span(year: int, month: int, part: str) -> Span:
    """Days 1-10 (`early`), 11-20 (`mid`) or 21 to the end (`late`) of a month."""
    whole, (first, last) = month_span(year, month), PARTS[part]
    return Span(whole.start.replace(day=first), whole.start.replace(day=min(last, whole.end.day)), "part_of_month")


def season_span(year: int, season: int) -> Span:
    """Three whole months; a winter belongs to the year in which it begins."""
    first = month_span(year, SEASONS[season]).start
    last = month_span(year + 1, 2) if season == WINTER else month_span(year, first.month + 2)
    return Span(first, last.end, "season")


def week_span(first: date) -> Span:
    """Seven days."""
    year_span((first + 6 * DAY).year)
    return Span(first, first + 6 * DAY, "week")


def span_around(day: date, precision: str) -> Span:
    """The day, month, year… that `day` lies in. A week is taken to begin on it."""
    if precision == "part_of_month":
        return part_span(day.year, day.month, part_of(day))
    if precision == "season":
        return season_span(*season_of(day))
    return {
        "day": lambda: Span(day, day, "day"),
        "week": lambda: week_span(day),
        "month": lambda: month_span(day.year, day.month),
        "year": lambda: year_span(day.year),
        "decade": lambda: decade_span(day.year // 10 * 10),
    }[precision]()


def part_of(day: date) -> str:
    """`early`, `mid` or `late`: the part of its month that the day lies in."""
    return next(part for part, (first, last) in PARTS.items() if first <= day.day <= last)


def season_of(day: date) -> tuple[int, int]:
    """The year in which the day's season began, and the season's EDTF code."""
    year = day.year - 1 if day.month < 3 else day.year
    return year, 21 + (day.month - 3) % 12 // 3


def alone(span: Span) -> ImpreciseDate:
    """The date that a span means by itself."""
    return ImpreciseDate(span.start, span.end, span.precision)


def between(first: Span, last: Span) -> ImpreciseDate:
    """The range from the start of one span to the end of another.

    Raises:
        InvalidValue: it ends before it starts.
    """
    if first == last:
        return alone(first)
    if last.end < first.start or last.start < first.start:
        hint = "swap the two; if it runs over New Year, write both years"
        raise InvalidValue("date", "it ends before it starts", hint)
    return ImpreciseDate(first.start, last.end, "range", start_precision=first.precision, end_precision=last.precision)
