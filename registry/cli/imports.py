"""`registry import`: other people's lists, looked at before and taken back after."""

import functools
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli.options import (
    Command,
    Settings,
    done,
    examples,
    formats,
    pass_settings,
    progress,
    reading,
    say,
    writes,
    writing,
)
from registry.cli.output import rows
from registry.errors import InvalidValue, RejectedRows, UsageError
from registry.plurals import how_many

if TYPE_CHECKING:
    from registry.services.importing.loading import Opened, Outcome
    from registry.services.importing.mapping import Loaded

BATCH_COLUMNS = {
    "ref": "Ref",
    "loaded_at": "Loaded",
    "loaded_by": "By",
    "file_name": "File",
    "mapping": "Mapping",
    "state": "State",
    "rows_new": "New",
    "rows_changed": "Changed",
    "rows_same": "Same",
    "rows_rejected": "Rejected",
    "rows_vanished": "Vanished",
    "list_name": "",
    "undone_at": "",
    "undone_by": "",
    "sha256": "",
}
MAP_COLUMNS = {"name": "Name", "title": "What it is for", "noun": "Rows are", "licence": "Licence"}
FINDING_COLUMNS = {
    "finding": "Finding",
    "where": "Where",
    "what": "What",
    "before": "Before",
    "after": "After",
    "rows": "Rows",
}
_LONGEST = 60  # characters of a text before and after, in a table


@click.group(name="import")
def import_() -> None:
    """Other people's lists: looked at before they are loaded, and taken back after."""


_OPTIONS = (
    click.argument("file", metavar="FILE"),
    click.option(
        "--map", "wanted", required=True, metavar="NAME|FILE",
        help="The mapping: see `registry import map list`.",
    ),
    click.option(
        "--list", "known_as", metavar="NAME", help="By which its rows are known again; the mapping's otherwise."
    ),
    click.option("--country", metavar="CODE", help="The country of all rows, for a list that does not say it."),
    click.option("--delimiter", metavar="CHARACTER", help="Of a text file; found from its first line otherwise."),
    click.option("--encoding", metavar="NAME", help="Of a text file, such as windows-1256; UTF-8 otherwise."),
    click.option(
        "--sheet", metavar="NAME|N",
        help="Of a workbook; '*' in it stands for anything. The mapping's, or the first that is shown and filled.",
    ),
)  # fmt: skip
_OVERRIDES = ("wanted", "known_as", "country", "delimiter", "encoding", "sheet")


def of_a_file(command: Command) -> Command:
    """A file, its mapping, and what overrides it; the command gets the mapping as `given`."""

    @functools.wraps(command)
    def collected(*args: object, **rest: Any) -> object:
        given = {name: rest.pop(name) for name in _OVERRIDES}
        return command(*args, given=given, **rest)

    wrapped: Any = collected
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[no-any-return]  # click's decorators keep the function's type


def of_a_list(command: Command) -> Command:
    """A file that is loaded, as `of_a_file`, and where the rows that are left out go."""
    return of_a_file(
        click.option(
            "--rejected",
            metavar="FILE",
            help="Where the rows that were left out go; beside the file, as FILE.rejected.csv, otherwise.",
        )(command)
    )


@import_.command(
    epilog=examples(
        "registry import check incidents.xlsx --map insecurity-insight-health",
        "registry import check clinics.csv --map hot-osm --country SDN --format csv > findings.csv",
    )
)
@of_a_file
@click.option("--rejected", metavar="FILE", help="Write the rows that would be left out to this CSV file.")
@formats
@pass_settings
def check(settings: Settings, file: str, rejected: str | None, form: str, given: dict[str, Any]) -> None:
    """Say what loading a file would do, and change nothing.

    What would be new, changed, the same or left out; what a newer edition says differently; headings and words that
    the mapping does not know. It ends with 5 where rows would be left out.
    """
    mapping = _mapping(given)
    with _parsed(file, mapping) as found, writing(settings, None, dry_run=True) as work:
        outcome = _load(work, found, mapping)
    _save_rejected(outcome, rejected)
    _tell(outcome, "would be ")
    rows(_findings(outcome, is_whole=form != "table"), FINDING_COLUMNS, form)
    _end(outcome, rejected, is_done=False)


