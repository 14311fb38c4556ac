"""A row in our terms: what it says of one place, facility or attack, with everything found that could be found.

Plain tuples: two rows that say the same are equal, and their `repr` is what tells a changed row from one that is not.
"""

from datetime import date, time
from typing import NamedTuple


class Name(NamedTuple):
    """A name in a language (`und`: not said)."""

    text: str
    language: str = "und"


class Step(NamedTuple):
    """One level on the way to a place: by P-code, else by name."""

    level: str
    pcode: str | None
    names: tuple[Name, ...]
    create: bool


class Where(NamedTuple):
    """Where something is: a country, the way down from it, and a point."""

    country: str
    steps: tuple[Step, ...] = ()
    words: str | None = None
    precision: str | None = None
    lat: float | None = None
    lon: float | None = None


class Days(NamedTuple):
    """An imprecise date."""

    first: date | None = None
    last: date | None = None
    precision: str = "unknown"
    words: str | None = None


class PlaceRecord(NamedTuple):
    """A place; `where` is what it lies in, with its own point."""

    outside_id: str
    level: str
    names: tuple[Name, ...]
    pcode: str | None
    edition: str
    where: Where
    note: str | None


class FacilityRecord(NamedTuple):
    """A facility; without names it is a placeholder."""

    outside_id: str
    type: str
    names: tuple[Name, ...]
    where: Where
    identifiers: tuple[tuple[str, str], ...]
    operator_kind: str | None
    note: str | None


class Hit(NamedTuple):
    """A facility that an attack touched, unnamed unless it has names."""

    type: str
    names: tuple[Name, ...]
    effect: str | None
    damage: str | None
    functionality: str | None = None


class Means(NamedTuple):
    """By which means; any of the three may be missing."""

    attack_type: str | None
    launch: str | None
    munition: str | None


class Speaker(NamedTuple):
    """Somebody whom a row names as the one who says it."""

    name: str
    kind: str


class Number(NamedTuple):
    """A number that the list gives; without a speaker it is the publisher's own."""

    measure: str
    population: str | None
    facility_type: str | None
    operator: str | None
    low: int | None
    high: int | None
    absence: str | None
    words: str | None
    definition: str | None
    is_imputed: bool
    note: str | None
    speaker: Speaker | None = None


class Accused(NamedTuple):
    """An actor that is held responsible, and by whom; without a name it stands for an unidentified one of its kind."""

    name: str
    kind: str
    stance: str
    hedge: str | None
    speaker: Speaker | None = None


class ReportRecord(NamedTuple):
    """The report that a row stands for; without a publisher it is the list's."""

    kind: str
    title: str | None
    url: str | None
    published: Days
    language: str
    note: str | None
    publisher: Speaker | None = None


class AttackRecord(NamedTuple):
    """An attack with all that its row says of it.

    Attributes:
        words: as the report has them.
        grade: the list's own, of another scheme than ours.
    """

    outside_id: str
    where: Where
    days: Days
    time_of_day: time | None
    title: str | None
    summary: str | None
    hits: tuple[Hit, ...]
    means: tuple[Means, ...]
    numbers: tuple[Number, ...]
    accused: tuple[Accused, ...]
    report: ReportRecord
    time_band: str | None = None
    words: str | None = None
    grade: str | None = None


Record = PlaceRecord | FacilityRecord | AttackRecord
