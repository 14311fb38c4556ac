"""Issues of a series: drafted, approved by another person, published, compared, corrected, checked."""

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import Engine

from registry import db
from registry.errors import Conflict, InvalidValue, NotFound
from registry.keys import new_ref
from registry.models.happened import Attack
from registry.models.held import AssessmentCreate
from registry.models.in_out import Sitrep as Issue
from registry.services import assessing, attacks, issues, matching, verifying
from registry.services.subjects import Asked
from registry.services.work import Work, writing
from registry.sitrep import render
from registry.sitrep.checking import Finding
from registry.sitrep.values import Correction
from tests import calling
from tests.calling import Call, one_line
from tests.sample_sitrep import SITREP
from tests.test_snapshot import attack, begin, killed

call, here = calling.call, calling.here
SERIES = "Idlib weekly"
WEEK = Asked(areas=["SY07"], first="2019-05-08", last="2019-05-14")
WANTED = issues.Wanted(series=SERIES, asked=WEEK, audience="internal")


def drafted(work: Work, first: str = "2019-05-01", last: str = "2019-05-07", **more: object) -> Issue:
    given = {"audience": "internal", **more}
    wanted = issues.Wanted(series=SERIES, asked=Asked(areas=["SY07"], first=first, last=last), **given)  # type: ignore[arg-type]
    return issues.draft(work, wanted)[0]


def published(engine: Engine, **more: str) -> str:
    with writing(engine, "Amal", "test") as work:
        ref = drafted(work, **more).ref
    with writing(engine, "Basma", "test") as work:
        issues.approve(work, ref)
        issues.publish(work, ref)
    return ref


def corrections(engine: Engine, **more: str) -> tuple[Correction, ...]:
    with writing(engine, "Amal", "test") as work:
        ref = drafted(work, **more).ref
        return issues.snapshot_of(work.session.connection(), ref).corrections


@pytest.fixture
def story(engine: Engine) -> dict[str, str]:
    """Two attacks, one with three killed; the refs."""
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        one, other = attack(work, article, "2019-05-02"), attack(work, article, "2019-05-04")
        killed(work, one, article, "3")
    return {"article": article, "one": one, "other": other}


def test_numbers_rise_and_a_draft_is_made_anew(engine: Engine, story: dict[str, str]) -> None:
    del story
    with writing(engine, "Amal", "test") as work:
        first = drafted(work)
        assert (first.number, first.state) == (1, "draft")
        assert drafted(work).ref == first.ref
    published(engine)
    with writing(engine, "Amal", "test") as work:
        assert drafted(work, "2019-05-08", "2019-05-14").number == 2


def test_its_maker_cannot_approve_it_and_a_draft_is_not_published(engine: Engine, story: dict[str, str]) -> None:
    del story
    with writing(engine, "Amal", "test") as work:
        ref = drafted(work).ref
        with pytest.raises(Conflict, match="was made by Amal"):
            issues.approve(work, ref)
        with pytest.raises(Conflict, match="is a draft"):
            issues.publish(work, ref)
    with writing(engine, "amal", "test") as work, pytest.raises(Conflict, match="was made by Amal"):
        issues.approve(work, ref)


def test_what_is_published_is_never_changed(engine: Engine, story: dict[str, str]) -> None:
    ref = published(engine)
    with db.reading(engine) as connection:
        before = issues.snapshot_of(connection, ref)
    assert before.masthead.is_final
    with writing(engine, "Amal", "test") as work:
        killed(work, story["other"], story["article"], "9")
        for change in (issues.publish, issues.approve, lambda unit, one: issues.highlight(unit, one, ["No."])):
            with pytest.raises(Conflict, match="published"):
                change(work, ref)
        with pytest.raises(Conflict, match="not changed any more"):
            drafted(work)
    with db.reading(engine) as connection:
        assert issues.snapshot_of(connection, ref) == before


