"""The whole issue: its head, what changed since the last one, and all parts."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from registry.sitrep.values.attacks import AttackRow
from registry.sitrep.values.claims import ClaimRow, Interval, Subject
from registry.sitrep.values.counts import Cell, ClaimedCount, MeansCount, PeopleFigure, SectorFigures, Unknowns
from registry.sitrep.values.documents import Definition, SourceRow, Withheld
from registry.sitrep.values.facilities import Dossier, FacilityRow, StateBar
from registry.sitrep.values.pictures import AreaMap, Series
from registry.sitrep.values.terms import Sector, Span, Term, When

Audience = Literal["public", "partner", "internal"]
Kind = Literal["sitrep", "flash", "facility"]
CorrectionKind = Literal["new", "late", "upgraded", "downgraded", "revised", "merged", "withdrawn", "moved"]
CorrectedPart = Literal[
    "attack", "grade", "harm", "date", "place", "facilities", "means", "total",
    "attacks", "facilities_hit", "hit_again", "unnamed_reports", "out_of_service",
]  # fmt: skip
HighlightKind = Literal["changes", "people", "displaced", "facilities", "claimed_facilities", "parties", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Against the last issue; None in `Masthead` for the first one.

    Attributes:
        previous: number of the last issue.
        new: attacks in this issue that the last one did not have.
        updated: attacks of both of which more is known: a date, a place, a facility, a higher grade.
        corrected: attacks of both whose numbers, or whose grade, were revised.
        corrected_downward: those of them that have less harm, or a lower grade, than the last issue said.
        withdrawn: attacks of the last issue that were withdrawn or merged since.
        figures: figures that were corrected, where an audience is told no single attacks; None otherwise.
    """

    previous: int
    previous_as_of: datetime
    new: int = 0
    updated: int = 0
    corrected: int = 0
    corrected_downward: int = 0
    withdrawn: int = 0
    figures: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the last issue said, what is known of the same days now, and why.

    Attributes:
        kind: `late` is an attack of those days that the last issue did not know, `new` one of an issue on other days.
        part: what of it differs.
        subject: ref of the attack; "" for figures over the whole area.
        topic: what is counted, for figures.
        other: ref of the attack that it was merged into.
        reason: a person's, where one is on record and may be shown.
        is_downward: less harm, a lower grade, or one attack less than the last issue said.
    """

    kind: CorrectionKind
    part: CorrectedPart
    subject: str = ""
    topic: Term | None = None
    population: Term | None = None
    sector: Sector | None = None
    old: Span | None = None
    new: Span | None = None
    old_count: int | None = None
    new_count: int | None = None
    old_when: When | None = None
    new_when: When | None = None
    old_text: str = ""
    new_text: str = ""
    other: str = ""
    reason: str = ""
    is_downward: bool = False
    claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """One sentence of page one.

    Kinds other than `text` are worded from the figures themselves, so that no figure is typed by hand;
    `text` is for a sentence of the editor's.
    """

    kind: HighlightKind
    text: str = ""
    claims: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """The head of page one, and what the footers repeat.

    Attributes:
        kind: `sitrep` on an area and period, `flash` in two pages, `facility` the history of one.
        about: what it is about: an area, one attack, or one facility.
        ref: of the sitrep; "" in a preview that is not recorded.
        number: None for a report outside a series or not numbered yet.
        as_of: UTC; the newest data entry, never the clock. The PDF's dates come from it.
        areas: names, coarsest first.
        next_issue: None if not fixed.
        language: one of `catalogue.languages()`.
        country: display name, "" if it goes without saying.
    """

    title: str
    period: When
    as_of: datetime
    areas: tuple[str, ...]
    producer: str
    audience: Audience
    is_final: bool
    kind: Kind = "sitrep"
    about: Subject = "area"
    language: str = "en"
    ref: str = ""
    number: int | None = None
    series: str = ""
    country: str = ""
    next_issue: date | None = None
    changes: Changes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalHead:
    """Where the journal of a node stood: who keeps this page can prove later that nothing before it was changed.

    Attributes:
        entry: the number of the newest entry.
        sha256: its hash, which rests on all before it.
    """

    node: str
    entry: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitrep:
    """The whole issue.

    Attributes:
        attacks: for the public those alone whose release was agreed.
        cells: attacks as counts, in a public issue.
        means: attacks by all their means, in a public issue: what its chart of means is counted from.
        highlights: four to six; empty lets the page word the usual ones.
        claims: all of them, in printing order; the front page takes those marked, else the first five that are current.
        claimed_not_identified: facilities claimed as a number against those that the registry can name.
        functionality: how the facilities that were hit worked over time; empty where nobody recorded it.
        dossier: of a report on one facility.
        contact: whom to write to with a correction; an e-mail address or a link.
    """

    masthead: Masthead
    sectors: tuple[SectorFigures, ...]
    people: tuple[PeopleFigure, ...]
    claims: tuple[ClaimRow, ...]
    sources: tuple[SourceRow, ...]
    highlights: tuple[Highlight, ...] = ()
    intervals: tuple[Interval, ...] = ()
    unknowns: Unknowns = field(default_factory=Unknowns)
    area_map: AreaMap | None = None
    series: tuple[Series, ...] = ()
    attacks: tuple[AttackRow, ...] = ()
    cells: tuple[Cell, ...] = ()
    means: tuple[MeansCount, ...] = ()
    facilities: tuple[FacilityRow, ...] = ()
    functionality: tuple[StateBar, ...] = ()
    dossier: Dossier | None = None
    claimed_not_identified: tuple[ClaimedCount, ...] = ()
    corrections: tuple[Correction, ...] = ()
    method: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()
    grades: tuple[Definition, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    journal: tuple[JournalHead, ...] = ()
    licence: str = ""
    licence_url: str = ""
    contact: str = ""
