"""The file of an extract: where it is kept, when it is made anew, and how it is read."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine

from registry import __version__, db
from registry.services import cuts, derived, kept_files
from registry.services.extracts import colleagues, partners, public
from registry.services.extracts.tables import Tables
from registry.sitrep import disclosure
from registry.sitrep.snapshot.reading import Reader
from registry.sitrep.values import Audience

_FORM = 4  # rises when an extract of the same rows would come out otherwise
_MAKERS = {"internal": colleagues.fill, "partner": partners.fill, "public": public.fill}


def extract(engine: Engine, audience: Audience) -> Path:
    """The file of an audience's extract: as it is if nothing changed since, else made anew.

    It is a SQLite file that its owner alone may read. Memory does not grow with the registry: rows pass in batches.

    Raises:
        NotFound: there is no registry at that address.
        RegistryError: its views are of another version of the program.
        Conflict: it is for the public, and a public series of sitreps counts by other groups of governorates.
    """
    file = _file(engine, audience)
    with db.reading(engine) as connection:
        derived.refuse_other_views(connection)
        if audience == "public":
            cuts.refuse_tables(connection)
        made_from = _made_from(connection)
        if _is_of(file, made_from):
            return file
        with kept_files.replaced(file) as unfinished, closing(sqlite3.connect(unfinished)) as made:
            tables = Tables(made)
            _MAKERS[audience](connection, tables)
            as_of = state(connection, "internal").as_of
            tables.write("about_extract", ["audience", "made_from", "as_of"], [(audience, made_from, as_of)])
            tables.finish()
    return file


@contextmanager
def reading(engine: Engine, audience: Audience) -> Iterator[Connection]:
    """A connection that cannot write: to the registry itself for colleagues, to the extract for everybody else.

    Raises:
        NotFound, RegistryError, Conflict: as of `extract`.
    """
    if audience == "internal":
        with db.reading(engine) as connection, _read_only(connection):
            derived.refuse_other_views(connection)
            yield connection
        return
    address = f"sqlite:///file:{extract(engine, audience).absolute().as_uri().removeprefix('file://')}?mode=ro&uri=true"
    copy = create_engine(address, module=db.sqlite_module(), hide_parameters=True)
    try:
        with copy.connect() as connection:
            yield connection
    finally:
        copy.dispose()


@dataclass(frozen=True)
class State:
    """What a registry or an extract stands for.

    Attributes:
        as_of: when the registry had last changed.
        heads: of each node, where its journal stood: node, number of the entry, its hash in hex.
    """

    as_of: datetime
    heads: tuple[tuple[str, int, str], ...]


def state(connection: Connection, audience: Audience) -> State:
    """What a connection from `reading` gives."""
    if audience == "internal":
        reader = Reader(connection)
        heads = reader.heads()
        told = ((str(row["id"]), int(row["head_seq"]), bytes(row["head_hash"]).hex()) for row in heads)
        return State(reader.newest_entry(heads), tuple(told))
    made_from, as_of = connection.exec_driver_sql("SELECT made_from, as_of FROM about_extract").one()
    heads = json.loads(made_from)[-1]
    return State(datetime.fromisoformat(as_of), tuple((node, seq, digest) for node, seq, digest in heads))


def forget(engine: Engine) -> None:
    """Remove all extracts: what was erased from the registry must not stay in them."""
    for audience in _MAKERS:
        _file(engine, audience).unlink(missing_ok=True)


@contextmanager
def _read_only(connection: Connection) -> Iterator[None]:
    if db.is_postgresql(connection):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        yield
        return
    connection.exec_driver_sql("PRAGMA query_only=ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA query_only=OFF")


def _file(engine: Engine, audience: str) -> Path:
    return kept_files.place(engine, f"{audience}.extract")


def _made_from(connection: Connection) -> str:
    """All that an extract depends on: the journal's heads, the rules, the program."""
    heads = state(connection, "internal").heads
    rules = hashlib.sha256(disclosure.FILE.read_bytes()).hexdigest()
    return json.dumps([_FORM, __version__, rules, heads])


def _is_of(file: Path, made_from: str) -> bool:
    if not file.exists():
        return False
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as made:
        return bool(made.execute("SELECT made_from FROM about_extract").fetchone() == (made_from,))
    return False
