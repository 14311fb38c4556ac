"""`registry import` as a person calls it."""

import json
import shutil
from pathlib import Path

import pytest

from tests import calling
from tests.calling import Call, one_line
from tests.importing import DATA

call, here = calling.call, calling.here


@pytest.fixture
def lists(here: Call, tmp_path: Path) -> Path:
    """The small lists in a folder of the test's own, their places loaded."""
    folder = Path(shutil.copytree(DATA, tmp_path / "lists"))
    assert here("import", "load", str(folder / "places.csv"), "--map", str(folder / "places.yaml")).code == 5
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
    assert (undone.code, undone.out.strip()) == (0, ref)
    assert json.loads(here("attack", "list", "--format", "json").out) == []
    assert "undone already" in one_line(here("import", "undo", ref), 4)
    assert here("journal", "verify").code == 0


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
