"""A row of a newer edition against what its last edition brought: what differs is changed, and only that.

The list's own claims are corrected by it, as a speaker corrects itself: the old claim stays, and the new one says that
it replaces it. Of our records a column is changed only where it still holds what the last edition put there; what a
person changed, assessed or merged is theirs.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import col, select

from registry import db, keys
from registry import names as spelling
from registry.models.base import Row
from registry.models.facilities import Facility, FacilityIdentifier, FacilityName, FacilityPosition
from registry.models.happened import Attack, AttackFacility, AttackMeans, AttackReport
from registry.models.held import Assessment
from registry.models.places import Place, PlaceName
from registry.models.said import Attribution, AttributionActor, Claim, ClaimLink, Report
from registry.services import by_rule
from registry.services.bulk import Bulk
from registry.services.chain import parsed
from registry.services.importing import writing
from registry.services.importing.holding import Found, named_row
from registry.services.importing.records import AttackRecord, FacilityRecord, Means, Name, Number, PlaceRecord
from registry.services.work import Work, image

_NOT_COMPARED = ("id", "version", "ref")


class Change(NamedTuple):
    """One thing that a newer edition says differently.

    Attributes:
        kept: why it was left as it was; empty where it was changed.
    """

    outside_id: str
    what: str
    before: str
    after: str
    kept: str = ""


class Updater:
    """Brings records of one list in step with its newer edition."""

    def __init__(self, work: Work, bulk: Bulk, writer: writing.Writer) -> None:
        self._work, self._bulk, self._writer = work, bulk, writer

    # --- places and facilities ---

    def place(self, record: PlaceRecord, key: uuid.UUID, parent: uuid.UUID | None) -> list[Change]:
        """What changed of a place."""
        place = self._row(Place, key)
        wanted: dict[str, Any] = {"level": record.level, **writing.place_columns(record)}
        wanted |= {"pcode": record.pcode} if record.pcode else {}
        wanted |= {"parent_id": parent} if parent not in (None, key) else {}
        if record.where.lat is None:
            wanted = {name: value for name, value in wanted.items() if name not in ("lat", "lon")}
        return [*self._columns(record.outside_id, place, wanted), *self._names(record.outside_id, place, record.names)]

    def facility(self, record: FacilityRecord, key: uuid.UUID, found: Found) -> list[Change]:
        """What changed of a facility."""
        facility = self._row(Facility, key)
        changes = self._columns(record.outside_id, facility, writing.facility_columns(record, found))
        changes += self._names(record.outside_id, facility, record.names)
        held = {(row.scheme, row.value) for row in self._all(FacilityIdentifier, facility_id=key)}
        for scheme, value in record.identifiers:
            if (scheme, value) not in held:
                self._work.add(FacilityIdentifier(facility_id=key, scheme=scheme, value=value))
                changes.append(Change(record.outside_id, f"identifier {scheme}", "", value))
        return changes + self._position(record, key)

    def _position(self, record: FacilityRecord, key: uuid.UUID) -> list[Change]:
        if record.where.lat is None:
            return []
        wanted = writing.position_columns(record, key)
        listed = [row for row in self._all(FacilityPosition, facility_id=key) if row.method == "list"]
        standing = [row for row in listed if row.valid_to_on is None]
        if any((row.lat, row.lon) == (wanted["lat"], wanted["lon"]) for row in standing):
            return []
        for row in standing:
            self._work.change(row, valid_to_on=self._work.at.date())
        self._work.add(FacilityPosition(**wanted))
        return [Change(record.outside_id, "position", "elsewhere" if standing else "", "moved")]

    def _names(self, outside_id: str, row: Place | Facility, called: Sequence[Name]) -> list[Change]:
        noun, table = ("place", PlaceName) if isinstance(row, Place) else ("facility", FacilityName)
        held = {name.name: name for name in self._all(table, **{f"{noun}_id": row.id})}
        changes = []
        for name in called:
            if name.text not in held:
                script = spelling.script_of(name.text)
                kind = "alias" if any(other.script == script for other in held.values()) else "official"
                self._work.add(table(**named_row(f"{noun}_id", row.id, name, kind, script)))
                changes.append(Change(outside_id, "name", "", name.text))
        return changes

    # --- attacks ---

    def attack(self, record: AttackRecord, key: uuid.UUID, found: Found) -> list[Change]:
        """What changed of an attack; of one that a person has assessed, only what the list claims."""
        attack = self._row(Attack, key)
        report = self._report(record, key)
        if report is None or attack.state == "withdrawn":
            return [Change(record.outside_id, "attack", "", "", "a person withdrew it")]
        changes = self._claims(record, attack, report)
        changes += self._columns(
            record.outside_id, report, self._writer.report_columns(record.report, record.outside_id)
        )
        assessed = self._work.session.exec(select(Assessment.id).where(col(Assessment.attack_id) == key)).first()
        columns = self._writer.attack_columns(record, found)
        changes += self._columns(record.outside_id, attack, columns, kept="it is assessed" if assessed else "")
        if not assessed:
            changes += self._findings(record, attack, found, report)
        return changes

    def _report(self, record: AttackRecord, key: uuid.UUID) -> Report | None:
        of_it = select(Report).join(AttackReport, col(AttackReport.report_id) == Report.id)
        of_it = of_it.where(col(AttackReport.attack_id) == key, col(Report.outside_id) == record.outside_id)
        of_list = of_it.where(col(Report.publisher_id) == self._writer.publisher, col(Report.retracted_at).is_(None))
        return self._work.session.exec(of_list).first()

    def _claims(self, record: AttackRecord, attack: Attack, report: Report) -> list[Change]:
        said = [
            row
            for row in self._work.find_all(Claim, attack_id=attack.id, report_id=report.id, retracted_at=None)
            if row.withdrawn_at is None and row.speaker_id == self._writer.publisher
        ]
        replaced = by_rule.replaced_among(self._work, [col(Claim.report_id) == report.id])
        standing = {_about(row): row for row in said if row.id not in replaced and row.kind in ("quantity", "means")}
        wanted = {_about_number(number): writing.number_columns(number) for number in record.numbers}
        wanted |= {_about_means(means): writing.means_columns(means) for means in record.means}
        origin = next((row.origin_id for row in said), None)
        common = {"country": attack.country, "report_id": report.id, "origin_id": origin, "attack_id": attack.id}
        changes, touched = [], []
        for about, columns in wanted.items():
            old = standing.pop(about, None)
            if old is not None and all(getattr(old, name) == value for name, value in columns.items()):
                continue
            new = self._new_claim(common, columns)
            touched += [new, *([old] if old else [])]
            if old is not None:
                self._work.add(ClaimLink(claim_id=new.id, other_id=old.id, kind="corrects", by_speaker=True))
            changes.append(Change(record.outside_id, _told(new), _value(old), _value(new)))
        for old in standing.values():
            why = "a newer edition of the list no longer says it"
            self._work.change(old, withdrawn_at=self._work.at, withdrawn_as="by_speaker", withdrawn_why=why)
            touched.append(old)
            changes.append(Change(record.outside_id, _told(old), _value(old), "withdrawn"))
        by_rule.refresh(self._work, *touched)
        return changes

    def _new_claim(self, common: Mapping[str, Any], columns: Mapping[str, Any]) -> Claim:
        self._bulk.flush()
        spoken: dict[str, Any] = {
            "speaker_id": self._writer.publisher,
            "relay": "none",
            "period_precision_code": "unknown",
        }
        return self._work.add(Claim(ref=keys.new_ref("C"), **common, **spoken, **columns))

    def _findings(self, record: AttackRecord, attack: Attack, found: Found, report: Report) -> list[Change]:
        claim = self._work.session.exec(
            select(Claim).where(col(Claim.attack_id) == attack.id, col(Claim.report_id) == report.id)
        ).first()
        assert claim is not None  # noqa: S101 -- every row brings an occurrence claim
        changes = []
        held = {
            (self._work.get(Facility, row.facility_id).type_code, row.effect_code, row.damage_code)
            for row in self._all(AttackFacility, attack_id=attack.id)
        }
        types = {kind for kind, _, _ in held}
        for hit in record.hits:
            if (hit.type, hit.effect, hit.damage) in held:
                continue
            if hit.type in types:
                changes += self._effect(record.outside_id, attack, hit.type, hit.effect, hit.damage)
            else:
                self._writer.hit(record, found, attack.id, hit, claim.id)
                changes.append(Change(record.outside_id, "facility", "", hit.type))
        return [*changes, *self._means(record, attack, claim), *self._accused(record, attack, report)]

    def _effect(
        self, outside_id: str, attack: Attack, kind: str, effect: str | None, damage: str | None
    ) -> list[Change]:
        for row in self._all(AttackFacility, attack_id=attack.id):
            if self._work.get(Facility, row.facility_id).type_code == kind:
                wanted = {"effect_code": effect, "damage_code": damage}
                return self._columns(outside_id, row, wanted)
        return []

    def _means(self, record: AttackRecord, attack: Attack, claim: Claim) -> list[Change]:
        held = {
            Means(row.attack_type_code, row.launch_code, row.munition_code): row
            for row in self._all(AttackMeans, attack_id=attack.id)
        }
        wanted = [means for means in record.means if means.attack_type]
        changes = []
        for means in wanted:
            if means not in held:
                self._writer.means(attack.id, means, claim.id)
                changes.append(Change(record.outside_id, "means", "", _spelt(means)))
        for means, row in held.items():
            if means not in wanted and self._is_untouched(row):
                self._work.change(row, retracted_at=self._work.at)
                changes.append(Change(record.outside_id, "means", _spelt(means), ""))
        return changes

    def _accused(self, record: AttackRecord, attack: Attack, report: Report) -> list[Change]:
        held = self._all(Attribution, attack_id=attack.id, report_id=report.id)
        actors = {row.actor_id for one in held for row in self._work.find_all(AttributionActor, attribution_id=one.id)}
        if actors == set(self._writer.actors(record)):
            return []
        for one in held:
            self._work.change(one, retracted_at=self._work.at)
        self._writer.accuse(record, attack.id, report.id)
        return [Change(record.outside_id, "accused", f"{len(actors)} actors", f"{len(record.accused)} actors")]

    # --- columns ---

    def _columns(self, outside_id: str, row: Row, wanted: Mapping[str, Any], kept: str = "") -> list[Change]:
        """Set what differs, but for what a person has set since the last edition."""
        differing = {name: value for name, value in wanted.items() if getattr(row, name) != value}
        if not differing:
            return []
        listed = self._last_image(row)
        now = parsed(image(row))
        theirs = {name for name in differing if listed and name in listed and listed[name] != now[name]}
        changes = []
        for name, value in differing.items():
            why = kept or ("a person changed it" if name in theirs else "")
            changes.append(Change(outside_id, name, _text(getattr(row, name)), _text(value), why))
        if not kept:
            self._work.change(row, **{name: value for name, value in differing.items() if name not in theirs})
        return changes

    def _is_untouched(self, row: Row) -> bool:
        listed, now = self._last_image(row), parsed(image(row))
        return bool(listed) and all(listed[name] == now[name] for name in now if name not in _NOT_COMPARED)

    def _last_image(self, row: Row) -> dict[str, Any]:
        """The row as an import last left it; empty where none did."""
        sql = (
            "SELECT v.value FROM journal j JOIN journal_value v ON v.journal_id = j.id "
            "JOIN import_batch b ON b.node_id = j.node_id AND j.seq BETWEEN b.first_seq AND b.last_seq "
            "WHERE j.table_name = :table AND j.row_id = :key ORDER BY j.seq DESC LIMIT 1"
        )
        connection = self._work.session.connection()
        values = {"table": str(row.__tablename__), "key": db.as_key(connection, row.id)}
        value = connection.execute(text(sql), values).scalar()
        return parsed(bytes(value)) if value is not None else {}

    def _row(self, table: type[Any], key: uuid.UUID) -> Any:
        self._bulk.flush()
        return self._work.get(table, key)

    def _all(self, table: type[Any], **values: Any) -> list[Any]:
        return self._work.find_all(table, retracted_at=None, **values)


def _about(claim: Claim) -> tuple[Any, ...]:
    if claim.kind == "means":
        return _about_means(Means(claim.attack_type_code, claim.launch_code, claim.munition_code))
    return ("quantity", claim.measure_code, claim.population_code, claim.facility_type_code, claim.definition_note)


def _about_number(number: Number) -> tuple[Any, ...]:
    return ("quantity", number.measure, number.population, number.facility_type, number.definition)


def _about_means(means: Means) -> tuple[Any, ...]:
    return ("means", *means)


def _told(claim: Claim) -> str:
    parts = (claim.measure_code or "means", claim.population_code, claim.facility_type_code, claim.definition_note)
    return " ".join(part for part in parts if part)


def _value(claim: Claim | None) -> str:
    if claim is None:
        return ""
    if claim.kind == "means":
        return _spelt(Means(claim.attack_type_code, claim.launch_code, claim.munition_code))
    bounds = [str(bound) for bound in (claim.low, claim.high) if bound is not None]
    return " ".join([claim.operator or claim.absence or "", "-".join(dict.fromkeys(bounds))]).strip()


def _spelt(means: Means) -> str:
    return " / ".join(part or "" for part in means)


def _text(value: object) -> str:
    return "" if value is None else str(value)
