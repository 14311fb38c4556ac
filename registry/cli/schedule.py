"""`registry schedule`: situation reports that are made and handed out by the clock."""

from typing import TYPE_CHECKING

import click

from registry.cli.options import Settings, done, examples, formats, pass_settings, reading, say, writes, writing
from registry.cli.output import rows
from registry.errors import RegistryError

if TYPE_CHECKING:
    from registry.services.delivering import Post

COLUMNS = {
    "ref": "Ref", "name": "Name", "cron": "Cron", "timezone": "Zone", "period": "Period", "audience": "Audience",
    "languages": "Languages", "next_at": "Next", "last_state": "Last", "is_paused": "Paused", "areas": "",
    "catch_up": "", "needs_approval": "",
}  # fmt: skip
LOG = {"schedule": "Schedule", "due_at": "Due", "started_at": "", "state": "State", "told": "What happened"}
_UNITS = """# /etc/systemd/system/registry-schedule.service
[Unit]
Description=Situation reports that are due
[Service]
Type=oneshot
Environment="REGISTRY_DATABASE_URL={database}"
# REGISTRY_SMTP_URL, REGISTRY_MAIL_FROM and REGISTRY_KEEPER_MAIL, readable by root alone; and REGISTRY_DATABASE_URL
# where it has a password, which is not printed above
EnvironmentFile=-/etc/registry.env
ExecStart={program} --as schedules schedule run

# /etc/systemd/system/registry-schedule.timer
[Unit]
Description=Look every five minutes whether a situation report is due
[Timer]
OnCalendar=*:0/5
Persistent=true
[Install]
WantedBy=timers.target
"""


@click.group()
def schedule() -> None:
    """Situation reports that are made and handed out by the clock."""


@schedule.command(
    epilog=examples(
        "registry schedule add 'Idlib weekly' --cron '0 6 * * MON' --timezone Asia/Damascus --period last-week "
        "--area SY07 --audience public --language en --to /srv/sitreps",
    )
)
@click.argument("name")
@click.option("--cron", required=True, metavar="EXPRESSION", help="When, as cron has it: '0 6 * * MON'.")
@click.option("--timezone", required=True, metavar="ZONE", help="Whose clock that is, such as Asia/Damascus.")
@click.option("--period", required=True, metavar="PERIOD", help="last-day, last-week, last-month or last-N-days.")
@click.option("--area", "areas", multiple=True, required=True, metavar="PLACE", help="As in `sitrep build`.")
@click.option("--audience", default="public", show_default=True, help="public, partner or internal.")
@click.option("--language", "languages", default="en", show_default=True, metavar="en,ar", help="One or several.")
@click.option(
    "--to", "directory", type=click.Path(resolve_path=True), metavar="FOLDER",
    help="A folder for issues, as PDF and for browsers.",
)  # fmt: skip
@click.option("--mail", multiple=True, metavar="ADDRESS", help="Who gets them by mail; may be repeated.")
@click.option(
    "--catch-up", default="latest", show_default=True,
    help="After a pause of the machine make `each` issue that was missed, the `latest`, or `none`.",
)  # fmt: skip
@click.option(
    "--unseen", is_flag=True,
    help="Your standing approval: issues go out without anybody looking at them. Empty ones never do.",
)  # fmt: skip
@writes
@pass_settings
def add(
    settings: Settings,
    /,
    areas: tuple[str, ...],
    languages: str,
    mail: tuple[str, ...],
    unseen: bool,
    why: str | None,
    dry_run: bool,
    **given: str,
) -> None:
    """Add a schedule; its name is the name of the series.

    Each time it is due a draft is made. It goes out at the next run after somebody has approved it.
    """
    from datetime import UTC, datetime

    from registry.services import schedules, timetable

    wanted = schedules.Given(
        areas=areas, languages=tuple(languages.split(",")), mail=mail,
        approved_by=settings.user if unseen else None, **given,
    )  # fmt: skip
    with writing(settings, why, dry_run) as work:
        made = schedules.add(work, wanted, datetime.now(UTC))
    done(dry_run, f"{made.name}: {timetable.explained(made.cron)}, {made.timezone}.", made.ref)


