"""The journal, its values and the nodes whose chains it holds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "node",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_local", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("head_seq >= 0", name=op.f("ck_node_head_seq")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
    )
    op.create_index(
        "uq_node_local",
        "node",
        ["is_local"],
        unique=True,
        sqlite_where=sa.text("is_local"),
        postgresql_where=sa.text("is_local"),
    )
    op.create_table(
        "ref_alias",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("table_name", sa.String(60), nullable=False),
        sa.Column("row_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ref_alias")),
        sa.UniqueConstraint("ref", "table_name", name=op.f("uq_ref_alias_ref_table_name")),
    )
    op.create_table(
        "journal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("node_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(60), nullable=False),
        sa.Column("row_id", KEY, nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("action IN ('insert', 'update', 'erase')", name=op.f("ck_journal_action")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_journal_seq")),
        sa.ForeignKeyConstraint(["node_id"], ["node.id"], name=op.f("fk_journal_node_id_node")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("node_id", "seq", name=op.f("uq_journal_node_id_seq")),
    )
    op.create_index(op.f("ix_journal_node_id"), "journal", ["node_id"], unique=False)
    op.create_index("ix_journal_row", "journal", ["table_name", "row_id"], unique=False)
    op.create_table(
        "journal_value",
        sa.Column("id", KEY, nullable=False),
        sa.Column("journal_id", KEY, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_journal_value_journal_id_journal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_value")),
        sa.UniqueConstraint("journal_id", name=op.f("uq_journal_value_journal_id")),
    )


def downgrade() -> None:
    op.drop_table("journal_value")
    op.drop_index("ix_journal_row", table_name="journal")
    op.drop_index(op.f("ix_journal_node_id"), table_name="journal")
    op.drop_table("journal")
    op.drop_table("ref_alias")
    op.drop_index(
        "uq_node_local", table_name="node", sqlite_where=sa.text("is_local"), postgresql_where=sa.text("is_local")
    )
    op.drop_table("node")
