"""The same report in English, Arabic and French: words, digits, directions, names, and the file itself."""

import functools
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pdfua
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from registry import db
from registry.services import demo, named, sitreps
from registry.services.work import writing
from registry.sitrep import pdf as pdf_maker
from registry.sitrep.render import render_html, render_pdf
from registry.sitrep.values import Quantity, Scope, Sitrep, Span, When
from registry.sitrep.wording import Wording, plain
from tests import calling, drawn
from tests.calling import Call, one_line
from tests.sample_sitrep import MASTHEAD, SITREP

call, here = calling.call, calling.here

LANGUAGES = ("en", "ar", "fr")
ARABIC, FRENCH = Wording("ar"), Wording("fr")
NARROW = "\u202f"
AS_OF = datetime(2019, 5, 6, tzinfo=UTC)


def in_language(language: str) -> Sitrep:
    return replace(SITREP, masthead=replace(MASTHEAD, language=language))


@functools.cache
def printed(language: str) -> bytes:
    return render_pdf(in_language(language))


@pytest.fixture(scope="module")
def arabic() -> str:
    return " ".join(drawn.read_rtl(box) for box in drawn.boxes(printed("ar")))


# Words


@pytest.mark.parametrize(
    ("quantity", "arabic", "french"),
    [
        (Quantity(operator="more_than", low=30), "أكثر من ٣٠", "plus de 30"),
        (Quantity(operator="at_least", low=67), "ما لا يقل عن ٦٧", "au moins 67"),
        (Quantity(operator="at_most", high=25), "ما يصل إلى ٢٥", "jusqu’à 25"),
        (Quantity(operator="fewer_than", high=25), "أقل من ٢٥", "moins de 25"),
        (Quantity(operator="about", low=30), "نحو ٣٠", "environ 30"),
        (Quantity(operator="between", low=12, high=15), "بين ١٢ و١٥", "entre 12 et 15"),
        (Quantity(operator="exactly", low=130_000, high=130_000), "١٣٠٬٠٠٠", f"130{NARROW}000"),
        (Quantity(), "لم يُذكر العدد", "nombre non indiqué"),
        (Quantity(operator="some", words="dozens"), "dozens (دون ذكر عدد)", "dozens (sans chiffre)"),
    ],
)
def test_operators_are_words(quantity: Quantity, arabic: str, french: str) -> None:
    assert (plain(ARABIC.quantity(quantity)), plain(FRENCH.quantity(quantity))) == (arabic, french)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_absences_read_alike(language: str) -> None:
    words = Wording(language)
    kinds = ("not_reported", "reported_none", "unknown", "withheld", "not_coded")
    said = [*(plain(words.code(kind, "absence")) for kind in kinds), plain(words.quantity(Quantity())), "0"]
    assert len(set(said)) == len(said)


def test_ranges_say_what_is_open() -> None:
    span = Span(low=30, low_operator="more_than", greatest_low=67, greatest_low_operator="at_least")
    assert plain(ARABIC.span(span)) == "أكثر من ٣٠ إلى ما لا يقل عن ٦٧؛ دون ذكر حد أعلى"
    assert plain(FRENCH.span(span)) == "plus de 30 à au moins 67\u00a0; sans limite supérieure"


@pytest.mark.parametrize(
    ("count", "wanted"),
    [
        (0, "لا مصادر أصلية مستقلة"),
        (1, "مصدر أصلي واحد"),
        (2, "مصدران أصليان مستقلان"),
        (3, "٣ مصادر أصلية مستقلة"),
        (10, "١٠ مصادر أصلية مستقلة"),
        (11, "١١ مصدراً أصلياً مستقلاً"),
        (99, "٩٩ مصدراً أصلياً مستقلاً"),
        (100, "١٠٠ مصدر أصلي مستقل"),
        (102, "١٠٢ مصدر أصلي مستقل"),
        (103, "١٠٣ مصادر أصلية مستقلة"),
        (111, "١١١ مصدراً أصلياً مستقلاً"),
    ],
)
def test_arabic_counts_in_six_forms(count: int, wanted: str) -> None:
    assert plain(ARABIC.independent_origins(count)) == wanted


