"""The sitrep as HTML for a browser and as PDF for the record, from the same values and the same template.

Nothing here reads a clock, a database or the network: same values, same versions, same bytes.
"""

import hashlib

import registry
from registry.sitrep import assets
from registry.sitrep.values import Colophon, Sitrep, as_json
from registry.sitrep.wording import as_utc

SNAPSHOT_NAME = "snapshot.json"


def render_html(sitrep: Sitrep) -> str:
    """One self-contained HTML page: styles and fonts are inside, scripts are not allowed."""
    from registry.sitrep import page  # noqa: PLC0415 - loads Jinja

    return page.html(sitrep, colophon(sitrep, ("HTML preview",)), is_preview=True)


def render_pdf(sitrep: Sitrep) -> bytes:
    """PDF/A-3a and PDF/UA-1 with the snapshot attached, dated by the newest data entry.

    Raises:
        RegistryError: a glyph, a font or the target of a reference is missing; nothing half-right is printed.
    """
    from registry.sitrep import page, pdf  # noqa: PLC0415 - loads WeasyPrint

    html = page.html(sitrep, colophon(sitrep, pdf.renderer()), is_preview=False)
    return pdf.write(html, as_json(sitrep), as_utc(sitrep.masthead.as_of), SNAPSHOT_NAME)


def snapshot_sha256(sitrep: Sitrep) -> str:
    """The hash of the attached file, which the colophon prints."""
    return hashlib.sha256(as_json(sitrep)).hexdigest()


def colophon(sitrep: Sitrep, renderer: tuple[str, ...]) -> Colophon:
    """What makes the pages: the snapshot's hash, and every version that decides the bytes."""
    return Colophon(
        snapshot_sha256=snapshot_sha256(sitrep),
        software=f"attack-registry {registry.__version__}",
        templates_sha256=assets.digest(),
        renderer=renderer,
    )
