"""What a PDF draws, glyph after glyph from left to right: the order that the eye meets, whatever the text says."""

import io
import re
from collections.abc import Iterator

import pikepdf

_MAPPED = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")
# With their thousands and minutes apart: those signs are drawn as a part of the number.
_DIGITS = re.compile(r"\d+(?:[٬,:]\d+)*")


def boxes(data: bytes) -> list[list[str]]:
    """The text boxes of all pages in the order of the page, each as the texts of its glyphs from left to right."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [box for page in pdf.pages for box in _of_page(page)]


def _of_page(page: pikepdf.Page) -> Iterator[list[str]]:
    fonts = {name: _texts(font) for name, font in page.resources.Font.items()}
    font: dict[int, str] = {}
    box: list[str] = []
    for instruction in pikepdf.parse_content_stream(page):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "BT":
            box = []
        elif operator == "Tf":
            font = fonts[str(operands[0])]
        elif operator in {"Tj", "TJ"}:
            for part in operands[0] if operator == "TJ" else operands:
                if isinstance(part, pikepdf.String):
                    glyphs = bytes(part)
                    box.extend(font[int.from_bytes(glyphs[at : at + 2])] for at in range(0, len(glyphs), 2))
        elif operator == "ET":
            yield box


def _texts(font: pikepdf.Object) -> dict[int, str]:
    table = font.ToUnicode.read_bytes()
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in _MAPPED.findall(table)}


def read_rtl(box: list[str]) -> str:
    """The text of a right-to-left box as it is read: from the right, but each number from the left."""
    return _DIGITS.sub(lambda number: number[0][::-1], "".join(reversed(box)))


def numbers(box: list[str]) -> list[str]:
    """The numbers of a box as the eye meets them from left to right."""
    return _DIGITS.findall("".join(box))