def test_french_counts_in_two_forms() -> None:
    forms = [plain(FRENCH.independent_origins(count)) for count in (0, 1, 2)]
    assert forms == ["0 origine", "1 origine", "2 origines indépendantes"]


def test_months_are_levantine() -> None:
    months = ["كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول"]
    months += ["تشرين الثاني", "كانون الأول"]
    assert [plain(ARABIC.day(date(2019, month, 4))) for month in range(1, 13)] == [f"٤ {name} ٢٠١٩" for name in months]


def test_dates_and_moments() -> None:
    period = When(start=date(2019, 4, 30), end=date(2019, 5, 4), precision="range", basis="inferred")
    assert plain(ARABIC.when(period)) == "من ٣٠ نيسان إلى ٤ أيار ٢٠١٩ (بالاستنتاج)"
    assert plain(FRENCH.when(period)) == "30 avril – 4 mai 2019 (déduit)"
    assert plain(ARABIC.moment(datetime(2019, 5, 6, 8, 30, tzinfo=UTC))) == "٦ أيار ٢٠١٩، ٠٨:٣٠ UTC"
    week = When(start=date(2019, 4, 29), end=date(2019, 5, 5), precision="week")
    assert plain(ARABIC.when(week)) == "الأسبوع الذي يبدأ في ٢٩ نيسان ٢٠١٩"


def test_letters_of_footnotes_and_groups_are_those_of_the_language() -> None:
    assert [str(ARABIC.mark(index)) for index in (0, 1, 2)] == ["أ", "ب", "ج"]
    assert (str(ARABIC.group("B")), str(FRENCH.group("B"))) == ("ب", "B")
    assert (str(ARABIC.claim_label(1204)), str(FRENCH.claim_label(1204))) == ("ف١٢٠٤", "D1204")


def test_lists_are_joined_as_the_language_joins_them() -> None:
    assert plain(ARABIC.joined(["رويترز", "UOSSM", "سانا"])) == "رويترز وUOSSM وسانا"
    assert FRENCH.joined(["Reuters", "<b>", "SANA"]) == "Reuters, &lt;b&gt; et SANA"


def test_a_scope_is_said_in_arabic() -> None:
    scope = Scope(kind="attacks", places=("حماة",), period=When(start=date(2019, 5, 4), end=date(2019, 5, 4)))
    assert plain(ARABIC.scope(scope, MASTHEAD)) == "الهجمات المسجلة كأحداث منفردة؛ حماة؛ ٤ أيار ٢٠١٩."


# Directions


