"""Valid rows, made straight from the models: what a test does not name gets a plausible value, and parents are made.

`make(work, Table, **changes)` knows every table; the functions after it give the common ones a name and a type.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar

from registry import names
from registry.keys import new_id
from registry.models.base import Row
from registry.models.facilities import (
    Facility,
    FacilityCensus,
    FacilityIdentifier,
    FacilityName,
    FacilityNotice,
    FacilityPosition,
    FacilityService,
    FacilityStatus,
    FacilityUse,
)
from registry.models.happened import Attack, AttackFacility, AttackLink, AttackMeans, Situation
from registry.models.held import Assessment, Figure, Judgement
from registry.models.in_out import (
    Delivery,
    ImportBatch,
    ImportRow,
    Release,
    Schedule,
    ScheduleRun,
    Sitrep,
    SitrepSnapshot,
)
from registry.models.journal import RefAlias
from registry.models.places import Place, PlaceName, PlaceShape
from registry.models.said import (
    Artifact,
    Attribution,
    Claim,
    ClaimLink,
    Origin,
    OriginIndependence,
    Report,
    ReportLink,
)
from registry.models.who import Actor, ActorName, Source, SourceName
from registry.services.work import Work

Table = TypeVar("Table", bound=Row)

DAY = date(2019, 5, 5)
MOMENT = datetime(2019, 5, 6, 12, tzinfo=UTC)
SHA256 = "0" * 64
_number = count(1)  # keeps what has to be unique apart within one test run


def _name(of: str) -> dict[str, Any]:
    name = f"{of} {next(_number)}"
    return {"name": name, "language": "en", "script": "Latn", "folded": names.fold(name)}


# What a valid row holds beside its keys. Required parents are made by `make`; a table without an entry needs no more.
_VALUES: dict[type[Row], Callable[[], dict[str, Any]]] = {
    Place: lambda: {"country": "SYR", "level": "community"},
    PlaceName: lambda: _name("Place"),
    PlaceShape: lambda: {"geometry": '{"type":"Point","coordinates":[36.5,35.5]}', "source": "COD-AB"},
    Source: lambda: {"kind_code": "monitoring_group"},
    SourceName: lambda: _name("Source"),
    Actor: lambda: {"kind_code": "state_forces"},
    ActorName: lambda: _name("Actor"),
    Report: lambda: {"published_from_on": DAY, "published_to_on": DAY, "published_precision_code": "day"},
    ReportLink: lambda: {"kind": "cites", "decided_by": "Amal"},
    SitrepSnapshot: lambda: {"content": b"{}"},
    Artifact: lambda: {
        "sha256": SHA256,
        "size_bytes": 1,
        "media_type": "text/html",
        "file_name": "page.html",
        "captured_at": MOMENT,
        "captured_by": "Amal",
    },
    Origin: lambda: {"matter": f"matter {next(_number)}"},
    OriginIndependence: lambda: {"verdict": "yes", "reason": "no contact", "decided_by": "Amal", "decided_at": MOMENT},
    Facility: lambda: {"country": "SYR", "type_code": "hospital"},
    FacilityName: lambda: _name("Facility"),
    FacilityIdentifier: lambda: {"scheme": "osm", "value": f"node/{next(_number)}"},
    FacilityPosition: lambda: {"lat": 35.5, "lon": 36.5, "precision_code": "settlement"},
    FacilityStatus: lambda: {
        "observed_from_on": DAY,
        "observed_to_on": DAY,
        "observed_precision_code": "day",
        "functionality_code": "functioning",
    },
    FacilityUse: lambda: {"use": "as_intended"},
    FacilityService: lambda: {"service": "surgery"},
    FacilityNotice: lambda: {"channel": "ocha"},
    FacilityCensus: lambda: {"type_code": "hospital", "as_of_on": DAY, "count": 3},
    Situation: lambda: {
        "country": "SYR",
        "name": f"Situation {next(_number)}",
        "from_on": DAY,
        "precision_code": "open",
    },
    Attack: lambda: {
        "country": "SYR",
        "place_precision_code": "settlement",
        "occurred_from_on": DAY,
        "occurred_to_on": DAY,
        "occurred_precision_code": "day",
    },
    AttackFacility: lambda: {"country": "SYR", "effect_code": "damaged"},
    AttackMeans: lambda: {"attack_type_code": "air_strike"},
    AttackLink: lambda: {"kind": "same_series"},
    Claim: lambda: {"country": "SYR", "kind": "quantity", "period_precision_code": "unknown"},
    ClaimLink: lambda: {"kind": "corrects", "by_speaker": True},
    Attribution: lambda: {"stance": "accuses"},
    Assessment: lambda: {
        "scheme": "registry",
        "grade_code": "single_origin",
        "independent_origins": 1,
        "rationale": "one origin",
        "assessor": "Amal",
        "assessed_at": MOMENT,
    },
    Judgement: lambda: {
        "kind": "facility",
        "verdict": "same",
        "reasons": "same name and place",
        "decided_by": "Amal",
        "decided_at": MOMENT,
    },
    Figure: lambda: {
        "country": "SYR",
        "measure_code": "killed",
        "scope": "",
        "origins": 1,
        "rule": "range",
        "decided_at": MOMENT,
        "low": 3,
        "low_operator": "exactly",
        "high": 3,
        "high_operator": "exactly",
    },
    ImportBatch: lambda: {
        "file_name": "rows.csv",
        "sha256": SHA256,
        "mapping": "{}",
        "mapping_sha256": SHA256,
        "loaded_by": "Amal",
        "loaded_at": MOMENT,
    },
    ImportRow: lambda: {"row_number": next(_number), "outcome": "new"},
    Schedule: lambda: {
        "name": f"Schedule {next(_number)}",
        "cron": "0 6 * * 1",
        "timezone": "UTC",
        "period": "week",
        "areas": "",
    },
    ScheduleRun: lambda: {"due_at": MOMENT, "started_at": MOMENT},
    Sitrep: lambda: {
        "series": "idlib",
        "number": next(_number),
        "period_from_on": DAY,
        "period_to_on": DAY,
        "areas": "",
        "as_of": MOMENT,
        "audience": "internal",
        "language": "en",
        "snapshot_sha256": SHA256,
        "pdf_sha256": SHA256,
        "maker": "Amal",
        "made_at": MOMENT,
    },
    Delivery: lambda: {"channel": "directory", "target": "out"},
    Release: lambda: {
        "number": next(_number),
        "as_of": MOMENT,
        "package_sha256": SHA256,
        "made_by": "Amal",
        "made_at": MOMENT,
        "content": b"",
    },
    RefAlias: lambda: {"ref": f"A-OLD-{next(_number)}", "table_name": "attack", "row_id": new_id()},
}


def make(work: Work, table: type[Table], **changes: Any) -> Table:
    """A row of any table, with the parents that it needs; `changes` are its columns."""
    values = _VALUES.get(table, dict)() | changes
    values |= _BY_RULE[table](work, values) if table in _BY_RULE else {}
    for column in table.__table__.columns:  # type: ignore[attr-defined]  # made by SQLModel's metaclass
        if not column.nullable and column.key not in values and column.foreign_keys:
            values[column.key] = make(work, _parent(column)).id
    return work.add(table(**values))


def _parent(column: Any) -> type[Row]:
    (key,) = column.foreign_keys
    return tables()[key.column.table.name]


def tables() -> dict[str, type[Row]]:
    """Every table of the registry's own by its name: all but the code lists."""
    found, unseen = {}, list(Row.__subclasses__())
    while unseen:
        kind = unseen.pop()
        unseen += kind.__subclasses__()
        if hasattr(kind, "__table__"):
            found[str(kind.__tablename__)] = kind
    return found


