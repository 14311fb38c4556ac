"""Tables as GeoJSON points (RFC 7946): rows that have a position, or stand at a place that has one."""

import json
from typing import IO, Any

from registry.errors import RegistryError
from registry.services.exporting.tables import Table


def write(file: IO[bytes], table: Table) -> None:
    """Write a table. A row whose position is not known has no geometry.

    Raises:
        RegistryError: its rows have no position that this audience is given.
    """
    own = {"lat", "lon"} <= set(table.columns)
    if not own and not (table.points and "place_id" in table.columns):
        raise RegistryError(f"{table.name} holds no position that this audience is given; export it as csv")
    file.write(b'{"type": "FeatureCollection", "features": [')
    separator = b"\n"
    for batch in table.read():
        for row in zip(*batch.columns, strict=True):
            found = dict(zip(table.columns, row, strict=True))
            feature = _feature(found, _own(found) if own else table.points.get(found["place_id"]))
            file.write(separator + json.dumps(feature, ensure_ascii=False).encode())
            separator = b",\n"
    file.write(b"\n]}\n")


def _own(row: dict[str, Any]) -> tuple[float, float] | None:
    lat, lon = row.pop("lat"), row.pop("lon")
    return None if lat is None or lon is None else (lat, lon)


def _feature(row: dict[str, Any], point: tuple[float, float] | None) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [point[1], point[0]]} if point else None
    return {"type": "Feature", "geometry": geometry, "properties": row}
