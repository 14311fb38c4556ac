"""`registry facility`: sites and units that serve civilians."""

from collections.abc import Sequence

import click

from registry.cli import judging
from registry.cli.fields import Field, Given, changed, edited, filled, takes
from registry.cli.options import (
    Settings,
    as_of,
    done,
    examples,
    formats,
    needed,
    pass_settings,
    reading,
    versioned,
    writes,
    writing,
)
from registry.cli.output import record, rows


def _operator_kinds() -> Sequence[str]:
    from registry.models.facilities import OPERATOR_KINDS

    return OPERATOR_KINDS


FIELDS = (
    Field("type", "What kind of facility it is.", required=True, code_list="facility_type"),
    Field("place", "Where it stands: ref, P-code or name of a place.", required=True, noun="place"),
    Field("name", "Name, as most people write it.", asked=True),
    Field("names", "A further name, such as the Arabic one; may be repeated.", kind="many", asked=True),
    Field("language", "Language of the name, such as ar or en.", edited=False),
    Field("placeholder", "It stands for one that no source has named.", kind="flag"),
    Field("part_of", "The facility that it is part of: ref or name.", noun="facility"),
    Field("operator", "Who runs it: ref or name of a source.", asked=True, noun="source"),
    Field("operator_kind", "What kind of body runs it, such as government, ngo or un.", words=_operator_kinds),
    Field("underground", "It lies underground; this is never published.", kind="flag"),
    Field("mobile", "It moves, such as an ambulance or a mobile clinic.", kind="flag"),
    Field("tier", "Level of care: primary, secondary or tertiary."),
    Field("identifiers", "What somebody else's list calls it, such as osm=way/123; may be repeated.", kind="pairs"),
    Field("lat", "Latitude in degrees, such as 35.62; never published.", kind="decimal"),
    Field("lon", "Longitude in degrees, such as 36.58; never published.", kind="decimal"),
    Field("precision", "How exact the position is.", code_list="place_precision"),
    Field("note", "A note for colleagues; it is never published."),
)
CENSUS = (
    Field("place", "A governorate or another place: ref, P-code or name.", required=True, noun="place"),
    Field("type", "Type of facility; the types below it are in the number.", required=True, code_list="facility_type"),
    Field("count", "How many there are.", required=True),
    Field("as_of", "At which day, such as 2019-01-01.", required=True),
    Field("report", "The report that says so, by ref.", noun="report", asked=True),
)
STATUS = (
    Field("when", "When it was seen so, in any spelling of a date.", required=True),
    Field("functionality", "How far it works.", code_list="functionality", asked=True),
    Field("damage", "How badly it is damaged.", code_list="damage", asked=True),
    Field("accessibility", "How far it can be reached.", code_list="accessibility", asked=True),
    Field("reopening", "It works again; this is never published.", kind="flag"),
    Field("attack", "The attack that brought it about, by ref.", noun="attack", asked=True),
    Field("report", "The report that says so, by ref.", noun="report", asked=True),
    Field("claims", "A claim that it rests on, by ref; may be repeated.", kind="many", noun="claim", asked=True),
    Field("note", "A note for colleagues; it is never published."),
)
COLUMNS = {
    "ref": "Ref",
    "name": "Name",
    "name_ar": "Arabic",
    "type": "Type",
    "place": "Place",
    "times_hit": "Hit",
    "is_placeholder": "",
}
LABELS = {
    "name_ar": "Arabic",
    "place": "In",
    "is_placeholder": "Stands for an unnamed one",
    "is_mobile": "Moves",
    "operator_kind": "Run by",
    "times_hit": "Times hit",
    "opened_on": "Opened",
    "closed_on": "Closed",
    "same_as": "Same as",
    "status": "How it was",
}


@click.group()
def facility() -> None:
    """Schools, health facilities and Civil Defence centres."""


@facility.command(
    epilog=examples(
        "registry facility add --name 'Nabad al-Hayat hospital' --type hospital --place Hass",
        "registry facility add --placeholder --type clinic --place 'Kafr Ein'",
    )
)
@takes(FIELDS)
@writes
@pass_settings
def add(settings: Settings, given: Given, why: str | None, dry_run: bool) -> None:
    """Add a facility; on a terminal it asks for what is missing."""
    from registry.models.facilities import FacilityCreate
    from registry.services import facilities

    wanted = filled(FacilityCreate, FIELDS, given, settings)
    with writing(settings, why, dry_run) as work:
        ref = facilities.add(work, wanted).ref
    done(dry_run, f"Added the facility {wanted.name or f'(unnamed {wanted.type})'}.", ref)


@facility.command("list", epilog=examples("registry facility list --place Idlib --type hospital --format csv"))
@click.option("--place", metavar="TEXT", help="Only in this place and what lies in it: ref, P-code or name.")
@click.option("--type", "type_", metavar="CODE", help="Only this type, from `registry code list facility_type`.")
@click.option("--like", metavar="TEXT", help="Only facilities with this in one of their names.")
@formats
@pass_settings
def list_(settings: Settings, place: str | None, type_: str | None, like: str | None, form: str) -> None:
    """List facilities, and how often each was hit."""
    from registry.services.records import facilities

    with reading(settings) as connection:
        rows(facilities.list_(connection, place=place, type_=type_, like=like), COLUMNS, form)


