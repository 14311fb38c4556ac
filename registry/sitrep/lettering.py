"""Where names go on a map: beside their areas, within the frame, and never upon one another.

A name stands in its area, else beside it with a line that leads to it, else a letter stands there and the table says
what it means; where not even that fits, the table alone names the area.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from registry.sitrep.wording import letter

# In units of the drawing, for type of 6.6 pt on a map of 112 mm; generous, since nobody measures the type here.
_EM, _LINE = 11.5, 28
_WIDE_EM = 13.5  # capitals, and scripts whose letters are wider than Latin ones
_LONG = 12  # characters from which a name may be broken
_GAP = 3
_REACHES = (46, 80, 120, 170)  # how far from its area a name may stand
_INSIDE = 3  # of five points of a label, for it to count as in its area
_KEYS = "abcdefghijklmnopqrstuvwxyz"  # the same in every language: a key is looked up, not read
_LEADS_FROM = 2  # units between an area's point and its line

Ring = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Spot:
    """An area to be named: its point on the map, the radius of the dot there, and its shape."""

    name: str
    count: int | None
    x: int
    y: int
    radius: int
    rings: tuple[Ring, ...]

    def is_inside(self, width: float, height: float) -> bool:
        """Whether its point is on the map."""
        return 0 < self.x < width and 0 < self.y < height

    @cached_property
    def _box(self) -> tuple[int, int, int, int]:
        xs, ys = zip(*(corner for ring in self.rings for corner in ring), strict=True) if self.rings else ((0,), (0,))
        return min(xs), min(ys), max(xs), max(ys)

    def holds(self, x: float, y: float) -> bool:
        """Whether a position lies in the area."""
        west, north, east, south = self._box
        return west <= x <= east and north <= y <= south and sum(_crosses(ring, x, y) for ring in self.rings) % 2 == 1


@dataclass(frozen=True, slots=True)
class Label:
    """A box with words.

    Attributes:
        lines: the name; of a `key` the letter that stands for it.
        kind: `area`, `key` or `around`.
    """

    name: str
    lines: tuple[str, ...]
    count: int | None
    kind: str
    left: float
    top: float
    width: float
    height: float

    def in_per_cent(self, width: float, height: float) -> "Label":
        """The same with its place in per cent of a drawing."""
        across, down = 100 / width, 100 / height
        return replace(
            self,
            left=round(self.left * across, 2),
            top=round(self.top * down, 2),
            width=round(self.width * across, 2),
            height=round(self.height * down, 2),
        )


Leader = tuple[int, int, int, int]


def placed(
    spots: Sequence[Spot], around: Iterable[Spot], width: float, height: float
) -> tuple[list[Label], list[Leader]]:
    """Labels that keep clear of each other, of dots and of the frame; and the lines that lead to some of them.

    Args:
        spots: areas of the report; those with most to tell are placed first.
        around: their neighbours, named where there is room.
        width: of the map, in units of the drawing.
        height: of the map.
    """
    board = _Board(spots, width, height)
    order = sorted(range(len(spots)), key=lambda place: (-(spots[place].count or 0), place))
    keys = 0
    for place in order:
        if not board.name(spots[place]) and board.key(spots[place], letter(keys, _KEYS)):
            keys += 1
    for spot in around:
        board.name_neighbour(spot)
    return board.labels, board.leaders


class _Board:
    """The map while names are put on it."""

    def __init__(self, spots: Sequence[Spot], width: float, height: float) -> None:
        self._spots, self._width, self._height = spots, width, height
        self.labels: list[Label] = []
        self.leaders: list[Leader] = []

    def name(self, spot: Spot) -> bool:
        """Put an area's name in it, or beside it with a line; whether there was room."""
        boxes = list(_worded(spot, "area"))
        for box in boxes:
            for at in _near(spot, box):
                if self._fits(at, spot) and sum(spot.holds(x, y) for x, y in _points(at)) >= _INSIDE:
                    self.labels.append(at)
                    return True
        outside = [
            at
            for reach in _REACHES
            for box in boxes
            for at in _beyond(spot, box, reach, self._width / 2, self._height / 2)
            if self._fits(at, spot) and self._is_clear(_leader(spot, at))
        ]
        if outside:
            best = min(outside, key=lambda at: self._strangers(at, spot))  # of several the nearest, outermost
            self.labels.append(best)
            self.leaders.append(_leader(spot, best))
        return bool(outside)

    def _strangers(self, box: Label, own: Spot) -> int:
        """How much of a label lies on other areas of the report."""
        others = [spot for spot in self._spots if spot is not own]
        return sum(any(spot.holds(x, y) for spot in others) for x, y in _points(box))

    def key(self, spot: Spot, mark: str) -> bool:
        """Put a letter on an area; whether there was room."""
        box = _sized(spot.name, (mark,), None, "key")
        for at in _near(spot, box):
            if self._fits(at, spot):
                self.labels.append(at)
                return True
        return False

    def name_neighbour(self, spot: Spot) -> None:
        """Put a neighbour's name on it, where it disturbs nothing."""
        for box in _worded(spot, "around"):
            at = _centred(box, spot.x, spot.y)
            if self._fits(at, spot) and all(spot.holds(x, y) for x, y in _points(at)):
                self.labels.append(at)
                return

    def _fits(self, box: Label, own: Spot) -> bool:
        is_in = box.left >= 0 and box.top >= 0
        is_in &= box.left + box.width <= self._width and box.top + box.height <= self._height
        return (
            is_in
            and not any(_overlap(box, other) for other in self.labels)
            and not any(_covers(box, spot) for spot in self._spots if spot.radius or spot is not own)
            and not any(_is_crossed(box, line) for line in self.leaders)
        )

    def _is_clear(self, line: Leader) -> bool:
        return not any(_is_crossed(label, line) for label in self.labels) and not any(
            _cross(line, other) for other in self.leaders
        )


