"""Codes, days and numbers as a page shows them, and what a figure is about."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Operator = Literal["exactly", "at_least", "more_than", "at_most", "fewer_than", "about", "between", "some", "unstated"]
Absence = Literal["not_reported", "reported_none", "unknown", "withheld", "not_coded"]
Basis = Literal["printed", "inferred", "not_stated"]
Sector = Literal["health", "education", "civil_defence", "other", "none_reported"]
ScopeKind = Literal["attacks", "facilities", "area_claims"]


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
