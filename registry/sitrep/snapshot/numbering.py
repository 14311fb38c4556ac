"""Numbers for claims and sources, and the words for codes: what every part of a sitrep refers to.

Claims are numbered by what they are about and what they count, then by entry; sources by first use. Nothing depends on
the clock or on chance, so the same registry always gives the same numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any

from registry import codes, dates
from registry.errors import InvalidValue
from registry.sitrep import catalogue
from registry.sitrep.catalogue import marked as _
from registry.sitrep.snapshot.gathered import Gathered, Request
from registry.sitrep.snapshot.rows import Key, Row, grouped
from registry.sitrep.values import Basis, Operator, Quantity, Span, Subject, Term, When

# What a reader asks for first.
_MEASURES = ("killed", "injured", "missing", "displaced", "facilities_hit", "facilities_damaged",
             "facilities_destroyed", "facilities_out_of_service", "attacks_on_facilities")  # fmt: skip
PEOPLE_MEASURES = ("killed", "injured", "displaced")
# Told with the name, since a town often has the same.
_LEVELS = {
    "governorate": _("%(name)s governorate"),
    "district": _("%(name)s district"),
    "subdistrict": _("%(name)s subdistrict"),
}
_PARTS = {
    "": "%(name)s",
    "northern": _("northern %(name)s"),
    "southern": _("southern %(name)s"),
    "eastern": _("eastern %(name)s"),
    "western": _("western %(name)s"),
    "central": _("central %(name)s"),
    "rural": _("rural %(name)s"),
    "north-western": _("north-western %(name)s"),
    "north-eastern": _("north-eastern %(name)s"),
    "south-western": _("south-western %(name)s"),
    "south-eastern": _("south-eastern %(name)s"),
}

_ONLY: dict[Subject, str] = {
    "attack": _("Of the one attack that this report is about, and its strikes."),
    "facility": _("Of the attacks on this facility; their numbers of people are of the whole attack."),
}


class Book:
    """The rows that were gathered, with their numbers and words.

    Args:
        request: what was asked for.
        gathered: what the registry holds on it.
    """

    def __init__(self, request: Request, gathered: Gathered) -> None:
        self.request = request
        self.rows = gathered
        self.catalogue = catalogue.load(request.language)
        self.text = self.catalogue.text
        self._labels: dict[str, dict[str, str]] = {}

    @cached_property
    def claims(self) -> list[Row]:
        """All claims in printing order."""
        # The public does not read which claims are about one attack.
        is_by_subject = self.request.audience != "public"
        return sorted(self.rows.claims, key=lambda row: _printing_order(row, is_by_subject=is_by_subject))

    @cached_property
    def claim_numbers(self) -> dict[Key, int]:
        """The number of each claim, from 1."""
        return {row["id"]: number for number, row in enumerate(self.claims, 1)}

    @cached_property
    def source_numbers(self) -> dict[Key, int]:
        """The number of each report, from 1, by first use; originals of copies come last."""
        used = [row["report_id"] for row in (*self.claims, *self.rows.attributions)]
        order = dict.fromkeys([*used, *self.rows.reports])
        return {key: number for number, key in enumerate(order, 1)}

    @cached_property
    def origin_labels(self) -> dict[Key, str]:
        """A label for each origin, by first appearance."""
        order = dict.fromkeys(row["origin_id"] for row in self.claims)
        return {key: str(number) for number, key in enumerate(order, 1)}

    @cached_property
    def refs(self) -> dict[Key, str]:
        """The refs of the attacks that are listed, as far as the audience may read them."""
        return {row["id"]: str(row["ref"]) for row in self.rows.attacks if row["ref"]}

    @cached_property
    def area_names(self) -> tuple[str, ...]:
        """The areas asked for, by name and level; of a report on one record its place."""
        if self.request.attack:
            return self.places_named(self.attack["place_id"])
        if self.request.facility:
            return self.places_named(self.rows.facilities[0]["place_id"])
        return tuple(self.area_name(row) for row in self.rows.areas)

    @property
    def attack(self) -> Row:
        """The attack that a report on one attack is about."""
        return next(row for row in self.rows.attacks if row["id"] == self.request.attack)

    @property
    def only(self) -> str:
        """What a figure leaves out in a report that is not on a whole area."""
        message = _ONLY.get(self.request.about)
        return self.text(message) if message else ""

    def area_name(self, row: Row) -> str:
        """A place with its level where that tells it from a town of the same name."""
        return self.text(_LEVELS.get(row["level"], "%(name)s"), name=row["name"])

    def part_name(self, part: str, place: Row) -> str:
        """A place, with the part of it that is meant."""
        return self.text(_PARTS[part], name=place["name"])

    def place_name(self, key: Key) -> str:
        """A place and the governorate that it lies in."""
        row = self.rows.places[key]
        if row["level"] == "group":
            return self.text(_(", ")).join(self.places_named(key))
        above: Row | None = row
        while above is not None and above["level"] != "governorate":
            above = self.rows.places.get(above["parent_id"]) if above["parent_id"] else None
        if above is None or above is row:
            return self.area_name(row)
        return self.text(_("%(place)s, %(area)s"), place=row["name"], area=above["name"])

    def speaker_of(self, source: Row) -> str:
        """The organisation and role of a person who speaks, "" for an organisation."""
        return self.text(_(", ")).join(part for part in (source["organisation"], source["role"]) if part)

    def places_named(self, key: Key) -> tuple[str, ...]:
        """The names that a place is told by: those of its governorates where an issue takes several together."""
        row = self.rows.places[key]
        if row["level"] == "group":
            return tuple(self.area_name(self.rows.places[member]) for member in row["members"])
        return (self.place_name(key),)

    def source_name(self, key: Key) -> str:
        """The name of a source, as this audience may read it."""
        return str(self.rows.sources[key]["name"])

    def term(self, code_list: str, code: str) -> Term:
        """A code and its label in the sitrep's language."""
        if code_list not in self._labels:
            self._labels[code_list] = codes.labels(code_list, self.request.language)
        return Term(code=code, text=self._labels[code_list].get(code, code))

    def optional_term(self, code_list: str, code: str | None) -> Term | None:
        """A code and its label; None for no code."""
        return self.term(code_list, code) if code else None

    @cached_property
    def event_of(self) -> dict[Key, Key]:
        """For each attack the event that counts: of a strike its parent, where that is in this report too."""
        parents = {key: row["parent_id"] for key, row in self.attacks.items()}
        return {key: parent if parent in parents else key for key, parent in parents.items()}

    @cached_property
    def attacks(self) -> dict[Key, Row]:
        """The attacks by their keys."""
        return {row["id"]: row for row in self.rows.attacks}

    @cached_property
    def by_attack(self) -> dict[str, dict[Key, list[Row]]]:
        """Claims, accusations, hits, means and strikes, each by the attack that they are of."""
        rows = self.rows
        return {
            "claims": grouped(self.claims, "attack_id"), "attributions": grouped(rows.attributions, "attack_id"),
            "hits": grouped(rows.hits, "attack_id"), "means": grouped(rows.means, "attack_id"),
            "strikes": grouped(rows.attacks, "parent_id"),
        }  # fmt: skip

    @cached_property
    def by_facility(self) -> dict[str, dict[Key, list[Row]]]:
        """Claims and statuses, each by the facility that they are about."""
        return {
            "claims": grouped(self.claims, "facility_id"), "statuses": grouped(self.rows.statuses, "facility_id"),
        }  # fmt: skip

    @cached_property
    def said_in(self) -> dict[Key, list[Row]]:
        """The claims and then the accusations of each report."""
        return grouped((*self.claims, *self.rows.attributions), "report_id")

    @cached_property
    def places_said(self) -> dict[Key, list[Row]]:
        """The places that each claim names."""
        return grouped(self.rows.claim_places, "claim_id")

    def times_hit(self, facility: Key) -> int:
        """In how many events of this report a facility was hit; a double tap is one."""
        return len(self._events_by_facility[facility])

    @cached_property
    def _events_by_facility(self) -> Mapping[Key, set[Key]]:
        found: dict[Key, set[Key]] = defaultdict(set)
        for row in self.rows.hits:
            found[row["facility_id"]].add(self.event_of[row["attack_id"]])
        return found

    def population(self, code: str | None) -> Term:
        """Whom a number counts; a claim that does not say is about all people."""
        term = self.term("population", code or "all")
        return Term(code=term.code, text=term.text[:1].lower() + term.text[1:])

    def numbers(self, claims: Iterable[Row]) -> tuple[int, ...]:
        """The numbers of these claims, in order."""
        return tuple(sorted(self.claim_numbers[row["id"]] for row in claims))

    def is_current(self, claim: Row) -> bool:
        """Whether a claim is its speaker's word today."""
        return claim["withdrawn_at"] is None and claim["id"] not in self.rows.replaced

    def are_independent(self, claims: Iterable[Row]) -> bool:
        """Whether somebody judged every two origins behind these claims to be independent of one another."""
        origins = {row["origin_id"] for row in claims}
        return all(frozenset(pair) in self.rows.independent for pair in combinations(origins, 2))


