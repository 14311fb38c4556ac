"""Rows as a Parquet file, through pyarrow, with the type of each column that all its values have."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from registry.errors import RegistryError
from registry.services.exporting.batches import AT_ONCE, batch
from registry.services.exporting.copies import Copied

if TYPE_CHECKING:
    from registry.services.exporting.arrays import Part
    from registry.services.exporting.tables import Table


def write(file: IO[bytes], table: "Table") -> None:
    """Write a table.

    Raises:
        RegistryError: pyarrow is not installed.
    """
    _write(file, table.columns, _parts(table))


def write_rows(file: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a file from rows, as they come.

    Args:
        file: to write to.
        columns: their names. Days are written as dates where the name ends in `_on`, times where it ends in `_at`.
        rows: of plain values.

    Raises:
        RegistryError: pyarrow is not installed.
    """
    _write(file, columns, _parts_of_rows(columns, rows))


def _write(file: IO[bytes], columns: Sequence[str], parts: "Iterator[Part]") -> None:
    try:
        from registry.services.exporting import groups  # noqa: PLC0415 -- it needs an extra
    except ImportError as error:
        raise RegistryError("Parquet needs pyarrow; run `pip install attack-registry[parquet]`") from error
    groups.write(file, columns, parts)


def _parts(table: "Table") -> "Iterator[Part]":
    from registry.services.exporting.arrays import part  # noqa: PLC0415 -- it needs an extra
    from registry.services.exporting.parsed import Parsed  # noqa: PLC0415 -- it needs an extra
    from registry.services.exporting.parsed_copies import parts  # noqa: PLC0415 -- it needs an extra

    if isinstance(table.view, Copied):
        yield from table.counted(parts(table.view))
        return
    parsed = Parsed(table.view) if table.view else None
    for one in table.read():
        yield part(table.columns, one)
        if parsed:
            yield from table.counted(parsed.blocks())


def _parts_of_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> "Iterator[Part]":
    from registry.services.exporting.arrays import part  # noqa: PLC0415 -- it needs an extra

    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        yield part(columns, batch(columns, some))
