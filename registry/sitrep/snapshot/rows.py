"""Rows in the same plain Python values from both engines."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from registry import db

Row = Mapping[str, Any]
Key = uuid.UUID


def plain(row: Mapping[str, Any]) -> Row:
    """A row in the same Python values on both engines: keys as UUIDs, dates as dates, yes and no as bool."""
    return MappingProxyType({name: _value(name, value) for name, value in row.items()})


def grouped(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    """The rows by what they have in a column."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "id" or name.endswith("_id"):
        return db.as_uuid(value)
    if name.endswith("_on") and isinstance(value, str):
        return date.fromisoformat(value)
    if name.startswith("is_") or name.endswith(("_is_party", "_is_anonymous")):
        return bool(value)
    return value
