"""How fast a list is loaded, against the least that its rows can cost and against the ways that people take.

    .venv/bin/python bench/import_speed.py [ROWS]            # SQLite and PostgreSQL, with all rivals
    .venv/bin/python bench/import_speed.py --linear [ROWS…]  # SQLite: 10,000, 100,000 and 1,000,000 rows

* *load*: reads the file, maps and checks each row, resolves places and actors, makes keys, refs and figures, journals.
* *limit*: the same rows, ready as the driver's tuples, into the same tables with the same indexes, journal included:
  by `executemany` on SQLite, by COPY on PostgreSQL.
* *least*: the same without empty columns, and with bytes as the bytearrays that SQLite's driver takes faster, as a load
  writes them: what no program can save.
* *objects*, *entries*: the same rows through the ORM, one at a time, unchecked and checked (`naive_import.py`).
* *flat*, *sqlite-utils*, *pandas*: the cells of the file as text into one table without an index. Nothing is checked,
  resolved or journalled: how far from a plain copy we are.

CPU seconds, user and system, children and the database server included: on a busy machine these alone compare.
"""

import argparse
import csv
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Connection, Engine, text
from sqlmodel import SQLModel

from bench import naive_import
from registry import db
from registry.services import schema
from registry.services.importing import loading, mapping
from registry.services.work import writing
from tests import postgres

NAIVE_ROWS = 150
TICKS = os.sysconf("SC_CLK_TCK")
Ready = dict[str, tuple[list[str], list[tuple[Any, ...]]]]

HEADINGS = (
    "Date",
    "Event Description",
    "Country ISO",
    "Admin 1",
    "Latitude",
    "Longitude",
    "Geo Precision",
    "Reported Perpetrator",
    "Reported Perpetrator Name",
    "Weapon Carried/Used",
    "Type of Education Facility",
    "Attacks on Schools",
    "Attacks on Universities",
    "Military Occupation of Education facility",
    "Arson Attack on Education Facility",
    "Forced Entry into Education Facility",
    "Damage/Destruction To Education Facility",
    "Educators Killed",
    "Educators Injured",
    "Educators Kidnapped",
    "Educators Arrested",
    "Students Killed",
    "Students Injured",
    "Students Kidnapped",
    "Students Arrested",
    "Sexual Violence Affecting School Age Children",
    "SiND Event ID",
)


def made(path: Path, rows: int) -> None:
    """A list with the columns of a real one, and about as much in a row."""
    chance = random.Random(7)  # noqa: S311 -- a list for a measurement
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(rows):
            counts = [chance.choice((0,) * 9 + (1,)) for _ in range(15)]
            writer.writerow(
                [
                    f"20{chance.randint(10, 23)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
                    f"A school was hit in incident {number}.", "SYR", "Idlib", 35.5, 36.5, "(2) 25 km Precision",
                    "NSA", f"Group {chance.randint(1, 300)}", chance.choice(("Firearms", "Rocket", "Arson")),
                    "Primary School", *counts, number,
                ]
            )  # fmt: skip


def engines(server: str | None, folder: Path) -> Callable[[str], Engine]:
    """Makes registries: SQLite files in the folder, or databases on the server."""

    def fresh(name: str) -> Engine:
        url = postgres.create_database(server, f"bench_{name}") if server else f"sqlite:///{folder / name}.db"
        engine = db.connect(url)
        schema.initialise(engine, "bench")
        return engine

    return fresh


def cpu(server_pid: int | None) -> float:
    """CPU seconds so far, of this process, its children, and the database server with its own."""
    own = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    if server_pid is None:
        return own
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(stat.parent.name) == server_pid:
            total += sum(map(int, fields[11:15]))  # with the children that it has outlived
        elif int(fields[1]) == server_pid:
            total += sum(map(int, fields[11:13]))
    return own + total / TICKS


def timed(what: Callable[[], object], server_pid: int | None) -> float:
    start = cpu(server_pid)
    what()
    return cpu(server_pid) - start


def load(engine: Engine, path: Path, tell: loading.Tell | None = None) -> None:
    wanted = mapping.load("insecurity-insight-education")
    with loading.opened(path, path.name, wanted) as file, writing(engine, "bench", "bench") as work:
        loading.load(work, file, wanted, tell)
    engine.dispose()  # the server counts a connection's time when it ends


def ready(connection: Connection) -> Ready:
    """All rows that a load wrote, as the driver's own tuples, by table, parents first."""
    found = {}
    for table in SQLModel.metadata.sorted_tables:
        columns = [column.name for column in table.columns]
        if "id" not in columns or table.name == "node":
            continue
        names = ", ".join(f'"{name}"' for name in columns)
        rows = connection.exec_driver_sql(f"SELECT {names} FROM {table.name} ORDER BY id").fetchall()
        if rows:
            found[table.name] = (columns, [tuple(row) for row in rows])
    return found


def trimmed(tables: Ready) -> Ready:
    """The same rows in the form that costs the driver least: by table and the columns that are filled."""
    groups: Ready = {}
    for table, (columns, rows) in tables.items():
        for row in rows:
            filled = [place for place, value in enumerate(row) if value is not None]
            key = f"{table} {filled}"
            group = groups.setdefault(key, ([columns[place] for place in filled], []))
            group[1].append(tuple([bytearray(v) if isinstance(v := row[place], bytes) else v for place in filled]))
    return groups


