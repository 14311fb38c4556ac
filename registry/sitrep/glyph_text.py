"""What each glyph of our Arabic fonts stands for, so that the text of a PDF can be searched, copied and read aloud.

WeasyPrint notes for a glyph the text of the first cluster that it is drawn in. Of a letter with a vowel sign the sign
then stands for both and the letter for nothing, in the whole file: after "أُصيب" a "يُذكر" is copied as "يأُذكر". What a
glyph stands for is in the font itself, and written down beside it.
"""

import re

import pydyf  # type: ignore[import-untyped] # no type information

from registry.sitrep import assets

_FILES = {"Sitrep-Arabic": "NotoSansArabic-Regular.ttf", "Sitrep-Arabic-Bold": "NotoSansArabic-Bold.ttf"}
_MAPPED = re.compile(rb"<([0-9a-f]{4})> <[0-9a-f]*>")


def correct(pdf: pydyf.PDF) -> None:
    """Put the font's own account of its Arabic glyphs into the file's tables from glyphs to text."""
    for font in pdf.objects:
        if not isinstance(font, dict) or "ToUnicode" not in font:
            continue
        file = _FILES.get(font["BaseFont"].decode().partition("+")[2])
        if file:
            number = int(font["ToUnicode"].split()[0])
            _rewrite(pdf.objects[number], assets.glyphs()["arabic"][file])


def _rewrite(table: pydyf.Stream, known: dict[str, str]) -> None:
    for place, line in enumerate(table.stream):
        found = _MAPPED.fullmatch(line)
        text = known.get(found[1].decode()) if found else None
        if found and text:
            table.stream[place] = b"<%s> <%s>" % (found[1], text.encode("utf-16-be").hex().encode())
