"""The child process that opens a workbook: `python -m registry.services.importing.worker FILE SHEET MEMORY SECONDS`.

A workbook from outside may be made to hurt its reader; here it can hurt nothing but this process, which has little
memory, little time and no database. It prints lines of JSON: the sheets that it leaves unread, then of each sheet its
name and a line for each row. Nothing of the rest of the program is imported.
"""

import json
import sys
from fnmatch import fnmatchcase
from typing import Any

from registry.bounds import bound
from registry.services.importing import broken
from registry.services.importing.cells import spelt

UNREADABLE, NO_SHEET, LOCKED = 3, 4, 5
_MOST_WRITTEN = 4 << 30  # bytes: a cell that a sheet repeats is small in the file and large in rows


def main(path: str, wanted: str) -> int:
    """Print the rows of the sheets."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # noqa: PLC0415 -- within the limits

    try:
        book = CalamineWorkbook.from_path(path)
        chosen = _chosen(book, wanted)
        if not chosen:
            print(json.dumps(book.sheet_names), file=sys.stderr)  # noqa: T201 -- a worker speaks on its streams
            return NO_SHEET
        unread = [name for name in _shown(book) if name not in chosen]
        sheets = {name: book.get_sheet_by_name(name) for name in chosen}
    except PasswordError:
        return LOCKED
    except (CalamineError, OSError, ValueError) as error:
        print(type(error).__name__, file=sys.stderr)  # noqa: T201
        return UNREADABLE
    sys.stdout.write(json.dumps(unread) + "\n")
    for name, sheet in sheets.items():
        _print(name, sheet, broken.cells(path, name))
    return 0


def _chosen(book: Any, wanted: str) -> list[str]:
    """The names of the sheets: one by name or number, all that a `*` stands for, else the first that holds something.

    A hidden sheet holds what cells may be filled with: it is read only where it is named.
    """
    names: list[str] = book.sheet_names
    named = [name for name in names if name.strip().casefold() == wanted.strip().casefold()][:1]
    if named or (wanted and "*" not in wanted and not wanted.isdecimal()):
        return named
    if wanted.isdecimal():
        return names[int(wanted) - 1 : int(wanted)] if int(wanted) else []
    filled = (name for name in _shown(book) if book.get_sheet_by_name(name).height)
    if "*" in wanted:
        return [name for name in filled if fnmatchcase(name.strip().casefold(), wanted.strip().casefold())]
    first = next(filled, None)
    return names[:1] if first is None else [first]


def _shown(book: Any) -> list[str]:
    """The names of the sheets of cells that whoever opens the workbook sees."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 -- within the limits

    about = {one.name: (one.typ, one.visible) for one in book.sheets_metadata}
    return [name for name in book.sheet_names if about[name] == (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible)]


def _print(name: str, sheet: Any, failed: dict[tuple[int, int], str]) -> None:
    out = sys.stdout
    out.write(json.dumps(name) + "\n")
    # iter_rows leaves out what stands empty above the first filled row; people count lines from the top.
    first = sheet.start[0] + 1 if sheet.start else 1
    left = [""] * (sheet.start[1] if sheet.start else 0)
    lines = {line for line, _ in failed}
    for number, row in enumerate(sheet.iter_rows(), start=first):
        cells = left + [spelt(cell) for cell in row]
        if number in lines:
            cells = [failed.get((number, column), cell) for column, cell in enumerate(cells, start=1)]
        out.write(json.dumps([number, cells], ensure_ascii=False) + "\n")


if __name__ == "__main__":  # pragma: no cover -- runs in the child
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream
    bound(int(sys.argv[3]), int(sys.argv[4]), _MOST_WRITTEN)
    sys.exit(main(sys.argv[1], sys.argv[2]))
