"""Issues of a series of situation reports: drafted, approved by another person, published, and never changed after.

An issue keeps its snapshot, so that it can be printed again, compared with the next one and checked, whatever became
of the registry since. One issue in three languages is three rows with one number.
"""

import hashlib
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, String, bindparam, text
from sqlmodel import col

from registry import db, keys
from registry.errors import Conflict, InvalidValue, NotFound
from registry.models.in_out import Sitrep as Issue
from registry.models.in_out import SitrepSnapshot
from registry.services import cuts, sitreps, subjects
from registry.services.subjects import Asked
from registry.services.work import Work, select_by
from registry.sitrep import comparing
from registry.sitrep.values import Correction, Highlight, Kind, Sitrep, as_json, from_json

_MOST_HIGHLIGHTS = 6


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an issue is to be about.

    Attributes:
        series: its name, as it is printed; a series keeps its kind, and of sitreps its areas, from issue to issue.
    """

    series: str
    asked: Asked
    languages: Sequence[str] = ("en",)
    audience: str = "public"
    producer: str = ""
    contact: str = ""


def draft(work: Work, wanted: Wanted) -> list[Issue]:
    """Draft the next issue of a series, or make the draft of the same anew; one row for each language.

    Raises:
        InvalidValue: the series has no name, or the period ends before it starts.
        Conflict: the sitrep of this period is approved or published already, the series is of another kind or about
            other areas, or there is another public cut of some of them.
    """
    series = wanted.series.strip()
    if not series:
        raise InvalidValue("series", "has no name", "give the name that all its issues carry")
    connection = work.session.connection()
    kind, subject = wanted.asked.kind, subjects.find(connection, wanted.asked)
    first, last = sitreps.period(subject.first, subject.last, wanted.audience)
    about = _About(series, kind, subjects.refs(connection, subject), (first, last), subject.is_one_record)
    held = work.find_all(Issue, series=series, audience=wanted.audience)
    earlier = [one for one in held if one.state != "draft"]
    if held and held[-1].kind != kind:
        raise Conflict(f"the series {series!r} is of kind {held[-1].kind}; name another series")
    if kind == "sitrep":
        if wanted.audience == "public":
            cuts.refuse_series(connection, series, subject.areas)
        _refuse_other_areas(about, earlier)
    number = max((one.number for one in (earlier if kind == "sitrep" else held)), default=0) + 1
    if kind != "sitrep":  # several may be drafts at once, each on something else
        number = next((one.number for one in held if one.state == "draft" and about.is_of(one)), number)
    return [_draft(work, wanted, about, number, language) for language in wanted.languages]


@dataclass(frozen=True)
class _About:
    """What an issue is about: refs of its areas or of its one record, and the days as its audience reads of them."""

    series: str
    kind: Kind
    refs: list[str]
    days: tuple[date, date]
    is_one_record: bool

    def is_of(self, issue: Issue) -> bool:
        """Whether an issue is about the same; what is known of the days of one record may have changed."""
        is_of_days = (issue.period_from_on, issue.period_to_on) == self.days
        return issue.areas == " ".join(self.refs) and (self.is_one_record or is_of_days)


def _refuse_other_areas(about: _About, earlier: Sequence[Issue]) -> None:
    if earlier and set(earlier[-1].areas.split()) != set(about.refs):
        raise Conflict(f"the series {about.series!r} is about other areas ({earlier[-1].areas}); name another series")
    if any((one.period_from_on, one.period_to_on) == about.days for one in earlier):
        raise Conflict(f"the issue of {about.series!r} on these days is approved already; it is not changed any more")


def ref_of(connection: Connection, place: uuid.UUID) -> str:
    """The ref of a place."""
    found = connection.execute(text("SELECT ref FROM place WHERE id = :id"), {"id": db.as_key(connection, place)})
    return str(found.scalar())


def _draft(work: Work, wanted: Wanted, about: _About, number: int, language: str) -> Issue:
    key = {"series": about.series, "audience": wanted.audience, "language": language}
    last = _last_published(work, about, **key)
    held = work.find(Issue, **key, number=number)
    areas = " ".join(about.refs)
    made = held or Issue(
        series=about.series, audience=wanted.audience, language=language, number=number, kind=about.kind,
        period_from_on=about.days[0], period_to_on=about.days[1], areas=areas, as_of=work.at,
        snapshot_sha256="", pdf_sha256="", maker=work.by, made_at=work.at,
    )  # fmt: skip
    sitrep = _taken(work, wanted, about.refs, about.days, language)
    head = replace(sitrep.masthead, ref=made.ref, number=number, series=about.series)
    sitrep = replace(sitrep, masthead=head)
    if last is not None:
        sitrep = _against(work, sitrep, last, wanted)
    if held is None:
        work.add(made)
    work.change(
        made, kind=about.kind, period_from_on=about.days[0], period_to_on=about.days[1], areas=areas, maker=work.by,
        made_at=work.at, as_of=head.as_of, supersedes_id=last.id if last else None, pdf_sha256="",
    )  # fmt: skip
    _keep(work, made, sitrep)
    return made


def _last_published(work: Work, about: _About, **key: str) -> Issue | None:
    """The last issue of a series that was published; of a series of flashes or dossiers the last on the same."""
    found: Sequence[Issue] = work.session.exec(
        select_by(Issue, **key, state="published").order_by(col(Issue.number).desc())
    ).all()
    return next((one for one in found if about.kind == "sitrep" or about.is_of(one)), None)


def _taken(work: Work, wanted: Wanted, areas: Sequence[str], days: tuple[date, date], language: str) -> Sitrep:
    asked = wanted.asked
    if not (asked.attack or asked.facility):
        asked = replace(asked, areas=areas, first=days[0].isoformat(), last=days[1].isoformat())
    return sitreps.taken(
        work.session.connection(), asked, audience=wanted.audience, language=language, producer=wanted.producer,
        contact=wanted.contact,
    )  # fmt: skip


def _against(work: Work, sitrep: Sitrep, last: Issue, wanted: Wanted) -> Sitrep:
    """The issue with what it corrects of the last one: its days are looked at again, as they are known now."""
    published = snapshot_of(work.session.connection(), last.ref)
    days = (last.period_from_on, last.period_to_on)
    known_now = _taken(work, wanted, last.areas.split(), days, last.language)
    gone = {row.ref for row in published.attacks} - {row.ref for row in known_now.attacks}
    fates = fates_of(work.session.connection(), gone, is_internal=wanted.audience == "internal")
    corrected = comparing.corrections(published, known_now, fates)
    head = replace(sitrep.masthead, changes=comparing.changes(published, sitrep, corrected))
    attacks = comparing.marked(sitrep, published, corrected)
    told = comparing.renumbered(corrected, known_now, sitrep)
    return replace(sitrep, masthead=head, corrections=told, attacks=attacks)


def fates_of(connection: Connection, refs: set[str], *, is_internal: bool) -> dict[str, comparing.Fate]:
    """What became of attacks, by ref; reasons are for internal readers."""
    sql = (
        "SELECT a.ref, a.state, a.withdrawn_why, c.ref AS other, "
        "(SELECT j.reasons FROM judgement j WHERE j.kind = 'attack' AND j.verdict = 'same' AND j.revoked_at IS NULL "
        "AND (j.left_id = a.id OR j.right_id = a.id) ORDER BY j.id DESC LIMIT 1) AS merged_why "
        "FROM attack a LEFT JOIN attack c ON c.id = a.canonical_id WHERE a.ref IN :refs"
    )
    asked = text(sql).bindparams(bindparam("refs", expanding=True, type_=String()))
    found = {}
    for row in connection.execute(asked, {"refs": sorted(refs)}).mappings():
        if row["other"]:
            found[row["ref"]] = comparing.Fate("merged", row["other"], (row["merged_why"] or "") if is_internal else "")
        elif row["state"] == "withdrawn":
            found[row["ref"]] = comparing.Fate("withdrawn", "", row["withdrawn_why"] if is_internal else "")
    return found


def _keep(work: Work, issue: Issue, sitrep: Sitrep) -> None:
    data = as_json(sitrep)
    work.change(issue, snapshot_sha256=hashlib.sha256(data).hexdigest())
    content = zlib.compress(data, 9)
    held = work.find(SitrepSnapshot, sitrep_id=issue.id)
    if held is None:
        work.add(SitrepSnapshot(sitrep_id=issue.id, content=content))
    else:
        work.change(held, content=content)


def snapshot_of(connection: Connection, ref: str) -> Sitrep:
    """The values of an issue, as they were when it was drafted or published.

    Raises:
        NotFound: there is no such issue.
    """
    wanted = keys.read_ref(ref, "sitrep")
    sql = "SELECT x.content FROM sitrep s JOIN sitrep_snapshot x ON x.sitrep_id = s.id WHERE s.ref = :ref"
    content = connection.execute(text(sql), {"ref": wanted}).scalar()
    if content is None:
        raise NotFound("sitrep", wanted, hint="see `registry sitrep list`")
    return from_json(zlib.decompress(bytes(content)))


def approve(work: Work, ref: str) -> Issue:
    """Approve a draft; its maker cannot.

    Raises:
        Conflict: it is no draft, or its maker asks.
    """
    issue = work.by_ref(Issue, ref, "sitrep")
    if issue.state != "draft":
        raise Conflict(f"{issue.ref} is {issue.state} already")
    if work.is_by(issue.maker):
        raise Conflict(f"{issue.ref} was made by {issue.maker}; somebody else has to approve it (--as 'Another name')")
    work.change(issue, state="approved", approver=work.by, approved_at=work.at)
    return issue


def publish(work: Work, ref: str) -> Sitrep:
    """Publish an approved issue: it says "final" from now on, and is never changed again.

    Raises:
        Conflict: nobody has approved it, or it is published already.
    """
    issue = work.by_ref(Issue, ref, "sitrep")
    if issue.state == "draft":
        raise Conflict(f"{issue.ref} is a draft; let somebody else approve it first (`registry sitrep approve`)")
    if issue.state == "published":
        raise Conflict(f"{issue.ref} is published already; print it again with `registry sitrep print {issue.ref}`")
    sitrep = snapshot_of(work.session.connection(), issue.ref)
    final = replace(sitrep, masthead=replace(sitrep.masthead, is_final=True))
    work.change(issue, state="published", published_at=work.at)
    _keep(work, issue, final)
    return final


def printed(work: Work, ref: str, pdf: bytes) -> None:
    """Note which file an issue was printed as, so that a copy can be told from it."""
    issue = work.by_ref(Issue, ref, "sitrep")
    work.change(issue, pdf_sha256=hashlib.sha256(pdf).hexdigest())


def highlight(work: Work, ref: str, sentences: Sequence[str]) -> Sitrep:
    """Put a person's own sentences in place of those by rule; none brings those back.

    Raises:
        Conflict: the issue is no draft any more.
        InvalidValue: there are too many.
    """
    issue = work.by_ref(Issue, ref, "sitrep")
    if issue.state != "draft":
        raise Conflict(f"{issue.ref} is {issue.state}; only a draft is changed")
    if len(sentences) > _MOST_HIGHLIGHTS:
        raise InvalidValue("highlight", f"is given {len(sentences)} times", f"give {_MOST_HIGHLIGHTS} at most")
    sitrep = snapshot_of(work.session.connection(), issue.ref)
    chosen = tuple(Highlight(kind="text", text=sentence.strip()) for sentence in sentences if sentence.strip())
    first = (Highlight(kind="changes"),) if chosen else ()
    changed = replace(sitrep, highlights=(*first, *chosen))
    work.change(issue, maker=work.by)
    _keep(work, issue, changed)
    return changed


def differences(connection: Connection, old: str, new: str) -> tuple[Correction, ...]:
    """What one issue says differently from another.

    Raises:
        NotFound: there is no such issue.
        Conflict: they are in different languages, for different audiences or of two kinds; or they are for the public,
            which is told of no single attack, and the new one was made against another issue on other days.
    """
    before, after = snapshot_of(connection, old), snapshot_of(connection, new)
    heads = before.masthead, after.masthead
    if len({(head.language, head.audience, head.kind) for head in heads}) > 1:
        raise Conflict(
            "the two are in different languages, for different audiences or of two kinds; compare like with like"
        )
    are_same_days = heads[0].period == heads[1].period
    if not are_same_days and heads[0].audience == "public" and not comparing.follows(before, after):
        raise Conflict("the two are about different days; compare an issue with the last before it")
    gone = {row.ref for row in before.attacks} - {row.ref for row in after.attacks}
    fates = fates_of(connection, gone, is_internal=heads[0].audience == "internal")
    found = comparing.corrections(before, after, fates)
    return found if are_same_days else comparing.of_other_days(before, after, found)


def list_(connection: Connection, *, series: str | None = None) -> list[dict[str, object]]:
    """The issues on record, the newest first."""
    sql = (
        "SELECT ref, series, number, kind, language, audience, period_from_on, period_to_on, as_of, state, maker, "
        "approver, snapshot_sha256, pdf_sha256 FROM sitrep "
        f"{'WHERE series = :series ' if series else ''}ORDER BY series, number DESC, language"
    )
    return db.every(connection, sql, **({"series": series} if series else {}))
