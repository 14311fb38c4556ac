"""Figures: our low-high for a subject and a measure, by rule until a person adopts another with a reason."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from registry import db, ranges
from registry.errors import InvalidValue, NotFound
from registry.models.held import Figure, FigureAdopt, FigureClaim
from registry.models.said import Claim, ClaimLink, ClaimPlace, Report
from registry.services import lookup, named
from registry.services.work import Work

# What a claim must share with another for a range to be formed over both, besides period and scope.
_SAME = (
    "attack_id",
    "facility_id",
    "situation_id",
    "measure_code",
    "population_code",
    "facility_type_code",
    "unit",
    "is_rate",
)
# A claim that one of these links points to has been replaced by its speaker; one that holds `part_of` or `of_which` is
# a share of another number.
_REPLACED_BY = ("corrects", "rescopes", "withdraws")
_SHARE_OF = ("part_of", "of_which")


def refresh(work: Work, claim: Claim) -> None:
    """Bring the rule-made figure that a claim belongs to in step with its claims; adopted ones stay as they are."""
    if claim.kind != "quantity" or claim.measure_code is None:
        return
    alike = _alike(work, claim)
    for key in {_key(work, other) for other in alike}:
        members = [other for other in alike if _key(work, other) == key]
        _replace(work, members[0], key, _current(work, members))


def retire(work: Work, claim: Claim) -> list[Claim]:
    """Supersede the rule-made figures that rest on a claim which is about to change.

    Returns:
        The claims that it stood with, to be refreshed once it has changed.
    """
    for row in work.find_all(FigureClaim, claim_id=claim.id):
        figure = work.get(Figure, row.figure_id)
        if figure.decided_by is None and figure.superseded_at is None:
            work.change(figure, superseded_at=work.at)
    return _alike(work, claim)


def _alike(work: Work, claim: Claim) -> list[Claim]:
    return work.find_all(Claim, kind="quantity", **{column: getattr(claim, column) for column in _SAME})


def _key(work: Work, claim: Claim) -> tuple[Any, ...]:
    """What else must be the same; a vague claim has a key of its own, and so stands alone."""
    if _is_vague(work, claim):
        return (claim.id,)
    return claim.period_from_on, claim.period_to_on, _scope(work, claim), claim.accumulation


def _is_vague(work: Work, claim: Claim) -> bool:
    # An attack fixes its own day and place; a claim about a situation or a facility has to give its period itself.
    places = work.find_all(ClaimPlace, claim_id=claim.id)
    if claim.place_words and not places:
        return True
    if claim.attack_id is not None and claim.period_words is None and claim.period_from_on is None:
        return False
    return claim.period_from_on is None or claim.period_to_on is None


def _scope(work: Work, claim: Claim) -> str:
    places = sorted(f"{place.place_id}/{place.part}" for place in work.find_all(ClaimPlace, claim_id=claim.id))
    return " ".join([*places, claim.definition_note or ""]).strip()


def _current(work: Work, claims: Iterable[Claim]) -> list[Claim]:
    """Of each origin its latest claim that stands: not withdrawn, not replaced, not a share of another."""
    standing = [claim for claim in claims if claim.withdrawn_at is None and not _is_replaced(work, claim)]
    latest: dict[uuid.UUID, Claim] = {}
    for claim in sorted(standing, key=lambda claim: (_published(work, claim), claim.id)):
        latest[claim.origin_id] = claim
    return sorted(latest.values(), key=lambda claim: claim.id)


def _is_replaced(work: Work, claim: Claim) -> bool:
    replaced = any(work.find(ClaimLink, other_id=claim.id, kind=kind) for kind in _REPLACED_BY)
    return replaced or any(work.find(ClaimLink, claim_id=claim.id, kind=kind) for kind in _SHARE_OF)


def _published(work: Work, claim: Claim) -> str:
    return str(work.get(Report, claim.report_id).published_to_on or "")


def _replace(work: Work, like: Claim, key: tuple[Any, ...], claims: Sequence[Claim]) -> None:
    bounded = [claim for claim in claims if claim.low is not None or claim.high is not None]
    found = ranges.over(_bounds(claim) for claim in bounded)
    scope = str(key[0]) if len(key) == 1 else str(key[2])
    period = (None, None) if len(key) == 1 else (key[0], key[1])
    subject = {column: getattr(like, column) for column in _SAME}
    accumulation = like.accumulation
    old = work.find(
        Figure, decided_by=None, superseded_at=None, scope=scope, accumulation=accumulation,
        period_from_on=period[0], period_to_on=period[1], **subject,
    )  # fmt: skip
    if old is not None and found == _columns(old) and _rests_on(work, old) == {claim.id for claim in bounded}:
        return
    if old is not None:
        work.change(old, superseded_at=work.at)
    if found is None:
        return
    figure = Figure(
        country=like.country, rule="range", origins=len(bounded), scope=scope, accumulation=accumulation,
        period_from_on=period[0], period_to_on=period[1], decided_at=work.at,
        supersedes_id=old.id if old else None, **subject, **vars(found),
    )  # fmt: skip
    _save(work, figure, bounded)


def _bounds(claim: Claim) -> ranges.Bounds:
    return ranges.Bounds(claim.operator or "unstated", claim.low, claim.high)


def _columns(figure: Figure) -> ranges.Range:
    return ranges.Range(
        figure.low, figure.low_operator, figure.greatest_low, figure.greatest_low_operator, figure.high,
        figure.high_operator,
    )  # fmt: skip


def _rests_on(work: Work, figure: Figure) -> set[uuid.UUID]:
    return {row.claim_id for row in work.find_all(FigureClaim, figure_id=figure.id)}


def _save(work: Work, figure: Figure, claims: Iterable[Claim]) -> Figure:
    saved = work.add(figure)
    for claim in claims:
        work.add(FigureClaim(figure_id=saved.id, claim_id=claim.id))
    return saved


def adopt(work: Work, given: FigureAdopt) -> Figure:
    """Adopt a low-high over named claims: by the range rule, from one preferred claim, or with bounds of one's own.

    By naming the claims a person says that they are comparable, vague periods and places included; the page marks it.

    Raises:
        InvalidValue: the claims are not about one subject and measure, are withdrawn, or low is above high.
        NotFound: a claim.
    """
    claims = [named.resolve(work, "claim", ref) for ref in dict.fromkeys(given.claims)]
    _refuse_unlike(work, claims)
    if given.low is not None and given.high is not None and given.low > given.high:
        raise InvalidValue("low", f"{given.low} is above high {given.high}", "give the lower number as low")
    rule, found = _adopted_range(work, given, claims)
    if found is None:
        raise InvalidValue("claims", "none of them has a number", "give --low or --high, or claims that have one")
    first = claims[0]
    subject = {column: getattr(first, column) for column in _SAME}
    old = next((figure for figure in work.find_all(Figure, superseded_at=None, **subject) if figure.decided_by), None)
    if old is not None:
        work.change(old, superseded_at=work.at)
    figure = Figure(
        country=first.country, rule=rule, reason=given.why, decided_by=work.by, decided_at=work.at,
        origins=len({claim.origin_id for claim in claims}), scope="adopted",
        accumulation=_shared(claims, "accumulation"),
        period_from_on=_shared(claims, "period_from_on"), period_to_on=_shared(claims, "period_to_on"),
        supersedes_id=old.id if old else None, **subject, **vars(found),
    )  # fmt: skip
    return _save(work, figure, claims)


def _refuse_unlike(work: Work, claims: Sequence[Claim]) -> None:
    for claim in claims:
        if claim.kind != "quantity":
            raise InvalidValue("claim", f"{claim.ref} is not a number", "name claims of kind quantity")
        if claim.withdrawn_at is not None or _is_replaced(work, claim):
            raise InvalidValue("claim", f"{claim.ref} is withdrawn or replaced", "name claims that stand")
        for column in _SAME:
            if getattr(claim, column) != getattr(claims[0], column):
                what = column.removesuffix("_code").removesuffix("_id")
                raise InvalidValue(
                    "claims", f"{claims[0].ref} and {claim.ref} differ in {what}", "adopt like with like"
                )


def _adopted_range(work: Work, given: FigureAdopt, claims: Sequence[Claim]) -> tuple[str, ranges.Range | None]:
    if given.low is not None or given.high is not None:
        low = "at_least" if given.high is None else "between"
        operator = None if given.low is None else low
        high = None if given.high is None else "at_most"
        return "adopted", ranges.Range(given.low, operator, given.low, operator, given.high, high)
    if given.preferred is not None:
        preferred = named.resolve(work, "claim", given.preferred)
        if preferred.id not in {claim.id for claim in claims}:
            raise InvalidValue("preferred", "is not one of the claims", "name it with --claim too")
        return "preferred_source", ranges.over([_bounds(preferred)])
    return "range", ranges.over(_bounds(claim) for claim in claims)


def _shared(claims: Sequence[Claim], column: str) -> Any:
    values = {getattr(claim, column) for claim in claims}
    return values.pop() if len(values) == 1 else ("not_stated" if column == "accumulation" else None)


_OF_ONE_KIND = """
    c.kind = 'quantity' AND c.withdrawn_at IS NULL AND c.measure_code = g.measure
    AND COALESCE(c.population_code, '') = COALESCE(g.population, '')
    AND COALESCE(c.facility_type_code, '') = COALESCE(g.facility_type, '')
    AND (c.attack_id = g.attack_id OR c.facility_id = g.facility_id OR c.situation_id = g.situation_id)
