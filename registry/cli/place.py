"""`registry place`: administrative areas and populated places."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from registry.cli import judging
from registry.cli.fields import Field, Given, changed, edited, filled, takes
from registry.cli.imports import load_list, of_a_list, opened
from registry.cli.options import (
    Settings,
    as_of,
    done,
    examples,
    formats,
    pass_settings,
    reading,
    say,
    versioned,
    writes,
    writing,
)
from registry.cli.output import record, rows
from registry.errors import RejectedRows
from registry.plurals import how_many

if TYPE_CHECKING:
    from registry.services.boundaries.loading import Outcome


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
_SHOWN = 10
COLUMNS = {
    "ref": "Ref",
    "name": "Name",
    "name_ar": "Arabic",
    "level": "Level",
    "pcode": "P-code",
    "parent": "Within",
    "country": "Country",
}
SHAPE_COLUMNS = {
    "feature": "Feature",
    "called": "In the file",
    "place": "Place",
    "pcode": "P-code",
    "ref": "",
    "by": "Joined by",
    "state": "Shape",
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
@as_of
@formats
@pass_settings
def show(settings: Settings, wanted: str, form: str) -> None:
    """Show one place: its names, its codes and what lies in it."""
    from registry.services.records import places

    with reading(settings) as connection:
        record(places.show(connection, wanted), form, {key: COLUMNS[key] for key in ("name_ar", "pcode")})


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


@place.command(
    "import",
    epilog=examples(
        "registry place import pcodes.csv --map ocha-pcodes",
        "registry place import places.csv --map gazetteer --dry-run",
    ),
)
@of_a_list
@writes
@pass_settings
def import_(
    settings: Settings, file: str, rejected: str | None, why: str | None, dry_run: bool, given: dict[str, Any]
) -> None:
    """Load a list of places: P-codes, or a gazetteer with names in several scripts and coordinates.

    The same as `registry import load` with a mapping of places: undone with `registry import undo`.
    """
    load_list(settings, file, rejected, why, dry_run, given, noun="place")


@place.command(
    epilog=examples(
        "registry place boundaries syr_adm1.geojson --country SYR --level governorate --source 'OCHA COD-AB' "
        "--edition 2020-12",
        "registry place boundaries syr.topo.json --country SYR --level governorate --source 'Natural Earth' --dry-run",
    )
)
@click.argument("file", metavar="FILE")
@click.option("--country", required=True, metavar="CODE", help="Of the areas, as three letters such as SYR.")
@click.option("--level", required=True, metavar="LEVEL", help="Of the areas, such as governorate.")
@click.option("--source", required=True, metavar="TEXT", help="Who published them; every map names it.")
@click.option(
    "--edition", default="", metavar="TEXT", help="Of the boundaries, such as a date; another one is kept too."
)
@click.option("--code-property", metavar="NAME", help="With the P-code; found by its values otherwise.")
@click.option("--name-property", metavar="NAME", help="With the name, in any spelling; found by its values otherwise.")
@click.option("--layer", metavar="NAME", help="Of a TopoJSON file with several.")
@writes
@formats
@pass_settings
def boundaries(settings: Settings, /, file: str, why: str | None, dry_run: bool, form: str, **given: Any) -> None:
    """Take boundaries for maps from GeoJSON or TopoJSON, and join them to places by P-code or name.

    They are made simpler once, so that neighbours keep their common borders. Areas that are no place of the level, or
    could be several, are named and left out; the command then ends with 5.
    """
    from registry.services.boundaries import loading
    from registry.services.boundaries.joining import Headings

    headings = Headings(given.pop("code_property"), given.pop("name_property"))
    wanted = loading.Wanted(given.pop("country").upper(), headings=headings, **given)
    with opened(file) as (plain, name), writing(settings, why or f"Boundaries from {name}.", dry_run) as work:
        outcome = loading.load(work, plain, name, wanted)
    rows(outcome.rows(), SHAPE_COLUMNS, form)
    _tell(outcome, dry_run)


def _tell(outcome: "Outcome", dry_run: bool) -> None:
    by = [f"{what} from {name!r}" for what, name in vars(outcome.headings).items() if name]
    fewer = outcome.simplified
    say(f"Joined by {' and '.join(by)}; {fewer.before} corners became {fewer.corners}.")
    if not fewer.meet:
        say("The areas overlap or leave gaps, so that each was made simpler by itself: borders may not meet exactly.")
    for one in outcome.left_out:
        say(f"Feature {one.area.number} ({one.called}): {one.trouble}.")
    if outcome.without:
        say(f"Without a shape: {', '.join(outcome.without[:_SHOWN])}" + (" …" if outcome.without[_SHOWN:] else "."))
    states = list(outcome.states.values())
    counts = ", ".join(f"{states.count(state)} {state}" for state in ("new", "changed", "same"))
    done(dry_run, f"Shapes of places: {counts}.")
    if outcome.left_out:
        raise RejectedRows(
            f"{len(outcome.left_out)} of {how_many(len(outcome.joined), 'feature')} were left out; give the places "
            "meant the names of the file with `registry place edit REF --names …`, then load it again"
        )


judging.add_commands(place, "place")
