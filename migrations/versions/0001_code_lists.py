"""Code lists, and how they relate to those of others."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accessibility",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["accessibility.code"], name=op.f("fk_accessibility_parent_accessibility")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_accessibility")),
    )
    op.create_table(
        "actor_kind",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["actor_kind.code"], name=op.f("fk_actor_kind_parent_actor_kind")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_actor_kind")),
    )
    op.create_table(
        "attack_type",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["attack_type.code"], name=op.f("fk_attack_type_parent_attack_type")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_attack_type")),
    )
    op.create_table(
        "basis",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["basis.code"], name=op.f("fk_basis_parent_basis")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_basis")),
    )
    op.create_table(
        "code_map",
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("scheme_list", sa.String(), nullable=False),
        sa.Column("foreign_code", sa.String(), nullable=False),
        sa.Column("foreign_label", sa.String(), nullable=True),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("foreign_code <> ''", name=op.f("ck_code_map_foreign_code")),
        sa.CheckConstraint("relation IN ('exact', 'broader', 'narrower')", name=op.f("ck_code_map_relation")),
        sa.PrimaryKeyConstraint("list", "code", "scheme", "scheme_list", "foreign_code", name=op.f("pk_code_map")),
    )
    op.create_table(
        "damage",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["damage.code"], name=op.f("fk_damage_parent_damage")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_damage")),
    )
    op.create_table(
        "date_precision",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent"], ["date_precision.code"], name=op.f("fk_date_precision_parent_date_precision")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_date_precision")),
    )
    op.create_table(
        "effect",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["effect.code"], name=op.f("fk_effect_parent_effect")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_effect")),
    )
    op.create_table(
        "facility_type",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("sector", sa.String(), nullable=False),
        sa.CheckConstraint(
            "sector IN ('health', 'education', 'civil_defence', 'other')", name=op.f("ck_facility_type_sector")
        ),
        sa.ForeignKeyConstraint(["parent"], ["facility_type.code"], name=op.f("fk_facility_type_parent_facility_type")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_facility_type")),
    )
    op.create_table(
        "functionality",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["functionality.code"], name=op.f("fk_functionality_parent_functionality")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_functionality")),
    )
    op.create_table(
        "grade",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.CheckConstraint("scheme IN ('registry', 'who_ssa', 'airwars')", name=op.f("ck_grade_scheme")),
        sa.ForeignKeyConstraint(["parent"], ["grade.code"], name=op.f("fk_grade_parent_grade")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_grade")),
    )
    op.create_table(
        "launch_method",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["launch_method.code"], name=op.f("fk_launch_method_parent_launch_method")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_launch_method")),
    )
    op.create_table(
        "measure",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("takes_population", sa.Boolean(), nullable=False),
        sa.Column("takes_facility_type", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('stock', 'flow', 'count')", name=op.f("ck_measure_kind")),
        sa.ForeignKeyConstraint(["parent"], ["measure.code"], name=op.f("fk_measure_parent_measure")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_measure")),
    )
    op.create_table(
        "munition",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["munition.code"], name=op.f("fk_munition_parent_munition")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_munition")),
    )
    op.create_table(
        "place_precision",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent"], ["place_precision.code"], name=op.f("fk_place_precision_parent_place_precision")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_place_precision")),
    )
    op.create_table(
        "population",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["population.code"], name=op.f("fk_population_parent_population")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_population")),
    )
    op.create_table(
        "source_kind",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ar", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["source_kind.code"], name=op.f("fk_source_kind_parent_source_kind")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_source_kind")),
    )


def downgrade() -> None:
    op.drop_table("source_kind")
    op.drop_table("population")
    op.drop_table("place_precision")
    op.drop_table("munition")
    op.drop_table("measure")
    op.drop_table("launch_method")
    op.drop_table("grade")
    op.drop_table("functionality")
    op.drop_table("facility_type")
    op.drop_table("effect")
    op.drop_table("date_precision")
    op.drop_table("damage")
    op.drop_table("code_map")
    op.drop_table("basis")
    op.drop_table("attack_type")
    op.drop_table("actor_kind")
    op.drop_table("accessibility")
