"""The extract for the public: what a public report of each whole country tells, and no other cut of it.

Attacks are counted by whole weeks that are over and by the groups of governorates that the census fixes. There is a row
for a single attack only where its release was agreed. Keys are left out: they tell when something was entered.
"""

import dataclasses
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from registry import db
from registry.services.extracts import areas
from registry.services.extracts.reading_in import batches, knowing
from registry.services.extracts.tables import Tables
from registry.sitrep.disclosure import policy
from registry.sitrep.snapshot import disclosing
from registry.sitrep.snapshot.gathered import Gathered, Request, nothing
from registry.sitrep.snapshot.grouping import top_type
from registry.sitrep.snapshot.reading import Reader
from registry.sitrep.snapshot.rows import Key, Row

_WHEN = ("country", "area", "from_on", "to_on", "precision")
_ATTACKS = (
    "SELECT * FROM v_attack WHERE country = :country AND state <> 'withdrawn' AND canonical_id IS NULL "
    "AND parent_id IS NULL"  # a strike counts with its attack
)
_CLAIMS = (
    "SELECT * FROM v_claim WHERE country = :country AND situation_id IS NOT NULL "
    "AND COALESCE(withdrawn_as, '') <> 'our_error'"
)
_OF_CLAIM = (
    "kind", "measure", "population", "facility_type", "operator", "low", "high", "absence", "unit", "is_rate",
    "accumulation", "period_from_on", "period_to_on", "period_precision", "words", "conduct", "attack_type", "hedge",
    "is_imputed", "speaker_is_party", "withdrawn_as",
)  # fmt: skip
_OF_SOURCE = ("name", "acronym", "organisation", "role", "kind", "is_party")
_NOBODY = uuid.UUID(int=0)


@dataclass(frozen=True)
class _Country:
    """What is the same for all rows of a country.

    Attributes:
        areas: what the places that the public reads of are called.
        members: the governorates of those that are groups.
    """

    code: str
    base: Gathered
    request: Request
    areas: Mapping[Key, str]
    members: Mapping[Key, tuple[Key, ...]]

    def seen(self, connection: Connection, relation: str, field: str, rows: list[Row], **more: Any) -> list[Row]:
        """The rows as the public may see them."""
        known = dataclasses.replace(knowing(connection, self.base, rows), **more)
        return disclosing.seen(relation, field, rows, known, self.request, policy())


def fill(connection: Connection, tables: Tables) -> None:
    """Write the tables."""
    tables.make("v_area_week", [*_WHEN, "grade", "attacks"])
    tables.make("v_area_week_type", [*_WHEN, "facility_type", "attacks"])
    tables.make("v_attack", [*_WHEN, "grade", "title", "summary"])
    tables.make("v_claim", ["country", "area", "speaker", "publisher", "title", "url", *_OF_CLAIM])
    tables.make(areas.TABLE, ["country", "area", "lon", "lat"])
    labels = areas.labels(connection)
    speakers: set[tuple[Any, ...]] = set()
    for country in list(_countries(connection)):
        _attacks(connection, tables, country)
        speakers |= _claims(connection, tables, country)
        tables.add(areas.TABLE, _labels(country, labels))
    tables.write("v_source", _OF_SOURCE, sorted(speakers, key=str))


def _labels(country: _Country, labels: Mapping[Key, tuple[float, float]]) -> Iterator[tuple[Any, ...]]:
    """The label points of each area: of a group those of its governorates."""
    for key, name in country.areas.items():
        for member in country.members.get(key, (key,)):
            if member in labels:
                yield (country.code, name, *labels[member])


def _countries(connection: Connection) -> Iterator[_Country]:
    reader = Reader(connection)
    as_of = reader.newest_entry(reader.heads())
    rows = db.every(connection, "SELECT DISTINCT country FROM place WHERE country IS NOT NULL ORDER BY country")
    for code in (str(row["country"]) for row in rows):
        named = "SELECT * FROM v_place WHERE country = :country AND level IN ('country', 'governorate') ORDER BY id"
        places = [row for part in batches(connection, named, country=code) for row in part]
        places = [row for row in places if row["canonical_id"] is None]
        units = tuple(row for row in places if row["level"] == "governorate")
        whole = tuple(row for row in places if row["level"] == "country")[:1] or units
        if whole:
            yield _country(reader, code, dataclasses.replace(nothing(as_of), areas=whole, units=units), places)


def _country(reader: Reader, code: str, empty: Gathered, places: Iterable[Row]) -> _Country:
    census = reader.of(
        "SELECT place_id, type_code AS type, count FROM facility_census WHERE place_id IN :keys ORDER BY id",
        [row["id"] for row in empty.units],
    )
    base = dataclasses.replace(empty, census=census, places={row["id"]: row for row in places})
    request = Request(tuple(row["id"] for row in base.areas), date.min, date.max, "public")
    names = {row["id"]: str(row["name"]) for row in places}
    groups = disclosing.groups(base, request, policy())
    told = {key: ", ".join(sorted(names[one] for one in members)) for key, members in groups.items()}
    return _Country(code, base, request, names | told, groups)


