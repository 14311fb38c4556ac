"""The numbers that a row claims, each with its operator; what the list counts for want of a number is flagged."""

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from registry import codes
from registry.errors import InvalidValue
from registry.services.importing import cells, counts
from registry.services.importing.expressions import Expression, Reading, whole_number
from registry.services.importing.given import AttackGiven, Code, ImputedGiven, NumberGiven
from registry.services.importing.parts import Coded, SaidBy
from registry.services.importing.records import Number
from registry.services.importing.rows import Row

if TYPE_CHECKING:
    from registry.services.importing.mapper import Mapper

# Operators whose one bound is the least, the greatest, or both.
_LEAST, _GREATEST, _BOTH = ("at_least", "more_than"), ("at_most", "fewer_than"), ("exactly", "about")
_MEND = "write a whole number, or words such as `more than 30`"


class Numbers:
    """All numbers of a row."""

    def __init__(self, mapper: "Mapper", given: AttackGiven) -> None:
        rules = {name: _Imputed(mapper, rule) for name, rule in given.imputed.items()}
        self._all = [
            _Stated(mapper, number)
            if isinstance(number.operator, Expression)
            else _OneNumber(mapper, number, rules.get(number.imputed or ""))
            if number.column
            else _Bounded(mapper, number)
            for number in given.numbers
        ]
        self._are_items = any(number.each for number in given.numbers)

    def read(self, row: Row) -> tuple[Number, ...]:
        """Those that the row claims."""
        if not self._are_items:
            return tuple([number for one in self._all if (number := one.read(row)) is not None])
        found = [number for one in self._all for item in row.items(one.each) if (number := one.read(item)) is not None]
        _refuse_alike(found, row)
        return tuple(found)


def _refuse_alike(found: list[Number], row: Row) -> None:
    """Two numbers for one thing by one speaker: a later edition could not tell which of them it corrects."""
    like = Counter((one.measure, one.population, one.facility_type, one.definition, one.speaker) for one in found)
    for (measure, *_), times in like.items():
        if times > 1:
            what = f"two numbers of {measure} by one speaker count the same"
            row.complain("", what, "leave one, or say in each what it counts")


def _made(
    given: NumberGiven, operator: str | None, low: int | None, high: int | None, **rest: str | bool | None
) -> Number:
    found = Number(
        str(given.measure), _fixed(given.population), _fixed(given.facility_type), operator, low, high, None, None,
        _fixed(given.definition), is_imputed=False, note=given.note,
    )  # fmt: skip
    return found._replace(**rest)  # type: ignore[arg-type]  # a few of its own fields


def _fixed(given: Code | None) -> str | None:
    return given if isinstance(given, str) else None


class _Stated:
    """A number of which the file says how it is bounded, or why there is none."""

    def __init__(self, mapper: "Mapper", given: NumberGiven) -> None:
        self.each = each = given.each
        self._given = given
        self._measure = Coded(mapper, given.measure, "measure", each)
        self._population = Coded(mapper, given.population, "population", each)
        self._facility_type = Coded(mapper, given.facility_type, "facility_type", each)
        assert isinstance(given.operator, Expression)  # noqa: S101 -- told apart above
        self._operator = mapper.reading(given.operator, each)
        self._low = mapper.optional(given.low or given.column, each)
        self._high = mapper.optional(given.high or given.column, each)
        self._words = mapper.optional(given.words, each)
        definition = given.definition if isinstance(given.definition, Expression) else None
        self._definition = mapper.optional(definition, each)
        self._said_by = SaidBy(mapper, given.said_by, each)

    def read(self, row: Row) -> Number | None:
        said, measure = self._operator.one(row.cells, row.complain), self._measure.read(row)
        if not said or measure is None:
            return None
        if said not in (*codes.OPERATORS, *codes.ABSENCES):
            row.complain(self._operator.heading, "it is no operator", f"one of {', '.join(codes.OPERATORS)}")
            return None
        operator, absence = (said, None) if said in codes.OPERATORS else (None, said)
        low, high = self._bounds(said, row)
        if (low, high) in ((0, 0), (None, 0)):
            # A source that counts nobody denies; it does not give a range that starts from zero.
            operator, low, high, absence = None, None, None, "reported_none"
        words = self._one(self._words, row)
        if operator == "some" and not words:
            row.complain(self._words.heading if self._words else "", "the words are missing", "such as `dozens`")
        takes = _takes(measure)
        return Number(
            measure, self._population.read(row) if takes["population"] else None,
            self._facility_type.read(row) if takes["facility_type"] else None, operator, low, high, absence, words,
            self._one(self._definition, row) or _fixed(self._given.definition), is_imputed=False,
            note=self._given.note, speaker=self._said_by.read(row),
        )  # fmt: skip

    def _bounds(self, operator: str, row: Row) -> tuple[int | None, int | None]:
        if operator in _BOTH:
            value = self._value(self._low, row)
            return value, value
        low = self._value(self._low, row) if operator in (*_LEAST, "between") else None
        high = self._value(self._high, row) if operator in (*_GREATEST, "between") else None
        if low is not None and high is not None and low > high:
            row.complain(self._low.heading if self._low else "", "the least number is above the greatest", "check both")
        return low, high

    def _value(self, reading: Reading | None, row: Row) -> int | None:
        text = self._one(reading, row)
        value = whole_number(text, decimal_comma=False) if text else None
        if value is None:
            row.complain(reading.heading if reading else "", "the operator needs a count here", _MEND)
        return value

    def _one(self, reading: Reading | None, row: Row) -> str | None:
        return reading.one(row.cells, row.complain) if reading else None


