"""Submissions of our form, as KoboToolbox and ODK Central give them: in, in again, edited, and out."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from xlsxwriter import Workbook  # type: ignore[import-untyped]  # no type information

from registry import db
from registry.services import attacks
from registry.services.importing.rows import UnreadableFileError
from registry.services.records import attacks as records
from registry.services.records import reports as report_records
from registry.services.work import writing
from tests import test_import_load
from tests.importing import DATA, counted, load
from tests.test_import_load import ref_of, sound, undo

FIRST, SECOND = "0a1b2c3d-0000-4000-8000-000000000001", "0a1b2c3d-0000-4000-8000-000000000002"
NO_CODE = "it gives no code of ours"
REPEATS = ("facilities", "means", "numbers", "accused")
Edit = Callable[[dict[str, Any]], None]

with_places = test_import_load.with_places  # a fixture


def kobo_json(folder: Path) -> Path:
    del folder
    return DATA / "kobo.json"


def odk_json(folder: Path) -> Path:
    del folder
    return DATA / "odk.json"


def kobo_xlsx(folder: Path) -> Path:
    """The export of KoboToolbox: a sheet of submissions, and one for each repeat group."""
    path = folder / "kobo.xlsx"
    submissions = json.loads((DATA / "kobo.json").read_text(encoding="utf-8"))["results"]
    sheets: dict[str, list[dict[str, Any]]] = {"Attack report": [], **{repeat: [] for repeat in REPEATS}}
    for index, submission in enumerate(submissions, start=1):
        sheets["Attack report"].append(
            {key: value for key, value in submission.items() if not isinstance(value, list | dict)} | {"_index": index}
        )
        for repeat in REPEATS:
            joined = {
                "_parent_table_name": "Attack report",
                "_parent_index": index,
                "_submission__id": submission["_id"],
            }
            sheets[repeat] += [item | joined for item in submission.get(repeat, [])]
    with Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            columns = list(dict.fromkeys(key for row in rows for key in row))
            sheet.write_row(0, 0, columns)
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, [row.get(column) for column in columns])
    return path


def odk_zip(folder: Path) -> Path:
    """The archive of ODK Central: a CSV file of submissions, and one for each repeat group."""
    path = folder / "odk.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted((DATA / "odk").glob("*.csv")):
            archive.write(part, part.name)
    return path


EXPORTS = {"kobo.json": kobo_json, "kobo.xlsx": kobo_xlsx, "odk.json": odk_json, "odk.zip": odk_zip}


@pytest.mark.parametrize("name", EXPORTS)
def test_a_submission_is_an_attack_with_all_that_the_form_asks(with_places: Engine, tmp_path: Path, name: str) -> None:
    outcome = load(with_places, EXPORTS[name](tmp_path), name.partition(".")[0])
    assert (outcome.new, outcome.rejected, outcome.unmapped, outcome.unknown) == (2, 0, [], [])
    with db.reading(with_places) as connection:
        attack = records.show(connection, ref_of(with_places, FIRST))
        report = report_records.show(connection, attack["reports"][0]["ref"])
        other = records.show(connection, ref_of(with_places, SECOND))
    with db.reading(with_places) as connection:
        where = db.one(connection, "SELECT place_words, lat, lon FROM attack WHERE ref = :ref", ref=attack["ref"])
    assert (attack["place"], attack["place_precision"]) == ("Idleb", "near_settlement")
    assert where == {"place_words": "south of Idlib", "lat": 35.9, "lon": 36.6}
    assert (str(attack["occurred_from_on"]), attack["occurred_words"]) == ("2019-05-05", "on Sunday")
    assert str(attack["time_of_day"])[:5] == "14:30"
    hit = [(row["type"], row["effect"], row["damage"], row["functionality"]) for row in attack["facilities"]]
    assert sorted(hit, key=str) == [
        ("clinic", "direct_hit", "destroyed", "non_functioning"),
        ("clinic", "direct_hit", "destroyed", "non_functioning"),
        ("school_primary", "vicinity", "slight", None),
    ]
    assert [row["name"] for row in attack["facilities"] if row["type"] == "school_primary"] == ["مدرسة الأمل"]
    assert (attack["named_facilities"], attack["unnamed_facilities"]) == (1, 2)
    assert [(row["type"], row["launch"], row["munition"]) for row in attack["means"]] == [
        ("air_strike", "helicopter", "barrel_bomb")
    ]
    assert {said(claim) for claim in attack["claims"] if claim["measure"]} == {
        ("Rescuers of the test", "killed", "all", None, "more_than", 30, None, None, None),
        ("Monitor of the test", "killed", "all", None, "at_least", 67, None, None, None),
        ("Newspaper of the test", "killed", "child", None, "between", 3, 5, None, None),
        ("Newspaper of the test", "injured", "all", None, "some", None, None, None, "dozens"),
        ("Newspaper of the test", "facilities_hit", None, "health", "at_most", None, 4, None, None),
        ("Newspaper of the test", "missing", "all", None, None, None, None, "reported_none", None),
        ("Newspaper of the test", "displaced", "all", None, "unstated", None, None, None, None),
    }
    killed = next(row for row in attack["figures"] if (row["measure"], row["population"]) == ("killed", "all"))
    assert (killed["low"], killed["high"], killed["origins"]) == (30, None, 2)
    assert {(row["speaker"], row["stance"], row["actor"]) for row in attack["attributions"]} == {
        ("Monitor of the test", "accuses", "Air force of the test"),
        ("Newspaper of the test", "denies", "Air force of the test"),
    }
    assert [claim["words"] for claim in attack["claims"] if claim["kind"] == "occurrence"] == [
        "Dozens were wounded, rescuers said."
    ]
    assert (report["publisher"], report["kind"], report["url"], str(report["published_from_on"]), report["note"]) == (
        *("Newspaper of the test", "form_submission", "https://news.example/1", "2019-05-06"),
        "public / A witness is described.",
    )
    assert (other["occurred_precision"], str(other["occurred_to_on"]), other["occurred_words"]) == (
        *("month", "2019-04-30"),
        None,
    )
    assert (other["facilities"], other["harm_absence"]) == ([], "not_reported")
    sound(with_places)


def said(claim: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(
        claim[key]
        for key in ("speaker", "measure", "population", "facility_type", "operator", "low", "high", "absence", "words")
    )


def test_each_export_of_the_same_submissions_says_the_same(with_places: Engine, tmp_path: Path) -> None:
    for wanted, first, second in (("kobo", kobo_json, kobo_xlsx), ("odk", odk_json, odk_zip)):
        load(with_places, first(tmp_path), wanted)
        before = counted(with_places)
        outcome = load(with_places, second(tmp_path), wanted)
        assert (outcome.same, outcome.new, outcome.changed) == (2, 0, 0)
        assert counted(with_places) == before


def kobo_edit(folder: Path, change: Edit) -> Path:
    """The submission as it is after somebody edited it on the server: a new UUID, the root's stays."""
    content = json.loads((DATA / "kobo.json").read_text(encoding="utf-8"))
    edited = content["results"][1]
    edited |= {"_uuid": "other", "meta/instanceID": "uuid:other", "meta/deprecatedID": edited["meta/instanceID"]}
    return saved(folder / "kobo.json", content, edited, change, "facilities/", "numbers/", "accused/")


