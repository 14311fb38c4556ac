"""The mapping file: how the columns of somebody's list become ours. `docs/importing.md` tells what can stand in it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from registry import codes, paths
from registry.errors import NotFound, UsageError
from registry.models.facilities import OPERATOR_KINDS
from registry.models.places import LEVELS
from registry.services.importing.expressions import Expression, translation

FOLDER = paths.PACKAGE / "mappings"
_LARGEST = 1 << 20


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


class FileLayout(_Part):
    """Where the rows are: sheet (name or number), line of the headings, encoding, delimiter, key of a JSON list."""

    sheet: str | int | None = None
    heading: int = Field(default=1, ge=1)
    encoding: str = "utf-8"
    delimiter: str | None = None
    rows_at: str | None = None


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


class DaysGiven(_Part):
    """When: one column, or a first and a last day; a column that says how precisely; the order of 03/04/2024."""

    column: Expression | None = None
    first: Expression | None = None
    last: Expression | None = None
    precision: Expression | None = None
    order: str | None = Field(default=None, pattern="^(dmy|mdy|ymd)$")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _checked(self) -> "DaysGiven":
        if (self.column is None) == (self.first is None):
            raise ValueError("give a column, or first (and last)")
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


class HitGiven(_Part):
    """A facility that an attack touched: when a sign says so, or (`always`) whenever its type is known."""

    type: Expression
    name: Expression | None = None
    signs: list[SignGiven] = []
    always: bool = False
    effect: str | None = None


class MeansGiven(_Part):
    """By which means: each word of the column becomes an attack type, a launch method and a munition."""

    column: str
    split: str | None = None
    scheme: str | None = None
    scheme_list: str | None = None
    blank: list[str] = []
    map: dict[str, dict[str, str] | None] = {}
    unknown: str = Field(default="reject", pattern="^(reject|skip)$")


class ImputedGiven(_Part):
    """When a count is the list's own: where it is this number, and another column's words say that it was not told."""

    number: int = 1
    column: str | None = None
    matches: str | None = None
    unless: str | None = None


class NumberGiven(_Part):
    """A number that the row claims: from one column, or a least and a greatest with a best one for its words.

    Attributes:
        zero: what nought means: that there were none is reported (`none`), or nothing is (`skip`).
        imputed: the rule of `attack.imputed` by which it is the list's own.
    """

    measure: str
    population: str | None = None
    facility_type: str | None = None
    column: Expression | None = None
    low: Expression | None = None
    best: Expression | None = None
    high: Expression | None = None
    operator: str = "exactly"
    zero: str = Field(default="skip", pattern="^(skip|none)$")
    definition: str | None = None
    imputed: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _checked(self) -> "NumberGiven":
        if (self.column is None) == (self.low is None or self.high is None):
            raise ValueError("give a column, or low and high")
        return self


class AccusedGiven(_Part):
    """Whom the list holds responsible; `unnamed` are its words for an actor that nobody has identified."""

    name: Expression
    kind: Expression | None = None
    unnamed: list[str] = []
    stance: str = "accuses"
    hedge: str | None = "reported"


class ReportGiven(_Part):
    """What kind of report a row stands for."""

    kind: str = "dataset_row"
    title: Expression | None = None
    url: Expression | None = None
    published: DaysGiven | None = None
    language: str = "und"
    note: Expression | None = None


class AttackGiven(_Part):
    """The list is of attacks; `imputed` are the rules by which a count is the list's own, by name."""

    when: DaysGiven
    time: Expression | None = None
    title: Expression | None = None
    summary: Expression | None = None
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


@dataclass(frozen=True)
class Loaded:
    """A mapping with the file it came from."""

    mapping: Mapping
    path: Path
    sha256: str


class _UniqueKeys(yaml.SafeLoader):
    """YAML in which a key that stands twice is a mistake, not a way to lose the first."""


def _unique(loader: _UniqueKeys, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique)


