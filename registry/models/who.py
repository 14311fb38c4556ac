"""Who: sources that assert, and actors that are alleged to have acted."""

import uuid
from datetime import date, datetime

from pydantic import Field as InputField
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from registry.codes import NAME_KINDS
from registry.models.base import (
    Editable,
    Input,
    Row,
    code_from,
    in_order,
    key_to,
    one_of,
    optional_key_to,
    ref_field,
    release_agreed_at_field,
    release_check,
    retracted_field,
)


class Source(Editable, table=True):
    """Who asserts: a rescue service, monitor, ministry, newspaper, witness. A person has an organisation as parent."""

    __table_args__ = (
        release_check(),
        one_of("reliability", ("A", "B", "C", "D", "E", "F")),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )
    ref: str = ref_field("S")
    kind_code: str = code_from("source_kind")
    parent_id: uuid.UUID | None = optional_key_to("source")
    role: str | None = None
    is_public_spokesperson: bool = False
    is_anonymous: bool = False
    reliability: str | None = Field(default=None, max_length=1)
    note: str | None = None
    release_agreed_at: datetime | None = release_agreed_at_field()  # whatever it publishes counts as public
    release_agreed_by: str | None = None
    retracted_at: datetime | None = retracted_field()


class SourceName(Row, table=True):
    """One name of a source."""

    __tablename__ = "source_name"
    __table_args__ = (UniqueConstraint("source_id", "name", "language"), one_of("kind", (*NAME_KINDS, "acronym")))
    source_id: uuid.UUID = key_to("source")
    name: str
    language: str = Field(default="und", max_length=12)
    script: str = Field(default="Zyyy", max_length=4)
    kind: str = "official"
    folded: str = Field(index=True)
    retracted_at: datetime | None = retracted_field()


class SourceParty(Row, table=True):
    """A source speaks for, or belongs to, a party to the conflict: to which one, in which situation and when."""

    __tablename__ = "source_party"
    __table_args__ = (in_order("from_on", "to_on", "from_to"),)
    source_id: uuid.UUID = key_to("source")
    actor_id: uuid.UUID | None = optional_key_to("actor")
    situation_id: uuid.UUID | None = optional_key_to("situation")
    from_on: date | None = None
    to_on: date | None = None


class Actor(Editable, table=True):
    """A body that is alleged to have carried out attacks."""

    __table_args__ = (
        in_order("active_from_on", "active_to_on", "active"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )
    ref: str = ref_field("B")
    kind_code: str = code_from("actor_kind")
    parent_id: uuid.UUID | None = optional_key_to("actor")
    active_from_on: date | None = None
    active_to_on: date | None = None
    note: str | None = None
    retracted_at: datetime | None = retracted_field()


class ActorName(Row, table=True):
    """One name of an actor."""

    __tablename__ = "actor_name"
    __table_args__ = (UniqueConstraint("actor_id", "name", "language"), one_of("kind", (*NAME_KINDS, "acronym")))
    actor_id: uuid.UUID = key_to("actor")
    name: str
    language: str = Field(default="und", max_length=12)
    script: str = Field(default="Zyyy", max_length=4)
    kind: str = "official"
    folded: str = Field(index=True)
    retracted_at: datetime | None = retracted_field()


class SourceCreate(Input):
    """A source as a person gives it.

    Attributes:
        organisation: ref or name of the body the person speaks for.
        party: it belongs to a party to the conflict.
        party_actor: which one, where that is known.
    """

    name: str = InputField(min_length=1, max_length=300)
    names: list[str] = []
    short: str | None = None
    kind: str
    organisation: str | None = None
    role: str | None = None
    party: bool = False
    party_actor: str | None = None
    public_spokesperson: bool = False
    anonymous: bool = False
    reliability: str | None = InputField(default=None, pattern="^[A-F]$")
    note: str | None = None


class ActorCreate(Input):
    """An actor as a person gives it; `part_of` is the ref or name of its parent."""

    name: str = InputField(min_length=1, max_length=300)
    names: list[str] = []
    short: str | None = None
    kind: str
    part_of: str | None = None
    note: str | None = None
