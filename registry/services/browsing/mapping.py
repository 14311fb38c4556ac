"""Facilities by their positions, upon the outlines of the governorates: our own drawing, which needs no network."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup
from sqlalchemy import Engine

from registry import db
from registry.sitrep.charts import SVG
from registry.sitrep.maps import WIDTH, Ground, ground
from registry.sitrep.snapshot.areas import outline, published
from registry.sitrep.values import MapArea, Outline

_MOST = 2_000  # dots of a country: more cannot be told apart
_POSITIONS = (
    "SELECT COALESCE(country, '') AS country, ref, name, type, lat, lon, times_hit FROM ("
    "SELECT *, row_number() OVER (PARTITION BY country ORDER BY times_hit DESC, ref) AS nth FROM v_facility "
    "WHERE lat IS NOT NULL AND lon IS NOT NULL AND times_hit > 0 AND canonical_id IS NULL"
    f") AS ranked WHERE nth <= {_MOST} ORDER BY country, times_hit DESC, ref"
)
_SHAPES = (
    "SELECT COALESCE(p.country, '') AS country, p.name, s.geometry, s.label_lon, s.label_lat, s.source, s.edition "
    "FROM v_place p JOIN place_shape s ON s.place_id = p.id WHERE p.level = 'governorate' AND p.canonical_id IS NULL "
    "ORDER BY p.country, p.name, s.id"
)
_DOT, _MOST_TIMES = 8, 20


@dataclass(frozen=True)
class Map:
    """The map of a country.

    Attributes:
        drawn: how many facilities are on it.
        beyond: how many lie too far from its governorates to be on it.
        boundaries: who published the outlines.
    """

    svg: Markup
    drawn: int
    beyond: int
    boundaries: tuple[str, ...]


def maps(engine: Engine, extract: sqlite3.Connection, table: str) -> Mapping[str, Map]:
    """The map of each country in which facilities were hit whose positions are in the extract, most of them first.

    Those that lie in no country are on a map of the country "".

    Args:
        engine: of the registry, which has the outlines.
        extract: of the audience.
        table: the address of its facilities.
    """
    found: dict[str, list[sqlite3.Row]] = {}
    for row in _positions(extract):
        found.setdefault(row["country"], []).append(row)
    areas, boundaries = _areas(engine) if found else ({}, {})
    ordered = sorted(found, key=lambda country: (-len(found[country]), country))
    return {
        country: _map(country, found[country], areas.get(country, ()), tuple(boundaries.get(country, ())), table)
        for country in ordered
    }


def _positions(extract: sqlite3.Connection) -> list[sqlite3.Row]:
    held = {row[1] for row in extract.execute("PRAGMA table_info(v_facility)")}
    if not {"lat", "lon"} <= held:
        return []  # withheld from this audience
    cursor = extract.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(_POSITIONS).fetchall()


def _areas(engine: Engine) -> tuple[dict[str, list[MapArea]], dict[str, dict[str, None]]]:
    areas: dict[str, dict[str, MapArea]] = {}
    boundaries: dict[str, dict[str, None]] = {}
    with db.reading(engine) as connection:
        for row in db.every(connection, _SHAPES):
            # The newest boundary of a governorate comes last.
            areas.setdefault(row["country"], {})[row["name"]] = MapArea(name=row["name"], outlines=(outline(row),))
            boundaries.setdefault(row["country"], {})[published(row)] = None
    return {country: list(found.values()) for country, found in areas.items()}, boundaries


def _map(
    country: str, facilities: Sequence[sqlite3.Row], areas: Sequence[MapArea], boundaries: tuple[str, ...], table: str
) -> Map:
    drawing = ground(areas or [_around(facilities)])
    dots = [_dot(drawing, row, table) for row in reversed(facilities)]  # those hit most lie on top
    shown = [dot for dot in dots if dot]
    names = Markup("").join(_name(drawing, area) for area in areas)
    svg = SVG.format(
        kind="map",
        half=0,
        width=WIDTH,
        height=drawing.height,
        title=f"Facilities that were hit {country}".strip(),
        body=(drawing.body if areas else Markup("")) + names + Markup("").join(shown),
    )
    return Map(svg, len(shown), len(dots) - len(shown), boundaries)


def _around(facilities: Sequence[sqlite3.Row]) -> MapArea:
    """An area that is not drawn: where no outline is on file, the positions say how far the map goes."""
    ring = tuple((row["lon"], row["lat"]) for row in facilities)
    return MapArea(name="", outlines=(Outline(rings=(ring,), label=ring[0]),))


def _dot(drawing: Ground, row: sqlite3.Row, table: str) -> Markup:
    x, y = drawing.at((row["lon"], row["lat"]))
    if not (0 <= x <= WIDTH and 0 <= y <= drawing.height):
        return Markup("")
    radius = round(_DOT * min(row["times_hit"], _MOST_TIMES) ** 0.5, 1)
    title = f"{row['name']} ({row['type']}), times hit: {row['times_hit']}"
    return Markup('<a href="{}"><circle cx="{}" cy="{}" r="{}"><title>{}</title></circle></a>').format(
        f"{table}?{urlencode({'ref': row['ref']})}", x, y, radius, title
    )


def _name(drawing: Ground, area: MapArea) -> Markup:
    x, y = drawing.at(area.outlines[0].label)
    return Markup('<text x="{}" y="{}">{}</text>').format(x, y, area.name)
