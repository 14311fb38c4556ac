"""Who is who: recorded, reversible judgements, and the canonical record that follows from them.

A merge destroys nothing: both records stay, and `canonical_id` points to the first-made of all that were judged to be
the same, named ones before placeholders. It is computed from all standing judgements: their order does not matter.
"""

import uuid
from typing import Any

from registry import codes
from registry.errors import Conflict, NotFound
from registry.models.base import Row
from registry.models.facilities import Facility
from registry.models.happened import Attack
from registry.models.held import Judgement
from registry.models.places import Place
from registry.services import by_rule
from registry.services.coding import word
from registry.services.work import Work

_TABLES: dict[str, type[Row]] = {"facility": Facility, "attack": Attack, "place": Place}


def judge(
    work: Work,
    kind: str,
    first: Any,
    second: Any,
    verdict: str,
    *,
    why: str,
    score: float | None = None,
    is_automatic: bool = False,
) -> Judgement:
    """Record whether two records are the same thing; an earlier judgement of the pair is revoked.

    Args:
        work: the unit of work.
        kind: facility, attack or place.
        first: a row.
        second: the other row.
        verdict: same, different or unsure.
        why: the reasons.
        score: how probable it was found that they are one, where that was reckoned.
        is_automatic: the program accepted it by that score; no person looked.

    Raises:
        Conflict: it is one record, or another judgement says the opposite.
        InvalidValue: the verdict is not one.
    """
    if first.id == second.id:
        raise Conflict(f"{first.ref} is that very record; give two refs")
    word("verdict", verdict, codes.VERDICTS)
    left, right = sorted((first.id, second.id))
    standing = work.find(Judgement, left_id=left, right_id=right, revoked_at=None)
    before = _group(work, first.id) | _group(work, second.id)
    _refuse_contradiction(work, kind, (left, right), verdict, before)
    if standing is not None:
        work.change(standing, revoked_at=work.at, revoked_by=work.by, revoked_why=why)
    made = work.add(
        Judgement(
            kind=kind, left_id=left, right_id=right, verdict=verdict, score=score, reasons=why,
            is_automatic=is_automatic, decided_by=work.by, decided_at=work.at,
        )
    )  # fmt: skip
    _follow(work, kind, before)
    return made


def _refuse_contradiction(
    work: Work, kind: str, pair: tuple[uuid.UUID, uuid.UUID], verdict: str, touched: set[uuid.UUID]
) -> None:
    if verdict == "same":
        different = [row for key in touched for row in work.find_all(Judgement, left_id=key, revoked_at=None)]
        apart = [(row.left_id, row.right_id) for row in different if row.verdict == "different"]
        clash = [two for two in apart if two != pair and two[1] in touched]
    else:
        clash = [pair] if verdict == "different" and pair[1] in _group(work, pair[0], without=pair) else []
    if clash:
        records: list[Any] = [work.get(_TABLES[kind], key) for key in clash[0]]
        one, other = (record.ref for record in records)
        raise Conflict(f"other judgements say the opposite of {one} and {other}; look at those first, and split them")


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


def point_anew(work: Work, kind: str, key: uuid.UUID) -> None:
    """Choose again the record that stands for all that were found to be this one: one of them was withdrawn."""
    _follow(work, kind, _group(work, key))


def _follow(work: Work, kind: str, touched: set[uuid.UUID]) -> None:
    """Point every record of the touched groups to the one that stands for its group; figures follow."""
    waiting = set(touched)
    with by_rule.following(work, by_rule.about(work, kind, touched)):
        while waiting:
            group = _group(work, waiting.pop())
            waiting -= group
            _point_to_canonical([work.get(_TABLES[kind], key) for key in sorted(group)], work)


def _point_to_canonical(rows: list[Any], work: Work) -> None:
    # What is named and stands comes before a placeholder and a withdrawn record: neither may hide it.
    first = min(rows, key=lambda row: (getattr(row, "state", "") == "withdrawn", _is_unnamed(row), row.id))
    for row in rows:
        work.change(row, canonical_id=None if row is first else first.id)


def _is_unnamed(row: Any) -> bool:
    return bool(getattr(row, "is_placeholder", False))


def _group(work: Work, key: uuid.UUID, without: tuple[uuid.UUID, uuid.UUID] | None = None) -> set[uuid.UUID]:
    """All that standing judgements find to be the same as this; `without` leaves one pair's judgement aside."""
    group, waiting = {key}, [key]
    while waiting:
        here = waiting.pop()
        sides = (("left_id", "right_id"), ("right_id", "left_id"))
        for near, far in sides:
            for row in work.find_all(Judgement, **{near: here, "verdict": "same", "revoked_at": None}):
                if (row.left_id, row.right_id) == without:
                    continue
                other = getattr(row, far)
                if other not in group:
                    group.add(other)
                    waiting.append(other)
    return group


def by_ref(work: Work, kind: str, text: str) -> Any:
    """The very record of a kind that a ref means, not the canonical one.

    Raises:
        InvalidValue: the text is not a ref of that kind.
        NotFound: no record has it.
    """
    return work.by_ref(_TABLES[kind], text, kind)
