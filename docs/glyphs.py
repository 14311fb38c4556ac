"""Writes down what the fonts of the sitreps hold, so that no report has to look for it.

`.venv/bin/python docs/glyphs.py` writes `reports/templates/fonts/glyphs.json`: the ranges of characters that any of the
fonts can print, and what each Arabic glyph stands for. Run it when a font is added or made anew.
"""
# ruff: noqa: INP001 -- a script, run by its path

import json
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import count, groupby
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # no type information

from registry.paths import TEMPLATES

FILE = TEMPLATES / "fonts" / "glyphs.json"
_SINGLE, _LIGATURE, _EXTENSION = 1, 4, 7


def written() -> str:
    """The text of the file."""
    fonts = sorted((TEMPLATES / "fonts").glob("*.ttf"))
    arabic = {font.name: texts(font) for font in fonts if "Arabic" in font.name}
    return json.dumps({"ranges": ranges(fonts), "arabic": arabic}, ensure_ascii=False, indent=0) + "\n"


def ranges(fonts: Sequence[Path]) -> list[tuple[int, int]]:
    """The first and last code point of each range of which some font has every character."""
    found: set[int] = set()
    for path in fonts:
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    steps = zip(sorted(found), count(), strict=False)
    runs = [[code for code, _ in run] for _, run in groupby(steps, key=lambda step: step[0] - step[1])]
    return [(run[0], run[-1]) for run in runs]


def texts(path: Path) -> dict[str, str]:
    """The text of each Arabic glyph, by its number as the tables of a PDF have it.

    That is its character, or the characters that the font's shaping rules made it from. Brackets and the like, which
    other scripts have too, are left out.
    """
    with TTFont(path, lazy=True) as font:
        found: dict[str, str] = {}
        for code, glyph in sorted(font.getBestCmap().items()):
            # Presentation forms (U+FE8E) stand for the letter that they are a form of.
            found.setdefault(glyph, unicodedata.normalize("NFKC", chr(code)) if code >= 0xFB50 else chr(code))
        rules = [(made, parts) for made, parts in _rules(font["GSUB"].table) if made not in found]
        for _round in range(3):  # a ligature may be made of shaped letters
            for made, parts in rules:
                if all(part in found for part in parts):
                    found.setdefault(made, "".join(found[part] for part in parts))
        arabic = {font.getGlyphID(glyph): text for glyph, text in found.items() if all(map(_is_arabic, text))}
        return {f"{number:04x}": text for number, text in sorted(arabic.items())}


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


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
