"""`registry db`: the database itself."""

import click

from registry.cli.options import Settings, examples, formats, pass_settings, reading, say
from registry.cli.output import record, rows


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
