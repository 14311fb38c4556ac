"""Tables as XLSX. Text is written as text whatever it looks like; days and times are dates."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import IO, Any

from registry.errors import RegistryError
from registry.services.exporting.tables import Table

_MOST_ROWS = 1_048_576
_MOST_CHARACTERS = 32_767
_EXACT = 1 << 53  # whole numbers above it would lose digits: a cell's number is a double
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ADVICE = "export it as csv or parquet"


def write(file: IO[bytes], table: Table) -> None:
    """Write a table as a sheet, row by row.

    Raises:
        RegistryError: it has more rows, or longer texts, than a sheet holds.
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 -- heavy, and without types

    with Workbook(file, {"constant_memory": True, "remove_timezone": True, **_AS_TEXT}) as book:
        sheet = book.add_worksheet(table.name[:31])
        formats = {"_on": book.add_format({"num_format": "yyyy-mm-dd"}),
                   "_at": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})}  # fmt: skip
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(table.columns):
            sheet.write_string(0, place, name, bold)
        writers = [_writer(sheet, place, name, formats) for place, name in enumerate(table.columns)]
        for batch in table.read():
            if table.rows >= _MOST_ROWS:
                raise RegistryError(f"{table.name} has more rows than a sheet holds ({_MOST_ROWS:,}); {_ADVICE}")
            for row, values in enumerate(zip(*batch.columns, strict=True), table.rows - len(batch.columns[0]) + 1):
                for put, value in zip(writers, values, strict=True):
                    if value is not None:
                        put(row, value)


def _writer(sheet: Any, place: int, name: str, formats: dict[str, Any]) -> Callable[[int, Any], None]:
    """What puts a value of one column into a row."""
    day = formats.get(name[-3:])

    def put(row: int, value: Any) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value)
        elif isinstance(value, float) or (isinstance(value, int) and abs(value) <= _EXACT):
            sheet.write_number(row, place, value)
        elif day is not None and (read := _moment(value)) is not None:
            sheet.write_datetime(row, place, read, day)
        else:
            text = str(value)
            if len(text) > _MOST_CHARACTERS:
                raise RegistryError(f"{name}: a text is longer than a cell holds ({_MOST_CHARACTERS:,}); {_ADVICE}")
            sheet.write_string(row, place, text)

    return put


def _moment(value: str) -> date | datetime | None:
    """A day or time that a sheet can hold: they begin with 1900."""
    with suppress(ValueError):
        read = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value).astimezone(UTC)
        return read if read.year > 1900 else None
    return None
