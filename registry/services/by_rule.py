"""Figures made by rule: a range over the claims of one `Group`, like with like, each origin with its latest number.

Whatever changes claims, or what they are about, says so with `following` or `refresh`, so that the figures are right
when its transaction ends. What a person adopts is left alone.
"""

import hashlib
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select

from registry import codes, dates, ranges
from registry.errors import RegistryError
from registry.models.base import Row
from registry.models.facilities import Facility
from registry.models.happened import Attack
from registry.models.held import Figure, FigureClaim
from registry.models.places import Place
from registry.models.said import Claim, ClaimLink, ClaimPlace, Origin, Report
from registry.services.work import Work

# What a claim must share with another for a range to be formed over both, besides subject, period and scope.
COUNTED = ("measure_code", "population_code", "facility_type_code", "unit", "is_rate")
_LIKE = (*COUNTED, "accumulation")
_SUBJECTS: dict[str, type[Row] | None] = {"attack_id": Attack, "facility_id": Facility, "situation_id": None}
# A claim that one of these links points to has been replaced by its speaker; one that holds `part_of` or `of_which` is
# a share of another number.
_IS_SHARE = col(ClaimLink.kind).in_(codes.SHARE_LINKS)
# Periods of these precisions have no days that could be the same as another's.
_VAGUE = ("part_of_month", "season", "decade", "open", "unknown")
_LONGEST_SCOPE = 400
_ALONE = "vague "  # begins the scope of a claim that no other can be compared with

Period = tuple[date | None, date | None]
OF_THE_SUBJECT: Period = (None, None)


@dataclass(frozen=True)
class Group:
    """Claims that a range may be formed over.

    Attributes:
        column, key: the subject; of merged records, the canonical one.
        like: measure, population, facility type, unit, rate and way of counting.
        period: first and last day; empty where it is the attack's own.
        scope: places and definition, spelt one way. A claim whose period or place is vague has one of its own.
    """

    column: str
    key: uuid.UUID
    like: tuple[Any, ...]
    period: Period
    scope: str


@contextmanager
def following(work: Work, claims: Iterable[Claim]) -> Iterator[None]:
    """Keep the rule-made figures in step with a change to these claims, or to what they are about."""
    touched = _with_shares(work, claims)
    before = [group_of(work, claim) for claim in touched]
    yield
    after = [group_of(work, claim) for claim in touched]
    for group in dict.fromkeys(group for group in (*before, *after) if group is not None):
        _renew(work, group)


def _with_shares(work: Work, claims: Iterable[Claim]) -> list[Claim]:
    """The claims, and those that are a share of one of them: these count for themselves when their whole falls."""
    touched = {claim.id: claim for claim in claims}
    whole = col(ClaimLink.other_id).in_(list(touched))
    shares = select(Claim).join(ClaimLink, col(ClaimLink.claim_id) == Claim.id).where(whole, _IS_SHARE)
    return list((touched | {claim.id: claim for claim in work.session.exec(shares)}).values()) if touched else []


def refresh(work: Work, *claims: Claim) -> None:
    """Bring the rule-made figures that claims belong to in step with them; adopted ones stay as they are."""
    with following(work, claims):
        pass


def about(work: Work, kind: str, records: Collection[uuid.UUID]) -> list[Claim]:
    """The numbers claimed of these attacks or facilities, or in these places."""
    query = select(Claim).where(col(Claim.kind) == "quantity")
    if kind == "place":
        query = query.join(ClaimPlace, col(ClaimPlace.claim_id) == Claim.id).where(
            col(ClaimPlace.place_id).in_(records)
        )
        return list(work.session.exec(query.distinct()))
    if f"{kind}_id" not in _SUBJECTS:
        return []
    return list(work.session.exec(query.where(getattr(Claim, f"{kind}_id").in_(records))))


def group_of(work: Work, claim: Claim, places: Collection[ClaimPlace] | None = None) -> Group | None:
    """The group that a claim belongs to; None for one that counts nothing.

    Args:
        work: the unit.
        claim: the claim.
        places: its places, where they have been read already.
    """
    if claim.kind != "quantity" or claim.measure_code is None:
        return None
    column, key = subject_of(work, claim)
    like = tuple(getattr(claim, name) for name in _LIKE)
    named_places = work.find_all(ClaimPlace, claim_id=claim.id) if places is None else places
    period, scope = period_of(work, claim), scope_of(work, claim, named_places)
    if period is None or scope is None:
        return Group(column, key, like, OF_THE_SUBJECT, f"{_ALONE}{claim.id}")
    return Group(column, key, like, period, scope)


