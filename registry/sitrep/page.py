"""From values to HTML: what the templates may see, and how a value becomes text there.

A template prints a value by naming it: text comes out escaped and isolated, numbers with their thousands apart, and a
missing value stops the build. Only our own drawings, links and wording come as markup.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from registry.errors import RegistryError
from registry.paths import TEMPLATES
from registry.sitrep import bidi, charts, compiled, highlights, listed, maps, screen, timeline
from registry.sitrep.catalogue import marked as _
from registry.sitrep.values import AreaMap, Attached, ClaimRow, Colophon, Kind, Quantity, Scope, Sitrep, Span, When
from registry.sitrep.wording import Wording, as_utc, plain, runs

_FRONT_ROWS = 5
_TEMPLATES: dict[Kind, str] = {"sitrep": "sitrep.html", "flash": "flash.html", "facility": "dossier.html"}
_LINK_SCHEMES = frozenset({"https", "http", "mailto"})


def html(
    sitrep: Sitrep, colophon: Colophon, files: Sequence[Attached] | None = None, room: listed.Room = listed.WHOLE
) -> str:
    """The whole page.

    Args:
        sitrep: values as the snapshot gave them; they are cleaned of steering characters here.
        colophon: what made the page.
        files: to be downloaded from the page on screen; None for the PDF, which has them attached.
        room: how much of long lists is printed.
    """
    sitrep = bidi.cleaned(sitrep)
    words = Wording(sitrep.masthead.language)
    footnotes = scopes(sitrep)
    shown = listed.of(sitrep, room)
    templates = environment(words)
    unlisted = {row.number for row in sitrep.claims} - shown.claim_rows.keys()
    templates.tests["unlisted"] = unlisted.__contains__
    # What is nowhere keeps its number: the build stops at a link that leads nowhere, and names it.
    templates.filters["claim_row"] = lambda number: shown.claim_rows.get(number, number)
    templates.filters["source_row"] = lambda number: shown.source_rows.get(number, number)
    source_of = {claim.number: claim.source for alike in shown.claims for claim in alike}
    templates.filters["beyond"] = lambda sources, claims, most: beyond(source_of, sources, claims, most)
    templates.filters["mark"] = lambda scope: words.mark(footnotes.index(scope))
    templates.filters["note_id"] = lambda scope: Markup(f"note-{footnotes.index(scope)}")  # noqa: S704 - a number
    return templates.get_template(_TEMPLATES[sitrep.masthead.kind]).render(
        sitrep=sitrep,
        colophon=colophon,
        footnotes=footnotes,
        highlights=highlights.sentences(sitrep, words),
        claimed=highlights.claimed(sitrep, words),
        front=front_claims(sitrep),
        listed=shown,
        direction=words.direction,
        digits=words.catalogue.digits,
        is_on_screen=files is not None,
        files=files or (),
    )


def beyond(source_of: Mapping[int, int], sources: Sequence[int], claims: Sequence[int], most: int) -> tuple[int, ...]:
    """The documents to which the claims beside them do not lead already, of which the first `most` runs are printed."""
    printed = (number for first, last in runs(claims)[:most] for number in range(first, last + 1))
    reached = {source_of.get(number) for number in printed}
    return tuple(number for number in sources if number not in reached)


def front_claims(sitrep: Sitrep) -> tuple[tuple[ClaimRow, ...], ...]:
    """The five rows of page one, each of claims that read the same: those marked, then the first current ones."""
    claims = listed.claims_alike(sitrep)
    marked = [alike for alike in claims if any(row.is_on_front for row in alike)]
    current = [alike for alike in claims if alike[0].state == "current" and alike[0].quantity is not None]
    return tuple(dict.fromkeys([*marked, *current]))[:_FRONT_ROWS]


def scopes(sitrep: Sitrep) -> tuple[Scope, ...]:
    """The scope of every key figure, each once, in the order in which page one meets them."""
    found = [figure.scope for figure in sitrep.people]
    for sector in sitrep.sectors:
        figures = (
            sector.attacks,
            sector.facilities_hit,
            sector.hit_again,
            sector.unnamed_reports,
            sector.out_of_service,
        )
        found.extend(figure.scope for figure in figures)
    return tuple(dict.fromkeys(found))


def environment(words: Wording) -> Environment:
    """Where templates are made into pages, with every filter that they may use."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printer(words),
        extensions=["jinja2.ext.loopcontrols"],
        bytecode_cache=compiled.kept(),
        optimized=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["_"] = words.say
    made.globals["many"] = words.say_many
    made.filters.update(_word_filters(words))
    made.filters["withheld"] = words.withheld
    made.filters.update(_drawing_filters(words))
    made.filters.update(
        bare=lambda text: escape(plain(text)),
        id=lambda number: Markup(int(number)),  # noqa: S704 - digits
        runs=runs,
        is_link=is_link,
        is_mail=is_mail,
        data_link=screen.data_link,
        sort_key=sort_key,
        grades=charts.grades,
        by_functionality=listed.by_functionality,
        by_attacks=listed.by_attacks,
        stamp=lambda moment: Markup(as_utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")),  # noqa: S704 - digits
    )
    return made


def _word_filters(words: Wording) -> dict[str, Callable[..., Markup]]:
    return {
        "allegation": words.allegation,
        "bold": words.bold,
        "claim_label": words.claim_label,
        "code": words.code,
        "day": words.day,
        "group": words.group,
        "listed": words.listed,
        "moment": words.moment,
        "quantity": words.quantity,
        "quoted": words.quoted,
        "said": words.said,
        "printed": words.printed,
        "scope": words.scope,
        "serial": words.serial,
        "tongue": words.tongue,
        "places": words.places,
        "span": words.span,
        "span_head": words.span_head,
        "span_tail": words.span_tail,
        "speaker": words.speaker,
        "when": words.when,
        "origins": words.origins,
        "independent_origins": words.independent_origins,
    }


def _drawing_filters(words: Wording) -> dict[str, Callable[..., object]]:
    rtl = words.direction == "rtl"

    def draw_quantity(quantity: Quantity, axis: charts.Scale, *, is_in_range: bool) -> Markup:
        return charts.quantity_drawing(
            quantity, axis, plain(words.quantity(quantity)), is_in_range=is_in_range, rtl=rtl
        )

    def draw_span(span: Span, axis: charts.Scale) -> Markup:
        return charts.span_drawing(span, axis, plain(words.span(span)), rtl=rtl)

    def draw_map(area_map: AreaMap) -> maps.Drawing | None:
        return maps.drawing(area_map, plain(words.say(_("Map of attacks by area; the table beside it has the counts"))))

    def draw_timeline(sitrep: Sitrep) -> timeline.Timeline | None:
        if sitrep.dossier is None:
            return None
        title = plain(words.say(_("Attacks and how the facility worked over time; the tables have both in words")))
        return timeline.drawing(sitrep.dossier, sitrep.attacks, sitrep.masthead.period, title, rtl=rtl)

    return {
        "axis": charts.scale,
        "draw_map": draw_map,
        "draw_quantity": draw_quantity,
        "draw_span": draw_span,
        "draw_timeline": draw_timeline,
        "states": charts.states,
        "tallest": charts.tallest,
    }


def _printer(words: Wording) -> Callable[[Context, object], object]:
    """How a bare value prints; called by Jinja for every expression of a template."""

    @pass_context  # so that it is never called while a template is compiled
    def printed(_context: Context, value: object) -> object:
        if isinstance(value, Markup | Undefined):
            return value
        if isinstance(value, str):
            return words.isolate(value)
        if isinstance(value, bool) or value is None:
            raise RegistryError("sitrep: a template prints a value that is no text; mend the template")
        if isinstance(value, int):
            return words.number(value)
        return words.day(value) if isinstance(value, date) else value

    return printed


def sort_key(value: When | Quantity | None) -> Markup:
    """By what a cell is sorted on screen: the first day or the lowest number; nothing where none is known."""
    if isinstance(value, When):
        return escape(value.start or value.end or "")
    if value is None:
        return escape("")
    return escape(next((str(number) for number in (value.low, value.high) if number is not None), ""))


def is_mail(address: str) -> bool:
    """Whether a contact is a plain e-mail address."""
    return re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", address, re.ASCII) is not None


def is_link(url: str) -> bool:
    """Whether a document's address may become a link: web or mail, with no blank or control character in it."""
    if any(one.isspace() or not one.isprintable() for one in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in _LINK_SCHEMES and bool(parts.netloc or parts.scheme.lower() == "mailto")
