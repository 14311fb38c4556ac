"""Tables as CSV (RFC 4180, UTF-8, lines end with LF), plain or with a row of HXL tags below the headings."""

import csv
from collections.abc import Sequence
from io import TextIOWrapper
from typing import IO, Any

from registry.cells import guarded_column
from registry.services.exporting import hxl
from registry.services.exporting.tables import Table


def write(file: IO[bytes], table: Table) -> None:
    """Write a table. Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers never do."""
    _write(file, table, [table.columns])


def write_with_tags(file: IO[bytes], table: Table) -> None:
    """The same with HXL's tags in the second row."""
    _write(file, table, [table.columns, hxl.tags(table.columns)])


def _write(file: IO[bytes], table: Table, head: Sequence[Sequence[str]]) -> None:
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(head)
    for batch in table.read():
        writer.writerows(zip(*map(_cells, batch), strict=True))
    text.detach()


def _cells(values: Sequence[Any]) -> Sequence[Any]:
    if bool in set(map(type, values)):
        words = {True: "true", False: "false", None: None}
        return [words[value] if isinstance(value, bool) else value for value in values]
    return guarded_column(values)
