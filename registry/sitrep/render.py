"""The sitrep as HTML for a browser and as PDF for the record, from the same values and the same template.

Nothing here reads a clock, a database or the network: same values, same versions, same bytes.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict

import registry
from registry.errors import RegistryError
from registry.sitrep import assets, tables
from registry.sitrep.values import Attached, Colophon, Sitrep, as_json
from registry.sitrep.wording import as_utc

SNAPSHOT_NAME = "snapshot.json"
COLOPHON_NAME = "colophon.json"


def render_html(sitrep: Sitrep) -> str:
    """One self-contained HTML page: styles, fonts, script and what else a PDF has attached are inside."""
    from registry.sitrep import page, screen  # noqa: PLC0415 - loads Jinja

    snapshot = as_json(sitrep)
    made_by = colophon(snapshot, screen.renderer())
    return screen.sealed(page.html(sitrep, made_by, attachments(sitrep, snapshot, made_by)))


def render_pdf(sitrep: Sitrep) -> bytes:
    """PDF/A-3a and PDF/UA-1 with the snapshot and its tables attached, dated by the newest data entry.

    Raises:
        RegistryError: a glyph, a font or the target of a reference is missing, or it has too many pages; nothing
            half-right is printed.
    """
    from registry.sitrep import listed, page, pdf, versions  # noqa: PLC0415 - loads WeasyPrint

    snapshot = as_json(sitrep)
    made_by = colophon(snapshot, versions.renderer())
    files, as_of = attachments(sitrep, snapshot, made_by), as_utc(sitrep.masthead.as_of)
    most_pages = listed.most_pages(sitrep)
    for room in listed.rooms(sitrep):
        with suppress(pdf.TooManyPages):
            return pdf.write(page.html(sitrep, made_by, room=room), files, as_of, most_pages)
    raise RegistryError(f"sitrep: it does not fit on {most_pages} pages; make it of --kind sitrep")


def attachments(sitrep: Sitrep, snapshot: bytes, made_by: Colophon) -> tuple[Attached, ...]:
    """What comes with the pages: the values of all pages, what made the pages, and the tables for a spreadsheet."""
    written = json.dumps(asdict(made_by), ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
    return (
        Attached(SNAPSHOT_NAME, snapshot, "The figures of this report and the claims they rest on"),
        Attached(COLOPHON_NAME, written, "Hashes and versions of what made this file"),
        *(Attached(name, table, f"Table of this report: {name}") for name, table in tables.all_of(sitrep).items()),
    )


def colophon(snapshot: bytes, renderer: tuple[str, ...]) -> Colophon:
    """What makes the pages: the hash of the attached snapshot, and every version that decides the bytes."""
    return Colophon(
        snapshot_sha256=hashlib.sha256(snapshot).hexdigest(),
        software=f"attack-registry {registry.__version__}",
        templates_sha256=assets.digest(),
        renderer=renderer,
    )
