"""The map of a sitrep: what is counted where, how it is drawn, and where its words stand."""

import io
import json
import math
import re
from dataclasses import replace
from itertools import combinations, pairwise

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import Engine

from registry import db
from registry.models.facilities import FacilityCreate
from registry.models.happened import AttackCreate
from registry.models.places import Place, PlaceShape
from registry.paths import TEMPLATES
from registry.services import attacks, facilities, sitreps
from registry.services.work import Work, writing
from registry.sitrep import lettering, maps, page, projection, render
from registry.sitrep.lettering import Label, Spot
from registry.sitrep.values import AreaMap, Audience, MapArea, Outline, Ring, Sitrep, as_json, from_json
from tests.sample_sitrep import SITREP
from tests.saying import place


def box(west: float, south: float, east: float, north: float) -> Ring:
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


def area(name: str, attacks_: int | None, ring: Ring, *, named: int = 0, holes: tuple[Ring, ...] = ()) -> MapArea:
    middle = sum(lon for lon, _ in ring[:-1]) / 4, sum(lat for _, lat in ring[:-1]) / 4
    outline = Outline(rings=(ring, *holes), label=middle)
    return MapArea(name=name, pcode="SY0", attacks=attacks_, facilities=named, outlines=(outline,))


MAP = AreaMap(
    level="governorate",
    areas=(
        area("Idlib", 12, box(36, 35.5, 37, 36.5), named=5),
        area("حماة", 3, box(36, 34.5, 38, 35.5), named=1),
        area("Damascus", 0, box(36.2, 34.4, 36.25, 34.45)),
        MapArea(name="Quneitra", attacks=2, facilities=0),
    ),
    around=(area("Aleppo", None, box(37, 35.5, 39, 37)),),
    wider=4,
    boundaries=("OCHA COD-AB, 2020-12",),
)


# What is counted


def shaped(work: Work, row: Place, ring: Ring, **more: object) -> None:
    geometry = json.dumps({"type": "Polygon", "coordinates": [ring]})
    given = {"source": "Own drawing", "edition": "1", "label_lon": ring[0][0], "label_lat": ring[0][1], **more}
    work.add(PlaceShape(place_id=row.id, geometry=geometry, **given))  # type: ignore[arg-type] # columns by name


def strike(work: Work, where: str, *hit: str, day: str = "2019-05-04", **more: object) -> str:
    facilities_ = [{"facility": one} for one in hit]
    given = AttackCreate.model_validate({"when": day, "place": where, "facilities": facilities_, **more})
    return attacks.add(work, given).ref


def furnish(work: Work) -> None:
    """Two governorates with boundaries, one without; districts in the first; attacks at every level."""
    place(work, "Syria", level="country")
    rows = {
        name: place(work, name, level="governorate", parent="Syria", pcode=code)
        for name, code in (("Idlib", "SY07"), ("Hama", "SY05"), ("Homs", "SY04"))
    }
    shaped(work, rows["Idlib"], box(36, 35.5, 37, 36.5))
    shaped(work, rows["Hama"], box(36, 34.5, 38, 35.5))
    for name, code in (("Ariha", "SY0705"), ("Harim", "SY0703")):
        place(work, name, level="district", parent="SY07", pcode=code)
    place(work, "Basamis", parent="SY0705", lat=35.8123, lon=36.5123)
    clinic = facilities.add(work, FacilityCreate(name="Clinic A", type="clinic", place="Basamis")).ref
    whole = strike(work, "Basamis", clinic)
    strike(work, "Basamis", clinic, parent=whole)  # a double tap is one
    strike(work, "Basamis", clinic, day="2019-05-06")
    strike(work, "SY07")
    strike(work, "Homs")
    strike(work, "Syria")


def taken(engine: Engine, *areas: str) -> Sitrep:
    with db.reading(engine) as connection:
        return sitreps.snapshot(connection, areas=areas, first="2019-05-01", last="2019-05-10", audience="internal")


def counted(sitrep: Sitrep) -> dict[str, tuple[int | None, int | None]]:
    assert sitrep.area_map is not None
    return {one.name: (one.attacks, one.facilities) for one in sitrep.area_map.areas}


