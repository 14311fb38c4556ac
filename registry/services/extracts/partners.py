"""The extract for partners: the views, without what is withheld, places no finer than districts."""

import dataclasses
import uuid
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import Connection

from registry.services.extracts import areas
from registry.services.extracts.reading_in import batches, columns, knowing
from registry.services.extracts.tables import Tables
from registry.sitrep.disclosure import WITHHELD, policy
from registry.sitrep.snapshot import disclosing
from registry.sitrep.snapshot.gathered import Request, nothing
from registry.sitrep.snapshot.reading import Reader
from registry.sitrep.snapshot.rows import Row

_NEVER = datetime.min.replace(tzinfo=UTC)
# What lies in no district, governorate or country is nowhere, rather than in the first country of the registry.
_NOWHERE = MappingProxyType({"id": uuid.UUID(int=0), "level": "country"})
_BASE = dataclasses.replace(nothing(_NEVER), areas=(_NOWHERE,))
_REQUEST = Request((), _NEVER.date(), _NEVER.date(), "partner")

_WITHDRAWN = "SELECT 1 FROM attack a WHERE a.id = v.attack_id AND (a.state = 'withdrawn' OR a.retracted_at IS NOT NULL)"
_OF_ATTACKS = f"WHERE NOT EXISTS ({_WITHDRAWN})"
# The tables, as what kind of rows the rules know them, and which rows there are: as in a report, nothing withdrawn or
# entered by mistake, and of facilities those that were hit. A view that is not named here is in no extract.
_TABLES = {
    "v_place": ("places", "SELECT * FROM v_place"),
    "v_actor": ("v_actor", "SELECT * FROM v_actor"),
    "v_report": ("reports", "SELECT * FROM v_report"),
    "v_facility": (
        "v_facility",
        "SELECT v.*, v.id AS facility_id FROM v_facility v WHERE canonical_id IS NULL AND times_hit > 0",
    ),
    "v_situation": ("situations", "SELECT * FROM v_situation"),
    "situation_place": ("situation_places", "SELECT situation_id, place_id, part FROM situation_place"),
    "v_attack": ("attacks", "SELECT * FROM v_attack WHERE state <> 'withdrawn'"),
    "v_attack_facility": ("hits", "SELECT * FROM v_attack_facility WHERE state <> 'withdrawn'"),
    "attack_means": ("means", f"SELECT v.* FROM attack_means v {_OF_ATTACKS} AND v.retracted_at IS NULL"),
    "v_claim": (
        "claims",
        f"SELECT v.* FROM v_claim v {_OF_ATTACKS} AND COALESCE(v.withdrawn_as, '') <> 'our_error'",
    ),
    "claim_place": ("claim_places", "SELECT claim_id, place_id, part FROM claim_place"),
    "v_attribution": ("attributions", f"SELECT v.* FROM v_attribution v {_OF_ATTACKS}"),
    "v_figure": ("figures", f"SELECT v.* FROM v_figure v {_OF_ATTACKS}"),
}
_SPOKE = (("v_report", "publisher_id"), ("v_claim", "speaker_id"), ("v_claim", "relay_id"),
          ("v_attribution", "speaker_id"))  # fmt: skip


def fill(connection: Connection, tables: Tables) -> None:
    """Write the tables."""
    for table, (field, sql) in _TABLES.items():
        names = _make(connection, tables, table, sql)
        for rows in batches(connection, sql):
            _add(connection, tables, table, field, names, rows)
    tables.drop("claim_place", "claim_id NOT IN (SELECT id FROM v_claim)")
    _sources(connection, tables)
    tables.write(areas.TABLE, ["place_id", "lon", "lat"], ((key, *at) for key, at in areas.labels(connection).items()))
    tables.drop(areas.TABLE, "place_id NOT IN (SELECT id FROM v_place)")


def _sources(connection: Connection, tables: Tables) -> None:
    # Those that the other tables name: who spoke in confidence alone is none of them.
    sql = "SELECT * FROM v_source WHERE id IN :keys"
    names = _make(connection, tables, "v_source", "SELECT * FROM v_source")
    keys = {uuid.UUID(key) for table, column in _SPOKE for key in tables.held(table, column)}
    _add(connection, tables, "v_source", "sources", names, list(Reader(connection).of(sql, keys)))


def _make(connection: Connection, tables: Tables, table: str, sql: str) -> list[str]:
    ways = {name: policy().way(table, name, "partner") for name in columns(connection, sql)}
    names = [name for name, way in ways.items() if way != WITHHELD]
    # Where words may be held back, a column says whether they were: nothing is not the same as withheld.
    names += [f"{name}_withheld" for name in names if name.endswith("words") and ways[name] != "as_is"]
    tables.make(table, names)
    return names


def _add(connection: Connection, tables: Tables, table: str, field: str, names: list[str], rows: list[Row]) -> None:
    known = knowing(connection, _BASE, rows)
    seen = disclosing.seen(table, field, rows, known, _REQUEST, policy())
    tables.add(table, ([row[name] for name in names] for row in seen))
