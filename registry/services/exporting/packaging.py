"""What lies beside exported tables: `datapackage.json` for programs and `README.md` for people.

A Frictionless data package, https://datapackage.org/standard/data-package/: what each column holds and means, the size
and SHA-256 of each file, the licence, and what the tables were made from.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from registry import __version__
from registry.errors import NotFound, RegistryError
from registry.plurals import how_many
from registry.services.exporting.folders import MARK
from registry.services.exporting.kinds import by_name
from registry.services.exporting.tables import Table
from registry.sitrep.values import Audience

_TYPES = {
    "bool": "boolean",
    "int": "integer",
    "long": "integer",
    "float": "number",
    "date": "date",
    "moment": "datetime",
}
_READERS = {"internal": "colleagues alone; it must not leave the organisation",
            "partner": "partners; it must not be published", "public": "everybody"}  # fmt: skip
_READING = """\
* An empty cell means that nothing is known or recorded, never zero.
* A number with an open end has a low and no high: it is "at least", not "exactly".
* Days that end a period stand in columns of their own: an attack of which the month alone is known has both.
* In CSV, an apostrophe before `=`, `+`, `-` or `@` keeps a spreadsheet from running text; it is not part of it.
* Times are in UTC. Codes are those of `registry code list`.
"""


@dataclass(frozen=True)
class Licence:
    """Under which terms others may use an export.

    Attributes:
        name: such as CC-BY-4.0.
        url: of its text.
    """

    name: str
    url: str = ""


@dataclass(frozen=True)
class Provenance:
    """What an export was made from.

    Attributes:
        as_of: when the registry had last changed.
        heads: of each node, where its journal stood: node, number of the entry, its hash.
        producer, contact: who exports, and whom to write to with a correction.
    """

    audience: Audience
    as_of: datetime
    heads: Sequence[tuple[str, int, str]]
    producer: str = ""
    contact: str = ""
    licence: Licence | None = None


@dataclass(frozen=True)
class File:
    """A table that was written."""

    table: Table
    path: Path
    form: str
    mediatype: str


def write(folder: Path, name: str, title: str, files: Sequence[File], made: Provenance) -> None:
    """Write the description of the files of a folder into it."""
    (folder / "README.md").write_text(_readme(title, files, made), encoding="utf-8")
    told = descriptor(name, title, files, made)
    tables = {file.path for file in files}
    told["resources"] += [_plain(file) for file in sorted(folder.iterdir()) if file not in tables]
    (folder / MARK).write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def verify(folder: Path) -> tuple[int, str]:
    """Hold the files of an export against its description: how many there are, and the description's own SHA-256.

    Raises:
        NotFound: there is no export.
        RegistryError: a file is missing, was altered, or was put there later.
    """
    try:
        text = (folder / MARK).read_bytes()
        hashes = {str(one["path"]): str(one["hash"]) for one in json.loads(text)["resources"]}
    except FileNotFoundError as error:
        raise NotFound("export", str(folder), hint=f"it has no {MARK}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RegistryError(f"{folder / MARK} is no description of an export") from error
    there = {file.name for file in folder.iterdir() if file.is_file() and file.name != MARK}
    wrong = [f"{name} is missing" for name in sorted(hashes.keys() - there)]
    wrong += [f"{name} is not described" for name in sorted(there - hashes.keys())]
    for name in sorted(there & hashes.keys()):
        if f"sha256:{sha256(folder / name)}" != hashes[name]:
            wrong.append(f"{name} was altered")
    if wrong:
        raise RegistryError(f"{folder}: {'; '.join(wrong)}; ask whoever gave it to you for another")
    return len(hashes), hashlib.sha256(text).hexdigest()


def descriptor(name: str, title: str, files: Sequence[File], made: Provenance) -> dict[str, Any]:
    """The data package's descriptor."""
    told: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": name,
        "title": title,
        "created": _stamp(made.as_of),
        "resources": [_resource(file) for file in files],
        "provenance": {
            "audience": made.audience,
            "as_of": _stamp(made.as_of),
            "journal": [{"node": node, "entry": entry, "hash": digest} for node, entry, digest in made.heads],
            "program": f"attack-registry {__version__}",
        },
    }
    if made.producer:
        told["contributors"] = [{"title": made.producer, "roles": ["publisher"]}]
    if made.licence is not None:
        licence = {"name": made.licence.name} | ({"path": made.licence.url} if made.licence.url else {})
        told["licenses"] = [licence]
    return told


def _resource(file: File) -> dict[str, Any]:
    table = file.table
    fields = [_field(table, place) for place in range(len(table.columns))]
    told: dict[str, Any] = {
        "name": table.name,
        "path": file.path.name,
        "title": table.title,
        "format": file.path.suffix.removeprefix("."),
        "mediatype": file.mediatype,
        "bytes": file.path.stat().st_size,
        "hash": f"sha256:{sha256(file.path)}",
        "rows": table.rows,
        "schema": {"fields": fields},
    }
    if file.path.suffix == ".csv":
        told |= {"type": "table", "encoding": "utf-8", "dialect": {"lineTerminator": "\n"}}
    if file.form == "hxl":
        told["dialect"] |= {"headerRows": [1], "commentRows": [2]}  # the tags
    return told


def _plain(file: Path) -> dict[str, Any]:
    return {"name": file.stem.lower(), "path": file.name, "format": file.suffix.removeprefix("."),
            "bytes": file.stat().st_size, "hash": f"sha256:{sha256(file)}"}  # fmt: skip


def _field(table: Table, place: int) -> dict[str, str]:
    name = table.columns[place]
    told = {"name": name, "type": _TYPES.get(table.kinds[place] or by_name(name), "string")}
    meaning = table.meanings.get(name)
    return told | ({"description": meaning} if meaning else {})


def sha256(file: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _readme(title: str, files: Sequence[File], made: Provenance) -> str:
    licence = made.licence
    facts = {
        "For": _READERS[made.audience],
        "As of": _stamp(made.as_of),
        "By": made.producer,
        "Corrections to": made.contact,
        "Licence": f"{licence.name} {licence.url}".strip() if licence else "none is stated; ask before passing it on",
        "Journal": "; ".join(f"node {node}, entry {entry}, {digest}" for node, entry, digest in made.heads),
        "Program": f"attack-registry {__version__}",
    }
    lines = [f"# {title}", "", *(f"* {what}: {told}" for what, told in facts.items() if told)]
    lines += ["", "## How to read it", "", _READING.rstrip()]
    for file in files:
        lines += ["", *_dictionary(file)]
    return "\n".join(lines) + "\n"


def _dictionary(file: File) -> list[str]:
    table = file.table
    lines = [f"## {file.path.name}", "", f"{table.title} {how_many(table.rows, 'row')}.".strip(), "",
             "| column | type | what it is |", "|---|---|---|"]  # fmt: skip
    fields = [_field(table, place) for place in range(len(table.columns))]
    return lines + [
        f"| `{one['name']}` | {one['type']} | {one.get('description', '').replace('|', ' or ')} |" for one in fields
    ]
