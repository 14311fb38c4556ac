"""`add`, `list`, `show` and `edit`: the same under every noun, on both engines."""

import csv
import io
import json
from collections.abc import Sequence

import pytest

from registry import keys
from registry.cli import actor, facility, place, report, situation, source
from registry.cli.fields import Field
from registry.models.base import Input
from registry.models.facilities import FacilityCreate, FacilityStatusCreate
from registry.models.happened import SituationCreate
from registry.models.places import PlaceCreate
from registry.models.said import ReportCreate
from registry.models.who import ActorCreate, SourceCreate
from tests import calling
from tests.calling import RECORDS, Call, added, entries, furnish, one_line

both, call, here = calling.both, calling.call, calling.here  # fixtures


CHANGES: dict[str, dict[str, str]] = {
    "place": {
        "name": "Hamah",
        "names": "Hamath",
        "level": "district",
        "parent": "Idlib",
        "pcode": "SY05",
        "edition": "2020",
        "lat": "35.2",
        "lon": "36.8",
        "note": "n",
    },
    "source": {
        "name": "Directorate",
        "names": "مديرية الصحة",
        "short": "HD",
        "kind": "monitoring_group",
        "organisation": "Observatory",
        "role": "director",
        "party": "",
        "public_spokesperson": "",
        "anonymous": "no",
        "reliability": "B",
        "note": "n",
    },
    "actor": {
        "name": "SyAAF",
        "names": "القوى الجوية",
        "short": "AF",
        "kind": "state",
        "part_of": "State",
        "note": "n",
    },
    "situation": {"name": "Siege", "places": "southern Idlib", "when": "June 2019", "basis": "inferred", "note": "n"},
    "report": {
        "publisher": "Other",
        "title": "t",
        "url": "https://example.org/a",
        "archive_url": "https://example.org/b",
        "published": "2019-05-08",
        "basis": "inferred",
        "language": "ar",
        "kind": "statement",
        "accessed": "2019-06-01",
        "outside_id": "17",
        "stub": "",
        "note": "n",
    },
    "facility": {
        "type": "hospital",
        "place": "Syria",
        "name": "Clinic B",
        "names": "عيادة",
        "placeholder": "",
        "part_of": "Hospital",
        "operator": "Observatory",
        "operator_kind": "ngo",
        "underground": "",
        "mobile": "",
        "identifiers": "who=7",
        "note": "n",
    },
}


