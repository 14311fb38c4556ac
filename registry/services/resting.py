"""Which claims our findings on an attack rest on: those that say the same of its means, or name the facility.

A finding without a claim is ours alone, and a page can tell. What a claim says in other words is linked by nobody here:
that two things are the same is for a person to judge.
"""

from collections.abc import Iterable

from registry.models.happened import Attack, AttackFacility, AttackFacilityClaim, AttackMeans, AttackMeansClaim
from registry.models.said import Claim, ClaimFacility
from registry.services.work import Work

_MEANS = ("attack_type_code", "launch_code", "munition_code")


def follow(work: Work, attack: Attack) -> None:
    """Link the findings on an attack to the claims that bear them out; a link that is there already stays."""
    claims = work.find_all(Claim, attack_id=attack.id, withdrawn_at=None)
    for means in work.find_all(AttackMeans, attack_id=attack.id, retracted_at=None):
        for claim in _of_means(claims, means):
            if work.find(AttackMeansClaim, attack_means_id=means.id, claim_id=claim.id) is None:
                work.add(AttackMeansClaim(attack_means_id=means.id, claim_id=claim.id))
    for hit in work.find_all(AttackFacility, attack_id=attack.id, retracted_at=None):
        for claim in claims:
            names_it = work.find(ClaimFacility, claim_id=claim.id, facility_id=hit.facility_id) is not None
            known = work.find(AttackFacilityClaim, attack_facility_id=hit.id, claim_id=claim.id)
            if names_it and known is None:
                work.add(AttackFacilityClaim(attack_facility_id=hit.id, claim_id=claim.id))


def _of_means(claims: Iterable[Claim], means: AttackMeans) -> list[Claim]:
    """Claims that say these means, whatever they leave open; one that says otherwise in any part is none of them."""
    return [
        claim
        for claim in claims
        if claim.kind == "means"
        and any(getattr(claim, part) is not None for part in _MEANS)
        and all(getattr(claim, part) in (None, getattr(means, part)) for part in _MEANS)
    ]
