"""`registry journal`: who changed what, when and why."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from registry.cli.options import (
    Settings,
    done,
    examples,
    formats,
    is_terminal,
    pass_settings,
    reading,
    say,
    writing,
)
from registry.cli.output import record, rows
from registry.errors import UsageError
from registry.plurals import how_many

COLUMNS = {
    "at": "When",
    "by": "Who",
    "action": "What",
    "table": "Of",
    "ref": "Ref",
    "changed": "Changed",
    "why": "Why",
    "erased": "",
    "node": "",
    "seq": "",
    "row_id": "",
}


@click.group()
def journal() -> None:
    """Who changed what, when and why; and proof that nothing was altered."""


@journal.command(
    epilog=examples("registry journal show F-7Q2M-K9XD-F3A7-S", "registry journal show --by Amal --since 2019-05-01")
)
@click.argument("ref", required=False, metavar="[REF]")
@click.option("--table", metavar="NAME", help="Only changes of this table, such as claim or facility_name.")
@click.option("--by", metavar="NAME", help="Only changes by this person.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    metavar="DATE",
    help="Only changes from this day (or time, as 2019-05-01T14:30) in UTC.",
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, metavar="N", help="At most so many."
)
@click.option(
    "--as-of",
    metavar="TIME",
    help="As the journal stood at this time, such as 2019-05-06T12:00Z, or at the end of this day.",
)
@formats
@pass_settings
def show(
    settings: Settings,
    ref: str | None,
    table: str | None,
    by: str | None,
    since: datetime | None,
    limit: int,
    as_of: str | None,
    form: str,
) -> None:
    """Show changes, newest first.

    What was erased since is not shown again by --as-of.
    """
    from registry.services import journal as service
    from registry.services import past

    until = past.moment(as_of) if as_of is not None else None
    zoned = since.replace(tzinfo=UTC) if since is not None else None
    with reading(settings) as connection:
        entries = service.show(connection, row_ref=ref, table=table, by=by, since=zoned, until=until, limit=limit)
    rows([_readable(entry) for entry in entries] if form == "table" else entries, COLUMNS, form)


def _readable(entry: dict[str, Any]) -> dict[str, Any]:
    if entry["action"] == "update":
        changes = [f"{name}: {_brief(old)} → {_brief(new)}" for name, (old, new) in entry["changed"].items()]
    else:  # of a new row, only what says something; keys of other rows are for JSON
        told = {name: new for name, (_, new) in entry["changed"].items() if new not in (None, "", False)}
        changes = [f"{name}: {_brief(new)}" for name, new in told.items() if name != "ref" and not name.endswith("_id")]
    return entry | {"changed": "; ".join(changes + [f"{name}: erased" for name in entry["erased"]])}


def _brief(value: object) -> str:
    text = "(empty)" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


@journal.command(epilog=examples("registry journal verify", "registry journal verify --noted 9f86d081884c7d659a2f…"))
@click.option(
    "--noted", multiple=True, metavar="HASH", help="A head that was noted elsewhere; some chain must hold it."
)
@formats
@pass_settings
@click.pass_context
def verify(context: click.Context, settings: Settings, noted: Sequence[str], form: str) -> None:
    """Prove that nothing was altered or lost unnoticed.

    Note the heads on paper, or send them to somebody: with --noted they show later that the journal was not made anew.
    Ends with exit code 1 when something is wrong.
    """
    from registry.services import journal as service

    with reading(settings) as connection:
        verdict = service.verify(connection, noted=noted)
    found = {
        "entries": verdict.entries,
        "chains": verdict.chains,
        "erased": verdict.erased,
        "heads": [{"node": head.node, "seq": head.seq, "hash": head.hash} for head in verdict.heads],
        "problems": [{"problem": problem} for problem in verdict.problems],
    }
    record(found, form)
    if verdict.problems:
        problems = how_many(len(verdict.problems), "problem")
        say(f"{problems}: keep a copy of the database as it is, and compare it with a backup.")
        context.exit(1)
    say("The journal and every record agree.")


@journal.command(
    epilog=examples("registry journal erase S-7Q2M-K9XD-F3A7-N name note --why 'Request of 3 June 2019, file 12'")
)
@click.argument("ref")
@click.argument("columns", nargs=-1, required=True, metavar="FIELD…")
@click.option(
    "--why", required=True, metavar="TEXT", help="The reason; it is kept for ever and must not name the person."
)
@click.option("--yes", is_flag=True, help="Do not ask; nobody can undo it.")
@click.option("--dry-run", is_flag=True, help="Do everything except saving: shows whether it would work.")
@pass_settings
def erase(settings: Settings, ref: str, columns: Sequence[str], why: str, yes: bool, dry_run: bool) -> None:
    """Remove a person's data from a record and from the journal.

    The one exception to "nothing is erased", for a person who asks for it. That it was done stays on record; what stood
    there is gone. `name` means every name of the record. Backups made before hold it still: delete those too.
    A row that has no ref (an attribution, a grade, a file) is given as TABLE:ID, such as attribution:0197…, which
    `registry journal show --table attribution --format csv` prints.
    """
    from registry.services import erasing

    if not (yes or dry_run):
        if not is_terminal():
            raise UsageError("nobody can undo this; give --yes if you mean it")
        click.confirm(f"Erase {', '.join(columns)} of {ref} for ever?", abort=True, err=True)
    with writing(settings, why, dry_run) as work:
        count = erasing.erase(work, ref, columns)
    if not dry_run:
        from registry.db import forget
        from registry.services import extracts, past

        extracts.forget(settings.engine)
        past.forget(settings.engine)
        forget(settings.engine)
    done(dry_run, f"Erased {', '.join(columns)} of {ref}, and {count} former values in the journal.")
