"""Dates as people write them, read without guessing.

Text becomes tokens (`tokens`); tokens become one or two points (`points`); points become the days they mean (here).
A message never repeats the text that it refuses: a wrong column may hold a witness's name.
"""

from dataclasses import replace
from datetime import date

from registry.dates.edtf import read_edtf
from registry.dates.points import WEEKDAYS, Point, point_of, span_of
from registry.dates.tokens import HOW, Token, tokens_of
from registry.dates.value import (
    DAY,
    ImpreciseDate,
    Span,
    alone,
    between,
    span_around,
    week_span,
    year_span,
)
from registry.dates.words import fold
from registry.errors import InvalidValue

_LONGEST = 120
_WEEK_STARTS = (0, 5, 6)
"""ISO weeks begin on Monday, those of the region on Saturday or Sunday; any other day may be the middle of one."""


def restore(start: date | None, end: date | None, precision: str, words: str | None = None) -> ImpreciseDate:
    """The date that a database holds as first day, last day, precision and words.

    The words say more than the rest ("since March 2011", "about 4 May"), as long as they still mean the same days.
    """
    if words:
        try:
            said = parse(words)
        except InvalidValue:  # words of a report that are no date: "the last few days"
            said = None
        if said is not None and (said.start, said.end) == (start, end):
            return said
    return ImpreciseDate(start, end, precision, words or "")


def parse(text: str, *, field: str = "date", today: date | None = None) -> ImpreciseDate:
    """Read a date, as finely as it was written and no finer.

    Read are ISO 8601 and EDTF level 1, and English, French and Arabic (Levantine, Egyptian, Maghrebi months): days,
    months, years, decades, seasons, ranges, weeks, parts of a month (early: days 1-10, mid: 11-20, late: 21 to the
    end), and what is open at one end (before, until, after, since). A weekday must be the right one.

    Args:
        text: the date as written.
        field: the option or column to name in a refusal.
        today: the day after which nothing can have happened; None where the future is allowed.

    Returns:
        The date, with `text` as its words.

    Raises:
        InvalidValue: it is impossible, in the future, or can be read in two ways; the message says what to write.
    """
    try:
        when = _read(fold(text))
        _check_future(when, today)
    except InvalidValue as error:
        raise InvalidValue(field, error.why, error.hint) from None
    return replace(when, words=" ".join(text.split()))


def _check_future(when: ImpreciseDate, today: date | None) -> None:
    """Refuse a date when a day that it names, or all of a month or year that it names, lies after today."""
    if today is None:
        return
    begins = [when.start] if when.start else []
    if when.end and when.precision != "week":
        begins.append(span_around(when.end, when.end_precision).start)
    if any(day > today for day in begins):
        raise InvalidValue("date", f"it lies in the future (today is {today})", "check the year")


def _read(text: str) -> ImpreciseDate:
    """The date that folded text means."""
    if len(text) > _LONGEST:
        raise InvalidValue("date", "too long for a date", HOW)
    edtf = read_edtf(text)
    if edtf:
        return edtf
    tokens = tokens_of(text)
    if [token.kind for token in tokens] == ["unknown"]:
        return ImpreciseDate(None, None, "unknown")
    marks = {token.value for token in tokens if token.kind == "mark"}
    return replace(
        _unmarked([token for token in tokens if token.kind != "mark"]),
        is_approximate=bool(marks & {"~", "approximate"}),
        is_uncertain=bool(marks & {"?", "uncertain"}),
    )


def _unmarked(tokens: list[Token]) -> ImpreciseDate:
    """The date that tokens mean, but for "about" and "?"."""
    kinds = [token.kind for token in tokens]
    if kinds[:1] == ["week"]:
        return alone(_week(str(tokens[0].value), span_of(point_of(tokens[1:]))))
    if tokens[-1:] == [Token("bound", "onwards")]:
        tokens = [Token("bound", "since"), *(token for token in tokens[:-1] if token != Token("bound", "since"))]
    sides = _sides(tokens)
    if len(sides) == 2:
        return _range(point_of(sides[0]), point_of(sides[1]))
    if kinds[:1] == ["bound"] or tokens[:1] == [Token("bound", "since")]:
        return _open(str(tokens[0].value), span_of(point_of(tokens[1:])))
    return alone(span_of(point_of(tokens)))


def _sides(tokens: list[Token]) -> list[list[Token]]:
    """The tokens before and after the one word that makes a range; all of them where there is none."""
    has_between = tokens[:1] == [Token("join", "between")]
    rest = tokens[1:] if has_between or tokens[:1] == [Token("bound", "since")] else tokens
    joins = [place for place, token in enumerate(rest) if place and _is_join(token, has_between=has_between)]
    if not joins:
        return [tokens]
    if len(joins) > 1:
        raise InvalidValue("date", "more than two dates", "give the first and the last: 2019-04-30/2019-05-04")
    return [rest[: joins[0]], rest[joins[0] + 1 :]]


def _is_join(token: Token, *, has_between: bool) -> bool:
    """Whether a token stands between the two ends of a range. "4 and 6 May" is two dates, "between…and" is one."""
    if token == Token("join", "and") and not has_between:
        raise InvalidValue("date", "two dates joined by 'and'", "enter them apart, or write a range: 4-6 May 2019")
    return token.kind == "join" or token == Token("bound", "until")


def _range(first: Point, last: Point) -> ImpreciseDate:
    """Two points, each lending the other what it leaves out: "30 April-4 May 2019", "May 4-6, 2019"."""
    if (first.day or first.part) and not first.month and (last.day or last.part):
        first.month = last.month
    if last.day and not last.month:
        last.month = first.month
    if first.decade is None and first.winter is None:
        first.year = first.year or last.year
    return between(span_of(first), span_of(last))


def _open(bound: str, span: Span) -> ImpreciseDate:
    """A date with one end. The day kept is the last (first) that is meant: "before 4 May" ends on the 3rd."""
    is_excluding = bound in {"before", "after"}
    if bound in {"before", "until"}:
        end = span.start - DAY if is_excluding else span.end
        year_span(end.year)
        return ImpreciseDate(None, end, "open", end_precision=span.precision, is_excluding=is_excluding)
    start = span.end + DAY if is_excluding else span.start
    year_span(start.year)
    return ImpreciseDate(start, None, "open", start_precision=span.precision, is_excluding=is_excluding)


def _week(kind: str, span: Span) -> Span:
    """The week of, from, or ending on a day.

    Raises:
        InvalidValue: "week of" a day on which no week begins.
    """
    if span.precision != "day":
        raise InvalidValue("date", "a week needs its first day", "write week of 6 May 2019")
    if kind == "ending":
        return week_span(span.start - 6 * DAY)
    if kind == "around" and span.start.weekday() not in _WEEK_STARTS:
        why = f"{span.start} was a {WEEKDAYS[span.start.weekday()]}, which begins no week"
        raise InvalidValue("date", why, f"write week beginning {span.start}, or the first and the last day")
    return week_span(span.start)
