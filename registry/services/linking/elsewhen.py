"""What the place, the name and the text of an attack are worth, when the same place is attacked again and again.

Name, area, position and text of an attack mostly say one thing: which facility was hit. Two attacks on it agree in all
of them, so that their weights must not be added up as if each stood by itself. How often two attacks agree as much is
seen in pairs whose dates are far apart: those are two. The evidence weighs no more than that allows.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from math import log2

from registry.services.linking.features import Feature
from registry.services.linking.levels import DateFeature

WHERE = ("name", "distance", "area", "text")


class Elsewhen:
    """A bound on the summed evidence of where it was."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.where = [at for at, feature in enumerate(features) if feature.about in WHERE]
        dates = [(at, feature) for at, feature in enumerate(features) if isinstance(feature, DateFeature)]
        self.date: int | None
        self._dates: DateFeature | None
        self.date, self._dates = dates[0] if dates else (None, None)
        self._sums: list[float] = []
        self._all = 0.0
        self._each = 1

    @property
    def matters(self) -> bool:
        """Whether these are events: they have dates, and something says where they were."""
        return self.date is not None and bool(self.where)

    def learn(self, sums: Iterable[float], pairs: int, each: int) -> None:
        """Take in what pairs of other dates show.

        Args:
            sums: the evidence of where they were, of pairs far apart in time.
            pairs: how many pairs the two lists form.
            each: how many such pairs each of the given ones stands for.
        """
        self._sums = sorted(total for total in sums if total > 0)
        self._all = pairs * (self._dates.chance_of_far() if self._dates is not None else 0.0)
        self._each = each

    def bounded(self, total: float) -> float:
        """The evidence, or as much of it as is not shared by so many pairs that are two."""
        alike = (len(self._sums) - bisect_left(self._sums, total)) * self._each if total > 0 else 0
        return min(total, max(0.0, log2(self._all / alike))) if alike and self._all else total
