"""What a mapping says of one value: from which column, split how, and what the list's words are in ours."""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from registry import codes
from registry.services.importing import cells
from registry.services.importing.bounded import Tally

Cells = Mapping[str, str]
Complain = Callable[[str, str, str], None]  # column, what is wrong, how to mend it
_MOST_REMEMBERED = 10_000
_WAYS_IN = ("exact", "narrower")  # the relations by which a foreign code may become ours


class CodesOf(BaseModel):
    """A list of somebody else's, as `code_map.csv` relates it to ours."""

    model_config = ConfigDict(extra="forbid")
    scheme: str
    list: str
    to: str


class Expression(BaseModel):
    """Where a value comes from. In the file a text, or a list of them, stands for `column:`.

    Attributes:
        column: heading, HXL tag, or several headings of which the first filled one counts.
        join: several headings whose texts together are the value, with ` / ` between.
        first_of: several expressions of which the first that gives something counts.
        value: the same for every row.
        default: where the cell is blank.
        blank: what the list writes for "nothing": the cell then counts as blank.
        split: what stands between several values in one cell.
        pattern: a regular expression; its first group is the value, and a cell without it is blank.
        map: the list's words, and ours; none leaves the value out.
        codes: takes the words from `code_map.csv`.
        unknown: what a word that stands in neither gives: `reject` the row, `keep` it as it is, or `skip` the value.
        whole: a number such as 7166064305.0 is an identifier: 7166064305.
        optional: the file may be without the column.
    """

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
    column: str | list[str] | None = None
    join: list[str] = []
    first_of: "list[Expression]" = []
    value: str | None = None
    default: str | None = None
    blank: list[str] = []
    split: str | None = None
    pattern: str | None = None
    map: dict[str, str | None] = Field(default_factory=dict)
    codes: CodesOf | None = None
    unknown: str = Field(default="reject", pattern="^(reject|keep|skip)$")
    whole: bool = False
    optional: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        if isinstance(given, list):
            return {"column": given}
        return {"column": str(given)} if isinstance(given, str | int) else given

    @model_validator(mode="after")
    def _checked(self) -> "Expression":
        ways = (self.column is not None, self.value is not None, bool(self.join), bool(self.first_of))
        if sum(ways) != 1:
            raise ValueError("give one of column, join, first_of, and a value that is the same for every row")
        if self.pattern is not None:
            _group(self.pattern)
        return self

    def columns(self) -> list[str]:
        """The headings that it reads."""
        return [self.column] if isinstance(self.column, str) else [*(self.column or ()), *self.join]

    def translates(self) -> bool:
        """Whether it turns the list's words into ours."""
        return bool(self.map) or self.codes is not None


def _group(pattern: str) -> None:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"the pattern is not a regular expression: {error}") from error
    if groups < 1:
        raise ValueError("the pattern has no group; put what is wanted in ( )")


@cache
def translation(scheme: str, scheme_list: str, to: str) -> Mapping[str, str]:
    """The foreign words of a list and our code for each; empty where `code_map.csv` knows none."""
    wanted = (scheme, scheme_list, to)
    found: dict[str, str] = {}
    for row in codes.code_map():
        if (row["scheme"], row["scheme_list"], row["list"]) == wanted and row["relation"] in _WAYS_IN:
            for word in (row["foreign_code"], row["foreign_label"]):
                if word:
                    found.setdefault(word.strip().casefold(), str(row["code"]))
    return found


