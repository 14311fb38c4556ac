"""Two issues side by side: what is new, upgraded, downgraded, revised, merged, withdrawn, known late.

Both are frozen values that their audience may see, so that a comparison tells nothing that an issue would not.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from registry.sitrep.values import (
    AttackRow,
    Changes,
    CorrectedPart,
    Correction,
    CorrectionKind,
    Harm,
    PeopleFigure,
    RowState,
    SectorFigures,
    Sitrep,
    Span,
)

_COUNTS: tuple[CorrectedPart, ...] = ("attacks", "facilities_hit", "hit_again", "unnamed_reports", "out_of_service")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an attack that an issue does not list any more.

    Attributes:
        kind: it was withdrawn, merged into `other`, or its date or place lies outside now.
    """

    kind: Literal["withdrawn", "merged", "moved"]
    other: str = ""
    reason: str = ""


def corrections(old: Sitrep, new: Sitrep, fates: Mapping[str, Fate]) -> tuple[Correction, ...]:
    """What `new` says differently of the same area and days.

    Args:
        old: the earlier issue, as it was published.
        new: the same area and period as they are known now.
        fates: of attacks that the earlier issue lists and the registry of today does not, by ref.
    """
    return (*_attacks(old, new, fates), *_people(old, new), *_sectors(old, new))


def of_other_days(old: Sitrep, new: Sitrep, found: Iterable[Correction]) -> tuple[Correction, ...]:
    """What an issue says differently from one on other days, and the attacks that only it lists.

    What it corrects of the other's days it holds itself where it was made against it. Otherwise the attacks that both
    list can be compared, and those that are gone; totals of different days cannot.

    Args:
        old: the earlier issue.
        new: the later one.
        found: what `corrections` gives for the two.
    """
    every = tuple(found)
    told = new.corrections if follows(old, new) else (one for one in every if one.subject and one.kind != "moved")
    late = [replace(one, kind="new") for one in every if one.kind == "late"]
    known = {one.subject for one in late}
    return (*late, *(one for one in told if one.subject not in known))


def follows(old: Sitrep, new: Sitrep) -> bool:
    """Whether an issue was made against the other, and says so."""
    before, after = old.masthead, new.masthead
    return after.changes is not None and (before.series, before.number) == (after.series, after.changes.previous)


def renumbered(corrected: Iterable[Correction], known_now: Sitrep, now: Sitrep) -> tuple[Correction, ...]:
    """Corrections whose claims have the numbers of an issue, not those of the days that were looked at again.

    Claims that the issue does not list, being about other days, have no number in it and are not named.
    """
    numbers = {claim: number for number, claim in reversed(_told(now))}
    known = {number: numbers[claim] for number, claim in _told(known_now) if claim in numbers}
    return tuple(
        replace(one, claims=tuple(sorted({known[number] for number in one.claims if number in known})))
        for one in corrected
    )


def _told(issue: Sitrep) -> list[tuple[int, Hashable]]:
    """The claims of an issue by number, each as it is in any issue: what follows from the others beside it left out."""
    sources = {source.number: replace(source, number=0, copy_of=None, speakers=()) for source in issue.sources}
    plain: dict[str, Any] = {
        "number": 0, "source": 0, "scope_group": "", "origin": "", "is_on_front": False,
        "is_joined_by_judgement": False,
    }  # fmt: skip
    return [(claim.number, (replace(claim, **plain), sources.get(claim.source))) for claim in issue.claims]


def changes(last: Sitrep, now: Sitrep, corrected: Iterable[Correction]) -> Changes:
    """The same in numbers, for the first sentence of an issue."""
    if now.masthead.audience == "public":
        every = tuple(corrected)
        return Changes(
            previous=last.masthead.number or 0, previous_as_of=last.masthead.as_of, figures=len(every),
            corrected_downward=sum(one.is_downward for one in every),
        )  # fmt: skip
    known = {row.ref for row in last.attacks}
    of_attacks = [one for one in corrected if one.subject]
    revised = {one.subject for one in of_attacks if one.part in ("harm", "grade") and one.kind != "upgraded"}
    gone = {one.subject for one in of_attacks if one.kind in ("withdrawn", "merged", "moved")}
    touched = {one.subject for one in of_attacks if one.kind != "late"}
    return Changes(
        previous=last.masthead.number or 0,
        previous_as_of=last.masthead.as_of,
        new=sum(row.ref not in known for row in now.attacks),
        updated=len(touched - revised - gone),
        corrected=len(revised),
        corrected_downward=len({one.subject for one in of_attacks if one.is_downward and one.subject in revised}),
        withdrawn=len(gone),
    )


def marked(now: Sitrep, last: Sitrep, corrected: Iterable[Correction]) -> tuple[AttackRow, ...]:
    """The attacks of an issue, each with what it is against the last one: new, updated, corrected or the same."""
    known = {row.ref for row in last.attacks}
    kinds: dict[str, set[str]] = {}
    for one in corrected:
        kinds.setdefault(one.subject, set()).add("corrected" if one.part in ("harm", "grade") else "updated")

    def state(row: AttackRow) -> RowState:
        if row.ref not in known:
            return "new"
        found = kinds.get(row.ref, set())
        return "corrected" if "corrected" in found else "updated" if found else "unchanged"

    return tuple(replace(row, state=state(row)) for row in now.attacks)


