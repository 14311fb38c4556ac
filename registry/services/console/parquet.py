"""Rows as a Parquet file, through pyarrow, with the type of each column that all its values have."""

import json
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import IO, Any

from registry.errors import RegistryError

_AT_ONCE = 20_000  # rows of a group


def write(file: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a file.

    The rows wait on disk until the last one is seen: what a column holds is known only then. Memory does not grow.

    Args:
        file: to write to.
        columns: their names. Days are written as dates where the name ends in `_on`, times where it ends in `_at`.
        rows: text, numbers, truth values and None.

    Raises:
        RegistryError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415 -- an extra, published without types
        from pyarrow.parquet import ParquetWriter  # type: ignore[import-untyped]  # noqa: PLC0415 -- as above
    except ImportError as error:
        raise RegistryError("Parquet needs pyarrow; run `pip install attack-registry[parquet]`") from error
    with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
        kinds = _kept(kept, columns, rows)
        types = {"bool": pa.bool_(), "int": pa.int64(), "float": pa.float64(), "date": pa.date32(),
                 "moment": pa.timestamp("us", "UTC"), "text": pa.string(), "": pa.string()}  # fmt: skip
        schema = pa.schema([(name, types[kind]) for name, kind in zip(columns, kinds, strict=True)])
        kept.seek(0)
        lines = map(json.loads, kept)
        with ParquetWriter(file, schema, compression="zstd") as writer:
            while part := list(islice(lines, _AT_ONCE)):
                arrays = [
                    pa.array([_as(row[place], kind) for row in part], types[kind]) for place, kind in enumerate(kinds)
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _kept(file: IO[str], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Put the rows aside; what kind of values each column holds."""
    kinds = [""] * len(columns)
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
        for place, value in enumerate(row):
            if value is not None:
                kinds[place] = _wider(kinds[place], _kind(columns[place], value))
    return kinds


def _kind(column: str, value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if -(1 << 63) <= value < 1 << 63 else "text"
    if isinstance(value, float):
        return "float"
    try:
        if column.endswith("_on"):
            date.fromisoformat(value)
            return "date"
        if column.endswith("_at"):
            return "moment" if datetime.fromisoformat(value).tzinfo is not None else "text"
    except (TypeError, ValueError):
        pass
    return "text"


def _wider(one: str, other: str) -> str:
    if one in ("", other):
        return other
    return "float" if {one, other} == {"int", "float"} else "text"


def _as(value: Any, kind: str) -> Any:
    if value is None or kind in ("bool", "int", "float"):
        return value
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "moment":
        return datetime.fromisoformat(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
