"""Facilities and what is known of each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "facility",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("country", sa.String(3), nullable=False),
        sa.Column("type_code", sa.String(60), nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("canonical_id", KEY, nullable=True),
        sa.Column("operator_id", KEY, nullable=True),
        sa.Column("operator_kind", sa.String(), nullable=True),
        sa.Column("is_placeholder", sa.Boolean(), nullable=False),
        sa.Column("is_underground", sa.Boolean(), nullable=False),
        sa.Column("is_mobile", sa.Boolean(), nullable=False),
        sa.Column("tier", sa.String(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "operator_kind IN ('government', 'ngo', 'international_ngo', 'un', 'private', 'community', 'religious', 'armed_group')",
            name=op.f("ck_facility_operator_kind"),
        ),
        sa.CheckConstraint("tier IN ('primary', 'secondary', 'tertiary')", name=op.f("ck_facility_tier")),
        sa.CheckConstraint("canonical_id <> id", name=op.f("ck_facility_not_its_own_canonical")),
        sa.CheckConstraint("length(country) = 3 AND country = upper(country)", name=op.f("ck_facility_country")),
        sa.CheckConstraint("opened_on <= closed_on", name=op.f("ck_facility_opened_closed")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_facility_not_its_own_parent")),
        sa.ForeignKeyConstraint(["canonical_id"], ["facility.id"], name=op.f("fk_facility_canonical_id_facility")),
        sa.ForeignKeyConstraint(["operator_id"], ["source.id"], name=op.f("fk_facility_operator_id_source")),
        sa.ForeignKeyConstraint(["parent_id"], ["facility.id"], name=op.f("fk_facility_parent_id_facility")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_facility_place_id_place")),
        sa.ForeignKeyConstraint(
            ["type_code"], ["facility_type.code"], name=op.f("fk_facility_type_code_facility_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility")),
        sa.UniqueConstraint("ref", name=op.f("uq_facility_ref")),
    )
    op.create_index(op.f("ix_facility_canonical_id"), "facility", ["canonical_id"], unique=False)
    op.create_index(op.f("ix_facility_operator_id"), "facility", ["operator_id"], unique=False)
    op.create_index(op.f("ix_facility_parent_id"), "facility", ["parent_id"], unique=False)
    op.create_index(op.f("ix_facility_place_id"), "facility", ["place_id"], unique=False)
    op.create_table(
        "facility_census",
        sa.Column("id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("type_code", sa.String(60), nullable=False),
        sa.Column("as_of_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("report_id", KEY, nullable=True),
        sa.CheckConstraint("count >= 0", name=op.f("ck_facility_census_not_negative")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_facility_census_place_id_place")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_facility_census_report_id_report")),
        sa.ForeignKeyConstraint(
            ["type_code"], ["facility_type.code"], name=op.f("fk_facility_census_type_code_facility_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_census")),
        sa.UniqueConstraint(
            "place_id", "type_code", "as_of_on", name=op.f("uq_facility_census_place_id_type_code_as_of_on")
        ),
    )
    op.create_index(op.f("ix_facility_census_place_id"), "facility_census", ["place_id"], unique=False)
    op.create_index(op.f("ix_facility_census_report_id"), "facility_census", ["report_id"], unique=False)
    op.create_index("ix_facility_census_type_code_place_id", "facility_census", ["type_code", "place_id"], unique=False)
    op.create_table(
        "facility_identifier",
        sa.Column("id", KEY, nullable=False),
        sa.Column("facility_id", KEY, nullable=False),
        sa.Column("scheme", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=True),
        sa.Column("valid_to_on", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_from_on <= valid_to_on", name=op.f("ck_facility_identifier_valid")),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_facility_identifier_facility_id_facility")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_identifier")),
        sa.UniqueConstraint(
            "scheme", "value", "facility_id", name=op.f("uq_facility_identifier_scheme_value_facility_id")
        ),
    )
    op.create_index(op.f("ix_facility_identifier_facility_id"), "facility_identifier", ["facility_id"], unique=False)
    op.create_table(
        "facility_name",
        sa.Column("id", KEY, nullable=False),
        sa.Column("facility_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("script", sa.String(4), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('official', 'alias', 'transliteration', 'former')", name=op.f("ck_facility_name_kind")
        ),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_facility_name_facility_id_facility")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_name")),
        sa.UniqueConstraint("facility_id", "name", "language", name=op.f("uq_facility_name_facility_id_name_language")),
    )
    op.create_index(op.f("ix_facility_name_facility_id"), "facility_name", ["facility_id"], unique=False)
    op.create_index(op.f("ix_facility_name_folded"), "facility_name", ["folded"], unique=False)
    op.create_table(
        "facility_notice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("facility_id", KEY, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("shared_with", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("position_verified", sa.Boolean(), nullable=True),
        sa.Column("report_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_facility_notice_facility_id_facility")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_facility_notice_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_notice")),
    )
    op.create_index(op.f("ix_facility_notice_facility_id"), "facility_notice", ["facility_id"], unique=False)
    op.create_index(op.f("ix_facility_notice_report_id"), "facility_notice", ["report_id"], unique=False)
    op.create_table(
        "facility_position",
        sa.Column("id", KEY, nullable=False),
        sa.Column("facility_id", KEY, nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("precision_code", sa.String(60), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("valid_from_on", sa.Date(), nullable=True),
        sa.Column("valid_to_on", sa.Date(), nullable=True),
        sa.Column("report_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(lat IS NULL AND lon IS NULL) OR (lat IS NOT NULL AND lon IS NOT NULL AND lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180)",
            name=op.f("ck_facility_position_on_earth"),
        ),
        sa.CheckConstraint("valid_from_on <= valid_to_on", name=op.f("ck_facility_position_valid")),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_facility_position_facility_id_facility")
        ),
        sa.ForeignKeyConstraint(
            ["precision_code"],
            ["place_precision.code"],
            name=op.f("fk_facility_position_precision_code_place_precision"),
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_facility_position_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_position")),
    )
    op.create_index(op.f("ix_facility_position_facility_id"), "facility_position", ["facility_id"], unique=False)
    op.create_index(op.f("ix_facility_position_report_id"), "facility_position", ["report_id"], unique=False)
    op.create_table(
        "facility_service",
        sa.Column("id", KEY, nullable=False),
        sa.Column("facility_id", KEY, nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("monthly_volume", sa.Integer(), nullable=True),
        sa.Column("catchment", sa.Integer(), nullable=True),
        sa.Column("as_of_on", sa.Date(), nullable=True),
        sa.Column("report_id", KEY, nullable=True),
        sa.CheckConstraint("monthly_volume >= 0 AND catchment >= 0", name=op.f("ck_facility_service_not_negative")),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_facility_service_facility_id_facility")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_facility_service_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_service")),
    )
    op.create_index(op.f("ix_facility_service_facility_id"), "facility_service", ["facility_id"], unique=False)
    op.create_index(op.f("ix_facility_service_report_id"), "facility_service", ["report_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_facility_service_report_id"), table_name="facility_service")
    op.drop_index(op.f("ix_facility_service_facility_id"), table_name="facility_service")
    op.drop_table("facility_service")
    op.drop_index(op.f("ix_facility_position_report_id"), table_name="facility_position")
    op.drop_index(op.f("ix_facility_position_facility_id"), table_name="facility_position")
    op.drop_table("facility_position")
    op.drop_index(op.f("ix_facility_notice_report_id"), table_name="facility_notice")
    op.drop_index(op.f("ix_facility_notice_facility_id"), table_name="facility_notice")
    op.drop_table("facility_notice")
    op.drop_index(op.f("ix_facility_name_folded"), table_name="facility_name")
    op.drop_index(op.f("ix_facility_name_facility_id"), table_name="facility_name")
    op.drop_table("facility_name")
    op.drop_index(op.f("ix_facility_identifier_facility_id"), table_name="facility_identifier")
    op.drop_table("facility_identifier")
    op.drop_index("ix_facility_census_type_code_place_id", table_name="facility_census")
    op.drop_index(op.f("ix_facility_census_report_id"), table_name="facility_census")
    op.drop_index(op.f("ix_facility_census_place_id"), table_name="facility_census")
    op.drop_table("facility_census")
    op.drop_index(op.f("ix_facility_place_id"), table_name="facility")
    op.drop_index(op.f("ix_facility_parent_id"), table_name="facility")
    op.drop_index(op.f("ix_facility_operator_id"), table_name="facility")
    op.drop_index(op.f("ix_facility_canonical_id"), table_name="facility")
    op.drop_table("facility")
