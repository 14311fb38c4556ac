"""One style for elements that differ in nothing but the names by which others link to them.

WeasyPrint 70 keeps an element's name with its style, so that every row with one has a style of its own, and so has all
in it: some hundred properties each, worked out one by one. None of this changes a byte of the file, which a test shows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint.css import ComputedStyle, StyleFor

from registry.sitrep.replacing import replaced


class _Like(ComputedStyle):  # type: ignore[misc] # WeasyPrint has no type information
    """A style with a name of its own, and for all else another's."""

    like: ComputedStyle

    @property
    def anonymous_style(self) -> Any:
        return self.like.anonymous_style

    def __missing__(self, key: str) -> Any:
        value = self[key] = self.like[key]
        return value

    def __getattr__(self, name: str) -> Any:
        return getattr(self.like, name)


@contextmanager
def by_looks() -> Iterator[None]:
    """Give elements that look the same one style."""
    original = StyleFor.__init__

    def init(styles: Any, *args: Any, **given: Any) -> None:
        original(styles, *args, **given)
        _share(styles.get_computed_styles().values())

    with replaced(StyleFor, "__init__", init):
        yield


def _share(styles: Any) -> None:
    """Parents come before their children."""
    firsts: dict[Any, ComputedStyle] = {}
    for style in styles:
        parent = getattr(style.parent_style, "like", style.parent_style)
        if "anchor" not in style.cascaded and parent is style.parent_style:
            continue  # alike ones are one style already
        looks = frozenset(
            (key, id(value), weight) for key, (value, weight) in style.cascaded.items() if key != "anchor"
        )
        first = firsts.setdefault((id(parent), style.pseudo_type, looks), style)
        if first is not style:
            style.like, style.specified, style.__class__ = first, first.specified, _Like