@import_.command(
    epilog=examples(
        "registry import load pcodes.csv --map ocha-pcodes --why 'COD of October'",
        "registry import load incidents.xlsx --map insecurity-insight-health",
    )
)
@of_a_list
@writes
@pass_settings
def load(
    settings: Settings, file: str, rejected: str | None, why: str | None, dry_run: bool, given: dict[str, Any]
) -> None:
    """Load a file: good rows in, bad rows to a file that says how to mend them.

    It is one transaction: the registry is as before, or holds all good rows. The same file twice changes nothing; a
    newer edition changes what differs. It ends with 5 where rows were left out.
    """
    load_list(settings, file, rejected, why, dry_run, given)


def load_list(
    settings: Settings,
    file: str,
    rejected: str | None,
    why: str | None,
    dry_run: bool,
    given: dict[str, Any],
    *,
    noun: str | None = None,
) -> None:
    """Load a list and tell of it.

    Args:
        settings: of the call.
        file: the path, or `-`.
        rejected: where rows that are left out go.
        why: the reason that the journal keeps.
        dry_run: whether nothing is to be saved.
        given: the mapping and what overrides it, from `of_a_list`.
        noun: what the rows have to be; anything where it is None.

    Raises:
        InvalidValue: the mapping is of other records.
        RejectedRows: rows were left out.
    """
    mapping = _mapping(given)
    if noun is not None and mapping.mapping.noun != noun:
        raise InvalidValue(
            "map", f"{given['wanted']} is of {mapping.mapping.noun} records", "load it with `registry import load`"
        )
    why = why or f"Loaded {Path(file).name} with the mapping {mapping.mapping.mapping}."
    if rejected is None and not dry_run:
        rejected = "rejected.csv" if file == "-" else f"{file}.rejected.csv"
    with _parsed(file, mapping) as found, writing(settings, why, dry_run) as work:
        outcome = _load(work, found, mapping)
        _save_rejected(outcome, rejected)  # where that fails nothing is loaded
    if outcome.loaded_before:
        say(f"This file was loaded before as {outcome.loaded_before}; nothing changed.")
        return
    _tell(outcome, "would be " if dry_run else "")
    done(dry_run, f"Loaded {Path(file).name} as {outcome.ref}.", outcome.ref)
    _end(outcome, rejected, is_done=not dry_run)


@import_.command(
    epilog=examples(
        "registry import undo shcc-2022.xlsx", "registry import undo M-7Q2M-K9XD-4TRV-5 --why 'Sent to us twice'"
    )
)
@click.argument("batch", metavar="BATCH")
@writes
@pass_settings
def undo(settings: Settings, batch: str, why: str | None, dry_run: bool) -> None:
    """Take back exactly what a batch brought; where later work rests on it, say so and do nothing.

    BATCH is its ref, or the name of its file. What it brought stays on record as retracted, and the file can be loaded
    again.
    """
    from registry.services.importing import batches, undoing

    with writing(settings, why or f"Undone the import {batch}.", dry_run) as work:
        undone = undoing.undo(work, batches.find(work, batch))
    told = ", ".join(how_many(number, name) for name, number in undone.rows.items() if not name.endswith("_name"))
    kept = ", ".join(how_many(number, name) for name, number in undone.kept.items())
    say(
        f"Retracted: {told or 'nothing'}."
        + (f" Restored: {how_many(undone.restored, 'row')}." if undone.restored else "")
    )
    if kept:
        say(f"Kept, since later records use them: {kept}.")
    done(dry_run, f"Undone: {undone.ref}.", undone.ref)


@import_.command(epilog=examples("registry import archive idlib.archive.gz --why 'A new server'"))
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="FILE")
@writes
@pass_settings
def archive(settings: Settings, file: Path, why: str | None, dry_run: bool) -> None:
    """Take up a whole registry, from the file that `registry export archive` wrote.

    Only where nothing is entered yet. Keys, refs and the journal stay as they were; what was altered is refused.
    """
    from registry.services.exporting import archive as archives

    with writing(settings, why or f"Took up the archive {file.name}.", dry_run) as work:
        taken = archives.take_up(work, file)
        ref = taken.batch.ref
    done(dry_run, f"Took up {how_many(taken.rows, 'row')} and {how_many(taken.entries, 'entry')} of the journal.", ref)


