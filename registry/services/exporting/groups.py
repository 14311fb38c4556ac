"""Parts of a table as a Parquet file, whose schema tells what the columns hold; only for who has pyarrow."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from typing import IO

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
from pyarrow.parquet import ParquetFile, ParquetWriter  # type: ignore[import-untyped]  # it has no types

from registry.services.exporting.arrays import Part, fitted, type_of
from registry.services.exporting.kinds import Kind, wider

_ROWS = 50_000  # that a reader takes up at once: groups of few are slow to write and to read
_UNIQUE = ("id", "ref")  # each row has its own, so that a dictionary of them only takes room


def write(file: IO[bytes], columns: Sequence[str], parts: Iterable[Part]) -> None:
    """Write a file. Memory does not grow with it.

    What the columns hold is known after the last row. So the file is written aside by what they held so far, and is
    done then, unless a column began to hold something else meanwhile: then what was written is put together anew.
    """
    with ExitStack() as opened:
        files = list(_aside(_groups(columns, parts), opened))
        if len(files) > 1:
            _put_together(file, files)
        else:
            files[0].seek(0)
            shutil.copyfileobj(files[0], file)


def _groups(columns: Sequence[str], parts: Iterable[Part]) -> Iterator[pa.Table]:
    """Parts put together, each group in the types of what the columns held until then; the last may have no rows."""
    kinds: list[Kind] = [""] * len(columns)
    waiting: list[pa.RecordBatch] = []

    def group() -> pa.Table:
        schema = pa.schema(list(zip(columns, map(type_of, columns, kinds), strict=True)))
        return pa.Table.from_batches([fitted(one, schema) for one in waiting], schema)

    for part in parts:
        waiting.append(part.rows)
        kinds = list(map(wider, kinds, part.kinds))
        if sum(map(len, waiting)) >= _ROWS:
            yield group()
            waiting.clear()
    yield group()


def _aside(groups: Iterable[pa.Table], opened: ExitStack) -> Iterator[IO[bytes]]:
    """Files of groups that follow each other and have one schema."""
    for schema, alike in groupby(groups, lambda one: one.schema):
        file = opened.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 -- the stack closes it
        with _writer(file, schema) as writer:
            for _ in map(writer.write_table, filter(len, alike)):  # a name for a group would keep it beside the next
                pass
        yield file


def _put_together(file: IO[bytes], asides: Sequence[IO[bytes]]) -> None:
    read = [ParquetFile(one) for one in asides]
    schema = read[-1].schema_arrow
    with _writer(file, schema) as writer:
        for one in read:
            for number in range(one.num_row_groups):
                batches = one.read_row_group(number).to_batches()
                writer.write_table(pa.Table.from_batches([fitted(rows, schema) for rows in batches], schema))


def _writer(file: IO[bytes], schema: pa.Schema) -> ParquetWriter:
    """Of a compressed file that tells the least and most of each group but for texts, which come in no order."""
    return ParquetWriter(
        file,
        schema,
        compression="zstd",
        use_dictionary=[name for name in schema.names if name not in _UNIQUE],
        write_statistics=[one.name for one in schema if not pa.types.is_string(one.type)],
    )
