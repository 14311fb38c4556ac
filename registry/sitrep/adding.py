"""Every figure of a sitrep reckoned again from the claims and attacks in the same snapshot.

Written apart from the code that made the figures (`snapshot.counting`), on frozen values alone: it is what a reader
with the attachment could do by hand.
"""

from collections.abc import Iterable, Iterator, Sequence

from registry import ranges
from registry.sitrep import recounting
from registry.sitrep.values import (
    AttackRow,
    FacilityHit,
    Figure,
    Interval,
    PeopleFigure,
    Quantity,
    SectorFigures,
    Sitrep,
    Span,
)

_OUT_OF_SERVICE = ("non_functioning", "suspended", "closed")
Bounds = tuple[int, int]


def wrong(sitrep: Sitrep) -> Iterator[str]:
    """One line for each figure that does not follow from what it rests on."""
    said = {row.number: row.quantity for row in sitrep.claims}
    for interval in sitrep.intervals:
        yield from _interval(interval, said)
    for figure in sitrep.people:
        yield from _people(figure, sitrep)
    if recounting.lists_every_attack(sitrep):
        yield from _sectors(sitrep)
    yield from recounting.wrong(sitrep)


def _interval(interval: Interval, said: dict[int, Quantity | None]) -> Iterator[str]:
    name = f"range {interval.group or interval.measure.text}"
    inside = [row for row in interval.rows if row.is_in_range]
    for row in interval.rows:
        if said.get(row.claim) != row.quantity:
            yield f"{name}: claim {row.claim} says another number in the table of claims"
    if interval.rule == "range" and not _fits(interval.adopted, [row.quantity for row in inside]):
        yield f"{name}: it is not the range over its claims"


def _fits(span: Span, quantities: Iterable[Quantity]) -> bool:
    found = ranges.over(ranges.Bounds(one.operator, one.low, one.high) for one in quantities)
    if found is None:
        return span.low is None and span.high is None
    return (span.low, span.greatest_low, span.high) == (found.low, found.greatest_low, found.high) and (
        span.is_open_high == (found.high is None)
    )


def _people(figure: PeopleFigure, sitrep: Sitrep) -> Iterator[str]:
    name = f"{figure.measure.text}, {figure.population.text}"
    numbers = {row.number for row in sitrep.claims}
    if not numbers.issuperset(figure.claims + figure.beside_claims):
        yield f"{name}: it rests on claims that are not in the snapshot"
    if figure.is_area_wide:
        held = [
            one for one in sitrep.intervals if {row.claim for row in one.rows if row.is_in_range} == {*figure.claims}
        ]
        if figure.claims and held and all(_bounds(one.adopted) != _bounds(figure.span) for one in held):
            yield f"{name}: the key figure is not the one of its range"
    elif figure.absence is None and sitrep.attacks and recounting.lists_every_attack(sitrep):
        low, high = _total(figure, sitrep.attacks)
        if (figure.span.low, figure.span.high) != (low, high):
            yield f"{name}: the attacks in the snapshot add up to {_spelt(low)} to {_spelt(high)}"


def _bounds(span: Span) -> tuple[int | None, int | None, int | None]:
    return span.low, span.greatest_low, span.high


def _spelt(number: int | None) -> str:
    return "no number" if number is None else str(number)


def _total(figure: PeopleFigure, attacks: Sequence[AttackRow]) -> tuple[int | None, int | None]:
    held = {row.ref: _range_of(row, figure) for row in attacks}
    strikes: dict[str, list[ranges.Range | None]] = {}
    for row in attacks:
        if row.parent in held:
            strikes.setdefault(row.parent, []).append(held[row.ref])
    events = {
        row.ref: ranges.event(held[row.ref], strikes.get(row.ref, [])) for row in attacks if row.parent not in held
    }
    total = ranges.total([[events[ref] for ref in group] for group in _groups(attacks, events)])
    return total.low, total.high


def _range_of(row: AttackRow, figure: PeopleFigure) -> ranges.Range | None:
    for harm in row.harm:
        population = harm.population.code if harm.population else "all"
        if (harm.measure.code, population) == (figure.measure.code, figure.population.code) and harm.span:
            span = harm.span
            return ranges.Range(
                span.low, span.low_operator, span.greatest_low, span.greatest_low_operator, span.high,
                span.high_operator,
            )  # fmt: skip
    return None


def _groups(attacks: Sequence[AttackRow], events: Iterable[str]) -> list[list[str]]:
    """The events, those together that may be one."""
    event_of = {row.ref: row.parent or row.ref for row in attacks}
    groups = {ref: [ref] for ref in events}
    for row in attacks:
        for other in row.perhaps_same:
            left, right = event_of[row.ref], event_of.get(other, "")
            if left in groups and right in groups and groups[left] is not groups[right]:
                groups[left].extend(groups[right])
                for ref in groups[right]:
                    groups[ref] = groups[left]
    return [group for ref, group in groups.items() if group[0] == ref]


def _sectors(sitrep: Sitrep) -> Iterator[str]:
    refs = {row.ref for row in sitrep.attacks}
    events = {row.ref: row.parent if row.parent in refs else row.ref for row in sitrep.attacks}
    hit = {event for row in sitrep.attacks if row.facilities for event in (events[row.ref],)}
    for one in sitrep.sectors:
        hits = [
            (events[row.ref], each) for row in sitrep.attacks for each in row.facilities if each.sector == one.sector
        ]
        found = {event for event, _ in hits} if one.sector != "none_reported" else set(events.values()) - hit
        counts = (
            ("attacks", one.attacks, (len(found), len(found))),
            *_facilities(one, [each for _, each in hits]),
        )
        yield from (
            f"{one.sector}, {what}: the snapshot counts {figure.count}, its attacks give {_between(*bounds)}"
            for what, figure, bounds in counts
            if not _is(figure, bounds)
        )


def _facilities(one: SectorFigures, hits: Sequence[FacilityHit]) -> Iterator[tuple[str, Figure, Bounds]]:
    """What the hits give for each figure; where names are withheld, facilities cannot be told apart: least and most."""
    withheld = [each for each in hits if each.is_name_withheld]
    others = [each for each in hits if not each.is_name_withheld]
    named = {each.ref: each for each in others if each.ref}
    unnamed = sum(not each.ref for each in others)
    again = sum(each.is_hit_again for each in named.values())
    out = _out(others)
    yield "named facilities hit", one.facilities_hit, _with(len(named), len(withheld))
    yield "hit again", one.hit_again, _with(again, sum(each.is_hit_again for each in withheld))
    yield "reports of unnamed ones", one.unnamed_reports, (unnamed, unnamed)
    yield "out of service", one.out_of_service, _with(out, _out(withheld))


def _with(known: int, withheld: int) -> Bounds:
    return known + (withheld > 0), known + withheld


def _between(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def _out(hits: Iterable[FacilityHit]) -> int:
    known = {each.ref or id(each): each for each in hits if each.status}
    return sum(each.status.code in _OUT_OF_SERVICE for each in known.values() if each.status)


def _is(figure: Figure, bounds: Bounds) -> bool:
    least, most = bounds
    return least <= (figure.count or 0) <= most
