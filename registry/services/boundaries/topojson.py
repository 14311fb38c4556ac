"""TopoJSON 1.0: areas from arcs, so that a border between two areas is one line of the file and stays one.

Specification: https://github.com/topojson/topojson-specification
"""

from collections.abc import Sequence
from typing import Any

from registry.services.boundaries.outlines import CoordinateError, OutlineError, Point, Polygon, Ring, checked, polygon

_LARGEST = 1e15  # of a number that stands for a position, so that sums and products stay numbers


class Topology:
    """The arcs of a file, decoded."""

    def __init__(self, document: dict[str, Any]) -> None:
        arcs = document.get("arcs")
        if not isinstance(arcs, list):
            raise CoordinateError("it has no arcs")
        scale, translate = _transform(document.get("transform"))
        self._arcs = [_arc(arc, scale, translate) for arc in arcs]

    def polygons(self, geometry: dict[str, Any]) -> list[Polygon]:
        """The outlines of a Polygon or MultiPolygon.

        Raises:
            OutlineError: its arcs are not there, or do not meet.
        """
        wanted = geometry.get("arcs")
        many = [wanted] if geometry["type"] == "Polygon" else wanted
        if not isinstance(many, list) or not all(isinstance(one, list) for one in many):
            raise OutlineError("its arcs are not lists of numbers")
        return [polygon([self._ring(ring) for ring in one]) for one in many]

    def _ring(self, numbers: Any) -> Ring:
        if not isinstance(numbers, list):
            raise OutlineError("its arcs are not lists of numbers")
        ring: Ring = []
        for number in numbers:
            arc = self._numbered(number)
            if ring and ring[-1] != arc[0]:
                raise OutlineError("its arcs do not meet")
            ring.extend(arc[1:] if ring else arc)
        return ring

    def _numbered(self, number: Any) -> Ring:
        if not isinstance(number, int) or isinstance(number, bool):
            raise OutlineError("its arcs are not lists of numbers")
        place = ~number if number < 0 else number
        if place >= len(self._arcs):
            raise OutlineError("it names an arc that is not in the file")
        return self._arcs[place][::-1] if number < 0 else self._arcs[place]


def _transform(given: Any) -> tuple[Any, Any]:
    """Scale and shift of the whole numbers that stand for positions; no scale where they are degrees."""
    if given is None:
        return None, (0, 0)
    pairs = [given.get(key) if isinstance(given, dict) else None for key in ("scale", "translate")]
    if not all(map(_are_numbers, pairs)):
        raise CoordinateError("its transform is not two pairs of numbers")
    return pairs[0], pairs[1]


def _are_numbers(value: Any) -> bool:
    is_pair = isinstance(value, list) and len(value) >= 2
    return is_pair and all(
        isinstance(part, int | float) and not isinstance(part, bool) and abs(part) < _LARGEST for part in value[:2]
    )


def _arc(steps: Any, scale: Sequence[float] | None, translate: Sequence[float]) -> list[Point]:
    if not isinstance(steps, list) or len(steps) < 2 or not all(map(_are_numbers, steps)):
        raise CoordinateError("an arc is not a list of positions")
    if scale is None:
        return [checked(step[0], step[1]) for step in steps]
    found, x, y = [], 0, 0
    for step in steps:
        x, y = x + step[0], y + step[1]
        found.append(checked(x * scale[0] + translate[0], y * scale[1] + translate[1]))
    return found
