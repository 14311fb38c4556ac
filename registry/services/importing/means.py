"""By which means an attack's row says that it was carried out."""

from typing import TYPE_CHECKING

from registry.services.importing.expressions import CodesOf, Expression
from registry.services.importing.given import MEANS, MeansGiven
from registry.services.importing.parts import Coded, is_shown
from registry.services.importing.records import Means
from registry.services.importing.rows import Row

if TYPE_CHECKING:
    from registry.services.importing.mapper import Mapper


def means_of(mapper: "Mapper", given: MeansGiven) -> "MeansOf | CodedMeans | TickedMeans":
    """What reads the means: from the words of one column, part by part, or from a column for each means."""
    if given.signs:
        return TickedMeans(mapper, given)
    return MeansOf(mapper, given) if given.column is not None else CodedMeans(mapper, given)


class CodedMeans:
    """The means, where the file has a column for each of the three parts, of our codes or mapped to them."""

    def __init__(self, mapper: "Mapper", given: MeansGiven) -> None:
        self._each = given.each
        self._parts = [Coded(mapper, getattr(given, key), code_list, given.each) for key, code_list in MEANS.items()]

    def read(self, row: Row) -> tuple[Means, ...]:
        """Those of the row, each once."""
        found = (Means(*(part.read(item) for part in self._parts)) for item in row.items(self._each))
        return tuple(dict.fromkeys(means for means in found if any(means)))


class TickedMeans:
    """The means, where each has a column of its own."""

    def __init__(self, mapper: "Mapper", given: MeansGiven) -> None:
        self._signs = [
            (mapper.reading(sign.column), Means(*(getattr(sign, key) for key in MEANS))) for sign in given.signs
        ]

    def read(self, row: Row) -> tuple[Means, ...]:
        """Those whose column holds more than nothing, each once."""
        found = (means for reading, means in self._signs if is_shown(reading.one(row.cells, row.complain)))
        return tuple(dict.fromkeys(found))


class MeansOf:
    """The means: each word of one column, as a triple."""

    def __init__(self, mapper: "Mapper", given: MeansGiven) -> None:
        assert given.column is not None  # noqa: S101 -- told apart above
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

    def read(self, row: Row) -> tuple[Means, ...]:
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
                self._all.unknown.count(word, "others")
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
