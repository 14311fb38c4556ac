"""What was said: reports, what each quotes or copies, the claims in them, and whom they accuse."""

import uuid
from datetime import date, datetime

from pydantic import Field as InputField
from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from registry.codes import (
    ABSENCES,
    ACCUMULATIONS,
    BASES,
    CLAIM_KINDS,
    CLAIM_LINKS,
    CONDUCTS,
    FACILITY_USES,
    HEDGES,
    INDEPENDENCE,
    OPERATORS,
    RELAYS,
    REPORT_KINDS,
    REPORT_LINKS,
    STANCES,
)
from registry.models.base import (
    Editable,
    Input,
    Moment,
    Row,
    code_from,
    country_code,
    exactly_one,
    in_order,
    key_to,
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

_BOUNDS = """CASE operator
 WHEN 'exactly' THEN low IS NOT NULL AND high IS NOT NULL AND low = high
 WHEN 'about' THEN low IS NOT NULL AND high IS NOT NULL AND low = high
 WHEN 'at_least' THEN low IS NOT NULL AND high IS NULL
 WHEN 'more_than' THEN low IS NOT NULL AND high IS NULL
 WHEN 'at_most' THEN low IS NULL AND high IS NOT NULL
 WHEN 'fewer_than' THEN low IS NULL AND high IS NOT NULL
 WHEN 'between' THEN low IS NOT NULL AND high IS NOT NULL
 ELSE low IS NULL AND high IS NULL END"""


class Report(Editable, table=True):
    """A document published by a source. A stub stands for one that we know of but do not hold (a cited wire)."""

    __table_args__ = (
        release_check(),
        one_of("published_basis", BASES),
        one_of("kind", REPORT_KINDS),
        in_order("published_from_on", "published_to_on", "published"),
        Index("ix_report_published_from_on", "published_from_on"),
    )
    ref: str = ref_field("R")
    publisher_id: uuid.UUID = key_to("source")
    title: str | None = None
    url: str | None = None
    archive_url: str | None = None
    published_from_on: date | None = None
    published_to_on: date | None = None
    published_precision_code: str = code_from("date_precision")
    published_words: str | None = None
    published_basis: str = "printed"
    language: str = Field(default="und", max_length=12)
    kind: str = "news_article"
    accessed_on: date | None = None
    outside_id: str | None = None
    is_stub: bool = False
    note: str | None = None
    release_agreed_at: datetime | None = release_agreed_at_field()
    release_agreed_by: str | None = None
    retracted_at: datetime | None = retracted_field()


class ReportLink(Row, table=True):
    """One report cites, republishes or translates another."""

    __tablename__ = "report_link"
    __table_args__ = (
        one_of("kind", REPORT_LINKS),
        UniqueConstraint("report_id", "other_id", "kind"),
        CheckConstraint("report_id <> other_id", name="two_reports"),
    )
    report_id: uuid.UUID = key_to("report")
    other_id: uuid.UUID = key_to("report")
    kind: str
    decided_by: str
    note: str | None = None
    retracted_at: datetime | None = retracted_field()


class Artifact(Row, table=True):
    """A file that captures a report, known by its SHA-256; a working copy points to its original."""

    __table_args__ = (
        UniqueConstraint("report_id", "sha256"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("size_bytes >= 0", name="size_bytes"),
    )
    report_id: uuid.UUID = key_to("report")
    sha256: str = Field(max_length=64, index=True)
    size_bytes: int
    media_type: str
    file_name: str
    captured_at: datetime = Field(sa_type=Moment)
    captured_by: str
    tool: str | None = None
    is_working_copy: bool = False
    parent_id: uuid.UUID | None = optional_key_to("artifact")


class Origin(Row, table=True):
    """The first known utterance behind claims: a speaker's organisation on one matter (an attack, a situation)."""

    __table_args__ = (UniqueConstraint("source_id", "matter"),)
    source_id: uuid.UUID = key_to("source")
    matter: str = Field(max_length=200)  # the ref of the subject, and a word where one body has two accounts of it
    first_uttered_on: date | None = None
    note: str | None = None


class OriginIndependence(Row, table=True):
    """Whether two origins know what they say independently of one another, by whom it was decided and why."""

    __tablename__ = "origin_independence"
    __table_args__ = (
        one_of("verdict", INDEPENDENCE),
        CheckConstraint("left_id < right_id", name="left_before_right"),
        Index(
            "uq_origin_independence_standing",
            "left_id",
            "right_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
    left_id: uuid.UUID = key_to("origin")
    right_id: uuid.UUID = key_to("origin")
    verdict: str
    reason: str
    decided_by: str
    decided_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class Claim(Editable, table=True):
    """What one speaker says in one report about exactly one attack, facility or situation.

    The number keeps its operator, its bounds and its words. What is missing is typed (`absence`), never 0 or blank.
    """

    __table_args__ = (
        release_check(),
        country_code(),
        exactly_one("attack_id", "facility_id", "situation_id", name="one_subject"),
        one_of("kind", CLAIM_KINDS),
        one_of("operator", OPERATORS),
        one_of("absence", ABSENCES),
        one_of("hedge", HEDGES),
        one_of("accumulation", ACCUMULATIONS),
        one_of("period_basis", BASES),
        one_of("relay", RELAYS),
        one_of("conduct", CONDUCTS),
        one_of("facility_use", FACILITY_USES),
        one_of("withdrawn_as", ("by_speaker", "our_error")),
        CheckConstraint(_BOUNDS, name="bounds"),
        CheckConstraint("low <= high", name="low_high"),
        CheckConstraint("low >= 0", name="low_not_negative"),
        CheckConstraint("high >= 0", name="high_not_negative"),
        CheckConstraint(
            "kind <> 'quantity' OR (measure_code IS NOT NULL AND (operator IS NULL) <> (absence IS NULL))",
            name="quantity",
        ),
        CheckConstraint("kind <> 'conduct' OR conduct IS NOT NULL", name="conduct_said"),
        CheckConstraint(
            "kind <> 'means' OR attack_type_code IS NOT NULL OR launch_code IS NOT NULL OR munition_code IS NOT NULL",
            name="means_said",
        ),
        CheckConstraint(
            "kind <> 'status' OR damage_code IS NOT NULL OR functionality_code IS NOT NULL", name="status_said"
        ),
        CheckConstraint("kind <> 'use' OR facility_use IS NOT NULL", name="use_said"),
        CheckConstraint("operator <> 'some' OR words IS NOT NULL", name="some_has_words"),
        CheckConstraint("(relay = 'named') = (relay_id IS NOT NULL)", name="relay_named"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_as IS NULL)", name="withdrawn"),
        in_order("period_from_on", "period_to_on", "period"),
        sparse_index("claim", "facility_id"),
        sparse_index("claim", "situation_id"),
    )
    ref: str = ref_field("C")
    country: str = Field(max_length=3)
    kind: str
    report_id: uuid.UUID = key_to("report")
    speaker_id: uuid.UUID = key_to("source")
    relay: str = "not_stated"
    relay_id: uuid.UUID | None = optional_key_to("source")
    origin_id: uuid.UUID = key_to("origin")
    attack_id: uuid.UUID | None = optional_key_to("attack")
    facility_id: uuid.UUID | None = sparse_key_to("facility")
    situation_id: uuid.UUID | None = sparse_key_to("situation")
    measure_code: str | None = optional_code_from("measure")
    population_code: str | None = optional_code_from("population")
    facility_type_code: str | None = optional_code_from("facility_type")
    operator: str | None = None
    low: int | None = None
    high: int | None = None
    absence: str | None = None
    words: str | None = None
    words_language: str | None = Field(default=None, max_length=12)
    translated_by: str | None = None
    unit: str | None = None
    is_rate: bool = False
    period_from_on: date | None = None
    period_to_on: date | None = None
    period_precision_code: str = code_from("date_precision")
    period_basis: str = "not_stated"
    period_words: str | None = None
    accumulation: str = "not_stated"
    place_words: str | None = None
    attack_type_code: str | None = optional_code_from("attack_type")
    launch_code: str | None = optional_code_from("launch_method")
    munition_code: str | None = optional_code_from("munition")
    damage_code: str | None = optional_code_from("damage")
    functionality_code: str | None = optional_code_from("functionality")
    facility_use: str | None = None
    conduct: str | None = None
    hedge: str | None = None
    is_imputed: bool = False
    definition_note: str | None = None
    locator: str | None = None
    note: str | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
    withdrawn_as: str | None = None
    withdrawn_why: str | None = None
    release_agreed_at: datetime | None = release_agreed_at_field()
    release_agreed_by: str | None = None
    retracted_at: datetime | None = retracted_field()


class ClaimPlace(Row, table=True):
    """A place that a claim is about, or a part of one ("northern")."""

    __tablename__ = "claim_place"
    __table_args__ = (UniqueConstraint("claim_id", "place_id", "part"),)
    claim_id: uuid.UUID = key_to("claim")
    place_id: uuid.UUID = key_to("place")
    part: str = ""


class ClaimFacility(Row, table=True):
    """A named facility that a claim's number stands for."""

    __tablename__ = "claim_facility"
    __table_args__ = (UniqueConstraint("claim_id", "facility_id"),)
    claim_id: uuid.UUID = key_to("claim")
    facility_id: uuid.UUID = key_to("facility")


class ClaimLink(Row, table=True):
    """One claim corrects, re-scopes, withdraws, repeats or is part of another: many to many.

    `by_speaker`: the speaker says so; otherwise it is our reading.
    """

    __tablename__ = "claim_link"
    __table_args__ = (
        one_of("kind", CLAIM_LINKS),
        UniqueConstraint("claim_id", "other_id", "kind"),
        CheckConstraint("claim_id <> other_id", name="two_claims"),
    )
    claim_id: uuid.UUID = key_to("claim")
    other_id: uuid.UUID = key_to("claim")
    kind: str
    by_speaker: bool
    note: str | None = None


class Attribution(Editable, table=True):
    """Whom a speaker accuses of an attack or of a situation's attacks, or who claims or denies it.

    `one_of` with several actors: the speaker says that it was one of them.
    """

    __table_args__ = (
        one_of("stance", STANCES),
        exactly_one("attack_id", "situation_id", name="one_subject"),
        one_of("hedge", HEDGES),
    )
    report_id: uuid.UUID = key_to("report")
    speaker_id: uuid.UUID = key_to("source")
    attack_id: uuid.UUID | None = optional_key_to("attack")
    situation_id: uuid.UUID | None = optional_key_to("situation")
    stance: str
    attack_type_code: str | None = optional_code_from("attack_type")
    hedge: str | None = None
    words: str | None = None
    locator: str | None = None
    note: str | None = None
    retracted_at: datetime | None = retracted_field()


class AttributionActor(Row, table=True):
    """An actor that an attribution names."""

    __tablename__ = "attribution_actor"
    __table_args__ = (UniqueConstraint("attribution_id", "actor_id"),)
    attribution_id: uuid.UUID = key_to("attribution")
    actor_id: uuid.UUID = key_to("actor")


class ReportCreate(Input):
    """A report as a person gives it; `published` in any spelling of a date, `basis` printed or inferred."""

    publisher: str
    title: str | None = None
    url: str | None = InputField(default=None, pattern=r"^https?://")
    archive_url: str | None = InputField(default=None, pattern=r"^https?://")
    published: str | None = None
    basis: str | None = None
    language: str = InputField(default="und", max_length=12)
    kind: str = "news_article"
    accessed: date | None = None
    outside_id: str | None = None
    stub: bool = False
    cites: list[str] = []
    note: str | None = None


class ClaimCreate(Input):
    """A claim as a person gives it.

    Attributes:
        number: operator and number in one, such as `>30`, `>=50`, `up to 25`, `10-15`, `dozens`, `not stated`, `none`.
        attack, facility, situation: ref or name of what it is about; exactly one of the three.
        speaker: ref or name of who says it.
        via: ref or name of who relayed it; `none` where the report heard the speaker itself; empty: not stated.
        place: places the number is about, each a ref, P-code or name, with an optional part: `northern Hama`.
        corrects: refs of claims of the same speaker that this one replaces.
    """

    kind: str = "quantity"
    attack: str | None = None
    facility: str | None = None
    situation: str | None = None
    report: str
    speaker: str
    via: str | None = None
    measure: str | None = None
    number: str | None = None
    words: str | None = None
    language: str | None = InputField(default=None, max_length=12)
    translated_by: str | None = None
    population: str | None = None
    facility_type: str | None = None
    facilities: list[str] = []
    unit: str | None = None
    rate: bool = False
    period: str | None = None
    period_words: str | None = None
    basis: str | None = None
    accumulation: str = "not_stated"
    place: list[str] = []
    place_words: str | None = None
    attack_type: str | None = None
    launch: str | None = None
    munition: str | None = None
    damage: str | None = None
    functionality: str | None = None
    use: str | None = None
    conduct: str | None = None
    hedge: str | None = None
    absence: str | None = None
    imputed: bool = False
    definition: str | None = None
    locator: str | None = None
    note: str | None = None
    origin: str | None = None
    corrects: list[str] = []


class AttributionCreate(Input):
    """Who accuses whom, as a person gives it; several actors with stance `one_of` when the speaker leaves it open."""

    attack: str | None = None
    situation: str | None = None
    report: str
    speaker: str
    stance: str = "accuses"
    actors: list[str] = InputField(min_length=1)
    attack_type: str | None = None
    hedge: str | None = None
    words: str | None = None
    locator: str | None = None
    note: str | None = None
