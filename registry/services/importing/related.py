"""Exports of forms in several tables: the submissions in one, the items of each repeat group in one of their own.

KoboToolbox writes a workbook with a sheet for each group, ODK Central an archive with a CSV file for each. They are
put together here, as JSON has them: `facilities/2/type` is a cell of the submission.
"""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path, PurePosixPath

from registry.services.importing import archives, delimited, workbooks
from registry.services.importing.rows import Layout, Problem, Repeats, SourceRow, UnreadableFileError

_MOST_ITEMS = 500_000  # they are held in memory until their submission comes
Found = Iterator[SourceRow | Problem]
Open = Callable[[str | None], Found]  # a table by the name of its repeat group; the submissions without one
Items = dict[str, dict[str, list[SourceRow]]]  # by repeat group and key of the submission


def rows(path: Path, name: str, layout: Layout, repeats: Repeats) -> Found:
    """The submissions of an export, each with the items of its repeat groups.

    Raises:
        UnreadableFileError: a table is missing or cannot be read.
    """
    archives.check(path, name)
    with zipfile.ZipFile(path) as archive:
        texts = {member for member in archive.namelist() if member.casefold().endswith(".csv")}
        is_workbook = not texts and "[Content_Types].xml" in archive.namelist()
        opened = _sheets(path, name, layout) if is_workbook else _texts(archive, texts, name, layout, repeats)
        yield from _joined(opened, name, repeats)


def _sheets(path: Path, name: str, layout: Layout) -> Open:
    # A sheet's name has at most 31 characters.
    return lambda group: workbooks.rows(path, name, layout if group is None else replace(layout, sheet=group[:31]))


def _texts(archive: zipfile.ZipFile, members: set[str], name: str, layout: Layout, repeats: Repeats) -> Open:
    found: dict[str | None, str] = {}
    for member in members:
        stem = PurePosixPath(member).stem.casefold()
        group = next((table for table in repeats.tables if stem.endswith((f"-{table}", f".{table}"))), None)
        found[group] = member

    def opened(group: str | None) -> Found:
        if group not in found:
            what = f"the items of {group!r}" if group else "the submissions"
            raise UnreadableFileError(name, f"it has no file of {what}", "export all tables of the form")
        with archive.open(found[group]) as stream:
            for row in delimited.rows(stream, name, layout):
                yield _renamed(row, repeats.groups) if isinstance(row, SourceRow) else row

    return opened


def _renamed(row: SourceRow, groups: str) -> SourceRow:
    """With `group/question` for headings, whatever the export has between the two."""
    return row if groups == "/" else row._replace(cells={key.replace(groups, "/"): row.cells[key] for key in row.cells})


def _joined(opened: Open, name: str, repeats: Repeats) -> Found:
    items: Items = {}
    for table in repeats.tables:
        yield from _held(opened, table, items, name, repeats)
    submissions = opened(None)
    with closing(submissions):  # type: ignore[type-var]  # a generator
        for row in submissions:
            yield row if isinstance(row, Problem) else _whole(row, items, name, repeats)
    for table, waiting in items.items():
        for row in (item for group in waiting.values() for item in group):
            what, mend = "its submission is not in the file", "export the submissions and their items together"
            yield Problem(table, row.number, repeats.parent, what, mend)


def _held(opened: Open, table: str, items: Items, name: str, repeats: Repeats) -> Iterator[Problem]:
    """Put the items of one table with their submissions; what is wrong with one is told."""
    waiting = items.setdefault(table, {})
    for count, row in enumerate(opened(table)):
        if isinstance(row, Problem):
            yield row._replace(sheet=table)
            continue
        if repeats.parent not in row.cells:
            raise UnreadableFileError(name, f"its {table} have no column {repeats.parent!r}", "export the form again")
        if count >= _MOST_ITEMS:
            raise UnreadableFileError(name, f"it has more than {_MOST_ITEMS:,} {table}", "export the form as JSON")
        waiting.setdefault(row.cells[repeats.parent], []).append(row)


def _whole(row: SourceRow, items: Items, name: str, repeats: Repeats) -> SourceRow:
    key = row.cells.get(repeats.key)
    if key is None:
        raise UnreadableFileError(name, f"it has no column {repeats.key!r}", "export the form again, with all columns")
    cells = dict(row.cells)
    for table, waiting in items.items():
        for number, item in enumerate(waiting.pop(key, []), start=1):
            for heading, text in item.cells.items():
                cells[f"{table}/{number}/{heading.removeprefix(f'{table}/')}"] = text
    return row._replace(cells=cells)
