"""Cells of an XLSX sheet whose formula failed (`#REF!`, `#N/A`): the parser gives them as blank, which they are not.

Run in the child process alone: it unpacks what somebody sent.
"""

import html
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress

_SHEETS = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATIONS = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_FAILED = re.compile(
    rb"""<c\s(?=[^>]*\bt=["']e["'])[^>]*\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*>.{0,2000}?<v>(#[^<]{1,20})</v>""",
    re.DOTALL,
)
_CHUNK, _LONGEST = 1 << 20, 4_000


def cells(path: str, sheet: str) -> dict[tuple[int, int], str]:
    """The failed cells by row and column, both from 1, as the spreadsheet shows them; none in another format."""
    with suppress(zipfile.BadZipFile, KeyError, UnicodeError), zipfile.ZipFile(path) as archive:
        return dict(_failed(archive, _part_of(archive, sheet)))
    return {}


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Where the archive keeps the sheet of this name.

    Raises:
        KeyError: nowhere.
    """
    sheets = _attributes(_SHEETS, archive.read("xl/workbook.xml"))
    key = next((one[name] for one in sheets if one.get("name") == sheet for name in one if name.endswith(":id")), "")
    relations = {one.get("Id"): one for one in _attributes(_RELATIONS, archive.read("xl/_rels/workbook.xml.rels"))}
    target = relations[key]["Target"]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _attributes(tags: re.Pattern[str], xml: bytes) -> list[dict[str, str]]:
    return [
        {name: html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(tag)}
        for tag in tags.findall(xml.decode())
    ]


def _failed(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[tuple[int, int], str]]:
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            seen = tail + chunk
            if b't="e"' in seen or b"t='e'" in seen:
                for letters, row, shown in _FAILED.findall(seen):
                    yield (int(row), _column(letters)), shown.decode()
            tail = seen[-_LONGEST:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
