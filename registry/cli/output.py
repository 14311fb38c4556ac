"""What commands print: rows and records as a table, CSV or JSON. Data goes to stdout and nothing else does.

A table is set by rich on a terminal; in a pipe it is plain text in columns, whole and without colour. CSV and JSON are
the same on both, and their columns have the names of the fields.
"""

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import click

from registry.cells import guarded, plain

Row = Mapping[str, Any]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_WHOLE = re.compile(r"[A-Z](-[0-9A-Z]{4}){3}-[0-9A-Z]|\d{4}-\d{2}(-\d{2})?(T[\d:]+Z)?")  # ref, day, moment
_READABLE, _GAP = 12, 2  # cells of a terminal
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def rows(found: Iterable[Row], columns: Mapping[str, str], form: str, *, most: int = 1_000) -> None:
    """Print rows; CSV and JSON are printed as they come.

    Args:
        found: the rows.
        columns: the keys to print and their headings in a table; a key without a heading is for CSV and JSON alone.
        form: `table`, `csv` or `json`.
        most: how many a table has; where there are more, it is said.
    """
    if form == "csv":
        _csv(found, list(columns))
    elif form == "json":
        _json(found, list(columns))
    else:
        headed, coming = {key: heading for key, heading in columns.items() if heading}, iter(found)
        cells = [[_words(key, row.get(key)) for key in headed] for row in islice(coming, most)]
        _table(list(headed.values()), cells)
        if next(coming, None) is not None:
            click.echo(f"These are the first {most:,}; ask for less, or give --format csv for all of them.", err=True)


def markdown(found: Iterable[Row], columns: Sequence[str]) -> None:
    """Print rows as a table of Markdown, as they come."""
    for line in (columns, ["---"] * len(columns)):
        sys.stdout.write(f"| {' | '.join(map(_in_markdown, line))} |\n")
    for row in found:
        cells = (_in_markdown(_words(key, row.get(key))) for key in columns)
        sys.stdout.write(f"| {' | '.join(cells)} |\n")


def _in_markdown(text: str) -> str:
    # What Markdown would take for its own, in a cell; the text reads the same.
    return re.sub(r"([\\|`*_<>\[\]])", r"\\\1", text)


def record(found: Row, form: str, labels: Mapping[str, str] | None = None) -> None:
    """Print one record: its fields, then a part for each list of rows in it.

    Args:
        found: the record; a value may be a list of rows.
        form: `table` leaves out what is empty and keys of the program's own; `json` has all; `csv` has two columns,
            field and value, with paths such as `names.0.name`.
        labels: what fields are called in a table, where their names do not say it.
    """
    tidy = {key: _tidy(value, key) for key, value in found.items()}
    if form == "json":
        click.echo(_dumped(tidy, indent=2))
    elif form == "csv":
        _csv(({"field": path, "value": value} for path, value in _paths(tidy)), ["field", "value"])
    else:
        _sections(tidy, labels or {})


