"""Two lists of attacks against each other: what is in both, what in one only, and where their numbers differ.

An attack is in both where one record came with both lists, or where two records were judged to be the same. Pairs that
nobody judged count only where a score is named from which on they do, and are marked.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func
from sqlmodel import col, select

from registry import db
from registry.models.journal import Journal
from registry.services import comparable
from registry.services.comparable import Held
from registry.services.linking import link
from registry.sitrep import reconciliation
from registry.sitrep.reconciliation import Reconciliation

_Groups = dict[uuid.UUID, frozenset[uuid.UUID]]
"""Records of a list, those that are one attack together, by the record that stands for them."""


@dataclass(frozen=True)
class _Both:
    """An attack in both lists: what stands for it in each, and the score where nobody judged the two."""

    one: uuid.UUID
    other: uuid.UUID
    score: float | None = None


def between(connection: Connection, one: str, other: str, *, above: float | None = None) -> dict[str, Any]:
    """How two lists of attacks agree.

    Args:
        connection: in one read transaction.
        one: a list, as `comparable.held` takes it.
        other: the list to hold against it.
        above: pairs that nobody judged count as one attack from this score on; None: never.

    Returns:
        `lists`: both with their sizes; `counts`: in all, by month, area, type and facility, how many attacks are in
        both and in one only; `numbers`: for attacks in both, each number that both give, and whether they agree;
        `attacks`: every attack and where it is. Withdrawn attacks are left out.
    """
    lists = [comparable.held(connection, "attack", wanted) for wanted in (one, other)]
    told = _told(connection)
    standing = comparable.canonical(connection, "attack")
    groups = [_grouped(held, standing, told) for held in lists]
    both = [_Both(key, key) for key in groups[0] if key in groups[1]]
    if above is not None:
        both += _probable(connection, groups, above)
    paired = [{pair.one for pair in both}, {pair.other for pair in both}]
    singles = [[key for key in side if key not in found] for side, found in zip(groups, paired, strict=True)]
    attacks = list(_attacks(both, singles, told))
    return {
        "lists": [
            {"list": held.name, "attacks": len(side), "in_both": len(found), "only_here": len(single)}
            for held, side, found, single in zip(lists, groups, paired, singles, strict=True)
        ],
        "counts": _counts(attacks),
        "numbers": _numbers(connection, lists, groups, both, told),
        "attacks": attacks,
    }


def page(connection: Connection, found: dict[str, Any], producer: str) -> Reconciliation:
    """What `between` found, frozen for a page; its as-of is the newest data entry."""
    newest = select(func.max(Journal.at)).where(col(Journal.table_name).not_in(("sitrep", "schedule", "delivery")))
    return reconciliation.freeze(found, connection.execute(newest).scalar_one(), producer)


def _grouped(held: Held, standing: dict[uuid.UUID, uuid.UUID], told: dict[uuid.UUID, dict[str, Any]]) -> _Groups:
    groups: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for key in sorted(held.members):
        if (first := standing.get(key, key)) in told:
            groups[first].add(key)
    return {key: frozenset(group) for key, group in groups.items()}


def _probable(connection: Connection, groups: list[_Groups], above: float) -> list[_Both]:
    """Attacks of one list alone that are probably in the other: best partners from a score on."""
    records = comparable.records(connection, "attack")
    left, right = (
        [record for record in records if record.key in side and record.key not in rest]
        for side, rest in (groups, groups[::-1])
    )
    found = []
    for pair in link(left, right, apart=comparable.known(connection, "attack", ("different",))).matched:
        if pair.score >= above and isinstance(pair.left, uuid.UUID) and isinstance(pair.right, uuid.UUID):
            found.append(_Both(pair.left, pair.right, pair.score))
    return found


def _told(connection: Connection) -> dict[uuid.UUID, dict[str, Any]]:
    """Of each attack that stands for itself: its ref, month, area, type of attack and type of facility."""
    records = {record.key: record for record in comparable.records(connection, "attack")}
    rows = {db.as_uuid(row["id"]): row for row in db.every(connection, _SUMMARY)}
    return {
        key: {
            "attack": row["ref"],
            "month": _month(row["occurred_from_on"], row["occurred_to_on"]),
            "area": row["area"] or row["place"] or row["country"],
            "type": records[key].facts.get("means", "not stated"),
            "facility": records[key].facts.get("facility", "not stated"),
        }
        for key, row in rows.items()
        if key in records
    }


_SUMMARY = """
WITH RECURSIVE inside(place_id, at_id, level, parent_id, steps) AS (
    SELECT p.id, p.id, p.level, p.parent_id, 0 FROM place p
    UNION ALL
    SELECT i.place_id, p.id, p.level, p.parent_id, i.steps + 1
    FROM inside i JOIN place p ON p.id = i.parent_id WHERE i.level <> 'governorate' AND i.steps < 12
)
SELECT a.id, a.ref, a.country, a.occurred_from_on, a.occurred_to_on, a.place,
       (SELECT g.name FROM inside i JOIN v_place g ON g.id = i.at_id
        WHERE i.place_id = a.place_id AND i.level = 'governorate') AS area
