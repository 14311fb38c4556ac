"""Flashes and dossiers as files: pages, languages, audiences, checks, and the page on screen."""

import io
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser
from pypdf import PdfReader
from sqlalchemy import Engine

from registry import config, db
from registry.models.said import ClaimCreate
from registry.services import claims, demo, releasing, sitreps, verifying
from registry.services.subjects import Asked
from registry.services.work import Work, writing
from registry.sitrep import catalogue, render, tables
from registry.sitrep.values import Sitrep
from tests import calling, canaries
from tests.calling import Call, one_line
from tests.test_canaries import allowed, forbidden, leaks, refs_of
from tests.test_issues import altered, states
from tests.test_kinds import hit, hospital, recorded
from tests.test_maps import MAP
from tests.test_screen import LEVELS, TOO_WIDE, browser, show
from tests.test_snapshot import attack, begin, killed

call, here = calling.call, calling.here  # fixtures, as the next
browser = browser  # noqa: PLW0127 -- a fixture of another file
LANGUAGES = catalogue.languages()


def words(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def pages(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def taken(engine: Engine, asked: Asked, audience: str = "internal", language: str = "en") -> Sitrep:
    with db.reading(engine) as connection:
        return sitreps.taken(connection, asked, audience=audience, language=language)


@pytest.fixture
def one_engine(sqlite_database: str) -> Engine:
    """The engine plays no part in what is printed."""
    return db.connect(config.load(sqlite_database).database_url)


def much(work: Work) -> str:
    """An attack with thirty claims in many words, on a hospital with a history."""
    article = begin(work)
    central = hospital(work, names=["المستشفى المركزي"])
    hit(work, article, "2014-08-12", central, functionality="non_functioning")
    recorded(work, central, "2016-03", "partially_functioning")
    ref = hit(work, article, "2019-05-02", central, functionality="non_functioning")
    for number in range(30):
        given = ClaimCreate(
            attack=ref,
            report=article,
            speaker=("SOHR", "Rescue")[number % 2],
            measure=("killed", "injured")[number // 15],
            number=str(number + 1),
            words=f"no fewer than {number + 1} people, most of them from two families",
            note="It came by telephone. " * 8,
        )
        claims.add(work, given)
    return ref


# Two pages


@pytest.mark.parametrize(
    ("audience", "language"),
    [("public", "fr"), ("public", "ar"), ("partner", "ar"), ("internal", "ar"), ("internal", "en")],
)
def test_a_flash_of_thirty_claims_has_two_pages_and_says_what_it_leaves_out(
    one_engine: Engine, audience: str, language: str
) -> None:
    with writing(one_engine, "Amal", "test") as work:
        ref = much(work)
        releasing.release(work, "attack", ref)
    flash = replace(taken(one_engine, Asked(kind="flash", attack=ref), audience, language), area_map=MAP)
    pdf = render.render_pdf(flash)
    assert pages(pdf) <= 2
    assert tables.all_of(flash)["claims.csv"].count(b"\r\n") == 32
    if language == "en":
        assert re.search(r"Listed are \d+ of 30 claims", words(pdf))
        for number in flash.people[0].claims:
            assert f"C{number}" in words(pdf)


def test_a_flash_in_which_everything_is_long_has_two_pages_too(one_engine: Engine) -> None:
    with writing(one_engine, "Amal", "test") as work:
        article = begin(work)
        summary = "A shell fell beside the gate and another on the roof of the ward. " * 150
        refs = [attack(work, article, "2019-05-04", summary=summary) for _ in range(20)]
        for ref in refs:
            killed(work, ref, article, "3")
    day = Asked(kind="flash", areas=["SY07"], first="2019-05-04", last="2019-05-04")
    pdf = render.render_pdf(taken(one_engine, day))
    assert pages(pdf) == 2
    text = words(pdf)
    assert "of 20 attacks" in text
    assert "Texts that end in “…” are longer" in text
    html = render.render_html(taken(one_engine, day))
    assert html.count("on the roof of the ward") >= 150 * 20, "a screen has room for all"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_founding_case_in_a_flash(one_engine: Engine, language: str) -> None:
    with writing(one_engine, "Amal", demo.WHY) as work:
        for _step in demo.load(work):
            pass
    with db.reading(one_engine) as connection:
        refs = [str(row["ref"]) for row in db.every(connection, "SELECT ref FROM attack ORDER BY id")]
    day = Asked(kind="flash", areas=list(demo.AREAS), first="2019-05-04", last="2019-05-04")
    for asked in (Asked(kind="flash", attack=refs[0]), day):
        flash = taken(one_engine, asked, language=language)
        pdf = render.render_pdf(replace(flash, area_map=MAP))
        assert pages(pdf) <= 2
        assert not re.search(r"%\(|None", words(pdf))


# Checks


@pytest.mark.parametrize("kind", ["flash", "facility"])
def test_the_file_holds_together_and_a_changed_one_does_not(one_engine: Engine, kind: str, tmp_path: Path) -> None:
    with writing(one_engine, "Amal", "test") as work:
        ref = much(work)
    asked = Asked(kind="flash", attack=ref) if kind == "flash" else Asked(kind="facility", facility="Central")
    pdf = render.render_pdf(taken(one_engine, asked))
    with db.reading(one_engine) as connection:
        found = states(verifying.verify(pdf, connection))
        assert found == dict.fromkeys(("hash", "tables", "figures", "pages", "journal"), "passed") | {
            "record": "skipped"
        }
        change = (b'"low":14,"low_operator"', b'"low":13,"low_operator"')
        changed = verifying.verify(altered(pdf, "snapshot.json", change), connection)
    assert {"hash", "figures"} <= {one.check for one in changed if one.state == "failed"}
    file = tmp_path / "issue.pdf"
    file.write_bytes(pdf)
    for command in ([str(Path(sys.executable).with_name("pdfua")), "check"], ["qpdf", "--check"]):
        if shutil.which(command[0]):
            done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata(set_pikepdf_as_editor=False) as metadata:
        assert (metadata["pdfaid:part"], metadata["{http://www.aiim.org/pdfua/ns/id/}part"]) == ("3", "1")
        figures = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
        assert all(str(one.Alt) for one in figures)


def test_a_dossier_prints_the_history(one_engine: Engine) -> None:
    with writing(one_engine, "Amal", "test") as work:
        much(work)
    text = words(render.render_pdf(taken(one_engine, Asked(kind="facility", facility="Central"))))
    for wanted in ("Facility dossier", "12 August 2014", "March 2016", "Partially functioning", "hit again", "C30"):
        assert wanted in text, wanted
    arabic = words(render.render_pdf(taken(one_engine, Asked(kind="facility", facility="Central"), language="ar")))
    assert "ملف" in arabic


# Audiences


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "audience"),
    [("attack", "public"), ("attack", "partner"), ("attack", "internal"), ("day", "partner"), ("day", "internal"),
     ("facility", "partner"), ("facility", "internal")],
)  # fmt: skip
def test_no_word_that_is_not_theirs_is_in_anything_that_is_handed_out(
    call: Call, sqlite_marked: str, tmp_path: Path, kind: str, audience: str, language: str
) -> None:
    engine = db.connect(sqlite_marked)
    refs = refs_of(engine)
    about = {
        "attack": ["--kind", "flash", "--attack", refs["attack"][0]],
        "day": ["--kind", "flash", "--area", "SY07", "--area", "SY05", "--day", canaries.DAY],
        "facility": ["--kind", "facility", "--facility", refs["facility"][0]],
    }[kind]
    secret, told = forbidden(audience, refs), dict(canaries.ON_EVERY_PAGE)
    if audience == "public":  # what its release opens
        with writing(engine, canaries.BY, "agreed") as work:
            releasing.release(work, "attack", refs["attack"][0])
        for opened in ("attack summary", "attack title", f"attack {refs['attack'][0]}"):
            secret.pop(opened)
    elif kind == "facility":
        told |= {"facility name": "Kwfacility", "facility": refs["facility"][0]}
    else:
        told |= {"attack": refs["attack"][0], "facility name": "Kwfacility"}
    if (kind, audience) == ("facility", "internal"):
        told["identifier"] = secret.pop("identifier")
    if kind == "facility":
        secret |= {"marked name": "Kwmarked", "marked facility": refs["facility"][1]}
    out = tmp_path / "out"
    out.mkdir()
    asked = ["sitrep", "build", *about, "--audience", audience, "--language", language, "--format", "pdf,html"]
    said = call("--database", sqlite_marked, *asked, "--out", str(out / "issue.pdf"))
    assert said.code == 0, said.err
    artefacts = {
        "pdf": canaries.everything_in((out / "issue.pdf").read_bytes()),
        "html": canaries.everything_in_page((out / "issue.html").read_text(encoding="utf-8")),
        "talk": canaries.squeezed(said.out + said.err.replace(str(tmp_path), "")),
    }
    for name, artefact in artefacts.items():
        assert leaks(artefact, secret) == [], name
    for name in ("pdf", "html"):
        assert set(told) == set(leaks(artefacts[name], told)), name


def test_the_words_of_an_audience_are_those_of_its_sitreps(sqlite_marked: str) -> None:
    refs = refs_of(db.connect(sqlite_marked))
    assert allowed("internal", refs).items() >= canaries.ON_EVERY_PAGE.items()


# The commands


def test_what_a_report_is_about_is_asked_for(here: Call) -> None:
    build = ("sitrep", "build")
    assert "--area and --from and --to" in one_line(here(*build), 2)
    assert "given are --area" in one_line(here(*build, "--kind", "flash", "--area", "SY07"), 2)
    both = (*build, "--kind", "flash", "--attack", "A-1", "--day", "2019-05-04")
    assert "--attack, or --area and --day" in one_line(here(*both), 2)
    assert "--facility" in one_line(here(*build, "--kind", "facility"), 2)
    assert "no format" in one_line(here(*build, "--format", "docx"), 2)


def test_an_issue_is_published_and_printed_for_the_record_and_for_the_browser(here: Call, tmp_path: Path) -> None:
    place = ("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR", "--pcode", "SY07")
    assert here(*place).code == 0
    added = here("attack", "add", "--when", "2019-05-04", "--place", "SY07")
    assert added.code == 0, added.err
    ref = added.out.strip()
    build = ("sitrep", "build", "--kind", "flash", "--attack", ref, "--audience", "internal")
    made = here(*build, "--series", "Flash", "--format", "pdf,html")
    assert made.code == 0, made.err
    assert {path.name for path in tmp_path.glob("*-en.*")} == {"flash-internal-en.pdf", "flash-internal-en.html"}
    issue = made.out.strip()
    assert here("--as", "Basma", "sitrep", "approve", issue).code == 0
    assert here("sitrep", "publish", issue, "--format", "pdf,html", "--out", "flash-1.pdf").code == 0
    assert here("sitrep", "verify", "flash-1.pdf").code == 0
    assert "Final" in (tmp_path / "flash-1.html").read_text(encoding="utf-8")
    assert here("sitrep", "print", issue, "--format", "html").code == 0
    assert (tmp_path / "sitrep.html").read_bytes() == (tmp_path / "flash-1.html").read_bytes()
    listed = json.loads(here("sitrep", "list", "--format", "json").out)
    assert [(one["kind"], one["number"], one["state"]) for one in listed] == [("flash", 1, "published")]
    two = here("sitrep", "print", issue, "--format", "pdf,html", "--out", "-")
    assert "takes one format" in one_line(two, 2)


# On screen


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_dossier_on_screen(one_engine: Engine, browser: Browser, tmp_path: Path, language: str, width: int) -> None:
    with writing(one_engine, "Amal", "test") as work:
        much(work)
    sitrep = taken(one_engine, Asked(kind="facility", facility="Central"), language=language)
    shown = show(browser, render.render_html(sitrep), tmp_path, width)
    assert shown.page.locator("svg.timeline").count() == 1
    assert shown.page.evaluate(TOO_WIDE) == []
    found = Axe().run(shown.page, options={"runOnly": LEVELS}).response
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert (shown.told, shown.asked) == ([], [])
    shown.page.context.close()
