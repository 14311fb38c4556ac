"""The journal: who changed what, when and why, chained so that no entry can be altered or lost unnoticed."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from registry.models.base import Key, Moment, Row, key_to, one_of

ACTIONS = ("insert", "update", "erase", "load")


class Node(Row, table=True):
    """A laptop or server with a chain of its own. Merged registries keep the chains of both."""

    __table_args__ = (
        CheckConstraint("head_seq >= 0", name="head_seq"),
        Index(
            "uq_node_local",
            "is_local",
            unique=True,
            sqlite_where=text("is_local"),
            postgresql_where=text("is_local"),
        ),
    )
    name: str
    is_local: bool
    made_at: datetime = Field(sa_type=Moment)
    head_seq: int = Field(default=0, sa_type=BigInteger)
    head_hash: bytes = Field(sa_type=LargeBinary)


class Journal(Row, table=True):
    """One entry. `hash` covers every other column and the hash before it; the value lies in `journal_value`.

    An entry `load` is about many rows: all that one row of a list brought. It names itself as its row.
    """

    __table_args__ = (
        UniqueConstraint("node_id", "seq"),
        one_of("action", ACTIONS),
        CheckConstraint("seq >= 1", name="seq"),
        Index("ix_journal_row", "table_name", "row_id"),
        # By which the entry that brought a row is found: the first with a greater key.
        Index(
            "ix_journal_load",
            "node_id",
            "id",
            sqlite_where=text("action = 'load'"),
            postgresql_where=text("action = 'load'"),
        ),
    )
    node_id: uuid.UUID = key_to("node")
    seq: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)
    by: str
    why: str
    action: str
    table_name: str = Field(max_length=60)
    row_id: uuid.UUID = Field(sa_type=Key)
    commitment: bytes = Field(sa_type=LargeBinary)
    prev_hash: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)


class JournalValue(Row, table=True):
    """The row, or the rows, as they stood after the change, as canonical JSON, with the salt of the commitment.

    Kept apart so that personal data can be erased while the chain still verifies.
    """

    __tablename__ = "journal_value"
    journal_id: uuid.UUID = Field(sa_type=Key, foreign_key="journal.id", unique=True)
    salt: bytes = Field(sa_type=LargeBinary)
    value: bytes = Field(sa_type=LargeBinary)


class RefAlias(Row, table=True):
    """A former ref of a record, kept when two registries that used the same one are merged."""

    __tablename__ = "ref_alias"
    __table_args__ = (UniqueConstraint("ref", "table_name"),)
    ref: str = Field(max_length=20)
    table_name: str = Field(max_length=60)
    row_id: uuid.UUID = Field(sa_type=Key)
