"""An export: views and saved questions as files of a folder, with what describes them."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, text

from registry.cells import plain
from registry.services import extracts
from registry.services.exporting import csvs, geojson, jsons, packaging, parquet, workbooks
from registry.services.exporting.folders import folder, refuse
from registry.services.exporting.packaging import File, Licence, Provenance
from registry.services.exporting.tables import Points, Table, table
from registry.services.extracts import areas
from registry.sitrep.values import Audience


@dataclass(frozen=True)
class Form:
    """How tables are written."""

    suffix: str
    mediatype: str
    write: Callable[[IO[bytes], Table], None]


FORMS = {
    "csv": Form("csv", "text/csv", csvs.write),
    "hxl": Form("csv", "text/csv", csvs.write_with_tags),
    "xlsx": Form("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbooks.write),
    "json": Form("json", "application/json", jsons.write),
    "geojson": Form("geojson", "application/geo+json", geojson.write),
    "parquet": Form("parquet", "application/vnd.apache.parquet", parquet.write),
}


@dataclass(frozen=True)
class Asked:
    """What is to be exported.

    Attributes:
        names: of views and saved questions.
        given: values of a question's parameters, as a person types them.
        producer, contact, licence: for the description.
    """

    form: str
    names: Sequence[str]
    audience: Audience = "public"
    given: Mapping[str, str] = field(default_factory=dict)
    producer: str = ""
    contact: str = ""
    licence: Licence | None = None


def export(engine: Engine, asked: Asked, target: Path, *, replace: bool = False) -> list[Table]:
    """Write a folder with a file for each view or question, and what describes them.

    All of it is of one moment. Tables are written as they are read, so memory does not grow with them.

    Args:
        engine: of the registry.
        asked: what to export.
        target: the folder, which must not be there.
        replace: unless it is an export.

    Returns:
        The tables, with how many rows each had.

    Raises:
        NotFound: there is no registry, no such view or question, or the audience is not given it.
        Conflict: the folder is there, or a public series of sitreps counts by other groups of governorates.
        RegistryError: a form cannot hold a table.
    """
    refuse(target, replace=replace)
    with extracts.reading(engine, asked.audience) as connection, ExitStack() as opened:
        # All are found before the first is written.
        tables = [
            opened.enter_context(table(connection, name, asked.audience, asked.given))
            for name in dict.fromkeys(asked.names)
        ]
        with folder(target, replace=replace, public=asked.audience == "public") as unfinished:
            if asked.form == "geojson":
                points = _points(connection, asked.audience)
                for one in tables:
                    one.points = points
            files = [write(unfinished, one, asked.form) for one in tables]
            state = extracts.state(connection, asked.audience)
            made = Provenance(asked.audience, state.as_of, state.heads, asked.producer, asked.contact, asked.licence)
            title = f"From a registry of attacks: {', '.join(one.name for one in tables)}"
            packaging.write(unfinished, _name(target), title, files, made)
    return tables


def write(folder: Path, one: Table, form: str) -> File:
    """Write a table into a folder.

    Raises:
        RegistryError: the form cannot hold it.
    """
    path = folder / f"{one.name}.{FORMS[form].suffix}"
    with path.open("wb") as file:
        FORMS[form].write(file, one)
    return File(one, path, form, FORMS[form].mediatype)


def _points(connection: Connection, audience: Audience) -> Points:
    """Where places are, or for others than colleagues the label points of areas."""
    columns: tuple[str, ...] = ("country", "area") if audience == "public" else ("place_id",)
    if audience == "internal":
        sql = "SELECT id, lon, lat FROM v_place WHERE lat IS NOT NULL AND lon IS NOT NULL"
    else:
        sql = f"SELECT {', '.join(columns)}, lon, lat FROM {areas.TABLE}"
    at: dict[tuple[Any, ...], list[tuple[float, float]]] = {}
    for *key, lon, lat in connection.execute(text(sql)):
        at.setdefault(tuple(plain("id", one) for one in key), []).append((lon, lat))
    return Points(columns, at)


def _name(target: Path) -> str:
    """The folder's name in the letters that a package's name may have."""
    return re.sub(r"[^a-z0-9._-]+", "-", target.absolute().name.lower()).strip("-") or "export"