def shipped() -> dict[str, Path]:
    """The mappings that come with the program, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}


def load(wanted: str) -> Loaded:
    """A mapping by the name of a shipped one, or by the path of a file.

    Raises:
        NotFound: it is neither.
        UsageError: the file is no mapping; says where, what is wrong and what to do.
    """
    known = shipped()
    path = known.get(wanted) or Path(wanted)
    if not path.is_file():
        near = [name for name in known if wanted.casefold() in name or name in wanted.casefold()]
        raise NotFound("mapping", wanted, near, hint="see `registry import map list`, or give the path of a file")
    data = path.read_bytes()[: _LARGEST + 1]
    return Loaded(read(path.name, data), path, hashlib.sha256(data).hexdigest())


def read(name: str, data: bytes) -> Mapping:
    """A mapping from the text of its file.

    Raises:
        UsageError: it is none; says where, what is wrong and what to do.
    """
    return _validated(name, _parsed(name, data))


def _parsed(name: str, data: bytes) -> Any:
    if len(data) > _LARGEST:
        raise UsageError(f"{name}: it is too large for a mapping; see whether it is the right file")
    try:
        if b"&" in data and b"*" in data and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(data)):
            raise UsageError(f"{name}: it uses YAML's * aliases; write the part out")
        return yaml.load(data, Loader=_UniqueKeys)  # noqa: S506 -- a SafeLoader that also refuses doubled keys
    except (yaml.YAMLError, UnicodeError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "it is not YAML text in UTF-8"
        raise UsageError(f"{name}{where}: {problem}; compare with `registry import map show gazetteer`") from error


def _validated(name: str, given: Any) -> Mapping:
    if not isinstance(given, dict):
        raise UsageError(f"{name}: it is no mapping; compare with `registry import map show gazetteer`")
    try:
        mapping = Mapping.model_validate(given)
    except ValidationError as error:
        raise UsageError(_told(name, error)) from error
    for where, trouble in _misspelt(mapping):
        raise UsageError(f"{name}: {where}: {trouble}")
    return mapping


def _told(name: str, error: ValidationError) -> str:
    # A misspelt key is why another is missing.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    where = ".".join(str(part) for part in first["loc"] if part != "function-before") or "the file"
    words = {"missing": "is missing", "extra_forbidden": "is no key of a mapping; check its spelling"}
    what = words.get(first["type"]) or first["msg"].removeprefix("Value error, ")
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{name}: {where}: {what}{more}; see docs/importing.md"


def _misspelt(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Every code and word of ours that a mapping names and that does not exist."""
    for where, code_list, code in _codes_of(mapping):
        try:
            codes.check_code(code_list, code)
        except NotFound as error:
            yield where, str(error)
    for where, word, allowed in _words_of(mapping):
        if word not in allowed:
            yield where, f"{word!r} is not a choice; give one of {', '.join(allowed)}"


def _codes_of(mapping: Mapping) -> Iterator[tuple[str, str, str]]:
    yield "source.kind", "source_kind", mapping.source.kind
    yield from _of("where.precision", mapping.where.precision, "place_precision")
    if mapping.facility:
        yield from _of("facility.type", mapping.facility.type, "facility_type")
    if mapping.attack:
        yield from _codes_of_attack(mapping.attack)


def _codes_of_attack(attack: AttackGiven) -> Iterator[tuple[str, str, str]]:
    yield from _of("attack.when.precision", attack.when.precision, "date_precision")
    for place, hit in enumerate(attack.facilities):
        at = f"attack.facilities.{place}"
        yield from _of(f"{at}.type", hit.type, "facility_type")
        yield from _named(at, hit, {"effect": "effect"})
        for sign in hit.signs:
            yield from _named(f"{at}.signs", sign, {"effect": "effect", "damage": "damage"})
    lists = {"measure": "measure", "population": "population", "facility_type": "facility_type"}
    for place, number in enumerate(attack.numbers):
        yield from _named(f"attack.numbers.{place}", number, lists)
    if attack.accused and attack.accused.kind:
        yield from _of("attack.accused.kind", attack.accused.kind, "actor_kind")
    if attack.means:
        for word, triple in attack.means.map.items():
            for key, code in (triple or {}).items():
                yield f"attack.means.map.{word}", MEANS.get(key, key), code


MEANS = {"attack_type": "attack_type", "launch": "launch_method", "munition": "munition"}


def _of(where: str, expression: Expression | None, code_list: str) -> Iterator[tuple[str, str, str]]:
    if expression is None:
        return
    for code in (expression.value, expression.default, *expression.map.values()):
        if code is not None:
            yield where, code_list, code
    if expression.codes and not translation(expression.codes.scheme, expression.codes.list, expression.codes.to):
        raise UsageError(f"{where}: code_map.csv has no {expression.codes.list} of {expression.codes.scheme}")


def _named(where: str, part: BaseModel, lists: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for key, code_list in lists.items():
        code = getattr(part, key)
        if code is not None:
            yield f"{where}.{key}", code_list, code


def _words_of(mapping: Mapping) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for level in mapping.where.levels:
        yield "where.levels", level.level, LEVELS
    if mapping.place:
        yield from _fixed("place.level", mapping.place.level, LEVELS)
    if mapping.facility and mapping.facility.operator_kind:
        yield from _fixed("facility.operator_kind", mapping.facility.operator_kind, OPERATOR_KINDS)
    if mapping.attack:
        yield "attack.report.kind", mapping.attack.report.kind, codes.REPORT_KINDS
        for number in mapping.attack.numbers:
            yield "attack.numbers.operator", number.operator, codes.OPERATORS
        if mapping.attack.accused:
            yield "attack.accused.stance", mapping.attack.accused.stance, codes.STANCES


def _fixed(where: str, expression: Expression, allowed: tuple[str, ...]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for word in (expression.value, expression.default, *expression.map.values()):
        if word is not None:
            yield where, word, allowed
