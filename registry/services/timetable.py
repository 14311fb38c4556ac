"""When a schedule is due, and which days it reports on then. Pure reckoning on times with their zones.

The cron expressions are those of cron(8) as cronsim reads them; across a change to or from daylight-saving time a
daily time comes once a day, as Debian's cron does it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from registry.errors import InvalidValue

PERIODS = "last-day, last-week, last-month or last-N-days"
_LAST_DAYS = re.compile(r"last-([1-9][0-9]{0,2})-days")
_MOST_AT_ONCE = 1_000  # times that a run catches up with


def zone(name: str) -> ZoneInfo:
    """The time zone of this name.

    Raises:
        InvalidValue: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidValue("timezone", f"{name!r} is no time zone", "give one such as Asia/Damascus") from error


def explained(cron: str) -> str:
    """What a cron expression means, in words.

    Raises:
        InvalidValue: it is none.
    """
    try:
        return str(CronSim(cron, datetime.now(UTC)).explain())
    except CronSimError as error:
        raise InvalidValue("cron", f"{cron!r} is no cron expression", "such as '0 6 * * MON'") from error


def due(cron: str, timezone: str, since: datetime, until: datetime) -> list[datetime]:
    """The times, in UTC, after `since` and not after `until`; at most the first thousand."""
    times = CronSim(cron, since.astimezone(zone(timezone)))
    in_order: Iterator[datetime] = takewhile(lambda moment: moment <= until, times)
    return [moment.astimezone(UTC) for moment in islice(in_order, _MOST_AT_ONCE)]


def following(cron: str, timezone: str, after: datetime) -> datetime | None:
    """The first time after another, in UTC; None where there is none in the next fifty years."""
    moment = next(CronSim(cron, after.astimezone(zone(timezone))), None)
    return moment.astimezone(UTC) if moment else None


def days(period: str, due_at: datetime, timezone: str) -> tuple[date, date]:
    """The first and last day that a report due then is about; the day it is due on is not among them.

    Raises:
        InvalidValue: the period is none of `PERIODS`.
    """
    today = due_at.astimezone(zone(timezone)).date()
    yesterday = today - timedelta(days=1)
    if period == "last-day":
        return yesterday, yesterday
    if period == "last-week":  # the last whole week, Monday to Sunday
        monday = today - timedelta(days=today.weekday() + 7)
        return monday, monday + timedelta(days=6)
    if period == "last-month":
        end = today.replace(day=1) - timedelta(days=1)
        return end.replace(day=1), end
    if match := _LAST_DAYS.fullmatch(period):
        return today - timedelta(days=int(match[1])), yesterday
    raise InvalidValue("period", f"{period!r} is none", f"give {PERIODS}")
