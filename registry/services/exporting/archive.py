"""A whole registry as one file, and back: its journal, which holds every row as it stood after every change.

The file is gzip over lines of JSON: first what it is and the nodes, then each entry of each chain, with its value and
salt. Taken up by a registry in which nothing was entered, it gives the same rows, keys and refs, and the same history.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from sqlalchemy import Connection, Engine, Table, select
from sqlmodel import SQLModel

from registry import __version__, db
from registry.errors import Conflict, NotFound, RegistryError
from registry.models.in_out import ImportBatch
from registry.services import as_of, chain, schema, search_keys
from registry.services.bulk import as_stored, form
from registry.services.work import Work, canonical

_FORM = 1
_AT_ONCE = 2_000
_LONGEST_LINE = 64 << 20  # characters
_NODE, _JOURNAL, _VALUE = (SQLModel.metadata.tables[name] for name in ("node", "journal", "journal_value"))
_ENTRY = [column.name for column in _JOURNAL.columns]
_MAPPING = "archive"  # what an import batch that took one up says


@dataclass(frozen=True)
class TakenUp:
    """What an archive brought."""

    batch: ImportBatch
    rows: int
    entries: int


def save(engine: Engine, target: Path) -> int:
    """Write a file that its owner alone may read; how many entries of the journal it holds.

    Raises:
        NotFound: there is no registry, or no folder for the file.
        Conflict: the file is there.
    """
    target = target.absolute()
    if not target.parent.is_dir():
        raise NotFound("folder", str(target.parent), hint="make it first")
    if target.exists():
        raise Conflict(f"{target} is there already; give another file")
    with db.reading(engine) as connection, NamedTemporaryFile(dir=target.parent, delete=False) as unfinished:
        beside = Path(unfinished.name)
        try:
            with gzip.GzipFile(fileobj=unfinished, mode="wb", mtime=0) as file:
                count = _save(connection, file)
            unfinished.flush()
            os.fsync(unfinished.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    return count


def _save(connection: Connection, file: gzip.GzipFile) -> int:
    nodes = [_line(dict(row)) for row in connection.execute(select(_NODE).order_by(_NODE.c.id)).mappings()]
    revision = schema.current_revision(connection)
    _put(file, {"archive": _FORM, "program": __version__, "schema": revision, "nodes": nodes})
    entries = (
        select(_JOURNAL, _VALUE.c.salt, _VALUE.c.value)
        .join(_VALUE, _VALUE.c.journal_id == _JOURNAL.c.id)
        .order_by(_JOURNAL.c.node_id, _JOURNAL.c.seq)
        .execution_options(yield_per=_AT_ONCE)
    )
    count = 0
    for row in connection.execute(entries).mappings():
        count, entry = count + 1, dict(row)
        _put(file, {**_line({**entry, "value": None}), "value": entry["value"].decode()})
    return count


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the values of JSON, as the journal spells them."""
    line: dict[str, Any] = json.loads(canonical(dict(row)))
    return line


def _put(file: gzip.GzipFile, line: Mapping[str, Any]) -> None:
    file.write(json.dumps(line, ensure_ascii=False, check_circular=False).encode() + b"\n")


