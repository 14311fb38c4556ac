"""Attacks as they are shown and listed, and those that a new one may be a second record of."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Connection, bindparam, text

from registry import codes, db
from registry.services import joint, lookup
from registry.services.coding import date_columns

# Days by which two attacks may lie apart and still be taken for one by a person who types.
_NEAR_DAYS = 1


def likely_duplicates(
    connection: Connection, *, place: str, when: str | None, types: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """Attacks that a new one may be a second record of: the same days give or take one, the same or an enclosing place.

    Args:
        connection: a reading connection.
        place: ref, P-code or name.
        when: in any spelling of a date.
        types: types of the facilities hit; where both have some, one has to be shared.
    """
    days = date_columns("", when, field="when")
    if days["from_on"] is None and days["to_on"] is None:
        return []
    place_key = db.as_key(connection, lookup.find(connection, "place", place))
    margin = timedelta(days=_NEAR_DAYS)
    rows = db.every(
        connection,
        _NEAR,
        place=place_key,
        first=(days["from_on"] or date.min + margin) - margin,
        last=(days["to_on"] or date.max - margin) + margin,
    )
    hit = _types_hit(connection, rows)
    return [row for row in rows if _may_be_alike(set(types), hit.get(row["id"], set()))]


_NEAR = """
WITH RECURSIVE above(id) AS (
    SELECT id FROM place WHERE id = :place
    UNION SELECT p.parent_id FROM v_place p JOIN above a ON p.id = a.id WHERE p.parent_id IS NOT NULL
), below(id) AS (
    SELECT id FROM place WHERE id = :place
    UNION SELECT p.id FROM place p JOIN below b ON p.parent_id = b.id OR p.canonical_id = b.id
)
SELECT id, ref, place, occurred_words, occurred_from_on, grade, named_facilities, unnamed_facilities FROM v_attack
WHERE state <> 'withdrawn' AND canonical_id IS NULL
    AND (place_id IN (SELECT id FROM below) OR place_id IN (SELECT id FROM above))
    AND (occurred_from_on IS NULL OR occurred_from_on <= :last) AND (occurred_to_on IS NULL OR occurred_to_on >= :first)
    AND (occurred_from_on IS NOT NULL OR occurred_to_on IS NOT NULL)
ORDER BY occurred_from_on, ref
"""


def _types_hit(connection: Connection, rows: list[dict[str, Any]]) -> dict[Any, set[str]]:
    if not rows:
        return {}
    sql = (
        "SELECT h.attack_id, f.type_code FROM attack_facility h JOIN facility f ON f.id = h.facility_id "
        "WHERE h.attack_id IN :keys AND h.retracted_at IS NULL"
    )
    asked = text(sql).bindparams(bindparam("keys", expanding=True))
    found: dict[Any, set[str]] = {}
    for attack_id, type_code in connection.execute(asked, {"keys": [row["id"] for row in rows]}):
        found.setdefault(attack_id, set()).add(type_code)
    return found


def _may_be_alike(types: set[str], others: set[str]) -> bool:
    """Whether one type is another or a kind of it ("health facility", "clinic"); unknown types may be any."""
    if not types or not others:
        return True
    below = {kind for one in types for kind in codes.children("facility_type", one)}
    return bool(below & others) or any(codes.children("facility_type", other) & types for other in others)


def list_(
    connection: Connection,
    *,
    place: str | None = None,
    first: date | None = None,
    last: date | None = None,
    situation: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Attacks, newest first, withdrawn and merged ones left out; within a place, a period or a situation."""
    sql = (
        "SELECT ref, occurred_from_on, occurred_to_on, occurred_words AS occurred, place, named_facilities AS named, "
        "unnamed_facilities AS unnamed, claims, origins, grade, state FROM v_attack "
        "WHERE state <> 'withdrawn' AND canonical_id IS NULL"
    )
    values: dict[str, Any] = {}
    if place is not None:
        values["place"] = db.as_key(connection, lookup.find(connection, "place", place))
        sql += (
            " AND place_id IN (WITH RECURSIVE within(id) AS (SELECT id FROM place WHERE id = :place UNION "
            "SELECT p.id FROM place p JOIN within w ON p.parent_id = w.id OR p.canonical_id = w.id) "
            "SELECT id FROM within)"
        )
    if situation is not None:
        values["situation"] = db.as_key(connection, lookup.find(connection, "situation", situation))
        sql += " AND situation_id = :situation"
    for key, bound, condition in (
        ("first", first, "occurred_to_on >= :first"),
        ("last", last, "occurred_from_on <= :last"),
    ):
        if bound is not None:
            sql += f" AND {condition}"
            values[key] = bound
    # In two parts: in one, PostgreSQL would begin with those without a day, or put all in order before the first.
    dated = f"{sql} AND occurred_from_on IS NOT NULL ORDER BY occurred_from_on DESC, ref"
    undated = f"{sql} AND occurred_from_on IS NULL ORDER BY ref"
    return chain(db.each(connection, dated, **values), db.each(connection, undated, **values))


