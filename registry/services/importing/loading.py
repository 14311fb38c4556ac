"""One file into the registry, in one transaction: new rows in bulk, changed ones brought in step, bad ones told."""

import gc
import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text

from registry import db
from registry.errors import Conflict
from registry.models.in_out import ImportBatch
from registry.services.bulk import Bulk
from registry.services.importing import reading
from registry.services.importing.bounded import Spool
from registry.services.importing.holding import Found, Holding
from registry.services.importing.mapper import Mapper
from registry.services.importing.mapping import Loaded
from registry.services.importing.records import AttackRecord, FacilityRecord, PlaceRecord, Record
from registry.services.importing.rows import Problem, SourceRow
from registry.services.importing.updating import Change, Updater
from registry.services.importing.writing import Writer
from registry.services.work import Work

_CHUNK = 500
_MOST_TOLD = 1_000  # changes and vanished rows that are kept to be told
_SELDOM = 200_000  # objects
_MANY = 10_000  # new rows that change what the planner should know
Tell = Callable[[int], None]


@dataclass
class Outcome:
    """What a load did, or would do.

    Attributes:
        ref: of the batch; empty where the file was loaded before.
        problems: of the rows that were left out.
        changes: what a newer edition says differently.
        vanished: identifiers that an earlier edition had and this one has not; nothing was done to them.
        unfound: names that led to no place: level, country, name, how often. Their rows lie in the place above.
        unmapped: headings that the mapping does not know.
        unread: other sheets of the workbook, where nobody said which to read.
        unknown: words of the list that the mapping leaves out: column, word and how often.
    """

    ref: str = ""
    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0
    problems: Spool[Problem] = field(default_factory=Spool)
    changes: list[Change] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    vanished_count: int = 0
    unfound: list[tuple[str, str, str, int]] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    unread: Sequence[str] = ()
    unknown: list[tuple[str, str, int]] = field(default_factory=list)
    loaded_before: str = ""


@dataclass(frozen=True)
class Opened:
    """A file whose rows can be gone through once.

    Attributes:
        name: what the person calls it.
        digest: of its bytes.
    """

    name: str
    digest: str
    table: reading.Table


@contextmanager
def opened(path: Path, name: str, wanted: Loaded) -> Iterator[Opened]:
    """A plain file that `reading.local` gave, before the unit of work begins: nobody waits while a workbook is parsed.

    Raises:
        UnreadableFileError: nothing can be read from it.
    """
    digest = reading.sha256(path)
    with reading.table(path, name, wanted.mapping.file.layout()) as table:
        yield Opened(name, digest, table)


def load(work: Work, file: Opened, wanted: Loaded, tell: Tell | None = None) -> Outcome:
    """Load a file.

    Args:
        work: one transaction: other writers wait until it ends.
        file: from `opened`, with the same mapping.
        wanted: the mapping.
        tell: is told now and then how many rows are done.

    Raises:
        UnreadableFileError: it is without columns that the mapping needs, or turns out to be damaged.
    """
    before = _loaded_before(work, file.digest, wanted)
    if before:
        return Outcome(loaded_before=before)
    mapper = Mapper(wanted.mapping, file.table, file.name)
    return _Load(work, mapper, wanted, file.name, file.digest).run(file.table, tell)


def _loaded_before(work: Work, digest: str, wanted: Loaded) -> str:
    """The ref of the batch that these bytes were loaded as, unless the list was loaded again since."""
    newest = (
        "SELECT ref, sha256, mapping_sha256 FROM import_batch WHERE list_name = :list AND state = 'loaded' "
        "ORDER BY last_seq DESC, id DESC LIMIT 1"
    )
    row = db.one(work.session.connection(), newest, list=wanted.mapping.list_name)
    is_same = row is not None and (row["sha256"], row["mapping_sha256"]) == (digest, wanted.sha256)
    return str(row["ref"]) if row is not None and is_same else ""


