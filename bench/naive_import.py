"""The rivals of `import_speed.py` that go through the ORM: the same rows, one after the other.

* `objects`: whatever a row names is looked for and made where it is not there; each object is added and flushed. The
  cells are believed: nothing is checked, codes and figures are written as they are, names are compared as spelt.
* `entries`: each row is given to the service behind `registry attack add`, which does what a load does: checks it,
  looks names up in any spelling, refuses what is on file, derives figures by rule.

Each source row is a transaction of its own, and the session's listener journals each object.
"""

import csv
import uuid
from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from registry import names
from registry.models.facilities import Facility
from registry.models.happened import (
    Attack,
    AttackFacility,
    AttackFacilityClaim,
    AttackMeans,
    AttackMeansClaim,
    AttackReport,
)
from registry.models.held import Figure, FigureClaim
from registry.models.in_out import ImportBatch, ImportRow
from registry.models.places import Place, PlaceCreate, PlaceName
from registry.models.said import Attribution, AttributionActor, Claim, Origin, Report
from registry.models.who import Actor, ActorName, Source, SourceCreate, SourceName
from registry.services import entering, places, sources
from registry.services.entering import EntryCreate
from registry.services.work import Work, writing

Cells = dict[str, str]
_SOURCE = "Insecurity Insight"
# What the list's words are in our codes; the load looks them up in its mapping.
_MEANS = {"Firearms": "shooting", "Rocket": "heavy_weapons", "Arson": "arson"}
_COUNTED = {
    "Educators Killed": ("killed", "educator"),
    "Educators Injured": ("injured", "educator"),
    "Educators Kidnapped": ("abducted", "educator"),
    "Educators Arrested": ("arrested", "educator"),
    "Students Killed": ("killed", "student"),
    "Students Injured": ("injured", "student"),
    "Students Kidnapped": ("abducted", "student"),
    "Students Arrested": ("arrested", "student"),
    "Sexual Violence Affecting School Age Children": ("sexually_assaulted", "child"),
    "Attacks on Schools": ("attacks_on_facilities", None),
    "Attacks on Universities": ("attacks_on_facilities", None),
    "Military Occupation of Education facility": ("attacks_on_facilities", None),
    "Arson Attack on Education Facility": ("attacks_on_facilities", None),
    "Forced Entry into Education Facility": ("attacks_on_facilities", None),
    "Damage/Destruction To Education Facility": ("attacks_on_facilities", None),
}


def objects(engine: Engine, path: Path, rows: int) -> None:
    """Load the first rows of the list, object by object."""
    _each(engine, path, rows, _attack)


def entries(engine: Engine, path: Path, rows: int) -> None:
    """Load the first rows of the list as a person would enter them."""
    with writing(engine, "bench", "bench") as work:
        sources.add(work, SourceCreate(name=_SOURCE, kind="ngo"))
        country = places.add(work, PlaceCreate(name="Syria", level="country", country="SYR"))
        places.add(work, PlaceCreate(name="Idlib", level="governorate", parent=country.ref))
    _each(engine, path, rows, _entered)


def _each(engine: Engine, path: Path, rows: int, enter: Callable[[Work, Cells], uuid.UUID]) -> None:
    digest = "0" * 64
    with writing(engine, "bench", "bench") as work:
        batch = ImportBatch(
            file_name=path.name, sha256=digest, mapping="naive", mapping_sha256=digest, loaded_by="bench",
            loaded_at=work.at,
        )  # fmt: skip
        key = work.add(batch).id
    with path.open(encoding="utf-8", newline="") as file:
        for number, cells in enumerate(islice(csv.DictReader(file), rows), start=2):
            with writing(engine, "bench", "bench") as work:
                attack = enter(work, cells)
                work.add(
                    ImportRow(
                        batch_id=key, row_number=number, outside_id=cells["SiND Event ID"], outcome="new",
                        target_table="attack", target_id=attack,
                    )
                )  # fmt: skip


def _entered(work: Work, cells: Cells) -> uuid.UUID:
    actor, numbers = cells["Reported Perpetrator Name"], [(name, cells[name]) for name in _COUNTED]
    given: dict[str, Any] = {
        "when": cells["Date"], "place": cells["Admin 1"], "place_precision": "governorate",
        "place_words": cells["Admin 1"], "lat": cells["Latitude"], "lon": cells["Longitude"],
        "summary": cells["Event Description"], "facilities": [{"unnamed": "school_primary"}],
        "means": [{"type": _MEANS[cells["Weapon Carried/Used"]]}],
        "report": {"publisher": _SOURCE, "kind": "dataset_row", "outside_id": cells["SiND Event ID"]},
        "claims": [
            {"kind": "occurrence", "speaker": _SOURCE},
            {"kind": "means", "speaker": _SOURCE, "attack_type": _MEANS[cells["Weapon Carried/Used"]]},
            *(
                {
                    "speaker": _SOURCE, "measure": _COUNTED[column][0], "population": _COUNTED[column][1],
                    "number": number, "definition": column,
                }
                for column, number in numbers if number != "0"
            ),
        ],
        "attributions": [{"speaker": _SOURCE, "actors": [actor]}],
    }  # fmt: skip
    if work.find(ActorName, name=actor) is None:
        given["new"] = {"actors": [{"name": actor, "kind": "unknown"}]}
    return entering.add(work, EntryCreate.model_validate(given)).id


