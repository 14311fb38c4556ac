"""Exports of attacks: CSV against `sqlite3 -csv` dumping one flat table of the same width, and Parquet against CSV.

    .venv/bin/python bench/exporting.py 100000

Copies of one small made-up registry's attacks are put below each other until there are as many as asked for. CPU time
of each program as a whole, its start included, since others may use the machine; medians of three runs, in turn.
"""

import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from registry import db
from registry.services import schema
from registry.services.work import writing
from tests import generated

_SEED = 100
_RUNS = 3


def make(file: Path, wanted: int) -> int:
    """A registry of so many attacks; how many there are."""
    engine = db.connect(f"sqlite:///{file}")
    schema.initialise(engine, "bench")
    with writing(engine, "bench", "made up") as work:
        generated.fill(work, _SEED)
    with db.for_writing(engine).begin() as connection:
        columns = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(attack)")]
        # Copies with keys and refs of their own, and no strikes; claims and figures stay with the first. Keys rise, as
        # those that the program makes.
        values = {
            "id": "unhex(format('%016x', n) || hex(randomblob(8)))",
            "ref": "'A-' || hex(randomblob(6))",
            "parent_id": "NULL",
            "canonical_id": "NULL",
        }
        picked = ", ".join(values.get(name, name) for name in columns)
        held = connection.exec_driver_sql("SELECT count(*) FROM attack").scalar() or 1
        turns = max(wanted // held - 1, 0)
        connection.exec_driver_sql(
            f"INSERT INTO attack ({', '.join(columns)}) "
            f"WITH RECURSIVE turn(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM turn WHERE n < {turns}) "
            f"SELECT {picked} FROM turn CROSS JOIN attack"
        )
    with db.reading(engine) as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM v_attack").scalar() or 0)


def flat(registry: Path, file: Path) -> None:
    """The same rows as one table."""
    with closing(db.sqlite_module().connect(str(registry))) as connection:
        rows = connection.execute("SELECT * FROM v_attack")
        names = [f'"{column[0]}"' for column in rows.description]
        with closing(sqlite3.connect(file)) as copy:
            copy.execute(f"CREATE TABLE attack ({', '.join(names)})")
            copy.executemany(f"INSERT INTO attack VALUES ({', '.join('?' * len(names))})", rows)
            copy.commit()


def seconds(command: Sequence[str], out: Path) -> float:
    """CPU seconds of a program whose output goes to a file."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with out.open("wb") as file:
        subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(wanted: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        registry, copy = folder / "registry.db", folder / "flat.db"
        count = make(registry, wanted)
        flat(registry, copy)
        print(f"{count:,} attacks; {os.cpu_count()} cores; SQLite {db.sqlite_module().sqlite_version}")

        def export(form: str) -> list[str]:
            program = [sys.executable, "-m", "registry", "--database", str(registry), "export", form, "v_attack"]
            return [*program, "--audience", "internal", "--force", "--to", str(folder / form)]

        commands = {
            "sqlite3 -csv, flat table": ["sqlite3", "-csv", str(copy), "SELECT * FROM attack"],
            "sqlite3 -csv, the view": ["sqlite3", "-csv", str(registry), "SELECT * FROM v_attack"],
            "registry export csv": export("csv"),
            "registry export parquet": export("parquet"),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(_RUNS):
            for name, command in commands.items():
                times[name].append(seconds(command, folder / "out"))
        medians = {name: statistics.median(all_) for name, all_ in times.items()}
        for name, median in medians.items():
            print(f"{name:26} {median:8.2f} s CPU")
        csv, parquet = medians["registry export csv"], medians["registry export parquet"]
        print(f"csv: {medians['sqlite3 -csv, flat table'] / csv:.2f} times as fast as the flat dump")
        print(f"parquet: {csv / parquet:.2f} times as fast as csv")
        shutil.rmtree(folder / "csv")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
