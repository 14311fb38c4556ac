"""A record as rows: what one row of a list brings into the registry's tables.

An attack brings a report (the row), an occurrence claim, a claim for each number and each means, our provisional
findings that rest on them, who is accused, the list's own grade, and the figures by rule. What one speaker says in a
row has one origin.
"""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from registry import codes, ranges
from registry.services.bulk import Bulk
from registry.services.importing.given import SourceGiven
from registry.services.importing.holding import Found, Holding
from registry.services.importing.records import (
    AttackRecord,
    Days,
    FacilityRecord,
    Hit,
    Means,
    Number,
    PlaceRecord,
    ReportRecord,
    Speaker,
    Where,
)
from registry.services.work import Work

# How a place's level becomes a precision where the list states none; as in services.attacks.
_PRECISION = {
    "country": "country",
    "governorate": "governorate",
    "district": "district",
    "subdistrict": "subdistrict",
    "area": "vague_area",
    "community": "settlement",
    "neighbourhood": "neighbourhood",
}
_LONGEST_SCOPE = 400  # as in services.by_rule
# Actors by who accuses them, in which stance, how firmly.
Accusing = dict[tuple[uuid.UUID, str, str | None], dict[uuid.UUID, None]]


class Writer:
    """Writes new records of one list."""

    def __init__(self, work: Work, bulk: Bulk, holding: Holding, source: SourceGiven) -> None:
        self._work, self._bulk, self.holding = work, bulk, holding
        self.publisher, self.list_title = holding.source(source), source.name
        self._schemes = {str(row["code"]): str(row["scheme"]) for row in codes.rows("grade")}
        self._kinds = codes.labels("actor_kind", "en")
        self._people = {str(row["code"]) for row in codes.rows("measure") if row["takes_population"] == "1"}

    # --- places and facilities ---

    def place(self, record: PlaceRecord, parent: uuid.UUID | None) -> uuid.UUID:
        """A new place."""
        columns = place_columns(record)
        return self.holding.make_place(
            record.names, record.level, record.where.country, parent, record.pcode, **columns
        )

    def facility(self, record: FacilityRecord, found: Found) -> uuid.UUID:
        """A new facility with its names, identifiers and position."""
        key = self._bulk.insert("facility", {"ref": self._bulk.new_ref("F"), **facility_columns(record, found)})
        self.holding.give_names("facility", key, record.names)
        for scheme, value in dict.fromkeys(record.identifiers):
            self._bulk.insert("facility_identifier", {"facility_id": key, "scheme": scheme[:40], "value": value})
        if record.where.lat is not None:
            self._bulk.insert("facility_position", position_columns(record, key))
        return key

    # --- attacks ---

    def attack(self, record: AttackRecord, found: Found) -> uuid.UUID:
        """A new attack with all that its row says."""
        bulk = self._bulk
        ref = bulk.new_ref("A")
        attack = bulk.insert("attack", {"ref": ref, **self.attack_columns(record, found)})
        columns = {"ref": bulk.new_ref("R"), **self.report_columns(record.report, record.outside_id)}
        report = bulk.insert("report", columns)
        bulk.insert("attack_report", {"attack_id": attack, "report_id": report})
        subject = {"country": record.where.country, "report_id": report, "attack_id": attack}
        voices = {who: subject | self._voice(who, columns["publisher_id"], ref) for who in self._speakers(record)}
        said = voices[columns["publisher_id"]]
        occurrence = bulk.insert("claim", self._claim(said, {"kind": "occurrence", "words": record.words}))
        for hit in record.hits:
            self.hit(record, found, attack, hit, occurrence)
        for means in record.means:
            self.means(attack, means, bulk.insert("claim", self._claim(said, means_columns(means))))
        self._numbers(record, attack, voices)
        self.accuse(record, attack, report)
        self.grade(record, attack)
        return attack

    def _speakers(self, record: AttackRecord) -> list[uuid.UUID]:
        """Whose claims a row holds: the publisher's, and those of whom it names with a number."""
        return list(
            dict.fromkeys([self.speaker(record, None), *(self.speaker(record, n.speaker) for n in record.numbers)])
        )

    def speaker(self, record: AttackRecord, given: Speaker | None) -> uuid.UUID:
        """The source behind a speaker of a row; without one, the publisher."""
        who = given or record.report.publisher
        return self.publisher if who is None else self.holding.speaker(who)

    def _voice(self, speaker: uuid.UUID, publisher: uuid.UUID, ref: str) -> dict[str, Any]:
        origin = self._bulk.insert("origin", {"source_id": speaker, "matter": ref})
        return {"origin_id": origin, **spoken(speaker, publisher)}

    def grade(self, record: AttackRecord, attack: uuid.UUID, supersedes: uuid.UUID | None = None) -> None:
        """The list's own grade, in its scheme, as its assessment: ours stays open."""
        if record.grade is None:
            return
        columns = {
            "attack_id": attack, "scheme": self._schemes[record.grade], "grade_code": record.grade,
            "basis_code": "foreign_grade", "independent_origins": 1, "assessor": self.list_title,
            "rationale": "The grade that the list itself gives.", "assessed_at": self._work.at,
            "supersedes_id": supersedes,
        }  # fmt: skip
        self._bulk.insert("assessment", columns)

    def attack_columns(self, record: AttackRecord, found: Found) -> dict[str, Any]:
        """The columns of an attack that its list gives."""
        where, words = record.where, record.where.words
        is_harm = any(number.measure in self._people and number.absence is None for number in record.numbers)
        return {
            "country": where.country,
            "place_id": found.id,
            "place_precision_code": where.precision or _PRECISION[found.level],
            "place_words": words,
            "lat": where.lat,
            "lon": where.lon,
            **days("occurred", record.days),
            "time_of_day": record.time_of_day,
            "time_band": record.time_band,
            "title": record.title,
            "summary": record.summary,
            "facilities_absence": None if record.hits else "not_reported",
            "means_absence": None if any(means.attack_type for means in record.means) else "not_reported",
            "harm_absence": None if is_harm else "not_reported",
            "attribution_absence": None if record.accused else "not_reported",
        }

    def report_columns(self, record: ReportRecord, outside_id: str) -> dict[str, Any]:
        """The columns of the report that a row stands for."""
        return {
            "publisher_id": self.publisher if record.publisher is None else self.holding.speaker(record.publisher),
            "kind": record.kind,
            "title": record.title,
            "url": record.url,
            "language": record.language,
            "note": record.note,
            "outside_id": outside_id,
            **days("published", record.published),
        }

    def _claim(self, said: Mapping[str, Any], what: Mapping[str, Any]) -> dict[str, Any]:
        return {"ref": self._bulk.new_ref("C"), **said, **what}

    def hit(self, record: AttackRecord, found: Found, attack: uuid.UUID, hit: Hit, claim: uuid.UUID) -> None:
        """A facility that the attack touched; one without a name is a placeholder."""
        country = record.where.country
        columns = {"country": country, "type_code": hit.type, "place_id": found.id, "is_placeholder": not hit.names}
        facility = self._bulk.insert("facility", {"ref": self._bulk.new_ref("F"), **columns})
        self.holding.give_names("facility", facility, hit.names)
        finding = {"country": country, "attack_id": attack, "facility_id": facility}
        key = self._bulk.insert("attack_facility", finding | hit_columns(hit))
        self._bulk.insert("attack_facility_claim", {"attack_facility_id": key, "claim_id": claim})

    def means(self, attack: uuid.UUID, means: Means, claim: uuid.UUID) -> None:
        """Our finding on the means, where the list's word says what was done."""
        if means.attack_type is None:
            return
        columns = {"attack_type_code": means.attack_type, "launch_code": means.launch, "munition_code": means.munition}
        key = self._bulk.insert("attack_means", {"attack_id": attack, **columns})
        self._bulk.insert("attack_means_claim", {"attack_means_id": key, "claim_id": claim})

    def accuse(self, record: AttackRecord, attack: uuid.UUID, report: uuid.UUID) -> None:
        """Whom the row holds responsible: what one speaker says in one stance is one attribution."""
        for (speaker, stance, hedge), actors in self.accusations(record).items():
            columns = {"report_id": report, "speaker_id": speaker, "attack_id": attack}
            key = self._bulk.insert("attribution", columns | {"stance": stance, "hedge": hedge})
            for actor in actors:
                self._bulk.insert("attribution_actor", {"attribution_id": key, "actor_id": actor})

    def accusations(self, record: AttackRecord) -> Accusing:
        """The actors that a row names, each once, by speaker, stance and hedge."""
        found: Accusing = {}
        for one in record.accused:
            actors = found.setdefault((self.speaker(record, one.speaker), one.stance, one.hedge), {})
            actors[self.holding.actor(one.name, one.kind, self._kinds)] = None
        return found

    def _numbers(self, record: AttackRecord, attack: uuid.UUID, voices: Mapping[uuid.UUID, Mapping[str, Any]]) -> None:
        groups: dict[tuple[Any, ...], dict[uuid.UUID, tuple[uuid.UUID, Number]]] = {}
        for number in record.numbers:
            speaker = self.speaker(record, number.speaker)
            claim = self._bulk.insert("claim", self._claim(voices[speaker], number_columns(number)))
            if _counts(number):
                like = (number.measure, number.population, number.facility_type, scope(number))
                latest = groups.setdefault(like, {})
                # One origin's latest claim counts, and a key that is greater was made later.
                latest[speaker] = max(latest.get(speaker, (claim, number)), (claim, number), key=lambda pair: pair[0])
        for latest in groups.values():
            self._figure(record, attack, dict(latest.values()))

    def _figure(self, record: AttackRecord, attack: uuid.UUID, claims: Mapping[uuid.UUID, Number]) -> None:
        found = ranges.over(ranges.Bounds(str(one.operator), one.low, one.high) for one in claims.values())
        assert found is not None  # noqa: S101 -- each has a bound
        number = next(iter(claims.values()))
        columns = {
            "ref": self._bulk.new_ref("G"), "country": record.where.country, "attack_id": attack,
            "measure_code": number.measure, "population_code": number.population,
            "facility_type_code": number.facility_type, "scope": scope(number), "origins": len(claims), "rule": "range",
            "decided_at": self._work.at, **vars(found),
        }  # fmt: skip
        figure = self._bulk.insert("figure", columns)
        for claim in claims:
            self._bulk.insert("figure_claim", {"figure_id": figure, "claim_id": claim})


