"""The sentences of page one, worded from the figures themselves: no number in them is typed by hand."""

from dataclasses import dataclass

from markupsafe import Markup

from registry.sitrep.catalogue import marked as _
from registry.sitrep.values import Highlight, HighlightKind, PeopleFigure, SectorFigures, Sitrep
from registry.sitrep.wording import Wording

_USUAL: tuple[HighlightKind, ...] = ("changes", "people", "facilities", "claimed_facilities", "displaced", "parties")
_MOVED = "displaced"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A worded highlight with what it rests on."""

    text: Markup
    claims: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()


def sentences(sitrep: Sitrep, words: Wording) -> tuple[Sentence, ...]:
    """The highlights of the issue in its own order, else the usual ones; those with nothing to say are left out."""
    chosen = sitrep.highlights or tuple(Highlight(kind=kind) for kind in _USUAL)
    return tuple(sentence for one in chosen for sentence in _worded(one, sitrep, words))


def _worded(highlight: Highlight, sitrep: Sitrep, words: Wording) -> list[Sentence]:
    if highlight.kind == "text":
        return [Sentence(words.isolate(highlight.text), highlight.claims, highlight.sources)]
    return _WRITERS[highlight.kind](sitrep, words)


def _changes(sitrep: Sitrep, words: Wording) -> list[Sentence]:
    changes = sitrep.masthead.changes
    if changes is None:
        return [Sentence(words.say(_("First issue: there is no earlier one to compare with.")))]
    if changes.figures is not None:
        told = _(
            "Since issue No. %(previous)s (as of %(as_of)s): %(figures)s figures corrected,"
            " %(downward)s of them downward."
        )
        since = {"previous": changes.previous, "as_of": words.moment(changes.previous_as_of)}
        return [Sentence(words.say(told, **since, figures=changes.figures, downward=changes.corrected_downward))]
    text = words.say(
        _(
            "Since issue No. %(previous)s (as of %(as_of)s): %(new)s new attacks, %(updated)s updated,"
            " %(corrected)s corrected, %(downward)s of them downward, %(withdrawn)s withdrawn."
        ),
        previous=changes.previous,
        as_of=words.moment(changes.previous_as_of),
        new=changes.new,
        updated=changes.updated,
        corrected=changes.corrected,
        downward=changes.corrected_downward,
        withdrawn=changes.withdrawn,
    )
    return [Sentence(text)]


def _people(sitrep: Sitrep, words: Wording) -> list[Sentence]:
    return [_person(one, sitrep, words) for one in sitrep.people if one.measure.code != _MOVED and one.claims]


def _displaced(sitrep: Sitrep, words: Wording) -> list[Sentence]:
    return [_person(one, sitrep, words) for one in sitrep.people if one.measure.code == _MOVED and one.claims]


def _person(figure: PeopleFigure, sitrep: Sitrep, words: Wording) -> Sentence:
    parts = {
        "what": figure.measure.text,
        "range": words.span(figure.span),
        "who": words.joined(speakers(sitrep, figure.claims)),
    }
    if figure.is_area_wide:
        text = words.say(_("%(what)s, claimed for the whole area: %(range)s, according to %(who)s."), **parts)
    else:
        text = words.say(_("%(what)s, over the attacks recorded: %(range)s, according to %(who)s."), **parts)
    if figure.beside:
        beside = words.listed(dict.fromkeys(words.quantity(one) for one in figure.beside))
        text = words.say(_("%(text)s Beside it: %(beside)s."), text=text, beside=beside)
    return Sentence(text, figure.claims + figure.beside_claims)


def speakers(sitrep: Sitrep, claims: tuple[int, ...]) -> tuple[str, ...]:
    """Who made these claims, each once, in the order of the claims."""
    by_number = {row.number: row.speaker for row in sitrep.claims}
    return tuple(dict.fromkeys(by_number[number] for number in claims if number in by_number))


def _facilities(sitrep: Sitrep, words: Wording) -> list[Sentence]:
    counted = [one for one in sitrep.sectors if one.facilities_hit.count is not None]
    if not counted:
        return []
    named = sum(one.facilities_hit.count or 0 for one in counted)
    unnamed = sum(one.unnamed_reports.count or 0 for one in counted)
    if not named and not unnamed:
        return [Sentence(words.say(_("No single facility is on record as hit in this area and period.")))]
    first = words.say_many(
        "In attacks held as single events, the registry names %(count)s facility as hit",
        "In attacks held as single events, the registry names %(count)s facilities as hit",
        named,
    )
    second = words.say_many(
        "it holds %(count)s report of an unnamed one", "it holds %(count)s reports of unnamed ones", unnamed
    )
    claims = tuple(number for one in counted for number in one.facilities_hit.claims + one.unnamed_reports.claims)
    return [Sentence(words.say(_("%(first)s; %(second)s."), first=first, second=second), claims)]


def _claimed_facilities(sitrep: Sitrep, words: Wording) -> list[Sentence]:
    parts = claimed(sitrep, words)
    if not parts:
        return []
    text = words.say(
        _("Claimed as hit: %(said)s. %(named)s"),
        said=words.say(_("; ")).join(part.text for part in parts),
        named=_named([one.named for sector in sitrep.sectors for one in sector.claimed], words),
    )
    return [Sentence(text, tuple(number for part in parts for number in part.claims))]


def claimed(sitrep: Sitrep, words: Wording) -> tuple[Sentence, ...]:
    """For each sector, the facilities that others claim as hit in the whole area; no full sentence."""
    return tuple(_claimed_of(one, words) for one in sitrep.sectors if one.claimed)


def _claimed_of(sector: SectorFigures, words: Wording) -> Sentence:
    said = words.listed(
        words.say(_("%(number)s (%(speaker)s)"), number=words.quantity(one.quantity), speaker=one.speaker)
        for one in sector.claimed
    )
    text = words.say(_("%(what)s: %(said)s"), what=words.code(sector.sector, "sector_facilities"), said=said)
    return Sentence(text, tuple(one.claim for one in sector.claimed))


def _named(numbers: list[int], words: Wording) -> Markup:
    if not any(numbers):
        return words.say(_("The registry can name none of them."))
    # Claims of one sector may be about the same facilities, so what can be named is not added up either.
    return words.say(_("The registry can name some of them; see “Claimed but not identified”."))


def _parties(sitrep: Sitrep, words: Wording) -> list[Sentence]:
    rows = [row for row in sitrep.claims if row.is_party_to_conflict and row.state == "current"]
    if not rows:
        return []
    names = tuple(dict.fromkeys(row.speaker for row in rows))
    text = words.say_many(
        "%(names)s is a party to the conflict and marked so wherever it is cited.",
        "%(names)s are parties to the conflict and marked so wherever they are cited.",
        len(names),
        names=words.joined(names),
    )
    return [Sentence(text, tuple(row.number for row in rows))]


_WRITERS = {
    "changes": _changes,
    "people": _people,
    "displaced": _displaced,
    "facilities": _facilities,
    "claimed_facilities": _claimed_facilities,
    "parties": _parties,
}
