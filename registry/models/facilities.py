"""What stands there: facilities, what is known of each over time, and how many of a type exist."""

import uuid
from datetime import date, datetime
from typing import Annotated

from pydantic import Field as InputField
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from registry.codes import FACILITY_USES, NAME_KINDS
from registry.models.base import (
    Editable,
    Input,
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
    retracted_field,
    sparse_index,
    sparse_key_to,
)
from registry.ranges import LARGEST

TIERS = ("primary", "secondary", "tertiary")
OPERATOR_KINDS = ("government", "ngo", "international_ngo", "un", "private", "community", "religious", "armed_group")


class Facility(Editable, table=True):
    """A site or unit that serves civilians. A placeholder stands for one that no source has named.

    `canonical_id` follows the judgements: it is the record that this one was found to be the same as.
    """

    __table_args__ = (
        country_code(),
        one_of("operator_kind", OPERATOR_KINDS),
        one_of("tier", TIERS),
        in_order("opened_on", "closed_on", "opened_closed"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("canonical_id <> id", name="not_its_own_canonical"),
        sparse_index("facility", "canonical_id"),
    )
    ref: str = ref_field("F")
    country: str = Field(max_length=3)
    type_code: str = code_from("facility_type")
    place_id: uuid.UUID = key_to("place")
    parent_id: uuid.UUID | None = optional_key_to("facility")
    canonical_id: uuid.UUID | None = sparse_key_to("facility")
    operator_id: uuid.UUID | None = optional_key_to("source")
    operator_kind: str | None = None
    is_placeholder: bool = False
    is_underground: bool = False  # restricted
    is_mobile: bool = False
    tier: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    note: str | None = None
    retracted_at: datetime | None = retracted_field()


class FacilityName(Row, table=True):
    """One name of a facility, in one language and script."""

    __tablename__ = "facility_name"
    __table_args__ = (UniqueConstraint("facility_id", "name", "language"), one_of("kind", NAME_KINDS))
    facility_id: uuid.UUID = key_to("facility")
    name: str
    language: str = Field(default="und", max_length=12)
    script: str = Field(default="Zyyy", max_length=4)
    kind: str = "official"
    folded: str = Field(index=True)
    retracted_at: datetime | None = retracted_field()


class FacilityIdentifier(Row, table=True):
    """What somebody else's list calls it: OpenStreetMap, healthsites.io, HeRAMS, a ministry."""

    __tablename__ = "facility_identifier"
    __table_args__ = (
        UniqueConstraint("scheme", "value", "facility_id"),
        in_order("valid_from_on", "valid_to_on", "valid"),
    )
    facility_id: uuid.UUID = key_to("facility")
    scheme: str = Field(max_length=40)
    value: str = Field(max_length=200)
    valid_from_on: date | None = None
    valid_to_on: date | None = None
    retracted_at: datetime | None = retracted_field()


class FacilityPosition(Row, table=True):
    """Where it stands, by whom and since when. Restricted: an exact point can kill."""

    __tablename__ = "facility_position"
    __table_args__ = (on_earth(), in_order("valid_from_on", "valid_to_on", "valid"))
    facility_id: uuid.UUID = key_to("facility")
    lat: float
    lon: float
    precision_code: str = code_from("place_precision")
    method: str | None = None
    valid_from_on: date | None = None
    valid_to_on: date | None = None
    report_id: uuid.UUID | None = optional_key_to("report")
    retracted_at: datetime | None = retracted_field()


class FacilityStatus(Editable, table=True):
    """How it worked and how damaged it was at a date: a history, not a column. Rests on claims."""

    __tablename__ = "facility_status"
    __table_args__ = (
        in_order("observed_from_on", "observed_to_on", "observed"),
        CheckConstraint(
            "functionality_code IS NOT NULL OR damage_code IS NOT NULL OR accessibility_code IS NOT NULL",
            name="says_something",
        ),
    )
    facility_id: uuid.UUID = key_to("facility")
    observed_from_on: date | None = None
    observed_to_on: date | None = None
    observed_precision_code: str = code_from("date_precision")
    observed_words: str | None = None
    functionality_code: str | None = optional_code_from("functionality")
    accessibility_code: str | None = optional_code_from("accessibility")
    damage_code: str | None = optional_code_from("damage")
    is_reopening: bool = False  # restricted: a reopening marks a target
    attack_id: uuid.UUID | None = optional_key_to("attack")
    report_id: uuid.UUID | None = optional_key_to("report")
    note: str | None = None
    retracted_at: datetime | None = retracted_field()


class FacilityStatusClaim(Row, table=True):
    """The claims that a status rests on."""

    __tablename__ = "facility_status_claim"
    __table_args__ = (UniqueConstraint("facility_status_id", "claim_id"),)
    facility_status_id: uuid.UUID = key_to("facility_status")
    claim_id: uuid.UUID = key_to("claim")


class FacilityUse(Row, table=True):
    """What it was used for, over which time. Internal by default: use by armed actors can kill."""

    __tablename__ = "facility_use"
    __table_args__ = (one_of("use", FACILITY_USES), in_order("from_on", "to_on", "from_to"))
    facility_id: uuid.UUID = key_to("facility")
    use: str
    from_on: date | None = None
    to_on: date | None = None
    claim_id: uuid.UUID = key_to("claim")


class FacilityService(Row, table=True):
    """A service it gives, with its volume where a report says so."""

    __tablename__ = "facility_service"
    __table_args__ = (CheckConstraint("monthly_volume >= 0 AND catchment >= 0", name="not_negative"),)
    facility_id: uuid.UUID = key_to("facility")
    service: str
    monthly_volume: int | None = None
    catchment: int | None = None
    as_of_on: date | None = None
    report_id: uuid.UUID | None = optional_key_to("report")


class FacilityNotice(Row, table=True):
    """A deconfliction notification: who was told of it, when. Restricted."""

    __tablename__ = "facility_notice"
    facility_id: uuid.UUID = key_to("facility")
    channel: str
    submitted_on: date | None = None
    shared_with: str | None = None
    status: str | None = None
    position_verified: bool | None = None
    report_id: uuid.UUID | None = optional_key_to("report")


class FacilityCensus(Row, table=True):
    """How many facilities of a type exist in a place at a date: the denominator of a rate."""

    __tablename__ = "facility_census"
    __table_args__ = (
        UniqueConstraint("place_id", "type_code", "as_of_on"),
        CheckConstraint("count >= 0", name="not_negative"),
        Index("ix_facility_census_type_code_place_id", "type_code", "place_id"),
    )
    place_id: uuid.UUID = key_to("place")
    type_code: str = code_from("facility_type")
    as_of_on: date
    count: int
    report_id: uuid.UUID | None = optional_key_to("report")


class FacilityCensusCreate(Input):
    """How many facilities of a type and the types below it exist in a place."""

    place: str
    type: str
    count: int = InputField(ge=0, le=LARGEST)
    as_of: date
    report: str | None = None


class FacilityCreate(Input):
    """A facility as a person gives it; `placeholder` for one that no source has named."""

    name: str | None = InputField(default=None, max_length=300)
    names: list[str] = []
    language: str = InputField(default="und", max_length=12)
    type: str
    place: str
    part_of: str | None = None
    operator: str | None = None
    operator_kind: str | None = None
    placeholder: bool = False
    underground: bool = False
    mobile: bool = False
    tier: str | None = None
    identifiers: dict[
        Annotated[str, InputField(max_length=40)], Annotated[str, InputField(min_length=1, max_length=200)]
    ] = {}
    lat: float | None = InputField(default=None, ge=-90, le=90)
    lon: float | None = InputField(default=None, ge=-180, le=180)
    precision: str | None = None
    note: str | None = None


class FacilityStatusCreate(Input):
    """How a facility was at a date, and which claims or report say so."""

    when: str
    functionality: str | None = None
    damage: str | None = None
    accessibility: str | None = None
    reopening: bool = False
    attack: str | None = None
    report: str | None = None
    claims: list[str] = []
    note: str | None = None
