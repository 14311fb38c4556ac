"""Backups: one SQLite file with the whole registry, whichever engine it lies on, and beside it what the file holds.

The file is itself a registry, which every command can open. Beside it, `FILE.json` says how many rows each table has,
where the journal ended, and the SHA-256 of the file, so that a restore knows whether it has all of it.
(`docs/decisions/0025-a-backup-is-a-registry.md`)
"""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from registry import db
from registry.errors import Conflict, NotFound, RegistryError
from registry.services import moving, name_index, schema
from registry.services.status import engine_name, holds

_PATIENCE = db.BUSY_TIMEOUT_MS / 1000
_PAGES = 10_000  # copied at once; between these it is seen whether another program is in the way
_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite may leave beside a file


@dataclass(frozen=True)
class Held:
    """What a registry holds.

    Attributes:
        revision: of its schema.
        heads: of each node of the journal, by its key: the number and the hash of its last entry.
        rows: how many each table has; what the program makes anew by itself is not counted.
    """

    revision: str
    heads: dict[str, str]
    rows: dict[str, int]


@dataclass(frozen=True)
class Backup:
    """A backup, as `FILE.json` describes it."""

    file: str
    made_at: str
    taken_from: str
    size: int
    sha256: str
    held: Held


def description(file: Path) -> Path:
    """Where it is said what a backup holds."""
    return file.with_name(file.name + ".json")


def backup(engine: Engine, file: Path) -> Backup:
    """Back a registry up while others go on writing; the file has one moment of it, is on the disk, and was read again.

    Raises:
        Conflict: there is such a file already.
        NotFound: there is no registry, or no such folder.
        RegistryError: it could not be written, or what was written is not what was read. No file is left then.
    """
    _refuse_to_overwrite(file)
    with _unfinished(file) as part:
        with db.reading(engine) as source:
            held, taken_from = _held(source), engine_name(source)
            if db.is_postgresql(engine):
                _copy_rows(source, part, held.revision)
            else:
                _copy_pages(source.connection.dbapi_connection, part)
        _confirm(part, held)
        made = Backup(
            file.name, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), taken_from, part.stat().st_size,
            _sha256(part), held,
        )  # fmt: skip
    _write(description(file), json.dumps(asdict(made), indent=1))
    return made


def restore(engine: Engine, file: Path, old: Path | None = None) -> Backup:
    """Put a backup in the place of an engine's registry, brought up to this version of the program.

    Args:
        engine: where it is restored to: either engine, whichever the backup was taken from.
        file: the backup.
        old: where the registry that is there is backed up to before.

    Raises:
        NotFound: there is no such backup, or its description is missing.
        Conflict: there is a registry with records, and it was not said where that goes; or a database of another kind.
        RegistryError: the backup was damaged or changed since it was made; nothing was done.
    """
    made = read(file)
    _make_room(engine, old)
    with db.explained(engine):
        if db.is_postgresql(engine):
            _rows_back(engine, file)
        else:
            with _quiet(file) as driver:
                _pages_back(driver, engine, made.held)
        _bring_up_to_date(engine)
    if problems := schema.check(engine, compare=False):
        raise RegistryError(f"the restored registry is not sound: {problems[0].what}; {problems[0].todo}")
    return made


def read(file: Path) -> Backup:
    """What a backup holds, once the file was found to be the one that was made.

    Raises:
        NotFound: the file or its description is missing.
        RegistryError: the file is not as it was made.
    """
    if not file.is_file():
        raise NotFound("backup", str(file), hint="give the file that `registry db backup` made")
    if not description(file).is_file():
        raise NotFound("description of a backup", str(description(file)), hint="it is made with the backup; copy both")
    try:
        said = json.loads(description(file).read_text(encoding="utf-8"))
        made = Backup(**{**said, "held": Held(**said["held"])})
    except (ValueError, TypeError, KeyError) as error:
        raise RegistryError(f"{description(file)} describes no backup; use another backup") from error
    if file.stat().st_size != made.size or _sha256(file) != made.sha256:
        raise RegistryError(f"{file} is not as it was made (its SHA-256 differs); use another backup")
    return made


