"""What a reader hands over: rows with their place in the file, or what is wrong with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from registry.errors import RegistryError

SHEET = "@sheet"  # the heading under which a row has the name of its sheet, where several are read


class Problem(NamedTuple):
    """What is wrong with one row, and how to mend it. It never holds what stands in the row.

    Attributes:
        column: the heading; empty where the whole row is meant.
    """

    sheet: str
    number: int
    column: str
    what: str
    mend: str


class SourceRow(NamedTuple):
    """One row of a file: its cells as text, by heading. A blank cell is an empty text.

    Attributes:
        sheet: of a workbook; empty elsewhere.
        number: as a person counts: the first line of the file or sheet is 1.
    """

    sheet: str
    number: int
    cells: dict[str, str]


class Row:
    """A row that is being read, with what is found wrong on the way."""

    def __init__(self, source: SourceRow) -> None:
        self.sheet, self.number, self.cells = source
        self.problems: list[Problem] = []

    def complain(self, column: str, what: str, mend: str) -> None:
        """Note what is wrong; the row will be left out."""
        self.problems.append(Problem(self.sheet, self.number, column, what, mend))

    def items(self, repeat: str | None) -> "Sequence[Row]":
        """The items of a repeat group, each as a row of its own questions; without a repeat, the row itself.

        What is wrong with an item is wrong with the row.
        """
        if repeat is None:
            return (self,)
        found: dict[int, dict[str, str]] = {}
        start = f"{repeat}/"
        for name, text in self.cells.items():
            if name.startswith(start):
                number, _, question = name[len(start) :].partition("/")
                if number.isdigit() and question:
                    found.setdefault(int(number), {})[question] = text
        return [_Item(self, f"{start}{number}", cells) for number, cells in sorted(found.items())]


class _Item(Row):
    def __init__(self, of: Row, path: str, cells: dict[str, str]) -> None:
        super().__init__(SourceRow(of.sheet, of.number, cells))
        self._of, self._path = of, path

    def complain(self, column: str, what: str, mend: str) -> None:
        self._of.complain(f"{self._path}/{column}", what, mend)


@dataclass(frozen=True)
class Repeats:
    """Where an export keeps the items of its repeat groups: in tables of their own.

    Attributes:
        tables: names of the repeat groups: of a sheet, or with which a file's name ends.
        key: the column that tells a submission from all others.
        parent: the column in which an item names its submission.
        groups: what stands between a group and its question in the headings, where it is not `/`.
    """

    tables: Sequence[str]
    key: str
    parent: str
    groups: str = "/"


@dataclass(frozen=True)
class Layout:
    """How the rows lie in a file, where it does not say so itself.

    Attributes:
        sheet: name or number of the sheet, or a name in which `*` stands for anything: all such sheets; the first that
            is shown and holds something otherwise.
        heading: the line of the headings.
        encoding: of a text file.
        delimiter: of a text file; found from its first line otherwise.
        rows_at: the key of the list in a JSON document, or the keys on the way to it with `/` between; found otherwise.
        repeats: where the items of repeat groups are, when they do not lie in their row.
        fill_down: the headings under which a blank cell means what stands above, as in merged cells.
    """

    sheet: str | int | None = None
    heading: int = 1
    encoding: str = "utf-8"
    delimiter: str | None = None
    rows_at: str | None = None
    repeats: Repeats | None = None
    fill_down: Sequence[str] = ()


class UnreadableFileError(RegistryError):
    """The whole file is refused.

    Args:
        name: of the file.
        why: what is wrong.
        todo: what to do about it.
    """

    def __init__(self, name: str, why: str, todo: str) -> None:
        super().__init__(f"{name}: {why}; {todo}")