def odk_edit(folder: Path, change: Edit) -> Path:
    content = json.loads((DATA / "odk.json").read_text(encoding="utf-8"))
    edited = content["value"][1]
    edited["meta"]["instanceID"] = "uuid:other"
    edited["__system"]["edits"] = 1
    return saved(folder / "odk.json", content, edited, change)


def saved(path: Path, content: Any, edited: dict[str, Any], change: Edit, *prefixes: str) -> Path:
    bare = {key: [unprefixed(item, prefixes) for item in edited[key]] for key in REPEATS}
    change(bare)
    for key in REPEATS:
        own = next((prefix for prefix in prefixes if prefix == f"{key}/"), "")
        edited[key] = [{f"{own}{question}": value for question, value in item.items()} for item in bare[key]]
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def unprefixed(item: dict[str, Any], prefixes: tuple[str, ...]) -> dict[str, Any]:
    return {key.partition("/")[2] if key.startswith(prefixes) else key: value for key, value in item.items()}


def corrected(repeats: dict[str, Any]) -> None:
    """What a person mends in a submission: a number, a name that was missing, a facility that was not one."""
    repeats["numbers"][0] |= {"operator": "exactly", "number": 34}
    del repeats["numbers"][5]
    repeats["facilities"][0]["facility_name"] = "Nabad Clinic"
    repeats["facilities"][2]["damage"] = "destroyed"
    del repeats["facilities"][1]
    repeats["accused"][1]["stance"] = "one_of"


