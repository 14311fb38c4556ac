"""Tables as JSON: a list of objects, each on a line of its own."""

import json
from typing import IO

from registry.services.exporting.tables import Table


def write(file: IO[bytes], table: Table) -> None:
    """Write a table."""
    separator = b"[\n"
    for batch in table.read():
        for row in zip(*batch.columns, strict=True):
            found = dict(zip(table.columns, row, strict=True))
            file.write(separator + json.dumps(found, ensure_ascii=False).encode())
            separator = b",\n"
    file.write(b"[]\n" if separator == b"[\n" else b"\n]\n")
