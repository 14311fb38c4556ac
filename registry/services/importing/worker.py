"""The child process that opens a workbook: `python -m registry.services.importing.worker FILE SHEET MEMORY SECONDS`.

A workbook from outside may be made to hurt its reader; here it can hurt nothing but this process, which has little
memory, little time and no database. It prints a line of JSON: the sheet's name, then one for each row. Nothing of the
rest of the program is imported.
"""

import json
import sys
from typing import Any

from registry.bounds import bound
from registry.services.importing import broken
from registry.services.importing.cells import spelt

UNREADABLE, NO_SHEET, LOCKED = 3, 4, 5
_MOST_WRITTEN = 4 << 30  # bytes: a cell that a sheet repeats is small in the file and large in rows


def main(path: str, wanted: str) -> int:
    """Print the rows of the sheet."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # noqa: PLC0415 -- within the limits

    try:
        book = CalamineWorkbook.from_path(path)
        name = _chosen(book, wanted)
        if name is None:
            print(json.dumps(book.sheet_names), file=sys.stderr)  # noqa: T201 -- a worker speaks on its streams
            return NO_SHEET
        sheet = book.get_sheet_by_name(name)
    except PasswordError:
        return LOCKED
    except (CalamineError, OSError, ValueError) as error:
        print(type(error).__name__, file=sys.stderr)  # noqa: T201
        return UNREADABLE
    _print(name, sheet, broken.cells(path, name))
    return 0


def _chosen(book: Any, wanted: str) -> str | None:
    """The name of the sheet: given by name or number, else the first that holds something, else the first."""
    names: list[str] = book.sheet_names
    if wanted.isdigit():
        return names[int(wanted) - 1] if 0 < int(wanted) <= len(names) else None
    if wanted:
        return next((name for name in names if name.strip().casefold() == wanted.strip().casefold()), None)
    filled = (name for name in names if book.get_sheet_by_name(name).height)
    return next(filled, names[0] if names else None)


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
