"""Which pairs are worth comparing at all: those that share something rare.

Every record has marks: pieces of its names within its area, the days around its date within its country, and so on.
A record is compared with those that it shares its rarest marks with, and with its nearest neighbours on the map. The
work per record is bounded, so that the whole grows with the number of records and not with its square.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import cos, floor, hypot, log2, radians

from registry import names
from registry.services.linking.records import Record

Mark = tuple[object, ...]

IN_FULL = 2_500
"""Lists of which there are no more pairs than this are compared in full."""

_LOOKS = 400
"""Records that one record's marks may bring up, rarest mark first."""

_KEPT = 40
"""Records that one record is compared with for their marks, those with as good marks as the last beside them."""

_WORTH = 0.4
"""Records whose marks are worth less than this share of the best one's are left out, but for the best few."""

_FEW = 8

_NEIGHBOURS = 4
_CELLS = tuple(0.0005 * 4**step for step in range(6))
"""Sides of the map's cells in degrees: from 55 m to 57 km."""

_COARSE = 0.25
"""The side of the cells that pieces of names are looked up in, in degrees: 28 km."""

_DAYS = 3
"""Days that two sources may differ by, where each names a day."""

_LARGE = 10
"""Numbers from here on are seldom the same by chance."""

_LONG = 10
"""From here on a span of days is looked up by its months."""


def candidates(left: Sequence[Record], right: Sequence[Record], *, in_full: int = IN_FULL) -> list[tuple[int, int]]:
    """Numbers of the records that are worth comparing, the left one first; the same whichever list comes first."""
    if len(left) * len(right) <= in_full:
        return [(one, other) for one in range(len(left)) for other in range(len(right))]
    ours, theirs = ([_pieces(record) for record in side] for side in (left, right))
    found = [set(others) for others in _from(left, ours, right, theirs)]
    for other, ones in enumerate(_from(right, theirs, left, ours)):
        for one in ones:
            found[one].add(other)
    return [(one, other) for one, others in enumerate(found) for other in sorted(others)]


def _from(
    asking: Sequence[Record], pieces: Sequence[set[str]], held: Sequence[Record], pieces_held: Sequence[set[str]]
) -> Iterator[set[int]]:
    """For each asking record, the held ones that it should be compared with."""
    index: defaultdict[Mark, list[int]] = defaultdict(list)
    for number, record in enumerate(held):
        for mark in _held_marks(record, pieces_held[number]):
            index[mark].append(number)
    neighbours = _Map(held)
    for record, parts in zip(asking, pieces, strict=True):
        found = _sharing(index, _asked_marks(record, parts), len(held))
        found.update(neighbours.of(record))
        yield found


def _sharing(index: Mapping[Mark, list[int]], marks: Iterable[Mark], total: int) -> set[int]:
    """The held records that share the rarest of the marks."""
    scores: dict[int, float] = {}
    looks = 0
    for posting in sorted((index[mark] for mark in marks if mark in index), key=len):
        looks += len(posting)
        if looks > _LOOKS and scores:
            break
        rarity = log2(1 + total / len(posting))
        for other in posting:
            scores[other] = scores.get(other, 0.0) + rarity
    if not scores:
        return set()
    if len(scores) <= _FEW:
        return set(scores)
    ranked = sorted(scores.values(), reverse=True)
    least = min(ranked[0] * _WORTH, ranked[_FEW - 1])
    if len(ranked) > _KEPT:
        least = max(least, ranked[_KEPT - 1])
    return {other for other, score in scores.items() if score >= least}


def _held_marks(record: Record, pieces: set[str]) -> set[Mark]:
    """The marks that a record is found by."""
    grounds: list[object] = [record.country, *record.areas]
    if record.lat is not None and record.lon is not None:
        grounds.append(_cell(record.lat, record.lon, _COARSE))
    marks: set[Mark] = {(ground, piece) for piece in pieces for ground in grounds}
    marks.update((record.country, day) for day in _days(record, 0))
    marks.update(_month_marks(record))
    return marks


