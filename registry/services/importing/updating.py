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
from registry.models.said import Attribution, AttributionActor, Claim, ClaimLink, Origin, Report
from registry.plurals import how_many
from registry.services import by_rule, joint
from registry.services.bulk import Bulk
from registry.services.importing import hits, writing
from registry.services.importing.holding import Found, named_row
from registry.services.importing.records import AttackRecord, FacilityRecord, Means, Name, Number, PlaceRecord
from registry.services.joint import parsed
from registry.services.work import Work, image

_NOT_COMPARED = ("id", "version", "ref")
_TAKEN_OFF = "a person took it off"


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
        changes += self._grade(record, attack)
        assessed = self._work.session.exec(
            select(Assessment.id).where(
                col(Assessment.attack_id) == key, col(Assessment.assessor) != self._writer.list_title
            )
        ).first()
        columns = self._writer.attack_columns(record, found)
        changes += self._columns(record.outside_id, attack, columns, kept="it is assessed" if assessed else "")
        if not assessed:
            changes += self._findings(record, attack, found, report)
        return changes

    def _report(self, record: AttackRecord, key: uuid.UUID) -> Report | None:
        of_it = select(Report).join(AttackReport, col(AttackReport.report_id) == Report.id)
        of_it = of_it.where(col(AttackReport.attack_id) == key, col(Report.outside_id) == record.outside_id)
        standing = self._work.session.exec(of_it.where(col(Report.retracted_at).is_(None)).order_by(col(Report.id)))
        return next((row for row in standing if self._last_image(row)), None)

    def _grade(self, record: AttackRecord, attack: Attack) -> list[Change]:
        """The list's own grade; what people of this registry hold is theirs."""
        mine = {"assessor": self._writer.list_title, "superseded_at": None}
        old = self._work.find(Assessment, attack_id=attack.id, **mine)
        held = old.grade_code if old is not None else None
        if held == record.grade:
            return []
        if old is not None:
            self._work.change(old, superseded_at=self._work.at)
        self._writer.grade(record, attack.id, old.id if old is not None else None)
        return [Change(record.outside_id, "grade", _text(held), _text(record.grade))]

    def _claims(self, record: AttackRecord, attack: Attack, report: Report) -> list[Change]:
        said = [
            row
            for row in self._work.find_all(Claim, attack_id=attack.id, report_id=report.id, retracted_at=None)
            if row.withdrawn_at is None
            and (row.speaker_id == self._writer.publisher or self._last_image(row))  # others' words a person added
        ]
        replaced = by_rule.replaced_among(self._work, [col(Claim.report_id) == report.id])
        standing = {_about(row): row for row in said if row.id not in replaced and row.kind in ("quantity", "means")}
        own = self._writer.speaker(record, None)
        speakers = {number: self._writer.speaker(record, number.speaker) for number in record.numbers}
        wanted = {_about_number(number, who): writing.number_columns(number) for number, who in speakers.items()}
        wanted |= {_about_means(means, own): writing.means_columns(means) for means in record.means}
        common = {"country": attack.country, "report_id": report.id, "attack_id": attack.id}
        changes = self._words(record, said)
        touched = []
        for about, columns in wanted.items():
            old = standing.pop(about, None)
            if old is not None and all(getattr(old, name) == value for name, value in columns.items()):
                continue
            new = self._new_claim(common, attack, writing.spoken(about[-1], own) | columns)
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

    def _words(self, record: AttackRecord, said: Sequence[Claim]) -> list[Change]:
        occurrence = next((row for row in said if row.kind == "occurrence"), None)
        return self._columns(record.outside_id, occurrence, {"words": record.words}) if occurrence else []

    def _new_claim(self, common: Mapping[str, Any], attack: Attack, columns: Mapping[str, Any]) -> Claim:
        self._bulk.flush()
        its = {"source_id": columns["speaker_id"], "matter": attack.ref}
        origin = self._work.find(Origin, **its) or self._work.add(Origin(**its))
        return self._work.add(Claim(ref=keys.new_ref("C"), origin_id=origin.id, **common, **columns))

    def _findings(self, record: AttackRecord, attack: Attack, found: Found, report: Report) -> list[Change]:
        claim = self._work.find_all(Claim, attack_id=attack.id, report_id=report.id, kind="occurrence")[0]
        changes = self._hits(record, attack, found, claim)
        return [*changes, *self._means(record, attack, claim), *self._accused(record, attack, report)]

    def _hits(self, record: AttackRecord, attack: Attack, found: Found, claim: Claim) -> list[Change]:
        """Bring the facilities in step; one that the row names no longer is taken off where nobody has touched it."""
        held = [row for row in self._work.find_all(AttackFacility, attack_id=attack.id) if self._counts(row)]
        held.sort(key=lambda row: row.retracted_at is not None)  # of two alike, the one that stands is meant
        left = {row.id: hits.Held(row, self._work.get(Facility, row.facility_id), self._called(row)) for row in held}
        changes = []
        for hit, one in hits.paired(record.hits, list(left.values())):
            if one is None:
                self._writer.hit(record, found, attack.id, hit, claim.id)
                changes.append(Change(record.outside_id, "facility", "", hit.type))
                continue
            row, facility, _ = left.pop(one.row.id)
            if row.retracted_at is not None:
                changes.append(Change(record.outside_id, "facility", "", hit.type, _TAKEN_OFF))
                continue
            changes += self._columns(record.outside_id, row, writing.hit_columns(hit))
            if hit.names and facility.is_placeholder and self._is_untouched(facility):
                self._work.change(facility, is_placeholder=False)
                changes += self._names(record.outside_id, facility, hit.names)
        for row, facility, _ in left.values():
            if row.retracted_at is None and self._is_untouched(row) and self._is_untouched(facility):
                self._work.change(row, retracted_at=self._work.at)
                changes.append(Change(record.outside_id, "facility", facility.type_code, ""))
        return changes

    def _called(self, row: AttackFacility) -> set[str]:
        return {name.name for name in self._all(FacilityName, facility_id=row.facility_id)}

    def _means(self, record: AttackRecord, attack: Attack, claim: Claim) -> list[Change]:
        held = {
            Means(row.attack_type_code, row.launch_code, row.munition_code): row
            for row in self._work.find_all(AttackMeans, attack_id=attack.id)
        }
        wanted = [means for means in record.means if means.attack_type]
        changes = []
        for means in wanted:
            row = held.get(means)
            if row is not None and row.retracted_at is None:
                continue
            why = _TAKEN_OFF if row is not None and self._counts(row) else ""
            changes.append(Change(record.outside_id, "means", "", _spelt(means), why))
            if row is None:
                self._writer.means(attack.id, means, claim.id)
            elif not why:
                self._work.change(row, retracted_at=None)
        for means, row in held.items():
            if means not in wanted and row.retracted_at is None and self._is_untouched(row):
                self._work.change(row, retracted_at=self._work.at)
                changes.append(Change(record.outside_id, "means", _spelt(means), ""))
        return changes

    def _accused(self, record: AttackRecord, attack: Attack, report: Report) -> list[Change]:
        found = self._all(Attribution, attack_id=attack.id, report_id=report.id)
        held = [one for one in found if self._last_image(one)]
        wanted = self._writer.accusations(record)
        said = {
            (one.speaker_id, one.stance, one.hedge): {
                row.actor_id for row in self._work.find_all(AttributionActor, attribution_id=one.id)
            }
            for one in held
        }
        if said == {how: set(actors) for how, actors in wanted.items()}:
            return []
        for one in held:
            self._work.change(one, retracted_at=self._work.at)
        self._writer.accuse(record, attack.id, report.id)
        before, after = ({actor for actors in some.values() for actor in actors} for some in (said, wanted))
        return [Change(record.outside_id, "accused", *(how_many(len(some), "actor") for some in (before, after)))]

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

    def _counts(self, row: AttackFacility | AttackMeans) -> bool:
        """Whether a finding stands, or a person took it off; what an edition dropped may come back with another."""
        return row.retracted_at is None or not self._is_untouched(row)

    def _is_untouched(self, row: Row) -> bool:
        listed, now = self._last_image(row), parsed(image(row))
        return bool(listed) and all(listed[name] == now[name] for name in now if name not in _NOT_COMPARED)

    def _last_image(self, row: Row) -> dict[str, Any]:
        """The row as an import, or the undo of one, last left it; empty where none did."""
        sql = (
            "SELECT v.value FROM journal j JOIN journal_value v ON v.journal_id = j.id "
            "JOIN import_batch b ON b.node_id = j.node_id "
            "AND (j.seq BETWEEN b.first_seq AND b.last_seq OR j.at = b.undone_at) "
            "WHERE j.table_name = :table AND j.row_id = :key ORDER BY j.seq DESC LIMIT 1"
        )
        connection = self._work.session.connection()
        values = {"table": str(row.__tablename__), "key": db.as_key(connection, row.id)}
        value = connection.execute(text(sql), values).scalar()
        if value is not None:
            return parsed(bytes(value))
        brought = joint.bringing(connection, values["table"], row.id)
        return brought["image"] if brought is not None else {}

    def _row(self, table: type[Any], key: uuid.UUID) -> Any:
        self._bulk.flush()
        return self._work.get(table, key)

    def _all(self, table: type[Any], **values: Any) -> list[Any]:
        return self._work.find_all(table, retracted_at=None, **values)


def _about(claim: Claim) -> tuple[Any, ...]:
    if claim.kind == "means":
        return _about_means(Means(claim.attack_type_code, claim.launch_code, claim.munition_code), claim.speaker_id)
    like = (claim.measure_code, claim.population_code, claim.facility_type_code, claim.definition_note)
    return ("quantity", *like, claim.speaker_id)


def _about_number(number: Number, speaker: uuid.UUID) -> tuple[Any, ...]:
    return ("quantity", number.measure, number.population, number.facility_type, number.definition, speaker)


def _about_means(means: Means, speaker: uuid.UUID) -> tuple[Any, ...]:
    return ("means", *means, speaker)


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
