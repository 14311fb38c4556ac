"""An issue of a series keeps its snapshot, and says when it was published."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")


def upgrade() -> None:
    op.add_column("sitrep", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("sitrep") as batch:
        batch.create_check_constraint(op.f("ck_sitrep_published"), "(state = 'published') = (published_at IS NOT NULL)")
    op.create_table(
        "sitrep_snapshot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitrep_id", KEY, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["sitrep_id"], ["sitrep.id"], name=op.f("fk_sitrep_snapshot_sitrep_id_sitrep")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitrep_snapshot")),
        sa.UniqueConstraint("sitrep_id", name=op.f("uq_sitrep_snapshot_sitrep_id")),
    )


def downgrade() -> None:
    op.drop_table("sitrep_snapshot")
    with op.batch_alter_table("sitrep") as batch:
        batch.drop_constraint(op.f("ck_sitrep_published"), type_="check")
        batch.drop_column("published_at")
