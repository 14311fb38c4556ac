"""Writes the references that are made from the program itself: `cli.md`, `schema.md` and `sql.md` in `docs`.

Run it as `.venv/bin/python docs/generate.py`; with `--check` it changes nothing and fails where a file is stale.
"""
# ruff: noqa: INP001 -- a script, run by its path

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click
from sqlalchemy import CheckConstraint, Table, UniqueConstraint
from sqlmodel import SQLModel

from registry import keys
from registry.cli import registry
from registry.models import facilities, happened, held, in_out, journal, lists, places, said, who
from registry.services.exporting import dictionary
from registry.services.questions import Question, questions
from registry.services.schema import JOINED, view_files

DOCS = Path(__file__).parent
_WIDTH = 100
_SUBJECTS: tuple[tuple[str, ModuleType], ...] = (
    ("Where", places),
    ("What stands there", facilities),
    ("Who", who),
    ("What was said", said),
    ("What happened", happened),
    ("What we hold", held),
    ("How it got in and out", in_out),
    ("The journal", journal),
)
_CLI_INTRODUCTION = """\
# Command line

Made by `docs/generate.py` from the program; `registry COMMAND --help` prints the same.

* Data comes out on stdout, everything else on stderr; `-` is standard input.
* Options of the program itself (`--database`, `--as`, `--debug`) stand before the noun.
* Exit codes: 0 done, 1 expected failure, 2 usage, 3 not found, 4 conflict or duplicate, 5 finished with rejected rows;
  130 stopped with Ctrl-C, 141 the reader of a pipe went away.
* Completion in bash: `eval "$(_REGISTRY_COMPLETE=bash_source registry)"`; zsh and fish likewise.
"""
_SCHEMA_INTRODUCTION = """\
# Schema

Made by `docs/generate.py` from the models. The views for analysts are in [sql.md](sql.md).

## Overview

What people speak of, and what joins it. Names and code lists are left out; the diagrams of the subjects have the names.
"""
# Beside what has a ref: the findings that hang between.
_JOINS = ("attack_facility", "assessment")
_SQL_INTRODUCTION = """\
# Views for analysts

Made by `docs/generate.py` from `registry/sql/views` and `registry/sql/queries`. Names and columns are the same on
SQLite and PostgreSQL and stay; new ones may be added. Dates are ISO dates, keys are UUIDs (16 bytes on SQLite), yes and
no are booleans (0 and 1 on SQLite). A column marked (restricted) is not for everybody: it is not in what the public
gets.

## How to read numbers

* **Empty is not zero.** `killed_low` empty: nobody gave a number, or gave several that cannot be compared. Print how
  many attacks have none (`killed_without`) beside every sum, never 0 in their place.
* **Low and high.** `killed_low` is the least that any origin says, `killed_high` the most; empty `killed_high` means
  that no upper limit is stated, not that the low is the number. "At least 50" has a low alone, "up to 9" a high alone.
* **A low keeps its operator** in `v_figure`: "more than 30" has the low 30 with `more_than`. Print the operator.
* **Add attacks, never claims.** Sum over `v_attack` with `is_counted`, or over `v_area_month`: withdrawn and merged
  records are left out, and of a double tap the whole or its strikes count, never both.
* **A sum has a high only if every part has one**: `CASE WHEN count(*) = count(killed_high) THEN sum(killed_high) END`.
* **Perhaps the same.** Where somebody is unsure whether two attacks of one governorate and month are one,
  `v_area_month` takes the lesser low; `v_attack` shows both, marked `is_perhaps_same`.
* **Placeholders are never distinct facilities.** Count `named_facilities`; say beside it how many reports of unnamed
  ones there are.
* **Vague dates.** An attack that may have been in two months has `month` `unknown`; it is in no month's row, and in the
  sum over all months.
* **Area-wide claims** (of a situation) stand beside totals over attacks, never inside: see `v_figure` with `situation`.
* **No report is not no attack.** Rows are missing where nobody reported.
* **Then is not now.** `registry sql --as-of 2019-05-06T12:00Z` asks the same views of what was known at that time;
  `v_change` tells who has changed what since, and why ([console.md](console.md#what-the-registry-knew-then)).

On a large registry filter by `governorate_pcode`, `district_pcode`, `place_id` or `country`, and by `occurred_from_on`:
these have an index. A filter by a name reads all rows.

What is about one record is found at once by its key, or by its ref in the column of its kind: `attack`, `facility`,
`situation`, `report`. A column that may hold the ref of any kind (`about`, but in `v_claim_conflict`, and `ref` in
`v_change`) reads all rows. Look up the key first:

```sql
SELECT speaker, actor, words FROM v_attribution
WHERE attack_id = (SELECT id FROM v_attack WHERE ref = 'A-7Q2M-K9XD-F3A7-B');

SELECT at, who, why, action FROM v_change
WHERE table_name = 'attack' AND row_id = (SELECT id FROM v_attack WHERE ref = 'A-7Q2M-K9XD-F3A7-B');

-- What contradicts one claim: among the pairs of its attack.
SELECT * FROM v_claim_conflict
WHERE about_id = (SELECT COALESCE(a.canonical_id, a.id) FROM v_claim c JOIN v_attack a ON a.id = c.attack_id
                  WHERE c.ref = 'C-7Q2M-K9XD-F3A7-B')
AND 'C-7Q2M-K9XD-F3A7-B' IN (claim, other);
```
"""
_QUESTIONS_INTRODUCTION = """\
Each is a file in `registry/sql/queries`, asked by name; its parameters have the defaults that are told. Tests ask all
of them on both engines and compare with answers that were counted by hand."""
_PUBLIC_QUESTIONS_INTRODUCTION = """\
The public has tables of its own ([exporting.md](exporting.md#for-whom)), so it has questions of its own, in
`registry/sql/queries/public`. `registry sql --list --audience public` lists them; `registry browse --audience public`
shows them; `registry export csv public-attacks-by-area --to FOLDER` writes one."""


