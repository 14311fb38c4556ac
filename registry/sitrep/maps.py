"""The map of a sitrep: shapes and dots as a drawing, and where the words go that the page sets upon it.

Shades say how many attacks, dots how many named facilities were hit; a dot stands for its whole area, for no position.
Corners are put on a grid, the same for both sides of a border, and those that fall together are left out: a tenth of a
millimetre, or wider where the map would cost more than it shows.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from registry.sitrep import lettering, projection
from registry.sitrep.charts import SVG
from registry.sitrep.lettering import Label, Spot
from registry.sitrep.projection import Projection
from registry.sitrep.values import AreaMap, MapArea

WIDTH = 1000  # a tenth of a millimetre is one
_GRIDS, _MOST_CORNERS = (1, 2, 4, 8, 16), 5_000  # a page sets as many in a tenth of a second
_TALLEST, _SHORTEST = 1000, 520
_EDGE = 0.05  # of the map's width and height: left free around the areas of the report
_STRIP = 36  # beneath the map, for the scale bar
_BAR_START = 8

# One hue, from light to dark in steps that stay apart when printed in grey; the first is for no attack.
SHADES = ("#ffffff", "#c9deec", "#8fbad7", "#4f90bd", "#17537c")
_AROUND, _BORDER, _OUTER = "#f4f5f5", "#6b7c89", "#bcc4ca"
_DOT, _HALO = "#97321d", "#ffffff"
_ROUND = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80)
_DOT_AREA = 260.0  # in units of the drawing, of a dot for one facility
_LARGEST_DOT = 34


@dataclass(frozen=True, slots=True)
class Class:
    """Areas with `low` to `high`, and how they are drawn: the number of their shade, or the width of their dot."""

    low: int
    high: int
    mark: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map ready for its page.

    Attributes:
        labels: words on the map, in per cent of its width and height.
        shades: the classes of attacks that the legend shows, and `dots` those of facilities.
        bar: kilometres that the scale bar is long, and its width in per cent.
        height: of the drawing, in per cent of its width.
        projection: how the Earth was laid flat.
    """

    svg: Markup
    labels: tuple[Label, ...]
    shades: tuple[Class, ...]
    dots: tuple[Class, ...]
    bar: tuple[int, float]
    height: float
    projection: Projection


def drawing(area_map: AreaMap, title: str) -> Drawing | None:
    """The map; None where no area has a boundary."""
    drawn = [area for area in area_map.areas if area.outlines]
    if not drawn:
        return None
    frame = _frame(area_map, drawn)
    shades = classes(max(area.attacks or 0 for area in area_map.areas))
    dots = _dot_classes(max((area.facilities or 0 for area in area_map.areas), default=0))
    spots = [_spot(frame, area, dots) for area in drawn]
    around = [spot for area in area_map.around if (spot := _spot(frame, area, ())).is_inside(WIDTH, frame.height)]
    labels, leaders = lettering.placed(spots, around, WIDTH, frame.height)
    kilometres, length = frame.bar()
    body = Markup("").join(
        (
            # White is for areas without attacks: what lies beyond, on file or not, is none of the report's.
            Markup('<rect width="{}" height="{}" fill="{}"/>').format(WIDTH, frame.height, _AROUND),
            *(_area(frame, area, _AROUND, _OUTER) for area in area_map.around),
            *(_area(frame, area, SHADES[_mark(shades, area.attacks or 0)], _BORDER) for area in drawn),
            _dots(spots, dots),
            _lines(leaders),
            _strip(frame, length),
        )
    )
    total = frame.height + _STRIP
    svg = SVG.format(kind="map", half=0, width=WIDTH, height=total, title=title, body=body)
    return Drawing(
        svg=svg,
        labels=tuple(label.in_per_cent(WIDTH, total) for label in labels),
        shades=shades,
        dots=dots,
        bar=(kilometres, round(100 * length / WIDTH, 2)),
        height=round(100 * total / WIDTH, 2),
        projection=frame.projection,
    )


@dataclass(frozen=True)
class Ground:
    """Outlines without counts, for whoever sets marks of another kind upon them.

    Attributes:
        body: what is drawn, for the inside of an SVG of `WIDTH` by `height`.
        at: where a position lies in it.
    """

    body: Markup
    height: int
    at: Callable[[projection.Point], tuple[int, int]]


def ground(areas: Sequence[MapArea]) -> Ground:
    """The outlines of these areas, of which one at least has an outline."""
    frame = _frame(AreaMap(level="governorate", areas=tuple(areas)), [area for area in areas if area.outlines])
    body = Markup("").join(_area(frame, area, SHADES[0], _BORDER) for area in areas)
    return Ground(body, frame.height, frame.at)


def classes(most: int) -> tuple[Class, ...]:
    """Four classes of counts from 1 at most, with round bounds; wider ones where the counts lie far apart."""
    steps = len(SHADES) - 1
    if most <= steps:
        return tuple(Class(count, count, count) for count in range(1, most + 1))
    if most <= 5 * steps:
        bounds = [math.ceil(most * step / steps) for step in range(1, steps)]
    else:
        bounds = [_round_off(most ** (step / steps)) for step in range(1, steps)]
    ends = [*sorted({bound for bound in bounds if bound < most}), most]
    starts = [1, *(end + 1 for end in ends)]
    return tuple(Class(low, high, mark) for mark, (low, high) in enumerate(zip(starts, ends, strict=False), 1))


def _dot_classes(most: int) -> tuple[Class, ...]:
    """Three sizes at most; the area of a dot grows with the number in the middle of its class."""
    third = max(1, math.ceil(most / 3))
    groups = [(low, min(low + third - 1, most)) for low in range(1, most + 1, third)]
    grain = min(_DOT_AREA, _LARGEST_DOT**2 * math.pi / 4 / max(1, (groups[-1][0] + groups[-1][1]) / 2 if groups else 1))
    return tuple(
        Class(low, high, max(10, round(2 * math.sqrt(grain * (low + high) / 2 / math.pi)))) for low, high in groups
    )


