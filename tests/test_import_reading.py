"""Any list as rows: what real files hold, and what is refused in one line."""

import gzip
import json
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it has no types
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.services.importing import cells, reading, workbooks
from registry.services.importing.rows import Layout, Problem, SourceRow, UnreadableFileError
from tests.importing import workbook


def read(path: Path, layout: Layout | None = None) -> tuple[list[SourceRow], list[Problem]]:
    with reading.local(path) as plain, reading.table(plain, path.name, layout or Layout()) as table:
        found = list(table)
    rows = [row for row in found if isinstance(row, SourceRow)]
    return rows, [row for row in found if isinstance(row, Problem)]


def written(folder: Path, data: bytes | str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("data", "layout"),
    [
        ("a,b\n1,x\n", Layout()),
        ("\ufeffa;b\n1;x\n", Layout()),
        ("a\tb\r1\tx\r", Layout()),
        ("sep=|\na|b\r\n1|x\n", Layout()),
        ("notes\na,b\n1,x\n", Layout(heading=2)),
        ('[{"a": 1, "b": "x"}]', Layout()),
        ('{"a": 1, "b": "x"}\n', Layout()),
        ('{"count": 1, "results": [{"a": 1.0, "b": "x"}]}', Layout()),
        ('{"mine": [{"a": "1", "b": "x"}]}', Layout(rows_at="mine")),
        ('{"n": 1, "in": {"k": [], "mine": [{"a": "1", "b": "x"}]}}', Layout(rows_at="in/mine")),
        ("a,b\n1,x\n".encode("utf-16"), Layout(encoding="utf-16")),
        (gzip.compress(b"a,b\n1,x\n", mtime=0), Layout()),
    ],
)
def test_every_format_gives_the_same_row(tmp_path: Path, data: bytes | str, layout: Layout) -> None:
    rows, problems = read(written(tmp_path, data), layout)
    assert [row.cells for row in rows] == [{"a": "1", "b": "x"}]
    assert problems == []


def test_windows_text_is_read_where_it_is_declared(tmp_path: Path) -> None:
    path = written(tmp_path, "name\nإدلب\n".encode("windows-1256"))
    rows, _ = read(path, Layout(encoding="windows-1256"))
    assert rows[0].cells == {"name": "إدلب"}
    with pytest.raises(UnreadableFileError, match=r"list\.csv: it is not utf-8 text near line 1; .*windows-1256"):
        read(path)


def test_rows_that_do_not_fit_are_told_and_the_others_stay(tmp_path: Path) -> None:
    rows, problems = read(written(tmp_path, 'a,b,b\n1,x,y\n2,x\n3,x,y,z\n4,"p\nq",y,\n5,x,y\n'))
    assert [row.cells["a"] for row in rows] == ["1", "4", "5"]
    assert rows[0].cells == {"a": "1", "b": "x", "b (2)": "y"}
    assert [(problem.number, problem.what) for problem in problems] == [
        (3, "the row has 2 cells, the headings 3"),
        (4, "the row has 4 cells, the headings 3"),
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"\n\n", "it holds no headings"),
        (b"a,b\n1,\0\n", "line 2 holds a NUL character"),
        (b'a,b\n1,"x\n' + b"y" * 2_000_000, "a quote is not closed"),
        (b'a,b\n1,"x\n', "a quote is not closed"),
        (b"a" * 9_000_000, "line 1 is too long"),
        ("a\n1\n".encode("utf-16"), "it is UTF-16 text"),
        (b'[{"a": 1}', "it ends in the middle"),
        (b'[{"a": 1, "a": 2}]', "a key stands twice"),
        (b'[{"a": NaN}]', "NaN is not a number"),
        (b'[{"a": ' + b"[" * 100_000 + b"]", "nested too deeply"),
        (b'[{"a": ' + b"9" * 5_000 + b"}]", "a number is too long"),
        (b"[1, 2", "it ends in the middle"),
        (gzip.compress(b"\0" * 30_000_000, mtime=0), "it unpacks to far more"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-6], "it is damaged"),
        (b"PK\x03\x04 nothing", "it is damaged"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "it is no spreadsheet"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(UnreadableFileError, match=why) as caught:
        read(written(tmp_path, data))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"none\.csv: there is no such file"):
        read(tmp_path / "none.csv")


