"""The charts and the list of facilities counted again from the attacks in the same snapshot.

Written apart from the code that made them (`snapshot.series`, `snapshot.facilities`), on frozen values alone. A public
snapshot lists no attacks but has them as counts: there the charts follow from those, its key figures and its map.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from registry.sitrep.values import (
    AttackRow,
    Bar,
    Cell,
    FacilityHit,
    MeansCount,
    Part,
    SectorFigures,
    Series,
    Sitrep,
)

# By what stands for a bar: the code of a type or means, or the place of a span of days among the bars, None for attacks
# that fit into none; then by grade.
Counts = Counter[tuple[str | int | None, str]]
Events = Mapping[str, list[AttackRow]]


def wrong(sitrep: Sitrep) -> Iterator[str]:
    """One line for each chart and facility that does not follow from the attacks."""
    if not lists_every_attack(sitrep):
        yield from _from_counts(sitrep)
        return
    events = _events(sitrep.attacks)
    for one in sitrep.series:
        yield from _differing(one, _found(one, events))
    yield from _facilities(sitrep, events)
    yield from _functionality(sitrep)


def lists_every_attack(sitrep: Sitrep) -> bool:
    """Whether the snapshot has all the attacks that its figures count: a public one only if it is about one attack."""
    return sitrep.masthead.audience != "public" or sitrep.masthead.about == "attack"


def _differing(series: Series, found: Counts) -> Iterator[str]:
    printed = _printed(series)
    for key in sorted(printed.keys() | found.keys(), key=str):
        if printed[key] != found[key]:
            bar, grade = key
            name = f"chart by {series.kind}, bar {'not exact' if bar is None else bar or 'none stated'}, {grade}"
            yield f"{name}: the snapshot counts {printed[key]}, its attacks give {found[key]}"


def _events(attacks: Iterable[AttackRow]) -> Events:
    """The rows of each event, its own first: those of one attack and its strikes."""
    rows = list(attacks)
    refs = {row.ref for row in rows}
    found: dict[str, list[AttackRow]] = {row.ref: [row] for row in rows if row.parent not in refs}
    for row in rows:
        if row.parent in refs:
            found.setdefault(row.parent, []).append(row)
    return found


def _is_over_time(series: Series) -> bool:
    return series.kind in ("day", "week")


def _printed(series: Series) -> Counts:
    counts: Counts = Counter()
    for number, bar in enumerate(series.bars):
        key = (number if bar.period else None) if _is_over_time(series) else bar.code
        counts.update({(key, part.grade.code): part.count for part in bar.parts})
    return counts


def _found(series: Series, events: Events) -> Counts:
    return Counter(
        (key, rows[0].grade.code if rows[0].grade else "unassessed")
        for rows in events.values()
        for key in _bars(series, rows)
    )


def _bars(series: Series, rows: Iterable[AttackRow]) -> set[str | int | None]:
    """The bars that an event belongs to."""
    attacks = list(rows)
    if _is_over_time(series):
        return {_bar_of(series.bars, attacks[0])}
    if series.kind == "facility_type":
        return {hit.facility_type.code for row in attacks for hit in row.facilities} or {""}
    return {means.attack_type.code for row in attacks for means in row.means if means.attack_type} or {""}


def _bar_of(bars: Iterable[Bar], row: AttackRow) -> int | None:
    first, last = row.when.start, row.when.end
    if first is None or last is None:
        return None
    for number, bar in enumerate(bars):
        span = bar.period
        if span and span.start and span.end and span.start <= first and last <= span.end:
            return number
    return None


def _facilities(sitrep: Sitrep, events: Events) -> Iterator[str]:
    hits = [(ref, hit) for ref, rows in events.items() for row in rows for hit in row.facilities]
    times = Counter(facility for _, facility in {(ref, hit.ref) for ref, hit in hits if hit.ref})
    listed = {row.ref: row.attacks for row in sitrep.facilities if not row.is_name_withheld}
    for ref in sorted(times.keys() | listed.keys()):
        if times[ref] != listed.get(ref, 0):
            yield f"facility {ref}: the snapshot counts {listed.get(ref, 0)} attacks, its attacks give {times[ref]}"
    # Who may not read the name cannot tell them apart either; only that no more are counted than are listed.
    withheld = sum(row.attacks for row in sitrep.facilities if row.is_name_withheld)
    if withheld > sum(_is_withheld(hit) for _, hit in hits):
        yield "facilities without a name: the snapshot counts more attacks on them than it lists"


def _functionality(sitrep: Sitrep) -> Iterator[str]:
    """Each bar against what was recorded of the facilities until its end."""
    for bar in sitrep.functionality:
        end = bar.period.end
        known = (
            [
                one
                for one in row.statuses
                if one.functionality and (not one.counts_from or not end or one.counts_from <= end)
            ]
            for row in sitrep.facilities
        )
        found = Counter(said[-1].functionality.code if said and said[-1].functionality else "" for said in known)
        printed = Counter({part.functionality.code: part.count for part in bar.parts})
        for code in sorted(found.keys() | printed.keys()):
            if found[code] != printed[code]:
                yield (
                    f"how facilities worked by {end}, {code or 'not recorded'}: the snapshot counts {printed[code]}, "
                    f"its facilities give {found[code]}"
                )
    for row in sitrep.facilities:
        said = [one.functionality for one in row.statuses if one.functionality]
        if sitrep.masthead.about != "facility" and (said[-1] if said else None) != row.functionality:
            yield f"facility {row.ref}: it is listed as working otherwise than was recorded last"


def _is_withheld(hit: FacilityHit) -> bool:
    return hit.is_name_withheld


def _from_counts(sitrep: Sitrep) -> Iterator[str]:
    for one in sitrep.series:
        if one.kind == "facility_type":
            yield from _differing(one, _by_sector(sitrep.cells))
            yield from _against_figures(one, sitrep.sectors)
        elif one.kind == "means":
            yield from _differing(one, _by_means(sitrep.means))
        else:
            yield from _over_time(one, sitrep)


def _by_sector(cells: Iterable[Cell]) -> Counts:
    counts: Counts = Counter()
    for cell in cells:
        bar = "" if cell.sector == "none_reported" else cell.sector
        counts.update({(bar, part.grade.code): part.count for part in cell.parts})
    return counts


def _by_means(rows: Iterable[MeansCount]) -> Counts:
    counts: Counts = Counter()
    for row in rows:
        for bar in [one.code for one in row.means] or [""]:
            counts.update({(bar, part.grade.code): part.count for part in row.parts})
    return counts


def _against_figures(series: Series, sectors: Iterable[SectorFigures]) -> Iterator[str]:
    figures = {str(one.sector): one.attacks.count or 0 for one in sectors}
    totals = {bar.code or "none_reported": sum(part.count for part in bar.parts) for bar in series.bars}
    for sector in sorted(figures.keys() | totals.keys()):
        if totals.get(sector, 0) != figures.get(sector, 0):
            yield (
                f"chart by facility_type, {sector}: the snapshot draws {totals.get(sector, 0)} attacks, its "
                f"key figures count {figures.get(sector, 0)}"
            )


def _over_time(series: Series, sitrep: Sitrep) -> Iterator[str]:
    drawn = _by_grade(part for bar in series.bars for part in bar.parts)
    counted = _by_grade(part for row in sitrep.means for part in row.parts)
    for grade in sorted(drawn.keys() | counted.keys()):
        if drawn[grade] != counted[grade]:
            yield (
                f"chart by {series.kind}, {grade}: the snapshot draws {drawn[grade]} attacks, by their means it "
                f"counts {counted[grade]}"
            )
    if sitrep.area_map:
        mapped = sum(area.attacks or 0 for area in sitrep.area_map.areas) + sitrep.area_map.wider
        if drawn.total() != mapped:
            yield f"chart by {series.kind}: the snapshot draws {drawn.total()} attacks, its map counts {mapped}"


def _by_grade(parts: Iterable[Part]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part in parts:
        counts[part.grade.code] += part.count
    return counts
