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

Files: `issue` (the whole, its head and what changed), `terms` (codes, days, numbers), `counts` (key figures, attacks as
counts), `claims` (with the ranges over them), `attacks`, `facilities`, `documents`, `pictures` (charts and map), `file`
(as JSON and back), `printed` (what rendering adds).
"""

from registry.sitrep.values.attacks import Allegation, AttackRow, FacilityHit, Harm, Means, RowState, Stance
from registry.sitrep.values.claims import ClaimRow, ClaimState, Hedge, Interval, IntervalRow, Relay, Rule, Subject
from registry.sitrep.values.counts import (
    Cell,
    ClaimedCount,
    Figure,
    MeansCount,
    Note,
    Part,
    PeopleFigure,
    SectorFigures,
    Silence,
    Unknowns,
)
from registry.sitrep.values.documents import Definition, SourceRow, Speaker, Withheld
from registry.sitrep.values.facilities import (
    Dossier,
    FacilityName,
    FacilityRow,
    Identifier,
    StateBar,
    StatePart,
    Status,
)
from registry.sitrep.values.file import as_json, from_json, names_of
from registry.sitrep.values.issue import (
    Audience,
    Changes,
    CorrectedPart,
    Correction,
    CorrectionKind,
    Highlight,
    HighlightKind,
    JournalHead,
    Kind,
    Masthead,
    Sitrep,
)
from registry.sitrep.values.pictures import AreaMap, Bar, MapArea, Outline, Ring, Series
from registry.sitrep.values.printed import Attached, Colophon
from registry.sitrep.values.terms import Absence, Basis, Operator, Quantity, Scope, ScopeKind, Sector, Span, Term, When

__all__ = [
    "Absence", "Allegation", "AreaMap", "Attached", "AttackRow", "Audience", "Bar", "Basis", "Cell", "Changes",
    "ClaimRow", "ClaimState", "ClaimedCount", "Colophon", "CorrectedPart", "Correction", "CorrectionKind",
    "Definition", "Dossier", "FacilityHit", "FacilityName", "FacilityRow", "Figure", "Harm", "Hedge", "Highlight",
    "HighlightKind", "Identifier", "Interval", "IntervalRow", "JournalHead", "Kind", "MapArea", "Masthead", "Means",
    "MeansCount", "Note", "Operator", "Outline", "Part", "PeopleFigure", "Quantity", "Relay", "Ring", "RowState",
    "Rule", "Scope", "ScopeKind", "Sector", "SectorFigures", "Series", "Silence", "Sitrep", "SourceRow", "Span",
    "Speaker", "Stance", "StateBar", "StatePart", "Status", "Subject", "Term", "Unknowns", "When", "Withheld",
    "as_json", "from_json", "names_of",
]  # fmt: skip