def days(prefix: str, found: Days) -> dict[str, Any]:
    """The columns of an imprecise date."""
    return {
        f"{prefix}_from_on": found.first,
        f"{prefix}_to_on": found.last,
        f"{prefix}_precision_code": found.precision,
        f"{prefix}_words": found.words,
        f"{prefix}_basis": "printed" if found.words else "not_stated",
    }


def place_columns(record: PlaceRecord) -> dict[str, Any]:
    """The columns of a place that its list gives, beside level, country, parent and code."""
    where = record.where
    return {"edition": record.edition[:40], "lat": where.lat, "lon": where.lon, "note": record.note}


def facility_columns(record: FacilityRecord, found: Found) -> dict[str, Any]:
    """The columns of a facility that its list gives."""
    return {
        "country": record.where.country,
        "type_code": record.type,
        "place_id": found.id,
        "operator_kind": record.operator_kind,
        "is_placeholder": not record.names,
        "note": record.note,
    }


def position_columns(record: FacilityRecord, facility: uuid.UUID) -> dict[str, Any]:
    """The columns of a facility's position."""
    where: Where = record.where
    return {
        "facility_id": facility, "lat": where.lat, "lon": where.lon,
        "precision_code": where.precision or "point", "method": "list",
    }  # fmt: skip


