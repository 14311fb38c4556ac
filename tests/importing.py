"""What tests of imports share: small files of our own, a workbook written by hand, one load."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine

from registry import db
from registry.services.importing import loading, mapping, reading
from registry.services.importing.loading import Outcome
from registry.services.work import writing

DATA = Path(__file__).parent / "data" / "importing"
VIEWS = (
    "v_place", "v_facility", "v_source", "v_actor", "v_report", "v_attack", "v_attack_facility", "v_claim",
    "v_attribution", "v_figure",
)  # fmt: skip
_CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def load(engine: Engine, file: Path, wanted: str, *, dry_run: bool = False) -> Outcome:
    found = mapping.load(wanted if wanted in mapping.shipped() else str(DATA / wanted))
    from registry.services.work import rehearsing

    begin = rehearsing if dry_run else writing
    with (
        reading.local(file) as plain,
        loading.opened(plain, file.name, found) as opened,
        begin(engine, "Amal", f"load {file.name}") as work,
    ):
        return loading.load(work, opened, found)


def counted(engine: Engine) -> dict[str, int]:
    with db.reading(engine) as connection:
        return {view: db.every(connection, f"SELECT count(*) AS n FROM {view}")[0]["n"] for view in VIEWS}


def workbook(path: Path, rows: Sequence[Sequence[object]], *, prolog: str = "", cells: str = "") -> Path:
    """A workbook of one sheet: text as text, numbers as numbers; `cells` is raw XML in place of the rows."""
    body = cells or "".join(
        f'<row r="{number}">{"".join(_cell(number, place, value) for place, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, start=1)
    )
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{prolog}<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _cell(row: int, place: int, value: object) -> str:
    ref = f"{chr(65 + place)}{row}"
    if isinstance(value, int | float):
        return f'<c r="{ref}"><v>{value}</v></c>'
    return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'
