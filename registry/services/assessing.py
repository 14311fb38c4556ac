"""Grades of an attack, one scheme beside another, with reasons; some need a second person and independent origins."""

import uuid

from sqlmodel import col, or_, select

from registry import independence
from registry.errors import Conflict, InvalidValue, NotFound
from registry.models.happened import Attack
from registry.models.held import NEEDS_A_SECOND_PERSON, Assessment, AssessmentCreate
from registry.models.lists import Grade
from registry.models.said import Claim, ClaimLink, Origin, OriginIndependence
from registry.services import named
from registry.services.coding import code
from registry.services.work import Work


def assess(work: Work, given: AssessmentCreate, *, replace: bool = False) -> Assessment:
    """Grade an attack. `corroborated` and `verified` are proposed, and come into force when somebody else confirms.

    Raises:
        NotFound: the attack or the grade.
        Conflict: the same person graded it in this scheme already, and `replace` is not set.
        InvalidValue: fewer than two independent origins for `corroborated`.
    """
    attack = named.resolve(work, "attack", given.attack)
    grade = work.session.get_one(Grade, code("grade", given.grade))
    held = work.find_all(Assessment, attack_id=attack.id, scheme=grade.scheme, superseded_at=None)
    earlier = next((row for row in held if work.is_by(row.assessor)), None)
    if earlier is not None and not replace:
        raise Conflict(
            f"you graded {attack.ref} {earlier.grade_code} already; another person confirms it, or you give --replace"
        )
    origins = independent_origins(work, attack.id)
    _refuse_uncorroborated(grade.code, origins)
    if earlier is not None:
        work.change(earlier, superseded_at=work.at)
    proposed = grade.code if grade.code in NEEDS_A_SECOND_PERSON else None
    return work.add(
        Assessment(
            attack_id=attack.id,
            scheme=grade.scheme,
            grade_code=_until_confirmed(origins) if proposed else grade.code,
            proposed_code=proposed,
            basis_code=code("basis", given.basis),
            independent_origins=origins,
            rationale=given.why,
            assessor=work.by,
            assessed_at=work.at,
            supersedes_id=earlier.id if earlier else None,
        )
    )


def _until_confirmed(origins: int) -> str:
    """What one person alone can say, until a second one confirms what was proposed."""
    return "single_origin" if origins else "unassessed"


def _refuse_uncorroborated(grade: str, origins: int) -> None:
    if grade == "corroborated" and origins < 2:
        raise InvalidValue(
            "grade",
            f"corroborated needs two independent origins, {origins} known",
            "judge the origins of two claims with `registry claim independence`, or give single_origin",
        )


def confirm(work: Work, wanted: str) -> Assessment:
    """Confirm the grade that another person proposed for an attack.

    Raises:
        NotFound: nobody proposed one.
        Conflict: it was the same person, or the origins no longer bear it.
    """
    attack = named.resolve(work, "attack", wanted)
    proposals = [row for row in work.find_all(Assessment, attack_id=attack.id, superseded_at=None) if row.proposed_code]
    if not proposals:
        raise NotFound("proposed grade of", attack.ref, hint="propose one with `registry attack assess`")
    by_others = [row for row in proposals if not work.is_by(row.assessor)]
    if not by_others:
        raise Conflict(f"you proposed this grade of {attack.ref} yourself; another person has to confirm it")
    row = by_others[0]
    origins = independent_origins(work, attack.id)
    if row.proposed_code == "corroborated" and origins < 2:
        raise Conflict(f"{attack.ref} has {origins} independent origins now; corroborated needs two")
    work.change(
        row, grade_code=row.proposed_code, proposed_code=None, independent_origins=origins, reviewer=work.by,
        reviewed_at=work.at,
    )  # fmt: skip
    return row


def independent_origins(work: Work, attack_id: uuid.UUID) -> int:
    """How many bodies behind an attack's standing claims are independent of one another, each of each.

    Independence that nobody has judged does not count: several origins of unknown independence are one. A report's
    silence and a denial that it happened support nothing.
    """
    records = select(Attack.id).where(or_(col(Attack.id) == attack_id, col(Attack.canonical_id) == attack_id))
    query = (
        select(Origin.id, Origin.source_id)
        .join(Claim, col(Claim.origin_id) == Origin.id)
        .where(col(Claim.attack_id).in_(records), col(Claim.withdrawn_at).is_(None), col(Claim.retracted_at).is_(None))
        .where(or_(col(Claim.absence).is_(None), col(Claim.absence) != "not_reported"))
        .where(or_(col(Claim.absence).is_(None), col(Claim.kind) != "occurrence"))
        .where(col(Claim.id).not_in(select(ClaimLink.other_id).where(col(ClaimLink.kind) == "withdraws")))
        .distinct()
    )
    body = dict(work.session.exec(query).all())
    judged = select(OriginIndependence).where(
        col(OriginIndependence.verdict) == "yes",
        col(OriginIndependence.revoked_at).is_(None),
        col(OriginIndependence.left_id).in_(body),
        col(OriginIndependence.right_id).in_(body),
    )
    pairs = {(body[row.left_id], body[row.right_id]) for row in work.session.exec(judged)}
    bodies = sorted(set(body.values()))
    return independence.largest_group(bodies, (pair for pair in pairs if pair[0] != pair[1]))
