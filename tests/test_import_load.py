"""Lists in and out again: what a row becomes, loaded once and twice, changed by an edition, taken back."""

import csv
import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from registry import db
from registry.errors import Conflict, NotFound, UsageError
from registry.models.facilities import FacilityCreate, FacilityStatusCreate
from registry.models.happened import AttackCreate, AttackMeansClaim
from registry.models.held import AssessmentCreate, FigureAdopt
from registry.models.places import Place
from registry.models.said import Claim, ClaimCreate, Report, ReportCreate
from registry.services import (
    assessing,
    attacks,
    bulk,
    by_rule,
    chain,
    claims,
    comparable,
    facilities,
    figures,
    matching,
    named,
    releasing,
    reports,
    work,
)
from registry.services.importing import batches, holding, loading, mapping, suggesting, undoing
from registry.services.importing import reading as files
from registry.services.importing.rows import Layout, UnreadableFileError
from registry.services.records import attacks as records
from registry.services.records import places as place_records
from registry.services.work import rehearsing, writing
from tests.importing import DATA, counted, load


@pytest.fixture
def with_places(engine: Engine) -> Engine:
    load(engine, DATA / "places.csv", "places.yaml")
    return engine


def sound(engine: Engine) -> None:
    """The journal agrees with every row, and every figure is what the rule makes of its claims."""
    with db.reading(engine) as connection:
        assert chain.verify(connection).problems == ()
    with rehearsing(engine, "Amal", "test") as unit:
        before = unit.seq
        by_rule.refresh(unit, *unit.session.exec(select(Claim)))
        assert unit.seq == before


def replaced(folder: Path, *pairs: tuple[str, str]) -> Path:
    """The incidents with some texts replaced: a newer edition."""
    content = (DATA / "incidents.csv").read_text(encoding="utf-8")
    for old, new in pairs:
        content = content.replace(old, new)
    path = folder / "incidents.csv"
    path.write_text(content, encoding="utf-8")
    return path


def ref_of(engine: Engine, number: str) -> str:
    with db.reading(engine) as connection:
        row = db.one(
            connection,
            "SELECT a.ref FROM import_row r JOIN attack a ON a.id = r.target_id WHERE r.outside_id = :id",
            id=number,
        )
    assert row is not None
    return str(row["ref"])


def test_places_come_with_names_codes_and_parents_in_any_order(engine: Engine) -> None:
    outcome = load(engine, DATA / "places.csv", "places.yaml")
    assert (outcome.new, outcome.rejected) == (2, 2)
    assert {problem.what for problem in outcome.problems} == {
        "the name is missing",
        "no place has the P-code of its parent",
    }
    with db.reading(engine) as connection:
        district = place_records.show(connection, "SY0700")
        assert (district["name"], district["name_ar"], district["parent"]) == ("Idleb", "إدلب", "Idleb")
        assert (district["lat"], district["lon"]) == (35.93, 36.63)
        country = place_records.show(connection, "سوريا")
        assert (country["level"], country["name"], country["name_ar"]) == ("country", "Syria", "سوريا")
        assert place_records.show(connection, "Syrie")["ref"] == country["ref"]
    sound(engine)


def test_a_row_gives_an_attack_with_all_that_it_says(with_places: Engine) -> None:
    outcome = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    assert (outcome.new, outcome.rejected) == (3, 5)
    assert outcome.unfound == [("governorate", "SYR", "Nowhere", 1)]
    assert {(problem.number, problem.what) for problem in outcome.problems} == {
        (6, "is no country"),
        (7, "the point lies outside Syria"),
        (8, "another row of the file has the same identifier, and says something else"),
        (9, "it is not a count of people or things"),
        (10, "the row has 7 cells, the headings 13"),
    }
    with db.reading(with_places) as connection:
        first = records.show(connection, ref_of(with_places, "E1"))
        second = records.show(connection, ref_of(with_places, "E2"))
        third = records.show(connection, ref_of(with_places, "E3"))
    assert (first["place"], first["pcode"], first["unnamed_facilities"], first["origins"]) == ("Idleb", "SY07", 1, 1)
    said = {(claim["kind"], claim["measure"], claim["operator"], claim["low"]) for claim in first["claims"]}
    assert said == {
        ("occurrence", None, None, None),
        ("means", None, None, None),
        ("quantity", "killed", "exactly", 2),
        ("quantity", "injured", None, None),
    }
    assert [claim["is_imputed"] for claim in first["claims"] if claim["measure"] == "killed"] == [1]
    assert [row["actor"] for row in first["attributions"]] == ["Air force"]
    assert str(second["occurred_from_on"]) == "2019-06-05"
    assert (second["facilities"][0]["name"], len(second["means"])) == ("Nabad Hospital", 2)
    assert {(claim["measure"], claim["operator"]) for claim in second["claims"] if claim["measure"]} == {
        ("killed", "more_than"),
        ("injured", "some"),
    }
    assert second["attribution_absence"] == "not_reported"
    assert (third["occurred_precision"], third["place"], third["means_absence"]) == ("month", "Syria", "not_reported")
    sound(with_places)


