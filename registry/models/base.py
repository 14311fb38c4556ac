"""What every table shares: the naming of constraints, the two column types, keys, and the checks that recur.

Imported before any model: the naming convention has to be set first, so that every constraint has a name.
No `from __future__ import annotations` here or in any models module: SQLModel reads the annotations.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from sqlalchemy import CheckConstraint, DateTime, Dialect, Index, LargeBinary, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import declared_attr
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from registry import keys, names

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Key(TypeDecorator[uuid.UUID]):
    """A UUID: 16 bytes on SQLite (29 % smaller files than text), the native type on PostgreSQL."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """The column type of the engine in use."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=True))
        return dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        """What is stored."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        """What the program sees."""
        del dialect
        if value is None or isinstance(value, uuid.UUID):
            return value
        return uuid.UUID(bytes=bytes(value))


class Moment(TypeDecorator[datetime]):
    """A time in UTC: with its zone on PostgreSQL, and as UTC without one on SQLite, which has no such type."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is stored; a time without a zone is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a time without a zone reached the database"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the program sees: always in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(SQLModel):
    """A row of the registry's own, with a key made by the program."""

    id: uuid.UUID = Field(default_factory=keys.new_id, sa_type=Key, primary_key=True)


class Editable(Row):
    """A row that people edit: an update that does not know its current version changes nothing and fails."""

    version: int = Field(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 -- SQLAlchemy passes the class
        """SQLAlchemy adds `AND version = :known` to every update."""
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]  # made by the metaclass


def retracted_field() -> Any:
    """When a row was taken back as if it had never been entered; views and searches leave it out, the row stays.

    The import that brought it was undone, a newer edition of its list no longer says it, or it was entered by mistake.
    """
    return Field(default=None, sa_type=Moment)


def release_agreed_at_field() -> Any:
    """When somebody recorded that what this row holds may be shown to the public; empty: that was not agreed."""
    return Field(default=None, sa_type=Moment)


def release_check() -> CheckConstraint:
    """A release has its moment and the person answerable, or neither."""
    return CheckConstraint("(release_agreed_at IS NULL) = (release_agreed_by IS NULL)", name="release")


def ref_field(prefix: str) -> Any:
    """A ref for people: unique, never a foreign key."""
    return Field(default_factory=lambda: keys.new_ref(prefix), unique=True, max_length=20)


def key_to(target: str) -> Any:
    """A required, indexed reference to another table's id."""
    return Field(sa_type=Key, foreign_key=f"{target}.id", index=True)


def optional_key_to(target: str) -> Any:
    """An indexed reference that may be empty."""
    return Field(default=None, sa_type=Key, foreign_key=f"{target}.id", index=True)


def sparse_key_to(target: str) -> Any:
    """A reference that is empty in most rows; it needs its `sparse_index`."""
    return Field(default=None, sa_type=Key, foreign_key=f"{target}.id")


def sparse_index(table: str, column: str) -> Index:
    """An index of the rows where a reference is filled in.

    With the empty ones in it SQLite's statistics say that a key stands for thousands of rows, and it reads the table.
    """
    filled = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=filled, postgresql_where=filled)


def code_from(code_list: str) -> Any:
    """A required code of a code list."""
    return Field(foreign_key=f"{code_list}.code", max_length=60)


def optional_code_from(code_list: str) -> Any:
    """A code of a code list, or empty."""
    return Field(default=None, foreign_key=f"{code_list}.code", max_length=60)


def one_of(column: str, allowed: Sequence[str], *, name: str | None = None) -> CheckConstraint:
    """The column holds one of these words (or is empty, where it may be).

    Word by word, since SQLite makes a list (`IN`) of more than two anew for each row: decision 32.
    """
    each = " OR ".join(f"{column} = '{word}'" for word in allowed)
    return CheckConstraint(each, name=name or column)


def in_order(first: str, second: str, name: str) -> CheckConstraint:
    """The first is not after the second, where both are known."""
    return CheckConstraint(f"{first} <= {second}", name=name)


def exactly_one(*columns: str, name: str) -> CheckConstraint:
    """One of these columns is filled in and the others are empty."""
    filled = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    return CheckConstraint(f"{filled} = 1", name=name)


def on_earth(name: str = "on_earth") -> CheckConstraint:
    """Latitude and longitude are both there and within bounds, or both empty."""
    return CheckConstraint(
        "(lat IS NULL AND lon IS NULL) OR (lat IS NOT NULL AND lon IS NOT NULL"
        " AND lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180)",
        name=name,
    )


def country_code() -> CheckConstraint:
    """ISO 3166-1 alpha-3: three capital letters."""
    return CheckConstraint("length(country) = 3 AND country = upper(country)", name="country")


class Input(BaseModel):
    """What a person, a file or a script gives us: unknown keys are refused, text is cleaned of control characters."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _clean_text(cls, values: Any) -> Any:
        return _cleaned(values)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return names.clean(value)
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return value
