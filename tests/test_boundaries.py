"""Boundaries of places: from GeoJSON and TopoJSON into the registry, joined, made simpler, told."""

import gzip
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.services.boundaries import documents, simplifying
from registry.services.boundaries.outlines import Polygon
from registry.services.importing.rows import UnreadableFileError
from tests import calling
from tests.calling import Call, entries, one_line
from tests.test_import_real import FOLDER

call, here, both = calling.call, calling.here, calling.both
DATA = Path(__file__).parent / "data" / "boundaries"
SQUARE = [[36, 35], [37, 35], [37, 36], [36, 36], [36, 35]]
GOVERNORATES = (("Idlib", "SY07"), ("Hama", "SY05"), ("Damascus", "SY01"))


@pytest.fixture
def syria(both: Call) -> Call:
    """A registry with three governorates."""
    assert both("place", "add", "--name", "Syria", "--level", "country", "--country", "SYR").code == 0
    for name, code in GOVERNORATES:
        assert (
            both("place", "add", "--name", name, "--level", "governorate", "--parent", "Syria", "--pcode", code).code
            == 0
        )
    return both


def load(call: Call, file: Path | str, *more: str) -> calling.Said:
    level = () if "--level" in more else ("--level", "governorate")
    return call("place", "boundaries", str(file), "--country", "SYR", *level, "--source", "Own drawing", *more)


def joined(said: calling.Said) -> dict[int, tuple[str, str, str]]:
    found = json.loads(said.out)
    return {row["feature"]: (row["pcode"], row["by"], row["state"]) for row in found}


