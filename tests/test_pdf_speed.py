"""What is left out costs time and nothing else: without it the file is the same to the byte, packed as it is."""

import re
from datetime import UTC, datetime
from typing import Any

import babel
import pydyf  # type: ignore[import-untyped] # no type information
import pytest
import weasyprint
from weasyprint import HTML
from weasyprint.layout import inline
from weasyprint.text.ffi import pango

from registry.paths import TEMPLATES
from registry.sitrep import assets, page, pdf, pdf_speed, render, versions
from registry.sitrep.values import as_json
from tests.sample_sitrep import SITREP
from tests.test_languages import in_language

AS_OF = datetime(2019, 5, 6, tzinfo=UTC)


def _upstream(html: str, base_url: str, fetcher: Any) -> HTML:
    return HTML(string=html, base_url=base_url, url_fetcher=fetcher)


def _slowly(html: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    with monkeypatch.context() as patch:
        patch.setattr(pdf_speed, "Page", _upstream)
        patch.setattr(pdf, "_set_quickly", pdf_speed.packed_for_time)
        patch.setattr(pdf_speed, "keep_data", lambda _pdf: None)
        return pdf.write(html, (), AS_OF)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_file_is_the_same_to_the_byte_as_without(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sitrep = in_language(language)
    html = page.html(sitrep, render.colophon(as_json(sitrep), versions.renderer()))
    assert pdf.write(html, (), AS_OF) == _slowly(html, monkeypatch)


def test_every_element_of_the_templates_is_in_the_sheet_that_says_what_elements_are() -> None:
    """A sheet of ours takes the place of WeasyPrint's, so that an element of a new kind would be plain text."""
    used = {tag for file in TEMPLATES.rglob("*.html") for tag in re.findall(r"<([a-z]\w*)", file.read_text("utf-8"))}
    sheet = re.sub(r"/\*.*?\*/", "", assets.styles(("elements.css",)), flags=re.DOTALL)
    said = {tag for selectors in re.findall(r"([^{}]+)\{", sheet) for tag in re.findall(r"\w+", selectors)}
    inline = {"a", "bdi", "span"}
    styled_by_ours = {"sup"}
    on_screen_only = {"button"}
    assert used - said <= inline | styled_by_ours | on_screen_only, "see reports/templates/css/elements.css"


def test_the_versions_told_are_those_of_what_is_loaded() -> None:
    number = pango.pango_version()
    assert versions.renderer() == (
        f"Babel {babel.__version__}", f"WeasyPrint {weasyprint.__version__}", f"pydyf {pydyf.__version__}",
        f"Pango {number // 10000}.{number // 100 % 100}.{number % 100}",
    )  # fmt: skip


def test_our_pages_are_read_as_xml_and_others_as_html(monkeypatch: pytest.MonkeyPatch) -> None:
    html = page.html(SITREP, render.colophon(as_json(SITREP), versions.renderer()))
    monkeypatch.setattr(HTML, "__init__", lambda *_args, **_given: pytest.fail("the slow parser was called"))
    pdf_speed.Page(html, "asset:///", pdf.AssetFetcher())
    monkeypatch.undo()
    assert pdf_speed.Page("<p>one<p>two", "asset:///", pdf.AssetFetcher()).etree_element.tag == "html"


def test_a_right_to_left_line_is_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = 0
    original = inline.split_inline_box

    def counting(*args: Any, **given: Any) -> Any:
        nonlocal lines
        lines += 1
        return original(*args, **given)

    monkeypatch.setattr(inline, "split_inline_box", counting)
    body = "<p>سطر</p>" * 50
    html = f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><title>x</title></head><body>{body}</body></html>'
    pdf.write(html, (), AS_OF)
    once, lines = lines, 0
    _slowly(html, monkeypatch)
    assert lines > 1.8 * once