class _Outside(HTMLParser):
    """The text of a page's body that stands in no left-to-right isolate; a drawing's title is never drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.is_shown = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_shown = tag != "title" and (self.is_shown or tag == "body")
        if tag in ("bdi", "b"):
            around = self.open[-1][1] if self.open else None
            self.open.append((tag, dict(attrs).get("dir") or around))

    def handle_endtag(self, tag: str) -> None:
        self.is_shown = self.is_shown or tag == "svg"
        if tag in ("bdi", "b"):
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.is_shown and (not self.open or self.open[-1][1] == "rtl"):
            self.text.append(data)


def test_no_latin_letter_and_no_european_digit_stands_outside_an_isolate() -> None:
    outside = _Outside()
    outside.feed(render_html(in_language("ar")))
    text = re.sub(r"\s+", " ", " ".join(outside.text))
    assert "أكثر من ٣٠" in text
    assert re.findall(r"\S*[A-Za-z0-9]\S*", text) == []


NAMES = st.sampled_from(["قرية {} الشمالية", "مدرسة {}", "{} مركز", "حي (UNIT {}) الغربي"])
NUMBERS = st.integers(1, 999_999)


def _paragraphs(lines: Sequence[str]) -> list[list[list[str]]]:
    """What is drawn of each line, in a right-to-left document: its boxes."""
    body = "".join(f"<p>{line}</p><p>=</p>" for line in lines)
    head = '<html lang="ar" dir="rtl"><head><title>x</title></head>'
    found: list[list[list[str]]] = [[]]
    for box in drawn.boxes(pdf_maker.write(f"{head}<body>{body}</body></html>", (), AS_OF)):
        if box == ["="]:
            found.append([])
        elif "/" not in box and any(re.search(r"\w", glyph) for glyph in box):
            found[-1].append(box)
    return [boxes for boxes in found if boxes]


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NAMES), min_size=1, max_size=25))
def test_ranges_never_turn_around(cases: list[tuple[int, int, str]]) -> None:
    lines, wanted = [], []
    for low, high, name in cases:
        eastern = ARABIC.catalogue.in_digits(f"{low}–{high}")
        spans = Span(low=low, low_operator="more_than", greatest_low=high, greatest_low_operator="at_least")
        lines += [
            ARABIC.isolate(name.format(f"{low}–{high}")),  # European digits: the low one on the left
            ARABIC.isolate(f"قرية {eastern}"),  # Arabic ones: the low one on the right, where reading starts
            ARABIC.say("%(low)s إلى %(high)s", low=low, high=high),
            ARABIC.span_head(spans),
            ARABIC.quantity(Quantity(operator="between", low=low, high=high + low)),
        ]
        east = [ARABIC.catalogue.in_digits(str(number)) for number in (high, low)]
        wanted.append([str(low), str(high)])
        wanted.append(east)
        wanted += [_numbers(high, low), _numbers(high, low), _numbers(high + low, low)]
    drawn_numbers = [[number for box in boxes for number in drawn.numbers(box)] for boxes in _paragraphs(lines)]
    assert drawn_numbers == wanted


def _numbers(*numbers: int) -> list[str]:
    return [ARABIC.catalogue.number(number) for number in numbers]


def test_a_range_that_is_not_isolated_is_told_apart() -> None:
    # The check above can fail: without its isolate "2–5" behind Arabic letters is drawn as "5–2".
    assert [drawn.numbers(box) for box in _paragraphs(["قرية 2–5"])[0]] == [["5", "2"]]


# The file


def test_arabic_words_are_drawn_and_can_be_copied(arabic: str) -> None:
    for wanted in (
        "أكثر من ٣٠ إلى ما لا يقل عن ٦٧",
        "من ٣٠ نيسان إلى ٤ أيار ٢٠١٩",
        "لم يُذكر العدد",
        "طرف في النزاع",
        "٣ مصادر أصلية مستقلة",
        "أكثر من ١٣٠٬٠٠٠",
        "المنهجية والتعاريف",
    ):
        assert wanted in arabic, wanted


def test_a_vowel_sign_does_not_stand_for_the_letter_before_it() -> None:
    found = _paragraphs(["أُصيب مُرقَّم", "لم يُذكر العدد"])
    assert [drawn.read_rtl(boxes[0]) for boxes in found] == ["أُصيب مُرقَّم", "لم يُذكر العدد"]


def test_pages_are_counted_in_the_language(arabic: str) -> None:
    with pikepdf.open(io.BytesIO(printed("ar"))) as opened:
        pages = ARABIC.catalogue.in_digits(str(len(opened.pages)))
    assert f"١ / {pages}" in arabic
    assert "1 / 5" in " ".join("".join(box) for box in drawn.boxes(printed("fr")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_names_its_language_and_its_fonts_are_ours(language: str) -> None:
    with pikepdf.open(io.BytesIO(printed(language))) as opened:
        assert str(opened.Root.Lang) == language
        fonts = {
            str(one.BaseFont) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one
        }
    assert all(re.fullmatch(r"/[A-Z]{6}\+Sitrep(-(Arabic|Signs|Marks))?(-Bold)?", one) for one in fonts), fonts


@pytest.mark.parametrize("language", LANGUAGES)
def test_checks_of_pdf_ua_find_nothing(language: str, tmp_path: Path) -> None:
    file = tmp_path / "sitrep.pdf"
    file.write_bytes(printed(language))
    assert [finding.message for finding in pdfua.validate(str(file)).findings] == []
    if shutil.which("qpdf"):
        done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_another_process_gives_the_same_arabic_bytes() -> None:
    code = (
        "import sys; from tests.test_languages import in_language; from registry.sitrep.render import render_pdf;"
        " sys.stdout.buffer.write(render_pdf(in_language('ar')))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert hashlib.sha256(done.stdout).hexdigest() == hashlib.sha256(printed("ar")).hexdigest()


# Names, and the command line


def taken(engine: Engine, language: str) -> Sitrep:
    with db.reading(engine) as connection:
        return sitreps.snapshot(
            connection,
            audience="internal",
            areas=demo.AREAS,
            first=demo.FIRST,
            last=demo.LAST,
            language=language,
            producer="Team",
        )


def test_names_are_in_the_readers_script_where_they_are_known(case: Engine) -> None:
    sitrep = taken(case, "ar")
    assert sitrep.masthead.areas == ("محافظة إدلب", "محافظة حماة")
    first = sitrep.claims[0]
    assert (first.speaker, first.publisher, first.measure.text) == ("الدفاع المدني السوري", "ميدل إيست آي", "قتلى")
    assert first.places == ("إدلب", "شمال حماة")
    assert {row.relay_name for row in sitrep.claims if row.relay == "named"} == {"رويترز"}
    assert [row.place for row in sitrep.attacks] == ["بسامس، إدلب", "كفر عين، إدلب"]
    assert sitrep.attacks[0].allegations[0].actors == ("قوات الحكومة السورية",)
    assert "المرصد السوري لحقوق الإنسان (SOHR)" in {row.speaker for row in sitrep.claims}


def test_without_a_name_in_the_language_the_main_name_stays(case: Engine) -> None:
    assert taken(case, "fr").masthead.areas == ("Idlib (gouvernorat)", "Hama (gouvernorat)")
    with writing(case, "Amal", "Spelling of French readers") as work:
        named.give(work, "place", named.resolve(work, "place", "Idlib").id, ["Idleb-sur-page"], language="fr")
    assert taken(case, "fr").masthead.areas[0] == "Idleb-sur-page (gouvernorat)"
    assert taken(case, "en").masthead.areas[0] == "Idlib governorate"


ASKED = ("sitrep", "build", "--format", "html", "--area", "SY07", "--from", "2019-04-30", "--to", "2019-05-04")


@pytest.fixture
def place(here: Call) -> Call:
    assert (
        here("place", "add", "--name", "Idlib", "--level", "governorate", "--country", "SYR", "--pcode", "SY07").code
        == 0
    )
    return here


@pytest.mark.parametrize("asked", [("--language", "en,ar"), ("--language", "en", "--language", "ar")])
def test_several_languages_make_a_file_each(place: Call, tmp_path: Path, asked: tuple[str, ...]) -> None:
    assert place(*ASKED, *asked, "--out", "report.html").code == 0
    assert sorted(file.name for file in tmp_path.glob("*.html")) == ["report-ar.html", "report-en.html"]
    assert '<html lang="ar" dir="rtl">' in (tmp_path / "report-ar.html").read_text(encoding="utf-8")


def test_files_are_named_by_their_language_unless_named(place: Call, tmp_path: Path) -> None:
    assert place(*ASKED, "--language", "fr").code == 0
    assert place(*ASKED, "--language", "ar", "--out", "mine.html").code == 0
    assert sorted(file.name for file in tmp_path.glob("*.html")) == ["mine.html", "sitrep-fr.html"]


def test_a_language_that_is_not_there_is_an_error_of_usage(place: Call) -> None:
    assert one_line(place(*ASKED, "--language", "en,xx"), 2) == "language: there is no 'xx'; give one of en, ar, fr"
    assert "takes one language" in one_line(place(*ASKED, "--language", "en,ar", "--out", "-"), 2)
