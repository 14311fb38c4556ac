"""`registry db`: the database itself."""

from typing import TYPE_CHECKING

import click

from registry.cli.options import Settings, examples, formats, pass_settings, reading, say
from registry.cli.output import record, rows

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
            f"Rehearsed, nothing was changed: {len(steps)} steps to take"
            + (f" ({', '.join(steps)})." if steps else ".")
        )
        return
    schema.upgrade(settings.engine)
    said = (
        f"took {len(steps)} steps ({', '.join(steps)})" if steps else "was up to date; views and code lists are renewed"
    )
    say(f"The registry in {settings.address} {said}.")


@db.command(epilog=examples("registry db status", "registry db status --format json"))
@formats
@pass_settings
def status(settings: Settings, form: str) -> None:
    """Show which database this is, and how much it holds."""
    from registry.services.status import status as service

    with reading(settings) as connection:
        record({"database": settings.address, **service(connection)}, form)


@db.command(epilog=examples("registry db check"))
@formats
@pass_settings
@click.pass_context
def check(context: click.Context, settings: Settings, form: str) -> None:
    """Look for damage.

    Looks at the schema, views and triggers, the links between records, and the file itself. Ends with exit code 1 when
    something is wrong, and says what to do about it.
    """
    from registry.services import schema

    problems = schema.check(settings.engine)
    if problems or form != "table":
        found = ({"problem": problem.what, "todo": problem.todo} for problem in problems)
        rows(found, {"problem": "Problem", "todo": "What to do"}, form)
    if problems:
        context.exit(1)
    say(f"Nothing is wrong with {settings.address}.")


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
