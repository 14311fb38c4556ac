"""What an attack's row says of the facilities it touched, whom it holds responsible, and who says so."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from registry import codes
from registry.errors import NotFound
from registry.services import coding
from registry.services.importing import cells
from registry.services.importing.expressions import Expression, Reading, whole_number
from registry.services.importing.given import AccusedGiven, Code, HitGiven, SpeakerGiven
from registry.services.importing.records import Accused, Hit, Speaker
from registry.services.importing.rows import Row

if TYPE_CHECKING:
    from registry.services.importing.mapper import Mapper, Names

LONGEST_NAME = 300  # characters
_UNKNOWN = "unknown"


def code(reading: Reading, code_list: str, row: Row) -> str | None:
    """A code of ours; a row without one, or with one that our list does not have, is left out."""
    value = reading.one(row.cells, row.complain)
    if value is None or not is_code(code_list, value):
        if not row.problems:
            row.complain(reading.heading, "it gives no code of ours", f"see `registry code list {code_list}`")
        return None
    return value


@lru_cache(maxsize=10_000)
def is_code(code_list: str, value: str) -> bool:
    """Whether a list of ours has the code."""
    try:
        coding.code(code_list, value)
    except NotFound:
        return False
    return True


class Coded:
    """A code that may be given: the same for every row, or read."""

    def __init__(self, mapper: "Mapper", given: Code | None, code_list: str, each: str | None) -> None:
        self._fixed = given if isinstance(given, str) else None
        self._reading = mapper.reading(given, each) if isinstance(given, Expression) else None
        self._list = code_list

    def read(self, row: Row) -> str | None:
        """The code of the row."""
        if self._reading is None or self._reading.one(row.cells, row.complain) is None:
            return self._fixed
        return code(self._reading, self._list, row)


class SaidBy:
    """Who says it, where the row names somebody."""

    def __init__(self, mapper: "Mapper", given: SpeakerGiven | None, each: str | None = None) -> None:
        self._name = mapper.optional(given.name if given else None, each)
        self._kind = Coded(mapper, given.kind if given else None, "source_kind", each)

    def read(self, row: Row) -> Speaker | None:
        """The speaker of the row; None where it is nobody but the publisher."""
        name = self._name.one(row.cells, row.complain) if self._name else None
        return Speaker(name, self._kind.read(row) or _UNKNOWN) if name else None


class Hits:
    """The facilities that an attack touched: one for each type and name, its gravest sign counting.

    The items of a repeat group are as many facilities as items, also where they are alike: two unnamed clinics are two.
    """

    def __init__(self, mapper: "Mapper", given: Sequence[HitGiven], names: "type[Names]") -> None:
        self._all = [_Hit(mapper, hit, names) for hit in given]

    def read(self, row: Row) -> tuple[Hit, ...]:
        """Those of the row."""
        found: dict[tuple[object, ...], Hit] = {}
        for one in self._all:
            for number, item in enumerate(row.items(one.each)):
                for hit in one.read(item):
                    found.setdefault((hit.type, hit.names, one.each and number), hit)
        return tuple(found.values())


class _Hit:
    def __init__(self, mapper: "Mapper", given: HitGiven, names: "type[Names]") -> None:
        self._given, self.each = given, given.each
        self._type = mapper.reading(given.type, given.each)
        self._names = names(mapper, given.name, {}, given.each)
        self._signs = [(sign, mapper.reading(sign.column, given.each)) for sign in given.signs]
        self._effect = Coded(mapper, given.effect, "effect", given.each)
        self._damage = Coded(mapper, given.damage, "damage", given.each)
        self._functionality = Coded(mapper, given.functionality, "functionality", given.each)

    def read(self, row: Row) -> list[Hit]:
        shown = [sign for sign, reading in self._signs if is_shown(reading.one(row.cells, row.complain))]
        if not shown and not self._given.always:
            return []
        effect = next((sign.effect for sign in shown if sign.effect), None) or self._effect.read(row)
        damage = next((sign.damage for sign in shown if sign.damage), None) or self._damage.read(row)
        names, functionality = self._names.read(row), self._functionality.read(row)
        types = self._type.all(row.cells, row.complain)
        if any(not is_code("facility_type", type_code) for type_code in types):
            row.complain(self._type.heading, "it gives no code of ours", "see `registry code list facility_type`")
        return [Hit(type_code, names, effect, damage, functionality) for type_code in types]


def is_shown(text: str | None) -> bool:
    """Whether a cell holds more than nothing: a number above nought, a tick, a word that is no "no"."""
    if not text:
        return False
    count = whole_number(text, decimal_comma=False)
    return count > 0 if count is not None else cells.truth(text) is not False and cells.number(text) is None


class Accusations:
    """Whom the list holds responsible."""

    def __init__(self, mapper: "Mapper", given: AccusedGiven) -> None:
        self._given = given
        self._name = mapper.reading(given.name, given.each)
        self._kind = mapper.optional(given.kind, given.each)
        self._stance = mapper.reading(_expression(given.stance), given.each)
        self._said_by = SaidBy(mapper, given.said_by, given.each)
        self._unnamed = {word.casefold() for word in given.unnamed}

    def read(self, row: Row) -> tuple[Accused, ...]:
        """The actors: those that are named, else one that stands for an unidentified one of the kind."""
        return tuple(dict.fromkeys(one for item in row.items(self._given.each) for one in self._of(item)))

    def _of(self, row: Row) -> list[Accused]:
        stance = self._stance.one(row.cells, row.complain) or "accuses"
        if stance not in codes.STANCES:
            row.complain(self._stance.heading, "it is no stance", f"one of {', '.join(codes.STANCES)}")
        speaker = self._said_by.read(row)
        return [Accused(name, kind, stance, self._given.hedge, speaker) for name, kind in self._actors(row)]

    def _actors(self, row: Row) -> list[tuple[str, str]]:
        kinds = self._kind.all(row.cells, row.complain) if self._kind else []
        if self._kind and any(not is_code("actor_kind", kind) for kind in kinds):
            row.complain(self._kind.heading, "it gives no code of ours", "see `registry code list actor_kind`")
        kind = kinds[0] if len(kinds) == 1 else _UNKNOWN
        named = [name for name in self._name.all(row.cells, row.complain) if name.casefold() not in self._unnamed]
        if any(len(name) > LONGEST_NAME for name in named):
            row.complain(self._name.heading, "the name is too long", f"at most {LONGEST_NAME} characters")
        if named:
            # Of several actors, the kind is told for all together: it is nobody's own.
            return [(name, kind if len(named) == 1 else _UNKNOWN) for name in dict.fromkeys(named)]
        return [("", kind)] if kind not in (_UNKNOWN, "multiple", "other") else []


def _expression(given: Code) -> Expression:
    return given if isinstance(given, Expression) else Expression(value=given)
