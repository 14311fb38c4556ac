"""Tables as CSV (RFC 4180, UTF-8, lines end with LF), plain or with a row of HXL tags below the headings."""

from collections.abc import Sequence
from typing import IO

from registry.services.exporting import copied_lines, hxl
from registry.services.exporting.copies import Copied
from registry.services.exporting.lines import Lines
from registry.services.exporting.printing import cells, printed
from registry.services.exporting.tables import Table


def write(file: IO[bytes], table: Table) -> None:
    """Write a table. Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers never do."""
    _write(file, table, [table.columns])


def write_with_tags(file: IO[bytes], table: Table) -> None:
    """The same with HXL's tags in the second row."""
    _write(file, table, [table.columns, hxl.tags(table.columns)])


def _write(file: IO[bytes], table: Table, head: Sequence[Sequence[str]]) -> None:
    file.write(printed(head))
    if isinstance(table.view, Copied):
        file.writelines(table.counted(copied_lines.blocks(table.view)))
        return
    lines = Lines(table.view) if table.view else None
    for batch in table.read():
        file.write(printed(zip(*map(cells, batch.columns, batch.distinct, batch.kinds), strict=True)))
        if lines:
            file.writelines(table.counted(lines.blocks()))
