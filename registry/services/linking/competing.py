"""From weights of single pairs to how probable each is, when a record can be at most one of the others.

Two records with equal evidence for the same third share its probability; a record whose better partner is firmly
somebody else's turns to its second. This is the belief propagation for matchings: exact where the rivalries form no
ring, and it always settles.
"""

from collections import Counter
from collections.abc import Sequence
from operator import mul

ROUNDS = 30
_SETTLED = 0.01


def shares(pairs: Sequence[tuple[int, int]], odds: Sequence[float], *, rounds: int = ROUNDS) -> list[float]:
    """How probable each pair is.

    Args:
        pairs: numbers of a left and a right record; no pair twice.
        odds: of each pair, were there no others.
        rounds: fewer do for a rough answer.
    """
    found = [value / (1 + value) for value in odds]
    times = Counter(left for left, _ in pairs), Counter(right for _, right in pairs)
    contested = [place for place, (one, other) in enumerate(pairs) if times[0][one] > 1 or times[1][other] > 1]
    settled = _settled([pairs[place] for place in contested], [odds[place] for place in contested], rounds)
    for place, value in zip(contested, settled, strict=True):
        found[place] = value / (1 + value)
    return found


def _settled(pairs: Sequence[tuple[int, int]], odds: Sequence[float], rounds: int) -> list[float]:
    """The odds of each pair, given the others."""
    lefts, rights = [left for left, _ in pairs], [right for _, right in pairs]
    to_left = [1.0] * len(pairs)  # how free the right record of each pair is, were it not for this pair
    for _ in range(rounds):
        to_right = _freedom(lefts, odds, to_left)
        before, to_left = to_left, _freedom(rights, odds, to_right)
        if all(abs(old - new) <= _SETTLED * old for old, new in zip(before, to_left, strict=True)):
            break
    return [value * ours * theirs for value, ours, theirs in zip(odds, to_right, to_left, strict=True)]


def _freedom(owners: Sequence[int], odds: Sequence[float], others: Sequence[float]) -> list[float]:
    claims = list(map(mul, odds, others))
    total = dict.fromkeys(owners, 1.0)
    for owner, claim in zip(owners, claims, strict=True):
        total[owner] += claim
    rest = (total[owner] - claim for owner, claim in zip(owners, claims, strict=True))
    return [1.0 / free if free > 1.0 else 1.0 for free in rest]


def one_to_one(pairs: Sequence[tuple[int, int]], ranks: Sequence[tuple[float, ...]]) -> list[int]:
    """Places of the pairs that are left when the best come first and no record is in two."""
    taken: tuple[set[int], set[int]] = (set(), set())
    kept = []
    for place in sorted(range(len(pairs)), key=lambda at: (*(-rank for rank in ranks[at]), pairs[at])):
        left, right = pairs[place]
        if left not in taken[0] and right not in taken[1]:
            taken[0].add(left)
            taken[1].add(right)
            kept.append(place)
    return kept
