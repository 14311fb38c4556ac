"""Who is who: recorded, reversible judgements, and the canonical record that follows from them.

A merge destroys nothing: both records stay, and `canonical_id` points from the later-made to the first-made of all that
were judged to be the same. Since it is computed from all standing judgements, their order does not matter.
"""

import uuid
from typing import Any

from registry.errors import Conflict, NotFound
from registry.models.base import Row
from registry.models.facilities import Facility
from registry.models.happened import Attack
from registry.models.held import Judgement
from registry.models.places import Place
from registry.services.work import Work

_TABLES: dict[str, type[Row]] = {"facility": Facility, "attack": Attack, "place": Place}


def judge(
    work: Work, kind: str, first: Any, second: Any, verdict: str, *, why: str, score: float | None = None
) -> Judgement:
    """Record whether two records are the same thing; an earlier judgement of the pair is revoked.

    Raises:
        Conflict: it is one record.
    """
    if first.id == second.id:
        raise Conflict(f"{first.ref} is that very record; give two refs")
    left, right = sorted((first.id, second.id))
    standing = work.find(Judgement, left_id=left, right_id=right, revoked_at=None)
    if standing is not None:
        work.change(standing, revoked_at=work.at, revoked_by=work.by, revoked_why=why)
    made = work.add(
        Judgement(
            kind=kind, left_id=left, right_id=right, verdict=verdict, score=score, reasons=why, decided_by=work.by,
            decided_at=work.at,
        )
    )  # fmt: skip
    _follow(work, kind, {first.id, second.id})
    return made


def revoke(work: Work, kind: str, first: Any, second: Any, *, why: str) -> None:
    """Take a judgement back: records that it alone held together are two again.

    Raises:
        NotFound: nobody judged the pair.
    """
    left, right = sorted((first.id, second.id))
    standing = work.find(Judgement, left_id=left, right_id=right, revoked_at=None)
    if standing is None:
        raise NotFound("judgement on", f"{first.ref} and {second.ref}", hint=f"see `registry {kind} show {first.ref}`")
    before = _group(work, first.id) | _group(work, second.id)
    work.change(standing, revoked_at=work.at, revoked_by=work.by, revoked_why=why)
    _follow(work, kind, before)


def _follow(work: Work, kind: str, touched: set[uuid.UUID]) -> None:
    """Point every record of the touched groups to the first-made record of its group."""
    table = _TABLES[kind]
    for key in sorted(touched | {member for one in touched for member in _group(work, one)}):
        first = min(_group(work, key))
        row: Any = work.get(table, key)
        work.change(row, canonical_id=None if first == key else first)


def _group(work: Work, key: uuid.UUID) -> set[uuid.UUID]:
    group, waiting = {key}, [key]
    while waiting:
        here = waiting.pop()
        sides = (("left_id", "right_id"), ("right_id", "left_id"))
        for near, far in sides:
            for row in work.find_all(Judgement, **{near: here, "verdict": "same", "revoked_at": None}):
                other = getattr(row, far)
                if other not in group:
                    group.add(other)
                    waiting.append(other)
    return group


def facility_by_ref(work: Work, text: str) -> Facility:
    """The very record that a ref means, not the canonical one: what a merge or split is about."""
    return work.by_ref(Facility, text, "facility")
