"""Schedules with a moved clock: what is due is made once, waits for approval, reaches a folder and a mail server."""

import email
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default as policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Engine

from registry import db
from registry.errors import Conflict, InvalidValue, NotFound, RegistryError, UsageError
from registry.services import delivering, issues, mailing, schedules, timetable
from registry.services.delivering import Post
from registry.services.work import writing
from tests import calling
from tests.calling import Call, one_line
from tests.test_snapshot import attack, begin, killed

call, here = calling.call, calling.here
CERTIFICATES = Path(__file__).parent / "data/smtp"
MONDAY = datetime(2019, 5, 6, 3, 0, tzinfo=UTC)  # six o'clock in Damascus
GIVEN = {"producer": "", "contact": ""}


@dataclass
class Server:
    """A mail server on this machine, and what it took."""

    port: int = 0
    refuses: bool = False
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 -- the server's name
        del server, session
        if self.refuses:
            return "451 try again later"
        self.taken.append(email.message_from_bytes(envelope.content, policy=policy))
        return "250 taken"

    @property
    def post(self) -> Post:
        return Post(f"smtp://127.0.0.1:{self.port}", "registry@example.org", "keeper@example.org")


def started(held: Server, **more: Any) -> Controller:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        held.port = free.getsockname()[1]
    controller = Controller(held, hostname="127.0.0.1", port=held.port, **more)
    controller.start()
    return controller


@pytest.fixture
def server() -> Iterator[Server]:
    held = Server()
    controller = started(held)
    yield held
    controller.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def scheduled(engine: Engine, folder: Path, **changes: object) -> None:
    """One attack in the week before, and a weekly schedule."""
    whole: dict[str, Any] = {
        "name": "Weekly", "cron": "0 6 * * MON", "timezone": "Asia/Damascus", "period": "last-week",
        "areas": ["SY07"], "audience": "internal", "directory": str(folder), **changes,
    }  # fmt: skip
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        killed(work, attack(work, article, "2019-05-02"), article, "3")
        schedules.add(work, schedules.Given(**whole), MONDAY - timedelta(days=3))


def ran(engine: Engine, now: datetime, by: str = "clock") -> list[schedules.Told]:
    return list(schedules.run(engine, by, now, GIVEN))


def approve_all(engine: Engine) -> None:
    with writing(engine, "Basma", "seen") as work:
        for row in issues.list_(work.session.connection()):
            if row["state"] == "draft":
                issues.approve(work, str(row["ref"]))


# The clock


def test_a_daily_time_comes_once_a_day_across_both_changes_of_the_clock() -> None:
    for month, day in ((3, 28), (10, 27)):  # Beirut's changes of 2021 and 2024 lie within
        start = datetime(2021 if month == 3 else 2024, month, day, tzinfo=UTC) - timedelta(days=3)
        times = timetable.due("30 0 * * *", "Asia/Beirut", start, start + timedelta(days=6))
        local = [moment.astimezone(timetable.zone("Asia/Beirut")).date() for moment in times]
        assert len(set(local)) == len(local) == 6


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("last-day", date(2019, 5, 5), date(2019, 5, 5)),
        ("last-week", date(2019, 4, 29), date(2019, 5, 5)),
        ("last-month", date(2019, 4, 1), date(2019, 4, 30)),
        ("last-10-days", date(2019, 4, 26), date(2019, 5, 5)),
    ],
)
def test_a_period_ends_before_the_day_on_which_it_is_due(period: str, first: date, last: date) -> None:
    assert timetable.days(period, MONDAY, "Asia/Damascus") == (first, last)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cron": "every monday"}, "no cron expression"),
        ({"timezone": "Damascus"}, "no time zone"),
        ({"period": "last-fortnight"}, "last-N-days"),
        ({"catch_up": "all"}, "each, latest, none"),
        ({"audience": "everybody"}, "public, partner, internal"),
        ({"directory": None}, "--mail"),
        ({"name": " "}, "missing"),
    ],
)
def test_what_is_no_schedule_is_refused(
    sqlite_database: str, folder: Path, change: dict[str, object], said: str
) -> None:
    engine = db.connect(sqlite_database)
    with pytest.raises((InvalidValue, NotFound), match=said):
        scheduled(engine, folder, **change)


# A week played through


def test_a_week_with_approval(engine: Engine, folder: Path) -> None:
    scheduled(engine, folder)
    assert ran(engine, MONDAY - timedelta(minutes=1)) == []
    (made,) = ran(engine, MONDAY + timedelta(minutes=2))
    assert (made.state, made.due_at) == ("drafted", MONDAY)
    assert ran(engine, MONDAY + timedelta(minutes=7)) == [], "never twice"
    assert list(delivering.deliver(engine, "clock", MONDAY + timedelta(minutes=7), Post())) == []
    assert list(folder.iterdir()) == [], "nothing unapproved goes out"
    approve_all(engine)
    (handed,) = delivering.deliver(engine, "clock", MONDAY + timedelta(minutes=12), Post())
    assert handed.state == "delivered"
    assert sorted(path.name for path in folder.iterdir()) == [
        "weekly-001-internal-en.html",
        "weekly-001-internal-en.pdf",
    ]
    assert list(delivering.deliver(engine, "clock", MONDAY + timedelta(minutes=17), Post())) == []
    assert ran(engine, MONDAY + timedelta(days=6)) == []
    (second,) = ran(engine, MONDAY + timedelta(days=7))
    assert "No. 2 (2019-05-06 to 2019-05-12)" in second.told


