"""`registry browse` in a real browser and over HTTP: what is shown, and that nothing else can be had."""

import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from playwright.sync_api import Browser, Page, Route

from registry import db
from registry.models.facilities import FacilityPosition
from registry.services import named
from registry.services.work import writing
from tests import calling, canaries, probes, test_screen
from tests.calling import Call, one_line
from tests.postgres import fresh_database
from tests.test_canaries import forbidden, leaks, refs_of
from tests.test_maps import furnish

call, here, browser = calling.call, calling.here, test_screen.browser  # fixtures
ROOT = Path(__file__).parent.parent
with_datasette = pytest.mark.skipif(
    find_spec("datasette") is None, reason="Datasette is not installed: pip install 'attack-registry[browse]'"
)
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
WIDTHS = (1280, 390)


class Site:
    """A running site, as somebody reads it who came by its link."""

    def __init__(self, link: str) -> None:
        self.link = link
        self.address = link.partition("/-/")[0]
        self._opener = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def enter(self) -> str:
        return self._read(self.link)[1]

    def get(self, path: str) -> tuple[int, str]:
        try:
            return self._read(urljoin(self.address, path))
        except HTTPError as error:
            return error.code, error.read().decode()

    def _read(self, url: str) -> tuple[int, str]:
        opener: OpenerDirector = self._opener
        with opener.open(url, timeout=30) as answer:
            return answer.status, answer.read().decode()

    def pages(self) -> dict[str, str]:
        """Every page that links lead to from the first, and each table whole as JSON and CSV, and Datasette's own."""
        found, waiting = {"/": self.enter()}, [*(f"/-/{one}.json" for one in ("metadata", "databases", "plugins"))]
        waiting += links(found["/"])
        while waiting:
            path = waiting.pop()
            if path not in found:
                _, found[path] = self.get(path)
                waiting += links(found[path]) if "?" not in path else []
        return found


def links(html: str) -> list[str]:
    found = re.findall(r'href="(/[^"#]*)"', html)
    return [one.replace("&amp;", "&") for one in found if "logout" not in one and "/-/static" not in one]