def note(folder: Path, address: str, file: Path, made: Backup) -> None:
    """Remember the last backup of the registry at an address, for `last` to tell."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = {
        **_noted(folder),
        address: {"file": str(file.absolute()), "made_at": made.made_at, "heads": made.held.heads},
    }
    _write(folder / "backups.json", json.dumps(known, indent=1))


def last(folder: Path, address: str) -> dict[str, Any] | None:
    """The last backup that was noted for an address: file, made_at and heads."""
    found = _noted(folder).get(address)
    return dict(found) if isinstance(found, Mapping) else None


def _noted(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "backups.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _held(connection: Connection) -> Held:
    tables = [name for name in moving.tables(connection) if not name_index.keeps(name)]
    counts = {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() or 0 for name in tables}
    nodes = connection.exec_driver_sql("SELECT id, head_seq, head_hash FROM node ORDER BY id")
    heads = {str(db.as_uuid(key)): f"{seq} {bytes(digest).hex()}" for key, seq, digest in nodes}
    return Held(schema.current_revision(connection) or "", heads, counts)


def _copy_rows(source: Connection, part: Path, revision: str) -> None:
    """From PostgreSQL, row by row, into a registry of the same revision."""
    engine = db.connect(f"sqlite:///{part}")
    try:
        schema.upgrade(engine, revision)
        with moving.emptied(engine) as target:
            for table in moving.tables(target):
                moving.to_file(source, target, table)
    finally:
        engine.dispose()


def _copy_pages(source: Any, part: Path) -> None:
    with _explained(part), closing(db.sqlite_module().connect(str(part))) as target:
        source.backup(target, pages=_PAGES, progress=_waiting(part))


def _pages_back(driver: Any, engine: Engine, held: Held) -> None:
    with engine.connect() as connection:
        target: Any = connection.connection.dbapi_connection
        with _explained(Path(str(engine.url.database))):
            if _page_size(driver) != _page_size(target):
                target.execute("PRAGMA journal_mode=DELETE")  # a log takes pages of one size alone
            driver.backup(target, pages=-1, progress=_waiting(Path(str(engine.url.database))))
            target.execute("PRAGMA journal_mode=WAL")
    with engine.connect() as connection:
        _refuse_difference(_held(connection), held)


def _page_size(driver: Any) -> int:
    return int(driver.execute("PRAGMA page_size").fetchone()[0])


def _rows_back(engine: Engine, file: Path) -> None:
    """Into PostgreSQL, row by row and in one transaction, from a copy of the file that is brought up to date first."""
    schema.upgrade(engine)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "registry.db")
        with _quiet(file) as driver:
            _copy_pages(driver, copy)
        current = db.connect(f"sqlite:///{copy}")
        try:
            _bring_up_to_date(current)
            with db.reading(current) as source, moving.emptied(engine) as target:
                for table in moving.tables(target):
                    moving.to_server(source, target, table)
                _refuse_difference(_held(target), _held(source))
        finally:
            current.dispose()


def _bring_up_to_date(engine: Engine) -> None:
    """Upgrade what another version of the program wrote.

    What this one made is not made again: that takes most of a restore, and the file is known to be as it was written.
    """
    if not schema.is_current(engine):
        schema.upgrade(engine)


def _make_room(engine: Engine, old: Path | None) -> None:
    try:
        is_taken = holds(engine)
    except RegistryError as error:
        raise Conflict(f"what is there cannot be read ({error}); move it away, then restore") from error
    if not is_taken:
        return
    if old is None:
        raise Conflict("there is a registry with records; give --replace FILE, where it is backed up to before")
    backup(engine, old)


def _confirm(part: Path, held: Held) -> None:
    """Read the file that was written: sound, and with all that was read."""
    with _explained(part), closing(db.sqlite_module().connect(str(part))) as driver:
        driver.execute("PRAGMA journal_mode=DELETE")  # so that it is one file
        said = driver.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if said != "ok" or driver.execute("PRAGMA foreign_key_check").fetchone():
            raise RegistryError("the backup that was written is not sound; run `registry db check`")
    engine = db.connect(f"sqlite:///{part}")
    try:
        with engine.connect() as connection:
            _refuse_difference(_held(connection), held)
    finally:
        engine.dispose()
    with closing(db.sqlite_module().connect(str(part))) as driver:
        driver.execute("PRAGMA journal_mode=DELETE")


def _refuse_difference(found: Held, wanted: Held) -> None:
    if found == wanted:
        return
    differing = [name for name, count in wanted.rows.items() if found.rows.get(name) != count]
    what = f"rows of {', '.join(differing[:3])}" if differing else "the end of the journal"
    raise RegistryError(f"what was written is not what was read ({what} differ); nothing was kept, try again")


def _refuse_to_overwrite(file: Path) -> None:
    if not file.parent.is_dir():
        raise NotFound("folder", str(file.parent), hint="make it first")
    for path in (file, description(file)):
        if path.exists():
            raise Conflict(f"{path} is there already; give the backup another name")


@contextmanager
def _unfinished(file: Path) -> Iterator[Path]:
    """A file beside the one that is wanted, with its name once all of it is on the disk; gone where that fails."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # for its owner alone
    except OSError as error:
        raise RegistryError(f"{file.parent} cannot be written to ({error.strerror}); choose another folder") from error
    os.close(handle)
    part = Path(name)
    try:
        yield part
        _flush(part)
        part.rename(file)
        _flush(file.parent)
    finally:
        for path in (part, *(part.with_name(part.name + end) for end in _BESIDE)):
            path.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, text: str) -> None:
    with _unfinished(path) as part:
        part.write_text(text + "\n", encoding="utf-8")


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def _quiet(file: Path) -> Iterator[Any]:
    """The driver's connection to a backup, which changes nothing about it."""
    with (
        _explained(file),
        closing(db.sqlite_module().connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as driver,
    ):
        yield driver


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except db.sqlite_module().Error as error:
        raise RegistryError(f"{file}: SQLite refused: {str(error).splitlines()[0]}; nothing was changed") from error


def _waiting(file: Path) -> Any:
    """Told of each step of a copy, gives up where another program has been in the way for too long."""
    moved = {"at": time.monotonic(), "left": -1}

    def told(status: int, left: int, total: int) -> None:
        del status, total
        if left != moved["left"]:
            moved.update(at=time.monotonic(), left=left)
        elif time.monotonic() - moved["at"] > _PATIENCE:
            raise RegistryError(f"another program has held {file} for {_PATIENCE:.0f} seconds; try again later")

    return told
