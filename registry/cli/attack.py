"""`registry attack`: one violent event at a time and place, what it hit, and what is said of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import click

from registry.cli import judging
from registry.cli.fields import Field, Given, changed, edited, takes
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
from registry.cli.releasing import release_verb
from registry.errors import InvalidValue, UsageError


def _bases() -> Sequence[str]:
    from registry.codes import BASES

    return BASES


def _absences() -> Sequence[str]:
    from registry.codes import ABSENCES

    return ABSENCES


def _lines(name: str, text: str, **more: Any) -> Field:
    return Field(name, text + " May be repeated.", kind="many", **more)


FIELDS = (
    _lines("report", "The document that it is in, by ref.", noun="report"),
    Field("when", "When it happened, in any spelling of a date: 2019-05-04, 'early May 2019', 'before 4 May 2019'."),
    Field("basis", "Where that date comes from: printed, inferred or not_stated.", words=_bases),
    Field("time", "Local time, such as 14:30, or night, morning, afternoon, evening."),
    Field("place", "Where: ref, P-code or name of a place.", required=True, noun="place"),
    Field("place_precision", "How exactly the place is known; by its level otherwise.", code_list="place_precision"),
    Field("place_words", "The place in the document's own words."),
    Field("lat", "Latitude in degrees, such as 35.62; never published.", kind="decimal"),
    Field("lon", "Longitude in degrees, such as 36.58; never published.", kind="decimal"),
    _lines("hit", "What was hit: 'Name or ref[:effect[:damage]]', or 'unnamed clinic[:effect[:damage]]'."),
    _lines("unnamed", "A facility that no source names: TYPE[:effect[:damage]]."),
    _lines("means", "With what: TYPE[:LAUNCH[:MUNITION]], such as air_strike:helicopter:barrel_bomb."),
    _lines("harm", "Who was harmed, says who: 'killed >30 / Dbis via Reuters'.", edited=False),
    _lines("accuses", "Who accuses whom: 'SOHR: Syrian government forces', 'SOHR: either A or B'.", edited=False),
    Field("situation", "The situation that it belongs to: ref or name.", noun="situation"),
    Field("parent", "The attack that this is one strike of, by ref.", noun="attack"),
    Field("title", "A short title for colleagues; it is never published."),
    Field("summary", "What happened, for colleagues; it is never published."),
    Field("facilities_absence", "Why no facility is given, such as not_reported.", words=_absences),
    Field("means_absence", "Why no means is given.", words=_absences),
    Field("harm_absence", "Why no harm is given.", words=_absences),
    Field("attribution_absence", "Why nobody is accused.", words=_absences),
    Field("note", "A note for colleagues; it is never published."),
)  # fmt: skip
EDITED = (
    *edited(FIELDS),
    _lines("not_hit", "What was not hit: a facility that was recorded with it by mistake, by ref or name."),
    _lines("not_means", "Not with this: TYPE[:LAUNCH[:MUNITION]], with all the parts that were recorded by mistake."),
)
COLUMNS = {
    "ref": "Ref",
    "occurred_from_on": "",
    "occurred_to_on": "",
    "occurred": "When",
    "place": "Place",
    "named": "Named",
    "unnamed": "Unnamed",
    "claims": "Claims",
    "origins": "Origins",
    "grade": "Grade",
    "state": "State",
}


@click.group()
def attack() -> None:
    """Attacks: what was hit, when and where, by what means, and every source's own number."""


attack.add_command(release_verb("attack"))


@attack.command(
    epilog=examples(
        "registry attack add",
        "registry attack add --report R-7Q2M-K9XD-F3A7-R --when '4 May 2019' --place Basamis --unnamed clinic \\",
        "    --means air_strike --harm 'killed >30 / Dbis via Reuters' --accuses 'SOHR: Syrian government forces'",
        "registry attack add --json - < attack.json",
    )
)
@takes(FIELDS)
@writes
@pass_settings
def add(settings: Settings, given: Given, why: str | None, dry_run: bool) -> None:
    """Add an attack with its document, its harm and who is accused of it.

    On a terminal without --place it asks nine questions. JSON is one object with the fields of these options; it may
    also hold `report` (a new one), `claims`, `attributions`, and `new` (places, sources, actors, facilities).
    Everything is saved, or nothing.
    """
    from registry.cli import attack_add

    attack_add.run(settings, given, why, dry_run)


