"""What an audience may not see is taken out of the rows here, before any value is made of them.

Invariants:
* Whatever comes after sees only the rows that `disclose` gives: no template, attachment or file name can tell more.
* A column that the policy does not list is withheld, and a field of `Gathered` without a place here stops the report.
* Numbers are never altered, and no attack is left out: what is coarsened is the place and the day.
"""

import dataclasses
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from registry import codes
from registry.errors import InvalidValue, RegistryError
from registry.sitrep.disclosure import Policy
from registry.sitrep.snapshot import refusing, withholding
from registry.sitrep.snapshot.gathered import Gathered, Request
from registry.sitrep.snapshot.grouping import known_facilities, partition, top_type
from registry.sitrep.snapshot.nameable import nameable
from registry.sitrep.snapshot.rows import Key, Row
from registry.sitrep.values import Audience

# By what rule of the policy the rows of each field are seen.
RELATIONS = {
    "heads": "node",
    "areas": "v_place",
    "places": "v_place",
    "situations": "v_situation",
    "situation_places": "situation_place",
    "attacks": "v_attack",
    "hits": "v_attack_facility",
    "statuses": "facility_status",
    "facilities": "v_facility",
    "facility_names": "facility_name",
    "identifiers": "facility_identifier",
    "means": "attack_means",
    "claims": "v_claim",
    "claim_places": "claim_place",
    "claim_facilities": "claim_facility",
    "attributions": "v_attribution",
    "figures": "v_figure",
    "reports": "v_report",
    "sources": "v_source",
    "units": "v_place",
    "census": "facility_census",
    "mapped": "map_area",
}
# Keys and counts, which say nothing by themselves.
PLAIN = frozenset(
    {"as_of", "undated", "replaced", "figure_claims", "independent", "copies", "duplicates", "marked", "lag"}
)
OWN = frozenset({"groups", "whole_area", "nameable", "left_out"})
_FINEST: dict[Audience, tuple[str, ...]] = {
    "public": ("country", "governorate"),
    "partner": ("country", "governorate", "district"),
}
_DAYS = ("day", "range", "open", "week")
_NOBODY = uuid.UUID(int=0)
_UNNAMED = {"en": "a source that is not named", "ar": "مصدر لم يُذكر اسمه", "fr": "une source qui n’est pas nommée"}
_WORKS = ("functioning", "fully_functioning", "partially_functioning")


def widened(request: Request) -> Request:
    """The request as its audience may ask it: a public period is of whole ISO weeks."""
    if request.audience != "public":
        return request
    return dataclasses.replace(request, first=_monday(request.first), last=_monday(request.last) + timedelta(days=6))


def disclose(gathered: Gathered, request: Request, policy: Policy) -> Gathered:
    """The rows as the audience may see them.

    Raises:
        InvalidValue: an area is finer than this audience may see, or it may not have a report of this kind.
        RegistryError: rows were gathered of which nobody has said who may see them.
    """
    unknown = {field.name for field in dataclasses.fields(gathered)} - RELATIONS.keys() - PLAIN - OWN
    if unknown:
        names = ", ".join(sorted(unknown))
        raise RegistryError(f"sitrep: no rule says who may see {names}; name it in snapshot/disclosing.py")
    return _Discloser(gathered, request, policy).disclosed()


def seen(
    relation: str, field: str, rows: Iterable[Row], known: Gathered, request: Request, policy: Policy
) -> list[Row]:
    """Some rows as the audience may see them, for what is too large to be gathered at once.

    Args:
        relation: the view or table, as the policy calls it.
        field: the field of `Gathered` that holds such rows, which tells the ones that are left out.
        rows: of the registry.
        known: the places, sources, reports and claims that these rows name, and the marked among their facilities.
        request: the areas and the audience.
        policy: who may see what.
    """
    discloser = _Discloser(known, request, policy)
    return [discloser.row(relation, row) for row in discloser.kept(field, rows)]


def groups(known: Gathered, request: Request, policy: Policy) -> dict[Key, tuple[Key, ...]]:
    """The governorates of each place that the public reads of, by the key that `seen` gives it."""
    discloser = _Discloser(known, request, policy)
    alone = {key: (key,) for key in discloser.group_of.values()}
    return alone | {key: tuple(row["members"]) for key, row in discloser.group_rows.items()}


