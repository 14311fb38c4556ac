"""From HTML to an archival, tagged PDF whose bytes depend on nothing but what went in.

Only `render` imports this module, and only when a PDF is wanted: it loads WeasyPrint.
"""

import gc
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pydyf  # type: ignore[import-untyped] # no type information
from weasyprint import CSS, Attachment
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from registry.errors import RegistryError
from registry.sitrep import assets, glyph_text, kept_by_style, kept_text, pdf_speed, shared_styles
from registry.sitrep.values import Attached

VARIANT = "pdf/a-3a"
_LOGGER = logging.getLogger("weasyprint")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# PDF/A wants every schema described that it does not know itself, so that of PDF/UA's identification too.
_ACCESSIBLE = f"""
<rdf:RDF xmlns:rdf="{_RDF}" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<rdf:Description rdf:about="" pdfuaid:part="1"/>
<rdf:Description rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""
for _prefix, _uri in (
    ("pdfaExtension", "http://www.aiim.org/pdfa/ns/extension/"),
    ("pdfaSchema", "http://www.aiim.org/pdfa/ns/schema#"),
    ("pdfaProperty", "http://www.aiim.org/pdfa/ns/property#"),
):
    ElementTree.register_namespace(_prefix, _uri)


class AssetFetcher(URLFetcher):  # type: ignore[misc] # WeasyPrint has no type information
    """Gives our own stylesheets and fonts, and refuses everything else: no network, no other file."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(assets.SCHEME,), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - the base class's signature
        """The response for an `asset:` URL.

        Raises:
            FatalURLFetchingError: for any other; a lesser error would be logged and the page made without it.
        """
        try:
            data, media_type = assets.read(url)
        except RegistryError as error:
            raise FatalURLFetchingError(str(error)) from error
        return URLFetcherResponse(url, data, {"Content-Type": media_type})


class TooManyPages(RegistryError):
    """The pages are more than were allowed."""


def write(html: str, attached: Sequence[Attached], as_of: datetime, most_pages: int | None = None) -> bytes:
    """The PDF.

    Args:
        html: the page, with links to our stylesheets.
        attached: the files inside it.
        as_of: the file's date; there is no clock in it.
        most_pages: how many pages it may have; None for any number.

    Raises:
        TooManyPages: it has more than it may have.
        RegistryError: something the page needs is missing, or the page maker warned.
    """
    assets.refuse_missing_glyphs(html)
    fetcher, fonts = AssetFetcher(), FontConfiguration()
    with _warnings_stop(), _no_garbage_collection(), _set_quickly(), warnings.catch_warnings():
        # WeasyPrint leaves its colour profile's file to be closed by itself.
        warnings.simplefilter("ignore", ResourceWarning)
        base = f"{assets.SCHEME}:///"
        # One sheet: every element is held against each.
        style = CSS(string=assets.styles(assets.STYLES), base_url=base, url_fetcher=fetcher, font_config=fonts)
        page = pdf_speed.Page(html, base, fetcher)
        document = page.render(font_config=fonts, stylesheets=[style], pdf_variant=VARIANT, pdf_tags=True)
        if most_pages is not None and len(document.pages) > most_pages:
            raise TooManyPages(f"sitrep: it has {len(document.pages)} pages, and may have {most_pages}")
        document.metadata.attachments = [_attachment(one, as_of, fetcher) for one in attached]
        _claim_accessibility(document)
        written: bytes = document.write_pdf(finisher=_finish, pdf_variant=VARIANT, pdf_tags=True, pdf_identifier=True)
    return written


def _attachment(one: Attached, as_of: datetime, fetcher: AssetFetcher) -> Attachment:
    return Attachment(
        string=one.data,
        name=one.name,
        description=one.description,
        created=as_of,
        modified=as_of,
        relationship="Data",
        url_fetcher=fetcher,
    )


@contextmanager
def _set_quickly() -> Iterator[None]:
    """Without what WeasyPrint does more often than needed."""
    quicker = (
        kept_by_style.by_style(),
        kept_text.by_style(),
        shared_styles.by_looks(),
        pdf_speed.values_taken_plainly(),
        pdf_speed.lines_set_once(),
        pdf_speed.references_kept(),
        pdf_speed.packed_for_time(),
    )
    with ExitStack() as stack:
        for one in quicker:
            stack.enter_context(one)
        yield


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Boxes are many and live to the end: looking for garbage among them takes up to a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Collector(logging.Handler):
    """Keeps what WeasyPrint warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _warnings_stop() -> Iterator[None]:
    """A missing font, image or anchor is no small matter here: raise the first warning when the work is done."""
    collector, before, propagates = _Collector(), _LOGGER.level, _LOGGER.propagate
    _LOGGER.addHandler(collector)
    _LOGGER.setLevel(logging.WARNING)
    _LOGGER.propagate = False
    try:
        yield
    except FatalURLFetchingError as error:
        raise RegistryError(str(error)) from error
    finally:
        _LOGGER.removeHandler(collector)
        _LOGGER.setLevel(before)
        _LOGGER.propagate = propagates
    if collector.messages:
        raise RegistryError(f"sitrep: {collector.messages[0]}; mend the template or the value it names")


def _claim_accessibility(document: Document) -> None:
    """Add PDF/UA-1 to the metadata that WeasyPrint writes: it can write one standard only, and one block is allowed."""
    generate = document.metadata.generate_rdf_metadata

    def generate_both(variant: str, version: int, conformance: str) -> bytes:
        # Our own markup and WeasyPrint's, no outside XML.
        rdf = ElementTree.fromstring(generate(variant, version, conformance))  # noqa: S314
        rdf.extend(ElementTree.fromstring(_ACCESSIBLE))  # noqa: S314
        written: bytes = ElementTree.tostring(rdf, encoding="utf-8")
        return written

    document.metadata.generate_rdf_metadata = generate_both


def _finish(_document: Document, pdf: pydyf.PDF) -> None:
    """Name the scope of every header cell, what Arabic glyphs stand for, and each attached file once."""
    glyph_text.correct(pdf)
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("S") == "/TH":
            row = _parent(pdf, item)
            is_head = _parent(pdf, row)["S"] == "/THead"
            item["A"]["Scope"] = "/Column" if is_head else "/Row"
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    pdf_speed.keep_data(pdf)


def _parent(pdf: pydyf.PDF, element: dict[str, Any]) -> Any:
    number = element["P"].split()[0]
    return pdf.objects[int(number)]