@pytest.fixture(params=list(RECORDS))
def noun(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_add_prints_the_ref_and_the_record_is_listed_and_shown(both: Call, noun: str) -> None:
    furnish(both)
    said = both(noun, "add", *RECORDS[noun], "--why", "Entered from the notebook")
    ref = said.out.strip()
    assert keys.read_ref(ref) == ref
    assert said.err.startswith(f"Added {'an' if noun == 'actor' else 'a'} {noun}") or f"the {noun}" in said.err
    assert ref in both(noun, "list").out
    assert [row["ref"] for row in json.loads(both(noun, "list", "--format", "json").out)].count(ref) == 1
    assert ref in {row["ref"] for row in csv.DictReader(io.StringIO(both(noun, "list", "--format", "csv").out))}
    shown = json.loads(both(noun, "show", ref, "--format", "json").out)
    assert (shown["ref"], shown["version"]) == (ref, 1)
    assert ref in both(noun, "show", ref).out
    (entry, *_) = json.loads(both("journal", "show", ref, "--format", "json").out)
    assert (entry["by"], entry["why"], entry["action"]) == ("Amal", "Entered from the notebook", "insert")


def test_both_engines_say_the_same(both: Call, noun: str) -> None:
    furnish(both)
    shown = json.loads(both(noun, "show", added(both, noun), "--format", "json").out)
    for key, value in shown.items():
        if key.startswith("is_"):
            assert isinstance(value, bool), key
        if key == "id" or (key.endswith("_id") and value is not None and key != "outside_id"):
            assert len(value) == 36, key


def test_lists_begin_with_the_newest_and_end_with_what_has_no_day(both: Call) -> None:
    furnish(both)
    for day in ("unknown", "2019-05-04", "2019-05-06"):
        both("report", "add", "--publisher", "Observatory", "--published", day, "--title", day)
        report = json.loads(both("report", "list", "--format", "json").out)[0]["ref"]
        both("attack", "add", "--report", report, "--place", "Idlib", "--when", day)
        both("situation", "add", "--name", day, "--places", "Idlib", "--when", day)
    newest = ["2019-05-06", "2019-05-04", "unknown"]
    for noun, told in (("report", "title"), ("attack", "occurred"), ("situation", "name")):
        found = json.loads(both(noun, "list", "--format", "json").out)
        assert [row[told] for row in found] == newest, noun


def test_a_rehearsal_changes_nothing_and_prints_no_ref(both: Call, noun: str) -> None:
    furnish(both)
    before = both("journal", "show", "--format", "json").out
    said = both(noun, "add", *RECORDS[noun], "--dry-run")
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("Rehearsed, nothing was saved: Added ")
    assert both("journal", "show", "--format", "json").out == before


def test_every_field_that_edit_takes_is_changed(here: Call, noun: str) -> None:
    furnish(here)
    ref = added(here, noun)
    for name, value in CHANGES[noun].items():
        flag = "--" + ("no-" if value == "no" else "") + name.replace("_", "-")
        before = entries(here)
        extra = ["--lon", "36.7"] if (noun, name) == ("facility", "lat") else []
        said = here(noun, "edit", ref, flag, *([value] if value not in ("", "no") else []), *extra)
        assert (said.code, said.out) == (0, f"{ref}\n"), (name, said)
        assert entries(here) > before, f"{noun} edit {flag} says that it is done, and changes nothing"


def test_an_edit_that_rests_on_an_old_version_is_a_conflict(here: Call, noun: str) -> None:
    furnish(here)
    ref = added(here, noun)
    assert here(noun, "edit", ref, "--note", "first", "--version", "1").code == 0
    said = here(noun, "edit", ref, "--note", "second", "--version", "1")
    assert "somebody changed this record meanwhile" in one_line(said, 4)


def test_an_empty_value_clears_a_field(here: Call, noun: str) -> None:
    furnish(here)
    ref = added(here, noun)
    here(noun, "edit", ref, "--note", "wrong")
    assert here(noun, "edit", ref, "--note", "").code == 0
    assert json.loads(here(noun, "show", ref, "--format", "json").out)["note"] is None


def test_a_field_that_a_record_needs_cannot_be_cleared(here: Call) -> None:
    furnish(here)
    assert one_line(here("place", "edit", "Idlib", "--level", ""), 2) == "level: cannot be empty"
    assert here("place", "edit", "Idlib", "--parent", "").code == 0


def test_a_name_that_nothing_has_is_not_found(here: Call, noun: str) -> None:
    furnish(here)
    assert f"no {noun} 'Zzyzx'" in one_line(here(noun, "show", "Zzyzx"), 3)
    assert "did you mean 'Idlib'" in one_line(here("place", "show", "Idlibs"), 3)


SETS: dict[str, tuple[Sequence[Field], type[Input]]] = {
    "place": (place.FIELDS, PlaceCreate),
    "source": (source.FIELDS, SourceCreate),
    "actor": (actor.FIELDS, ActorCreate),
    "situation": (situation.FIELDS, SituationCreate),
    "report": (report.FIELDS, ReportCreate),
    "facility": (facility.FIELDS, FacilityCreate),
    "facility status": (facility.STATUS, FacilityStatusCreate),
}


@pytest.mark.parametrize("name", list(SETS))
def test_the_options_are_the_fields_of_the_input_class(name: str) -> None:
    fields, create = SETS[name]
    assert {field.name for field in fields} == set(create.model_fields)
    required = {field.name for field in fields if field.required}
    assert required == {name for name, info in create.model_fields.items() if info.is_required()}
    for field in fields:
        assert field.choices() or not (field.words or field.code_list)