@schedule.command("list", epilog=examples("registry schedule list"))
@formats
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List the schedules, with when each is due next."""
    from datetime import UTC, datetime

    from registry.services import schedules

    with reading(settings) as connection:
        found = schedules.list_(connection, datetime.now(UTC))
    rows(found, COLUMNS, form)


@schedule.command(epilog=examples("registry schedule log", "registry schedule log 'Idlib weekly' --format csv"))
@click.argument("name", required=False)
@formats
@pass_settings
def log(settings: Settings, name: str | None, form: str) -> None:
    """Show what became of each time at which a schedule was due."""
    from registry.services import schedules

    with reading(settings) as connection:
        found = schedules.log(connection, name)
    rows(found, LOG, form)


@schedule.command(
    epilog=examples("registry schedule pause 'Idlib weekly'", "registry schedule pause --off 'Idlib weekly'")
)
@click.argument("name")
@click.option("--off", "ends", is_flag=True, help="Let it go on; what fell into the pause is not caught up.")
@writes
@pass_settings
def pause(settings: Settings, name: str, ends: bool, why: str | None, dry_run: bool) -> None:
    """Pause a schedule, or let it go on."""
    from datetime import UTC, datetime

    from registry.services import schedules

    with writing(settings, why, dry_run) as work:
        made = schedules.pause(work, name, is_paused=not ends, now=datetime.now(UTC))
    done(dry_run, f"{made.name} {'goes on' if ends else 'is paused'}.")


@schedule.command(epilog=examples("registry schedule run", "registry schedule run --watch"))
@click.option("--watch", is_flag=True, help="Stay, and look again every minute.")
@pass_settings
def run(settings: Settings, watch: bool) -> None:
    """Make what is due, hand out what is approved, then end: for cron and systemd timers.

    Two runners at once never make the same issue twice. What is held or fails is told to REGISTRY_KEEPER_MAIL.
    """
    import time

    while True:
        failed = _once(settings)
        if not watch:
            break
        time.sleep(60)
    if failed:
        raise RegistryError(f"{failed} did not work; see `registry schedule log`, mend the cause, and run it again")


def _once(settings: Settings) -> int:
    """One look at the clock; how many things failed."""
    from datetime import UTC, datetime

    from registry.services import delivering, schedules

    now, told = datetime.now(UTC), list[str]()
    given = {"producer": settings.config.producer, "contact": settings.config.contact}
    failed = 0
    for one in schedules.run(settings.engine, settings.user, now, given):
        say(f"{one.schedule}: {one.state}. {one.told}")
        failed += one.state == "failed"
        told += [f"{one.schedule}: {one.told}"] if one.state != "published" else []
    for handed in delivering.deliver(settings.engine, settings.user, now, _post(settings)):
        say(f"{handed.issue} to {handed.target}: {handed.state}. {handed.problem}".strip())
        failed += bool(handed.problem)
        told += [f"{handed.issue} to {handed.target}: {handed.problem}"] if handed.problem else []
    delivering.tell_keeper(_post(settings), told)
    return failed


def _post(settings: Settings) -> "Post":
    from registry.services.delivering import Post

    config = settings.config
    return Post(config.smtp_url, config.mail_from or config.contact, config.keeper_mail)


@schedule.command(epilog=examples("registry schedule install"))
@pass_settings
def install(settings: Settings) -> None:
    """Print what makes the machine run the schedules: two systemd units, and a line for cron."""
    import shlex
    import shutil

    program, database = shutil.which("registry") or "registry", settings.address
    # A percent sign is special to both.
    click.echo(_UNITS.format(database=database.replace("%", "%%"), program=program), nl=False)
    told = shlex.quote(database).replace("%", r"\%")
    click.echo("\n# or a line for `crontab -e`:")
    click.echo(f"# */5 * * * * {program} --database {told} --as schedules schedule run")
