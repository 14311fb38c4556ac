"""Tables as CSV (RFC 4180, UTF-8, lines end with LF), plain or with a row of HXL tags below the headings."""

import csv
from collections.abc import Collection, Iterable, Sequence
from io import StringIO
from typing import IO, Any

from registry.cells import guarded_texts
from registry.services.exporting import copied_lines, hxl
from registry.services.exporting.copies import Copied
from registry.services.exporting.kinds import Kind
from registry.services.exporting.lines import Lines
from registry.services.exporting.tables import Table

_TRUTH = {True: "true", False: "false", None: None}


def write(file: IO[bytes], table: Table) -> None:
    """Write a table. Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers never do."""
    _write(file, table, [table.columns])


def write_with_tags(file: IO[bytes], table: Table) -> None:
    """The same with HXL's tags in the second row."""
    _write(file, table, [table.columns, hxl.tags(table.columns)])


def _write(file: IO[bytes], table: Table, head: Sequence[Sequence[str]]) -> None:
    file.write(_printed(head))
    if isinstance(table.view, Copied):
        file.writelines(table.counted(copied_lines.blocks(table.view)))
        return
    lines = Lines(table.view) if table.view else None
    for batch in table.read():
        file.write(_printed(zip(*map(_cells, batch.columns, batch.distinct, batch.kinds), strict=True)))
        if lines:
            file.writelines(table.counted(lines.blocks()))


def _printed(rows: Iterable[Sequence[Any]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _cells(values: Sequence[Any], distinct: Collection[Any], kind: Kind) -> Sequence[Any]:
    """The values as they are to be printed; columns of numbers and days are printed as they are."""
    if kind == "bool":
        return [_TRUTH[value] for value in values]
    if kind != "text":
        return values
    if bool in set(map(type, values)):  # beside other values, of which 1 and 0 are not truth
        values = [_TRUTH[value] if isinstance(value, bool) else value for value in values]
    risky = guarded_texts(distinct)
    return [risky.get(value, value) for value in values] if risky else values
