"""Two lists in, scored pairs out: features are weighed, the weights learned, and the pairs put in competition."""

import gc
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import product
from math import log2
from operator import add
from typing import NamedTuple

from registry.services.linking import blocking, competing
from registry.services.linking.elsewhen import Elsewhen
from registry.services.linking.features import CountFeature, FactFeature, Feature, Outcome
from registry.services.linking.levels import AreaFeature, DateFeature, DistanceFeature, NameFeature, TextFeature
from registry.services.linking.records import Pair, Reason, Record, Side

_ROUNDS = 8
_TRUSTED_ROUNDS = 3
"""For so many rounds it is taken as given that as many pairs are one thing as was expected. A first guess of the
weights that is too shy for these lists would otherwise find nothing, and learn from it that there is nothing."""

_LEARN_FROM = 4_000
"""Left records whose pairs the weights are learned from: enough, and no more on long lists."""

_SAMPLED = 200
"""Records of each list whose pairs show what two things that have nothing to do with each other have in common."""

_HOPELESS = -9.0
"""Pairs with odds below this, in bits, take no part in the competition."""

_ROUGHLY = 5
"""Rounds of competition while learning."""

_CLEARLY_TWO = -20.0
"""Pairs with odds below this, in bits, by the first guess of the weights, are not looked at again while learning."""

_CERTAIN = 60.0
"""Odds above this, in bits, are as good as this: more would overflow."""

Column = list[int]
Tell = Callable[[Hashable, Hashable], tuple[Reason, ...]]
Apart = Callable[[Hashable, Hashable], bool]


def _nothing_known(left: Hashable, right: Hashable) -> bool:
    del left, right
    return False


@dataclass(frozen=True, slots=True)
class Linked:
    """What became of two lists.

    Attributes:
        pairs: every pair that is not out of the question, the most probable first.
        matched: those of them that are left when each record has one partner at most, and is more likely to be that
            one than not.
        reasons: the evidence on a pair of `pairs`, by its two keys, strongest first.
    """

    pairs: list[Pair]
    matched: list[Pair]
    reasons: Tell = field(default=lambda left, right: (), repr=False)  # noqa: ARG005 -- nothing is told of no pairs


class Scored(NamedTuple):
    """What a way of scoring makes of the pairs of a model.

    Attributes:
        weights: the evidence on each pair, in bits.
        scores: how probable each pair is.
        weigh: what an outcome of the feature with that number weighs, in bits.
    """

    weights: list[float]
    scores: list[float]
    weigh: Callable[[int, Outcome], float]


def learned(model: "Model") -> Scored:
    """Weights that are learned from the lists, and pairs in competition: our own way."""
    model.learn()
    weights = model.weights(range(len(model.among)))
    return Scored(weights, model.probable(model.among, weights), lambda at, seen: model.features[at].weight(seen))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's search for circles of objects: there are none, and it would look through millions of tuples."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_uncollected()
def link(
    left: Sequence[Record],
    right: Sequence[Record],
    *,
    repeats: bool = False,
    apart: Apart = _nothing_known,
    least: float = 0.001,
    in_full: int = blocking.IN_FULL,
    score: Callable[["Model"], Scored] = learned,
) -> Linked:
    """Which records of two lists are one thing.

    Args:
        left: a list.
        right: the list to compare it with.
        repeats: whether records of one list that are equal in everything are one thing, as facilities and places are;
            two attacks may well be told in the same words.
        apart: whether the records with two keys are known to be two things.
        least: pairs less probable than this are left out.
        in_full: lists that form no more pairs than this are compared in full.
        score: the way of scoring the pairs.
    """
    if not left or not right:
        return Linked([], [])
    ours, theirs = _distinct(left, repeats=repeats), _distinct(right, repeats=repeats)
    firsts = [group[0] for group in ours], [group[0] for group in theirs]
    sides = Side.of(firsts[0]), Side.of(firsts[1])
    among = [
        (one, other)
        for one, other in blocking.candidates(*sides, in_full=in_full)
        if not apart(firsts[0][one].key, firsts[1][other].key)
    ]
    model = Model(*sides, among, expected=min(len(ours), len(theirs)) / 2)
    return _with_repeats(model.linked(score(model), least), ours, theirs)


