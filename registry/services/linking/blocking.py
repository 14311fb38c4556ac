"""Which pairs are worth comparing at all: those that share something rare.

Every record has marks: pieces of its names within its area, the days around its date within its country, rare words of
its text, and so on. A record is compared with those that it shares its rarest marks with, and with its nearest
neighbours on the map. The work per record is bounded, so that the whole grows with the number of records and not with
its square.
"""

from collections import defaultdict
from collections.abc import Container, Hashable, Iterator, Sequence
from datetime import date
from math import log2
from sys import intern

from registry.services.linking.nearest import Map, cell, cells_around
from registry.services.linking.records import Record, Side

Mark = tuple[object, ...]
Pieces = tuple[str, ...]

IN_FULL = 2_500
"""Lists of which there are no more pairs than this are compared in full."""

_LOOKS = 400
"""Records that one record's marks may bring up, rarest mark first."""

_KEPT = 60
"""Records that one record is compared with for their marks, those with as good marks as the last beside them."""

_WORTH = 0.4
"""Records whose marks are worth less than this share of the best one's are left out, but for the best few."""

_FEW = 6

_RARE = 10
"""A word that so many held records of a country have, at most, brings them up wherever they are."""

_GRAM = 3

_COARSE = 10
"""The size of the cells that pieces of names are looked up in: 28 km."""

_DAYS = 3
"""Days that two sources may differ by, where each names a day."""

_LARGE = 10
"""Numbers from here on are seldom the same by chance."""

_LONG = 10
"""From here on a span of days is looked up by its months."""


def candidates(left: Side, right: Side, *, in_full: int = IN_FULL) -> list[tuple[int, int]]:
    """Numbers of the records that are worth comparing, the left one first; the same whichever list comes first.

    Of a list with itself, each pair comes once, the earlier record first.
    """
    ones, others = range(len(left.records)), range(len(right.records))
    if len(ones) * len(others) <= in_full:
        return [(one, other) for one in ones for other in others if left is not right or one < other]
    ours = [_pieces(left, number) for number in ones]
    if left is right:
        found = _found(left, ours, left, ours)
        return sorted({(min(pair), max(pair)) for pair in found if pair[0] != pair[1]})
    theirs = [_pieces(right, number) for number in others]
    # The longer list asks: one pass does, and each of its records gets a hearing.
    if _length(ours) >= _length(theirs):
        return list(_found(left, ours, right, theirs))
    return sorted((one, other) for other, one in _found(right, theirs, left, ours))


def _length(pieces: Sequence[Pieces]) -> tuple[int, int]:
    return len(pieces), sum(map(len, pieces))


def _pieces(side: Side, number: int) -> Pieces:
    """What of its names two spellings are likely to share: words, and three sounds in a row."""
    found: dict[str, None] = {}
    for form, *_ in side.forms[number]:
        joined = f"^{''.join(form.keys)}$"
        found.update((intern(f"{word} "), None) for word in form.keys)
        found.update((intern(joined[at : at + _GRAM]), None) for at in range(len(joined) - _GRAM + 1))
    return tuple(found)


def _found(
    asking: Side, pieces: Sequence[Pieces], held: Side, pieces_held: Sequence[Pieces]
) -> Iterator[tuple[int, int]]:
    """Numbers of each asking record and of the held ones that it should be compared with."""
    lost = {record.country for record in asking.records if not _grounds(record)}
    index = _Index(held.records, pieces_held, lost)
    total = len(held.records)
    sharing = [
        tuple(_worthwhile(index.postings(record, parts), total))
        for record, parts in zip(asking.records, pieces, strict=True)
    ]
    del index  # it and the map are large, and never needed together
    neighbours = Map(held.records)
    for number, (record, found) in enumerate(zip(asking.records, sharing, strict=True)):
        for other in sorted({*found, *neighbours.of(record)}):
            yield number, other


