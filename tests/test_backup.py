"""Backups: whole, of one moment, found out when changed, and restored to either engine."""

import json
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import SQLModel

from registry import db, paths
from registry.errors import Conflict, NotFound, RegistryError
from registry.services import backup, journal, moving, schema
from registry.services.work import OUTSIDE_THE_JOURNAL, writing
from tests import calling, factories
from tests.calling import Call, one_line
from tests.conftest import migrated

call, both = calling.call, calling.both
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """A registry with a row in every table, and one that was changed."""
    with writing(engine, "Amal", "entered by hand") as work:
        for table in factories.tables().values():
            if table not in OUTSIDE_THE_JOURNAL:
                factories.make(work, table)
        facility = factories.make_facility(work, "مستشفى الشفاء")
        work.change(facility, note="changed")
    return engine


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Where a backup is restored to: an empty registry on each engine."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with migrated(request.param, folder, request) as url:
        engine = db.connect(url)
        yield engine
        engine.dispose()


def all_rows(engine: Engine) -> Rows:
    with db.reading(engine) as connection:
        return {
            name: sorted(map(tuple, connection.execute(select(SQLModel.metadata.tables[name]))), key=repr)
            for name in moving.tables(connection)
        }


def test_it_is_restored_with_all_tables_to_either_engine(filled: Engine, elsewhere: Engine, tmp_path: Path) -> None:
    is_server = db.is_postgresql(elsewhere)
    with db.for_writing(elsewhere).begin() as connection:
        if is_server:
            connection.exec_driver_sql("CREATE TABLE of_somebody AS SELECT 'theirs' AS whose")
    made = backup.backup(filled, tmp_path / "backup.db")
    before = all_rows(filled)
    assert [name for name, rows in before.items() if not rows] == []
    assert backup.restore(elsewhere, tmp_path / "backup.db") == made
    assert all_rows(elsewhere) == before
    assert schema.check(elsewhere) == []  # views, triggers and the index of names are there again
    with db.reading(elsewhere) as connection:
        assert journal.verify(connection).problems == ()
        if is_server:  # a file is replaced as a whole
            assert connection.exec_driver_sql("SELECT whose FROM of_somebody").scalar() == "theirs"
    with writing(elsewhere, "Amal", "work goes on") as work:
        factories.make_facility(work, "Another")
    with db.reading(elsewhere) as connection:
        assert journal.verify(connection).problems == ()


def test_a_registry_with_pages_of_the_former_size_is_backed_up_and_restored(
    sqlite_database: str, tmp_path: Path
) -> None:
    """A file keeps the size that it was made with; one of each is restored over one of the other."""
    old, new = db.connect(sqlite_database), db.connect(f"sqlite:///{tmp_path / 'new.db'}")
    schema.initialise(new, "new")
    with closing(db.sqlite_module().connect(str(db.sqlite_file(old)))) as driver:
        driver.executescript("PRAGMA journal_mode = DELETE; PRAGMA page_size = 4096; VACUUM")
    with writing(old, "Amal", "entered by hand") as work:
        factories.make_facility(work, "مستشفى الشفاء")
    before = all_rows(old), all_rows(new)
    for engine, file in ((old, "old"), (new, "new")):
        backup.backup(engine, tmp_path / f"{file}-backup.db")
    for engine, file, rows in ((new, "old", before[0]), (old, "new", before[1])):
        backup.restore(engine, tmp_path / f"{file}-backup.db", old=tmp_path / f"{file}-replaced.db")
        assert all_rows(engine) == rows
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_the_file_is_itself_a_registry(filled: Engine, tmp_path: Path) -> None:
    made = backup.backup(filled, tmp_path / "backup.db")
    engine = db.connect(f"sqlite:///{tmp_path / 'backup.db'}")
    assert all_rows(engine) == all_rows(filled)
    assert schema.check(engine) == []
    engine.dispose()
    assert stat.S_IMODE((tmp_path / "backup.db").stat().st_mode) == 0o600
    assert made.held.rows["facility"] > 1
    assert sorted(path.name for path in tmp_path.glob("*backup*")) == ["backup.db", "backup.db.json"]


def test_it_has_one_moment_of_a_registry_that_is_written_meanwhile(engine: Engine, tmp_path: Path) -> None:
    begun, stop, failed = threading.Event(), threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            try:
                with writing(engine, "Amal", "meanwhile") as work:
                    for _ in range(5):
                        factories.make_facility(work, "Somewhere")
            except RegistryError as error:
                failed.append(error)
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        begun.wait(60)
        made = [backup.backup(engine, tmp_path / f"{number}.db") for number in range(2)]
        after = _entries(engine)
    finally:
        stop.set()
        writer.join()
    assert failed == []
    held = [one.held.rows["journal"] for one in made]
    assert 0 < held[0] < held[1] < after
    for number in range(2):
        copy = db.connect(f"sqlite:///{tmp_path / f'{number}.db'}")
        with db.reading(copy) as connection:
            verdict = journal.verify(connection)
        copy.dispose()
        assert (verdict.problems, verdict.entries) == ((), held[number])


