"""Joint entries of the journal: all rows that one row of a list brought, in one entry.

An entry whose action is `load` holds the first images of many rows. Its value is canonical JSON: by table, the names of
the columns and the values of each row in that order. Every later change of such a row is an entry of its own.

Which entry brought a row is written nowhere, the keys tell: a load makes the keys of its rows and of its entries in one
rising order (`keys.new_ids`), so a row's entry is the first of its chain whose key is greater. Whether the row is in
it, the value says.
"""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from registry import db

ACTION = "load"
TABLE = "journal"  # an entry about many rows is about itself
_AT_ONCE = 200
_DECODER = json.JSONDecoder()


def parsed(image: bytes | None) -> dict[str, Any]:
    """A value as a dict; empty where it is gone or was tampered with beyond reading."""
    try:
        values = json.loads(image or b"{}")
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def spelt(rows: Mapping[str, Sequence[str]], headings: Mapping[str, str]) -> bytes:
    """The value of a joint entry.

    Args:
        rows: by table, each row as a JSON array.
        headings: by table, the names of its columns as a JSON array, in the same order.
    """
    tables = (f'"{name}":{{"columns":{headings[name]},"rows":[{",".join(rows[name])}]}}' for name in sorted(rows))
    return ("{" + ",".join(tables) + "}").encode()


def images(value: bytes | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a joint value, each with its table; what was tampered with beyond reading is left out."""
    for table, held in parsed(value).items():
        yield from ((table, image) for image in _rows(held))


def images_in(value: bytes | None, table: str) -> Iterator[dict[str, Any]]:
    """The rows of one table in a joint value, of which no more than that is read."""
    text = (value or b"").decode(errors="replace")
    start = text.find(f'"{table}":{{"columns":')  # in no text of a row: quotes have a backslash there
    if start >= 0:
        try:
            held, _ = _DECODER.raw_decode(text, start + len(table) + 3)
        except ValueError:
            return
        yield from _rows(held)


def _rows(held: object) -> Iterator[dict[str, Any]]:
    match held:
        case {"columns": [*columns], "rows": [*rows]} if all(isinstance(name, str) for name in columns):
            for row in rows:
                if isinstance(row, list) and len(row) == len(columns):
                    yield dict(zip(columns, row, strict=True))


def image_of(value: bytes | None, table: str | None, row_id: uuid.UUID) -> dict[str, Any] | None:
    """The image of one row in a joint value, whatever its table where none is given."""
    key = str(row_id)
    found = images_in(value, table) if table is not None else (image for _, image in images(value))
    return next((image for image in found if image.get("id") == key), None)


def with_changes(value: bytes, table: str, row_id: uuid.UUID, changes: Mapping[str, Any]) -> dict[str, Any]:
    """A joint value in which columns of one row hold something else."""
    whole = parsed(value)
    columns = whole[table]["columns"]
    for row in whole[table]["rows"]:
        if row[columns.index("id")] == str(row_id):
            for name, changed in changes.items():
                row[columns.index(name)] = changed
    return whole


def bringing(connection: Connection, table: str | None, row_id: uuid.UUID) -> dict[str, Any] | None:
    """The joint entry that brought a row, or None: id, seq, at, by, why as the database has them, and `image`."""
    sql = (
        "SELECT j.id, j.seq, j.at, j.by, j.why, v.value FROM node n JOIN journal j ON j.id = (SELECT k.id "
        "FROM journal k WHERE k.node_id = n.id AND k.action = 'load' AND k.id > :row ORDER BY k.id LIMIT 1) "
        "JOIN journal_value v ON v.journal_id = j.id"
    )
    for entry in db.every(connection, sql, row=db.as_key(connection, row_id)):
        if (image := image_of(entry.pop("value"), table, row_id)) is not None:
            return entry | {"image": image}
    return None


def images_of(
    connection: Connection, table: str, keys: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[uuid.UUID, dict[str, Any]]]]:
    """The images of rows of a table in the joint entries of all chains, by key: the node of the chain, and the image.

    `keys` are those of the rows, rising.
    """
    found: dict[uuid.UUID, list[tuple[uuid.UUID, dict[str, Any]]]] = {}
    nodes = connection.execute(text("SELECT id FROM node")).scalars().all() if keys else []
    for node in nodes:
        at = 0
        for entry, value in _between(connection, node, keys[0], keys[-1]):
            start = at
            while at < len(keys) and keys[at] < entry:
                at += 1
            wanted = {str(key): key for key in keys[start:at]}
            for image in images_in(value, table) if wanted else ():
                if (key := wanted.get(str(image.get("id")))) is not None:
                    found.setdefault(key, []).append((db.as_uuid(node), image))
    return found


def _between(connection: Connection, node: Any, first: uuid.UUID, last: uuid.UUID) -> Iterator[tuple[uuid.UUID, bytes]]:
    """The joint entries of a chain that rows with keys from first to last may be in, by key."""
    sql = (
        "SELECT j.id, v.value FROM journal j JOIN journal_value v ON v.journal_id = j.id "
        "WHERE j.node_id = :node AND j.action = 'load' AND j.id > :first AND j.id <= COALESCE((SELECT k.id "
        "FROM journal k WHERE k.node_id = :node AND k.action = 'load' AND k.id > :last ORDER BY k.id LIMIT 1), :last) "
        "ORDER BY j.id"
    )
    values = {"node": node, "first": db.as_key(connection, first), "last": db.as_key(connection, last)}
    for key, value in connection.execute(text(sql).execution_options(yield_per=_AT_ONCE), values):
        yield db.as_uuid(key), value


def brought(connection: Connection, which: str = "j.seq >= 1", **values: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of all joint entries, each with its table, by chain and place in it.

    `which` is SQL about the entry `j`, `values` what it names.
    """
    sql = (
        "SELECT v.value FROM journal j JOIN journal_value v ON v.journal_id = j.id "
        f"WHERE j.action = 'load' AND {which} ORDER BY j.node_id, j.seq"
    )
    for value in connection.execute(text(sql).execution_options(yield_per=_AT_ONCE), values).scalars():
        yield from images(value)
