"""`registry actor`: bodies that are alleged to have carried out attacks."""

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

FIELDS = (
    Field("name", "Name, as most people write it.", required=True),
    Field("names", "A further name, such as the Arabic one; may be repeated.", kind="many", asked=True),
    Field("short", "Short name, such as HTS.", asked=True),
    Field("kind", "What kind of body it is.", required=True, code_list="actor_kind"),
    Field("part_of", "The body that it belongs to: ref or name.", asked=True, noun="actor"),
    Field("note", "A note for colleagues; it is never published."),
)
COLUMNS = {"ref": "Ref", "name": "Name", "kind": "Kind", "part_of": "Part of"}


@click.group()
def actor() -> None:
    """Bodies that are alleged to have carried out attacks."""


@actor.command(
    epilog=examples("registry actor add --name 'Syrian Air Force' --kind state_forces --part-of 'Syrian government'")
)
@takes(FIELDS)
@writes
@pass_settings
def add(settings: Settings, given: Given, why: str | None, dry_run: bool) -> None:
    """Add an actor; on a terminal it asks for what is missing."""
    from registry.models.who import ActorCreate
    from registry.services import actors

    wanted = filled(ActorCreate, FIELDS, given, settings)
    with writing(settings, why, dry_run) as work:
        ref = actors.add(work, wanted).ref
    done(dry_run, f"Added the actor {wanted.name}.", ref)


@actor.command("list", epilog=examples("registry actor list", "registry actor list --kind state_forces"))
@click.option("--kind", metavar="CODE", help="Only this kind, from `registry code list actor_kind`.")
@formats
@pass_settings
def list_(settings: Settings, kind: str | None, form: str) -> None:
    """List actors by name."""
    from registry.services.records import actors

    with reading(settings) as connection:
        rows(actors.list_(connection, kind=kind), COLUMNS, form)


@actor.command(epilog=examples("registry actor show 'Syrian Air Force'"))
@click.argument("wanted", metavar="REF|NAME")
@as_of
@formats
@pass_settings
def show(settings: Settings, wanted: str, form: str) -> None:
    """Show one actor: its names, and who accuses it of what."""
    from registry.services.records import actors

    with reading(settings) as connection:
        record(actors.show(connection, wanted), form)


@actor.command(epilog=examples("registry actor edit 'Syrian Air Force' --short SyAAF"))
@click.argument("wanted", metavar="REF|NAME")
@takes(edited(FIELDS))
@versioned
@writes
@pass_settings
def edit(settings: Settings, wanted: str, given: Given, version: int | None, why: str | None, dry_run: bool) -> None:
    """Change what is given of an actor.

    Names are added to those that it has; an empty value, such as --note '', clears a field.
    """
    from registry.models.who import ActorCreate
    from registry.services import actors

    changes = changed(ActorCreate, edited(FIELDS), given)
    with writing(settings, why, dry_run) as work:
        ref = actors.edit(work, wanted, changes, version).ref
    done(dry_run, f"Changed of {ref}: {', '.join(changes)}.", ref)
