"""Rows of a view as one text each, which pyarrow parses: half the work of fetching cell after cell into Python.

The first rows are read by cells, to learn what the columns hold. Then SQLite puts those cells of a row together that
can stand in such a text; the others come beside it. A block that cannot be parsed as what the columns held so far is
read by cells, and what it teaches holds for those that follow it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Any, Literal

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
from pyarrow import csv

from registry.cells import turns
from registry.services.exporting.arrays import TYPES, Part, array, keys, kind_in, type_of
from registry.services.exporting.batches import column
from registry.services.exporting.kinds import Kind
from registry.services.exporting.views import KEY, View

_TOGETHER = 8  # times so many rows as are read at once
_BETWEEN, _NOTHING = "\x1f", "\x1e"  # `names.clean` leaves no text with them
_MARK = b"\xef\xbb\xbf"  # of byte order, which pyarrow skips
_BREAKS = re.compile(f"[\n\r{_BETWEEN}{_NOTHING}]")
_LAYOUT = csv.ParseOptions(delimiter=_BETWEEN, quote_char=False, ignore_empty_lines=False)
# What may stand in the text of a row by the declared type of a column, which a view has from a table.
_MAY_STAND: Mapping[str, tuple[Kind, ...]] = {
    "INTEGER": ("int", "long", "bool"),
    "BOOLEAN": ("bool",),
    "DATE": ("date",),
    "TEXT": ("text",),
    "VARCHAR": ("text",),
}
Way = Literal["cell", "key", "nothing", "beside"]  # how a column is read: the first three in the text of a row


class Parsed:
    """The rows of a view as parts of a table, as long as they are like those that were read by cells before."""

    def __init__(self, view: View) -> None:
        """Of a view of which nothing was read."""
        self._view = view
        self._stands = [True] * len(view.columns)
        self._refused: _Plan | None = None

    def blocks(self) -> Iterator[tuple[int, Part]]:
        """How many rows follow those that were read, and these rows."""
        view = self._view
        if not (samples := list(view.samples())):
            return
        self._stands = [one and _stand(held) for one, held in zip(self._stands, samples, strict=True)]
        plan = _Plan(view.columns, view.kinds, list(map(self._way, range(len(view.columns)))))
        if plan == self._refused:  # those rows taught nothing
            return
        try:
            for part in plan.parts(view.left(plan.asked())):
                view.take(len(part.rows))
                view.learn(part.kinds)
                yield len(part.rows), part
        except ValueError:  # pyarrow raises it, too
            self._refused = plan
        else:
            view.end()

    def _way(self, at: int) -> Way:
        view = self._view
        if not view.kinds[at]:
            return "nothing"
        if self._stands[at] and view.kinds[at] in _MAY_STAND.get(view.declared[at], ()):
            return "cell"
        is_key = self._stands[at] and view.declared[at] == "BLOB" and view.columns[at].endswith("id")
        return "key" if is_key else "beside"


@dataclass(frozen=True)
class _Plan:
    """How the columns are read, by what they held so far."""

    columns: Sequence[str]
    kinds: Sequence[Kind]
    ways: Sequence[Way]

    def asked(self) -> str:
        """SQL that gives the text of a row, and what comes beside it."""
        cells = [f"""ifnull("{name}", '{_NOTHING}')""" for name in self._read("cell")]
        cells += [f"""iif("{name}" IS NULL, '{_NOTHING}', hex("{name}"))""" for name in self._read("key")]
        empty = "".join(f'"{name}", ' for name in self._read("nothing"))
        cells.append(f"coalesce({empty} NULL, '{_NOTHING}')")
        beside = "".join(f', "{name}"' for name in self._read("beside"))
        return f"CAST(concat_ws('{_BETWEEN}', {', '.join(cells)}) AS BLOB){beside}"

    def parts(self, rows: Iterable[Sequence[Sequence[Any]]]) -> Iterator[Part]:
        """The rows of what was asked, so many together as are worth what pyarrow does once for each part.

        Raises:
            ValueError: columns hold something else than so far, within as many rows as were read at once.
        """
        # By columns at once: rows that are kept would cost Python's search for cycles.
        waiting = (tuple(zip(*some, strict=True)) for some in rows)
        while several := list(islice(waiting, _TOGETHER)):
            try:
                together: Iterable[Part] = [
                    self._part(*(list(chain.from_iterable(each)) for each in zip(*several, strict=True)))
                ]
            except ValueError:
                together = map(self._part, *zip(*several, strict=True))
            yield from together

    def _part(self, texts: Sequence[bytes], *others: Sequence[Any]) -> Part:
        parsed = _parsed(b"\n".join((*texts, b"")), self._in_text, self._convert, len(texts))
        beside = dict(zip(self._read("beside"), others, strict=True))
        arrays, kinds = [], []
        for name, way, kind in zip(self.columns, self.ways, self.kinds, strict=True):
            if way == "beside":
                plain, _, found = column(name, beside[name])
                values = array(name, plain, found)
            elif way == "nothing":
                values, found = pa.nulls(len(texts), type_of(name, "")), ""
            else:
                values = keys(parsed[name]) if way == "key" else parsed[name]
                found = kind_in(values, kind)
            arrays.append(values)
            kinds.append(found)
        return Part(pa.record_batch(arrays, names=list(self.columns)), kinds)

    @cached_property
    def _convert(self) -> csv.ConvertOptions:
        """The types of the cells in the text of a row, and how they are written."""
        kinds = dict(zip(self.columns, self.kinds, strict=True))
        return csv.ConvertOptions(
            column_types={name: TYPES[kinds[name]] if name else pa.null() for name in self._in_text},
            null_values=[_NOTHING],
            strings_can_be_null=True,
            true_values=["1"],
            false_values=["0"],
        )

    @cached_property
    def _in_text(self) -> list[str]:
        """The columns whose cells stand in the text of a row; the last one has no name."""
        return [*self._read("cell"), *self._read("key"), ""]

    def _read(self, way: Way) -> list[str]:
        return [name for name, one in zip(self.columns, self.ways, strict=True) if one == way]


def _parsed(block: bytes, names: Sequence[str], convert: csv.ConvertOptions, rows: int) -> Mapping[str, pa.Array]:
    """The columns of some rows.

    Raises:
        ValueError: they do not hold what they should.
    """
    if b"\r" in block or block.startswith(_MARK) or turns(block):
        raise ValueError("a text that cannot stand")
    whole = csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names)
    read = csv.read_csv(pa.BufferReader(block), whole, _LAYOUT, convert)
    if read.num_rows != rows:
        raise ValueError("a text that breaks a line")
    return dict(zip(names, (one.chunk(0) for one in read.columns), strict=True))


def _stand(held: Collection[Any]) -> bool:
    """Whether the different values of a column could stand in the text of a row, as texts or as keys."""
    texts = "".join(one for one in held if isinstance(one, str))
    if _BREAKS.search(texts) or "\ufeff" in texts or turns(texts.encode()):
        return False
    return all(len(one) == KEY for one in held if isinstance(one, bytes))
