"""What linking works on: two lists of plain records. Nothing here knows the registry's tables."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from registry import names

_METRES_A_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Record:
    """A facility, an attack or a place, as far as it can be compared. What is not known is left empty.

    Attributes:
        key: what the caller knows the record by; it is never compared.
        names: all its names, in any script.
        areas: keys of the places that it lies in: codes, or names as they are spelt; rare ones tell most.
        radius_m: how far the true spot may be from the point.
        first, last: the days between which it happened; the same day for a day.
        facts: words from a list, by what they are about: type, actor, means.
        counts: numbers, by what they count: killed, injured.
        text: prose about it.
    """

    key: Hashable
    names: tuple[str, ...] = ()
    country: str = ""
    areas: frozenset[str] = frozenset()
    lat: float | None = None
    lon: float | None = None
    radius_m: float = 0.0
    first: date | None = None
    last: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two lists, made ready to be compared.

    Attributes:
        records: the list.
        forms: of each record, each of its names in the forms that are compared.
    """

    records: Sequence[Record]
    forms: Sequence[tuple[tuple[names.Forms, ...], ...]]

    @classmethod
    def of(cls, records: Sequence[Record]) -> "Side":
        """Make a list ready."""
        return cls(records, [tuple(map(names.forms, record.names)) for record in records])


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence on a pair.

    Attributes:
        about: name, distance, date, area, text, or what a fact or count is about.
        words: what was compared, for people.
        weight: how much it speaks for one thing (above 0) or for two (below), in bits.
    """

    about: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one thing.

    Attributes:
        left, right: keys of the records.
        score: how probable it is that they are one, given everything else that each might be; 0 to 1.
        weight: the sum of the evidence, in bits.
    """

    left: Hashable
    right: Hashable
    score: float
    weight: float


def metres(one: Record, other: Record) -> float | None:
    """How far two records lie apart, by a flat map, which does for the distances that matter; None where unknown."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    north = one.lat - other.lat
    east = abs(one.lon - other.lon)
    east = min(east, 360.0 - east) * math.cos(math.radians((one.lat + other.lat) / 2))
    return math.hypot(north, east) * _METRES_A_DEGREE
