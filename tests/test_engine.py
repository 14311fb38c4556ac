"""Connections: what every one of them is set to, who waits for whom, and how each failure is told."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from registry import db
from registry.errors import Conflict, NotFound, RegistryError, UsageError
from registry.models.places import Place
from registry.services import schema
from registry.services.work import rehearsing, writing
from tests import factories

SETTINGS = {
    "page_size": 8_192,
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "secure_delete": 1,
    "cell_size_check": 1,
    "busy_timeout": db.BUSY_TIMEOUT_MS,
}


@pytest.fixture
def sqlite_engine(sqlite_database: str) -> Iterator[Engine]:
    engine = db.connect(sqlite_database)
    yield engine
    engine.dispose()


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def places(engine: Engine) -> int:
    with db.reading(engine) as connection:
        return int(connection.execute(text("SELECT count(*) FROM place")).scalar_one())


# --- settings --------------------------------------------------------------------------------------------------------


def test_every_pooled_connection_has_every_setting(sqlite_engine: Engine) -> None:
    with ExitStack() as several:
        connections = [several.enter_context(sqlite_engine.connect()) for _ in range(7)]  # more than the pool keeps
        connections += [several.enter_context(db.for_writing(sqlite_engine).connect().execution_options(writes=False))]
        drivers = {id(connection.connection.dbapi_connection) for connection in connections}
        assert len(drivers) == 8
        for connection in connections:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SETTINGS}
            assert found == SETTINGS


def test_settings_survive_the_pool_and_a_migration(sqlite_engine: Engine) -> None:
    schema.upgrade(sqlite_engine)
    for _ in range(3):
        with sqlite_engine.connect() as connection:
            assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SETTINGS} == SETTINGS


def test_postgresql_compiles_no_plan(postgres_database: str) -> None:
    """Debian's server would, for longer than most of the questions take, and for each row that is entered."""
    engine = db.connect(postgres_database)
    with ExitStack() as several:
        for connection in [several.enter_context(engine.connect()) for _ in range(2)]:
            connection.rollback()  # which takes back what was set in a transaction
            assert connection.exec_driver_sql("SHOW jit").scalar() == "off"
    engine.dispose()


