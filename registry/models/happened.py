"""What happened: situations, attacks, the facilities they touched and by what means."""

import uuid
from datetime import date, datetime, time

from pydantic import Field as InputField
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from registry.codes import ABSENCES, ATTACK_LINKS, ATTACK_STATES, BASES
from registry.models.base import (
    Editable,
    Input,
    Moment,
    Row,
    code_from,
    country_code,
    in_order,
    key_to,
    on_earth,
    one_of,
    optional_code_from,
    optional_key_to,
    ref_field,
    release_agreed_at_field,
    release_check,
    retracted_field,
    sparse_index,
    sparse_key_to,
)

TIME_BANDS = ("night", "morning", "afternoon", "evening")
PARTS = ("facilities", "means", "harm", "attribution")


class Situation(Editable, table=True):
    """An area and a period (an offensive, a siege) that area-wide statements are about."""

    __table_args__ = (country_code(), in_order("from_on", "to_on", "from_to"), one_of("basis", BASES), release_check())
    ref: str = ref_field("N")
    country: str = Field(max_length=3)
    name: str = Field(unique=True)
    from_on: date | None = None
    to_on: date | None = None
    precision_code: str = code_from("date_precision")
    words: str | None = None
    basis: str = "printed"
    note: str | None = None
    release_agreed_at: datetime | None = release_agreed_at_field()
    release_agreed_by: str | None = None


class SituationPlace(Row, table=True):
    """A place of a situation, or a part of one ("northern")."""

    __tablename__ = "situation_place"
    __table_args__ = (UniqueConstraint("situation_id", "place_id", "part"),)
    situation_id: uuid.UUID = key_to("situation")
    place_id: uuid.UUID = key_to("place")
    part: str = ""


class Attack(Editable, table=True):
    """One violent event at a time and place; touches zero, one or many facilities.

    A double tap is a parent with two strikes as children: totals take the parent or its children, never both.
    For each part that nobody has filled in, the `…_absence` says why: `not_coded` until somebody knows it.
    """

    __table_args__ = (
        release_check(),
        country_code(),
        on_earth(),
        in_order("occurred_from_on", "occurred_to_on", "occurred"),
        one_of("occurred_basis", BASES),
        one_of("time_band", TIME_BANDS),
        one_of("state", ATTACK_STATES),
        *(one_of(f"{part}_absence", ABSENCES) for part in PARTS),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_why IS NOT NULL)", name="withdrawn_why"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("canonical_id <> id", name="not_its_own_canonical"),
        sparse_index("attack", "parent_id"),
        sparse_index("attack", "canonical_id"),
        Index("ix_attack_country_occurred", "country", "occurred_from_on", "occurred_to_on"),
        Index("ix_attack_occurred", "occurred_from_on", "occurred_to_on"),
    )
    ref: str = ref_field("A")
    country: str = Field(max_length=3)
    situation_id: uuid.UUID | None = optional_key_to("situation")
    parent_id: uuid.UUID | None = sparse_key_to("attack")
    canonical_id: uuid.UUID | None = sparse_key_to("attack")
    place_id: uuid.UUID = key_to("place")
    place_precision_code: str = code_from("place_precision")
    place_words: str | None = None
    lat: float | None = None  # restricted
    lon: float | None = None  # restricted
    occurred_from_on: date | None = None
    occurred_to_on: date | None = None
    occurred_precision_code: str = code_from("date_precision")
    occurred_basis: str = "printed"
    occurred_words: str | None = None
    time_of_day: time | None = None
    time_band: str | None = None
    title: str | None = None
    summary: str | None = None
    state: str = "draft"
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
    withdrawn_why: str | None = None
    facilities_absence: str | None = "not_coded"
    means_absence: str | None = "not_coded"
    harm_absence: str | None = "not_coded"
    attribution_absence: str | None = "not_coded"
    note: str | None = None
    release_agreed_at: datetime | None = release_agreed_at_field()
    release_agreed_by: str | None = None
    retracted_at: datetime | None = retracted_field()


class AttackFacility(Editable, table=True):
    """What an attack did to a facility: our finding, which rests on claims."""

    __tablename__ = "attack_facility"
    __table_args__ = (country_code(), UniqueConstraint("attack_id", "facility_id"))
    country: str = Field(max_length=3)
    attack_id: uuid.UUID = key_to("attack")
    facility_id: uuid.UUID = key_to("facility")
    effect_code: str | None = optional_code_from("effect")
    damage_code: str | None = optional_code_from("damage")
    functionality_code: str | None = optional_code_from("functionality")
    note: str | None = None
    retracted_at: datetime | None = retracted_field()


