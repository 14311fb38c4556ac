"""What the pages are made of: templates, stylesheets and fonts of the package, and nothing else."""

import base64
import functools
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from registry.errors import RegistryError
from registry.paths import LOCALE, TEMPLATES

STYLES = ("fonts.css", "page.css", "parts.css", "tables.css", "kinds.css")
SCREEN_STYLES = (*STYLES, "screen.css")
SCHEME = "asset"
_MAX_BYTES = 5_000_000
_TYPES = {".css": "text/css", ".ttf": "font/ttf"}
_FONT_URL = re.compile(r'url\("asset:///(fonts/[\w-]+\.ttf)"\)')
# Characters that print nothing, so that no font needs a glyph for them.
_SILENT = frozenset("\n\t\u00ad\u200b\u200c\u200d\u2060")


def read(url: str) -> tuple[bytes, str]:
    """The bytes and the media type of `asset:///css/…` or `asset:///fonts/…`.

    Raises:
        RegistryError: any other scheme, a path that leaves the templates, another kind of file, or a file too large.
    """
    scheme, _, rest = url.partition(":")
    root = TEMPLATES.resolve()
    path = (root / rest.lstrip("/")).resolve()
    is_ours = scheme == SCHEME and path.is_relative_to(root) and path.suffix in _TYPES and path.is_file()
    if not is_ours or path.stat().st_size > _MAX_BYTES:
        raise RegistryError(
            f"sitrep: the page asked for {url[:100]!r}, which is no stylesheet or font of ours; refused"
        )
    return path.read_bytes(), _TYPES[path.suffix]


def styles(names: Iterable[str]) -> str:
    """Stylesheets as one text."""
    return "\n".join(read(f"{SCHEME}:///css/{name}")[0].decode() for name in names)


def inline_styles() -> str:
    """All stylesheets as one text with the fonts inside, for a page that needs no second file."""
    return _FONT_URL.sub(_as_data, styles(SCREEN_STYLES))


def script() -> str:
    """The script of the page on screen: sorts tables, zooms the map."""
    return (TEMPLATES / "screen.js").read_text(encoding="utf-8")


def _as_data(match: re.Match[str]) -> str:
    data, media_type = read(f"{SCHEME}:///{match[1]}")
    return f'url("data:{media_type};base64,{base64.b64encode(data).decode()}")'


@functools.cache
def digest() -> str:
    """SHA-256 over the names and bytes of all templates, stylesheets, fonts and translations."""
    total = hashlib.sha256()
    for folder in (TEMPLATES, LOCALE):
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            name = path.relative_to(folder).as_posix().encode()
            total.update(name + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


@functools.cache
def glyphs() -> dict[str, Any]:
    """What our fonts hold, as `docs/glyphs.py` wrote it down: `ranges` of code points, and `arabic` glyphs by font."""
    found: dict[str, Any] = json.loads((TEMPLATES / "fonts" / "glyphs.json").read_bytes())
    return found


@functools.cache
def covered() -> frozenset[int]:
    """The code points that the shipped fonts can print."""
    return frozenset(code for first, last in glyphs()["ranges"] for code in range(first, last + 1))


def refuse_missing_glyphs(text: str) -> None:
    """Stop if a character has no glyph in our fonts: the system's would be used, or an empty box printed.

    Raises:
        RegistryError: naming the first such character.
    """
    missing = sorted(one for one in set(text) if ord(one) not in covered() and not _prints_nothing(one))
    if missing:
        first = missing[0]
        name = unicodedata.name(first, "unnamed")
        others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise RegistryError(
            f"sitrep: no font for U+{ord(first):04X} {name}{others};"
            f" write it in letters, or add a font to {Path(TEMPLATES.parent.name) / TEMPLATES.name / 'fonts'}"
        )


def _prints_nothing(character: str) -> bool:
    return character in _SILENT or "\ufe00" <= character <= "\ufe0f"
