"""A sitrep's PDF held against what is attached to it: by anyone who holds the file, without the registry.

The page is a function of the snapshot. So the snapshot has to have the hash that the page prints, its figures have to
follow from the claims and attacks in it, the tables have to be its tables, and the snapshot set again has to give the
same pages: to the byte where the same versions set it, else word for word.
"""

import difflib
import hashlib
import io
import json
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from registry.errors import RegistryError
from registry.plurals import how_many
from registry.sitrep import adding, render, tables, versions, worker
from registry.sitrep.values import Sitrep, as_json, from_json

_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_MOST_TOLD = 5
_EMBEDDED = re.compile(
    rb"/Type /EmbeddedFile.{1,400}?/Filter /FlateDecode/Length (?P<length>[0-9]{1,9})>>\nstream\n", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        state: `passed`, `failed`, or `skipped` where it cannot be done here.
    """

    check: str
    state: Literal["passed", "failed", "skipped"]
    told: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What a PDF holds: its files, and the words of each page."""

    files: dict[str, bytes]
    pages: tuple[str, ...]


def is_up_to_date(path: Path, sitrep: Sitrep) -> bool:
    """Whether a file is the PDF that would be made of these values here and now, so that it need not be made again."""
    if not path.is_file():
        return False
    held = path.read_bytes()
    snapshot = as_json(sitrep)
    if not _holds(held, [snapshot]):
        return False
    made_by = render.colophon(snapshot, versions.renderer())
    return _holds(held, [one.data for one in render.attachments(sitrep, snapshot, made_by)])


def _holds(pdf: bytes, files: Sequence[bytes]) -> bool:
    """Whether the first files in a PDF, as this program writes it, are these; of any other PDF they are not.

    A reader of PDFs in Python takes a second to find them, since it reads all of the pages' structure before.
    """
    if not pdf.rstrip().endswith(b"%%EOF"):
        return False  # written in part
    streams = (pdf[found.end() : found.end() + int(found["length"])] for found in _EMBEDDED.finditer(pdf))
    pairs = list(zip(streams, files, strict=False))
    return len(pairs) == len(files) and all(_unpacks_to(stream, file) for stream, file in pairs)


def _unpacks_to(stream: bytes, file: bytes) -> bool:
    try:
        return zlib.decompressobj().decompress(stream, len(file) + 1) == file
    except zlib.error:
        return False


def opened(data: bytes) -> Opened:
    """The files and words in a PDF.

    Raises:
        RegistryError: it is no PDF that can be read, or none of ours.
    """
    from pypdf import PdfReader  # noqa: PLC0415 -- only where a file is checked
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of what is told in one line below
    try:
        reader = PdfReader(io.BytesIO(data))
        files = {name: found[0] for name, found in reader.attachments.items()}
        pages = tuple(_words(page.extract_text()) for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise RegistryError("it is no PDF, or is damaged; get the file again from where it was published") from error
    if render.SNAPSHOT_NAME not in files:
        raise RegistryError("the PDF has no snapshot attached: it is no sitrep of this program, or was saved again")
    return Opened(files, pages)


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def check(data: bytes) -> tuple[list[Finding], Sitrep | None]:
    """All checks of a PDF that need nothing but the file; the values in it, where they can be read.

    Raises:
        RegistryError: it is no sitrep.
    """
    inside = opened(data)
    snapshot = inside.files[render.SNAPSHOT_NAME]
    findings = [_hash(inside, snapshot)]
    try:
        sitrep = from_json(snapshot)
    except RegistryError as error:
        return [*findings, Finding("snapshot", "failed", str(error))], None
    findings += [_tables(inside, sitrep), _figures(sitrep)]
    findings.append(_set_again(data, inside, sitrep))
    return findings, sitrep


def _hash(inside: Opened, snapshot: bytes) -> Finding:
    found = hashlib.sha256(snapshot).hexdigest()
    printed = {one for page in inside.pages for one in _HASH.findall(page.replace(" ", ""))}
    printed |= {one for page in inside.pages for one in _HASH.findall(page)}
    if found in printed:
        return Finding("hash", "passed", f"the attached snapshot is the one whose hash is printed ({found[:12]}…)")
    return Finding("hash", "failed", f"the attached snapshot has the hash {found[:12]}…, which is printed nowhere")


def _tables(inside: Opened, sitrep: Sitrep) -> Finding:
    differing = [name for name, table in tables.all_of(sitrep).items() if inside.files.get(name) != table]
    if differing:
        return Finding("tables", "failed", f"not the tables of the snapshot: {', '.join(differing)}")
    return Finding("tables", "passed", "the attached tables are those of the snapshot")


def _figures(sitrep: Sitrep) -> Finding:
    wrong = list(adding.wrong(sitrep))
    if wrong:
        return Finding("figures", "failed", "; ".join(wrong[:_MOST_TOLD]))
    return Finding("figures", "passed", "every figure follows from the claims and attacks in the snapshot")


def _set_again(data: bytes, inside: Opened, sitrep: Sitrep) -> Finding:
    """The pages made again from the snapshot."""
    made_by = _made_by(inside)
    again = worker.pdfs([sitrep])[0]
    if again == data:
        return Finding("pages", "passed", "made again from the snapshot, the file is the same to the byte")
    here = _made_by(opened(again))
    if made_by == here:
        told = list(_differing(inside.pages, opened(again).pages))
        what = "; ".join(told[:_MOST_TOLD]) or "the words are the same, the file was changed otherwise"
        return Finding("pages", "failed", f"made again from the snapshot, the file differs: {what}")
    others = ", ".join(sorted(key for key in here if made_by.get(key) != here[key])) or "its versions"
    told = list(_differing(inside.pages, opened(again).pages))
    if not told:
        return Finding("pages", "passed", f"made by other versions ({others}), and word for word the same")
    why = f"made by other versions ({others}), so that the pages cannot be compared here: {told[0]}"
    return Finding("pages", "skipped", why)


def _made_by(inside: Opened) -> dict[str, object]:
    try:
        found = json.loads(inside.files.get(render.COLOPHON_NAME, b"{}"))
    except ValueError:
        return {}
    kept = {"software", "templates_sha256", "renderer"}
    return {key: value for key, value in found.items() if key in kept} if isinstance(found, dict) else {}


def _differing(there: Sequence[str], here: Sequence[str]) -> Iterator[str]:
    if len(there) != len(here):
        yield f"it has {how_many(len(there), 'page')}, not {len(here)}"
    for number, (page, expected) in enumerate(zip(there, here, strict=False), 1):
        printed, wanted = page.split(), expected.split()
        for kind, a, b, c, d in difflib.SequenceMatcher(None, printed, wanted, autojunk=False).get_opcodes():
            if kind != "equal":
                yield f"page {number} prints {_part(printed, a, b)!r} where the snapshot gives {_part(wanted, c, d)!r}"


def _part(words: Sequence[str], start: int, end: int) -> str:
    return " ".join(words[max(0, start - 2) : min(end + 2, start + 12)])
