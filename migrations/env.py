"""How Alembic runs here: in the transaction of the connection that `registry.services.schema` hands over."""

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel

import registry.models
from registry.models.base import Key, Moment
from registry.services import schema

assert registry.models  # noqa: S101 -- importing it is what fills the metadata


def render_item(kind: str, item: object, autogen_context: AutogenContext) -> str | bool:
    """Our column types in plain SQLAlchemy, so that history never depends on today's code."""
    if kind == "type" and isinstance(item, Key):
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")'
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "AutoString":
        length = getattr(item, "length", None)
        return f"sa.String({length})" if length else "sa.String()"
    return False


def compare_type(
    _context: object, _inspected: object, _metadata: object, inspected_type: object, metadata_type: object
) -> bool | None:
    """Key is 16 bytes or a uuid, by engine: Alembic cannot know that these are equal."""
    if isinstance(metadata_type, Key):
        return not isinstance(inspected_type, sa.LargeBinary | sa.Uuid)
    return None


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table is for the revisions to make: what is derived, like views and triggers, is not."""
    return not (kind == "table" and name is not None and schema.keeps(name))


connection: sa.Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place
    compare_server_default=True,
    compare_type=compare_type,
    render_item=render_item,
    include_name=include_name,
)
with context.begin_transaction():
    context.run_migrations()
