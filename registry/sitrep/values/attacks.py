"""The list of attacks."""

from dataclasses import dataclass
from typing import Literal

from registry.sitrep.values.claims import Hedge
from registry.sitrep.values.terms import Absence, Quantity, Sector, Span, Term, When

Stance = Literal["accuses", "claims", "denies", "one_of"]
RowState = Literal["new", "updated", "corrected", "unchanged", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allegation:
    """Who accuses, claims or denies; the actor is never ours to name alone.

    Attributes:
        speaker: who says so; "" with `is_own_voice` if the document says it in its own voice.
    """

    speaker: str
    actors: tuple[str, ...]
    stance: Stance
    source: int
    claim: int | None = None
    is_party_to_conflict: bool = False
    is_own_voice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityHit:
    """A facility touched by an attack; "" as the name of an unnamed one.

    Attributes:
        status: how it worked by the end of the period, as far as somebody recorded it.
    """

    name: str
    facility_type: Term
    sector: Sector = "other"
    ref: str = ""
    status: Term | None = None
    is_name_withheld: bool = False
    effect: Term | None = None
    damage: Term | None = None
    functionality: Term | None = None
    is_hit_again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What an attack did to people: a range over its claims, or why there is none."""

    measure: Term
    population: Term | None = None
    span: Span | None = None
    beside: tuple[Quantity, ...] = ()
    absence: Absence | None = None
    claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """By which means, as claimed; a part that nobody states is None."""

    attack_type: Term | None = None
    launch: Term | None = None
    munition: Term | None = None
    hedge: Hedge | None = None
    claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackRow:
    """One attack of the list.

    Attributes:
        facilities: empty if no facility is reported, which is printed.
        summary: what happened, in neutral verbs.
        parent: ref of the attack that it is one strike of; "" otherwise. A total counts the two once.
        perhaps_same: refs of attacks of which nobody is sure that they are others.
        grade: None if nobody has assessed it.
        independent_origins: None if not worked out.
    """

    ref: str
    when: When
    place: str
    summary: str
    parent: str = ""
    perhaps_same: tuple[str, ...] = ()
    facilities: tuple[FacilityHit, ...] = ()
    means: tuple[Means, ...] = ()
    harm: tuple[Harm, ...] = ()
    allegations: tuple[Allegation, ...] = ()
    place_precision: Term | None = None
    grade: Term | None = None
    grade_scheme: str = ""
    independent_origins: int | None = None
    state: RowState = "new"
    is_provisional: bool = False
    claims: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()
