"""Drawings of a sitrep: geometry only. Labels are text of the page beside it, to be read, searched and turned.

An interval is drawn as it was said: a filled dot where the number itself is meant, a hollow one where it is excluded
("more than"), an arrow where no upper limit is stated, a dashed line where no lower one is.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from registry import codes
from registry.sitrep.values import Interval, Quantity, Series, Span, StateBar, Term

WIDTH = 600
HEIGHT = 48  # from -24 to 24: everything is drawn around a middle line at 0
_MARGIN = 14  # keeps dots inside
_STEPS = (1, 2, 2.5, 5, 10)

# Attributes and not classes: a stylesheet of the page does not reach inside a drawing in the PDF.
_GRID = "#d9e0e6"
_CLAIM = "#1d5f8a"
_HELD = "#86b4d1"
_OPEN = "#d3e4ef"
_BESIDE = "#7a8791"

SVG = Markup(
    '<svg class="{kind}" viewBox="0 -{half} {width} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
    "<title>{title}</title>{body}</svg>"
)


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear axis from 0.

    Attributes:
        top: the number at its end.
        ticks: the numbers that are labelled, 0 first.
    """

    top: float
    ticks: tuple[int, ...]

    def at(self, number: float) -> float:
        """The position of a number, in units of the drawing."""
        return _MARGIN + (WIDTH - 2 * _MARGIN) * min(number, self.top) / self.top

    def percent(self, number: float) -> float:
        """The position of a number, in per cent of the drawing's width."""
        return round(100 * self.at(number) / WIDTH, 2)


def scale(interval: Interval) -> Scale | None:
    """The axis for a group of claims, with room for open ends; None if nobody gives a number."""
    quantities = [row.quantity for row in interval.rows]
    numbers = [number for one in quantities for number in (one.low, one.high) if number is not None]
    return scale_to(max(numbers)) if numbers else None


def scale_to(greatest: int) -> Scale:
    """An axis of at most six steps of a round size that ends past the greatest number."""
    # A fifth more, so that an arrow past the greatest number has somewhere to go.
    wanted = max(greatest, 1) * 1.2
    rough = wanted / 5
    magnitude = 10 ** math.floor(math.log10(rough))
    step = max(1, next(int(one * magnitude) for one in _STEPS if one * magnitude >= rough and one * magnitude >= 1))
    count = math.ceil(wanted / step)
    return Scale(top=step * count, ticks=tuple(step * index for index in range(count + 1)))


def quantity_drawing(
    quantity: Quantity, axis: Scale, title: str, *, is_in_range: bool = True, rtl: bool = False
) -> Markup:
    """What one speaker says, drawn on the axis; only the grid where no number is given."""
    body = _grid(axis)
    colour = _CLAIM if is_in_range else _BESIDE
    if quantity.low is not None or quantity.high is not None:
        body += _line(quantity, axis, colour) + _ends(quantity, axis, colour)
    return svg("interval", title, body, rtl=rtl)


def span_drawing(span: Span, axis: Scale, title: str, *, rtl: bool = False) -> Markup:
    """The figure over the claims: a band from its low to its greatest low or its high, and an arrow if it is open."""
    body = _grid(axis)
    upper = span.greatest_low if span.is_open_high else span.high
    if span.low is not None:
        left = axis.at(span.low)
        width = max(axis.at(upper if upper is not None else span.low) - left, 4)
        body += Markup('<rect fill="{}" x="{:.1f}" y="-11" width="{:.1f}" height="22"/>').format(_HELD, left, width)
        if span.is_open_high:
            body += _arrow(left + width, _OPEN, 22)
    elif upper is not None:
        body += _rule(axis.at(0), axis.at(upper), _HELD, 22, is_dashed=True)
    return svg("interval held", title, body, rtl=rtl)


def tallest(series: Series) -> int:
    """The greatest total of one bar, at least 1."""
    return max((sum(part.count for part in bar.parts) for bar in series.bars), default=0) or 1


def grades(series: Iterable[Series]) -> list[Term]:
    """The grades that occur in the bars of all charts, each once, the most certain first, as in the bars."""
    found = {part.grade.code: part.grade for one in series for bar in one.bars for part in bar.parts}
    ranks = {str(row["code"]): int(row["rank"] or 0) for row in codes.rows("grade")}
    return sorted(found.values(), key=lambda grade: (-ranks.get(grade.code, 0), grade.code))


def states(bars: Iterable[StateBar]) -> list[Term]:
    """How facilities worked in any of the bars, each way once, in the order of its list; the last is of no record."""
    found = {part.functionality.code: part.functionality for bar in bars for part in bar.parts}
    order = [*(str(row["code"]) for row in codes.rows("functionality")), ""]
    return sorted(found.values(), key=lambda term: order.index(term.code))


def svg(kind: str, title: str, body: Markup, *, rtl: bool) -> Markup:
    """A drawing around a middle line, turned around for pages that run from right to left."""
    if rtl:
        body = Markup('<g transform="translate({} 0) scale(-1 1)">{}</g>').format(WIDTH, body)
    return SVG.format(kind=kind, width=WIDTH, height=HEIGHT, half=HEIGHT // 2, title=title, body=body)


def _grid(axis: Scale) -> Markup:
    half = HEIGHT // 2
    return Markup("").join(
        Markup('<line stroke="{0}" stroke-width="1.5" x1="{1:.1f}" x2="{1:.1f}" y1="-{2}" y2="{2}"/>').format(
            _GRID, axis.at(tick), half
        )
        for tick in axis.ticks
    )


def _line(quantity: Quantity, axis: Scale, colour: str) -> Markup:
    if quantity.low is None:
        return _rule(axis.at(0), axis.at(quantity.high or 0), colour, 5, is_dashed=True)
    start = axis.at(quantity.low)
    if quantity.high is not None:
        return _rule(start, axis.at(quantity.high), colour, 5)
    # "About 30" is one point; the other operators without a high are open above.
    return Markup("") if quantity.operator == "about" else _arrow(start, colour, 5)


def _ends(quantity: Quantity, axis: Scale, colour: str) -> Markup:
    is_hollow = quantity.operator in {"more_than", "fewer_than", "about"}
    ends = sorted({number for number in (quantity.low, quantity.high) if number is not None})
    return Markup("").join(
        Markup('<circle cx="{:.1f}" cy="0" r="8" fill="{}" stroke="{}" stroke-width="4"/>').format(
            axis.at(number), "#ffffff" if is_hollow else colour, colour
        )
        for number in ends
    )


def _rule(start: float, end: float, colour: str, thickness: int, *, is_dashed: bool = False) -> Markup:
    dashes = Markup(' stroke-dasharray="8 6"') if is_dashed else Markup("")
    return Markup('<line x1="{:.1f}" x2="{:.1f}" y1="0" y2="0" stroke="{}" stroke-width="{}"{}/>').format(
        start, end, colour, thickness, dashes
    )


def _arrow(start: float, colour: str, thickness: int) -> Markup:
    """A line to the end of the axis, with a head: no upper limit is stated."""
    end = WIDTH - 1
    head, half = end - 20, thickness // 2 + 10
    return _rule(start, head, colour, thickness) + Markup(
        '<path d="M{head:.1f} -{half} L{end:.1f} 0 L{head:.1f} {half} Z" fill="{colour}"/>'
    ).format(head=head, end=end, half=half, colour=colour)
