"""Tables as GeoJSON points (RFC 7946): rows that have a position, or stand at a place or area that has one."""

import json
from collections.abc import Sequence
from typing import IO, Any

from registry.errors import RegistryError
from registry.services.exporting.tables import Table


def write(file: IO[bytes], table: Table) -> None:
    """Write a table. A row whose position is not known has no geometry; an area that is a group has several points.

    Raises:
        RegistryError: its rows have no position that this audience is given.
    """
    own, points = {"lat", "lon"} <= set(table.columns), table.points
    if not own and not set(points.columns) <= set(table.columns):
        raise RegistryError(f"{table.name} holds no place that this audience is given; export it as csv")
    if not own and not points.at:
        raise RegistryError(
            f"{table.name} holds no position that this audience is given, and no boundary is loaded whose label could "
            "stand for it; load them with `registry place boundaries`, or export it as csv"
        )
    file.write(b'{"type": "FeatureCollection", "features": [')
    separator = b"\n"
    for batch in table.read():
        for row in zip(*batch.columns, strict=True):
            found = dict(zip(table.columns, row, strict=True))
            at = _own(found) if own else points.at.get(tuple(found[name] for name in points.columns), ())
            feature = {"type": "Feature", "geometry": _geometry(at), "properties": found}
            file.write(separator + json.dumps(feature, ensure_ascii=False).encode())
            separator = b",\n"
    file.write(b"\n]}\n")


def _own(row: dict[str, Any]) -> Sequence[tuple[float, float]]:
    lat, lon = row.pop("lat"), row.pop("lon")
    return () if lat is None or lon is None else [(lon, lat)]


def _geometry(at: Sequence[tuple[float, float]]) -> dict[str, Any] | None:
    if len(at) > 1:
        return {"type": "MultiPoint", "coordinates": [list(one) for one in at]}
    return {"type": "Point", "coordinates": list(at[0])} if at else None
