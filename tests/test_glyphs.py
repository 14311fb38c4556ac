"""What is written down of the fonts is what they hold."""

from docs import glyphs


def test_what_is_written_down_is_what_the_fonts_hold() -> None:
    assert glyphs.FILE.read_text(encoding="utf-8") == glyphs.written(), "run docs/glyphs.py"
