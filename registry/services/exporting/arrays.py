"""Columns as Arrow arrays, of the type that fits what they hold; only for who has pyarrow."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # it has no types

from registry.services.exporting.batches import Batch
from registry.services.exporting.kinds import EXACT, Kind, by_name
from registry.services.exporting.views import KEY

TYPES = {"bool": pa.bool_(), "int": pa.int64(), "long": pa.int64(), "float": pa.float64(), "date": pa.date32(),
         "moment": pa.timestamp("us", "UTC"), "text": pa.string()}  # fmt: skip
_DIGITS, _LETTERS = 2 * KEY, 36
_PER_KEY = (
    pa.scalar(_DIGITS, pa.int32()),
    pa.scalar(_LETTERS, pa.int32()),
)  # to make them anew costs more than to use them
_DASHES = (8, 13, 18, 23)


class Part(NamedTuple):
    """Some rows, and what their columns hold."""

    rows: pa.RecordBatch
    kinds: Sequence[Kind]


def part(columns: Sequence[str], batch: Batch) -> Part:
    """Rows of a batch."""
    arrays = map(array, columns, batch.columns, batch.kinds)
    return Part(pa.record_batch(list(arrays), names=list(columns)), batch.kinds)


def array(column: str, values: Sequence[Any], found: Kind) -> pa.Array:
    """Plain values, all of them of what was found."""
    if found == "text" and not set(map(type, values)) <= {str, type(None)}:
        values = [_as_text(value) for value in values]
    wanted = type_of(column, found)
    if found in {"date", "moment"}:
        return pa.array(values, pa.string()).cast(wanted)
    return pa.array(values, wanted)


def type_of(column: str, found: Kind) -> pa.DataType:
    """The type of a column that holds this; of one that holds nothing by its name."""
    return TYPES[found or by_name(column)]


def kind_in(values: pa.Array, kind: Kind) -> Kind:
    """What parsed values are, of those that are this or nothing."""
    if values.null_count == len(values):
        return ""
    if kind in {"int", "long"}:
        least, most = pc.min_max(values).values()
        return "int" if least.as_py() in EXACT and most.as_py() in EXACT else "long"
    return kind


def keys(digits: pa.StringArray) -> pa.StringArray:
    """Keys as UUIDs are written, from their hexadecimal digits: all at once, letter after letter.

    Raises:
        ValueError: a key is too long or too short.
    """
    if not {*pc.min_max(pc.binary_length(digits)).as_py().values()} <= {_DIGITS, None}:
        raise ValueError("not a key")
    held, ends, hexed = digits.buffers()
    count = len(digits) - digits.null_count
    given, place = bytes(hexed or b"").lower(), iter(range(_DIGITS))
    letters = bytearray(b"-") * (count * _LETTERS)
    for at in range(_LETTERS):
        if at not in _DASHES:
            letters[at::_LETTERS] = given[next(place) : count * _DIGITS : _DIGITS]
    until = pa.Array.from_buffers(pa.int32(), len(digits) + 1, [None, ends])
    ends = pc.multiply(pc.divide(until, _PER_KEY[0]), _PER_KEY[1]).buffers()[1]
    return pa.StringArray.from_buffers(len(digits), ends, pa.py_buffer(letters), held)


def fitted(rows: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Rows in the types of a schema that is as wide as theirs or wider."""
    if rows.schema.equals(schema):
        return rows
    return pa.record_batch(list(map(_fitted, rows.columns, schema.types)), schema=schema)


def _fitted(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    if values.null_count == len(values):
        return pa.nulls(len(values), wanted)
    if pa.types.is_timestamp(values.type) and pa.types.is_string(wanted):
        return pc.strftime(values.cast(pa.timestamp("s", "UTC")), "%Y-%m-%dT%H:%M:%SZ")  # as `cells.plain` has it
    return values.cast(wanted)


def _as_text(value: Any) -> str | None:
    return value if isinstance(value, str | None) else json.dumps(value, ensure_ascii=False)
