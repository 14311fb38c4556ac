"""A schedule keeps a log of its runs, a delivery the time of its last try, and issues can have a standing approver."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
STATES = "state IN ('running', 'drafted', 'held', 'published', 'skipped', 'failed')"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("schedule", sa.Column("standing_approver", sa.String(), nullable=True))
    # Until now nobody could be named: a schedule that asks for no approval has to ask for it until somebody is.
    op.execute("UPDATE schedule SET needs_approval = true")
    with op.batch_alter_table("schedule") as batch:
        batch.create_check_constraint(op.f("ck_schedule_approval"), "needs_approval OR standing_approver IS NOT NULL")
    op.create_table(
        "schedule_run",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schedule_id", KEY, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_schedule_run_state")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_schedule_run_schedule_id_schedule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_run")),
        sa.UniqueConstraint("schedule_id", "due_at", name=op.f("uq_schedule_run_schedule_id_due_at")),
    )
    op.create_index(op.f("ix_schedule_run_schedule_id"), "schedule_run", ["schedule_id"], unique=False)


def downgrade() -> None:
    op.drop_table("schedule_run")
    with op.batch_alter_table("schedule") as batch:
        batch.drop_constraint(op.f("ck_schedule_approval"), type_="check")
        batch.drop_column("standing_approver")
    op.drop_column("delivery", "tried_at")
