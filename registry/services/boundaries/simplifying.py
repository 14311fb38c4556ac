"""Outlines with fewer corners, made once, when they come in; what two areas share stays one line.

Only here is shapely needed (2.2 or newer), which the extra `geo` brings.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING, Any

from registry.errors import RegistryError
from registry.services.boundaries.outlines import Polygon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_GRID = 1e-5  # degrees, about a metre: neighbours whose corners differ by less than that still meet
_START, _STEP, _MOST_STEPS = 1 / 2_000, 1.4, 60  # of the wider side of the map; more until the corners are few enough
_LABEL_DIGITS = 4
_MOST_MENDED = 0.001  # of an area, where its borders are made to meet its neighbours'
_LEAST_GAP = 90  # degrees of longitude without any area; with less, the file is of the whole world, which has no side


@dataclass(frozen=True)
class Shape:
    """An outline made ready for maps.

    Attributes:
        geometry: GeoJSON in longitude and latitude (WGS 84). Beyond the antimeridian, longitudes go on past 180.
        lon, lat: the middle of the largest circle in it, where a label fits best.
    """

    geometry: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Simplified:
    """The outlines of one file.

    Attributes:
        shapes: in the order they were given; None where nothing of an outline is left.
        corners: how many positions they have in all, and `before` how many they had.
        meet: whether common borders were kept; otherwise each outline was simplified by itself.
    """

    shapes: list[Shape | None]
    before: int
    corners: int
    meet: bool


def simplified(outlines: Sequence[Sequence[Polygon]], most: int) -> Simplified:
    """Outlines with at most so many corners in all, as far as no area has to go for it.

    Raises:
        RegistryError: shapely is not there.
    """
    shapely = _shapely()
    whole = [_geometry(shapely, outline) for outline in _on_one_side(outlines)]
    before = int(sum(shapely.get_num_coordinates(whole)))
    used = [place for place, one in enumerate(whole) if not one.is_empty]
    met, meet = _met(shapely, [whole[place] for place in used])
    fewer = _fewer(shapely, met, most, meet)
    shapes: list[Shape | None] = [None] * len(whole)
    for place, geometry in zip(used, fewer, strict=True):
        shapes[place] = _shape(shapely, geometry)
    return Simplified(shapes, before, int(sum(shapely.get_num_coordinates(fewer))), meet)


def _shapely() -> Any:
    try:
        import shapely  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise RegistryError(
            "boundaries need the library shapely; install it with `pip install 'attack-registry[geo]'`"
        ) from error
    return shapely


def _on_one_side(outlines: Sequence[Sequence[Polygon]]) -> Sequence[Sequence[Polygon]]:
    """The same, without the cut at the antimeridian where the areas lie on both sides of it."""
    lons = sorted({round(lon) % 360 for outline in outlines for part in outline for ring in part for lon, _ in ring})
    gaps = [after - before for before, after in zip(lons, [*lons[1:], lons[0] + 360], strict=True)] if lons else []
    # The widest stretch without any area: where it holds the antimeridian, nothing is cut there.
    start = lons[gaps.index(max(gaps))] if gaps else 0
    if not gaps or (180 - start) % 360 <= max(gaps) or max(gaps) < _LEAST_GAP:
        return outlines
    return [
        [[[(lon + 360 if lon < 0 else lon, lat) for lon, lat in ring] for ring in part] for part in outline]
        for outline in outlines
    ]


def _geometry(shapely: Any, outline: Sequence[Polygon]) -> "BaseGeometry":
    """One valid geometry of areas; what is left of an outline that crosses itself."""
    parts = [shapely.make_valid(shapely.Polygon(rings[0], rings[1:])) for rings in outline]
    # One part is kept corner by corner; several are joined where the file cut them at the antimeridian.
    whole = parts[0] if len(parts) == 1 else shapely.union_all(parts) if parts else shapely.Polygon()
    return _areas_of(shapely, shapely.set_precision(whole, _GRID))


def _areas_of(shapely: Any, geometry: "BaseGeometry") -> "BaseGeometry":
    """The areas of it, without the lines and points that mending may leave."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in ("Polygon", "MultiPolygon")]
    return _joined(shapely, [area for part in parts for area in shapely.get_parts(part)])


def _joined(shapely: Any, areas: "list[BaseGeometry]") -> "BaseGeometry":
    found: BaseGeometry = areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)
    return found


def _met(shapely: Any, geometries: "list[BaseGeometry]") -> "tuple[list[BaseGeometry], bool]":
    """The areas with the same corners on both sides of each border, and whether they could be brought to that."""
    if shapely.coverage_is_valid(geometries):
        return geometries, True
    mended = list(shapely.coverage_clean(geometries))
    # A corner that only one side has is mended without loss. Areas that lie upon each other are two claims to the same
    # ground, and which of them holds is not for us to say.
    is_same = all(abs(a.area - b.area) <= _MOST_MENDED * b.area for a, b in zip(mended, geometries, strict=True))
    return (mended, True) if is_same and shapely.coverage_is_valid(mended) else (geometries, False)


def _fewer(shapely: Any, geometries: "list[BaseGeometry]", most: int, meet: bool) -> "list[BaseGeometry]":
    west, south, east, north = shapely.total_bounds(geometries)
    tolerance = max(east - west, north - south) * _START
    for _ in range(_MOST_STEPS):
        if meet:
            geometries = list(shapely.coverage_simplify(geometries, tolerance))
        else:
            geometries = [one.simplify(tolerance) for one in geometries]
        geometries = [_without_specks(shapely, one, tolerance**2) for one in geometries]
        if sum(shapely.get_num_coordinates(geometries)) <= most:
            break
        tolerance *= _STEP
    return geometries


def _without_specks(shapely: Any, geometry: "BaseGeometry", least: float) -> "BaseGeometry":
    """Without islands that no page shows; its largest part always stays."""
    parts = list(shapely.get_parts(geometry))
    largest = max(parts, key=lambda part: part.area)
    return _joined(shapely, [part for part in parts if part.area >= least or part is largest])


def _shape(shapely: Any, geometry: "BaseGeometry") -> Shape:
    middle = shapely.normalize(shapely.orient_polygons(geometry))
    # A degree of longitude is shorter than one of latitude: the circle is one on the ground.
    narrow = max(0.1, cos(radians((geometry.bounds[1] + geometry.bounds[3]) / 2)))
    ground = shapely.transform(middle, lambda positions: positions * (narrow, 1))
    lon, lat = shapely.get_coordinates(shapely.maximum_inscribed_circle(ground))[0]
    lon = (lon / narrow + 180) % 360 - 180
    return Shape(_spelt(shapely, middle), round(float(lon), _LABEL_DIGITS), round(float(lat), _LABEL_DIGITS))


def _spelt(shapely: Any, geometry: "BaseGeometry") -> str:
    parts = [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in shapely.get_parts(geometry)]
    found = (
        {"type": "Polygon", "coordinates": parts[0]}
        if len(parts) == 1
        else {"type": "MultiPolygon", "coordinates": parts}
    )
    return json.dumps(found, separators=(",", ":"))


def _ring(ring: Any) -> list[list[float]]:
    return [[round(x, 5), round(y, 5)] for x, y in ring.coords]