def test_the_sqlite_in_use_is_new_enough(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        said = str(connection.exec_driver_sql("SELECT sqlite_version()").scalar())
    assert tuple(map(int, said.split("."))) >= db.OLDEST_SQLITE >= (3, 51, 3)


def test_an_old_sqlite_is_refused(monkeypatch: pytest.MonkeyPatch, sqlite_database: str) -> None:
    monkeypatch.setattr(db, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(
        RegistryError, match=r"^SQLite 3[.\d]+ can corrupt a shared database; 99.0.0 or newer"
    ) as raised:
        db.connect(sqlite_database)
    assert raised.value.exit_code == 1


def test_a_schema_change_is_undone_with_its_transaction(engine: Engine) -> None:
    with db.for_writing(engine).connect() as connection:
        connection.execute(text("CREATE TABLE half_done (x INTEGER)"))
        connection.rollback()
    with engine.connect() as connection:
        assert not connection.dialect.has_table(connection, "half_done")


# --- readers and writers ---------------------------------------------------------------------------------------------


def test_only_writers_take_the_lock_and_at_once(sqlite_engine: Engine) -> None:
    said: list[str] = []
    with sqlite_engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.set_trace_callback(said.append)
        connection.execute(text("SELECT 1"))
        connection.rollback()
        driver.set_trace_callback(None)
    assert [line for line in said if line.startswith("BEGIN")] == ["BEGIN"]
    said.clear()
    with db.for_writing(sqlite_engine).connect() as connection:
        driver = connection.connection.dbapi_connection
        driver.set_trace_callback(said.append)
        connection.execute(text("SELECT 1"))
        connection.rollback()
        driver.set_trace_callback(None)
    assert [line for line in said if line.startswith("BEGIN")] == ["BEGIN IMMEDIATE"]


def test_a_reader_reads_while_a_writer_writes(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        factories.make_place(work)
        assert places(engine) == 0  # on another connection: neither waits, nor sees what is not saved
    assert places(engine) == 1


def test_a_writer_saves_while_a_reader_reads(engine: Engine) -> None:
    with db.reading(engine) as connection:
        count = text("SELECT count(*) FROM place")
        assert connection.execute(count).scalar() == 0
        with writing(engine, "Amal", "test") as work:
            factories.make_place(work)
        assert connection.execute(count).scalar() == 0  # a reader sees one moment from its beginning to its end
    assert places(engine) == 1


def test_a_second_writer_waits_for_the_first(engine: Engine) -> None:
    began, saved = threading.Event(), []

    def second() -> None:
        began.set()
        with writing(engine, "Basel", "test") as work:
            saved.append(work.seq)
            factories.make_place(work)

    with writing(engine, "Amal", "test") as work:
        thread = threading.Thread(target=second)
        thread.start()
        began.wait()
        thread.join(0.1)
        assert saved == []
        factories.make_place(work)
    thread.join()
    assert saved == [1]  # it began where the first had ended


def test_a_writer_that_waits_in_vain_says_so(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 50)
    hasty = db.connect(str(sqlite_engine.url))
    with (
        writing(sqlite_engine, "Amal", "test"),
        pytest.raises(RegistryError, match="another program has held"),
        writing(hasty, "Basel", "test"),
    ):
        pass
    hasty.dispose()


def test_two_people_who_change_the_same_record_are_told(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        place = factories.make_place(work)
    with writing(engine, "Amal", "test") as work:
        work.change(work.get(Place, place.id), version=1, note="mine")
    with writing(engine, "Basel", "test") as work, pytest.raises(Conflict, match="somebody changed this record"):
        work.change(work.get(Place, place.id), version=1, note="his")


def test_a_failed_unit_leaves_nothing(engine: Engine) -> None:
    def unit() -> None:
        with writing(engine, "Amal", "test") as work:
            factories.make_place(work)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        unit()
    with rehearsing(engine, "Amal", "test") as work:
        factories.make_place(work)
    with db.reading(engine) as connection:
        assert db.one(connection, "SELECT count(*) AS n FROM journal") == {"n": 0}
    assert places(engine) == 0


# --- failures --------------------------------------------------------------------------------------------------------

Deed = Callable[[Engine], object]


def add_place(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        factories.make_place(work, note="x" * 200_000)


DEEDS: list[Deed] = [places, schema.check, add_place]


def refused(url: str, deed: Deed) -> RegistryError:
    """The one line that a deed ends with."""
    engine = db.connect(url)
    try:
        with pytest.raises(RegistryError) as raised:
            deed(engine)
    finally:
        engine.dispose()
    said = str(raised.value)
    assert said
    assert "\n" not in said
    assert not re.search(r"\(sqlcipher3|\(sqlite3|\(psycopg|sqlalche\.me|Traceback", said)
    return raised.value


@pytest.mark.parametrize("deed", DEEDS)
def test_a_missing_file(tmp_path: Path, deed: Deed) -> None:
    path = tmp_path / "none.db"
    error = refused(f"sqlite:///{path}", deed)
    assert isinstance(error, NotFound)
    assert error.exit_code == 3
    assert "registry init" in str(error)
    assert not path.exists()


def test_a_missing_folder(tmp_path: Path) -> None:
    error = refused(f"sqlite:///{tmp_path}/none/registry.db", schema.initialise)
    assert error.exit_code == 3
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("deed", [*DEEDS, schema.initialise, schema.upgrade])
@pytest.mark.parametrize("content", [b"facility,attack\n" * 100, os.urandom(8192)], ids=["csv", "noise"])
def test_a_file_that_is_no_database(tmp_path: Path, deed: Deed, content: bytes) -> None:
    path = tmp_path / "registry.db"
    path.write_bytes(content)
    error = refused(f"sqlite:///{path}", deed)
    assert error.exit_code == 1
    assert "is not a registry" in str(error)
    assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["registry.db"]


@pytest.mark.parametrize("deed", [places, add_place])
def test_a_database_that_is_no_registry(tmp_path: Path, deed: Deed) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipe (name TEXT)")
    other.close()
    assert "holds no registry of this version" in str(refused(f"sqlite:///{path}", deed))


def test_a_damaged_file(sqlite_database: str) -> None:
    path = file_of(sqlite_database)
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    for deed in DEEDS:
        assert "damaged" in str(refused(sqlite_database, deed))
    assert path.read_bytes() == content


@pytest.mark.parametrize("deed", [schema.check, schema.upgrade, schema.initialise])
def test_a_database_of_a_newer_version(database_url: str, deed: Deed) -> None:
    engine = db.connect(database_url)
    with db.for_writing(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    error = refused(database_url, deed)
    assert isinstance(error, Conflict)
    assert error.exit_code == 4
    assert "9999" in str(error)
    with db.reading(engine) as connection:
        assert schema.current_revision(connection) == "9999"
        triggers = (
            "pg_trigger WHERE NOT tgisinternal" if db.is_postgresql(engine) else "sqlite_master WHERE type = 'trigger'"
        )
        assert connection.execute(text(f"SELECT count(*) FROM {triggers}")).scalar_one() > 0
    engine.dispose()


@pytest.mark.parametrize("deed", [*DEEDS, schema.initialise])
@pytest.mark.parametrize(
    "address",
    ["127.0.0.1:9", "nowhere.invalid:5432", "/nowhere"],
    ids=["nobody listens", "no such host", "no such socket"],
)
def test_an_unreachable_server(deed: Deed, address: str) -> None:
    host = f"?host={address}" if address.startswith("/") else ""
    location = "" if address.startswith("/") else address
    error = refused(f"postgresql+psycopg://amal:secret@{location}/registry{host}", deed)
    assert error.exit_code == 1
    assert "does not answer; check the address" in str(error)
    assert "secret" not in str(error)


@pytest.mark.parametrize("part", ["database", "username"])
def test_a_database_or_user_that_the_server_does_not_have(postgres_url: str, part: str) -> None:
    url = make_url(postgres_url)
    url = url.set(database="nothing") if part == "database" else url.set(username="nobody_here")
    error = refused(url.render_as_string(hide_password=False), places)
    assert re.match(r"PostgreSQL at .* refused the connection: .* does not exist", str(error))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://amal@localhost/registry", "a mysql database is not supported"),
        ("no url at all", "the database URL is not one"),
        ("sqlite:/x", "the database URL is not one"),
        ("unheard://of", "not supported"),
    ],
)
def test_an_address_that_is_none(url: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        db.connect(url)


# What a full disk, a folder without rights or a file without rights do can only be seen from another process:
# limits cannot be raised again, and root may do everything.
CHILD = """
import os, resource, signal, sys
from registry import db
from registry.errors import RegistryError
from registry.models.places import Place
from registry.services.work import writing

def read(engine):
    with db.reading(engine) as connection:
        return db.one(connection, "SELECT count(*) AS n FROM place")["n"]

def write(engine):
    with writing(engine, "Amal", "test") as work:
        work.add(Place(country="SYR", level="community", note="x" * 200_000))

exec(sys.argv[1])
for url in sys.argv[2:]:
    engine = db.connect(url)
    for deed in (read, write):
        try:
            print(deed(engine))
        except RegistryError as error:
            print(error.exit_code, error)
    engine.dispose()
"""


def in_a_child(first: str, *urls: str) -> list[tuple[str, str]]:
    """What reading and writing each registry give in a process that has done something `first`."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, first, *urls],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 2 * len(urls), lines
    return list(zip(lines[::2], lines[1::2], strict=True))


def test_a_full_disk(sqlite_database: str) -> None:
    """Writing beyond a limit fails as on a full disk, here while the write-ahead log is written."""
    limit = "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100_000,) * 2)"
    ((read, written),) = in_a_child(limit, sqlite_database)
    assert read == "0"
    assert re.match(r"1 the disk (is full|failed)[^\n]*nothing was changed", written)
    engine = db.connect(sqlite_database)
    assert places(engine) == 0
    assert schema.check(engine) == []
    add_place(engine)
    assert places(engine) == 1
    engine.dispose()


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root can mount a small disk")
def test_a_disk_that_is_really_full(sqlite_template: Path, tmp_path: Path) -> None:
    size = sqlite_template.stat().st_size + 150_000
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine does not let root mount anything")
    try:
        url = f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'registry.db')}"
        assert "the disk is full, nothing was changed" in str(refused(url, add_place))
        engine = db.connect(url)
        assert places(engine) == 0
        engine.dispose()
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_registry_that_may_only_be_read(sqlite_template: Path) -> None:
    """It is told in one line, and not a byte is changed; reading works wherever SQLite can do without its two files."""
    # pytest's own folders are closed to the account that owns nothing, as which root has to run the child.
    with ExitStack() as folders:
        paths = []
        for folder_mode, file_mode in ((0o777, 0o444), (0o555, 0o666), (0o555, 0o444)):
            folder = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="registry-read-only-")))
            paths.append(shutil.copyfile(sqlite_template, folder / "registry.db"))
            paths[-1].chmod(file_mode)
            folder.chmod(folder_mode)
            folders.callback(folder.chmod, 0o700)
        # The engine's module is loaded first: a checkout below /root cannot be read by that account.
        dropped = "from registry import db; db.sqlite_module(); os.setgroups([]); os.setgid(65534); os.setuid(65534)"
        as_nobody = dropped if os.geteuid() == 0 else "pass"
        for path, (read, written) in zip(paths, in_a_child(as_nobody, *(f"sqlite:///{p}" for p in paths)), strict=True):
            assert re.fullmatch(r"0|1 .*registry.db (is read-only|cannot be opened).*", read)
            assert re.fullmatch(r"1 .*registry.db (is read-only, nothing was changed|cannot be opened);.*", written)
            assert path.read_bytes() == sqlite_template.read_bytes()


# --- other people's tools --------------------------------------------------------------------------------------------


def test_the_file_opens_with_any_sqlite(sqlite_engine: Engine) -> None:
    """An analyst's own client, Debian 12's included, reads the tables and every view."""
    with writing(sqlite_engine, "Amal", "test") as work:
        factories.make_claim(work)
    sqlite_engine.dispose()
    client = sqlite3.connect(f"file:{sqlite_engine.url.database}?mode=ro", uri=True)
    try:
        assert client.execute("SELECT count(*) FROM claim").fetchone() == (1,)
        views = [name for (name,) in client.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
        assert {view for view in views if view.startswith("v_")} == set(schema.view_names())
        for view in views:
            client.execute(f"SELECT * FROM {view} LIMIT 1").fetchall()
        assert client.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            client.execute("DELETE FROM claim")
    finally:
        client.close()