def _attack(work: Work, cells: Cells) -> uuid.UUID:
    country, day = cells["Country ISO"], date.fromisoformat(cells["Date"])
    source, place = _source(work), _place(work, country, cells["Admin 1"])
    held = work.find(Report, publisher_id=source, outside_id=cells["SiND Event ID"])
    if held is not None:
        return work.find_all(AttackReport, report_id=held.id)[0].attack_id
    attack = work.add(
        Attack(
            country=country, place_id=place, place_precision_code="governorate", place_words=cells["Admin 1"],
            lat=float(cells["Latitude"]), lon=float(cells["Longitude"]), occurred_from_on=day, occurred_to_on=day,
            occurred_precision_code="day", occurred_words=cells["Date"], summary=cells["Event Description"],
            facilities_absence=None, means_absence=None, harm_absence="not_reported", attribution_absence=None,
        )
    )  # fmt: skip
    report = work.add(
        Report(
            publisher_id=source, kind="dataset_row", published_precision_code="unknown", published_basis="not_stated",
            outside_id=cells["SiND Event ID"],
        )
    )  # fmt: skip
    work.add(AttackReport(attack_id=attack.id, report_id=report.id))
    origin = work.add(Origin(source_id=source, matter=attack.ref))
    said: dict[str, Any] = {
        "country": country, "report_id": report.id, "origin_id": origin.id, "attack_id": attack.id,
        "speaker_id": source, "relay": "none", "period_precision_code": "unknown",
    }  # fmt: skip
    occurrence = work.add(Claim(**said, kind="occurrence"))
    _facility(work, attack, place, occurrence.id)
    _means(work, attack, said, _MEANS[cells["Weapon Carried/Used"]])
    for column, counted in _COUNTED.items():
        if number := int(cells[column]):
            _number(work, attack, said, column, counted, number)
    _accused(work, attack, report, source, cells["Reported Perpetrator Name"])
    return attack.id


def _facility(work: Work, attack: Attack, place: uuid.UUID, claim: uuid.UUID) -> None:
    facility = work.add(
        Facility(country=attack.country, type_code="school_primary", place_id=place, is_placeholder=True)
    )
    hit = work.add(AttackFacility(country=attack.country, attack_id=attack.id, facility_id=facility.id))
    work.add(AttackFacilityClaim(attack_facility_id=hit.id, claim_id=claim))


def _means(work: Work, attack: Attack, said: dict[str, Any], code: str) -> None:
    claim = work.add(Claim(**said, kind="means", attack_type_code=code))
    means = work.add(AttackMeans(attack_id=attack.id, attack_type_code=code))
    work.add(AttackMeansClaim(attack_means_id=means.id, claim_id=claim.id))


def _number(
    work: Work, attack: Attack, said: dict[str, Any], column: str, counted: tuple[str, str | None], number: int
) -> None:
    measure, population = counted
    claim = work.add(
        Claim(
            **said, kind="quantity", measure_code=measure, population_code=population, operator="exactly", low=number,
            high=number, definition_note=column,
        )
    )  # fmt: skip
    figure = work.add(
        Figure(
            country=attack.country, attack_id=attack.id, measure_code=measure, population_code=population, scope=column,
            low=number, low_operator="exactly", greatest_low=number, greatest_low_operator="exactly", high=number,
            high_operator="exactly", origins=1, rule="range", decided_at=work.at,
        )
    )  # fmt: skip
    work.add(FigureClaim(figure_id=figure.id, claim_id=claim.id))


def _accused(work: Work, attack: Attack, report: Report, source: uuid.UUID, name: str) -> None:
    held = work.find(ActorName, name=name)
    actor = held.actor_id if held is not None else None
    if actor is None:
        actor = work.add(Actor(kind_code="unknown")).id
        work.add(ActorName(actor_id=actor, name=name, language="und", script="Latn", folded=names.fold(name)))
    accusation = work.add(
        Attribution(report_id=report.id, speaker_id=source, attack_id=attack.id, stance="accuses", hedge=None)
    )
    work.add(AttributionActor(attribution_id=accusation.id, actor_id=actor))


def _source(work: Work) -> uuid.UUID:
    held = work.find(SourceName, name=_SOURCE)
    if held is not None:
        return held.source_id
    source = work.add(Source(kind_code="ngo"))
    work.add(SourceName(source_id=source.id, name=_SOURCE, language="und", script="Latn", folded=names.fold(_SOURCE)))
    return source.id


def _place(work: Work, country: str, name: str) -> uuid.UUID:
    held = work.find(PlaceName, name=name)
    if held is not None:
        return held.place_id
    place = work.add(Place(country=country, level="governorate"))
    work.add(PlaceName(place_id=place.id, name=name, language="und", script="Latn", folded=names.fold(name)))
    return place.id