def test_what_may_go_unseen_goes_and_an_empty_issue_waits(engine: Engine, folder: Path) -> None:
    scheduled(engine, folder, approved_by="Director")
    assert [one.state for one in ran(engine, MONDAY)] == ["published"]
    assert [one.state for one in delivering.deliver(engine, "clock", MONDAY, Post())] == ["delivered"]
    (empty,) = ran(engine, MONDAY + timedelta(days=7))
    assert empty.state == "held"
    assert list(delivering.deliver(engine, "clock", MONDAY + timedelta(days=7), Post())) == []
    assert len(list(folder.glob("*.pdf"))) == len(list(folder.glob("*.html"))) == 1


@pytest.mark.parametrize(("catch_up", "states"), [("each", 3), ("latest", 1), ("none", 0)])
def test_after_a_month_of_silence(sqlite_database: str, folder: Path, catch_up: str, states: int) -> None:
    engine = db.connect(sqlite_database)
    scheduled(engine, folder, catch_up=catch_up)
    found = ran(engine, MONDAY + timedelta(days=16))
    assert [one.state for one in found] == ["drafted"] * states
    with db.reading(engine) as connection:
        log = schedules.log(connection)
    assert len(log) == 3
    assert [row["state"] for row in log].count("skipped") == 3 - states


def test_two_runners_at_once_make_each_issue_once(engine: Engine, folder: Path) -> None:
    scheduled(engine, folder, catch_up="each")
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda by: ran(engine, MONDAY + timedelta(days=15), by), ("one", "two")))
    assert sorted(one.due_at for found in runs for one in found) == [MONDAY + timedelta(days=7 * n) for n in range(3)]


def test_a_runner_that_died_is_followed_by_another(sqlite_database: str, folder: Path) -> None:
    engine = db.connect(sqlite_database)
    scheduled(engine, folder)
    claimed = schedules._claim(engine, "dies", MONDAY)
    assert claimed is not None
    assert ran(engine, MONDAY + timedelta(minutes=30)) == []
    assert [one.state for one in ran(engine, MONDAY + timedelta(hours=2))] == ["drafted"]


def test_a_paused_schedule_makes_nothing_and_does_not_catch_up(sqlite_database: str, folder: Path) -> None:
    engine = db.connect(sqlite_database)
    scheduled(engine, folder, catch_up="each")
    with writing(engine, "Amal", "test") as work:
        schedules.pause(work, "Weekly", is_paused=True, now=MONDAY - timedelta(days=1))
    assert ran(engine, MONDAY + timedelta(days=8)) == []
    with writing(engine, "Amal", "test") as work:
        schedules.pause(work, "Weekly", is_paused=False, now=MONDAY + timedelta(days=8))
    assert ran(engine, MONDAY + timedelta(days=9)) == []
    assert len(ran(engine, MONDAY + timedelta(days=14))) == 1


def test_two_schedules_of_one_name_are_refused(sqlite_database: str, folder: Path) -> None:
    engine = db.connect(sqlite_database)
    scheduled(engine, folder)
    with writing(engine, "Amal", "test") as work, pytest.raises(Conflict, match="exists already"):
        schedules.add(
            work,
            schedules.Given(
                name="Weekly", cron="* * * * *", timezone="UTC", period="last-day", areas=["SY07"], directory="x"
            ),
            MONDAY,
        )


# Mail


def test_a_message_stands_alone_and_brings_the_report(sqlite_database: str, folder: Path, server: Server) -> None:
    engine = db.connect(sqlite_database)
    scheduled(engine, folder, directory=None, mail=["desk@example.org"], approved_by="Director")
    ran(engine, MONDAY)
    (handed,) = delivering.deliver(engine, "clock", MONDAY, server.post)
    assert (handed.state, handed.target) == ("delivered", "…@example.org")
    (message,) = server.taken
    assert message["Subject"] == "Weekly: Situation report No. 1"
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Killed, over the attacks recorded: 3" in text
    assert "<" not in text
    (file,) = message.iter_attachments()
    assert file.get_filename() == "weekly-001-internal-en.pdf"
    assert file.get_content().startswith(b"%PDF")


