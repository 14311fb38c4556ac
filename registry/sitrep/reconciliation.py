"""Two lists of attacks compared, on a page of its own in the style of the situation reports.

What comes in is what `services.reconciling` found; it is frozen first, so that the page shows these values and nothing
else, and the same values give the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import registry
from registry.sitrep import bidi
from registry.sitrep.values import Attached
from registry.sitrep.wording import Wording, as_utc

_MOST_ROWS = 60  # of a grouping, and of numbers that differ: the rest is in the attached values and in the CSV
_ATTACHED = "reconciliation.json"
_HEADINGS = {"month": "By month", "area": "By area", "type": "By type of attack", "facility": "By type of facility"}


@dataclass(frozen=True)
class Listed:
    """One of the two lists."""

    name: str
    attacks: int
    in_both: int
    only_here: int


@dataclass(frozen=True)
class Share:
    """How many attacks of a month, an area or a type are in both lists, and in one alone."""

    value: str
    both: int
    only_one: int
    only_other: int


@dataclass(frozen=True)
class Grouping:
    """All shares of one kind; `left_out` are those of which one list alone speaks, or for which there is no room."""

    heading: str
    shares: tuple[Share, ...]
    left_out: int


@dataclass(frozen=True)
class Measured:
    """Of one measure: how many attacks both lists count, and which list says more."""

    measure: str
    given: int
    agree: int
    first_more: int
    second_more: int


@dataclass(frozen=True)
class Difference:
    """An attack of which the two lists give different numbers."""

    attack: str
    month: str
    area: str
    measure: str
    one: str
    other: str


@dataclass(frozen=True)
class Head:
    """What the frame of every page asks for."""

    as_of: datetime
    producer: str
    language: str = "en"


@dataclass(frozen=True)
class Reconciliation:
    """The page.

    Attributes:
        by_score: attacks that are in both by a score alone, which nobody has judged.
    """

    masthead: Head
    one: Listed
    other: Listed
    by_score: int
    groupings: tuple[Grouping, ...]
    measures: tuple[Measured, ...]
    differing: tuple[Difference, ...]
    differing_left_out: int


def freeze(found: Mapping[str, Any], as_of: datetime, producer: str) -> Reconciliation:
    """The values of the page.

    Args:
        found: from `services.reconciling.between`.
        as_of: the newest data entry.
        producer: who publishes it; "" where nobody is named.
    """
    differing = sorted(
        (row for row in found["numbers"] if not row["agrees"]),
        key=lambda row: (-abs(row["difference"] or 0), row["month"], row["attack"]),
    )
    page = Reconciliation(
        masthead=Head(as_of, producer),
        one=_listed(found["lists"][0]),
        other=_listed(found["lists"][1]),
        by_score=sum(row["score"] is not None for row in found["attacks"]),
        groupings=tuple(_grouping(found["counts"], part) for part in _HEADINGS),
        measures=_measures(found["numbers"]),
        differing=tuple(_difference(row) for row in differing[:_MOST_ROWS]),
        differing_left_out=len(differing[_MOST_ROWS:]),
    )
    return bidi.cleaned(page)


def _listed(row: Mapping[str, Any]) -> Listed:
    return Listed(row["list"], row["attacks"], row["in_both"], row["only_here"])


def _grouping(counts: Sequence[Mapping[str, Any]], part: str) -> Grouping:
    rows = [row for row in counts if row["by"] == part]
    # Months, areas and types of which one list alone speaks tell of its scope, not of what the other missed.
    shared = [row for row in rows if row["both"] or (row["only_one"] and row["only_other"])]
    if part != "month":  # months stay in their order
        shared.sort(key=lambda row: -(row["both"] + row["only_one"] + row["only_other"]))
    shown = shared[:_MOST_ROWS]
    shares = (Share(_words(row["value"]), row["both"], row["only_one"], row["only_other"]) for row in shown)
    return Grouping(_HEADINGS[part], tuple(shares), len(rows) - len(shown))


def _measures(numbers: Sequence[Mapping[str, Any]]) -> tuple[Measured, ...]:
    found = []
    for measure in sorted({row["measure"] for row in numbers}):
        rows = [row for row in numbers if row["measure"] == measure]
        change = [row["difference"] or 0 for row in rows if not row["agrees"]]
        found.append(
            Measured(
                _words(measure), len(rows), len(rows) - len(change), sum(one < 0 for one in change),
                sum(one > 0 for one in change),
            )
        )  # fmt: skip
    return tuple(found)


def _difference(row: Mapping[str, Any]) -> Difference:
    return Difference(row["attack"], row["month"], row["area"], _words(row["measure"]), row["one"], row["other"])


def _words(code: str) -> str:
    return code.replace("_", " ")


def html(values: Reconciliation) -> str:
    """One page for the browser, with everything inside."""
    from registry.sitrep import screen  # noqa: PLC0415 -- loads Babel

    return screen.sealed(_page(values, is_on_screen=True))


def _page(values: Reconciliation, *, is_on_screen: bool) -> str:
    from registry.sitrep import page  # noqa: PLC0415 -- loads Jinja

    words = Wording(values.masthead.language)
    return (
        page.environment(words)
        .get_template("reconciliation.html")
        .render(
            sitrep=values,
            colophon={"software": f"attack-registry {registry.__version__}"},
            direction=words.direction,
            digits=words.catalogue.digits,
            is_on_screen=is_on_screen,
        )
    )


def pdf(values: Reconciliation) -> bytes:
    """PDF/A-3a and PDF/UA-1, the values attached.

    Raises:
        RegistryError: a glyph or a font is missing; nothing half-right is printed.
    """
    from registry.sitrep import pdf as maker  # noqa: PLC0415 -- loads WeasyPrint

    plain = json.dumps(asdict(values), ensure_ascii=False, sort_keys=True, default=str)
    as_of = as_utc(values.masthead.as_of)
    attached = Attached(_ATTACHED, plain.encode() + b"\n", "The two lists compared, as values")
    return maker.write(_page(values, is_on_screen=False), [attached], as_of)
