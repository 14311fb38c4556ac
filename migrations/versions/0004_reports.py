"""Reports, their links, files and the origins of what they say."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "origin",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("matter", sa.String(200), nullable=False),
        sa.Column("first_uttered_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_origin_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origin")),
        sa.UniqueConstraint("source_id", "matter", name=op.f("uq_origin_source_id_matter")),
    )
    op.create_index(op.f("ix_origin_source_id"), "origin", ["source_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("publisher_id", KEY, nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("archive_url", sa.String(), nullable=True),
        sa.Column("published_from_on", sa.Date(), nullable=True),
        sa.Column("published_to_on", sa.Date(), nullable=True),
        sa.Column("published_precision_code", sa.String(60), nullable=False),
        sa.Column("published_words", sa.String(), nullable=True),
        sa.Column("published_basis", sa.String(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("accessed_on", sa.Date(), nullable=True),
        sa.Column("outside_id", sa.String(), nullable=True),
        sa.Column("is_stub", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('news_article', 'agency_wire', 'broadcast', 'statement', 'situation_report', 'study', 'social_media', 'message', 'video', 'satellite_analysis', 'dataset_row', 'form_submission', 'other')",
            name=op.f("ck_report_kind"),
        ),
        sa.CheckConstraint(
            "published_basis IN ('printed', 'inferred', 'not_stated')", name=op.f("ck_report_published_basis")
        ),
        sa.CheckConstraint("published_from_on <= published_to_on", name=op.f("ck_report_published")),
        sa.ForeignKeyConstraint(
            ["published_precision_code"],
            ["date_precision.code"],
            name=op.f("fk_report_published_precision_code_date_precision"),
        ),
        sa.ForeignKeyConstraint(["publisher_id"], ["source.id"], name=op.f("fk_report_publisher_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("ref", name=op.f("uq_report_ref")),
    )
    op.create_index("ix_report_published_from_on", "report", ["published_from_on"], unique=False)
    op.create_index(op.f("ix_report_publisher_id"), "report", ["publisher_id"], unique=False)
    op.create_table(
        "artifact",
        sa.Column("id", KEY, nullable=False),
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captured_by", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=True),
        sa.Column("is_working_copy", sa.Boolean(), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_artifact_sha256")),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("ck_artifact_size_bytes")),
        sa.ForeignKeyConstraint(["parent_id"], ["artifact.id"], name=op.f("fk_artifact_parent_id_artifact")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_artifact_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artifact")),
        sa.UniqueConstraint("report_id", "sha256", name=op.f("uq_artifact_report_id_sha256")),
    )
    op.create_index(op.f("ix_artifact_parent_id"), "artifact", ["parent_id"], unique=False)
    op.create_index(op.f("ix_artifact_report_id"), "artifact", ["report_id"], unique=False)
    op.create_index(op.f("ix_artifact_sha256"), "artifact", ["sha256"], unique=False)
    op.create_table(
        "origin_independence",
        sa.Column("id", KEY, nullable=False),
        sa.Column("left_id", KEY, nullable=False),
        sa.Column("right_id", KEY, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("verdict IN ('yes', 'no', 'unknown')", name=op.f("ck_origin_independence_verdict")),
        sa.CheckConstraint("left_id < right_id", name=op.f("ck_origin_independence_left_before_right")),
        sa.ForeignKeyConstraint(["left_id"], ["origin.id"], name=op.f("fk_origin_independence_left_id_origin")),
        sa.ForeignKeyConstraint(["right_id"], ["origin.id"], name=op.f("fk_origin_independence_right_id_origin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origin_independence")),
    )
    op.create_index(op.f("ix_origin_independence_left_id"), "origin_independence", ["left_id"], unique=False)
    op.create_index(op.f("ix_origin_independence_right_id"), "origin_independence", ["right_id"], unique=False)
    op.create_index(
        "uq_origin_independence_standing",
        "origin_independence",
        ["left_id", "right_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "report_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("other_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('cites', 'republishes', 'translates')", name=op.f("ck_report_link_kind")),
        sa.CheckConstraint("report_id <> other_id", name=op.f("ck_report_link_two_reports")),
        sa.ForeignKeyConstraint(["other_id"], ["report.id"], name=op.f("fk_report_link_other_id_report")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_link_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_link")),
        sa.UniqueConstraint("report_id", "other_id", "kind", name=op.f("uq_report_link_report_id_other_id_kind")),
    )
    op.create_index(op.f("ix_report_link_other_id"), "report_link", ["other_id"], unique=False)
    op.create_index(op.f("ix_report_link_report_id"), "report_link", ["report_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_report_link_report_id"), table_name="report_link")
    op.drop_index(op.f("ix_report_link_other_id"), table_name="report_link")
    op.drop_table("report_link")
    op.drop_index(
        "uq_origin_independence_standing",
        table_name="origin_independence",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_index(op.f("ix_origin_independence_right_id"), table_name="origin_independence")
    op.drop_index(op.f("ix_origin_independence_left_id"), table_name="origin_independence")
    op.drop_table("origin_independence")
    op.drop_index(op.f("ix_artifact_sha256"), table_name="artifact")
    op.drop_index(op.f("ix_artifact_report_id"), table_name="artifact")
    op.drop_index(op.f("ix_artifact_parent_id"), table_name="artifact")
    op.drop_table("artifact")
    op.drop_index(op.f("ix_report_publisher_id"), table_name="report")
    op.drop_index("ix_report_published_from_on", table_name="report")
    op.drop_table("report")
    op.drop_index(op.f("ix_origin_source_id"), table_name="origin")
    op.drop_table("origin")