def subject_of(work: Work, claim: Claim) -> tuple[str, uuid.UUID]:
    """The column and the key of what a claim is about; of merged records, the canonical one."""
    column = next(name for name in _SUBJECTS if getattr(claim, name) is not None)
    table, key = _SUBJECTS[column], getattr(claim, column)
    record: Any = work.get(table, key) if table is not None else None
    return column, (record.canonical_id if record is not None else None) or key


def period_of(work: Work, claim: Claim) -> Period | None:
    """The days that a claim counts; empty where they are the attack's own; None where they are vague."""
    period = (claim.period_from_on, claim.period_to_on)
    if claim.attack_id is not None:
        # An attack fixes its own day; a claim about a situation or a facility has to give its period itself.
        attack = work.get(Attack, claim.attack_id)
        is_its_own = period == OF_THE_SUBJECT and claim.period_words is None
        if is_its_own or (None not in period and period == (attack.occurred_from_on, attack.occurred_to_on)):
            return OF_THE_SUBJECT
    is_vague = None in period or claim.period_precision_code in _VAGUE or _is_approximate(claim.period_words)
    return None if is_vague else period


def _is_approximate(words: str | None) -> bool:
    try:
        when = dates.parse(words or "")
    except RegistryError:
        return False  # words beside a date that was given apart
    return when.is_approximate or when.is_uncertain


def scope_of(work: Work, claim: Claim, places: Collection[ClaimPlace]) -> str | None:
    """The places and the definition, spelt one way; None where only words say where."""
    if claim.place_words and not places:
        return None
    where = sorted(f"{_canonical_place(work, place.place_id)}/{place.part}" for place in places)
    spelt = " ".join([*where, *(claim.definition_note or "").casefold().split()])
    return spelt if len(spelt) <= _LONGEST_SCOPE else hashlib.sha256(spelt.encode()).hexdigest()


def _canonical_place(work: Work, key: uuid.UUID) -> uuid.UUID:
    return work.get(Place, key).canonical_id or key


def _renew(work: Work, group: Group) -> None:
    claims = _current(work, group)
    found = ranges.over(bounds_of(claim) for claim in claims)
    columns = _columns_of(group)
    old = work.find(Figure, decided_by=None, superseded_at=None, **columns)
    if old is not None:
        if found == _range_of(old) and rests_on(work, old) == {claim.id for claim in claims}:
            return
        work.change(old, superseded_at=work.at)
    if found is None:
        return
    figure = Figure(
        country=claims[0].country, rule="range", origins=len(claims), decided_at=work.at,
        supersedes_id=old.id if old else None, **columns, **vars(found),
    )  # fmt: skip
    save(work, figure, claims)


def _columns_of(group: Group) -> dict[str, Any]:
    return {
        **dict.fromkeys(_SUBJECTS),
        group.column: group.key,
        **dict(zip(_LIKE, group.like, strict=True)),
        "period_from_on": group.period[0],
        "period_to_on": group.period[1],
        "scope": group.scope,
    }


def _current(work: Work, group: Group) -> list[Claim]:
    """Of each origin its latest number that stands: not withdrawn, not replaced, not a share of another in the group.

    "Dozens", "not stated" and denials have no bounds: they stand beside a range, and displace no number either.
    """
    where = _conditions(work, group)
    places = places_of(work, where)
    told = select(Claim, Origin, Report).join(Origin, col(Origin.id) == Claim.origin_id)
    rows = work.session.exec(told.join(Report, col(Report.id) == Claim.report_id).where(*where)).all()
    left_out = replaced_among(work, where) | _shares(work, where)
    latest: dict[tuple[uuid.UUID, str], Claim] = {}
    for claim, origin, _ in sorted(rows, key=lambda row: (row[2].published_to_on or date.min, row[0].id)):
        if claim.id not in left_out and group_of(work, claim, places.get(claim.id, ())) == group:
            latest[_account(origin)] = claim
    return sorted(latest.values(), key=lambda claim: claim.id)


def _account(origin: Origin) -> tuple[uuid.UUID, str]:
    # One body has one account of an attack, also where its claims are spread over two records of it; a word after the
    # subject's ref sets a second account apart.
    return origin.source_id, origin.matter.partition(" ")[2]


