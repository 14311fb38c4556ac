"""What we hold: grades of attacks, low-high figures, and judgements on who is who."""

import uuid
from datetime import date, datetime

from pydantic import Field as InputField
from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from registry.codes import ACCUMULATIONS, OPERATORS, VERDICTS
from registry.models.base import (
    Editable,
    Input,
    Key,
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
    sparse_index,
    sparse_key_to,
)
from registry.ranges import LARGEST

RULES = ("range", "named_only", "preferred_source", "adopted")
NEEDS_A_SECOND_PERSON = ("corroborated", "verified")
JUDGED = ("facility", "attack", "place", "report")


class Assessment(Editable, table=True):
    """One person's grade of an attack in one scheme, with reasons.

    A grade that needs a second person is proposed first (`proposed_code`) and comes into force when another confirms
    it. A trigger on both engines demands two independent origins behind `corroborated`.
    """

    __table_args__ = (
        one_of("scheme", ("registry", "who_ssa", "airwars")),
        CheckConstraint("reviewer IS NULL OR reviewer <> assessor", name="second_person"),
        CheckConstraint("grade_code NOT IN ('corroborated', 'verified') OR reviewer IS NOT NULL", name="reviewed"),
        CheckConstraint("independent_origins >= 0", name="independent_origins"),
        Index(
            "uq_assessment_standing",
            "attack_id",
            "scheme",
            "assessor",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )
    attack_id: uuid.UUID = key_to("attack")
    scheme: str
    grade_code: str = code_from("grade")
    proposed_code: str | None = optional_code_from("grade")
    basis_code: str | None = optional_code_from("basis")
    independent_origins: int
    rationale: str
    method_version: str = "1"
    assessor: str
    assessed_at: datetime = Field(sa_type=Moment)
    reviewer: str | None = None
    reviewed_at: datetime | None = Field(default=None, sa_type=Moment)
    supersedes_id: uuid.UUID | None = optional_key_to("assessment")
    superseded_at: datetime | None = Field(default=None, sa_type=Moment)


class Figure(Editable, table=True):
    """Our low-high for a subject, a measure and a population, resting on named claims.

    Made by rule (`decided_by` empty) or adopted by a person with a reason. A change makes a new row and supersedes the
    old one, so that what we held at any time stays. `greatest_low` is the highest number any claim starts from:
    with an open high a range is told as "more than 30 to at least 67; no upper limit stated".
    """

    __table_args__ = (
        country_code(),
        exactly_one("attack_id", "facility_id", "situation_id", name="one_subject"),
        one_of("rule", RULES),
        one_of("low_operator", OPERATORS),
        one_of("greatest_low_operator", OPERATORS),
        one_of("accumulation", ACCUMULATIONS),
        CheckConstraint("low <= high", name="low_high"),
        CheckConstraint("low <= greatest_low", name="low_greatest_low"),
        CheckConstraint("low >= 0", name="low_not_negative"),
        CheckConstraint("high >= 0", name="high_not_negative"),
        CheckConstraint("origins >= 1", name="origins"),
        CheckConstraint("(decided_by IS NULL) = (reason IS NULL)", name="reason"),
        CheckConstraint("rule = 'range' OR decided_by IS NOT NULL", name="decided"),
        in_order("period_from_on", "period_to_on", "period"),
        sparse_index("figure", "facility_id"),
        sparse_index("figure", "situation_id"),
        Index(
            "ix_figure_current",
            "situation_id",
            "attack_id",
            "measure_code",
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )
    ref: str = ref_field("G")
    country: str = Field(max_length=3)
    attack_id: uuid.UUID | None = optional_key_to("attack")
    facility_id: uuid.UUID | None = sparse_key_to("facility")
    situation_id: uuid.UUID | None = sparse_key_to("situation")
    measure_code: str = code_from("measure")
    population_code: str | None = optional_code_from("population")
    facility_type_code: str | None = optional_code_from("facility_type")
    unit: str | None = None
    is_rate: bool = False
    period_from_on: date | None = None
    period_to_on: date | None = None
    scope: str = Field(max_length=400)  # places, definition and way of counting, spelt one way: like with like
    accumulation: str = "not_stated"
    low: int | None = None
    low_operator: str | None = None
    greatest_low: int | None = None
    greatest_low_operator: str | None = None
    high: int | None = None
    high_operator: str | None = None
    origins: int
    rule: str
    reason: str | None = None
    decided_by: str | None = None
    decided_at: datetime = Field(sa_type=Moment)
    supersedes_id: uuid.UUID | None = optional_key_to("figure")
    superseded_at: datetime | None = Field(default=None, sa_type=Moment)


class FigureClaim(Row, table=True):
    """A claim that a figure rests on."""

    __tablename__ = "figure_claim"
    __table_args__ = (UniqueConstraint("figure_id", "claim_id"),)
    figure_id: uuid.UUID = key_to("figure")
    claim_id: uuid.UUID = key_to("claim")


class Judgement(Row, table=True):
    """Same, different or unsure between two records, by a person, reversible."""

    __table_args__ = (
        one_of("kind", JUDGED),
        one_of("verdict", VERDICTS),
        CheckConstraint("left_id < right_id", name="left_before_right"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score"),
        Index(
            "uq_judgement_standing",
            "left_id",
            "right_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
    kind: str
    left_id: uuid.UUID = Field(sa_type=Key, index=True)
    right_id: uuid.UUID = Field(sa_type=Key, index=True)
    verdict: str
    score: float | None = None
    reasons: str
    is_automatic: bool = False
    decided_by: str
    decided_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_by: str | None = None
    revoked_why: str | None = None


class AssessmentCreate(Input):
    """A grade as a person gives it."""

    attack: str
    grade: str
    basis: str | None = None
    why: str = InputField(min_length=1)


class FigureAdopt(Input):
    """A low-high that a person adopts: over named claims by the range rule, or with bounds of their own.

    Attributes:
        claims: refs of the claims it rests on; all about one subject and measure.
        low, high: bounds in place of the rule's; `open_high` where no upper limit is known.
    """

    claims: list[str] = InputField(min_length=1)
    low: int | None = InputField(default=None, ge=0, le=LARGEST)
    high: int | None = InputField(default=None, ge=0, le=LARGEST)
    preferred: str | None = None
    why: str = InputField(min_length=1)
