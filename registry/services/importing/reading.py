"""Any list as a stream of rows: which reader a file needs is told by what is in it, not by its name."""

import gzip
import hashlib
import re
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, filterfalse, islice
from pathlib import Path
from typing import IO, BinaryIO

from registry.services.importing import cells, delimited, documents, related, workbooks
from registry.services.importing.rows import SHEET, Layout, Problem, SourceRow, UnreadableFileError

_ZIP = b"PK\x03\x04"
_WORKBOOKS = (_ZIP, b"\xd0\xcf\x11\xe0")  # zip (XLSX, XLSB, ODS) and OLE (XLS, or a workbook with a password)
_GZIP = b"\x1f\x8b"
_MOST_INFLATED, _MOST_RATIO = 4 << 30, 200
_CHUNK = 1 << 20
_LOOKED_AT = 200  # rows of JSON, for their headings
Found = Iterator[SourceRow | Problem]


class Table:
    """The rows of a file, to be gone through once.

    Attributes:
        columns: the headings, of JSON those of its first rows.
        tags: HXL tag to heading, where a second row of headings holds such tags.
        is_open: a later row may have columns that the first ones have not.
        unread: the other sheets of a workbook that are not hidden.
    """

    def __init__(self, found: Found, *, is_open: bool = False, unread: Sequence[str] = ()) -> None:
        self.unread = unread
        rows = iter(found)
        looked_at = list(islice(rows, _LOOKED_AT if is_open else 1))
        rows = chain(looked_at[1:], rows)
        first = looked_at[0] if looked_at else None
        self.is_open = is_open
        self.columns = list(
            dict.fromkeys(name for row in looked_at if isinstance(row, SourceRow) for name in row.cells)
        )
        self.tags: dict[str, str] = {}
        if isinstance(first, SourceRow) and _is_hxl(first):
            for heading, text in first.cells.items():
                if text and heading != SHEET:
                    self.tags.setdefault(cells.tag(text), heading)
            first = None
            rows = filterfalse(_is_hxl, rows)  # each further sheet has its own
        self._rows: Found = rows if first is None else chain([first], rows)

    def __iter__(self) -> Found:
        return self._rows


def _is_hxl(row: SourceRow | Problem) -> bool:
    return isinstance(row, SourceRow) and cells.is_hxl([text for name, text in row.cells.items() if name != SHEET])


@contextmanager
def local(path: Path, stdin: BinaryIO | None = None) -> Iterator[Path]:
    """The file as one that can be read more than once: unpacked where it is compressed, copied where it is a stream.

    Raises:
        UnreadableFileError: it cannot be opened, is no file, is damaged, or unpacks to too much.
    """
    if stdin is not None:
        with _copied(stdin, "standard input") as copy, _inflated(copy, "standard input") as plain:
            yield plain
        return
    if not path.is_file():
        raise UnreadableFileError(path.name, *_no_file(path))
    with _inflated(path, path.name) as plain:
        yield plain


def _no_file(path: Path) -> tuple[str, str]:
    """Why a path is no file, and what to do; a pipe or a device could go on for ever, so none is opened."""
    if path.is_dir():
        return "it is a folder", "give a file in it"
    if path.exists():
        return "it is a pipe or a device, no file", "give a file, or read from standard input: -"
    return "there is no such file", "check the path"


@contextmanager
def _copied(stream: BinaryIO, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "file"
        with copy.open("wb") as out:
            while chunk := stream.read(_CHUNK):
                if out.tell() + len(chunk) > _MOST_INFLATED:
                    raise UnreadableFileError(name, "it does not end where a list would", "give a file")
                out.write(chunk)
        if not copy.stat().st_size:
            raise UnreadableFileError(name, "it is empty", "see whether it is the right file")
        yield copy


@contextmanager
def _inflated(path: Path, name: str) -> Iterator[Path]:
    if _start(path, name)[:2] != _GZIP:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "file"
        try:
            with gzip.open(path, "rb") as packed, plain.open("wb") as out:
                _inflate(packed, out, path.stat().st_size, name)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableFileError(name, "it is damaged", "fetch it again") from error
        yield plain


def _inflate(packed: gzip.GzipFile, out: IO[bytes], size: int, name: str) -> None:
    total = 0
    while chunk := packed.read(_CHUNK):
        total += len(chunk)
        if total > _MOST_INFLATED or (total > 10 * _CHUNK and total / size > _MOST_RATIO):
            raise UnreadableFileError(
                name, "it unpacks to far more than a list holds", "see whether it is the right file"
            )
        out.write(chunk)


def _start(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError as error:
        raise UnreadableFileError(name, f"it cannot be read ({error.strerror})", "check the path") from error


def sha256(path: Path) -> str:
    """The file's digest: the same bytes are the same file, whatever it is called."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def table(path: Path, name: str, layout: Layout) -> Iterator[Table]:
    """The rows of a file that `local` gave.

    Args:
        path: of the plain file.
        name: what the person calls it.
        layout: from the mapping.

    Raises:
        UnreadableFileError: nothing can be read from it.
    """
    start = _start(path, name)
    if not start:
        raise UnreadableFileError(name, "it is empty", "see whether it is the right file")
    if layout.repeats is not None and start.startswith(_ZIP):
        yield Table(related.rows(path, name, layout, layout.repeats), is_open=True)
        return
    if start.startswith(_WORKBOOKS):
        with workbooks.opened(path, name, layout) as book:
            yield Table(_filled_down(book.rows, name, layout.fill_down), unread=book.unread)
        return
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) and not layout.encoding.casefold().startswith("utf-16"):
        raise UnreadableFileError(name, "it is UTF-16 text", "declare the encoding utf-16, or save it again in UTF-8")
    with path.open("rb") as stream:
        if re.match(rb"(\xef\xbb\xbf)?\s*[\[{]", start):
            yield Table(documents.rows(stream, name, layout), is_open=True)
            return
        if layout.repeats is not None:
            todo = "export all tables of the form: as JSON, XLSX (KoboToolbox) or .zip (ODK Central)"
            raise UnreadableFileError(name, "it leaves out the items of repeat groups", todo)
        yield Table(_filled_down(delimited.rows(stream, name, layout), name, layout.fill_down))


def _filled_down(found: Found, name: str, headings: Sequence[str]) -> Found:
    """The rows with blank cells under these headings filled with what stands above them in their sheet.

    The headings go from the widest down: under another province the district above means nothing.
    """
    above: dict[str, str] = {}
    sheet: str | None = None
    for row in found:
        if headings and isinstance(row, SourceRow) and not _is_hxl(row):
            if row.sheet != sheet:
                above, sheet = {}, row.sheet
                _refuse_unknown(headings, row, name)
            for place, heading in enumerate(headings):
                if (text := row.cells.get(heading, "")) and text != above.get(heading):
                    above = {wider: above[wider] for wider in headings[:place] if wider in above} | {heading: text}
            yield row._replace(cells=row.cells | above)
        else:
            yield row


def _refuse_unknown(headings: Sequence[str], row: SourceRow, name: str) -> None:
    unknown = [heading for heading in headings if heading not in row.cells]
    if unknown:
        why = f"it has no column {', '.join(map(repr, unknown))} to fill down"
        raise UnreadableFileError(name, why, "write fill_down as the headings are")
