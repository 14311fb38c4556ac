"""Lines of CSV that PostgreSQL prints, looked at a block at a time.

They can stand as they are but for cells that a spreadsheet would run and for text that is turned round. What may be
either is searched for in a whole block; a block that has it is printed anew, cell after cell.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.cells import turns
from registry.services.exporting.batches import column
from registry.services.exporting.copies import Copied
from registry.services.exporting.printing import cells, printed

# SQL of truth, and of numbers with a fraction: Python spells them as PostgreSQL does below 1e15, but for whole ones.
_SPELT: Mapping[type, str] = {
    bool: "CAST({0} AS text)",
    float: "CASE WHEN abs({0}) < 1e15 THEN {0} || CASE WHEN {0} = trunc({0}) THEN '.0' ELSE '' END ELSE '=' || {0} END",
}
# What `cells.guarded` may stumble over at the beginning of a cell, spaces and signs; numbers may be negative.
_RISKY = (
    rb"(?:[\t\v\f\x1c-\x1f =+@]|\xc2[\x85\xa0]|\xe1\x9a|\xe2(?:\x80[\x80-\x8a\xa8-\xaf]|\x81)|\xe3\x80|\xef[\xbb\xbc])"
)
_BARE = re.compile(rb",(?:'*+" + _RISKY + rb"|'++-|-(?!\d+(?:\.\d+)?[,\n]))")
# The same where a cell is quoted; text without letters is not quoted here.
_QUOTED = re.compile(rb",\"(?:'*+(?:[\n-]|" + _RISKY + rb")|\"[,\n])")
_CELL = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^,\n]*))[,\n]')


def blocks(view: Copied) -> Iterator[tuple[int, bytes]]:
    """How many rows, and their lines as they are written."""
    for rows, block in view.blocks(_SPELT):
        yield rows, block if stands(block) else _anew(view.types, block)


def stands(block: bytes) -> bool:
    """Whether no cell is to be guarded, none turns text round, and all are quoted as `csv` does."""
    if b"\r" in block or turns(block):
        return False
    if b'"' in block:
        parts = block.split(b'"')
        parts[1::2] = [quoted.partition(b",")[0] for quoted in parts[1::2]]  # a comma would look like a cell's end
        block = b'"'.join(parts)
        if _QUOTED.search(block):
            return False
    return not _BARE.search(block)


def _anew(types: Sequence[type], block: bytes) -> bytes:
    read = [quoted.replace('""', '"') or bare for quoted, bare in _CELL.findall(block.decode())]
    columns: list[Sequence[Any]] = [read[at :: len(types)] for at in range(len(types))]
    for at, held in enumerate(types):
        if held is str:
            columns[at] = cells(*column("", columns[at]))
        elif held is float:
            columns[at] = [str(float(cell[1:])) if cell[:1] == "=" else cell for cell in columns[at]]
    return printed(zip(*columns, strict=True))