@_uncollected()
def link_within(
    records: Sequence[Record],
    *,
    apart: Apart = _nothing_known,
    least: float = 0.001,
    score: Callable[["Model"], Scored] = learned,
) -> Linked:
    """Which records of one list are one thing; the left one of a pair is the one that comes first in the list.

    Args:
        records: the list.
        apart: whether the records with two keys are known to be two things.
        least: pairs less probable than this are left out.
        score: the way of scoring the pairs.
    """
    side = Side.of(records)
    among = [
        (one, other)
        for one, other in blocking.candidates(side, side)
        if not apart(records[one].key, records[other].key)
    ]
    if not among:
        return Linked([], [])
    # A list holds most things once, so that fewer pairs are to be expected than two lists have in common.
    model = Model(side, side, among, expected=max(len(records) / 4, 1.0))
    return model.linked(score(model), least)


def _distinct(records: Sequence[Record], *, repeats: bool) -> list[list[Record]]:
    """The records, those that are equal in everything but the key together."""
    if not repeats:
        return [[record] for record in records]
    groups: defaultdict[tuple[object, ...], list[Record]] = defaultdict(list)
    for record in records:
        spot = (record.lat, record.lon, record.radius_m, record.country, record.areas)
        said = (frozenset(record.names), tuple(sorted(record.facts.items())), record.text)
        # Without a name or a spot, equality says nothing: two unnamed clinics of one town.
        groups[(*spot, *said) if record.lat is not None or record.names else (record.key,)].append(record)
    return list(groups.values())


def _with_repeats(linked: Linked, ours: list[list[Record]], theirs: list[list[Record]]) -> Linked:
    """The pairs of the first of each group, given to the others of it too."""
    left, right = ({group[0].key: [record.key for record in group] for group in side} for side in (ours, theirs))
    first = {key: keys[0] for groups in (left, right) for keys in groups.values() for key in keys}

    def each(pairs: list[Pair]) -> list[Pair]:
        return [told for pair in pairs for told in _repeated(pair, left[pair.left], right[pair.right])]

    return Linked(each(linked.pairs), each(linked.matched), lambda one, other: linked.reasons(first[one], first[other]))


def _repeated(pair: Pair, ones: list[Hashable], others: list[Hashable]) -> list[Pair]:
    if len(ones) == len(others) == 1:
        return [pair]
    return [replace(pair, left=one, right=other) for one, other in product(ones, others)]


