"""`registry figure`: our low-high for a subject and a measure, and the claims that it rests on."""

from itertools import chain
from typing import Any

import click

from registry.cli.options import (
    Settings,
    as_of,
    done,
    examples,
    formats,
    needed,
    pass_settings,
    reading,
    say,
    writes,
    writing,
)
from registry.cli.output import record, rows

FINDING_COLUMNS = {"finding": "Finding", "about": "About", "measure": "Measure", "figure": "Figure", "why": "Why"}
COLUMNS = {
    "ref": "Ref",
    "about": "About",
    "topic": "What",
    "measure": "",
    "population": "",
    "facility_type": "",
    "figure": "Low to high",
    "low": "",
    "low_operator": "",
    "greatest_low": "",
    "greatest_low_operator": "",
    "high": "",
    "high_operator": "",
    "rests_on": "Rests on",
    "origins": "",
    "rule": "",
    "decided_by": "",
}


@click.group()
def figure() -> None:
    """Figures: our low to high, by rule or as adopted with a reason, resting on named claims."""


@figure.command(
    "list", epilog=examples("registry figure list --about A-7Q2M-K9XD-F3A7-B", "registry figure list --format csv")
)
@click.option("--about", metavar="REF", help="Only about this attack, facility or situation.")
@formats
@pass_settings
def list_(settings: Settings, about: str | None, form: str) -> None:
    """List the figures in force, by what they are about."""
    from registry.services.records import figures

    with reading(settings) as connection:
        found = figures.list_(connection, about=about)
        rows((row | _in_words(row) for row in found), COLUMNS, form)


def _in_words(row: dict[str, Any]) -> dict[str, str]:
    from registry.cli import words

    return {"topic": words.counted(row), "figure": words.figure(row), "rests_on": words.rests_on(row)}


@figure.command(epilog=examples("registry figure show G-7Q2M-K9XD-F3A7-F"))
@click.argument("wanted", metavar="REF")
@as_of
@formats
@pass_settings
def show(settings: Settings, wanted: str, form: str) -> None:
    """Show one figure with every claim that it rests on."""
    from registry.services.records import figures

    with reading(settings) as connection:
        found = figures.show(connection, wanted)
    if form == "table":
        first = {"ref": found["ref"], "about": found["about"], **_in_words(found)}
        found = first | {key: value for key, value in found.items() if key not in first}
    record(found, form, {"topic": "What", "figure": "Low to high"})


@figure.command(
    epilog=examples(
        "registry figure adopt C-7Q2M-K9XD-F3A7-P C-1B5N-T3WH-THBR-8 --why 'Same days, said in other words'",
        "registry figure adopt C-7Q2M-K9XD-F3A7-P --low 30 --high 67 --why 'Names compared, list of 8 May'",
    )
)
@click.argument("claims", metavar="CLAIM…", nargs=-1, required=True)
@click.option("--preferred", metavar="CLAIM", help="The one among them whose number is taken.")
@click.option("--low", type=click.IntRange(min=0), metavar="N", help="A low bound in place of the rule's.")
@click.option(
    "--high", type=click.IntRange(min=0), metavar="N", help="A high bound; without one, no upper limit is stated."
)
@writes
@pass_settings
def adopt(
    settings: Settings,
    claims: tuple[str, ...],
    preferred: str | None,
    low: int | None,
    high: int | None,
    why: str | None,
    dry_run: bool,
) -> None:
    """Adopt a low to high over claims on one subject and measure, by ref.

    By naming them you say that they can be compared; vague periods and places are marked on the page. It stays until
    somebody adopts another, and `figure lint` tells when a new claim makes it stale.
    """
    from registry.cli import words
    from registry.models.held import FigureAdopt
    from registry.services import figures

    wanted = FigureAdopt(claims=list(claims), low=low, high=high, preferred=preferred, why=needed(why))
    with writing(settings, why, dry_run) as work:
        made = figures.adopt(work, wanted)
    said = words.figure({**made.model_dump(), "unit": made.unit})
    done(dry_run, f"Adopted for {made.measure_code.replace('_', ' ')}: {said}.", made.ref)


@figure.command(epilog=examples("registry figure withdraw G-7Q2M-K9XD-F3A7-F --why 'Adopted over the wrong claims'"))
@click.argument("wanted", metavar="REF")
@writes
@pass_settings
def withdraw(settings: Settings, wanted: str, why: str | None, dry_run: bool) -> None:
    """Withdraw a figure that somebody adopted: the one by rule holds again. It stays on record."""
    from registry.services import figures

    reason = needed(why)
    with writing(settings, reason, dry_run) as work:
        ref = figures.withdraw(work, wanted).ref
    done(dry_run, f"Withdrew {ref}: {reason}")


@figure.command(epilog=examples("registry figure lint", "registry figure lint --format csv"))
@formats
@pass_settings
def lint(settings: Settings, form: str) -> None:
    """List what a person should look at.

    Conflicting claims, numbers without a figure, adopted figures gone stale, and grades that lost their claims.
    """
    from registry.services.records import figures

    with reading(settings) as connection:
        found = figures.lint(connection)
        first = next(found, None)
        if first is not None or form != "table":
            rows(chain([first] if first else [], found), FINDING_COLUMNS, form)
            return
    say("Every number that is claimed has a figure, none is stale, and the claims bear every grade.")
