"""Assessments, figures and judgements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "judgement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("left_id", KEY, nullable=False),
        sa.Column("right_id", KEY, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_why", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('facility', 'attack', 'place', 'report')", name=op.f("ck_judgement_kind")),
        sa.CheckConstraint("verdict IN ('same', 'different', 'unsure')", name=op.f("ck_judgement_verdict")),
        sa.CheckConstraint("left_id < right_id", name=op.f("ck_judgement_left_before_right")),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_judgement_score")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
    )
    op.create_index(op.f("ix_judgement_left_id"), "judgement", ["left_id"], unique=False)
    op.create_index(op.f("ix_judgement_right_id"), "judgement", ["right_id"], unique=False)
    op.create_index(
        "uq_judgement_standing",
        "judgement",
        ["left_id", "right_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "assessment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attack_id", KEY, nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("grade_code", sa.String(60), nullable=False),
        sa.Column("proposed_code", sa.String(60), nullable=True),
        sa.Column("basis_code", sa.String(60), nullable=True),
        sa.Column("independent_origins", sa.Integer(), nullable=False),
        sa.Column("rationale", sa.String(), nullable=False),
        sa.Column("method_version", sa.String(), nullable=False),
        sa.Column("assessor", sa.String(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supersedes_id", KEY, nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "grade_code NOT IN ('corroborated', 'verified') OR reviewer IS NOT NULL",
            name=op.f("ck_assessment_reviewed"),
        ),
        sa.CheckConstraint("scheme IN ('registry', 'who_ssa', 'airwars')", name=op.f("ck_assessment_scheme")),
        sa.CheckConstraint("independent_origins >= 0", name=op.f("ck_assessment_independent_origins")),
        sa.CheckConstraint("reviewer IS NULL OR reviewer <> assessor", name=op.f("ck_assessment_second_person")),
        sa.ForeignKeyConstraint(["attack_id"], ["attack.id"], name=op.f("fk_assessment_attack_id_attack")),
        sa.ForeignKeyConstraint(["basis_code"], ["basis.code"], name=op.f("fk_assessment_basis_code_basis")),
        sa.ForeignKeyConstraint(["grade_code"], ["grade.code"], name=op.f("fk_assessment_grade_code_grade")),
        sa.ForeignKeyConstraint(["proposed_code"], ["grade.code"], name=op.f("fk_assessment_proposed_code_grade")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["assessment.id"], name=op.f("fk_assessment_supersedes_id_assessment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index(op.f("ix_assessment_attack_id"), "assessment", ["attack_id"], unique=False)
    op.create_index(op.f("ix_assessment_supersedes_id"), "assessment", ["supersedes_id"], unique=False)
    op.create_index(
        "uq_assessment_standing",
        "assessment",
        ["attack_id", "scheme", "assessor"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "figure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("country", sa.String(3), nullable=False),
        sa.Column("attack_id", KEY, nullable=True),
        sa.Column("facility_id", KEY, nullable=True),
        sa.Column("situation_id", KEY, nullable=True),
        sa.Column("measure_code", sa.String(60), nullable=False),
        sa.Column("population_code", sa.String(60), nullable=True),
        sa.Column("facility_type_code", sa.String(60), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("is_rate", sa.Boolean(), nullable=False),
        sa.Column("period_from_on", sa.Date(), nullable=True),
        sa.Column("period_to_on", sa.Date(), nullable=True),
        sa.Column("scope", sa.String(400), nullable=False),
        sa.Column("accumulation", sa.String(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("low_operator", sa.String(), nullable=True),
        sa.Column("greatest_low", sa.Integer(), nullable=True),
        sa.Column("greatest_low_operator", sa.String(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("high_operator", sa.String(), nullable=True),
        sa.Column("origins", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supersedes_id", KEY, nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "accumulation IN ('since_start', 'increment', 'as_at', 'not_stated')", name=op.f("ck_figure_accumulation")
        ),
        sa.CheckConstraint(
            "greatest_low_operator IN ('exactly', 'at_least', 'more_than', 'at_most', 'fewer_than', 'about', 'between', 'some', 'unstated')",
            name=op.f("ck_figure_greatest_low_operator"),
        ),
        sa.CheckConstraint(
            "low_operator IN ('exactly', 'at_least', 'more_than', 'at_most', 'fewer_than', 'about', 'between', 'some', 'unstated')",
            name=op.f("ck_figure_low_operator"),
        ),
        sa.CheckConstraint("rule = 'range' OR decided_by IS NOT NULL", name=op.f("ck_figure_decided")),
        sa.CheckConstraint(
            "rule IN ('range', 'named_only', 'preferred_source', 'adopted')", name=op.f("ck_figure_rule")
        ),
        sa.CheckConstraint("(decided_by IS NULL) = (reason IS NULL)", name=op.f("ck_figure_reason")),
        sa.CheckConstraint(
            "CASE WHEN attack_id IS NULL THEN 0 ELSE 1 END + CASE WHEN facility_id IS NULL THEN 0 ELSE 1 END + CASE WHEN situation_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_figure_one_subject"),
        ),
        sa.CheckConstraint("high >= 0", name=op.f("ck_figure_high_not_negative")),
        sa.CheckConstraint("length(country) = 3 AND country = upper(country)", name=op.f("ck_figure_country")),
        sa.CheckConstraint("low <= greatest_low", name=op.f("ck_figure_low_greatest_low")),
        sa.CheckConstraint("low <= high", name=op.f("ck_figure_low_high")),
        sa.CheckConstraint("low >= 0", name=op.f("ck_figure_low_not_negative")),
        sa.CheckConstraint("origins >= 1", name=op.f("ck_figure_origins")),
        sa.CheckConstraint("period_from_on <= period_to_on", name=op.f("ck_figure_period")),
        sa.ForeignKeyConstraint(["attack_id"], ["attack.id"], name=op.f("fk_figure_attack_id_attack")),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_figure_facility_id_facility")),
        sa.ForeignKeyConstraint(
            ["facility_type_code"], ["facility_type.code"], name=op.f("fk_figure_facility_type_code_facility_type")
        ),
        sa.ForeignKeyConstraint(["measure_code"], ["measure.code"], name=op.f("fk_figure_measure_code_measure")),
        sa.ForeignKeyConstraint(
            ["population_code"], ["population.code"], name=op.f("fk_figure_population_code_population")
        ),
        sa.ForeignKeyConstraint(["situation_id"], ["situation.id"], name=op.f("fk_figure_situation_id_situation")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["figure.id"], name=op.f("fk_figure_supersedes_id_figure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure")),
        sa.UniqueConstraint("ref", name=op.f("uq_figure_ref")),
    )
    op.create_index(op.f("ix_figure_attack_id"), "figure", ["attack_id"], unique=False)
    op.create_index(
        "ix_figure_current",
        "figure",
        ["situation_id", "attack_id", "measure_code"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(op.f("ix_figure_facility_id"), "figure", ["facility_id"], unique=False)
    op.create_index(op.f("ix_figure_situation_id"), "figure", ["situation_id"], unique=False)
    op.create_index(op.f("ix_figure_supersedes_id"), "figure", ["supersedes_id"], unique=False)
    op.create_table(
        "figure_claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("figure_id", KEY, nullable=False),
        sa.Column("claim_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_figure_claim_claim_id_claim")),
        sa.ForeignKeyConstraint(["figure_id"], ["figure.id"], name=op.f("fk_figure_claim_figure_id_figure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_claim")),
        sa.UniqueConstraint("figure_id", "claim_id", name=op.f("uq_figure_claim_figure_id_claim_id")),
    )
    op.create_index(op.f("ix_figure_claim_claim_id"), "figure_claim", ["claim_id"], unique=False)
    op.create_index(op.f("ix_figure_claim_figure_id"), "figure_claim", ["figure_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_figure_claim_figure_id"), table_name="figure_claim")
    op.drop_index(op.f("ix_figure_claim_claim_id"), table_name="figure_claim")
    op.drop_table("figure_claim")
    op.drop_index(op.f("ix_figure_supersedes_id"), table_name="figure")
    op.drop_index(op.f("ix_figure_situation_id"), table_name="figure")
    op.drop_index(op.f("ix_figure_facility_id"), table_name="figure")
    op.drop_index(
        "ix_figure_current",
        table_name="figure",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index(op.f("ix_figure_attack_id"), table_name="figure")
    op.drop_table("figure")
    op.drop_index(
        "uq_assessment_standing",
        table_name="assessment",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index(op.f("ix_assessment_supersedes_id"), table_name="assessment")
    op.drop_index(op.f("ix_assessment_attack_id"), table_name="assessment")
    op.drop_table("assessment")
    op.drop_index(
        "uq_judgement_standing",
        table_name="judgement",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_index(op.f("ix_judgement_right_id"), table_name="judgement")
    op.drop_index(op.f("ix_judgement_left_id"), table_name="judgement")
    op.drop_table("judgement")
