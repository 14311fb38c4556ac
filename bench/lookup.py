"""How fast and how surely a typed name is found among a million facilities.

    python bench/lookup.py [--facilities 1000000] [--queries 300] [--engine sqlite|postgresql]

The names are of our own making (`naming.py`), some in Arabic, some in Latin letters, some in both. What is typed is a
name with a slip, one with two or three, another Latin spelling of it, or the name in the other script; the last two
with a slip in half of them. It is found when one of the first ten offered has its search key: it, or a namesake. In the
same run rapidfuzz compares the typed text with all names, as read into memory before. Parts of names are sought too, on
SQLite, beside a look at every name.
"""

import argparse
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, Engine
from sqlalchemy import text as _sql

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.filling import Filler, analyse
from bench.naming import Named, Names
from registry import db, names
from registry.services import completing, lookup, schema
from tests.postgres import fresh_database, server

GOVERNORATES, IN_EACH = 14, 40  # as in Syria, and more populous ones than any
KINDS = ("one slip", "two or three", "other spelling", "other script")


@dataclass(frozen=True)
class Query:
    """What is typed, of which kind, the search keys of what is meant, and the governorate that it is in."""

    kind: str
    text: str
    meant: frozenset[str]
    governorate: uuid.UUID


def filled(engine: Engine, count: int, queries: int) -> list[Query]:
    """Fill a registry with so many facilities; what will be typed to find some of them."""
    # Whoever types has spellings of his own, so that the registry is the same for any number of queries.
    made, typist, chance = Names(1), Names(3), random.Random(2)  # noqa: S311 -- the same registry in every run
    wanted = set(chance.sample(range(count), queries))
    typed: list[Query] = []
    with db.for_writing(engine).begin() as connection:
        filler = Filler(connection)
        places = _places(filler)
        for number in range(count):
            name, (governorate, place) = made.one(), chance.choice(places)
            spelt = _spelt(made, name)
            what = {"ref": f"F-{number:08}", "country": "SYR", "type_code": "clinic", "place_id": place}
            key = filler.insert("facility", what)
            for text in spelt:
                of_name = {"name": text, "folded": names.fold(text), "script": names.script_of(text)}
                filler.insert("facility_name", {"facility_id": key, **of_name})
            if number in wanted:
                kind = KINDS[len(typed) % len(KINDS)]
                meant = frozenset(map(names.fold, spelt))
                typed.append(Query(kind, _typed(typist, kind, name, spelt), meant, governorate))
        filler.flush()
    analyse(engine)
    return typed