def test_workbooks_with_what_real_ones_hold(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Ref", "Killed ", "Killed", ""],
        ["#event +id", "#affected", "", ""],
        [40899, 1.0, 2.5, "a_x000D_\nb"],
    ]
    path = workbook(tmp_path / "book.xlsx", rows)
    with reading.local(path) as plain, reading.table(plain, path.name, Layout()) as table:
        assert table.tags == {"#event+id": "Ref", "#affected": "Killed"}
        found = [row for row in table if isinstance(row, SourceRow)]
    assert found == [
        SourceRow("Data", 3, {"Ref": "40899", "Killed": "1", "Killed (2)": "2.5", "column 4": "a b"}),
    ]
    with pytest.raises(UnreadableFileError, match="it has no sheet 'Other'; its sheets are: Data"):
        read(path, Layout(sheet="Other"))
    with pytest.raises(UnreadableFileError, match="the sheet 'Data' is empty"):
        read(workbook(tmp_path / "empty.xlsx", []))


@pytest.mark.parametrize(
    ("prolog", "body", "why"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]>', "", "its XML defines entities"),
        ("", '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "too far"),
        ("", '<row r="1"><c r="ZZZZZZ99999999"><v>1</v></c></row>', "too far"),
        ("", "<row/>" + " " * 60_000_000, "it unpacks to far more"),
    ],
)
def test_workbooks_made_to_hurt_are_refused_before_they_are_parsed(
    tmp_path: Path, prolog: str, body: str, why: str
) -> None:
    with pytest.raises(UnreadableFileError, match=why):
        read(workbook(tmp_path / "bomb.xlsx", [], prolog=prolog, cells=body or "<row/>"))


def test_a_workbook_is_bounded_in_memory(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", [["a"], [1]])
    with pytest.raises(UnreadableFileError, match="more memory or time"):
        list(workbooks.rows(path, path.name, Layout(), memory=1))


def test_features_and_submissions_are_flattened(tmp_path: Path) -> None:
    outline = {"type": "Polygon", "coordinates": [[[36, 35], [37, 35], [37, 36], [36, 36]]]}
    feature = {"type": "Feature", "id": "n1", "properties": {"name": "X"}, "geometry": outline}
    rows, _ = read(written(tmp_path, json.dumps({"type": "FeatureCollection", "features": [feature]}), "x.geojson"))
    assert rows[0].cells == {"name": "X", "@id": "n1", "@geometry": "Polygon", "@lon": "36.5", "@lat": "35.5"}
    given = {"group": {"q": "a", "n": [1, 2]}, "rep": [{"x": True}, {"x": None}]}
    rows, _ = read(written(tmp_path, json.dumps([given]), "k.json"))
    assert rows[0].cells == {"group/q": "a", "group/n": "1; 2", "rep/1/x": "true", "rep/2/x": ""}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("33.51", 33.51), ("33,51", 33.51), ("٣٣٫٥", 33.5), ("1,234", 1234), ("1 234.5", 1234.5), ("-2", -2),
        ("1_000", None), ("1e5", None), ("nan", None), ("²", None), ("", None), ("10-15", None),
    ],
)  # fmt: skip
def test_numbers_are_read_without_guessing(text: str, value: float | None) -> None:
    assert cells.number(text) == value


@given(st.lists(st.text(st.sampled_from("a_x0D9 \r\t\xa0ي"), max_size=8), max_size=4))
def test_a_row_is_tidied_as_its_cells_are(texts: list[str]) -> None:
    assert cells.all_tidied(texts) == [cells.tidied(text) for text in texts]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_a_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return  # a child process for each would take minutes; they have tests of their own
    try:
        read(written(tmp_path_factory.mktemp("fuzz"), data))
    except RegistryError as error:
        assert "\n" not in str(error)  # noqa: PT017 -- refusing is right, and so is reading