def write(engine: Engine, tables: Ready, node: Any) -> None:
    with db.for_writing(engine).begin() as connection:
        connection.execute(text("UPDATE node SET id = :id"), {"id": node})
        for table, (columns, rows) in tables.items():
            db.insert_many(connection, table.partition(" ")[0], columns, rows)
    engine.dispose()


def flat(target: Path, path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file, sqlite3.connect(target) as connection:
        rows = csv.reader(file)
        names = ", ".join(f'"{name}"' for name in next(rows))
        connection.execute(f"CREATE TABLE flat ({names})")
        connection.executemany(f"INSERT INTO flat VALUES ({', '.join('?' * len(HEADINGS))})", rows)


def sqlite_utils(target: Path, path: Path) -> None:
    subprocess.run([sys.executable, "-m", "sqlite_utils", "insert", target, "flat", path, "--csv"], check=True)


def pandas(engine: Engine, path: Path) -> None:
    import_module("pandas").read_csv(path, dtype=str).to_sql("flat", engine, index=False)
    engine.dispose()


def compare(server: str | None, folder: Path, path: Path, rows: int) -> None:
    """Print the table of one engine."""
    fresh = engines(server, folder)
    pid = server_pid(server) if server else None
    first = fresh("loaded")
    spent = {"load": timed(lambda: load(first, path), pid)}
    with db.reading(first) as connection:
        tables, node = ready(connection), connection.execute(text("SELECT id FROM node")).scalar()
    first.dispose()
    limit = fresh("limit")
    spent["limit"] = timed(lambda: write(limit, tables, node), pid)
    least, cheap = fresh("least"), trimmed(tables)
    spent["least"] = timed(lambda: write(least, cheap, node), pid)
    for naive in (naive_import.objects, naive_import.entries):
        slow = fresh(naive.__name__)
        spent[naive.__name__] = timed(lambda: naive(slow, path, NAIVE_ROWS), pid) * rows / NAIVE_ROWS  # noqa: B023 -- called at once
    if server is None:
        spent["flat"] = timed(lambda: flat(folder / "flat.db", path), pid)
        if find_spec("sqlite_utils"):
            spent["sqlite-utils"] = timed(lambda: sqlite_utils(folder / "utils.db", path), pid)
    if find_spec("pandas"):
        plain = fresh("pandas")
        spent["pandas"] = timed(lambda: pandas(plain, path), pid)
    written = sum(len(found) for _, found in tables.values())
    where = postgres.version(server) if server else f"SQLite {db.sqlite_module().sqlite_version}"
    print(f"\n{where}: {rows:,} rows became {written:,} rows of {len(tables)} tables")
    print(f"{'':14} {'cpu-s':>8} {'rows/cpu-s':>11} {'load is':>10}")
    for name, seconds in spent.items():
        ratio = f"{seconds / spent['load']:.2f} x" if name != "load" else ""
        print(f"{name:14} {seconds:8.2f} {rows / seconds:11,.0f} {ratio:>10}")


def server_pid(server: str) -> int:
    """The process of a server on this machine, for `cpu`."""
    engine = db.connect(server)
    with engine.connect() as connection:
        data = connection.execute(text("SHOW data_directory")).scalar()
    engine.dispose()
    return int(Path(str(data), "postmaster.pid").read_text().split()[0])


def linear(sizes: list[int]) -> None:
    """Print cost and memory at several sizes, each in a process of its own."""
    print(f"{'rows':>10} {'cpu-s':>9} {'rows/cpu-s':>11} {'peak MB':>8}")
    for rows in sizes:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "list.csv"
            made(path, rows)
            engine = engines(None, Path(name))("loaded")
            engine.dispose()
            if (child := os.fork()) == 0:
                load(engine, path, _marks(rows))
                os._exit(0)
            _, status, used = os.wait4(child, 0)
            if status:
                raise SystemExit("the load failed")
            seconds = used.ru_utime + used.ru_stime
            print(f"{rows:10,} {seconds:9.1f} {rows / seconds:11,.0f} {used.ru_maxrss / 1024:8.0f}", flush=True)


def _marks(rows: int) -> loading.Tell:
    """Says at each tenth of a long load what it cost so far: a line that bends is seen before the end."""

    def tell(done: int) -> None:
        if rows > 100_000 and done % (rows // 10) == 0:
            print(f"{done:10,} {cpu(None):9.1f} {done / cpu(None):11,.0f}  (so far)", file=sys.stderr, flush=True)

    return tell


@contextmanager
def _listed(rows: int) -> Iterator[tuple[Path, Path]]:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "list.csv"
        made(path, rows)
        yield Path(name), path


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast a list is loaded.")
    parser.add_argument("rows", type=int, nargs="*")
    parser.add_argument("--linear", action="store_true")
    given = parser.parse_args()
    if given.linear:
        linear(given.rows or [10_000, 100_000, 1_000_000])
        return
    for package in ("sqlite_utils", "pandas"):
        if not find_spec(package):
            print(f"{package} is not here; to see it too: pip install {package.replace('_', '-')}")
    rows = (given.rows or [10_000])[0]
    with _listed(rows) as (folder, path):
        compare(None, folder, path, rows)
        with postgres.server() as server:
            compare(server, folder, path, rows)


if __name__ == "__main__":
    main()
