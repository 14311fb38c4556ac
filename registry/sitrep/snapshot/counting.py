"""Key figures: attacks and facilities by sector, people by measure. Attacks are added, claims never are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import get_args

from registry import codes, ranges
from registry.sitrep.snapshot.nameable import COUNTS_OF_FACILITIES
from registry.sitrep.snapshot.numbering import PEOPLE_MEASURES, Book, quantity, span
from registry.sitrep.snapshot.rows import Key, Row, without
from registry.sitrep.snapshot.saying import Sayings, figure_in_force, matter, short_name
from registry.sitrep.values import (
    Absence,
    ClaimedCount,
    Figure,
    Operator,
    PeopleFigure,
    Quantity,
    Scope,
    Sector,
    SectorFigures,
    Span,
)

_SECTORS: tuple[Sector, ...] = get_args(Sector)
_OUT_OF_SERVICE = ("non_functioning", "suspended", "closed")


class Counts:
    """Key figures of one sitrep."""

    def __init__(self, book: Book, sayings: Sayings) -> None:
        self.book = book
        self.sayings = sayings
        self.attacks = [row for row in book.rows.attacks if book.event_of[row["id"]] == row["id"]]
        self.sector_of_type = {str(row["code"]): str(row["sector"]) for row in codes.rows("facility_type")}

    def sectors(self) -> tuple[SectorFigures, ...]:
        """The key figures of each sector, and of attacks with no facility reported where there are some."""
        shown = (self._sector(sector) for sector in _SECTORS)
        return tuple(one for one in shown if one.attacks.count or self._is_shown_without_attacks(one.sector))

    def _is_shown_without_attacks(self, sector: Sector) -> bool:
        # A report on one attack says nothing of the sectors that it did not touch.
        return self.book.request.about == "area" and sector != "none_reported"

    def _sector(self, sector: Sector) -> SectorFigures:
        hits = [row for row in self.book.rows.hits if row["sector"] == sector]
        attacks = self._attacks_of(sector, hits)
        named = {row["facility_id"]: row for row in hits if not row["is_placeholder"]}
        unnamed = [row for row in hits if row["is_placeholder"]]
        again = [key for key in named if self.book.times_hit(key) > 1]
        return SectorFigures(
            sector=sector,
            attacks=Figure(
                count=len(attacks),
                scope=self.attack_scope(),
                provisional=sum(row["grade"] == "unassessed" for row in attacks),
                claims=self.book.numbers(self._claims_about(attacks)),
            ),
            facilities_hit=Figure(count=len(named), scope=self._facility_scope()),
            hit_again=Figure(count=len(again), scope=self._facility_scope()),
            unnamed_reports=Figure(count=len(unnamed), scope=self.attack_scope()),
            out_of_service=self._out_of_service(hits),
            claimed=self._claimed(sector),
        )

    def _attacks_of(self, sector: Sector, hits: Iterable[Row]) -> list[Row]:
        event_of = self.book.event_of
        touched = {event_of[row["attack_id"]] for row in hits}
        with_facility = {event_of[row["attack_id"]] for row in self.book.rows.hits}
        if sector == "none_reported":
            touched = {row["id"] for row in self.attacks} - with_facility
        return [row for row in self.attacks if row["id"] in touched]

    def attack_scope(self) -> Scope:
        """What a count of attacks is about."""
        return Scope(
            kind="attacks",
            places=self.book.area_names,
            period=self.sayings.period_of_report(),
            note=self.book.only,
        )

    def _facility_scope(self) -> Scope:
        return replace(self.attack_scope(), kind="facilities")

    def _claims_about(self, attacks: Iterable[Row]) -> list[Row]:
        keys = {row["id"] for row in attacks}
        return [row for row in self.book.claims if row["attack_id"] in keys and self.book.is_current(row)]

    def _out_of_service(self, hits: Sequence[Row]) -> Figure:
        statuses = self.book.rows.last_statuses
        known = {row["facility_id"] for row in hits} & statuses.keys()
        scope = self._facility_scope()
        if not known:
            return Figure(count=None, absence="not_reported", scope=scope)
        return Figure(count=sum(statuses[key] in _OUT_OF_SERVICE for key in known), scope=scope)

    def _claimed(self, sector: Sector) -> tuple[ClaimedCount, ...]:
        return tuple(
            self._claimed_count(row)
            for row in self.book.claims
            if row["situation_id"] and row["measure"] in COUNTS_OF_FACILITIES and self.book.is_current(row)
            if self.sector_of_type.get(row["facility_type"] or "other") == sector
        )

    def _claimed_count(self, row: Row) -> ClaimedCount:
        book = self.book
        speaker = book.rows.sources[row["speaker_id"]]
        return ClaimedCount(
            facility_type=book.term("facility_type", row["facility_type"] or "unknown"),
            quantity=quantity(row),
            speaker=short_name(speaker),
            is_party_to_conflict=row["speaker_is_party"],
            named=book.rows.nameable[row["id"]],
            claim=book.claim_numbers[row["id"]],
            source=book.source_numbers[row["report_id"]],
            conduct=self.sayings.conduct(row),
        )

    def claimed_not_identified(self) -> tuple[ClaimedCount, ...]:
        """Facilities claimed as a number, beside how many of them the registry can name."""
        return tuple(count for sector in _SECTORS for count in self._claimed(sector))

    def people(self) -> tuple[PeopleFigure, ...]:
        """Killed, injured, displaced: what is claimed for the whole area, and the total over single attacks."""
        return tuple(figure for measure in PEOPLE_MEASURES for figure in self._of_measure(measure))

    def _of_measure(self, measure: str) -> list[PeopleFigure]:
        rows = [row for row in self.book.claims if row["kind"] == "quantity" and row["measure"] == measure]
        current = [row for row in rows if self.book.is_current(row)]
        # A rate, or a number in another unit, is no number of people: it stands beside.
        of_area = [row for row in current if row["situation_id"] and not _is_rate(row)]
        subjects = dict.fromkeys(matter(row) for row in of_area)
        figures = [self._area_figure([row for row in of_area if matter(row) == one]) for one in subjects]
        others = [row for row in current if not row["situation_id"] or _is_rate(row)]
        for population, claims in groupby(sorted(others, key=_population), key=_population):
            figures.append(self._attack_total(measure, population or None, list(claims)))
        return figures or [self._attack_total(measure, None, ())]

    def _area_figure(self, claims: Sequence[Row]) -> PeopleFigure:
        figure = self.sayings.held(matter(claims[0]))
        inside = self.sayings.resting(figure)
        beside = without(claims, inside)
        return PeopleFigure(
            measure=self.book.term("measure", claims[0]["measure"]),
            population=self.book.population(claims[0]["population"]),
            span=span(figure, are_independent=self.book.are_independent(inside)) if figure else Span(),
            about=self.sayings.about(claims[0]),
            scope=self.sayings.scope(claims[0], figure),
            is_area_wide=True,
            absence=None if figure else absence_of(claims),
            beside=_beside(beside),
            is_provisional=True,
            is_joined_by_judgement=any(self.sayings.is_joined(row) for row in inside),
            is_stale=self.sayings.is_stale(figure, claims),
            claims=self.book.numbers(inside),
            beside_claims=self.book.numbers(beside),
        )

    def _attack_total(self, measure: str, population: str | None, claims: Sequence[Row]) -> PeopleFigure:
        held = {row["id"]: self._attack_figure(row["id"], measure, population) for row in self.book.rows.attacks}
        events = {row["id"]: self._event(row["id"], held) for row in self.attacks}
        total = ranges.total([[events[key] for key in group] for group in self._groups()])
        inside = [row for figure in held.values() for row in self.sayings.resting(figure)]
        beside = without(claims, inside)
        return PeopleFigure(
            measure=self.book.term("measure", measure),
            population=self.book.population(population),
            span=_total_span(total, _are_exact(events.values()), inside, self.book),
            scope=self.attack_scope(),
            is_area_wide=False,
            absence=None if total.counted else absence_of(claims),
            beside=_beside(beside),
            without_number=total.without if inside else None,
            is_stale=any(self.sayings.is_stale(figure, claims) for figure in held.values()),
            is_provisional=bool(inside) and any(row["grade"] == "unassessed" for row in self.attacks),
            claims=self.book.numbers(inside),
            beside_claims=self.book.numbers(beside),
        )

    def _attack_figure(self, attack: Key, measure: str, population: str | None) -> Row | None:
        return figure_in_force(self.sayings.figures.get((attack, measure, population, None, None, False), ()))

    def _event(self, attack: Key, held: Mapping[Key, Row | None]) -> ranges.Range | None:
        """What an attack adds: its own number, else the sum of its strikes; never both."""
        strikes = [row["id"] for row in self.book.by_attack["strikes"].get(attack, ())]
        return ranges.event(_range(held[attack]), [_range(held[key]) for key in strikes])

    def _groups(self) -> list[list[Key]]:
        """The attacks, those together of which nobody is sure whether they are one."""
        groups = {row["id"]: [row["id"]] for row in self.attacks}
        event_of = self.book.event_of
        for left, right in ((event_of.get(one), event_of.get(other)) for one, other in self.book.rows.duplicates):
            if left is None or right is None:
                continue
            if left in groups and right in groups and groups[left] is not groups[right]:
                groups[left].extend(groups[right])
                for key in groups[right]:
                    groups[key] = groups[left]
        return [group for key, group in groups.items() if group[0] == key]


def _is_rate(row: Row) -> bool:
    return bool(row["is_rate"] or row["unit"])


def _population(row: Row) -> str:
    return row["population"] or ""


def _range(figure: Row | None) -> ranges.Range | None:
    if figure is None:
        return None
    return ranges.Range(
        figure["low"],
        figure["low_operator"],
        figure["greatest_low"],
        figure["greatest_low_operator"],
        figure["high"],
        figure["high_operator"],
    )


def _are_exact(parts: Iterable[ranges.Range | None]) -> bool:
    return all(part is not None and part.low_operator == part.high_operator == "exactly" for part in parts)


def _total_span(total: ranges.Total, are_exact: bool, inside: Sequence[Row], book: Book) -> Span:
    # A sum of exact numbers is exact, one with "about" in it is about; any other is "at least" its lows.
    is_exact = are_exact and total.low is not None and total.low == total.high
    if not is_exact and total.low is not None and total.low == total.high:
        return _about(total.low, inside, book)
    low: Operator = "exactly" if is_exact else "at_least"
    return Span(
        low=total.low,
        low_operator=low,
        greatest_low=total.low,
        greatest_low_operator=low,
        high=total.high,
        high_operator="exactly" if is_exact else "at_most",
        is_open_high=total.high is None,
        origins=len({row["origin_id"] for row in inside}),
        are_independent=book.are_independent(inside),
    )


def _about(number: int, inside: Sequence[Row], book: Book) -> Span:
    return Span(
        low=number,
        low_operator="about",
        greatest_low=number,
        greatest_low_operator="about",
        high=number,
        high_operator="about",
        is_open_high=False,
        origins=len({row["origin_id"] for row in inside}),
        are_independent=book.are_independent(inside),
    )


def absence_of(claims: Iterable[Row]) -> Absence:
    """Why claims on one matter give no number."""
    said = {row["absence"] for row in claims if row["absence"]}
    return "reported_none" if said == {"reported_none"} else "unknown" if said == {"unknown"} else "not_reported"


def _beside(claims: Iterable[Row]) -> tuple[Quantity, ...]:
    return tuple(quantity(row) for row in claims)
