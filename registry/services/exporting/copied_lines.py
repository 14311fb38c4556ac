"""Lines of CSV that PostgreSQL prints, looked at many at a time.

They can stand as they are but for cells that a spreadsheet would run and for text that is turned round. What may be
either is searched for in a whole block; of a block that has it each half is looked at, and so on to the line that is
printed anew.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from registry.cells import guarded, turns, unturned
from registry.services.exporting.copies import Copied
from registry.services.exporting.lines import quoted

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
    for lines in view.blocks(_SPELT):
        yield len(lines), _written(view.types, lines)


def _written(types: Sequence[type], lines: Sequence[bytes]) -> bytes:
    block = b"".join(lines)
    if stands(block):
        return block
    if len(lines) == 1:
        return _anew(types, block)
    half = len(lines) // 2
    return _written(types, lines[:half]) + _written(types, lines[half:])


def stands(block: bytes) -> bool:
    """Whether no cell is to be guarded, none turns text round, and all are quoted as `csv` does."""
    if b"\r" in block or turns(block):
        return False
    if b'"' in block:
        parts = block.split(b'"')
        parts[1::2] = [inside.partition(b",")[0] for inside in parts[1::2]]  # a comma would look like a cell's end
        block = b'"'.join(parts)
        if _QUOTED.search(block):
            return False
    return not _BARE.search(block)


def _anew(types: Sequence[type], line: bytes) -> bytes:
    cells = [inside.replace('""', '"') or bare for inside, bare in _CELL.findall(line.decode())]
    return ",".join(map(_cell, types, cells)).encode() + b"\n"


@lru_cache(1 << 13)  # there are few places, and many attacks
def _cell(held: type, printed: str) -> str:
    if held is float and printed.startswith("="):
        return str(float(printed[1:]))
    return quoted(str(guarded(unturned(printed)))) if held is str else printed
