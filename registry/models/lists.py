"""Code lists: one small table each, filled from `registry/codelists/*.csv`; and how they relate to others' lists."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from registry.models.base import one_of


class Code(SQLModel):
    """One code: its labels, what it means and where that is written."""

    code: str = Field(primary_key=True, max_length=60)
    label_en: str
    label_ar: str
    label_fr: str
    definition: str
    source: str


class FacilityType(Code, table=True):
    """Kinds of sites and units that serve civilians, in three levels; Civil Defence is a class of its own."""

    __tablename__ = "facility_type"
    __table_args__ = (one_of("sector", ("health", "education", "civil_defence", "other")),)
    parent: str | None = Field(default=None, foreign_key="facility_type.code")
    sector: str


class AttackType(Code, table=True):
    """What was done."""

    __tablename__ = "attack_type"
    parent: str | None = Field(default=None, foreign_key="attack_type.code")


class LaunchMethod(Code, table=True):
    """From what a weapon was launched."""

    __tablename__ = "launch_method"
    parent: str | None = Field(default=None, foreign_key="launch_method.code")


class Munition(Code, table=True):
    """What struck."""

    __tablename__ = "munition"
    parent: str | None = Field(default=None, foreign_key="munition.code")


class Effect(Code, table=True):
    """What an attack did to a facility."""

    __tablename__ = "effect"
    parent: str | None = Field(default=None, foreign_key="effect.code")


class Damage(Code, table=True):
    """How badly a building or vehicle is damaged."""

    __tablename__ = "damage"
    parent: str | None = Field(default=None, foreign_key="damage.code")


class Functionality(Code, table=True):
    """How far a facility works."""

    __tablename__ = "functionality"
    parent: str | None = Field(default=None, foreign_key="functionality.code")


class Accessibility(Code, table=True):
    """How far a facility can be reached."""

    __tablename__ = "accessibility"
    parent: str | None = Field(default=None, foreign_key="accessibility.code")


class SourceKind(Code, table=True):
    """What kind of body or person asserts something."""

    __tablename__ = "source_kind"
    parent: str | None = Field(default=None, foreign_key="source_kind.code")
    is_person: bool


class ActorKind(Code, table=True):
    """What kind of body is alleged to have done something."""

    __tablename__ = "actor_kind"
    parent: str | None = Field(default=None, foreign_key="actor_kind.code")


class Measure(Code, table=True):
    """What a number counts."""

    __tablename__ = "measure"
    __table_args__ = (one_of("kind", ("stock", "flow", "count")),)
    parent: str | None = Field(default=None, foreign_key="measure.code")
    unit: str
    takes_population: bool
    takes_facility_type: bool
    kind: str


class Population(Code, table=True):
    """Whom a number counts."""

    __tablename__ = "population"
    parent: str | None = Field(default=None, foreign_key="population.code")


class Grade(Code, table=True):
    """How sure somebody is, by scheme; the schemes are never merged."""

    __tablename__ = "grade"
    __table_args__ = (one_of("scheme", ("registry", "who_ssa", "airwars")),)
    parent: str | None = Field(default=None, foreign_key="grade.code")
    scheme: str
    rank: int


class Basis(Code, table=True):
    """What an assessment rests on."""

    __tablename__ = "basis"
    parent: str | None = Field(default=None, foreign_key="basis.code")


class DatePrecision(Code, table=True):
    """How precisely a date is known."""

    __tablename__ = "date_precision"
    parent: str | None = Field(default=None, foreign_key="date_precision.code")


class PlacePrecision(Code, table=True):
    """How precisely a place is known."""

    __tablename__ = "place_precision"
    parent: str | None = Field(default=None, foreign_key="place_precision.code")


class CodeMap(SQLModel, table=True):
    """How one of our codes relates to a code of somebody else's list."""

    __tablename__ = "code_map"
    __table_args__ = (
        one_of("relation", ("exact", "broader", "narrower")),
        CheckConstraint("foreign_code <> ''", name="foreign_code"),
    )
    list: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    scheme: str = Field(primary_key=True)
    scheme_list: str = Field(primary_key=True)
    foreign_code: str = Field(primary_key=True)
    foreign_label: str | None = None
    relation: str
    source: str
