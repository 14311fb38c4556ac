"""One entry of the journal for all rows that one row of a list brought.

It cannot be taken back once a load has made one: an older program could not read it, and the check refuses.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("journal") as batch:
        batch.drop_constraint(op.f("ck_journal_action"), type_="check")
        batch.create_check_constraint(op.f("ck_journal_action"), "action IN ('insert', 'update', 'erase', 'load')")
    is_load = sa.text("action = 'load'")
    op.create_index("ix_journal_load", "journal", ["node_id", "id"], sqlite_where=is_load, postgresql_where=is_load)


def downgrade() -> None:
    op.drop_index("ix_journal_load", "journal")
    with op.batch_alter_table("journal") as batch:
        batch.drop_constraint(op.f("ck_journal_action"), type_="check")
        batch.create_check_constraint(op.f("ck_journal_action"), "action IN ('insert', 'update', 'erase')")