def test_a_series_keeps_its_areas(engine: Engine, story: dict[str, str]) -> None:
    del story
    published(engine)
    with writing(engine, "Amal", "test") as work, pytest.raises(Conflict, match="other areas"):
        issues.draft(
            work,
            issues.Wanted(series=SERIES, asked=replace(WEEK, areas=["Basamis"]), audience="internal"),
        )
    with writing(engine, "Amal", "test") as work, pytest.raises(InvalidValue, match="no name"):
        issues.draft(work, issues.Wanted(series=" ", asked=WEEK, audience="internal"))


def test_an_attack_that_became_known_late_is_told(engine: Engine, story: dict[str, str]) -> None:
    published(engine)
    with writing(engine, "Amal", "test") as work:
        late = attack(work, story["article"], "2019-05-06")
    found = corrections(engine, first="2019-05-08", last="2019-05-14")
    assert ("late", late) in [(one.kind, one.subject) for one in found]


def test_a_revised_toll_is_told_from_old_to_new_and_whether_it_fell(engine: Engine, story: dict[str, str]) -> None:
    published(engine)
    with writing(engine, "Amal", "test") as work:
        killed(work, story["one"], story["article"], "2", "Rescue")
    found = corrections(engine, first="2019-05-08", last="2019-05-14")
    (harm,) = [one for one in found if one.part == "harm"]
    assert harm.old is not None
    assert harm.new is not None
    assert (harm.subject, harm.old.low, harm.new.low, harm.is_downward) == (story["one"], 3, 2, True)
    (total,) = [one for one in found if one.part == "total"]
    assert total.is_downward


def test_a_withdrawn_and_a_merged_attack_say_why(engine: Engine, story: dict[str, str]) -> None:
    with writing(engine, "Amal", "test") as work:
        third = attack(work, story["article"], "2019-05-04")
    published(engine)
    with writing(engine, "Amal", "test") as work:
        first, second = (work.by_ref(Attack, ref, "attack") for ref in (story["other"], third))
        matching.judge(work, "attack", first, second, "same", why="one crater")
        attacks.withdraw(work, story["one"], why="it was a rumour")
    found = {one.kind: one for one in corrections(engine, first="2019-05-08", last="2019-05-14") if one.subject}
    assert found["withdrawn"].reason == "it was a rumour"
    assert found["merged"].reason == "one crater"
    assert {found["merged"].subject, found["merged"].other} == {story["other"], third}


def test_a_grade_that_rose_is_an_upgrade(engine: Engine, story: dict[str, str]) -> None:
    published(engine)
    with writing(engine, "Amal", "test") as work:
        given = AssessmentCreate(attack=story["one"], grade="single_origin", why="one monitor")
        assessing.assess(work, given)
    (up,) = [one for one in corrections(engine, first="2019-05-08", last="2019-05-14") if one.part == "grade"]
    assert (up.kind, up.is_downward) == ("upgraded", False)


def test_the_next_issue_says_what_changed(engine: Engine, story: dict[str, str]) -> None:
    published(engine)
    with writing(engine, "Amal", "test") as work:
        attack(work, story["article"], "2019-05-10")
        attacks.withdraw(work, story["one"], why="it was a rumour")
        issue = drafted(work, "2019-05-08", "2019-05-14")
        taken = issues.snapshot_of(work.session.connection(), issue.ref)
    changes = taken.masthead.changes
    assert changes is not None
    assert (changes.previous, changes.new, changes.withdrawn) == (1, 1, 1)
    text = " ".join(page for page in checking_pages(render.render_pdf(taken)))
    assert "Since issue No. 1" in text
    assert "it was a rumour" in text


