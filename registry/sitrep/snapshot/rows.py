"""Rows in the same plain Python values from both engines."""

import functools
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from registry import db

Row = Mapping[str, Any]
Key = uuid.UUID


def plain(row: Mapping[str, Any]) -> Row:
    """A row in the same Python values on both engines: keys as UUIDs, dates as dates, yes and no as bool."""
    return MappingProxyType({name: value if value is None else _reader(name)(value) for name, value in row.items()})


def grouped(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    """The rows by what they have in a column."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def ids(rows: Iterable[Row]) -> list[Key]:
    """The keys of rows."""
    return [row["id"] for row in rows]


def without(rows: Iterable[Row], others: Iterable[Row]) -> list[Row]:
    """The rows that are none of the others, by their keys."""
    keys = {row["id"] for row in others}
    return [row for row in rows if row["id"] not in keys]


@functools.cache
def _reader(name: str) -> Callable[[Any], Any]:
    """What makes the values of a column plain."""
    if name == "id" or name.endswith("_id"):
        return db.as_uuid
    if name.endswith("_on"):
        return lambda value: date.fromisoformat(value) if isinstance(value, str) else value
    if name.startswith("is_") or name.endswith(("_is_party", "_is_anonymous")):
        return bool
    return lambda value: value
