"""What can stand in a mapping file, part by part. `docs/importing.md` tells it to those who write one."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from registry.services.importing.expressions import Expression
from registry.services.importing.rows import Layout, Repeats

# The three parts of a means, and the code list of each.
MEANS = {"attack_type": "attack_type", "launch": "launch_method", "munition": "munition"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


class RepeatsGiven(_Part):
    """In which tables of an export the items of repeat groups are: see `rows.Repeats`."""

    tables: list[str] = Field(min_length=1)
    key: str
    parent: str
    groups: str = Field(default="/", min_length=1)


class FileLayout(_Part):
    """Where the rows are, and how they lie there: see `rows.Layout`."""

    sheet: str | int | None = None
    heading: int = Field(default=1, ge=1)
    encoding: str = "utf-8"
    delimiter: str | None = None
    rows_at: str | None = None
    repeats: RepeatsGiven | None = None
    fill_down: list[str] = []

    def layout(self) -> Layout:
        """The same for a reader."""
        given = self.model_dump(exclude={"repeats"})
        return Layout(**given, repeats=Repeats(**self.repeats.model_dump()) if self.repeats else None)


class SourceGiven(_Part):
    """Whose list it is: made where the registry does not know the name."""

    name: str
    kind: str
    short: str | None = None


class LevelGiven(_Part):
    """One level on the way down to a place; `create` makes a place that is not on file."""

    level: str
    name: Expression | None = None
    names: dict[str, Expression] = {}
    pcode: Expression | None = None
    create: bool = False


class WhereGiven(_Part):
    """Where a row's subject is; `levels` go from the widest to the narrowest."""

    country: Expression
    levels: list[LevelGiven] = []
    lat: Expression | None = None
    lon: Expression | None = None
    precision: Expression | None = None
    words: Expression | None = None


class SpeakerGiven(_Part):
    """Who says it, where the rows name somebody: made where the registry does not know the name."""

    name: Expression
    kind: Expression


class DaysGiven(_Part):
    """When: one column, or a first and a last day; a column that says how precisely; the order of 03/04/2024.

    Attributes:
        words: the date as the report has it, where a column has that.
        year: of a date that leaves it out; with `month` and `day` a date in three columns.
    """

    column: Expression | None = None
    first: Expression | None = None
    last: Expression | None = None
    precision: Expression | None = None
    words: Expression | None = None
    order: str | None = Field(default=None, pattern="^(dmy|mdy|ymd)$")
    year: Expression | None = None
    month: Expression | None = None
    day: Expression | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _checked(self) -> "DaysGiven":
        if [self.column, self.first, self.month].count(None) != 2:
            raise ValueError("give a column, or first (and last), or year and month (and day)")
        if self.month is not None and self.year is None:
            raise ValueError("the column of the year is missing")
        return self


class PlaceGiven(_Part):
    """The list is of places."""

    level: Expression
    name: Expression | None = None
    names: dict[str, Expression] = {}
    pcode: Expression | None = None
    edition: Expression | None = None
    note: Expression | None = None


class FacilityGiven(_Part):
    """The list is of facilities."""

    type: Expression
    name: Expression | None = None
    names: dict[str, Expression] = {}
    identifiers: dict[str, Expression] = {}
    operator_kind: Expression | None = None
    note: Expression | None = None


class SignGiven(_Part):
    """A column that, where it holds more than nothing, says what was done to the facility."""

    column: Expression
    effect: str | None = None
    damage: str | None = None


# A code of ours that is the same for every row, or where to read it.
Code = str | Expression


class HitGiven(_Part):
    """A facility that an attack touched: when a sign says so, or (`always`) whenever its type is known.

    Attributes:
        each: of every item of this repeat group.
    """

    each: str | None = None
    type: Expression
    name: Expression | None = None
    signs: list[SignGiven] = []
    always: bool = False
    effect: Code | None = None
    damage: Code | None = None
    functionality: Code | None = None


class MeansSignGiven(_Part):
    """A column that, where it holds more than nothing, says by which means."""

    column: Expression
    attack_type: str | None = None
    launch: str | None = None
    munition: str | None = None


class MeansGiven(_Part):
    """By which means: each word of a column becomes an attack type, a launch method and a munition.

    Where the file has a column for each of the three, they are given as `attack_type`, `launch` and `munition`; where
    it has a column for each means, as `signs`.
    """

    each: str | None = None
    attack_type: Expression | None = None
    launch: Expression | None = None
    munition: Expression | None = None
    column: str | None = None
    split: str | None = None
    scheme: str | None = None
    scheme_list: str | None = None
    blank: list[str] = []
    map: dict[str, dict[str, str] | None] = {}
    unknown: str = Field(default="reject", pattern="^(reject|skip)$")
    signs: list[MeansSignGiven] = []

    @model_validator(mode="after")
    def _checked(self) -> "MeansGiven":
        in_parts = any((self.attack_type, self.launch, self.munition))
        if sum((self.column is not None, in_parts, bool(self.signs))) != 1:
            raise ValueError("give a column of words, or attack_type, launch and munition, or signs")
        return self


