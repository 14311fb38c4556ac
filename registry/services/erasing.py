"""Erasing personal data: from a record that people know by its ref, its names included, or from any row by its key."""

import uuid
from collections.abc import Collection
from typing import Any

from sqlmodel import SQLModel

from registry import keys
from registry.errors import InvalidValue, NotFound
from registry.models.base import Row
from registry.models.facilities import Facility, FacilityName
from registry.models.happened import Attack, Situation
from registry.models.places import Place, PlaceName
from registry.models.said import Claim, Report
from registry.models.who import Actor, ActorName, Source, SourceName
from registry.services import journal
from registry.services.work import OUTSIDE_THE_JOURNAL, Work

# Where people's data may stand: the record, and the rows of its names.
_TABLES: dict[str, tuple[type[Row], type[Row] | None]] = {
    "place": (Place, PlaceName),
    "source": (Source, SourceName),
    "actor": (Actor, ActorName),
    "facility": (Facility, FacilityName),
    "situation": (Situation, None),
    "report": (Report, None),
    "attack": (Attack, None),
    "claim": (Claim, None),
}


def erase(work: Work, wanted: str, columns: Collection[str]) -> int:
    """Remove what columns of a record hold, from it and from the journal; how many journal entries were rewritten.

    `name`, of a record whose names are rows of their own, means all of its names.

    Args:
        work: its reason stays in the journal: it must not name the person.
        wanted: the ref, or the table and the row's id (`attribution:0197…`) for a row without one. A name would find
            the wrong person's record too easily.
        columns: where the personal data is.

    Raises:
        NotFound: nothing has that ref or id.
        InvalidValue: it is not a ref, or the record has no such column or cannot be without it.
    """
    if ":" in wanted:
        return journal.erase(work, _row(work, wanted), columns)
    noun = keys.PREFIXES[keys.read_ref(wanted)[0]]
    if noun not in _TABLES:
        raise InvalidValue("ref", f"a {noun} holds no personal data", "give the ref of another record")
    table, names = _TABLES[noun]
    row = work.by_ref(table, wanted, noun)
    own = [column for column in columns if names is None or column != "name"]
    rewritten = journal.erase(work, row, own) if own else 0
    if names is not None and "name" in columns:
        of_it: dict[str, Any] = {f"{noun}_id": row.id}
        rewritten += sum(journal.erase(work, name, ["name"]) for name in work.find_all(names, **of_it))
    return rewritten


def _row(work: Work, wanted: str) -> Row:
    """The row of any journalled table, from `table:id` as `registry journal show --format csv` gives both."""
    name, _, text = wanted.partition(":")
    tables = {str(mapper.class_.__tablename__): mapper.class_ for mapper in SQLModel._sa_registry.mappers}
    table = tables.get(name.strip())
    if table is None or not issubclass(table, Row) or table in OUTSIDE_THE_JOURNAL:
        raise InvalidValue("ref", f"{name!r} is not a table of records", "give a ref, or table:id of a row")
    try:
        key = uuid.UUID(text.strip())
    except ValueError as error:
        hint = "give it as `registry journal show --format csv` prints it"
        raise InvalidValue("ref", "what follows the colon is not the id of a row", hint) from error
    found = work.session.get(table, key)
    if found is None:
        raise NotFound("row of", name, hint="see `registry journal show --format csv`")
    return found