def _conditions(work: Work, group: Group) -> list[ColumnElement[bool]]:
    """What the database can tell of a group's claims: numbers that stand; a zero is a denial, however it is written."""
    subject, like = getattr(Claim, group.column), zip(_LIKE, group.like, strict=True)
    where = [
        col(Claim.kind) == "quantity",
        col(Claim.withdrawn_at).is_(None),
        col(Claim.retracted_at).is_(None),
        or_(col(Claim.high) > 0, col(Claim.high).is_(None) & col(Claim.low).is_not(None)),
        subject.in_(_records(work, group.column, group.key)),
        *(getattr(Claim, name) == value for name, value in like),
    ]
    if group.scope.startswith(_ALONE):
        where.append(col(Claim.id) == uuid.UUID(group.scope.removeprefix(_ALONE)))
    elif group.period != OF_THE_SUBJECT:
        where += [col(Claim.period_from_on) == group.period[0], col(Claim.period_to_on) == group.period[1]]
    return where


def _records(work: Work, column: str, key: uuid.UUID) -> list[uuid.UUID]:
    """The keys of all records that were found to be this one."""
    table: Any = _SUBJECTS[column]
    merged = work.find_all(table, canonical_id=key) if table is not None else []
    return [key, *(row.id for row in merged)]


def places_of(work: Work, where: Iterable[ColumnElement[bool]]) -> dict[uuid.UUID, list[ClaimPlace]]:
    """The places of the claims that these conditions hold for."""
    found: dict[uuid.UUID, list[ClaimPlace]] = {}
    for place in work.session.exec(select(ClaimPlace).join(Claim, col(Claim.id) == ClaimPlace.claim_id).where(*where)):
        found.setdefault(place.claim_id, []).append(place)
    return found


def replaced_among(work: Work, where: Iterable[ColumnElement[bool]]) -> set[uuid.UUID]:
    """Those that their speaker corrected, re-scoped or took back, unless saying so was an error of ours."""
    later = aliased(Claim)
    query = (
        select(ClaimLink.other_id)
        .join(later, col(later.id) == ClaimLink.claim_id)
        .where(col(ClaimLink.kind).in_(codes.REPLACING_LINKS), func.coalesce(later.withdrawn_as, "") != "our_error")
        .where(col(later.retracted_at).is_(None))
        .where(col(ClaimLink.other_id).in_(select(Claim.id).where(*where)))
    )
    return set(work.session.exec(query))


def _shares(work: Work, where: Iterable[ColumnElement[bool]]) -> set[uuid.UUID]:
    """Those that are a share of a number that stands, from which nothing but the link tells them apart."""
    whole = aliased(Claim)
    query = (
        select(ClaimLink)
        .join(Claim, col(Claim.id) == ClaimLink.claim_id)
        .join(whole, col(whole.id) == ClaimLink.other_id)
        .where(col(whole.withdrawn_at).is_(None), col(whole.retracted_at).is_(None), _IS_SHARE, *where)
    )
    links = list(work.session.exec(query))
    fallen = replaced_among(work, [col(Claim.id).in_([link.other_id for link in links])]) if links else set()
    return {link.claim_id for link in links if link.other_id not in fallen and _overlap(work, link)}


def _overlap(work: Work, link: ClaimLink) -> bool:
    one, other = (group_of(work, work.get(Claim, key)) for key in (link.claim_id, link.other_id))
    if one is None or other is None or (one.column, one.key, one.like) != (other.column, other.key, other.like):
        return False
    return one == other or any(group.scope.startswith(_ALONE) for group in (one, other))


def bounds_of(claim: Claim) -> ranges.Bounds:
    """The number of a claim."""
    return ranges.Bounds(claim.operator or "unstated", claim.low, claim.high)


def _range_of(figure: Figure) -> ranges.Range:
    return ranges.Range(
        figure.low, figure.low_operator, figure.greatest_low, figure.greatest_low_operator, figure.high,
        figure.high_operator,
    )  # fmt: skip


def rests_on(work: Work, figure: Figure) -> set[uuid.UUID]:
    """The claims that a figure rests on."""
    return {row.claim_id for row in work.find_all(FigureClaim, figure_id=figure.id)}


def save(work: Work, figure: Figure, claims: Iterable[Claim]) -> Figure:
    """Add a figure with the claims that it rests on."""
    saved = work.add(figure)
    for claim in claims:
        work.add(FigureClaim(figure_id=saved.id, claim_id=claim.id))
    return saved