@contextmanager
def browsing(registry: Path | str, audience: str) -> Iterator[Site]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), "REGISTRY_USER": "Amal"}
    command = [
        sys.executable,
        "-m",
        "registry",
        "--database",
        str(registry),
        "browse",
        "--audience",
        audience,
        "--no-open",
    ]
    piped = subprocess.PIPE
    with subprocess.Popen(command, stdout=piped, stderr=piped, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            link = server.stdout.readline().strip()
            assert link.startswith("http://127.0.0.1:"), link
            yield Site(link)
        finally:
            server.send_signal(signal.SIGINT)
            rest = server.communicate(timeout=30)
    # Whatever went wrong in between, nothing of it is on the terminal.
    assert (server.returncode, *rest) == (0, "", "Ctrl-C ends it.\n")


@pytest.fixture(scope="module")
def mapped(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with two boundaries and a clinic whose position is known, hit three times."""
    file = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("mapped") / "registry.db")
    engine = db.connect(f"sqlite:///{file}")
    with writing(engine, "Amal", "test") as work:
        furnish(work)
        clinic = named.resolve(work, "facility", "Clinic A")
        work.add(FacilityPosition(facility_id=clinic.id, lat=35.8123, lon=36.5123, precision_code="settlement"))
    engine.dispose()
    return file


@pytest.fixture(scope="module")
def marked(
    sqlite_templates: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, list[str]]]:
    """A registry with a word in every restricted field, and its refs."""
    file = shutil.copyfile(sqlite_templates("marked"), tmp_path_factory.mktemp("marked") / "registry.db")
    engine = db.connect(f"sqlite:///{file}")
    refs = refs_of(engine)
    engine.dispose()
    return file, refs


@contextmanager
def shown(browser: Browser, site: Site, width: int) -> Iterator[Page]:
    """The first page, and that nothing was asked of anybody else and the console said nothing."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    asked: list[str] = []
    told: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if route.request.url.startswith(site.address):
            route.continue_()
        else:
            route.abort()

    context.route("**/*", answer)
    page = context.new_page()
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(site.link)
    yield page
    assert [url for url in asked if urlsplit(url).hostname != "127.0.0.1"] == []
    assert told == []
    context.close()


@with_datasette
@pytest.mark.parametrize("width", WIDTHS)
def test_tables_questions_and_the_map_in_a_browser(browser: Browser, mapped: Path, width: int) -> None:
    with browsing(mapped, "internal") as site, shown(browser, site, width) as page:
        assert page.locator("h1").inner_text() == "The registry, for colleagues"
        assert not page.evaluate(TOO_WIDE)
        page.get_by_role("link", name="v_attack", exact=True).click()
        assert "6 rows" in page.locator("h3").first.inner_text()
        assert "what happened" in page.locator("dl.column-descriptions").inner_text()
        page.locator(".facet-results").get_by_role("link", name="unassessed").click()
        page.wait_for_url("**grade=unassessed*")
        assert "6 rows" in page.locator("h3").first.inner_text()
        assert not page.evaluate(TOO_WIDE)
        page.get_by_role("link", name="home").click()
        page.locator("a[href$='facilities-hit-most']").click()
        page.get_by_label("least").fill("9")
        page.get_by_role("button", name="Run SQL").click()
        page.locator(".zero-results").wait_for()
        page.get_by_label("least").fill("2")
        page.get_by_role("button", name="Run SQL").click()
        assert "Clinic A" in page.locator("table.rows-and-columns tbody tr").inner_text()
        assert not page.evaluate(TOO_WIDE)
        page.get_by_role("link", name="home").click()
        page.get_by_role("link", name="Map of the facilities").click()
        see_map(page)


def see_map(page: Page) -> None:
    page.locator(".map path").first.wait_for()
    assert page.locator(".map path").count() == 2
    assert page.locator(".map text").all_text_contents() == ["Hama", "Idlib"]
    assert not page.evaluate(TOO_WIDE)
    before = page.locator(".map svg").bounding_box()
    page.get_by_role("button", name="Zoom in").click()
    after = page.locator(".map svg").bounding_box()
    assert before
    assert after
    assert after["width"] > 1.4 * before["width"]
    page.locator(".map circle").click()
    assert "Clinic A" in page.locator("table.rows-and-columns tbody tr").inner_text()


@with_datasette
def test_a_registry_on_postgresql_is_browsed_as_one_in_a_file(
    postgres_url: str, postgres_templates: Callable[[str], str]
) -> None:
    with fresh_database(postgres_url, postgres_templates("case")) as url:
        engine = db.connect(url)
        with db.reading(engine) as connection:
            held = {
                view: db.every(connection, f"SELECT ref FROM {view}") for view in ("v_attack", "v_claim", "v_report")
            }
        engine.dispose()
        with browsing(url, "internal") as site:
            assert "The registry, for colleagues" in site.enter()
            for view, rows in held.items():
                shown = json.loads(site.get(f"/internal/{view}.json?_shape=array&_size=max")[1])
                assert sorted(row["ref"] for row in shown) == sorted(row["ref"] for row in rows) != [], view
            assert json.loads(site.get("/internal/attacks-by-week-and-type.json?_shape=array")[1]) != []
            assert site.get("/internal?sql=SELECT+1")[0] == 403


@with_datasette
def test_a_parameter_that_cannot_be_read_is_answered_with_no_rows(mapped: Path) -> None:
    with browsing(mapped, "internal") as site:
        site.enter()
        rows = json.loads(site.get("/internal/facilities-hit-most.json?least=2&_shape=array")[1])
        assert [row["name"] for row in rows] == ["Clinic A"]
        status, said = site.get("/internal/facilities-hit-most.json?least=many")
        assert status == 400
        assert json.loads(said)["rows"] == []
        weeks = "/internal/attacks-by-week-and-type.json?_shape=array"
        assert json.loads(site.get(weeks)[1]) == json.loads(site.get(f"{weeks}&area=SY07")[1]) != []


@with_datasette
@pytest.mark.parametrize("audience", ["partner", "public"])
def test_nothing_restricted_is_on_any_page(marked: tuple[Path, dict[str, list[str]]], audience: str) -> None:
    file, refs = marked
    with browsing(file, audience) as site:
        pages = site.pages()
        tables = [path for path in pages if re.fullmatch(rf"/{audience}/v_\w+", path)]
        assert len(tables) >= 5
        for path in tables:
            pages |= {f"{path}{end}": site.get(f"{path}{end}")[1] for end in (".json?_shape=array", ".csv?_stream=on")}
        for path, text in pages.items():
            assert leaks(canaries.squeezed(text), forbidden(audience, refs)) == [], path
        assert "Kworganisation" in pages[f"/{audience}/v_source"]
        assert "No position" in site.get("/-/map")[1]


@with_datasette
def test_no_statement_of_ones_own_is_run(mapped: Path, tmp_path: Path) -> None:
    before = mapped.read_bytes()
    with browsing(mapped, "internal") as site:
        site.enter()
        assert site.get("/internal?sql=SELECT+1")[0] == 403
        for probe in (*probes.WRITING_SQLITE, *probes.LONG_SQLITE)[::2]:
            sql = quote(probe.replace("{folder}", str(tmp_path)).replace("{file}", str(mapped))[:5000])
            if probe.strip(" ;") and "\0" not in probe:
                # 400: it is no SELECT, which is looked at before anybody's rights.
                assert site.get(f"/internal?sql={sql}")[0] in (400, 403), probe
                assert site.get(f"/internal/v_attack.json?_where={sql}")[0] == 403, probe
        for path in ("/_internal", "/_memory", "/internal/sqlite_master", "/internal/attack", "/internal/journal",
                     "/internal.db", "/-/upload-csvs", "/internal/claim.json"):  # fmt: skip
            assert site.get(path)[0] in (403, 404), path
    assert list(tmp_path.iterdir()) == []
    assert mapped.read_bytes() == before


@with_datasette
def test_only_who_came_by_the_link_is_answered_and_it_is_good_once(mapped: Path) -> None:
    with browsing(mapped, "internal") as site:
        for path in ("/", "/internal", "/internal/v_attack.json", "/-/map", "/-/metadata.json", "/internal.json",
                     "/internal/v_attack.csv", "/internal/facilities-hit-most.json"):  # fmt: skip
            status, said = site.get(path)
            assert status == 403, path
            assert "Basamis" not in said
        site.enter()
        assert site.get("/internal/v_attack.json")[0] == 200
        other = Site(site.link)
        assert other.get(site.link)[0] == 403
        host, port = site.address.removeprefix("http://").split(":")
        own = socket.gethostbyname(socket.gethostname())
        if own != host:
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((own, int(port)), timeout=5)


@with_datasette
def test_a_port_that_is_taken_is_told(here: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert "--port" in one_line(here("browse", "--no-open", "--port", port), 1)


@with_datasette
def test_a_registry_must_be_there(call: Call) -> None:
    assert "registry init" in one_line(call("--database", "none.db", "browse", "--no-open"), 3)
    assert not Path("none.db").exists()


def test_where_it_is_not_installed_the_extra_is_named(here: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasette", None)
    assert "attack-registry[browse]" in one_line(here("browse", "--no-open"), 1)
