"""What a report is about: an area and a period, or one record that gives both."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from registry import dates, db
from registry.errors import Conflict, InvalidValue
from registry.services import lookup
from registry.services.coding import today
from registry.sitrep.values import Kind


@dataclass(frozen=True)
class Subject:
    """An area and a period, both days included; with the one attack or facility in it that the report is about."""

    areas: tuple[uuid.UUID, ...]
    first: date
    last: date
    attack: uuid.UUID | None = None
    facility: uuid.UUID | None = None

    @property
    def is_one_record(self) -> bool:
        """Whether it is about one attack or facility and not about an area."""
        return self.attack is not None or self.facility is not None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a report is to be about, in people's words.

    Attributes:
        kind: `flash` for two pages on one attack or day, `facility` for the history of one facility, else `sitrep`.
        areas: refs, P-codes or names of places; none where it is about one attack or facility.
        first: the first day of the period; a month or year begins with its first day.
        last: the last day, included; a month or year ends with its last day.
        attack: the ref of the one attack that it is about, which gives its area and period; "" for none.
        facility: the name or ref of the one facility that it is about, which gives them too; "" for none.
    """

    kind: Kind = "sitrep"
    areas: Sequence[str] = ()
    first: str = ""
    last: str = ""
    attack: str = ""
    facility: str = ""


def find(connection: Connection, asked: Asked) -> Subject:
    """The attack, the facility, or else the areas and the period that are meant.

    Raises:
        NotFound, Ambiguous: an area, the attack or the facility.
        InvalidValue: a day is none, the last one is before the first, or nothing dated is on record of the record.
        Conflict: the attack was withdrawn.
    """
    if asked.attack:
        return _attack(connection, asked.attack)
    if asked.facility:
        return _facility(connection, asked.facility)
    keys = tuple(dict.fromkeys(lookup.find(connection, "place", area) for area in asked.areas))
    return Subject(keys, *days(asked.first, asked.last))


def days(first: str, last: str) -> tuple[date, date]:
    """The first and the last day of a period as a person gives them.

    Raises:
        InvalidValue: one is no day, or the last is before the first.
    """
    start, end = _day(first, "from"), _day(last, "to", is_end=True)
    if end < start:
        raise InvalidValue("to", f"{last} is before {first}", "give the earlier day as --from")
    return start, end


def _day(text: str, field: str, *, is_end: bool = False) -> date:
    found = dates.parse(text, field=field, today=today())
    day = found.end if is_end else found.start
    if day is None:
        raise InvalidValue(field, f"{text!r} is open", "give a day, such as 2019-05-04")
    return day


def refs(connection: Connection, subject: Subject) -> list[str]:
    """The refs of the attack or facility that a report is about, else of its areas."""
    one = {"attack": subject.attack, "facility": subject.facility}
    named = [(noun, key) for noun, key in one.items() if key] or [("place", key) for key in subject.areas]
    found = [
        db.one(connection, f"SELECT ref FROM {noun} WHERE id = :key", key=db.as_key(connection, key))
        for noun, key in named
    ]
    return [str(row["ref"]) for row in found if row]


# Every day that anything on record of a facility, or of a record merged into it, is dated by.
_DAYS_OF_FACILITY = """
SELECT MIN(d.first_on) AS first_on, MAX(d.last_on) AS last_on FROM (
    SELECT h.facility_id, COALESCE(a.occurred_from_on, a.occurred_to_on) AS first_on,
        COALESCE(a.occurred_to_on, a.occurred_from_on) AS last_on
    FROM attack_facility h JOIN attack a ON a.id = h.attack_id
    WHERE h.retracted_at IS NULL AND a.retracted_at IS NULL AND a.state <> 'withdrawn'
    UNION ALL
    SELECT facility_id, observed_from_on, COALESCE(observed_to_on, observed_from_on) FROM facility_status
    WHERE retracted_at IS NULL
    UNION ALL
    SELECT facility_id, COALESCE(period_from_on, period_to_on), COALESCE(period_to_on, period_from_on)
    FROM claim WHERE facility_id IS NOT NULL AND retracted_at IS NULL
) d JOIN facility f ON f.id = d.facility_id WHERE f.id = :key OR f.canonical_id = :key
"""


def _facility(connection: Connection, wanted: str) -> Subject:
    """One facility: its governorate, and the days from the first to the last of which anything is on record."""
    key = lookup.find(connection, "facility", wanted)
    row = db.one(
        connection,
        "SELECT ref, is_placeholder, place_id FROM v_facility WHERE id = :key",
        key=db.as_key(connection, key),
    )
    assert row is not None  # noqa: S101 -- it was found above
    if row["is_placeholder"]:
        why = f"{row['ref']} stands for one that no source has named, which has no history of its own"
        raise InvalidValue("facility", why, "give one that has a name, or --kind flash for the attack on it")
    known = db.one(connection, _DAYS_OF_FACILITY, key=db.as_key(connection, key))
    if known is None or known["first_on"] is None:
        raise InvalidValue(
            "facility", f"nothing with a date is on record of {row['ref']}", "enter an attack or a status"
        )
    first, last = _as_date(known["first_on"]), _as_date(known["last_on"])
    return Subject((_governorate(connection, row["place_id"]),), first, last, facility=key)


def _attack(connection: Connection, ref: str) -> Subject:
    """One attack: its governorate, and the days on which it may have been."""
    key = lookup.find(connection, "attack", ref)
    sql = "SELECT ref, state, place_id, occurred_from_on, occurred_to_on FROM v_attack WHERE id = :key"
    row = db.one(connection, sql, key=db.as_key(connection, key))
    assert row is not None  # noqa: S101 -- it was found above
    if row["state"] == "withdrawn":
        raise Conflict(f"{row['ref']} was withdrawn; `registry attack show {row['ref']}` says why")
    known = [_as_date(row[column]) for column in ("occurred_from_on", "occurred_to_on") if row[column]]
    if not known:
        raise InvalidValue("attack", f"no date of {row['ref']} is on record", "give it one with `registry attack edit`")
    return Subject((_governorate(connection, row["place_id"]),), known[0], known[-1], attack=key)


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