def collection(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def feature(coordinates: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    given = properties or {"name": "Idlib"}
    return {"type": "Feature", "properties": given, "geometry": {"type": kind, "coordinates": coordinates}}


def test_areas_are_joined_by_name_in_any_spelling_and_script(syria: Call) -> None:
    said = load(syria, DATA / "areas.topo.json", "--format", "json")
    assert said.code == 5
    assert joined(said) == {n: (code, "name", "new") for n, (_, code) in enumerate(GOVERNORATES, start=1)}
    assert "Joined by name from 'name'" in said.err
    assert "Feature 4 (Atlantis): no governorate of SYR has its name." in said.err
    assert "registry: 1 of 4 features were left out" in said.err
    assert "overlap" not in said.err


def test_the_same_file_again_changes_nothing_and_another_edition_stands_beside(syria: Call) -> None:
    assert load(syria, DATA / "areas.geojson", "--dry-run").code == 0
    first = load(syria, DATA / "areas.geojson", "--edition", "2020", "--format", "json")
    assert first.code == 0
    assert joined(first) == {n: (code, "code", "new") for n, (_, code) in enumerate(GOVERNORATES, start=1)}
    before = entries(syria)
    again = load(syria, DATA / "areas.geojson", "--edition", "2020", "--format", "json")
    assert {state for *_, state in joined(again).values()} == {"same"}
    assert entries(syria) == before
    newer = load(syria, DATA / "areas.topo.json", "--edition", "2024", "--format", "json")
    assert {state for *_, state in joined(newer).values()} == {"new"}
    assert entries(syria) == before + 3
    replaced = load(syria, DATA / "areas.topo.json", "--edition", "2020", "--format", "json")
    # The island and all else are drawn alike: only the source of a shape could differ, and here does not.
    assert {state for *_, state in joined(replaced).values()} <= {"same", "changed"}
    assert syria("journal", "verify").code == 0


def test_a_packed_file_and_standard_input_are_read_too(here: Call, tmp_path: Path) -> None:
    for name, code in GOVERNORATES:
        here("place", "add", "--name", name, "--level", "governorate", "--country", "SYR", "--pcode", code)
    packed = tmp_path / "areas.geojson.gz"
    packed.write_bytes(gzip.compress((DATA / "areas.geojson").read_bytes()))
    assert load(here, packed).code == 0
    said = here(
        *("place", "boundaries", "-", "--country", "syr", "--level", "governorate", "--source", "Own drawing"),
        stdin=(DATA / "areas.geojson").read_bytes(),
    )
    assert (said.code, said.out.count("same")) == (0, 3)


def test_common_borders_stay_common_and_holes_stay_open() -> None:
    areas = documents.areas(DATA / "areas.topo.json", "areas")
    made = simplifying.simplified([area.polygons for area in areas], 60)
    assert made.meet
    assert made.corners < made.before / 2
    idlib, hama, damascus, _ = (shapely.from_geojson(shape.geometry) for shape in made.shapes if shape)
    assert shapely.coverage_is_valid([idlib, hama, damascus])
    assert idlib.intersection(hama).length > 0.9
    assert isinstance(idlib, shapely.Polygon)
    assert [shapely.Polygon(hole).equals(damascus) for hole in idlib.interiors] == [True]
    assert hama.geom_type == "MultiPolygon"
    label = made.shapes[0]
    assert label is not None
    assert idlib.contains(shapely.Point(label.lon, label.lat))


def test_a_corner_that_one_side_lacks_is_mended_and_areas_upon_each_other_are_not() -> None:
    west = [[(0.0, 0.0), (1.0, 0.0), (1.0, 0.4), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]]
    east = [[(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (1.0, 0.0)]]
    assert simplifying.simplified([[west], [east]], 100).meet
    upon = [[(0.5, 0.0), (2.0, 0.0), (2.0, 1.0), (0.5, 1.0), (0.5, 0.0)]]
    made = simplifying.simplified([[west], [upon]], 100)
    assert not made.meet
    areas = [shapely.from_geojson(shape.geometry).area for shape in made.shapes if shape]
    assert areas == pytest.approx([1, 1.5])


@pytest.mark.parametrize(
    "outline",
    [
        [[[(179.0, 0.0), (-179.0, 0.0), (-179.0, 1.0), (179.0, 1.0), (179.0, 0.0)]]],
        [
            [[(179.0, 0.0), (180.0, 0.0), (180.0, 1.0), (179.0, 1.0), (179.0, 0.0)]],
            [[(-180.0, 0.0), (-179.0, 0.0), (-179.0, 1.0), (-180.0, 1.0), (-180.0, 0.0)]],
        ],
    ],
    ids=["in one piece", "cut in two"],
)
def test_an_area_across_the_antimeridian_is_one_without_a_seam(outline: list[Polygon], tmp_path: Path) -> None:
    path = tmp_path / "areas.json"
    path.write_text(collection(feature(outline, "MultiPolygon", name="Taveuni")))
    [area] = documents.areas(path, "areas")
    [shape] = simplifying.simplified([area.polygons], 100).shapes
    assert shape is not None
    found = shapely.from_geojson(shape.geometry)
    assert found.bounds == (179, 0, 181, 1)
    assert found.geom_type == "Polygon"
    assert abs(shape.lon) == pytest.approx(180, abs=0.6)


def test_what_is_several_or_none_is_told_with_the_nearest_and_never_guessed(syria: Call, tmp_path: Path) -> None:
    for parent in ("Idlib", "Hama"):
        assert syria("place", "add", "--name", "Kafr Nabl", "--level", "district", "--parent", parent).code == 0
    assert syria("place", "add", "--name", "Ariha", "--level", "district", "--parent", "Idlib").code == 0
    path = tmp_path / "districts.json"
    far = [[lon + 5, lat] for lon, lat in SQUARE]
    path.write_text(
        collection(
            feature([SQUARE], name="كفرنبل"),
            feature([far], name="Arihah District"),
            feature([36, 35], "Point", name="Ariha"),
            feature([far], name="Kafr Nobol al-Kabir"),
        )
    )
    said = load(syria, path, "--level", "district")
    assert said.code == 5
    assert said.out.count("new") == 1
    assert "Feature 1 (كفرنبل): several places have its name: Kafr Nabl (" in said.err
    assert ", Idlib)" in said.err
    assert ", Hama)" in said.err
    assert "Feature 3 (Ariha): it is a Point, not an area." in said.err
    assert "Feature 4 (Kafr Nobol al-Kabir): no district of SYR has its name; nearest: Kafr Nabl (" in said.err


def test_two_areas_of_one_place_and_a_code_against_a_name_are_left_out(syria: Call, tmp_path: Path) -> None:
    path = tmp_path / "areas.json"
    far = [[[lon + 5 * turn, lat] for lon, lat in SQUARE] for turn in range(4)]
    path.write_text(
        collection(
            feature([far[0]], code="SY07", name="Idlib"),
            feature([far[1]], code="SY07", name="Idlib"),
            feature([far[2]], code="SY05", name="Damascus"),
            feature([far[3]], code="SY01", name="Nowhere"),
        )
    )
    said = load(syria, path, "--format", "json")
    assert joined(said) == {4: ("SY01", "code", "new")}
    assert said.err.count("features 1 and 2 are all Idlib (SY07, Syria); make one of them") == 2
    assert "Feature 3 (Damascus): its code is that of Hama (SY05, Syria), its name that of Damascus" in said.err


def test_properties_that_lead_to_different_places_must_be_chosen_from(syria: Call, tmp_path: Path) -> None:
    path = tmp_path / "areas.json"
    far = [[lon + 5, lat] for lon, lat in SQUARE]
    path.write_text(collection(feature([SQUARE], a="Idlib", b="Hama"), feature([far], a="Damascus", b="Idlib")))
    assert "'a' and 'b' lead to different places" in one_line(load(syria, path), 2)
    assert load(syria, path, "--name-property", "b").code == 0
    assert "no feature has the property 'c'; there are: a, b" in one_line(load(syria, path, "--code-property", "c"), 2)


TOPOLOGY = {"type": "Topology", "objects": {"a": {"type": "Polygon", "arcs": [[0]], "properties": {"name": "Idlib"}}}}
BAD = {
    "it is empty": "",
    "it is not JSON (line 1)": "Idlib",
    "it is not a collection of features": "[1, 2]",
    "it has no features": collection(),
    "is an area: it is a LineString": collection(feature(SQUARE, "LineString")),
    "is an area: it has no outline": collection({"type": "Feature", "properties": {"name": "x"}, "geometry": None}),
    "is an area: an outline is not closed": collection(feature([SQUARE[:-1]])),
    "a number in it is no number": '{"type": "FeatureCollection", "features": [NaN]}',
    "is no longitude and latitude": collection(feature([[[500_000, 4_000_000], *SQUARE]])),
    "is no longitude and latitude ": collection(feature([[[10**400, 1], *SQUARE]])),
    "is not a pair of numbers": collection(feature([[["36", 35], *SQUARE]])),
    "(crs) is not WGS 84": collection(feature([SQUARE]), crs={"type": "name", "properties": {"name": "EPSG:32637"}}),
    "it is nested too deeply": '{"type": "FeatureCollection", "features": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "a key stands twice": '{"type": "FeatureCollection", "features": [], "features": []}',
    "it has no arcs": json.dumps(TOPOLOGY),
    "names an arc that is not in the file": json.dumps(TOPOLOGY | {"arcs": []}),
    "an arc is not a list of positions": json.dumps(TOPOLOGY | {"arcs": [[[1, 2], ["x", 3]]]}),
    "its transform is not two pairs": json.dumps(TOPOLOGY | {"arcs": [SQUARE], "transform": {"scale": [1]}}),
    "is no longitude and latitude  ": json.dumps(
        TOPOLOGY | {"arcs": [SQUARE], "transform": {"scale": [1e14, 1], "translate": [0, 0]}}
    ),
    "it has no layers": json.dumps({"type": "Topology", "objects": {}, "arcs": []}),
    "layer: the file has several": json.dumps(TOPOLOGY | {"objects": {"a": {}, "b": {}}, "arcs": []}),
}


@pytest.mark.parametrize("why", list(BAD))
def test_a_bad_file_gets_one_line(here: Call, tmp_path: Path, why: str) -> None:
    here("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR")
    path = tmp_path / "bad.json"
    path.write_text(BAD[why])
    said = load(here, path)
    assert why.strip() in one_line(said, 2 if why.startswith("layer") else 1)


def test_other_refusals_get_one_line(here: Call, tmp_path: Path) -> None:
    areas = DATA / "areas.geojson"
    assert "no property leads to a governorate of SYR" in one_line(load(here, areas), 2)
    assert "there is no such file" in one_line(load(here, tmp_path / "none.json"), 1)
    assert "level: " in one_line(load(here, areas, "--level", "province"), 2)
    assert "no country 'SYX'" in one_line(load(here, areas, "--country", "SYX"), 3)
    assert "source: is empty" in one_line(load(here, areas, "--source", " "), 2)
    assert "only TopoJSON has layers" in one_line(load(here, areas, "--layer", "x"), 2)
    packed = tmp_path / "bad.gz"
    packed.write_bytes(b"\x1f\x8b broken")
    assert "it is damaged" in one_line(load(here, packed), 1)


def test_without_shapely_the_line_says_how_to_install_it(syria: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shapely", None)  # what an import finds where it is not installed
    said = one_line(load(syria, DATA / "areas.geojson"), 1)
    assert "pip install 'attack-registry[geo]'" in said


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ("type", "features", "geometry", "coordinates", "properties", "arcs", "objects", "crs", "transform", "id")
    ), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(json_values, st.sampled_from(("FeatureCollection", "Topology", "Feature")))
def test_whatever_json_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, value: Any, kind: str
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "any.json"
    path.write_text(json.dumps(value | {"type": kind} if isinstance(value, dict) else value))
    try:
        assert documents.areas(path, "any.json")
    except RegistryError as error:
        message = str(error)
        assert "\n" not in message


def grid(corners: int) -> Iterator[list[Polygon]]:
    """Two columns and two rows of areas whose inner borders wave."""
    along = [step / (corners - 1) for step in range(corners)]
    wave = [0.4 * t * (1 - t) * math.sin(40 * t) for t in along]  # flat at the ends, where the borders meet
    for x in (0, 1):
        for y in (0, 1):
            south = [(x + step / (corners - 1), y + (wave[step] if y else 0)) for step in range(corners)]
            east = [(x + 1 + (0 if x else wave[step]), y + step / (corners - 1)) for step in range(corners)]
            north = [(x + step / (corners - 1), y + 1 + (0 if y else wave[step])) for step in range(corners)]
            west = [(x + (wave[step] if x else 0), y + step / (corners - 1)) for step in range(corners)]
            yield [[[*south, *east[1:], *north[::-1][1:], *west[::-1][1:-1], south[0]]]]


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=5, max_value=80), st.integers(min_value=40, max_value=400))
def test_fewer_corners_leave_no_gap_and_no_overlap(corners: int, most: int) -> None:
    areas = list(grid(corners))
    made = simplifying.simplified(areas, most)
    assert made.meet
    shapes = [shapely.from_geojson(shape.geometry) for shape in made.shapes if shape]
    assert len(shapes) == 4
    assert made.corners <= max(most, 20)
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).area == pytest.approx(sum(shape.area for shape in shapes))


