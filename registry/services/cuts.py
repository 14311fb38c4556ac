"""Two public cuts of one area are refused where one, taken from the other, would tell what both hold back.

Public sitreps and the tables for the public count by groups of governorates, made from the census: few facilities are
told with others. Whoever has two cuts can subtract. So a group of one may not hold some governorates of a group of the
other and leave out the rest.
"""

import uuid
from collections.abc import Iterable

from sqlalchemy import Connection

from registry import db
from registry.errors import Conflict
from registry.services import lookup
from registry.sitrep.disclosure import policy
from registry.sitrep.snapshot.grouping import known_facilities, partition
from registry.sitrep.snapshot.reading import Reader

GRANTED = "for_public"  # the schema that `registry db grant` fills for the public
Group = frozenset[uuid.UUID]  # of governorates that are told together

_SERIES = "SELECT DISTINCT series, areas FROM sitrep WHERE audience = 'public' AND kind = 'sitrep' ORDER BY 1, 2"
_GOVERNORATES = "SELECT id, country FROM v_place WHERE level = 'governorate' AND canonical_id IS NULL ORDER BY id"
_CENSUS = "SELECT place_id, type_code AS type, count FROM facility_census WHERE place_id IN :keys ORDER BY id"


def refuse_series(connection: Connection, series: str, areas: Iterable[uuid.UUID]) -> None:
    """Refuse a public series of sitreps about areas of which there is another cut.

    Raises:
        Conflict: another public series is about some of them, or a release, or tables that a role reads, count by
            other groups.
    """
    own = set(areas)
    for name, others in _on_record(connection):
        if name != series and (own & _with_wider(connection, others) or others & _with_wider(connection, own)):
            raise Conflict(
                f"the public series {name!r} is about some of these areas; two cuts of one area tell too much"
            )
    standing = _standing(connection)
    if standing and tells_apart(_of_areas(connection, own), _of_countries(connection)):
        raise Conflict(
            f"{standing} count by other groups of governorates than this would, and one taken from the other tells too "
            "much; make it of the whole country"
        )


def _standing(connection: Connection) -> str:
    """Which public tables are in others' hands, "" for none: releases, or what a role made by `db grant` reads."""
    if db.one(connection, "SELECT number FROM release ORDER BY number LIMIT 1"):
        return "releases"
    if db.is_postgresql(connection):
        granted = "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname = :schema"
        if db.one(connection, granted, schema=GRANTED):
            return f"the tables of the schema {GRANTED}, which roles read until it is dropped,"
    return ""


def refuse_tables(connection: Connection) -> None:
    """Refuse tables for the public, which are of whole countries, where a public series has another cut.

    Raises:
        Conflict: there is one; the line names it.
    """
    series = _on_record(connection)
    tables = _of_countries(connection) if series else set()
    for name, areas in series:
        if tells_apart(_of_areas(connection, areas), tables):
            raise Conflict(
                f"the public series {name!r} counts by other groups of governorates than these tables would, and one "
                "taken from the other tells too much; hand out its issues alone, or --audience partner"
            )


def tells_apart(some: Iterable[Group], groups: Iterable[Group]) -> bool:
    """Whether counts by the first groups, with counts by the others, tell governorates of one of the others apart."""
    held = list(groups)
    return any(one & group and not group <= one for one in some for group in held)


def _on_record(connection: Connection) -> list[tuple[str, set[uuid.UUID]]]:
    found = db.every(connection, _SERIES)
    return [(row["series"], {lookup.find(connection, "place", ref) for ref in row["areas"].split()}) for row in found]


def _of_areas(connection: Connection, areas: set[uuid.UUID]) -> set[Group]:
    units = [key for key, _ in _governorates(connection) if areas & _with_wider(connection, [key])]
    return _groups(connection, units)


def _of_countries(connection: Connection) -> set[Group]:
    """The groups of the extract for the public, and so of exports and releases."""
    units: dict[str, list[uuid.UUID]] = {}
    for key, country in _governorates(connection):
        units.setdefault(country, []).append(key)
    return {group for some in units.values() for group in _groups(connection, some)}


def _governorates(connection: Connection) -> list[tuple[uuid.UUID, str]]:
    return [(db.as_uuid(row["id"]), row["country"]) for row in db.every(connection, _GOVERNORATES)]


def _groups(connection: Connection, units: list[uuid.UUID]) -> set[Group]:
    census = Reader(connection).of(_CENSUS, units)  # in order of entry: the number first entered counts
    return set(partition(units, known_facilities(census), policy().few))


def _with_wider(connection: Connection, places: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """The places and all that they lie in."""
    found: set[uuid.UUID] = set()
    for place in places:
        key: uuid.UUID | None = place
        while key is not None and key not in found:
            found.add(key)
            above = db.one(connection, "SELECT parent_id FROM place WHERE id = :id", id=db.as_key(connection, key))
            key = db.as_uuid(above["parent_id"]) if above and above["parent_id"] is not None else None
    return found
