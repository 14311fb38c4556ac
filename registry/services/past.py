"""The registry as it stood at a moment, as a SQLite file that is kept and asked like any other registry.

It is made when somebody first asks about that moment (`as_of` makes it), and taken as it is from then on, as long as it
would come out the same: nothing was erased since, and the journal that it was made of is still the registry's.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from registry import __version__, db
from registry.errors import InvalidValue
from registry.services import kept_files, view_version

_FORM = 1  # rises when a copy of the same journal would come out otherwise
_MOST = 4  # copies that are kept of a registry: those that were asked last
_ENDING = "as-of"
_CHAINS = """
    SELECT n.id, n.head_seq, n.head_hash, first.at AS first_at, last.at AS last_at
    FROM node n
    JOIN journal first ON first.node_id = n.id AND first.seq = (SELECT min(j.seq) FROM journal j WHERE j.node_id = n.id)
    JOIN journal last ON last.node_id = n.id AND last.seq = n.head_seq ORDER BY n.id
"""
_IS_THERE = "SELECT 1 FROM journal WHERE node_id = :node AND seq = :seq AND hash = :hash"
_ERASED = "SELECT 1 FROM journal WHERE node_id = :node AND seq > :seq AND action = 'erase' LIMIT 1"

Told = Callable[[int], None]  # how many entries of the journal are copied


def moment(said: str) -> datetime:
    """A time as a person types it; without a zone it is UTC, and a day alone is its end.

    Raises:
        InvalidValue: it is no time.
    """
    try:
        found = datetime.fromisoformat(said.strip())
    except ValueError as error:
        raise InvalidValue("as-of", f"{said!r} is no time", "give it as 2019-05-06T12:00Z") from error
    if len(said.strip()) == len("2019-05-06"):
        found = datetime.combine(found, time.max)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def registry(engine: Engine, moment: datetime, tell: Told | None = None) -> Path | None:
    """The file of the registry as it stood; None where nothing was entered since, so that it stands so today.

    Its owner alone may read it. It has every row as it was then, and the journal's entries by then.

    Raises:
        InvalidValue: nothing had been entered by then.
        NotFound: there is no registry at that address.
    """
    with db.reading(engine) as connection:
        chains = db.every(connection, _CHAINS)
        if all(db.as_moment(chain["last_at"]) <= moment for chain in chains):
            return None
        if all(db.as_moment(chain["first_at"]) > moment for chain in chains):
            raise InvalidValue("as-of", "nothing had been entered by then", "give a later time")
        file = kept_files.place(engine, f"{_name(moment)}.{_ENDING}")
        if not _still_holds(connection, file, chains):
            _make(connection, file, moment, chains, tell)
    os.utime(file)
    for old in sorted(_copies(engine), key=lambda copy: copy.stat().st_mtime_ns)[:-_MOST]:
        _remove(old)
    return file


def forget(engine: Engine) -> None:
    """Remove all copies: what was erased from the registry must not stay in them."""
    for copy in _copies(engine):
        _remove(copy)


def _name(moment: datetime) -> str:
    made_by = f"{_FORM} {__version__} {view_version.ours()} {moment.astimezone(UTC).isoformat()}"
    return hashlib.sha256(made_by.encode()).hexdigest()[:16]


def _make(
    connection: Connection, file: Path, moment: datetime, chains: Sequence[dict[str, Any]], tell: Told | None
) -> None:
    from registry.services import as_of  # noqa: PLC0415 -- the models take longer to import than a question to answer

    _remove(file)
    with kept_files.replaced(file) as unfinished:
        as_of.write(connection, unfinished, moment, tell)
        with closing(sqlite3.connect(unfinished)) as made:
            made.execute("CREATE TABLE about_copy (node_id, seq, hash)")
            made.executemany("INSERT INTO about_copy VALUES (?, ?, ?)", _stand(chains))
            made.commit()


def _stand(chains: Sequence[dict[str, Any]]) -> list[tuple[str, int, bytes]]:
    """Where each chain ends."""
    return [(db.as_uuid(one["id"]).hex, int(one["head_seq"]), bytes(one["head_hash"])) for one in chains]


def _still_holds(connection: Connection, file: Path, chains: Sequence[dict[str, Any]]) -> bool:
    """Whether the copy would come out the same if it were made now."""
    if not file.exists():
        return False
    stood: list[tuple[str, int, bytes]] = []
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        stood = copy.execute("SELECT node_id, seq, hash FROM about_copy").fetchall()
    ended = {node: (seq, digest) for node, seq, digest in stood}
    return ended.keys() == {node for node, _, _ in _stand(chains)} and all(
        _goes_on(connection, chain["id"], *ended[db.as_uuid(chain["id"]).hex]) for chain in chains
    )


def _goes_on(connection: Connection, node: Any, seq: int, digest: bytes) -> bool:
    """Whether a chain has an entry still, and none after it that erased something."""
    values = {"node": node, "seq": seq, "hash": digest}
    is_there = connection.execute(text(_IS_THERE), values).first() is not None
    return is_there and connection.execute(text(_ERASED), {"node": node, "seq": seq}).first() is None


def _copies(engine: Engine) -> list[Path]:
    beside = kept_files.place(engine, "")
    if not beside.parent.is_dir():
        return []
    return [
        file for file in beside.parent.iterdir() if file.name.startswith(beside.name) and file.suffix == f".{_ENDING}"
    ]


def _remove(copy: Path) -> None:
    """A copy, and what was made of it: SQLite's log and the extracts for others."""
    if copy.parent.is_dir():
        for file in copy.parent.iterdir():
            if file.name.startswith(copy.name):
                file.unlink(missing_ok=True)
