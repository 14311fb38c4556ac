"""From longitude and latitude to a plane, and how large a kilometre is there. Formulas: Snyder, Map Projections (1987).

The Earth is taken as a sphere: on the page of a map that is off by less than a hair's breadth.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

_RADIUS = 6371.0  # km
_LEAST_LATITUDE = 8.0  # nearer to the equator a cone is no better than a cylinder
_MOST_LATITUDE = 80.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Projection:
    """A way to lay an area flat; positions are in kilometres, east and north.

    Attributes:
        name: `lambert` (conformal conic) or `equirectangular`.
        parallels: the latitudes that are true to scale, south first; one for `equirectangular`.
        meridian: the longitude that points up.
    """

    name: str
    parallels: tuple[float, ...]
    meridian: float
    flat: Callable[[Point], Point] = field(compare=False)


def fitting(points: Iterable[Point]) -> Projection:
    """The projection for an area that these positions lie around."""
    lons, lats = zip(*points, strict=True)
    south, north = min(lats), max(lats)
    # Rounded as they are printed, so that the page tells what was drawn.
    meridian = round(sum(_ends(lons)) / 2, 1)
    middle = round((south + north) / 2, 1)
    if abs(middle) < _LEAST_LATITUDE or south < 0 < north or max(abs(south), abs(north)) > _MOST_LATITUDE:
        return Projection("equirectangular", (middle,), meridian, _equirectangular(middle, meridian))
    sixth = (north - south) / 6
    parallels = (round(south + sixth, 1), round(north - sixth, 1))
    return Projection("lambert", parallels, meridian, _lambert(parallels, middle, meridian))


def _ends(lons: Sequence[float]) -> tuple[float, float]:
    """The westernmost and easternmost of longitudes, all told within 180 degrees of the first."""
    near = [lons[0] + _turn(lon - lons[0]) for lon in lons]
    return min(near), max(near)


def _turn(degrees: float) -> float:
    return (degrees + 180) % 360 - 180


def _equirectangular(parallel: float, meridian: float) -> Callable[[Point], Point]:
    narrow = math.cos(math.radians(parallel))

    def flat(point: Point) -> Point:
        lon, lat = point
        return _RADIUS * math.radians(_turn(lon - meridian)) * narrow, _RADIUS * math.radians(lat - parallel)

    return flat


def _lambert(parallels: tuple[float, float], middle: float, meridian: float) -> Callable[[Point], Point]:
    one, other = (math.radians(parallel) for parallel in parallels)
    if one == other:
        cone = math.sin(one)
    else:
        cone = math.log(math.cos(one) / math.cos(other)) / math.log(_stretch(other) / _stretch(one))
    factor = _RADIUS * math.cos(one) * _stretch(one) ** cone / cone
    radius_at_middle = factor / _stretch(math.radians(middle)) ** cone

    def flat(point: Point) -> Point:
        lon, lat = point
        radius = factor / _stretch(math.radians(lat)) ** cone
        angle = cone * math.radians(_turn(lon - meridian))
        return radius * math.sin(angle), radius_at_middle - radius * math.cos(angle)

    return flat


def _stretch(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude / 2)
