"""The places that were found to be another are indexed alone, as facilities are.

With the others in the index, SQLite's statistics say that a key stands for all places, and it reads the whole table for
each place within another.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    filled = sa.text("canonical_id IS NOT NULL")
    op.drop_index("ix_place_canonical_id", "place")
    op.create_index("ix_place_canonical_id", "place", ["canonical_id"], sqlite_where=filled, postgresql_where=filled)


def downgrade() -> None:
    op.drop_index("ix_place_canonical_id", "place")
    op.create_index("ix_place_canonical_id", "place", ["canonical_id"])
