"""What rendering adds: the colophon, and the files inside the PDF."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Colophon:
    """What made the pages; found at rendering, so not part of the snapshot.

    Attributes:
        snapshot_sha256: of `as_json(sitrep)`, the file attached to the PDF.
        templates_sha256: over all templates, translations, stylesheets and fonts.
        renderer: names and versions that decide the bytes.
    """

    snapshot_sha256: str
    software: str
    templates_sha256: str
    renderer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF."""

    name: str
    data: bytes
    description: str
