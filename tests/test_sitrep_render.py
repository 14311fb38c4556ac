import gc
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from string import ascii_lowercase

import pikepdf
import pytest
from pypdf import PdfReader

from registry.errors import RegistryError
from registry.paths import TEMPLATES
from registry.sitrep import assets, bidi, charts, checking, listed, page, render
from registry.sitrep.render import render_html, render_pdf
from registry.sitrep.values import (
    Changes,
    FacilityRow,
    Highlight,
    Masthead,
    Quantity,
    Scope,
    Sitrep,
    Span,
    When,
    as_json,
    from_json,
)
from registry.sitrep.wording import Wording, letter, plain, position, runs
from tests.sample_sitrep import CLAIMS, MASTHEAD, PEOPLE_FIGURES, SITREP, SOURCES

WORDS = Wording()
HOSTILE = '<script>alert(1)</script> {{ 7*7 }} {% raw %} <img src="http://127.0.0.1:9/x"> & \u202e21\u2066 \x07'


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(SITREP)


@pytest.fixture(scope="module")
def text(pdf: bytes) -> str:
    return _text(pdf)


@pytest.fixture(scope="module")
def html() -> str:
    return render_html(SITREP)


def _text(data: bytes) -> str:
    pages = [one.extract_text() for one in PdfReader(io.BytesIO(data)).pages]
    return re.sub(r"\s+", " ", " ".join(pages))


