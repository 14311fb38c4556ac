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
    """An area and a period, both days included; with the one attack in it that the report is about."""

    areas: tuple[uuid.UUID, ...]
    first: date
    last: date
    attack: uuid.UUID | None = None


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
