"""`registry source`: who asserts."""

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

FIELDS = (
    Field("name", "Name, as most people write it; of a witness, a word that tells nobody who it is.", required=True),
    Field("names", "A further name, such as the Arabic one; may be repeated.", kind="many", asked=True),
    Field("short", "Short name, such as SOHR.", asked=True),
    Field("kind", "What kind of body or person it is.", required=True, code_list="source_kind"),
    Field("organisation", "The body that a person speaks for: ref or name.", asked=True, noun="source"),
    Field("role", "What a person is there, such as spokesperson.", asked=True),
    Field("party", "It belongs to a party to the conflict.", kind="flag"),
    Field("party_actor", "To which party: ref or name of an actor.", noun="actor"),
    Field("public_spokesperson", "A person who speaks in public for the body.", kind="flag"),
    Field("anonymous", "Who it is must never be published.", kind="flag"),
    Field("reliability", "How reliable it has been, from A (always) to E (never), or F (not known)."),
    Field("note", "A note for colleagues; it is never published."),
)
COLUMNS = {
    "ref": "Ref",
    "name": "Name",
    "kind": "Kind",
    "organisation": "Speaks for",
    "role": "Role",
    "is_party": "Party",
    "is_anonymous": "",
}


@click.group()
def source() -> None:
    """Who asserts: rescue services, monitors, ministries, newspapers, witnesses."""


source.add_command(release_verb("source"))


@source.command(
    epilog=examples(
        "registry source add --name 'Syrian Observatory for Human Rights' --short SOHR --kind monitoring_group",
        "registry source add --name 'Hospital director' --kind named_person --organisation UOSSM --anonymous",
    )
)
@takes(FIELDS)
@writes
@pass_settings
def add(settings: Settings, given: Given, why: str | None, dry_run: bool) -> None:
    """Add a source; on a terminal it asks for what is missing."""
    from registry.models.who import SourceCreate
    from registry.services import sources

    wanted = filled(SourceCreate, FIELDS, given, settings)
    with writing(settings, why, dry_run) as work:
        ref = sources.add(work, wanted).ref
    done(dry_run, f"Added the source {wanted.name}.", ref)


@source.command("list", epilog=examples("registry source list --kind monitoring_group"))
@click.option("--kind", metavar="CODE", help="Only this kind, from `registry code list source_kind`.")
@formats
@pass_settings
def list_(settings: Settings, kind: str | None, form: str) -> None:
    """List sources by name."""
    from registry.services.records import sources

    with reading(settings) as connection:
        rows(sources.list_(connection, kind=kind), COLUMNS, form)


@source.command(epilog=examples("registry source show SOHR"))
@click.argument("wanted", metavar="REF|NAME")
@as_of
@formats
@pass_settings
def show(settings: Settings, wanted: str, form: str) -> None:
    """Show one source: its names and what it claims."""
    from registry.services.records import sources

    with reading(settings) as connection:
        record(sources.show(connection, wanted), form)


@source.command(epilog=examples("registry source edit SOHR --reliability B --why 'Review of May 2019'"))
@click.argument("wanted", metavar="REF|NAME")
@takes(edited(FIELDS))
@versioned
@writes
@pass_settings
def edit(settings: Settings, wanted: str, given: Given, version: int | None, why: str | None, dry_run: bool) -> None:
    """Change what is given of a source.

    Names and parties are added to those that it has; an empty value, such as --note '', clears a field.
    """
    from registry.models.who import SourceCreate
    from registry.services import sources

    changes = changed(SourceCreate, edited(FIELDS), given)
    with writing(settings, why, dry_run) as work:
        ref = sources.edit(work, wanted, changes, version).ref
    done(dry_run, f"Changed of {ref}: {', '.join(changes)}.", ref)
