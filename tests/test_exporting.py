"""Exports, read back by other people's software: what is in them, what is beside them, and what must not be."""

import csv
import hashlib
import io
import json
import stat
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pyarrow.parquet  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from registry import cells
from registry.errors import Conflict, NotFound, RegistryError, UsageError
from registry.models.facilities import FacilityPosition
from registry.models.places import Place, PlaceShape
from registry.services.exporting import hxl, parquet, workbooks
from registry.services.exporting.batches import batch
from registry.services.exporting.exporting import FORMS, Asked, export
from registry.services.exporting.packaging import Licence
from registry.services.exporting.tables import Table
from registry.services.work import writing
from registry.sitrep.values import Audience
from tests import calling, canaries, factories
from tests.calling import Call, one_line
from tests.test_canaries import forbidden, leaks, refs_of

both = calling.both
call = calling.call

HOSTILE = "=cmd|' /C calc'!A0"
WEST = -70.25


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """A registry with an attack whose title is a formula, and a facility west of Greenwich."""
    with writing(engine, "Amal", "test") as work:
        place = factories.make_place(work, pcode="SY07", level="governorate", lat=35.5, lon=WEST)
        factories.make_attack(
            work, place_id=place.id, title=HOSTILE, occurred_from_on=date(2019, 5, 4), occurred_to_on=date(2019, 5, 4)
        )
        facility = factories.make_facility(work, place_id=place.id)
        factories.make(work, FacilityPosition, facility_id=facility.id, lat=35.5, lon=WEST)
    return engine


def exported(engine: Engine, form: str, folder: Path, *names: str, **more: Any) -> Path:
    export(engine, Asked(form, names, **{"audience": "internal", **more}), folder)
    return folder


def described(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return told


def rows_of_csv(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))


def test_csv_runs_nothing_and_keeps_negative_longitudes(filled: Engine, tmp_path: Path) -> None:
    folder = exported(filled, "csv", tmp_path / "out", "v_attack", "v_facility")
    (attack,) = rows_of_csv(folder / "v_attack.csv")
    (facility,) = rows_of_csv(folder / "v_facility.csv")
    assert attack["title"] == "'" + HOSTILE
    assert (attack["occurred_from_on"], attack["is_counted"], attack["killed_low"]) == ("2019-05-04", "true", "")
    assert float(facility["lon"]) == WEST


def test_a_workbook_holds_text_as_text_and_days_as_days(filled: Engine, tmp_path: Path) -> None:
    folder = exported(filled, "xlsx", tmp_path / "out", "v_attack", "v_facility")
    sheet = openpyxl.load_workbook(folder / "v_attack.xlsx").active
    assert sheet is not None
    heads = [cell.value for cell in sheet[1]]
    title, day = sheet[2][heads.index("title")], sheet[2][heads.index("occurred_from_on")]
    assert (title.value, title.data_type) == (HOSTILE, "s")
    assert (day.is_date, day.value.date()) == (True, date(2019, 5, 4))
    assert b"<f>" not in zipfile.ZipFile(folder / "v_attack.xlsx").read("xl/worksheets/sheet1.xml")
    facility = openpyxl.load_workbook(folder / "v_facility.xlsx").active
    assert facility is not None
    assert facility[2][[cell.value for cell in facility[1]].index("lon")].value == WEST


def test_parquet_has_types(filled: Engine, tmp_path: Path) -> None:
    folder = exported(filled, "parquet", tmp_path / "out", "v_attack", "v_facility")
    attack = pyarrow.parquet.read_table(folder / "v_attack.parquet")
    types = {
        name: str(attack.schema.field(name).type) for name in ("occurred_from_on", "is_counted", "claims", "title")
    }
    assert types == {"occurred_from_on": "date32[day]", "is_counted": "bool", "claims": "int64", "title": "string"}
    assert attack.column("occurred_from_on").to_pylist() == [date(2019, 5, 4)]
    assert attack.column("title").to_pylist() == [HOSTILE]
    assert pyarrow.parquet.read_table(folder / "v_facility.parquet").column("lon").to_pylist() == [WEST]


