"""The page on screen, in a real browser: the founding case in English and Arabic, on a desk and on a phone."""

import base64
import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, Route, sync_playwright

from registry import db
from registry.services import demo, sitreps
from registry.sitrep import tables
from registry.sitrep.render import render_html
from registry.sitrep.values import Sitrep, as_json
from tests.sample_sitrep import MASTHEAD, SITREP
from tests.test_maps import MAP

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync")  # fmt: skip
LANGUAGES, WIDTHS = ("en", "ar"), (1280, 390)
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HOSTILE = (
    "</script><script>document.title = 'run'</script> <img src=http://127.0.0.1:9/x onerror=alert(1)> \" style=\"x"
)
# What is wider than the screen, save what lies in a box that scrolls.
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    return !one.closest(".table-box > *, .map-view > *") && (right > innerWidth + 0.5 || left < -0.5);
}).map((one) => `${one.tagName}.${one.className}`)"""


@dataclass
class Shown:
    """A page in the browser, what its console said, and what it asked the network for."""

    page: Page
    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def column(self, table: str, number: int) -> list[str]:
        """The words in a column of a table, from the top; rows that are notes have none."""
        rows = f"{table} tbody tr:not(.note)"
        cells = self.page.locator(f"{rows} > :nth-child({number})").all_inner_texts()
        return [" ".join(one.split()) for one in cells]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def founding(sqlite_templates: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sitrep]:
    """The founding case by language, with a map: nobody has loaded boundaries there."""
    file = shutil.copyfile(sqlite_templates("case"), tmp_path_factory.mktemp("founding") / "registry.db")
    engine = db.connect(f"sqlite:///{file}")
    found = {}
    with db.reading(engine) as connection:
        for language in LANGUAGES:
            taken = sitreps.snapshot(
                connection, areas=demo.AREAS, first=demo.FIRST, last=demo.LAST, audience="internal", language=language
            )
            found[language] = replace(taken, area_map=MAP)
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def pages(founding: dict[str, Sitrep]) -> dict[str, str]:
    return {language: render_html(sitrep) for language, sitrep in founding.items()}


def show(browser: Browser, html: str, folder: Path, width: int = 1280, *, with_script: bool = True) -> Shown:
    """Open a page from a file, with every request counted and refused but that for the file itself."""
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=with_script)
    shown = Shown(context.new_page())

    def answer(route: Route) -> None:
        if route.request.url == file.as_uri():
            route.continue_()
        else:
            shown.asked.append(route.request.url)
            route.abort()

    context.route("**/*", answer)
    shown.page.on("console", lambda message: shown.told.append(message.text))
    shown.page.on("pageerror", lambda error: shown.told.append(str(error)))
    shown.page.on("dialog", lambda dialog: shown.told.append(dialog.message))
    shown.page.goto(file.as_uri())
    return shown


@pytest.fixture(params=[(one, width) for one in LANGUAGES for width in WIDTHS], ids=lambda one: f"{one[0]}-{one[1]}")
def shown(request: pytest.FixtureRequest, browser: Browser, pages: dict[str, str], tmp_path: Path) -> Iterator[Shown]:
    language, width = request.param
    shown = show(browser, pages[language], tmp_path, width)
    yield shown
    assert (shown.told, shown.asked) == ([], [])
    shown.page.context.close()


def test_nothing_is_wider_than_the_screen(shown: Shown) -> None:
    assert shown.page.evaluate(TOO_WIDE) == []
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Fonts are those in the page: the policy lets in no others.
    assert shown.page.evaluate("document.fonts.ready.then(() => document.fonts.check('12px Sitrep'))")


def test_wide_tables_scroll_in_their_box_by_keyboard_too(shown: Shown) -> None:
    boxes = shown.page.locator(".table-box[tabindex]")
    is_phone = shown.page.evaluate("innerWidth") < 500
    assert bool(boxes.count()) is is_phone
    if is_phone:
        box = boxes.first
        assert box.get_attribute("aria-label") == shown.page.locator("h2").nth(1).inner_text()
        is_rtl = shown.page.evaluate("document.dir") == "rtl"
        box.focus()
        shown.page.keyboard.press("ArrowLeft" if is_rtl else "ArrowRight")
        shown.page.wait_for_function("(box) => Math.abs(box.scrollLeft) > 5", arg=box.element_handle())


def test_a_click_sorts_claims_by_their_number_and_notes_go_along(shown: Shown) -> None:
    table = "table.says.sortable"
    before = shown.column(table, 1)
    heading = shown.page.locator(f"{table} thead th").nth(2)
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    after = shown.column(table, 1)
    assert sorted(after) == sorted(before)
    lows = [int(one) for one in shown.page.locator(f"{table} td[data-sort]").evaluate_all(
        "(cells) => cells.filter((cell) => cell.cellIndex === 2 && cell.dataset.sort).map((cell) => cell.dataset.sort)"
    )]  # fmt: skip
    assert lows == sorted(lows)
    assert lows[0] == 4
    assert "None of the four is named." in shown.page.locator(f"{table} tbody tr").nth(1).inner_text()
    heading.get_by_role("button").focus()
    shown.page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    assert shown.column(table, 1)[0] == before[5]  # more than 130,000
    # What gives no number stays below either way.
    assert shown.page.locator(f"{table} tbody tr:last-child > :nth-child(3)").get_attribute("data-sort") == ""
    shown.page.locator(f"{table} thead button").first.click()
    assert shown.column(table, 1) == before
    assert shown.page.locator(f"{table} [aria-sort]").count() == 1


def test_attacks_sort_by_day_and_by_place(shown: Shown) -> None:
    table = "table.attacks"
    buttons = shown.page.locator(f"{table} thead button")
    assert buttons.count() == 5
    for _ in range(2):
        buttons.nth(1).click()
    places = shown.column(table, 2)
    buttons.nth(1).click()
    assert shown.column(table, 2) == places[::-1]


def test_the_map_zooms_about_its_middle_and_comes_back(shown: Shown) -> None:
    view, drawing = shown.page.locator(".map-view"), shown.page.locator(".map-view svg")
    frame, whole = view.bounding_box(), drawing.bounding_box()
    words = shown.page.locator(".map .area b").first.bounding_box()
    tools = shown.page.locator(".map-tools button")
    assert [tools.nth(one).is_enabled() for one in range(3)] == [True, False, False]
    tools.nth(0).click()
    near, after = drawing.bounding_box(), shown.page.locator(".map .area b").first.bounding_box()
    assert whole
    assert near
    assert frame
    assert words
    assert after
    assert near["width"] == pytest.approx(1.5 * whole["width"], rel=0.02)
    assert view.evaluate("(one) => [one.scrollLeft > 0, one.scrollTop > 0]") == [True, True]
    assert near["x"] + near["width"] / 2 == pytest.approx(frame["x"] + frame["width"] / 2, abs=3)
    assert after["height"] == pytest.approx(words["height"], abs=1)  # words stay as they are and come apart
    view.focus()
    for _ in range(8):
        shown.page.keyboard.press("+")
    assert tools.nth(0).is_disabled()
    left = view.evaluate("(one) => one.scrollLeft")
    shown.page.keyboard.press("ArrowRight")
    shown.page.wait_for_function("([one, left]) => one.scrollLeft > left", arg=[view.element_handle(), left])
    tools.nth(2).click()
    back = drawing.bounding_box()
    assert back
    assert (back["width"], back["x"]) == pytest.approx((whole["width"], whole["x"]), abs=0.5)


def test_the_map_is_dragged_with_a_mouse(shown: Shown) -> None:
    view = shown.page.locator(".map-view")
    for _ in range(3):
        shown.page.locator(".map-tools button").first.click()
    frame, before = view.bounding_box(), view.evaluate("(one) => one.scrollLeft")
    assert frame
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    shown.page.mouse.move(x, y)
    shown.page.mouse.down()
    shown.page.mouse.move(x + 60, y, steps=4)
    shown.page.mouse.up()
    assert view.evaluate("(one) => one.scrollLeft") < before - 30


def test_no_barrier_of_level_a_or_aa(shown: Shown) -> None:
    found = Axe().run(shown.page, options={"runOnly": LEVELS}).response
    assert len(found["passes"]) > 15
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []


def test_downloads_are_what_a_pdf_has_attached(browser: Browser, founding: dict[str, Sitrep], tmp_path: Path) -> None:
    sitrep = founding["ar"]
    shown = show(browser, render_html(sitrep), tmp_path)
    got = {}
    for link in shown.page.locator(".downloads a").all():
        with shown.page.expect_download() as waiting:
            link.click()
        got[waiting.value.suggested_filename] = waiting.value.path().read_bytes()
    assert set(got) == {"snapshot.json", "colophon.json", *tables.all_of(sitrep)}
    assert got["snapshot.json"] == as_json(sitrep)
    assert got["claims.csv"] == tables.all_of(sitrep)["claims.csv"]
    assert shown.asked == []


def test_without_scripts_all_can_be_read(browser: Browser, pages: dict[str, str], tmp_path: Path) -> None:
    shown = show(browser, pages["en"], tmp_path, 390, with_script=False)
    assert shown.page.locator(".map-tools").is_hidden()
    assert shown.page.locator("table.attacks").get_by_text("Basamis").first.is_visible()
    assert shown.told == []


def hostile() -> Sitrep:
    attacks = tuple(replace(row, summary=HOSTILE, place=HOSTILE) for row in SITREP.attacks)
    claims = tuple(replace(row, speaker=HOSTILE, note=HOSTILE) for row in SITREP.claims)
    areas = (replace(MAP.areas[0], name=HOSTILE), *MAP.areas[1:])
    head = replace(MASTHEAD, title=HOSTILE, producer=HOSTILE, series=HOSTILE)
    return replace(
        SITREP, masthead=head, attacks=attacks, claims=claims, contact=HOSTILE, area_map=replace(MAP, areas=areas)
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_text_stays_text(browser: Browser, tmp_path: Path, width: int) -> None:
    shown = show(browser, render_html(hostile()), tmp_path, width)
    for button in shown.page.locator("table.says thead button").all():
        button.click()
    assert (shown.told, shown.asked) == ([], [])
    assert "document.title = 'run'" in shown.page.locator("h1").inner_text()
    assert shown.page.title() != "run"
    assert shown.page.locator("img").count() == 0
    assert shown.page.evaluate(TOO_WIDE) == []


def test_even_text_that_broke_out_would_do_nothing(browser: Browser, tmp_path: Path) -> None:
    broken = f'{HOSTILE}<p style="color:red" onclick="document.title = 1">x</p><style>p {{ color: red }}</style>'
    shown = show(browser, render_html(SITREP).replace("</main>", f"{broken}</main>"), tmp_path)
    assert shown.page.title() != "run"
    shown.page.locator("main > p").click()
    assert shown.page.locator("main > p").evaluate("(one) => getComputedStyle(one).color") == "rgb(27, 42, 54)"
    assert shown.asked == []
    assert sum("Content Security Policy" in one for one in shown.told) >= 4


def test_the_policy_names_every_block_by_its_hash() -> None:
    html = render_html(replace(SITREP, area_map=MAP))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy[1]
    blocks = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", html, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in blocks]
    assert re.findall(r"'sha256-([^']+)'", policy[1]) == hashes
    assert html.index("Content-Security-Policy") < html.index("<style>") < html.index("<script>")
    assert not re.search(r"<[^>]* (style|on\w+)=", html)


def test_same_values_same_bytes() -> None:
    assert render_html(hostile()) == render_html(hostile())
