"""Bad input gets one line, or a rejected row that says how to mend it; the registry stays as it was."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registry import db
from tests import calling, hostile
from tests.calling import Call, Said, one_line
from tests.hostile import GOOD, HEAD, Maker, book, ods, ods_row, row, text
from tests.importing import DATA, workbook

call, here, both = calling.call, calling.here, calling.both

SHEET = '<row r="1"><c r="A1"><v>1</v></c></row>'
LIST = f"{HEAD}\n{GOOD}\n"
OBJECT = json.dumps(dict(zip(HEAD.split(","), GOOD.split(","), strict=True)))
_SHARED = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    """The incidents' mapping, without HXL tags and with no order for ambiguous dates."""
    path = tmp_path / "incidents.yaml"
    plain = (DATA / "incidents.yaml").read_text(encoding="utf-8").replace("'#country+code'", "Country")
    path.write_text(plain.replace(", order: dmy", "").replace("id: Ref", "id: Ref\nignore: ['*']"), encoding="utf-8")
    return str(path)


def state(call: Call) -> list[Said]:
    """What is on record, and the head of the journal."""
    nouns = ("attack", "facility", "place", "source", "report", "claim")
    return [
        call("journal", "show", "--limit", "1", "--format", "json"),
        *(call(noun, "list", "--format", "csv") for noun in nouns),
        call("import", "list", "--format", "csv"),
    ]