def _attacks(connection: Connection, tables: Tables, country: _Country) -> None:
    by_grade: Counter[tuple[Any, ...]] = Counter()
    by_type: Counter[tuple[Any, ...]] = Counter()
    for rows in batches(connection, _ATTACKS, country=country.code):
        types = _types(connection, rows)
        told = []
        for row in country.seen(connection, "v_attack", "attacks", rows):
            when = _when(country, row)
            if row["occurred_to_on"] is not None and row["occurred_to_on"] > country.base.as_of.date():
                continue  # a week that is not over
            by_grade[*when, row["grade"]] += 1
            by_type.update((*when, kind) for kind in types.get(row["id"], ()))
            if row["is_released"]:
                told.append((*when, row["grade"], row["title"], row["summary"]))
        tables.add("v_attack", told)
    tables.add("v_area_week", ((*key, count) for key, count in sorted(by_grade.items(), key=str)))
    tables.add("v_area_week_type", ((*key, count) for key, count in sorted(by_type.items(), key=str)))


def _when(country: _Country, row: Row) -> tuple[Any, ...]:
    days = (row["occurred_from_on"], row["occurred_to_on"], row["occurred_precision"])
    return (country.code, country.areas.get(row["place_id"]), *days)


def _types(connection: Connection, attacks: list[Row]) -> dict[Key, set[str | None]]:
    """The top-level types of facility that each attack hit, its strikes included."""
    reader = Reader(connection)
    keys = [row["id"] for row in attacks]
    strikes = reader.of("SELECT id, parent_id FROM attack WHERE parent_id IN :keys AND state <> 'withdrawn'", keys)
    parent: dict[Key, Key] = {row["id"]: row["parent_id"] for row in strikes}
    found: dict[Key, set[str | None]] = {}
    for hit in reader.hits([*attacks, *strikes]):
        record: Key = hit["attack_id"]
        attack = parent.get(record, record)
        found.setdefault(attack, set()).add(top_type(hit["type"]))
    return found


def _claims(connection: Connection, tables: Tables, country: _Country) -> set[tuple[Any, ...]]:
    """Write what was said in public about areas; who said it."""
    speakers: set[tuple[Any, ...]] = set()
    for rows in batches(connection, _CLAIMS, country=country.code):
        reports = _seen_reports(connection, country, rows)
        sources = _seen_sources(connection, country, [*reports.values(), *rows])
        places = _places(connection, country, rows)
        told = []
        for row in country.seen(connection, "v_claim", "claims", rows):
            report, speaker = reports.get(row["report_id"]), sources.get(row["speaker_id"])
            if report is None or speaker is None:
                continue  # not said in public
            publisher = sources[report["publisher_id"]]
            speakers |= {tuple(source[name] for name in _OF_SOURCE) for source in (speaker, publisher)}
            head = (country.code, places[row["id"]], speaker["name"], publisher["name"], report["title"], report["url"])
            told.append((*head, *(row[name] for name in _OF_CLAIM)))
        tables.add("v_claim", told)
    return speakers


def _seen_reports(connection: Connection, country: _Country, claims: list[Row]) -> dict[Key, Row]:
    """The reports that were published, as the public may see them."""
    reports = list(
        Reader(connection).of("SELECT * FROM v_report WHERE id IN :keys", {row["report_id"] for row in claims})
    )
    return {row["id"]: row for row in country.seen(connection, "v_report", "reports", reports)}


def _seen_sources(connection: Connection, country: _Country, rows: list[Row]) -> dict[Key, Row]:
    keys = {row[name] for row in rows for name in ("publisher_id", "speaker_id") if row.get(name) is not None}
    sources = list(Reader(connection).of("SELECT * FROM v_source WHERE id IN :keys", keys - {_NOBODY}))
    return {row["id"]: row for row in country.seen(connection, "v_source", "sources", sources)}


def _places(connection: Connection, country: _Country, claims: list[Row]) -> dict[Key, str]:
    """The governorates that each claim is about; those of its situation where it names none."""
    reader = Reader(connection)
    own = reader.of(
        "SELECT claim_id, place_id, part FROM claim_place WHERE claim_id IN :keys", [row["id"] for row in claims]
    )
    of_situation = reader.of(
        "SELECT situation_id, place_id, part FROM situation_place WHERE situation_id IN :keys",
        {row["situation_id"] for row in claims},
    )
    known = knowing(connection, dataclasses.replace(country.base, claims=tuple(claims)), claims)
    said_by = {"claims": known.claims, "reports": known.reports, "sources": known.sources}
    seen = country.seen(connection, "claim_place", "claim_places", list(own), **said_by)
    around = country.seen(connection, "situation_place", "situation_places", list(of_situation))
    said = {
        row["id"]: [one["place_id"] for one in seen if one["claim_id"] == row["id"]]
        or [one["place_id"] for one in around if one["situation_id"] == row["situation_id"]]
        for row in claims
    }
    return {key: ", ".join(sorted({country.areas.get(one) or "" for one in found})) for key, found in said.items()}
