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

from sqlalchemy import Date, Table, Time, select
from sqlmodel import col
from sqlmodel import select as select_rows

from registry import db
from registry.errors import Conflict
from registry.models.base import Key, Moment
from registry.models.in_out import ImportBatch
from registry.models.said import Claim
from registry.services import by_rule
from registry.services.bulk import Bulk
from registry.services.importing import later_work
from registry.services.importing.brought import CHUNK, NEVER_COMPARED, Brought
from registry.services.work import Work

_BY_PRODUCTS = ("source", "actor", "place")  # made for a list's rows, and used by whoever comes after


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
        self._result = Undone(batch.ref)

    def run(self) -> Undone:
        """Look for what stands in the way, then retract and restore."""
        self._refuse_newer()
        self._brought = Brought(self._work, self._batch)
        self._keep_by_products()
        later_work.refuse(self._brought)
        touched = self._claims_of_others()
        for name in self._brought.brought_tables():
            self._retract(self._brought.tables[name])
        self._supersede()
        self._restore()
        self._work.session.expire_all()
        by_rule.refresh(self._work, *self._claims(touched))
        self._brought.drop()
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

    def _keep_by_products(self) -> None:
        """Take places, sources and actors that others use out of what is brought; again while that frees parents."""
        targets = "SELECT target_id FROM import_row WHERE batch_id = :batch AND target_id IS NOT NULL"
        batch = db.as_key(self._connection, self._batch.id)
        again = True
        while again:
            again = False
            for name in _BY_PRODUCTS:
                for child, column in self._brought.children(name):
                    found = self._brought.execute(
                        f"DELETE FROM import_brought WHERE table_name = '{name}' AND row_id NOT IN ({targets}) "
                        f"AND row_id IN (SELECT c.{column} FROM {child} c WHERE {self._brought.is_others(child)})",
                        batch=batch,
                    ).rowcount
                    if found:
                        self._result.kept[name] = self._result.kept.get(name, 0) + found
                        self._keep_names(name)
                        again = True

    def _keep_names(self, name: str) -> None:
        self._brought.execute(
            f"DELETE FROM import_brought WHERE table_name = '{name}_name' AND row_id IN (SELECT n.id "
            f"FROM {name}_name n "
            f"WHERE NOT EXISTS (SELECT 1 FROM import_brought b WHERE b.table_name = '{name}' "
            f"AND b.row_id = n.{name}_id))"
        )

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
        """The list's own grades; figures on attacks that go, which an earlier undo may have made again by rule."""
        self._change(
            self._brought.tables["figure"],
            {"superseded_at": self._work.at},
            "JOIN import_brought b ON b.row_id = t.attack_id AND b.table_name = 'attack' WHERE t.superseded_at IS NULL",
        )
        self._change(
            self._brought.tables["assessment"],
            {"superseded_at": self._work.at},
            "JOIN import_brought b ON b.row_id = t.id AND b.table_name = 'assessment' WHERE t.superseded_at IS NULL",
        )

    def _change(self, table: Table, changes: Mapping[str, Any], which: str) -> None:
        keys = iter(self._brought.execute(f"SELECT t.id FROM {table.name} t {which} ORDER BY t.id").scalars().all())
        while some := [db.as_uuid(key) for key in islice(keys, CHUNK)]:
            rows = self._connection.execute(select(table).where(table.c.id.in_(some))).mappings().all()
            self._bulk.update_many(table.name, [(dict(row), changes) for row in rows])
            self._result.rows[table.name] = self._result.rows.get(table.name, 0) + len(rows)

    def _restore(self) -> None:
        """What the batch changed, as it was before it."""
        for row in self._brought.execute("SELECT table_name, row_id FROM import_changed").mappings().all():
            table = self._brought.tables[row["table_name"]]
            if table.name in ("import_batch", "figure"):  # figures follow from the claims
                continue
            key = db.as_uuid(row["row_id"])
            before = self._brought.image(table.name, key, "<", self._batch.first_seq)
            now = self._brought.row(table, key)
            former = {name: _typed(table, name, value) for name, value in before.items() if name in table.c}
            differing = {
                name: value for name, value in former.items() if now[name] != value and name not in NEVER_COMPARED
            }
            if differing:
                self._bulk.update_many(table.name, [(now, differing)])
                self._result.restored += 1

    # --- figures ---

    def _claims_of_others(self) -> list[uuid.UUID]:
        """Claims that were changed, or brought for an attack that stays: the figures over them are made again."""
        sql = (
            "SELECT row_id FROM import_changed WHERE table_name = 'claim' UNION SELECT c.id FROM claim c "
            "JOIN import_brought b ON b.row_id = c.id AND b.table_name = 'claim' WHERE NOT EXISTS "
            "(SELECT 1 FROM import_brought a WHERE a.table_name = 'attack' AND a.row_id = c.attack_id)"
        )
        return [db.as_uuid(key) for key in self._brought.execute(sql).scalars().all()]

    def _claims(self, keys: Sequence[uuid.UUID]) -> Iterator[Claim]:
        waiting = iter(keys)
        while some := list(islice(waiting, CHUNK)):
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