@pytest.mark.parametrize(("wanted", "edit"), [("kobo", kobo_edit), ("odk", odk_edit)])
def test_an_edited_submission_corrects_what_it_said(
    with_places: Engine, tmp_path: Path, wanted: str, edit: Callable[[Path, Edit], Path]
) -> None:
    before = counted(with_places)
    first = load(with_places, DATA / f"{wanted}.json", wanted)
    loaded = counted(with_places)
    assert load(with_places, DATA / f"{wanted}.json", wanted).loaded_before == first.ref
    outcome = load(with_places, edit(tmp_path, corrected), wanted)
    assert (outcome.changed, outcome.same, outcome.vanished) == (1, 1, [])
    with db.reading(with_places) as connection:
        attack = records.show(connection, ref_of(with_places, FIRST))
    killed = [claim for claim in attack["claims"] if claim["speaker"] == "Rescuers of the test"]
    assert [(claim["operator"], claim["low"]) for claim in killed if claim["ref"] not in replaced(with_places)] == [
        ("exactly", 34)
    ]
    missing = next(claim for claim in attack["claims"] if claim["measure"] == "missing")
    assert missing["withdrawn_as"] == "by_speaker"
    assert {(row["name"], row["damage"]) for row in attack["facilities"]} == {
        ("Nabad Clinic", "destroyed"),
        ("مدرسة الأمل", "destroyed"),
    }
    assert {row["stance"] for row in attack["attributions"]} == {"accuses", "one_of"}
    sound(with_places)
    undo(with_places, outcome.ref)
    assert counted(with_places) == loaded
    sound(with_places)
    undo(with_places, first.ref)
    assert counted(with_places) == before
    assert load(with_places, DATA / f"{wanted}.json", wanted).new == 2


def test_of_two_unnamed_clinics_an_edition_with_one_means_the_one_that_was_left(
    with_places: Engine, tmp_path: Path
) -> None:
    load(with_places, DATA / "kobo.json", "kobo")
    attack = ref_of(with_places, FIRST)

    def clinics() -> list[str]:
        with db.reading(with_places) as connection:
            sql = "SELECT facility FROM v_attack_facility WHERE type = 'clinic' ORDER BY id"
            return [row["facility"] for row in db.every(connection, sql)]

    wrong, left = clinics()
    with writing(with_places, "Omar", "there was one") as unit:
        attacks.edit(unit, attack, {"not_hit": [wrong]})
    load(with_places, kobo_edit(tmp_path, lambda repeats: repeats["facilities"].pop(0)), "kobo")
    assert clinics() == [left]


def replaced(engine: Engine) -> set[str]:
    sql = "SELECT c.ref FROM claim_link l JOIN claim c ON c.id = l.other_id WHERE l.kind = 'corrects'"
    with db.reading(engine) as connection:
        return {row["ref"] for row in db.every(connection, sql)}


