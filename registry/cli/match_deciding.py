"""Decisions on proposed pairs: one by one, side by side on a terminal, or all of a file at once."""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli.options import Settings, done, reading, say, writing
from registry.errors import Conflict, InvalidValue, NotFound, UsageError
from registry.plurals import how_many

if TYPE_CHECKING:
    from rich.table import Table

    from registry.services.proposing import Proposal

_ANSWERS = {"s": "same", "d": "different", "u": "unsure"}


def walk(settings: Settings, kind: str, found: "list[Proposal]", why: str | None, dry_run: bool) -> None:
    """Ask for each pair, and save each answer at once."""
    counts = dict.fromkeys([*_ANSWERS.values(), "later"], 0)
    for number, proposal in enumerate(found, start=1):
        try:
            _show(settings, kind, proposal, f"{number} of {len(found)}")
        except NotFound:
            continue  # it was withdrawn or merged meanwhile
        answer = _asked()
        if answer == "q":
            break
        verdict = _ANSWERS.get(answer, "later")
        if verdict != "later":
            _save(settings, kind, proposal, verdict, why, dry_run)
        counts[verdict] += 1
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) or "nothing"
    done(dry_run, f"Decided: {told}.")


def _asked() -> str:
    while True:
        answer = str(
            click.prompt(
                "same (s), different (d), unsure (u), later (Enter), stop (q)",
                default="l",
                show_default=False,
                err=True,
            )
        )
        letter = answer.strip().casefold()[:1]
        if letter in {*_ANSWERS, "l", "q"}:
            return letter
        say("Answer s, d, u, l or q.")


def _save(settings: Settings, kind: str, proposal: "Proposal", verdict: str, why: str | None, dry_run: bool) -> None:
    from registry.services import deciding

    try:
        with writing(settings, why, dry_run) as work:
            deciding.decide(
                work,
                kind,
                proposal.left_ref,
                proposal.right_ref,
                verdict,
                why="; ".join(filter(None, (why, proposal.why))) or verdict,
                score=proposal.score,
            )
    except Conflict as conflict:
        say(f"Not saved: {conflict}")


def _show(settings: Settings, kind: str, proposal: "Proposal", title: str) -> None:
    """Two records side by side, on stderr: the questions are there too."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from registry.cli.output import cell
    from registry.services import proposing

    with reading(settings) as connection:
        left, right = proposing.beside(connection, kind, (proposal.left, proposal.right))
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", left["ref"], right["ref"]):
        table.add_column(heading, overflow="fold")
    for field in left:
        one, other = (cell(field, shown[field]) for shown in (left, right))
        if field != "ref" and (one or other):
            style = "" if one == other else "bold"
            table.add_row(Text(field.replace("_", " ")), Text(one, style=style), Text(other, style=style))
    console = Console(stderr=True, highlight=False)
    console.rule(f"{title}, score {proposal.score:.3f}")
    console.print(table)
    console.print(_evidence(proposal))


def _evidence(proposal: "Proposal") -> "Table":
    """What speaks for one thing and what against, the weightiest first."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 1))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for reason in proposal.reasons:
        sign = "for" if reason.weight > 0 else "against"
        table.add_row(sign, f"{abs(reason.weight):.1f}", Text(reason.about), Text(_set_apart(reason.words)))
    return table


def _set_apart(words: str) -> str:
    """Words of a reason, each side of a slash in its own direction of writing."""
    from registry.cli.output import cell

    sides, colon, rest = words.rpartition(": ") if ": " in words else (words, "", "")
    return " / ".join(cell("", side) for side in sides.split(" / ")) + colon + rest


def decide_from(settings: Settings, kind: str, file: str, why: str | None, dry_run: bool) -> None:
    """Record the decisions of a file: all of them, or none.

    Raises:
        UsageError: the file cannot be read, or lacks a column.
        InvalidValue: a line cannot be used; it is named.
    """
    from registry.services import deciding

    decisions = list(_read(file))
    _refuse_contradictions(decisions)
    with writing(settings, why, dry_run) as work:
        for line, row in decisions:
            try:
                deciding.decide(
                    work,
                    kind,
                    row["left"],
                    row["right"],
                    row["verdict"],
                    why=row.get("why") or why or row.get("reasons") or row["verdict"],
                    score=_score(row.get("score")),
                )
            except (InvalidValue, NotFound, Conflict) as error:
                raise InvalidValue(
                    f"line {line}", str(error), "nothing was saved; mend it and give the file again"
                ) from error
    done(dry_run, f"Recorded {how_many(len(decisions), 'decision')}.")


def _refuse_contradictions(decisions: list[tuple[int, dict[str, str]]]) -> None:
    verdicts: dict[frozenset[str], str] = {}
    for line, row in decisions:
        if verdicts.setdefault(frozenset((row["left"], row["right"])), row["verdict"]) != row["verdict"]:
            raise InvalidValue(
                f"line {line}", "another line says otherwise of these two", "nothing was saved; decide which it is"
            )


def _read(file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines of the file that hold a verdict, with their numbers.

    Raises:
        UsageError: it cannot be read, or lacks a column.
    """
    from registry.services.importing import delimited

    try:
        text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        delimiter, lines, before = delimited.begun(io.StringIO(text.decode("utf-8-sig"), newline=""))
        reader = csv.DictReader(lines, delimiter=delimiter, strict=True)
        missing = [column for column in ("left", "right", "verdict") if column not in (reader.fieldnames or [])]
        if missing:
            raise UsageError(
                f"{file} has no column {' and no column '.join(missing)}; start from `registry match find`"
            )
        for row in reader:
            kept = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
            if kept["verdict"]:
                # Spreadsheets write the first letter of a cell large.
                yield before + reader.line_num, kept | {"verdict": kept["verdict"].casefold()}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{file} cannot be read as CSV in UTF-8: {error}") from error


def _score(text: str | None) -> float | None:
    try:
        score = float(text.replace(",", ".")) if text else None  # as a spreadsheet in Europe saves it
    except ValueError:
        return None
    return score if score is None or 0 <= score <= 1 else None