@import_.command("list", epilog=examples("registry import list", "registry import list --format json"))
@formats
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List the batches that were loaded, newest first."""
    from registry.services.importing import batches

    with reading(settings) as connection:
        rows(batches.list_(connection), BATCH_COLUMNS, form)


@import_.group("map")
def map_() -> None:
    """Mappings: how the columns of a list become ours."""


@map_.command("list", epilog=examples("registry import map list"))
@formats
def map_list(form: str) -> None:
    """List the mappings that come with the program."""
    from registry.services.importing import mapping

    known = [(name, mapping.load(name).mapping) for name in mapping.shipped()]
    found = ({"name": name, "title": one.title, "noun": one.noun, "licence": one.licence} for name, one in known)
    rows(found, MAP_COLUMNS, form)


@map_.command("show", epilog=examples("registry import map show gazetteer > my-country.yaml"))
@click.argument("wanted", metavar="NAME|FILE")
def map_show(wanted: str) -> None:
    """Print a mapping as it is written, once it is found to be sound."""
    from registry.services.importing import mapping

    click.echo(mapping.load(wanted).path.read_text(encoding="utf-8"), nl=False)


@map_.command("new", epilog=examples("registry import map new --suggest incidents.xlsx > incidents.yaml"))
@click.option("--suggest", "file", required=True, metavar="FILE", help="The file to draft a mapping for.")
@click.option("--sheet", metavar="NAME|N", help="Of a workbook; '*' in it stands for anything.")
@click.option("--encoding", default="utf-8", metavar="NAME", help="Of a text file; UTF-8 otherwise.")
def map_new(file: str, sheet: str | None, encoding: str) -> None:
    """Print a first draft of a mapping, from the headings and values of a file."""
    from registry.services.importing import laying, suggesting
    from registry.services.importing import reading as files
    from registry.services.importing.rows import Layout

    name = Path(file).name
    with files.local(Path(file)) as plain:
        layout = laying.laid_out(plain, name, Layout(sheet=sheet, encoding=encoding))
        with files.table(plain, name, layout) as table:
            click.echo(suggesting.draft(table, name, layout), nl=False)


def _mapping(options: dict[str, Any]) -> "Loaded":
    from registry import countries
    from registry.services.importing import mapping
    from registry.services.importing.expressions import Expression

    found = mapping.load(options["wanted"])
    given = found.mapping
    for key in ("sheet", "encoding", "delimiter"):
        if options[key] is not None:
            setattr(given.file, key, options[key])
    if options["country"] is not None:
        given.where.country = Expression(value=countries.check(options["country"].upper()))
    if options["known_as"] is not None:
        if not options["known_as"].strip():
            raise InvalidValue("list", "is empty", "give the list a name")
        given.known_as = options["known_as"].strip()
    elif options["country"] is not None:
        # The same kind of list of two countries is two lists: a row of one is not missing from the other.
        given.known_as = f"{given.list_name}-{options['country'].lower()}"
    return found


@contextmanager
def _parsed(file: str, mapping: "Loaded") -> Iterator["Opened"]:
    from registry.services.importing import loading

    with opened(file) as (plain, name), loading.opened(plain, name, mapping) as found:
        yield found


def _load(work: Any, file: "Opened", mapping: "Loaded") -> "Outcome":
    from registry.services.importing import loading

    with progress("rows") as tell:
        return loading.load(work, file, mapping, tell)


@contextmanager
def opened(file: str) -> Iterator[tuple[Path, str]]:
    """A file of somebody else's, or standard input, as a plain file; and what to call it."""
    from registry.services.importing import reading as files

    if file == "-" and sys.stdin is None:  # the shell closed it: `<&-`
        raise UsageError("standard input is closed; pipe the list into the command, or name a file")
    name = "standard input" if file == "-" else Path(file).name
    with files.local(Path(file), sys.stdin.buffer if file == "-" else None) as plain:
        yield plain, name


