"""Cells of tables that are handed out: plain values, whichever engine they came from, and no text that runs."""

import re
import uuid
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

# What a spreadsheet would run as a formula, after what it skips: ASCII and full-width, tab and return too.
_FORMULA = re.compile(r"'*[\s\ufeff\u00a0]*[=+\-@＝＋－＠\t\r\n]")
_PLAIN = {str, int, float, bool, type(None)}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
# Characters that turn the order of a text round, so that a reader sees another one than is there.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BIDI_UTF8 = re.compile(rb"\xd8\x9c|\xe2(?:\x80[\x8e\x8f\xaa-\xae]|\x81[\xa6-\xa9])")


def guarded(value: object) -> object:
    """A CSV cell that no spreadsheet runs: text that looks like a formula gets an apostrophe in front.

    Numbers stay numbers. Text that has the apostrophe already gets a second one, so that taking one off restores it.
    """
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return "'" + value
    return value


def guarded_texts(distinct: Iterable[Any]) -> dict[str, object]:
    """Of a column's different values, the texts that `guarded` changes, with what it makes of them."""
    risky = (one for one in distinct if type(one) is str and not one[:1].isalnum())
    return {one: made for one in risky if (made := guarded(one)) is not one}


def plain(key: str, value: object) -> object:
    """A value as JSON has it; the same whichever database it came from.

    SQLite has no type for keys, times and truth: there the column's name tells what it is.
    """
    if isinstance(value, bytes):
        return plain_key(value) if len(value) == 16 and key.endswith("id") else value.hex()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime | date | time):
        return _moment(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, str):
        return _text(key, value)
    return bool(value) if _is_truth(key) and value in (0, 1) else value


def plain_values(key: str, distinct: Collection[Any]) -> dict[Any, Any]:
    """Of a column's different values, those of which a plain cell is another; what turns a text round is left out."""
    types = set(map(type, distinct))
    made: dict[Any, Any] = {}
    if read_by_name(key) or not types <= _PLAIN:
        made = {value: plain(key, value) for value in distinct}
    if str in types:
        texts = (one for one in distinct if type(one) is str and not one.isascii() and _BIDI.search(one))
        made |= {one: unturned(one) for one in texts}
    return made


def unturned(text: str) -> str:
    """A text without what turns it round."""
    return text if text.isascii() else _BIDI.sub("", text)


def turns(text: bytes) -> bool:
    """Whether UTF-8 holds what `unturned` takes out."""
    return any(sign in text for sign in (b"\xe2", b"\x9c")) and _BIDI_UTF8.search(text) is not None


def read_by_name(key: str) -> bool:
    """Whether the name of a column tells what its values are, so that their type alone does not."""
    return _is_truth(key) or key == "time_of_day" or key.endswith("_at")


def _is_truth(key: str) -> bool:
    return key.startswith("is_") or "_is_" in key


def _text(key: str, value: str) -> str:
    with suppress(ValueError):
        if key == "time_of_day":
            return time.fromisoformat(value).isoformat("seconds")
        if key.endswith("_at"):
            return _moment(datetime.fromisoformat(value))
    return value


def _moment(value: datetime | date | time) -> str:
    if isinstance(value, time):
        return value.isoformat("seconds")
    if not isinstance(value, datetime):
        return value.isoformat()
    zoned = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def plain_key(value: bytes) -> str:
    """A key of sixteen bytes as a UUID is written."""
    digits = value.hex()  # half the time of `uuid.UUID`
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