def _printing_order(row: Row, *, is_by_subject: bool) -> tuple[Any, ...]:
    about = 0 if row["situation_id"] else 1 if row["attack_id"] else 2
    measure = row["measure"] or ""
    rank = _MEASURES.index(measure) if measure in _MEASURES else len(_MEASURES) + (row["kind"] != "quantity")
    subject = row["situation_id"] or row["attack_id"] or row["facility_id"]
    low = row["low"] if row["low"] is not None else 2**40
    by_subject = (subject,) if about and is_by_subject else ()
    return about, *by_subject, rank, measure, row["facility_type"] or "", low, row["id"]


def when(row: Row, prefix: str) -> When:
    """A date or period of a row, from its columns."""
    found = period(
        row[f"{prefix}_from_on"], row[f"{prefix}_to_on"], row[f"{prefix}_precision"], row[f"{prefix}_words"],
        row[f"{prefix}_basis"],
    )  # fmt: skip
    is_unstated = found.start is None and found.end is None
    return replace(found, are_words_withheld=is_unstated and row[f"{prefix}_words_withheld"])


@lru_cache(maxsize=1000)
def period(start: date | None, end: date | None, precision: str, words: str | None, basis: Basis) -> When:
    """A date or period as it is printed: at its own precision, its words beside it only where they are no date."""
    held = dates.restore(start, end, precision, words)
    has_coarse_ends = held.precision in ("range", "open") and {held.start_precision, held.end_precision} - {"day", ""}
    return When(
        start=start,
        end=end,
        precision=held.precision,
        basis=basis,
        edtf=dates.to_edtf(held) if has_coarse_ends or held.is_approximate or held.is_uncertain else "",
        words=words or "" if _is_no_date(words) else "",
    )


def _is_no_date(words: str | None) -> bool:
    try:
        dates.parse(words or "")
    except InvalidValue:
        return True
    return False


def quantity(row: Row) -> Quantity:
    """What a claim says about how many."""
    operator: Operator = row["operator"] or "unstated"
    return Quantity(
        operator=operator,
        low=row["low"],
        high=row["high"],
        absence=row["absence"],
        words=row["words"] or "",
        words_language=row["words_language"] or "",
        are_words_withheld=row["words_withheld"],
        unit=row["unit"] or "",
        is_imputed=row["is_imputed"],
    )


def span(figure: Row, *, are_independent: bool) -> Span:
    """The range that a figure holds."""
    return Span(
        low=figure["low"],
        low_operator=figure["low_operator"] or "exactly",
        greatest_low=figure["greatest_low"],
        greatest_low_operator=figure["greatest_low_operator"] or "exactly",
        high=figure["high"],
        high_operator=figure["high_operator"] or "exactly",
        is_open_high=figure["high"] is None,
        origins=figure["origins"],
        are_independent=are_independent,
    )
