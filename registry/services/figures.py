"""Figures: our low-high for a subject and a measure, by rule until a person adopts another with a reason."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import col

from registry import ranges
from registry.errors import Conflict, InvalidValue
from registry.models.held import Figure, FigureAdopt
from registry.models.said import Claim
from registry.services import by_rule, named
from registry.services.work import Work


def adopt(work: Work, given: FigureAdopt) -> Figure:
    """Adopt a low-high over named claims: by the range rule, from one preferred claim, or with bounds of one's own.

    By naming the claims a person says that vague periods and places are comparable; the page marks it. It supersedes
    the figure that was adopted before on the same, or over one of the same claims.

    Raises:
        InvalidValue: the claims are not alike, are withdrawn or replaced, or low is above high.
        NotFound: a claim.
    """
    claims = list({claim.id: claim for claim in (named.resolve(work, "claim", ref) for ref in given.claims)}.values())
    _refuse_bounds(given)
    _refuse_fallen(work, claims)
    _refuse_unlike(work, claims)
    told = _told(work, claims)
    if given.low is None and given.high is None:
        _refuse_uncomparable(told)
    rule, found = _adopted_range(work, given, claims)
    if found is None:
        raise InvalidValue("claims", "none of them has a number", "give --low or --high, or claims that have one")
    column, key = by_rule.subject_of(work, claims[0])
    subject: dict[str, Any] = {column: key, **{name: getattr(claims[0], name) for name in by_rule.COUNTED}}
    (period, scope, accumulation) = (_only(known) for known in told)
    old = _adopted_before(work, subject, claims, (period, scope, accumulation))
    for earlier in old:
        work.change(earlier, superseded_at=work.at)
    figure = Figure(
        country=claims[0].country, rule=rule, reason=given.why, decided_by=work.by, decided_at=work.at,
        origins=len({claim.origin_id for claim in claims}), scope=scope or "",
        accumulation=accumulation or "not_stated", period_from_on=(period or by_rule.OF_THE_SUBJECT)[0],
        period_to_on=(period or by_rule.OF_THE_SUBJECT)[1], supersedes_id=old[-1].id if old else None,
        **subject, **vars(found),
    )  # fmt: skip
    return by_rule.save(work, figure, claims)


def withdraw(work: Work, wanted: str) -> Figure:
    """Take an adopted figure out of force: what the rule makes of the claims holds again. It stays on record.

    Raises:
        NotFound: nothing has that ref.
        Conflict: nobody adopted it, or it is out of force already.
    """
    figure: Figure = named.resolve(work, "figure", wanted)
    if figure.decided_by is None:
        raise Conflict(f"{figure.ref} follows from its claims by rule; adopt another, or withdraw a claim")
    if figure.superseded_at is not None:
        raise Conflict(f"{figure.ref} is no longer in force; see `registry figure list`")
    work.change(figure, superseded_at=work.at)
    return figure


def _refuse_bounds(given: FigureAdopt) -> None:
    if given.low is not None and given.high is not None and given.low > given.high:
        raise InvalidValue("low", f"{given.low} is above high {given.high}", "give the lower number as low")
    if given.preferred is not None and (given.low is not None or given.high is not None):
        raise InvalidValue("preferred", "is given beside bounds", "prefer a claim, or give --low and --high")


def _refuse_fallen(work: Work, claims: Sequence[Claim]) -> None:
    fallen = by_rule.replaced_among(work, [col(Claim.id).in_([claim.id for claim in claims])])
    for claim in claims:
        if claim.kind != "quantity":
            raise InvalidValue("claim", f"{claim.ref} is not a number", "name claims of kind quantity")
        if claim.withdrawn_at is not None or claim.id in fallen:
            raise InvalidValue("claim", f"{claim.ref} is withdrawn or replaced", "name claims that stand")


def _refuse_unlike(work: Work, claims: Sequence[Claim]) -> None:
    first = claims[0]
    for claim in claims[1:]:
        if by_rule.subject_of(work, claim) != by_rule.subject_of(work, first):
            raise InvalidValue("claims", f"{first.ref} and {claim.ref} differ in subject", "adopt like with like")
        for name in by_rule.COUNTED:
            if getattr(claim, name) != getattr(first, name):
                what = f"{first.ref} and {claim.ref} differ in {name.removesuffix('_code')}"
                raise InvalidValue("claims", what, "adopt like with like")


Told = tuple[set[by_rule.Period], set[str], set[str]]


def _told(work: Work, claims: Sequence[Claim]) -> Told:
    """The periods, scopes and ways of counting that the claims give; what is vague gives none."""
    places = by_rule.places_of(work, [col(Claim.id).in_([claim.id for claim in claims])])
    periods = {by_rule.period_of(work, claim) for claim in claims} - {None}
    scopes = {by_rule.scope_of(work, claim, places.get(claim.id, ())) for claim in claims} - {None}
    ways = {claim.accumulation for claim in claims} - {"not_stated"}
    return periods, scopes, ways  # type: ignore[return-value]  # None is taken out


def _only(known: set[Any]) -> Any:
    return next(iter(known)) if len(known) == 1 else None


def _refuse_uncomparable(told: Told) -> None:
    periods, scopes, ways = told
    for what, differ in (("period", periods), ("place or definition", scopes), ("way of counting", ways)):
        if len(differ) > 1:
            hint = "adopt like with like, or give --low and --high and say why"
            raise InvalidValue("claims", f"they differ in {what}", hint)


def _adopted_range(work: Work, given: FigureAdopt, claims: Sequence[Claim]) -> tuple[str, ranges.Range | None]:
    if given.low is not None or given.high is not None:
        return "adopted", _own_bounds(given.low, given.high)
    if given.preferred is not None:
        preferred = named.resolve(work, "claim", given.preferred)
        if preferred.id not in {claim.id for claim in claims}:
            raise InvalidValue("preferred", "is not one of the claims", "name it with --claim too")
        return "preferred_source", ranges.over([by_rule.bounds_of(preferred)])
    with_number = [claim.origin_id for claim in claims if claim.low is not None or claim.high is not None]
    if len(set(with_number)) < len(with_number):
        raise InvalidValue("claims", "two of them have one origin", "of each origin name its latest claim")
    return "range", ranges.over(by_rule.bounds_of(claim) for claim in claims)


def _own_bounds(low: int | None, high: int | None) -> ranges.Range:
    if low is not None and low == high:
        return ranges.over([ranges.Bounds("exactly", low, high)])  # type: ignore[return-value]  # it has bounds
    operator = None if low is None else "at_least" if high is None else "between"
    return ranges.Range(low, operator, low, operator, high, None if high is None else "at_most")


def _adopted_before(
    work: Work,
    subject: dict[str, Any],
    claims: Iterable[Claim],
    told: tuple[by_rule.Period | None, str | None, str | None],
) -> list[Figure]:
    """The figures in force that people adopted on the same: its period, scope and way of counting, or its claims."""
    period, scope, accumulation = told[0] or by_rule.OF_THE_SUBJECT, told[1] or "", told[2] or "not_stated"
    named_now = {claim.id for claim in claims}
    return [
        figure
        for figure in work.find_all(Figure, superseded_at=None, **subject)
        if figure.decided_by is not None
        and (
            ((figure.period_from_on, figure.period_to_on), figure.scope, figure.accumulation)
            == (period, scope, accumulation)
            or by_rule.rests_on(work, figure) & named_now
        )
    ]
