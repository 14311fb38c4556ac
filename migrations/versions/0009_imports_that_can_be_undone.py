"""What an import needs to know its rows again and to be taken back: where its journal entries are, which rows it brought."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
RETRACTABLE = (
    "place",
    "place_name",
    "source",
    "source_name",
    "actor",
    "actor_name",
    "facility",
    "facility_name",
    "facility_identifier",
    "facility_position",
    "report",
    "attack",
    "attack_facility",
    "attack_means",
    "attack_report",
    "claim",
    "attribution",
)
STANDING = sa.text("retracted_at IS NULL")


def upgrade() -> None:
    for table in RETRACTABLE:
        op.add_column(table, sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("place") as batch:
        batch.drop_constraint("uq_place_pcode_edition", type_="unique")
    # A list that was taken back can be loaded again: only among places that stand is a P-code one place's own.
    op.create_index(
        "uq_place_pcode_standing",
        "place",
        ["pcode", "edition"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.add_column("import_batch", sa.Column("list_name", sa.String(), nullable=False, server_default=""))
    op.add_column("import_batch", sa.Column("node_id", KEY, nullable=True))
    for name in ("first_seq", "last_seq"):
        op.add_column("import_batch", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("import_batch", sa.Column("rows_vanished", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("import_batch", sa.Column("undone_by", sa.String(), nullable=True))
    op.add_column("import_batch", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("import_batch") as batch:
        batch.alter_column("list_name", server_default=None)
        batch.alter_column("rows_vanished", server_default=None)
        batch.create_foreign_key(op.f("fk_import_batch_node_id_node"), "node", ["node_id"], ["id"])
        batch.create_check_constraint(op.f("ck_import_batch_undone"), "(state = 'undone') = (undone_at IS NOT NULL)")
    op.create_index(op.f("ix_import_batch_node_id"), "import_batch", ["node_id"], unique=False)
    op.create_index(op.f("ix_import_batch_list_name"), "import_batch", ["list_name"], unique=False)
    op.add_column("import_row", sa.Column("fingerprint", sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column("import_row", "fingerprint")
    op.drop_index(op.f("ix_import_batch_list_name"), table_name="import_batch")
    op.drop_index(op.f("ix_import_batch_node_id"), table_name="import_batch")
    with op.batch_alter_table("import_batch") as batch:
        batch.drop_constraint(op.f("ck_import_batch_undone"), type_="check")
        batch.drop_constraint(op.f("fk_import_batch_node_id_node"), type_="foreignkey")
        for name in ("undone_at", "undone_by", "rows_vanished", "last_seq", "first_seq", "node_id", "list_name"):
            batch.drop_column(name)
    op.drop_index("uq_place_pcode_standing", table_name="place")
    with op.batch_alter_table("place") as batch:
        batch.create_unique_constraint("uq_place_pcode_edition", ["pcode", "edition"])
    for table in reversed(RETRACTABLE):
        op.drop_column(table, "retracted_at")