def test_the_same_file_twice_changes_nothing(with_places: Engine) -> None:
    first = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    with db.reading(with_places) as connection:
        entries = connection.execute(text("SELECT count(*) FROM journal")).scalar()
    assert load(with_places, DATA / "incidents.csv", "incidents.yaml").loaded_before == first.ref
    with db.reading(with_places) as connection:
        assert connection.execute(text("SELECT count(*) FROM journal")).scalar() == entries


def test_what_is_forgotten_is_found_again(with_places: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    load(with_places, DATA / "incidents.csv", "incidents.yaml")
    before = counted(with_places)
    with db.reading(with_places) as connection:
        ref = batches.list_(connection)[0]["ref"]
    undo(with_places, ref)
    monkeypatch.setattr(holding, "_MOST_REMEMBERED", 0)
    monkeypatch.setattr(loading, "_CHUNK", 1)
    load(with_places, DATA / "incidents.csv", "incidents.yaml")
    assert counted(with_places) == before
    sound(with_places)


def test_checking_writes_nothing(with_places: Engine) -> None:
    before = counted(with_places)
    assert load(with_places, DATA / "incidents.csv", "incidents.yaml", dry_run=True).new == 3
    assert counted(with_places) == before


def test_a_newer_edition_corrects_its_claims_and_leaves_what_people_did(with_places: Engine, tmp_path: Path) -> None:
    load(with_places, DATA / "incidents.csv", "incidents.yaml")
    first, second = ref_of(with_places, "E1"), ref_of(with_places, "E2")
    with writing(with_places, "Omar", "mended") as unit:
        attacks.edit(unit, second, {"summary": "Our own words"})
        assessing.assess(unit, AssessmentCreate(attack=first, grade="single_origin", why="one list"))
    newer = replaced(
        tmp_path,
        ('"A clinic was hit, again",2,0', '"A clinic was hit",4,0'),
        ("Two hospitals,more than 3,dozens", "Three hospitals,more than 3,"),
        ("E3,", "E9,"),
    )
    outcome = load(with_places, newer, "incidents.yaml")
    assert (outcome.new, outcome.changed, outcome.vanished) == (1, 2, ["E3"])
    told = {(change.outside_id, change.what): change for change in outcome.changes}
    assert told["E1", "killed all"][2:4] == ("exactly 2", "exactly 4")
    assert told["E1", "summary"].kept == "it is assessed"
    assert told["E2", "summary"].kept == "a person changed it"
    assert told["E2", "injured all"].after == "withdrawn"
    with db.reading(with_places) as connection:
        shown = records.show(connection, first)
        assert {(row["measure"], row["low"], row["high"]) for row in shown["figures"]} == {("killed", 4, 4)}
        assert records.show(connection, second)["summary"] == "Our own words"
    sound(with_places)


def test_an_undo_leaves_every_view_as_before_and_the_file_can_come_again(with_places: Engine, tmp_path: Path) -> None:
    before = counted(with_places)
    first = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    loaded = counted(with_places)
    newer = load(
        with_places, replaced(tmp_path, ('again",2,0', 'again",5,0'), ("Rocket,", "Mortar,")), "incidents.yaml"
    )
    with pytest.raises(Conflict, match=f"a newer edition of this list was loaded as {newer.ref}; undo that first"):
        undo(with_places, first.ref)
    undo(with_places, newer.ref)
    assert counted(with_places) == loaded
    sound(with_places)
    undo(with_places, first.ref)
    assert counted(with_places) == before
    with pytest.raises(Conflict, match="undone already"):
        undo(with_places, first.ref)
    with pytest.raises(NotFound, match="the import that brought it was undone"), db.reading(with_places) as connection:
        records.show(connection, ref_of(with_places, "E1"))
    assert load(with_places, DATA / "incidents.csv", "incidents.yaml").new == 3
    assert counted(with_places) == loaded
    sound(with_places)


def undo(engine: Engine, ref: str) -> None:
    with writing(engine, "Amal", "undo") as unit:
        undoing.undo(unit, batches.find(unit, ref))


@pytest.mark.parametrize("spelling", ["Id lib", "إد لب"])
def test_a_place_is_found_when_its_name_is_one_word_or_two(with_places: Engine, tmp_path: Path, spelling: str) -> None:
    path = replaced(tmp_path, ("Nowhere", spelling))
    assert load(with_places, path, "incidents.yaml").unfound == []


def test_a_batch_has_the_claims_of_its_rows_and_no_others(with_places: Engine) -> None:
    """What `match report --between` compares: not what a person or another list says of the same attacks."""
    batch = load(with_places, DATA / "incidents.csv", "incidents.yaml").ref
    with db.reading(with_places) as connection:
        listed = {row["id"] for row in db.every(connection, "SELECT id FROM claim")}
    with writing(with_places, "Omar", "a second report") as unit:
        article = reports.add(unit, ReportCreate(publisher="Test Monitor", title="News")).ref
        attacks.edit(unit, ref_of(with_places, "E1"), {"reports": [article]})
        said = {"attack": ref_of(with_places, "E1"), "report": article, "speaker": "Test Monitor"}
        claims.add(unit, ClaimCreate(**said, measure="killed", number="9"))
    with db.reading(with_places) as connection:
        held = comparable.held(connection, "attack", batch)
        sql = f"SELECT c.id FROM claim c JOIN report r ON r.id = c.report_id WHERE {held.claims}"
        assert len(held.members) == 3
        assert {row["id"] for row in db.every(connection, sql, key=held.key)} == listed


def test_an_undo_says_what_later_work_rests_on_it(with_places: Engine) -> None:
    outcome = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    with db.reading(with_places) as connection:
        first = db.every(connection, "SELECT ref FROM import_batch ORDER BY last_seq")[0]["ref"]
    with pytest.raises(Conflict, match=r"later work rests on .*: \d+ attacks on what it brought as places"):
        undo(with_places, first)
    with writing(with_places, "Omar", "graded") as unit:
        attack = ref_of(with_places, "E1")
        assessing.assess(unit, AssessmentCreate(attack=attack, grade="single_origin", why="one list"))
        attacks.edit(unit, ref_of(with_places, "E2"), {"note": "seen"})
    before = counted(with_places)
    with pytest.raises(
        Conflict, match=rf"1 assessment on what it brought as attacks \({attack}\); 1 attack changed since \(A-"
    ):
        undo(with_places, outcome.ref)
    assert counted(with_places) == before


def test_a_batch_can_be_undone_once_later_work_is_taken_back(with_places: Engine) -> None:
    """A grade is taken back by grading `unassessed`, a claim as our error; a withdrawal keeps its own reason."""
    outcome = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    with writing(with_places, "Omar", "later work") as unit:
        first, second = ref_of(with_places, "E1"), ref_of(with_places, "E2")
        assessing.assess(unit, AssessmentCreate(attack=first, grade="single_origin", why="one list"))
        article = reports.add(unit, ReportCreate(publisher="Test Monitor", title="News")).ref
        said = {"attack": first, "report": article, "speaker": "Test Monitor"}
        claim = claims.add(unit, ClaimCreate(**said, measure="killed", number="9")).ref
        attacks.withdraw(unit, second, why="it did not happen")
    with pytest.raises(Conflict, match=r"1 assessment .* 1 claim"):
        undo(with_places, outcome.ref)
    with writing(with_places, "Omar", "taken back") as unit:
        assessing.assess(unit, AssessmentCreate(attack=first, grade="unassessed", why="wrong list"), replace=True)
        claims.withdraw(unit, claim, why="wrong list", our_error=True)
    undo(with_places, outcome.ref)
    with db.reading(with_places) as connection:
        held = db.every(connection, "SELECT ref, withdrawn_why FROM attack WHERE retracted_at IS NOT NULL")
        assert db.every(connection, "SELECT ref FROM attack WHERE retracted_at IS NULL") == []
    why = {row["ref"]: row["withdrawn_why"] for row in held}
    assert why[second] == "it did not happen"
    assert why[first] == f"the import {outcome.ref} that brought it was undone"


def test_an_undo_tells_what_was_edited_and_of_a_merger_once(with_places: Engine) -> None:
    outcome = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    first, second = ref_of(with_places, "E1"), ref_of(with_places, "E2")
    with writing(with_places, "Omar", "one and the same") as unit:
        one, other = (matching.by_ref(unit, "attack", ref) for ref in (first, second))
        matching.judge(unit, "attack", one, other, "same", why="one strike")
    with pytest.raises(Conflict) as refusal:
        undo(with_places, outcome.ref)
    assert str(refusal.value).count("judgement") == 1
    assert "changed since" not in str(refusal.value)
    with writing(with_places, "Omar", "two after all") as unit:
        matching.revoke(unit, "attack", one, other, why="two strikes")
        attacks.edit(unit, first, {"note": "seen"})
    with pytest.raises(
        Conflict, match=rf"1 attack changed since \({first}\) in note; .*`registry attack edit {first} … "
    ):
        undo(with_places, outcome.ref)


def test_our_findings_linked_to_claims_are_in_nobodys_way(with_places: Engine) -> None:
    """An edit links the means that a list brought to its claims of them; whose claims these are stays on record."""
    outcome = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    with writing(with_places, "Omar", "looked at") as unit:
        attacks.edit(unit, ref_of(with_places, "E1"), {"note": "seen"})
        assert unit.find_all(AttackMeansClaim)
        attacks.edit(unit, ref_of(with_places, "E1"), {"note": None})
    undo(with_places, outcome.ref)
    sound(with_places)


def test_an_attack_withdrawn_first_goes_with_what_was_found_of_it(with_places: Engine) -> None:
    outcome = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    first, second = ref_of(with_places, "E1"), ref_of(with_places, "E2")
    with writing(with_places, "Omar", "by hand") as unit:
        ours = attacks.add(unit, AttackCreate(when="2019-05-06", place="SY07")).ref
        attacks.link(unit, first, ours, "same_series")
        attacks.edit(unit, first, {"means": [{"type": "air_strike"}]})
        killed = unit.find(Claim, measure_code="killed", low=3)
        assert killed is not None
        adopted = figures.adopt(unit, FigureAdopt(claims=[killed.ref], low=4, why="names")).ref
        article = reports.add(unit, ReportCreate(publisher="Test Monitor", title="News")).ref
        said = {"attack": second, "report": article, "speaker": "Test Monitor"}
        claim = claims.add(unit, ClaimCreate(**said, measure="killed", number="9")).ref
    means, link = f"attack edit {first} --not-means air_strike", f"attack unlink {first} same_series {ours}"
    for wanted, ways in ((first, (means, link)), (second, (f"figure withdraw {adopted}",))):
        for way in ways:
            with pytest.raises(Conflict, match=f"take that back first, with .*`registry {way} --why REASON`"):
                undo(with_places, outcome.ref)
        with writing(with_places, "Omar", "goes") as unit:
            attacks.withdraw(unit, wanted, why="of a wrong list")
    # What somebody said of it is not ours to drop with it.
    with pytest.raises(Conflict, match=f"1 claim on .*first, with `registry claim withdraw {claim} --our-error"):
        undo(with_places, outcome.ref)
    with writing(with_places, "Omar", "goes") as unit:
        claims.withdraw(unit, claim, why="of a wrong list", our_error=True)
    undo(with_places, outcome.ref)
    with db.reading(with_places) as connection:
        assert [row["ref"] for row in db.every(connection, "SELECT ref FROM v_attack")] == [ours]
        assert records.show(connection, ours)["links"] == []
        assert db.every(connection, "SELECT ref FROM v_figure") == []
        kept = db.every(connection, "SELECT ref FROM figure WHERE decided_by IS NOT NULL")
        assert [row["ref"] for row in kept] == [adopted]
    sound(with_places)


def test_findings_and_links_are_in_nobodys_way_once_taken_back(with_places: Engine) -> None:
    outcome = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    first, second = ref_of(with_places, "E1"), ref_of(with_places, "E2")
    shots = {"type": "shooting", "munition": "firearms"}
    with writing(with_places, "Omar", "by hand") as unit:
        clinic = facilities.add(unit, FacilityCreate(name="Clinic A", type="clinic", place="SY07")).ref
        attacks.link(unit, second, first, "same_series")
        attacks.edit(unit, first, {"facilities": [{"facility": clinic}], "means": [shots]})
        article = reports.add(unit, ReportCreate(publisher="Test Monitor", title="News")).ref
        listed = unit.find(Report, outside_id="E1")
        assert listed is not None
        reports.link(unit, article, listed.ref, "cites")
        seen = FacilityStatusCreate(when="7 June 2019", damage="destroyed")
        facilities.status(unit, "Nabad Hospital", seen)
        hospital = named.resolve(unit, "facility", "Nabad Hospital").ref
    ways = (
        f"attack edit {first} --not-hit {clinic}",
        f"attack edit {first} --not-means shooting::firearms",
        f"attack unlink {second} same_series {first}",
        f"report unlink {article} cites {listed.ref}",
        f"facility unstatus {hospital} --when '7 June 2019'",
    )
    with pytest.raises(Conflict) as refusal:
        undo(with_places, outcome.ref)
    assert all(f"`registry {way} --why REASON`" in str(refusal.value) for way in ways), refusal.value
    with writing(with_places, "Omar", "taken back") as unit:
        attacks.unlink(unit, second, first, "same_series")
        attacks.edit(unit, first, {"not_hit": [clinic], "not_means": [shots]})
        reports.unlink(unit, article, listed.ref, "cites")
        facilities.unstatus(unit, hospital, seen)
    undo(with_places, outcome.ref)
    sound(with_places)


def test_what_a_person_took_off_an_attack_does_not_come_back_with_an_edition(
    with_places: Engine, tmp_path: Path
) -> None:
    load(with_places, DATA / "incidents.csv", "incidents.yaml")
    second, mortar = ref_of(with_places, "E2"), {"type": "shelling", "launch": "ground", "munition": "mortar"}
    with writing(with_places, "Omar", "neither") as unit:
        attacks.edit(unit, second, {"not_means": [mortar], "not_hit": ["Nabad Hospital"]})
    outcome = load(with_places, replaced(tmp_path, ("more than 3", "more than 4")), "incidents.yaml")
    kept = {(change.what, change.after) for change in outcome.changes if change.kept == "a person took it off"}
    assert kept == {("means", "shelling / ground / mortar"), ("facility", "hospital")}
    with db.reading(with_places) as connection:
        found = records.show(connection, second)
    assert ([row["munition"] for row in found["means"]], found["facilities"]) == (["rocket"], [])


def test_means_that_an_edition_dropped_come_back_with_the_next(with_places: Engine, tmp_path: Path) -> None:
    load(with_places, DATA / "incidents.csv", "incidents.yaml")
    second = ref_of(with_places, "E2")
    for words, munitions in (("Rocket", ["rocket"]), ("Rocket; Mortar", ["rocket", "mortar"])):
        load(with_places, replaced(tmp_path, ("Rocket; Mortar", words)), "incidents.yaml")
        with db.reading(with_places) as connection:
            assert [row["munition"] for row in records.show(connection, second)["means"]] == munitions
    sound(with_places)


def test_what_went_with_an_undone_edition_was_taken_off_by_nobody(with_places: Engine, tmp_path: Path) -> None:
    bare = (("Rocket; Mortar", "Rocket"), (",hospital,Nabad Hospital", ",,"))
    load(with_places, replaced(tmp_path, *bare), "incidents.yaml")
    second = ref_of(with_places, "E2")
    undo(with_places, load(with_places, DATA / "incidents.csv", "incidents.yaml").ref)
    outcome = load(with_places, replaced(tmp_path, ("more than 3", "more than 4")), "incidents.yaml")
    assert [change for change in outcome.changes if change.kept] == []
    with db.reading(with_places) as connection:
        found = records.show(connection, second)
    assert [row["munition"] for row in found["means"]] == ["rocket", "mortar"]
    assert ([row["name"] for row in found["facilities"]], found["facilities_absence"]) == (["Nabad Hospital"], None)
    sound(with_places)


def test_how_a_facility_was_does_not_go_with_an_attack(with_places: Engine) -> None:
    """It was found of the facility, which stays; whoever recorded it takes it back, or leaves the batch."""
    outcome = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    first, second = ref_of(with_places, "E1"), ref_of(with_places, "E2")
    days = ("7 June 2019", "8 June 2019")
    with writing(with_places, "Omar", "by hand") as unit:
        clinic = facilities.add(unit, FacilityCreate(name="Clinic A", type="clinic", place="SY07")).ref
        claim = unit.find(Claim, withdrawn_at=None)
        assert claim is not None
        one, other = (FacilityStatusCreate(when=day, damage="destroyed") for day in days)
        facilities.status(unit, clinic, one.model_copy(update={"attack": first}))
        facilities.status(unit, clinic, other.model_copy(update={"claims": [claim.ref]}))
        attacks.edit(unit, second, {"not_hit": ["Nabad Hospital"]})
        for wanted in (first, second):
            attacks.withdraw(unit, wanted, why="of a wrong list")
    for day in days:
        way = f"`registry facility unstatus {clinic} --when '{day}' --why REASON`"
        with pytest.raises(Conflict, match=way):
            undo(with_places, outcome.ref)
        with writing(with_places, "Omar", "another clinic") as unit:
            facilities.unstatus(unit, clinic, FacilityStatusCreate(when=day))
    undo(with_places, outcome.ref)
    sound(with_places)


def test_an_agreed_release_is_not_in_the_way_and_outlives_an_undo(with_places: Engine) -> None:
    """It records what was public; what the undo withdraws is told by the next release."""
    outcome = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    with writing(with_places, "Omar", "agreed") as unit:
        for noun in ("source", "attack"):
            wanted = ref_of(with_places, "E1") if noun == "attack" else "Test Monitor"
            releasing.release(unit, noun, wanted)
    undo(with_places, outcome.ref)
    with db.reading(with_places) as connection:
        assert db.every(
            connection, "SELECT 1 FROM attack WHERE release_agreed_by = 'Omar' AND retracted_at IS NOT NULL"
        )
        assert db.every(connection, "SELECT 1 FROM v_attack") == []
    sound(with_places)


def test_rejected_rows_are_told_with_what_to_do(with_places: Engine, tmp_path: Path) -> None:
    outcome = load(with_places, DATA / "incidents.csv", "incidents.yaml")
    path = tmp_path / "rejected.csv"
    batches.save_problems(path, outcome.problems)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5
    assert all(row["what is wrong"] and row["how to mend it"] for row in rows)
    with db.reading(with_places) as connection:
        listed = batches.list_(connection)[0]
    assert (listed["rows_new"], listed["rows_rejected"], listed["list_name"]) == (3, 5, "test-incidents")


def test_bulk_rows_are_journalled_as_a_flush_does(engine: Engine) -> None:
    with writing(engine, 'A "quoted" ناصر', "why \\ so") as unit:
        many = bulk.Bulk(unit)
        place = many.insert("place", {"ref": "P-TEST", "country": "SYR", "level": "country", "lat": 35.5, "lon": 36.25})
        many.flush()
        row = unit.session.get(Place, place)
        assert row is not None
        assert bulk.form("place").image(dict(row)) == work.image(row)
    with db.reading(engine) as connection:
        assert chain.verify(connection).problems == ()


def test_a_file_that_does_not_fit_its_mapping_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=r"other\.csv: it has no column 'Ref', .*the file has a, b"):
        load(engine, path, "incidents.yaml")


