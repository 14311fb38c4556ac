"""Key figures, attacks as counts, and what is not known."""

from dataclasses import dataclass

from registry.sitrep.values.terms import Absence, Quantity, Scope, Sector, Span, Term, When


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One count of ours. `count` None needs an `absence`; a counted zero is 0."""

    count: int | None
    scope: Scope
    absence: Absence | None = None
    provisional: int = 0
    claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedCount:
    """A number of facilities as one speaker claims it, beside our own counts.

    Attributes:
        named: how many of them the registry can name.
        conduct: what is claimed about how they were hit, such as "directly targeted"; never our words.
    """

    facility_type: Term
    quantity: Quantity
    speaker: str
    is_party_to_conflict: bool
    named: int
    claim: int
    source: int
    conduct: Term | None = None
    period: When | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorFigures:
    """The key figures of one sector.

    Attributes:
        facilities_hit: distinct named facilities.
        hit_again: those of them hit more than once.
        unnamed_reports: reports of unnamed ones, never counted as facilities.
        claimed: counts that others claim for the sector as a whole.
    """

    sector: Sector
    attacks: Figure
    facilities_hit: Figure
    hit_again: Figure
    unnamed_reports: Figure
    out_of_service: Figure
    claimed: tuple[ClaimedCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFigure:
    """Killed, injured, displaced…: a range over claims of one scope, or a total over attacks.

    Attributes:
        measure: code `killed`, `injured`, `displaced`…
        absence: why there is no number at all; the span is then empty.
        beside: claims that stand beside the range ("dozens", denials) without entering it.
        about: the situation, where the report covers several; "" otherwise.
        is_area_wide: claimed for the whole area, so never added to a total over attacks.
        without_number: attacks in scope with no number, for totals.
        is_stale: adopted, and claims came or went since.
    """

    measure: Term
    population: Term
    span: Span
    scope: Scope
    is_area_wide: bool
    about: str = ""
    absence: Absence | None = None
    beside: tuple[Quantity, ...] = ()
    without_number: int | None = None
    is_provisional: bool = False
    is_joined_by_judgement: bool = False
    is_stale: bool = False
    claims: tuple[int, ...] = ()
    beside_claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """An area and days from which no report came: no report is not no attack."""

    place: str
    period: When


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A sentence written by a person, with what it rests on. No figure is typed into it by hand."""

    text: str
    claims: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknowns:
    """What is not known. None where it was not worked out, which is printed as such.

    Attributes:
        reporting_lag_days: days within which half of the attacks of the year before were first told of; None where too
            few of them have both days on record.
        reporting_lag_most_days: the same for nine in ten of them.
        reporting_lag_attacks: on how many this was measured.
    """

    pending_attacks: int | None = None
    reporting_lag_days: int | None = None
    reporting_lag_most_days: int | None = None
    reporting_lag_attacks: int | None = None
    silences: tuple[Silence, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a bar: how many, of which grade."""

    grade: Term
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many attacks of a sector fell into a week and a group of places, by grade.

    Attributes:
        places: names of the governorates that are taken together.
        period: a week, longer where the day is not known better; the whole period for a place without attacks.
        parts: empty for none.
    """

    sector: Sector
    places: tuple[str, ...]
    period: When
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeansCount:
    """How many attacks were by these means and no others, by grade.

    Attributes:
        means: empty where none is stated.
    """

    means: tuple[Term, ...]
    parts: tuple[Part, ...]
