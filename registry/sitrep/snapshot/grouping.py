"""Which governorates a public issue tells apart: a partition that rests on the census and never on attacks.

One partition serves all sectors of a series. Were there one for each, an attack that is recorded with a school first
and with a clinic later, or with both, would move from a finer to a coarser place, and the difference of two issues
would tell where the clinic is.

It does not move from issue to issue: the number first entered for a place and a type counts, so a governorate can leave
the group of those with few once enough is known of it, and none can join it later.
"""

from collections.abc import Iterable, Mapping, Sequence

from registry import codes
from registry.sitrep.snapshot.rows import Key, Row

Known = Mapping[tuple[Key, str], int]


def partition(units: Sequence[Key], known: Known, few: int) -> tuple[frozenset[Key], ...]:
    """The governorates as groups: alone where every sector has `few` facilities or more, the others together.

    Where those together have still too few, or there is only one of them, the whole area is one group: a group of one
    would be told by subtracting the others from the total.

    Args:
        units: keys of the governorates of the series.
        known: facilities by governorate and sector, as far as the census knows them.
        few: the least number that is not few.
    """
    sparse = frozenset(key for key in units if any(known.get((key, sector), 0) < few for sector in sectors()))
    if not sparse:
        return tuple(frozenset([key]) for key in units)
    together = all(sum(known.get((key, sector), 0) for key in sparse) >= few for sector in sectors())
    if len(sparse) < 2 or not together:
        return (frozenset(units),)
    return (*(frozenset([key]) for key in units if key not in sparse), sparse)


def sectors() -> tuple[str, ...]:
    """The sectors that facilities belong to."""
    return tuple(dict.fromkeys(str(row["sector"]) for row in codes.rows("facility_type")))


def known_facilities(census: Iterable[Row]) -> Known:
    """Facilities by place and sector, from rows of the census in order of entry.

    Of a type and the types below it only the widest is counted, since it holds the others.
    """
    first: dict[tuple[Key, str], int] = {}
    for row in census:
        first.setdefault((row["place_id"], row["type"]), row["count"])
    sector = {str(row["code"]): str(row["sector"]) for row in codes.rows("facility_type")}
    found: dict[tuple[Key, str], int] = {}
    for (place, kind), count in first.items():
        if not any((place, wider) in first for wider in wider_types(kind)):
            found[place, sector[kind]] = found.get((place, sector[kind]), 0) + count
    return found


def wider_types(kind: str) -> tuple[str, ...]:
    """The types that a type of facility is a kind of, nearest first."""
    above = {str(row["code"]): row["parent"] for row in codes.rows("facility_type")}
    found: list[str] = []
    parent = above.get(kind)
    while parent:
        found.append(parent)
        parent = above.get(parent)
    return tuple(found)


def top_type(kind: str | None) -> str | None:
    """The top-level type that a type of facility belongs to; `other` for those of no sector of their own."""
    top = (kind, *wider_types(kind))[-1] if kind else None
    return top if top is None or top in sectors() else "other"
