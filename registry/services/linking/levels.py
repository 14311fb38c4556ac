"""The features whose outcomes are levels of likeness: names, distances, days, areas and texts."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from math import log2
from typing import Any

from registry import names
from registry.services.linking.features import Levels, Outcome, without
from registry.services.linking.records import Record, Side, metres

_WORD = re.compile(r"[^\W_]+")

Named = tuple[tuple[names.Forms, ...], ...]
"""Names of one record, each in the forms that are compared."""

_EDGES = (0.5, 0.65, 0.8, 0.9, 0.97)
"""Likenesses of names at which a new level begins."""

_LONGEST = 12
"""Keys of names longer than this are as rarely alike by chance as those of this length."""


class NameFeature(Levels):
    """How alike the names are that are most alike."""

    about = "name"
    start = (0.4, 0.2, 0.16, 0.1, 0.06, 0.08)
    _SAMPLE, _AMONG = 150, 5_000

    def __init__(self, left: Side, right: Side) -> None:
        super().__init__()
        self._lists = (left.records, right.records)
        self._forms = (left.forms, right.forms)
        every = tuple([form[0] for record in side for form in record] for side in self._forms)
        self._times: tuple[Counter[Hashable], ...] = tuple(Counter(map(_written, side)) for side in every)
        self._totals = tuple(max(len(side), 1) for side in every)
        self._once = tuple(seen_once(times) for times in self._times)
        self._by_length = self._chances([*every[0], *every[1]])

    def _chances(self, forms: list[names.Forms]) -> list[list[float]]:
        """By the length of a key: how often names of two things come to each level. Other lengths fill gaps."""
        from rapidfuzz import process  # noqa: PLC0415 (only commands that compare names pay for it)
        from rapidfuzz.distance import Levenshtein  # noqa: PLC0415

        keys = sorted({form.joined for form in forms if form.joined})
        others = [form.joined for form in forms[:: len(forms) // self._AMONG + 1]]
        counts = [[0.0] * len(self.start) for _ in range(_LONGEST + 1)]
        asked: Counter[int] = Counter()
        for key in keys[:: len(keys) // self._SAMPLE + 1]:
            found = process.extract(
                key, others, scorer=Levenshtein.normalized_similarity, score_cutoff=_EDGES[0], limit=None
            )
            length = min(len(key), _LONGEST)
            asked[length] += 1
            for other, score, _ in found:
                if other != key:
                    counts[length][len(_EDGES) - bisect_right(_EDGES, score)] += 1
            counts[length][-1] += len(others) - len(found)
        partners = len(others) / max(len(forms), 1) / 2  # of each key asked for, when half have one in the other list
        for length, times in asked.items():
            expected = [times * partners * share for share in self.start]
            counts[length] = [without(*pair) for pair in zip(counts[length], expected, strict=True)]
        return _smoothed(counts, len(others))

    def outcome(self, left: int, right: int) -> Outcome | None:
        """See `Feature`."""
        ours, theirs = self._forms[0][left], self._forms[1][right]
        if not ours or not theirs:
            return None
        if len(ours) == len(theirs) == 1:
            return self._outcome(_alike(ours[0], theirs[0]), ours[0][0], theirs[0][0])
        return self._outcome(*self._most_alike(ours, theirs))

    def _most_alike(self, ours: Named, theirs: Named) -> tuple[float, names.Forms, names.Forms]:
        found = [(_alike(one, other), one[0], other[0]) for one in ours for other in theirs]
        most = max(likeness for likeness, _, _ in found)
        # Of names that are as much alike, the rarest tells most, whichever list comes first.
        return min((pair for pair in found if pair[0] == most), key=lambda pair: self._frequency(*pair[1:]))

    def _frequency(self, one: names.Forms, other: names.Forms) -> int:
        return self._times[0][_written(one)] * self._times[1][_written(other)]

    def _outcome(self, likeness: float, one: names.Forms, other: names.Forms) -> Outcome:
        level = len(_EDGES) - bisect_right(_EDGES, likeness)
        length = min(len(one.joined), len(other.joined), _LONGEST)
        if level > 1 and one.ordered != other.ordered:
            return level, length
        return level, length, self._times[0][_written(one)], self._times[1][_written(other)]

    def chance(self, outcome: Outcome) -> float:
        """See `Levels`. The same key, in other vowels or with another number perhaps, is as frequent as the name."""
        level, length, *times = outcome
        sampled = self._by_length[length][level]
        if not times:
            return sampled
        ours, theirs = (
            (self._once[side] if count == 1 else count) / self._totals[side] for side, count in enumerate(times)
        )
        return max(sampled, float((ours * theirs) ** 0.5))

    def words(self, left: int, right: int, outcome: Outcome) -> str:
        """See `Feature`."""
        del outcome
        ours, theirs = self._lists[0][left].names, self._lists[1][right].names
        likeness, one, other = max((names.likeness(a, b), a, b) for a in ours for b in theirs)
        return f"{one} / {other}: {likeness:.2f} alike"


def _alike(one: tuple[names.Forms, ...], other: tuple[names.Forms, ...]) -> float:
    return 1.0 if one[0] == other[0] else names.likeness_of(one, other, least=_EDGES[0])


def seen_once(times: Mapping[Any, int]) -> float:
    """How often what a list holds once is to be expected by chance in another of that length, by Good and Turing."""
    held = Counter(times.values())
    return min(1.0, max(0.1, 2 * held[2] / max(held[1], 1)))


def _written(form: names.Forms) -> tuple[str, tuple[str, ...]]:
    return form.ordered, form.numbers


def _smoothed(counts: list[list[float]], among: int) -> list[list[float]]:
    total = [sum(row[level] for row in counts) for level in range(len(counts[0]))]
    floor = 0.5 / max(sum(total), 1.0)
    shares = [(number + floor) / (sum(total) + 1) for number in total]
    weight = float(among)
    return [
        [max((number + weight * share) / (sum(row) + weight), floor) for number, share in zip(row, shares, strict=True)]
        for row in counts
    ]


class DistanceFeature(Levels):
    """How far apart they lie, beside how exactly each spot is known."""

    about = "distance"
    start = (0.1, 0.1, 0.1, 0.1, 0.1, 0.11, 0.09, 0.07, 0.05, 0.04, 0.03, 0.02, 0.015, 0.01, 0.005)
    _EDGES = (0.5, 2.0, 5.0, 20.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0, 25_000.0, 100_000.0)

    def __init__(self, left: Side, right: Side) -> None:
        super().__init__()
        self._lists = (left.records, right.records)

    def _level(self, apart: float) -> int:
        return bisect_right(self._EDGES, apart)

    def outcome(self, left: int, right: int) -> Outcome | None:
        """See `Feature`."""
        one, other = self._lists[0][left], self._lists[1][right]
        apart = metres(one, other)
        if apart is None:
            return None
        # Within what is not known of the spots, a distance says nothing but that it is no greater.
        return (self._level(max(apart, one.radius_m, other.radius_m)),)

    def words(self, left: int, right: int, outcome: Outcome) -> str:
        """See `Feature`."""
        del outcome
        apart = metres(self._lists[0][left], self._lists[1][right]) or 0.0
        return f"{apart:.0f} m apart" if apart < 1_000 else f"{apart / 1_000:.1f} km apart"


class DateFeature(Levels):
    """How far apart the days are, or whether the spans of days overlap."""

    about = "date"
    start = (0.74, 0.1, 0.05, 0.04, 0.02, 0.01, 0.02, 0.02)
    _EDGES = (1, 2, 4, 8, 32)
    _OVERLAP, _APART = 6, 7

    def __init__(self, left: Side, right: Side) -> None:
        super().__init__()
        self._lists = (left.records, right.records)
        self._days = tuple(Counter((record.first, record.last) for record in side) for side in self._lists)
        self._totals = tuple(max(days.total(), 1) for days in self._days)
        self._once = tuple(seen_once(days) for days in self._days)

    def learn(self, one: Mapping[Outcome, float], two: Mapping[Outcome, float]) -> None:
        """See `Feature`. Far dates never become usual: what a list repeats in another month is another attack."""
        super().learn(one, two)
        for level in (len(self._EDGES), self._APART):
            self._same[level] = min(self._same[level], self.start[level])

    @classmethod
    def is_far(cls, outcome: Outcome | None) -> bool:
        """Whether these are the dates of two things: more than a month apart, or spans that do not touch."""
        return outcome is not None and outcome[0] in (len(cls._EDGES), cls._APART)

    def chance_of_far(self) -> float:
        """How often two things have such dates."""
        return self._chance[len(self._EDGES)] + self._chance[self._APART]

    def _compared(self, left: int, right: int) -> int | None:
        one, other = self._lists[0][left], self._lists[1][right]
        if one.first is None or one.last is None or other.first is None or other.last is None:
            return None
        if one.first == one.last and other.first == other.last:
            return bisect_right(self._EDGES, abs((one.first - other.first).days))
        return self._OVERLAP if one.first <= other.last and other.first <= one.last else self._APART

    def outcome(self, left: int, right: int) -> Outcome | None:
        """See `Feature`."""
        level = self._compared(left, right)
        if level is None:
            return None
        if level:
            return (level, None)
        one, other = self._lists[0][left], self._lists[1][right]
        return (0, (self._days[0][one.first, one.last], self._days[1][other.first, other.last]))

    def chance(self, outcome: Outcome) -> float:
        """See `Levels`."""
        level, times = outcome
        if level:
            return super().chance(outcome)
        ours, theirs = (
            (self._once[side] if count == 1 else count) / self._totals[side] for side, count in enumerate(times)
        )
        return float((ours * theirs) ** 0.5)

    def words(self, left: int, right: int, outcome: Outcome) -> str:
        """See `Feature`."""
        del outcome
        return " / ".join(span(side[at]) for side, at in zip(self._lists, (left, right), strict=True))


def span(record: Record) -> str:
    """The days of a record, for people."""
    if record.first is None or record.first == record.last:
        return str(record.first or "")
    return f"{record.first} to {record.last or ''}".strip()


class AreaFeature(Levels):
    """Whether they lie in one area; the rarest that they share counts.

    Where both spots are known, `distance` says it: what says the same twice must not count twice.
    """

    about = "area"
    start = (0.9, 0.1)

    def __init__(self, left: Side, right: Side) -> None:
        super().__init__()
        self._lists = (left.records, right.records)
        self._times = Counter(area for side in self._lists for record in side for area in record.areas)
        self._total = max(sum(1 for side in self._lists for record in side if record.areas), 1)

    def outcome(self, left: int, right: int) -> Outcome | None:
        """See `Feature`."""
        one, other = self._lists[0][left], self._lists[1][right]
        if one.lat is not None and other.lat is not None:
            return None
        ours, theirs = one.areas, other.areas
        if not ours or not theirs:
            return None
        shared = ours & theirs
        return (0, min(self._times[area] for area in shared)) if shared else (1, 0)

    def chance(self, outcome: Outcome) -> float:
        """See `Levels`."""
        level, times = outcome
        return times / self._total if level == 0 else super().chance(outcome)

    def words(self, left: int, right: int, outcome: Outcome) -> str:
        """See `Feature`."""
        ours, theirs = self._lists[0][left].areas, self._lists[1][right].areas
        if outcome and outcome[0] == 0:
            return f"both in {min(ours & theirs, key=lambda area: (self._times[area], area))}"
        return f"{', '.join(sorted(ours))} / {', '.join(sorted(theirs))}"


class TextFeature(Levels):
    """How many rare words their texts share."""

    about = "text"
    start = (0.2, 0.2, 0.2, 0.2, 0.2)
    _EDGES = (0.05, 0.12, 0.25, 0.5)

    def __init__(self, left: Side, right: Side) -> None:
        super().__init__()
        self._spelled: dict[str, str] = {}  # key of a word -> the word as it was first written
        sides = left.records, right.records
        words = tuple([frozenset(self._keys(record.text)) for record in side] for side in sides)
        found = Counter(word for side in words for text in side for word in text)
        texts = max(sum(1 for side in words for text in side if text), 1)
        self._rarity = {word: log2(texts / times) for word, times in found.items()}
        self._words = words
        self._size = tuple([sum(self._rarity[word] ** 2 for word in text) ** 0.5 for text in side] for side in words)

    def outcome(self, left: int, right: int) -> tuple[int] | None:
        """See `Feature`."""
        sizes = self._size[0][left] * self._size[1][right]
        if not sizes:
            return None
        shared = sum(self._rarity[word] ** 2 for word in self._words[0][left] & self._words[1][right])
        return (len(self._EDGES) - bisect_right(self._EDGES, shared / sizes),)

    def words(self, left: int, right: int, outcome: Outcome) -> str:
        """See `Feature`."""
        del outcome
        shared = self._words[0][left] & self._words[1][right]
        rarest = sorted(shared, key=lambda word: (-self._rarity[word], word))[:5]
        return "both say " + ", ".join(self._spelled[key] for key in rarest) if rarest else "no word in common"

    def _keys(self, text: str) -> Iterator[str]:
        """The words of a text, in any script, by their search keys."""
        for word in _WORD.findall(text):
            key = names.fold(word)
            self._spelled.setdefault(key, word.casefold())
            yield key
