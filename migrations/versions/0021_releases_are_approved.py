"""Who approved a release: one without an approver is a draft, those of before among them."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("release") as batch:
        batch.add_column(sa.Column("approver", sa.String(), nullable=True))
        batch.add_column(sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_check_constraint(op.f("ck_release_second_person"), "approver IS NULL OR approver <> made_by")
        batch.create_check_constraint(op.f("ck_release_approved"), "(approver IS NULL) = (approved_at IS NULL)")


def downgrade() -> None:
    with op.batch_alter_table("release") as batch:
        batch.drop_constraint(op.f("ck_release_approved"), type_="check")
        batch.drop_constraint(op.f("ck_release_second_person"), type_="check")
        batch.drop_column("approved_at")
        batch.drop_column("approver")
