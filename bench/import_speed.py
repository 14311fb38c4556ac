"""How fast a list is loaded, against the least that its rows can cost: the same tuples, ready, by `executemany`.

    .venv/bin/python bench/import_speed.py [ROWS]

Both write the same rows into the same tables with the same indexes, journal included. The load also reads the file,
maps and checks each row, resolves places and actors, makes keys, refs and figures, and hashes the journal.
"""

import csv
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlmodel import SQLModel

from registry import db
from registry.services import schema
from registry.services.importing import loading, mapping
from registry.services.work import writing

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


def fresh(folder: Path, name: str) -> Any:
    engine = db.connect(f"sqlite:///{folder / name}")
    schema.initialise(engine, "bench")
    return engine


def loaded(engine: Any, path: Path) -> float:
    start = time.process_time()
    with writing(engine, "bench", "bench") as work:
        loading.load(work, path, path.name, mapping.load("insecurity-insight-education"))
    return time.process_time() - start


def ready(connection: Connection) -> dict[str, tuple[list[str], list[Any]]]:
    """All rows that a load wrote, as the driver's own tuples, by table in the order of their keys."""
    found = {}
    for table in SQLModel.metadata.sorted_tables:
        columns = [column.name for column in table.columns]
        rows = connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {table.name}").fetchall()
        if rows and "id" in columns and table.name != "node":
            found[table.name] = (columns, [tuple(row) for row in rows])
    return found


def limit(engine: Any, tables: dict[str, tuple[list[str], list[Any]]], node: Any) -> float:
    with db.for_writing(engine).begin() as connection:
        connection.exec_driver_sql("UPDATE node SET id = ?", (node,))
        start = time.process_time()
        for table, (columns, rows) in tables.items():
            marks = ", ".join("?" * len(columns))
            connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    return time.process_time() - start


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "list.csv"
        made(path, rows)
        first = fresh(folder, "loaded.db")
        ours = loaded(first, path)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with db.reading(first) as connection:
            tables = ready(connection)
            node = connection.exec_driver_sql("SELECT id FROM node").scalar()
        least = limit(fresh(folder, "limit.db"), tables, node)
        written = sum(len(found) for _, found in tables.values())
        print(f"{rows} rows became {written} rows of {len(tables)} tables; peak {peak:.0f} MB")
        print(f"load:             {ours:6.2f} cpu-s  {rows / ours:8.0f} rows/cpu-s")
        print(f"ready tuples:     {least:6.2f} cpu-s  {rows / least:8.0f} rows/cpu-s")
        print(f"ratio to the limit: {least / ours:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