def _attacks(old: Sitrep, new: Sitrep, fates: Mapping[str, Fate]) -> Iterator[Correction]:
    before, after = ({row.ref: row for row in one.attacks} for one in (old, new))
    for ref, row in before.items():
        if ref in after:
            yield from _attack(row, after[ref], new)
        else:
            fate = fates.get(ref, Fate("moved"))
            yield Correction(
                kind=fate.kind, part="attack", subject=ref, old_when=row.when, old_text=row.place, other=fate.other,
                reason=fate.reason, is_downward=True,
            )  # fmt: skip
    for ref, row in after.items():
        if ref not in before:
            yield Correction(
                kind="late", part="attack", subject=ref, new_when=row.when, new_text=row.place, claims=row.claims
            )


def _attack(old: AttackRow, new: AttackRow, issue: Sitrep) -> Iterator[Correction]:
    if _code(old.grade) != _code(new.grade):
        rank = {one.term.code: place for place, one in enumerate(issue.grades)}
        is_up = rank.get(_code(new.grade), -1) > rank.get(_code(old.grade), -1)
        kind: CorrectionKind = "upgraded" if is_up else "downgraded"
        yield _texts(kind, "grade", new, (_text(old.grade), _text(new.grade)), is_downward=not is_up)
    if (old.when.start, old.when.end, old.when.precision) != (new.when.start, new.when.end, new.when.precision):
        yield Correction(
            kind="revised", part="date", subject=new.ref, old_when=old.when, new_when=new.when, claims=new.claims
        )
    parts: tuple[tuple[CorrectedPart, Callable[[AttackRow], str]], ...] = (
        ("place", lambda row: row.place), ("facilities", _facilities), ("means", _means),
    )  # fmt: skip
    for part, told in parts:
        if told(old) != told(new):
            yield _texts("revised", part, new, (told(old), told(new)))
    yield from _harm(old, new)


def _texts(
    kind: CorrectionKind, part: CorrectedPart, row: AttackRow, texts: tuple[str, str], *, is_downward: bool = False
) -> Correction:
    old, new = texts
    return Correction(
        kind=kind, part=part, subject=row.ref, old_text=old, new_text=new, is_downward=is_downward, claims=row.claims
    )


def _harm(old: AttackRow, new: AttackRow) -> Iterator[Correction]:
    def key(one: Harm) -> Hashable:
        return one.measure.code, _code(one.population)

    for before, after in _paired(old.harm, new.harm, key):
        spans = before.span if before else None, after.span if after else None
        told = after or before
        if not _same(*spans) and told is not None:
            yield Correction(
                kind="revised", part="harm", subject=new.ref, topic=told.measure, population=told.population,
                old=spans[0], new=spans[1], is_downward=_is_less(*spans), claims=told.claims if after else (),
            )  # fmt: skip


def _people(old: Sitrep, new: Sitrep) -> Iterator[Correction]:
    def key(one: PeopleFigure) -> Hashable:
        return one.measure.code, one.population.code, one.about, one.is_area_wide, one.scope.note

    for before, after in _paired(old.people, new.people, key):
        spans = _said(before), _said(after)
        told = after or before
        if not _same(*spans) and told is not None:
            yield Correction(
                kind="revised", part="total", topic=told.measure, population=told.population, old=spans[0],
                new=spans[1], is_downward=_is_less(*spans), claims=after.claims if after else (),
            )  # fmt: skip


def _said(figure: PeopleFigure | None) -> Span | None:
    return None if figure is None or figure.absence else figure.span


def _sectors(old: Sitrep, new: Sitrep) -> Iterator[Correction]:
    def key(one: SectorFigures) -> Hashable:
        return one.sector

    for before, after in _paired(old.sectors, new.sectors, key):
        if before is None or after is None:
            continue  # only "no facility reported" comes and goes, and its attacks are told one by one
        for part in _COUNTS:
            was, now = getattr(before, part).count, getattr(after, part).count
            if was != now:
                yield Correction(
                    kind="revised", part=part, sector=after.sector, old_count=was, new_count=now,
                    is_downward=was is not None and (now is None or now < was), claims=getattr(after, part).claims,
                )  # fmt: skip


def _paired(old: Iterable[Any], new: Iterable[Any], key: Callable[[Any], Hashable]) -> Iterator[tuple[Any, Any]]:
    before, after = {key(one): one for one in old}, {key(one): one for one in new}
    for one in dict.fromkeys((*before, *after)):
        yield before.get(one), after.get(one)


def _same(old: Span | None, new: Span | None) -> bool:
    """Whether they say the same number; on how many origins it rests may differ."""
    if old is None or new is None:
        return old is new
    return replace(old, origins=0, are_independent=False) == replace(new, origins=0, are_independent=False)


def _is_less(old: Span | None, new: Span | None) -> bool:
    if old is None or new is None:
        return new is None
    ends = ((old.low, new.low), (old.greatest_low, new.greatest_low), (old.high, new.high))
    return any(was is not None and now is not None and now < was for was, now in ends)


def _facilities(row: AttackRow) -> str:
    return "; ".join(
        ", ".join(filter(None, (one.name or one.facility_type.text, _text(one.damage), _text(one.functionality))))
        for one in row.facilities
    )


def _means(row: AttackRow) -> str:
    parts = (part.text for one in row.means for part in (one.attack_type, one.launch, one.munition) if part)
    return ", ".join(dict.fromkeys(parts))


def _code(term: Any) -> str:
    return term.code if term else ""


def _text(term: Any) -> str:
    return term.text if term else ""