class Model:
    """The features of two lists, and the pairs under comparison.

    What a feature finds on the pairs is a column of small numbers: places in the list of its distinct outcomes.
    """

    def __init__(self, left: Side, right: Side, among: list[tuple[int, int]], *, expected: float) -> None:
        self.left, self.right, self.among = left.records, right.records, among
        self.expected = expected  # how many pairs are one thing; learned too
        self.features = features_of(left, right)
        self.elsewhen = Elsewhen(self.features)
        self.found: list[list[Outcome | None]] = []
        self.columns: list[Column] = []
        for feature in self.features:
            numbers: dict[Outcome | None, int] = {}
            outcome = feature.outcome
            self.columns.append([numbers.setdefault(outcome(one, other), len(numbers)) for one, other in among])
            self.found.append(list(numbers))

    def learn(self) -> None:
        """Learn the weights from the pairs that are probably one, and from the weights which pairs those are."""
        step = len(self.left) // _LEARN_FROM + 1
        places = [place for place, (one, _) in enumerate(self.among) if one % step == 0]
        unlike = self.unlike()
        self._begin(places, unlike, step)
        self._look_elsewhen(places, step)
        among = places
        for number in range(_ROUNDS):
            pairs = [self.among[place] for place in places]
            weights = self.weights(places)
            probable = self.probable(pairs, weights, rounds=_ROUGHLY)
            if number >= _TRUSTED_ROUNDS:
                self.expected = max(sum(probable) * step, 1.0)
            self._teach(places, probable, unlike, step)
            self._look_elsewhen(among, step)
            if number == 0:
                places = self._without_the_clear(places, weights, unlike, step)

    def _without_the_clear(
        self, places: list[int], weights: list[float], unlike: list[dict[Outcome, float]], step: int
    ) -> list[int]:
        """The pairs that are not clearly two things; those that are join the unlike ones, to save looking again."""
        bound = _CLEARLY_TWO - self.prior()
        clear = [place for place, weight in zip(places, weights, strict=True) if weight <= bound]
        for rest, found, column in zip(unlike, self.found, self.columns, strict=True):
            for number, times in Counter(column[place] for place in clear).items():
                if (outcome := found[number]) is not None:
                    rest[outcome] = rest.get(outcome, 0.0) + times * step
        return [place for place, weight in zip(places, weights, strict=True) if weight > bound]

    def _begin(self, places: list[int], unlike: list[dict[Outcome, float]], step: int) -> None:
        """Tell the features what all pairs show, before anything is known of which are one thing."""
        for feature, found, column, rest in zip(self.features, self.found, self.columns, unlike, strict=True):
            every = dict(rest)
            for number, times in Counter(column[place] for place in places).items():
                if (outcome := found[number]) is not None:
                    every[outcome] = every.get(outcome, 0.0) + times * step
            feature.begin(every, self.expected)

    def _teach(self, places: list[int], probable: list[float], unlike: list[dict[Outcome, float]], step: int) -> None:
        """Tell the features what was seen in pairs that are probably one, and in those that are two."""
        likely = [(at, share) for at, share in enumerate(probable) if share]
        for feature, found, column, rest in zip(self.features, self.found, self.columns, unlike, strict=True):
            same, times = [0.0] * len(found), Counter(column[place] for place in places)
            for at, share in likely:
                same[column[places[at]]] += share
            one = {outcome: same[number] for number, outcome in enumerate(found) if outcome is not None}
            two = dict(rest)
            for number, outcome in enumerate(found):
                if outcome is not None:
                    two[outcome] = two.get(outcome, 0.0) + (times[number] - same[number]) * step
            feature.learn(one, two)

    def unlike(self) -> list[dict[Outcome, float]]:
        """What pairs show that were not worth comparing, by feature: from a sample, scaled up."""
        compared = set(self.among)
        rows, columns = (range(0, len(side), len(side) // _SAMPLED + 1) for side in (self.left, self.right))
        pairs = [pair for pair in product(rows, columns) if pair not in compared and not self._itself(*pair)]
        scale = (len(self.left) * len(self.right) - len(compared)) / max(len(pairs), 1)
        counts = (Counter(feature.outcome(one, other) for one, other in pairs) for feature in self.features)
        return [{outcome: times * scale for outcome, times in count.items() if outcome is not None} for count in counts]

    def _itself(self, one: int, other: int) -> bool:
        return self.left is self.right and one >= other

    def weights(self, places: Sequence[int]) -> list[float]:
        """The evidence on each of these pairs, in bits."""
        if not self.elsewhen.matters:
            return self._sums(places, range(len(self.features)))
        where = map(self.elsewhen.bounded, self._sums(places, self.elsewhen.where))
        rest = [at for at in range(len(self.features)) if at not in self.elsewhen.where]
        return list(map(add, where, self._sums(places, rest)))

    def _look_elsewhen(self, places: Sequence[int], step: int) -> None:
        """See what pairs show that are two, as their dates tell."""
        date = self.elsewhen.date
        if date is None or not self.elsewhen.matters:
            return
        is_far = [DateFeature.is_far(outcome) for outcome in self.found[date]]
        column = self.columns[date]
        far = [place for place in places if is_far[column[place]]]
        self.elsewhen.learn(self._sums(far, self.elsewhen.where), len(self.left) * len(self.right), step)

    def _sums(self, places: Sequence[int], features: Iterable[int]) -> list[float]:
        """The evidence of some of the features on each of these pairs, added up."""
        totals = [0.0] * len(places)
        for at in features:
            feature, found, column = self.features[at], self.found[at], self.columns[at]
            table = [0.0 if outcome is None else feature.weight(outcome) for outcome in found]
            seen = column if len(places) == len(column) else map(column.__getitem__, places)
            totals = list(map(add, totals, map(table.__getitem__, seen)))
        return totals

    def prior(self) -> float:
        """The odds that any two records are one, in bits: what the evidence has to outweigh."""
        ours = max(len(self.left) - self.expected, 1.0)
        theirs = max(len(self.right) - self.expected, 1.0)
        twice = 1.0 if self.left is self.right else 0.0  # each pair of one list is counted once
        return log2(self.expected) - log2(ours) - log2(theirs) + twice

    def probable(
        self, pairs: Sequence[tuple[int, int]], weights: Sequence[float], *, rounds: int = competing.ROUNDS
    ) -> list[float]:
        """How probable each of these pairs is, given the others."""
        prior = self.prior()
        rivals = [at for at, weight in enumerate(weights) if weight + prior > _HOPELESS]
        odds = [2.0 ** min(weights[at] + prior, _CERTAIN) for at in rivals]
        result = [0.0] * len(pairs)
        for at, share in zip(rivals, competing.shares([pairs[at] for at in rivals], odds, rounds=rounds), strict=True):
            result[at] = share
        return result

    def linked(self, scored: Scored, least: float) -> Linked:
        """The pairs that are not out of the question."""
        weights, scores, weigh = scored
        # Where nothing speaks for it, a pair is no proposal, however short the lists are.
        kept = [place for place, score in enumerate(scores) if score >= least and weights[place] > 0]
        kept.sort(key=lambda place: (-scores[place], -weights[place], self.among[place]))
        pairs = [
            Pair(self.left[one].key, self.right[other].key, scores[place], weights[place])
            for place in kept
            for one, other in [self.among[place]]
        ]
        best = competing.one_to_one([self.among[place] for place in kept], [(scores[at], weights[at]) for at in kept])
        places = {(pair.left, pair.right): place for pair, place in zip(pairs, kept, strict=True)}
        matched = [pairs[at] for at in best if pairs[at].score >= 0.5]
        return Linked(pairs, matched, lambda one, other: self._reasons(places[one, other], weigh))

    def _reasons(self, place: int, weigh: Callable[[int, Outcome], float]) -> tuple[Reason, ...]:
        one, other = self.among[place]
        outcomes = [found[column[place]] for found, column in zip(self.found, self.columns, strict=True)]
        reasons = [
            Reason(feature.about, feature.words(one, other, outcome), weigh(at, outcome))
            for at, (feature, outcome) in enumerate(zip(self.features, outcomes, strict=True))
            if outcome is not None
        ]
        return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))


