"""What a reader hands over: rows with their place in the file, or what is wrong with one."""

from dataclasses import dataclass
from typing import NamedTuple

from registry.errors import RegistryError


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


@dataclass(frozen=True)
class Layout:
    """How the rows lie in a file, where it does not say so itself.

    Attributes:
        sheet: name or number of the sheet; the first that holds something otherwise.
        heading: the line of the headings.
        encoding: of a text file.
        delimiter: of a text file; found from its first line otherwise.
        rows_at: the key of the list in a JSON document; found otherwise.
    """

    sheet: str | int | None = None
    heading: int = 1
    encoding: str = "utf-8"
    delimiter: str | None = None
    rows_at: str | None = None


class UnreadableFileError(RegistryError):
    """The whole file is refused.

    Args:
        name: of the file.
        why: what is wrong.
        todo: what to do about it.
    """

    def __init__(self, name: str, why: str, todo: str) -> None:
        super().__init__(f"{name}: {why}; {todo}")