REFUSED: dict[str, tuple[Maker, str]] = {
    # --- text ---
    "empty": (text(""), "it is empty"),
    "headings alone": (text(HEAD + "\n"), "it holds no rows"),
    "a column is missing": (text("Ref,Date\nA,2019-05-05\n"), "it has no column 'Country', 'Lat'"),
    "UTF-16 undeclared": (text(LIST.encode("utf-16")), "it is UTF-16 text; declare the encoding utf-16"),
    "UTF-16 without a mark": (text(LIST.encode("utf-16-le")), "line 1 holds a NUL character"),
    "Windows text undeclared": (text((LIST + "إدلب").encode("windows-1256")), "it is not utf-8 text"),
    "two encodings in one file": (text((LIST + "إ").encode() + "إدلب".encode("windows-1256")), "it is not utf-8 text"),
    "NUL": (text(LIST + "B1\0,\n"), "line 3 holds a NUL character"),
    "a quote is not closed": (text(LIST + 'B1,"x\n' + f"{row()}\n" * 3), "line 6: a quote is not closed"),
    "an endless cell": (text(LIST + 'B1,"' + "x\n" * 600_000), "a quote is not closed"),
    "an endless line": (text(LIST + "x" * 9_000_000), "line 3 is too long"),
    "a quote inside a cell": (text(LIST + 'B1,"35°30\'00"N"\n'), "a quote inside a cell is written twice"),
    "a picture": (text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "it is not utf-8 text"),
    "a web page called xls": (text("<html><td>a</td></html>", "list.xls"), "it holds no rows"),
    "a bomb of gzip": (text(gzip.compress(b"\0" * 30_000_000, mtime=0), "list.csv.gz"), "it unpacks to far more"),
    # --- paths ---
    "a folder": (lambda folder: folder, "it is a folder; give a file in it"),
    "a pipe": (hostile.pipe, "it is a pipe or a device, no file"),
    "a device without end": (lambda _: Path("/dev/zero"), "it is a pipe or a device, no file"),
    "a link to itself": (hostile.loop, "there is no such file"),
    # --- workbooks ---
    "zip bomb": (book("<row/>" + " " * 60_000_000), "it unpacks to far more than a spreadsheet holds"),
    "bomb beside the sheets": (book(SHEET, xl__media__a_bin=b"\0" * 60_000_000), "it unpacks to far more"),
    "a million shared strings": (
        book(SHEET, xl__sharedStrings_xml=f'<sst xmlns="{_SHARED}">' + "<si><t>a</t></si>" * 1_000_000 + "</sst>"),
        "it unpacks to far more",
    ),
    "two cells at the far ends": (book(SHEET + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "too far"),
    "a cell beyond all": (book('<row r="1"><c r="ZZZZZZ99999999"><v>1</v></c></row>'), "too far"),
    "a cell beyond all, in single quotes": (book("<row r='1'><c r='ZZZZZZ99999999'><v>1</v></c></row>"), "too far"),
    "billion laughs": (
        book(SHEET, xl__styles_xml='<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'),
        "its XML defines entities",
    ),
    "DOCTYPE of another file": (
        book(SHEET, xl__sharedStrings_xml='<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'), "its XML defines entities"
    ),
    "DOCTYPE in UTF-16": (
        book(SHEET, xl__styles_xml='<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")),
        "its XML defines entities",
    ),
    "DOCTYPE in ODS": (ods(ods_row(["a"]), prolog='<!DOCTYPE a [<!ENTITY b "c">]>'), "its XML defines entities"),
    "too many parts": (hostile.zipped({f"a{n}": "" for n in range(3_000)}, "list.xlsx"), "its archive has 3000 parts"),
    "half a workbook": (
        lambda folder: text(workbook(folder / "a.xlsx", [["a"]]).read_bytes()[:700], "half.xlsx")(folder),
        "it is damaged or has a password",
    ),
    "an archive with a password": (hostile.flagged, "it is damaged or has a password"),
    "a workbook with a password": (
        hostile.compound({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"x" * 5_000}, "list.xlsx"),
        "list.xlsx: it has a password",
    ),
    "an archive that is no workbook": (hostile.zipped({"a.txt": "b"}, "list.xlsx"), "it is no spreadsheet"),
    "nothing in the sheet": (book(""), "the sheet 'Data' is empty"),
    "elements within elements": (book("<a>" * 200_000), "the sheet 'Data' is empty"),
    # --- JSON ---
    "a key twice": (text('[{"Ref": 1, "Ref": 2}]'), "a key stands twice in one object"),
    "not a number": (text('[{"Ref": NaN}]'), "NaN is not a number of JSON"),
    "infinite": (text('[{"Ref": -Infinity}]'), "-Infinity is not a number of JSON"),
    "too deep": (text('[{"Ref": ' + "[" * 100_000 + "]" * 100_000 + "}]"), "it is nested too deeply"),
    "too long a number": (text('[{"Ref": ' + "9" * 5_000 + "}]"), "a number is too long"),
    "nothing in the list": (text("[]"), "it holds no rows"),
    "one comma too many in an object": (text('[{"Ref": 1,}]'), "it is not JSON"),
    "half a document": (text(f'[{OBJECT}, {{"Ref"'), "it is not JSON"),
    "half a list": (text(f'{{"rows": [{OBJECT}]'), "'}' is missing"),
    "after the list": (text(f'[{OBJECT}] [{{"Ref": "B2"}}]'), "something stands after the list"),
    "features of another projection": (
        text('{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:32637"}}, '
             f'"features": [{{"type": "Feature", "properties": {OBJECT}, "geometry": null}}]}}'),
        "its coordinates are not WGS 84",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_file_that_hurts_is_refused_in_one_line(here: Call, mapping: str, tmp_path: Path, case: str) -> None:
    before = state(here)
    made, why = REFUSED[case]
    folder = tmp_path / "made"
    folder.mkdir()
    path = str(made(folder))
    assert why in one_line(here("import", "load", path, "--map", mapping), 1)
    assert why in one_line(here("import", "check", path, "--map", mapping), 1)
    assert state(here) == before


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--encoding", "klingon"), "no encoding is called 'klingon'"),
        (("--encoding", "hex"), "no encoding is called 'hex'"),
        (("--encoding", "ascii"), "it is not ascii text"),
        (("--delimiter", "ab"), "the delimiter is not one character"),
        (("--delimiter", '"'), "the delimiter is not one character"),
    ],
)
def test_what_is_declared_wrongly_is_told(
    here: Call, mapping: str, tmp_path: Path, options: list[str], why: str
) -> None:
    path = text(LIST + "إدلب\n")(tmp_path)
    assert why in one_line(here("import", "load", str(path), "--map", mapping, *options), 1)


# Cells, and what is said of the row: the column, and what is wrong.
_COUNT = "it is not a count of people or things"
_POINT = ("Lat, Lon", "latitude and longitude are not two decimal degrees")
BAD_ROWS: list[tuple[dict[str, str], str, str]] = [
    ({"Killed": "1_000"}, "Killed", _COUNT),
    ({"Killed": "1e999"}, "Killed", _COUNT),
    ({"Killed": "nan"}, "Killed", _COUNT),
    ({"Killed": "²"}, "Killed", _COUNT),
    ({"Killed": "9" * 5_000}, "Killed", _COUNT),
    ({"Killed": "99999999999999999999"}, "Killed", _COUNT),
    ({"Killed": "-1"}, "Killed", _COUNT),
    ({"Killed": "3.5"}, "Killed", _COUNT),
    ({"Killed": "3?"}, "Killed", _COUNT),
    ({"Killed": "15-10"}, "Killed", _COUNT),
    ({"Killed": "=1+1"}, "Killed", _COUNT),
    ({"Killed": "#REF!"}, "Killed", "the formula of this cell failed in the spreadsheet"),
    ({"Facility": "#N/A"}, "Facility", "the formula of this cell failed in the spreadsheet"),
    ({"Date": "03/04/2024"}, "Date", "3 April 2024 or 4 March 2024"),
    ({"Date": "20240102"}, "Date", "a number is neither a day nor a year"),
    ({"Date": "43590"}, "Date", "a number is neither a day nor a year"),
    ({"Date": "2024-W01-1"}, "Date", "not a date that can be read"),
    ({"Date": "2024-02-30"}, "Date", "there is no such day"),
    ({"Date": "2099-01-01"}, "Date", "it lies in the future or before 1900"),
    ({"Date": "1 رمضان 1440"}, "Date", "a Hijri date may mean two days"),
    ({"Date": "1440-09-01"}, "Date", "it lies in the future or before 1900"),
    ({"Date": "1398/02/15"}, "Date", "the year 1398 is not between 1900 and 2199"),
    ({"Date": ""}, "Date", "the date is missing"),
    ({"Lat": "35°30'00\"N", "Lon": "36°30'00\"E"}, *_POINT),
    ({"Lat": "37S 272000", "Lon": "3960000"}, *_POINT),
    ({"Lat": "37SBV7200060000", "Lon": ""}, *_POINT),
    ({"Lat": "3²"}, *_POINT),
    ({"Lat": "inf"}, *_POINT),
    ({"Lat": "9" * 5_000}, *_POINT),
    ({"Lat": "91"}, *_POINT),
    ({"Lon": ""}, *_POINT),
    ({"Lat": "0", "Lon": "0"}, "Lat, Lon", "the point is 0, 0"),
    ({"Lat": "35.5", "Lon": "33.0"}, "Lat, Lon", "the point lies outside Syria"),
    ({"Lat": "48.5", "Lon": "35.5"}, "Lat, Lon", "the point lies outside Syria"),
    ({"Ref": " \u00a0\u200b"}, "Ref", "the identifier is missing"),
    ({"Ref": "x" * 300}, "Ref", "the identifier is too long"),
    ({"Ref": "Grand total"}, "Ref", "the row is a total or a note, no record"),
    ({"Ref": "G\u200b1"}, "", "another row of the file has the same identifier, and says something else"),
    ({"Ref": "\u212b1", "Killed": "2"}, "", "another row of the file has the same identifier, and says something else"),
    ({"Ref": "\u0410B1"}, "Ref", "the identifier mixes alphabets whose letters look alike"),
    ({"Country": "ZZZ"}, "Country", "is no country"),
    ({"Facility": "x" * 400}, "Facility", "the name is too long"),
    ({"Blamed": "x" * 4_000}, "Blamed", "the name is too long"),
    ({"Facility type": "x" * 5_000}, "Facility type", "the value is not in the mapping"),
]  # fmt: skip


def test_bad_rows_are_left_out_and_say_how_to_mend_them(both: Call, mapping: str, tmp_path: Path) -> None:
    lines = [HEAD, GOOD, row(Ref="A\u030a1")]
    lines += [row(**({"Ref": f"R{number}"} | cells)) for number, (cells, _, _) in enumerate(BAD_ROWS)]
    lines += ["R,2019-05-05", row(Ref="Z") + ",more,cells", row(Ref="G2")]
    path = text("\n".join(lines))(tmp_path)
    said = both("import", "load", str(path), "--map", mapping)
    assert said.code == 5, said.err
    assert f"3 new, 0 changed, 0 the same, {len(BAD_ROWS) + 2} left out" in said.err
    assert "Mostly left out for: Killed: it is not a count of people or things (" in said.err
    assert "Traceback" not in said.err
    with Path(f"{path}.rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        told = {int(problem["row"]): problem for problem in csv.DictReader(file)}
    for number, (cells, column, what) in enumerate(BAD_ROWS, start=4):
        problem = told.pop(number)
        assert (problem["column"], what in problem["what is wrong"]) == (column, True), (cells, problem)
        assert problem["how to mend it"]
    assert [problem["what is wrong"] for problem in told.values()] == [
        "the row has 2 cells, the headings 13",
        "the row has 15 cells, the headings 13",
    ]
    assert len(json.loads(both("attack", "list", "--format", "json").out)) == 3
    assert both("journal", "verify").code == 0


def test_odd_cells_are_kept_as_they_mean(both: Call, engine: Engine, mapping: str, tmp_path: Path) -> None:
    lines = [
        HEAD,
        row(Ref="1", Lat="35,51", Lon="٣٦٫٥", Killed="٣"),
        row(Ref="2", What_happened="=cmd|' /C calc'!A0", Facility="@SUM(1)"),
        row(Ref="3", Killed="10-15", What_happened="a_x000D_\u202eb\u200bc"),
        row(Ref="\u0421\u0406-4", Facility="＝1", Blamed="--help"),
        row(Ref="5", What_happened="x" * 200_000),
    ]
    path = text("\r\n".join(lines[:3]) + "\r" + "\n".join(lines[3:]))(tmp_path)
    said = both("import", "load", str(path), "--map", mapping)
    assert (said.code, "5 new" in said.err) == (0, True), said.err
    with db.reading(engine) as connection:
        attacks = db.every(connection, "SELECT summary, lat, lon FROM attack")
        killed = db.every(connection, "SELECT operator, low, high FROM claim WHERE measure_code = 'killed'")
    assert (35.51, 36.5) in {(one["lat"], one["lon"]) for one in attacks}
    assert {"=cmd|' /C calc'!A0", "a bc"} < {one["summary"] for one in attacks}
    assert {("exactly", 3, 3), ("between", 10, 15)} < {tuple(one.values()) for one in killed}
    shown = list(csv.DictReader(io.StringIO(both("facility", "list", "--format", "csv").out)))
    assert {"'@SUM(1)", "'＝1"} <= {one["name"] for one in shown}  # a spreadsheet runs neither


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (LIST.encode("utf-16"), ["--encoding", "utf-16"]),
        (LIST.encode("utf-16-le"), ["--encoding", "utf-16-le"]),
        (LIST.replace("Idlib", "إدلب").encode("windows-1256"), ["--encoding", "cp1256"]),
        ("\ufeff".join(["", *LIST.splitlines(keepends=True)]).encode(), []),
        (LIST.replace(",", ";").encode(), []),
        (("sep=\t\r\n" + LIST.replace(",", "\t")).encode(), []),
        (LIST.replace("\n", "\r").encode(), []),
        (f"{HEAD},Killed\n{GOOD},7\n".encode(), []),
        (f"[{OBJECT},]".encode(), []),
        (f"\ufeff{OBJECT}\n{OBJECT}\n".encode(), []),
        (f'{{"rows": [{OBJECT}], "next": null}}'.encode(), []),
    ],
    ids=["UTF-16", "UTF-16LE", "Windows", "marks", "semicolon", "sep", "CR", "twice", "comma", "lines", "wrapped"],
)
def test_one_list_in_many_forms(here: Call, mapping: str, tmp_path: Path, data: bytes, options: list[str]) -> None:
    said = here("import", "check", str(text(data)(tmp_path)), "--map", mapping, "--format", "json", *options)
    assert (said.code, "Rows: 1 would be new" in said.err, "0 would be left out" in said.err) == (0, True, True), said


def _table() -> list[list[str]]:
    return [HEAD.split(","), GOOD.split(",")]


@pytest.mark.parametrize("made", [
    lambda folder: workbook(folder / "list.xlsx", _table()),
    lambda folder: workbook(folder / "list.csv", _table()),
    text(LIST, "list.xlsx"),
    hostile.xls(_table()),
    ods("".join(map(ods_row, _table()))),
    lambda folder: hostile.macros(workbook(folder / "list.xlsm", _table())),
], ids=["XLSX", "XLSX called CSV", "CSV called XLSX", "XLS", "ODS", "XLSM"])  # fmt: skip
def test_what_a_file_is_told_by_what_is_in_it(
    here: Call, mapping: str, tmp_path: Path, made: Callable[[Path], Path]
) -> None:
    said = here("import", "check", str(made(tmp_path)), "--map", mapping)
    assert (said.code, "Rows: 1 would be new" in said.err) == (0, True), said


def test_a_workbook_with_all_that_real_ones_have(here: Call, mapping: str, tmp_path: Path) -> None:
    path = hostile.real(tmp_path / "real.xlsx")
    said = here("import", "load", str(path), "--map", mapping, "--sheet", "Incidents")
    assert said.code == 5, said.err
    with Path(f"{path}.rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        told = {(one["sheet"], one["row"], one["column"]): one["what is wrong"] for one in csv.DictReader(file)}
    assert told == {
        ("Incidents", "7", "Facility"): "the formula of this cell failed in the spreadsheet",
        ("Incidents", "8", "Date"): "a number is neither a day nor a year",
    }
    days = sorted(
        (one["occurred_from_on"], one["occurred_to_on"])
        for one in json.loads(here("attack", "list", "--format", "json").out)
    )
    assert days == [
        ("2019-05-01", "2019-05-31"),
        ("2019-05-05", "2019-05-05"),
        ("2019-05-06", "2019-05-06"),
        ("2019-05-07", "2019-05-07"),
    ]


def test_serial_dates_of_both_systems_are_the_same_day(here: Call, mapping: str, tmp_path: Path) -> None:
    for is_1904 in (False, True):
        path = hostile.real(tmp_path / f"real-{is_1904}.xlsx", is_1904=is_1904)
        said = here("import", "load", str(path), "--map", mapping, "--sheet", "Incidents", "--list", str(is_1904))
        assert said.code == 5
        attacks = json.loads(here("attack", "list", "--format", "json").out)
        days = [one["occurred_from_on"] for one in attacks]
        assert sorted(set(days)) == ["2019-05-01", "2019-05-05", "2019-05-06", "2019-05-07"]
        assert len(days) == 4 * (1 + is_1904)


def test_standard_input_that_is_closed_empty_or_without_end(
    here: Call, mapping: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from registry.services.importing import reading

    assert "standard input: it is empty" in one_line(here("import", "load", "-", "--map", mapping), 1)
    monkeypatch.setattr(reading, "_MOST_INFLATED", 1 << 20)
    endless = b"\0" * (3 << 20)
    assert "does not end" in one_line(here("import", "load", "-", "--map", mapping, stdin=endless), 1)
    monkeypatch.setattr(io, "TextIOWrapper", lambda *_, **__: None)  # what Python has for a stream that is closed
    assert "standard input is closed" in one_line(here("import", "load", "-", "--map", mapping), 2)