def take_up(work: Work, file: Path) -> TakenUp:
    """Bring what an archive holds into a registry in which nothing was entered.

    The chains stay those of their nodes; this registry goes on with a chain of its own, whose first entry records it.

    Raises:
        Conflict: something was entered here already.
        RegistryError: the file is no archive, is of another version, or was altered.
    """
    connection = work.session.connection()
    if connection.execute(select(_JOURNAL.c.id).limit(1)).first() is not None:
        raise Conflict("an archive is taken up by an empty registry; make one with `registry init`")
    schema.drop_derived(connection)
    try:
        lines = _lines(file)
        _take_nodes(connection, next(lines, {}))
        entries = _take_entries(connection, lines)
        rows = _take_rows(connection) if entries else 0
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RegistryError(f"{file.name} holds an entry that is not whole; write the archive again") from error
    schema.create_derived(connection)
    if problems := chain.verify(connection).problems:
        raise RegistryError(f"{file.name} does not hold together: {problems[0]}; nothing was taken up")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    batch = ImportBatch(file_name=file.name, sha256=digest, mapping=_MAPPING,
                        mapping_sha256=hashlib.sha256(f"{_MAPPING} {_FORM}".encode()).hexdigest(),
                        rows_new=rows, loaded_by=work.by, loaded_at=work.at)  # fmt: skip
    return TakenUp(work.add(batch), rows, entries)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as read:
            while text := read.readline(_LONGEST_LINE):
                yield dict(json.loads(text))
    except (ValueError, TypeError, EOFError, OSError) as error:
        raise RegistryError(f"{file.name} is no archive, or is damaged; write it again") from error


def _take_nodes(connection: Connection, head: Mapping[str, Any]) -> None:
    if head.get("archive") != _FORM:
        raise RegistryError("the file is no archive that this version reads; see `registry export archive`")
    newest = schema.revisions()[-1]
    if head["schema"] != newest:
        told = f"the archive is of schema {head['schema']}, this program of {newest}"
        raise RegistryError(f"{told}; write it with the program of this version")
    own = {str(key) for key in connection.execute(select(_NODE.c.id)).scalars()}
    if own & {node["id"] for node in head["nodes"]}:
        raise Conflict("this registry is a copy of the one that the archive is of; make a new one with `registry init`")
    _insert(connection, _NODE, as_of.rows(_NODE, [node | {"is_local": False} for node in head["nodes"]]))


def _take_entries(connection: Connection, lines: Iterator[dict[str, Any]]) -> int:
    count = 0
    while part := list(islice(lines, _AT_ONCE)):
        _insert(connection, _JOURNAL, as_of.rows(_JOURNAL, [{name: line[name] for name in _ENTRY} for line in part]))
        _insert(connection, _VALUE, as_of.rows(_VALUE, map(_value, part)))
        count += len(part)
    return count


def _value(line: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": line["id"], "journal_id": line["id"], "salt": line["salt"], "value": line["value"].encode().hex()}


def _take_rows(connection: Connection) -> int:
    """Bring the rows into their tables as the journal has them now; how many there are."""
    count = 0
    with as_of.standing(connection, datetime.max.replace(tzinfo=UTC)) as now:
        for table in SQLModel.metadata.sorted_tables:
            if table not in (_NODE, _JOURNAL, _VALUE) and "id" in table.c:
                rows = (dict(row) for row in now.execute(select(table)).mappings())
                count += _insert(connection, table, map(_as_folded_now, rows) if "folded" in table.c else rows)
    return count


def _as_folded_now(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"folded": search_keys.current(row["name"], row["folded"])}


def _insert(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows; those that point to rows of their own table follow these."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    columns, count, known, later = form(table.name).columns, 0, set(), []
    waiting = iter(rows)
    while part := list(islice(waiting, _AT_ONCE)):
        count += len(part)
        first = [row for row in part if not any(row[name] for name in own)]
        later += [row for row in part if any(row[name] for name in own)]
        _put_rows(connection, table.name, columns, first)
        if own:
            known |= {row["id"] for row in first}
    while later:
        ready = [row for row in later if all(row[name] in known or row[name] is None for name in own)]
        if not ready:
            raise RegistryError(f"rows of {table.name} point to none that the archive holds; nothing was taken up")
        _put_rows(connection, table.name, columns, ready)
        known |= {row["id"] for row in ready}
        later = [row for row in later if row["id"] not in known]
    return count


def _put_rows(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    given = (tuple(row[name] for name in columns) for row in rows)
    bound = list(given if db.is_postgresql(connection) else map(as_stored, given))
    if bound:
        db.insert_many(connection, table, columns, bound)