@dataclass(frozen=True)
class _Held:
    """What an earlier edition's row became."""

    target: uuid.UUID
    fingerprint: str


class _Load:
    def __init__(self, work: Work, mapper: Mapper, wanted: Loaded, name: str, digest: str) -> None:
        self._work, self._mapper, self._wanted = work, mapper, wanted
        self._first_seq = work.seq + 1
        self._batch = work.add(
            ImportBatch(
                file_name=name[:300], sha256=digest, mapping=wanted.mapping.mapping, mapping_sha256=wanted.sha256,
                list_name=wanted.mapping.list_name, loaded_by=work.by, loaded_at=work.at, node_id=work.node.id,
            )
        )  # fmt: skip
        self._bulk = Bulk(work)
        self._holding = Holding(work, self._bulk)
        self._writer = Writer(work, self._bulk, self._holding, wanted.mapping.source)
        self._updater = Updater(work, self._bulk, self._writer)
        self._outcome = Outcome(ref=self._batch.ref)
        self._deferred: Spool[tuple[SourceRow, PlaceRecord]] = Spool()
        self._connection = work.session.connection()
        self._has_history = self._is_known()

    def _is_known(self) -> bool:
        sql = "SELECT count(*) FROM import_batch WHERE list_name = :list AND state = 'loaded' AND id <> :own"
        values = {"list": self._batch.list_name, "own": db.as_key(self._connection, self._batch.id)}
        return bool(self._connection.execute(text(sql), values).scalar())

    def run(self, table: reading.Table, tell: Tell | None) -> Outcome:
        """Load all rows, then put down what became of them."""
        self._connection.execute(text("CREATE TEMPORARY TABLE import_seen (outside_id TEXT PRIMARY KEY, print TEXT)"))
        self._connection.execute(text("CREATE TEMPORARY TABLE import_left_out (outside_id TEXT NOT NULL)"))
        done = 0
        with _program_left_alone(), db.room_for_much(self._connection):
            for chunk in _chunks(table):
                self._chunk(chunk)
                self._holding.forget_much()
                done += len(chunk)
                if tell is not None:
                    tell(done)
        self._resolve_deferred()
        self._bulk.flush()
        self._vanished()
        self._connection.execute(text("DROP TABLE import_seen"))
        self._connection.execute(text("DROP TABLE import_left_out"))
        if self._outcome.new >= _MANY:
            db.analyse(self._connection)
        self._finish(table)
        return self._outcome

    def _chunk(self, chunk: Sequence[SourceRow | Problem]) -> None:
        read: list[tuple[SourceRow, Record]] = []
        left_out: list[dict[str, str]] = []
        for row in chunk:
            if isinstance(row, Problem):
                self._reject([row], "")
                continue
            record, problems = self._mapper.record(row)
            if record is None:
                left_out.append({"id": self._mapper.identifier(row)})
                self._reject(problems, "")
            else:
                read.append((row, record))
        if left_out:
            self._connection.execute(text("INSERT INTO import_left_out (outside_id) VALUES (:id)"), left_out)
        ids = [record.outside_id for _, record in read]
        held = self._held(ids) if self._has_history else {}
        seen = self._seen(ids)
        self._holding.look_up_codes(
            {record.pcode for _, record in read if isinstance(record, PlaceRecord) and record.pcode}
        )
        attacks = [record for _, record in read if isinstance(record, AttackRecord)]
        self._holding.look_up_actors({one.name for record in attacks for one in record.accused if one.name})
        fresh: list[tuple[str, str]] = []
        for row, record in read:
            mark = _fingerprint(record)
            if record.outside_id in seen:
                self._again(row, record, is_same=seen[record.outside_id] == mark)
                continue
            seen[record.outside_id] = mark
            fresh.append((record.outside_id, mark))
            self._one(row, record, mark, held.get(record.outside_id))
        if fresh:
            db.insert_many(self._connection, "import_seen", ("outside_id", "print"), fresh)

    def _again(self, row: SourceRow, record: Record, *, is_same: bool) -> None:
        if is_same:
            self._outcome.same += 1
            return
        what = "another row of the file has the same identifier, and says something else"
        mend = "leave one of the two, or give each an identifier of its own"
        self._reject([Problem(row.sheet, row.number, "", what, mend)], record.outside_id)

    def _one(self, row: SourceRow, record: Record, mark: str, held: _Held | None) -> None:
        if held is not None and held.fingerprint == mark:
            self._outcome.same += 1
            return
        found = self._holding.place(record.where)
        if found.missing and isinstance(record, PlaceRecord):
            self._deferred.append((row, record))  # its parent may stand further down
            return
        self._take(row, record, mark, held, found)

    def _take(self, row: SourceRow, record: Record, mark: str, held: _Held | None, found: Found) -> None:
        if held is None and isinstance(record, PlaceRecord) and record.pcode:
            known = self._holding.by_code(record.pcode)
            held = _Held(known, "") if known is not None else None
        if held is None:
            self._outcome.new += 1
            self._row(row, record.outside_id, "new", mark, self._new(record, found))
            return
        changes = self._changed(record, held.target, found)
        outcome = "changed" if any(not change.kept for change in changes) else "same"
        if outcome == "changed":
            self._outcome.changed += 1
        else:
            self._outcome.same += 1
        if outcome == "changed" or not held.fingerprint:
            self._row(row, record.outside_id, "changed", mark, held.target)
        self._outcome.changes += changes[: max(0, _MOST_TOLD - len(self._outcome.changes))]

    def _new(self, record: Record, found: Found) -> uuid.UUID:
        if isinstance(record, PlaceRecord):
            return self._writer.place(record, found.id)
        if isinstance(record, FacilityRecord):
            return self._writer.facility(record, found)
        return self._writer.attack(record, found)

    def _changed(self, record: Record, key: uuid.UUID, found: Found) -> list[Change]:
        self._bulk.flush()
        if isinstance(record, PlaceRecord):
            return self._updater.place(record, key, found.id)
        if isinstance(record, FacilityRecord):
            return self._updater.facility(record, key, found)
        assert isinstance(record, AttackRecord)  # noqa: S101 -- the third
        return self._updater.attack(record, key, found)

    def _resolve_deferred(self) -> None:
        """Places whose parents stood further down in the file; again and again, while that helps."""
        waiting = self._deferred
        while waiting:
            self._holding.forget_missing()
            left: Spool[tuple[SourceRow, PlaceRecord]] = Spool()
            for row, record in waiting:
                found = self._holding.place(record.where)
                if found.missing:
                    left.append((row, record))
                    continue
                held = self._held([record.outside_id]) if self._has_history else {}
                self._take(row, record, _fingerprint(record), held.get(record.outside_id), found)
            if len(left) == len(waiting):
                break
            waiting = left
        else:
            return
        for row, record in waiting:
            mend = "load the list that holds its parent first, or correct the parent's P-code"
            problem = Problem(row.sheet, row.number, "", "no place has the P-code of its parent", mend)
            self._reject([problem], record.outside_id)

    def _reject(self, problems: Sequence[Problem], outside_id: str) -> None:
        first = problems[0]
        self._outcome.rejected += 1
        for problem in problems:
            self._outcome.problems.append(problem)
        row = {"sheet": first.sheet, "row_number": first.number, "outside_id": outside_id or None}
        what = f"{first.column}: {first.what}" if first.column else first.what
        self._bulk.insert("import_row", {"batch_id": self._batch.id, **row, "outcome": "rejected", "problem": what})
        self._bulk.seal()

    def _row(self, row: SourceRow, outside_id: str, outcome: str, mark: str, target: uuid.UUID) -> None:
        columns = {
            "batch_id": self._batch.id, "sheet": row.sheet, "row_number": row.number, "outside_id": outside_id,
            "outcome": outcome, "target_table": self._wanted.mapping.noun, "target_id": target, "fingerprint": mark,
        }  # fmt: skip
        self._bulk.insert("import_row", columns)
        self._bulk.seal()

    def _held(self, ids: Sequence[str]) -> dict[str, _Held]:
        """What rows with these identifiers became in editions that stand; the newest counts."""
        sql = (
            "SELECT r.outside_id, r.target_id, r.fingerprint FROM import_row r "
            "JOIN import_batch b ON b.id = r.batch_id WHERE b.list_name = :list AND b.state = 'loaded' "
            "AND r.target_id IS NOT NULL AND r.outside_id IN ({}) "
            "ORDER BY b.last_seq, r.id"
        )
        rows = self._among(sql, ids, list=self._batch.list_name)
        return {row["outside_id"]: _Held(db.as_uuid(row["target_id"]), row["fingerprint"] or "") for row in rows}

    def _seen(self, ids: Sequence[str]) -> dict[str, str]:
        rows = self._among("SELECT outside_id, print FROM import_seen WHERE outside_id IN ({})", ids)
        return {row["outside_id"]: row["print"] for row in rows}

    def _among(self, sql: str, ids: Sequence[str], **values: Any) -> list[dict[str, Any]]:
        if not ids:
            return []
        marks = {f"id{place}": value for place, value in enumerate(ids)}
        return db.every(self._connection, sql.format(", ".join(f":{mark}" for mark in marks)), **marks, **values)

    def _vanished(self) -> None:
        """Rows of earlier editions that are not in this one."""
        if not self._has_history:
            return
        sql = (
            "SELECT DISTINCT r.outside_id FROM import_row r JOIN import_batch b ON b.id = r.batch_id "
            "WHERE b.list_name = :list AND b.state = 'loaded' AND r.target_id IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM import_seen s WHERE s.outside_id = r.outside_id) "
            # A row that is wrong now is in the list all the same.
            "AND r.outside_id NOT IN (SELECT l.outside_id FROM import_left_out l) ORDER BY r.outside_id"
        )
        gone = self._connection.execute(text(sql), {"list": self._batch.list_name}).scalars()
        for outside_id in gone:
            self._outcome.vanished_count += 1
            if len(self._outcome.vanished) < _MOST_TOLD:
                self._outcome.vanished.append(outside_id)

    def _finish(self, table: reading.Table) -> None:
        outcome, last = self._outcome, self._work.seq
        outcome.unmapped = self._mapper.unmapped(table.columns)
        outcome.unread = table.unread if self._mapper.given.file.sheet is None else ()
        outcome.unknown = [(*key, times) for key, times in _most(self._mapper.unknown())]
        outcome.unfound = [(*key, times) for key, times in _most(self._holding.unfound)]
        if outcome.new + outcome.changed + outcome.same + outcome.rejected == 0:
            raise Conflict("the file holds headings and no rows; nothing was loaded")
        self._work.change(
            self._batch, first_seq=self._first_seq, last_seq=last, rows_new=outcome.new, rows_changed=outcome.changed,
            rows_same=outcome.same, rows_rejected=outcome.rejected, rows_vanished=outcome.vanished_count,
        )  # fmt: skip


@contextmanager
def _program_left_alone() -> Iterator[None]:
    """Spare the collector the objects of the program itself, and rows that wait: each took a tenth of a load.

    It looks when so many more objects were made than went, which rows that wait are not.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _most(counted: dict[Any, int]) -> list[tuple[Any, int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def _fingerprint(record: Record) -> str:
    return hashlib.sha256(repr(record).encode()).hexdigest()[:32]


def _chunks(rows: Iterable[SourceRow | Problem]) -> Iterator[list[SourceRow | Problem]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, _CHUNK)):
        yield chunk