"""
_REPLACED = f"EXISTS (SELECT 1 FROM claim_link l WHERE l.other_id = c.id AND l.kind IN {_REPLACED_BY})"

# UUIDv7 keys sort by time of making: a claim whose key is greater than a figure's came after it.
_STALE = f"""
SELECT g.ref AS figure, g.about, g.measure, 'stale' AS finding,
    'a claim came, or one that it rests on was replaced or withdrawn, since it was adopted' AS why
FROM v_figure g WHERE g.decided_by IS NOT NULL AND (
    EXISTS (SELECT 1 FROM claim c WHERE {_OF_ONE_KIND} AND c.id > g.id)
    OR EXISTS (SELECT 1 FROM figure_claim x JOIN claim c ON c.id = x.claim_id
               WHERE x.figure_id = g.id AND (c.withdrawn_at IS NOT NULL OR {_REPLACED})))
"""
_NONE = """
SELECT NULL AS figure, c.about, c.measure, 'no figure' AS finding,
    'claims give no number that a range could be formed over' AS why
FROM v_claim c WHERE c.kind = 'quantity' AND c.withdrawn_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM v_figure g WHERE g.about = c.about AND g.measure = c.measure
                    AND COALESCE(g.population, '') = COALESCE(c.population, '')
                    AND COALESCE(g.facility_type, '') = COALESCE(c.facility_type, ''))
