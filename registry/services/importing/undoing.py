"""A batch taken back: what it brought is retracted, what it changed is as before, and nothing else is touched.

A batch is a stretch of the journal: every entry from its first to its last. So nothing is forgotten, and what later
work rests on is found through the foreign keys and through later entries of the same rows.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import Date, Table, Time, select, text
from sqlmodel import SQLModel, col
from sqlmodel import select as select_rows

from registry import db
from registry.errors import Conflict
from registry.models.base import Key, Moment
from registry.models.in_out import ImportBatch
from registry.models.said import Claim
from registry.services import by_rule, joint
from registry.services.bulk import Bulk
from registry.services.joint import parsed
from registry.services.work import Work, canonical

_CHUNK = 1_000
_BY_PRODUCTS = ("source", "actor", "place")  # made for a list's rows, and used by whoever comes after
_BOOKKEEPING = ("import_row", "import_batch", "figure_claim", "origin", "ref_alias")
_NEVER_COMPARED = ("version",)
# When a row of these tables is work that an undo would pull the ground from: a grade taken back, a claim that we should
# never have recorded, is none.
_STANDS = {
    "figure": "decided_by IS NOT NULL AND superseded_at IS NULL",
    "assessment": "c.superseded_at IS NULL AND c.grade_code <> 'unassessed'",
    "claim": "c.retracted_at IS NULL AND (c.withdrawn_as IS NULL OR c.withdrawn_as <> 'our_error')",
}
_NAMED = 3  # records that a refusal names of each kind


@dataclass
class Undone:
    """What an undo did.

    Attributes:
        rows: retracted, by table.
        restored: changed back.
        kept: by-products that later work uses, by table: they stay.
    """

    ref: str
    rows: dict[str, int] = field(default_factory=dict)
    restored: int = 0
    kept: dict[str, int] = field(default_factory=dict)


def undo(work: Work, batch: ImportBatch) -> Undone:
    """Take a batch back.

    Raises:
        Conflict: it is undone already, or later work rests on it: the line says what.
    """
    if batch.state == "undone":
        raise Conflict(f"{batch.ref} is undone already")
    if batch.first_seq is None:
        raise Conflict(f"{batch.ref} brought a whole registry with its journal; make another with `registry init`")
    return _Undo(work, batch).run()


class _Undo:
    def __init__(self, work: Work, batch: ImportBatch) -> None:
        self._work, self._batch, self._bulk = work, batch, Bulk(work)
        self._connection = work.session.connection()
        self._tables = {table.name: table for table in SQLModel.metadata.sorted_tables}
        self._result = Undone(batch.ref)

    def run(self) -> Undone:
        """Look for what stands in the way, then retract and restore."""
        self._refuse_newer()
        self._gather()
        self._keep_by_products()
        self._refuse(self._in_the_way())
        touched = self._claims_of_others()
        for name in self._brought_tables():
            self._retract(self._tables[name])
        self._supersede()
        self._restore()
        self._work.session.expire_all()
        by_rule.refresh(self._work, *self._claims(touched))
        for name in ("import_brought", "import_changed"):
            self._connection.execute(text(f"DROP TABLE {name}"))
        self._work.change(self._batch, state="undone", undone_by=self._work.by, undone_at=self._work.at)
        return self._result

    # --- what stands in the way ---

    def _refuse_newer(self) -> None:
        sql = (
            "SELECT ref FROM import_batch WHERE list_name = :list AND state = 'loaded' AND last_seq > :last "
            "AND rows_new + rows_changed > 0 ORDER BY last_seq DESC LIMIT 1"
        )
        newer = db.one(self._connection, sql, list=self._batch.list_name, last=self._batch.last_seq)
        if newer is not None:
            raise Conflict(f"a newer edition of this list was loaded as {newer['ref']}; undo that first")

    def _gather(self) -> None:
        span = {
            "node": db.as_key(self._connection, uuid.UUID(str(self._batch.node_id))),
            "first": self._batch.first_seq,
            "last": self._batch.last_seq,
        }
        of_batch = "FROM journal WHERE node_id = :node AND seq BETWEEN :first AND :last"
        self._execute(
            f"CREATE TEMPORARY TABLE import_brought AS SELECT DISTINCT table_name, row_id {of_batch} "
            "AND action = 'insert'",
            **span,
        )
        loaded = joint.brought(self._connection, "j.node_id = :node AND j.seq BETWEEN :first AND :last", **span)
        while some := list(islice(loaded, _CHUNK)):
            rows = [(table, db.as_key(self._connection, uuid.UUID(image["id"]))) for table, image in some]
            db.insert_many(self._connection, "import_brought", ("table_name", "row_id"), rows)
        self._execute("CREATE UNIQUE INDEX import_brought_row ON import_brought (table_name, row_id)")
        self._execute(
            "CREATE TEMPORARY TABLE import_changed AS SELECT DISTINCT j.table_name, j.row_id "
            f"{of_batch.replace('journal', 'journal j')} AND action = 'update' "
            "AND NOT EXISTS (SELECT 1 FROM import_brought b "
            "WHERE b.table_name = j.table_name AND b.row_id = j.row_id)",
            **span,
        )
        # Undo often follows its load at once, before a server has looked at the new rows by itself: without that it
        # takes ten times as long.
        db.analyse(self._connection)
        self._execute("ANALYZE import_brought")  # SQLite leaves temporary tables out

    def _execute(self, sql: str, **values: Any) -> Any:
        return self._connection.execute(text(sql), values)

    def _brought_tables(self) -> list[str]:
        names = self._execute("SELECT DISTINCT table_name FROM import_brought").scalars().all()
        return [name for name in self._tables if name in names]

    def _keep_by_products(self) -> None:
        """Take places, sources and actors that others use out of what is brought; again while that frees parents."""
        targets = "SELECT target_id FROM import_row WHERE batch_id = :batch AND target_id IS NOT NULL"
        batch = db.as_key(self._connection, self._batch.id)
        again = True
        while again:
            again = False
            for name in _BY_PRODUCTS:
                for child, column in self._children(name):
                    found = self._execute(
                        f"DELETE FROM import_brought WHERE table_name = '{name}' AND row_id NOT IN ({targets}) "
                        f"AND row_id IN (SELECT c.{column} FROM {child} c WHERE {self._is_others(child)})",
                        batch=batch,
                    ).rowcount
                    if found:
                        self._result.kept[name] = self._result.kept.get(name, 0) + found
                        self._keep_names(name)
                        again = True

    def _keep_names(self, name: str) -> None:
        self._execute(
            f"DELETE FROM import_brought WHERE table_name = '{name}_name' AND row_id IN (SELECT n.id "
            f"FROM {name}_name n "
            f"WHERE NOT EXISTS (SELECT 1 FROM import_brought b WHERE b.table_name = '{name}' "
            f"AND b.row_id = n.{name}_id))"
        )

    def _children(self, parent: str) -> Iterator[tuple[str, str]]:
        """Tables and columns that point to a table."""
        for table in self._tables.values():
            if table.name in _BOOKKEEPING:
                continue
            for key in table.foreign_keys:
                if key.column.table.name == parent and key.column.name == "id":
                    yield table.name, key.parent.name

    def _is_others(self, child: str) -> str:
        """SQL: the row `c` of a table stands, and this batch did not bring it."""
        stands = _STANDS.get(child)
        if stands is None:
            stands = "c.retracted_at IS NULL" if "retracted_at" in self._tables[child].c else "1 = 1"
        if child.endswith("_name"):
            return "1 = 0"  # the names of a record go with it
        for key in self._tables[child].foreign_keys:
            parent = key.column.table
            if "retracted_at" in parent.c and "retracted_at" not in self._tables[child].c:
                # A link stands no longer than what it links.
                stands += (
                    f" AND NOT EXISTS (SELECT 1 FROM {parent.name} z "
                    f"WHERE z.id = c.{key.parent.name} AND z.retracted_at IS NOT NULL)"
                )
        return (
            f"{stands} AND NOT EXISTS (SELECT 1 FROM import_brought o "
            f"WHERE o.table_name = '{child}' AND o.row_id = c.id)"
        )

    def _in_the_way(self) -> Iterator[str]:
        for parent in self._brought_tables():
            if "retracted_at" not in self._tables[parent].c:
                continue
            for child, column in self._children(parent):
                resting = (
                    f"FROM {child} c JOIN import_brought b ON b.row_id = c.{column} "
                    f"AND b.table_name = '{parent}' WHERE {self._is_others(child)}"
                )
                if number := self._execute(f"SELECT count(*) {resting}").scalar():
                    which = self._refs(parent, f"SELECT b.row_id {resting}")
                    yield f"{number} {_called(child, number)} on what it brought as {_called(parent, 2)}{which}"
        for side in ("left_id", "right_id"):
            sql = (
                f"SELECT count(*) FROM judgement j JOIN import_brought b ON b.row_id = j.{side} "
                "WHERE j.revoked_at IS NULL"
            )
            if number := self._execute(sql).scalar():
                yield f"{number} {_called('judgement', number)} on its records"
        yield from self._edited()

    def _refs(self, table: str, keys: str) -> str:
        """The first refs of a table's rows, given SQL for their keys, as they stand in a line; of one without, none."""
        if "ref" not in self._tables[table].c:
            return ""
        sql = f"SELECT ref FROM {table} WHERE id IN ({keys}) ORDER BY ref LIMIT {_NAMED + 1}"
        refs = self._execute(sql).scalars().all()
        return f" ({', '.join([*refs[:_NAMED], *('…' for _ in refs[_NAMED:])])})"

    def _edited(self) -> Iterator[str]:
        """Rows that somebody changed after the batch, and that are not as it left them.

        What the batch brought and somebody withdrew since is out of the way.
        """
        counted: dict[str, int] = {}
        for source in ("import_brought", "import_changed"):
            sql = (
                f"SELECT DISTINCT b.table_name, b.row_id FROM {source} b JOIN journal j ON j.table_name = b.table_name "
                "AND j.row_id = b.row_id WHERE (j.node_id <> :node OR j.seq > :last) AND j.action <> 'erase'"
            )
            node = db.as_key(self._connection, uuid.UUID(str(self._batch.node_id)))
            for row in self._execute(sql, node=node, last=self._batch.last_seq).mappings().all():
                table = self._tables.get(row["table_name"])
                if table is None or "retracted_at" not in table.c:
                    continue
                key = db.as_uuid(row["row_id"])
                now = parsed(canonical(self._row(table, key)))
                then = self._image(table.name, key, "<=", self._batch.last_seq)
                if source == "import_brought" and now.get("withdrawn_at") and not then.get("withdrawn_at"):
                    continue
                if any(now[name] != then.get(name) for name in now if name not in _NEVER_COMPARED):
                    counted[table.name] = counted.get(table.name, 0) + 1
        for name, number in counted.items():
            yield f"{number} {_called(name, number)} changed since"

    def _refuse(self, found: Iterator[str]) -> None:
        lines = list(found)
        if lines:
            told = "; ".join(lines[:6]) + (f"; and {len(lines) - 6} more" if len(lines) > 6 else "")
            raise Conflict(f"later work rests on {self._batch.ref}: {told}; take that back first")

    # --- back ---

    def _retract(self, table: Table) -> None:
        if "retracted_at" not in table.c:
            return
        changes: dict[str, Any] = {"retracted_at": self._work.at}
        why = f"the import {self._batch.ref} that brought it was undone"
        if table.name == "attack":
            changes |= {"state": "withdrawn", "withdrawn_at": self._work.at, "withdrawn_why": why}
        elif table.name == "claim":
            changes |= {"withdrawn_at": self._work.at, "withdrawn_as": "our_error", "withdrawn_why": why}
        brought = (
            f"JOIN import_brought b ON b.row_id = t.id AND b.table_name = '{table.name}' WHERE t.retracted_at IS NULL"
        )
        if "withdrawn_at" in changes:  # who withdrew it before had a reason, which stays
            self._change(table, {"retracted_at": self._work.at}, f"{brought} AND t.withdrawn_at IS NOT NULL")
        self._change(table, changes, brought)

    def _supersede(self) -> None:
        """The list's own grades; figures by rule on attacks that go, which an earlier undo may have made again."""
        self._change(
            self._tables["figure"],
            {"superseded_at": self._work.at},
            "JOIN import_brought b ON b.row_id = t.attack_id AND b.table_name = 'attack' "
            "WHERE t.superseded_at IS NULL AND t.decided_by IS NULL",
        )
        self._change(
            self._tables["assessment"],
            {"superseded_at": self._work.at},
            "JOIN import_brought b ON b.row_id = t.id AND b.table_name = 'assessment' WHERE t.superseded_at IS NULL",
        )

    def _change(self, table: Table, changes: Mapping[str, Any], which: str) -> None:
        keys = iter(self._execute(f"SELECT t.id FROM {table.name} t {which} ORDER BY t.id").scalars().all())
        while some := [db.as_uuid(key) for key in islice(keys, _CHUNK)]:
            rows = self._connection.execute(select(table).where(table.c.id.in_(some))).mappings().all()
            self._bulk.update_many(table.name, [(dict(row), changes) for row in rows])
            self._result.rows[table.name] = self._result.rows.get(table.name, 0) + len(rows)

    def _restore(self) -> None:
        """What the batch changed, as it was before it."""
        for row in self._execute("SELECT table_name, row_id FROM import_changed").mappings().all():
            table = self._tables[row["table_name"]]
            if table.name in ("import_batch", "figure"):  # figures follow from the claims
                continue
            key = db.as_uuid(row["row_id"])
            before = self._image(table.name, key, "<", self._batch.first_seq)
            now = self._row(table, key)
            former = {name: _typed(table, name, value) for name, value in before.items() if name in table.c}
            differing = {name: value for name, value in former.items() if now[name] != value and name != "version"}
            if differing:
                self._bulk.update_many(table.name, [(now, differing)])
                self._result.restored += 1

    def _row(self, table: Table, key: uuid.UUID) -> dict[str, Any]:
        return dict(self._connection.execute(select(table).where(table.c.id == key)).mappings().one())

    def _image(self, table: str, key: uuid.UUID, side: str, seq: int | None) -> dict[str, Any]:
        sql = (
            "SELECT v.value FROM journal j JOIN journal_value v ON v.journal_id = j.id WHERE j.table_name = :table "
            f"AND j.row_id = :key AND j.node_id = :node AND j.seq {side} :seq AND j.action <> 'erase' "
            "ORDER BY j.seq DESC LIMIT 1"
        )
        node = db.as_key(self._connection, uuid.UUID(str(self._batch.node_id)))
        value = self._execute(sql, table=table, key=db.as_key(self._connection, key), node=node, seq=seq).scalar()
        if value is not None:
            return parsed(bytes(value))
        brought = joint.bringing(self._connection, table, key)
        return brought["image"] if brought is not None else {}

    # --- figures ---

    def _claims_of_others(self) -> list[uuid.UUID]:
        """Claims that were changed, or brought for an attack that stays: the figures over them are made again."""
        sql = (
            "SELECT row_id FROM import_changed WHERE table_name = 'claim' UNION SELECT c.id FROM claim c "
            "JOIN import_brought b ON b.row_id = c.id AND b.table_name = 'claim' WHERE NOT EXISTS "
            "(SELECT 1 FROM import_brought a WHERE a.table_name = 'attack' AND a.row_id = c.attack_id)"
        )
        return [db.as_uuid(key) for key in self._execute(sql).scalars().all()]

    def _claims(self, keys: Sequence[uuid.UUID]) -> Iterator[Claim]:
        waiting = iter(keys)
        while some := list(islice(waiting, _CHUNK)):
            yield from self._work.session.exec(select_rows(Claim).where(col(Claim.id).in_(some)))


def _typed(table: Table, name: str, value: Any) -> Any:
    """A value of an image as the column's type has it."""
    if value is None:
        return None
    kind = table.c[name].type
    if isinstance(kind, Key):
        return uuid.UUID(value)
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return time.fromisoformat(value) if isinstance(kind, Time) else value


def _called(table: str, number: int) -> str:
    word = table.replace("_", " ")
    return word if number == 1 else word.removesuffix("y") + ("ies" if word.endswith("y") else "s")
