"""`registry claim`: what one speaker says in one report, about an attack, a facility or a situation.

`claim attribute` is here too: whom a speaker accuses is said in a report as a number is, and never our finding.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import click

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
from registry.cli.releasing import release_verb


def _words(name: str) -> Callable[[], Sequence[str]]:
    def words() -> Sequence[str]:
        from registry import codes

        found: Sequence[str] = getattr(codes, name)
        return found

    return words


_ABOUT = (
    Field("attack", "The attack that it is about, by ref.", noun="attack", edited=False),
    Field("situation", "The situation that it is about: ref or name.", noun="situation", edited=False),
)
_SAID = (
    Field("report", "The document that it stands in, by ref.", required=True, noun="report", edited=False),
    Field("speaker", "Who says it: ref or name of a source.", required=True, noun="source"),
)
FIELDS = (
    _ABOUT[0],
    Field("facility", "The facility that it is about: ref or name.", noun="facility", edited=False),
    _ABOUT[1],
    *_SAID,
    Field("via", "Who relayed it: ref or name; none where the report heard the speaker itself.", asked=True),
    Field("kind", "What kind of claim: quantity (a number), occurrence, means, status, use, conduct.",
          words=_words("CLAIM_KINDS"), edited=False),
    Field("measure", "What is counted.", code_list="measure", asked=True),
    Field("number", "How many, as said: '>30', 'up to 25', 10-15, dozens, 'not stated', none.", asked=True),
    Field("words", "The number in the document's own words.", asked=True),
    Field("language", "Language of these words, such as en or ar."),
    Field("translated_by", "Who translated them."),
    Field("population", "Who is counted.", code_list="population", asked=True),
    Field("facility_type", "What kind of facility is counted.", code_list="facility_type"),
    Field("facilities", "A named facility that the number stands for; may be repeated.",
          kind="many", noun="facility", edited=False),
    Field("unit", "Unit, where it is not the measure's, such as 'vehicles per day'."),
    Field("rate", "It is a rate or flow, and enters no total.", kind="flag"),
    Field("period", "The days that it is about, in any spelling of a date.", asked=True),
    Field("period_words", "The period in the document's own words, such as 'the last few days'."),
    Field("basis", "Where the period comes from: printed, inferred or not_stated.", words=_words("BASES")),
    Field("accumulation", "What it adds up: since_start, increment or as_at.", words=_words("ACCUMULATIONS")),
    Field("place", "A place that it is about, with its part if any: 'northern Hama'; may be repeated.",
          kind="many", edited=False),
    Field("place_words", "The place in the document's own words."),
    Field("attack_type", "Of means: what was done.", code_list="attack_type"),
    Field("launch", "Of means: from what it was launched.", code_list="launch_method"),
    Field("munition", "Of means: what struck.", code_list="munition"),
    Field("damage", "Of a status: how badly damaged.", code_list="damage"),
    Field("functionality", "Of a status: how far it works.", code_list="functionality"),
    Field("use", "What the facility was used for; never published.", words=_words("FACILITY_USES")),
    Field("conduct", "How the attack was conducted, as said, such as directly_targeted.", words=_words("CONDUCTS")),
    Field("hedge", "How far the speaker stands behind it, such as unconfirmed.", words=_words("HEDGES")),
    Field("absence", "Why there is no number, such as withheld.", words=_words("ABSENCES")),
    Field("imputed", "The list put the number in; nobody said it.", kind="flag"),
    Field("definition", "What the speaker counts, where that is said."),
    Field("locator", "Where in the document: page, paragraph, second."),
    Field("origin", "The body that it first came from, if that is not the speaker's.", noun="source", edited=False),
    Field("corrects", "An earlier claim of the same speaker that this one replaces, by ref; may be repeated.",
          kind="many", noun="claim", edited=False),
    Field("note", "A note for colleagues; it is never published."),
)  # fmt: skip
ATTRIBUTION = (
    *_ABOUT,
    *_SAID,
    Field("actors", "Whom they name: ref or name of an actor; may be repeated.",
          kind="many", required=True, noun="actor"),
    Field("stance", "accuses, claims, denies, or one_of where the speaker leaves open which.", words=_words("STANCES")),
    Field("attack_type", "What they say was done.", code_list="attack_type"),
    Field("hedge", "How far the speaker stands behind it.", words=_words("HEDGES")),
    Field("words", "In the document's own words."),
    Field("locator", "Where in the document: page, paragraph, second."),
    Field("note", "A note for colleagues; it is never published."),
)  # fmt: skip
COLUMNS = {
    "ref": "Ref",
    "about": "About",
    "kind": "",
    "topic": "What",
    "measure": "",
    "population": "",
    "facility_type": "",
    "operator": "",
    "low": "",
    "high": "",
    "absence": "",
    "said": "How many",
    "words": "",
    "speaker": "Speaker",
    "via": "Via",
    "publisher": "In",
    "withdrawn_at": "Withdrawn",
}


@click.group()
def claim() -> None:
    """Claims: what one speaker says in one report, with the number as it was said."""


claim.add_command(release_verb("claim"))


@claim.command(
    epilog=examples(
        "registry claim add 'killed >30 / Dbis via Reuters' --attack A-7Q2M-K9XD-F3A7-B --report R-1B5N-T3WH-THBR-D",
        "registry claim add 'facilities hit 4 health / UOSSM' --situation 'Idlib 2019' --report R-1B5N-T3WH-THBR-D",
    )
)
@click.argument("line", required=False)
@takes(FIELDS)
@writes
@pass_settings
def add(settings: Settings, line: str | None, given: Given, why: str | None, dry_run: bool) -> None:
    """Add a claim about one attack, facility or situation.

    LINE is the short way: MEASURE [POPULATION] NUMBER [FACILITY TYPE] / SPEAKER [via RELAY]. On a terminal it asks for
    what is missing. What a speaker corrects is a new claim with --corrects; our own slip is mended with `claim edit`.
    """
    from registry.models.said import ClaimCreate
    from registry.services import claims, harm_lines

    spelt = harm_lines.parse(line, "line").parts if line else {}
    wanted = filled(ClaimCreate, _with_subject(FIELDS, given), _once(spelt, given), settings)
    with writing(settings, why, dry_run) as work:
        ref = claims.add(work, wanted).ref
    done(dry_run, "Added the claim.", ref)


def _once(spelt: Given, given: Given) -> Given:
    from registry.errors import InvalidValue

    for name in spelt:
        if name in given:
            raise InvalidValue(name, "is given both in the line and as an option", "give it once")
    return {**spelt, **given}


def _with_subject(fields: Sequence[Field], given: Given) -> list[Field]:
    """Where nothing says what it is about, a terminal asks for the attack."""
    is_known = any(given.get(noun) for noun in ("attack", "facility", "situation"))
    return [replace(field, asked=True) if field.name == "attack" and not is_known else field for field in fields]


@claim.command(
    "list", epilog=examples("registry claim list --about A-7Q2M-K9XD-F3A7-B", "registry claim list --format csv")
)
@click.option("--about", metavar="REF", help="Only about this attack, facility or situation.")
@click.option("--report", metavar="REF", help="Only of this report.")
@formats
@pass_settings
def list_(settings: Settings, about: str | None, report: str | None, form: str) -> None:
    """List claims, by what they are about."""
    from registry.services.records import claims

    with reading(settings) as connection:
        rows(map(_read, claims.list_(connection, about=about, report=report)), COLUMNS, form)


def _read(row: dict[str, Any]) -> dict[str, Any]:
    from registry.cli import words

    if row["kind"] != "quantity":
        return row | {"topic": words.topic(row), "said": "see `claim show`"}
    return row | {"topic": words.topic(row), "said": words.said({"unit": None, "is_imputed": False, **row})}


@claim.command(epilog=examples("registry claim show C-1B5N-T3WH-THBR-8"))
@click.argument("wanted", metavar="REF")
@as_of
@formats
@pass_settings
def show(settings: Settings, wanted: str, form: str) -> None:
    """Show one claim: what is said, by whom, in which words; what corrects it, and which figures rest on it."""
    from registry.cli import words
    from registry.services.records import claims

    with reading(settings) as connection:
        found = claims.show(connection, wanted)
    if form == "table":
        first = {"ref": found["ref"], "about": found["about"], "says": f"{words.topic(found)}: {words.said(found)}"}
        found = first | {"who_says_so": words.speaker(found)} | {key: found[key] for key in found if key not in first}
    record(found, form)


@claim.command(epilog=examples("registry claim edit C-1B5N-T3WH-THBR-8 --number '>30' --why 'Typed 3 for 30'"))
@click.argument("wanted", metavar="REF")
@takes(edited(FIELDS))
@versioned
@writes
@pass_settings
def edit(settings: Settings, wanted: str, given: Given, version: int | None, why: str | None, dry_run: bool) -> None:
    """Mend our own typing error in a claim.

    What the speaker corrects is a new claim: `registry claim add … --corrects REF`. An empty value, such as --note '',
    clears a field. What it is about, and its report, stay: withdraw it with --our-error and add it anew.
    """
    from registry.models.said import ClaimCreate
    from registry.services import claims

    changes = changed(ClaimCreate, edited(FIELDS), given)
    with writing(settings, why, dry_run) as work:
        ref = claims.edit(work, wanted, changes, version).ref
    done(dry_run, f"Changed of {ref}: {', '.join(changes)}.", ref)


@claim.command(epilog=examples("registry claim link C-7Q2M-K9XD-F3A7-P corrects C-1B5N-T3WH-THBR-8 --by-speaker"))
@click.argument("wanted", metavar="REF")
@click.argument("kind", metavar="corrects|rescopes|withdraws|part_of|of_which|repeats")
@click.argument("other", metavar="OTHER")
@click.option("--by-speaker", is_flag=True, help="The speaker says so; otherwise it is our reading.")
@click.option("--note", metavar="TEXT", help="How one can tell.")
@writes
@pass_settings
def link(
    settings: Settings,
    wanted: str,
    kind: str,
    other: str,
    by_speaker: bool,
    note: str | None,
    why: str | None,
    dry_run: bool,
) -> None:
    """Record that a claim corrects, re-scopes, withdraws or repeats another, or is a part of it."""
    from registry.services import claims

    with writing(settings, why, dry_run) as work:
        claims.link(work, wanted, other, kind, by_speaker=by_speaker, note=note)
    done(dry_run, f"Recorded that {wanted} {kind} {other}.")


@claim.command(epilog=examples("registry claim withdraw C-1B5N-T3WH-THBR-8 --why 'SOHR took the number back on 6 May'"))
@click.argument("wanted", metavar="REF")
@click.option("--our-error", is_flag=True, help="We should never have recorded it; otherwise its speaker took it back.")
@writes
@pass_settings
def withdraw(settings: Settings, wanted: str, our_error: bool, why: str | None, dry_run: bool) -> None:
    """Withdraw a claim. It stays on record with the reason, and our figures no longer rest on it."""
    from registry.services import claims

    reason = needed(why)
    with writing(settings, reason, dry_run) as work:
        ref = claims.withdraw(work, wanted, why=reason, our_error=our_error).ref
    done(dry_run, f"Withdrew {ref}: {reason}")


@claim.command(
    epilog=examples(
        "registry claim independence C-7Q2M-K9XD-F3A7-P C-1B5N-T3WH-THBR-8 yes --why 'Own staff at two hospitals'"
    )
)
@click.argument("wanted", metavar="REF")
@click.argument("other", metavar="OTHER")
@click.argument("verdict", metavar="yes|no|unknown")
@writes
@pass_settings
def independence(settings: Settings, wanted: str, other: str, verdict: str, why: str | None, dry_run: bool) -> None:
    """Judge whether those behind two claims know it independently of each other.

    Unknown independence never corroborates: an attack is `corroborated` by two origins that somebody judged with yes.
    """
    from registry.services import claims

    reason = needed(why)
    with writing(settings, reason, dry_run) as work:
        claims.independence(work, wanted, other, verdict, why=reason)
    done(dry_run, f"Recorded for {wanted} and {other}, independent: {verdict}.")


@claim.command(
    epilog=examples(
        "registry claim attribute 'SOHR: either Syrian government forces or Russian air force' \\",
        "    --attack A-7Q2M-K9XD-F3A7-B --report R-1B5N-T3WH-THBR-D",
    )
)
@click.argument("line", required=False)
@takes(ATTRIBUTION)
@writes
@pass_settings
def attribute(settings: Settings, line: str | None, given: Given, why: str | None, dry_run: bool) -> None:
    """Record whom a speaker accuses of an attack or of a situation's attacks, or who claims or denies it.

    LINE is the short way: SPEAKER: ACTOR, or SPEAKER: either ACTOR or ACTOR, or SPEAKER denies: ACTOR.
    """
    from registry.models.said import AttributionCreate
    from registry.services import claims, shorthand

    spelt = shorthand.accusation(line) if line else {}
    wanted = filled(AttributionCreate, _with_subject(ATTRIBUTION, given), _once(spelt, given), settings)
    with writing(settings, why, dry_run) as work:
        claims.attribute(work, wanted)
    done(dry_run, f"Recorded whom {wanted.speaker} names.")
