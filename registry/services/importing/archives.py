"""A look into a workbook's archive before anything parses it: bombs, cells far apart, and XML that defines entities.

Sizes are counted while inflating; what the archive says of itself is not believed.
"""

import re
import zipfile
import zlib
from pathlib import Path

from registry.services.importing.rows import UnreadableFileError

_MOST_ENTRIES = 2_000
_MOST_BYTES = 500 << 20
_MOST_RATIO = 200
_RATIO_FROM = 10 << 20  # small files of zeros compress as well as that and do no harm
_MOST_ROWS, _MOST_COLUMNS, _MOST_CELLS = 1_048_576, 16_384, 50_000_000
_CHUNK = 1 << 20
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,9})(\d{1,19})["']""")
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_ADVICE = "save the sheet that you need as CSV"


def check(path: Path, name: str) -> None:
    """Refuse an archive that would hurt whoever opens it.

    Raises:
        UnreadableFileError: it is damaged, too large when unpacked, or holds what no spreadsheet program writes.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_ENTRIES:
                raise UnreadableFileError(name, f"its archive has {len(entries)} parts", _ADVICE)
            _inflate(archive, entries, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        # RuntimeError: the archive itself has a password.
        raise UnreadableFileError(name, "it is damaged or has a password", "open it and save it again") from error


def _inflate(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str) -> None:
    total, packed = 0, sum(entry.compress_size for entry in entries) or 1
    for entry in entries:
        extent = _Extent(name) if _SHEET.fullmatch(entry.filename) else None
        is_xml = entry.filename.casefold().endswith((".xml", ".rels"))
        tail = b""
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                total += len(chunk)
                if total > _MOST_BYTES or (total > _RATIO_FROM and total / packed > _MOST_RATIO):
                    raise UnreadableFileError(name, "it unpacks to far more than a spreadsheet holds", _ADVICE)
                seen = tail + chunk
                if is_xml and any(mark in seen for mark in _DOCTYPES):
                    raise UnreadableFileError(name, "its XML defines entities, as no spreadsheet does", _ADVICE)
                if extent is not None:
                    extent.see(seen)
                tail = seen[-64:]


class _Extent:
    """How far the cells of one sheet reach."""

    def __init__(self, name: str) -> None:
        self._name, self._rows, self._columns = name, 0, 0

    def see(self, xml: bytes) -> None:
        """Look at the next piece of the sheet."""
        for letters, digits in _CELL.findall(xml):
            self._rows = max(self._rows, int(digits))
            self._columns = max(self._columns, _column(letters))
        cells = self._rows * self._columns
        if self._rows > _MOST_ROWS or self._columns > _MOST_COLUMNS or cells > _MOST_CELLS:
            raise UnreadableFileError(self._name, "cells stand too far apart for a table", _ADVICE)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