@pytest.mark.parametrize("name", list(mapping.shipped()))
def test_shipped_mappings_are_sound(name: str) -> None:
    found = mapping.load(name).mapping
    assert found.mapping == name
    assert found.title


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("id: Ref", "idd: Ref", r"idd: is no key of a mapping"),
        ("title: Incidents for tests\n", "", r"title: is missing"),
        ("measure: killed", "measure: kiled", r"attack\.numbers\.0\.measure: no measure code 'kiled'; did you mean"),
        ("imputed: vague", "imputed: vage", r"no rule is called 'vage'"),
        ("Rocket: {attack_type: heavy_weapons", "Rocket: {attack_type: heavy", r"attack\.means\.map\.Rocket"),
        ("level: governorate", "level: province", r"'province' is not a choice"),
        ("id: Ref", "id: Ref\nid: Date", r"line \d+: 'id' stands twice"),
        ("id: Ref", "id: [", r"line \d+: "),
        ("id: Ref", "id: {pattern: '(x)'}", r"id: give one of column"),
        ("id: Ref", "id: {column: Ref, pattern: 'x'}", r"the pattern has no group"),
    ],
)
def test_a_wrong_mapping_says_where_and_what(tmp_path: Path, old: str, new: str, why: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text((DATA / "incidents.yaml").read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=r"wrong\.yaml.*" + why) as caught:
        mapping.load(str(path))
    assert "\n" not in str(caught.value)


def test_all_wrong_codes_of_a_mapping_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    given = (DATA / "incidents.yaml").read_text(encoding="utf-8")
    path.write_text(given.replace("kind: monitoring_group", "kind: monitor").replace(": killed", ": kiled"), "utf-8")
    with pytest.raises(
        UsageError, match=r"source\.kind: no source_kind code 'monitor'.*; attack\.numbers\.0\.measure: "
    ):
        mapping.load(str(path))


def test_a_mapping_that_is_not_there() -> None:
    with pytest.raises(NotFound, match="no mapping 'shc'; did you mean 'shcc'"):
        mapping.load("shc")


@pytest.mark.parametrize("name", ["incidents.csv", "places.csv"])
def test_a_draft_is_a_mapping_once_a_person_has_filled_in_the_source(name: str, tmp_path: Path) -> None:
    with files.local(DATA / name) as plain, files.table(plain, name, Layout()) as table:
        drafted = suggesting.draft(table, name)
    path = tmp_path / "draft.yaml"
    path.write_text(drafted.replace("'?'", "SYR"), encoding="utf-8")
    found = mapping.load(str(path)).mapping
    assert found.noun == ("attack" if name == "incidents.csv" else "place")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "who-ssa.csv",
            ["mapping `who-ssa` finds", "id: 'Attack ID'", "country: 'Country / Territory'", "'Total Death'"],
        ),
        (
            "kobo.json",
            ["mapping `kobo` finds", "id: 'meta/rootUuid'", "when: 'event/first_day'", "items of facilities"],
        ),
        ("odk.json", ["mapping `odk` finds", "id: '__id'", "country: 'place/country'", "- 'numbers/operator'"]),
        ("acled.csv", ["mapping `acled` finds", "id: 'event_id_cnty'", "lon: 'longitude'"]),
    ],
)
def test_a_draft_finds_what_a_list_calls_it_and_names_the_mapping_that_fits(name: str, lines: list[str]) -> None:
    with files.local(DATA / name) as plain, files.table(plain, name, Layout()) as table:
        drafted = suggesting.draft(table, name)
        columns = {re.sub(r"/\d+/", "/", heading) for heading in table.columns}
    assert [line for line in lines if line not in drafted] == []
    assert {heading for heading in columns if f"'{heading}'" not in drafted} == set()


