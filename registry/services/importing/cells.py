"""One cell as text: spelt one way whatever the file's format, and read as a number, a day or a truth value."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from registry import names

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫−", "01234567890123456789.-")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a workbook writes a control character, `_x000D_` above all
_SPACES = re.compile(r"\s+")
_DECIMAL = re.compile(r"[+-]?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[,\u066c\u00a0\u202f' ]\d{3})+(?:\.\d+)?")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_FORMULA_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
_WHOLE = 2**53  # beyond it a spreadsheet's numbers are rounded
YES, NO = {"true", "yes", "1", "y", "oui", "نعم"}, {"false", "no", "0", "n", "non", "لا"}


def spelt(value: Any) -> str:
    """A cell's value as text: whole numbers without a point, days as 2019-05-05, truth as true and false."""
    if isinstance(value, str):
        return tidied(value)
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if (value.hour, value.minute, value.second) == (0, 0, 0) else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def tidied(text: str) -> str:
    """Text without control characters, a spreadsheet's escapes for them, and space at either end."""
    if _is_tidy(text):
        return text.strip()
    if "_x" in text:
        text = _ESCAPED.sub(_unescaped, text)
    return names.clean(text)


def all_tidied(texts: Sequence[str]) -> list[str]:
    """The same of all cells of a row: most rows have nothing but spaces to be rid of, which is seen at once."""
    if _is_tidy("".join(texts)):
        return [text.strip() for text in texts]
    return [tidied(text) for text in texts]


def _is_tidy(text: str) -> bool:
    return text.isascii() and text.isprintable() and "_x" not in text


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return " " if code < 0x20 or 0xD800 <= code <= 0xDFFF else chr(code)


def headings(cells: Iterable[str]) -> list[str]:
    """The headings as they are addressed: tidied; a second `Killed` is `Killed (2)`, a nameless one `column 7`."""
    found: list[str] = []
    seen: dict[str, int] = {}
    for place, cell in enumerate(cells, start=1):
        name = _SPACES.sub(" ", tidied(cell)).strip() or f"column {place}"
        seen[name.casefold()] = times = seen.get(name.casefold(), 0) + 1
        found.append(name if times == 1 else f"{name} ({times})")
    return found


def is_hxl(cells: Sequence[str]) -> bool:
    """Whether the row holds HXL hashtags, such as `#adm1 +code`, and nothing else."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(re.match(r"#[a-z]\w*", cell.strip(), re.IGNORECASE) for cell in filled)


def tag(text: str) -> str:
    """An HXL tag spelt one way: `#country +ISO` is `#country+iso`, whatever the order of its attributes."""
    first, *attributes = _SPACES.sub("", text).casefold().split("+")
    return "+".join([first, *sorted(attributes)])


def is_broken(text: str) -> bool:
    """Whether a spreadsheet's formula failed here."""
    return text in _FORMULA_ERRORS


def number(text: str, *, decimal_comma: bool = False) -> float | None:
    """A number, with Arabic digits, decimal comma or thousands marked; None: it is none, or could be two.

    What Python would take beside these (`1_000`, `1e5`, `nan`, `²`) is a slip or a damaged cell.
    """
    plain = text.translate(_DIGITS).strip()
    if decimal_comma:
        plain = plain.replace(".", "").replace(",", ".")
    if plain.isascii() and _DECIMAL.fullmatch(plain):
        return float(plain)
    if _GROUPED.fullmatch(plain):
        return float(re.sub(r"[,\u066c\u00a0\u202f' ]", "", plain))
    if plain.isascii() and _COMMA.fullmatch(plain):
        return float(plain.replace(",", "."))
    return None


def truth(text: str) -> bool | None:
    """Yes or no, in the words and numbers that lists use; None: it is neither."""
    plain = text.translate(_DIGITS).strip().casefold()
    return True if plain in YES else False if plain in NO else None
