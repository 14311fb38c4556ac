"""References that are empty in most rows are indexed where they are filled in.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SPARSE = (
    ("attack", "parent_id"),
    ("attack", "canonical_id"),
    ("facility", "canonical_id"),
    ("claim", "facility_id"),
    ("claim", "situation_id"),
    ("figure", "facility_id"),
    ("figure", "situation_id"),
)


def upgrade() -> None:
    for table, column in SPARSE:
        filled = sa.text(f"{column} IS NOT NULL")
        op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=filled, postgresql_where=filled)


def downgrade() -> None:
    for table, column in SPARSE:
        op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(f"ix_{table}_{column}", table, [column])