def _csv(found: Iterable[Row], keys: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(keys)
    for row in found:
        writer.writerow([guarded(_flat(plain(key, row.get(key)))) for key in keys])


def _flat(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "; ".join(str(_flat(item)) for item in value)
    if isinstance(value, Mapping):
        return _dumped(value)
    return value


def _json(found: Iterable[Row], keys: Sequence[str]) -> None:
    # One object a line: whole as JSON, and still readable by grep.
    separator = "[\n"
    for row in found:
        sys.stdout.write(separator + _dumped({key: plain(key, row.get(key)) for key in keys}))
        separator = ",\n"
    sys.stdout.write("[]\n" if separator == "[\n" else "\n]\n")


def _dumped(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def _tidy(value: object, key: str = "") -> object:
    if isinstance(value, Mapping):
        return {name: _tidy(item, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_tidy(item, key) for item in value]
    return plain(key, value)


def _paths(value: object, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _paths(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _paths(item, f"{path}.{number}")
    else:
        yield path, value


def cell(key: str, value: object) -> str:
    """A value as it stands in the cell of a table."""
    return _words(key, value)


def _words(key: str, value: object) -> str:
    value = plain(key, value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_words(key, item) for item in value)
    # A line break would tear the table, an escape sequence could rewrite the screen.
    text = _CONTROLS.sub(" ", str(value))
    if _RIGHT_TO_LEFT.search(text) and sys.stdout.isatty():
        # Kept to itself, an Arabic cell does not turn the order of the columns around.
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text


def _table(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    if not cells:
        click.echo("nothing found", err=True)
    elif sys.stdout.isatty():
        _rich_table(headings, cells)
    else:
        _plain_table(headings, cells)


def _rich_table(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    widths = _widths(list(zip(headings, *cells, strict=True)), console.width)
    if widths is None:
        _blocks(headings, cells)
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
    for heading, width in zip(headings, widths, strict=True):
        # What is too long for its column goes on below, so that nothing is cut off.
        table.add_column(heading, overflow="fold", width=width)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """How wide each column may be; None where the screen is too narrow for all of them to be readable."""
    from rich.cells import cell_len

    wanted = [max(map(cell_len, column)) for column in columns]
    widths = [_least_width(column) for column in columns]
    left = room - sum(widths) - _GAP * len(widths)
    if left < 0:
        return None
    # The shortest columns are filled first: what is left over goes to those with long texts.
    for place in sorted(range(len(widths)), key=lambda place: wanted[place] - widths[place]):
        waiting = sum(want > width for want, width in zip(wanted, widths, strict=True))
        more = min(wanted[place] - widths[place], left // max(waiting, 1))
        widths[place], left = widths[place] + more, left - more
    return widths


def _least_width(column: Sequence[str]) -> int:
    """What a column needs to be readable: refs and days in one piece, of other words a measure."""
    from rich.cells import cell_len

    words = [word for cell in column for word in cell.split()]
    whole = max((cell_len(word) for word in words if _WHOLE.fullmatch(word)), default=0)
    return max(whole, min(max(map(cell_len, words), default=0), _READABLE))


def _blocks(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """A table for which the screen is too narrow: each row on lines of its own."""
    width = max(map(len, headings))
    for number, row in enumerate(cells):
        if number:
            click.echo()
        for heading, cell in zip(headings, row, strict=True):
            if cell:
                click.echo(click.style(heading.ljust(width), bold=True) + "  " + cell)


def _plain_table(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    widths = [max(_width(line[column]) for line in (headings, *cells)) for column in range(len(headings))]
    for line in (headings, *cells):
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def _width(text: str) -> int:
    """The width on a terminal: Arabic marks have none, Chinese signs have two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _sections(found: Row, labels: Mapping[str, str]) -> None:
    fields = {key: value for key, value in found.items() if not _is_part(value) and _is_worth_showing(key, value)}
    called = {key: labels.get(key, _label(key)) for key in fields}
    width = max((len(label) for label in called.values()), default=0)
    for key, value in fields.items():
        click.echo(click.style(called[key].ljust(width), bold=True) + "  " + _words(key, value))
    for key, value in found.items():
        if _is_part(value):
            _part(labels.get(key, _label(key)), [value] if isinstance(value, Mapping) else value)


def _part(title: str, found: Sequence[Row]) -> None:
    click.echo("\n" + click.style(title, bold=True))
    keys = [key for key in found[0] if any(_is_worth_showing(key, row.get(key)) for row in found)]
    _table([_label(key) for key in keys], [[_words(key, row.get(key)) for key in keys] for row in found])


def _is_part(value: object) -> bool:
    return bool(value) and isinstance(value[0] if isinstance(value, list) else value, Mapping)


def _is_worth_showing(key: str, value: object) -> bool:
    return value not in (None, "", [], {}) and key != "id" and not key.endswith("_id")


def _label(key: str) -> str:
    words = key.removeprefix("is_").removesuffix("_code").replace("_", " ")
    return words[:1].upper() + words[1:]
