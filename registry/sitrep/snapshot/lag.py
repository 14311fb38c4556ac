"""How long reports take to come: measured on the attacks of the area in the year before, never assumed."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.sitrep.snapshot.rows import Key, Row

LEAST = 10  # attacks: a median of fewer says nothing
_YEAR = timedelta(days=365)

# Of merged records and of the strikes of one attack, one: what counts is when anybody first told of it.
_FIRST_TOLD = """
    SELECT COALESCE(a.parent_id, a.canonical_id, a.id) AS event_id, a.occurred_to_on AS last_on,
        r.published_to_on AS told_on
    FROM attack a JOIN {link} x ON x.attack_id = a.id JOIN report r ON r.id = x.report_id
    WHERE a.place_id IN :keys AND a.state <> 'withdrawn' AND a.occurred_to_on >= :first AND a.occurred_to_on <= :last
        AND r.published_precision_code = 'day' AND r.retracted_at IS NULL AND x.retracted_at IS NULL
"""
_SQL = (
    "SELECT event_id, MAX(last_on) AS last_on, MIN(told_on) AS told_on FROM ("
    + _FIRST_TOLD.format(link="attack_report")
    + " UNION ALL "
    + _FIRST_TOLD.format(link="claim")
    + ") told GROUP BY event_id"
)


@dataclass(frozen=True, slots=True)
class Lag:
    """Days from the last day on which an attack can have been to the first report of it.

    Attributes:
        half: the days within which half of the attacks were first told of.
        most: the same for nine in ten.
        attacks: on how many this was measured.
    """

    half: int
    most: int
    attacks: int


def measured(of: Callable[..., tuple[Row, ...]], places: Iterable[Key], as_of: datetime) -> Lag | None:
    """The lag over the attacks of the year before; None where there are fewer than `LEAST` to measure it on.

    Args:
        of: reads the rows of a query that names `:keys`.
        places: those of the area.
        as_of: the newest data entry.
    """
    last = as_of.date()
    return over((row["told_on"] - row["last_on"]).days for row in of(_SQL, places, first=last - _YEAR, last=last))


def over(days: Iterable[int]) -> Lag | None:
    """The lag over these numbers of days.

    Of an attack that was told of before its last possible day the lag is not known: its day is not.
    """
    known = sorted(one for one in days if one >= 0)
    if len(known) < LEAST:
        return None
    half, most = (known[math.ceil(len(known) * share / 10) - 1] for share in (5, 9))
    return Lag(half, most, len(known))