def _visible(html: str) -> str:
    body = html.split("<body>", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def _section(html: str, title: str) -> str:
    return html.split(f"{title}</h2>")[1].partition("</section>")[0]


# What the founding case must show


@pytest.mark.parametrize(
    "wanted",
    [
        "more than 30 to at least 67; no upper limit stated",
        "“more than 30”",
        "“at least 50”",
        "“at least 67”",
        "“last few days”",
        "dozens (no number given)",
        "health facilities: 4 (UOSSM)",
        "The registry can name none of them.",
        "Civil Defence centres: number not stated (Mustafa al-Haj Yousef)",
        "schools: number not stated (UN regional humanitarian coordinator)",
        "more than 130,000; no upper limit stated, according to Mustafa al-Haj Yousef",
        "through Reuters, in Middle East Eye",
        "relay not stated, in Middle East Eye",
        "3 independent origins",
        "SANA and National Liberation Front are parties to the conflict",
        "hundreds of vehicles per day (no number given)",
        "30 April – 4 May 2019 (inferred)",
    ],
)
def test_founding_case_is_shown(text: str, wanted: str) -> None:
    assert wanted in text


def test_no_number_that_nobody_said(text: str, html: str) -> None:
    for shown in (text, _visible(html)):
        assert not re.search(r"\b31\b|\b147\b|\b12 to\b|\b24 to\b", shown)
        assert "30–67" not in shown
        assert "30 to 67" not in shown


def test_four_claimed_stand_against_none_named(html: str) -> None:
    row = _visible("<body>" + _section(html, "Claimed but not identified").split("UOSSM")[1].partition("</tr>")[0])
    assert re.search(r"\b4\b.*\b0\b", row)


@pytest.mark.parametrize("speaker", ["SANA", "National Liberation Front"])
def test_parties_are_marked_in_claims_and_sources(html: str, speaker: str) -> None:
    for title, end in (("Who says what: every claim", "</td>"), ("Sources", "</li>")):
        after = _section(html, title).split(speaker)[1]
        assert "party to the conflict" in after[: after.index(end)]


def test_front_page_holds_the_five_rows(pdf: bytes) -> None:
    first = re.sub(r"\s+", " ", PdfReader(io.BytesIO(pdf)).pages[0].extract_text())
    for wanted in ("Highlights", "Key figures", "Who says what", "“more than 30”", "All 19 claims are in the annex"):
        assert wanted in first


def test_every_claim_and_source_has_its_row_and_every_link_its_target(html: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert {f"claim-{row.number}" for row in CLAIMS} | {"source-1"} <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


# The file


def test_two_processes_give_the_same_bytes(tmp_path: Path, pdf: bytes) -> None:
    code = (
        "import sys; from tests.sample_sitrep import SITREP; from registry.sitrep.render import render_pdf;"
        " sys.stdout.buffer.write(render_pdf(SITREP))"
    )
    for seed, zone in (("1", "Asia/Damascus"), ("2", "America/Lima")):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "TMPDIR": str(tmp_path),
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
        assert hashlib.sha256(done.stdout).hexdigest() == hashlib.sha256(pdf).hexdigest()


def test_it_says_that_it_is_archival_and_accessible(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        with opened.open_metadata(set_pikepdf_as_editor=False) as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert bytes(opened.Root.Metadata.read_bytes()).count(b"<rdf:RDF") == 1
        assert str(opened.Root.Lang) == "en"
        assert bool(opened.Root.MarkInfo.Marked)
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
        assert str(opened.docinfo.Title) == f"{MASTHEAD.title}: 30 April – 4 May 2019 (inferred)"
        assert str(opened.docinfo.CreationDate).startswith("D:20190506083000")


def test_header_cells_have_a_scope_and_figures_a_description(pdf: bytes) -> None:
    scopes, figures = set(), 0
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for item in opened.objects:
            if not isinstance(item, pikepdf.Dictionary) or "/S" not in item:
                continue
            if str(item.S) == "/TH":
                scopes.add(str(item.A.Scope))
            if str(item.S) == "/Figure":
                figures += 1
                assert str(item.Alt)
    assert scopes == {"/Column", "/Row"}
    assert figures == len(SITREP.intervals[0].rows) + 1


def test_the_snapshot_is_attached_once_and_its_hash_printed(pdf: bytes, text: str) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert set(opened.attachments) == {
            "snapshot.json", "colophon.json", "figures.csv", "claims.csv", "attacks.csv", "facilities.csv",
            "functionality.csv", "sources.csv",
        }  # fmt: skip
        attached = opened.attachments["snapshot.json"].get_file().read_bytes()
        assert len(list(opened.Root.AF)) == len(opened.attachments)
    assert attached == as_json(SITREP)
    assert hashlib.sha256(attached).hexdigest() in text.replace(" ", "")


def test_a_file_is_up_to_date_if_it_is_whole_and_of_these_values(pdf: bytes, tmp_path: Path) -> None:
    file = tmp_path / "sitrep.pdf"
    assert not checking.is_up_to_date(file, SITREP)
    file.write_bytes(pdf)
    assert checking.is_up_to_date(file, SITREP)
    assert not checking.is_up_to_date(file, replace(SITREP, licence="another"))
    file.write_bytes(pdf[:-200])
    assert not checking.is_up_to_date(file, SITREP)
    attached = re.compile(rb"(/EmbeddedFile.{1,300}?stream\n.{20})(.)", re.DOTALL)
    file.write_bytes(attached.sub(lambda found: found[1] + bytes([found[2][0] ^ 1]), pdf))
    assert not checking.is_up_to_date(file, SITREP)


def test_fonts_are_ours(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts = {
            str(item.BaseFont)
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item
        }
    assert fonts
    assert all(re.fullmatch(r"/[A-Z]{6}\+Sitrep(-(Arabic|Signs|Marks))?(-Bold)?", one) for one in fonts), fonts


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_nothing(pdf: bytes, tmp_path: Path) -> None:
    file = tmp_path / "sitrep.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_garbage_collection_is_on_again_after_a_render(pdf: bytes) -> None:
    assert pdf
    assert gc.isenabled()


# Hostile input


def _hostile() -> Sitrep:
    claims = (
        replace(CLAIMS[0], speaker=HOSTILE, note="syllable " * 2_000),
        replace(CLAIMS[1], note="x" * 10_000),
        replace(CLAIMS[2], speaker="مركز الدفاع المدني \u202e٢١"),
        *CLAIMS[3:],
    )
    sources = (*SOURCES, replace(SOURCES[0], number=2, title=HOSTILE, url="javascript:alert(1)", copy_of=1))
    masthead = replace(MASTHEAD, title=HOSTILE, producer='"><script>alert(2)</script>')
    highlights = (Highlight(kind="text", text=HOSTILE, sources=(2,)), Highlight(kind="people"))
    return replace(SITREP, masthead=masthead, claims=claims, sources=sources, highlights=highlights)


def test_hostile_text_is_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("a render opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    hostile = _hostile()
    made = render_pdf(hostile)
    text, html = _text(made), render_html(hostile)
    assert "<script>alert(1)</script> {{ 7*7 }} {% raw %} <img" in text
    assert "49" not in re.findall(r"\d+", text.split("Key figures")[0])
    for shown in (html, text):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x07]", shown)
    assert html.count("<script") == html.count("</script>") == 1  # our own
    assert "<img" not in html
    assert text.count("syllable") == 2_000
    assert text.replace(" ", "").count("x" * 40) >= 200


def test_only_web_and_mail_addresses_become_links() -> None:
    made = render_pdf(_hostile())
    with pikepdf.open(io.BytesIO(made)) as opened:
        links = {
            str(item.A.URI)
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Link" and "/A" in item
        }
    assert links == {SOURCES[0].url, SITREP.licence_url, f"mailto:{SITREP.contact}"}
    assert "javascript:alert(1)" in _text(made)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "https://",
        "https://a b",
        "java\nscript:x",
        "//x.org",
        "https://[x",
    ],
)
def test_other_addresses_stay_text(url: str) -> None:
    assert not page.is_link(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x.css",
        "https://example.org/x.css",
        "file:///etc/passwd",
        "data:text/css,a",
        "ftp://example.org/x.css",
        "asset:///../../pyproject.toml",
        "asset:///fonts/OFL.txt",
        "asset:///css/../../../registry/errors.py",
        "asset:///css/none.css",
    ],
)
def test_the_fetcher_gives_nothing_but_our_styles_and_fonts(url: str) -> None:
    from weasyprint.urls import FatalURLFetchingError

    from registry.sitrep.pdf import AssetFetcher

    with pytest.raises(FatalURLFetchingError):
        AssetFetcher().fetch(url)


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="x" src="http://127.0.0.1:9/x.png">',
        '<img alt="x" src="file:///etc/passwd">',
        '<p><a href="#nowhere">x</a></p>',
    ],
)
def test_what_is_missing_stops_the_build(body: str) -> None:
    from registry.sitrep import pdf

    with pytest.raises(RegistryError, match="sitrep"):
        pdf.write(f'<html lang="en"><title>x</title><body>{body}', (), datetime(2019, 5, 6, tzinfo=UTC))


