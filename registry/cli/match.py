"""`registry match`: who is who. Pairs of records that may be one thing, decided by people, and two lists compared."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli.options import (
    Command,
    Settings,
    done,
    examples,
    formats,
    is_terminal,
    pass_settings,
    reading,
    say,
    writes,
    writing,
)
from registry.cli.output import record, rows
from registry.errors import UsageError
from registry.plurals import how_many

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from registry.services.proposing import Proposal
    from registry.sitrep.reconciliation import Reconciliation

PAIR_COLUMNS = {
    "left": "Ref",
    "left_name": "Record",
    "right": "Ref",
    "right_name": "May be",
    "score": "Score",
    "is_best": "Best",
    "reasons": "",
    "verdict": "",
    "why": "",
}
TABLE_COLUMNS = {**PAIR_COLUMNS, "evidence": "Evidence"}
COUNT_COLUMNS = {"by": "By", "value": "What", "both": "Both", "only_one": "Only first", "only_other": "Only second"}
NUMBER_COLUMNS = {
    "attack": "Ref",
    "month": "Month",
    "area": "Area",
    "measure": "Measure",
    "one": "First",
    "other": "Second",
    "difference": "Difference",
    "agrees": "",
}
ATTACK_COLUMNS = {
    "attack": "Ref",
    "other": "Other ref",
    "where": "Where",
    "score": "Score",
    "month": "Month",
    "area": "Area",
    "type": "Type",
    "facility": "Facility",
}
_WORDS = {"facilities": "facility", "attacks": "attack", "places": "place"}


@click.group()
def match() -> None:
    """Who is who: records that may be one thing, and two lists of attacks compared."""


@dataclass(frozen=True)
class Search:
    """Which pairs are looked for."""

    kind: str
    against: str | None
    above: float
    with_unsure: bool
    with_splink: bool

    def found(self, connection: "Connection", least: float, limit: int | None = None) -> "list[Proposal]":
        """The pairs from a score on, the most probable first."""
        from registry.services import proposing

        return proposing.find(
            connection,
            self.kind,
            against=self.against,
            above=least,
            limit=limit,
            with_unsure=self.with_unsure,
            with_splink=self.with_splink,
        )


def _searches(command: Command) -> Command:
    """The argument and options that say which pairs are looked for; the command gets them as `search`."""

    @functools.wraps(command)
    def collected(
        *args: Any, kind: str, against: str | None, above: float, unsure: bool, scored: str | None, **rest: Any
    ) -> Any:
        return command(*args, search=Search(_WORDS[kind], against, above, unsure, scored == "splink"), **rest)

    wrapped: Any = collected
    for decorate in (
        click.option(
            "--with",
            "scored",
            type=click.Choice(["splink"]),
            help="Let Splink's model score the pairs, on the same evidence; needs the extra `linkage`.",
        ),
        click.option("--unsure", is_flag=True, help="Also pairs that somebody was unsure of."),
        click.option(
            "--above",
            type=click.FloatRange(0, 1),
            default=0.2,
            show_default=True,
            metavar="SCORE",
            help="Only pairs that are at least so probable, from 0 to 1.",
        ),
        click.option(
            "--against",
            metavar="LIST",
            help="Compare the records of this list with all others: an import batch, by ref or file, or a source. "
            "Otherwise all records are compared with each other.",
        ),
        click.argument("kind", metavar="facilities|attacks|places", type=click.Choice(list(_WORDS))),
    ):
        wrapped = decorate(wrapped)
    return wrapped  # type: ignore[no-any-return]  # click's decorators keep the function's type


@match.command(
    epilog=examples(
        "registry match find facilities --against healthsites-sudan.csv",
        "registry match find attacks --against M-7Q2M-K9XD-F3A7-6 --format csv > pairs.csv",
        "registry match find facilities --auto 0.98 --why 'Two public lists, checked on 100 pairs'",
    )
)
@_searches
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many pairs, the best first.")
@click.option(
    "--auto",
    type=click.FloatRange(0.5, 1),
    metavar="SCORE",
    help="Judge to be the same, without asking, the best partners from this score on; each judgement says so.",
)
@formats
@writes
@pass_settings
def find(
    settings: Settings,
    search: Search,
    limit: int | None,
    auto: float | None,
    form: str,
    why: str | None,
    dry_run: bool,
) -> None:
    """Find records that may be one thing.

    The score is how probable it is that the two are one, given everything else that each might be. A pair is the best
    where each is the other's best partner. What was judged is not proposed again. The CSV can be filled in (verdict:
    same, different or unsure; why) and given to `registry match review --from`.
    """
    if auto is None:
        with reading(settings) as connection:
            found = search.found(connection, search.above, limit)
            rows(_pairs(settings, search.kind, found), TABLE_COLUMNS if form == "table" else PAIR_COLUMNS, form)
        return
    from registry.services import deciding

    with writing(settings, why, dry_run) as work:
        found = search.found(work.session.connection(), min(search.above, auto))
        accepted = deciding.accept(work, search.kind, found, auto)
    taken = set(accepted)
    rest = [proposal for proposal in found if proposal not in taken and proposal.score >= search.above]
    done(dry_run, f"Judged {how_many(len(accepted), 'pair')} to be the same by their score alone; {len(rest)} left.")
    rows(_pairs(settings, search.kind, rest[:limit]), TABLE_COLUMNS if form == "table" else PAIR_COLUMNS, form)


def _pairs(settings: Settings, kind: str, found: "list[Proposal]") -> Iterator[dict[str, Any]]:
    from registry.services import proposing

    with reading(settings) as connection:
        for proposal in found:
            left, right = proposing.beside(connection, kind, (proposal.left, proposal.right))
            yield {
                "left": proposal.left_ref,
                "left_name": _called(left),
                "right": proposal.right_ref,
                "right_name": _called(right),
                "score": round(proposal.score, 3),
                "is_best": proposal.is_best,
                "reasons": proposal.why,
                "evidence": proposal.evidence,
                "verdict": None,
                "why": None,
            }


def _called(shown: dict[str, Any]) -> str:
    """A record in a few words."""
    name = shown.get("name") or shown.get("title") or shown.get("occurred_words") or shown.get("occurred_from_on") or ""
    where = shown.get("place") or shown.get("parent") or shown.get("country") or ""
    return ", ".join(str(part) for part in (name, where) if part)


@match.command(
    epilog=examples(
        "registry match review facilities --against healthsites-sudan.csv",
        "registry match review attacks --from pairs.csv --why 'Compared with both publishers'",
    )
)
@_searches
@click.option(
    "--from",
    "file",
    metavar="FILE",
    help="Take the decisions from a CSV file as `find` writes it, with verdict and why filled in; - is stdin.",
)
@writes
@pass_settings
def review(settings: Settings, search: Search, file: str | None, why: str | None, dry_run: bool) -> None:
    """Decide which records are one thing, side by side on a terminal.

    For each pair: s the same, d different, u unsure, Enter later, q stops. Every answer is saved at once, and can be
    taken back: `registry facility split` (or attack, place), or another answer. With --from, all decisions of a file
    are saved together.
    """
    from registry.cli.match_deciding import decide_from, walk

    if file is not None:
        decide_from(settings, search.kind, file, why, dry_run)
        return
    if not is_terminal():
        raise UsageError("review asks on a terminal; in a pipe give the decisions with --from FILE")
    with reading(settings) as connection:
        found = search.found(connection, search.above)
    if not found:
        say("Nothing is left to decide.")
        return
    walk(settings, search.kind, found, why, dry_run)


@match.command(
    epilog=examples(
        "registry match report --between shcc-2022.xlsx health-2016-2023.xlsx",
        "registry match report --between M-7Q2M-K9XD-F3A7-6 SNHR --part numbers --format csv",
        "registry match report --between shcc-2022.xlsx health-2016-2023.xlsx --above 0.9 --pdf both.pdf",
    )
)
@click.option(
    "--between",
    nargs=2,
    required=True,
    metavar="LIST LIST",
    help="Two lists of attacks: import batches, by ref or file, or sources.",
)
@click.option(
    "--above",
    type=click.FloatRange(0.5, 1),
    metavar="SCORE",
    help="Count pairs that nobody judged as one attack from this score on; otherwise only what was judged.",
)
@click.option(
    "--part",
    type=click.Choice(["counts", "numbers", "attacks"]),
    help="For CSV: counts by month, area, type and facility (the default); numbers that differ; or every attack.",
)
@click.option("--pdf", "printed", metavar="FILE", help="Also print it as a PDF in the style of the situation reports.")
@click.option("--html", "shown", metavar="FILE", help="Also write it as one HTML file for the browser.")
@formats
@pass_settings
def report(
    settings: Settings,
    between: tuple[str, str],
    above: float | None,
    part: str | None,
    printed: str | None,
    shown: str | None,
    form: str,
) -> None:
    """Compare two lists of attacks: what is in both, what in one only, and how their numbers differ."""
    from registry.services import reconciling

    with reading(settings) as connection:
        found = reconciling.between(connection, *between, above=above)
        if printed or shown:
            _page(reconciling.page(connection, found, settings.config.producer), printed, shown)
    if form == "json" and part is None:
        record(found, form)
        return
    differing = [row for row in found["numbers"] if not row["agrees"]]
    if part == "numbers":
        rows(found["numbers"] if form != "table" else differing, NUMBER_COLUMNS, form)
    elif part == "attacks":
        rows(found["attacks"], ATTACK_COLUMNS, form)
    else:
        counts = found["counts"]
        if form == "table":
            counts = [row | {"value": row["value"].replace("_", " ")} for row in counts]
        rows(counts, COUNT_COLUMNS, form)
    if form == "table":
        _tell(found, len(differing))


def _page(values: "Reconciliation", printed: str | None, shown: str | None) -> None:
    from registry.sitrep import reconciliation

    if shown:
        Path(shown).write_text(reconciliation.html(values), encoding="utf-8")
        say(f"Wrote {shown}.")
    if printed:
        Path(printed).write_bytes(reconciliation.pdf(values))
        say(f"Wrote {printed}.")


def _tell(found: dict[str, Any], differing: int) -> None:
    for one in found["lists"]:
        listed = how_many(one["attacks"], "attack")
        say(f"{one['list']}: {listed}, {one['in_both']} in both, {one['only_here']} only here")
    say(f"Both give {how_many(len(found['numbers']), 'number')}, {differing} of them differently; see --part numbers")
    unjudged = sum(attack["score"] is not None for attack in found["attacks"])
    if unjudged:
        say(f"{unjudged} of the attacks in both are so by score alone; `registry match review attacks` decides them")
