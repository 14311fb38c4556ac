"""Records of the registry as linking compares them, and the lists that they came from. Reads plain SQL, writes nothing.

A list is an import batch (its ref or the name of its file) or a source: of attacks, those in the reports that it
published; of facilities, those that claims in its reports are about.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from registry import db, keys
from registry.errors import InvalidValue, NotFound
from registry.services import lookup
from registry.services.linking import Record

KINDS = ("facility", "attack", "place")

_RADIUS_M = {
    "point": 0.0,
    "point_10m": 10.0,
    "point_100m": 100.0,
    "point_1km": 1_000.0,
    "neighbourhood": 2_000.0,
    "settlement": 5_000.0,
    "near_settlement": 10_000.0,
    "within_25km": 25_000.0,
}
"""How far the true spot may be; a position known less well is no position, the area says it better."""


def records(connection: Connection, kind: str) -> list[Record]:
    """All records of a kind that stand for themselves, oldest first: none that is merged, withdrawn or a placeholder.

    The keys are those of the rows.
    """
    return {"facility": _facilities, "attack": _attacks, "place": _places}[kind](connection)


def _facilities(connection: Connection) -> list[Record]:
    areas = _Areas(connection)
    names = _grouped(
        connection, "SELECT facility_id AS key, name AS value FROM facility_name WHERE retracted_at IS NULL"
    )
    sql = (
        "SELECT facility_id AS key, lat, lon, precision_code AS precision FROM facility_position "
        "WHERE retracted_at IS NULL ORDER BY id"
    )
    spots: dict[uuid.UUID, dict[str, Any]] = {db.as_uuid(row["key"]): _spot(row) for row in db.every(connection, sql)}
    sql = (
        "SELECT id, country, type_code, place_id FROM facility "
        "WHERE retracted_at IS NULL AND canonical_id IS NULL AND NOT is_placeholder ORDER BY id"
    )
    return [
        Record(
            key,
            tuple(names[key]),
            row["country"],
            areas.around(row["place_id"]),
            **spots.get(key, {}),
            facts={"type": row["type_code"]},
        )
        for row in db.every(connection, sql)
        for key in [db.as_uuid(row["id"])]
    ]


def _attacks(connection: Connection) -> list[Record]:
    areas = _Areas(connection)
    facts = {about: _grouped(connection, sql) for about, sql in _ATTACK_FACTS.items()}
    names = _grouped(connection, _NAMES_HIT)
    counts = _harm(connection)
    sql = (
        "SELECT id, country, place_id, lat, lon, place_precision_code AS precision, occurred_from_on, occurred_to_on, "
        "title, summary FROM attack WHERE retracted_at IS NULL AND canonical_id IS NULL AND state <> 'withdrawn' "
        "ORDER BY id"
    )
    return [
        Record(
            key,
            tuple(dict.fromkeys(names[key])),
            row["country"],
            areas.around(row["place_id"]),
            **_spot(row),
            first=_day(row["occurred_from_on"]),
            last=_day(row["occurred_to_on"]),
            facts={about: " + ".join(sorted(set(values[key]))) for about, values in facts.items() if values[key]},
            counts=counts[key],
            text=" ".join(filter(None, (row["title"], row["summary"]))),
        )
        for row in db.every(connection, sql)
        for key in [db.as_uuid(row["id"])]
    ]


_NAMES_HIT = (
    "SELECT h.attack_id AS key, n.name AS value FROM attack_facility h JOIN facility f ON f.id = h.facility_id "
    "JOIN facility_name n ON n.facility_id = f.id OR n.facility_id = f.canonical_id "
    "WHERE h.retracted_at IS NULL AND n.retracted_at IS NULL ORDER BY n.id"
)
"""What the facilities are called that an attack hit."""

_CODED = {
    "means": ("attack_means", "attack_type_code"),
    "munition": ("attack_means", "munition_code"),
    "launch": ("attack_means", "launch_code"),
    "damage": ("attack_facility", "damage_code"),
    "effect": ("attack_facility", "effect_code"),
}
"""What is coded of an attack: the table and the column."""

_ATTACK_FACTS = {
    **{
        about: f"SELECT attack_id AS key, {column} AS value FROM {table} "
        f"WHERE retracted_at IS NULL AND {column} IS NOT NULL"
        for about, (table, column) in _CODED.items()
    },
    "actor": "SELECT attack_id AS key, actor AS value FROM v_attribution WHERE attack_id IS NOT NULL",
    "facility": (
        "SELECT h.attack_id AS key, f.type_code AS value "
        "FROM attack_facility h JOIN facility f ON f.id = h.facility_id "
        "WHERE h.retracted_at IS NULL"
    ),
}


def _harm(connection: Connection) -> defaultdict[uuid.UUID, dict[str, int]]:
    found: defaultdict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    sql = (
        "SELECT attack_id, measure, population, low FROM v_figure "
        "WHERE attack_id IS NOT NULL AND low IS NOT NULL AND NOT is_rate"
    )
    for row in db.every(connection, sql):
        counts, about = found[db.as_uuid(row["attack_id"])], measured(row)
        counts[about] = max(counts.get(about, 0), row["low"])
    return found


def measured(row: dict[str, Any]) -> str:
    """What a number counts: the measure and of whom."""
    return " ".join(filter(None, (row["measure"], row["population"])))


def _places(connection: Connection) -> list[Record]:
    areas = _Areas(connection)
    names = _grouped(connection, "SELECT place_id AS key, name AS value FROM place_name WHERE retracted_at IS NULL")
    sql = (
        "SELECT id, country, level, parent_id, lat, lon FROM place "
        "WHERE retracted_at IS NULL AND canonical_id IS NULL ORDER BY id"
    )
    return [
        Record(
            key,
            tuple(names[key]),
            row["country"],
            areas.around(row["parent_id"]),
            row["lat"],
            row["lon"],
            facts={"level": row["level"]},
        )
        for row in db.every(connection, sql)
        for key in [db.as_uuid(row["id"])]
    ]


class _Areas:
    """What lies in what, by names that tell two areas apart for a reader too."""

    def __init__(self, connection: Connection) -> None:
        rows = db.every(connection, "SELECT id, parent_id, canonical_id, level, name, ref FROM v_place")
        self._rows = {db.as_uuid(row["id"]): row for row in rows}

    def around(self, place: Any) -> frozenset[str]:
        """The place and all that it lies in, but the country; of merged places the canonical one."""
        found: set[str] = set()
        while place is not None and (row := self._rows.get(db.as_uuid(place))) is not None:
            label = f"{row['name'] or row['ref']} ({row['level']})"
            if row["canonical_id"] is not None:
                place = row["canonical_id"]
            elif label in found:
                break  # a circle of parents
            else:
                found.update([label] if row["level"] != "country" else [])
                place = row["parent_id"]
        return frozenset(found)


def _spot(row: dict[str, Any]) -> dict[str, Any]:
    radius = _RADIUS_M.get(row["precision"])
    if radius is None or row["lat"] is None:
        return {}
    return {"lat": row["lat"], "lon": row["lon"], "radius_m": radius}


def _grouped(connection: Connection, sql: str) -> defaultdict[uuid.UUID, list[str]]:
    found: defaultdict[uuid.UUID, list[str]] = defaultdict(list)
    for row in db.every(connection, sql):
        found[db.as_uuid(row["key"])].append(row["value"])
    return found


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Held:
    """A list: what it is called, and which records came with it.

    Attributes:
        members: keys of its records of the kind asked for, merged ones among them.
        claims: SQL over `claim c JOIN report r` that picks the claims which the list makes.
        key: the value of `:key` in that SQL.
    """

    name: str
    members: frozenset[uuid.UUID]
    claims: str
    key: Any


# A row of the list became an attack and a report, which has the row's identifier.
_OF_BATCH = (
    "c.report_id IN (SELECT l.report_id FROM import_row i JOIN attack_report l ON l.attack_id = i.target_id "
    "JOIN report w ON w.id = l.report_id AND w.outside_id = i.outside_id "
    "WHERE i.batch_id = :key AND i.target_table = 'attack')"
)
_OF_SOURCE = {
    "attack": (
        "SELECT l.attack_id AS id FROM attack_report l JOIN report r ON r.id = l.report_id "
        "WHERE r.publisher_id = :key AND l.retracted_at IS NULL"
    ),
    "facility": (
        "SELECT c.facility_id AS id FROM claim c JOIN report r ON r.id = c.report_id "
        "WHERE r.publisher_id = :key AND c.facility_id IS NOT NULL AND c.retracted_at IS NULL"
    ),
}


def held(connection: Connection, kind: str, wanted: str) -> Held:
    """The list that a batch's ref, its file's name or a source means.

    Raises:
        NotFound, Ambiguous: there is no such list, or several.
        InvalidValue: it is a source, and sources have no lists of that kind.
    """
    batches = _batches(connection, wanted)
    if len(batches) > 1:
        refs = ", ".join(row["ref"] for row in batches)
        raise InvalidValue("list", f"{wanted!r} was loaded {len(batches)} times", f"give one of {refs}")
    if batches:
        sql = (
            "SELECT target_id AS id FROM import_row "
            "WHERE batch_id = :key AND target_table = :kind AND target_id IS NOT NULL AND outcome <> 'rejected'"
        )
        rows = db.every(connection, sql, key=batches[0]["id"], kind=kind)
        return Held(f"{batches[0]['file_name']} ({batches[0]['ref']})", _members(rows), _OF_BATCH, batches[0]["id"])
    key = db.as_key(connection, lookup.find(connection, "source", wanted))
    if kind not in _OF_SOURCE:
        raise InvalidValue("list", f"{wanted!r} is a source, and a source has no list of {kind}s", "give a batch")
    rows = db.every(connection, _OF_SOURCE[kind], key=key)
    name = db.every(connection, "SELECT name FROM v_source WHERE id = :key", key=key)[0]["name"]
    return Held(str(name), _members(rows), "r.publisher_id = :key", key)


def _batches(connection: Connection, wanted: str) -> list[dict[str, Any]]:
    loaded = "SELECT id, ref, file_name FROM import_batch WHERE state = 'loaded'"
    if not keys.looks_like_ref(wanted) or keys.PREFIXES.get(wanted.strip()[:1].upper()) == "source":
        return db.every(connection, f"{loaded} AND file_name = :name ORDER BY id", name=wanted)
    ref = keys.read_ref(wanted, "import_batch")
    found = db.every(connection, f"{loaded} AND ref = :ref", ref=ref)
    if not found:
        raise NotFound("import batch", ref, hint="see `registry import list`")
    return found


def _members(rows: Iterable[dict[str, Any]]) -> frozenset[uuid.UUID]:
    return frozenset(db.as_uuid(row["id"]) for row in rows)


def canonical(connection: Connection, kind: str) -> dict[uuid.UUID, uuid.UUID]:
    """Of each merged record, the one that stands for it; a record that is not in here stands for itself."""
    sql = f"SELECT id, canonical_id FROM {kind} WHERE canonical_id IS NOT NULL"
    return {db.as_uuid(row["id"]): db.as_uuid(row["canonical_id"]) for row in db.every(connection, sql)}


def judged(connection: Connection, kind: str, verdicts: Iterable[str]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Pairs with one of these verdicts, in both orders, by the records that stand for them."""
    standing, wanted = canonical(connection, kind), set(verdicts)
    sql = "SELECT left_id, right_id, verdict FROM judgement WHERE kind = :kind AND revoked_at IS NULL"
    found: set[tuple[uuid.UUID, uuid.UUID]] = set()
    for row in db.every(connection, sql, kind=kind):
        if row["verdict"] in wanted:
            one, other = (db.as_uuid(row[side]) for side in ("left_id", "right_id"))
            pair = standing.get(one, one), standing.get(other, other)
            found.update((pair, pair[::-1]))
    return found


def known(connection: Connection, kind: str, verdicts: Iterable[str]) -> Callable[[object, object], bool]:
    """Whether two records, given by their keys, have one of these verdicts."""
    pairs: set[tuple[object, object]] = set(judged(connection, kind, verdicts))
    return lambda one, other: (one, other) in pairs


def batches(connection: Connection, kind: str) -> defaultdict[object, set[uuid.UUID]]:
    """Of each record that stands for itself or for others, the batches that they came with."""
    standing = canonical(connection, kind)
    found: defaultdict[object, set[uuid.UUID]] = defaultdict(set)
    sql = "SELECT target_id, batch_id FROM import_row WHERE target_table = :kind AND target_id IS NOT NULL"
    for row in db.every(connection, sql, kind=kind):
        key = db.as_uuid(row["target_id"])
        found[standing.get(key, key)].add(db.as_uuid(row["batch_id"]))
    return found
