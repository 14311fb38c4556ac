"""EDTF level 1 (the extended date/time format of ISO 8601-2), in and out.

Source: https://www.loc.gov/standards/datetime/. Not taken from it: years before 1900 or with a letter Y, centuries
(`20XX`), times of day, and an empty end (`2019-05-04/`), which says neither "open" nor a day.
"""

import re
from datetime import date

from registry.dates.value import (
    SEASONS,
    WINTER,
    ImpreciseDate,
    Span,
    alone,
    between,
    day_span,
    decade_span,
    month_span,
    season_of,
    season_span,
    week_span,
    year_span,
)
from registry.errors import InvalidValue

_POINT = r"\d{3}[\dX](?:-(?:\d\d|XX)(?:-(?:\d\d|XX))?)?[?~%]?"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<single>{_POINT})",
        rf"(?P<first>{_POINT})(?:/|\.\.)(?P<last>{_POINT})",  # with two dots it is not EDTF, but clear
        rf"(?P<first>{_POINT})/\.\.",
        rf"\.\./(?P<last>{_POINT})",
    )
)
_NOTHING_KNOWN = re.compile(r"XXXX(-XX){0,2}")
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d\d)")
_CENTURY = re.compile(r"\d\dXX.*")
_EMPTY_END = re.compile(r"/[\dX-]+[?~%]?|[\dX-]+[?~%]?/")


def read_edtf(text: str) -> ImpreciseDate | None:
    """The date that an EDTF string means; None where the text is not EDTF at all.

    A qualifier on either end of an interval marks the whole.

    Raises:
        InvalidValue: it is EDTF, but impossible or not taken (see the top of this file).
    """
    text = text.upper()
    if _NOTHING_KNOWN.fullmatch(text):
        return ImpreciseDate(None, None, "unknown")
    if _EMPTY_END.fullmatch(text):
        raise InvalidValue("date", "one end of the interval is empty", "write .. for an open end: 2019-04-30/..")
    if _CENTURY.fullmatch(text):
        raise InvalidValue("date", "a century is too wide", "give the decade (201X) or 'unknown'")
    if week := _ISO_WEEK.fullmatch(text):
        return alone(_iso_week(int(week[1]), int(week[2])))
    found = next(filter(None, (shape.fullmatch(text) for shape in _SHAPES)), None)
    if found is None:
        return None
    return _qualified(_unqualified({name: end.rstrip("?~%") for name, end in found.groupdict().items()}), text)


def _unqualified(ends: dict[str, str]) -> ImpreciseDate:
    """The date meant by its ends, as matched."""
    spans = {name: _span(end) for name, end in ends.items()}
    if "single" in spans:
        return alone(spans["single"])
    if len(spans) == 2:
        return between(spans["first"], spans["last"])
    (name, span), *_ = spans.items()
    if name == "first":
        return ImpreciseDate(span.start, None, "open", start_precision=span.precision)
    return ImpreciseDate(None, span.end, "open", end_precision=span.precision)


def _qualified(when: ImpreciseDate, text: str) -> ImpreciseDate:
    """The same date with the flags that `~`, `?` and `%` mean."""
    return ImpreciseDate(
        when.start,
        when.end,
        when.precision,
        start_precision=when.start_precision,
        end_precision=when.end_precision,
        is_approximate="~" in text or "%" in text,
        is_uncertain="?" in text or "%" in text,
    )


def _span(point: str) -> Span:
    """The days of one EDTF date without its qualifier."""
    year, month, day = ([*point.split("-"), "XX", "XX"])[:3]
    if year.endswith("X"):
        if month != "XX":
            raise InvalidValue("date", "a decade has no month", "give the year, or the decade alone: 201X")
        return decade_span(int(year[:3]) * 10)
    if month == "XX":
        if day != "XX":
            raise InvalidValue("date", "it has a day but no month", "give the month, or the year alone")
        return year_span(int(year))
    if int(month) in SEASONS and day == "XX":
        return _season(int(year), int(month))
    return month_span(int(year), int(month)) if day == "XX" else day_span(int(year), int(month), int(day))


def _iso_week(year: int, week: int) -> Span:
    """2019-W19: not EDTF, but ISO 8601 like the rest."""
    year_span(year)
    try:
        return week_span(date.fromisocalendar(year, week, 1))
    except ValueError:
        raise InvalidValue("date", f"{year} has no week {week}", "write week of 6 May 2019") from None


def _season(year: int, season: int) -> Span:
    """A season; a winter is refused, since EDTF does not say which of two it means."""
    if season == WINTER:
        raise two_winters(year)
    return season_span(year, season)


def two_winters(year: int) -> InvalidValue:
    """The refusal of "winter 2019"."""
    why = f"winter {year} is December {year - 1} to February {year} or December {year} to February {year + 1}"
    return InvalidValue("date", why, f"write winter {year - 1}-{year} or winter {year}-{year + 1}")


def to_edtf(when: ImpreciseDate) -> str:
    """The date in EDTF level 1; an unknown one is `XXXX`.

    EDTF has no notation for weeks, parts of months and winters over two years: they come out as their first and last
    day (or month), and so are read back as a range of the same days. "before 4 May" comes out as `../2019-05-03`.
    """
    if when.precision == "unknown":
        return "XXXX"
    mark = {(True, True): "%", (True, False): "~", (False, True): "?"}.get((when.is_approximate, when.is_uncertain), "")
    first = _point(when.start, when.start_precision) + mark if when.start else ".."
    last = _point(when.end, when.end_precision) + mark if when.end else ".."
    return first if first == last else f"{first}/{last}"


def _point(day: date, precision: str) -> str:
    """One end of a date, no finer than it was said."""
    if precision == "season":
        year, season = season_of(day)
        # Only a whole season may use its code; a winter's is ambiguous.
        return f"{day:%Y-%m}" if season == WINTER else f"{year}-{season}"
    formats = {"month": "%Y-%m", "year": "%Y"}
    if precision == "decade":
        return f"{day:%Y}"[:3] + "X"
    return day.strftime(formats.get(precision, "%Y-%m-%d"))
