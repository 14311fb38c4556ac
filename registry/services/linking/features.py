"""The kinds of evidence on a pair, each with how often two things, and one thing, would show it.

A feature turns a pair into an outcome ("the same rare name", "50 to 100 m apart"). Its weight is how much more often
one thing shows that outcome than two things do, in bits. How often two things do is counted in the lists: agreement on
a rare name, date or number therefore speaks louder. How often one thing does starts from a guess that fits any list
(`_START`) and is learned from the pairs that are probably one. The truth is never asked.
"""

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log2
from typing import Any

Outcome = tuple[Any, ...]
_GUESS_COUNTS_AS = 20.0
"""As many pairs as the starting guess is worth, when there are others to learn from."""

_STRONGEST = 16.0
"""No single piece of evidence weighs more, in bits: lists hold mistakes, and their features are not independent."""


class Feature(ABC):
    """Evidence of one kind."""

    about: str
    start: Sequence[float]
    """How often one thing shows each level, from alike to unlike: a guess for any list."""

    def level(self, outcome: Outcome) -> int:
        """Which of the levels an outcome is on."""
        return int(outcome[0])

    @abstractmethod
    def outcome(self, left: int, right: int) -> Outcome | None:
        """What the pair of records shows; None where one says nothing of it."""

    @abstractmethod
    def weight(self, outcome: Outcome) -> float:
        """How much the outcome speaks for one thing, in bits."""

    def begin(self, every: Mapping[Outcome, float], expected: float) -> None:  # noqa: B027 -- most need no beginning
        """Take in how often each outcome is seen in all pairs, of which so many are expected to be one thing."""

    @abstractmethod
    def learn(self, one: Mapping[Outcome, float], two: Mapping[Outcome, float]) -> None:
        """Take in how often each outcome was seen: in pairs that are probably one thing, and in those that are two.

        Both are numbers of pairs, expected or scaled up, out of all that the two lists form.
        """

    @abstractmethod
    def words(self, left: int, right: int, outcome: Outcome) -> str:
        """What was compared, for people."""


def bounded(weight: float) -> float:
    """A weight within what a single piece of evidence may weigh."""
    return max(-_STRONGEST, min(_STRONGEST, weight))


def without(count: float, expected: float) -> float:
    """A count of pairs without those that are expected to be one thing; never less than a tenth is left."""
    return max(count - expected, count / 10)


class Levels(Feature):
    """A feature whose outcomes fall into a few levels, from alike to unlike. An outcome is a tuple, its level first."""

    def __init__(self) -> None:
        self._same: list[float] = list(self.start)
        self._chance: list[float] = [1 / len(self.start)] * len(self.start)
        self._known: dict[Outcome, float] = {}

    def chance(self, outcome: Outcome) -> float:
        """How often two different things show this."""
        return self._chance[outcome[0]]

    def weight(self, outcome: Outcome) -> float:
        """See `Feature`."""
        if outcome not in self._known:
            level = outcome[0]
            self._known[outcome] = bounded(log2(self._same[level] / self.chance(outcome)))
        return self._known[outcome]

    def begin(self, every: Mapping[Outcome, float], expected: float) -> None:
        """See `Feature`. What is rare but for the pairs that are one thing would else seem common."""
        counts = self._counts(every, [0.0] * len(self.start))
        two = [without(count, expected * share) + 0.5 for count, share in zip(counts, self.start, strict=True)]
        self._chance = [count / sum(two) for count in two]
        self._known.clear()

    def learn(self, one: Mapping[Outcome, float], two: Mapping[Outcome, float]) -> None:
        """See `Feature`."""
        self._same = self._shares(one, [share * _GUESS_COUNTS_AS for share in self.start])
        self._chance = self._shares(two, [0.5] * len(self.start))
        self._known.clear()

    def _shares(self, seen: Mapping[Outcome, float], begun: list[float]) -> list[float]:
        counts = self._counts(seen, begun)
        return [count / sum(counts) for count in counts]

    def _counts(self, seen: Mapping[Outcome, float], begun: list[float]) -> list[float]:
        for outcome, count in seen.items():
            begun[outcome[0]] += count
        return begun