@pytest.mark.parametrize(
    ("change", "column", "what"),
    [
        (lambda r: r["numbers"][1].update(operator="perhaps"), "numbers/2/operator", "it is no operator"),
        (lambda r: r["numbers"][1].update(number=None), "numbers/2/low", "the operator needs a count here"),
        (lambda r: r["numbers"][2].update(low=9), "numbers/3/low", "the least number is above the greatest"),
        (lambda r: r["numbers"][3].update(number_words=None), "numbers/4/number_words", "the words are missing"),
        (lambda r: r["numbers"].append(r["numbers"][0]), "", "two numbers of killed by one speaker count the same"),
        (lambda r: r["facilities"][1].update(effect="gone"), "facilities/2/effect", NO_CODE),
        (lambda r: r["facilities"][1].update(facility_type="x"), "facilities/2/facility_type", NO_CODE),
        (lambda r: r["means"][0].update(munition="arrow"), "means/1/munition", NO_CODE),
        (lambda r: r["accused"][0].update(stance="blames"), "accused/1/stance", "it is no stance"),
    ],
)  # fmt: skip
def test_what_no_form_of_ours_gives_is_told_with_its_place(
    with_places: Engine, tmp_path: Path, change: Edit, column: str, what: str
) -> None:
    outcome = load(with_places, odk_edit(tmp_path, change), "odk")
    assert (outcome.new, outcome.rejected) == (1, 1)
    assert [(problem.column, problem.what) for problem in outcome.problems] == [(column, what)]


def test_an_export_without_its_repeat_groups_is_refused(with_places: Engine, tmp_path: Path) -> None:
    alone = DATA / "odk" / "attack_report.csv"
    with pytest.raises(UnreadableFileError, match="it leaves out the items of repeat groups; export all tables"):
        load(with_places, alone, "odk")
    path = tmp_path / "part.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(alone, alone.name)
    with pytest.raises(UnreadableFileError, match="it has no file of the items of 'facilities'"):
        load(with_places, path, "odk")
    content = json.loads((DATA / "odk.json").read_text(encoding="utf-8"))
    for submission in content["value"]:
        for repeat in REPEATS:
            del submission[repeat]
            submission[f"{repeat}@odata.navigationLink"] = f"Submissions('x')/{repeat}"
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps(content), encoding="utf-8")
    outcome = load(with_places, feed, "odk")
    assert (outcome.new, outcome.rejected) == (0, 2)
    assert {problem.mend for problem in outcome.problems} == {"add `?$expand=*` to the address, fetch it again"}


def test_items_without_their_submission_are_told(with_places: Engine, tmp_path: Path) -> None:
    path = tmp_path / "odk.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted((DATA / "odk").glob("*.csv")):
            rows = list(csv.reader(io.StringIO(part.read_text(encoding="utf-8"))))
            kept = rows if "-" in part.name else rows[:2]
            archive.writestr(part.name, "\n".join(",".join(f'"{cell}"' for cell in row) for row in kept))
    outcome = load(with_places, path, "odk")
    assert outcome.new == 1
    assert {(problem.sheet, problem.what) for problem in outcome.problems} == {
        (repeat, "its submission is not in the file") for repeat in REPEATS
    }


def test_a_question_that_first_comes_late_in_a_file_is_read(with_places: Engine, tmp_path: Path) -> None:
    content = json.loads((DATA / "kobo.json").read_text(encoding="utf-8"))
    plain, full = content["results"]
    many = [plain | {"meta/rootUuid": f"uuid:{number}"} for number in range(250)]
    path = tmp_path / "kobo.json"
    path.write_text(json.dumps({"results": [*many, full]}, ensure_ascii=False), encoding="utf-8")
    assert load(with_places, path, "kobo").new == 251
    with db.reading(with_places) as connection:
        assert records.show(connection, ref_of(with_places, FIRST))["unnamed_facilities"] == 2