def features_of(left: Side, right: Side) -> list[Feature]:
    """The features that both lists have something to say on."""
    sides = (left.records, right.records)
    kinds: tuple[tuple[Callable[[Record], object], type[Feature]], ...] = (
        (lambda record: record.names, NameFeature),
        (lambda record: record.lat is not None, DistanceFeature),
        (lambda record: record.first is not None, DateFeature),
        (lambda record: record.areas, AreaFeature),
        (lambda record: record.text, TextFeature),
    )
    make: dict[Callable[[Record], object], Callable[..., Feature]] = dict(kinds)
    features = [kind(left, right) for says, kind in make.items() if all(any(map(says, side)) for side in sides)]
    facts, counts = (
        sorted(set.intersection(*({about for record in side for about in getattr(record, part)} for side in sides)))
        for part in ("facts", "counts")
    )
    features += [
        FactFeature(about, *[[record.facts.get(about) for record in side] for side in sides]) for about in facts
    ]
    features += [
        CountFeature(about, *[[record.counts.get(about) for record in side] for side in sides]) for about in counts
    ]
    countries = [[record.country or None for record in side] for side in sides]
    is_told = all(map(any, countries)) and len({*countries[0], *countries[1]}) > 1  # of one country it tells nothing
    return [*features, *([FactFeature("country", *countries)] if is_told else [])]
