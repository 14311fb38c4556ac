"""Which rows of long lists a page prints; the values and the files attached to the PDF always hold all of them.

The rules, which the page states: of attacks the newest are printed, by their last possible day; of claims those with
the lowest numbers, which are the ones about the whole area, and then those about single attacks as they were entered,
without those that give no number by a speaker who is not named; of facilities those hit most often. A flash prints the
claims that its figures rest on before others, and the documents that the rest of it refers to.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from registry.sitrep.values import AttackRow, ClaimRow, FacilityRow, Sitrep, SourceRow, Term

MOST = 500


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


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows that are printed.

    Attributes:
        sources: those that the other rows refer to, where a page has not room for all.
        is_text_cut: the end of a text is left out.
        untold: claims left out since a reader would learn nothing from them: no number, and nobody named who says it.
        refs_by_name: facilities whose refs stand beside their names in the list of facilities, and no other has that
            name: where else they are named, the name alone finds them.
    """

    attacks: tuple[AttackRow, ...]
    claims: tuple[ClaimRow, ...]
    facilities: tuple[FacilityRow, ...]
    sources: tuple[SourceRow, ...]
    is_text_cut: bool = False
    untold: int = 0
    refs_by_name: frozenset[str] = frozenset()


def of(sitrep: Sitrep, room: Room = WHOLE) -> Listed:
    """The rows that a page prints of an issue."""
    attacks, facilities = sitrep.attacks[-room.attacks :], sitrep.facilities[: room.facilities]
    if room.text is None:
        telling = tuple(filter(_tells, sitrep.claims))
        untold = len(sitrep.claims) - len(telling)
        found = _found_by_name(facilities, sitrep.facilities)
        return Listed(attacks, telling[: room.claims], facilities, sitrep.sources, untold=untold, refs_by_name=found)
    claims = _told_first(sitrep, room.claims)
    cited = {row.source for row in claims} | {one.source for row in attacks for one in row.allegations}
    sources = tuple(row for row in sitrep.sources if row.number in cited)
    short = [_short_attack(row, room.text) for row in attacks], [_short_claim(row, room.text) for row in claims]
    is_cut = short != ([*attacks], [*claims])
    return Listed(tuple(short[0]), tuple(short[1]), facilities, sources, is_cut)


def _found_by_name(shown: Iterable[FacilityRow], held: Iterable[FacilityRow]) -> frozenset[str]:
    names = Counter(row.name for row in held)
    return frozenset(row.ref for row in shown if row.name and not row.is_name_withheld and names[row.name] == 1)


def _tells(row: ClaimRow) -> bool:
    return row.subject == "area" or row.quantity is not None or bool(row.speaker and not row.is_anonymous)


def _told_first(sitrep: Sitrep, most: int) -> list[ClaimRow]:
    """The claims that the key figures rest on, as far as there is room, then others; in order of their numbers."""
    resting = {number for figure in sitrep.people for number in figure.claims}
    chosen = sorted(sitrep.claims, key=lambda row: (row.number not in resting, not row.is_on_front, row.number))
    return sorted(chosen[:most], key=lambda row: row.number)


def _short_attack(row: AttackRow, most: int) -> AttackRow:
    return replace(row, summary=_short(row.summary, most))


def _short_claim(row: ClaimRow, most: int) -> ClaimRow:
    said = replace(row.quantity, words=_short(row.quantity.words, most)) if row.quantity else None
    period = replace(row.period, words=_short(row.period.words, most)) if row.period else None
    note, place_words = _short(row.note, most), _short(row.place_words, most)
    return replace(row, quantity=said, period=period, note=note, place_words=place_words)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def unlisted(sitrep: Sitrep, shown: Listed) -> frozenset[int]:
    """The numbers of the claims that are not printed: what refers to them names them and links nowhere."""
    return frozenset(row.number for row in sitrep.claims) - {row.number for row in shown.claims}


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
