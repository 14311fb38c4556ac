"""What a report is about: an area and a period, or one record that gives both."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from registry import db
from registry.errors import Conflict, InvalidValue
from registry.services import lookup


@dataclass(frozen=True)
class Subject:
    """An area and a period, both days included; with the one attack or facility in it that the report is about."""

    areas: tuple[uuid.UUID, ...]
    first: date
    last: date
    attack: uuid.UUID | None = None
    facility: uuid.UUID | None = None


# Every day that anything on record of a facility, or of a record merged into it, is dated by.
_DAYS_OF_FACILITY = """
SELECT MIN(d.first_on) AS first_on, MAX(d.last_on) AS last_on FROM (
    SELECT h.facility_id, COALESCE(a.occurred_from_on, a.occurred_to_on) AS first_on,
        COALESCE(a.occurred_to_on, a.occurred_from_on) AS last_on
    FROM attack_facility h JOIN attack a ON a.id = h.attack_id
    WHERE h.retracted_at IS NULL AND a.retracted_at IS NULL AND a.state <> 'withdrawn'
    UNION ALL
    SELECT facility_id, observed_from_on, COALESCE(observed_to_on, observed_from_on) FROM facility_status
    UNION ALL
    SELECT facility_id, COALESCE(period_from_on, period_to_on), COALESCE(period_to_on, period_from_on)
    FROM claim WHERE facility_id IS NOT NULL AND retracted_at IS NULL
) d JOIN facility f ON f.id = d.facility_id WHERE f.id = :key OR f.canonical_id = :key
"""


def facility(connection: Connection, wanted: str) -> Subject:
    """One facility: its governorate, and the days from the first to the last of which anything is on record.

    Raises:
        NotFound, Ambiguous: the facility.
        InvalidValue: it stands for one that nobody has named, or nothing of it has a date.
    """
    key = lookup.find(connection, "facility", wanted)
    row = db.one(
        connection, "SELECT ref, is_placeholder, place_id FROM v_facility WHERE id = :key", key=db.as_key(connection, key)
    )
    assert row is not None  # noqa: S101 -- it was found above
    if row["is_placeholder"]:
        why = f"{row['ref']} stands for one that no source has named, which has no history of its own"
        raise InvalidValue("facility", why, "give one that has a name, or --kind flash for the attack on it")
    days = db.one(connection, _DAYS_OF_FACILITY, key=db.as_key(connection, key))
    if days is None or days["first_on"] is None:
        raise InvalidValue("facility", f"nothing with a date is on record of {row['ref']}", "enter an attack or a status")
    first, last = _as_date(days["first_on"]), _as_date(days["last_on"])
    return Subject((_governorate(connection, row["place_id"]),), first, last, facility=key)


def attack(connection: Connection, ref: str) -> Subject:
    """One attack: its governorate, and the days on which it may have been.

    Raises:
        NotFound: there is no such attack.
        Conflict: it was withdrawn.
        InvalidValue: no date of it is on record.
    """
    key = lookup.find(connection, "attack", ref)
    sql = "SELECT ref, state, place_id, occurred_from_on, occurred_to_on FROM v_attack WHERE id = :key"
    row = db.one(connection, sql, key=db.as_key(connection, key))
    assert row is not None  # noqa: S101 -- it was found above
    if row["state"] == "withdrawn":
        raise Conflict(f"{row['ref']} was withdrawn; `registry attack show {row['ref']}` says why")
    days = [_as_date(row[column]) for column in ("occurred_from_on", "occurred_to_on") if row[column]]
    if not days:
        raise InvalidValue("attack", f"no date of {row['ref']} is on record", "give it one with `registry attack edit`")
    return Subject((_governorate(connection, row["place_id"]),), days[0], days[-1], attack=key)


def _as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _governorate(connection: Connection, place: object) -> uuid.UUID:
    """The governorate that a place lies in; where none is known the widest place."""
    key = place
    while True:
        sql = "SELECT level, parent_id FROM v_place WHERE id = :key"
        row = db.one(connection, sql, key=key)
        if row is None or row["level"] == "governorate" or row["parent_id"] is None:
            return db.as_uuid(key)
        key = row["parent_id"]