class _Discloser:
    """One issue's rows and the audience that they are made for."""

    def __init__(self, gathered: Gathered, request: Request, policy: Policy) -> None:
        self.raw = gathered
        self.request = request
        self.policy = policy
        self.audience = request.audience
        self.is_outside = request.audience != "internal"
        self.whole: Key | None = None
        self.group_of: dict[Key, Key] = {}
        self.group_rows: dict[Key, Row] = {}
        self.groups = gathered.groups
        self.ways: dict[tuple[str, tuple[str, ...]], Mapping[str, str]] = {}
        self._refuse_finer_areas()
        refusing.refuse(gathered, request)
        if self.audience == "public":
            self._make_groups()

    def _refuse_finer_areas(self) -> None:
        levels = _FINEST.get(self.audience)
        for area in self.raw.areas:
            if levels and area["level"] not in levels:
                wider = "give the governorate" if self.audience == "public" else "give the district"
                raise InvalidValue("area", f"a {area['level']} is finer than this audience may see", wider)

    def _make_groups(self) -> None:
        # A group is a place of its own that lies nowhere; where it is one governorate, it is that governorate.
        units = [row["id"] for row in self.raw.units] or [row["id"] for row in self.raw.areas]
        parts = partition(units, known_facilities(self.raw.census), self.policy.few)
        areas = tuple(row["id"] for row in self.raw.areas)
        self.whole = self._group(areas)
        keys = [self.whole if len(part) == len(units) else self._group(_sorted(part)) for part in parts]
        self.group_of = {unit: key for part, key in zip(parts, keys, strict=True) for unit in part}
        self.groups = tuple(dict.fromkeys(self.group_of[unit] for unit in units))

    def _group(self, members: tuple[Key, ...]) -> Key:
        if len(members) == 1:
            return members[0]
        key = uuid.uuid5(_NOBODY, " ".join(map(str, members)))
        row = {"id": key, "level": "group", "name": "", "parent_id": None, "members": members}
        self.group_rows[key] = MappingProxyType(row)
        return key

    def disclosed(self) -> Gathered:
        """All rows, each column as this audience sees it."""
        fields: dict[str, Any] = {name: self._field(name, getattr(self.raw, name)) for name in RELATIONS}
        fields["places"] |= self.group_rows
        if self.is_outside:
            fields["sources"][_NOBODY] = self._nobody()
        if self.audience == "public" and any(not self._is_public(row) for row in self.raw.reports.values()):
            fields["reports"][_NOBODY] = self._pool()
        left_out = withholding.counted(self.raw, fields, self.audience, len(self.groups) < len(self.group_of))
        return dataclasses.replace(
            self.raw,
            **fields,
            groups=self.groups,
            whole_area=self.whole,
            nameable=nameable(self.raw),
            left_out=left_out,
        )

    def _field(self, name: str, rows: Any) -> Any:
        kept = self.kept(name, rows.values() if isinstance(rows, Mapping) else rows)
        seen = [self.row(RELATIONS[name], row) for row in kept]
        return {row["id"]: row for row in seen} if isinstance(rows, Mapping) else tuple(seen)

    def row(self, relation: str, row: Row) -> Row:
        """One row, each column as this audience sees it."""
        ways = self._ways(relation, tuple(row))
        seen = {column: self._seen(way, row, column) for column, way in ways.items()}
        if relation == "v_claim":
            seen["is_origin_withheld"] = seen["report_id"] == _NOBODY
        for column in row:
            if column.endswith("words"):
                seen[f"{column}_withheld"] = bool(row[column]) and not seen[column]
        if relation == "v_report":
            seen["are_details_withheld"] = _has_details(row) and not _has_details(seen)
        return MappingProxyType(seen)

    def _ways(self, relation: str, columns: tuple[str, ...]) -> Mapping[str, str]:
        """How this audience sees each column."""
        if (relation, columns) not in self.ways:
            self.ways[relation, columns] = {one: self.policy.way(relation, one, self.audience) for one in columns}
        return self.ways[relation, columns]

    def _seen(self, way: str, row: Row, column: str) -> Any:
        if way == "as_is":
            return row[column]
        if way == "withheld":
            return False if isinstance(row[column], bool) else None
        return WAYS[way](self, row, column)

    # Which rows.

    def kept(self, name: str, rows: Iterable[Row]) -> Iterable[Row]:
        """The rows of a field that this audience sees anything of."""
        if not self.is_outside:
            return rows
        keep: Callable[[Row], bool] = getattr(self, f"_keeps_{name}", lambda _row: True)
        kept = [row for row in rows if keep(row)]
        return kept if name != "claim_places" else self._claim_places(kept)

    def _keeps_places(self, row: Row) -> bool:
        return row["level"] in _FINEST[self.audience]

    def _keeps_reports(self, row: Row) -> bool:
        return self.audience != "public" or self._is_public(row)

    def _keeps_claims(self, row: Row) -> bool:
        if row["kind"] == "use" or (row["kind"] == "conduct" and row["conduct"] == "military_use_alleged"):
            return False
        if self.audience == "public":
            return row["facility_id"] is None and row["kind"] != "status"
        return row["kind"] != "status" or row["functionality"] not in _WORKS

    def _keeps_statuses(self, row: Row) -> bool:
        if row["is_reopening"] or row["id"] in self.reopenings:
            return False
        newest = self.raw.as_of.date() - timedelta(days=self.policy.status_delay_days)
        seen_on = row["observed_from_on"]
        return self.audience != "public" or (seen_on is not None and seen_on <= newest)

    @cached_property
    def reopenings(self) -> frozenset[Key]:
        """Statuses by which a facility works after one by which it did not, whether or not somebody called it so."""
        found, works = set[Key](), dict[Key, bool]()
        for row in self.raw.statuses:
            if row["functionality"]:
                is_working = row["functionality"] in _WORKS
                if is_working and not works.get(row["facility_id"], True):
                    found.add(row["id"])
                else:
                    works[row["facility_id"]] = is_working
        return frozenset(found)

    def _claim_places(self, rows: list[Row]) -> list[Row]:
        # What was said in confidence about an area without a place of its own must not fall back to the area's.
        if self.audience != "public":
            return rows
        claims = self.raw.claims_by_key
        own = [row for row in rows if self._is_said_of_area(claims[row["claim_id"]])]
        others = [row for row in claims.values() if not self._is_said_of_area(row)]
        return [*own, *({"claim_id": row["id"], "place_id": None, "part": ""} for row in others)]

    def _is_marked(self, row: Row) -> bool:
        return row.get("facility_id", row["id"]) in self.raw.marked

    # Who may be named.

    def _is_public(self, report: Row) -> bool:
        publisher = self.raw.sources[report["publisher_id"]]
        is_released = report["is_released"] or publisher["is_released"]
        return report["kind"] in self.policy.public_reports or bool(is_released)

    def _is_said_in_public(self, claim: Row) -> bool:
        return bool(claim.get("is_released")) or self._is_public(self.raw.reports[claim["report_id"]])

    def _is_said_of_area(self, claim: Row) -> bool:
        return claim["situation_id"] is not None and self._is_said_in_public(claim)

    def _is_nameless(self, source: Row) -> bool:
        return bool(source["is_anonymous"]) or source["kind"] in self.policy.never_named

    def _is_private_person(self, source: Row) -> bool:
        is_person = source["parent_id"] is not None or source["kind"] in self.policy.persons
        return is_person and not source["is_public_spokesperson"]

    def _unnamed(self) -> str:
        return _UNNAMED.get(self.request.language, _UNNAMED["en"])

    def _nobody(self) -> Row:
        row = dict.fromkeys(next(iter(self.raw.sources.values()), {}))
        return row | {
            "id": _NOBODY,
            "name": self._unnamed(),
            "kind": "unnamed",
            "is_party": False,
            "is_anonymous": False,
        }

    def _pool(self) -> Row:
        # One for all documents that were not published: one each would tell which claims are about one attack.
        row = dict.fromkeys(next(iter(self.raw.reports.values())))
        held = {
            "id": _NOBODY,
            "publisher_id": _NOBODY,
            "published_precision": "unknown",
            "published_basis": "not_stated",
        }
        flags = {"publisher_is_party": False, "is_released": False, "published_words_withheld": False}
        return row | held | flags | {"language": "und", "are_details_withheld": True}

    # The ways of the policy: what is seen of a column.

    def whether(self, row: Row, column: str) -> Any:
        """Only that there is something."""
        return bool(row[column])

    def week(self, row: Row, column: str) -> Any:
        """A date by whole weeks; one that is coarser already stays."""
        prefix = column.removesuffix("precision").removesuffix("from_on").removesuffix("to_on")
        held = row.get(f"{prefix}precision", "range")
        start, end = row[f"{prefix}from_on"], row[f"{prefix}to_on"]
        if held not in _DAYS or (held == "range" and _is_of_months(start, end)):
            return row[column]
        first = _monday(start) if start else None
        last = _monday(end) + timedelta(days=6) if end else None
        if column.endswith("precision"):
            is_one = first is not None and last is not None and last - first == timedelta(days=6)
            return "week" if is_one else "range" if held in ("day", "week") else held
        return first if column.endswith("from_on") else last

    def group(self, row: Row, column: str) -> Any:
        """The group of governorates that a place lies in; the whole area if that is not known."""
        unit = self._above(row[column], lambda place: place["id"] in self.group_of)
        return self.group_of.get(unit, self.whole) if unit else self.whole

    def governorate(self, row: Row, column: str) -> Any:
        """The governorate or country that a place lies in."""
        return self._at_level(row[column], _FINEST["public"])

    def district(self, row: Row, column: str) -> Any:
        """The district that a place lies in, or what is above it."""
        return self._at_level(row[column], _FINEST["partner"])

    def place_said(self, row: Row, column: str) -> Any:
        """The governorate of what was said in public about an area, the group of anything else."""
        claim = self.raw.claims_by_key[row["claim_id"]]
        if self._is_said_of_area(claim):
            return self.governorate(row, column)
        attack = next((one for one in self.raw.attacks if one["id"] == claim["attack_id"]), None)
        return self.group(attack, "place_id") if attack is not None else self.whole

    def part(self, row: Row, column: str) -> Any:
        """The part of a place that is meant, unless that place is told more coarsely."""
        return row[column] if self.district(row, "place_id") == row["place_id"] else None

    def _at_level(self, place: Key | None, levels: tuple[str, ...]) -> Key | None:
        return self._above(place, lambda row: row["level"] in levels) or self.raw.areas[0]["id"]

    def _above(self, place: Key | None, is_wanted: Callable[[Row], bool]) -> Key | None:
        while place is not None:
            row = self.raw.places[place]
            if is_wanted(row):
                return place
            place = row["parent_id"]
        return None

    def top_type(self, row: Row, column: str) -> Any:
        """The top-level type of a facility."""
        return top_type(row[column])

    def type_said(self, row: Row, column: str) -> Any:
        """The type of facility as it was said in public about an area."""
        return row[column] if self._is_said_of_area(row) else top_type(row[column])

    def if_released(self, row: Row, column: str) -> Any:
        """What somebody recorded as agreed."""
        return row[column] if row["is_released"] else None

    def if_public(self, row: Row, column: str) -> Any:
        """Of a published document."""
        return row[column] if self._is_public(row) else None

    def unless_unnamed(self, row: Row, column: str) -> Any:
        """What a speaker said who may be named."""
        may_be = self._is_said_in_public(row) and not self._is_nameless(self.raw.sources[row["speaker_id"]])
        return row[column] if may_be or row["is_released"] else None

    def unless_marked(self, row: Row, column: str) -> Any:
        """Of a facility that is not marked."""
        return None if self._is_marked(row) else row[column]

    def type_unless_marked(self, row: Row, column: str) -> Any:
        """The type of a facility, the top-level one if it is marked."""
        return top_type(row[column]) if self._is_marked(row) else row[column]

    def unless_military(self, row: Row, column: str) -> Any:
        """What was said about the conduct, but not that armed actors used a place."""
        return None if row[column] == "military_use_alleged" else row[column]

    def speaker(self, row: Row, column: str) -> Any:
        """Who spoke in public; nobody, for what was said in confidence."""
        is_public = self._is_said_in_public(row) if "report_id" in row else self._is_public(row)
        return row[column] if is_public or row[column] is None else _NOBODY

    def document(self, row: Row, column: str) -> Any:
        """The document that was published; one in place of all that were not."""
        return row[column] if self._is_public(self.raw.reports[row[column]]) else _NOBODY

    def name(self, row: Row, column: str) -> Any:
        """The name of an organisation or public spokesperson; of another person the organisation, else the kind."""
        if self._is_nameless(row):
            return self._unnamed()
        if not self._is_private_person(row):
            return row[column]
        return row["organisation"] or codes.labels("source_kind", self.request.language)[row["kind"]]

    def acronym(self, row: Row, column: str) -> Any:
        """The acronym of what is named."""
        return None if self._is_nameless(row) or self._is_private_person(row) else row[column]

    organisation = acronym

    def role(self, row: Row, column: str) -> Any:
        """The role of a person that is named or whose organisation is."""
        return None if self._is_nameless(row) else row[column]

    def kind(self, row: Row, column: str) -> Any:
        """The kind of a source that may be told."""
        return "unnamed" if self._is_nameless(row) else row[column]


_STEPS = ("disclosed", "row", "kept")
WAYS: dict[str, Callable[[_Discloser, Row, str], Any]] = {
    name: way
    for name, way in vars(_Discloser).items()
    if callable(way) and not name.startswith("_") and name not in _STEPS
}


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _has_details(report: Row) -> bool:
    return bool(report["title"] or report["url"])


def _is_of_months(start: date | None, end: date | None) -> bool:
    return start is not None and end is not None and start.day == 1 and (end + timedelta(days=1)).day == 1


def _sorted(part: Iterable[Key]) -> tuple[Key, ...]:
    return tuple(sorted(part))