def _claim(work: Work, values: dict[str, Any]) -> dict[str, Any]:
    added = _about_an_attack(work, values)
    values = values | added
    subject = values.get("attack_id") or values.get("facility_id") or values.get("situation_id")
    if "speaker_id" not in values:
        added["speaker_id"] = values["speaker_id"] = make_source(work).id
    if "origin_id" not in values:  # a speaker has one origin a matter, whichever reports quote it
        of = {"source_id": values["speaker_id"], "matter": str(subject)}
        added["origin_id"] = (work.find(Origin, **of) or make(work, Origin, **of)).id
    if values["kind"] == "quantity":
        added |= {"measure_code": values.get("measure_code", "killed")}
        if not {"operator", "absence", "low", "high"} & values.keys():
            added |= {"operator": "exactly", "low": 3, "high": 3, "words": "three people"}
    return added


def _about_an_attack(work: Work, values: dict[str, Any]) -> dict[str, Any]:
    if {"attack_id", "facility_id", "situation_id"} & values.keys():
        return {}
    return {"attack_id": make_attack(work).id}


def _pair(kind: type[Row] | None) -> Callable[[Work, dict[str, Any]], dict[str, Any]]:
    """Two keys of which the left one is the lesser: two records of a kind, or of none that the database knows."""

    def add(work: Work, values: dict[str, Any]) -> dict[str, Any]:
        if {"left_id", "right_id"} & values.keys():
            return {}
        left, right = sorted(make(work, kind).id if kind else new_id() for _ in range(2))
        return {"left_id": left, "right_id": right}

    return add


