"""Numbers, absences, dates and scopes in words: the one place where a value of a sitrep becomes text.

Invariants:
* An operator is never dropped, and a number is never printed where nobody gave one.
* "more than 30" is never turned into 31; a range says how its ends are meant and whether it is open above.
* Absences differ in words: none reported, not reported, not known, withheld, not entered yet.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from html import unescape

from markupsafe import Markup, escape

from registry import dates
from registry.sitrep import bidi, catalogue
from registry.sitrep.catalogue import marked as _
from registry.sitrep.values import (
    Absence,
    Allegation,
    Masthead,
    Operator,
    Quantity,
    Scope,
    Span,
    Speaker,
    When,
    Withheld,
)

_TAG = re.compile(r"<[^>]*>")
_PLACEHOLDER = re.compile(r"(%\(\w+\)s)")

# Every message is looked up by `Wording.say` when it is printed, so that one process can print several languages.
_OPERATORS: dict[Operator, str] = {
    "exactly": _("%(number)s"),
    "between": _("%(number)s"),
    "at_least": _("at least %(number)s"),
    "more_than": _("more than %(number)s"),
    "at_most": _("up to %(number)s"),
    "fewer_than": _("fewer than %(number)s"),
    "about": _("about %(number)s"),
}
# "12 to 20" says by itself that it is at least the one and at most the other.
_PLAIN_LOWS = ("exactly", "between", "at_least")
_PLAIN_HIGHS = ("exactly", "between", "at_most")
_ABSENCES: dict[Absence, str] = {
    "not_reported": _("not reported"),
    "reported_none": _("none reported"),
    "unknown": _("reported as not known"),
    "withheld": _("withheld"),
    "not_coded": _("not entered yet"),
}
_KINDS = {"sitrep": _("Situation report"), "flash": _("Flash report"), "facility": _("Facility dossier")}
_AUDIENCES = {"public": _("Public"), "partner": _("Partners only"), "internal": _("Internal")}
_SECTORS = {
    "health": _("Health"),
    "education": _("Education"),
    "civil_defence": _("Civil Defence"),
    "other": _("Other"),
    "none_reported": _("No facility reported"),
}
_SECTOR_FACILITIES = {
    "health": _("health facilities"),
    "education": _("schools"),
    "civil_defence": _("Civil Defence centres"),
    "other": _("other facilities"),
    "none_reported": _("facilities"),
}
_HEDGES = {
    "reported": _("reported, not confirmed by the source"),
    "alleged": _("alleged, the source says"),
    "unconfirmed": _("unconfirmed, the source says"),
    "confirmed_by_speaker": _("confirmed by the speaker"),
}
_STANCES = {
    "accuses": _("%(speaker)s accuses %(actors)s"),
    "claims": _("%(speaker)s claims it for %(actors)s"),
    "denies": _("%(speaker)s denies it for %(actors)s"),
    "one_of": _("%(speaker)s says one of: %(actors)s"),
}
_ROW_STATES = {
    "new": _("new"),
    "updated": _("updated"),
    "corrected": _("corrected"),
    "unchanged": _("unchanged"),
    "withdrawn": _("withdrawn"),
}
_CLAIM_STATES = {"current": "", "corrected": _("corrected by the speaker"), "withdrawn": _("withdrawn by the speaker")}
_SCOPES = {
    "attacks": _("Attacks that the registry holds as single events"),
    "facilities": _("Distinct facilities that the registry can name"),
    "area_claims": _("Claimed for the whole area, never added to the counts"),
}
_RULES = {
    "range": _("by rule: the range over comparable claims"),
    "named_only": _("by rule: named facilities only"),
    "preferred_source": _("by rule: the preferred source"),
    "adopted": _("adopted by a person"),
}
_SUBJECTS = {
    "area": _("the whole area"),
    "attack": _("a single attack"),
    "facility": _("a single facility"),
}
_SERIES = {
    "day": _("Attacks by day"),
    "week": _("Attacks by week"),
    "facility_type": _("Attacks by type of facility"),
    "means": _("Attacks by means, as claimed"),
}
_CORRECTIONS = {
    "new": _("new"),
    "late": _("known late"),
    "upgraded": _("upgraded"),
    "downgraded": _("downgraded"),
    "revised": _("revised"),
    "merged": _("merged"),
    "withdrawn": _("withdrawn"),
    "moved": _("moved"),
}
_CORRECTED_PARTS = {
    "attack": _("the attack itself"),
    "grade": _("grade"),
    "harm": _("harm to people"),
    "date": _("date"),
    "place": _("place"),
    "facilities": _("facilities"),
    "means": _("means"),
    "total": _("figure"),
    "attacks": _("attacks recorded"),
    "facilities_hit": _("named facilities hit"),
    "hit_again": _("hit again"),
    "unnamed_reports": _("reports of unnamed ones"),
    "out_of_service": _("out of service"),
}
# What is left out of an issue, and why. Kinds: `snapshot.withholding`.
_WITHHELD = {
    "positions": (_("Exact positions"), _("a position can be used to strike again.")),
    "never": (
        _("Deconfliction notices, reopenings, staff and witnesses, use by armed actors, sites underground"),
        _("never told outside, whether or not there is anything to tell; a facility counts as out of service from the"
          " day on which it was reported so."),
    ),
    "places_below_governorate": (
        _("Places below the governorate"),
        _("a place can be used to strike again; what organisations said in public is given by governorate too."),
    ),
    "places_below_district": (_("Places below the district"), _("a place can be used to strike again.")),
    "few_facilities": (
        _("Governorates one by one"),
        _("where a sector has fewer than %(limit)s facilities in a governorate, or nobody knows how many, governorates"
          " are taken together, in the same way in every issue; no count is changed by it."),
    ),
    "days": (
        _("Days"),
        _("dates and the period are given as whole weeks, Monday to Sunday, since days tell single attacks apart."),
    ),
    "single_attacks": (
        _("Single attacks, names of facilities"),
        _("attacks are given as counts; one is described only where somebody recorded that its release was agreed."),
    ),
    "marked_facilities": (
        _("Names of facilities that are marked as at special risk"),
        _("who knows them could strike them again."),
    ),
    "recent_status": (
        _("The state of facilities in the last %(limit)s days"),
        _("it is told as a sum and late, since news of what still works serves whoever wants to strike again."),
    ),
    "facility_claims": (_("Claims about the state or use of one facility"), _("they would tell which one it is.")),
    "free_text": (_("Notes, reasons and other free text"), _("it is written for colleagues.")),
    "words": (
        _("Words as printed"),
        _("they can tell the place or the speaker; the numbers and what they are about are given."),
    ),
    "documents": (
        _("Titles and links of documents"),
        _("they lead to the place; the publisher of what was published is named."),
    ),
    "unnamed": (
        _("Names and descriptions of sources"),
        _("anonymous sources, staff and witnesses are never described."),
    ),
    "persons": (
        _("Names of persons"),
        _("persons are given by organisation and role unless they speak in public for it."),
    ),
}  # fmt: skip
_CODES: dict[str, dict[str, str]] = {
    "correction": _CORRECTIONS,
    "corrected_part": _CORRECTED_PARTS,
    "audience": _AUDIENCES,
    "kind": _KINDS,
    "sector": _SECTORS,
    "sector_facilities": _SECTOR_FACILITIES,
    "hedge": _HEDGES,
    "state": _ROW_STATES,
    "claim_state": _CLAIM_STATES,
    "rule": _RULES,
    "series": _SERIES,
    "subject": _SUBJECTS,
    "absence": {str(code): text for code, text in _ABSENCES.items()},
}


class Wording:
    """The words of one language.

    Everything comes as markup: parts that are not ours are escaped and isolated, so that a name in another script
    cannot turn the digits beside it around.

    Args:
        language: one of `catalogue.languages()`.
    """

    def __init__(self, language: str = catalogue.SOURCE) -> None:
        self.catalogue = catalogue.load(language)
        self.language = language
        self.direction = self.catalogue.direction
        self._patterns: dict[str, Markup] = {}

    def say(self, message: str, **parts: object) -> Markup:
        """The message in this language, with its named parts filled in."""
        return self._fill(self.catalogue.text(message), parts)

    def say_many(self, one: str, many: str, count: int, **parts: object) -> Markup:
        """The form of the message for `count`, which it may name as `%(count)s`."""
        return self._fill(self.catalogue.text_many(one, many, count), {"count": count, **parts})

    def _fill(self, translated: str, parts: dict[str, object]) -> Markup:
        if translated not in self._patterns:
            # A name in another script stands in the message itself too: "SHA-256" in Arabic.
            pieces = _PLACEHOLDER.split(translated)
            runs = (
                Markup(one) if number % 2 else bidi.isolate_runs(one, self.direction)  # noqa: S704 - a placeholder
                for number, one in enumerate(pieces)
            )
            self._patterns[translated] = Markup("").join(runs)
        return self._patterns[translated] % {name: self.part(part) for name, part in parts.items()}

    def part(self, part: object) -> Markup:
        """A value inside a sentence: text isolated, a number with its thousands apart."""
        if isinstance(part, Markup):
            return part
        if isinstance(part, int):
            return self.number(part)
        return self.isolate(str(part))

    def isolate(self, text: str) -> Markup:
        """The text, escaped, and kept from changing the direction of what stands around it."""
        return bidi.isolate(text, self.direction)

    def bold(self, text: str) -> Markup:
        """The text in bold, escaped and isolated in the same way."""
        return bidi.isolate_bold(text, self.direction)

    def code(self, code: str, kind: str) -> Markup:
        """What a fixed code of the page is called: audience, sector, hedge, state, rule."""
        return self.say(_CODES[kind][code])

    def withheld(self, withheld: Withheld) -> tuple[Markup, Markup]:
        """What was left out, and why."""
        what, why = _WITHHELD[withheld.kind]
        parts = {} if withheld.limit is None else {"limit": withheld.limit}
        return self.say(what, **parts), self.say(why, **parts)

    def number(self, number: int) -> Markup:
        """The number with its thousands apart."""
        return escape(self.catalogue.number(number))

    def serial(self, number: int) -> Markup:
        """The number of a claim, a source or an origin: no thousands apart."""
        return escape(self.catalogue.in_digits(str(int(number))))

    def claim_label(self, number: int) -> Markup:
        """What a claim is called where it is referred to: "C12"."""
        # Translators: a claim by its number. The letter stands for "claim"; it is explained in the annex.
        return self.say(_("C%(number)s"), number=self.serial(number))

    def mark(self, index: int) -> Markup:
        """The letter of a footnote by its position."""
        return escape(letter(index, self.catalogue.alphabet))

    def group(self, label: str) -> Markup:
        """The letter of a group of comparable claims, which the values name by a Latin one."""
        return escape(letter(position(label), self.catalogue.alphabet).upper())

    def tongue(self, code: str) -> Markup:
        """What a language is called."""
        return self.isolate(self.catalogue.language_name(code))

    def bound(self, operator: Operator, number: int) -> Markup:
        """One end of a range in words: "more than 30"."""
        return self.say(_OPERATORS[operator], number=number)

    def listed(self, names: Iterable[str]) -> Markup:
        """The names, separated by commas."""
        return self.say(_(", ")).join(self.part(name) for name in names)

    def joined(self, names: Iterable[str]) -> Markup:
        """The names as a sentence has them: "a, b and c"."""
        parts = [self.part(name) for name in names]
        pattern = self.catalogue.joined([f"%({number})s" for number in range(len(parts))])
        return escape(pattern) % {str(number): part for number, part in enumerate(parts)}

    def quantity(self, quantity: Quantity) -> Markup:
        """How many, as one speaker says it; the speaker's own words only where they are all there is."""
        if quantity.low is None and quantity.high is None:
            text = self._without_number(quantity)
        else:
            text = self._with_unit(self._with_number(quantity), quantity)
        return self.say(_("%(text)s (imputed)"), text=text) if quantity.is_imputed else text

    def _without_number(self, quantity: Quantity) -> Markup:
        if quantity.absence is not None:
            return self.say(_ABSENCES[quantity.absence])
        if quantity.operator != "some":
            return self.say(_("number not stated"))
        if quantity.are_words_withheld:
            return self._unreleased(quantity)
        words = self.isolate(quantity.words) if quantity.words else self.say(_("an unstated number"))
        if quantity.unit:
            words = self.say(_("%(words)s of %(unit)s"), words=words, unit=quantity.unit)
        return self.say(_("%(words)s (no number given)"), words=words)

    def _unreleased(self, quantity: Quantity) -> Markup:
        words = self.say(_("in words, not released"))
        return self.say(_("%(unit)s, %(words)s"), unit=quantity.unit, words=words) if quantity.unit else words

    def _with_unit(self, text: Markup, quantity: Quantity) -> Markup:
        return self.say(_("%(number)s %(unit)s"), number=text, unit=quantity.unit) if quantity.unit else text

    def said(self, quantity: Quantity) -> Markup:
        """The same as `quantity`, in quotation marks where these are the printed words themselves."""
        text = self.quantity(quantity)
        is_same = not quantity.are_words_withheld and plain(text).casefold() == quantity.words.casefold()
        return self.say(_("“%(words)s”"), words=text) if is_same and quantity.words else text

    def printed(self, quantity: Quantity) -> Markup:
        """The printed words where `said` does not hold them already; "" if there are none to add."""
        text = self.quantity(quantity)
        # How often words are withheld stands at the end of the report; a number says the same by itself.
        if quantity.are_words_withheld or not quantity.words or quantity.words.casefold() in plain(text).casefold():
            return Markup("")
        return self.say(_("printed: %(words)s"), words=self.quoted(quantity.words))

    def _with_number(self, quantity: Quantity) -> Markup:
        low, high = quantity.low, quantity.high
        if low is None:
            # Callers check that one of them is there.
            return self._only_high(quantity.operator, high or 0)
        if quantity.operator == "between" and high is not None and high != low:
            return self.say(_("between %(low)s and %(high)s"), low=low, high=high)
        return self.bound(quantity.operator if quantity.operator in _OPERATORS else "exactly", low)

    def _only_high(self, operator: Operator, high: int) -> Markup:
        return self.bound("fewer_than" if operator == "fewer_than" else "at_most", high)

    def span(self, span: Span) -> Markup:
        """A range in words, with what is open about it."""
        head, tail = self.span_head(span), self.span_tail(span)
        return self.say(_("%(range)s; %(tail)s"), range=head, tail=tail) if tail else head

    def span_head(self, span: Span) -> Markup:
        """The two ends of a range: "more than 30 to at least 67"."""
        low, low_operator, high, high_operator = _ends(span)
        if low is None:
            return self.say(_("number not stated")) if high is None else self._only_high(high_operator, high)
        if high is None or (high == low and high_operator == low_operator):
            return self.bound(low_operator, low)
        if not span.is_open_high and low_operator in _PLAIN_LOWS and high_operator in _PLAIN_HIGHS:
            return self.say(_("%(low)s to %(high)s"), low=low, high=high)
        return self.say(
            _("%(low)s to %(high)s"), low=self.bound(low_operator, low), high=self.bound(high_operator, high)
        )

    def span_tail(self, span: Span) -> Markup:
        """What a reader must not miss about the upper end; "" for a closed range."""
        return self.say(_("no upper limit stated")) if span.is_open_high and span.low is not None else Markup("")

    def origins(self, span: Span) -> Markup:
        """On how many origins a figure rests, and whether they are known to be independent."""
        if span.are_independent or span.origins == 1:
            return self.independent_origins(span.origins)
        return self.say_many(
            "%(count)s origin, independence not assessed",
            "%(count)s origins, independence not assessed",
            span.origins,
        )

    def independent_origins(self, count: int) -> Markup:
        """How many origins are independent of one another."""
        return self.say_many("%(count)s origin", "%(count)s independent origins", count)

    def day(self, day: date) -> Markup:
        """A day: "4 May 2019"."""
        return self.isolate(dates.format_date(dates.ImpreciseDate(day, day, "day"), self.catalogue.date_words))

    def moment(self, moment: datetime) -> Markup:
        """A time with its zone, to the minute."""
        moment = as_utc(moment)
        return self.say(_("%(day)s, %(time)s UTC"), day=self.day(moment.date()), time=self.clock(moment))

    def clock(self, moment: datetime) -> Markup:
        """Hours and minutes: "08:30"."""
        return escape(self.catalogue.in_digits(moment.strftime("%H:%M")))

    def when(self, when: When | None) -> Markup:
        """A date or period at its precision; what we inferred is marked."""
        if when is not None and when.are_words_withheld:
            return self.say(_("in words, not released"))
        if when is None or (when.start is None and when.end is None):
            return self.say(_("date not stated"))
        text = self.isolate(dates.format_date(_restored(when), self.catalogue.date_words))
        return self.say(_("%(date)s (inferred)"), date=text) if when.basis == "inferred" else text

    def quoted(self, words: str) -> Markup:
        """Words as printed, in quotation marks."""
        return self.say(_("“%(words)s”"), words=words)

    def scope(self, scope: Scope, head: Masthead) -> Markup:
        """What a figure is about, as its footnote; the area and period of the whole report are not repeated."""
        parts = [self.say(_SCOPES[scope.kind])]
        if scope.places == head.areas and scope.period == head.period:
            parts.append(self.say(_("the area and period of this report")))
        else:
            parts.append(self.places(scope.places, head))
            parts.append(self.when(scope.period))
        text = self.say(_("; ")).join(parts)
        return self.say(_("%(text)s. %(note)s"), text=text, note=scope.note) if scope.note else text + self.say(_("."))

    def places(self, places: tuple[str, ...], head: Masthead) -> Markup:
        """The names of places; "the whole area" for those of the report itself."""
        if not places:
            return self.say(_("place not stated"))
        return self.say(_("the whole area")) if places == head.areas else self.listed(places)

    def allegation(self, allegation: Allegation) -> Markup:
        """Who accuses, claims or denies: never the registry itself."""
        speaker = self.say(_("the document, in its own voice")) if allegation.is_own_voice else allegation.speaker
        return self.say(_STANCES[allegation.stance], speaker=speaker, actors=self.listed(allegation.actors))

    def speaker(self, speaker: Speaker) -> Markup:
        """A speaker with organisation and role."""
        if not speaker.of:
            return self.part(speaker.name)
        return self.say(_("%(name)s, %(of)s"), name=speaker.name, of=speaker.of)


