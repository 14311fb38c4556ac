"""The history of one facility as a drawing: how it worked, as a band over time, and the attacks upon it above.

Geometry only, as in `charts`: the days along the axis are text of the page, and a table beside it has all of it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from markupsafe import Markup

from registry.sitrep import charts
from registry.sitrep.values import AttackRow, Dossier, Term, When

_WIDTH, _HALF = charts.WIDTH, charts.HEIGHT // 2
_BAND_TOP, _BAND_HEIGHT, _MARK = 2, 18, 7
_MOST_TICKS = 8
# From dark to light by how much it gives, so that they stay apart when printed in grey; as in css/kinds.css.
_COLOURS = {
    "functioning": "#1d6a9c", "fully_functioning": "#1d6a9c", "partially_functioning": "#8fbad7",
    "relocated": "#c9deec", "suspended": "#e8c078", "non_functioning": "#97321d", "closed": "#5c1c10",
    "unknown": "#d9e0e6",
}  # fmt: skip
_UNKNOWN, _EDGE, _ATTACK = "#ffffff", "#6b7c89", "#1b2a36"


@dataclass(frozen=True, slots=True)
class Tick:
    """A month or year that is named along the axis, in per cent of the drawing's width."""

    left: float
    when: When


_ROOM = 9.0  # in per cent of the width: what the name of a month needs
_PAST_END = Tick(100.0, When())


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing ready for its page; `states` are those that its legend names, in order of first appearance."""

    svg: Markup
    ticks: tuple[Tick, ...]
    states: tuple[Term, ...]
    has_unknown: bool


def drawing(dossier: Dossier, attacks: Sequence[AttackRow], span: When, title: str, *, rtl: bool) -> Timeline | None:
    """The history from the first to the last day of a report; None where no day of it is known."""
    if span.start is None or span.end is None:
        return None
    axis = _Axis(span.start, span.end + timedelta(days=1))
    bands = _bands(dossier, axis)
    body = Markup("").join(_band(axis, start, end, term) for start, end, term in bands)
    body += Markup("").join(_mark(axis, row) for row in attacks)
    found = tuple(dict.fromkeys(term for _start, _end, term in bands if term))
    svg = charts.svg("timeline", title, body, rtl=rtl)
    return Timeline(svg, _ticks(axis), found, any(term is None for *_days, term in bands))


@dataclass(frozen=True, slots=True)
class _Axis:
    start: date
    end: date

    def at(self, day: date) -> float:
        inside = min(max(day, self.start), self.end)
        return _MARK + (_WIDTH - 2 * _MARK) * (inside - self.start).days / (self.end - self.start).days


def _bands(dossier: Dossier, axis: _Axis) -> list[tuple[date, date, Term | None]]:
    """From when to when it worked in which way; None where nobody recorded it."""
    said = [(one.counts_from or axis.start, one.functionality) for one in dossier.statuses if one.functionality]
    days = [axis.start, *(max(day, axis.start) for day, _term in said), axis.end]
    terms: list[Term | None] = [None, *(term for _day, term in said)]
    return [(start, end, term) for (start, end), term in zip(pairwise(days), terms, strict=True) if end > start]


def _band(axis: _Axis, start: date, end: date, term: Term | None) -> Markup:
    colour = _COLOURS.get(term.code, _UNKNOWN) if term else _UNKNOWN
    return Markup(
        '<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" fill="{}" stroke="{}" stroke-width="1"{}/>'
    ).format(
        axis.at(start), _BAND_TOP, axis.at(end) - axis.at(start), _BAND_HEIGHT, colour, _EDGE,
        Markup("") if term else Markup(' stroke-dasharray="5 4"'),
    )  # fmt: skip


def _mark(axis: _Axis, row: AttackRow) -> Markup:
    """A triangle on the day of an attack; a line as long as the days on which it may have been."""
    first, last = row.when.start or row.when.end, row.when.end or row.when.start
    if first is None or last is None:
        return Markup("")
    left, right = axis.at(first), axis.at(last + timedelta(days=1))
    middle, top = (left + right) / 2, -_HALF + 4
    line = Markup('<line x1="{:.1f}" x2="{:.1f}" y1="{}" y2="{}" stroke="{}" stroke-width="2"/>').format(
        left, right, top, top, _ATTACK
    )
    head = Markup('<path d="M{:.1f} {} L{:.1f} {} L{:.1f} -1 Z" fill="{}"/>').format(
        middle - _MARK, top + 5, middle + _MARK, top + 5, middle, _ATTACK
    )
    return line + head if last > first else head


def _ticks(axis: _Axis) -> tuple[Tick, ...]:
    """The beginnings of months, or of years where there are many; at most eight of them, and the first day's month."""
    firsts = [axis.start.replace(day=1)]
    while (following := (firsts[-1] + timedelta(days=32)).replace(day=1)) < axis.end:
        firsts.append(following)
    years = [day for day in firsts if day.month == 1]
    is_by_year = len(firsts) > _MOST_TICKS and len(years) > 1
    chosen = years if is_by_year else firsts
    step = -(-len(chosen) // _MOST_TICKS)
    ticks = [_tick(axis, day, is_by_year=is_by_year) for day in chosen[::step]]
    return tuple(one for one, following in pairwise((*ticks, _PAST_END)) if following.left - one.left >= _ROOM)


def _tick(axis: _Axis, first: date, *, is_by_year: bool) -> Tick:
    end = date(first.year, 12, 31) if is_by_year else (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    when = When(start=first, end=end, precision="year" if is_by_year else "month")
    return Tick(round(100 * axis.at(first) / _WIDTH, 2), when)
