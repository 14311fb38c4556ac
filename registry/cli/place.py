"""`registry place`: administrative areas and populated places."""

from collections.abc import Sequence

import click

from registry.cli import judging
from registry.cli.options import (
    Field,
    Given,
    Settings,
    changed,
    done,
    edited,
    examples,
    filled,
    formats,
    pass_settings,
    reading,
    takes,
    versioned,
    writes,
    writing,
)
from registry.cli.output import record, rows


def _levels() -> Sequence[str]:
    from registry.models.places import LEVELS

    return LEVELS


FIELDS = (
    Field("name", "Name, as most people write it.", required=True),
    Field("names", "A further name, such as the Arabic one; may be repeated.", kind="many", asked=True),
    Field("language", "Language of the name, such as ar or en.", edited=False),
    Field(
        "level",
        "Level: country, governorate, district, subdistrict, community, neighbourhood, or area for a part that no "
        "hierarchy knows.",
        required=True,
        words=_levels,
    ),
    Field("parent", "The place that it lies in: ref, P-code or name.", asked=True, noun="place"),
    Field("country", "Country, as three letters such as SYR; the parent's otherwise.", asked=True, edited=False),
    Field("pcode", "P-code, from the official list.", asked=True),
    Field("edition", "Edition of the P-code list."),
    Field("lat", "Latitude in degrees, such as 35.62.", kind="decimal"),
    Field("lon", "Longitude in degrees, such as 36.58.", kind="decimal"),
    Field("note", "A note for colleagues; it is never published."),
)
COLUMNS = {
    "ref": "Ref",
    "name": "Name",
    "name_ar": "Arabic",
    "level": "Level",
    "pcode": "P-code",
    "parent": "Within",
    "country": "Country",
}


@click.group()
def place() -> None:
    """Administrative areas and populated places."""


@place.command(
    epilog=examples(
        "registry place add --name Idlib --names إدلب --level governorate --country SYR --pcode SY07",
        "registry place add --name 'Kafr Ein' --level community --parent Idlib",
    )
)
@takes(FIELDS)
@writes
@pass_settings
def add(settings: Settings, given: Given, why: str | None, dry_run: bool) -> None:
    """Add a place; on a terminal it asks for what is missing."""
    from registry.models.places import PlaceCreate
    from registry.services import places

    wanted = filled(PlaceCreate, FIELDS, given, settings)
    with writing(settings, why, dry_run) as work:
        ref = places.add(work, wanted).ref
    done(dry_run, f"Added the place {wanted.name}.", ref)


@place.command(
    "list", epilog=examples("registry place list --country SYR", "registry place list --like idl --format csv")
)
@click.option("--like", metavar="TEXT", help="Only places with this in one of their names.")
@click.option("--country", metavar="CODE", help="Only this country, as three letters such as SYR.")
@formats
@pass_settings
def list_(settings: Settings, like: str | None, country: str | None, form: str) -> None:
    """List places, by country and name."""
    from registry.services.records import places

    with reading(settings) as connection:
        rows(places.list_(connection, like=like, country=country), COLUMNS, form)


@place.command(epilog=examples("registry place show Idlib", "registry place show SY07 --format json"))
@click.argument("wanted", metavar="REF|P-CODE|NAME")
@formats
@pass_settings
def show(settings: Settings, wanted: str, form: str) -> None:
    """Show one place: its names, its codes and what lies in it."""
    from registry.services.records import places

    with reading(settings) as connection:
        record(places.show(connection, wanted), form)


@place.command(epilog=examples("registry place edit Idlib --names ادلب --why 'Spelling used by the ministry'"))
@click.argument("wanted", metavar="REF|P-CODE|NAME")
@takes(edited(FIELDS))
@versioned
@writes
@pass_settings
def edit(settings: Settings, wanted: str, given: Given, version: int | None, why: str | None, dry_run: bool) -> None:
    """Change what is given of a place.

    Names are added to those that it has; an empty value, such as --note '', clears a field.
    """
    from registry.models.places import PlaceCreate
    from registry.services import places

    changes = changed(PlaceCreate, edited(FIELDS), given)
    with writing(settings, why, dry_run) as work:
        ref = places.edit(work, wanted, changes, version).ref
    done(dry_run, f"Changed of {ref}: {', '.join(changes)}.", ref)


judging.add_commands(place, "place")