def _entries(engine: Engine) -> int:
    with db.reading(engine) as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM journal").scalar() or 0)


@pytest.mark.parametrize(
    "change", ["first byte", "one bit", "last byte", "cut", "longer", "description", "no description"]
)
def test_a_changed_backup_is_refused(sqlite_database: str, tmp_path: Path, change: str) -> None:
    engine = db.connect(sqlite_database)
    file, described = tmp_path / "backup.db", tmp_path / "backup.db.json"
    backup.backup(engine, file)
    content = bytearray(file.read_bytes())
    places = {"first byte": 0, "one bit": len(content) // 2, "last byte": -1}
    if change in places:
        content[places[change]] ^= 1
    file.write_bytes(content[:-1] if change == "cut" else content + b"\0" if change == "longer" else content)
    if change == "description":
        described.write_text(json.dumps({**json.loads(described.read_text()), "sha256": "0" * 64}))
    elif change == "no description":
        described.unlink()
    target = db.connect(f"sqlite:///{tmp_path / 'restored.db'}")
    with pytest.raises(NotFound if change == "no description" else RegistryError):
        backup.restore(target, file)
    engine.dispose()
    assert not (tmp_path / "restored.db").exists()


def test_a_registry_with_records_is_replaced_only_when_told_and_kept(filled: Engine, tmp_path: Path) -> None:
    backup.backup(filled, tmp_path / "backup.db")
    before = all_rows(filled)
    with writing(filled, "Amal", "later") as work:
        factories.make_facility(work, "Later")
    after = all_rows(filled)
    with pytest.raises(Conflict, match="--replace"):
        backup.restore(filled, tmp_path / "backup.db")
    assert all_rows(filled) == after
    backup.restore(filled, tmp_path / "backup.db", tmp_path / "old.db")
    assert all_rows(filled) == before
    backup.restore(filled, tmp_path / "old.db", tmp_path / "older.db")
    assert all_rows(filled) == after


def test_an_older_backup_is_brought_up_to_date(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}" if backend == "sqlite" else request.getfixturevalue("postgres_database")
    old = db.connect(url)
    schema.upgrade(old, "0009", "an older office")
    made = backup.backup(old, tmp_path / "backup.db")
    assert made.held.revision == "0009"
    old.dispose()
    new = db.connect(f"sqlite:///{tmp_path / 'new.db'}")
    backup.restore(new, tmp_path / "backup.db")
    assert schema.check(new) == []
    new.dispose()


def test_what_is_there_and_is_no_registry_is_left_alone(sqlite_database: str, tmp_path: Path) -> None:
    engine = db.connect(sqlite_database)
    backup.backup(engine, tmp_path / "backup.db")
    engine.dispose()
    (tmp_path / "letter.db").write_text("Dear Amal, " * 1000)
    target = db.connect(f"sqlite:///{tmp_path / 'letter.db'}")
    with pytest.raises(Conflict, match="move it away"):
        backup.restore(target, tmp_path / "backup.db")
    assert (tmp_path / "letter.db").read_text().startswith("Dear Amal")


def test_a_full_disk_leaves_no_file(sqlite_database: str, tmp_path: Path) -> None:
    asked = [
        sys.executable,
        "-m",
        "registry",
        "--database",
        sqlite_database,
        "db",
        "backup",
        str(tmp_path / "small.db"),
    ]
    limited = ["/bin/bash", "-c", 'ulimit -f 100; exec "$@"', "limited", *asked]
    ended = subprocess.run(limited, cwd=paths.PACKAGE.parent, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("registry: ")
    assert ended.stderr.count("\n") == 1
    assert list(tmp_path.glob("*small*")) == []


def test_the_commands_and_their_exit_codes(
    both: Call, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert json.loads(both("db", "status", "--format", "json").out)["last_backup"] == "none by this account"
    assert both("db", "backup", "backup.db").code == 0
    assert "backup.db is there already" in one_line(both("db", "backup", "backup.db"), 4)
    assert "no folder" in one_line(both("db", "backup", "missing/backup.db"), 3)
    assert "no backup" in one_line(both("db", "restore", "missing.db"), 3)
    status = json.loads(both("db", "status", "--format", "json").out)
    assert status["backup_file"] == str(tmp_path / "backup.db")
    assert status["size"] > 100_000
    shutil.copyfile("backup.db", "other.db")
    assert "no description" in one_line(both("db", "restore", "other.db"), 3)
    shutil.copyfile("backup.db.json", "other.db.json")
    Path("other.db").write_bytes(Path("other.db").read_bytes()[:-4096])
    assert "SHA-256" in one_line(call("--database", "new.db", "db", "restore", "other.db"), 1)
    assert call("--database", "new.db", "db", "restore", "backup.db").code == 0
    assert call("--database", "new.db", "db", "check").code == 0
