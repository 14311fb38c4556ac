"""What `registry attack add` does: from options, JSON or nine questions to one attack, saved whole or not at all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from registry.cli.fields import Given
from registry.cli.options import Settings, done, is_terminal, say, writing

if TYPE_CHECKING:
    from registry.services.entering import EntryCreate


def run(settings: Settings, given: Given, why: str | None, dry_run: bool) -> None:
    """Add an attack; on a terminal without a place, by questions."""
    from registry.services.entering import EntryCreate

    given = {name: value for name, value in given.items() if value != ""}
    if "place" not in given and is_terminal():
        from registry.cli import attack_questions

        attack_questions.ask(settings, given, why, dry_run)
        return
    entry = EntryCreate.model_validate(given)
    if is_terminal() and not dry_run and not _confirmed(settings, entry):
        say("Nothing was saved.")
        raise click.exceptions.Exit(4)
    save(settings, entry, why, dry_run)


def save(settings: Settings, entry: "EntryCreate", why: str | None, dry_run: bool, onto: str | None = None) -> None:
    """Save an entry in one transaction, and tell of attacks that it may be a second record of.

    With `onto`, the ref of an attack on file, its document and claims are added to that one.
    """
    from registry.services import entering

    with writing(settings, why, dry_run) as work:
        attack = entering.add_to(work, onto, entry) if onto else entering.add(work, entry)
        twins = [] if onto or is_terminal() else entering.duplicates(work, attack, entry.when)
        ref, place = attack.ref, entry.place
    for line in twin_lines(twins):
        say(f"may be the same: {line}")
    if twins:
        say(f"If it is the same: registry attack merge {ref} REF --why 'One strike'")
    done(dry_run, f"Added the document and its claims to {ref}." if onto else f"Added the attack in {place}.", ref)


def _confirmed(settings: Settings, entry: "EntryCreate") -> bool:
    """Whether a person at a terminal wants it saved although it may be on file already."""
    from registry.services import entering
    from registry.services.work import rehearsing

    with rehearsing(settings.engine, settings.user, "preview") as work:
        twins = entering.preview(work, entry).duplicates
    if not twins:
        return True
    say("It may be on file already:")
    for line in twin_lines(twins):
        say(f"  {line}")
    return click.confirm("Save it all the same?", default=False, err=True)


def twin_lines(found: Sequence[dict[str, Any]]) -> list[str]:
    """A line for each attack that may be the same event."""
    return [
        f"{row['ref']}  {row['occurred_words'] or row['occurred_from_on']}, {row['place']}: "
        f"{row['named_facilities']} named and {row['unnamed_facilities']} unnamed facilities, "
        f"{str(row['grade']).replace('_', ' ')}"
        for row in found
    ]


def spelt_out(given: Given) -> Given:
    """What `edit` was given, with its short lines spelt out as facilities and means."""
    from registry.services import shorthand

    rest = dict(given)
    hits = [shorthand.hit(line) for line in rest.pop("hit", [])]
    hits += [shorthand.hit(line, unnamed=True) for line in rest.pop("unnamed", [])]
    if hits:
        rest["facilities"] = [*rest.get("facilities", []), *hits]
    if "report" in rest:
        rest["reports"] = rest.pop("report")
    for name in ("means", "not_means"):
        if name in rest:
            rest[name] = [shorthand.means(line) if isinstance(line, str) else line for line in rest[name]]
    return rest
