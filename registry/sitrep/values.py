"""Everything that a sitrep prints, as frozen values: the snapshot fills them, the renderer only reads them.

Invariants:
* Numbers stay numbers with their operators, dates stay dates with their precision and basis;
  `wording` makes words of them.
* Every printed figure carries the numbers of its claims, every claim the number of its source.
* What the audience may not see is not here: disclosure is decided before these values are made.
* `as_json` is the snapshot that is attached to the PDF; its SHA-256 is the hash that the colophon prints, so the
  colophon itself (hash, versions) is made by the renderer and is no part of `Sitrep`.

`text` fields and names are shown as they are, in the sitrep's language where there is one;
`Term` pairs a code with its label.
"""

import functools
import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from registry.errors import RegistryError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Operator = Literal["exactly", "at_least", "more_than", "at_most", "fewer_than", "about", "between", "some", "unstated"]
Absence = Literal["not_reported", "reported_none", "unknown", "withheld", "not_coded"]
Basis = Literal["printed", "inferred", "not_stated"]
Audience = Literal["public", "partner", "internal"]
Sector = Literal["health", "education", "civil_defence", "other", "none_reported"]
Relay = Literal["named", "none", "not_stated"]
Hedge = Literal["reported", "alleged", "unconfirmed", "confirmed_by_speaker"]
Stance = Literal["accuses", "claims", "denies", "one_of"]
ClaimState = Literal["current", "corrected", "withdrawn"]
RowState = Literal["new", "updated", "corrected", "unchanged", "withdrawn"]
Rule = Literal["range", "named_only", "preferred_source", "adopted"]
Subject = Literal["area", "attack", "facility"]
Kind = Literal["sitrep", "flash", "facility"]
ScopeKind = Literal["attacks", "facilities", "area_claims"]
CorrectionKind = Literal["new", "late", "upgraded", "downgraded", "revised", "merged", "withdrawn", "moved"]
CorrectedPart = Literal[
    "attack", "grade", "harm", "date", "place", "facilities", "means", "total",
    "attacks", "facilities_hit", "hit_again", "unnamed_reports", "out_of_service",
]  # fmt: skip
HighlightKind = Literal["changes", "people", "displaced", "facilities", "claimed_facilities", "parties", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A code of one of the code lists and its label in the sitrep's language."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A date or period at its own precision.

    Attributes:
        start: None if open at the beginning ("by 4 May").
        end: None if open at the end; equal to `start` for one day.
        precision: code of date_precision, such as `day`, `range`, `week`, `month`, `open`, `unknown`.
        basis: printed in the document, or inferred by us, or not stated.
        edtf: of a range or open date whose ends are not days ("since March 2011"); "" otherwise.
        words: as printed ("last few days") where they are no date, "" if none or not released.
        are_words_withheld: it was stated in words alone, which are not released.
    """

    start: date | None = None
    end: date | None = None
    precision: str = "day"
    basis: Basis = "printed"
    edtf: str = ""
    words: str = ""
    are_words_withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What one speaker says about how many.

    Attributes:
        low: the number of `exactly`, `at_least`, `more_than`, `about` and the lower one of `between`; None otherwise.
        high: the number of `exactly`, `at_most`, `fewer_than` and the upper one of `between`; None otherwise.
        absence: why there is no number; `reported_none` is never 0.
        words: as printed, in `words_language`; "" where none is recorded or `are_words_withheld`.
        unit: "" for persons and facilities, else such as "vehicles per day": a rate enters no total.
    """

    operator: Operator = "unstated"
    low: int | None = None
    high: int | None = None
    absence: Absence | None = None
    words: str = ""
    words_language: str = ""
    are_words_withheld: bool = False
    unit: str = ""
    is_imputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range over comparable claims, or a total of such ranges.

    Attributes:
        low: the least low of the claims; None if no claim has one.
        greatest_low: the greatest low, printed so that an open range does not look narrow.
        high: given only if every claim has one.
        is_open_high: true if at least one claim states no upper limit.
        origins: how many origins it rests on.
        are_independent: somebody judged every two of them to be independent of one another.
    """

    low: int | None = None
    low_operator: Operator = "exactly"
    greatest_low: int | None = None
    greatest_low_operator: Operator = "exactly"
    high: int | None = None
    high_operator: Operator = "exactly"
    is_open_high: bool = True
    origins: int = 0
    are_independent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a figure is about; printed as its footnote.

    Attributes:
        kind: counted over attacks, over distinct facilities, or claimed for the whole area (never in totals).
        places: names of the areas, as coarse as the audience may see.
        note: what else the reader must know; plain text.
    """

    kind: ScopeKind
    places: tuple[str, ...] = ()
    period: When | None = None
    note: str = ""


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
class ClaimRow:
    """One claim: who says what, through whom, about what.

    Attributes:
        number: the claim's number in this sitrep, from 1.
        subject_text: the situation's name, or the ref of the attack or facility.
        speaker_of: the speaker's organisation and role, "" if the speaker is the organisation.
        relay_name: through whom it reached the publisher when `relay` is `named`.
        quantity: None for claims that count nothing (means, status, conduct alone).
        conduct: what the speaker claims about how, such as "directly targeted".
        place_words: as printed, "" if none.
        scope_group: rows with the same label are comparable; "" stands alone.
        origin: rows with the same label count once; "" if unknown, or withheld.
        is_on_front: one of the five rows of page one.
    """

    number: int
    source: int
    subject: Subject
    subject_text: str
    measure: Term
    speaker: str
    publisher: str
    speaker_of: str = ""
    is_party_to_conflict: bool = False
    is_anonymous: bool = False
    relay: Relay = "not_stated"
    relay_name: str = ""
    population: Term | None = None
    facility_type: Term | None = None
    quantity: Quantity | None = None
    conduct: Term | None = None
    period: When | None = None
    places: tuple[str, ...] = ()
    place_words: str = ""
    scope_group: str = ""
    origin: str = ""
    is_origin_withheld: bool = False
    hedge: Hedge | None = None
    is_joined_by_judgement: bool = False
    state: ClaimState = "current"
    note: str = ""
    is_on_front: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalRow:
    """One claim in the drawing of a range; outside it where `is_in_range` is false."""

    claim: int
    source: int
    speaker: str
    quantity: Quantity
    is_in_range: bool = True
    is_party_to_conflict: bool = False
    is_joined_by_judgement: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A group of comparable claims and the figure that we hold over them.

    Attributes:
        group: the `scope_group` of its claims.
        decided_by: the person answerable, "" where the rule alone made it.
        is_stale: a claim came after a person adopted the figure.
    """

    group: str
    measure: Term
    population: Term | None
    facility_type: Term | None
    scope: Scope
    rows: tuple[IntervalRow, ...]
    adopted: Span
    rule: Rule = "range"
    decided_by: str = ""
    reason: str = ""
    is_stale: bool = False


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
class Bar:
    """One bar.

    Attributes:
        label: of a bar that is no span of days; of a bar over time for attacks whose date is not exact to one of them.
        code: of the type of facility or means; "" for bars over time, and for attacks of which none is stated.
        is_incomplete: reports of these days still come in.
    """

    label: str = ""
    code: str = ""
    period: When | None = None
    parts: tuple[Part, ...] = ()
    is_incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The bars of one chart of attacks."""

    kind: Literal["day", "week", "facility_type", "means"]
    bars: tuple[Bar, ...]
    scope: Scope


Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The boundary of an area: rings of longitude and latitude (WGS 84); what an odd number of them encloses is in it.

    Attributes:
        label: where its name fits best.
    """

    rings: tuple[Ring, ...]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapArea:
    """An area and how much lies in it; never where in it.

    Attributes:
        pcode: "" if it has none.
        attacks: distinct attacks; None for an area that the report does not cover.
        facilities: distinct named facilities hit; None where the audience is not told by area.
        outlines: empty if no boundary is on file; several where governorates are taken together.
    """

    name: str
    pcode: str = ""
    attacks: int | None = None
    facilities: int | None = None
    outlines: tuple[Outline, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMap:
    """Attacks by area.

    Attributes:
        level: of the areas.
        areas: those of the report.
        around: their neighbours, which the report does not cover.
        wider: attacks known only to lie in the wider area, so in none of these.
        boundaries: who published them, with their editions.
    """

    level: Literal["governorate", "district"]
    areas: tuple[MapArea, ...]
    around: tuple[MapArea, ...] = ()
    wider: int = 0
    boundaries: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Allegation:
    """Who accuses, claims or denies; the actor is never ours to name alone.

    Attributes:
        speaker: who says so; "" with `is_own_voice` if the document says it in its own voice.
    """

    speaker: str
    actors: tuple[str, ...]
    stance: Stance
    source: int
    claim: int | None = None
    is_party_to_conflict: bool = False
    is_own_voice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityHit:
    """A facility touched by an attack; "" as the name of an unnamed one.

    Attributes:
        status: how it worked by the end of the period, as far as somebody recorded it.
    """

    name: str
    facility_type: Term
    sector: Sector = "other"
    ref: str = ""
    status: Term | None = None
    is_name_withheld: bool = False
    effect: Term | None = None
    damage: Term | None = None
    functionality: Term | None = None
    is_hit_again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What an attack did to people: a range over its claims, or why there is none."""

    measure: Term
    population: Term | None = None
    span: Span | None = None
    beside: tuple[Quantity, ...] = ()
    absence: Absence | None = None
    claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """By which means, as claimed; a part that nobody states is None."""

    attack_type: Term | None = None
    launch: Term | None = None
    munition: Term | None = None
    hedge: Hedge | None = None
    claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackRow:
    """One attack of the list.

    Attributes:
        facilities: empty if no facility is reported, which is printed.
        summary: what happened, in neutral verbs.
        parent: ref of the attack that it is one strike of; "" otherwise. A total counts the two once.
        perhaps_same: refs of attacks of which nobody is sure that they are others.
        grade: None if nobody has assessed it.
        independent_origins: None if not worked out.
    """

    ref: str
    when: When
    place: str
    summary: str
    parent: str = ""
    perhaps_same: tuple[str, ...] = ()
    facilities: tuple[FacilityHit, ...] = ()
    means: tuple[Means, ...] = ()
    harm: tuple[Harm, ...] = ()
    allegations: tuple[Allegation, ...] = ()
    place_precision: Term | None = None
    grade: Term | None = None
    grade_scheme: str = ""
    independent_origins: int | None = None
    state: RowState = "new"
    is_provisional: bool = False
    claims: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()


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
class Definition:
    """A word and what it means here: measures, facility types, grades."""

    term: Term
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Someone whom a source document quotes."""

    name: str
    of: str = ""
    kind: Term | None = None
    is_party_to_conflict: bool = False
    is_anonymous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One document of the numbered list.

    Attributes:
        number: from 1; claims point here.
        copy_of: the number of the document that it republishes or translates; None for an original.
        url: "" if there is none or it may not be shown; `are_details_withheld` tells which.
        archive_sha256: of the captured file, "" if none was captured.
    """

    number: int
    publisher: str
    title: str
    published: When
    kind: Term | None = None
    language: str = ""
    speakers: tuple[Speaker, ...] = ()
    is_party_to_conflict: bool = False
    url: str = ""
    archive_url: str = ""
    archive_sha256: str = ""
    copy_of: int | None = None
    are_details_withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What was left out for this audience and how often; says nothing of what it protects.

    Attributes:
        kind: `positions`, `days`, `words`…; the page says why.
        count: None where the count itself would tell something.
        limit: the number that the rule goes by: how few are few, how many days are recent.
    """

    kind: str
    count: int | None = None
    limit: int | None = None


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
    unknowns: Unknowns = Unknowns()
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Colophon:
    """What made the pages; found at rendering, so not part of the snapshot.

    Attributes:
        snapshot_sha256: of `as_json(sitrep)`, the file attached to the PDF.
        templates_sha256: over all templates, translations, stylesheets and fonts.
        renderer: names and versions that decide the bytes.
    """

    snapshot_sha256: str
    software: str
    templates_sha256: str
    renderer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF."""

    name: str
    data: bytes
    description: str


def as_json(sitrep: Sitrep) -> bytes:
    """The snapshot as canonical JSON: sorted keys, UTF-8, no spaces, one newline at the end."""
    text = json.dumps(
        sitrep, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False,
        check_circular=False,
    )  # fmt: skip
    return text.encode() + b"\n"


def _plain(value: Any) -> object:
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    return {name: getattr(value, name) for name in names_of(value.__class__)}


@functools.cache
def names_of(kind: Any) -> tuple[str, ...]:
    """The names of a value's fields, by its type."""
    return tuple(field.name for field in fields(kind))


def from_json(data: bytes) -> Sitrep:
    """The values that `as_json` wrote.

    Raises:
        RegistryError: the file is not a snapshot, or was changed by hand or by another version.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - heavy, and only what comes from outside is checked

    try:
        sitrep = _adapter().validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the file"
        raise RegistryError(f"snapshot: {where}: {first['msg']}; give the JSON attached to a sitrep") from error
    if as_json(sitrep) != data:
        raise RegistryError("snapshot: not as this version writes it; build it anew, or use the version it names")
    return sitrep


@functools.cache
def _adapter() -> "TypeAdapter[Sitrep]":
    from pydantic import TypeAdapter  # noqa: PLC0415 - as above

    return TypeAdapter(Sitrep)
