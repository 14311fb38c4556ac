"""Verdicts on proposed pairs: by a person, or above a stated score without one."""

import uuid
from collections.abc import Iterable

from registry.errors import InvalidValue
from registry.services import comparable, matching
from registry.services.proposing import Proposal
from registry.services.work import Work


def accept(work: Work, kind: str, proposals: Iterable[Proposal], above: float) -> list[Proposal]:
    """Judge to be the same, without a person, the best partners at or above a score; those that were accepted.

    Each judgement says that it is automatic, with its score and reasons. A pair that would make one of what somebody
    judged to be two is passed over.

    Raises:
        InvalidValue: at a score below a half, a pair is more likely to be two things.
    """
    if not 0.5 <= above <= 1:
        raise InvalidValue("auto", f"{above} is not a score to accept pairs by", "give one from 0.5 to 1, such as 0.98")
    groups = _Groups(comparable.judged(work.session.connection(), kind, ("different",)))
    accepted = []
    for proposal in proposals:
        if proposal.is_best and proposal.score >= above and groups.join(proposal.left, proposal.right):
            decide(
                work, kind, proposal.left_ref, proposal.right_ref, "same", why=proposal.why, score=proposal.score,
                is_automatic=True,
            )  # fmt: skip
            accepted.append(proposal)
    return accepted


class _Groups:
    """Records that are becoming one, and which of them must not."""

    def __init__(self, different: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> None:
        self._group: dict[uuid.UUID, set[uuid.UUID]] = {}
        self._different: dict[uuid.UUID, set[uuid.UUID]] = {}
        for one, other in different:
            self._different.setdefault(one, set()).add(other)
            self._different.setdefault(other, set()).add(one)

    def join(self, one: uuid.UUID, other: uuid.UUID) -> bool:
        """Make one of two groups; whether nothing stood against it."""
        ours, theirs = self._group.get(one, {one}), self._group.get(other, {other})
        if any(self._different.get(member, set()) & theirs for member in ours):
            return False
        both = ours | theirs
        self._group.update(dict.fromkeys(both, both))
        return True


def decide(
    work: Work,
    kind: str,
    left_ref: str,
    right_ref: str,
    verdict: str,
    *,
    why: str,
    score: float | None = None,
    is_automatic: bool = False,
) -> None:
    """Record a verdict on two records, given by their refs.

    Raises:
        NotFound: there is no such record.
        InvalidValue: the verdict or a ref is not one.
        Conflict: it is one record, or other judgements say the opposite.
    """
    one, other = (matching.by_ref(work, kind, ref) for ref in (left_ref, right_ref))
    rounded = None if score is None else round(score, 6)
    matching.judge(work, kind, one, other, verdict, why=why, score=rounded, is_automatic=is_automatic)
