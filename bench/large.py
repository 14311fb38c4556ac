"""A registry of any size, made up: for measurements, and for whoever wants to see how the program fares with much data.

    python bench/large.py registry.db --facilities 100000 --attacks 200000
    python bench/large.py postgresql://user@host/empty --facilities 1000000 --attacks 2000000

Three claims for each attack, six countries of which the first have most, bursts in time, places and facilities that are
hit again and again, double taps, records that were merged, numbers with operators and open ends that contradict each
other, attacks without a number, names in Arabic and in several Latin spellings. The same seed gives
the same rows.

Figures by rule, the claims that they rest on and the index of names are as the program itself would have them
(`tests/test_large.py`), so that `registry db check` finds nothing. The rows go past the journal, so that
`registry journal verify` rightly calls them made outside the program; with `--journal` every row is in an entry, which
takes about three times as long and as much room.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from bench import large_events, large_world
from bench.filling import Filler, Sink, analyse
from registry import db
from registry.services import schema
from registry.services.bulk import Bulk
from registry.services.work import writing


def fill(engine: Engine, facilities: int, attacks: int, *, seed: int = 1, journal: bool = False) -> Iterator[int]:
    """Fill a new registry; gives the number of attacks so far, now and then."""
    with _journalled(engine) if journal else _straight(engine, seed) as sink:
        making = large_world.Making(sink, seed)
        countries = large_world.countries(making, facilities)
        yield from large_events.attacks(making, countries, attacks)
        sink.flush()
    analyse(engine)


@contextmanager
def _journalled(engine: Engine) -> Iterator[Sink]:
    with writing(engine, "made up", "a made-up registry for measurements") as work:
        yield Bulk(work)


@contextmanager
def _straight(engine: Engine, seed: int) -> Iterator[Sink]:
    with schema.bare(engine) as connection:
        yield Filler(connection, large_world.ids(seed))


def hasty(engine: Engine) -> Engine:
    """A SQLite engine that would lose all in a power cut."""
    if not db.is_postgresql(engine):
        event.listen(engine, "connect", _hurry)
    return engine


def _hurry(connection: Any, record: ConnectionPoolEntry) -> None:
    del record
    for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-1000000"):
        connection.execute(f"PRAGMA {pragma}").close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Make up a registry of any size.")
    parser.add_argument("database", help="a file that is not there yet, or the URL of an empty PostgreSQL database")
    parser.add_argument("--facilities", type=int, default=100_000)
    parser.add_argument("--attacks", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--journal", action="store_true", help="every row in an entry of the journal")
    given = parser.parse_args()
    url = given.database if "://" in given.database else f"sqlite:///{given.database}"
    engine = hasty(db.connect(url))
    if not schema.initialise(engine, "made-up"):
        parser.error("there is a registry already")
    start = time.process_time()
    for done in fill(engine, given.facilities, given.attacks, seed=given.seed, journal=given.journal):
        print(f"{done:,} attacks, {time.process_time() - start:.0f} CPU-s", file=sys.stderr)
    engine.dispose()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{given.attacks:,} attacks in {used.ru_utime + used.ru_stime:.0f} CPU-s, {used.ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