def test_sheets_that_are_alike_are_read_as_one_and_others_are_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "months.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, head in (("May 2019", ["No", "Place"]), ("June 2019", ["Place", "No"]), ("Key", ["Word", "Means"])):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, head)
            sheet.write_row(1, 0, [1, 1])
    rows, _ = read(path, Layout(sheet="* 2019"))
    assert [row.cells for row in rows] == [
        {"No": "1", "Place": "1", "@sheet": "May 2019"},
        {"No": "1", "Place": "1", "@sheet": "June 2019"},
    ]
    with reading.table(path, path.name, Layout()) as table:
        assert ([row.sheet for row in table], table.unread) == (["May 2019"], ["June 2019", "Key"])
    with pytest.raises(UnreadableFileError, match="the sheet 'Key' has other headings than the first: Means, No"):
        read(path, Layout(sheet="*"))


def test_every_sheet_may_have_tags_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "months.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, number in (("May", 1), ("June", 2)):
            sheet = book.add_worksheet(name)
            for at, row in enumerate((["No", "Place"], ["#event +id", "#loc"], [number, "Binnish"])):
                sheet.write_row(at, 0, row)
    with reading.table(path, path.name, Layout(sheet="*")) as table:
        assert [(row.number, row.cells["No"]) for row in table if isinstance(row, SourceRow)] == [(3, "1"), (3, "2")]
        assert table.tags == {"#event+id": "No", "#loc": "Place"}


def test_lines_are_counted_from_where_excel_declares_the_delimiter(tmp_path: Path) -> None:
    rows, problems = read(written(tmp_path, "sep=;\na;b\n1;x\n2\n"))
    assert ([row.number for row in rows], [problem.number for problem in problems]) == ([3], [4])


def test_cells_that_are_merged_downwards_are_filled_where_the_mapping_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "province,place,killed\nIdlib,Binnish,3\n,Saraqib,\nHama,,1\n")
    rows, _ = read(path, Layout(fill_down=["province"]))
    assert [tuple(row.cells.values()) for row in rows] == [
        ("Idlib", "Binnish", "3"),
        ("Idlib", "Saraqib", ""),
        ("Hama", "", "1"),
    ]
    with pytest.raises(UnreadableFileError, match="it has no column 'Province' to fill down"):
        read(path, Layout(fill_down=["Province"]))


def test_a_tag_is_not_filled_into_what_stands_below_it(tmp_path: Path) -> None:
    rows, _ = read(written(tmp_path, "province,place\n#adm1,#loc\n,Saraqib\n"), Layout(fill_down=["province"]))
    assert [tuple(row.cells.values()) for row in rows] == [("", "Saraqib")]


def test_what_lies_below_is_not_filled_from_under_another_name(tmp_path: Path) -> None:
    path = written(tmp_path, "province,district,place\nIdlib,Harim,Salqin\n,,Armanaz\nAleppo,,Anadan\nAleppo,Afrin,x\n")
    rows, _ = read(path, Layout(fill_down=["province", "district"]))
    assert [tuple(row.cells.values())[:2] for row in rows] == [
        ("Idlib", "Harim"), ("Idlib", "Harim"), ("Aleppo", ""), ("Aleppo", "Afrin")
    ]  # fmt: skip


def test_a_sheet_may_be_called_by_a_number(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "years.xlsx") as book:
        for name in ("2018", "2019", "1"):
            book.add_worksheet(name).write_column(0, 0, ["Sheet", name])
    found = {wanted: read(tmp_path / "years.xlsx", Layout(sheet=wanted))[0] for wanted in ("2019", "1", "2")}
    assert {wanted: row.cells["Sheet"] for wanted, (row,) in found.items()} == {"2019": "2019", "1": "1", "2": "2019"}
