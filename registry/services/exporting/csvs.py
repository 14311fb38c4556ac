"""Tables as CSV (RFC 4180, UTF-8, lines end with LF), plain or with a row of HXL tags below the headings."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from io import StringIO
from typing import IO, Any

from registry.cells import guarded_texts, turns
from registry.services.exporting import hxl
from registry.services.exporting.batches import column
from registry.services.exporting.copies import Copied
from registry.services.exporting.kinds import Kind
from registry.services.exporting.lines import Lines
from registry.services.exporting.tables import Table

_TRUTH = {True: "true", False: "false", None: None}
# In lines that PostgreSQL printed: what `cells.guarded` may stumble over at the beginning of a cell, spaces and signs.
_RISKY = rb"(?:[\t\v\f\x1c-\x1f =+\-@]|\xc2[\x85\xa0]|\xe1\x9a|\xe2(?:\x80[\x80-\x8a\xa8-\xaf]|\x81)|\xe3\x80|\xef)"
_BARE = re.compile(rb",'*+" + _RISKY)
# Of a quoted cell the beginning is looked at. Where nothing is left it may be text without letters, not quoted here.
_QUOTED = re.compile(rb",\"'*+(?:[\n,]|" + _RISKY + rb")")
_QUOTATION = re.compile(rb'"([^",]*)[^"]*"')
_CELL = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^,\n]*))[,\n]')


def write(file: IO[bytes], table: Table) -> None:
    """Write a table. Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers never do."""
    _write(file, table, [table.columns])


def write_with_tags(file: IO[bytes], table: Table) -> None:
    """The same with HXL's tags in the second row."""
    _write(file, table, [table.columns, hxl.tags(table.columns)])


def _write(file: IO[bytes], table: Table, head: Sequence[Sequence[str]]) -> None:
    file.write(_printed(head))
    if isinstance(table.view, Copied):
        file.writelines(table.counted(_copied(table.view)))
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


def _copied(view: Copied) -> Iterator[tuple[int, bytes]]:
    """Lines as PostgreSQL printed them; those of a block in which something may not stand so, cell after cell."""
    for rows, block in view.blocks():
        yield rows, block if float not in view.types and _stands(block) else _anew(view.types, block)


def _stands(block: bytes) -> bool:
    """Whether no cell is to be guarded, none turns text round, and all are quoted as `csv` does."""
    if b"\r" in block or turns(block):
        return False
    if b'"' in block:
        block = _QUOTATION.sub(rb'"\1', block)
        if _QUOTED.search(block):
            return False
    return not _BARE.search(block)


def _anew(types: Sequence[type], block: bytes) -> bytes:
    cells = [quoted.replace('""', '"') or bare for quoted, bare in _CELL.findall(block.decode())]
    columns: list[Sequence[Any]] = [cells[at :: len(types)] for at in range(len(types))]
    for at, held in enumerate(types):
        if held is str:
            columns[at] = _cells(*column("", columns[at]))
        elif held is float:
            columns[at] = [cell and float(cell) for cell in columns[at]]
    return _printed(zip(*columns, strict=True))


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
