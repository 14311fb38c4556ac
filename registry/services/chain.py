"""Whether the journal still stands: each chain recomputed, each value opened, each record held against its last image.

What this proves: no entry was altered, moved, lost or put in between, every value is the one that was committed to, and
the records are as the journal left them. What it cannot prove alone: that nobody with the file in hand cut off the end
and set the head back, or made the whole chain anew. Against that, hashes of former heads are kept elsewhere (each
situation report prints one) and given as `noted`.
"""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Dialect, LargeBinary, text
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

import registry.models
from registry import db, names
from registry.services import joint
from registry.services.joint import parsed
from registry.services.work import canonical, commit, entry_hash

assert registry.models  # noqa: S101 -- importing it is what makes every table known

_GENESIS = bytes(32)
_UNJOURNALLED = ("node", "journal", "journal_value")
_AT_ONCE = 500


@dataclass(frozen=True)
class Head:
    """The end of one chain: noted elsewhere, it shows later whether the chain was cut or made anew."""

    node: str
    seq: int
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What `verify` found.

    Attributes:
        entries: how many were looked at.
        heads: the end of each chain.
        erased: values that lawfully differ from what was committed to, since personal data was erased from them.
        problems: one line each, without personal data; none where all is sound.
    """

    entries: int
    chains: int
    heads: tuple[Head, ...]
    erased: int
    problems: tuple[str, ...]


@dataclass
class _Tally:
    noted: set[str]
    entries: int = 0
    erased: int = 0
    heads: list[Head] = field(default_factory=list)


@dataclass(frozen=True)
class _Erasure:
    """What one erase entry says of one other entry: the commitment that its rewritten value has to fit."""

    seq: int
    table_name: str
    row_id: uuid.UUID
    commitment: str


_Erasures = dict[uuid.UUID, dict[uuid.UUID, _Erasure]]  # by the entry erased, then by the node that erased: the last
_Readers = Mapping[str, Callable[[Any], Any]]


class _UnreadableError(Exception):
    """A column holds what is no value of its type: SQLite stores anything anywhere."""


def verify(connection: Connection, *, noted: Collection[str] = ()) -> Verdict:
    """Recompute every chain, open every commitment and hold every record against its newest image.

    Columns that are newer than a row's last entry are not compared: no image knows them.

    Args:
        connection: from `db.reading`, so that all is seen at one moment.
        noted: hashes of former heads, in hex, that were kept elsewhere: each has to occur in a chain.
    """
    tally = _Tally({said.strip().lower() for said in noted})
    erasures = _erasures(connection)
    problems: list[str] = []
    for node in _typed(connection, "SELECT * FROM node ORDER BY id", _readers(connection, "node")):
        problems += (
            [f"a node cannot be read ({node})"] if isinstance(node, str) else _walk(connection, node, erasures, tally)
        )
    problems += _strays(connection)
    problems += _vanished_of_loads(connection)
    problems += [
        f"no chain holds the noted head {said}: entries were cut off or made anew" for said in sorted(tally.noted)
    ]
    for table in SQLModel.metadata.sorted_tables:
        if "id" in table.c and table.name not in _UNJOURNALLED:
            problems += _rows(connection, table.name)
            problems += _vanished(connection, table.name)
    return Verdict(tally.entries, len(tally.heads), tuple(tally.heads), tally.erased, tuple(problems))


def _walk(connection: Connection, node: Mapping[str, Any], erasures: _Erasures, tally: _Tally) -> Iterator[str]:
    """One chain from its first entry to its head."""
    chain, seq, last = f"chain of {node['name']}", 0, _GENESIS
    for entry in _entries(connection, "j.node_id = :node ORDER BY j.seq", node=db.as_key(connection, node["id"])):
        tally.entries += 1
        if isinstance(entry, str):
            yield f"{chain}: an entry after {seq} cannot be read ({entry})"
            continue
        tally.noted.discard(entry["hash"].hex())
        yield from (f"{chain}: entry {entry['seq']} {problem}" for problem in _entry_problems(entry, seq, last))
        if _is_lawfully_erased(entry, erasures):
            tally.erased += 1
        else:
            yield from (
                f"{chain}: the value of entry {entry['seq']} {what}" for what in _value_problem(entry, erasures)
            )
        seq, last = entry["seq"], entry["hash"]
    tally.heads.append(Head(str(node["name"]), seq, last.hex()))
    if (node["head_seq"], node["head_hash"]) != (seq, last):
        yield f"{chain}: it ends at entry {seq}, which is not the head that was kept (entry {node['head_seq']})"


def _entries(connection: Connection, which: str, **values: Any) -> Iterator[dict[str, Any] | str]:
    """Entries with their values; the name of the column instead where one cannot be read."""
    sql = f"SELECT j.*, v.salt, v.value FROM journal j LEFT JOIN journal_value v ON v.journal_id = j.id WHERE {which}"
    readers = {**_readers(connection, "journal"), "salt": _as_bytes, "value": _as_bytes}
    yield from _typed(connection, sql, readers, **values)


def _entry_problems(entry: Mapping[str, Any], seq: int, last: bytes) -> Iterator[str]:
    if entry["seq"] != seq + 1:
        yield f"stands where entry {seq + 1} is missing"
    elif entry["prev_hash"] != last:
        yield "does not follow from the one before it"
    covered = {name: value for name, value in entry.items() if name not in {"salt", "value"}}
    if entry_hash(covered) != entry["hash"]:
        yield "was altered"


def fits(entry: Mapping[str, Any]) -> bool:
    """Whether the value of an entry is the one that it committed to."""
    return entry["value"] is not None and commit(entry["salt"], entry["value"]) == entry["commitment"]


def _is_lawfully_erased(entry: Mapping[str, Any], erasures: _Erasures) -> bool:
    if entry["value"] is None or fits(entry):
        return False
    held = commit(entry["salt"], entry["value"]).hex()
    return any(
        erasure.commitment == held
        and _is_about(entry, erasure)
        and (node != entry["node_id"] or erasure.seq > entry["seq"])
        for node, erasure in erasures.get(entry["id"], {}).items()
    )


def _is_about(entry: Mapping[str, Any], erasure: _Erasure) -> bool:
    """Whether the entry is of the row whose data was erased, or one of many rows with this one among them."""
    if entry["action"] == joint.ACTION:
        return joint.image_of(entry["value"], erasure.table_name, erasure.row_id) is not None
    return (erasure.table_name, erasure.row_id) == (entry["table_name"], entry["row_id"])


def _value_problem(entry: Mapping[str, Any], erasures: _Erasures) -> Iterator[str]:
    if entry["value"] is None:
        yield "is gone"
    elif not fits(entry):
        yield "was tampered with"
    elif entry["id"] in erasures:
        yield "was erased and is back; erase it again"


def _erasures(connection: Connection) -> _Erasures:
    found: _Erasures = {}
    for entry in _entries(connection, "j.action = 'erase' ORDER BY j.node_id, j.seq"):
        if isinstance(entry, str) or not fits(entry):
            continue  # the walk tells of it
        for key, commitment in parsed(entry["value"]).get("entries", {}).items():
            erasure = _Erasure(entry["seq"], entry["table_name"], entry["row_id"], commitment)
            found.setdefault(uuid.UUID(key), {})[entry["node_id"]] = erasure
    return found


def _strays(connection: Connection) -> Iterator[str]:
    """What no chain leads to. Foreign keys forbid it, but whoever tampers turns them off."""
    homeless = "SELECT count(*) FROM journal j LEFT JOIN node n ON n.id = j.node_id WHERE n.id IS NULL"
    unclaimed = "SELECT count(*) FROM journal_value v LEFT JOIN journal j ON j.id = v.journal_id WHERE j.id IS NULL"
    for sql, what in ((homeless, "entries belong to no chain"), (unclaimed, "values belong to no entry")):
        if number := connection.execute(text(sql)).scalar():
            yield f"{number} {what}"


def _rows(connection: Connection, table: str) -> Iterator[str]:
    """Every row of a table against its newest images: one a chain, any of which it may be after a merge."""
    # The newest entries first, once for the table: asked row by row, a planner without statistics reads the chain anew
    # for every row.
    sql = f"""WITH newest AS (
            SELECT row_id, node_id, MAX(seq) AS seq FROM journal
            WHERE table_name = '{table}' AND action <> 'erase' GROUP BY row_id, node_id)
        SELECT t.*, w.node_id AS journalled_by, v.value AS journalled_image FROM {table} t
        LEFT JOIN newest w ON w.row_id = t.id
        LEFT JOIN journal j ON j.node_id = w.node_id AND j.seq = w.seq
        LEFT JOIN journal_value v ON v.journal_id = j.id
        ORDER BY t.id"""
    by_node = _readers(connection, "journal")["node_id"]
    readers = {**_readers(connection, table), "journalled_by": by_node, "journalled_image": _as_bytes}
    rows = groupby(_typed(connection, sql, readers), key=lambda row: row if isinstance(row, str) else row["id"])
    same = (list(one) for _, one in rows)
    while some := list(islice(same, _AT_ONCE)):
        yield from (f"a row of {table} cannot be read ({row})" for one in some for row in one if isinstance(row, str))
        readable = [[row for row in one if not isinstance(row, str)] for one in some]
        yield from _problems(connection, table, [one for one in readable if one])


def _problems(connection: Connection, table: str, rows: Sequence[Sequence[dict[str, Any]]]) -> Iterator[str]:
    """What is wrong with rows, each given as often as there are chains with entries of its own.

    A chain without one may have brought the row by a load; that is only looked up where the row is not as an own entry
    left it.
    """
    images = {one[0]["id"]: {row.pop("journalled_by"): row.pop("journalled_image") for row in one} for one in rows}
    own = {key: [image for image in found.values() if image is not None] for key, found in images.items()}
    doubtful = {one["id"]: one for one, *_ in rows if not own[one["id"]] or canonical(one) not in own[one["id"]]}
    for key, brought in joint.images_of(connection, table, list(doubtful)).items():
        images[key] = {node: canonical(image) for node, image in brought} | images[key]
    for key, row in doubtful.items():
        yield from _row_problem(table, row, [image for image in images[key].values() if image is not None])


def _row_problem(table: str, row: dict[str, Any], images: Sequence[bytes]) -> Iterator[str]:
    name = f"{table} {row.get('ref') or row['id']}"
    if not images:
        yield f"{name} was made outside the program: the journal does not know it"
        return
    now = canonical(row)
    if now not in images:
        differing = [_differing(parsed(image), parsed(now)) for image in images]
        if all(differing):
            yield f"{name} was changed outside the program: {', '.join(differing[-1])}"


def _differing(image: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    differing = [name for name in sorted(image) if name in row and image[name] != row[name]]
    # An upgrade gives a name the search key that the new version makes of it.
    is_renewed = "folded" in differing and row["folded"] == names.fold(str(row["name"]))
    return [name for name in differing if name != "folded" or not is_renewed]


def _vanished(connection: Connection, table: str) -> Iterator[str]:
    sql = (
        f"SELECT DISTINCT j.row_id FROM journal j LEFT JOIN {table} t ON t.id = j.row_id "
        f"WHERE j.table_name = '{table}' AND t.id IS NULL"
    )
    for raw in connection.execute(text(sql)).scalars().all():
        of_row = "j.table_name = :table AND j.row_id = :row AND j.action <> 'erase' LIMIT 1"
        for entry in _entries(connection, of_row, table=table, row=raw):
            if not isinstance(entry, str):  # the walk tells of an entry that cannot be read
                yield f"{table} {parsed(entry['value']).get('ref') or entry['row_id']} has vanished"


def _vanished_of_loads(connection: Connection) -> Iterator[str]:
    """Rows that a joint entry brought and that are gone."""
    brought = joint.brought(connection)
    while some := list(islice(brought, _AT_ONCE)):
        for table in {name for name, _ in some if name in SQLModel.metadata.tables}:
            keys = {str(image["id"]): image for name, image in some if name == table}
            wanted = [db.as_key(connection, uuid.UUID(key)) for key in keys]
            held = db.every_among(connection, f"SELECT id FROM {table} WHERE 1 = 1", wanted)
            for key in sorted(keys.keys() - {str(db.as_uuid(row["id"])) for row in held}):
                yield f"{table} {keys[key].get('ref') or key} has vanished"


def _typed(connection: Connection, sql: str, readers: _Readers, **values: Any) -> Iterator[dict[str, Any] | str]:
    """Rows of a query, a few at a time: a journal is longer than memory. A column's name where a row is unreadable."""
    for raw in connection.execute(text(sql).execution_options(yield_per=500), values).mappings():
        try:
            yield {name: _read(reader, name, raw[name]) for name, reader in readers.items()}
        except _UnreadableError as error:
            yield str(error)


def _readers(connection: Connection, table: str) -> _Readers:
    """What turns the driver's values into ours, column by column. PostgreSQL's driver needs no help."""
    types = {column.name: column.type for column in SQLModel.metadata.tables[table].columns}
    if db.is_postgresql(connection.engine):
        return dict.fromkeys(types, _as_is)
    return {name: _reader(kind, connection.dialect) for name, kind in types.items()}


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any]:
    if isinstance(kind, LargeBinary):
        return _as_bytes  # SQLAlchemy lets text through
    return kind.dialect_impl(dialect).result_processor(dialect, None) or _as_is


def _read(reader: Callable[[Any], Any], name: str, value: Any) -> Any:
    try:
        return reader(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise _UnreadableError(name) from error


def _as_is(value: Any) -> Any:
    return value


def _as_bytes(value: Any) -> bytes | None:
    if not isinstance(value, bytes | None):
        raise TypeError
    return value
