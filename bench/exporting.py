"""Exports of attacks: CSV against a dump of one flat table of the same width, and Parquet against CSV.

    .venv/bin/python bench/exporting.py 100000                             # SQLite: against `sqlite3 -csv`
    .venv/bin/python bench/exporting.py postgresql+psycopg://user@host/db  # a registry made by bench/large.py: also
                                                                           # against COPY of a flat table there

On SQLite copies of one small made-up registry's attacks are put below each other until there are as many as asked for.
CPU time of each program as a whole, its start and the server included, since others may use the machine; medians of
three runs, in turn. The server has to be on this machine; a table `bench_flat` is made there, and dropped.
"""

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg
from sqlalchemy import make_url

from bench.import_speed import cpu, server_pid
from registry import db
from registry.services import schema
from registry.services.work import writing
from tests import generated, postgres

_SEED = 100
_RUNS = 3
DUMP = "sqlite3 -csv, flat table"
COPY = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as connection, connection.cursor() as cursor:
    with cursor.copy(f"COPY ({sys.argv[2]}) TO STDOUT (FORMAT csv)") as rows:
        sys.stdout.buffer.writelines(rows)
"""


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


@contextmanager
def flat_beside(url: str, file: Path) -> Iterator[dict[str, list[str]]]:
    """The attacks of a registry on PostgreSQL as one table there and one in a SQLite file; what dumps them."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    commands = {
        "COPY, flat table": [sys.executable, "-c", COPY, plain, "SELECT * FROM bench_flat"],
        "COPY, the view": [sys.executable, "-c", COPY, plain, "SELECT * FROM v_attack ORDER BY id"],
    }
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_flat AS SELECT * FROM v_attack ORDER BY id")
        connection.execute("VACUUM ANALYZE bench_flat")
        try:
            dump = file.with_suffix(".csv")
            seconds(commands["COPY, flat table"], dump, None)
            names = [column.name for column in connection.execute("TABLE bench_flat LIMIT 0").description or ()]
            made = f"CREATE TABLE attack ({', '.join(names)})"
            emptied = "UPDATE attack SET " + ", ".join(f"{name} = nullif({name}, '')" for name in names)
            subprocess.run(["sqlite3", file, made, f".import --csv {dump} attack", emptied, "VACUUM"], check=True)
            yield {DUMP: dumped(file), **commands}
        finally:
            connection.execute("DROP TABLE bench_flat")


def dumped(file: Path, table: str = "attack") -> list[str]:
    return ["sqlite3", "-csv", str(file), f"SELECT * FROM {table}"]


def seconds(command: Sequence[str], out: Path, pid: int | None) -> float:
    """CPU seconds of a program whose output goes to a file, and of the database server meanwhile."""
    before = cpu(pid)
    with out.open("wb") as file:
        subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, check=True)
    return cpu(pid) - before


def compare(database: str, rivals: dict[str, list[str]], folder: Path, pid: int | None) -> None:
    """Print what the rivals and our exports cost."""
    commands = dict(rivals)
    for form in ("csv", "parquet"):
        program = [sys.executable, "-m", "registry", "--database", database, "export", form, "v_attack"]
        given = ["--audience", "internal", "--force", "--to", str(folder / form)]
        commands[f"registry export {form}"] = [*program, *given]
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(_RUNS):
        for name, command in commands.items():
            times[name].append(seconds(command, folder / "out", pid))
    medians = {name: statistics.median(all_) for name, all_ in times.items()}
    for name, median in medians.items():
        print(f"{name:26} {median:8.2f} s CPU")
    csv, parquet = medians["registry export csv"], medians["registry export parquet"]
    for name in rivals:
        print(f"csv: {medians[name] / csv:.2f} times as fast as {name}")
    print(f"parquet: {csv / parquet:.2f} times as fast as csv")


def main(asked: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        registry, copy = folder / "registry.db", folder / "flat.db"
        if "://" in asked:
            with flat_beside(asked, copy) as commands:
                print(f"{os.cpu_count()} cores; {postgres.version(asked)}")
                compare(asked, commands, folder, server_pid(asked))
        else:
            count = make(registry, int(asked))
            flat(registry, copy)
            commands = {DUMP: dumped(copy), "sqlite3 -csv, the view": dumped(registry, "v_attack")}
            print(f"{count:,} attacks; {os.cpu_count()} cores; SQLite {db.sqlite_module().sqlite_version}")
            compare(str(registry), commands, folder, None)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "100000")
