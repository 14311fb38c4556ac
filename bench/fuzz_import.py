"""The readers of other people's lists against bytes that nobody would write: rows, or one line, and nothing else.

    pip install --target /tmp/atheris atheris      # not a dependency of the project: it is for Linux alone
    PYTHONPATH=/tmp/atheris:. python bench/fuzz_import.py csv -max_total_time=60

READER is csv, json, geojson, mapping or cells; what follows goes to libFuzzer. Coverage guides it: it keeps what
reaches new code. It stops at the first finding and writes the bytes to `crash-…`, and
`python bench/fuzz_import.py READER FILE` repeats it. `tests/test_import_fuzz.py` goes through the same doors with
hypothesis, and has what was found.
"""

import gc
import io
import sys
from collections.abc import Callable
from types import FunctionType

from registry.errors import RegistryError
from registry.services.importing import delimited, documents, mapping
from registry.services.importing.given import Mapping
from registry.services.importing.mapper import Mapper
from registry.services.importing.reading import Table
from registry.services.importing.rows import Layout, Problem

HEADINGS = "Ref,Date,Country,Province,Lat,Lon,What,Killed,Injured,Weapon,Type,Facility,Blamed"
MAPPING = """
mapping: fuzz
title: Fuzz
source: {name: Fuzz, kind: monitoring_group}
id: Ref
where: {country: Country, levels: [{level: governorate, name: Province}], lat: Lat, lon: Lon, words: Province}
attack:
  when: {first: Date, last: Date}
  time: Date
  summary: What
  means: {column: Weapon, split: ';', map: {Rocket: {attack_type: heavy_weapons, munition: rocket}}, unknown: skip}
  facilities: [{type: {column: Type, map: {clinic: clinic}, unknown: skip}, name: Facility, always: true}]
  numbers:
    - {column: Killed, measure: killed, population: all}
    - {low: Killed, high: Injured, measure: injured, population: all}
  accused: {name: Blamed}
"""


def csv(data: bytes) -> None:
    """The rows of a delimited file, each as a record."""
    _recorded(Table(delimited.rows(io.BytesIO(data), "fuzz", Layout())))


def json(data: bytes) -> None:
    """The rows of a JSON document."""
    for row in documents.rows(io.BytesIO(data), "fuzz", Layout()):
        assert isinstance(row, Problem) or all(isinstance(cell, str) for cell in row.cells.values())  # noqa: S101 -- the finding


def geojson(data: bytes) -> None:
    """The same of what stands where a feature stands."""
    json(b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": ' + data + b"}]}")


def mapping_file(data: bytes) -> None:
    """A mapping as a person writes it."""
    mapping.read("fuzz", data)


def cells(data: bytes) -> None:
    """One row of an incident list, its cells divided by line breaks."""
    texts = data.decode(errors="replace").split("\n")
    row = ",".join('"' + text.replace('"', '""') + '"' for text in [*texts, *[""] * 13][:13])
    csv(f"{HEADINGS}\n{row}\n".encode())


def _recorded(table: Table) -> None:
    mapper = Mapper(_mapping(), table, "fuzz")
    for row in table:
        if not isinstance(row, Problem):
            record, problems = mapper.record(row)
            assert (record is None) == bool(problems)  # noqa: S101 -- the finding
            repr(record).encode()  # a lone surrogate can be stored nowhere


def _mapping() -> Mapping:
    return mapping.read("fuzz", MAPPING.encode())


READERS: dict[str, Callable[[bytes], None]] = {
    "csv": csv, "json": json, "geojson": geojson, "mapping": mapping_file, "cells": cells,
}  # fmt: skip


def tried(read: Callable[[bytes], None], data: bytes) -> None:
    """Rows, or one line."""
    try:
        read(data)
    except RegistryError as error:
        if not str(error) or "\n" in str(error):
            raise ValueError("a refusal is one line that says why") from error


def main() -> None:
    """Fuzz one reader."""
    import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415 -- no dependency

    read = READERS[sys.argv.pop(1)]
    for found in gc.get_objects():
        if isinstance(found, FunctionType) and str(found.__module__).startswith("registry."):
            atheris.instrument_func(found)  # our own code alone: the whole of Python would take minutes
    atheris.Setup(sys.argv, lambda data: tried(read, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