def test_a_correction_names_the_claims_of_its_own_issue(engine: Engine, story: dict[str, str]) -> None:
    """They are numbered anew in each issue, and those about the last issue's days alone are not in it."""
    published(engine)
    with writing(engine, "Amal", "test") as work:
        late = attack(work, story["article"], "between 6 and 9 May 2019")  # days of both issues
        killed(work, late, story["article"], "5")
        for toll in ("2", "4", "6"):
            killed(work, story["one"], story["article"], toll, "Rescue")
        issue = drafted(work, "2019-05-08", "2019-05-14")
        taken = issues.snapshot_of(work.session.connection(), issue.ref)
    about = {claim.number: claim.subject_text for claim in taken.claims}
    (told,) = [one for one in taken.corrections if one.subject == late]
    assert told.claims
    assert {about[number] for number in told.claims} == {late}
    (harm,) = [one for one in taken.corrections if one.part == "harm"]
    assert (harm.subject, harm.claims) == (story["one"], ())
    assert late in " ".join(checking_pages(render.render_pdf(taken)))


def test_issues_on_other_days_are_compared_by_what_the_later_corrects(engine: Engine, story: dict[str, str]) -> None:
    """Attacks of the first week have not moved because the second issue is about the second week."""
    first = published(engine)
    with writing(engine, "Amal", "test") as work:
        new = attack(work, story["article"], "2019-05-10")
        attacks.withdraw(work, story["other"], why="it was a rumour")
    second = published(engine, first="2019-05-08", last="2019-05-14")
    third = published(engine, first="2019-05-15", last="2019-05-21")
    with db.reading(engine) as connection:
        told = {(one.kind, one.subject) for one in issues.differences(connection, first, second)}
        far = {(one.kind, one.subject) for one in issues.differences(connection, first, third)}
    assert {("new", new), ("withdrawn", story["other"])} <= told
    assert not {kind for kind, _ in told} & {"moved", "late"}
    assert far == {("withdrawn", story["other"])}


def checking_pages(data: bytes) -> tuple[str, ...]:
    from registry.sitrep import checking

    return checking.opened(data).pages


def test_the_makers_own_highlights_are_printed_and_journalled(engine: Engine, story: dict[str, str]) -> None:
    del story
    with writing(engine, "Amal", "test") as work:
        ref = drafted(work).ref
        taken = issues.highlight(work, ref, ["Nothing was quiet."])
    assert "Nothing was quiet." in checking_pages(render.render_pdf(taken))[0]
    with writing(engine, "Amal", "test") as work, pytest.raises(InvalidValue, match="6 at most"):
        issues.highlight(work, ref, ["x"] * 7)


