"""The rules of who may see what are whole: every column has one, every rule its reason, and the pages keep to them."""

import dataclasses
import io
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, inspect

from registry import db
from registry.errors import Conflict, InvalidValue, RegistryError
from registry.models.happened import AttackCreate
from registry.models.places import PlaceCreate
from registry.models.said import Claim, ClaimCreate, ReportCreate
from registry.models.who import SourceCreate
from registry.services import attacks, claims, demo, places, releasing, reports, sitreps, sources
from registry.services.work import writing
from registry.sitrep import disclosure, render
from registry.sitrep.snapshot import Request, widened
from registry.sitrep.snapshot.disclosing import OWN, PLAIN, RELATIONS, WAYS, disclose
from registry.sitrep.snapshot.gather import gather
from registry.sitrep.values import Sitrep, as_json
from tests import calling, canaries
from tests.calling import Call

both, call = calling.both, calling.call  # fixtures

RULES = disclosure.policy()


def entered(engine: Engine) -> None:
    with writing(engine, "Amal", demo.WHY) as work:
        for _step in demo.load(work):
            pass


def founding(engine: Engine, audience: str = "public") -> Sitrep:
    with db.reading(engine) as connection:
        return sitreps.snapshot(connection, areas=demo.AREAS, first=demo.FIRST, last=demo.LAST, audience=audience)


def test_every_column_of_every_view_that_is_read_has_its_rule(engine: Engine) -> None:
    views = {name for name in RULES.columns if name.startswith("v_")}
    for view in views:
        columns = {column["name"] for column in inspect(engine).get_columns(view)}
        assert columns - RULES.columns[view].keys() == set(), view
        assert RULES.columns[view].keys() - columns <= {"record_id"}, view


