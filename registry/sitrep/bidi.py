"""Text of other scripts inside a page: what steers its direction is taken out, what is foreign is isolated.

An unbalanced override in a facility's name would turn the digits of the text after it around, and so falsify a figure.
"""

import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from markupsafe import Markup, escape

# Direction overrides, embeddings, isolates and marks, then C0 and C1 without tab and line feed.
_STEERING = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufff9-\ufffb]|[\ud800-\udfff]")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})

Value = TypeVar("Value")


def clean(text: str) -> str:
    """The text without characters that steer direction or control a terminal; a bare return counts as a line feed."""
    return _CONTROLS.sub("", _STEERING.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def cleaned(value: Value) -> Value:
    """The same frozen value with every text in it cleaned."""
    result: Any = value
    if isinstance(value, str):
        result = clean(value)
    elif isinstance(value, tuple):
        result = tuple(cleaned(item) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        result = replace(value, **{field.name: cleaned(getattr(value, field.name)) for field in fields(value)})
    return result  # type: ignore[no-any-return] # rebuilt as the type that came in


def directions(text: str) -> list[str]:
    """`ltr` or `rtl` for every character that has a direction of its own."""
    found = []
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            found.append("ltr")
        elif kind in _RIGHT_TO_LEFT:
            found.append("rtl")
    return found


def isolate(text: str, page: str) -> Markup:
    """The escaped text, inside `<bdi>` with its first strong direction unless it runs like the page.

    Args:
        text: plain text.
        page: the page's own direction, `ltr` or `rtl`.
    """
    text = clean(text)
    found = directions(text)
    # Digits alone have no strong direction: right-to-left pages would turn "2-5" around.
    runs_like_page = all(one == page for one in found) if found else page == "ltr"
    if runs_like_page:
        return escape(text)
    return Markup('<bdi dir="{}">{}</bdi>').format(found[0] if found else "ltr", text)
