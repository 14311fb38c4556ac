"""Whether somebody recorded that what a source, report, claim, attack or situation holds may be shown to the public."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("source", "situation", "report", "attack", "claim")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("release_agreed_at", sa.DateTime(timezone=True), nullable=True))
            batch.add_column(sa.Column("release_agreed_by", sa.String(), nullable=True))
            batch.create_check_constraint(
                op.f(f"ck_{table}_release"), "(release_agreed_at IS NULL) = (release_agreed_by IS NULL)"
            )


def downgrade() -> None:
    for table in reversed(TABLES):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_release"), type_="check")
            batch.drop_column("release_agreed_by")
            batch.drop_column("release_agreed_at")
