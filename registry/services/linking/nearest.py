"""The nearest neighbours on a map: records in square cells of several sizes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import cos, floor, inf, radians

from registry.services.linking.records import Record

_NEIGHBOURS = 3
_STEP = 0.00025
"""Half the side of the smallest cells, in degrees: 28 m."""

_SMALLEST, _LARGEST = 1, 11
"""Sizes of cells: their sides are two to that power steps long, 55 m to 57 km."""

_ROW = 1 << 24
"""Between the numbers of a cell and of the one north of it; more than there are cells around the world."""


def cell(lat: float, lon: float, size: int) -> int:
    """The number of the cell of that size that a point lies in."""
    return (floor(lat / _STEP) >> size) * _ROW + (floor(lon / _STEP) >> size)


def cells_around(lat: float, lon: float, size: int) -> tuple[int, int, int, int]:
    """The cell of a point and the three next to the corner that it is nearest to."""
    half = 1 << (size - 1)
    corner = ((floor(lat / _STEP) - half) >> size) * _ROW + ((floor(lon / _STEP) - half) >> size)
    return corner, corner + 1, corner + _ROW, corner + _ROW + 1


class Map:
    """Where records lie. Cells of a size are drawn when they are first looked at."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._lats = [inf if record.lat is None or record.lon is None else record.lat for record in records]
        self._lons = [0.0 if record.lon is None else record.lon for record in records]
        self._cells: dict[int, Mapping[int, list[int]]] = {}
        self._usual = _LARGEST  # the size that was right for the last point, most likely for the next too

    def of(self, record: Record) -> list[int]:
        """The nearest records, or nearly: of those in the smallest cells around the point that hold enough."""
        lat, lon = record.lat, record.lon
        if lat is None or lon is None:
            return []
        size = self._usual
        found = self._around(lat, lon, size)
        while len(found) < _NEIGHBOURS and size < _LARGEST:
            size += 1
            found = self._around(lat, lon, size)
        # Larger cells around a point hold all that smaller ones do.
        while size > _SMALLEST and len(fewer := self._around(lat, lon, size - 1)) >= _NEIGHBOURS:
            size, found = size - 1, fewer
        self._usual = size
        if len(found) <= _NEIGHBOURS:
            return found
        narrow, lats, lons = cos(radians(lat)), self._lats, self._lons
        apart = [((lats[number] - lat) ** 2 + ((lons[number] - lon) * narrow) ** 2, number) for number in found]
        apart.sort()
        return [number for _, number in apart[:_NEIGHBOURS]]

    def _around(self, lat: float, lon: float, size: int) -> list[int]:
        cells = self._cells.get(size) or self._drawn(size)
        return [number for place in cells_around(lat, lon, size) if place in cells for number in cells[place]]

    def _drawn(self, size: int) -> Mapping[int, list[int]]:
        cells: defaultdict[int, list[int]] = defaultdict(list)
        for number, (lat, lon) in enumerate(zip(self._lats, self._lons, strict=True)):
            if lat != inf:
                cells[cell(lat, lon, size)].append(number)
        self._cells[size] = cells
        return cells