def _worded(spot: Spot, kind: str) -> Iterator[Label]:
    """A name in one line, then in two."""
    yield _sized(spot.name, (spot.name,), spot.count, kind)
    words = spot.name.split()
    if len(spot.name) >= _LONG and len(words) > 1:
        cut = min(range(1, len(words)), key=lambda at: abs(len(" ".join(words[:at])) - len(" ".join(words[at:]))))
        yield _sized(spot.name, (" ".join(words[:cut]), " ".join(words[cut:])), spot.count, kind)


def _sized(name: str, lines: tuple[str, ...], count: int | None, kind: str) -> Label:
    told = [*lines[:-1], lines[-1] + (f" {count}" if count is not None else "")]
    wide = max(sum(_WIDE_EM if char.isupper() or ord(char) > 0x24F else _EM for char in line) for line in told)
    return Label(name, lines, count, kind, 0, 0, wide + 10, _LINE * len(lines))


def _centred(box: Label, x: float, y: float) -> Label:
    return replace(box, left=x - box.width / 2, top=y - box.height / 2)


def _near(spot: Spot, box: Label) -> Iterator[Label]:
    """Places upon an area's point, or next to its dot."""
    down = spot.radius + _GAP + box.height / 2
    across = spot.radius + _GAP + box.width / 2
    if not spot.radius:
        yield _centred(box, spot.x, spot.y)
        yield _centred(box, spot.x, spot.y + box.height / 2)
        yield _centred(box, spot.x, spot.y - box.height / 2)
    yield _centred(box, spot.x, spot.y + down)
    yield _centred(box, spot.x, spot.y - down)
    yield _centred(box, spot.x + across, spot.y)
    yield _centred(box, spot.x - across, spot.y)


def _beyond(spot: Spot, box: Label, reach: float, middle_x: float, middle_y: float) -> Iterator[Label]:
    """Places around an area at a distance, the outermost first."""
    outward = math.atan2(spot.y - middle_y, spot.x - middle_x)
    for turn in (0, 1, -1, 2, -2, 3, -3, 4):
        angle = outward + turn * math.pi / 4
        x = spot.x + math.cos(angle) * (reach + box.width / 2)
        y = spot.y + math.sin(angle) * (reach + box.height / 2)
        yield _centred(box, x, y)


def _leader(spot: Spot, box: Label) -> Leader:
    """A line from an area's point to the nearest side of its name."""
    to_x = min(max(spot.x, box.left), box.left + box.width)
    to_y = min(max(spot.y, box.top), box.top + box.height)
    far = math.hypot(to_x - spot.x, to_y - spot.y) or 1
    skipped = (spot.radius + _LEADS_FROM) / far
    return (
        round(spot.x + (to_x - spot.x) * skipped), round(spot.y + (to_y - spot.y) * skipped), round(to_x), round(to_y),
    )  # fmt: skip


def _points(box: Label) -> Iterator[tuple[float, float]]:
    middle_x, middle_y = box.left + box.width / 2, box.top + box.height / 2
    yield middle_x, middle_y
    for x in (box.left, box.left + box.width):
        for y in (box.top, box.top + box.height):
            yield x, y


def _overlap(one: Label, other: Label) -> bool:
    return (
        one.left < other.left + other.width + _GAP
        and other.left < one.left + one.width + _GAP
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )


def _covers(box: Label, spot: Spot) -> bool:
    """Whether a label would lie upon another area's point, or upon a dot."""
    margin = spot.radius + _GAP - 1 if spot.radius else 2
    return (
        box.left - margin < spot.x < box.left + box.width + margin
        and box.top - margin < spot.y < box.top + box.height + margin
    )


def _is_crossed(box: Label, line: Leader) -> bool:
    """Whether a line runs through a label: told by points along it, closer together than a label is high."""
    x, y, to_x, to_y = line
    steps = max(2, int(math.hypot(to_x - x, to_y - y) / (_LINE / 3)))
    inside = (
        box.left < x + (to_x - x) * step / steps < box.left + box.width
        and box.top < y + (to_y - y) * step / steps < box.top + box.height
        for step in range(steps + 1)
    )
    return any(inside)


def _cross(one: Leader, other: Leader) -> bool:
    """Whether two lines cross each other."""
    return _parts(one, other) and _parts(other, one)


def _parts(line: Leader, other: Leader) -> bool:
    """Whether the ends of the other line lie on two sides of this one."""
    x, y, to_x, to_y = line
    sides = [(to_x - x) * (b - y) - (to_y - y) * (a - x) for a, b in (other[:2], other[2:])]
    return sides[0] * sides[1] <= 0


def _crosses(ring: Ring, x: float, y: float) -> int:
    """How often a line from a position to the east crosses a ring."""
    found = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            found += 1
    return found