def _asked_marks(record: Record, pieces: set[str]) -> set[Mark]:
    """The marks that a record looks others up by: those near its own as well."""
    grounds: list[object] = [*record.areas]
    if record.lat is not None and record.lon is not None:
        grounds += _cells_around(record.lat, record.lon, _COARSE)
    marks: set[Mark] = {(ground, piece) for piece in pieces for ground in grounds}
    # Over a whole country, parts of words bring up too many, but there may be nothing else.
    marks.update((record.country, piece) for piece in pieces if not grounds or len(piece) != _GRAM)
    marks.update((record.country, day) for day in _days(record, _DAYS))
    marks.update(_month_marks(record))
    return marks


_GRAM = 3


def _pieces(record: Record) -> set[str]:
    """What of its names two spellings are likely to share: words, and three sounds in a row."""
    found: set[str] = set()
    for name in record.names:
        key = names.fold(name)
        joined = f"^{key.replace(' ', '')}$"
        found.update(f"{word} " for word in key.split())
        found.update(joined[at : at + _GRAM] for at in range(len(joined) - _GRAM + 1))
    return found


def _days(record: Record, around: int) -> Iterator[int]:
    if record.first is None or record.last is None or (record.last - record.first).days > _LONG:
        return
    yield from range(record.first.toordinal() - around, record.last.toordinal() + around + 1)


def _month_marks(record: Record) -> Iterator[Mark]:
    """Months with what else is known, so that a month alone brings up no more than it must."""
    if record.first is None or record.last is None:
        return
    numbers = [item for item in record.counts.items() if item[1]]
    known = [*record.areas, *record.facts.items(), *numbers]
    # A large number brings two together whose dates are far apart, by a slip of the pen perhaps.
    yield from ((record.country, item) for item in numbers if item[1] >= _LARGE)
    for month in _months(record.first, record.last):
        yield (record.country, "month", month)
        for item in known:
            yield (record.country, "month", month, item)


def _months(first: date, last: date) -> range:
    """Numbers of the months of a span; of a long one, the first year's."""
    start = first.year * 12 + first.month
    return range(start, min(last.year * 12 + last.month, start + 11) + 1)


def _cell(lat: float, lon: float, side: float) -> tuple[float, int, int]:
    return side, floor(lat / side), floor(lon / side)


def _cells_around(lat: float, lon: float, side: float) -> list[tuple[float, int, int]]:
    """The cell of a point and the three next to the corner that it is nearest to."""
    return [_cell(lat + north, lon + east, side) for north in (-side / 2, side / 2) for east in (-side / 2, side / 2)]


class _Map:
    """Where records lie, in cells of several sizes."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._spots: dict[int, complex] = {}
        self._cells: defaultdict[tuple[float, int, int], list[int]] = defaultdict(list)
        for number, record in enumerate(records):
            if record.lat is not None and record.lon is not None:
                self._spots[number] = complex(record.lat, record.lon)
                for side in _CELLS:
                    self._cells[_cell(record.lat, record.lon, side)].append(number)

    def of(self, record: Record) -> list[int]:
        """The nearest records, or nearly: those of the smallest cells around the point that hold enough."""
        if record.lat is None or record.lon is None:
            return []
        found: list[int] = []
        for side in _CELLS:
            cells = [self._cells[cell] for cell in _cells_around(record.lat, record.lon, side) if cell in self._cells]
            found = [number for cell in cells for number in cell]
            if len(found) >= _NEIGHBOURS:
                break
        if len(found) <= _NEIGHBOURS:
            return found
        spot, narrow = complex(record.lat, record.lon), cos(radians(record.lat))

        def apart(number: int) -> float:
            way = self._spots[number] - spot
            return hypot(way.real, way.imag * narrow)

        return sorted(found, key=apart)[:_NEIGHBOURS]
