"""Situation reports: what is asked for, in people's words, becomes a snapshot and then a page."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from sqlalchemy import Connection

from registry import dates
from registry.errors import InvalidValue
from registry.services import lookup, subjects
from registry.services.coding import today, word
from registry.sitrep import catalogue
from registry.sitrep.disclosure import AUDIENCES
from registry.sitrep.snapshot import Request, take, widened
from registry.sitrep.values import Audience, Kind, Sitrep


def snapshot(
    connection: Connection,
    *,
    areas: Sequence[str] = (),
    first: str = "",
    last: str = "",
    kind: Kind = "sitrep",
    attack: str = "",
    facility: str = "",
    audience: str = "public",
    language: str = "en",
    producer: str = "",
    contact: str = "",
) -> Sitrep:
    """The values of a situation report.

    Args:
        connection: one read transaction, so that all parts belong together.
        areas: refs, P-codes or names of places; none where it is about one attack or facility.
        first: the first day of the period; a month or year begins with its first day.
        last: the last day, included; a month or year ends with its last day.
        kind: `flash` for two pages on one attack or day, `facility` for the history of one facility, else `sitrep`.
        attack: the ref of the one attack that it is about, which gives its area and period; "" for none.
        facility: the name or ref of the one facility that it is about, which gives them too; "" for none.
        audience: who may read it, `public`, `partner` or `internal`; a public period is widened to whole weeks.
        language: one of `catalogue.languages()`.
        producer: who publishes it.
        contact: whom readers write to with a correction.

    Raises:
        NotFound, Ambiguous: an area, the attack or the facility.
        InvalidValue: the period ends before it starts, the language has no catalogue, an area is finer than the
            audience may see, a public period is not over, or the audience may not have a report of this kind.
    """
    catalogue.check(language)
    readers = cast("Audience", word("audience", audience, AUDIENCES))
    if attack:
        subject = subjects.attack(connection, attack)
    elif facility:
        subject = subjects.facility(connection, facility)
    else:
        subject = _area(connection, areas, first, last)
    asked = Request(
        subject.areas, subject.first, subject.last, readers, kind=kind, attack=subject.attack,
        facility=subject.facility, language=language, producer=producer, contact=contact,
    )  # fmt: skip
    request = widened(asked)
    end = request.last
    if readers == "public" and end >= today():
        # Two issues of one week, made on different days, would tell days apart.
        why = f"the public reads of whole weeks, and that of {end} is not over"
        raise InvalidValue("to", why, "give a day of an earlier week, or --audience partner")
    return take(connection, request)


def _area(connection: Connection, areas: Sequence[str], first: str, last: str) -> subjects.Subject:
    keys = tuple(dict.fromkeys(lookup.find(connection, "place", area) for area in areas))
    return subjects.Subject(keys, *_days(first, last))


def period(first: str, last: str, audience: str) -> tuple[date, date]:
    """The first and the last day of a period as a person gives them; for the public, of its whole weeks.

    Raises:
        InvalidValue: one is no day, or the last is before the first.
    """
    request = widened(Request((), *_days(first, last), cast("Audience", word("audience", audience, AUDIENCES))))
    return request.first, request.last


def _days(first: str, last: str) -> tuple[date, date]:
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
