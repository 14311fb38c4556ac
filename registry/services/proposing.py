"""Which records may be the same: pairs proposed with their reasons. Reads plain SQL, writes nothing.

What was judged is not proposed again: "same" and "different" never, "unsure" where it is asked for.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from registry import codes, db
from registry.errors import NotFound
from registry.services import comparable
from registry.services.linking import Linked, Pair, Reason, Record, link, link_within, splinked
from registry.services.linking.model import Model, Scored, learned

KINDS = comparable.KINDS
_TOLD = 5
"""Reasons that are kept with a judgement."""

_TELLING = 0.5
"""Evidence weaker than this, in bits, is no reason worth telling."""


@dataclass(frozen=True)
class Proposal:
    """Two records that may be one thing.

    Attributes:
        left, right: their keys; `left_ref` and `right_ref` are for people.
        score: how probable it is that they are one, given everything else that each might be.
        is_best: whether each is the other's best partner, so that it may be accepted without a look.
        reasons: the evidence, strongest first.
    """

    left: uuid.UUID
    right: uuid.UUID
    left_ref: str
    right_ref: str
    score: float
    is_best: bool
    reasons: tuple[Reason, ...]

    @property
    def why(self) -> str:
        """The strongest reasons, as they are kept with a judgement."""
        return "; ".join(f"{reason.about}: {reason.words} ({reason.weight:+.1f})" for reason in self._telling())

    @property
    def evidence(self) -> str:
        """What they are about and how much they weigh, in bits: for a narrow column."""
        return ", ".join(f"{reason.about} {reason.weight:+.0f}" for reason in self._telling())

    def _telling(self) -> list[Reason]:
        return [reason for reason in self.reasons if abs(reason.weight) >= _TELLING][:_TOLD]


def find(
    connection: Connection,
    kind: str,
    *,
    against: str | None = None,
    above: float = 0.0,
    limit: int | None = None,
    with_unsure: bool = False,
    with_splink: bool = False,
) -> list[Proposal]:
    """Pairs of records that may be one thing and were not judged, the most probable first.

    Args:
        connection: in one read transaction.
        kind: facility, attack or place.
        against: a list; its records are compared with all others. None: all records are compared with each other.
        above: pairs less probable than this are left out.
        limit: how many pairs at most.
        with_unsure: also those that somebody was unsure of.
        with_splink: Splink's model scores the pairs in place of ours; it needs the extra `linkage`.

    Raises:
        RegistryError: Splink is not installed.
        NotFound, Ambiguous: there is no such list, or several.
    """
    score = splinked.scorer() if with_splink else learned
    linked = _linked(connection, kind, against, with_unsure=with_unsure, score=score)
    best = {(pair.left, pair.right) for pair in linked.matched}
    pairs = [pair for pair in linked.pairs if pair.score >= above][:limit]
    refs = _refs(connection, kind)
    return [_proposal(pair, linked, refs, is_best=(pair.left, pair.right) in best) for pair in pairs]


def _proposal(pair: Pair, linked: Linked, refs: Mapping[uuid.UUID, str], *, is_best: bool) -> Proposal:
    left, right = _key(pair.left), _key(pair.right)
    return Proposal(left, right, refs[left], refs[right], pair.score, is_best, linked.reasons(left, right))


def _key(value: object) -> uuid.UUID:
    if isinstance(value, uuid.UUID):
        return value
    message = "records of the registry have UUIDs for keys"
    raise TypeError(message)


def _linked(
    connection: Connection, kind: str, against: str | None, *, with_unsure: bool, score: Callable[[Model], Scored]
) -> Linked:
    records = comparable.records(connection, kind)
    verdicts = ("same", "different") if with_unsure else codes.VERDICTS
    judged = comparable.known(connection, kind, verdicts)
    together = comparable.batches(connection, kind)

    def apart(one: object, other: object) -> bool:
        # A list counts a thing once: who has a partner from it already is not offered a second one.
        return judged(one, other) or not together[one].isdisjoint(together[other])

    if against is not None:
        members = comparable.held(connection, kind, against).members
        left: list[Record] = [record for record in records if record.key in members]
        right: list[Record] = [record for record in records if record.key not in members]
        # Attacks told in the same words may well be two; a facility is where it is.
        return link(left, right, repeats=kind != "attack", apart=apart, score=score)
    # Lists of facilities hold doublets, which are looked for here; the attacks of a wave are told alike, and are none.
    return link_within(records, apart=apart if kind == "attack" else judged, score=score)


def _refs(connection: Connection, kind: str) -> dict[uuid.UUID, str]:
    return {db.as_uuid(row["id"]): row["ref"] for row in db.every(connection, f"SELECT id, ref FROM {kind}")}


_SHOWN = {
    "facility": (
        "SELECT ref, name, name_ar, type, place, country, operator_kind, times_hit, opened_on, closed_on, note "
        "FROM v_facility WHERE id = :key"
    ),
    "attack": (
        "SELECT ref, place, country, occurred_from_on, occurred_to_on, occurred_words, title, summary, state, grade, "
        "named_facilities, unnamed_facilities FROM v_attack WHERE id = :key"
    ),
    "place": "SELECT ref, name, name_ar, level, pcode, parent, country, lat, lon, note FROM v_place WHERE id = :key",
}


def beside(connection: Connection, kind: str, keys: Iterable[uuid.UUID]) -> list[dict[str, Any]]:
    """Records as they are laid side by side: what the views say, and all that was compared.

    Raises:
        NotFound: one of them is gone.
    """
    return [_shown(connection, kind, key) for key in keys]


def _shown(connection: Connection, kind: str, key: uuid.UUID) -> dict[str, Any]:
    bound = db.as_key(connection, key)
    shown = db.one(connection, _SHOWN[kind], key=bound)
    if shown is None:
        raise NotFound(kind, str(key), hint=f"see `registry {kind} list`")
    for about, sql in _MORE[kind].items():
        shown[about] = [row["value"] if "value" in row else _spot(row) for row in db.every(connection, sql, key=bound)]
    return shown


def _spot(row: dict[str, Any]) -> str:
    """A position to the metre; lists write fifteen decimals."""
    return f"{row['lat']:.5f}, {row['lon']:.5f} ({row['precision']})"


_HELD = "AND retracted_at IS NULL ORDER BY id"
_LISTS = (
    "SELECT DISTINCT b.file_name AS value FROM import_row r JOIN import_batch b ON b.id = r.batch_id "
    "WHERE r.target_id = :key AND b.state = 'loaded' ORDER BY b.file_name"
)
_MORE = {
    "facility": {
        "names": f"SELECT name AS value FROM facility_name WHERE facility_id = :key {_HELD}",
        "position": (
            "SELECT lat, lon, precision_code AS precision "
            "FROM facility_position WHERE facility_id = :key AND retracted_at IS NULL ORDER BY id"
        ),
        "identifiers": (
            "SELECT scheme || '=' || value AS value FROM facility_identifier "
            "WHERE facility_id = :key AND retracted_at IS NULL ORDER BY id"
        ),
        "lists": _LISTS,
    },
    "attack": {
        "means": f"SELECT attack_type_code AS value FROM attack_means WHERE attack_id = :key {_HELD}",
        "actors": (
            "SELECT DISTINCT actor || ' (' || stance || ')' AS value FROM v_attribution "
            "WHERE attack_id = :key ORDER BY 1"
        ),
        "facilities": (
            "SELECT name || ' (' || type || ')' AS value FROM v_attack_facility WHERE attack_id = :key ORDER BY id"
        ),
        "harm": (
            "SELECT measure || ' ' || COALESCE(population || ' ', '') || COALESCE(CAST(low AS TEXT), '?') || '–' || "
            "COALESCE(CAST(high AS TEXT), '?') AS value FROM v_figure WHERE attack_id = :key ORDER BY measure, ref"
        ),
        "reports": (
            "SELECT DISTINCT r.publisher AS value FROM attack_report l JOIN v_report r ON r.id = l.report_id "
            "WHERE l.attack_id = :key AND l.retracted_at IS NULL ORDER BY 1"
        ),
        "lists": _LISTS,
    },
    "place": {
        "names": f"SELECT name AS value FROM place_name WHERE place_id = :key {_HELD}",
        "lists": _LISTS,
    },
}  # fmt: skip
