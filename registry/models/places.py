"""Where: administrative areas and populated places, their names and boundaries."""

import uuid
from datetime import datetime

from pydantic import Field as InputField
from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from registry.codes import NAME_KINDS
from registry.models.base import (
    Editable,
    Input,
    Row,
    country_code,
    key_to,
    on_earth,
    one_of,
    optional_key_to,
    ref_field,
    retracted_field,
    sparse_index,
    sparse_key_to,
)

LEVELS = ("country", "governorate", "district", "subdistrict", "community", "neighbourhood", "area")


class Place(Editable, table=True):
    """An administrative area or populated place. `area` is a named part that no hierarchy knows (Jabal al-Zawiya)."""

    __table_args__ = (
        one_of("level", LEVELS),
        on_earth(),
        country_code(),
        Index(
            "uq_place_pcode_standing",
            "pcode",
            "edition",
            unique=True,
            sqlite_where=text("retracted_at IS NULL"),
            postgresql_where=text("retracted_at IS NULL"),
        ),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        sparse_index("place", "canonical_id"),
    )
    ref: str = ref_field("P")
    country: str = Field(max_length=3, index=True)
    level: str
    parent_id: uuid.UUID | None = optional_key_to("place")
    pcode: str | None = Field(default=None, max_length=40)
    edition: str = Field(default="", max_length=40)  # of the P-code list: codes change between releases
    lat: float | None = None
    lon: float | None = None
    canonical_id: uuid.UUID | None = sparse_key_to("place")
    note: str | None = None
    retracted_at: datetime | None = retracted_field()


class PlaceName(Row, table=True):
    """One name of a place, in one language and script, with the key it is searched by."""

    __tablename__ = "place_name"
    __table_args__ = (UniqueConstraint("place_id", "name", "language"), one_of("kind", NAME_KINDS))
    place_id: uuid.UUID = key_to("place")
    name: str
    language: str = Field(default="und", max_length=12)
    script: str = Field(default="Zyyy", max_length=4)
    kind: str = "official"
    folded: str = Field(index=True)
    retracted_at: datetime | None = retracted_field()


class PlaceShape(Row, table=True):
    """The boundary of a place for maps, as GeoJSON geometry in longitude and latitude (WGS 84)."""

    __tablename__ = "place_shape"
    __table_args__ = (UniqueConstraint("place_id", "edition"),)
    place_id: uuid.UUID = key_to("place")
    geometry: str
    label_lat: float | None = None
    label_lon: float | None = None
    source: str
    edition: str = ""


class PlaceCreate(Input):
    """A place as a person gives it.

    Attributes:
        parent: ref, P-code or name of the place it lies in.
        names: further names, such as the Arabic one.
        country: ISO 3166-1 alpha-3; the parent's where it is not given.
    """

    name: str = InputField(min_length=1, max_length=300)
    names: list[str] = []
    language: str = InputField(default="und", max_length=12)
    level: str
    parent: str | None = None
    country: str | None = InputField(default=None, pattern="^[A-Z]{3}$")
    pcode: str | None = InputField(default=None, max_length=40)
    edition: str = ""
    lat: float | None = InputField(default=None, ge=-90, le=90)
    lon: float | None = InputField(default=None, ge=-180, le=180)
    note: str | None = None
