"""The one write path: a unit of work is one transaction by one person for one reason, and journals all it does.

Every row that a flush inserts or changes gets a journal entry in the same transaction, made by a listener, so that no
service can forget it. Nothing is deleted: the listener refuses. Statements that would slip past it (insert, update and
delete, built or as text, on a journalled table) are refused on the unit's connection. Only the driver's own SQL
(`exec_driver_sql`) passes, for `services.bulk`, which journals what it writes.
"""

import hashlib
import json
import re
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache, partial
from typing import Any, TypeVar

from sqlalchemy import ClauseElement, Engine, TextClause, UpdateBase, event, insert, inspect, update
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import visitors
from sqlmodel import Session, SQLModel, col, select

from registry import db, keys, names
from registry.errors import Conflict, InvalidValue, NotFound, RegistryError
from registry.models.base import Row
from registry.models.journal import Journal, JournalValue, Node

OUTSIDE_THE_JOURNAL = (Journal, JournalValue, Node)
_CHANGED_TABLE = re.compile(
    r"""(?ix) \b (?: (?:INSERT\s+(?:OR\s+\w+\s+)?|REPLACE\s+|MERGE\s+)INTO | DELETE\s+FROM
    | UPDATE(?:\s+OR\s+\w+)?(?:\s+ONLY)? | TRUNCATE(?:\s+TABLE)? ) \s+ (?:\w+\.)? ["`\[]? (\w+)"""
)

Table = TypeVar("Table", bound=Row)


@dataclass
class Work:
    """One transaction: who, why, when, and the session that carries it.

    Attributes:
        at: the time of every entry of this unit, in UTC.
    """

    session: Session
    by: str
    why: str
    at: datetime
    node: Node
    seq: int
    head: bytes
    entries: list[uuid.UUID] = field(default_factory=list)

    def add(self, row: Table) -> Table:
        """Insert a row; it has its place in the database when this returns.

        Raises:
            Conflict: through the constraint that it violates.
        """
        self.session.add(row)
        self.session.flush()
        return row

    def change(self, row: Row, *, version: int | None = None, **values: Any) -> bool:
        """Set columns of a row; whether anything was different.

        Args:
            row: the row, read in this unit.
            version: the version that the person saw; None where the change does not rest on what was seen.
            values: column names and their new values.

        Raises:
            Conflict: somebody changed the row since that version.
        """
        held = getattr(row, "version", None)
        if version is not None and held != version:
            raise Conflict(f"somebody changed this record meanwhile (it is at version {held}); look at it again")
        different = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in different.items():
            setattr(row, name, value)
        self.session.flush()
        return bool(different)

    def by_ref(self, table: type[Table], ref: str, noun: str) -> Table:
        """The row with this ref.

        Raises:
            InvalidValue: the text is not a ref or its check character is wrong.
            NotFound: no row has it.
        """
        wanted = keys.read_ref(ref, noun)
        if keys.PREFIXES[wanted[0]] != noun:
            raise InvalidValue(noun, f"{wanted} is the ref of a {keys.PREFIXES[wanted[0]]}", f"give a {noun}'s ref")
        found = self.find(table, ref=wanted)
        if found is None:
            raise NotFound(noun, wanted, hint=f"see `registry {noun} list`")
        return found

    def is_by(self, name: str) -> bool:
        """Whether a name is that of whoever works here: "amal" does not approve what "Amal" made."""
        return " ".join(name.split()).casefold() == " ".join(self.by.split()).casefold()

    def find(self, table: type[Table], **values: Any) -> Table | None:
        """The first row with these values, or None."""
        found: Table | None = self.session.exec(select_by(table, **values)).first()
        return found

    def find_all(self, table: type[Table], **values: Any) -> list[Table]:
        """All rows with these values, oldest first."""
        return list(self.session.exec(select_by(table, **values).order_by(col(table.id))))

    def get(self, table: type[Table], key: uuid.UUID) -> Table:
        """The row with this key, which a foreign key promises."""
        found = self.session.get(table, key)
        if found is None:
            raise RegistryError(f"a {table.__name__} that another record points to is gone; run `registry db check`")
        return found


def select_by(table: type[Table], **values: Any) -> Any:
    """A select of the rows with these values; None asks for the empty ones."""
    columns = table.__table__.c  # type: ignore[attr-defined]  # made by SQLModel's metaclass
    return select(table).where(*(columns[name] == value for name, value in values.items()))


@contextmanager
def writing(engine: Engine, by: str, why: str) -> Iterator[Work]:
    """A unit of work: all of it is saved when the block ends, or none.

    Args:
        engine: from `db.connect`.
        by: who is answerable.
        why: the reason that the journal keeps.

    Raises:
        NotFound: there is no registry.
        Conflict: somebody else changed a row, or it exists already.
        RegistryError: the database refused, said in one line.
    """
    with _transaction(engine, by, why) as work:
        yield work
        work.session.flush()
        _move_head(work)


@contextmanager
def rehearsing(engine: Engine, by: str, why: str) -> Iterator[Work]:
    """A unit of work that is undone at its end: what would be refused is refused, and nothing is saved."""
    with _transaction(engine, by, why) as work:
        yield work
        work.session.flush()
        work.session.rollback()


