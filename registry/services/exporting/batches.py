"""Rows as a database gives them, in batches of columns."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from registry.cells import plain_values
from registry.services.exporting.kinds import Kind, kind

AT_ONCE = 500  # rows; few, so that they stay in the processor's own memory


class Batch(NamedTuple):
    """Some rows, by columns: the plain values of each, the different ones among them, and what they are."""

    columns: Sequence[Sequence[Any]]
    distinct: Sequence[Collection[Any]]
    kinds: Sequence[Kind]


def batch(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Batch:
    """Rows as a database gives them, by columns. Each different value of a column is looked at once."""
    made = [column(name, values) for name, values in zip(names, zip(*rows, strict=True), strict=True)]
    return Batch(*zip(*made, strict=True))


def column(name: str, values: Sequence[Any]) -> tuple[Sequence[Any], Collection[Any], Kind]:
    """Plain values of one column, the different ones among them, and what they are."""
    distinct: Collection[Any] = set(values)
    if changed := plain_values(name, distinct):
        values = [changed.get(value, value) for value in values]
        distinct = {changed.get(value, value) for value in distinct}
    return values, distinct, kind(name, values, distinct)
