"""What speakers say, and the ranges over comparable claims."""

from dataclasses import dataclass
from typing import Literal

from registry.sitrep.values.terms import Quantity, Scope, Span, Term, When

Relay = Literal["named", "none", "not_stated"]
Hedge = Literal["reported", "alleged", "unconfirmed", "confirmed_by_speaker"]
ClaimState = Literal["current", "corrected", "withdrawn"]
Rule = Literal["range", "named_only", "preferred_source", "adopted"]
Subject = Literal["area", "attack", "facility"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """One claim: who says what, through whom, about what.

    Attributes:
        number: the claim's number in this sitrep, from 1.
        subject_text: the situation's name, or the ref of the attack or facility.
        speaker_of: the speaker's organisation and role, "" if the speaker is the organisation.
        relay_name: through whom it reached the publisher when `relay` is `named`.
        quantity: None for claims that count nothing (means, status, conduct alone).
        conduct: what the speaker claims about how, such as "directly targeted".
        place_words: as printed, "" if none.
        scope_group: rows with the same label are comparable; "" stands alone.
        origin: rows with the same label count once; "" if unknown, or withheld.
        is_on_front: one of the five rows of page one.
    """

    number: int
    source: int
    subject: Subject
    subject_text: str
    measure: Term
    speaker: str
    publisher: str
    speaker_of: str = ""
    is_party_to_conflict: bool = False
    is_anonymous: bool = False
    relay: Relay = "not_stated"
    relay_name: str = ""
    population: Term | None = None
    facility_type: Term | None = None
    quantity: Quantity | None = None
    conduct: Term | None = None
    period: When | None = None
    places: tuple[str, ...] = ()
    place_words: str = ""
    scope_group: str = ""
    origin: str = ""
    is_origin_withheld: bool = False
    hedge: Hedge | None = None
    is_joined_by_judgement: bool = False
    state: ClaimState = "current"
    note: str = ""
    is_on_front: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalRow:
    """One claim in the drawing of a range; outside it where `is_in_range` is false."""

    claim: int
    source: int
    speaker: str
    quantity: Quantity
    is_in_range: bool = True
    is_party_to_conflict: bool = False
    is_joined_by_judgement: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A group of comparable claims and the figure that we hold over them.

    Attributes:
        group: the `scope_group` of its claims.
        decided_by: the person answerable, "" where the rule alone made it.
        is_stale: a claim came after a person adopted the figure.
    """

    group: str
    measure: Term
    population: Term | None
    facility_type: Term | None
    scope: Scope
    rows: tuple[IntervalRow, ...]
    adopted: Span
    rule: Rule = "range"
    decided_by: str = ""
    reason: str = ""
    is_stale: bool = False