def test_every_row_that_is_gathered_has_its_rule(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        canaries.seed(work)
    with db.reading(engine) as connection:
        keys = tuple(db.as_uuid(row["id"]) for row in db.every(connection, "SELECT id FROM place WHERE pcode = 'SY07'"))
        rows = gather(connection, Request(keys, date(2019, 5, 6), date(2019, 5, 12)))
    fields = {field.name for field in dataclasses.fields(rows)}
    assert fields == RELATIONS.keys() | PLAIN | OWN
    for field, relation in RELATIONS.items():
        held = getattr(rows, field)
        found = {column for row in (held.values() if hasattr(held, "values") else held) for column in row}
        assert found <= RULES.columns[relation].keys(), field


def test_what_nobody_named_stops_the_report(case: Engine) -> None:
    with db.reading(case) as connection:
        key = db.as_uuid(db.every(connection, "SELECT id FROM place WHERE pcode = 'SY07'")[0]["id"])
        request = Request((key,), date(2019, 4, 29), date(2019, 5, 5))
        rows = gather(connection, request)
    wider = dataclasses.make_dataclass("Wider", ["shapes"], bases=(type(rows),), frozen=True, kw_only=True)
    given = {field.name: getattr(rows, field.name) for field in dataclasses.fields(rows)}
    with pytest.raises(RegistryError, match="no rule says who may see shapes"):
        disclose(wider(**given, shapes=()), request, RULES)


def test_every_rule_is_known_and_what_holds_back_says_why() -> None:
    written = tomllib.loads(disclosure.FILE.read_text(encoding="utf-8"))["columns"]
    for relation, columns in written.items():
        for column, ways in columns.items():
            known = WAYS.keys() | {"as_is", "withheld"}
            assert set(ways[:3]) <= known, (relation, column)
            assert len(ways) == (3 if set(ways) == {"as_is"} else 4), (relation, column)
            order = [way != "as_is" for way in ways[:3]]
            assert order == sorted(order, reverse=True), (relation, column)  # nobody sees less than those outside


@pytest.mark.parametrize("audience", ["public", "partner"])
def test_every_claim_of_the_founding_case_stands(case: Engine, audience: str) -> None:
    inside, outside = founding(case, "internal"), founding(case, audience)
    assert len(outside.claims) == len(inside.claims)
    for own, shown in zip(inside.claims, outside.claims, strict=True):
        if own.quantity is not None:
            assert shown.quantity is not None
            bare = dataclasses.replace(own.quantity, words="", are_words_withheld=False)
            assert dataclasses.replace(shown.quantity, words="", are_words_withheld=False) == bare
        assert shown.measure == own.measure
        assert shown.speaker == ("a source that is not named" if own.is_anonymous else own.speaker)
    for own_sector, shown_sector in zip(inside.sectors, outside.sectors, strict=True):
        assert shown_sector.attacks.count == own_sector.attacks.count
        assert [one.quantity.low for one in shown_sector.claimed] == [one.quantity.low for one in own_sector.claimed]


def test_the_public_page_keeps_its_meaning(case: Engine) -> None:
    pages = PdfReader(io.BytesIO(render.render_pdf(founding(case)))).pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    for wanted in (
        "more than 30 to at least 67",
        "no upper limit stated",
        "4, says UOSSM",
        "Civil Defence centres: number not stated",
        "schools: number not stated",
        "more than 130,000; no upper limit stated, according to Mustafa al-Haj Yousef",
        "SANA party to the conflict",
        "through Reuters, in Middle East Eye",
        "29 April – 5 May 2019",
        "Attacks by sector, place and week",
        "title, date and link withheld",
        "anonymous sources, staff and witnesses are never described",
        "a position can be used to strike again",
    ):
        assert wanted in text, wanted
    for hidden in ("Basamis", "Kafr Ein", "Atmeh", r"dozens \(no", "4 May", "Rebels say", "A-[0-9A-Z]{4}-", "caption"):
        assert not re.search(hidden, text), hidden


def test_the_public_reads_of_whole_weeks_that_are_over(case: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Request((), date(2019, 4, 30), date(2019, 5, 4))
    assert (widened(asked).first, widened(asked).last) == (date(2019, 4, 29), date(2019, 5, 5))
    assert widened(dataclasses.replace(asked, audience="partner")).last == date(2019, 5, 4)
    monkeypatch.setattr(sitreps, "today", lambda: date(2019, 5, 5))
    with pytest.raises(InvalidValue, match="is not over"):
        founding(case)
    founding(case, "partner")
    monkeypatch.setattr(sitreps, "today", lambda: date(2019, 5, 6))
    founding(case)


@pytest.mark.parametrize(("audience", "area"), [("public", "Basamis"), ("partner", "Basamis")])
def test_no_report_is_about_a_place_that_its_readers_may_not_see(case: Engine, audience: str, area: str) -> None:
    with db.reading(case) as connection, pytest.raises(InvalidValue, match="finer than this audience may see"):
        sitreps.snapshot(connection, areas=[area], first="2019-05-01", last="2019-05-04", audience=audience)


def test_what_a_release_opens_and_its_taking_back_closes(case: Engine) -> None:
    with db.reading(case) as connection:
        refs = {noun: db.every(connection, f"SELECT ref FROM {noun} ORDER BY id")[0]["ref"] for noun in releasing.NOUNS}
    opened = {
        "report": "Rebels say",
        "claim": "last few days",
        "attack": "bombardment of the village",
        "situation": "first five days",
    }
    for noun, words in opened.items():
        assert words not in as_json(founding(case)).decode()
        with writing(case, "Amal", "agreed by telephone") as work:
            releasing.release(work, noun, refs[noun])
        shown = founding(case)
        assert words in as_json(shown).decode(), noun
        assert "Basamis" not in as_json(shown).decode()
        with writing(case, "Amal", "asked back") as work:
            releasing.take_back(work, noun, refs[noun])
        assert words not in as_json(founding(case)).decode(), noun


def test_a_release_is_kept_with_who_and_when_and_twice_is_refused(both: Call, engine: Engine) -> None:
    assert engine
    added = both("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR")
    assert added.code == 0
    both("situation", "add", "--name", "Siege", "--places", "Idlib", "--when", "May 2019")
    assert both("situation", "release", "Siege").code == 2  # a reason is needed
    done = both("situation", "release", "Siege", "--why", "Agreed on 5 May")
    assert (done.code, "Recorded the release" in done.err) == (0, True)
    again = both("situation", "release", "Siege", "--why", "Agreed on 5 May")
    assert (again.code, "on record already" in again.err) == (4, True)
    told = both("journal", "show", "--format", "json")
    assert "Agreed on 5 May" in told.out
    back = both("situation", "release", "Siege", "--take-back", "--why", "Asked back")
    assert back.code == 0
    assert both("situation", "release", "Siege", "--take-back", "--why", "Asked back").code == 4


def test_a_release_needs_both_its_moment_and_its_person(case: Engine) -> None:
    with writing(case, "Amal", "test") as work:
        key = work.find_all(Claim)[0].id
    with pytest.raises(Conflict, match="release"), writing(case, "Amal", "test") as work:
        work.change(work.get(Claim, key), release_agreed_at=work.at)


def test_what_was_said_in_confidence_is_told_without_its_speaker(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        canaries.seed(work)
    with db.reading(engine) as connection:
        shown = sitreps.snapshot(connection, areas=["SY07"], first="2019-05-06", last="2019-05-12")
    row = next(one for one in shown.claims if one.publisher == "a source that is not named")
    assert (row.speaker, row.places) == ("a source that is not named", ("Kwgovernorate",))
    assert row.quantity is not None
    assert row.quantity.low == 2


def test_what_a_released_source_publishes_is_public(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        canaries.seed(work)
    for is_open in (False, True):
        with db.reading(engine) as connection:
            shown = sitreps.snapshot(connection, areas=["SY07"], first="2019-05-06", last="2019-05-12")
        assert ("Kwconfider" in as_json(shown).decode()) is is_open
        if not is_open:
            with writing(engine, "Amal", "its list can be downloaded") as work:
                releasing.release(work, "source", "Kwconfider")


def test_claims_of_the_public_are_not_sorted_by_attack(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        idlib = {"name": "Idlib", "level": "governorate", "country": "SYR"}
        places.add(work, PlaceCreate.model_validate(idlib))
        sources.add(work, SourceCreate(name="Office", kind="ngo"))
        for number in ("7", "5"):
            form = reports.add(work, ReportCreate(publisher="Office", kind="form_submission", title=f"Form {number}"))
            attack = attacks.add(work, AttackCreate(when="2019-05-08", place="Idlib", reports=[form.ref])).ref
            for measure in ("killed", "injured"):
                claims.add(
                    work, ClaimCreate(attack=attack, report=form.ref, speaker="Office", measure=measure, number=number)
                )
    with db.reading(engine) as connection:
        shown = sitreps.snapshot(connection, areas=["Idlib"], first="2019-05-06", last="2019-05-12")
    told = [(row.measure.code, row.quantity.low) for row in shown.claims if row.quantity]
    assert told == [("killed", 5), ("killed", 7), ("injured", 5), ("injured", 7)]
    assert {(row.source, row.origin, row.subject_text) for row in shown.claims} == {(1, "", "")}
    assert [(one.kind, one.count) for one in shown.withheld if one.kind == "documents"] == [("documents", 2)]
    killed = next(one for one in shown.people if one.measure.code == "killed")
    assert (killed.span.low, killed.span.high, killed.span.origins) == (12, 12, 2)


def test_governorates_are_told_apart_once_the_census_knows_them(both: Call, engine: Engine) -> None:
    entered(engine)
    assert {cell.places for cell in founding(engine).cells} == {("Idlib governorate", "Hama governorate")}
    for place in demo.AREAS:
        for kind in ("health", "education", "civil_defence", "other"):
            counted = ("--type", kind, "--count", "12", "--as-of", "2019-01-01")
            assert both("facility", "census", "--place", place, *counted).code == 0
    told = founding(engine).cells
    assert {cell.places for cell in told} == {("Idlib governorate",), ("Hama governorate",)}
    assert sum(part.count for cell in told for part in cell.parts) == 2
    assert not [cell for cell in told if cell.parts and cell.places != ("Idlib governorate",)]
    counted = ("--type", "health", "--count", "2", "--as-of", "2019-01-01")
    assert both("facility", "census", "--place", demo.AREAS[0], *counted).code == 4
    counted = ("--type", "health", "--count", "2", "--as-of", "2019-06-01")
    assert both("facility", "census", "--place", demo.AREAS[0], *counted).code == 0
    assert founding(engine).cells == told  # the number first entered stays


def test_a_command_that_names_no_audience_makes_a_public_report(call: Call, tmp_path: Path) -> None:
    assert call("demo", "--out", "demo").code == 0
    for name in ("sitrep-en.pdf", "sitrep-en-public.pdf"):
        assert (tmp_path / "demo" / name).read_bytes().startswith(b"%PDF-")
    asked = ("--area", "SY07", "--from", "2019-05-01", "--to", "2019-05-04")
    for audience, is_there in ((), False), (("--audience", "internal"), True):
        done = call(
            "--database",
            "demo/registry.db",
            "sitrep",
            "build",
            "--format",
            "html",
            *asked,
            *audience,
            "--out",
            "a.html",
        )
        assert done.code == 0, done.err
        assert ("Basamis" in (tmp_path / "a.html").read_text(encoding="utf-8")) is is_there
