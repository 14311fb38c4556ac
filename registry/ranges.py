"""Low-high ranges over numbers with operators, and totals over ranges. Pure arithmetic; nothing here is a database.

Rule 6 of this registry. A range is formed over comparable claims only: its low is the least low, its high is open
unless every claim has one. A total adds distinct attacks: its low is the sum of lows, its high exists only where every
attack has one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """A number as claimed: operator and bounds. `some` and `unstated` have none."""

    operator: str
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Range:
    """What comparable claims span.

    Attributes:
        low: the least number that any claim starts from, with its operator; None where no claim has one.
        greatest_low: the greatest such number, with its operator.
        high: the upper limit; None where any claim leaves it open.
    """

    low: int | None
    low_operator: str | None
    greatest_low: int | None
    greatest_low_operator: str | None
    high: int | None
    high_operator: str | None


@dataclass(frozen=True)
class Total:
    """A sum over distinct attacks.

    Attributes:
        low: at least so many; None where no attack has a number.
        high: at most so many; None where any attack's number is open.
        counted: attacks with a number.
        without: attacks without one, to be printed beside the sum.
    """

    low: int | None
    high: int | None
    counted: int
    without: int


def over(claims: Iterable[Bounds]) -> Range | None:
    """The range over comparable claims; None where none of them has a bound.

    "More than 30", "at least 50" and "at least 67" give low 30, greatest low 67 and no high. Claims without bounds
    ("dozens", "not stated") stand beside a range and do not enter it.
    """
    bounded = [claim for claim in claims if claim.low is not None or claim.high is not None]
    if not bounded:
        return None
    lows = sorted((claim for claim in bounded if claim.low is not None), key=_from_low)
    highs = sorted((claim for claim in bounded if claim.high is not None), key=_from_high)
    closed = len(highs) == len(bounded)
    return Range(
        low=lows[0].low if lows else None,
        low_operator=lows[0].operator if lows else None,
        greatest_low=lows[-1].low if lows else None,
        greatest_low_operator=lows[-1].operator if lows else None,
        high=highs[-1].high if closed else None,
        high_operator=highs[-1].operator if closed else None,
    )


def _from_low(claim: Bounds) -> tuple[int, bool]:
    return claim.low or 0, claim.operator == "more_than"


def _from_high(claim: Bounds) -> tuple[int, bool]:
    return claim.high or 0, claim.operator != "fewer_than"


def total(attacks: Iterable[Sequence[Range | None]]) -> Total:
    """The sum over groups of attacks; the attacks of a group may be one and the same, and count once.

    Args:
        attacks: for each group its ranges, None for an attack without a number. An attack with no possible duplicate
            is a group of one.

    Returns:
        Low: the sum of the least low of each group. High: the sum of all highs, since the attacks of a group may yet
        be different.
    """
    low = high = counted = without = 0
    open_high = False
    for group in attacks:
        ranges = [found for found in group if found is not None]
        without += len(group) - len(ranges)
        counted += len(ranges)
        # An attack without a number may have killed any number: it leaves the upper end open.
        open_high = open_high or len(ranges) < len(group) or any(found.high is None for found in ranges)
        low += min((found.low or 0 for found in ranges), default=0)
        high += sum(found.high or 0 for found in ranges)
    return Total(low if counted else None, None if open_high or not counted else high, counted, without)