GROUP BY c.about, c.measure, c.population, c.facility_type
"""
_CONFLICTING = """
SELECT MIN(g.ref) AS figure, g.about, g.measure, 'conflicting' AS finding,
    'claims differ or cannot be compared by rule, and nobody has adopted a figure' AS why
FROM v_figure g
GROUP BY g.about, g.measure, g.population, g.facility_type
HAVING COUNT(g.decided_by) = 0 AND (COUNT(*) > 1 OR MIN(g.low) <> MAX(COALESCE(g.high, g.greatest_low)))
"""


def lint(connection: Connection) -> list[dict[str, Any]]:
    """Subjects with no figure, with conflicting ones, and adopted figures gone stale."""
    found = [row for sql in (_STALE, _CONFLICTING, _NONE) for row in db.every(connection, sql)]
    return sorted(found, key=lambda row: (row["finding"], row["about"], row["measure"]))


def show(connection: Connection, wanted: str) -> dict[str, Any]:
    """One figure with the claims that it rests on, found by its ref.

    Raises:
        NotFound: nothing has that ref.
    """
    key = db.as_key(connection, lookup.find(connection, "figure", wanted))
    figure = db.one(connection, "SELECT * FROM v_figure WHERE id = :key", key=key)
    if figure is None:
        raise NotFound("figure in force", wanted, hint="it was superseded; see `registry figure lint`")
    figure["claims"] = db.every(
        connection,
        "SELECT c.ref, c.speaker, c.via, c.publisher, c.operator, c.low, c.high, c.words FROM figure_claim x "
        "JOIN v_claim c ON c.id = x.claim_id WHERE x.figure_id = :key ORDER BY c.ref",
        key=key,
    )
    return figure


def list_(connection: Connection, *, about: str | None = None) -> list[dict[str, Any]]:
    """Figures in force, by what they are about."""
    return db.every(
        connection,
        "SELECT ref, about, measure, population, facility_type, low, low_operator, greatest_low, high, origins, rule, "
        "decided_by FROM v_figure WHERE (CAST(:about AS TEXT) IS NULL OR about = :about) ORDER BY about, measure, ref",
        about=about,
    )
