"""Attack reports: documents published by a source, how they cite and copy one another, and files that capture them."""

import hashlib
import mimetypes
from pathlib import Path
from typing import Any

from registry import codes
from registry.errors import Conflict, RegistryError
from registry.models.said import Artifact, Claim, Report, ReportCreate, ReportLink
from registry.services import by_rule, named, retracting
from registry.services.coding import date_columns, word
from registry.services.work import Work


def add(work: Work, given: ReportCreate) -> Report:
    """Add a report, and its links to those that it cites.

    Raises:
        Conflict: a report with the same address, or the same publisher, title and date, is on file.
        NotFound, Ambiguous: the publisher, or a report that it cites.
        InvalidValue: the date or a word.
    """
    publisher = named.resolve(work, "source", given.publisher)
    dated = date_columns("published_", given.published, field="published", basis=given.basis or _basis(given))
    _refuse_second(work, given, publisher.id, dated)
    report = work.add(
        Report(
            publisher_id=publisher.id,
            title=given.title,
            url=given.url,
            archive_url=given.archive_url,
            language=given.language,
            kind=str(word("kind", given.kind, codes.REPORT_KINDS)),
            accessed_on=given.accessed,
            outside_id=given.outside_id,
            is_stub=given.stub,
            note=given.note,
            **dated,
        )
    )
    for other in given.cites:
        link(work, report.ref, other, "cites")
    return report


def _basis(given: ReportCreate) -> str:
    return "printed" if given.published else "not_stated"


def _refuse_second(work: Work, given: ReportCreate, publisher_id: Any, dated: dict[str, Any]) -> None:
    same = work.find(Report, url=given.url) if given.url else None
    if same is None and given.title:
        from_on = dated["published_from_on"]
        same = work.find(Report, publisher_id=publisher_id, title=given.title, published_from_on=from_on)
    if same is not None:
        raise Conflict(f"this report is on file as {same.ref}; add claims to that one")


def edit(work: Work, wanted: str, changes: dict[str, Any], version: int | None = None) -> Report:
    """Change a report; `changes` has the keys of ReportCreate.

    Raises:
        Conflict: somebody changed it since that version.
    """
    report: Report = named.resolve(work, "report", wanted)
    columns = {"title", "url", "archive_url", "language", "outside_id", "note"}
    values = {key: changes[key] for key in columns if key in changes}
    values |= {
        column: changes[key] for key, column in (("accessed", "accessed_on"), ("stub", "is_stub")) if key in changes
    }
    if "kind" in changes:
        values["kind"] = word("kind", changes["kind"], codes.REPORT_KINDS)
    if "publisher" in changes:
        values["publisher_id"] = named.resolve(work, "source", changes["publisher"]).id
    if "published" in changes or "basis" in changes:
        words, basis = changes.get("published", report.published_words), changes.get("basis", report.published_basis)
        values |= date_columns("published_", words, field="published", basis=basis)
    # Of each origin the latest number counts, and a report's date says which that is.
    dated = work.find_all(Claim, report_id=report.id) if "published_to_on" in values else []
    with by_rule.following(work, dated):
        work.change(report, version=version, **values)
    return report


def link(work: Work, wanted: str, other: str, kind: str, note: str | None = None) -> ReportLink:
    """Record that a report cites, republishes or translates another.

    Raises:
        Conflict: that is recorded already, or it is one report.
    """
    report, second = named.resolve(work, "report", wanted), named.resolve(work, "report", other)
    if report.id == second.id:
        raise Conflict("a report cannot be linked to itself; give two refs")
    kind = str(word("kind", kind, codes.REPORT_LINKS))
    about = {"report_id": report.id, "other_id": second.id, "kind": kind}
    known = f"that {report.ref} {kind} {second.ref} is recorded already"
    return retracting.enter(work, ReportLink, about, known=known, decided_by=work.by, note=note)


def unlink(work: Work, wanted: str, other: str, kind: str) -> None:
    """Take back that a report cites, republishes or translates another.

    Raises:
        NotFound: they were never linked so.
        Conflict: the link was taken back before.
    """
    report, second = named.resolve(work, "report", wanted), named.resolve(work, "report", other)
    kind = str(word("kind", kind, codes.REPORT_LINKS))
    links = work.find_all(ReportLink, report_id=report.id, other_id=second.id, kind=kind)
    what = ("link", f"{report.ref} {kind} {second.ref}")
    retracting.take_back(work, links, what, f"registry report show {report.ref}")


def attach(work: Work, wanted: str, file: Path, *, tool: str | None = None) -> Artifact:
    """Record a file that captures a report, by its SHA-256; the file itself stays where it is.

    Raises:
        RegistryError: the file cannot be read.
        Conflict: the same bytes are attached already.
    """
    report = named.resolve(work, "report", wanted)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise RegistryError(f"{file} cannot be read ({error.strerror}); check the path") from error
    digest = hashlib.sha256(data).hexdigest()
    if work.find(Artifact, report_id=report.id, sha256=digest) is not None:
        raise Conflict(f"these bytes are attached to {report.ref} already")
    return work.add(
        Artifact(
            report_id=report.id,
            sha256=digest,
            size_bytes=len(data),
            media_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
            file_name=file.name,
            captured_at=work.at,
            captured_by=work.by,
            tool=tool,
        )
    )
