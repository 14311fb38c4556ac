"""What the tests of attacks, claims and the dialogue start from: an article, its speakers, two villages, a hospital."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from registry import db
from registry.models.facilities import FacilityCreate
from registry.models.places import PlaceCreate
from registry.models.said import ReportCreate
from registry.models.who import ActorCreate, SourceCreate
from registry.services import actors, facilities, places, reports, sources
from registry.services.work import writing

Refs = dict[str, str]


@pytest.fixture
def refs(engine: Engine) -> Refs:
    """Saved records, and their refs by a short name."""
    made: Refs = {}
    with writing(engine, "Amal", "test") as work:
        for key, place in _PLACES.items():
            made[key] = places.add(work, PlaceCreate(**place)).ref
        for key, source in _SOURCES.items():
            made[key] = sources.add(work, SourceCreate(**source)).ref
        for key, name in (("state", "Syrian government forces"), ("russia", "Russian air force")):
            made[key] = actors.add(work, ActorCreate(name=name, kind="state_forces")).ref
        hospital = FacilityCreate(
            name="Nabad al-Hayat hospital", names=["مستشفى نبض الحياة"], type="hospital", place=made["basamis"]
        )
        made["hospital"] = facilities.add(work, hospital).ref
        title = "Rebels say repelled assault on Idlib province"
        article = ReportCreate(publisher=made["eye"], title=title, published="4 May 2019", url="https://example.org/1")
        made["report"] = reports.add(work, article).ref
    return made


_PLACES: dict[str, dict[str, Any]] = {
    "idlib": {"name": "Idlib", "names": ["إدلب"], "level": "governorate", "country": "SYR"},
    "basamis": {"name": "Basamis", "names": ["بسامس"], "level": "community", "parent": "Idlib"},
    "kafr": {"name": "Kafr Ein", "names": ["كفر عين"], "level": "community", "parent": "Idlib"},
    "twin": {"name": "Haish", "level": "community", "parent": "Idlib"},
    "other": {"name": "Haish", "level": "neighbourhood", "parent": "Idlib"},
}
_SOURCES: dict[str, dict[str, Any]] = {
    "eye": {"name": "Middle East Eye", "kind": "newspaper"},
    "reuters": {"name": "Reuters", "kind": "news_agency"},
    "sohr": {"name": "Syrian Observatory for Human Rights", "short": "SOHR", "kind": "monitoring_group"},
    "uossm": {"name": "UOSSM", "kind": "medical_ngo"},
    "dbis": {"name": "Ahmad al-Dbis", "kind": "named_official", "organisation": "UOSSM"},
    "helmets": {"name": "Syrian Civil Defence", "names": ["White Helmets"], "kind": "rescue_service"},
    "sana": {"name": "SANA", "kind": "state_media", "party": True},
}


Counted = Callable[[], dict[str, int]]
_COUNTED = (
    *("attack", "attack_facility", "attack_means", "attribution", "assessment", "claim", "facility", "figure"),
    *("journal", "place", "report", "source"),
)


@pytest.fixture
def counted(engine: Engine) -> Counted:
    """How many rows there are in each table that an attack touches."""

    def count() -> dict[str, int]:
        with db.reading(engine) as connection:
            return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in _COUNTED}

    return count
