"""Where the rows of an unknown file lie: its sheet, the line of its headings, the list in its JSON."""

import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from registry.services.importing import cells, reading
from registry.services.importing.rows import Layout, Repeats, SourceRow, UnreadableFileError

_LINES = 12  # titles and notes above the headings of a list are fewer
_LOOKED_AT = 30
_ITEM = re.compile(r"(.+?)/(\d+)/")
_KEY, _PARENT = "_index", "_parent_index"  # of KoboToolbox, in the sheets of a form and of its repeat groups
_NAMELESS = re.compile(r"column \d+(?: \(\d+\))?")
_VALUE = re.compile(r"[\d\W]+")


def laid_out(path: Path, name: str, layout: Layout) -> Layout:
    """The layout with what can be told from the file; as it was where nothing looks like headings.

    Args:
        path: of a file that `reading.local` gave.
        name: what the person calls it.
        layout: what the person says of it.

    Raises:
        UnreadableFileError: nothing can be read from it.
    """
    with reading.table(path, name, layout) as table:
        if table.is_open:
            return replace(layout, rows_at=layout.rows_at or _rows_at(table))
        others = list(table.unread)
        submissions = replace(layout, repeats=Repeats(others, _KEY, _PARENT)) if _KEY in table.columns else layout
    with suppress(UnreadableFileError), reading.table(path, name, submissions) as table:
        if others and submissions.repeats and table.columns:
            return submissions
    for sheet in (layout.sheet, *others):
        for line in range(1, _LINES + 1):
            tried = replace(layout, sheet=sheet, heading=line)
            # A blank line is passed over: of lines that lead to the same headings theirs is the last.
            if (found := _headings(path, name, tried)) and found != _headings(
                path, name, replace(tried, heading=line + 1)
            ):
                return tried
    return layout


def _headings(path: Path, name: str, layout: Layout) -> list[str]:
    """The headings of a layout; none where nothing looks like headings."""
    with suppress(UnreadableFileError), reading.table(path, name, layout) as table:
        return table.columns if _are_headings(table) else []
    return []


def _are_headings(table: reading.Table) -> bool:
    """Whether the columns are called something: most have a name, none a number for it, and rows go with them."""
    found = list(islice(table, _LOOKED_AT))
    rows = [row for row in found if isinstance(row, SourceRow)]
    named = [heading for heading in table.columns if not _NAMELESS.fullmatch(heading)]
    # A column that is empty throughout needs no name.
    filled = [heading for heading in table.columns if any(row.cells.get(heading) for row in rows)]
    return (
        len(named) > 1
        and 2 * len(rows) > len(found)
        and len(set(filled) & set(named)) >= 0.7 * len(filled)
        and not any(_VALUE.fullmatch(heading) and cells.number(heading) is not None for heading in named)
    )


def _rows_at(table: reading.Table) -> str | None:
    """The keys that lead to the rows, where the whole document was taken for one row."""
    if len(list(islice(table, 2))) != 1:
        return None
    inside = Counter(match[1] for heading in table.columns if (match := _ITEM.match(heading)))
    longest = max(inside, key=lambda key: inside[key], default="")
    fields = {_ITEM.sub("", heading, count=1) for heading in table.columns if heading.startswith(f"{longest}/")}
    outside = [heading for heading in table.columns if not _ITEM.match(heading)]
    is_list = any(heading.startswith(f"{longest}/2/") for heading in table.columns)
    # One submission has more to say of itself than of the items of a group; what wraps a list has not.
    return longest if is_list and len(outside) < len(fields) else None