def _worthwhile(postings: list[list[int]], total: int) -> set[int]:
    """The held records that share the rarest of the marks that brought up these lists of records."""
    postings.sort(key=len)
    scores: dict[int, float] = {}
    known = scores.get
    looks = 0
    for posting in postings:
        looks += len(posting)
        if looks > _LOOKS and scores:
            break
        rarity = log2(1 + total / len(posting))
        for other in posting:
            scores[other] = known(other, 0.0) + rarity
    if len(scores) <= _FEW:
        return set(scores)
    ranked = sorted(scores.values(), reverse=True)
    least = min(ranked[0] * _WORTH, ranked[_FEW - 1])
    if len(ranked) > _KEPT:
        least = max(least, ranked[_KEPT - 1])
    return {other for other, score in scores.items() if score >= least}


class _Index:
    """The held records by what they can be found by."""

    def __init__(self, held: Sequence[Record], pieces: Sequence[Pieces], lost: Container[str]) -> None:
        """Take in the held records; `lost` are the countries in which some that ask know nothing finer."""
        self._pieces: defaultdict[Hashable, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._marks: defaultdict[Mark, list[int]] = defaultdict(list)
        for number, (record, parts) in enumerate(zip(held, pieces, strict=True)):
            grounds: list[Hashable] = [*record.areas]
            if record.lat is not None and record.lon is not None:
                grounds.append(cell(record.lat, record.lon, _COARSE))
            for ground in grounds:
                by_piece = self._pieces[ground]
                for piece in parts:
                    by_piece[piece].append(number)
            by_piece = self._pieces[("country", record.country)]
            for piece in parts if record.country in lost else _wide(parts):
                by_piece[piece].append(number)
            for mark in _marks(record, 0):
                self._marks[mark].append(number)

    def postings(self, record: Record, pieces: Pieces) -> list[list[int]]:
        """For each mark of a record, the held ones that have it too."""
        grounds = _grounds(record)
        found = []
        for ground in grounds:
            if (by_piece := self._pieces.get(ground)) is not None:
                found += [by_piece[piece] for piece in pieces if piece in by_piece]
        if (by_piece := self._pieces.get(("country", record.country))) is not None:
            wide = (by_piece[piece] for piece in (_wide(pieces) if grounds else pieces) if piece in by_piece)
            # Over a whole country, most names bring up too many, but there may be nothing else.
            found += [posting for posting in wide if not grounds or len(posting) <= _RARE]
        found += [self._marks[mark] for mark in _marks(record, _DAYS) if mark in self._marks]
        return found


def _grounds(record: Record) -> list[Hashable]:
    """Where pieces of a record's names are looked up: its areas, and the cells of the map around it."""
    grounds: list[Hashable] = [*sorted(record.areas)]
    if record.lat is not None and record.lon is not None:
        grounds += cells_around(record.lat, record.lon, _COARSE)
    return grounds


def _wide(pieces: Pieces) -> list[str]:
    """The words among the pieces."""
    return [piece for piece in pieces if piece[-1] == " "]


def _marks(record: Record, around: int) -> Iterator[Mark]:
    """What a record is found by beside its names: its days and so many around them, and its months."""
    if record.first is None or record.last is None:
        return
    if (record.last - record.first).days <= _LONG:
        for day in range(record.first.toordinal() - around, record.last.toordinal() + around + 1):
            yield record.country, day
    # Months with what else is known, so that a month alone brings up no more than it must.
    numbers = [item for item in record.counts.items() if item[1]]
    known = [*sorted(record.areas), *record.facts.items(), *numbers]
    # A large number brings two together whose dates are far apart, by a slip of the pen perhaps.
    yield from ((record.country, item) for item in numbers if item[1] >= _LARGE)
    for month in _months(record.first, record.last):
        yield record.country, "month", month
        for item in known:
            yield record.country, "month", month, item


def _months(first: date, last: date) -> range:
    """Numbers of the months of a span; of a long one, the first year's."""
    start = first.year * 12 + first.month
    return range(start, min(last.year * 12 + last.month, start + 11) + 1)
