"""The areas of the map: which ones, with their boundaries, and what is counted in each.

A map is of governorates, or of the districts of one governorate where the report is on no other. It knows counts by
area and nothing finer.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from registry.sitrep.values import AreaMap, MapArea, Outline, Ring

if TYPE_CHECKING:
    from registry.sitrep.snapshot.numbering import Book

Row = Mapping[str, Any]
Key = uuid.UUID
Level = Literal["governorate", "district"]
Query = Callable[..., tuple[Row, ...]]

_NEIGHBOURHOOD = 0.3  # of the map's width and height: how far around it neighbours are kept
_PLACES = (
    "SELECT id, name, pcode, level, parent_id FROM v_place WHERE level IN ('governorate', 'district') "
    "AND canonical_id IS NULL AND country IN (SELECT country FROM place WHERE id IN :keys) ORDER BY pcode, name, id"
)
_SHAPES = (
    "SELECT id, place_id, geometry, label_lon, label_lat, source, edition FROM place_shape WHERE place_id IN :keys "
    "ORDER BY id"
)


def mapped(of: Query, asked: Sequence[Key], around: Iterable[Key], *, is_public: bool) -> tuple[Row, ...]:
    """The areas of the map and their neighbours, each with its newest boundary where it has one.

    Args:
        of: reads the rows of a query that names `:keys`.
        asked: the places of the report.
        around: those places, all within them and all that they lie in.
        is_public: nothing finer than a governorate is drawn.

    Returns:
        Rows of `v_place` with `is_covered` and the columns of the boundary.
    """
    places = {row["id"]: row for row in of(_PLACES, asked)}
    covered = set(around) & places.keys()
    governorates = {key for key in covered if places[key]["level"] == "governorate"}
    districts = {key for key in covered if places[key]["level"] == "district"}
    level: Level = "district" if len(governorates) == 1 and districts and not is_public else "governorate"
    shapes = {row["place_id"]: row for row in of(_SHAPES, places)}
    if level == "district" and not districts & shapes.keys():
        level = "governorate"
    units = districts if level == "district" else governorates
    # Around districts: the other districts of their governorate, and the other governorates.
    others = {
        key
        for key, row in places.items()
        if (row["level"] == "governorate" or (level == "district" and row["parent_id"] in governorates))
        and key not in covered
    }
    return tuple(
        {**row, "is_covered": key in units, "shape": shapes.get(key)}
        for key, row in places.items()
        if key in units or (key in others and key in shapes)
    )


def area_map(book: "Book") -> AreaMap | None:
    """The map of a report; None where no area of that size is known."""
    units = _units(book)
    if not units:
        return None
    events = {row["id"]: row for row in book.rows.attacks if book.event_of[row["id"]] == row["id"]}
    unit_of = {key: _unit(book, row["place_id"], units.keys()) for key, row in events.items()}
    attacks = Counter(unit_of.values())
    facilities = _facilities(book, unit_of)
    areas = tuple(
        _area(rows, attacks[key], None if facilities is None else facilities[key]) for key, rows in units.items()
    )
    uncovered = [row for row in book.rows.mapped if not row["is_covered"]]
    if book.request.about != "area" and attacks.keys() & units.keys():
        # A locator: it shows where the one thing is, and says nothing of the areas beside it.
        uncovered += [row for key, rows in units.items() if key not in attacks for row in rows]
        units = {key: rows for key, rows in units.items() if key in attacks}
    around = tuple(_area([row], None, None) for row in uncovered)
    used = [row["shape"] for rows in units.values() for row in rows if row["shape"]]
    return AreaMap(
        level=next(iter(units.values()))[0]["level"],
        areas=areas,
        around=_near(areas, around),
        wider=attacks[None],
        boundaries=tuple(dict.fromkeys(published(shape) for shape in used)),
    )


def _units(book: "Book") -> dict[Key, list[Row]]:
    """The rows of each area that the map tells apart: one, or those of governorates that are taken together."""
    covered = {row["id"]: row for row in book.rows.mapped if row["is_covered"]}
    if book.request.audience != "public":
        return {key: [row] for key, row in covered.items()}
    groups = {key: book.rows.places[key].get("members", (key,)) for key in book.rows.groups}
    units = {key: [covered[one] for one in members if one in covered] for key, members in groups.items()}
    return {key: rows for key, rows in units.items() if rows}


def _facilities(book: "Book", unit_of: Mapping[Key, Key | None]) -> Counter[Key | None] | None:
    """Named facilities hit by area; none are told to the public, whom few of them would lead to one."""
    if book.request.audience == "public":
        return None
    hits = (row for row in book.rows.hits if not row["is_placeholder"])
    return Counter(
        unit for unit, _ in {(unit_of.get(book.event_of[row["attack_id"]]), row["facility_id"]) for row in hits}
    )


def _unit(book: "Book", place: Key | None, units: Collection[Key]) -> Key | None:
    """The area of the map that a place lies in; None where it is wider than one."""
    while place is not None and place not in units:
        row = book.rows.places.get(place)
        place = row["parent_id"] if row else None
    return place


def _area(rows: Sequence[Row], attacks: int | None, facilities: int | None) -> MapArea:
    outlines = tuple(outline(row["shape"]) for row in rows if row["shape"])
    return MapArea(
        name=", ".join(row["name"] for row in rows),
        pcode=" ".join(row["pcode"] for row in rows if row["pcode"]),
        attacks=attacks,
        facilities=facilities,
        outlines=outlines,
    )


def outline(shape: Row) -> Outline:
    """The outline that a row of `place_shape` holds."""
    geometry = json.loads(shape["geometry"])
    many = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    # As floats even where a file has whole degrees: they are written as what they are, and read again as floats.
    rings = tuple(tuple((float(lon), float(lat)) for lon, lat in ring) for polygon in many for ring in polygon)
    return Outline(rings=rings, label=(float(shape["label_lon"]), float(shape["label_lat"])))


def published(shape: Row) -> str:
    """Who published a boundary, with its edition."""
    return f"{shape['source']}, {shape['edition']}" if shape["edition"] else str(shape["source"])


def _near(areas: Iterable[MapArea], around: Iterable[MapArea]) -> tuple[MapArea, ...]:
    """The neighbours that a map of the areas can show."""
    boxes = [_box(ring) for ring in _rings(areas)]
    if not boxes:
        return ()
    west, south, east, north = (
        pick(side) for pick, side in zip((min, min, max, max), zip(*boxes, strict=True), strict=True)
    )
    wide, high = (east - west) * _NEIGHBOURHOOD, (north - south) * _NEIGHBOURHOOD
    frame = (west - wide, south - high, east + wide, north + high)
    return tuple(area for area in around if any(_meet(_box(ring), frame) for ring in _rings([area])))


def _rings(areas: Iterable[MapArea]) -> Iterator[Ring]:
    return (ring for area in areas for outline in area.outlines for ring in outline.rings)


def _box(ring: Ring) -> tuple[float, float, float, float]:
    lons, lats = zip(*ring, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
