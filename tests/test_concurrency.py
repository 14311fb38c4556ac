"""Several processes write the same rows at once: nothing is lost and nobody fails, on both engines."""

import multiprocessing
from multiprocessing.context import ForkServerContext

import pytest
from sqlalchemy import Engine

from registry import db
from registry.models.facilities import Facility
from registry.services import journal, schema
from registry.services.work import writing
from tests import counting, factories

PROCESSES, ROUNDS = 8, 25


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that are forked from one that has imported the program and holds nothing open."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.counting"])
    return context


def test_eight_writers_lose_nothing(engine: Engine, database_url: str, processes: ForkServerContext) -> None:
    with writing(engine, "Amal", "test") as work:
        facility = factories.make_facility(work, note="0")
        key, before = facility.id, work.seq
    engine.dispose()
    with processes.Pool(PROCESSES) as pool:
        tasks = [(database_url, key, number, ROUNDS) for number in range(PROCESSES)]
        assert pool.map(counting.count_up, tasks, chunksize=1) == [ROUNDS] * PROCESSES
    done = PROCESSES * ROUNDS
    with writing(engine, "Amal", "test") as work:
        facility = work.get(Facility, key)
        assert (facility.note, facility.version) == (str(done), done + 1)
    with db.reading(engine) as connection:
        names = db.every(connection, "SELECT name FROM facility_name")
        assert len({row["name"] for row in names}) == len(names) == done
        verdict = journal.verify(connection)
        assert verdict.problems == ()
        assert verdict.entries == before + 2 * done
        told = journal.show(connection, row_id=key, limit=done + 1)
    # Each change rests on the one before it: the journal tells of every number once and in order.
    assert [entry["changed"]["note"] for entry in told[:-1]] == [(str(n - 1), str(n)) for n in range(done, 0, -1)]


def test_one_registry_however_many_make_it(empty_database_url: str, processes: ForkServerContext) -> None:
    with processes.Pool(4) as pool:
        made = pool.map(counting.initialise, [empty_database_url] * 4, chunksize=1)
    assert True in made
    engine = db.connect(empty_database_url)
    assert schema.check(engine) == []
    with db.reading(engine) as connection:
        assert db.every(connection, "SELECT name FROM node") == [{"name": "shared"}]
    engine.dispose()