def test_a_country_is_counted_by_governorate(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        furnish(work)
    sitrep = taken(engine, "Syria")
    assert counted(sitrep) == {"Idlib": (3, 1), "Hama": (0, 0), "Homs": (1, 0)}
    assert sitrep.area_map is not None
    assert (sitrep.area_map.level, sitrep.area_map.wider) == ("governorate", 1)
    assert sitrep.area_map.boundaries == ("Own drawing, 1",)
    assert [bool(one.outlines) for one in sitrep.area_map.areas] == [False, True, True]  # by P-code
    # Every attack is counted once: those of the areas and those of the wider area are all.
    assert sum(one.attacks or 0 for one in sitrep.area_map.areas) + sitrep.area_map.wider == 5
    assert from_json(as_json(sitrep)) == sitrep


def test_no_position_is_in_the_map(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        furnish(work)
    sitrep = taken(engine, "Syria")
    for told in (as_json(sitrep).decode(), render.render_html(sitrep)):
        assert "35.8123" not in told
        assert "36.5123" not in told


def test_one_governorate_is_counted_by_district_once_those_have_boundaries(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        furnish(work)
    before = taken(engine, "SY07")
    assert counted(before) == {"Idlib": (3, 1)}
    assert before.area_map is not None
    assert [one.name for one in before.area_map.around] == ["Hama"]
    with writing(engine, "Amal", "test") as work:
        district = work.find(Place, pcode="SY0705")
        assert district is not None
        shaped(work, district, box(36, 35.5, 36.5, 36))
    after = taken(engine, "SY07")
    assert counted(after) == {"Harim": (0, 0), "Ariha": (2, 1)}
    assert after.area_map is not None
    assert (after.area_map.level, after.area_map.wider) == ("district", 1)


def test_the_newest_boundary_is_drawn(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        furnish(work)
    with writing(engine, "Amal", "test") as work:
        idlib = work.find(Place, pcode="SY07")
        assert idlib is not None
        shaped(work, idlib, box(36, 35.4, 37, 36.6), source="Ministry", edition="0")
    area_map = taken(engine, "SY07", "SY05").area_map
    assert area_map is not None
    assert area_map.boundaries == ("Own drawing, 1", "Ministry, 0")
    assert area_map.areas[1].outlines[0].rings[0] == box(36, 35.4, 37, 36.6)


# How it is drawn


def test_the_drawing_has_shapes_and_dots_and_no_words() -> None:
    drawn = maps.drawing(MAP, "Map & table")
    assert drawn is not None
    assert "<text" not in drawn.svg
    assert "<title>Map &amp; table</title>" in drawn.svg
    dots = re.findall(r'd="((?:M\d+ \d+h0)+)" stroke="#97321d"', drawn.svg)
    assert sum(path.count("h0") for path in dots) == 2
    assert len(dots) == len({one.mark for one in drawn.dots if one.low in (1, 5)})
    assert [drawn.svg.count(f'fill="{shade}"') for shade in maps.SHADES] == [2, 1, 0, 0, 1]  # white: the strip too
    assert maps.drawing(replace(MAP, areas=MAP.areas[3:]), "none") is None


def test_neighbours_share_their_corners_and_a_fine_border_costs_no_more_than_it_shows() -> None:
    steps = [(36 + 2 * step / 20_000, 35.5 + 0.02 * math.sin(step / 9)) for step in range(20_001)]
    north = (*steps, (38.0, 36.5), (36.0, 36.5), steps[0])
    south = (*reversed(steps), (36.0, 34.5), (38.0, 34.5), steps[-1])
    fine = AreaMap(level="governorate", areas=(area("N", 1, north), area("S", 2, south)))
    drawn = maps.drawing(fine, "fine")
    assert drawn is not None
    one, other = (re.findall(r"-?\d+ -?\d+", path) for path in re.findall(r'd="(M[^"]*Z)"', drawn.svg))
    assert len(one) + len(other) < 5_000
    # All but the outer corners, two of each.
    assert len(set(one) ^ set(other)) == 4


@pytest.mark.parametrize("most", [0, 1, 2, 4, 5, 12, 20, 21, 90, 500, 12_345])
def test_classes_hold_every_count_once(most: int) -> None:
    found = maps.classes(most)
    assert len(found) <= 4
    assert [one.low for one in found[1:]] == [one.high + 1 for one in found[:-1]]
    if most:
        assert (found[0].low, found[-1].high) == (1, most)
        assert all(one.low <= one.high for one in found)


@given(
    st.floats(-75, 75), st.floats(-170, 170), st.floats(0.05, 8), st.floats(0.05, 8),
    st.floats(-1, 1), st.floats(-1, 1),
)  # fmt: skip
def test_a_kilometre_is_a_kilometre_in_every_direction(
    lat: float, lon: float, high: float, wide: float, up: float, along: float
) -> None:
    found = projection.fitting([(lon - wide, lat - high), (lon + wide, lat + high)])
    at = lon + along * wide, lat + up * high
    step = 0.001
    x, y = found.flat(at)
    north = math.dist((x, y), found.flat((at[0], at[1] + step))) / (6371 * math.radians(step))
    east = math.dist((x, y), found.flat((at[0] + step, at[1]))) / (
        6371 * math.radians(step) * math.cos(math.radians(at[1]))
    )
    assert north == pytest.approx(1, rel=0.04)
    assert east == pytest.approx(1, rel=0.30 if found.name == "equirectangular" else 0.04)
    if found.name == "lambert":
        assert north == pytest.approx(east, rel=1e-3)  # conformal: shapes keep their angles
    assert found.flat((at[0], at[1] + step))[1] > y


def test_lambert_agrees_with_the_textbook() -> None:
    # Snyder 1987, p. 296: sphere of radius 1, parallels 33° and 45°, origin 23° N 96° W; the point 35° N 75° W.
    found = projection.fitting([(-122.0, 27.0), (-70.0, 51.0)])
    assert (found.name, found.parallels, found.meridian) == ("lambert", (31.0, 47.0), -96.0)
    flat = projection._lambert((33.0, 45.0), 23.0, -96.0)
    x, y = flat((-75.0, 35.0))
    assert (x / 6371, y / 6371) == pytest.approx((0.2966785, 0.2462112), abs=1e-6)


def test_an_area_across_the_antimeridian_is_drawn_in_one_piece() -> None:
    split = (box(178, -17, 180, -16), box(-180, -17, -179, -16))
    outline = Outline(rings=split, label=(179.5, -16.5))
    drawn = maps.drawing(
        AreaMap(level="governorate", areas=(MapArea(name="Fiji", attacks=1, outlines=(outline,)),)), "x"
    )
    assert drawn is not None
    assert drawn.projection.meridian == 179.5
    assert 20 <= drawn.bar[0] <= 100


# Where its words stand


CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
spots = st.lists(
    st.builds(
        lambda name, count, x, y, radius, half: Spot(
            name, count, x, y, radius,
            (tuple((x + half * across, y + half * down) for across, down in CORNERS),),
        ),
        st.text("abcdeWإد لب", min_size=1, max_size=30), st.integers(0, 999), st.integers(5, 995), st.integers(5, 795),
        st.sampled_from((0, 0, 6, 15)), st.integers(4, 200),
    ),
    max_size=30,
)  # fmt: skip


def gap(spot: Spot, label: Label) -> float:
    """How far a label is from the middle of a dot."""
    nearest_x = min(max(spot.x, label.left), label.left + label.width)
    nearest_y = min(max(spot.y, label.top), label.top + label.height)
    return math.dist((spot.x, spot.y), (nearest_x, nearest_y))


@settings(max_examples=60, deadline=None)
@given(spots, spots)
def test_labels_do_not_collide_and_stay_in_the_frame(own: list[Spot], around: list[Spot]) -> None:
    labels, leaders = lettering.placed(own, around, 1000, 800)
    for label in labels:
        assert label.left >= 0
        assert label.top >= 0
        assert label.left + label.width <= 1000
        assert label.top + label.height <= 800
        assert not [spot for spot in own if spot.radius and gap(spot, label) < spot.radius]
    for one, other in combinations(labels, 2):
        assert (
            one.left + one.width <= other.left
            or other.left + other.width <= one.left
            or one.top + one.height <= other.top
            or other.top + other.height <= one.top
        )
    keys = [label.lines[0] for label in labels if label.kind == "key"]
    assert keys == sorted(set(keys), key=lambda key: (len(key), key))
    named = [label for label in labels if label.kind == "area"]
    assert len(leaders) <= len(named)
    assert len(named) + len(keys) <= len(own)


def test_where_there_is_no_room_a_letter_stands_and_the_table_tells_it() -> None:
    crowd = tuple(
        area(
            f"Governorate number {n}",
            30 - n,
            box(36 + n % 10 / 10, 35 + n // 10 / 10, 36.1 + n % 10 / 10, 35.1 + n // 10 / 10),
        )
        for n in range(24)
    )
    html = render.render_html(replace(SITREP, area_map=AreaMap(level="district", areas=crowd)))
    keys = re.findall(r'class="label key"[^>]*>(\w+)<', html)
    assert keys
    for key in keys:
        assert re.search(rf'<span class="map-key">{key}</span> Governorate number \d+', html)


# On the page


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render.render_pdf(replace(SITREP, area_map=MAP))


@pytest.fixture(scope="module")
def text(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages))


@pytest.mark.parametrize(
    "wanted",
    [
        "Attacks by governorate",
        "Quneitra no boundary on file, so not on the map 2 0",
        "Known only to the wider area 4",
        "4 attacks are known only to the wider area and lie in none of these.",
        "No report is not no attack.",
        "Boundaries: OCHA COD-AB, 2020-12.",
        "Map of 6 May 2019",
        "Lambert conformal conic projection, true to scale at 34.8° N and 36.1° N, north up at 37.0° E; WGS 84.",
        "none recorded",
        "1 to 3",
        "10 to 12",
        "A dot stands for its whole area, not for a position.",
        "50 km",
        "endorses or accepts none of them",
    ],
)
def test_the_page_tells(text: str, wanted: str) -> None:
    assert wanted in text


def test_the_map_is_described_and_its_words_are_text(pdf: bytes, text: str) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        described = [
            str(item.Alt)
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and str(item.get("/S", "")) == "/Figure"
        ]
    assert "Map of attacks by area; the table beside it has the counts" in described
    assert text.count("Idlib") > 1


@pytest.mark.parametrize(("audience", "is_told_how"), [("internal", True), ("public", False)])
def test_without_boundaries_there_is_the_table_and_colleagues_read_how_to_load_them(
    audience: Audience, is_told_how: bool
) -> None:
    bare = replace(MAP, areas=tuple(replace(one, outlines=()) for one in MAP.areas), around=())
    html = render.render_html(replace(SITREP, area_map=bare, masthead=replace(SITREP.masthead, audience=audience)))
    section = html.split("Attacks by governorate</h2>")[1].partition("</section>")[0]
    assert "<svg" not in section
    assert ("registry place boundaries FILE" in section) is is_told_how
    assert "no boundary on file" not in section
    assert section.count('<th scope="row">') == 5


def test_a_report_without_areas_has_no_map() -> None:
    html = render.render_html(SITREP)
    assert "Attacks by governorate" not in html
    assert "Attacks by district" not in html


def test_on_a_page_from_right_to_left_only_the_words_turn() -> None:
    turned = replace(SITREP, area_map=MAP, masthead=replace(SITREP.masthead, language="ar"))
    html = page.html(turned, render.colophon(as_json(turned), ("test",)))
    assert '<html lang="ar" dir="rtl">' in html
    assert '<div class="map" dir="ltr">' in html
    assert re.search(r'class="label area" dir="rtl"[^>]*>حماة <b>', html)
    left_to_right = render.render_html(replace(SITREP, area_map=MAP))
    svg = re.compile(r'<svg class="map".*?</svg>', re.DOTALL)
    shapes = re.compile(r' d="[^"]*"')
    both = [shapes.findall(svg.findall(one)[0]) for one in (html, left_to_right)]
    assert both[0] == both[1]


def test_hostile_names_are_text() -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} \u202e21"
    areas = (replace(MAP.areas[0], name=hostile), *MAP.areas[1:])
    html = render.render_html(replace(SITREP, area_map=replace(MAP, areas=areas, boundaries=(hostile,))))
    assert "<script>alert" not in html
    assert "\u202e" not in html
    assert "{{ 7*7 }}" in html


def test_rings_keep_their_order_between_two_renders() -> None:
    one, other = (maps.drawing(MAP, "x") for _ in range(2))
    assert one == other
    assert all(a.low <= b.low for a, b in pairwise(one.shades if one else ()))


def test_the_legend_has_the_colours_of_the_map() -> None:
    css = (TEMPLATES / "css" / "tables.css").read_text(encoding="utf-8")
    for number, shade in enumerate(maps.SHADES):
        assert f".shade-{number} {{ background: {shade}; }}" in css