def test_a_draft_for_attacks_translates_facilities_and_weapons_and_bears_bad_rows(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    good = [f"{number},2019-05-0{number},Idlib,hospital,O'Brien's,airstrike" for number in range(1, 9)]
    bad = ["8,2019-02-30,Idlib,مدرسة,,thunder"]
    path.write_text("\n".join(["Ref,Date,Province,Kind,Facility,Weapon", *good, *bad]), encoding="utf-8")
    with files.local(path) as plain, files.table(plain, path.name, Layout()) as table:
        drafted = suggesting.draft(table, path.name)
    draft = tmp_path / "draft.yaml"
    draft.write_text(drafted.replace("'?'", "SYR"), encoding="utf-8")
    given = mapping.load(str(draft)).mapping
    assert (given.noun, "ignore:" in drafted) == ("attack", False)
    lines = [line.strip() for line in drafted.splitlines()]
    assert "'hospital': hospital" in lines
    assert "'airstrike': {attack_type: air_strike}" in lines
    assert "'thunder':  # nothing is like it: left out" in lines
    assert [line for line in lines if line.startswith("'مدرسة': school")]


def drafted_and_loaded(engine: Engine, folder: Path, lines: list[str]) -> tuple[str, list[tuple[str | None, ...]]]:
    """What is drafted for a list, and the means claimed once it is loaded with that."""
    path, draft = folder / "list.csv", folder / "draft.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with files.local(path) as plain, files.table(plain, path.name, Layout()) as table:
        drafted = suggesting.draft(table, path.name)
    draft.write_text(drafted.replace("name: '?'", "name: Test Monitor").replace("'?'", "SYR"), encoding="utf-8")
    assert load(engine, path, str(draft)).rejected == 0
    with db.reading(engine) as connection:
        sql = "SELECT attack_type, launch, munition FROM v_claim WHERE kind = 'means' ORDER BY id"
        return drafted, [tuple(row.values()) for row in db.every(connection, sql)]


def test_a_draft_reads_what_was_done_from_what_and_what_struck_from_a_column_each(
    with_places: Engine, tmp_path: Path
) -> None:
    lines = [
        "Ref,Date,Province,Kind,Type of attack,Weapon Carried/Used,Launch Method,Launch date",
        "1,2019-05-01,Idlib,hospital,Air strike,Barrel bomb,Helicopter,2019-05-01",
        "2,2019-05-02,Idlib,clinic,Shelling,Mortars,Ground,2019-05-02",
        "3,2019-05-03,Idlib,school,Shooting,thunder,طائرة حربية,2019-05-02",
    ]
    drafted, means = drafted_and_loaded(with_places, tmp_path, lines)
    assert means == [
        ("air_strike", "helicopter", "barrel_bomb"), ("shelling", "ground", "mortar"), ("shooting", "plane", None)
    ]  # fmt: skip
    told = drafted.splitlines()
    assert "        'thunder':  # nothing is like it: left out" in told
    assert "        'Mortars': mortar  # a guess" in told
    assert told[-2:] == ["ignore:", "  - 'Launch date'"]


def test_a_draft_reads_one_column_of_weapons_as_whatever_each_word_is(with_places: Engine, tmp_path: Path) -> None:
    words = ["Barrel bomb", "Drone", "airstrike", "thunder"]
    rows = [f"{number},2019-05-01,Idlib,{word}" for number, word in enumerate(words)]
    _, means = drafted_and_loaded(with_places, tmp_path, ["Ref,Date,Province,Weapon", *rows])
    assert means == [("air_strike", None, "barrel_bomb"), ("drone_strike", None, None), ("air_strike", None, None)]


def test_a_draft_reads_launch_and_munition_where_nothing_says_what_was_done(
    with_places: Engine, tmp_path: Path
) -> None:
    lines = ["Ref,Date,Province,Launch Method,Munition", "1,2019-05-01,Idlib,Plane,Cluster munition"]
    assert drafted_and_loaded(with_places, tmp_path, lines)[1] == [(None, "plane", "cluster")]


def test_a_day_that_stands_for_a_month_is_the_month(with_places: Engine) -> None:
    assert load(with_places, DATA / "acled.csv", "acled").new == 2
    with db.reading(with_places) as connection:
        first = records.show(connection, ref_of(with_places, "SYR1"))
        second = records.show(connection, ref_of(with_places, "SYR2"))
    assert (str(first["occurred_from_on"]), first["means"][0]["type"]) == ("2019-05-05", "air_strike")
    assert (str(second["occurred_from_on"]), str(second["occurred_to_on"])) == ("2019-05-01", "2019-05-31")
    assert second["occurred_words"] is None
    assert [claim["low"] for claim in first["claims"] if claim["measure"]] == [3]
    assert not [claim for claim in second["claims"] if claim["measure"]]
    sound(with_places)


def test_a_row_that_is_wrong_now_has_not_vanished(with_places: Engine, tmp_path: Path) -> None:
    load(with_places, DATA / "incidents.csv", "incidents.yaml")
    edition = replaced(tmp_path, ("more than 3", "-3"), ("E3,May 2019,SYR,Nowhere,,,Unclear,,,Thing,,,\n", ""))
    outcome = load(with_places, edition, "incidents.yaml")
    assert (outcome.vanished, outcome.vanished_count) == (["E3"], 1)


def test_a_list_of_ticks_and_parts_of_dates_that_names_nobody(with_places: Engine, tmp_path: Path) -> None:
    wanted = tmp_path / "wide.yaml"
    wanted.write_text(
        """
mapping: wide
title: Ticks
source: {name: Test Monitor, kind: monitoring_group}
id: {join: [Ref, Sheet]}
where: {country: {value: SYR}, levels: [{level: governorate, name: Province}]}
attack:
  when: {year: Year, month: Month, day: Day}
  time: Hour
  facilities:
    - {type: {value: school}, name: School, signs: [{column: On school}]}
  means:
    signs:
      - {column: Rocket, attack_type: shelling, munition: rocket}
      - {column: Strike, attack_type: air_strike}
  numbers:
    - {column: Killed, measure: killed, population: all}
""",
        encoding="utf-8",
    )
    path = tmp_path / "wide.csv"
    head = "Ref,Sheet,Year,Month,Day,Province,On school,School,Rocket,Strike,Killed,Hour\n"
    path.write_text(
        head + "1,a,2019,5,4,Idlib,x,Unnamed,✓,,none,9.30 pm\n2,a,2019,May,,Idlib,x,Unnamed,0,X,two dead,dawn\n",
        encoding="utf-8",
    )
    outcome = load(with_places, path, str(wanted))
    assert (outcome.new, outcome.unmapped, outcome.unknown) == (2, [], [("Hour", "dawn", 1)])
    with db.reading(with_places) as connection:
        first, second = (records.show(connection, ref_of(with_places, number)) for number in ("1 / a", "2 / a"))
    assert (str(first["occurred_from_on"]), str(second["occurred_from_on"])) == ("2019-05-04", "2019-05-01")
    assert [row["munition"] for row in first["means"]] == ["rocket"]
    assert [row["type"] for row in second["means"]] == ["air_strike"]
    hit = [one["facilities"][0] for one in (first, second)]
    assert hit[0]["facility"] != hit[1]["facility"]  # each an unnamed school of its own
    assert {one["name"] for one in hit} == {"unnamed school (level not specified)"}
    assert [(row["low"], row["absence"]) for row in (*first["claims"], *second["claims"]) if row["measure"]] == [
        (None, "reported_none"),
        (2, None),
    ]
    path.write_text(path.read_text(encoding="utf-8").replace(",Sheet,", ",Sheets,"), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="it has no column 'Sheet'"):
        load(with_places, path, str(wanted))


def test_a_district_that_is_not_on_file_does_not_hide_its_town(with_places: Engine, tmp_path: Path) -> None:
    path, wanted = tmp_path / "list.csv", tmp_path / "list.yaml"
    levels = ["{level: governorate, name: Province}", "{level: community, name: Town, create: true}"]
    start = "title: Towns\nsource: {name: Test Monitor, kind: monitoring_group}\nid: Ref\nattack: {when: Date}\n"

    def outcome(name: str, rows: str) -> loading.Outcome:
        where = f"where: {{country: {{value: SYR}}, levels: [{', '.join(levels)}]}}\n"
        wanted.write_text(f"mapping: {name}\n{start}{where}", encoding="utf-8")
        path.write_text(f"Ref,Date,Province,District,Town\n{rows}", encoding="utf-8")
        return load(with_places, path, str(wanted))

    assert outcome("first", "T1,2019-05-04,Idlib,,Binnish\n").new == 1
    levels[1:] = ["{level: district, name: District}", "{level: community, name: Town}"]
    second = outcome("second", "T2,2019-05-04,Idlib,Nowhere,Binnish\nT3,2019-05-04,Nowhere,,Binnish\n")
    assert second.unfound == [("governorate", "SYR", "Nowhere", 1)]
    with db.reading(with_places) as connection:
        places = {number: records.show(connection, ref_of(with_places, number))["place"] for number in ("T2", "T3")}
    assert places["T2"] == "Binnish"
    assert places["T3"] != "Binnish"  # a name alone is too little in a whole country
