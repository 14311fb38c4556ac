"""Places, actors, situations and sources."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "place",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("country", sa.String(3), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("pcode", sa.String(40), nullable=True),
        sa.Column("edition", sa.String(40), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("canonical_id", KEY, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "level IN ('country', 'governorate', 'district', 'subdistrict', 'community', 'neighbourhood', 'area')",
            name=op.f("ck_place_level"),
        ),
        sa.CheckConstraint(
            "(lat IS NULL AND lon IS NULL) OR (lat IS NOT NULL AND lon IS NOT NULL AND lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180)",
            name=op.f("ck_place_on_earth"),
        ),
        sa.CheckConstraint("length(country) = 3 AND country = upper(country)", name=op.f("ck_place_country")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_place_not_its_own_parent")),
        sa.ForeignKeyConstraint(["canonical_id"], ["place.id"], name=op.f("fk_place_canonical_id_place")),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("pcode", "edition", name=op.f("uq_place_pcode_edition")),
        sa.UniqueConstraint("ref", name=op.f("uq_place_ref")),
    )
    op.create_index(op.f("ix_place_canonical_id"), "place", ["canonical_id"], unique=False)
    op.create_index(op.f("ix_place_country"), "place", ["country"], unique=False)
    op.create_index(op.f("ix_place_parent_id"), "place", ["parent_id"], unique=False)
    op.create_table(
        "actor",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("kind_code", sa.String(60), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("active_from_on", sa.Date(), nullable=True),
        sa.Column("active_to_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("active_from_on <= active_to_on", name=op.f("ck_actor_active")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_actor_not_its_own_parent")),
        sa.ForeignKeyConstraint(["kind_code"], ["actor_kind.code"], name=op.f("fk_actor_kind_code_actor_kind")),
        sa.ForeignKeyConstraint(["parent_id"], ["actor.id"], name=op.f("fk_actor_parent_id_actor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
        sa.UniqueConstraint("ref", name=op.f("uq_actor_ref")),
    )
    op.create_index(op.f("ix_actor_parent_id"), "actor", ["parent_id"], unique=False)
    op.create_table(
        "place_name",
        sa.Column("id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("script", sa.String(4), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('official', 'alias', 'transliteration', 'former')", name=op.f("ck_place_name_kind")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_name_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_name")),
        sa.UniqueConstraint("place_id", "name", "language", name=op.f("uq_place_name_place_id_name_language")),
    )
    op.create_index(op.f("ix_place_name_folded"), "place_name", ["folded"], unique=False)
    op.create_index(op.f("ix_place_name_place_id"), "place_name", ["place_id"], unique=False)
    op.create_table(
        "place_shape",
        sa.Column("id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("geometry", sa.String(), nullable=False),
        sa.Column("label_lat", sa.Float(), nullable=True),
        sa.Column("label_lon", sa.Float(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_shape_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_shape")),
        sa.UniqueConstraint("place_id", "edition", name=op.f("uq_place_shape_place_id_edition")),
    )
    op.create_index(op.f("ix_place_shape_place_id"), "place_shape", ["place_id"], unique=False)
    op.create_table(
        "situation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("country", sa.String(3), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("precision_code", sa.String(60), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("basis IN ('printed', 'inferred', 'not_stated')", name=op.f("ck_situation_basis")),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_situation_from_to")),
        sa.CheckConstraint("length(country) = 3 AND country = upper(country)", name=op.f("ck_situation_country")),
        sa.ForeignKeyConstraint(
            ["precision_code"], ["date_precision.code"], name=op.f("fk_situation_precision_code_date_precision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_situation")),
        sa.UniqueConstraint("name", name=op.f("uq_situation_name")),
        sa.UniqueConstraint("ref", name=op.f("uq_situation_ref")),
    )
    op.create_table(
        "source",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("kind_code", sa.String(60), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("is_public_spokesperson", sa.Boolean(), nullable=False),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("reliability", sa.String(1), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("reliability IN ('A', 'B', 'C', 'D', 'E', 'F')", name=op.f("ck_source_reliability")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_source_not_its_own_parent")),
        sa.ForeignKeyConstraint(["kind_code"], ["source_kind.code"], name=op.f("fk_source_kind_code_source_kind")),
        sa.ForeignKeyConstraint(["parent_id"], ["source.id"], name=op.f("fk_source_parent_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("ref", name=op.f("uq_source_ref")),
    )
    op.create_index(op.f("ix_source_parent_id"), "source", ["parent_id"], unique=False)
    op.create_table(
        "actor_name",
        sa.Column("id", KEY, nullable=False),
        sa.Column("actor_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("script", sa.String(4), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('official', 'alias', 'transliteration', 'former', 'acronym')", name=op.f("ck_actor_name_kind")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_actor_name_actor_id_actor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor_name")),
        sa.UniqueConstraint("actor_id", "name", "language", name=op.f("uq_actor_name_actor_id_name_language")),
    )
    op.create_index(op.f("ix_actor_name_actor_id"), "actor_name", ["actor_id"], unique=False)
    op.create_index(op.f("ix_actor_name_folded"), "actor_name", ["folded"], unique=False)
    op.create_table(
        "situation_place",
        sa.Column("id", KEY, nullable=False),
        sa.Column("situation_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_situation_place_place_id_place")),
        sa.ForeignKeyConstraint(
            ["situation_id"], ["situation.id"], name=op.f("fk_situation_place_situation_id_situation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_situation_place")),
        sa.UniqueConstraint(
            "situation_id", "place_id", "part", name=op.f("uq_situation_place_situation_id_place_id_part")
        ),
    )
    op.create_index(op.f("ix_situation_place_place_id"), "situation_place", ["place_id"], unique=False)
    op.create_index(op.f("ix_situation_place_situation_id"), "situation_place", ["situation_id"], unique=False)
    op.create_table(
        "source_name",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("script", sa.String(4), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('official', 'alias', 'transliteration', 'former', 'acronym')", name=op.f("ck_source_name_kind")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_name_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_name")),
        sa.UniqueConstraint("source_id", "name", "language", name=op.f("uq_source_name_source_id_name_language")),
    )
    op.create_index(op.f("ix_source_name_folded"), "source_name", ["folded"], unique=False)
    op.create_index(op.f("ix_source_name_source_id"), "source_name", ["source_id"], unique=False)
    op.create_table(
        "source_party",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("situation_id", KEY, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_source_party_from_to")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_source_party_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["situation_id"], ["situation.id"], name=op.f("fk_source_party_situation_id_situation")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_party_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_party")),
    )
    op.create_index(op.f("ix_source_party_actor_id"), "source_party", ["actor_id"], unique=False)
    op.create_index(op.f("ix_source_party_situation_id"), "source_party", ["situation_id"], unique=False)
    op.create_index(op.f("ix_source_party_source_id"), "source_party", ["source_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_source_party_source_id"), table_name="source_party")
    op.drop_index(op.f("ix_source_party_situation_id"), table_name="source_party")
    op.drop_index(op.f("ix_source_party_actor_id"), table_name="source_party")
    op.drop_table("source_party")
    op.drop_index(op.f("ix_source_name_source_id"), table_name="source_name")
    op.drop_index(op.f("ix_source_name_folded"), table_name="source_name")
    op.drop_table("source_name")
    op.drop_index(op.f("ix_situation_place_situation_id"), table_name="situation_place")
    op.drop_index(op.f("ix_situation_place_place_id"), table_name="situation_place")
    op.drop_table("situation_place")
    op.drop_index(op.f("ix_actor_name_folded"), table_name="actor_name")
    op.drop_index(op.f("ix_actor_name_actor_id"), table_name="actor_name")
    op.drop_table("actor_name")
    op.drop_index(op.f("ix_source_parent_id"), table_name="source")
    op.drop_table("source")
    op.drop_table("situation")
    op.drop_index(op.f("ix_place_shape_place_id"), table_name="place_shape")
    op.drop_table("place_shape")
    op.drop_index(op.f("ix_place_name_place_id"), table_name="place_name")
    op.drop_index(op.f("ix_place_name_folded"), table_name="place_name")
    op.drop_table("place_name")
    op.drop_index(op.f("ix_actor_parent_id"), table_name="actor")
    op.drop_table("actor")
    op.drop_index(op.f("ix_place_parent_id"), table_name="place")
    op.drop_index(op.f("ix_place_country"), table_name="place")
    op.drop_index(op.f("ix_place_canonical_id"), table_name="place")
    op.drop_table("place")
