"""Words set once for each style: a report says the same ones in many rows.

WeasyPrint 70 has Pango shape every text when it is put on a line, and again when it is drawn. Here a text that fits on
a line is measured once for each style, and what the file says for it is made once. None of it changes a byte of the
file, which a test shows.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from weasyprint import draw
from weasyprint.draw.text import draw_first_line
from weasyprint.layout import inline
from weasyprint.matrix import Matrix

from registry.sitrep.replacing import replaced


@contextmanager
def by_style() -> Iterator[None]:
    """Keep with each style the words that were set in it."""
    with ExitStack() as stack:
        stack.enter_context(replaced(inline, "split_first_line", _measured(inline.split_first_line)))
        stack.enter_context(replaced(draw, "draw_text", _drawn(draw.draw_text)))
        yield


def _measured(original: Callable[..., Any]) -> Callable[..., Any]:
    """The size of a text that is not broken, whatever the width that it fits into."""

    def split_first_line(
        text: str, style: Any, context: Any, max_width: float | None, spacing: float, **given: bool
    ) -> Any:
        try:
            kept = style.kept_lines
        except AttributeError:
            kept = style.kept_lines = {}
        line = kept.get(text)
        if line is not None and max_width is not None and line[3] <= max_width and not spacing:
            return line
        line = original(text, style, context, max_width, spacing, **given)
        if line[2] is None and not spacing:
            kept[text] = line
        return line

    return split_first_line


def _drawn(original: Callable[..., None]) -> Callable[..., None]:
    """What is written for a text wherever it stands: its font, its glyphs and the gaps between them."""

    def draw_text(stream: Any, box: Any, offset_x: float, text_overflow: str, block_ellipsis: str) -> None:
        style = box.style
        try:
            kept = style.kept_drawn
        except AttributeError:
            is_plain = style["text_decoration_line"] == "none" and style["visibility"] == "visible"
            kept = style.kept_drawn = {} if is_plain else None
        if kept is None or box.justification_spacing or text_overflow != "clip" or block_ellipsis != "none":
            original(stream, box, offset_x, text_overflow, block_ellipsis)
            return
        text = box.pango_layout.text if box.text.strip() else ""  # a blank at a line's end is drawn, alone it is not
        if text not in kept:
            kept[text] = _written(stream, box)
        stream.set_color(style["color"])
        stream.begin_text()
        if text:
            stream.set_text_matrix(1, 0, 0, -1, box.position_x, box.position_y + box.baseline)
        for name, given in kept[text]:
            getattr(stream, name)(*given)
        stream.end_text()

    return draw_text


def _written(stream: Any, box: Any) -> list[tuple[str, Any]]:
    recorder = _Recorder(stream)
    box.pango_layout.reactivate(box.style)
    draw_first_line(recorder, box, "clip", "none", Matrix())
    box.pango_layout.deactivate()
    return recorder.calls


class _Recorder:
    """Takes what a text has written, in place of a stream."""

    def __init__(self, stream: Any) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.add_font, self.ink_rect, self.logical_rect = stream.add_font, stream.ink_rect, stream.logical_rect

    def set_text_matrix(self, *_matrix: float) -> None:
        """Left out: it says where the text stands."""

    def set_font_size(self, *font: Any) -> None:
        self.calls.append(("set_font_size", font))

    def set_text_rise(self, rise: float) -> None:
        self.calls.append(("set_text_rise", (rise,)))

    def show_text(self, text: str) -> None:
        self.calls.append(("show_text", (text.encode(),)))
