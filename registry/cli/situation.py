"""`registry situation`: an area and a period that area-wide statements are about."""

from collections.abc import Sequence

import click

from registry.cli.fields import Field, Given, changed, edited, filled, takes
from registry.cli.options import (
    Settings,
    as_of,
    done,
    examples,
    formats,
    pass_settings,
    reading,
    versioned,
    writes,
    writing,
)
from registry.cli.output import record, rows
from registry.cli.releasing import release_verb


def _bases() -> Sequence[str]:
    from registry.codes import BASES

    return BASES


FIELDS = (
    Field("name", "Name, such as 'Idlib offensive 2019'.", required=True),
    Field(
        "places",
        "A place of it: ref, P-code or name, with a part where only that is meant ('northern Hama'); may be repeated.",
        kind="many",
        required=True,
    ),
    Field("when", "When, in any spelling of a date or a period, such as 'since 26 April 2019'.", required=True),
    Field("basis", "Where the period comes from: printed, inferred or not_stated.", words=_bases),
    Field("country", "Country, as three letters such as SYR; the first place's otherwise.", edited=False),
    Field("note", "A note for colleagues; it is never published.", asked=True),
)
COLUMNS = {"ref": "Ref", "name": "Name", "country": "Country", "from_on": "From", "to_on": "To"}


@click.group()
def situation() -> None:
    """Areas and periods, such as an offensive or a siege."""


situation.add_command(release_verb("situation"))


@situation.command(
    epilog=examples(
        "registry situation add --name 'Idlib offensive 2019' --places Idlib --places 'northern Hama' "
        "--when 'since 26 April 2019'"
    )
)
@takes(FIELDS)
@writes
@pass_settings
def add(settings: Settings, given: Given, why: str | None, dry_run: bool) -> None:
    """Add a situation; on a terminal it asks for what is missing."""
    from registry.models.happened import SituationCreate
    from registry.services import situations

    wanted = filled(SituationCreate, FIELDS, given, settings)
    with writing(settings, why, dry_run) as work:
        ref = situations.add(work, wanted).ref
    done(dry_run, f"Added the situation {wanted.name}.", ref)


@situation.command("list", epilog=examples("registry situation list"))
@formats
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List situations, newest first."""
    from registry.services.records import situations

    with reading(settings) as connection:
        rows(situations.list_(connection), COLUMNS, form)


@situation.command(epilog=examples("registry situation show 'Idlib offensive 2019'"))
@click.argument("wanted", metavar="REF|NAME")
@as_of
@formats
@pass_settings
def show(settings: Settings, wanted: str, form: str) -> None:
    """Show one situation: what is claimed of it, and our figures."""
    from registry.services.records import situations

    with reading(settings) as connection:
        record(situations.show(connection, wanted), form)


@situation.command(
    epilog=examples("registry situation edit 'Idlib offensive 2019' --when '26 April to 30 August 2019'")
)
@click.argument("wanted", metavar="REF|NAME")
@takes(edited(FIELDS))
@versioned
@writes
@pass_settings
def edit(settings: Settings, wanted: str, given: Given, version: int | None, why: str | None, dry_run: bool) -> None:
    """Change what is given of a situation.

    Places are added to those that it has; an empty value, such as --note '', clears a field.
    """
    from registry.models.happened import SituationCreate
    from registry.services import situations

    changes = changed(SituationCreate, edited(FIELDS), given)
    with writing(settings, why, dry_run) as work:
        ref = situations.edit(work, wanted, changes, version).ref
    done(dry_run, f"Changed of {ref}: {', '.join(changes)}.", ref)
