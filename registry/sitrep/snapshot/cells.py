"""Attacks of a public issue as counts: by sector, governorates taken together, week and grade."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import get_args

from registry.sitrep.snapshot.numbering import Book, when
from registry.sitrep.snapshot.rows import Key, Row
from registry.sitrep.values import Cell, Part, Sector, When

_SECTORS: tuple[Sector, ...] = get_args(Sector)


class Cells:
    """The counted attacks of one sitrep.

    Args:
        book: rows as disclosed: places are groups already, and days are weeks.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.events = [row for row in book.rows.attacks if book.event_of[row["id"]] == row["id"]]
        self.sectors = self._sectors()

    def _sectors(self) -> dict[Key, set[Sector]]:
        touched: dict[Key, set[Sector]] = {row["id"]: set() for row in self.events}
        for hit in self.book.rows.hits:
            touched[self.book.event_of[hit["attack_id"]]].add(hit["sector"])
        return {key: found or {"none_reported"} for key, found in touched.items()}

    def cells(self) -> tuple[Cell, ...]:
        """Counts over attacks; of a place where a sector has none, one cell that says so."""
        return tuple(cell for sector in _SECTORS for cell in self._of_sector(sector))

    def _of_sector(self, sector: Sector) -> list[Cell]:
        events = [row for row in self.events if sector in self.sectors[row["id"]]]
        if sector == "none_reported" and not events:
            return []
        places = dict.fromkeys([*self.book.rows.groups, *(row["place_id"] for row in events)])
        return [cell for place in places for cell in self._of_place(sector, place, events)]

    def _of_place(self, sector: Sector, place: Key, events: Sequence[Row]) -> list[Cell]:
        here = [row for row in events if row["place_id"] == place]
        names = self.book.places_named(place)
        by_week = {_week(row): when(row, "occurred") for row in here}
        if not by_week:
            request = self.book.request
            precision = "week" if request.last - request.first < timedelta(days=7) else "range"
            return [
                Cell(
                    sector=sector, places=names, period=When(start=request.first, end=request.last, precision=precision)
                )
            ]
        return [
            Cell(sector=sector, places=names, period=by_week[week], parts=self._parts(week, here))
            for week in sorted(by_week, key=_earliest)
        ]

    def _parts(self, week: "Week", events: Sequence[Row]) -> tuple[Part, ...]:
        grades = Counter(row["grade"] for row in events if _week(row) == week)
        return tuple(Part(grade=self.book.term("grade", grade), count=grades[grade]) for grade in sorted(grades))


Week = tuple[date | None, date | None]


def _week(row: Row) -> Week:
    return row["occurred_from_on"], row["occurred_to_on"]


def _earliest(week: Week) -> tuple[date, date]:
    return week[0] or date.min, week[1] or date.max
