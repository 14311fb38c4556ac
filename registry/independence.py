"""How many origins are independent of one another: what corroboration counts. Rule 7 of this registry."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any


def largest_group(members: Sequence[Any], pairs: Iterable[Iterable[Any]]) -> int:
    """The size of the largest group of which every two are a pair; 1 where there are members but no pairs, else 0."""
    together = {frozenset(pair) for pair in pairs}
    paired = sorted({member for pair in together for member in pair}, key=members.index)
    for size in range(len(paired), 1, -1):
        for group in combinations(paired, size):
            if all(frozenset(two) in together for two in combinations(group, 2)):
                return size
    return 1 if members else 0
