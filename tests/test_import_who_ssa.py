"""The export of WHO's surveillance system: what it says is kept, and its certainty level stays WHO's."""

from pathlib import Path

from sqlalchemy import Engine

from registry import db
from registry.models.held import AssessmentCreate
from registry.services import assessing
from registry.services.importing import batches
from registry.services.records import attacks as records
from registry.services.work import writing
from tests.importing import DATA, counted, load
from tests.test_import_load import ref_of, sound, undo

FILE = DATA / "who-ssa.csv"
GRADES = (
    "SELECT s.scheme, s.grade_code AS grade, s.basis_code AS basis, s.assessor FROM assessment s "
    "JOIN attack a ON a.id = s.attack_id WHERE a.ref = :ref AND s.superseded_at IS NULL ORDER BY s.scheme"
)


def grades(engine: Engine, ref: str) -> list[tuple[str, str, str]]:
    with db.reading(engine) as connection:
        return [(row["scheme"], row["grade"], row["assessor"]) for row in db.every(connection, GRADES, ref=ref)]


WHO = "WHO Surveillance System for Attacks on Health Care"


def test_a_row_keeps_level_types_and_numbers(engine: Engine) -> None:
    outcome = load(engine, FILE, "who-ssa")
    assert (outcome.new, outcome.rejected, outcome.unmapped) == (3, 1, [])
    assert [(problem.number, problem.column) for problem in outcome.problems] == [(5, "Certainty Level")]
    with db.reading(engine) as connection:
        first, second, third = (
            records.show(connection, ref_of(engine, number)) for number in ("SYR000001", "MMR000002", "PSE000003")
        )
    assert {means["type"] for means in first["means"]} == {"heavy_weapons", "obstruction"}
    assert (first["country"], str(first["time_of_day"])[:5], first["grade"]) == ("SYR", "14:30", "unassessed")
    assert {(row["type"], row["effect"]) for row in first["facilities"]} == {
        ("hospital", "unknown"),
        ("medical_transport", "unknown"),
    }
    assert {(c["measure"], c["operator"], c["low"]) for c in first["claims"] if c["measure"]} == {
        ("killed", "exactly", 2),
        ("injured", "exactly", 4),
    }
    assert second["time_band"] == "evening"
    assert {(c["measure"], c["population"], c["operator"], c["low"]) for c in second["claims"] if c["measure"]} == {
        ("abducted", "health_worker", "exactly", 3),
        ("arrested", "health_worker", "unstated", None),
        ("detained", "patient", "exactly", 1),
    }
    assert (second["facilities"], second["facilities_absence"]) == ([], "not_reported")
    assert (third["country"], {row["type"] for row in third["facilities"]}) == ("PSE", {"health", "medical_warehouse"})
    sound(engine)


def test_the_level_is_an_assessment_of_who_beside_ours(engine: Engine, tmp_path: Path) -> None:
    before = counted(engine)
    load(engine, FILE, "who-ssa")
    ref = ref_of(engine, "SYR000001")
    assert grades(engine, ref) == [("who_ssa", "who_confirmed", WHO)]
    newer = tmp_path / "newer.csv"
    newer.write_text(FILE.read_text(encoding="utf-8").replace("Confirmed", "Probable").replace(",4,2,", ",5,2,"))
    outcome = load(engine, newer, "who-ssa")
    assert {(change.what, change.before, change.after) for change in outcome.changes} == {
        ("grade", "who_confirmed", "who_probable"),
        ("injured all", "exactly 4", "exactly 5"),
    }
    assert grades(engine, ref) == [("who_ssa", "who_probable", WHO)]
    undo(engine, outcome.ref)
    assert grades(engine, ref) == [("who_ssa", "who_confirmed", WHO)]
    sound(engine)
    with db.reading(engine) as connection:
        first = batches.list_(connection)[-1]["ref"]
    undo(engine, first)
    assert counted(engine) == before
    assert load(engine, FILE, "who-ssa").new == 3
    sound(engine)


def test_a_level_of_who_does_not_keep_a_newer_edition_out_but_a_grade_of_ours_does(
    engine: Engine, tmp_path: Path
) -> None:
    load(engine, FILE, "who-ssa")
    ref = ref_of(engine, "SYR000001")
    with writing(engine, "Omar", "looked at it") as unit:
        assessing.assess(unit, AssessmentCreate(attack=ref, grade="single_origin", why="one list"))
    newer = tmp_path / "newer.csv"
    newer.write_text(
        FILE.read_text(encoding="utf-8").replace("2019-05-05", "2019-05-04").replace("2021-03-02", "2021-03-03")
    )
    outcome = load(engine, newer, "who-ssa")
    kept = {(change.outside_id, change.kept) for change in outcome.changes if change.what == "occurred_from_on"}
    assert kept == {("SYR000001", "it is assessed"), ("MMR000002", "")}
    assert [grade for _, grade, _ in grades(engine, ref)] == ["single_origin", "who_confirmed"]