@attack.command(
    "list",
    epilog=examples(
        "registry attack list --place Idlib --from 2019-05-01 --to 2019-05-07", "registry attack list --format csv"
    ),
)
@click.option("--place", metavar="TEXT", help="Only in this place and what lies in it: ref, P-code or name.")
@click.option("--from", "first", metavar="DATE", help="Only what may have happened on this day or later.")
@click.option("--to", "last", metavar="DATE", help="Only what may have happened on this day or earlier.")
@click.option("--situation", metavar="TEXT", help="Only of this situation: ref or name.")
@formats
@pass_settings
def list_(
    settings: Settings, place: str | None, first: str | None, last: str | None, situation: str | None, form: str
) -> None:
    """List attacks, newest first, without those that are withdrawn or merged into another."""
    from registry.services.records import attacks

    bounds = {"first": _day(first, "from"), "last": _day(last, "to")}
    if bounds["first"] and bounds["last"] and bounds["first"] > bounds["last"]:
        raise InvalidValue("to", "lies before --from", "swap the two")
    with reading(settings) as connection:
        rows(attacks.list_(connection, place=place, situation=situation, **bounds), COLUMNS, form)


def _day(text: str | None, option: str) -> date | None:
    """The first day of a month given as `--from`, the last of one given as `--to`."""
    if text is None:
        return None
    from registry import dates

    when = dates.parse(text, field=option)
    return when.start if option == "from" else when.end


@attack.command(epilog=examples("registry attack show A-7Q2M-K9XD-F3A7-B"))
@click.argument("wanted", metavar="REF")
@as_of
@formats
@pass_settings
def show(settings: Settings, wanted: str, form: str) -> None:
    """Show one attack: what was hit, every claim beside the others, our figures, who is accused, and its history."""
    from registry.cli.attack_show import print_attack
    from registry.services.records import attacks

    with reading(settings) as connection:
        found = attacks.show(connection, wanted)
    if form == "table":
        print_attack(found)
    else:
        record(found, form)


@attack.command(
    epilog=examples(
        "registry attack edit A-7Q2M-K9XD-F3A7-B --when '3 May 2019' --basis inferred --why 'Saturday in the text'",
        "registry attack edit A-7Q2M-K9XD-F3A7-B --hit F-1B5N-T3WH-THBR-Q:direct_hit:destroyed --state in_review",
        "registry attack edit A-7Q2M-K9XD-F3A7-B --not-hit F-1B5N-T3WH-THBR-Q --why 'Another clinic of that name'",
    )
)
@click.argument("wanted", metavar="REF")
@takes(EDITED)
@click.option("--state", metavar="WORD", help="draft, in_review or published; to take it back, use `withdraw`.")
@versioned
@writes
@pass_settings
def edit(
    settings: Settings,
    wanted: str,
    given: Given,
    state: str | None,
    version: int | None,
    why: str | None,
    dry_run: bool,
) -> None:
    """Change what is given of an attack.

    Facilities and means are added; a facility that it has already gets the effect and damage given. --not-hit and
    --not-means take off what was recorded by mistake. An empty value, such as --note '', clears a field. Harm and
    accusations are claims: `registry claim add`.
    """
    from registry.cli.attack_add import spelt_out
    from registry.models.happened import AttackEdit
    from registry.services import attacks

    changes = changed(AttackEdit, _kept(), spelt_out(given)) if given or not state else {}
    with writing(settings, why, dry_run) as work:
        ref = attacks.edit(work, wanted, changes | ({"state": state} if state else {}), version).ref
    done(dry_run, f"Changed of {ref}: {', '.join([*changes, *(['state'] if state else [])])}.", ref)


def _kept() -> list[Field]:
    """The fields as the record has them: short lines spelt out; a situation and a parent can be taken off again."""
    plain = [field for field in EDITED if field.name not in ("report", "hit", "unnamed")]
    loose = [replace(field, noun="") if field.name in ("situation", "parent") else field for field in plain]
    return [*loose, Field("reports", "Documents.", kind="many"), Field("facilities", "What was hit.", kind="many")]


