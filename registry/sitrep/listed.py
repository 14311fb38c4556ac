"""Which rows of long lists a page prints; the values and the files attached to the PDF always hold all of them.

The rules, which the page states: of attacks the newest are printed, by their last possible day; of claims those with
the lowest numbers, which are the ones about the whole area, and then those about single attacks as they were entered,
where those that read the same, since what tells them apart is withheld, are one row; of facilities those hit most
often. A flash prints the claims that its figures rest on before others, and the documents that the rest refers to.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from registry.sitrep.values import AttackRow, Cell, ClaimRow, FacilityRow, Sector, Sitrep, SourceRow, Term

MOST = 500
_Row = TypeVar("_Row", ClaimRow, SourceRow)


@dataclass(frozen=True, slots=True)
class Room:
    """How much of long lists a page has room for.

    Attributes:
        text: characters of one text that somebody wrote; None for all.
    """

    attacks: int = MOST
    claims: int = MOST
    facilities: int = MOST
    text: int | None = None


WHOLE = Room()
# A flash has two pages: it is set with the first of these that fits them.
_FLASH = (
    Room(attacks=12, claims=12, text=900),
    Room(attacks=9, claims=9, text=600),
    Room(attacks=7, claims=7, text=400),
    Room(attacks=5, claims=5, text=300),
    Room(attacks=3, claims=3, text=200),
    Room(attacks=1, claims=1, text=80),
)
_FLASH_PAGES = 2


def rooms(sitrep: Sitrep) -> tuple[Room, ...]:
    """What to try in turn until the pages of an issue are not too many."""
    return _FLASH if sitrep.masthead.kind == "flash" else (WHOLE,)


def most_pages(sitrep: Sitrep) -> int | None:
    """How many pages an issue may have; None for any number."""
    return _FLASH_PAGES if sitrep.masthead.kind == "flash" else None


@dataclass(frozen=True)
class Listed:
    """The rows that are printed.

    Attributes:
        claims: those that read the same stand together, and are one row.
        sources: those that the other rows refer to, where a page has not room for all; together where alike.
        is_text_cut: the end of a text is left out.
        refs_by_name: facilities whose refs stand beside their names in the list of facilities, and no other has that
            name: where else they are named, the name alone finds them.
    """

    attacks: tuple[AttackRow, ...]
    claims: tuple[tuple[ClaimRow, ...], ...]
    facilities: tuple[FacilityRow, ...]
    sources: tuple[tuple[SourceRow, ...], ...]
    is_text_cut: bool = False
    refs_by_name: frozenset[str] = frozenset()

    @cached_property
    def claim_rows(self) -> dict[int, int]:
        """The number of each claim that is printed, and that of the row in which it is: the first of its kind."""
        return {claim.number: alike[0].number for alike in self.claims for claim in alike}

    @cached_property
    def source_rows(self) -> dict[int, int]:
        """The same of sources."""
        return {source.number: alike[0].number for alike in self.sources for source in alike}


def of(sitrep: Sitrep, room: Room = WHOLE) -> Listed:
    """The rows that a page prints of an issue."""
    attacks, facilities = sitrep.attacks[-room.attacks :], sitrep.facilities[: room.facilities]
    sources, claims = _sources_alike(sitrep.sources), claims_alike(sitrep)
    if room.text is None:
        found = _found_by_name(facilities, sitrep.facilities)
        return Listed(attacks, claims[: room.claims], facilities, sources, refs_by_name=found)
    claims = _told_first(sitrep, claims, room.claims)
    cited = {row.source for alike in claims for row in alike}
    cited |= {one.source for row in attacks for one in row.allegations}
    sources = _sources_alike(row for row in sitrep.sources if row.number in cited)
    short_attacks = tuple(_short_attack(row, room.text) for row in attacks)
    short_claims = tuple(tuple(_short_claim(row, room.text) for row in alike) for alike in claims)
    return Listed(short_attacks, short_claims, facilities, sources, (short_attacks, short_claims) != (attacks, claims))


def _found_by_name(shown: Iterable[FacilityRow], held: Iterable[FacilityRow]) -> frozenset[str]:
    names = Counter(row.name for row in held)
    return frozenset(row.ref for row in shown if row.name and not row.is_name_withheld and names[row.name] == 1)


def claims_alike(sitrep: Sitrep) -> tuple[tuple[ClaimRow, ...], ...]:
    """The claims, together where they and their documents read the same; origins of what stands alone may differ."""
    documents = {row.number: alike[0].number for alike in _sources_alike(sitrep.sources) for row in alike}

    def read(row: ClaimRow) -> ClaimRow:
        origin = row.origin if row.scope_group else "" if not row.origin else "known"
        return replace(row, number=0, is_on_front=False, source=documents.get(row.source, row.source), origin=origin)

    return _alike(sitrep.claims, read)


def _sources_alike(sources: Iterable[SourceRow]) -> tuple[tuple[SourceRow, ...], ...]:
    return _alike(sources, lambda row: replace(row, number=0))


def _alike(rows: Iterable[_Row], read: Callable[[_Row], _Row]) -> tuple[tuple[_Row, ...], ...]:
    """The rows, those together of which a reader sees the same."""
    found: dict[_Row, list[_Row]] = {}
    for row in rows:
        found.setdefault(read(row), []).append(row)
    return tuple(map(tuple, found.values()))


def _told_first(sitrep: Sitrep, claims: Iterable[tuple[ClaimRow, ...]], most: int) -> tuple[tuple[ClaimRow, ...], ...]:
    """The claims that the key figures rest on, as far as there is room, then others; in order of their numbers."""
    resting = {number for figure in sitrep.people for number in figure.claims}

    def rank(alike: tuple[ClaimRow, ...]) -> tuple[bool, bool, int]:
        is_resting, is_on_front = any(row.number in resting for row in alike), any(row.is_on_front for row in alike)
        return not is_resting, not is_on_front, alike[0].number

    return tuple(sorted(sorted(claims, key=rank)[:most], key=lambda alike: alike[0].number))


def _short_attack(row: AttackRow, most: int) -> AttackRow:
    return replace(row, summary=_short(row.summary, most))


def _short_claim(row: ClaimRow, most: int) -> ClaimRow:
    said = replace(row.quantity, words=_short(row.quantity.words, most)) if row.quantity else None
    period = replace(row.period, words=_short(row.period.words, most)) if row.period else None
    note, place_words = _short(row.note, most), _short(row.place_words, most)
    return replace(row, quantity=said, period=period, note=note, place_words=place_words)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def by_attacks(cells: Iterable[Cell]) -> tuple[tuple[Cell, ...], ...]:
    """Counts sector by sector: those of attacks each by itself, then those places together where none is on record."""
    found: dict[Sector, list[tuple[Cell, ...]]] = {}
    none: dict[Sector, list[Cell]] = {}
    for cell in cells:
        rows = found.setdefault(cell.sector, [])
        if cell.parts:
            rows.append((cell,))
        else:
            none.setdefault(cell.sector, []).append(cell)
    return tuple(row for sector, rows in found.items() for row in [*rows, tuple(none.get(sector, ()))] if row)


@dataclass(frozen=True, slots=True)
class Functionality:
    """Facilities by type and how they worked last; the last column is of those of which nobody recorded it.

    Attributes:
        columns: what occurs, in order of first appearance.
        rows: each type with one count for each column, and one for not recorded.
    """

    columns: tuple[Term, ...]
    rows: tuple[tuple[Term, tuple[int, ...]], ...]


def by_functionality(facilities: Iterable[FacilityRow]) -> Functionality:
    """The facilities counted by type and by how they worked last."""
    held = list(facilities)
    columns = {row.functionality.code: row.functionality for row in held if row.functionality}
    types = {row.facility_type.code: row.facility_type for row in held}
    keys = (*columns, None)
    return Functionality(
        columns=tuple(columns.values()),
        rows=tuple((term, tuple(_count(held, code, key) for key in keys)) for code, term in types.items()),
    )


def _count(facilities: Iterable[FacilityRow], kind: str, functionality: str | None) -> int:
    states = (
        row.functionality.code if row.functionality else None for row in facilities if row.facility_type.code == kind
    )
    return sum(state == functionality for state in states)
