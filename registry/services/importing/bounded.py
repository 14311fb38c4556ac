"""What grows with a file and must not grow in memory: rows that wait, and words that are counted."""

import pickle
import tempfile
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")
_IN_MEMORY = 1 << 20  # bytes
_MOST_WORDS = 5_000


class Spool(Generic[Item]):
    """A list that may be as long as the file: its beginning is in memory, the rest on disk, gone with the process."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- it lives as long as the list
        weakref.finalize(self, self._file.close)
        self._length = 0
        for item in items:
            self.append(item)

    def append(self, item: Item) -> None:
        """Put one at the end."""
        self._file.seek(0, 2)
        pickle.dump(item, self._file)
        self._length += 1

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Item]:
        at = 0
        for _ in range(self._length):
            self._file.seek(at)
            item: Item = pickle.load(self._file)  # noqa: S301 -- this process wrote it, to a file without a name
            at = self._file.tell()
            yield item


class Tally(Counter[Item]):
    """How often each is met; beyond a few thousand different ones, all others together."""

    def count(self, item: Item, others: Item) -> None:
        """Count one.

        Args:
            item: what was met.
            others: what stands for all that are met when there is no more room.
        """
        self[item if item in self or len(self) < _MOST_WORDS else others] += 1
