"""`registry report`: documents published by sources, and how they lie to one another."""

from collections.abc import Sequence
from pathlib import Path

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


def _bases() -> Sequence[str]:
    from registry.codes import BASES

    return BASES


def _kinds() -> Sequence[str]:
    from registry.codes import REPORT_KINDS

    return REPORT_KINDS


FIELDS = (
    Field("publisher", "Who published it: ref or name of a source.", required=True, noun="source"),
    Field("title", "Title, as printed.", asked=True),
    Field("url", "Address on the web.", asked=True),
    Field("archive_url", "Address of an archived copy.", asked=True),
    Field("published", "When it was published, in any spelling of a date.", asked=True),
    Field("basis", "Where that date comes from: printed, inferred or not_stated.", words=_bases),
    Field("language", "Language, such as en or ar.", asked=True),
    Field("kind", "What kind of document it is, such as news_article, agency_wire or social_media.", words=_kinds),
    Field("accessed", "The day it was read, as 2019-05-07."),
    Field("outside_id", "What somebody else's system calls it."),
    Field("stub", "We know of it, but do not hold it.", kind="flag"),
    Field("cites", "A report that it cites, by ref; may be repeated.", kind="many", noun="report", edited=False),
    Field("note", "A note for colleagues; it is never published."),
)
COLUMNS = {
    "ref": "Ref",
    "publisher": "Publisher",
    "title": "Title",
    "published": "Published",
    "basis": "",
    "kind": "Kind",
    "claims": "Claims",
}
LABELS = {
    "publisher_is_party": "Publisher is a party",
    "url": "Address",
    "archive_url": "Archived copy",
    "is_stub": "Known, not held",
    "sha256": "SHA-256",
}


@click.group()
def report() -> None:
    """Articles, statements and posts, and what each of them cites."""


report.add_command(release_verb("report"))


@report.command(
    epilog=examples(
        "registry report add --publisher 'Middle East Eye' --published 2019-05-07 --language en "
        "--title 'Syria war: Idlib hit by air strikes' --url https://example.org/idlib"
    )
)
@takes(FIELDS)
@writes
@pass_settings
def add(settings: Settings, given: Given, why: str | None, dry_run: bool) -> None:
    """Add a report; on a terminal it asks for what is missing."""
    from registry.models.said import ReportCreate
    from registry.services import reports

    wanted = filled(ReportCreate, FIELDS, given, settings)
    with writing(settings, why, dry_run) as work:
        ref = reports.add(work, wanted).ref
    done(dry_run, f"Added a report by {wanted.publisher}.", ref)


@report.command("list", epilog=examples("registry report list", "registry report list --format csv"))
@formats
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List reports, newest first."""
    from registry.services.records import reports

    with reading(settings) as connection:
        rows(reports.list_(connection), COLUMNS, form)


@report.command(epilog=examples("registry report show R-7Q2M-K9XD-F3A7-R"))
@click.argument("wanted", metavar="REF")
@as_of
@formats
@pass_settings
def show(settings: Settings, wanted: str, form: str) -> None:
    """Show one report: its links, its files and its claims."""
    from registry.services.records import reports

    with reading(settings) as connection:
        found = reports.show(connection, wanted)
    record(_in_words(found) if form == "table" else found, form, LABELS)


def _in_words(found: Given) -> Given:
    """A report as people read it."""
    from registry.cli import words

    dated = [key for key in found if key.startswith("published_")]
    shown = {key: value for key, value in found.items() if key not in dated}
    shown["kind"] = words.code(found["kind"])
    shown["published"] = words.days(found, "published_")
    claims = [{key: cell for key, cell in words.claim(row).items() if key != "In"} for row in found["claims"]]
    counted = {"claims": claims or 0}
    return {key: shown[key] for key in ("ref", "publisher", "title", "published")} | shown | counted


@report.command(epilog=examples("registry report edit R-7Q2M-K9XD-F3A7-R --archive-url https://web.archive.org/…"))
@click.argument("wanted", metavar="REF")
@takes(edited(FIELDS))
@versioned
@writes
@pass_settings
def edit(settings: Settings, wanted: str, given: Given, version: int | None, why: str | None, dry_run: bool) -> None:
    """Change what is given of a report.

    An empty value, such as --note '', clears a field.
    """
    from registry.models.said import ReportCreate
    from registry.services import reports

    changes = changed(ReportCreate, edited(FIELDS), given)
    with writing(settings, why, dry_run) as work:
        ref = reports.edit(work, wanted, changes, version).ref
    done(dry_run, f"Changed of {ref}: {', '.join(changes)}.", ref)


@report.command(epilog=examples("registry report link R-7Q2M-K9XD-F3A7-R republishes R-1B5N-T3WH-THBR-D"))
@click.argument("wanted", metavar="REF")
@click.argument("kind", metavar="cites|republishes|translates")
@click.argument("other", metavar="OTHER")
@click.option("--note", metavar="TEXT", help="How one can tell.")
@writes
@pass_settings
def link(
    settings: Settings, wanted: str, kind: str, other: str, note: str | None, why: str | None, dry_run: bool
) -> None:
    """Record that a report cites, republishes or translates another.

    A situation report names the original beside what republishes or translates it. Who first gave a number that a copy
    carries is said with the claim: `registry claim add --origin`.
    """
    from registry.services import reports

    with writing(settings, why, dry_run) as work:
        reports.link(work, wanted, other, kind, note)
    done(dry_run, f"Recorded that {wanted} {kind} {other}.")


@report.command(
    epilog=examples("registry report unlink R-7Q2M-K9XD-F3A7-R republishes R-1B5N-T3WH-THBR-D --why 'Its own reporter'")
)
@click.argument("wanted", metavar="REF")
@click.argument("kind", metavar="cites|republishes|translates")
@click.argument("other", metavar="OTHER")
@writes
@pass_settings
def unlink(settings: Settings, wanted: str, kind: str, other: str, why: str | None, dry_run: bool) -> None:
    """Take back a link that was recorded by mistake."""
    from registry.services import reports

    with writing(settings, needed(why), dry_run) as work:
        reports.unlink(work, wanted, other, kind)
    done(dry_run, f"Took back that {wanted} {kind} {other}.")


@report.command(epilog=examples("registry report attach R-7Q2M-K9XD-F3A7-R idlib.pdf --tool 'Firefox 68'"))
@click.argument("wanted", metavar="REF")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--tool", metavar="TEXT", help="What made the file, such as a browser or an archiving program.")
@writes
@pass_settings
def attach(settings: Settings, wanted: str, file: Path, tool: str | None, why: str | None, dry_run: bool) -> None:
    """Record a file that captures a report, by its SHA-256.

    The file stays where it is: keep it safe. The registry can later tell whether it is still the same.
    """
    from registry.services import reports

    with writing(settings, why, dry_run) as work:
        digest = reports.attach(work, wanted, file, tool=tool).sha256
    done(dry_run, f"Attached {file.name}, whose SHA-256 is {digest}.")