def _round_off(number: float) -> int:
    magnitude: float = 10 ** max(0, math.floor(math.log10(number)) - 1)
    return int(min(_ROUND, key=lambda step: abs(step * magnitude - number)) * magnitude)


def _mark(found: Sequence[Class], count: int) -> int:
    return next((one.mark for one in found if one.low <= count <= one.high), 0)


def _frame(area_map: AreaMap, drawn: Sequence[MapArea]) -> "_Frame":
    """The frame around the areas of the report, on the finest grid that leaves few enough corners."""
    for grid in _GRIDS:
        frame = _Frame(drawn, grid)
        if sum(len(ring) for area in (*drawn, *area_map.around) for ring in frame.rings(area)) <= _MOST_CORNERS:
            break
    return frame


class _Frame:
    """From positions to the units of the drawing."""

    def __init__(self, areas: Sequence[MapArea], grid: int) -> None:
        self._grid = grid
        points = [point for area in areas for outline in area.outlines for ring in outline.rings for point in ring]
        self.projection = projection.fitting(points)
        xs, ys = zip(*map(self.projection.flat, points), strict=True)
        self._middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        wide, high = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
        free = 1 - 2 * _EDGE
        self.scale = min(WIDTH * free / wide, _TALLEST * free / high)  # units per kilometre
        self.height = max(_SHORTEST, round(high * self.scale / free))

    def at(self, point: projection.Point) -> tuple[int, int]:
        """A position on the drawing's grid."""
        x, y = self.projection.flat(point)
        return (
            self._on_grid(WIDTH / 2 + (x - self._middle[0]) * self.scale),
            self._on_grid(self.height / 2 - (y - self._middle[1]) * self.scale),
        )

    def _on_grid(self, number: float) -> int:
        return round(number / self._grid) * self._grid

    def rings(self, area: MapArea) -> Iterator[list[tuple[int, int]]]:
        """The rings of an area, without corners that fall together; those too small to be seen are left out."""
        for outline in area.outlines:
            for ring in outline.rings:
                corners = [corner for corner, before in _with_former(map(self.at, ring)) if corner != before]
                if len(corners) > 3:
                    yield corners

    def bar(self) -> tuple[int, float]:
        """A round number of kilometres of about a quarter of the width, and its length in the drawing."""
        wanted = WIDTH / 4 / self.scale
        magnitude = 10 ** math.floor(math.log10(wanted)) if wanted >= 1 else 1
        kilometres = max(1, int(max((step for step in (1, 2, 5) if step * magnitude <= wanted), default=1) * magnitude))
        return kilometres, kilometres * self.scale


def _with_former(corners: Iterable[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], tuple[int, int] | None]]:
    before = None
    for corner in corners:
        yield corner, before
        before = corner


def _spot(frame: _Frame, area: MapArea, dots: Sequence[Class]) -> Spot:
    rings = tuple(frame.rings(area))
    x, y = frame.at(area.outlines[0].label)
    return Spot(area.name, area.attacks, x, y, _mark(dots, area.facilities or 0) // 2, rings)


def _area(frame: _Frame, area: MapArea, fill: str, border: str) -> Markup:
    path = " ".join(
        f"M{' '.join(f'{x} {y}' for x, y in ring[:-1])}Z" for ring in frame.rings(area) if _is_seen(ring, frame.height)
    )
    if not path:
        return Markup("")
    return Markup(
        '<path d="{}" fill="{}" fill-rule="evenodd" stroke="{}" stroke-width="2" stroke-linejoin="round"/>'
    ).format(path, fill, border)


def _is_seen(ring: Sequence[tuple[int, int]], height: int) -> bool:
    xs, ys = zip(*ring, strict=True)
    return bool(min(xs) < WIDTH and max(xs) > 0 and min(ys) < height and max(ys) > 0)


def _dots(spots: Iterable[Spot], found: Sequence[Class]) -> Markup:
    """All dots of one size as one line of no length with round ends: what a page draws fastest."""
    at = {one.mark // 2: "" for one in found}
    for spot in spots:
        if spot.radius:
            at[spot.radius] += f"M{spot.x} {spot.y}h0"
    return Markup("").join(
        Markup('<path d="{}" stroke="{}" stroke-width="{}" stroke-linecap="round" fill="none"/>').format(
            path, colour, 2 * radius + extra
        )
        for radius, path in at.items()
        if path
        for colour, extra in ((_HALO, 5), (_DOT, 0))
    )


def _lines(leaders: Iterable[tuple[int, int, int, int]]) -> Markup:
    path = "".join(f"M{x} {y}L{to_x} {to_y}" for x, y, to_x, to_y in leaders)
    return Markup('<path d="{}" stroke="#1b2a36" stroke-width="2" fill="none"/>').format(path) if path else Markup("")


def _strip(frame: _Frame, length: float) -> Markup:
    """What hides neighbours beneath the frame, the frame itself, and the scale bar."""
    height, end = frame.height, _BAR_START + length
    return Markup(
        '<rect x="0" y="{0}" width="{1}" height="{2}" fill="#ffffff"/>'
        '<rect x="1" y="1" width="{3}" height="{4}" fill="none" stroke="{5}" stroke-width="2"/>'
        '<path d="M{6} {7}v12H{8:.0f}v-12" fill="none" stroke="#1b2a36" stroke-width="3"/>'
    ).format(height, WIDTH, _STRIP, WIDTH - 2, height - 2, _OUTER, _BAR_START, height + 10, end)