def number_columns(number: Number) -> dict[str, Any]:
    """The columns of a claim that counts."""
    return {
        "kind": "quantity",
        "measure_code": number.measure,
        "population_code": number.population,
        "facility_type_code": number.facility_type,
        "operator": number.operator,
        "low": number.low,
        "high": number.high,
        "absence": number.absence,
        "words": number.words,
        "definition_note": number.definition,
        "is_imputed": number.is_imputed,
        "note": number.note,
    }


def hit_columns(hit: Hit) -> dict[str, Any]:
    """The columns of a finding on a facility."""
    return {"effect_code": hit.effect, "damage_code": hit.damage, "functionality_code": hit.functionality}


def spoken(speaker: uuid.UUID, publisher: uuid.UUID) -> dict[str, Any]:
    """The columns of a claim that tell who says it, and through whom: a publisher speaks for itself."""
    relay = "none" if speaker == publisher else "not_stated"
    return {"speaker_id": speaker, "relay": relay, "period_precision_code": "unknown"}


def means_columns(means: Means) -> dict[str, Any]:
    """The columns of a claim on the means."""
    return {
        "kind": "means",
        "attack_type_code": means.attack_type,
        "launch_code": means.launch,
        "munition_code": means.munition,
    }


def scope(number: Number) -> str:
    """The scope of a figure, as `by_rule.scope_of` spells it for a claim without places."""
    spelt = " ".join((number.definition or "").casefold().split())
    return spelt if len(spelt) <= _LONGEST_SCOPE else hashlib.sha256(spelt.encode()).hexdigest()


def _counts(number: Number) -> bool:
    """Whether a range is formed over it: it has a bound, and is no denial."""
    return (number.high or 0) > 0 or (number.high is None and number.low is not None)
