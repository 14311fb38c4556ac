"""Schedules: kept, and run. A run makes what is due, once; what a person has to see first waits as a draft.

It fails closed. An issue goes out only when somebody has approved it, or has said beforehand that this schedule's
issues may go unseen; one without any attack or claim always waits. Whatever is held, or fails, is told to the keeper.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from sqlalchemy import Connection, Engine

from registry import db, keys
from registry.errors import Conflict, InvalidValue, NotFound, RegistryError
from registry.models.in_out import CATCH_UPS, Schedule, ScheduleRun
from registry.models.in_out import Sitrep as Issue
from registry.services import issues, lookup, timetable
from registry.services.coding import word
from registry.services.subjects import Asked
from registry.services.work import Work, writing
from registry.sitrep import catalogue
from registry.sitrep.values import Audience, Sitrep

_ADDRESS = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")
# A runner that has not finished by then has died: its work is taken over.
_GIVEN_UP_AFTER = timedelta(hours=1)
# `none` leaves out what is later than this; a runner that comes every few minutes is not late.
_GRACE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Given:
    """A schedule as a person gives it.

    Attributes:
        approved_by: whose standing approval lets issues go unseen; None asks for a person's each time.
    """

    name: str
    cron: str
    timezone: str
    period: str
    areas: Sequence[str]
    audience: str = "public"
    languages: Sequence[str] = ("en",)
    directory: str | None = None
    mail: Sequence[str] = ()
    catch_up: str = "latest"
    approved_by: str | None = None


@dataclass(frozen=True)
class Told:
    """What became of one time at which a schedule was due."""

    schedule: str
    due_at: datetime
    state: str
    told: str


def add(work: Work, given: Given, now: datetime) -> Schedule:
    """Add a schedule; it is due from now on.

    Raises:
        InvalidValue: the name, cron expression, zone, period, audience, a language or an address is none, or it goes
            nowhere.
        NotFound, Ambiguous: an area.
        Conflict: another schedule has the name.
    """
    name = given.name.strip()
    if not name:
        raise InvalidValue("name", "is missing", "give the name that all issues of the series carry")
    if work.find(Schedule, name=name) is not None:
        raise Conflict(f"a schedule {name!r} exists already; see `registry schedule list`")
    timetable.explained(given.cron)
    timetable.days(given.period, now, given.timezone)
    if not given.directory and not given.mail:
        raise InvalidValue("to", "is missing", "say where issues go: --to a folder, or --mail an address")
    for address in given.mail:
        if not _ADDRESS.fullmatch(address):
            raise InvalidValue("mail", f"{address!r} is no address", "give one such as desk@example.org")
    connection = work.session.connection()
    places = dict.fromkeys(lookup.find(connection, "place", area) for area in given.areas)
    return work.add(
        Schedule(
            name=name, cron=given.cron, timezone=given.timezone, period=given.period,
            areas=" ".join(issues.ref_of(connection, place) for place in places),
            audience=str(word("audience", given.audience, get_args(Audience))),
            languages=",".join(map(catalogue.check, given.languages)),
            directory=given.directory, mail=",".join(given.mail) or None,
            catch_up=str(word("catch-up", given.catch_up, CATCH_UPS)), needs_approval=given.approved_by is None,
            standing_approver=given.approved_by, last_due_at=now,
        )
    )  # fmt: skip


def pause(work: Work, name: str, *, is_paused: bool, now: datetime) -> Schedule:
    """Pause a schedule, or let it go on; what fell into the pause is not caught up.

    Raises:
        NotFound: there is no such schedule.
    """
    schedule = named(work, name)
    work.change(schedule, is_paused=is_paused, last_due_at=schedule.last_due_at if is_paused else now)
    return schedule


def named(work: Work, name: str) -> Schedule:
    """The schedule of this name, or ref.

    Raises:
        NotFound: there is none.
    """
    found = work.find(Schedule, name=name)
    if found is None and not keys.looks_like_ref(name):
        raise NotFound("schedule", name, hint="see `registry schedule list`")
    return found if found is not None else work.by_ref(Schedule, name, "schedule")


def list_(connection: Connection, now: datetime) -> list[dict[str, object]]:
    """The schedules, each with when it is due next and what became of it last."""
    sql = (
        "SELECT s.ref, s.name, s.cron, s.timezone, s.period, s.areas, s.audience, s.languages, s.catch_up, "
        "s.needs_approval, s.is_paused, (SELECT r.state FROM schedule_run r WHERE r.schedule_id = s.id "
        "ORDER BY r.due_at DESC LIMIT 1) AS last_state FROM schedule s ORDER BY s.name"
    )
    rows = db.every(connection, sql)
    return [
        {**row, "next_at": None if row["is_paused"] else timetable.following(row["cron"], row["timezone"], now)}
        for row in rows
    ]


def log(connection: Connection, name: str | None = None) -> list[dict[str, object]]:
    """What became of each time at which a schedule was due, the newest first."""
    sql = (
        "SELECT s.name AS schedule, r.due_at, r.started_at, r.state, r.told FROM schedule_run r "
        f"JOIN schedule s ON s.id = r.schedule_id {'WHERE s.name = :name ' if name else ''}ORDER BY r.due_at DESC, r.id"
    )
    return db.every(connection, sql, **({"name": name} if name else {}))


def run(engine: Engine, by: str, now: datetime, given: dict[str, str]) -> Iterator[Told]:
    """Make what is due, one time after the other; each is made by one runner, whoever else runs meanwhile.

    Args:
        engine: from `db.connect`.
        by: who is answerable for the run.
        now: what is due by then is made.
        given: `producer` and `contact` as they are printed.
    """
    while (claimed := _claim(engine, by, now)) is not None:
        schedule, due_at = claimed
        try:
            state, told = _make(engine, schedule, due_at, given)
        except RegistryError as error:
            state, told = "failed", str(error)
        with writing(engine, by, f"Ran the schedule {schedule.name}.") as work:
            held = work.find(ScheduleRun, schedule_id=schedule.id, due_at=due_at)
            assert held is not None  # noqa: S101 -- it was claimed above
            work.change(held, state=state, told=told)
        yield Told(schedule.name, due_at, state, told)


def _claim(engine: Engine, by: str, now: datetime) -> tuple[Schedule, datetime] | None:
    """The next time that nobody has made, marked as ours; writers queue, so that two runners never get the same."""
    with writing(engine, by, "Ran the schedules.") as work:
        for schedule in work.find_all(Schedule, is_paused=False):
            for due_at, is_wanted in _due(schedule, now):
                run_ = ScheduleRun(schedule_id=schedule.id, due_at=due_at, started_at=now)
                run_.state = "running" if is_wanted else "skipped"
                work.add(run_)
                work.change(schedule, last_due_at=due_at)
                if is_wanted:
                    return schedule, due_at
            if (dead := _abandoned(work, schedule, now)) is not None:
                return schedule, dead
    return None


def _due(schedule: Schedule, now: datetime) -> list[tuple[datetime, bool]]:
    """The times since the last one, and whether each is to be made."""
    assert schedule.last_due_at is not None  # noqa: S101 -- set when it was added
    times = timetable.due(schedule.cron, schedule.timezone, schedule.last_due_at, now)
    return [
        (moment, schedule.catch_up == "each" or (moment == times[-1] and _is_timely(schedule, moment, now)))
        for moment in times
    ]


def _is_timely(schedule: Schedule, moment: datetime, now: datetime) -> bool:
    return schedule.catch_up != "none" or now - moment <= _GRACE


def _abandoned(work: Work, schedule: Schedule, now: datetime) -> datetime | None:
    for one in work.find_all(ScheduleRun, schedule_id=schedule.id, state="running"):
        if now - one.started_at > _GIVEN_UP_AFTER:
            work.change(one, started_at=now)
            return one.due_at
    return None


def _make(engine: Engine, schedule: Schedule, due_at: datetime, given: dict[str, str]) -> tuple[str, str]:
    """Draft the issue, and let it out where that was agreed beforehand; the state and what to tell."""
    first, last = timetable.days(schedule.period, due_at, schedule.timezone)
    areas = schedule.areas.split()
    wanted = issues.Wanted(
        series=schedule.name, asked=Asked(areas=areas, first=first.isoformat(), last=last.isoformat()),
        languages=schedule.languages.split(","), audience=_audience(schedule), **given,
    )  # fmt: skip
    with writing(engine, f"schedule {schedule.name}", f"Due at {due_at.isoformat()}.") as work:
        drafted = issues.draft(work, wanted)
        for issue in drafted:
            work.change(issue, schedule_id=schedule.id)
        refs = [issue.ref for issue in drafted]
        is_empty = all(_is_empty(issues.snapshot_of(work.session.connection(), ref)) for ref in refs)
    told = f"No. {drafted[0].number} ({first} to {last}): {', '.join(refs)}"
    if schedule.standing_approver is None:
        return "drafted", f"{told} waits for approval"
    if is_empty:
        return "held", f"{told} holds no attack and no claim; it waits for approval"
    with writing(engine, schedule.standing_approver, f"Standing approval of the schedule {schedule.name}.") as work:
        for ref in refs:
            issues.approve(work, ref)
    return "published", f"{told} goes out by standing approval"


def _audience(schedule: Schedule) -> Audience:
    return next(one for one in get_args(Audience) if one == schedule.audience)


def _is_empty(sitrep: Sitrep) -> bool:
    return not sitrep.claims and not sitrep.attacks and all(not one.attacks.count for one in sitrep.sectors)


def to_publish(work: Work) -> list[Issue]:
    """Issues that schedules made and somebody has approved since."""
    return [issue for issue in work.find_all(Issue, state="approved") if issue.schedule_id is not None]
