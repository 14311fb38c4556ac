"""The facilities that were hit, how they worked, and the one that a dossier is about."""

from dataclasses import dataclass
from datetime import date

from registry.sitrep.values.terms import Term, When


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a facility was, as somebody recorded it.

    Attributes:
        when: when it was seen to be so; of what was recorded with an attack, when that was.
        counts_from: the day from which it counts; None where no day is known, which is before all others.
        attack: ref of the attack that it was recorded with; "" for none.
        source: the number of the document that says so; None where none is recorded.
    """

    when: When
    counts_from: date | None = None
    functionality: Term | None = None
    damage: Term | None = None
    is_reopening: bool = False
    attack: str = ""
    source: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityRow:
    """A named facility that was hit in the period.

    Attributes:
        place: that of the last attack on it, as coarse as the audience may see.
        attacks: events; a double tap is one.
        damage: what was last reported.
        functionality: how it worked by the end of the period, as far as somebody recorded it.
        statuses: all that was recorded of it until then, the latest last.
    """

    ref: str
    name: str
    facility_type: Term
    place: str
    attacks: int
    last_hit: When
    is_name_withheld: bool = False
    damage: Term | None = None
    functionality: Term | None = None
    statuses: tuple[Status, ...] = ()
    claims: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePart:
    """How many facilities worked in one way; the code is "" where nobody recorded it."""

    functionality: Term
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StateBar:
    """How the facilities of a report worked at the end of a week or month."""

    period: When
    parts: tuple[StatePart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityName:
    """One name of a facility; the language is "" where it is not recorded."""

    name: str
    language: str = ""
    is_former: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """What somebody else's list calls a facility."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The facility that a dossier is about.

    Attributes:
        names: all that it goes by, in any script.
        statuses: all that was recorded of it, the latest last.
    """

    ref: str
    name: str
    facility_type: Term
    place: str
    names: tuple[FacilityName, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    opened_on: date | None = None
    closed_on: date | None = None
    statuses: tuple[Status, ...] = ()
