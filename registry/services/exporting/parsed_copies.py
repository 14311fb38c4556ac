"""Lines of CSV as PostgreSQL prints them, parsed by pyarrow; columns have types, so every block can be."""

from collections.abc import Iterator

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
from pyarrow import csv

from registry.cells import turns
from registry.services.exporting.arrays import TYPES, Part, array, kind_in
from registry.services.exporting.batches import AT_ONCE, column
from registry.services.exporting.copies import KINDS, Copied

_ROWS = 8 * AT_ONCE  # so many together as are worth what pyarrow does once for each part
_LAYOUT = csv.ParseOptions(newlines_in_values=True)


def parts(view: Copied) -> Iterator[tuple[int, Part]]:
    """How many rows follow, and these rows."""
    kinds = [KINDS[held] for held in view.types]
    convert = csv.ConvertOptions(
        column_types={name: TYPES[kind] for name, kind in zip(view.columns, kinds, strict=True)},
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
    )
    for lines in view.blocks(rows=_ROWS):
        block = b"".join(lines)
        whole = csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=view.columns)
        read = csv.read_csv(pa.BufferReader(block), whole, _LAYOUT, convert)
        arrays = [one.chunk(0) for one in read.columns]
        if turns(block):
            arrays = list(map(_unturned, arrays, kinds))
        yield len(lines), Part(pa.record_batch(arrays, names=view.columns), list(map(kind_in, arrays, kinds)))


def _unturned(values: pa.Array, kind: str) -> pa.Array:
    """Texts without what turns them round, as other ways of reading leave it out."""
    return array("", *column("", values.to_pylist())[::2]) if kind == "text" else values