def test_points_are_where_things_stand(filled: Engine, tmp_path: Path) -> None:
    folder = exported(filled, "geojson", tmp_path / "out", "v_facility", "v_attack")
    for name in ("v_facility", "v_attack"):
        (feature,) = json.loads((folder / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
        assert feature["geometry"] == {"type": "Point", "coordinates": [WEST, 35.5]}
    for audience, view in (("partner", "v_facility"), ("public", "v_area_week")):
        with pytest.raises(RegistryError, match="no boundary is loaded whose label could stand for it"):
            exported(filled, "geojson", tmp_path / "none", view, audience=audience)
    with pytest.raises(RegistryError, match="v_source holds no place that this audience is given"):
        exported(filled, "geojson", tmp_path / "none", "v_source", audience="public")
    assert not (tmp_path / "none").exists()


LABELS = {"SY07": (36.625, 35.875), "SY05": (36.75, 35.0)}


def with_boundaries(engine: Engine) -> None:
    """Labels for the two governorates of the marked registry, told to the public as one; one has an older one."""
    with writing(engine, "Amal", "test") as work:
        for code, (lon, lat) in (("SY07", (1.0, 2.0)), *LABELS.items()):
            key = work.find_all(Place, pcode=code)[0].id
            factories.make(work, PlaceShape, place_id=key, label_lon=lon, label_lat=lat, edition=f"of {lon}")


def test_others_are_given_one_point_for_an_area_with_its_counts(marked: Engine, tmp_path: Path) -> None:
    with_boundaries(marked)
    folder = exported(marked, "geojson", tmp_path / "out", "public-attacks-by-area", audience="public")
    (feature,) = json.loads((folder / "public-attacks-by-area.geojson").read_text(encoding="utf-8"))["features"]
    assert feature["properties"]["area"] == "Kwgovernorate, Second"
    assert feature["properties"]["attacks"] == 2
    assert feature["geometry"]["type"] == "MultiPoint"
    assert {tuple(at) for at in feature["geometry"]["coordinates"]} == set(LABELS.values())
    folder = exported(marked, "geojson", tmp_path / "partners", "v_attack", "v_facility", audience="partner")
    held = [one for file in folder.glob("*.geojson") for one in json.loads(file.read_text("utf-8"))["features"]]
    assert len(held) == 4
    # All lie in one district, which has no boundary: they stand where its governorate's label does.
    assert {tuple(one["geometry"]["coordinates"]) for one in held} == {LABELS["SY07"]}


def test_hxl_has_a_row_of_tags_below_the_headings(filled: Engine, tmp_path: Path) -> None:
    folder = exported(filled, "hxl", tmp_path / "out", "v_attack")
    heads, tags, _row = csv.reader(io.StringIO((folder / "v_attack.csv").read_text(encoding="utf-8")))
    assert len(set(tags)) == len(heads)
    assert all(tag.startswith("#") for tag in tags)
    assert tags[heads.index("occurred_from_on")] == "#date+start"
    assert described(folder)["resources"][0]["dialect"]["commentRows"] == [2]


def test_a_sitreps_tables_have_the_same_tags() -> None:
    tags = Path("registry/sitrep/tables.py").read_text(encoding="utf-8")
    shared = hxl.tags(["occurred_from_on", "killed_low", "injured_high", "grade", "facility_type", "measure", "words"])
    assert [tag for tag in shared if f'"{tag}"' not in tags] == []


def test_json_is_what_other_programs_read(filled: Engine, tmp_path: Path) -> None:
    folder = exported(filled, "json", tmp_path / "out", "v_attack", "accusations")
    (attack,) = json.loads((folder / "v_attack.json").read_text(encoding="utf-8"))
    assert (attack["title"], attack["is_counted"], attack["killed_low"]) == (HOSTILE, True, None)
    assert json.loads((folder / "accusations.json").read_text(encoding="utf-8")) == []


def test_what_describes_it_is_true(filled: Engine, tmp_path: Path) -> None:
    folder = exported(filled, "csv", tmp_path / "out", "v_attack", licence=Licence("CC-BY-4.0"), producer="Us")
    told = described(folder)
    (resource, readme) = told["resources"]
    data = (folder / "v_attack.csv").read_bytes()
    assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
    assert (resource["bytes"], resource["rows"]) == (len(data), 1)
    assert [field["name"] for field in resource["schema"]["fields"]] == data.decode().splitlines()[0].split(",")
    by_name = {field["name"]: field for field in resource["schema"]["fields"]}
    assert by_name["occurred_from_on"] == {"name": "occurred_from_on", "type": "date",
                                           "description": "first day it may have been"}  # fmt: skip
    assert (told["licenses"], readme["path"]) == ([{"name": "CC-BY-4.0"}], "README.md")
    assert told["provenance"]["journal"][0]["entry"] > 0
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert "| `occurred_from_on` | date | first day it may have been |" in page
    assert "colleagues alone" in page


@pytest.mark.parametrize("audience", ["partner", "public"])
def test_nothing_restricted_leaves_the_house(marked: Engine, tmp_path: Path, audience: Audience) -> None:
    refs = refs_of(marked)
    with_boundaries(marked)
    views = {"partner": ("v_attack", "v_facility", "v_claim", "v_source", "v_report", "v_figure", "v_situation"),
             "public": ("v_area_week", "v_area_week_type", "v_attack", "v_claim", "v_source")}[audience]  # fmt: skip
    placed = {"partner": ("v_attack", "v_facility"), "public": ("v_area_week", "v_attack", "v_claim")}
    for form in FORMS:
        some = placed[audience] if form == "geojson" else views
        folder = exported(marked, form, tmp_path / form, *some, audience=audience)
        held = " ".join(_said(file) for file in folder.iterdir())
        assert leaks(canaries.squeezed(held), forbidden(audience, refs)) == [], form
        word = "Kwgovernorate" if form == "geojson" else "Kworganisation"
        assert canaries.squeezed(word) in canaries.squeezed(held), form


def _said(file: Path) -> str:
    if file.suffix == ".xlsx":
        parts = zipfile.ZipFile(file)
        return file.name + " ".join(parts.read(name).decode("utf-8", "ignore") for name in parts.namelist())
    if file.suffix == ".parquet":
        read = pyarrow.parquet.read_table(file)
        return f"{file.name} {read.to_pylist()} {read.schema}"
    return file.name + file.read_text(encoding="utf-8")


def test_who_may_not_have_it_is_told_what_there_is(filled: Engine, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="the public is given v_area_week"):
        exported(filled, "csv", tmp_path / "out", "v_facility", audience="public")
    with pytest.raises(UsageError, match="facilities-hit-most asks for what the public is not given"):
        exported(filled, "csv", tmp_path / "out", "facilities-hit-most", audience="public")
    with pytest.raises(NotFound, match="did you mean 'v_facility'"):
        exported(filled, "csv", tmp_path / "out", "v_facilty")
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_a_folder_is_whole_or_not_there_and_replaced_only_when_asked(filled: Engine, tmp_path: Path) -> None:
    folder = exported(filled, "csv", tmp_path / "out", "v_attack")
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    with pytest.raises(Conflict, match="--force"):
        exported(filled, "csv", folder, "v_attack")
    (tmp_path / "mine").mkdir()
    with pytest.raises(Conflict, match="is no export"):
        export(filled, Asked("csv", ["v_attack"], "internal"), tmp_path / "mine", replace=True)
    export(filled, Asked("json", ["v_attack"], "internal"), folder, replace=True)
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "datapackage.json", "v_attack.json"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_a_sheet_that_would_be_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_MOST_ROWS", 3)
    with pytest.raises(RegistryError, match="more rows than a sheet holds"):
        workbooks.write(io.BytesIO(), _table("n", [1, 2, 3]))
    with pytest.raises(RegistryError, match="longer than a cell holds"):
        workbooks.write(io.BytesIO(), _table("n", ["x" * 40_000]))


def _table(name: str, values: list[Any]) -> Table:
    return Table("t", "Rows.", [name], {}, iter([batch([name], [[value] for value in values])]))


@given(st.lists(st.none() | st.text() | st.integers() | st.floats(allow_nan=False) | st.booleans(), max_size=30))
def test_parquet_takes_whatever_a_question_gives(values: list[Any]) -> None:
    file = io.BytesIO()
    parquet.write_rows(file, ["n"], [[value] for value in values])
    read = pyarrow.parquet.read_table(io.BytesIO(file.getvalue())).column("n").to_pylist()
    assert [value is None for value in read] == [value is None for value in values]


@given(st.text())
def test_a_guarded_cell_is_the_text_with_at_most_an_apostrophe(text: str) -> None:
    guarded = cells.guarded(text)
    assert guarded in (text, "'" + text)
    assert not str(guarded).startswith(("=", "@"))
    assert cells.guarded_texts({text, None, 1}) == ({text: guarded} if guarded != text else {})


def test_what_turns_a_text_round_is_left_out() -> None:
    assert batch(["title"], [["a\u202eb"], ["إدلب\u200f"]]).columns == (["ab", "إدلب"],)


def test_the_command_says_what_it_wrote(both: Call, tmp_path: Path) -> None:
    both("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR", "--pcode", "SY07")
    said = both("export", "csv", "v_place", "--audience", "internal", "--to", "out")
    assert (said.code, said.out) == (0, "")
    assert "v_place: 1 row." in said.err
    for names, folder, code in (
        (["v_place"], "out", 4),
        (["v_place"], "no/out", 3),
        (["v_place", "--set", "a=b"], "o", 2),
        (["facilities-hit-most", "--set", "least=x"], "o", 2),
    ):
        assert one_line(both("export", "csv", *names, "--audience", "internal", "--to", folder), code)
    asked = ["facilities-hit-most", "--set", "least=1", "--audience", "internal"]
    assert both("export", "json", *asked, "--to", "hit").code == 0
    assert both("export", "verify", "hit").code == 0
    (tmp_path / "hit" / "README.md").write_text("other", encoding="utf-8")
    assert "README.md was altered" in one_line(both("export", "verify", "hit"), 1)
