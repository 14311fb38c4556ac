"""What an attack's row says of the facilities it touched, the means, and whom it holds responsible."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry.services.importing import cells
from registry.services.importing.expressions import CodesOf, Expression, Reading, whole_number
from registry.services.importing.mapping import MEANS, AccusedGiven, HitGiven, MeansGiven, SignGiven
from registry.services.importing.records import Accused, Hit, Means

if TYPE_CHECKING:
    from registry.services.importing.mapper import Mapper, Names, Row

LONGEST_NAME = 300  # characters
_UNKNOWN = "unknown"


class Hits:
    """The facilities that an attack touched: one for each type and name, its gravest sign counting."""

    def __init__(self, mapper: "Mapper", given: Sequence[HitGiven], names: "type[Names]") -> None:
        self._all = [_Hit(mapper, hit, names) for hit in given]

    def read(self, row: "Row") -> tuple[Hit, ...]:
        """Those of the row."""
        found: dict[tuple[str, object], Hit] = {}
        for each in self._all:
            for hit in each.read(row):
                found.setdefault((hit.type, hit.names), hit)
        return tuple(found.values())


class _Hit:
    def __init__(self, mapper: "Mapper", given: HitGiven, names: "type[Names]") -> None:
        self._given = given
        self._type = mapper.reading(given.type)
        self._names = names(mapper, given.name, {})
        self._signs: list[tuple[SignGiven, Reading]] = [(sign, mapper.reading(sign.column)) for sign in given.signs]

    def read(self, row: "Row") -> list[Hit]:
        shown = [sign for sign, reading in self._signs if _is_shown(reading.one(row.cells, row.complain))]
        if not shown and not self._given.always:
            return []
        effect = next((sign.effect for sign in shown if sign.effect), self._given.effect)
        damage = next((sign.damage for sign in shown if sign.damage), None)
        names = self._names.read(row)
        return [Hit(type_code, names, effect, damage) for type_code in self._type.all(row.cells, row.complain)]


def _is_shown(text: str | None) -> bool:
    if not text:
        return False
    count = whole_number(text, decimal_comma=False)
    return count > 0 if count is not None else cells.truth(text) is not False and cells.number(text) is None


class MeansOf:
    """The means: each word of one column, as a triple."""

    def __init__(self, mapper: "Mapper", given: MeansGiven) -> None:
        self._readings = {}
        for key, code_list in MEANS.items():
            is_listed = given.scheme and given.scheme_list
            table = _table(given, code_list) if is_listed else None
            words = {word: (triple or {}).get(key) for word, triple in given.map.items()}
            expression = Expression(
                column=given.column, split=given.split, blank=given.blank, codes=table, map=words, unknown="skip"
            )
            self._readings[key] = mapper.reading(expression)
        self._words = Expression(column=given.column, split=given.split, blank=given.blank)
        self._all = mapper.reading(self._words)
        self._given = given

    def read(self, row: "Row") -> tuple[Means, ...]:
        """Those of the row, each once."""
        text = self._all.cell(row.cells)
        if not text:
            return ()
        found: dict[Means, None] = {}
        for word in self._known(text):
            triple = Means(*(self._one(key, word) for key in MEANS))
            if any(triple):
                found[triple] = None
            elif not self._is_known(word):
                self._all.unknown[word] = self._all.unknown.get(word, 0) + 1
                if self._given.unknown == "reject":
                    row.complain(self._all.heading, "the value is not in the mapping", "add it to the map of the means")
        return tuple(found)

    def _known(self, text: str) -> list[str]:
        # The list with the most words of its own knows best where one ends and the next begins.
        widest = max(self._readings.values(), key=lambda reading: len(reading.words))
        return widest.parts(text)

    def _one(self, key: str, word: str) -> str | None:
        return self._readings[key].words.get(word.casefold())

    def _is_known(self, word: str) -> bool:
        return any(word.casefold() in reading.words for reading in self._readings.values())


def _table(given: MeansGiven, code_list: str) -> CodesOf:
    return CodesOf(scheme=str(given.scheme), list=str(given.scheme_list), to=code_list)


class Accusations:
    """Whom the list holds responsible."""

    def __init__(self, mapper: "Mapper", given: AccusedGiven) -> None:
        self.given = given
        self._name = mapper.reading(given.name)
        self._kind = mapper.optional(given.kind)
        self._unnamed = {word.casefold() for word in given.unnamed}

    def read(self, row: "Row") -> tuple[Accused, ...]:
        """The actors: those that are named, else one that stands for an unidentified one of the kind."""
        kinds = self._kind.all(row.cells, row.complain) if self._kind else []
        kind = kinds[0] if len(kinds) == 1 else _UNKNOWN
        named = [name for name in self._name.all(row.cells, row.complain) if name.casefold() not in self._unnamed]
        if any(len(name) > LONGEST_NAME for name in named):
            row.complain(self._name.heading, "the name is too long", f"at most {LONGEST_NAME} characters")
        if named:
            # Of several actors, the kind is told for all together: it is nobody's own.
            return tuple(Accused(name, kind if len(named) == 1 else _UNKNOWN) for name in dict.fromkeys(named))
        return (Accused("", kind),) if kind not in (_UNKNOWN, "multiple", "other") else ()