def test_a_server_that_refuses_is_tried_again_then_given_up(sqlite_database: str, folder: Path, server: Server) -> None:
    engine = db.connect(sqlite_database)
    scheduled(engine, folder, directory=None, mail=["desk@example.org"], approved_by="Director")
    ran(engine, MONDAY)
    server.refuses = True
    now, states = MONDAY, list[str]()
    for _ in range(delivering.MOST_ATTEMPTS):
        (handed,) = delivering.deliver(engine, "clock", now, server.post)
        assert "desk@" not in handed.problem
        states.append(handed.state)
        assert list(delivering.deliver(engine, "clock", now + timedelta(minutes=1), server.post)) == []
        now += timedelta(hours=4)
    assert states == ["waiting"] * (delivering.MOST_ATTEMPTS - 1) + ["failed"]
    server.refuses = False
    assert list(delivering.deliver(engine, "clock", now, server.post)) == []


def test_the_keeper_is_told(server: Server) -> None:
    delivering.tell_keeper(server.post, ["Weekly: No. 1 waits for approval"])
    (message,) = server.taken
    assert message["To"] == "keeper@example.org"
    assert "waits for approval" in message.get_content()
    delivering.tell_keeper(server.post, [])
    assert len(server.taken) == 1


@pytest.mark.parametrize("url", ["smtp://mail.example.org", "http://mail.example.org", "nonsense", ""])
def test_mail_never_leaves_unencrypted(url: str) -> None:
    with pytest.raises(UsageError, match="REGISTRY_SMTP_URL"):
        mailing.send(url, mailing.message("a@example.org", "b@example.org", "x", "y"))


def test_mail_is_encrypted_to_a_server_that_is_known() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "certificate.pem", CERTIFICATES / "key.pem")
    held = Server()
    controller = started(held, tls_context=context, require_starttls=True)
    made, url = mailing.message("a@example.org", "b@example.org", "x", "y"), f"smtp+starttls://localhost:{held.port}"
    try:
        with pytest.raises(RegistryError, match="SSLCertVerificationError"):
            mailing.send(url, made)
        assert held.taken == []
        mailing.send(url, made, trusted=ssl.create_default_context(cafile=str(CERTIFICATES / "certificate.pem")))
    finally:
        controller.stop()
    assert len(held.taken) == 1


def test_a_server_without_encryption_is_refused(server: Server) -> None:
    made = mailing.message("a@example.org", "b@example.org", "x", "y")
    with pytest.raises(RegistryError, match="cannot be used"):
        mailing.send(f"smtp+starttls://127.0.0.1:{server.port}", made, trusted=ssl.create_default_context())
    assert server.taken == []


def test_a_subject_has_one_line() -> None:
    assert mailing.message("a@example.org", "b@example.org", "x\r\nBcc: c@example.org", "y")["Bcc"] is None


# The command


def test_the_commands(here: Call, tmp_path: Path) -> None:
    place = ("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR", "--pcode", "SY07")
    assert here(*place).code == 0
    add = ("schedule", "add", "Weekly", "--cron", "0 6 * * MON", "--timezone", "Asia/Damascus", "--period",
           "last-week", "--area", "SY07", "--to", str(tmp_path))  # fmt: skip
    made = here(*add)
    assert made.code == 0, made
    assert "Asia/Damascus" in made.err
    assert "exists already" in one_line(here(*add), 4)
    assert here("schedule", "run").code == 0
    assert "Weekly" in here("schedule", "list").out
    assert here("schedule", "pause", "Weekly").code == 0
    assert here("schedule", "log", "--format", "csv").out.startswith("schedule,")
    assert "no schedule 'Nothing'" in one_line(here("schedule", "pause", "Nothing"), 3)


def test_what_a_schedule_could_not_do_is_refused_when_it_is_added(here: Call) -> None:
    place = ("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR", "--pcode", "SY07")
    assert here(*place).code == 0
    add = ("schedule", "add", "Weekly", "--cron", "0 6 * * MON", "--timezone", "Asia/Damascus", "--period",
           "last-week", "--area", "SY07", "--to", "issues")  # fmt: skip
    assert "there is no 'xx'" in one_line(here(*add, "--language", "en,xx"), 2)
    assert "there is no ''" in one_line(here(*add, "--language", ""), 2)
    for address in ("nobody", "a@example.org\nBcc: b@example.org", "a@example.org,"):
        assert "is no address" in one_line(here(*add, "--mail", address), 2)


def test_a_runner_in_another_folder_finds_the_registry_and_the_folder(here: Call) -> None:
    place = ("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR", "--pcode", "SY07")
    assert here(*place).code == 0
    add = ("schedule", "add", "Weekly", "--cron", "0 6 * * MON", "--timezone", "Asia/Damascus", "--period",
           "last-week", "--area", "SY07", "--to", "issues")  # fmt: skip
    assert here(*add).code == 0
    assert here("sql", "SELECT directory FROM schedule", "--format", "csv").out.split() == [
        "directory", str(Path("issues").resolve()),
    ]  # fmt: skip
    told = here("schedule", "install").out
    assert "OnCalendar" in told
    (cron,) = [line for line in told.splitlines() if line.startswith("# */5")]
    assert "--database" in cron
