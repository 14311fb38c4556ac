"""The numbers that a row claims, each with its operator; what the list counts for want of a number is flagged."""

import re
from typing import TYPE_CHECKING

from registry.errors import InvalidValue
from registry.services import coding
from registry.services.importing.expressions import Expression, Reading, whole_number
from registry.services.importing.mapping import AttackGiven, ImputedGiven, NumberGiven
from registry.services.importing.records import Number

if TYPE_CHECKING:
    from registry.services.importing.mapper import Mapper, Row

_MEND = "write a whole number, or words such as `more than 30`"


class Numbers:
    """All numbers of a row."""

    def __init__(self, mapper: "Mapper", given: AttackGiven) -> None:
        rules = {name: _Imputed(mapper, rule) for name, rule in given.imputed.items()}
        self._all = [
            _OneNumber(mapper, number, rules.get(number.imputed or "")) if number.column else _Bounded(mapper, number)
            for number in given.numbers
        ]

    def read(self, row: "Row") -> tuple[Number, ...]:
        """Those that the row claims."""
        return tuple(number for each in self._all if (number := each.read(row)) is not None)


def _made(
    given: NumberGiven, operator: str | None, low: int | None, high: int | None, **rest: str | bool | None
) -> Number:
    found = Number(
        given.measure, given.population, given.facility_type, operator, low, high, None, None, given.definition,
        is_imputed=False, note=given.note,
    )  # fmt: skip
    return found._replace(**rest)  # type: ignore[arg-type]  # a few of its own fields


class _OneNumber:
    def __init__(self, mapper: "Mapper", given: NumberGiven, imputed: "_Imputed | None") -> None:
        assert given.column is not None  # noqa: S101 -- told apart above
        self._given = given
        self._reading = mapper.reading(given.column)
        self._imputed = imputed
        self._comma = mapper.given.decimal_comma

    def read(self, row: "Row") -> Number | None:
        text = self._reading.one(row.cells, row.complain)
        if not text:
            return None
        value = whole_number(text, decimal_comma=self._comma)
        if value is None:
            return self._words(text, row)
        if value == 0:
            return self._nought()
        low = None if self._given.operator in ("at_most", "fewer_than") else value
        high = None if self._given.operator in ("at_least", "more_than") else value
        is_imputed = self._imputed is not None and self._imputed.holds(value, row)
        return _made(self._given, self._given.operator, low, high, is_imputed=is_imputed)

    def _nought(self) -> Number | None:
        return _made(self._given, None, None, None, absence="reported_none") if self._given.zero == "none" else None

    def _words(self, text: str, row: "Row") -> Number | None:
        try:
            found = coding.number(text)
        except InvalidValue:
            row.complain(self._reading.heading, "it is not a count of people or things", _MEND)
            return None
        if found.absence == "reported_none":
            return self._nought()
        return _made(
            self._given, found.operator, found.low, found.high, absence=found.absence, words=found.words or text
        )


class _Bounded:
    """A least and a greatest, with a best estimate that is kept in the words."""

    def __init__(self, mapper: "Mapper", given: NumberGiven) -> None:
        assert given.low is not None and given.high is not None  # noqa: S101, PT018 -- the mapping's own check
        self._given = given
        self._low, self._high = mapper.reading(given.low), mapper.reading(given.high)
        self._best = mapper.optional(given.best)
        self._comma = mapper.given.decimal_comma

    def read(self, row: "Row") -> Number | None:
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

    def _value(self, reading: Reading, row: "Row") -> int | None:
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

    def holds(self, value: int, row: "Row") -> bool:
        """Whether the number is the list's own: the one that it counts where the words give none."""
        if value != self._number:
            return False
        text = self._reading.cell(row.cells) if self._reading else ""
        if self._matches is not None and not self._matches.search(text):
            return False
        return self._unless is None or not self._unless.search(text)
