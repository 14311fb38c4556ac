"""Rows of the registry in batches, each with what the rules of disclosure need to know about it."""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, text

from registry.sitrep.snapshot.gathered import Gathered
from registry.sitrep.snapshot.reading import Reader
from registry.sitrep.snapshot.rows import Key, Row, plain

_AT_ONCE = 2_000
_PLACES = (
    "WITH RECURSIVE above(id, parent_id, level) AS ("
    "SELECT p.id, COALESCE(x.canonical_id, x.id), p.level FROM place p LEFT JOIN place x ON x.id = p.parent_id "
    "WHERE p.id IN :keys UNION "
    "SELECT p.id, COALESCE(x.canonical_id, x.id), p.level FROM above a JOIN place p ON p.id = a.parent_id "
    "LEFT JOIN place x ON x.id = p.parent_id) SELECT id, parent_id, level FROM above"
)
_SOURCES = (
    "SELECT id, name, kind, parent_id, organisation, is_anonymous, is_public_spokesperson, is_released "
    "FROM v_source WHERE id IN :keys"
)
_REPORTS = "SELECT id, kind, publisher_id, title, url, is_released FROM v_report WHERE id IN :keys"


def batches(connection: Connection, sql: str, **values: Any) -> Iterator[list[Row]]:
    """The rows that the SQL gives, some thousand at a time."""
    options = {"yield_per": _AT_ONCE}
    with connection.execute(text(sql), values, execution_options=options) as result:
        for part in result.mappings().partitions(_AT_ONCE):
            yield [plain(dict(row)) for row in part]


def columns(connection: Connection, sql: str, **values: Any) -> list[str]:
    """The columns that the SQL gives."""
    return list(connection.execute(text(f"SELECT * FROM ({sql}) AS asked WHERE 1 = 0"), values).keys())


def knowing(connection: Connection, base: Gathered, rows: list[Row]) -> Gathered:
    """The base, with the places, reports, sources and marked facilities that these rows name."""
    reader = Reader(connection)
    places = {row["id"]: row for row in reader.of(_PLACES, _named(rows, "place_id"))}
    reports = {row["id"]: row for row in reader.of(_REPORTS, _named(rows, "report_id"))}
    people = _named([*rows, *reports.values()], "speaker_id", "relay_id", "publisher_id")
    sources = {row["id"]: row for row in reader.of(_SOURCES, people)}
    marked = _marked(reader, _named(rows, "facility_id"))
    return dataclasses.replace(base, places={**base.places, **places}, reports=reports, sources=sources, marked=marked)


def _marked(reader: Reader, facilities: set[Key]) -> frozenset[Key]:
    # A record that was merged into a marked one is marked too.
    rows = reader.of("SELECT id, COALESCE(canonical_id, id) AS main_id FROM facility WHERE id IN :keys", facilities)
    marked = reader.marked(row["main_id"] for row in rows)
    return frozenset(row["id"] for row in rows if row["main_id"] in marked)


def _named(rows: Iterable[Row], *names: str) -> set[Key]:
    return {row[name] for row in rows for name in names if row.get(name) is not None}
