"""What WeasyPrint 70 works out again for every box and every line, kept with the style that decides it.

Boxes are many and styles few: all cells of a column share one. None of it changes a byte of the file, which a test
shows. A style is never changed once boxes are laid out by it: what changes one copies it first.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from math import inf
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import background, percent
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.text import fonts, line_break
from weasyprint.text.constants import PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p

from registry.sitrep.replacing import replaced

_LENGTHS = (
    "margin_left", "margin_right", "margin_top", "margin_bottom",
    "padding_left", "padding_right", "padding_top", "padding_bottom",
    "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip
_FREE = {"width": "auto", "height": "auto", "min_width": 0, "min_height": 0, "max_width": inf, "max_height": inf}
_BORDERS = ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width")
_CORNERS = (
    "border_top_left_radius", "border_top_right_radius", "border_bottom_right_radius", "border_bottom_left_radius",
)  # fmt: skip
_BARE = dict.fromkeys(_CORNERS, (0, 0)) | {"background": None}


@contextmanager
def by_style() -> Iterator[None]:
    """Keep with each style what boxes and lines of it have in common."""
    with ExitStack() as stack:
        functions: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
            (percent.resolve_percentages, _lengths),
            (background.layout_box_backgrounds, _backgrounds),
            (line_break.strut, _strut),
        )
        for original, made in functions:
            name, quick = original.__name__, made(original)
            for module in [one for key, one in sys.modules.items() if key.startswith("weasyprint.")]:
                if getattr(module, name, None) is original:
                    stack.enter_context(replaced(module, name, quick))
        flow, setup = boxes.Box.is_in_normal_flow, line_break.Layout.setup
        stack.enter_context(replaced(boxes.Box, "is_in_normal_flow", _in_flow(flow)))
        stack.enter_context(replaced(line_break.Layout, "setup", _setup(setup)))
        yield


def _lengths(original: Callable[..., None]) -> Callable[..., None]:
    """Margins, padding and sizes that no containing block decides: none in percent, and no size of its own."""

    def resolve(box: Any, containing_block: Any) -> None:
        style = box.style
        try:
            kept = style.kept_lengths
        except AttributeError:
            original(box, containing_block)
            style.kept_lengths = _own_lengths(box)
            return
        if kept is None:
            original(box, containing_block)
            return
        lengths, borders, is_collapsed = kept
        held = box.__dict__
        # Where borders collapse, a table has decided on those of its cells already.
        held.update({name: held.get(name, width) for name, width in borders.items()} if is_collapsed else borders)
        held.update(lengths)

    return resolve


def _own_lengths(box: Any) -> tuple[dict[str, Any], dict[str, Any], bool] | None:
    style = box.style
    if any(style[name] != "auto" and getattr(style[name], "unit", None) != "px" for name in _LENGTHS):
        return None
    lengths = {name: getattr(box, name) for name in _LENGTHS}
    if not _FREE.items() <= lengths.items():
        return None
    return lengths, {name: style[name] for name in _BORDERS}, style["border_collapse"] == "collapse"


def _backgrounds(original: Callable[..., None]) -> Callable[..., None]:
    """No background, image or rounded corner: most boxes have none."""

    def lay_out(page: Any, box: Any, get_image: Any, layout_children: bool = True, style: Any = None) -> None:
        if style is not None or box is page or isinstance(box, AbsolutePlaceholder) or not _is_bare(box.style):
            original(page, box, get_image, layout_children, style)
            return
        box.__dict__.update(_BARE)
        if layout_children:
            for child in box.all_children():
                background.layout_box_backgrounds(page, child, get_image)

    return lay_out


def _is_bare(style: Any) -> bool:
    try:
        kept: bool = style.kept_bare
    except AttributeError:
        images = (style["border_image_source"], style["mask_border_source"], *style["background_image"])
        color = style["background_color"]
        kept = style.kept_bare = (
            style["visibility"] != "hidden"
            and all(image[0] == "none" for image in images)
            and not style["box_shadow"]
            and color != "currentcolor"
            and color.alpha == 0
            and all((0, "px") in style[corner] for corner in _CORNERS)
        )
    return kept


def _strut(original: Callable[..., Any]) -> Callable[..., Any]:
    """The height of a line and its baseline, sought elsewhere by the text of fourteen properties."""

    def strut(style: Any) -> Any:
        try:
            return style.kept_strut
        except AttributeError:
            found = style.kept_strut = original(style)
            return found

    return strut


def _in_flow(original: Callable[..., bool]) -> Callable[..., bool]:
    """Whether a box is in the flow, which is asked ten times for each."""

    def is_in_normal_flow(box: Any) -> bool:
        try:
            kept: bool = box.style.kept_flow
        except AttributeError:
            kept = box.style.kept_flow = original(box)
        return kept

    return is_in_normal_flow


def _setup(original: Callable[..., None]) -> Callable[..., None]:
    """Pango's context, language and font, made elsewhere for each line when it is set and again when it is drawn."""

    def setup(layout: Any, style: Any) -> None:
        try:
            kept = style.kept_pango
        except AttributeError:
            kept = style.kept_pango = _pango_of(style)
        if kept is None:
            original(layout, style)
            return
        context, layout.language, description = kept
        layout.style, layout.first_line_direction = style, 0
        layout.ascent = layout.underline_position = layout.strikethrough_position = None
        layout.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(layout.layout, False)
        pango.pango_layout_set_font_description(layout.layout, description)

    return setup


def _pango_of(style: Any) -> tuple[Any, Any, Any] | None:
    """What `Layout.setup` of WeasyPrint makes; None of a style with more to it."""
    variants = (
        "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps",
        "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
    )  # fmt: skip
    has_more = style["text_decoration_line"] != "none" or style["font_language_override"] != "normal"
    if has_more or not style["lang"] or fonts.font_features(*(style[name] for name in variants)):
        return None
    new = pango.pango_font_map_create_context(style.font_config.font_map)
    context = ffi.gc(new, gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    code, _ = unicode_to_char_p(style["lang"])
    language = pango.pango_language_from_string(code)
    pango.pango_context_set_language(context, language)
    return context, language, fonts.get_font_description(style)
