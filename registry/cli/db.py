"""`registry db`: the database itself."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli.options import Settings, examples, formats, pass_settings, reading, say
from registry.cli.output import record, rows
from registry.plurals import how_many

if TYPE_CHECKING:
    from registry.sitrep.values import Audience


@click.group()
def db() -> None:
    """The database: its version, its health."""


@db.command(epilog=examples("registry db upgrade --dry-run", "registry db upgrade"))
@click.option("--dry-run", is_flag=True, help="Tell which steps would be taken, and take none.")
@pass_settings
def upgrade(settings: Settings, dry_run: bool) -> None:
    """Bring the database up to this version of the program.

    Take a backup first. Everything is kept, or nothing is changed.
    """
    from registry.services import schema
    from registry.services.status import pending

    with reading(settings) as connection:
        steps = pending(connection)
    if dry_run:
        say(
            f"Rehearsed, nothing was changed: {how_many(len(steps), 'step')} to take"
            + (f" ({', '.join(steps)})." if steps else ".")
        )
        return
    schema.upgrade(settings.engine)
    said = (
        f"took {how_many(len(steps), 'step')} ({', '.join(steps)})"
        if steps
        else "was up to date; views and code lists are renewed"
    )
    say(f"The registry in {settings.address} {said}.")


@db.command(epilog=examples("registry db status", "registry db status --format json"))
@formats
@pass_settings
def status(settings: Settings, form: str) -> None:
    """Show which database this is, how much it holds, and when it was last backed up."""
    from registry import config
    from registry.services import backup as backups
    from registry.services.status import status as service

    with reading(settings) as connection:
        found = service(connection)
    last = backups.last(config.state_folder(), settings.address)
    told = {"last_backup": last["made_at"] if last else "none by this account", "backup_file": last and last["file"]}
    if form == "table":
        found |= {name: f"{found[name]:,} bytes" for name in ("size", "free") if name in found}
    record({"database": settings.address, **found, **told}, form)


@db.command(epilog=examples("registry db check"))
@formats
@pass_settings
@click.pass_context
def check(context: click.Context, settings: Settings, form: str) -> None:
    """Look for damage.

    Looks at the schema, views and triggers, the links between records, the end of the journal, and the file itself.
    Ends with exit code 1 when something is wrong, and says what to do about it. `registry journal verify` goes through
    the whole journal.
    """
    from registry.services import schema

    problems = schema.check(settings.engine)
    if problems or form != "table":
        found = ({"problem": problem.what, "todo": problem.todo} for problem in problems)
        rows(found, {"problem": "Problem", "todo": "What to do"}, form)
    if problems:
        context.exit(1)
    say(f"Nothing is wrong with {settings.address}.")


@db.command(epilog=examples("registry db backup /media/stick/registry-2019-05-06.db"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_settings
def backup(settings: Settings, file: Path) -> None:
    """Write all of the registry to a new file, while others go on working.

    The file is itself a registry in SQLite, from PostgreSQL too. It is read again before it is called done. FILE.json,
    made beside it, says what it holds; a restore needs both.
    """
    from registry import config
    from registry.services import backup as backups

    made = backups.backup(settings.engine, file)
    backups.note(config.state_folder(), settings.address, file, made)
    say(
        f"{file} has all of {settings.address}: {how_many(sum(made.held.rows.values()), 'row')}, "
        f"{made.size:,} bytes, read again."
    )


@db.command(
    epilog=examples(
        "registry --database restored.db db restore /media/stick/registry-2019-05-06.db",
        "registry db restore registry-2019-05-06.db --replace before.db",
    )
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--replace",
    "old",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Replace the registry that is there, which is backed up to this new file first.",
)
@pass_settings
def restore(settings: Settings, file: Path, old: Path | None) -> None:
    """Put a backup in the place of this registry, on either engine.

    The file is compared with what FILE.json says of it, and refused if it differs. Nobody should work in the registry
    meanwhile. An older backup is brought up to this version of the program.
    """
    from registry.services import backup as backups

    made = backups.restore(settings.engine, file, old)
    held = how_many(sum(made.held.rows.values()), "row")
    say(f"{settings.address} is as it was at {made.made_at}: {held} from {file}.")
    if old is not None:
        say(f"What was there before is in {old}.")


@db.command(epilog=examples("registry db grant analyst", "registry db grant metabase --audience public"))
@click.argument("role")
@click.option(
    "--audience",
    type=click.Choice(["internal", "partner", "public"]),
    default="internal",
    show_default=True,
    help="Whether it reads the registry, or a copy of what others may see of it.",
)
@pass_settings
def grant(settings: Settings, role: str, audience: "Audience") -> None:
    """Let a PostgreSQL role read what an audience may see, and nothing else.

    The role is made if there is none; it has no password until you give it one. For partners and the public, what they
    may see is copied into a schema of its own, and copied anew whenever this is run.
    """
    from registry.services import granting

    is_new = granting.grant(settings.engine, role, audience)
    made = f"Made {role}; give it a password with `\\password {role}` in psql. It" if is_new else role
    say(f"{made} reads what is for {audience}, and nothing else.")