def _places(filler: Filler) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Communities, each with its governorate."""

    def place(ref: str, level: str, above: uuid.UUID | None) -> uuid.UUID:
        return filler.insert("place", {"ref": ref, "country": "SYR", "level": level, "parent_id": above})

    country = place("P-SYR", "country", None)
    found = []
    for number in range(GOVERNORATES):
        above = place(f"P-{number}", "governorate", country)
        found += [(above, place(f"P-{number}-{inner}", "community", above)) for inner in range(IN_EACH)]
    return found


def _spelt(made: Names, name: Named) -> list[str]:
    """The names that a registry has: Arabic alone, Latin alone, or both."""
    roll = made.chance.random()
    return [*([made.arabic(name)] if roll < 0.75 else []), *([made.latin(name)] if roll > 0.4 else [])]


def _typed(made: Names, kind: str, name: Named, spelt: list[str]) -> str:
    if kind in KINDS[:2]:
        return made.mistyped(made.chance.choice(spelt), 1 if kind == KINDS[0] else made.chance.choice((2, 2, 3)))
    has_latin = names.script_of(spelt[-1]) == "Latn"
    other = made.latin(name) if kind == KINDS[2] or not has_latin else made.arabic(name)
    return made.mistyped(other, made.chance.randint(0, 1))


def ours(connection: Connection, query: Query, *, scoped: bool) -> list[str]:
    """The names offered for a query."""
    within = query.governorate if scoped else None
    return [found.name for found in lookup.nearest(connection, "facility", query.text, within=within)]


def told(title: str, queries: Sequence[Query], find: Callable[[Query], list[str]]) -> None:
    """Print how long a way of finding takes and what it finds."""
    spent, cpu, found = [], [], []
    for query in queries:
        start, used = time.perf_counter(), time.process_time()
        offered = find(query)
        spent.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - used))
        found.append(any(names.fold(name) in query.meant for name in offered))
    recall = {
        kind: sum(hit for hit, query in zip(found, queries, strict=True) if query.kind == kind)
        / max(1, sum(query.kind == kind for query in queries))
        for kind in KINDS
    }
    print(
        f"| {title} | {median(spent):.0f} | {quantiles(spent, n=10)[-1]:.0f} | {median(cpu):.0f} "
        f"| {sum(found) / len(found):.3f} | " + " | ".join(f"{recall[kind]:.2f}" for kind in KINDS) + " |",
        flush=True,
    )


def parts(connection: Connection, queries: Sequence[Query]) -> None:
    """Print how long a part of a name takes to find, and to complete, beside a look at every name."""
    like = _sql("SELECT count(DISTINCT facility_id) FROM facility_name WHERE name LIKE :part")
    ways: dict[str, Callable[[str], object]] = {
        "`list --like`": lambda part: lookup.containing(connection, "facility", part),
        "completion": lambda part: completing.names_of(connection, "facility", part),
        "LIKE over all names": lambda part: connection.execute(like, {"part": f"%{part}%"}).scalar(),
    }
    # What somebody types of a name: its longest word but for the last letter, which may stand anywhere in it.
    typed = [max(query.text.split(), key=len)[:-1] for query in queries]
    print("| a part of a name | median CPU | p90 |")
    for title, find in ways.items():
        cpu = []
        for part in typed:
            used = time.process_time()
            find(part)
            cpu.append(1000 * (time.process_time() - used))
        print(f"| {title} | {median(cpu):.0f} | {quantiles(cpu, n=10)[-1]:.0f} |", flush=True)


def rival(connection: Connection, queries: Sequence[Query]) -> None:
    """Try rapidfuzz over all names, held in memory, by their letters and by their search keys."""
    start = time.process_time()
    sql = "SELECT DISTINCT name, folded FROM facility_name"
    known, folded = zip(*connection.exec_driver_sql(sql), strict=True)
    print(f"(reading {len(known)} names for rapidfuzz: {time.process_time() - start:.1f} s CPU)")

    def by_letters(query: Query) -> list[str]:
        return [name for name, _, _ in process.extract(query.text, known, scorer=fuzz.ratio, limit=10, score_cutoff=50)]

    def by_key(query: Query) -> list[str]:
        found = process.extract(names.fold(query.text), folded, scorer=fuzz.ratio, limit=10, score_cutoff=50)
        return [known[at] for _, _, at in found]

    told("rapidfuzz, all names", queries, by_letters)
    told("rapidfuzz, all search keys", queries, by_key)


@contextmanager
def fresh(kind: str) -> Iterator[Engine]:
    """A new registry of this kind, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            engine = db.connect(f"sqlite:///{folder}/lookup.db")
            schema.initialise(engine, "bench")
            yield engine
        else:
            with server() as base, fresh_database(base) as url:
                engine = db.connect(url)
                schema.initialise(engine, "bench")
                yield engine
                engine.dispose()


def measured(kind: str, count: int, queries: int) -> None:
    """Fill a registry of this kind, and print how it fares."""
    with fresh(kind) as engine:
        typed = filled(engine, count, queries)
        with db.reading(engine) as connection:
            told(f"{kind}, the country", typed, lambda query: ours(connection, query, scoped=False))
            told(f"{kind}, a governorate", typed, lambda query: ours(connection, query, scoped=True))
            if kind == "sqlite":
                parts(connection, typed[::7])
                rival(connection, typed[::7])


def main() -> None:
    parser = argparse.ArgumentParser(description="Milliseconds and recall of looking names up.")
    parser.add_argument("--facilities", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), help="Only this one.")
    given = parser.parse_args()
    print(f"{given.facilities} facilities, {given.queries} names typed; milliseconds, found among the first ten")
    print("| | median | p90 | median CPU | found | " + " | ".join(KINDS) + " |")
    for kind in (given.engine,) if given.engine else ("sqlite", "postgresql"):
        measured(kind, given.facilities, given.queries)


if __name__ == "__main__":
    main()
