"""What `--as-of` costs: a question about one governorate of a past moment, against the same question of now.

    python bench/past.py                        # 1,000 facilities and 3,000 attacks, with their journal
    python bench/past.py --attacks 20000

Each is asked in turns as a person does, `registry sql --name attacks-by-week-and-type`, in CPU seconds with all of its
processes; and by its SQL alone, in milliseconds. Their answers must be the same: after the moment only a source is
added. The copy is made before, and its cost told apart. Target: as-of within 4 times of now.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import text

from bench import large_events, large_world
from bench.filling import analyse
from bench.starting import REGISTRY, cpu_seconds
from registry import db
from registry.models.who import SourceCreate
from registry.services import past, questions, schema, sources
from registry.services.bulk import Bulk
from registry.services.work import writing

NAME = "attacks-by-week-and-type"
MOST = """SELECT governorate_pcode FROM v_attack WHERE is_counted
    GROUP BY governorate_pcode ORDER BY count(*) DESC LIMIT 1"""


class EachItsOwn(Bulk):
    """Rows with an entry of the journal each, as they have where people enter them one by one."""

    def insert(self, table: str, values: Mapping[str, Any]) -> uuid.UUID:
        """A new row, and its entry."""
        key = super().insert(table, values)
        self.seal()
        return key


def made(file: Path, facilities: int, attacks: int) -> datetime:
    """A registry to which something was added after the moment that is given."""
    engine = db.connect(f"sqlite:///{file}")
    schema.initialise(engine, "bench")
    with writing(engine, "bench", "made up") as work:
        rows = EachItsOwn(work)
        making = large_world.Making(rows, seed=1)
        for _so_far in large_events.attacks(making, large_world.countries(making, facilities), attacks):
            pass
        rows.flush()
    analyse(engine)
    then = datetime.now(UTC)
    with writing(engine, "bench", "later") as work:
        sources.add(work, SourceCreate(name="Somebody else", kind="newspaper"))
    engine.dispose()
    return then


def about(file: Path) -> dict[str, str]:
    """Values of the question: the governorate with the most attacks, all years."""
    engine = db.connect(f"sqlite:///{file}")
    with db.reading(engine) as connection:
        area = str(connection.execute(text(MOST)).scalar())
    engine.dispose()
    return {"area": area, "first": "1900-01-01", "last": "2100-01-01"}


def copied(file: Path, then: datetime) -> tuple[Path, int, float]:
    """The copy, how many entries of the journal it was made of, and the CPU seconds that it took."""
    engine, entries = db.connect(f"sqlite:///{file}"), [0]
    start = time.process_time()
    copy = past.registry(engine, then, entries.append)
    spent = time.process_time() - start
    engine.dispose()
    if copy is None:
        message = "nothing was entered after the moment"
        raise ValueError(message)
    return copy, entries[-1], spent


def by_sql(files: list[Path], values: dict[str, str], times: int) -> list[float]:
    """Median milliseconds of the question's SQL in each file, asked in turns.

    Raises:
        ValueError: they answer differently.
    """
    engines = [db.connect(f"sqlite:///{file}") for file in files]
    asked, spent = questions.question(NAME), [list[float]() for _ in files]
    for _turn in range(times):
        answers = []
        for engine, of in zip(engines, spent, strict=True):
            with db.reading(engine) as connection:
                start = time.perf_counter()
                answers.append(connection.execute(text(asked.sql), asked.values(values)).fetchall())
                of.append(1000 * (time.perf_counter() - start))
        if answers[0] != answers[1] or not answers[0]:
            message = "the past answers otherwise than the present, or nothing"
            raise ValueError(message)
    for engine in engines:
        engine.dispose()
    return [median(of) for of in spent]


def by_command(file: Path, then: datetime, values: dict[str, str], times: int) -> list[float]:
    """Median CPU seconds of the whole command, of now and as of then."""
    asks = [*REGISTRY, "--database", str(file), "sql", "--name", NAME, "--format", "csv"]
    asks += [part for name, value in values.items() for part in ("--set", f"{name}={value}")]
    ways = (asks, [*asks, "--as-of", then.isoformat()])
    environment = dict(os.environ)
    if len({subprocess.run(way, check=True, capture_output=True, env=environment).stdout for way in ways}) > 1:
        message = "the past answers otherwise than the present"
        raise ValueError(message)
    spent = [[cpu_seconds(way, environment) for way in ways] for _turn in range(times)]
    return [median(of) for of in zip(*spent, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description="What a question about the past costs, against one of now.")
    parser.add_argument("--facilities", type=int, default=1_000)
    parser.add_argument("--attacks", type=int, default=3_000)
    parser.add_argument("--times", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "registry.db"
        then = made(file, given.facilities, given.attacks)
        copy, entries, spent = copied(file, then)
        print(f"{given.attacks:,} attacks; making the copy: {entries:,} entries, {spent:.1f} s CPU, "
              f"{100_000 * spent / entries:.1f} s per 100,000 entries; "
              f"{copy.stat().st_size / file.stat().st_size:.2f} of the registry's size")  # fmt: skip
        now, of_then = by_sql([file, copy], about(file), given.times)
        print(f"its SQL alone: now {now:.1f} ms, as of then {of_then:.1f} ms: {of_then / now:.2f} x")
        now, of_then = by_command(file, then, about(file), given.times)
        print(f"the whole command: now {now:.2f} s CPU, as of then {of_then:.2f} s: {of_then / now:.2f} x")


if __name__ == "__main__":
    main()