def test_a_character_without_a_glyph_is_named() -> None:
    with pytest.raises(RegistryError, match=r"U\+1F600 GRINNING FACE"):
        render_pdf(replace(SITREP, masthead=replace(MASTHEAD, producer="Team \U0001f600")))


def test_a_claim_that_is_not_there_stops_the_build() -> None:
    broken = replace(SITREP, people=(replace(PEOPLE_FIGURES[0], claims=(1, 99)),))
    with pytest.raises(RegistryError, match="claim-99"):
        render_pdf(broken)


# The page on screen and the templates


def test_the_page_on_screen_needs_no_second_file(html: str) -> None:
    assert "asset:" not in html
    assert not re.search(r"<(link|img|iframe|object)\b|\bsrc=|@import", html)
    assert set(re.findall(r'href="(https?://[^"]+|mailto:[^"]+)"', html)) == {
        SOURCES[0].url,
        SITREP.licence_url,
        f"mailto:{SITREP.contact}",
    }


def test_headings_step_down_one_at_a_time(html: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_styles_keep_off_what_breaks_pages() -> None:
    css = "\n".join((TEMPLATES / "css" / name).read_text(encoding="utf-8") for name in assets.SCREEN_STYLES)
    assert not re.search(r"display:\s*grid|opacity|float:|margin-left|padding-left|border-left", css)


def test_templates_hold_no_figure() -> None:
    for path in sorted(TEMPLATES.rglob("*.html")):
        printed = re.findall(r'_\("([^"]*)"', path.read_text(encoding="utf-8"))
        assert not [one for one in printed if re.search(r"\d", one.replace("SHA-256", ""))], path


def test_an_empty_issue_says_so_in_sentences() -> None:
    empty = Sitrep(masthead=MASTHEAD, sectors=(), people=(), claims=(), sources=())
    text = _text(render_pdf(empty))
    for wanted in ("No claim is held", "holds no single attack", "No document is cited", "No report is not no attack"):
        assert wanted in text
    public = replace(empty, masthead=replace(MASTHEAD, audience="public"))
    assert "Attack list" not in _text(render_pdf(public))


def test_right_to_left_pages_turn_around() -> None:
    head = replace(MASTHEAD, language="ar", title="الهجمات على المدارس", areas=("محافظة إدلب",))
    html = render_html(replace(SITREP, masthead=head))
    assert '<html lang="ar" dir="rtl">' in html
    assert '<bdi dir="ltr">Syrian Civil Defence</bdi>' in html
    assert "scale(-1 1)" in html


def test_changes_come_first() -> None:
    changes = Changes(previous=1, previous_as_of=datetime(2019, 4, 29, 6, tzinfo=UTC), new=2, corrected_downward=1)
    html = render_html(replace(SITREP, masthead=replace(MASTHEAD, changes=changes)))
    first = _visible("<body>" + html.split('class="highlights">')[1].split("</li>")[0])
    assert "Since issue No. 1 (as of 29 April 2019, 06:00 UTC): 2 new attacks" in first
    assert "1 of them downward" in first


def test_importing_the_renderer_loads_nothing_heavy() -> None:
    code = (
        "import sys, registry.sitrep.render;"
        " print([one for one in ('weasyprint', 'jinja2', 'pydantic', 'fontTools') if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert done.stdout.strip() == "[]"


# Values and words


def test_values_come_back_from_json() -> None:
    data = as_json(SITREP)
    assert from_json(data) == SITREP
    assert (
        data == json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    )
    assert render.colophon(data, ()).snapshot_sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"masthead":{"title":1}}'])
def test_what_is_no_snapshot_is_refused(data: bytes) -> None:
    with pytest.raises(RegistryError, match="snapshot"):
        from_json(data)


def test_a_snapshot_changed_by_hand_is_refused() -> None:
    with pytest.raises(RegistryError, match="not as this version writes it"):
        from_json(as_json(SITREP).replace(b'"licence":', b'"extra":1,"licence":'))


@pytest.mark.parametrize(
    ("quantity", "wanted"),
    [
        (Quantity(operator="more_than", low=30), "more than 30"),
        (Quantity(operator="at_least", low=50), "at least 50"),
        (Quantity(operator="at_most", high=25), "up to 25"),
        (Quantity(operator="fewer_than", high=25), "fewer than 25"),
        (Quantity(operator="about", low=30), "about 30"),
        (Quantity(operator="between", low=12, high=15), "between 12 and 15"),
        (Quantity(operator="exactly", low=0, high=0), "0"),
        (Quantity(operator="exactly", low=1_200, high=1_200, is_imputed=True), "1,200 (imputed)"),
        (Quantity(operator="some", words="dozens"), "dozens (no number given)"),
        (Quantity(operator="some", words="dozens", are_words_withheld=True), "in words, not released"),
        (
            Quantity(operator="some", words="hundreds", unit="vehicles per day"),
            "hundreds of vehicles per day (no number given)",
        ),
        (Quantity(operator="at_least", low=2, unit="strikes per day"), "at least 2 strikes per day"),
        (Quantity(), "number not stated"),
        (Quantity(absence="reported_none"), "none reported"),
        (Quantity(absence="not_reported"), "not reported"),
        (Quantity(absence="unknown"), "reported as not known"),
        (Quantity(absence="withheld"), "withheld"),
        (Quantity(absence="not_coded"), "not entered yet"),
    ],
)
def test_quantities_in_words(quantity: Quantity, wanted: str) -> None:
    assert plain(WORDS.quantity(quantity)) == wanted


@pytest.mark.parametrize(
    ("span", "wanted"),
    [
        (PEOPLE_FIGURES[0].span, "more than 30 to at least 67; no upper limit stated"),
        (PEOPLE_FIGURES[2].span, "more than 130,000; no upper limit stated"),
        (Span(low=2, high=5, is_open_high=False), "2 to 5"),
        (Span(low=4, high=4, is_open_high=False), "4"),
        (Span(low=3, high=20, high_operator="fewer_than", is_open_high=False), "3 to fewer than 20"),
        (Span(high=25, is_open_high=False), "up to 25"),
        (Span(), "number not stated"),
    ],
)
def test_ranges_in_words(span: Span, wanted: str) -> None:
    assert plain(WORDS.span(span)) == wanted


@pytest.mark.parametrize(
    ("when", "wanted"),
    [
        (When(start=date(2019, 5, 4), end=date(2019, 5, 4)), "4 May 2019"),
        (When(start=date(2019, 5, 1), end=date(2019, 5, 31), precision="month"), "May 2019"),
        (When(start=date(2019, 1, 1), end=date(2019, 12, 31), precision="year", basis="inferred"), "2019 (inferred)"),
        (When(start=date(2019, 4, 29), end=date(2019, 5, 5), precision="week"), "week beginning 29 April 2019"),
        (When(start=date(2019, 5, 1), end=date(2019, 5, 4), precision="range"), "1–4 May 2019"),
        (When(start=date(2018, 12, 30), end=date(2019, 1, 2), precision="range"), "30 December 2018 – 2 January 2019"),
        (When(end=date(2019, 5, 4)), "until 4 May 2019"),
        (When(start=date(2019, 5, 4)), "since 4 May 2019"),
        (When(), "date not stated"),
        (None, "date not stated"),
    ],
)
def test_dates_keep_their_precision(when: When | None, wanted: str) -> None:
    assert plain(WORDS.when(when)) == wanted


def test_a_scope_of_its_own_names_its_area() -> None:
    scope = Scope(kind="attacks", places=("Hama",), period=When(start=date(2019, 5, 4), end=date(2019, 5, 4)))
    assert plain(WORDS.scope(scope, MASTHEAD)) == "Attacks that the registry holds as single events; Hama; 4 May 2019."


def test_foreign_runs_are_isolated_and_steering_characters_gone() -> None:
    assert bidi.isolate("Idlib 2–5", "ltr") == "Idlib 2–5"
    assert bidi.isolate("إدلب", "ltr") == '<bdi dir="rtl">إدلب</bdi>'
    assert bidi.isolate("2–5", "rtl") == '<bdi dir="ltr">2–5</bdi>'
    assert bidi.isolate("a\u202eb<", "ltr") == "ab&lt;"
    assert bidi.cleaned(replace(MASTHEAD, areas=("a\u202e", "b"))).areas == ("a", "b")


def test_a_document_is_named_beside_a_claim_only_if_the_claim_does_not_lead_there() -> None:
    source_of = {1: 7, 2: 8, 4: 9}
    assert page.beyond(source_of, (7, 8, 9), (1, 2, 4), 8) == ()
    assert page.beyond(source_of, (7, 8, 9), (1, 2, 4), 1) == (9,), "the second run of claims is not printed"
    assert page.beyond(source_of, (7, 10), (1, 5), 8) == (10,), "claim 5 is not listed"


def test_a_facility_is_found_by_its_name_if_no_other_has_it() -> None:
    kind = SITREP.claimed_not_identified[0].facility_type
    row = FacilityRow(ref="F-1", name="one", facility_type=kind, place="Idlib", attacks=1, last_hit=When())
    others = (replace(row, ref="F-2"), replace(row, ref="F-3", name="another"))
    assert listed.of(replace(SITREP, facilities=(row, others[1]))).refs_by_name == {"F-1", "F-3"}
    assert listed.of(replace(SITREP, facilities=(row, *others))).refs_by_name == {"F-3"}


def test_footnote_letters_and_runs_of_claims() -> None:
    assert [letter(index, ascii_lowercase) for index in (0, 25, 26, 27)] == ["a", "z", "aa", "ab"]
    assert [position(label) for label in ("A", "Z", "AA", "AB")] == [0, 25, 26, 27]
    assert runs((3, 1, 2, 7, 7)) == ((1, 3), (7, 7))
    assert runs(()) == ()


@pytest.mark.parametrize("greatest", [0, 1, 7, 67, 999, 130_000])
def test_an_axis_ends_past_the_greatest_number(greatest: int) -> None:
    axis = charts.scale_to(greatest)
    assert axis.ticks[0] == 0
    assert axis.top == axis.ticks[-1] > greatest
    assert 2 <= len(axis.ticks) <= 8


def test_open_ends_are_drawn_open() -> None:
    axis = charts.scale_to(67)
    at_least = charts.quantity_drawing(Quantity(operator="at_least", low=50), axis, "at least 50")
    more_than = charts.quantity_drawing(Quantity(operator="more_than", low=50), axis, "more than 50")
    at_most = charts.quantity_drawing(Quantity(operator="at_most", high=50), axis, "up to 50")
    closed = charts.quantity_drawing(Quantity(operator="between", low=10, high=20), axis, "between")
    nothing = charts.quantity_drawing(Quantity(operator="some", words="dozens"), axis, "dozens")
    assert "<path" in at_least
    assert "<path" in more_than
    assert 'fill="#ffffff"' in more_than
    assert 'fill="#ffffff"' not in at_least
    assert "stroke-dasharray" in at_most
    assert "<path" not in at_most
    assert "<path" not in closed
    assert closed.count("<circle") == 2
    assert "<circle" not in nothing
    assert "<text" not in at_least + more_than + at_most + closed + nothing


def test_masthead_time_without_zone_is_utc() -> None:
    head: Masthead = replace(MASTHEAD, as_of=datetime(2019, 5, 6, 8, 30))  # noqa: DTZ001 - as a table may give it
    assert plain(WORDS.moment(head.as_of)) == "6 May 2019, 08:30 UTC"