@attack.command(
    epilog=examples("registry attack link A-7Q2M-K9XD-F3A7-B follow_up_strike A-1B5N-T3WH-THBR-0 --why 'Double tap'")
)
@click.argument("wanted", metavar="REF")
@click.argument("kind", metavar="follow_up_strike|same_series|part_of")
@click.argument("other", metavar="OTHER")
@writes
@pass_settings
def link(settings: Settings, wanted: str, kind: str, other: str, why: str | None, dry_run: bool) -> None:
    """Record that an attack is a follow-up strike, in the same series, or a part of another.

    Totals take a parent or its parts, never both.
    """
    from registry.services import attacks

    with writing(settings, why, dry_run) as work:
        attacks.link(work, wanted, other, kind, why=why)
    done(dry_run, f"Recorded that {wanted} is {kind} of {other}.")


@attack.command(
    epilog=examples("registry attack unlink A-7Q2M-K9XD-F3A7-B follow_up_strike A-1B5N-T3WH-THBR-0 --why 'Hours apart'")
)
@click.argument("wanted", metavar="REF")
@click.argument("kind", metavar="follow_up_strike|same_series|part_of")
@click.argument("other", metavar="OTHER")
@writes
@pass_settings
def unlink(settings: Settings, wanted: str, kind: str, other: str, why: str | None, dry_run: bool) -> None:
    """Take back a link that was recorded by mistake; what was a part of another counts for itself again."""
    from registry.services import attacks

    with writing(settings, needed(why), dry_run) as work:
        attacks.unlink(work, wanted, other, kind)
    done(dry_run, f"Took back that {wanted} is {kind} of {other}.")


@attack.command(epilog=examples("registry attack withdraw A-7Q2M-K9XD-F3A7-B --why 'Same event as A-1B5N-T3WH-THBR-0'"))
@click.argument("wanted", metavar="REF")
@writes
@pass_settings
def withdraw(settings: Settings, wanted: str, why: str | None, dry_run: bool) -> None:
    """Withdraw an attack that did not happen or should not be here. It stays on record, with the reason."""
    from registry.services import attacks

    reason = needed(why)
    with writing(settings, reason, dry_run) as work:
        ref = attacks.withdraw(work, wanted, why=reason).ref
    done(dry_run, f"Withdrew {ref}: {reason}")


@attack.command(
    epilog=examples(
        "registry attack assess A-7Q2M-K9XD-F3A7-B --grade single_origin --basis media_only --why 'One article'",
    )
)
@click.argument("wanted", metavar="REF")
@Field("grade", "The grade; its scheme follows from it.", code_list="grade").option()
@Field("basis", "What it rests on above all.", code_list="basis").option()
@click.option("--replace", "replaces", is_flag=True, help="Put it in place of the grade that you gave before.")
@writes
@pass_settings
def assess(
    settings: Settings,
    wanted: str,
    grade: str | None,
    basis: str | None,
    replaces: bool,
    why: str | None,
    dry_run: bool,
) -> None:
    """Grade an attack, with the reason.

    `corroborated` and `verified` are proposed, and count once another person confirms them. `corroborated` needs two
    independent origins, as judged with `registry claim independence`.
    """
    from registry.models.held import AssessmentCreate
    from registry.services import assessing

    if grade is None:
        raise UsageError("grade: is missing; give --grade, from `registry code list grade`")
    wished = AssessmentCreate(attack=wanted, grade=grade, basis=basis, why=needed(why))
    with writing(settings, why, dry_run) as work:
        made = assessing.assess(work, wished, replace=replaces)
    if made.proposed_code:
        done(dry_run, f"Proposed {made.proposed_code} for {wanted}; another person has to confirm it.")
    else:
        done(dry_run, f"Graded {wanted} {made.grade_code}.")


@attack.command(epilog=examples("registry --as Basel attack confirm A-7Q2M-K9XD-F3A7-B"))
@click.argument("wanted", metavar="REF")
@writes
@pass_settings
def confirm(settings: Settings, wanted: str, why: str | None, dry_run: bool) -> None:
    """Confirm the grade that somebody else proposed."""
    from registry.services import assessing

    with writing(settings, why, dry_run) as work:
        made = assessing.confirm(work, wanted)
        sentence = f"Confirmed {wanted} as {made.grade_code}, proposed by {made.assessor}."
    done(dry_run, sentence)


judging.add_commands(attack, "attack")
