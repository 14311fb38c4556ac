"""Low-high ranges over numbers with operators, and totals over ranges. Pure arithmetic; nothing here is a database.

Rule 6 of this registry. A range is formed over comparable claims only: its low is the least low, its high is open
unless every claim has one. A total adds distinct attacks: its low is the sum of lows, its high exists only where every
attack has one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

LARGEST = 2_000_000_000  # what a column of whole numbers holds on both engines
# Of bounds with one number the first is told as the least and the last as the greatest, whatever order they come in.
_LOWS = ("about", "between", "exactly", "at_least", "more_than")
_HIGHS = ("fewer_than", "about", "between", "exactly", "at_most")


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
        low: at least so many; None where no attack has a number to start from.
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
    lows = sorted((claim.low, _LOWS.index(claim.operator)) for claim in bounded if claim.low is not None)
    highs = sorted((claim.high, _HIGHS.index(claim.operator)) for claim in bounded if claim.high is not None)
    low, greatest = (lows[0], lows[-1]) if lows else (None, None)
    high = highs[-1] if len(highs) == len(bounded) else None
    return Range(*_told(low, _LOWS), *_told(greatest, _LOWS), *_told(high, _HIGHS))


def _told(bound: tuple[int, int] | None, operators: Sequence[str]) -> tuple[int | None, str | None]:
    return (None, None) if bound is None else (bound[0], operators[bound[1]])


def event(parent: Range | None, strikes: Collection[Range | None]) -> Range | None:
    """What an attack of several strikes (a double tap) adds to a total: its own number, else the sum of its strikes.

    Never both: claims about the whole count the dead of each strike already. A strike without a number leaves the
    upper end open.
    """
    known = [strike for strike in strikes if strike is not None]
    if parent is not None or not known:
        return parent
    lows = [(strike.low, strike.low_operator) for strike in known if strike.low is not None]
    greatest = [(strike.greatest_low, strike.greatest_low_operator) for strike in known if strike.low is not None]
    highs = [(strike.high, strike.high_operator) for strike in known if strike.high is not None]
    every_low, every_high = len(lows) == len(strikes), len(highs) == len(strikes)
    return Range(
        *_sum(lows, "at_least", exact=every_low, strict="more_than"),
        *_sum(greatest, "at_least", exact=every_low, strict="more_than"),
        *_sum(highs if every_high else [], "at_most", exact=True, strict="fewer_than"),
    )


def _sum(
    bounds: Iterable[tuple[int | None, str | None]], loose: str, *, exact: bool, strict: str
) -> tuple[int | None, str | None]:
    """The sum of bounds, with the operator that is true of it."""
    parts = list(bounds)
    if not parts:
        return None, None
    operators = {operator for _, operator in parts}
    operator = strict if strict in operators else "exactly" if exact and operators == {"exactly"} else loose
    return sum(number or 0 for number, _ in parts), operator


def total(attacks: Iterable[Sequence[Range | None]]) -> Total:
    """The sum over groups of attacks; the attacks of a group may be one and the same, and count once.

    Args:
        attacks: for each group its ranges, None for an attack without a number. An attack with no possible duplicate
            is a group of one; one of several strikes is the `event` of its parts.

    Returns:
        Low: the sum of the least low of each group. High: the sum of all highs, since the attacks of a group may yet
        be different.
    """
    groups = list(attacks)
    known = [[found for found in group if found is not None] for group in groups]
    lows = [min(found.low or 0 for found in ranges) for ranges in known if any(one.low is not None for one in ranges)]
    counted = sum(map(len, known))
    without = sum(map(len, groups)) - counted
    highs = [found.high for ranges in known for found in ranges if found.high is not None]
    # An attack without a number may have killed any number: it leaves the upper end open.
    is_closed = bool(counted) and not without and len(highs) == counted
    return Total(sum(lows) if lows else None, sum(highs) if is_closed else None, counted, without)