@facility.command(epilog=examples("registry facility show 'Nabad al-Hayat hospital'"))
@click.argument("wanted", metavar="REF|NAME")
@as_of
@formats
@pass_settings
def show(settings: Settings, wanted: str, form: str) -> None:
    """Show one facility, with every attack on it."""
    from registry.services.records import facilities

    with reading(settings) as connection:
        found = facilities.show(connection, wanted)
    record(_in_words(found) if form == "table" else found, form, LABELS)


def _in_words(found: Given) -> Given:
    """A facility as people read it; what is known by its ref or not filled in is left out."""
    from registry.cli import words

    coded = {key: words.code(found[key]) for key in ("type", "sector", "operator_kind")}
    parts = {
        "attacks": [words.hit(row) for row in found["attacks"]],
        "claims": [words.claim(row) for row in found["claims"]],
        "status": [
            {
                "When": row["observed"] or row["observed_from_on"],
                "How it worked": words.code(row["functionality"]),
                "Damage": words.code(row["damage"]),
                "Claims": row["claims"],
            }
            for row in found["status"]
        ],
    }
    return found | coded | parts


@facility.command(epilog=examples("registry facility edit F-7Q2M-K9XD-F3A7-S --operator UOSSM --operator-kind ngo"))
@click.argument("wanted", metavar="REF|NAME")
@takes(edited(FIELDS))
@versioned
@writes
@pass_settings
def edit(settings: Settings, wanted: str, given: Given, version: int | None, why: str | None, dry_run: bool) -> None:
    """Change what is given of a facility.

    Names, identifiers and positions are added to those that it has; an empty value, such as --note '', clears a field.
    A placeholder that gets a name is one no longer.
    """
    from registry.models.facilities import FacilityCreate
    from registry.services import facilities

    changes = changed(FacilityCreate, edited(FIELDS), given)
    with writing(settings, why, dry_run) as work:
        ref = facilities.edit(work, wanted, changes, version).ref
    done(dry_run, f"Changed of {ref}: {', '.join(changes)}.", ref)


@facility.command(
    epilog=examples(
        "registry facility candidates 'مستشفى نبض الحياة'",
        "registry facility candidates 'nabd alhaya' --place Idlib --format csv",
    )
)
@click.argument("name")
@click.option("--place", metavar="TEXT", help="Only in this place and what lies in it: ref, P-code or name.")
@formats
@pass_settings
def candidates(settings: Settings, name: str, place: str | None, form: str) -> None:
    """List the ten facilities that a name most likely means, in any script and spelling, best first.

    Likeness is of the names alone, from 0 to 1; place and type decide among namesakes.
    """
    from registry.services.records import facilities

    columns = {name: heading for name, heading in COLUMNS.items() if name != "is_placeholder"}
    with reading(settings) as connection:
        rows(facilities.candidates(connection, name, place=place), {**columns, "likeness": "Likeness"}, form)


@facility.command(
    epilog=examples(
        "registry facility status F-7Q2M-K9XD-F3A7-S --when 2019-05-05 --functionality non_functioning "
        "--claims C-1B5N-T3WH-THBR-8"
    )
)
@click.argument("wanted", metavar="REF|NAME")
@takes(STATUS)
@writes
@pass_settings
def status(settings: Settings, wanted: str, given: Given, why: str | None, dry_run: bool) -> None:
    """Record how a facility was at a date.

    How far it worked, how damaged it was, and which claims or which report say so. What was recorded before stays;
    `unstatus` takes back what was recorded by mistake.
    """
    from registry.models.facilities import FacilityStatusCreate
    from registry.services import facilities

    seen = filled(FacilityStatusCreate, STATUS, given, settings)
    with writing(settings, why, dry_run) as work:
        facilities.status(work, wanted, seen)
    done(dry_run, f"Recorded how {wanted} was on {seen.when}.")


@facility.command(
    epilog=examples("registry facility unstatus F-7Q2M-K9XD-F3A7-S --when 2019-05-05 --why 'That was another clinic'")
)
@click.argument("wanted", metavar="REF|NAME")
@takes(STATUS[:4])
@writes
@pass_settings
def unstatus(settings: Settings, wanted: str, given: Given, why: str | None, dry_run: bool) -> None:
    """Take back how a facility was recorded to be at a date, by mistake.

    What was recorded has to be given where there are several of that date.
    """
    from registry.models.facilities import FacilityStatusCreate
    from registry.services import facilities

    reason, seen = needed(why), filled(FacilityStatusCreate, STATUS[:4], given, settings)
    with writing(settings, reason, dry_run) as work:
        facilities.unstatus(work, wanted, seen)
    done(dry_run, f"Took back how {wanted} was on {seen.when}.")


@facility.command(
    epilog=examples("registry facility census --place SY07 --type hospital --count 81 --as-of 2019-01-01 --report R-…")
)
@takes(CENSUS)
@writes
@pass_settings
def census(settings: Settings, given: Given, why: str | None, dry_run: bool) -> None:
    """Record how many facilities of a type exist in a place.

    Public reports tell governorates apart only where this says that no sector has few facilities. The number first
    recorded for a place and type decides that for good, so that a later one does not change how they are grouped.
    """
    from registry.models.facilities import FacilityCensusCreate
    from registry.services import facilities

    known = filled(FacilityCensusCreate, CENSUS, given, settings)
    with writing(settings, why, dry_run) as work:
        facilities.census(work, known)
    done(dry_run, f"Recorded {known.count} of type {known.type} in {known.place}.")


judging.add_commands(facility, "facility")
