"""Rows of a view of a SQLite registry: by cells, with a place kept for who can read what follows in a faster way."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from registry.services.exporting.batches import AT_ONCE, Batch, batch
from registry.services.exporting.kinds import Kind, wider

KEY = 16  # bytes


class View:
    """The rows of a view, or of an extract's table, in the order of its keys.

    Attributes:
        name, columns: the view's, and its columns'.
        declared: their types, where they are a table's; expressions have none.
        kinds: what the columns hold, as far as they were looked at.
        at_once: how many rows are read at once.
    """

    def __init__(self, connection: Connection, name: str) -> None:
        """Of a connection to SQLite; the first column is `id`."""
        told = connection.exec_driver_sql(f'PRAGMA table_info("{name}")').all()
        self.name = name
        self.columns: Sequence[str] = [row[1] for row in told]
        self.declared = [str(row[2]).partition("(")[0].upper() for row in told]
        self.kinds: list[Kind] = [""] * len(told)
        self.at_once = AT_ONCE
        self.connection = connection
        self._rows: Sequence[Sequence[Any]] = ()  # those last read by cells
        self._done = 0
        self._ended = False

    def batches(self) -> Iterator[Batch]:
        """All rows by cells, but for those that were taken otherwise meanwhile."""
        while not self._ended:
            for rows in self.left("*"):
                self._rows = rows
                before = self._done = self._done + len(rows)
                one = batch(self.columns, rows)
                self.learn(one.kinds)
                yield one
                if self._done > before or self._ended:
                    break
            else:
                return

    def samples(self) -> Iterator[set[Any]]:
        """The different values of each column in the rows last read by cells; none where no more rows are left."""
        if len(self._rows) == self.at_once:
            yield from (set(values) - {None} for values in zip(*self._rows, strict=True))

    def left(self, asked: str) -> Iterator[Sequence[Sequence[Any]]]:
        """What is asked of the rows that nobody took so far."""
        sql = f'SELECT {asked} FROM "{self.name}" ORDER BY id LIMIT -1 OFFSET {self._done}'
        with self.connection.exec_driver_sql(sql, execution_options={"yield_per": self.at_once}) as result:
            yield from result.partitions(self.at_once)

    def take(self, rows: int) -> None:
        """Note that so many more need not be read by cells."""
        self._done += rows

    def end(self) -> None:
        """Note that all were taken."""
        self._ended = True

    def learn(self, kinds: Sequence[Kind]) -> None:
        """Note what the columns of some rows hold."""
        self.kinds = list(map(wider, self.kinds, kinds))
