"""Rows as a Parquet file, through pyarrow, with the type of each column that all its values have."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from os import SEEK_END
from typing import IO, TYPE_CHECKING, Any

from registry.errors import RegistryError
from registry.services.exporting.batches import AT_ONCE, batch
from registry.services.exporting.kinds import Kind, by_name, wider

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]  # it has no types

    from registry.services.exporting.batches import Batch
    from registry.services.exporting.tables import Table

_GROUP = 100  # batches


def write(file: IO[bytes], table: "Table") -> None:
    """Write a table.

    Raises:
        RegistryError: pyarrow is not installed.
    """
    write_batches(file, table.columns, table.read())


def write_rows(file: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a file from rows, as they come; see `write_batches`."""
    waiting = iter(rows)
    parts = iter(lambda: list(islice(waiting, AT_ONCE)), [])
    write_batches(file, columns, (batch(columns, part) for part in parts))


def write_batches(file: IO[bytes], columns: Sequence[str], batches: "Iterable[Batch]") -> None:
    """Write a file.

    The rows wait on disk until the last one is seen: what a column holds is known only then. Memory does not grow.

    Args:
        file: to write to.
        columns: their names. Days are written as dates where the name ends in `_on`, times where it ends in `_at`.
        batches: of rows.

    Raises:
        RegistryError: pyarrow is not installed.
    """
    try:
        from pyarrow.parquet import ParquetWriter  # type: ignore[import-untyped]  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise RegistryError("Parquet needs pyarrow; run `pip install attack-registry[parquet]`") from error
    with tempfile.TemporaryFile() as aside:
        kinds = _put_aside(aside, columns, batches)
        schema = _schema(columns, kinds)
        with ParquetWriter(file, schema, compression="zstd") as writer:
            for group in _grouped(part.cast(schema) for part in _taken_up(aside)):
                writer.write_table(group)


def _put_aside(file: IO[bytes], columns: Sequence[str], batches: "Iterable[Batch]") -> list[Kind]:
    """Write each batch as an Arrow stream of its own, since the next may hold other kinds; what each column holds."""
    import pyarrow as pa  # noqa: PLC0415 -- an extra

    kinds: list[Kind] = [""] * len(columns)
    for one in batches:
        arrays = list(map(_array, one.columns, one.kinds))
        part = pa.record_batch(arrays, names=list(columns))
        with pa.ipc.new_stream(file, part.schema) as stream:
            stream.write_batch(part)
        kinds = list(map(wider, kinds, one.kinds))
    return kinds


def _taken_up(file: IO[bytes]) -> "Iterator[pa.Table]":
    import pyarrow as pa  # noqa: PLC0415 -- an extra

    end = file.seek(0, SEEK_END)
    file.seek(0)
    while file.tell() < end:
        with pa.ipc.open_stream(file) as stream:
            yield stream.read_all()


def _grouped(parts: "Iterable[pa.Table]") -> "Iterator[pa.Table]":
    """Parts put together to what a reader takes up at once: groups of few rows are slow to write and to read."""
    import pyarrow as pa  # noqa: PLC0415 -- an extra

    waiting = iter(parts)
    while group := list(islice(waiting, _GROUP)):
        yield pa.concat_tables(group)


def _array(values: Sequence[Any], found: Kind) -> "pa.Array":
    import pyarrow as pa  # noqa: PLC0415 -- an extra

    if found == "text" and not set(map(type, values)) <= {str, type(None)}:
        values = [_as_text(value) for value in values]
    stored = {"bool": pa.bool_(), "int": pa.int64(), "long": pa.int64(), "float": pa.float64(), "": pa.null()}
    return pa.array(values, stored.get(found, pa.string()))


def _as_text(value: Any) -> str | None:
    return value if isinstance(value, str | None) else json.dumps(value, ensure_ascii=False)


def _schema(columns: Sequence[str], kinds: Sequence[Kind]) -> "pa.Schema":
    import pyarrow as pa  # noqa: PLC0415 -- an extra

    types = {"bool": pa.bool_(), "int": pa.int64(), "long": pa.int64(), "float": pa.float64(), "date": pa.date32(),
             "moment": pa.timestamp("us", "UTC")}  # fmt: skip
    held = ((name, one or by_name(name)) for name, one in zip(columns, kinds, strict=True))
    return pa.schema([(name, types.get(one, pa.string())) for name, one in held])
