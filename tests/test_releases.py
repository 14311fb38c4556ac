"""Public releases: numbered, frozen, compared with the last, and never more than the public may see."""

import json
import zlib
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registry import db
from registry.errors import Conflict, NotFound, RegistryError
from registry.models.happened import AttackCreate
from registry.models.in_out import Release
from registry.models.places import Place, PlaceCreate
from registry.services import attacks, journal, places, releasing
from registry.services.exporting import packaging, releases
from registry.services.importing import batches, undoing
from registry.services.work import writing
from tests import calling, canaries
from tests.calling import Call, one_line
from tests.importing import DATA, load
from tests.test_canaries import forbidden, leaks, refs_of

both = calling.both
call = calling.call


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def drafted(engine: Engine, folder: Path, by: str = "Amal") -> Release:
    return releases.release(engine, by, "a release", releases.Publisher("Us"), folder)


def approved(engine: Engine, folder: Path, by: str = "Basma") -> Release:
    with writing(engine, by, "read") as work:
        return releases.approve(work, folder)


def released(engine: Engine, folder: Path) -> Release:
    made = drafted(engine, folder)
    approved(engine, folder)
    return made


def attacked(engine: Engine) -> None:
    """One attack more."""
    with writing(engine, "Amal", "more") as work:
        if work.find(Place, pcode="SY07") is None:
            places.add(work, PlaceCreate(name="Idlib", level="governorate", country="SYR", pcode="SY07"))
        attacks.add(work, AttackCreate(when="2019-05-09", place="SY07"))


def recorded(engine: Engine) -> list[tuple[object, ...]]:
    with db.reading(engine) as connection:
        return [(row["number"], row["made_by"], row["approver"]) for row in releases.list_(connection)]


def test_each_has_a_number_and_says_what_changed(marked: Engine, tmp_path: Path) -> None:
    refs = refs_of(marked)
    assert released(marked, tmp_path / "one").number == 1
    assert "The first release." in (tmp_path / "one" / "CHANGES.md").read_text(encoding="utf-8")
    with writing(marked, "Amal", "agreed") as work:
        releasing.release(work, "attack", refs["attack"][0])
        attacks.add(work, AttackCreate(when="2019-05-09", place="Kwvillage"))
    assert released(marked, tmp_path / "two").number == 2
    week = "SYR, Kwgovernorate, Second, 2019-05-06, 2019-05-12, week"
    told = (tmp_path / "two" / "CHANGES.md").read_text(encoding="utf-8")
    assert f"* changed: {week}, unassessed: 1 before, 2 now" in told
    assert f"* new: {week}, single_origin, kwattacktitle, kwsummary" in told
    with writing(marked, "Amal", "a mistake") as work:
        releasing.take_back(work, "attack", refs["attack"][0])
    assert released(marked, tmp_path / "three").number == 3
    told = (tmp_path / "three" / "CHANGES.md").read_text(encoding="utf-8")
    assert f"* withdrawn: {week}, single_origin, kwattacktitle, kwsummary" in told
    assert recorded(marked) == [(number, "Amal", "Basma") for number in (3, 2, 1)]


def test_an_import_undone_after_a_release_is_told_by_the_next(engine: Engine, tmp_path: Path) -> None:
    """What went out cannot be unsaid; neither does it hold up the undo."""
    load(engine, DATA / "places.csv", "places.yaml")
    batch = load(engine, DATA / "incidents.csv", "incidents.yaml").ref
    released(engine, tmp_path / "one")
    with writing(engine, "Amal", "a wrong list") as work:
        undoing.undo(work, batches.find(work, batch))
    released(engine, tmp_path / "two")
    told = (tmp_path / "two" / "CHANGES.md").read_text(encoding="utf-8")
    assert "* withdrawn: SYR, Syria, 2019-06-03, 2019-06-09, week" in told


def test_a_second_person_approves_what_the_folder_holds(engine: Engine, tmp_path: Path) -> None:
    attacked(engine)
    drafted(engine, tmp_path / "one")
    with pytest.raises(Conflict, match="release 1 was made by Amal; somebody else has to approve it"):
        approved(engine, tmp_path / "one", "Amal")
    assert recorded(engine) == [(1, "Amal", None)]
    read = (tmp_path / "one" / "v_claim.csv").read_bytes()
    (tmp_path / "one" / "v_claim.csv").write_bytes(read + b"x")
    with pytest.raises(RegistryError, match=r"v_claim.csv was altered"):
        approved(engine, tmp_path / "one")
    (tmp_path / "one" / "v_claim.csv").write_bytes(read)
    approved(engine, tmp_path / "one")
    assert recorded(engine) == [(1, "Amal", "Basma")]
    with pytest.raises(Conflict, match="release 1 was approved by Basma already"):
        approved(engine, tmp_path / "one")
    with db.reading(engine) as connection:
        changed = journal.show(connection, table="release", limit=5)
        assert [(entry["by"], entry["action"]) for entry in changed] == [("Basma", "update"), ("Amal", "insert")]
        assert journal.verify(connection).problems == ()


