"""`registry import` as a person calls it."""

import json
import shutil
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it has no types

from tests import calling
from tests.calling import Call, one_line
from tests.importing import DATA

call, here = calling.call, calling.here


@pytest.fixture
def lists(here: Call, tmp_path: Path) -> Path:
    """The small lists in a folder of the test's own, their places loaded."""
    folder = Path(shutil.copytree(DATA, tmp_path / "lists"))
    loaded = here("import", "load", str(folder / "places.csv"), "--map", str(folder / "places.yaml"))
    assert (loaded.code, "2 rows were left out" in loaded.err) == (5, True)
    assert "Of 1 row the place was not found" in loaded.err
    return folder


def test_a_list_is_looked_at_loaded_listed_and_taken_back(here: Call, lists: Path) -> None:
    call = [str(lists / "incidents.csv"), "--map", str(lists / "incidents.yaml")]
    checked = here("import", "check", *call, "--format", "json")
    assert checked.code == 5
    assert {row["finding"] for row in json.loads(checked.out)} == {
        "left out",
        "place not found",
        "word not in the mapping",
    }
    assert here("import", "load", *call, "--dry-run").out == ""
    loaded = here("import", "load", *call)
    assert loaded.code == 5
    assert "3 new, 0 changed, 0 the same, 5 left out" in loaded.err
    assert (lists / "incidents.csv.rejected.csv").exists()
    ref = loaded.out.strip()
    again = here("import", "load", *call)
    assert (again.code, again.out) == (0, "")
    assert f"loaded before as {ref}" in again.err
    batch = json.loads(here("import", "list", "--format", "json").out)[0]
    assert (batch["ref"], batch["state"], batch["rows_new"]) == (ref, "loaded", 3)
    assert "see `registry import list`" in one_line(here("import", "undo", "other.csv"), 3)
    undone = here("import", "undo", "incidents.csv")
    assert "Retracted: 1 actor, 1 source, 3 attacks, 2 facilities, 3 reports, 2 attack facilities, 3 att" in undone.err
    assert (undone.code, undone.out.strip()) == (0, ref)
    assert json.loads(here("attack", "list", "--format", "json").out) == []
    assert "undone already" in one_line(here("import", "undo", ref), 4)
    assert here("journal", "verify").code == 0


def test_the_command_that_a_refused_undo_names_takes_an_adopted_figure_back(here: Call, lists: Path) -> None:
    call = (str(lists / "incidents.csv"), "--map", str(lists / "incidents.yaml"))
    batch = here("import", "load", *call).out.strip()
    by_rule = json.loads(here("figure", "list", "--format", "json").out)
    claim = json.loads(here("figure", "show", by_rule[0]["ref"], "--format", "json").out)["claims"][0]["ref"]
    adopted = here("figure", "adopt", claim, "--low", "9", "--why", "Names compared").out.strip()
    refused = one_line(here("import", "undo", batch), 4)
    assert f"`registry figure withdraw {adopted} --why REASON`" in refused
    assert "by rule" in one_line(here("figure", "withdraw", by_rule[0]["ref"], "--why", "x"), 4)
    assert here("figure", "withdraw", adopted, "--why", "Of a wrong list").code == 0
    assert json.loads(here("figure", "list", "--format", "json").out) == by_rule
    assert "no longer in force" in one_line(here("figure", "withdraw", adopted, "--why", "x"), 4)
    assert "Of a wrong list" in here("journal", "show", "--table", "figure").out
    assert here("import", "undo", batch).code == 0


def test_one_row_is_not_told_as_rows(here: Call, lists: Path) -> None:
    head, tags, *rows = (lists / "incidents.csv").read_text(encoding="utf-8").splitlines()
    (lists / "one.csv").write_text(f"{head},Extra\n{tags},\n{rows[4]},x\n", encoding="utf-8")
    said = here("import", "load", str(lists / "one.csv"), "--map", str(lists / "incidents.yaml"))
    assert (said.code, said.err.count("1 row was left out"), said.err.count("1 column: Extra")) == (5, 1, 1), said


def test_a_number_that_a_newer_edition_corrects_is_shown_as_corrected(here: Call, lists: Path) -> None:
    path, options = lists / "incidents.csv", ("--map", str(lists / "incidents.yaml"))
    assert here("import", "load", str(path), *options).code == 5
    path.write_text(path.read_text(encoding="utf-8").replace(",2,0,Rocket", ",4,0,Rocket"), encoding="utf-8")
    assert here("import", "load", str(path), *options).code == 5
    refs = {row["occurred_from_on"]: row["ref"] for row in json.loads(here("attack", "list", "--format", "json").out)}
    shown = here("attack", "show", refs["2019-05-05"]).out
    told = {line.split("  ")[1].strip() for line in shown.splitlines() if line.startswith("killed, all")}
    assert any(one.startswith("2 ") and "(corrected by C-" in one for one in told), shown
    assert "4" in told


