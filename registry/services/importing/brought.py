"""What a batch brought and changed, read from its stretch of the journal into two temporary tables."""

import uuid
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Table, select, text
from sqlmodel import SQLModel

from registry import db
from registry.models.in_out import ImportBatch
from registry.services import joint
from registry.services.work import Work

CHUNK = 1_000
# What is done with a record without touching what it says: an edit counted it, its release was agreed. Neither stands
# in the way of an undo, nor is it set back by one; what went out in a public release is told by the next.
NEVER_COMPARED = ("version", "release_agreed_at", "release_agreed_by")
_TEMPORARY = ("import_brought", "import_changed")
# What points to rows without saying anything of them: how they came, and on which claims our findings rest.
_BOOKKEEPING = (
    "import_row",
    "import_batch",
    "figure_claim",
    "attack_facility_claim",
    "attack_means_claim",
    "origin",
    "ref_alias",
)
# When a row of these tables is work that an undo would pull the ground from: a grade taken back, a claim that we should
# never have recorded, is none.
_STANDS = {
    "figure": "c.decided_by IS NOT NULL AND c.superseded_at IS NULL",
    "assessment": "c.superseded_at IS NULL AND c.grade_code <> 'unassessed'",
    "claim": "c.retracted_at IS NULL AND (c.withdrawn_as IS NULL OR c.withdrawn_as <> 'our_error')",
}
_WITH_THEIR_OWN_WAY = ("attack", "claim", "facility_status")  # back: they do not go with an attack that is withdrawn


class Brought:
    """The rows of a batch: `import_brought` has those that it made, `import_changed` others that it changed.

    Attributes:
        batch: whose rows they are.
        tables: of the registry, by name, parents before children.
    """

    def __init__(self, work: Work, batch: ImportBatch) -> None:
        self.batch = batch
        self.connection = work.session.connection()
        self.tables = {table.name: table for table in SQLModel.metadata.sorted_tables}
        self.node = db.as_key(self.connection, uuid.UUID(str(batch.node_id)))
        self._gather()
        self._take_what_goes_with_withdrawn_attacks()

    def _gather(self) -> None:
        span = {"node": self.node, "first": self.batch.first_seq, "last": self.batch.last_seq}
        of_batch = "FROM journal WHERE node_id = :node AND seq BETWEEN :first AND :last"
        self.execute(
            f"CREATE TEMPORARY TABLE import_brought AS SELECT DISTINCT table_name, row_id {of_batch} "
            "AND action = 'insert'",
            **span,
        )
        loaded = joint.brought(self.connection, "j.node_id = :node AND j.seq BETWEEN :first AND :last", **span)
        while some := list(islice(loaded, CHUNK)):
            rows = [(table, db.as_key(self.connection, uuid.UUID(image["id"]))) for table, image in some]
            db.insert_many(self.connection, "import_brought", ("table_name", "row_id"), rows)
        self.execute("CREATE UNIQUE INDEX import_brought_row ON import_brought (table_name, row_id)")
        self.execute(
            "CREATE TEMPORARY TABLE import_changed AS SELECT DISTINCT j.table_name, j.row_id "
            f"{of_batch.replace('journal', 'journal j')} AND action = 'update' "
            "AND NOT EXISTS (SELECT 1 FROM import_brought b "
            "WHERE b.table_name = j.table_name AND b.row_id = j.row_id)",
            **span,
        )
        # Undo often follows its load at once, before a server has looked at the new rows by itself: without that it
        # takes ten times as long.
        db.analyse(self.connection)
        self.execute("ANALYZE import_brought")  # SQLite leaves temporary tables out

    def _take_what_goes_with_withdrawn_attacks(self) -> None:
        """Whoever withdrew an attack of the batch since knew what was found of it, and what it was linked to."""
        withdrawn = (
            "JOIN import_brought b ON b.row_id = a.id AND b.table_name = 'attack' WHERE a.withdrawn_at IS NOT NULL"
        )
        if self.execute(f"SELECT 1 FROM attack a {withdrawn} LIMIT 1").first() is None:
            return
        for child, column in self.children("attack"):
            if child not in _WITH_THEIR_OWN_WAY:
                self.execute(
                    f"INSERT INTO import_brought SELECT DISTINCT '{child}', c.id FROM {child} c "
                    f"JOIN attack a ON a.id = c.{column} {withdrawn} AND {self.is_others(child)}"
                )

    def drop(self) -> None:
        """Drop the temporary tables."""
        for name in _TEMPORARY:
            self.execute(f"DROP TABLE {name}")

    def execute(self, sql: str, **values: Any) -> Any:
        """Run a statement on the unit's connection."""
        return self.connection.execute(text(sql), values)

    def brought_tables(self) -> list[str]:
        """The tables that the batch brought rows of, parents before children."""
        names = self.execute("SELECT DISTINCT table_name FROM import_brought").scalars().all()
        return [name for name in self.tables if name in names]

    def children(self, parent: str) -> Iterator[tuple[str, str]]:
        """Tables and columns that point to a table."""
        for table in self.tables.values():
            if table.name in _BOOKKEEPING:
                continue
            for key in table.foreign_keys:
                if key.column.table.name == parent and key.column.name == "id":
                    yield table.name, key.parent.name

    def is_others(self, child: str) -> str:
        """SQL: the row `c` of a table stands, and this batch did not bring it."""
        stands = _STANDS.get(child)
        if stands is None:
            stands = "c.retracted_at IS NULL" if "retracted_at" in self.tables[child].c else "1 = 1"
        if child.endswith("_name"):
            return "1 = 0"  # the names of a record go with it
        for key in self.tables[child].foreign_keys:
            parent = key.column.table
            if "retracted_at" in parent.c and "retracted_at" not in self.tables[child].c:
                # A link stands no longer than what it links.
                stands += (
                    f" AND NOT EXISTS (SELECT 1 FROM {parent.name} z "
                    f"WHERE z.id = c.{key.parent.name} AND z.retracted_at IS NOT NULL)"
                )
        return (
            f"{stands} AND NOT EXISTS (SELECT 1 FROM import_brought o "
            f"WHERE o.table_name = '{child}' AND o.row_id = c.id)"
        )

    def row(self, table: Table, key: uuid.UUID) -> dict[str, Any]:
        """A row as it is now."""
        return dict(self.connection.execute(select(table).where(table.c.id == key)).mappings().one())

    def image(self, table: str, key: uuid.UUID, side: str, seq: int | None) -> dict[str, Any]:
        """A row as the journal of the batch's node has it on one side of an entry; empty where there was none."""
        sql = (
            "SELECT v.value FROM journal j JOIN journal_value v ON v.journal_id = j.id WHERE j.table_name = :table "
            f"AND j.row_id = :key AND j.node_id = :node AND j.seq {side} :seq AND j.action <> 'erase' "
            "ORDER BY j.seq DESC LIMIT 1"
        )
        value = self.execute(sql, table=table, key=db.as_key(self.connection, key), node=self.node, seq=seq).scalar()
        if value is not None:
            return joint.parsed(bytes(value))
        brought = joint.bringing(self.connection, table, key)
        return brought["image"] if brought is not None else {}
