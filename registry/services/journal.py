"""The journal read back, and the one exception to "nothing is erased": a person's right to have their data removed.

Reasons (`why`) and names of users (`by`) are part of the chain and can never be erased: no personal data of others
belong there.
"""

import re
import secrets
import uuid
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, String, UniqueConstraint, and_, or_, select, true, update
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from registry import db, keys
from registry.errors import InvalidValue, NotFound, RegistryError
from registry.models.base import Row
from registry.services import joint
from registry.services.chain import Head, Verdict, fits, verify
from registry.services.erased import ERASED, is_erased
from registry.services.joint import parsed
from registry.services.work import Work, canonical, commit, write_entry

__all__ = ["ERASED", "Head", "Verdict", "blank", "erase", "show", "verify"]

_JOURNAL, _VALUE, _NODE = (SQLModel.metadata.tables[name] for name in ("journal", "journal_value", "node"))
_DERIVED = {"name": ("folded",)}  # a search key tells nearly all that the name does


def show(
    connection: Connection,
    *,
    table: str | None = None,
    row_ref: str | None = None,
    row_id: uuid.UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    by: str | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Entries, newest first: at, by, why, action, table, ref, row_id, node, seq, changed and erased.

    `changed` maps columns to (before, after); `erased` lists the columns whose value in this entry is gone.

    Args:
        connection: from `db.reading`.
        table: only entries of this table.
        row_ref: only entries of the record with this ref, which may be a former one.
        row_id: only entries of the row with this key.
        since: only entries of this time and later.
        until: only entries of this time and before.
        by: only entries of this person.
        limit: at most so many.

    Raises:
        InvalidValue: the ref is mistyped.
        NotFound: no record has that ref.
        RegistryError: somebody wrote into the journal what cannot be read.
    """
    if row_ref is not None:
        table, row_id = _find_row(connection, row_ref)
    wanted = [_JOURNAL.c.by == by] if by is not None else []
    if since is not None:
        wanted.append(_JOURNAL.c.at >= since)
    if until is not None:
        wanted.append(_JOURNAL.c.at <= until)
    try:
        wanted.append(_about(connection, table, row_id))
        return [_told(connection, entry) for entry in _newest(connection, wanted, table, row_id, limit)]
    except (TypeError, ValueError) as error:
        raise RegistryError("the journal holds something unreadable; run `registry journal verify`") from error


def _about(connection: Connection, table: str | None, row_id: uuid.UUID | None) -> Any:
    """SQL: the entry is of this row, or of this table; a joint one may be."""
    columns = {"table_name": table, "row_id": row_id}
    own = and_(true(), *(_JOURNAL.c[name] == value for name, value in columns.items() if value is not None))
    if row_id is None:
        return or_(own, _JOURNAL.c.action == joint.ACTION)
    brought = joint.bringing(connection, table, row_id)
    return own if brought is None else or_(own, _JOURNAL.c.id == db.as_uuid(brought["id"]))


def _newest(
    connection: Connection, wanted: list[Any], table: str | None, row_id: uuid.UUID | None, limit: int
) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for node in connection.execute(select(_NODE)).mappings():
        # Chain by chain, so that the newest are found through the index of node and seq.
        query = _entries().where(_JOURNAL.c.node_id == node["id"], *wanted).order_by(_JOURNAL.c.seq.desc())
        if table is None or row_id is not None:  # else a joint entry may hold no row of the table
            query = query.limit(limit)
        with connection.execute(query.execution_options(yield_per=limit)) as found:
            single = (one for entry in found.mappings() for one in _singly(dict(entry), table, row_id))
            entries += [entry | {"node": node["name"]} for entry in islice(single, limit)]
    return sorted(entries, key=lambda entry: (entry["at"], entry["seq"]), reverse=True)[:limit]


def _singly(entry: dict[str, Any], table: str | None, row_id: uuid.UUID | None) -> Iterator[dict[str, Any]]:
    """An entry; of a joint one each row that is asked for, as if it had been journalled alone."""
    if entry["action"] != joint.ACTION:
        yield entry | {"image": parsed(entry["value"])}
        return
    for name, image in joint.images(entry["value"]):
        key = uuid.UUID(image["id"])
        if table in (None, name) and row_id in (None, key):
            yield entry | {"action": "insert", "table_name": name, "row_id": key, "image": image}


def _entries() -> Any:
    return select(_JOURNAL, _VALUE.c.salt, _VALUE.c.value).outerjoin(_VALUE, _VALUE.c.journal_id == _JOURNAL.c.id)


def _find_row(connection: Connection, ref: str) -> tuple[str, uuid.UUID]:
    wanted = keys.read_ref(ref)
    noun = keys.PREFIXES[wanted[0]]
    table, alias = SQLModel.metadata.tables[noun], SQLModel.metadata.tables["ref_alias"]
    former = select(alias.c.row_id).where(alias.c.ref == wanted, alias.c.table_name == noun)
    found = connection.scalar(select(table.c.id).where(table.c.ref == wanted)) or connection.scalar(former)
    if found is None:
        raise NotFound(noun, wanted, hint=f"see `registry {noun} list`")
    return noun, found


def _told(connection: Connection, entry: Mapping[str, Any]) -> dict[str, Any]:
    image, former = entry["image"], _former_image(connection, entry)
    if entry["action"] == "erase":
        ref, changed, erased = former.get("ref"), {}, image.get("erased_columns", [])
    else:
        ref, changed, erased = image.get("ref"), _changes(former, image), []
        if not fits(entry):
            erased = [name for name, held in image.items() if held == ERASED]
    told = {name: entry[name] for name in ("at", "by", "why", "action", "row_id", "node", "seq")}
    return told | {"table": entry["table_name"], "ref": ref, "changed": changed, "erased": erased}


def _former_image(connection: Connection, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The image of the row before this entry: of its own chain, else the newest of another by then."""
    is_own = _JOURNAL.c.node_id == entry["node_id"]
    before = or_(and_(is_own, _JOURNAL.c.seq < entry["seq"]), and_(~is_own, _JOURNAL.c.at <= entry["at"]))
    query = _entries().where(_of_row(entry["table_name"], entry["row_id"]), before)
    query = query.order_by(is_own.desc(), _JOURNAL.c.at.desc(), _JOURNAL.c.seq.desc())
    if (found := connection.execute(query.limit(1)).first()) is not None:
        return parsed(found.value)
    if entry["action"] == "insert":
        return {}
    brought = joint.bringing(connection, entry["table_name"], entry["row_id"])
    image: dict[str, Any] = brought["image"] if brought is not None else {}
    return image


def _of_row(table: str, row_id: uuid.UUID) -> Any:
    """SQL: the entry is an image of this row alone."""
    return and_(_JOURNAL.c.table_name == table, _JOURNAL.c.row_id == row_id, _JOURNAL.c.action != "erase")


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    told = [name for name in after if name not in {"id", "version"}]
    return {name: (before.get(name), after[name]) for name in told if before.get(name) != after[name]}


def erase(work: Work, row: Row, columns: Collection[str]) -> int:
    """Remove personal data from a record and from all that the journal keeps of it; how many values were rewritten.

    The columns become empty, or `[erased]` where they may not be. The former images of the row are rewritten with new
    salts, and an entry `erase` commits to what they now are, so that the chain still proves everything else; of a joint
    entry, what it holds of other rows stays. The old salts are gone with the values: nobody can find out by guessing
    whether a name had stood there.

    On SQLite the old text is in the write-ahead log until `db.forget` has run, which is the caller's next step.

    Args:
        work: its reason stays in the journal: it must not name the person.
        row: read in this unit.
        columns: where the personal data is; the search key of a name goes with the name.

    Raises:
        InvalidValue: there is no such column, or the record cannot be without it.
    """
    table, names = str(row.__tablename__), _erasable(row, columns)
    work.session.flush()
    connection = work.session.connection()
    former = _holding(connection, table, row.id)
    blanks: dict[str, Any] = {
        name: blank(SQLModel.metadata.tables[table].c[name], row.id)
        for name in names
        if not _is_blank(getattr(row, name))
    }
    changed = work.change(row, **blanks)
    rewritten: dict[str, str] = {}
    for entry in former:
        is_joint = entry["action"] == joint.ACTION
        image = (joint.image_of(entry["value"], table, row.id) if is_joint else parsed(entry["value"])) or {}
        if held := [name for name in names if not _is_blank(image.get(name))]:
            gone = dict.fromkeys(held, ERASED)
            kept = joint.with_changes(entry["value"], table, row.id, gone) if is_joint else image | gone
            rewritten[str(entry["id"])] = _rewrite(connection, entry["id"], canonical(kept)).hex()
    if changed or rewritten:
        write_entry(work, "erase", table, row.id, canonical({"erased_columns": names, "entries": rewritten}))
    return len(rewritten)


def _holding(connection: Connection, table: str, row_id: uuid.UUID) -> list[dict[str, Any]]:
    """The entries that hold an image of a row, its own and the one of the load that brought it, with their values."""
    brought = joint.bringing(connection, table, row_id)
    keys = [db.as_uuid(brought["id"])] if brought is not None else []
    query = _entries().where(or_(_of_row(table, row_id), _JOURNAL.c.id.in_(keys)))
    return [dict(entry) for entry in connection.execute(query.order_by(_JOURNAL.c.seq)).mappings()]


def _rewrite(connection: Connection, entry: uuid.UUID, value: bytes) -> bytes:
    """Put another value in the place of an entry's, with a new salt; the commitment to it."""
    salt = secrets.token_bytes(16)
    connection.execute(update(_VALUE).where(_VALUE.c.journal_id == entry).values(salt=salt, value=value))
    return commit(salt, value)


def _erasable(row: Row, columns: Collection[str]) -> list[str]:
    table = SQLModel.metadata.tables[str(row.__tablename__)]
    names = {*columns, *(also for name in columns for also in _DERIVED.get(name, ()) if also in table.c)}
    for name in names:
        column = table.c.get(name)
        if column is None:
            raise InvalidValue("column", f"{table.name} has no column {name!r}", f"it has {', '.join(table.c.keys())}")
        is_text = isinstance(getattr(row, name), str) and not column.foreign_keys
        if name in {"id", "ref", "version"} or not (column.nullable or is_text):
            raise InvalidValue("column", f"{table.name} cannot be without its {name}", "name a column that holds text")
    return sorted(names)


def _is_blank(value: object) -> bool:
    return value is None or is_erased(value)


def blank(column: Column[Any], key: uuid.UUID) -> str | None:
    """What takes the place of an erased value; told apart by the row's key where two records may not hold the same."""
    if column.nullable and not (_must_be_said(column) and isinstance(column.type, AutoString | String)):
        return None
    rules = [rule for rule in column.table.constraints if isinstance(rule, UniqueConstraint)]
    is_unique = column.unique or any(column.name in rule.columns for rule in rules)
    return f"{ERASED[:-1]} {key.hex[-8:]}]" if is_unique else ERASED


def _must_be_said(column: Column[Any]) -> bool:
    """Whether a rule of the table looks at whether there is a text: a figure that a person adopted has its reason."""
    rules = [str(rule.sqltext) for rule in column.table.constraints if isinstance(rule, CheckConstraint)]
    return any(re.search(rf"\b{column.name} IS (NOT )?NULL", rule) for rule in rules)
