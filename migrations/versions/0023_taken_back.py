"""Links between reports and between attacks, and how a facility was, can be taken back, as findings can."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

RETRACTABLE = ("report_link", "attack_link", "facility_status")


def upgrade() -> None:
    for table in RETRACTABLE:
        op.add_column(table, sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in reversed(RETRACTABLE):
        op.drop_column(table, "retracted_at")