@contextmanager
def _transaction(engine: Engine, by: str, why: str) -> Iterator[Work]:
    by, why = names.clean(by), names.clean(why)
    if not by:
        raise InvalidValue("user", "has no name", "give --as 'Your name', or set REGISTRY_USER")
    with db.explained(engine), _stale_rows_explained():
        db.must_exist(engine)
        with JournalledSession(db.for_writing(engine), expire_on_commit=False) as session, session.begin():
            node = _locked_node(session)
            work = Work(session, by, why, datetime.now(UTC), node, node.head_seq, node.head_hash)
            session.info["work"] = work
            event.listen(session.connection(), "before_execute", partial(_refuse_unseen_changes, session))
            yield work


@contextmanager
def _stale_rows_explained() -> Iterator[None]:
    try:
        yield
    except StaleDataError as error:
        raise Conflict("somebody changed this record meanwhile; look at it again, then repeat your change") from error


class JournalledSession(Session):
    """A session whose flushes are journalled."""


def _locked_node(session: Session) -> Node:
    # On PostgreSQL this is what BEGIN IMMEDIATE is on SQLite: writers queue here, so that each reads what the one
    # before it wrote, and the chain has one end. READ COMMITTED then shows every later statement the newest rows.
    with db.waiting_for_others(session.connection()):
        node = session.exec(select(Node).where(col(Node.is_local)).with_for_update()).first()
    if node is None:
        raise RegistryError("the registry has no node of its own; run `registry init`, which makes it")
    return node


def _move_head(work: Work) -> None:
    if work.entries:
        moved = update(Node.__table__).where(Node.__table__.c.id == work.node.id)  # type: ignore[attr-defined]
        work.session.connection().execute(moved.values(head_seq=work.seq, head_hash=work.head))


@event.listens_for(JournalledSession, "before_flush")
def _refuse_deletes(session: Session, context: object, instances: object) -> None:
    del context, instances
    if session.deleted:
        names = sorted({type(row).__name__ for row in session.deleted})
        raise RegistryError(f"nothing is deleted from a registry ({', '.join(names)}); withdraw or supersede it")
    session.info["is_flushing"] = True  # until it is journalled; a flush that fails takes its transaction with it


def _refuse_unseen_changes(session: Session, connection: object, statement: Any, *told: object) -> None:
    """Refuse to insert, change or delete rows of a journalled table but by a flush, which the journal follows."""
    del connection, told
    if session.info.get("is_flushing"):
        return
    if isinstance(statement, TextClause):
        tables = {name.lower() for name in _CHANGED_TABLE.findall(statement.text)}
    else:
        parts = visitors.iterate(statement) if isinstance(statement, ClauseElement) else ()
        tables = {str(part.table) for part in parts if isinstance(part, UpdateBase)}
    if tables & _journalled_tables():
        raise RegistryError("a change that the journal would not see was refused; change the row itself")


@cache
def _journalled_tables() -> frozenset[str]:
    outside = {str(table.__tablename__) for table in OUTSIDE_THE_JOURNAL}
    return frozenset(table.name for table in SQLModel.metadata.sorted_tables if table.name not in outside)


@event.listens_for(JournalledSession, "after_flush")
def _journal_flush(session: Session, context: object) -> None:
    del context
    session.info["is_flushing"] = False
    work: Work | None = session.info.get("work")
    if work is None:
        return
    for row in session.new:
        _journal_row(work, row, "insert")
    for row in session.dirty:
        if session.is_modified(row):
            _journal_row(work, row, "update")


def _journal_row(work: Work, row: SQLModel, action: str) -> None:
    if isinstance(row, OUTSIDE_THE_JOURNAL) or not isinstance(row, Row):
        return
    write_entry(work, action, str(row.__tablename__), row.id, image(row))


def write_entry(work: Work, action: str, table_name: str, row_id: uuid.UUID, value: bytes) -> uuid.UUID:
    """Append one entry to the chain: what was done to which row, and the row as it stands now.

    Returns:
        The id of the entry.
    """
    salt = secrets.token_bytes(16)
    entry: dict[str, Any] = {
        "id": keys.new_id(),
        "node_id": work.node.id,
        "seq": work.seq + 1,
        "at": work.at,
        "by": work.by,
        "why": work.why,
        "action": action,
        "table_name": table_name,
        "row_id": row_id,
        "commitment": commit(salt, value),
        "prev_hash": work.head,
    }
    entry["hash"] = entry_hash(entry)
    connection = work.session.connection()
    connection.execute(insert(Journal.__table__), entry)  # type: ignore[attr-defined]
    kept = {"id": keys.new_id(), "journal_id": entry["id"], "salt": salt, "value": value}
    connection.execute(insert(JournalValue.__table__), kept)  # type: ignore[attr-defined]
    work.seq, work.head = work.seq + 1, entry["hash"]
    work.entries.append(entry["id"])
    key: uuid.UUID = entry["id"]
    return key


def commit(salt: bytes, value: bytes) -> bytes:
    """The commitment to a value: SHA-256 over a random salt and the value, so that it cannot be guessed once erased."""
    return hashlib.sha256(salt + value).digest()


def entry_hash(entry: dict[str, Any]) -> bytes:
    """SHA-256 over all columns of an entry but the hash itself, as canonical JSON."""
    return hashlib.sha256(canonical({name: value for name, value in entry.items() if name != "hash"})).digest()


def image(row: SQLModel) -> bytes:
    """The whole row as canonical JSON: the form that is stored, hashed and compared."""
    return canonical({column.key: getattr(row, column.key) for column in inspect(type(row)).columns})


def canonical(values: dict[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces; keys of rows, times in UTC and bytes each in one spelling."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_spell).encode()


def _spell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)