def plain(text: str) -> str:
    """Markup as the text that a reader sees: for titles and metadata."""
    # Not `striptags`, which turns the unbreakable spaces of French into others.
    return unescape(_TAG.sub("", text)) if isinstance(text, Markup) else text


def _ends(span: Span) -> tuple[int | None, Operator, int | None, Operator]:
    if span.is_open_high:
        # What is printed second is the greatest low and no upper limit; the tail says so.
        return span.low, span.low_operator, span.greatest_low, span.greatest_low_operator
    return span.low, span.low_operator, span.high, span.high_operator


def as_utc(moment: datetime) -> datetime:
    """The moment in UTC; one without a zone is taken as UTC already, as the tables store it."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def letter(index: int, alphabet: str) -> str:
    """The letter of a position from 0: a to z, then aa."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, len(alphabet))
        text = alphabet[rest] + text
    return text


def position(label: str) -> int:
    """The position, from 0, of a label in Latin capitals: A is 0, AA is 26."""
    index = 0
    for one in label:
        index = index * 26 + ord(one) - ord("A") + 1
    return index - 1


def runs(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """The numbers in ascending order as runs of neighbours: 1 2 3 7 gives (1, 3) and (7, 7)."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def _restored(when: When) -> dates.ImpreciseDate:
    if when.edtf:
        return dates.parse(when.edtf)
    if when.start is None or when.end is None:
        return dates.ImpreciseDate(when.start, when.end, "open")
    return dates.ImpreciseDate(when.start, when.end, when.precision)