def show(connection: Connection, wanted: str) -> dict[str, Any]:
    """The record that a person needs: facilities, means, every claim side by side, who accuses whom, grades, figures.

    Raises:
        NotFound: nothing has that ref.
    """
    key = db.as_key(connection, lookup.find(connection, "attack", wanted))
    attack = db.every(connection, "SELECT * FROM v_attack WHERE id = :key", key=key)[0]
    for part, sql in _PARTS_OF_RECORD.items():
        attack[part] = db.every(connection, sql, key=key)
    attack["history"] = _history(connection, key)
    return attack


def _history(connection: Connection, key: Any) -> list[dict[str, Any]]:
    """Who changed it, or a record found to be it, when and why; the first entry may be that of the load it came by."""
    parts = [db.as_uuid(row["id"]) for row in db.every(connection, _ONE[1:-1], key=key)]
    brought = [entry for part in parts if (entry := joint.bringing(connection, "attack", part)) is not None]
    own = db.every(
        connection,
        f"SELECT seq, at, by, action, why FROM journal WHERE table_name = 'attack' AND row_id IN {_ONE}",
        key=key,
    )
    told = [*({**entry, "action": "insert"} for entry in brought), *own]
    told.sort(key=lambda entry: (entry["at"], entry["seq"]))
    return [{name: entry[name] for name in ("at", "by", "action", "why")} for entry in told]


# Records that were found to be this attack are parts of it.
_ONE = "(SELECT x.id FROM attack x WHERE x.id = :key OR x.canonical_id = :key)"


_PARTS_OF_RECORD = {
    "facilities": "SELECT facility, name, type, place, is_placeholder, effect, damage, functionality "
    f"FROM v_attack_facility WHERE attack_id IN {_ONE} ORDER BY facility",
    "means": "SELECT attack_type_code AS type, launch_code AS launch, munition_code AS munition "
    f"FROM attack_means WHERE attack_id IN {_ONE} AND retracted_at IS NULL ORDER BY id",
    "reports": "SELECT r.ref, r.publisher, r.title, r.published_from_on FROM attack_report x "
    f"JOIN v_report r ON r.id = x.report_id WHERE x.attack_id IN {_ONE} ORDER BY x.id",
    "claims": "SELECT c.*, (SELECT MIN(x.ref) FROM claim_link l JOIN claim x ON x.id = l.claim_id "
    "WHERE l.other_id = c.id AND l.kind = 'corrects' AND x.withdrawn_at IS NULL "
    "AND x.retracted_at IS NULL) AS corrected_by "
    f"FROM v_claim c WHERE c.attack_id IN {_ONE} ORDER BY c.measure IS NULL, c.measure, c.ref",
    "attributions": f"SELECT * FROM v_attribution WHERE attack_id IN {_ONE} ORDER BY speaker, actor IS NULL, actor",
    "assessments": "SELECT scheme, grade_code AS grade, proposed_code AS proposed, independent_origins, rationale, "
    f"assessor, reviewer, assessed_at FROM assessment WHERE attack_id IN {_ONE} AND superseded_at IS NULL "
    "ORDER BY scheme, id",
    "figures": f"SELECT * FROM v_figure WHERE attack_id IN {_ONE} ORDER BY measure, ref",
    "links": "SELECT l.kind, o.ref FROM attack_link l JOIN attack o ON o.id = l.other_id "
    f"WHERE l.attack_id IN {_ONE} AND l.retracted_at IS NULL AND o.retracted_at IS NULL ORDER BY l.id",
    "same_as": "SELECT ref, occurred_words FROM v_attack "
    "WHERE id IN (SELECT x.id FROM attack x WHERE x.canonical_id = :key) ORDER BY ref",
    "strikes": f"SELECT ref, occurred_words FROM v_attack WHERE parent_id IN {_ONE} ORDER BY ref",
}
