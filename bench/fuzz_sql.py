"""Generated statements against the gate of the console, by the million: nothing written, nothing read that is not open.

    nice python bench/fuzz_sql.py --statements 1000000 --seed 1

The registry is a small one with a word in every restricted field, and a table that is not open. Each statement goes to
the very gate that the child process has. It stops at the first that writes, or tells the word of that table. With
`--through-child` each goes the whole way instead, through a process of its own: some ten in a second.
"""

import argparse
import hashlib
import tempfile
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

from registry import config, db
from registry.errors import RegistryError
from registry.services import schema
from registry.services.console import child
from registry.services.console.answers import Asked, Limits
from registry.services.console.asking import ask
from registry.services.work import writing
from tests import canaries, probes

HIDDEN = "kwhidden"
sqlite3 = db.sqlite_module()  # as the child has it
STEPS = 500  # looks at the clock in one statement, a thousand steps of SQLite's machine apart


def made(file: Path) -> None:
    engine = db.connect(f"sqlite:///{file}")
    schema.initialise(engine, "fuzz")
    with writing(engine, canaries.BY, "fuzz") as work:
        canaries.seed(work)
    with db.for_writing(engine).begin() as connection:
        connection.exec_driver_sql("CREATE VIRTUAL TABLE secret USING fts5(c0)")
        connection.exec_driver_sql(f"INSERT INTO secret VALUES ('{HIDDEN}')")
    engine.dispose()


class Gate:
    """The gate of the child, in this process."""

    def __init__(self, file: Path) -> None:
        self.connection: Any = child._opened(f"file:{file}?mode=ro")
        self.connection.set_authorizer(child._Gate(self.connection))
        self.looks = 0
        self.connection.set_progress_handler(self._look, 1000)

    def _look(self) -> bool:
        self.looks += 1
        return self.looks > STEPS

    def said(self, sql: str) -> str | None:
        """What comes back; None where it is refused."""
        self.looks = 0
        try:
            return str(list(islice(self.connection.execute(sql, {"x": 1}), 50)))
        except (sqlite3.Error, sqlite3.Warning, ValueError, MemoryError):
            return None


def through_child(file: Path, sql: str) -> str | None:
    try:
        with ask(config.load(str(file)), Asked(sql, {}, Limits(seconds=1, rows=50)), "internal") as answer:
            return str(list(answer.rows))
    except RegistryError:
        return None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--through-child", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "registry.db"
        made(file)
        before = hashlib.sha256(file.read_bytes()).hexdigest()
        gate, told, longest = Gate(file), Counter[str](), 0.0
        began = time.process_time()
        for sql in islice(probes.generated(given.seed), given.statements):
            started = time.monotonic()
            said = through_child(file, sql) if given.through_child else gate.said(sql)
            longest = max(longest, time.monotonic() - started)
            told["refused" if said is None else "answered"] += 1
            if said is not None and HIDDEN in said:
                raise SystemExit(f"read what is not open: {sql}")
        spent = time.process_time() - began
        if hashlib.sha256(file.read_bytes()).hexdigest() != before:
            raise SystemExit("the registry was changed")
    print(f"{told['answered']} answered, {told['refused']} refused; nothing written, nothing read that is not open")
    print(f"{spent:.0f} CPU seconds; the longest took {longest:.2f} s")


if __name__ == "__main__":
    main()