_BY_RULE: dict[type[Row], Callable[[Work, dict[str, Any]], dict[str, Any]]] = {
    Claim: _claim,
    Attribution: _about_an_attack,
    Figure: _about_an_attack,
    OriginIndependence: _pair(Origin),
    Judgement: _pair(None),
}


def make_place(work: Work, name: str | None = None, **changes: Any) -> Place:
    """A community, with an English name where one is given."""
    place = make(work, Place, **changes)
    if name is not None:
        make(work, PlaceName, place_id=place.id, name=name, folded=names.fold(name))
    return place


def make_source(work: Work, name: str | None = None, **changes: Any) -> Source:
    """A monitoring group, with an English name where one is given."""
    source = make(work, Source, **changes)
    if name is not None:
        make(work, SourceName, source_id=source.id, name=name, folded=names.fold(name))
    return source


def make_actor(work: Work, name: str | None = None, **changes: Any) -> Actor:
    """State forces, with an English name where one is given."""
    actor = make(work, Actor, **changes)
    if name is not None:
        make(work, ActorName, actor_id=actor.id, name=name, folded=names.fold(name))
    return actor


def make_facility(work: Work, name: str | None = None, **changes: Any) -> Facility:
    """A hospital, with an English name where one is given."""
    facility = make(work, Facility, **changes)
    if name is not None:
        make(work, FacilityName, facility_id=facility.id, name=name, folded=names.fold(name))
    return facility


def make_report(work: Work, **changes: Any) -> Report:
    """A news article of 5 May 2019."""
    return make(work, Report, **changes)


def make_situation(work: Work, **changes: Any) -> Situation:
    """A situation open since 5 May 2019."""
    return make(work, Situation, **changes)


def make_attack(work: Work, **changes: Any) -> Attack:
    """An attack on 5 May 2019."""
    return make(work, Attack, **changes)


def make_attack_facility(work: Work, **changes: Any) -> AttackFacility:
    """What an attack did to a facility: damaged."""
    return make(work, AttackFacility, **changes)


def make_origin(work: Work, **changes: Any) -> Origin:
    """A speaker's own utterance on one matter."""
    return make(work, Origin, **changes)


def make_claim(work: Work, **changes: Any) -> Claim:
    """Exactly three killed in an attack, unless another subject, kind or number is given.

    A speaker's claims on one subject share one origin.
    """
    return make(work, Claim, **changes)


def make_attribution(work: Work, **changes: Any) -> Attribution:
    """A speaker accuses somebody of an attack."""
    return make(work, Attribution, **changes)


def make_independent(work: Work, one: Origin, other: Origin, **changes: Any) -> OriginIndependence:
    """A judgement that two origins know independently of one another."""
    left, right = sorted((one.id, other.id))
    return make(work, OriginIndependence, left_id=left, right_id=right, **changes)


def make_assessment(work: Work, **changes: Any) -> Assessment:
    """An attack graded `single_origin`."""
    return make(work, Assessment, **changes)


def make_figure(work: Work, **changes: Any) -> Figure:
    """Three killed, by the range rule, over one origin."""
    return make(work, Figure, **changes)
