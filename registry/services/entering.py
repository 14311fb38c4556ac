"""One attack as it comes out of one document: the report, the attack, who says what and who accuses whom, in one go.

What the document names for the first time (a speaker, a village, a clinic) may come with it, so that all of it is saved
in one transaction or none of it.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import Field as InputField
from pydantic import model_validator

from registry.errors import InvalidValue, UsageError
from registry.models.base import Input
from registry.models.facilities import FacilityCreate
from registry.models.happened import Attack, AttackCreate
from registry.models.places import Place, PlaceCreate
from registry.models.said import AttributionCreate, ClaimCreate, ReportCreate
from registry.models.who import ActorCreate, SourceCreate
from registry.services import actors, attacks, claims, facilities, harm_lines, places, reports, sources
from registry.services import shorthand as short
from registry.services.records import attacks as attack_records
from registry.services.work import Work

# A claim without a document of its own stands in the document of the entry.
_THIS = "-"


class NewRecords(Input):
    """What the document names and the registry does not know yet. The entry speaks of them by the names given here."""

    places: list[PlaceCreate] = InputField(default_factory=list)
    sources: list[SourceCreate] = InputField(default_factory=list)
    actors: list[ActorCreate] = InputField(default_factory=list)
    facilities: list[FacilityCreate] = InputField(default_factory=list)


class EntryCreate(AttackCreate):
    """An attack with its document, its claims and who accuses whom.

    Short lines are taken for `facilities`, `means`, `claims` and `attributions` too: "unnamed clinic:damaged",
    "air_strike:plane", "killed >30 / Dbis via Reuters", "SOHR: Syrian government forces".

    Attributes:
        report: a new document; the ref of one on file goes into `reports`, wherever it is given.
        new: places, sources, actors and facilities to be added with it.
    """

    report: ReportCreate | None = None
    claims: list[ClaimCreate] = InputField(default_factory=list)
    attributions: list[AttributionCreate] = InputField(default_factory=list)
    new: NewRecords = InputField(default_factory=NewRecords)

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        given = dict(values)
        _gather(given, "facilities", ("hit",), short.hit)
        _gather(given, "facilities", ("unnamed",), lambda text: short.hit(text, unnamed=True))
        _gather(given, "means", (), short.means)
        _gather(given, "claims", ("harm",), lambda text: harm_lines.parse(text).parts)
        _gather(given, "attributions", ("accuses",), short.accusation)
        for key in ("claims", "attributions"):
            if isinstance(given.get(key), list):
                given[key] = [_in_this_report(item) for item in given[key]]
        if isinstance(given.get("report"), str | list):
            refs = given.pop("report")
            given["reports"] = [*([refs] if isinstance(refs, str) else refs), *given.get("reports", [])]
        return given


def _gather(given: dict[str, Any], into: str, keys: tuple[str, ...], read: Any) -> None:
    """Spell out the lines of a list, and of the short keys that stand for it."""
    lines = given.get(into, [])
    if not isinstance(lines, list | tuple):
        return  # pydantic says what is wrong with it
    found = [read(line) if isinstance(line, str) else line for line in lines]
    for key in keys:
        shortened = given.pop(key, [])
        if not (isinstance(shortened, list | tuple) and all(isinstance(line, str) for line in shortened)):
            raise UsageError(f"{key}: must be a list of lines")
        found += [read(line) for line in shortened]
    given[into] = found


def _in_this_report(item: Any) -> Any:
    return {"report": _THIS, **item} if isinstance(item, dict) else item


def add(work: Work, given: EntryCreate) -> Attack:
    """Add what is new, the report, the attack, its claims and its attributions.

    Raises:
        NotFound, Ambiguous: a name, a ref or a code.
        Conflict: something is on file already.
        InvalidValue: a value; or a claim that stands in no document.
    """
    called = _add_new(work, given.new)
    documents = _documents(work, given, called)
    attack = attacks.add(work, _attack(given, called, documents))
    _add_said(work, attack, given, called, documents)
    return attack


def add_to(work: Work, wanted: str, given: EntryCreate) -> Attack:
    """Add the document, its claims and its attributions to an attack on file: a second report of one event.

    Facilities and means are our finding, and stay as they are.

    Raises:
        Conflict: the attack is withdrawn.
    """
    called = _add_new(work, given.new)
    documents = _documents(work, given, called)
    attack = attacks.edit(work, wanted, {"reports": documents})
    _add_said(work, attack, given, called, documents)
    return attack


class _Called(dict[tuple[str, str], str]):
    """Refs of what was added a moment ago, by noun and name: a name of the entry means these before any other."""

    def ref(self, noun: str, text: str | None) -> str | None:
        return None if text is None else self.get((noun, text), text)

    def refs(self, noun: str, texts: list[str]) -> list[str]:
        return [self.get((noun, text), text) for text in texts]


def _add_new(work: Work, new: NewRecords) -> _Called:
    called = _Called()
    for place in new.places:
        wanted = place.model_copy(update={"parent": called.ref("place", place.parent)})
        called["place", place.name] = places.add(work, wanted).ref
    for actor in new.actors:
        part_of = called.ref("actor", actor.part_of)
        called["actor", actor.name] = actors.add(work, actor.model_copy(update={"part_of": part_of})).ref
    for source in new.sources:
        changed = {
            "organisation": called.ref("source", source.organisation),
            "party_actor": called.ref("actor", source.party_actor),
        }
        called["source", source.name] = sources.add(work, source.model_copy(update=changed)).ref
    for facility in new.facilities:
        place_ref = called.ref("place", facility.place)
        made = facilities.add(work, facility.model_copy(update={"place": place_ref}))
        called["facility", str(facility.name)] = made.ref
    return called


def _documents(work: Work, given: EntryCreate, called: _Called) -> list[str]:
    if given.report is None:
        return given.reports
    publisher = called.ref("source", given.report.publisher)
    return [reports.add(work, given.report.model_copy(update={"publisher": publisher})).ref, *given.reports]


def _attack(given: EntryCreate, called: _Called, documents: list[str]) -> AttackCreate:
    hits = [
        hit.model_copy(update={"facility": called.ref("facility", hit.facility)}) if hit.facility else hit
        for hit in given.facilities
    ]
    changed = {"place": called.ref("place", given.place), "facilities": hits, "reports": documents}
    return given.model_copy(update=changed)


def _add_said(work: Work, attack: Attack, given: EntryCreate, called: _Called, documents: list[str]) -> None:
    for claim in given.claims:
        changed: dict[str, Any] = {
            "report": _document(claim.report, documents),
            "speaker": called.ref("source", claim.speaker),
            "via": called.ref("source", claim.via),
            "facilities": called.refs("facility", claim.facilities),
            "facility": called.ref("facility", claim.facility),
        }
        claims.add(work, claim.model_copy(update=changed | _about(attack, claim)))
    for attribution in given.attributions:
        changed = {
            "report": _document(attribution.report, documents),
            "speaker": called.ref("source", attribution.speaker),
            "actors": called.refs("actor", attribution.actors),
        }
        claims.attribute(work, attribution.model_copy(update=changed | _about(attack, attribution)))


def _about(attack: Attack, said: ClaimCreate | AttributionCreate) -> dict[str, str]:
    elsewhere = said.attack or said.situation or (isinstance(said, ClaimCreate) and said.facility)
    return {} if elsewhere else {"attack": attack.ref}


def _document(report: str, documents: list[str]) -> str:
    if report != _THIS:
        return report
    if not documents:
        raise InvalidValue("report", "is missing", "say which document this stands in: --report, or report in the JSON")
    return documents[0]


@dataclass(frozen=True)
class Preview:
    """What an entry would become: the record as `show` gives it, and the attacks that it may be a second record of."""

    record: dict[str, Any]
    duplicates: list[dict[str, Any]]


def preview(work: Work, given: EntryCreate) -> Preview:
    """The same as `add`, in a unit that is undone: what is refused is refused now, and the rest can be looked at."""
    attack = add(work, given)
    record = attack_records.show(work.session.connection(), attack.ref)
    return Preview(record, duplicates(work, attack, given.when))


def duplicates(work: Work, attack: Attack, when: str | None) -> list[dict[str, Any]]:
    """The other attacks that one which was just added may be a second record of."""
    connection = work.session.connection()
    types = tuple(str(hit["type"]) for hit in attack_records.show(connection, attack.ref)["facilities"])
    place = work.get(Place, attack.place_id).ref
    found = attack_records.likely_duplicates(connection, place=place, when=when, types=types)
    return [row for row in found if row["ref"] != attack.ref]
