"""`registry sql`: questions in SQL."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from registry.cli.fields import Pair
from registry.cli.files import streamed, to_file
from registry.cli.options import Settings, as_of, examples, for_colleagues, is_terminal, pass_settings, say
from registry.errors import UsageError
from registry.plurals import how_many

if TYPE_CHECKING:
    from registry.services.console.answers import Answer, Asked, Limits, Value
    from registry.sitrep.values import Audience

FORMS = ("table", "csv", "json", "parquet", "md")
_READ_BY_PEOPLE = ("table", "md")  # held whole, so that columns line up
_STDOUT = Path("-")
_SHOWN, _MOST_SHOWN = 1_000, 10_000


@click.command(
    epilog=examples(
        'registry sql "SELECT place, count(*) FROM v_attack GROUP BY place"',
        "registry sql --list",
        "registry sql --name facilities-hit-most --set least=3 --format csv",
        "registry sql 'SELECT count(*) FROM v_attack' --as-of 2019-05-06T12:00Z",
        "registry sql - --format parquet --out attacks.parquet < question.sql",
    )
)
@click.argument("question", required=False, metavar="[SQL|-]")
@click.option("--name", metavar="NAME", help="Ask a saved question; see --list.")
@click.option("--set", "given", type=Pair(), multiple=True, metavar="NAME=VALUE", help="The value of a parameter.")
@click.option("--list", "listed", is_flag=True, help="List the saved questions and their parameters.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default="table",
    show_default=True,
    help="A table to read, CSV for a spreadsheet, JSON or Parquet for another program, or Markdown.",
)
@to_file("standard output")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Give so many rows; a table has 1000.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1, max=86_400),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Stop a question after this time.",
)
@click.option(
    "--audience",
    type=click.Choice(["internal", "partner", "public"]),
    default="internal",
    show_default=True,
    help="Ask the registry itself, or what others may see of it.",
)
@as_of
@pass_settings
def sql(
    settings: Settings,
    *,
    question: str | None,
    name: str | None,
    given: Sequence[tuple[str, str]],
    listed: bool,
    form: str,
    out: Path | None,
    limit: int | None,
    timeout: float,
    audience: "Audience",
) -> None:
    """Questions of your own in SQL, which can neither change nor leak anything.

    Without a question a terminal asks for them, one after another. `docs/console.md` says what is open to questions.
    """
    from registry.services.console.answers import Limits

    if listed:
        _list(form, audience)
        return
    for_colleagues(settings, audience)
    limits = Limits(timeout, _rows(form, limit))
    if question is None and name is None and is_terminal():
        from registry.cli import sql_prompt

        sql_prompt.converse(settings, limits, audience, form)
        return
    asked = _asked(question, name, dict(given), limits)
    show(settings, asked, audience, form, out or _STDOUT)


def _rows(form: str, limit: int | None) -> int | None:
    if form not in _READ_BY_PEOPLE:
        return limit
    if limit is not None and limit > _MOST_SHOWN:
        raise UsageError(f"limit: a table holds {_MOST_SHOWN} rows at most; give --format csv for more")
    return limit or _SHOWN


def _asked(question: str | None, name: str | None, given: Mapping[str, str], limits: "Limits") -> "Asked":
    from registry.services.console.answers import Asked

    if (question is None) == (name is None):
        raise UsageError("question: give a SELECT, - for standard input, or --name with one from `registry sql --list`")
    if name is not None:
        from registry.services.questions import question as saved

        kept = saved(name)
        return Asked(kept.sql, kept.values(dict(given)), limits)
    text = _read() if question == "-" else str(question)
    return Asked(text, {name: _value(said) for name, said in given.items()}, limits)


def _read() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("question: standard input is not UTF-8 text") from error


def _value(said: str) -> "Value":
    """A number where it is spelt as one; a code such as 07 stays text."""
    return int(said) if said.lstrip("-").isdecimal() and str(int(said)) == said else said


def show(settings: Settings, asked: "Asked", audience: "Audience", form: str, out: Path) -> None:
    """Ask, and print what comes back, or write it to a file."""
    from registry.services.console.asking import ask

    if form == "parquet" and str(out) == "-" and sys.stdout.isatty():
        raise UsageError("out: Parquet is not for a screen; give --out FILE")
    with ask(settings.config, asked, audience) as answer:
        first = next(answer.rows, None)  # a question that fails leaves no file behind
        answer.rows = chain([] if first is None else [first], answer.rows)
        if str(out) == "-" and form != "parquet":
            _print(answer, form)
        else:
            with streamed(out) as file:
                _write(answer, form, file)
        if answer.more and asked.limits.rows is not None:
            shown = how_many(asked.limits.rows, "row")
            say(f"There are more than {shown}; give --limit N, or --format csv for all of them.")


def _write(answer: "Answer", form: str, file: IO[bytes]) -> None:
    if form == "parquet":
        from registry.cells import plain
        from registry.services.exporting import parquet

        rows = ([plain(*cell) for cell in zip(answer.columns, row, strict=True)] for row in answer.rows)
        parquet.write_rows(file, answer.columns, rows)
        return
    text = TextIOWrapper(file, encoding="utf-8", newline="\n", write_through=True)
    with redirect_stdout(text):
        _print(answer, form)
    text.detach()


def _print(answer: "Answer", form: str) -> None:
    from registry.cli import output

    rows: Iterator[dict[str, Any]] = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
    if form == "md":
        output.markdown(rows, answer.columns)
    else:
        output.rows(rows, {name: name for name in answer.columns}, form, most=_MOST_SHOWN)


def _list(form: str, audience: "Audience") -> None:
    from registry.cli import output
    from registry.services.questions import questions

    found = (
        {
            "name": question.name,
            "answers": question.answers,
            "parameters": [f"{one.name}={one.default} ({one.what})" for one in question.parameters],
        }
        for question in questions(audience)
    )
    headings = {"name": "Name", "answers": "What it answers", "parameters": "Parameters"}
    output.rows(found, headings, form if form in ("csv", "json") else "table")