class ImputedGiven(_Part):
    """When a count is the list's own: where it is this number, and another column's words say that it was not told."""

    number: int = 1
    column: str | None = None
    matches: str | None = None
    unless: str | None = None


class NumberGiven(_Part):
    """A number that the row claims: from one column, or a least and a greatest with a best one for its words.

    Where the file says how its number is bounded, `operator` is read, and `low` and `high` are what it bounds.

    Attributes:
        each: of every item of this repeat group.
        words: as the speaker said it.
        said_by: who says it; the publisher otherwise.
        zero: what nought means: that there were none is reported (`none`), or nothing is (`skip`).
        imputed: the rule of `attack.imputed` by which it is the list's own.
    """

    each: str | None = None
    measure: Code
    population: Code | None = None
    facility_type: Code | None = None
    column: Expression | None = None
    low: Expression | None = None
    best: Expression | None = None
    high: Expression | None = None
    operator: Code = "exactly"
    words: Expression | None = None
    said_by: SpeakerGiven | None = None
    zero: str = Field(default="skip", pattern="^(skip|none)$")
    definition: Code | None = None
    imputed: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _checked(self) -> "NumberGiven":
        if (self.column is None) == (self.low is None or self.high is None):
            raise ValueError("give a column, or low and high")
        read = [key for key in ("measure", "population", "facility_type", "definition") if self._is_read(key)]
        read += [key for key in ("words", "said_by") if getattr(self, key) is not None]
        if read and not self._is_read("operator"):
            raise ValueError(f"{read[0]} is read from the file: then operator has to be, too")
        return self

    def _is_read(self, key: str) -> bool:
        return isinstance(getattr(self, key), Expression)


class AccusedGiven(_Part):
    """Whom the list holds responsible; `unnamed` are its words for an actor that nobody has identified.

    Attributes:
        each: of every item of this repeat group.
        said_by: who says it; the publisher otherwise.
    """

    each: str | None = None
    name: Expression
    kind: Expression | None = None
    unnamed: list[str] = []
    stance: Code = "accuses"
    hedge: str | None = "reported"
    said_by: SpeakerGiven | None = None


class ReportGiven(_Part):
    """What kind of report a row stands for; `publisher` where that is not the list itself."""

    kind: str = "dataset_row"
    publisher: SpeakerGiven | None = None
    title: Expression | None = None
    url: Expression | None = None
    published: DaysGiven | None = None
    language: str = "und"
    note: Expression | None = None


class AttackGiven(_Part):
    """The list is of attacks; `imputed` are the rules by which a count is the list's own, by name.

    Attributes:
        time_band: night, morning, afternoon or evening, where the list gives no time of day.
        words: as the report has them.
        grade: the list's own, a code of a scheme that is not ours: kept as its assessment.
    """

    when: DaysGiven
    time: Expression | None = None
    time_band: Expression | None = None
    title: Expression | None = None
    summary: Expression | None = None
    words: Expression | None = None
    grade: Expression | None = None
    facilities: list[HitGiven] = []
    means: MeansGiven | None = None
    imputed: dict[str, ImputedGiven] = {}
    numbers: list[NumberGiven] = []
    accused: AccusedGiven | None = None
    report: ReportGiven = ReportGiven()

    @model_validator(mode="after")
    def _checked(self) -> "AttackGiven":
        for number in self.numbers:
            if number.imputed is not None and number.imputed not in self.imputed:
                raise ValueError(f"numbers.imputed: no rule is called {number.imputed!r}; name one of `imputed`")
        return self


class Mapping(_Part):
    """A whole mapping: what the list is, where its rows are, and what they become.

    Attributes:
        known_as: the name under which the list's rows are known again; the mapping's own otherwise.
        id: the column that tells one row from another in every edition of the list.
        ignore: headings that are known and left out on purpose; `*` stands for anything.
    """

    mapping: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    title: str
    about: str = ""
    known_as: str | None = None
    licence: str | None = None
    file: FileLayout = FileLayout()
    source: SourceGiven
    id: Expression
    blank: list[str] = []
    ignore: list[str] = []
    decimal_comma: bool = False
    where: WhereGiven
    place: PlaceGiven | None = None
    facility: FacilityGiven | None = None
    attack: AttackGiven | None = None

    @model_validator(mode="after")
    def _checked(self) -> "Mapping":
        if sum(part is not None for part in (self.place, self.facility, self.attack)) != 1:
            raise ValueError("give one of place, facility and attack: what a row of the list is")
        return self

    @property
    def noun(self) -> str:
        """What a row of the list is."""
        return "place" if self.place else "facility" if self.facility else "attack"

    @property
    def list_name(self) -> str:
        """The name under which the list's rows are known again."""
        return self.known_as or self.mapping
