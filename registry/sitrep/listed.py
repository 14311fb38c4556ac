"""Which rows of long lists a page prints; the values and the files attached to the PDF always hold all of them.

The rules, which the page states: of attacks the newest are printed, by their last possible day; of claims those with
the lowest numbers, which are the ones about the whole area, and then those about single attacks as they were entered;
of facilities those hit most often.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.sitrep.values import AttackRow, ClaimRow, FacilityRow, Sitrep, Term

MOST = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows that are printed."""

    attacks: tuple[AttackRow, ...]
    claims: tuple[ClaimRow, ...]
    facilities: tuple[FacilityRow, ...]


def of(sitrep: Sitrep) -> Listed:
    """The rows that a page prints of an issue."""
    return Listed(sitrep.attacks[-MOST:], sitrep.claims[:MOST], sitrep.facilities[:MOST])


def unlisted(sitrep: Sitrep) -> frozenset[int]:
    """The numbers of the claims that are not printed: what refers to them names them and links nowhere."""
    return frozenset(row.number for row in sitrep.claims[MOST:])


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