class Reading:
    """An expression made ready: its columns found in the file, its words looked up."""

    def __init__(self, expression: Expression, find: Callable[[str], str | None], blank: frozenset[str]) -> None:
        self.expression = expression
        self._others = [Reading(other, find, blank) for other in expression.first_of]
        self.headings = [heading for name in expression.columns() if (heading := find(name)) is not None]
        self.headings += [heading for other in self._others for heading in other.headings]
        self.heading = self.headings[0] if self.headings else ", ".join(expression.columns())
        self._otherwise = [expression.default] if expression.default is not None else []
        self._blank = blank | {word.strip().casefold() for word in expression.blank}
        self._pattern = re.compile(expression.pattern) if expression.pattern else None
        table = expression.codes
        self.words: dict[str, str | None] = dict(translation(table.scheme, table.list, table.to)) if table else {}
        self.words |= {word.strip().casefold(): code for word, code in expression.map.items()}
        is_plain = len(self.headings) == 1 and not (self._others or expression.join or expression.value is not None)
        self._only = self.heading if is_plain else None  # the column that alone decides
        self._memo: dict[str, list[str]] = {}  # the values of its cells that nothing is wrong with
        self.unknown: Tally[str] = Tally()  # words of the list that neither stand in the map nor are blank

    def cell(self, row: Cells) -> str:
        """The text of the cell; empty where it is blank or there is no such column."""
        if self.expression.join:
            return " / ".join(filter(None, (row.get(heading, "") for heading in self.headings)))
        for heading in self.headings:
            text = row.get(heading, "")
            if text and text.casefold() not in self._blank:
                return text
        return ""

    def all(self, row: Cells, complain: Complain) -> list[str]:
        """The values of a row; none where the cell is blank."""
        known = self._memo.get(row.get(self._only, "")) if self._only is not None else None
        return self._found(row, complain) if known is None else known

    def _found(self, row: Cells, complain: Complain) -> list[str]:
        expression = self.expression
        if expression.value is not None:
            return [expression.value]
        if self._others:
            return next((found for other in self._others if (found := other.all(row, complain))), [])
        text = self.cell(row)
        if cells.is_broken(text):
            complain(self.heading, "the formula of this cell failed in the spreadsheet", "write the value itself")
            return []
        values, strange = self._read(text) if text else (self._otherwise, [])
        if not strange or expression.unknown == "keep":
            self._remember(row, values)
            return values
        for word in strange:
            self.unknown.count(word, "others")
        if expression.unknown == "reject":
            complain(
                self.heading, "the value is not in the mapping", "add it to the map of this column, or mend the cell"
            )
        return values

    def _remember(self, row: Cells, values: list[str]) -> None:
        if self._only is not None:
            if len(self._memo) > _MOST_REMEMBERED:
                self._memo.clear()  # a column of free text
            self._memo[row.get(self._only, "")] = values

    def one(self, row: Cells, complain: Complain) -> str | None:
        """The first value of a row; None where the cell is blank."""
        values = self.all(row, complain)
        return values[0] if values else None

    def _read(self, text: str) -> tuple[list[str], list[str]]:
        if self._pattern is not None:
            match = self._pattern.search(text)
            text = (match[1] or "").strip() if match else ""
        if self.expression.whole and text.endswith(".0"):
            text = text[:-2]
        parts = self.parts(text) if text else []
        values: list[str] = []
        strange: list[str] = []
        for part in parts:
            if not self.words:
                values.append(part)
            elif part.casefold() in self.words:
                if (code := self.words[part.casefold()]) is not None:
                    values.append(code)
            else:
                strange.append(part)
                values += [part] if self.expression.unknown == "keep" else []
        if not values and not strange:
            values = self._otherwise
        return list(dict.fromkeys(values)), strange

    def parts(self, text: str) -> list[str]:
        """The several values of one cell."""
        separator = self.expression.split
        if separator is None or text.casefold() in self.words:
            return [text]
        pieces = [piece.strip() for piece in text.split(separator)]
        parts: list[str] = []
        while pieces:
            # "Tasers, Live and Rubber Bullets" is one word of the list, whatever stands in it: the longest known wins.
            taken = next((n for n in range(len(pieces), 1, -1) if self._joined(pieces[:n]).casefold() in self.words), 1)
            parts.append(self._joined(pieces[:taken]))
            pieces = pieces[taken:]
        return [part for part in parts if part and part.casefold() not in self._blank]

    def _joined(self, pieces: list[str]) -> str:
        return f"{self.expression.split} ".join(pieces)


@lru_cache(maxsize=10_000)
def whole_number(text: str, *, decimal_comma: bool) -> int | None:
    """A count; None where the text is none: negative, with a fraction, or no number at all."""
    value = cells.number(text, decimal_comma=decimal_comma)
    return int(value) if value is not None and value >= 0 and value.is_integer() and value <= 2_000_000_000 else None