class AttackFacilityClaim(Row, table=True):
    """The claims that our finding on a facility rests on."""

    __tablename__ = "attack_facility_claim"
    __table_args__ = (UniqueConstraint("attack_facility_id", "claim_id"),)
    attack_facility_id: uuid.UUID = key_to("attack_facility")
    claim_id: uuid.UUID = key_to("claim")


class AttackMeans(Editable, table=True):
    """By which means: type × launch × munition in one row ("barrel bomb from a helicopter")."""

    __tablename__ = "attack_means"
    __table_args__ = (
        UniqueConstraint("attack_id", "attack_type_code", "launch_code", "munition_code", name="uq_attack_means_means"),
    )
    attack_id: uuid.UUID = key_to("attack")
    attack_type_code: str = code_from("attack_type")
    launch_code: str | None = optional_code_from("launch_method")
    munition_code: str | None = optional_code_from("munition")
    retracted_at: datetime | None = retracted_field()


class AttackMeansClaim(Row, table=True):
    """The claims that our finding on the means rests on."""

    __tablename__ = "attack_means_claim"
    __table_args__ = (UniqueConstraint("attack_means_id", "claim_id"),)
    attack_means_id: uuid.UUID = key_to("attack_means")
    claim_id: uuid.UUID = key_to("claim")


class AttackReport(Row, table=True):
    """A report that speaks of an attack."""

    __tablename__ = "attack_report"
    __table_args__ = (UniqueConstraint("attack_id", "report_id"),)
    attack_id: uuid.UUID = key_to("attack")
    report_id: uuid.UUID = key_to("report")
    locator: str | None = None
    retracted_at: datetime | None = retracted_field()


class AttackLink(Row, table=True):
    """Two attacks belong together: a follow-up strike, the same series, a part."""

    __tablename__ = "attack_link"
    __table_args__ = (
        one_of("kind", ATTACK_LINKS),
        UniqueConstraint("attack_id", "other_id", "kind"),
        CheckConstraint("attack_id <> other_id", name="two_attacks"),
    )
    attack_id: uuid.UUID = key_to("attack")
    other_id: uuid.UUID = key_to("attack")
    kind: str
    why: str | None = None
    retracted_at: datetime | None = retracted_field()


class SituationCreate(Input):
    """A situation as a person gives it; `places` may carry a part: `northern Hama`."""

    name: str = InputField(min_length=1, max_length=300)
    places: list[str] = InputField(min_length=1)
    when: str
    basis: str | None = None
    country: str | None = InputField(default=None, pattern="^[A-Z]{3}$")
    note: str | None = None


class MeansCreate(Input):
    """One means; at least its type."""

    type: str
    launch: str | None = None
    munition: str | None = None


class HitFacilityCreate(Input):
    """A facility that an attack touched: one on file by ref or name, or an unnamed one by its type."""

    facility: str | None = None
    unnamed: str | None = None
    effect: str | None = None
    damage: str | None = None
    functionality: str | None = None


class AttackCreate(Input):
    """An attack as a person gives it. Harm and accusations are claims and attributions, given beside it.

    Attributes:
        when: in any spelling of a date; empty: unknown.
        facilities_absence, means_absence, …: why a part is empty: not_reported, reported_none, unknown, withheld.
    """

    when: str | None = None
    basis: str | None = None
    time: str | None = None
    place: str
    place_precision: str | None = None
    place_words: str | None = None
    lat: float | None = InputField(default=None, ge=-90, le=90)
    lon: float | None = InputField(default=None, ge=-180, le=180)
    country: str | None = InputField(default=None, pattern="^[A-Z]{3}$")
    situation: str | None = None
    parent: str | None = None
    title: str | None = None
    summary: str | None = None
    facilities: list[HitFacilityCreate] = []
    means: list[MeansCreate] = []
    reports: list[str] = []
    facilities_absence: str | None = None
    means_absence: str | None = None
    harm_absence: str | None = None
    attribution_absence: str | None = None
    note: str | None = None


class AttackEdit(AttackCreate):
    """An attack as it is changed: what was recorded of it by mistake is taken off.

    Attributes:
        not_hit: facilities that it did not touch, by ref or name.
        not_means: means that it was not carried out by, each as it was recorded.
    """

    not_hit: list[str] = []
    not_means: list[MeansCreate] = []
