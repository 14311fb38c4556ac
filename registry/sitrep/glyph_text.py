"""What each glyph of our Arabic fonts stands for, so that the text of a PDF can be searched, copied and read aloud.

WeasyPrint notes for a glyph the text of the first cluster that it is drawn in. Of a letter with a vowel sign the sign
then stands for both and the letter for nothing, in the whole file: after "أُصيب" a "يُذكر" is copied as "يأُذكر". What a
glyph stands for is in the font itself: its character, or the characters that its shaping rules made it from.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import pydyf  # type: ignore[import-untyped] # no type information

from registry.paths import TEMPLATES

_FILES = {"Sitrep-Arabic": "NotoSansArabic-Regular.ttf", "Sitrep-Arabic-Bold": "NotoSansArabic-Bold.ttf"}
_MAPPED = re.compile(rb"<([0-9a-f]{4})> <[0-9a-f]*>")
_SINGLE, _LIGATURE, _EXTENSION = 1, 4, 7


def correct(pdf: pydyf.PDF) -> None:
    """Put the font's own account of its Arabic glyphs into the file's tables from glyphs to text."""
    for font in pdf.objects:
        if not isinstance(font, dict) or "ToUnicode" not in font:
            continue
        file = _FILES.get(font["BaseFont"].decode().partition("+")[2])
        if file:
            number = int(font["ToUnicode"].split()[0])
            _rewrite(pdf.objects[number], texts(file))


def _rewrite(table: pydyf.Stream, known: dict[int, str]) -> None:
    for place, line in enumerate(table.stream):
        found = _MAPPED.fullmatch(line)
        text = known.get(int(found[1], 16)) if found else None
        if found and text:
            table.stream[place] = b"<%s> <%s>" % (found[1], text.encode("utf-16-be").hex().encode())


@functools.cache
def texts(file: str) -> dict[int, str]:
    """The text of each Arabic glyph of a font, by its number. Brackets and the like are left to WeasyPrint."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415 - needed for a PDF only

    with TTFont(TEMPLATES / "fonts" / file, lazy=True) as font:
        found: dict[str, str] = {}
        for code, glyph in sorted(font.getBestCmap().items()):
            # Presentation forms (U+FE8E) stand for the letter that they are a form of.
            found.setdefault(glyph, unicodedata.normalize("NFKC", chr(code)) if code >= 0xFB50 else chr(code))
        rules = [(made, parts) for made, parts in _rules(font["GSUB"].table) if made not in found]
        for _round in range(3):  # a ligature may be made of shaped letters
            for made, parts in rules:
                if all(part in found for part in parts):
                    found.setdefault(made, "".join(found[part] for part in parts))
        return {font.getGlyphID(glyph): text for glyph, text in found.items() if all(map(_is_arabic, text))}


def _is_arabic(character: str) -> bool:
    return unicodedata.bidirectional(character) in {"AL", "AN", "NSM"}


def _rules(table: Any) -> Iterator[tuple[str, Sequence[str]]]:
    """Each glyph that shaping makes, with those that it is made of."""
    for lookup in table.LookupList.Lookup:
        for listed in lookup.SubTable:
            rule = listed.ExtSubTable if lookup.LookupType == _EXTENSION else listed
            if rule.LookupType == _SINGLE:
                yield from ((made, (part,)) for part, made in rule.mapping.items())
            elif rule.LookupType == _LIGATURE:
                for first, ligatures in rule.ligatures.items():
                    yield from ((one.LigGlyph, (first, *one.Component)) for one in ligatures)