def test_an_unknown_issue_is_not_found(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        with pytest.raises(NotFound, match="sitrep list"):
            issues.snapshot_of(work.session.connection(), new_ref("T"))


# Checking a file: the engine plays no part in it, so one is enough


@pytest.fixture
def one_engine(sqlite_database: str) -> Engine:
    return db.connect(sqlite_database)


def states(findings: list[Finding]) -> dict[str, str]:
    return {one.check: one.state for one in findings}


def altered(pdf: bytes, name: str, change: tuple[bytes, bytes]) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        data = opened.attachments[name].get_file().read_bytes()
        assert change[0] in data
        opened.attachments[name].obj.EF.F.write(data.replace(*change, 1))
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()


def test_a_published_file_holds_together_and_a_changed_one_does_not(one_engine: Engine) -> None:
    with writing(one_engine, "Amal", "test") as work:
        article = begin(work)
        killed(work, attack(work, article, "2019-05-02"), article, "3")
    ref = published(one_engine)
    with writing(one_engine, "Basma", "test") as work:
        pdf = render.render_pdf(issues.snapshot_of(work.session.connection(), ref))
        issues.printed(work, ref, pdf)
    with db.reading(one_engine) as connection:
        found = states(verifying.verify(pdf, connection))
        assert found == dict.fromkeys(("hash", "tables", "figures", "pages", "journal", "record"), "passed")
        toll = altered(pdf, "snapshot.json", (b'"low":3,', b'"low":4,'))
        told = verifying.verify(toll, connection)
    assert {"hash", "tables", "record"} <= {one.check for one in told if one.state == "failed"}
    assert any("prints" in one.told for one in told if one.check == "pages")


def test_any_digit_of_the_snapshot_changes_the_hash_that_is_printed() -> None:
    pdf = render.render_pdf(SITREP)
    printed = "".join(checking_pages(pdf)).replace(" ", "")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        data = opened.attachments["snapshot.json"].get_file().read_bytes()
    assert hashlib.sha256(data).hexdigest() in printed
    for place, byte in enumerate(data):
        if chr(byte).isdigit():
            other = data[:place] + str((int(chr(byte)) + 1) % 10).encode() + data[place + 1 :]
            assert hashlib.sha256(other).hexdigest() not in printed


def test_the_commands(here: Call, tmp_path: Path) -> None:
    place = ("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR", "--pcode", "SY07")
    assert here(*place).code == 0
    period = ("--area", "SY07", "--from", "2019-05-01", "--to", "2019-05-07", "--audience", "internal")
    made = here("sitrep", "build", *period, "--series", SERIES, "--out", str(tmp_path / "draft.pdf"))
    assert made.code == 0, made
    ref = made.out.strip()
    assert here("sitrep", "verify", str(tmp_path / "draft.pdf")).code == 0
    assert "was made by" in one_line(here("sitrep", "approve", ref), 4)
    assert here("--as", "Basma", "sitrep", "approve", ref).code == 0
    assert here("sitrep", "publish", ref, "--out", str(tmp_path / "issue.pdf")).code == 0
    listed = json.loads(here("sitrep", "list", "--format", "json").out)
    assert [(one["ref"], one["state"], one["approver"]) for one in listed] == [(ref, "published", "Basma")]
    assert here("sitrep", "verify", str(tmp_path / "issue.pdf")).code == 0
    assert here("sitrep", "print", ref, "--out", str(tmp_path / "again.pdf")).code == 0
    assert (tmp_path / "again.pdf").read_bytes() == (tmp_path / "issue.pdf").read_bytes()
    assert "record" in here("sitrep", "verify", str(tmp_path / "draft.pdf")).err
    assert here("sitrep", "diff", ref, ref).err.strip() == "The two say the same."
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert "no PDF" in one_line(here("sitrep", "verify", str(tmp_path / "other.pdf")), 1)
    later = here("sitrep", "build", *period, "--as-of", "1999-01-01", "--out", str(tmp_path / "x.pdf"))
    assert "nothing had been entered" in one_line(later, 2)


@pytest.mark.parametrize(
    ("series", "form", "out", "why"),
    [("Idlib \U0001f54a", "pdf", "draft.pdf", "no font for U+1F54A"), (SERIES, "html", "/dev/full", "No space left")],
)
def test_a_draft_whose_file_was_not_made_is_not_on_record(
    here: Call, series: str, form: str, out: str, why: str
) -> None:
    place = ("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR", "--pcode", "SY07")
    assert here(*place).code == 0
    period = ("--area", "SY07", "--from", "2019-05-01", "--to", "2019-05-07", "--audience", "internal")
    build = ("sitrep", "build", *period, "--format", form, "--series")
    assert why in one_line(here(*build, series, "--out", out), 1)
    assert json.loads(here("sitrep", "list", "--format", "json").out) == []
    assert not Path("draft.pdf").exists()


def test_a_report_that_has_not_changed_is_not_made_again(here: Call, tmp_path: Path) -> None:
    place = ("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR", "--pcode", "SY07")
    assert here(*place).code == 0
    build = ("sitrep", "build", "--area", "SY07", "--from", "2019-05-01", "--to", "2019-05-07", "--out", "x.pdf")
    assert "Wrote" in here(*build).err
    first = (tmp_path / "x.pdf").stat().st_mtime_ns
    assert "is up to date" in here(*build).err
    assert (tmp_path / "x.pdf").stat().st_mtime_ns == first
    assert here("source", "add", "--name", "SOHR", "--kind", "monitoring_group").code == 0
    assert "Wrote" in here(*build).err, "the registry has a newer entry, which the page tells"
