"""`registry sitrep` for issues of a series: list, print, edit, approve, publish, diff, verify."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli.files import in_formats, need_folder, of_format, to_file, write
from registry.cli.options import Settings, done, examples, formats, needed, pass_settings, reading, say, writes, writing
from registry.cli.output import rows
from registry.plurals import how_many

if TYPE_CHECKING:
    from registry.sitrep.values import Correction
    from registry.sitrep.worker import Form

COLUMNS = {
    "ref": "Ref", "series": "Series", "number": "No.", "language": "Language", "audience": "Audience",
    "period_from_on": "From", "period_to_on": "To", "state": "State", "maker": "Made by", "approver": "Approved by",
    "as_of": "", "kind": "", "snapshot_sha256": "", "pdf_sha256": "",
}  # fmt: skip
DIFFERENCES = {"about": "About", "kind": "What", "part": "Of", "old": "Was", "new": "Is", "why": "Why"}


@click.command("list", epilog=examples("registry sitrep list", "registry sitrep list --series 'North-west Syria'"))
@click.option("--series", metavar="NAME", help="Only the issues of this series.")
@formats
@pass_settings
def list_(settings: Settings, series: str | None, form: str) -> None:
    """List the issues on record: drafts, approved and published ones."""
    from registry.services import issues

    with reading(settings) as connection:
        found = issues.list_(connection, series=series)
    rows(found, COLUMNS, form)


@click.command(
    "print",
    epilog=examples(
        "registry sitrep print T-7Q2M-K9XD-F3A7-1 --out issue-4.pdf",
        "registry sitrep print T-7Q2M-K9XD-F3A7-1 --format pdf,html",
    ),
)
@click.argument("ref")
@in_formats
@to_file("sitrep.FORMAT")
@pass_settings
def print_(settings: Settings, ref: str, forms: "tuple[Form, ...]", out: Path | None) -> None:
    """Print an issue again, from the values that it was made of."""
    from registry.services import issues
    from registry.sitrep import worker

    files = _files(out, forms)
    with reading(settings) as connection:
        sitrep = issues.snapshot_of(connection, ref)
    for form, file in files.items():
        write(file, worker.files([sitrep], form)[0])


def _files(out: Path | None, forms: "tuple[Form, ...]") -> "dict[Form, Path]":
    """The file for each format."""
    if out is not None:
        need_folder(out)
    return {form: of_format(out, form, forms) or Path(f"sitrep.{form}") for form in forms}


@click.command(
    epilog=examples(
        "registry sitrep edit T-7Q2M-K9XD-F3A7-1 --highlight 'Two hospitals in Idlib stopped working.' --why 'clearer'",
        "registry sitrep edit T-7Q2M-K9XD-F3A7-1 --by-rule --why 'the sentences by rule say it'",
    )
)
@click.argument("ref")
@click.option("--highlight", "highlights", multiple=True, metavar="TEXT", help="A sentence of your own, up to six.")
@click.option("--by-rule", is_flag=True, help="Bring back the sentences that are written from the figures.")
@writes
@pass_settings
def edit(
    settings: Settings, ref: str, highlights: tuple[str, ...], by_rule: bool, why: str | None, dry_run: bool
) -> None:
    """Put your own highlights on page one of a draft; the journal keeps who wrote them."""
    from registry.errors import UsageError
    from registry.services import issues

    if bool(highlights) == by_rule:
        raise UsageError("give --highlight, once for each sentence, or --by-rule")
    with writing(settings, needed(why), dry_run) as work:
        issues.highlight(work, ref, highlights)
    done(
        dry_run,
        "The highlights are those by rule again." if by_rule else f"Yours: {how_many(len(highlights), 'highlight')}.",
    )


@click.command(epilog=examples("registry --as 'Basma' sitrep approve T-7Q2M-K9XD-F3A7-1 --why 'all figures checked'"))
@click.argument("refs", metavar="REF…", nargs=-1, required=True)
@writes
@pass_settings
def approve(settings: Settings, refs: tuple[str, ...], why: str | None, dry_run: bool) -> None:
    """Approve drafts that somebody else made."""
    from registry.services import issues

    with writing(settings, why, dry_run) as work:
        for ref in refs:
            issues.approve(work, ref)
    done(dry_run, f"Approved {len(refs)}; `registry sitrep publish` makes it final.")


@click.command(
    epilog=examples(
        "registry sitrep publish T-7Q2M-K9XD-F3A7-1 --out issue-4.pdf",
        "registry sitrep publish T-7Q2M-K9XD-F3A7-1 --format pdf,html --out issue-4.pdf",
    )
)
@click.argument("ref")
@in_formats
@to_file("sitrep.FORMAT")
@writes
@pass_settings
def publish(
    settings: Settings, ref: str, forms: "tuple[Form, ...]", out: Path | None, why: str | None, dry_run: bool
) -> None:
    """Publish an approved issue: print it as final. It is never changed after.

    What is on record of it is its PDF, whichever format is asked for.
    """
    from registry.services import issues
    from registry.sitrep import worker

    files = _files(out, forms)
    with writing(settings, why, dry_run) as work:
        final = issues.publish(work, ref)
        made: dict[Form, bytes] = {"pdf": worker.pdfs([final])[0]}
        issues.printed(work, ref, made["pdf"])
    if "html" in forms:
        made["html"] = worker.files([final], "html")[0]
    if not dry_run:
        for form, file in files.items():
            write(file, made[form])
    done(dry_run, f"Published {ref}.")


@click.command(epilog=examples("registry sitrep diff T-7Q2M-K9XD-F3A7-1 T-1B5N-T3WH-THBR-8 --format csv"))
@click.argument("old")
@click.argument("new")
@formats
@pass_settings
def diff(settings: Settings, old: str, new: str, form: str) -> None:
    """Show what one issue says differently from another: new, revised, merged, withdrawn, known late."""
    from registry.services import issues

    with reading(settings) as connection:
        found = issues.differences(connection, old, new)
    if found or form != "table":
        rows((_told(one) for one in found), DIFFERENCES, form)
    else:
        say("The two say the same.")


def _told(one: "Correction") -> dict[str, Any]:
    from registry.cli import words

    old, new = words.corrected(one)
    part = f"{one.topic.text}, {one.population.text}" if one.topic and one.population else one.part.replace("_", " ")
    about = one.subject or one.sector or "whole area"
    return {"about": about, "kind": one.kind, "part": part, "old": old, "new": new, "why": one.reason}


@click.command(epilog=examples("registry sitrep verify sitrep-en.pdf", "curl -s https://… | registry sitrep verify -"))
@click.argument("file", type=click.File("rb"))
@formats
@pass_settings
def verify(settings: Settings, file: Any, form: str) -> None:
    """Check a sitrep's PDF against what is attached to it, and against the registry where it is here.

    Every figure is reckoned again, the pages are made again and compared, and the journal has to hold the head that is
    printed. Ends with 1 where something differs, and says what.
    """
    from registry.errors import NotFound, RegistryError
    from registry.services import verifying

    data = file.read()
    try:
        with reading(settings) as connection:
            found = verifying.verify(data, connection)
    except NotFound:
        found = verifying.verify(data, None)
    rows(
        ({"check": one.check, "state": one.state, "told": one.told} for one in found),
        {"check": "Check", "state": "", "told": ""}
        if form != "table"
        else {"check": "Check", "state": "State", "told": "Found"},
        form,
    )
    failed = [one.check for one in found if one.state == "failed"]
    if failed:
        raise RegistryError(f"this copy is not what was published: {', '.join(failed)}; ask the producer for the file")
    say("The file holds together.")