def test_a_file_that_was_loaded_twice_is_not_taken_back_by_its_name(here: Call, lists: Path) -> None:
    path, options = lists / "incidents.csv", ("--map", str(lists / "incidents.yaml"))
    refs = {here("import", "load", str(path), *options).out.strip()}
    path.write_text(path.read_text(encoding="utf-8").replace(",2,0,Rocket", ",4,0,Rocket"), encoding="utf-8")
    refs.add(here("import", "load", str(path), *options).out.strip())
    told = one_line(here("import", "undo", "incidents.csv"), 2)
    assert "was loaded 2 times" in told
    assert all(ref in told for ref in refs)


def test_nothing_is_loaded_where_the_rejected_rows_cannot_be_written(here: Call, lists: Path) -> None:
    """They would be lost: the same file again changes nothing, and tells of none."""
    call = (str(lists / "incidents.csv"), "--map", str(lists / "incidents.yaml"), "--rejected", "none/rejected.csv")
    assert "none/rejected.csv cannot be written" in one_line(here("import", "load", *call), 1)
    listed = json.loads(here("import", "list", "--format", "json").out)
    assert "incidents.csv" not in {batch["file_name"] for batch in listed}


def test_mappings_are_listed_shown_and_drafted(call: Call, lists: Path) -> None:
    assert {row["name"] for row in json.loads(call("import", "map", "list", "--format", "json").out)} >= {
        "shcc",
        "acled",
    }
    assert call("import", "map", "show", "gazetteer").out.startswith("# A gazetteer")
    drafted = call("import", "map", "new", "--suggest", str(lists / "incidents.csv"))
    assert "when: {column: 'Date', order: dmy}" in drafted.out


def test_what_is_wrong_is_told_in_one_line(here: Call, lists: Path) -> None:
    path = str(lists / "incidents.csv")
    assert "no mapping 'none'" in one_line(here("import", "check", path, "--map", "none"), 3)
    assert "there is no such file" in one_line(here("import", "load", "none.csv", "--map", "shcc"), 1)
    assert "it has no column" in one_line(here("import", "load", path, "--map", "shcc"), 1)
    assert "no country 'XX'" in one_line(here("import", "load", path, "--map", "hot-osm", "--country", "xx"), 3)


def test_standard_input_is_a_file_too(here: Call, lists: Path) -> None:
    data = (lists / "acled.csv").read_bytes()
    loaded = here("import", "load", "-", "--map", "acled", "--list", "mine", stdin=data)
    assert (loaded.code, json.loads(here("import", "list", "--format", "json").out)[0]["list_name"]) == (0, "mine")


def test_a_newer_edition_is_told_in_words_and_what_is_assessed_is_kept(here: Call, lists: Path) -> None:
    path, options = lists / "incidents.csv", ["--map", str(lists / "incidents.yaml")]
    first = "A clinic was hit, again " + "and again " * 20
    path.write_text(path.read_text(encoding="utf-8").replace("A clinic was hit, again", first), encoding="utf-8")
    assert here("import", "load", str(path), *options).code == 5
    refs = {row["occurred_from_on"]: row["ref"] for row in json.loads(here("attack", "list", "--format", "json").out)}
    assert here("attack", "assess", refs["2019-05-05"], "--grade", "single_origin", "--why", "One list").code == 0
    path.write_text(
        path.read_text(encoding="utf-8").replace("and again ,", "and later,").replace("Two hospitals", "Both hospitals")
        .replace('again "', 'again at night"'), encoding="utf-8",
    )  # fmt: skip
    checked = here("import", "check", str(path), *options)
    assert "1 would be changed" in checked.err
    told = {line.split("  ")[0].strip(): line for line in checked.out.splitlines()}
    assert "summary (it is assessed)" in told["kept"]
    assert "…" in told["kept"]
    assert "at night" in told["kept"]
    assert "Both hospitals" in told["changed"]
    assert "_" not in told["changed"] + told["kept"]


def test_sheets_that_nobody_named_are_told(here: Call, lists: Path) -> None:
    with xlsxwriter.Workbook(lists / "months.xlsx") as book:
        for name in ("May", "June"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["code", "name", "name_ar", "level", "parent", "lat", "lon"])
            sheet.write_row(1, 0, [f"SY-{name}", name, "", "1", "SYR"])
    call = ("import", "check", str(lists / "months.xlsx"), "--map", str(lists / "places.yaml"))
    assert (
        "Not read: 1 other sheet (June); to read them, give --sheet NAME, or '*' for all together." in here(*call).err
    )
    both_sheets = here(*call, "--sheet", "*").err
    assert ("Rows: 2 would be new" in both_sheets, "Not read" in both_sheets) == (True, False)
