"""The areas of a GeoJSON or TopoJSON file: their properties as text, and their outlines.

GeoJSON: RFC 7946. A `crs` member, which that standard took out, is accepted where it names WGS 84.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.errors import InvalidValue
from registry.plurals import how_many
from registry.services.boundaries.outlines import CoordinateError, OutlineError, Point, Polygon, point, polygon
from registry.services.boundaries.topojson import Topology
from registry.services.importing import cells
from registry.services.importing.rows import UnreadableFileError

ID = "@id"  # the property that stands for a feature's own id
_LARGEST = 100 << 20  # bytes; in memory it is ten times as much
_WGS_84 = re.compile(r"(?i)(urn:ogc:def:crs:)?(OGC:[\d.]*:?CRS:?84|EPSG:[\d.]*:?4326)")
_AREAS = ("Polygon", "MultiPolygon")
_GIVE = "give GeoJSON or TopoJSON of areas, in longitude and latitude"


@dataclass(frozen=True)
class Area:
    """One feature of the file.

    Attributes:
        number: as a person counts: the first is 1.
        properties: what is said of it, as text; `@id` is the feature's own id.
        polygons: its outline; empty where it cannot be used.
        trouble: why it cannot; empty where it can.
    """

    number: int
    properties: dict[str, str]
    polygons: tuple[Polygon, ...]
    trouble: str = ""


def areas(path: Path, name: str, layer: str | None = None) -> list[Area]:
    """The areas of a plain file.

    Args:
        path: of the file.
        name: what the person calls it.
        layer: of a TopoJSON file; the only one otherwise.

    Raises:
        UnreadableFileError: it holds no areas, or is not in longitude and latitude.
        InvalidValue: the layer is not there, or has to be chosen.
    """
    document = _document(path, name)
    try:
        found = _topology(document, layer) if document.get("type") == "Topology" else _collection(document, layer)
        read = [_area(number, feature, polygons) for number, (feature, polygons) in enumerate(found, start=1)]
    except CoordinateError as error:
        raise UnreadableFileError(name, str(error), _GIVE) from error
    if not any(area.polygons for area in read):
        why = (
            f"of its {how_many(len(read), 'feature')} none is an area: {read[0].trouble}"
            if read
            else "it has no features"
        )
        raise UnreadableFileError(name, why, _GIVE)
    return read


class _Twice(ValueError):
    """A key that stands twice in one object."""


def _document(path: Path, name: str) -> dict[str, Any]:
    _check_size(path.stat().st_size, name)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeError as error:
        raise UnreadableFileError(name, "it is not UTF-8 text", "save it again in UTF-8") from error
    except RecursionError as error:
        raise UnreadableFileError(name, "it is nested too deeply", _GIVE) from error
    except _Twice as error:
        raise UnreadableFileError(name, str(error), "see which of the two is meant") from error
    except json.JSONDecodeError as error:
        raise UnreadableFileError(name, f"it is not JSON (line {error.lineno})", _GIVE) from error
    except ValueError as error:
        raise UnreadableFileError(name, "a number in it is no number, or too long", _GIVE) from error
    if not isinstance(found, dict):
        raise UnreadableFileError(name, "it is not a collection of features", _GIVE)
    return found


def _check_size(size: int, name: str) -> None:
    if not size:
        raise UnreadableFileError(name, "it is empty", "see whether it is the right file")
    if size > _LARGEST:
        raise UnreadableFileError(
            name, "it is larger than 100 MB", "give a file with fewer corners, or one level of it"
        )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice("a key stands twice in one object")
    return found


def _no_constant(word: str) -> None:
    raise ValueError(word)


Found = Iterator[tuple[dict[str, Any], "Outlines"]]


class Outlines:
    """How the outline of a feature is read: from positions, or from the arcs of a topology."""

    def __init__(self, topology: Topology | None = None) -> None:
        self._topology = topology

    def of(self, geometry: Any) -> tuple[Polygon, ...]:
        """The polygons of a geometry, also of a collection that holds nothing else.

        Raises:
            OutlineError: it is no area.
        """
        if isinstance(geometry, dict) and geometry.get("type") == "GeometryCollection":
            parts = geometry.get("geometries")
            return tuple(one for part in (parts if isinstance(parts, list) else ()) for one in self._of_one(part))
        return tuple(self._of_one(geometry))

    def _of_one(self, geometry: Any) -> list[Polygon]:
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind not in _AREAS:
            raise OutlineError(f"it is a {kind}, not an area" if isinstance(kind, str) else "it has no outline")
        if self._topology is not None:
            return self._topology.polygons(geometry)
        given = geometry.get("coordinates")
        many = [given] if kind == "Polygon" else given
        if not isinstance(many, list):
            raise OutlineError("it has no outline")
        return [polygon([_positions(ring) for ring in _list(one)]) for one in many]


def _positions(ring: Any) -> list[Point]:
    return [point(position) for position in _list(ring)]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise CoordinateError("a list of positions is missing")
    return value


def _collection(document: dict[str, Any], layer: str | None) -> Found:
    if layer is not None:
        raise InvalidValue("layer", "only TopoJSON has layers", "leave it out")
    _check_reference(document.get("crs"))
    features = [document] if document.get("type") == "Feature" else document.get("features")
    if not isinstance(features, list):
        raise CoordinateError("it is not a collection of features")
    outlines = Outlines()
    for feature in features:
        yield (feature if isinstance(feature, dict) else {}), outlines


def _check_reference(given: Any) -> None:
    if given is None:
        return
    properties = given.get("properties") if isinstance(given, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not (isinstance(name, str) and _WGS_84.fullmatch(name.replace("::", ":"))):
        raise CoordinateError("its coordinate reference system (crs) is not WGS 84")


def _topology(document: dict[str, Any], layer: str | None) -> Found:
    _check_reference(document.get("crs"))
    layers = document.get("objects")
    if not isinstance(layers, dict) or not layers:
        raise CoordinateError("it has no layers (objects)")
    if layer is None and len(layers) > 1:
        raise InvalidValue("layer", "the file has several", f"choose one of {', '.join(sorted(layers))}")
    chosen = layers.get(layer) if layer is not None else next(iter(layers.values()))
    if not isinstance(chosen, dict):
        raise InvalidValue("layer", f"the file has no layer {layer!r}", f"choose one of {', '.join(sorted(layers))}")
    is_many = chosen.get("type") == "GeometryCollection"
    outlines = Outlines(Topology(document))
    for geometry in _list(chosen.get("geometries")) if is_many else [chosen]:
        whole = geometry if isinstance(geometry, dict) else {}
        yield {**whole, "geometry": whole}, outlines


def _area(number: int, feature: dict[str, Any], outlines: Outlines) -> Area:
    given = feature.get("properties")
    properties = {cells.tidied(key): value for key, value in (given if isinstance(given, dict) else {}).items()}
    if "id" in feature:
        properties.setdefault(ID, feature["id"])
    said = {key: cells.spelt(value) for key, value in properties.items() if isinstance(value, str | int | float)}
    try:
        return Area(number, said, outlines.of(feature.get("geometry")))
    except CoordinateError:
        raise
    except OutlineError as error:
        return Area(number, said, (), str(error))
