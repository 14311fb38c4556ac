"""Outlines as a file gives them, checked: longitudes and latitudes, rings that end where they began."""

import math
from itertools import pairwise
from typing import Any

Point = tuple[float, float]  # longitude, latitude, in degrees (WGS 84)
Ring = list[Point]
Polygon = list[Ring]  # the outer ring, then the holes

_SLACK = 0.001  # some files write 180.0000001
_FEWEST = 4  # a triangle that ends where it began


class OutlineError(ValueError):
    """An outline that cannot be used: its text says why."""


class CoordinateError(OutlineError):
    """A number that is no longitude or latitude: the whole file is not what it says."""


def point(value: Any) -> Point:
    """A position; a height that follows is left out.

    Raises:
        CoordinateError: it is none, or lies outside the world.
    """
    if not isinstance(value, list) or len(value) < 2 or not all(map(_is_number, value[:2])):
        raise CoordinateError("a position is not a pair of numbers")
    return checked(value[0], value[1])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def checked(lon: float, lat: float) -> Point:
    """A position within the world.

    Raises:
        CoordinateError: it lies outside.
    """
    # NaN fails every comparison; a whole number may be too large for a float.
    if not (abs(lon) <= 180 + _SLACK and abs(lat) <= 90 + _SLACK):
        raise CoordinateError("a position is no longitude and latitude in degrees")
    return max(-180.0, min(180.0, float(lon))), max(-90.0, min(90.0, float(lat)))


def polygon(rings: list[Ring]) -> Polygon:
    """The rings of one polygon, each closed, and without a jump where it crosses the antimeridian.

    Raises:
        OutlineError: a ring is not closed, has too few corners, or runs round a pole.
    """
    if not rings:
        raise OutlineError("an outline is empty")
    return [_ring(ring) for ring in rings]


def _ring(ring: Ring) -> Ring:
    if len(ring) < _FEWEST or ring[0] != ring[-1]:
        raise OutlineError("an outline is not closed")
    found, turn = [ring[0]], 0.0
    for (before, _), (lon, lat) in pairwise(ring):
        # From 179 to -179 is two degrees to the east, not 358 to the west.
        turn += 360 if lon - before < -180 else -360 if lon - before > 180 else 0
        found.append((lon + turn, lat))
    if not math.isclose(found[-1][0], found[0][0], abs_tol=1e-9):
        raise OutlineError("an outline runs round a pole")
    return found
