"""What WeasyPrint 70 does again and again though once is enough, or does for things that our pages do not have.

None of it changes a byte of the file but in how it is packed, which a test shows; what a later version has no longer is
left as it is there.
"""

import functools
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import cssselect2  # type: ignore[import-untyped] # no type information
import pydyf  # type: ignore[import-untyped] # no type information
from weasyprint import CSS, HTML
from weasyprint.css import ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES
from weasyprint.layout import inline
from weasyprint.urls import URLFetcher

from registry.sitrep import assets
from registry.sitrep.replacing import replaced

_VOID = re.compile(r"<(col|br|meta|hr)\b([^>]*)>")
_DOCTYPE = "<!DOCTYPE html>"


class Page(HTML):  # type: ignore[misc] # WeasyPrint has no type information
    """A page of ours: XML but for the ends of empty elements, and of the few that a sheet of our own describes.

    WeasyPrint's describes many more, and list markers, footnotes and margin notes: six more styles for each element.
    """

    def __init__(self, html: str, base_url: str, fetcher: URLFetcher) -> None:
        tree = _tree(html)
        if tree is None:
            super().__init__(string=html, base_url=base_url, url_fetcher=fetcher)
            return
        self.base_url, self.url_fetcher, self.media_type = base_url, fetcher, "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(tree, content_language=None)
        self.etree_element = self.wrapper_element.etree_element
        # What is said of a page, and its own styles, stand in its head: the rest is not searched for them, twice.
        self.wrapper_element.query_all = next(self.wrapper_element.iter_children(), self.wrapper_element).query_all

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: ARG002 -- the base class's signature
        return [CSS(string=assets.styles(("elements.css",)))]

    def _ua_counter_style(self) -> list[Any]:
        return []


def _tree(html: str) -> ElementTree.Element | None:
    """The page read as XML, in a thirtieth of the time that an HTML parser in Python takes; None if it is no XML."""
    try:
        # Our own markup: what others wrote is escaped in it, and a document type of theirs cannot be there.
        return ElementTree.fromstring(_VOID.sub(r"<\1\2/>", html.removeprefix(_DOCTYPE)))  # noqa: S314 -- see above
    except ElementTree.ParseError:
        return None


@contextmanager
def values_taken_plainly() -> Iterator[None]:
    """Take what no rule of an element names from its parent, or as it is at first: of a hundred properties, most.

    That they may be computed from others, be mathematics, or stand for the start or end of a line is asked for each.
    """
    computed = {*INITIAL_NOT_COMPUTED, "display", "float", "page", "position"}
    plain = {
        key: value
        for key, value in INITIAL_VALUES.items()
        if key not in computed and not key.startswith("text_decoration")
    }
    names = {key: {key} for key in plain}
    for key in names.keys() & PHYSICAL_FUNCTIONS.keys():
        names[key] |= {PHYSICAL_FUNCTIONS[key](block="ttb", inline=way) for way in ("ltr", "rtl")}
    original = ComputedStyle.__missing__

    def missing(style: Any, key: str) -> Any:
        if key not in plain or style.parent_style is None or not names[key].isdisjoint(style.cascaded):
            return original(style, key)
        value = style[key] = style.parent_style[key] if key in INHERITED else plain[key]
        return value

    with replaced(ComputedStyle, "__missing__", missing):
        yield


@contextmanager
def lines_set_once() -> Iterator[None]:
    """Set each line of a right-to-left page once.

    A line is set again if a float moved it. Whether one did is asked by comparing left edges, while a right-to-left
    line is placed by its right edge: so each is set twice. Where there is no float, give the left edge, and do not look
    for one, which is done three times for every line.
    """
    original = inline.avoid_collisions

    def without_floats(context: Any, line: Any, block: Any, outer: bool = True) -> Any:
        if outer or context.excluded_shapes:
            return original(context, line, block, outer)
        left = block.content_box_x()
        right = left + block.width - line.margin_right
        left += line.margin_left
        x = right - line.margin_left - line.width if block.style["direction"] == "rtl" else left - line.margin_left
        # Forth and back as in the original, so that the last digits are those too.
        return x, line.position_y + line.margin_top - line.margin_top, right - left

    with replaced(inline, "avoid_collisions", without_floats):
        yield


@contextmanager
def references_kept() -> Iterator[None]:
    """Name the pages once for each page added: tagging asks for the names of all of them for every element."""
    original = pydyf.PDF.page_references

    def kept(pdf: Any) -> Any:
        count = pdf.pages["Count"]
        held = pdf.__dict__.get("_kept_references")
        if held is None or held[0] != count:
            held = pdf.__dict__["_kept_references"] = (count, original.fget(pdf))
        return held[1]

    with replaced(pydyf.PDF, "page_references", property(kept)):
        yield


@contextmanager
def packed_for_time() -> Iterator[None]:
    """Compress at level 7: the highest, which pydyf asks for, takes three times as long for a fiftieth of the size."""
    packing = SimpleNamespace(compress=zlib.compress, compressobj=lambda level: zlib.compressobj(min(level, 7)))
    with replaced(pydyf, "zlib", packing):
        yield


def keep_data(pdf: pydyf.PDF) -> None:
    """Write and compress each object once: it is asked for once to be written, and once for the file's identifier."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream | pydyf.Dictionary | pydyf.Array):
            kind: type = type(item)
            item.__class__ = _keeping(kind)


@functools.cache
def _keeping(kind: type) -> type:
    kept = functools.cached_property(kind.data.fget)  # type: ignore[attr-defined] # a property of pydyf's objects
    kept.__set_name__(kind, "data")
    return type(kind.__name__, (kind,), {"data": kept})
