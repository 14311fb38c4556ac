"""Real lists into a clean registry by the commands of the documentation, twice, and out again; on both engines.

    PYTHONPATH=. python bench/real_lists.py [--data FOLDER] [--engine sqlite|postgresql] [--small]

Every load is followed by the same load, which must change nothing. Then all are taken back, the last first, and after
each undo every row of every view must be as it was before that load. It prints what each file holds, what was loaded
and left out, and the CPU seconds of each load, the database server's included; it ends with 1 where something is not as
it should be.

The lists are read from `../shared/data` or from the folder in REGISTRY_TEST_DATA; they are not part of the project.
"""

import argparse
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench.import_speed import cpu, server_pid
from registry import db, paths
from tests.postgres import fresh_database, server

DATA = Path(os.environ.get("REGISTRY_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")
COUNTS = ("rows_new", "rows_changed", "rows_same", "rows_rejected")
# What was changed, and changed back, stays told.
VIEWS = tuple(sorted({path.stem for path in (paths.PACKAGE / "sql" / "views").glob("v_*.sql")} - {"v_change"}))


class List(NamedTuple):
    """A list, its mapping, and how many rows the file holds."""

    file: str
    mapping: str
    rows: int
    options: tuple[str, ...] = ()


LISTS = (
    List("places/cod-pcodes-adm1-2.csv", "ocha-pcodes", 32_767),
    List("places/syria-places.csv", "gazetteer", 5_997),
    List("facilities/healthsites-sudan.csv", "healthsites", 1_226),
    List("facilities/osm-sudan-health.csv", "hot-osm", 1_133, ("--country", "SDN")),
    List("insecurity-insight/health-2016-2023.xlsx", "insecurity-insight-health", 8_854),
    List("insecurity-insight/education-2020-2023.xlsx", "insecurity-insight-education", 1_895),
    List("insecurity-insight/shcc-2022.xlsx", "shcc", 1_989),
    List("ucdp/ged-car.geojson.gz", "ucdp-ged", 1_848),
)
SMALL = tuple(one for one in LISTS if one.rows < 2_000)  # each kind of record, and of file but plain CSV of places


class Walk:
    """One registry, and what goes into it."""

    def __init__(self, database: str, data: Path, folder: Path) -> None:
        self._database, self._data, self._folder = database, data, folder
        self._server = server_pid(database) if database.startswith("postgresql") else None
        self.wrong: list[str] = []

    def run(self, lists: tuple[List, ...]) -> Iterator[tuple[str, ...]]:
        """Go through it; gives a line of the table for each list."""
        self._call("init")
        before = []
        for one in lists:
            views = self.seen()
            line, batch = self._loaded(one)
            before.append((one, views, batch))
            yield line
        for one, views, batch in reversed(before):
            self._call("import", "undo", batch)
            now = self.seen()
            changed = [view for view in VIEWS if now[view] != views[view]]
            self._expect(not changed, f"{one.file}: after its undo, {', '.join(changed)} differ from before its load")
        self._call("journal", "verify")

    def _loaded(self, one: List) -> tuple[tuple[str, ...], str]:
        load = ["import", "load", str(self._data / one.file), "--map", one.mapping, *one.options]
        load += ["--rejected", str(self._folder / "rejected.csv")]
        before = cpu(self._server)
        batch = self._call(*load).strip()
        seconds = cpu(self._server) - before
        found = next(row for row in json.loads(self._call("import", "list", "--format", "json")) if row["ref"] == batch)
        counts = [int(found[name]) for name in COUNTS]
        self._expect(sum(counts) == one.rows, f"{one.file}: {sum(counts)} rows are accounted for, of {one.rows}")
        self._expect(found["rows_rejected"] == self._left_out(), f"{one.file}: the file of left-out rows has others")
        entries = self._head()
        self._expect(self._call(*load) == "", f"{one.file}: its second load made a batch")
        self._expect(self._head() == entries, f"{one.file}: its second load wrote to the journal")
        return (one.file, f"{one.rows:,}", *(f"{count:,}" for count in counts), f"{seconds:.1f}"), batch

    def _left_out(self) -> int:
        path = self._folder / "rejected.csv"
        if not path.exists():
            return 0
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = {(row["sheet"], row["row"]) for row in csv.DictReader(file)}
        path.unlink()
        return len(rows)

    def _head(self) -> str:
        return self._call("journal", "show", "--limit", "1", "--format", "json")

    def seen(self) -> dict[str, str]:
        """A digest of all rows of each view, whatever their order."""
        engine = db.connect(self._database)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(
                "ANALYZE"
            )  # as a server does by itself before long: without it, views take minutes
        with db.reading(engine) as connection:
            found = {view: sum(_digest(row) for row in db.every(connection, f"SELECT * FROM {view}")) for view in VIEWS}
        engine.dispose()
        return {view: hex(total) for view, total in found.items()}

    def _call(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "registry", "--database", self._database, "--as", "Bench", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
        self._expect(
            done.returncode in (0, 5), f"{' '.join(arguments[:2])} ended with {done.returncode}: {done.stderr}"
        )
        return done.stdout

    def _expect(self, is_so: bool, otherwise: str) -> None:
        if not is_so:
            self.wrong.append(otherwise)


def _digest(row: dict[str, object]) -> int:
    return int.from_bytes(hashlib.sha256(repr(sorted(row.items())).encode()).digest()[:12], "big")


def walk(engine: str, lists: tuple[List, ...], data: Path) -> list[str]:
    """Go through the lists on one engine and print the table; gives what is not as it should be."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if engine == "sqlite":
            database = f"sqlite:///{folder / 'registry.db'}"
        else:
            database = stack.enter_context(fresh_database(stack.enter_context(server())))
        steps = Walk(database, data, folder)
        print(f"\n{engine}\n| list | rows | new | changed | same | left out | CPU s |\n|---|---|---|---|---|---|---|")
        for line in steps.run(lists):
            print(f"| {' | '.join(line)} |", flush=True)
        return steps.wrong


def main() -> int:
    """Both engines, or one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"])
    parser.add_argument("--small", action="store_true", help="without the two longest lists and the gazetteer")
    given = parser.parse_args()
    engines = [given.engine] if given.engine else ["sqlite", "postgresql"]
    wrong = [fault for engine in engines for fault in walk(engine, SMALL if given.small else LISTS, given.data)]
    print("\n".join(["", *wrong]) if wrong else "\nAll loads, second loads and undos are as they should be.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