def test_a_draft_made_anew_takes_the_place_of_the_former(engine: Engine, tmp_path: Path) -> None:
    attacked(engine)
    drafted(engine, tmp_path / "one")
    attacked(engine)
    drafted(engine, tmp_path / "again", "Basma")
    assert recorded(engine) == [(1, "Basma", None)]
    with pytest.raises(NotFound, match="a later draft may have taken its place"):
        approved(engine, tmp_path / "one", "Chadi")
    with pytest.raises(Conflict, match="made by Basma"):
        approved(engine, tmp_path / "again", "Basma")
    approved(engine, tmp_path / "again", "Amal")
    assert recorded(engine) == [(1, "Basma", "Amal")]
    assert "The first release." in (tmp_path / "again" / "CHANGES.md").read_text(encoding="utf-8")


def test_nothing_is_released_twice_or_written_over(marked: Engine, tmp_path: Path) -> None:
    released(marked, tmp_path / "one")
    with pytest.raises(Conflict, match="has changed since release 1"):
        released(marked, tmp_path / "two")
    with pytest.raises(Conflict, match="is there already"):
        released(marked, tmp_path / "one")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir() and path.name != "cache") == ["one"]


def test_nothing_restricted_is_in_one_or_in_what_is_kept_of_it(marked: Engine, tmp_path: Path) -> None:
    refs = refs_of(marked)
    made = released(marked, tmp_path / "one")
    files = " ".join(file.name + file.read_text(encoding="utf-8") for file in (tmp_path / "one").iterdir())
    for held in (files, zlib.decompress(made.content).decode()):
        assert leaks(canaries.squeezed(held), forbidden("public", refs)) == []
        assert "kworganisation" in canaries.squeezed(held)


def test_its_hash_is_kept_and_shows_what_was_altered(marked: Engine, tmp_path: Path) -> None:
    made = released(marked, tmp_path / "one")
    assert packaging.verify(tmp_path / "one") == (7, made.package_sha256)
    described = json.loads((tmp_path / "one" / "datapackage.json").read_text(encoding="utf-8"))
    assert described["name"] == "release-1"
    assert {one["format"] for one in described["resources"]} == {"csv", "md"}
    (tmp_path / "one" / "v_claim.csv").write_text("x", encoding="utf-8")
    (tmp_path / "one" / "v_source.csv").unlink()
    (tmp_path / "one" / "more.csv").write_text("x", encoding="utf-8")
    with pytest.raises(RegistryError, match=r"v_source.csv is missing; more.csv is not described; v_claim.csv was alt"):
        packaging.verify(tmp_path / "one")
    with pytest.raises(NotFound, match="no export"):
        packaging.verify(tmp_path)


def test_a_release_changes_nothing_of_what_a_sitrep_or_the_next_export_is_made_from(
    marked: Engine, tmp_path: Path
) -> None:
    released(marked, tmp_path / "one")
    first = json.loads((tmp_path / "one" / "datapackage.json").read_text(encoding="utf-8"))
    with writing(marked, "Amal", "more") as work:
        attacks.add(work, AttackCreate(when="2019-05-09", place="Kwvillage"))
    released(marked, tmp_path / "two")
    second = json.loads((tmp_path / "two" / "datapackage.json").read_text(encoding="utf-8"))
    entries = [told["provenance"]["journal"][0]["entry"] for told in (first, second)]
    assert entries[0] < entries[1]


def test_the_commands(both: Call) -> None:
    both("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR", "--pcode", "SY07")
    said = both("export", "release", "--to", "one", "--licence", "CC-BY-4.0")
    assert (said.code, said.out) == (0, "")
    assert "export approve one" in said.err
    assert one_line(both("export", "approve", "one"), 4)
    assert both("--as", "Basma", "export", "approve", "one", "--dry-run").code == 0
    assert both("--as", "Basma", "export", "approve", "one", "--why", "read").code == 0
    assert both("export", "list", "--format", "csv").out.splitlines()[1].startswith("1,")
    digest = both("export", "verify", "one").out.strip()
    assert digest in both("export", "list", "--format", "csv").out
    assert one_line(both("export", "release", "--to", "two"), 4)
    assert one_line(both("export", "verify", "none"), 3)