FROM v_attack a
"""


def _month(first: Any, last: Any) -> str:
    months = {str(day)[:7] for day in (first, last) if day is not None}
    return months.pop() if len(months) == 1 else "not known to the month"


def _attacks(
    both: Iterable[_Both], singles: list[list[uuid.UUID]], told: dict[uuid.UUID, dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    for pair in both:
        other = None if pair.other == pair.one else told[pair.other]["attack"]
        yield {**told[pair.one], "other": other, "where": "both", "score": pair.score}
    for side, where in zip(singles, ("only_one", "only_other"), strict=True):
        for key in side:
            yield {**told[key], "other": None, "where": where, "score": None}


def _counts(attacks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Attacks in both and in one only: in all, and by each way of grouping."""
    found = []
    for part in ("all", "month", "area", "type", "facility"):
        cells = Counter((attack.get(part, "all"), attack["where"]) for attack in attacks)
        for value in sorted({value for value, _ in cells}):
            places = {where: cells[value, where] for where in ("both", "only_one", "only_other")}
            found.append({"by": part, "value": value, **places})
    return found


def _numbers(
    connection: Connection,
    lists: list[Held],
    groups: list[_Groups],
    both: list[_Both],
    told: dict[uuid.UUID, dict[str, Any]],
) -> list[dict[str, Any]]:
    """Numbers that both lists give of an attack."""
    said = [_said(connection, held) for held in lists]
    found = []
    for pair in both:
        ours = _together(said[0], groups[0][pair.one])
        theirs = _together(said[1], groups[1][pair.other])
        for measure in sorted(ours.keys() & theirs.keys()):
            one, other = ours[measure], theirs[measure]
            known = one[0] is not None and other[0] is not None
            found.append(
                {
                    **{part: told[pair.one][part] for part in ("attack", "month", "area")},
                    "measure": measure,
                    "one": _spelt(*one),
                    "other": _spelt(*other),
                    "difference": (other[0] or 0) - (one[0] or 0) if known else None,
                    "agrees": one == other,
                }
            )
    return found


_Bounds = tuple[int | None, int | None]


def _said(connection: Connection, held: Held) -> dict[uuid.UUID, dict[str, list[_Bounds]]]:
    """What a list says in numbers, by attack and measure."""
    found: dict[uuid.UUID, dict[str, list[_Bounds]]] = defaultdict(lambda: defaultdict(list))
    sql = (
        "SELECT c.attack_id, c.measure_code AS measure, c.population_code AS population, c.low, c.high "
        "FROM claim c JOIN report r ON r.id = c.report_id "
        "WHERE c.attack_id IS NOT NULL AND c.kind = 'quantity' AND c.withdrawn_at IS NULL AND c.retracted_at IS NULL "
        f"AND NOT c.is_rate AND (c.low IS NOT NULL OR c.high IS NOT NULL) AND {held.claims} ORDER BY c.id"
    )
    for row in db.every(connection, sql, key=held.key):
        found[db.as_uuid(row["attack_id"])][comparable.measured(row)].append((row["low"], row["high"]))
    return found


def _together(said: dict[uuid.UUID, dict[str, list[_Bounds]]], group: frozenset[uuid.UUID]) -> dict[str, _Bounds]:
    """Of each measure the last that the list says of the attack."""
    return {measure: bounds[-1] for key in sorted(group) for measure, bounds in said.get(key, {}).items()}


def _spelt(low: int | None, high: int | None) -> str:
    if low == high:
        return str(low)
    if high is None:
        return f"{low} or more"
    return f"up to {high}" if low is None else f"{low} to {high}"
