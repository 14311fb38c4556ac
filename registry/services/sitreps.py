"""Situation reports: what is asked for, in people's words, becomes a snapshot and then a page."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from sqlalchemy import Connection

from registry.errors import InvalidValue
from registry.services import subjects
from registry.services.coding import today, word
from registry.services.subjects import Asked
from registry.sitrep import catalogue
from registry.sitrep.disclosure import AUDIENCES
from registry.sitrep.snapshot import Request, take, widened
from registry.sitrep.values import Audience, Sitrep


def snapshot(
    connection: Connection,
    *,
    areas: Sequence[str],
    first: str,
    last: str,
    audience: str = "public",
    language: str = "en",
    producer: str = "",
    contact: str = "",
) -> Sitrep:
    """The values of a situation report on an area and a period; `taken` says more."""
    asked = Asked(areas=areas, first=first, last=last)
    return taken(connection, asked, audience=audience, language=language, producer=producer, contact=contact)


def taken(
    connection: Connection,
    asked: Asked,
    *,
    audience: str = "public",
    language: str = "en",
    producer: str = "",
    contact: str = "",
) -> Sitrep:
    """The values of a report of any kind.

    Args:
        connection: one read transaction, so that all parts belong together.
        asked: of which kind, and about what.
        audience: who may read it, `public`, `partner` or `internal`; a public period is widened to whole weeks.
        language: one of `catalogue.languages()`.
        producer: who publishes it.
        contact: whom readers write to with a correction.

    Raises:
        NotFound, Ambiguous: an area, the attack or the facility.
        InvalidValue: the period ends before it starts, the language has no catalogue, an area is finer than the
            audience may see, a public period is not over, or the audience may not have a report of this kind.
        Conflict: the attack was withdrawn.
    """
    catalogue.check(language)
    readers = cast("Audience", word("audience", audience, AUDIENCES))
    about = subjects.find(connection, asked)
    first, last = period(about.first, about.last, readers)
    request = Request(
        about.areas, first, last, readers, kind=asked.kind, attack=about.attack, facility=about.facility,
        language=language, producer=producer, contact=contact,
    )  # fmt: skip
    if readers == "public" and last >= today():
        # Two issues of one week, made on different days, would tell days apart.
        why = f"the public reads of whole weeks, and that of {last} is not over"
        raise InvalidValue("to", why, "give a day of an earlier week, or --audience partner")
    return take(connection, request)


def period(first: date, last: date, audience: str) -> tuple[date, date]:
    """A period as its audience reads of it: for the public, of whole weeks."""
    request = widened(Request((), first, last, cast("Audience", word("audience", audience, AUDIENCES))))
    return request.first, request.last
