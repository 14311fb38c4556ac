"""A load that is killed, and others who want to write meanwhile: real processes, on both engines."""

import csv
import multiprocessing
import os
import random
import subprocess
import sys
from multiprocessing.context import ForkServerContext
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from sqlalchemy import Engine, text

from registry import db, paths
from registry.errors import RegistryError
from registry.services import chain
from registry.services.importing import undoing
from registry.services.importing.batches import find
from registry.services.work import writing
from tests import interrupted
from tests.importing import DATA, counted, load

KILLS, ROWS = 10, 60  # of each engine
MAPPING = str(DATA / "incidents.yaml")


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that are forked from one that has imported the program and holds nothing open."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.interrupted"])
    return context


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list long enough to be interrupted, with a row now and then that is left out."""
    path = tmp_path_factory.mktemp("list") / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("Ref", "Date", "#country+code", "Province", "Lat", "Lon", "What happened", "Killed", "Injured", "Weapon",
             "Facility type", "Facility", "Blamed")
        )  # fmt: skip
        for number in range(ROWS):
            day = "someday" if number % 20 == 7 else f"2019-05-{number % 28 + 1:02}"
            row = ("SYR", "Idlib", "35.5", "36.5", "It was hit", number % 4, 1, "Rocket; Mortar", "clinic", "")
            writer.writerow((f"N{number}", day, *row, f"Group {number % 40}"))
    return path


def state(engine: Engine) -> dict[str, Any]:
    """What every view and the journal hold; the registry is whole."""
    # SQLite 3.53 checks a table of FTS5 by what a connection remembers of it, even after another process wrote to it.
    engine.dispose()
    with db.reading(engine) as connection:
        verdict = chain.verify(connection)
        assert verdict.problems == ()
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.execute(text("PRAGMA quick_check")).scalar() == "ok"
        loaded = db.every(connection, "SELECT ref FROM import_batch WHERE state = 'loaded'")
    return counted(engine) | {"entries": verdict.entries, "loaded": [row["ref"] for row in loaded]}


@pytest.mark.slow
def test_a_killed_load_leaves_the_registry_as_before_or_as_after(
    engine: Engine, database_url: str, incidents: Path, processes: ForkServerContext
) -> None:
    after = _loaded(engine, database_url, incidents, processes)
    batches = int(incidents.with_suffix(".count").read_text(encoding="utf-8"))
    before = _taken_back(engine, after)
    chance = random.Random(11)  # noqa: S311 -- moments, not secrets
    for moment in [0, batches, *chance.sample(range(1, batches), KILLS - 3)]:
        child = processes.Process(target=interrupted.load, args=(database_url, str(incidents), MAPPING, moment))
        child.start()
        child.join()
        assert child.exitcode == -SIGKILL
        assert state(engine) == before
    _killed_by_the_clock(engine, database_url, incidents, processes, (before, after))
    _taken_back(engine, state(engine))
    again = _loaded(engine, database_url, incidents, processes)
    assert _told(again) == _told(after)


def _killed_by_the_clock(
    engine: Engine, url: str, path: Path, processes: ForkServerContext, states: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """From outside, at whatever moment it is when the clock says so: nobody knows whether it was saved."""
    before, after = states
    child = processes.Process(target=interrupted.load, args=(url, str(path), MAPPING))
    child.start()
    child.join(0.5)
    child.kill()
    child.join()
    found = state(engine)
    assert found == before or _told(found) == _told(after)


def _loaded(engine: Engine, url: str, path: Path, processes: ForkServerContext) -> dict[str, Any]:
    child = processes.Process(target=interrupted.load, args=(url, str(path), MAPPING))
    child.start()
    child.join()
    assert child.exitcode == 0
    return state(engine)


def _taken_back(engine: Engine, found: dict[str, Any]) -> dict[str, Any]:
    for ref in found["loaded"]:
        with writing(engine, "Amal", "again") as work:
            undoing.undo(work, find(work, ref))
    return state(engine)


def _told(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in {"entries", "loaded"}}


def test_another_writer_waits_and_is_told_why(engine: Engine, database_url: str, processes: ForkServerContext) -> None:
    holds, let_go = processes.Event(), processes.Event()
    child = processes.Process(target=interrupted.hold, args=(database_url, holds, let_go))
    child.start()
    assert holds.wait(30)
    call = [sys.executable, "-m", "registry", "--database", database_url, "source", "add", "--name", "Monitor"]
    call += ["--kind", "ngo"]
    environment = {**os.environ, "REGISTRY_USER": "Basel", "PYTHONPATH": str(paths.PACKAGE.parent)}
    with subprocess.Popen(call, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as other:
        assert other.stderr is not None
        assert other.stderr.readline() == "Waiting until another program has saved what it is writing …\n"
        assert other.poll() is None
        with db.reading(engine) as connection:  # readers do not wait
            assert db.every(connection, "SELECT ref FROM source") == []
        let_go.set()
        told = other.stderr.read()
    child.join()
    assert (other.returncode, child.exitcode) == (0, 0), told
    with db.reading(engine) as connection:
        assert len(db.every(connection, "SELECT ref FROM source")) == 1
        assert chain.verify(connection).problems == ()


def test_a_file_is_parsed_before_others_have_to_wait(
    engine: Engine, database_url: str, processes: ForkServerContext, tmp_path: Path
) -> None:
    """What is wrong with a file is told while another program holds the registry."""
    damaged = tmp_path / "list.xlsx"
    damaged.write_bytes(b"PK\x03\x04 and no more")
    holds, let_go = processes.Event(), processes.Event()
    child = processes.Process(target=interrupted.hold, args=(database_url, holds, let_go))
    child.start()
    assert holds.wait(30)
    call = [sys.executable, "-m", "registry", "--database", database_url, "import", "load", str(damaged)]
    call += ["--map", "shcc"]
    environment = {**os.environ, "REGISTRY_USER": "Basel", "PYTHONPATH": str(paths.PACKAGE.parent)}
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    let_go.set()
    child.join()
    assert done.returncode == 1
    assert "list.xlsx: it is" in done.stderr
    assert "Waiting" not in done.stderr
    with db.reading(engine) as connection:
        assert not db.every(connection, "SELECT ref FROM import_batch")


def test_a_writer_does_not_wait_for_ever(engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 50)
    hasty = db.connect(database_url)
    with (
        writing(engine, "Amal", "test"),
        pytest.raises(RegistryError, match=r"another program has held .*, as a long import does; nothing was changed"),
        writing(hasty, "Basel", "test"),
    ):
        pass
    hasty.dispose()


@pytest.mark.slow
def test_memory_does_not_grow_with_what_is_wrong(sqlite_database: str, tmp_path: Path) -> None:
    """A list of nothing but bad rows is told row by row, from disk."""
    path = tmp_path / "bad.csv"
    heading = (
        "Ref,Date,#country+code,Province,Lat,Lon,What happened,Killed,Injured,Weapon,Facility type,Facility,Blamed"
    )
    bad = (f"N{number},someday,SYR,,,,,,,,,," for number in range(20_000))
    path.write_text("\n".join((heading, *bad)), encoding="utf-8")
    engine = db.connect(sqlite_database)
    outcome = load(engine, path, "incidents.yaml", dry_run=True)
    engine.dispose()
    assert (outcome.rejected, len(outcome.problems)) == (20_000, 20_000)
    assert [problem.number for problem in outcome.problems] == list(range(2, 20_002))
