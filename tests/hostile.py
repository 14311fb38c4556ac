"""Files made to hurt or to mislead whoever reads them: a few lines each, built where a test wants them.

The lists of what real files and hostile ones hold: CSV, workbooks (XLSX, XLS, ODS) and JSON.
"""

import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.importing import workbook

Maker = Callable[[Path], Path]
HEAD = "Ref,Date,Country,Province,Lat,Lon,What happened,Killed,Injured,Weapon,Facility type,Facility,Blamed"
GOOD = "G1,2019-05-05,SYR,Idlib,35.5,36.5,A clinic was hit,1,,Rocket,clinic,Clinic A,"
_CELLS = dict(zip(HEAD.split(","), GOOD.split(","), strict=True)) | {"Ref": "B1", "Facility": "Clinic B"}


def row(**changed: str) -> str:
    """A row of an incident list, with some cells changed: `What_happened` is the column `What happened`."""
    cells = _CELLS | {name.replace("_", " "): text for name, text in changed.items()}
    return ",".join('"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text for text in cells.values())


def text(data: str | bytes, name: str = "list.csv") -> Maker:
    """A file of this text."""

    def made(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return made


def book(cells: str = "<row/>", name: str = "list.xlsx", **parts: str | bytes) -> Maker:
    """A workbook of raw XML cells; `parts` are added, or stand in for its own: `xl__styles_xml` is `xl/styles.xml`."""

    def made(folder: Path) -> Path:
        path = workbook(folder / name, [], cells=cells)
        if parts:
            with_parts(path, {_named(part): data for part, data in parts.items()})
        return path

    return made


def _named(part: str) -> str:
    stem, _, ending = part.replace("__", "/").rpartition("_")
    return f"{stem}.{ending}"


def with_parts(path: Path, parts: Mapping[str, str | bytes]) -> None:
    """The same archive with other parts."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (kept | dict(parts)).items():
            archive.writestr(name, data)


def zipped(parts: Mapping[str, str | bytes], name: str) -> Maker:
    """Any archive."""

    def made(folder: Path) -> Path:
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, data in parts.items():
                archive.writestr(part, data)
        return folder / name

    return made


def flagged(folder: Path) -> Path:
    """A workbook whose archive says that its parts have a password."""
    path = workbook(folder / "locked.xlsx", [["a"], [1]])
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    path.write_bytes(data)
    return path


_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes], name: str) -> Maker:
    """A compound file, as XLS is, and XLSX once it has a password: MS-CFB, version 3, no small streams."""
    sectors: list[bytes] = []
    entries: list[bytes] = []
    fat = [_FAT, _END]
    for title, data in streams.items():
        padded = data.ljust(4096, b"\0") + b"\0" * (-max(len(data), 4096) % _SECTOR)
        first = len(fat)
        count = len(padded) // _SECTOR
        fat += [*range(first + 1, first + count), _END]
        sectors += [padded[at : at + _SECTOR] for at in range(0, len(padded), _SECTOR)]
        entries.append(_entry(title, 2, first, len(padded), sibling=len(entries) + 2))
    entries[-1] = entries[-1][:72] + struct.pack("<I", _FREE) + entries[-1][76:]
    directory = _entry("Root Entry", 5, _END, 0, child=1) + b"".join(entries)
    table = struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    return text(header + table + directory.ljust(_SECTOR, b"\0") + b"".join(sectors), name)


def _entry(title: str, kind: int, first: int, size: int, *, sibling: int = _FREE, child: int = _FREE) -> bytes:
    called = (title + "\0").encode("utf-16-le")
    head = called.ljust(64, b"\0") + struct.pack("<HBB3I", len(called), kind, 1, _FREE, sibling, child)
    return head + bytes(36) + struct.pack("<IQ", first, size)


def xls(rows: list[list[str]], name: str = "list.xls") -> Maker:
    """A workbook of 1997: BIFF8 records with text cells, in a compound file."""
    bof = struct.pack("<HH", 0x0600, 0x0005) + bytes(12)
    cells = b"".join(
        _record(0x0204, struct.pack("<HHHHB", y, x, 0, len(cell), 1) + cell.encode("utf-16-le"))
        for y, line in enumerate(rows)
        for x, cell in enumerate(line)
    )
    sheet = _record(0x0809, struct.pack("<HH", 0x0600, 0x0010) + bytes(12)) + cells + _record(0x000A, b"")
    start = len(_record(0x0809, bof)) + len(_record(0x0085, bytes(12))) + 4
    listed = struct.pack("<IBBBB", start, 0, 0, 4, 0) + b"Data"
    return compound({"Workbook": _record(0x0809, bof) + _record(0x0085, listed) + _record(0x000A, b"") + sheet}, name)


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


_ODS = "urn:oasis:names:tc:opendocument:xmlns:"


def ods(body: str, name: str = "list.ods", prolog: str = "") -> Maker:
    """An OpenDocument sheet of raw XML rows."""
    content = (
        f'{prolog}<office:document-content xmlns:office="{_ODS}office:1.0" xmlns:table="{_ODS}table:1.0" '
        f'xmlns:text="{_ODS}text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Data">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{_ODS}manifest:1.0"></manifest:manifest>'
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    return zipped(parts | {"META-INF/manifest.xml": manifest}, name)


def ods_row(cells: list[str], times: int = 1) -> str:
    """A row of text cells."""
    inside = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f'<table:table-row table:number-rows-repeated="{times}">{inside}</table:table-row>'


def pipe(folder: Path) -> Path:
    """A named pipe that nobody writes into."""
    import os

    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def loop(folder: Path) -> Path:
    """A link to itself."""
    (folder / "loop").symlink_to("loop")
    return folder / "loop"


def macros(path: Path) -> Path:
    """The workbook with a macro and a link to another workbook: neither is looked at."""
    with_parts(path, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 no macro", "xl/externalLinks/externalLink1.xml": "<a/>"})
    return path


def real(path: Path, *, is_1904: bool = False) -> Path:
    """A workbook as offices keep them: notes before the data, dates as serials, merged and hidden cells, filters."""
    import datetime

    import xlsxwriter  # type: ignore[import-untyped]  # it has no types

    book = xlsxwriter.Workbook(path, {"date_1904": is_1904})
    book.add_worksheet("Read me").write(0, 0, "Notes")
    sheet = book.add_worksheet("Incidents")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for column, heading in enumerate(HEAD.split(",")):
        sheet.write(0, column, heading)
    dates = [
        datetime.date(2019, 5, 5),
        "2019-05-06",
        "May 2019",
        datetime.date(2019, 5, 7),
        None,
        datetime.date(2019, 5, 8),
    ]
    for number, when in enumerate([*dates, 43590], start=1):
        if when is None:
            continue  # a line left blank between others
        cells = _CELLS | {"Ref": f"X{number}"}
        for column, cell in enumerate(cells.values()):
            sheet.write(number, column, cell)
        if isinstance(when, datetime.date):
            sheet.write_datetime(number, 1, datetime.datetime.combine(when, datetime.time()), day)
        else:
            sheet.write(number, 1, when)
    sheet.write_formula(2, 7, "=1+2", None, 3)  # with the value that the office saw last
    sheet.write_number(3, 7, 4)
    sheet.write_string(4, 7, "5")
    sheet.write_formula(6, 11, "=A99", None, "#REF!")
    sheet.merge_range(9, 0, 9, 12, None)
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.autofilter(0, 0, 7, 12)
    book.add_worksheet("Empty")
    book.close()
    return path
