"""From weights of single pairs to how probable each is, when a record can be at most one of the others.

Two records with equal evidence for the same third share its probability; a record whose better partner is firmly
somebody else's turns to its second. This is the belief propagation for matchings: exact where the rivalries form no
ring, and it always settles.
"""

from collections.abc import Sequence

ROUNDS = 30
_SETTLED = 0.01


def shares(pairs: Sequence[tuple[int, int]], odds: Sequence[float], *, rounds: int = ROUNDS) -> list[float]:
    """How probable each pair is.

    Args:
        pairs: numbers of a left and a right record; no pair twice.
        odds: of each pair, were there no others.
        rounds: fewer do for a rough answer.
    """
    if not pairs:
        return []
    lefts, rights = [left for left, _ in pairs], [right for _, right in pairs]
    to_left = [1.0] * len(pairs)  # how free the right record of each pair is, were it not for this pair
    for _ in range(rounds):
        to_right = _freedom(lefts, odds, to_left)
        before, to_left = to_left, _freedom(rights, odds, to_right)
        if all(abs(old - new) <= _SETTLED * old for old, new in zip(before, to_left, strict=True)):
            break
    both = [value * ours * theirs for value, ours, theirs in zip(odds, to_right, to_left, strict=True)]
    return [value / (1 + value) for value in both]


def _freedom(owners: Sequence[int], odds: Sequence[float], others: Sequence[float]) -> list[float]:
    claims = [value * free for value, free in zip(odds, others, strict=True)]
    total: dict[int, float] = {}
    for owner, claim in zip(owners, claims, strict=True):
        total[owner] = total.get(owner, 1.0) + claim
    return [1.0 / max(total[owner] - claim, 1.0) for owner, claim in zip(owners, claims, strict=True)]


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
