"""How many origins are independent of one another: what corroboration counts. Rule 7 of this registry."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def largest_group(members: Sequence[Any], pairs: Iterable[Iterable[Any]]) -> int:
    """The size of the largest group of which every two are a pair; 1 where there are members but no pairs, else 0."""
    beside: dict[Any, set[Any]] = {member: set() for member in members}
    for pair in pairs:
        one, other = pair
        if one in beside and other in beside:
            beside[one].add(other)
            beside[other].add(one)
    return _largest(list(beside), beside)


def _largest(left: list[Any], beside: Mapping[Any, set[Any]]) -> int:
    best = 0
    for at, member in enumerate(left):
        if len(left) - at <= best:  # too few are left: without this, thirty origins would take minutes
            break
        best = max(best, 1 + _largest([other for other in left[at + 1 :] if other in beside[member]], beside))
    return best
