"""Approved issues of schedules, published and handed out: into a folder, and by mail. Tried again until it works.

A folder gets the PDF and the page for browsers, a mail the PDF. Every step is saved before the next: a file that was
handed over is not handed over again. A message whose acknowledgement was lost is the one exception; better twice than
never.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import Engine

from registry.errors import RegistryError
from registry.models.in_out import Delivery, Schedule
from registry.models.in_out import Sitrep as Issue
from registry.services import issues, mailing, schedules
from registry.services.work import Work, writing
from registry.sitrep import summary, worker

MOST_ATTEMPTS = 6
_FIRST_WAIT = timedelta(minutes=5)  # doubled after each failure


@dataclass(frozen=True)
class Post:
    """How mail leaves.

    Attributes:
        url: of the mail server; "" where none is named.
        sender: whom messages come from.
        keeper: who is told what was held or failed; "" for nobody.
    """

    url: str = ""
    sender: str = ""
    keeper: str = ""


@dataclass(frozen=True)
class Handed:
    """What became of one delivery. `target` is a folder, or a mail address of which only the domain is told."""

    issue: str
    channel: str
    target: str
    state: str
    problem: str = ""


def deliver(engine: Engine, by: str, now: datetime, post: Post) -> Iterator[Handed]:
    """Publish what is approved, then try every delivery whose time has come."""
    with writing(engine, by, "Published approved issues of schedules.") as work:
        for issue in schedules.to_publish(work):
            issues.publish(work, issue.ref)
            _plan(work, issue)
    printed: dict[str, bytes] = {}
    while (taken := _take(engine, by, now)) is not None:
        delivery, issue = taken
        try:
            pdf = printed.get(issue.ref) or _printed(engine, by, issue)
            printed = {issue.ref: pdf}
            _hand_over(engine, delivery, issue, pdf, post)
            yield _noted(engine, by, delivery, issue, now, "")
        except (RegistryError, OSError) as error:
            told = (
                str(error) if isinstance(error, RegistryError) else f"the folder cannot be written ({error.strerror})"
            )
            yield _noted(engine, by, delivery, issue, now, told)


def _plan(work: Work, issue: Issue) -> None:
    assert issue.schedule_id is not None  # noqa: S101 -- only those of schedules are asked for
    schedule = work.get(Schedule, issue.schedule_id)
    targets = [("directory", schedule.directory)] if schedule.directory else []
    targets += [("mail", address) for address in (schedule.mail or "").split(",") if address]
    for channel, target in targets:
        work.add(Delivery(sitrep_id=issue.id, schedule_id=schedule.id, channel=channel, target=target))


def _take(engine: Engine, by: str, now: datetime) -> tuple[Delivery, Issue] | None:
    """A delivery whose time has come; that it is being tried is saved first, so that no other runner tries it too."""
    with writing(engine, by, "Handed out an issue.") as work:
        for delivery in work.find_all(Delivery, state="waiting"):
            wait = _FIRST_WAIT * 2 ** max(0, delivery.attempts - 1)
            if delivery.tried_at is None or now - delivery.tried_at >= wait:
                work.change(delivery, attempts=delivery.attempts + 1, tried_at=now)
                return delivery, work.get(Issue, delivery.sitrep_id)
    return None


def _printed(engine: Engine, by: str, issue: Issue) -> bytes:
    with writing(engine, by, "Printed an issue.") as work:
        sitrep = issues.snapshot_of(work.session.connection(), issue.ref)
    pdf = worker.pdfs([sitrep])[0]
    with writing(engine, by, "Printed an issue.") as work:
        issues.printed(work, issue.ref, pdf)
    return pdf


def _hand_over(engine: Engine, delivery: Delivery, issue: Issue, pdf: bytes, post: Post) -> None:
    name = file_name(issue)
    with engine.connect() as connection:
        sitrep = issues.snapshot_of(connection, issue.ref)
    if delivery.channel == "directory":
        folder = Path(delivery.target)
        _put(folder, f"{name}.html", worker.files([sitrep], "html")[0])
        _put(folder, f"{name}.pdf", pdf)
        return
    if not post.url:
        raise RegistryError("no mail server is named; set REGISTRY_SMTP_URL")
    subject, body = summary.message(sitrep)
    mailing.send(post.url, mailing.message(post.sender, delivery.target, subject, body, [(f"{name}.pdf", pdf)]))


def file_name(issue: Issue) -> str:
    """What an issue's files are called, without their ending: series, number, audience, language in plain letters."""
    series = "-".join("".join(one if one.isalnum() and one.isascii() else " " for one in issue.series).split()).lower()
    return f"{series or 'sitrep'}-{issue.number:03}-{issue.audience}-{issue.language}"


def _put(folder: Path, name: str, data: bytes) -> None:
    """Write the file whole or not at all."""
    with NamedTemporaryFile(dir=folder, prefix=".", delete=False) as unfinished:
        beside = Path(unfinished.name)
        try:
            unfinished.write(data)
            unfinished.flush()
            os.fsync(unfinished.fileno())
            beside.chmod(0o644)
            beside.replace(folder / name)
        finally:
            beside.unlink(missing_ok=True)


def _noted(engine: Engine, by: str, delivery: Delivery, issue: Issue, now: datetime, problem: str) -> Handed:
    with writing(engine, by, "Handed out an issue.") as work:
        held = work.get(Delivery, delivery.id)
        if problem:
            state = "failed" if held.attempts >= MOST_ATTEMPTS else "waiting"
            work.change(held, state=state, problem=problem)
        else:
            state = "delivered"
            work.change(held, state=state, delivered_at=now, problem=None)
    target = delivery.target if delivery.channel == "directory" else "…@" + delivery.target.rpartition("@")[2]
    return Handed(issue.ref, delivery.channel, target, state, problem)


def tell_keeper(post: Post, lines: list[str]) -> None:
    """Tell the keeper of the schedules what was held or failed.

    Raises:
        RegistryError: the message cannot be sent.
    """
    if lines and post.keeper and post.url:
        body = "\n".join(["The schedules of the registry need you:", "", *(f"* {line}" for line in lines), ""])
        mailing.send(post.url, mailing.message(post.sender, post.keeper, "Registry: a sitrep waits", body))