def _tell(outcome: "Outcome", word: str) -> None:
    if outcome.loaded_before:
        say(f"This file was loaded before as {outcome.loaded_before}; loading it again changes nothing.")
        return
    counts = f"{outcome.new} {word}new, {outcome.changed} {word}changed, {outcome.same} the same"
    say(f"Rows: {counts}, {outcome.rejected} {word}left out, {outcome.vanished_count} no longer in the list.")
    reasons = Counter(f"{one.column}: {one.what}" if one.column else one.what for one in outcome.problems)
    if outcome.rejected > 1:
        told = ", ".join(f"{reason} ({times})" for reason, times in reasons.most_common(3))
        say(f"Mostly left out for: {told}.")
    places = sum(times for *_, times in outcome.unfound)
    if places:
        examples_ = ", ".join(f"{name} ({country})" for _, country, name, _ in outcome.unfound[:5])
        say(f"Of {how_many(places, 'row')} the place was not found by name and is the wider one: {examples_}.")
    if outcome.unmapped:
        say(f"The mapping reads nothing from {how_many(len(outcome.unmapped), 'column')}: {_some(outcome.unmapped)}.")
    if outcome.unread:
        sheets = how_many(len(outcome.unread), "other sheet")
        say(f"Not read: {sheets} ({_some(outcome.unread)}); to read them, give --sheet NAME, or '*' for all together.")


def _some(texts: Sequence[str]) -> str:
    return ", ".join(texts[:6]) + (f" and {len(texts) - 6} more" if len(texts) > 6 else "")


def _findings(outcome: "Outcome", *, is_whole: bool) -> Iterator[dict[str, Any]]:
    for problem in outcome.problems:
        where = f"{problem.sheet} {problem.number}".strip() + (f", {problem.column}" if problem.column else "")
        yield {"finding": "left out", "where": where, "what": f"{problem.what}; {problem.mend}"}
    for change in outcome.changes:
        if change.what.endswith("_absence"):
            continue  # it follows from the others
        kept = f" ({change.kept})" if change.kept else ""
        before, after = (change.before, change.after) if is_whole else _differing(change.before, change.after)
        finding, what = "kept" if change.kept else "changed", _worded(change.what) + kept
        yield {"finding": finding, "where": change.outside_id, "what": what, "before": before, "after": after}
    for outside_id in outcome.vanished:
        yield {"finding": "vanished", "where": outside_id}
    for level, country, name, times in outcome.unfound:
        yield {"finding": "place not found", "where": country, "what": f"{level} {name}", "rows": times}
    for heading, word, times in outcome.unknown:
        yield {"finding": "word not in the mapping", "where": heading, "what": word, "rows": times}
    for heading in outcome.unmapped:
        yield {"finding": "column not in the mapping", "where": heading}


def _worded(what: str) -> str:
    return what.removesuffix("_code").replace("_", " ")


def _differing(before: str, after: str) -> tuple[str, str]:
    """Two long texts from shortly before the first letter in which they differ."""
    if max(len(before), len(after)) <= _LONGEST:
        return before, after
    same = next((place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), None)
    start = max(0, (min(len(before), len(after)) if same is None else same) - _LONGEST // 3)
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    kept = text[start : start + _LONGEST]
    return ("…" if start else "") + kept + ("…" if start + _LONGEST < len(text) else "")


def _save_rejected(outcome: "Outcome", rejected: str | None) -> None:
    if outcome.problems and rejected is not None:
        from registry.services.importing import batches

        batches.save_problems(Path(rejected), outcome.problems)


def _end(outcome: "Outcome", rejected: str | None, *, is_done: bool) -> None:
    if outcome.problems:
        where = f"see {rejected}" if rejected else "give --rejected FILE to have them in a file"
        were = "would be" if not is_done else "was" if outcome.rejected == 1 else "were"
        raise RejectedRows(f"{how_many(outcome.rejected, 'row')} {were} left out; {where}")