@cache
def _takes(measure: str) -> dict[str, bool]:
    """Whether a measure is of people of some population, or of facilities of some type."""
    row = next(row for row in codes.rows("measure") if row["code"] == measure)
    return {name: row[f"takes_{name}"] == "1" for name in ("population", "facility_type")}


class _OneNumber:
    def __init__(self, mapper: "Mapper", given: NumberGiven, imputed: "_Imputed | None") -> None:
        assert given.column is not None  # noqa: S101 -- told apart above
        self._given = given
        self.each = given.each
        self._reading = mapper.reading(given.column, given.each)
        self._imputed = imputed
        self._comma = mapper.given.decimal_comma
        self._is_of_people = _takes(str(given.measure))["population"]

    def read(self, row: Row) -> Number | None:
        text = self._reading.one(row.cells, row.complain)
        if not text:
            return None
        value = whole_number(text, decimal_comma=self._comma)
        if value is None and not self._is_of_people and (truth := cells.truth(text)) is not None:
            value = int(truth)  # whether access was denied; of people a yes does not say how many
        if value is None:
            return self._words(text, row)
        return self._nought() if value == 0 else self._counted(value, row)

    def _nought(self) -> Number | None:
        return _made(self._given, None, None, None, absence="reported_none") if self._given.zero == "none" else None

    def _counted(self, value: int, row: Row) -> Number:
        operator = str(self._given.operator)
        low = None if operator in _GREATEST else value
        high = None if operator in _LEAST else value
        is_imputed = self._imputed is not None and self._imputed.holds(value, row)
        return _made(self._given, operator, low, high, is_imputed=is_imputed)

    def _words(self, text: str, row: Row) -> Number | None:
        try:
            found = counts.count(text, str(self._given.measure), decimal_comma=self._comma)
        except InvalidValue:
            row.complain(self._reading.heading, "it is not a count of people or things", _MEND)
            return None
        if found is None:
            return None
        if found.operator == "exactly" and found.low is not None:  # as a bare number: in a column of minima a minimum
            return self._counted(found.low, row)._replace(words=text)
        return _made(self._given, found.operator, found.low, found.high, absence=found.absence, words=text)


class _Bounded:
    """A least and a greatest, with a best estimate that is kept in the words."""

    def __init__(self, mapper: "Mapper", given: NumberGiven) -> None:
        assert given.low is not None and given.high is not None  # noqa: S101, PT018 -- the mapping's own check
        self._given = given
        self.each = given.each
        self._low, self._high = mapper.reading(given.low, given.each), mapper.reading(given.high, given.each)
        self._best = mapper.optional(given.best, given.each)
        self._comma = mapper.given.decimal_comma

    def read(self, row: Row) -> Number | None:
        low, high = self._value(self._low, row), self._value(self._high, row)
        best = self._value(self._best, row) if self._best else None
        if low is None or high is None:
            return None
        if low > high:
            row.complain(self._low.heading, "the least number is above the greatest", "check both")
            return None
        if high == 0:
            return _made(self._given, None, None, None, absence="reported_none") if self._given.zero == "none" else None
        if low == high:
            return _made(self._given, "exactly", low, high)
        words = f"low {low}, high {high}" if best is None else f"low {low}, best {best}, high {high}"
        return _made(self._given, "between", low, high, words=words)

    def _value(self, reading: Reading, row: Row) -> int | None:
        text = reading.one(row.cells, row.complain)
        value = whole_number(text, decimal_comma=self._comma) if text else None
        if text and value is None:
            row.complain(reading.heading, "it is not a count of people or things", _MEND)
        return value


class _Imputed:
    def __init__(self, mapper: "Mapper", given: ImputedGiven) -> None:
        self._number = given.number
        self._reading = mapper.reading(Expression(column=given.column)) if given.column else None
        self._matches = re.compile(given.matches) if given.matches else None
        self._unless = re.compile(given.unless) if given.unless else None

    def holds(self, value: int, row: Row) -> bool:
        """Whether the number is the list's own: the one that it counts where the words give none."""
        if value != self._number:
            return False
        text = self._reading.cell(row.cells) if self._reading else ""
        if self._matches is not None and not self._matches.search(text):
            return False
        return self._unless is None or not self._unless.search(text)