def cli_page() -> str:
    """The reference of the command line: every command's help, as the program prints it."""
    lines = [_CLI_INTRODUCTION]
    for context in _contexts(_context(registry, "registry", None)):
        heading = "##" if context.parent is None or context.parent.parent is None else "###"
        lines += [f"{heading} {context.command_path}", "", "```text", context.get_help(), "```", ""]
    return "\n".join(lines)


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    settings: dict[str, Any] = {**command.context_settings, "terminal_width": _WIDTH}
    return click.Context(command, parent=parent, info_name=name, **settings)


def _contexts(context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None:
                yield from _contexts(_context(command, name, context))


def schema_page() -> str:
    """The reference of the schema: every table, by subject, with a diagram of how the tables hang together."""
    spoken_of = [table for table in _tables() if table.name in (*keys.PREFIXES.values(), *_JOINS)]
    lines = [_SCHEMA_INTRODUCTION, *_diagram(spoken_of, with_keys=False)]
    for title, module in _SUBJECTS:
        classes = _classes(module)
        told = _text(module).removeprefix(f"{title}: ")
        lines += [f"## {title}", "", told[:1].upper() + told[1:], "", *_diagram([model.__table__ for model in classes])]
        for model in classes:
            lines += _table(model)
    return "\n".join([*lines, *_code_lists()])


def _tables() -> list[Table]:
    return sorted(SQLModel.metadata.tables.values(), key=lambda table: table.name)


def _classes(module: ModuleType) -> list[Any]:
    found = (item for item in vars(module).values() if inspect.isclass(item) and item.__module__ == module.__name__)
    return [item for item in found if hasattr(item, "__table__")]


def _text(documented: Any) -> str:
    return " ".join((inspect.getdoc(documented) or "").split())


def _diagram(tables: list[Table], *, with_keys: bool = True) -> list[str]:
    lines = ["```mermaid", "erDiagram"]
    names = {table.name for table in tables}
    for table in tables:
        lines += _entity(table) if with_keys else [f"    {table.name}"]
    links = {
        f'    {key.column.table.name} ||--o{{ {table.name} : "{key.parent.name}"'
        for table in tables
        for key in table.foreign_keys
        if key.column.table.name in names or (with_keys and "id" in key.column.table.c)
    }
    return [*lines, *sorted(links), "```", ""]


def _entity(table: Table) -> list[str]:
    marks = {column.name: "FK" for column in table.columns if column.foreign_keys} | {"id": "PK", "ref": "UK"}
    told = [
        f"        {_kind(column)} {column.name} {marks[column.name]}"
        for column in table.columns
        if column.name in marks
    ]
    return [f"    {table.name} {{", *told, "    }"]


def _kind(column: Any) -> str:
    return type(column.type).__name__.lower().removeprefix("auto")


def _table(model: Any) -> list[str]:
    table: Table = model.__table__
    rules = [*_checks(table), *_uniques(table)]
    return [f"### {table.name}", "", _text(model), "", *_columns(model), "", *rules, *([""] if rules else [])]


def _columns(model: Any) -> list[str]:
    lines = ["| column | type | empty | points to |", "|---|---|---|---|"]
    for column in model.__table__.columns:
        target = ", ".join(f"`{key.column.table.name}.{key.column.name}`" for key in column.foreign_keys)
        empty = "yes" if column.nullable else ""
        lines.append(
            f"| `{column.name}`{' (key)' if column.primary_key else ''} | {_kind(column)} | {empty} | {target} |"
        )
    return lines


def _checks(table: Table) -> list[str]:
    found = [rule for rule in table.constraints if isinstance(rule, CheckConstraint)]
    told = {str(rule.name): _told(" ".join(str(rule.sqltext).split())) for rule in found}
    return [f"* check `{name}`: {what}" for name, what in sorted(told.items())]


def _told(sql: str) -> str:
    """A check as its SQL; one of several words as these."""
    if _ONE_OF.fullmatch(sql) is None:
        return f"`{sql}`"
    words = (f"`{word}`" for word in re.findall(r"'(\w+)'", sql))
    return f"`{sql.partition(' ')[0]}` is one of {', '.join(words)}"


_ONE_OF = re.compile(r"(\w+) = '\w+'(?: OR \1 = '\w+')+")


def _uniques(table: Table) -> list[str]:
    rules = {str(rule.name): rule.columns for rule in table.constraints if isinstance(rule, UniqueConstraint)}
    indexes = {str(index.name): index.columns for index in table.indexes if index.unique}
    told = {name: ", ".join(f"`{column.name}`" for column in columns) for name, columns in (rules | indexes).items()}
    return [f"* unique `{name}`: {columns}" for name, columns in sorted(told.items())]


def _code_lists() -> list[str]:
    lines = ["## Code lists", "", _text(lists) + " `registry code list` shows what is in them.", ""]
    lines += [*_columns(lists.Effect), "", "| list | what it holds | more columns |", "|---|---|---|"]
    for model in _classes(lists):
        if model is not lists.CodeMap:
            more = ", ".join(f"`{name}`" for name in model.model_fields if name not in lists.Effect.model_fields)
            lines.append(f"| `{model.__table__.name}` | {_text(model)} | {more} |")
    return [*lines, "", *_table(lists.CodeMap)]


def sql_page() -> str:
    """The reference for analysts: every view with its columns, how to read numbers, and the saved questions."""
    lines = [_SQL_INTRODUCTION, *_view_diagram(), "## Views", ""]
    for name in sorted(view_files()):
        lines += _view(name)
    lines += ["## Saved questions", "", _QUESTIONS_INTRODUCTION, ""]
    for question in questions():
        lines += _question(question)
    lines += ["## Saved questions for the public", "", _PUBLIC_QUESTIONS_INTRODUCTION, ""]
    for question in questions("public"):
        lines += _question(question)
    return "\n".join(lines)


def _view_diagram() -> list[str]:
    """Which view's key columns point to which view."""
    lines = ["## How the views hang together", "", "```mermaid", "erDiagram"]
    for name in sorted(view_files()):
        columns = dictionary.view(name)[1]
        lines += [
            f'    {target} ||--o{{ {name} : "{column}"'
            for column, target in JOINED.items()
            if column in columns and target != name
        ]
    return [*lines, "```", ""]


def _view(name: str) -> list[str]:
    title, meanings = dictionary.view(name)
    columns = [f"| `{column}` | {meaning} |" for column, meaning in meanings.items()]
    return [f"### {name}", "", title, "", "| column | what it is |", "|---|---|", *columns, ""]


def _question(question: Question) -> list[str]:
    told = [f"* `{one.name}` ({one.kind}, {one.default}): {one.what}" for one in question.parameters]
    return [
        f"### {question.name}", "", question.answers, "",
        *([question.reading, ""] if question.reading else []), *told, *([""] if told else []),
        "```sql", question.sql, "```", "",
    ]  # fmt: skip


PAGES = {DOCS / "cli.md": cli_page, DOCS / "schema.md": schema_page, DOCS / "sql.md": sql_page}


def stale() -> list[Path]:
    """The pages whose file is not what the program says now."""
    return [path for path, page in PAGES.items() if not path.exists() or path.read_text(encoding="utf-8") != page()]


def main(arguments: list[str]) -> int:
    """Write the stale pages, or with `--check` only tell which they are; the exit code."""
    found = stale()
    for path in found:
        if "--check" in arguments:
            sys.stderr.write(f"{path.name} is stale; run docs/generate.py\n")
        else:
            path.write_text(PAGES[path](), encoding="utf-8")
            sys.stderr.write(f"{path.name} is written\n")
    return 1 if found and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
