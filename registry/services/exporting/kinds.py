"""What a column holds, found from its values: SQLite has types for none of them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Literal

Kind = Literal["", "bool", "int", "long", "float", "date", "moment", "text"]  # long: more than a float holds

_INT64 = range(-(1 << 63), 1 << 63)
EXACT = range(-(1 << 53), (1 << 53) + 1)  # whole numbers that a float holds


def kind(column: str, values: Sequence[Any], distinct: Collection[Any]) -> Kind:
    """What all these plain values are; "" where there is none. Days and times are told by the name of their column.

    Args:
        column: its name.
        values: all of them.
        distinct: the different ones among them, of which 1, 1.0 and true may be one.
    """
    types = set(map(type, distinct))
    if types <= {str, type(None)} and not column.endswith(("_on", "_at")):
        return "text" if str in types else ""
    if not types <= {str, type(None)}:
        types = set(map(type, values))
    if bool in types:
        return "bool" if types <= {bool, type(None)} else "text"
    found: Kind = "float" if float in types else ""
    for value in distinct:
        if value is not None:
            found = wider(found, _kind(column, value))
            if found == "text":
                break
    return found


def wider(one: Kind, other: Kind) -> Kind:
    """The kind that values of both kinds fit."""
    if not one or not other or one == other:
        return one or other
    if {one, other} == {"int", "long"}:
        return "long"
    return "float" if {one, other} == {"int", "float"} else "text"


def by_name(column: str) -> Kind:
    """What a column that holds nothing would hold, as far as its name tells."""
    if column.startswith("is_"):
        return "bool"
    if column.endswith(("_low", "_high")):
        return "int"
    return "date" if column.endswith("_on") else "moment" if column.endswith("_at") else "text"


def _kind(column: str, value: Any) -> Kind:
    if isinstance(value, int):
        return "int" if value in EXACT else "long" if value in _INT64 else "text"
    if isinstance(value, float):
        return "float"
    try:
        if column.endswith("_on") and date.fromisoformat(value).isoformat() == value:
            return "date"
        if column.endswith("_at") and datetime.fromisoformat(value).tzinfo is not None:
            return "moment"
    except (TypeError, ValueError):
        pass
    return "text"