class FactFeature(Feature):
    """A word from a list. Which word of one list stands for which of the other is learned, agreement being the guess.

    Outcomes are pairs of words. `Shelling` in one list may be `Ground-launched explosive weapon` in the other: a pair
    of words that goes together in pairs which are probably one for other reasons gains weight. What was seen once is
    not believed yet.
    """

    _AGREE = 0.85
    start = (_AGREE, 1 - _AGREE)
    _GUESS = 3.0

    def __init__(self, about: str, left: Iterable[str | None], right: Iterable[str | None]) -> None:
        self.about = about
        self._values = (list(left), list(right))
        self._times = tuple(Counter(value for value in side if value is not None) for side in self._values)
        self._totals = tuple(max(sum(times.values()), 1) for times in self._times)
        self._together: Mapping[Outcome, float] = {}
        self._alone = self._nothing()
        self._known: dict[Outcome, float] = {}

    def outcome(self, left: int, right: int) -> Outcome | None:
        """See `Feature`."""
        one, other = self._values[0][left], self._values[1][right]
        return None if one is None or other is None else (one, other)

    def level(self, outcome: Outcome) -> int:
        """See `Feature`."""
        return int(outcome[0] != outcome[1])

    def learn(self, one: Mapping[Outcome, float], two: Mapping[Outcome, float]) -> None:
        """See `Feature`."""
        del two
        self._together = {pair: max(count - 1.0, 0.0) for pair, count in one.items()}
        self._alone = self._nothing()
        for (ours, theirs), count in self._together.items():
            self._alone[0][ours] += count
            self._alone[1][theirs] += count
        self._known.clear()

    def _nothing(self) -> tuple[defaultdict[str, float], defaultdict[str, float]]:
        return defaultdict(float), defaultdict(float)

    def weight(self, outcome: Outcome) -> float:
        """See `Feature`."""
        if outcome not in self._known:
            one, other = outcome
            mean = (self._side(0, one, other, outcome) + self._side(1, other, one, outcome)) / 2
            self._known[outcome] = bounded(mean)
        return self._known[outcome]

    def _side(self, side: int, given: str, found: str, outcome: Outcome) -> float:
        """The weight of finding a word in the other list where this one has the given word."""
        theirs = self._times[1 - side]
        by_chance = theirs[found] / self._totals[1 - side]
        guess = self._guess(given, found, by_chance, theirs)
        seen, of = self._together.get(outcome, 0.0), self._alone[side][given]
        return log2((seen + self._GUESS * guess) / (of + self._GUESS) / by_chance)

    def _guess(self, given: str, found: str, by_chance: float, theirs: Mapping[str, int]) -> float:
        if given not in theirs:
            return by_chance  # the other list has no such word: no expectation
        return self._AGREE + (1 - self._AGREE) * by_chance if given == found else (1 - self._AGREE) * by_chance

    def words(self, left: int, right: int, outcome: Outcome) -> str:
        """See `Feature`."""
        del outcome
        one, other = self._values[0][left], self._values[1][right]
        return f"both {one}" if one == other else f"{one} / {other}"


class CountFeature(FactFeature):
    """A number. Numbers that are nearly the same are more often one thing's than others are."""

    _NEAR = 0.08

    def __init__(self, about: str, left: Iterable[int | None], right: Iterable[int | None]) -> None:
        written = [[None if number is None else str(number) for number in side] for side in (left, right)]
        super().__init__(about, *written)

    def _guess(self, given: str, found: str, by_chance: float, theirs: Mapping[str, int]) -> float:
        if given == found:
            return self._AGREE + (1 - self._AGREE) * by_chance
        rest = (1 - self._AGREE - self._NEAR) * by_chance
        if not _near(given, found):
            return rest
        alike = sum(times for number, times in theirs.items() if number != given and _near(given, number))
        return rest + self._NEAR * theirs[found] / alike


def _near(one: str, other: str) -> bool:
    low, high = sorted((int(one), int(other)))
    return low > 0 and (high - low <= 1 or high <= 1.5 * low)
