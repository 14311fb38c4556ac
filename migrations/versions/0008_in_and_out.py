"""Import batches, schedules, situation reports and deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("mapping", sa.String(), nullable=False),
        sa.Column("mapping_sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_changed", sa.Integer(), nullable=False),
        sa.Column("rows_same", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('loaded', 'undone')", name=op.f("ck_import_batch_state")),
        sa.CheckConstraint("length(mapping_sha256) = 64", name=op.f("ck_import_batch_mapping_sha256")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_import_batch_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("ref", name=op.f("uq_import_batch_ref")),
    )
    op.create_table(
        "schedule",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("cron", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("areas", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("directory", sa.String(), nullable=True),
        sa.Column("mail", sa.String(), nullable=True),
        sa.Column("catch_up", sa.String(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("last_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("audience IN ('public', 'partner', 'internal')", name=op.f("ck_schedule_audience")),
        sa.CheckConstraint("catch_up IN ('each', 'latest', 'none')", name=op.f("ck_schedule_catch_up")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("name", name=op.f("uq_schedule_name")),
        sa.UniqueConstraint("ref", name=op.f("uq_schedule_ref")),
    )
    op.create_table(
        "import_row",
        sa.Column("id", KEY, nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("outside_id", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("target_table", sa.String(), nullable=True),
        sa.Column("target_id", KEY, nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.CheckConstraint("outcome IN ('new', 'changed', 'same', 'rejected')", name=op.f("ck_import_row_outcome")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id_import_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint(
            "batch_id", "sheet", "row_number", "target_table", "target_id", name="uq_import_row_target"
        ),
    )
    op.create_index(op.f("ix_import_row_batch_id"), "import_row", ["batch_id"], unique=False)
    op.create_index(op.f("ix_import_row_outside_id"), "import_row", ["outside_id"], unique=False)
    op.create_table(
        "sitrep",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period_from_on", sa.Date(), nullable=False),
        sa.Column("period_to_on", sa.Date(), nullable=False),
        sa.Column("areas", sa.String(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("snapshot_sha256", sa.String(64), nullable=False),
        sa.Column("pdf_sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("maker", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approver", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("schedule_id", KEY, nullable=True),
        sa.Column("supersedes_id", KEY, nullable=True),
        sa.CheckConstraint("audience IN ('public', 'partner', 'internal')", name=op.f("ck_sitrep_audience")),
        sa.CheckConstraint("state = 'draft' OR approver IS NOT NULL", name=op.f("ck_sitrep_approved")),
        sa.CheckConstraint("state IN ('draft', 'approved', 'published')", name=op.f("ck_sitrep_state")),
        sa.CheckConstraint("approver IS NULL OR approver <> maker", name=op.f("ck_sitrep_second_person")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_sitrep_number")),
        sa.CheckConstraint("period_from_on <= period_to_on", name=op.f("ck_sitrep_period")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_sitrep_schedule_id_schedule")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["sitrep.id"], name=op.f("fk_sitrep_supersedes_id_sitrep")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitrep")),
        sa.UniqueConstraint("ref", name=op.f("uq_sitrep_ref")),
        sa.UniqueConstraint(
            "series", "number", "language", "audience", name=op.f("uq_sitrep_series_number_language_audience")
        ),
    )
    op.create_index(op.f("ix_sitrep_schedule_id"), "sitrep", ["schedule_id"], unique=False)
    op.create_index(op.f("ix_sitrep_supersedes_id"), "sitrep", ["supersedes_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sitrep_id", KEY, nullable=False),
        sa.Column("schedule_id", KEY, nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.CheckConstraint("channel IN ('directory', 'mail')", name=op.f("ck_delivery_channel")),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name=op.f("ck_delivery_state")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_delivery_attempts")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_delivery_schedule_id_schedule")),
        sa.ForeignKeyConstraint(["sitrep_id"], ["sitrep.id"], name=op.f("fk_delivery_sitrep_id_sitrep")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_schedule_id"), "delivery", ["schedule_id"], unique=False)
    op.create_index(op.f("ix_delivery_sitrep_id"), "delivery", ["sitrep_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_delivery_sitrep_id"), table_name="delivery")
    op.drop_index(op.f("ix_delivery_schedule_id"), table_name="delivery")
    op.drop_table("delivery")
    op.drop_index(op.f("ix_sitrep_supersedes_id"), table_name="sitrep")
    op.drop_index(op.f("ix_sitrep_schedule_id"), table_name="sitrep")
    op.drop_table("sitrep")
    op.drop_index(op.f("ix_import_row_outside_id"), table_name="import_row")
    op.drop_index(op.f("ix_import_row_batch_id"), table_name="import_row")
    op.drop_table("import_row")
    op.drop_table("schedule")
    op.drop_table("import_batch")