REAL = {"syr": ("SYR", 15, 13), "ukr": ("UKR", 27, 16), "psx": ("PSE", 2, 2), "sdn": ("SDN", 17, 16)}


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER.is_dir(), reason="REGISTRY_TEST_DATA, or ../shared/data, is not there")
def test_real_boundaries_join_the_official_codes_by_name(here: Call) -> None:
    codes = FOLDER / "places/cod-pcodes-adm1-2.csv"
    assert here("place", "import", str(codes), "--map", "ocha-pcodes", "--rejected", "rejected.csv").code == 5
    for file, (country, features, joins) in REAL.items():
        arguments = ("--country", country, "--level", "governorate", "--source", "Natural Earth", "--format", "json")
        said = here("place", "boundaries", str(FOLDER / f"boundaries/{file}.topo.json"), *arguments)
        assert len(json.loads(said.out)) == joins
        assert said.err.count("Feature ") == features - joins
        assert "overlap" not in said.err
    assert here("place", "edit", "SY03", "--names", "Rif Dimashq").code == 0
    again = here(
        *("place", "boundaries", str(FOLDER / "boundaries/syr.topo.json"), "--country", "SYR", "--format", "json"),
        *("--level", "governorate", "--source", "Natural Earth"),
    )
    assert sorted(row["state"] for row in json.loads(again.out)) == ["new", *["same"] * 13]


def test_a_list_of_places_comes_in_by_the_place_door_and_another_does_not(here: Call) -> None:
    from tests.importing import DATA as LISTS

    places = (str(LISTS / "places.csv"), "--map", str(LISTS / "places.yaml"), "--rejected", "rejected.csv")
    said = here("place", "import", *places)
    assert (said.code, said.out[:2]) == (5, "M-")
    incidents = (str(LISTS / "incidents.csv"), "--map", str(LISTS / "incidents.yaml"))
    assert "is of attack records; load it with `registry import load`" in one_line(
        here("place", "import", *incidents), 2
    )


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(101 << 20)
    with pytest.raises(UnreadableFileError, match="larger than 100 MB"):
        documents.areas(path, "large.json")
