"""Text of other scripts inside a page: what steers its direction is taken out, what is foreign is isolated.

An unbalanced override in a facility's name would turn the digits of the text after it around, and so falsify a figure.
"""

import re
import unicodedata
from dataclasses import is_dataclass, replace
from operator import is_not
from typing import Any, TypeVar

from markupsafe import Markup, escape

from registry.sitrep.values import names_of

# Direction overrides, embeddings, isolates and marks, then C0 and C1 without tab and line feed.
_STEERING = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufff9-\ufffb]|[\ud800-\udfff]")
_UNCLEAN = re.compile(f"{_STEERING.pattern}|{_CONTROLS.pattern}")
# Hebrew, Arabic and their neighbours with their digits and presentation forms, as ranges of a regular expression.
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
# The Arabic comma has no direction of its own: between names in Latin script it stands as theirs does.
_LTR_WORD, _RTL_WORD = rf"(?:(?![{_RTL}])\w)+", rf"(?!،)[{_RTL}]+"
# What may stand inside a run between its words. Brackets and quotation marks belong to the text around it.
_BETWEEN = r"[ .,:/@+'’&=#~_–-]+"
_RUNS = {
    "ltr": re.compile(rf"{_LTR_WORD}(?:{_BETWEEN}{_LTR_WORD})*%?"),
    "rtl": re.compile(rf"{_RTL_WORD}(?:[،؛ .,:/'’&–-]+{_RTL_WORD})*"),
}
_OPPOSITE = {"ltr": "rtl", "rtl": "ltr"}
# A longer word may be broken anywhere, so that it cannot run off the page; a shorter one inside `<bdi>` may not.
_LONG_WORD = re.compile(r"\S{25}")

Value = TypeVar("Value")


def clean(text: str) -> str:
    """The text without characters that steer direction or control a terminal; a bare return counts as a line feed."""
    if not _UNCLEAN.search(text):
        return text
    return _CONTROLS.sub("", _STEERING.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def cleaned(value: Value) -> Value:
    """The same frozen value with every text in it cleaned; the value itself where nothing is to be cleaned."""
    result: Any = value
    if isinstance(value, str):
        result = clean(value)
    elif isinstance(value, tuple):
        items = [cleaned(item) for item in value]
        result = tuple(items) if any(map(is_not, items, value)) else value
    elif is_dataclass(value) and not isinstance(value, type):
        pairs = [(name, getattr(value, name)) for name in names_of(type(value))]
        changed = {name: new for name, old in pairs if (new := cleaned(old)) is not old}
        result = replace(value, **changed) if changed else value
    return result  # type: ignore[no-any-return] # rebuilt as the type that came in


def isolate(text: str, page: str) -> Markup:
    """The escaped text with every foreign run inside `<bdi>`, and itself inside one unless it runs like the page.

    Args:
        text: plain text.
        page: the page's own direction, `ltr` or `rtl`.
    """
    runs, base = _runs_and_base(text, page)
    return runs if base == page else _isolated(runs, base)


def isolate_bold(text: str, page: str) -> Markup:
    """The same in bold: one element for both, since each costs as much time as the words in it."""
    runs, base = _runs_and_base(text, page)
    return Markup("<b>{}</b>").format(runs) if base == page else _isolated(runs, base, "b")


def _runs_and_base(text: str, page: str) -> tuple[Markup, str]:
    text = clean(text)
    base = _first_strong(text) or page
    return isolate_runs(text, base), base


def isolate_runs(text: str, base: str) -> Markup:
    """The escaped text with every run of the other direction, numbers in its digits included, inside `<bdi>`.

    Without it "2–5" behind an Arabic letter is shown as "5–2".
    """
    foreign = _OPPOSITE[base]
    parts, end = [], 0
    for run in _RUNS[foreign].finditer(text):
        parts.append(escape(text[end : run.start()]))
        parts.append(_isolated(escape(run[0]), foreign))
        end = run.end()
    return Markup("").join([*parts, escape(text[end:])])


def _isolated(text: Markup, direction: str, element: str = "bdi") -> Markup:
    long = Markup(' class="long"') if _LONG_WORD.search(text.striptags()) else Markup("")
    return Markup('<{0} dir="{1}"{2}>{3}</{0}>').format(element, direction, long, text)


def _first_strong(text: str) -> str | None:
    """`ltr` or `rtl` by the first letter that has a direction of its own; None where none has."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return None
