"""Cells and rows as CSV has them."""

import csv
from collections.abc import Collection, Iterable, Sequence
from io import StringIO
from typing import Any

from registry.cells import guarded_texts
from registry.services.exporting.kinds import Kind

_TRUTH = {True: "true", False: "false", None: None}


def printed(rows: Iterable[Sequence[Any]]) -> bytes:
    """Lines of rows."""
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def cells(values: Sequence[Any], distinct: Collection[Any], kind: Kind) -> Sequence[Any]:
    """The values as they are to be printed; columns of numbers and days are printed as they are."""
    if kind == "bool":
        return [_TRUTH[value] for value in values]
    if kind != "text":
        return values
    if bool in set(map(type, values)):  # beside other values, of which 1 and 0 are not truth
        values = [_TRUTH[value] if isinstance(value, bool) else value for value in values]
    risky = guarded_texts(distinct)
    return [risky.get(value, value) for value in values] if risky else values
