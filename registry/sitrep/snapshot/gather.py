"""What the registry holds on an area and a period: queries on the views, nothing decided.

Rows come in the same Python values from both engines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, text

from registry import codes, db
from registry.sitrep.disclosure import policy
from registry.sitrep.snapshot import areas, lag
from registry.sitrep.snapshot.rows import Key, Row, plain
from registry.sitrep.values import Audience, Kind, Subject

__all__ = ["BOOKKEEPING", "Gathered", "Key", "Reader", "Request", "Row", "gather", "nothing"]

# Tables of what we publish, not of what we know: a new row there changes no sitrep.
BOOKKEEPING = ("sitrep", "sitrep_snapshot", "schedule", "schedule_run", "delivery", "release")


_ATTACKS = (
    "SELECT * FROM v_attack WHERE {} AND state <> 'withdrawn' AND canonical_id IS NULL "
    "ORDER BY COALESCE(occurred_to_on, occurred_from_on) IS NOT NULL, COALESCE(occurred_to_on, occurred_from_on), id"
)
_ATTACKS_ON = (
    "SELECT DISTINCT COALESCE(a.canonical_id, a.id) AS id FROM attack_facility h JOIN attack a ON a.id = h.attack_id "
    "WHERE h.facility_id IN :keys AND h.retracted_at IS NULL AND a.retracted_at IS NULL"
)
_STATUSES = (
    "SELECT id, facility_id, functionality_code AS functionality, damage_code AS damage, observed_from_on, "
    "observed_to_on, observed_precision_code AS observed_precision, is_reopening, attack_id, report_id "
    "FROM facility_status WHERE facility_id IN :keys AND (functionality_code IS NOT NULL OR damage_code IS NOT NULL) "
    "AND (observed_from_on IS NULL OR observed_from_on <= :last) ORDER BY observed_from_on, id"
)
_FACILITY_NAMES = (
    "SELECT id, facility_id, name, language, kind FROM facility_name WHERE facility_id IN :keys "
    "AND retracted_at IS NULL ORDER BY CASE kind WHEN 'official' THEN 0 ELSE 1 END, id"
)
_IDENTIFIERS = (
    "SELECT id, facility_id, scheme, value FROM facility_identifier WHERE facility_id IN :keys "
    "AND retracted_at IS NULL ORDER BY scheme, value, id"
)
_MAY_HAVE_BEEN_THEN = (
    "(occurred_from_on IS NOT NULL OR occurred_to_on IS NOT NULL) "
    "AND (occurred_from_on IS NULL OR occurred_from_on <= :last) "
    "AND (occurred_to_on IS NULL OR occurred_to_on >= :first)"
)
_MEANS = "SELECT * FROM attack_means WHERE attack_id IN :keys AND retracted_at IS NULL ORDER BY id"


@dataclass(frozen=True)
class Request:
    """What a sitrep is to be about.

    Attributes:
        areas: keys of the places, in the order in which they are named.
        first, last: the period, both days included; a public one is widened to whole weeks.
        attack: the one attack that it is about, with its strikes.
        facility: the one facility that it is about.
        title: "" for the usual one.
    """

    areas: tuple[Key, ...]
    first: date
    last: date
    audience: Audience = "public"
    kind: Kind = "sitrep"
    attack: Key | None = None
    facility: Key | None = None
    title: str = ""
    language: str = "en"
    producer: str = ""
    contact: str = ""
    licence: str = ""
    licence_url: str = ""

    @property
    def about(self) -> Subject:
        """What it is about."""
        return "attack" if self.attack else "facility" if self.facility else "area"


@dataclass(frozen=True)
class Gathered:
    """Rows of the views, oldest entry first, and how they hang together. Keys are UUIDs on both engines.

    A new field needs its place in `disclosing`, which refuses what it does not know.

    Attributes:
        groups: places that the issue tells apart; the areas, until disclosure takes some together.
        whole_area: the place of what lies somewhere in the area, where disclosure made groups.
        lag: how long reports take to come, as far as that can be measured.
        nameable: for each number of facilities how many of them the registry can name; disclosure counts them.
        facilities: the one that a dossier is about, with `facility_names` and `identifiers`.
        marked: facilities of which even partners do not read the name.
        left_out: kinds of what disclosure held back, with how often where that tells nothing.
    """

    as_of: datetime
    heads: tuple[Row, ...]
    areas: tuple[Row, ...]
    places: Mapping[Key, Row]
    situations: tuple[Row, ...]
    situation_places: tuple[Row, ...]
    attacks: tuple[Row, ...]
    undated: int
    hits: tuple[Row, ...]
    statuses: tuple[Row, ...]
    facilities: tuple[Row, ...]
    facility_names: tuple[Row, ...]
    identifiers: tuple[Row, ...]
    means: tuple[Row, ...]
    claims: tuple[Row, ...]
    claim_places: tuple[Row, ...]
    claim_facilities: tuple[Row, ...]
    replaced: frozenset[Key]
    attributions: tuple[Row, ...]
    figures: tuple[Row, ...]
    figure_claims: Mapping[Key, tuple[Key, ...]]
    independent: frozenset[frozenset[Key]]
    reports: Mapping[Key, Row]
    copies: Mapping[Key, Key]
    sources: Mapping[Key, Row]
    duplicates: tuple[tuple[Key, Key], ...]
    mapped: tuple[Row, ...]
    lag: lag.Lag | None
    groups: tuple[Key, ...]
    whole_area: Key | None
    units: tuple[Row, ...]
    census: tuple[Row, ...]
    nameable: Mapping[Key, int]
    marked: frozenset[Key]
    left_out: Mapping[str, int | None]

    @cached_property
    def last_statuses(self) -> Mapping[Key, str]:
        """How each facility that was hit worked last, as far as somebody recorded it."""
        return {row["facility_id"]: str(row["functionality"]) for row in self.statuses if row["functionality"]}

    @cached_property
    def claims_by_key(self) -> Mapping[Key, Row]:
        """The claims by their keys."""
        return {row["id"]: row for row in self.claims}


def gather(connection: Connection, request: Request) -> Gathered:
    """All that a sitrep on this area and period rests on."""
    reader = Reader(connection)
    heads = reader.heads()
    as_of = reader.newest_entry(heads)
    places = reader.within(request.areas)
    around = places | reader.above(request.areas)
    is_of_area = request.about == "area"
    situations = reader.situations(around, request) if is_of_area else ()
    attacks = reader.attacks(places, request)
    facility = [request.facility] if request.facility else []
    hits = reader.hits(attacks)
    if facility:  # whatever else its attacks touched is no part of its history
        hits = tuple(row for row in hits if row["facility_id"] == request.facility)
    touched = {row["facility_id"] for row in hits} | {*facility}
    claims = reader.claims(attacks, situations, touched, request, around)
    statuses = reader.statuses(hits, touched, request)
    figures = reader.subjects("SELECT * FROM v_figure g WHERE {} ORDER BY g.id", attacks, situations)
    attributions = reader.subjects("SELECT * FROM v_attribution g WHERE {} ORDER BY g.id", attacks, situations)
    reports = reader.reports(attacks, (*claims, *attributions, *(statuses if facility else ())))
    speakers = {row["speaker_id"] for row in (*claims, *attributions)}
    speakers |= {row["publisher_id"] for row in reports.values()} | {row["relay_id"] for row in claims} - {None}
    situation_places = reader.of(
        "SELECT situation_id, place_id, part FROM situation_place WHERE situation_id IN :keys ORDER BY id",
        _ids(situations),
    )
    claim_places = reader.of(
        "SELECT claim_id, place_id, part FROM claim_place WHERE claim_id IN :keys ORDER BY id", _ids(claims)
    )
    claim_facilities = reader.of(
        "SELECT id, claim_id, facility_id FROM claim_facility WHERE claim_id IN :keys ORDER BY id", _ids(claims)
    )
    facilities = reader.of("SELECT * FROM v_facility WHERE id IN :keys", facility)
    named = {row["place_id"] for row in (*attacks, *situation_places, *claim_places, *facilities)}
    every_place = reader.of("SELECT * FROM v_place WHERE id IN :keys", reader.above(places | named))
    units = tuple(row for row in every_place if row["level"] == "governorate" and row["id"] in places)
    return Gathered(
        as_of=as_of,
        heads=heads,
        areas=tuple(reader.of("SELECT * FROM v_place WHERE id IN :keys", [key])[0] for key in request.areas),
        places={row["id"]: row for row in every_place},
        situations=situations,
        situation_places=situation_places,
        attacks=attacks,
        undated=reader.undated(places) if is_of_area else 0,
        hits=hits,
        statuses=statuses,
        facilities=facilities,
        facility_names=reader.with_merged(_FACILITY_NAMES, "facility", facility),
        identifiers=reader.with_merged(_IDENTIFIERS, "facility", facility),
        means=reader.of_attacks(_MEANS, attacks),
        claims=claims,
        claim_places=claim_places,
        claim_facilities=claim_facilities,
        replaced=reader.replaced(claims),
        attributions=attributions,
        figures=figures,
        figure_claims=reader.figure_claims(figures),
        independent=reader.independent({row["origin_id"] for row in claims}),
        reports=reports,
        copies=reader.copies(reports),
        sources={row["id"]: row for row in reader.of("SELECT * FROM v_source WHERE id IN :keys", speakers)},
        duplicates=reader.duplicates(attacks),
        mapped=areas.mapped(reader.of, request.areas, around, is_public=request.audience == "public"),
        lag=lag.measured(reader.of, places, as_of),
        groups=request.areas,
        whole_area=None,
        units=units,
        census=reader.of(
            "SELECT place_id, type_code AS type, count FROM facility_census WHERE place_id IN :keys ORDER BY id",
            _ids(units),
        ),
        nameable={},
        marked=reader.marked(touched),
        left_out={},
    )


def nothing(as_of: datetime) -> Gathered:
    """No rows at all: what is known before anything is read."""
    return Gathered(
        as_of=as_of, heads=(), areas=(), places={}, situations=(), situation_places=(), attacks=(), undated=0, hits=(),
        statuses=(), facilities=(), facility_names=(), identifiers=(), means=(), claims=(), claim_places=(),
        claim_facilities=(), replaced=frozenset(), attributions=(), figures=(), figure_claims={},
        independent=frozenset(), reports={}, copies={}, sources={}, duplicates=(), mapped=(), lag=None,
        groups=(), whole_area=None, units=(), census=(), nameable={}, marked=frozenset(), left_out={},
    )  # fmt: skip


def _ids(rows: Iterable[Row]) -> list[Key]:
    return [row["id"] for row in rows]


def _after(hit: Row) -> Row:
    """How a facility was after an attack, as a row of its statuses; it counts from the last day of the attack."""
    return {
        "id": hit["id"], "facility_id": hit["facility_id"], "functionality": hit["functionality"],
        "damage": hit["damage"], "observed_from_on": hit["occurred_to_on"], "observed_to_on": hit["occurred_to_on"],
        "observed_precision": hit["occurred_precision"], "is_reopening": False, "attack_id": hit["attack_id"],
        "report_id": None,
    }  # fmt: skip


class Reader:
    """Queries on one connection, in one read transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def with_merged(self, sql: str, noun: str, keys: Iterable[Key], **values: Any) -> tuple[Row, ...]:
        """Rows about these attacks or facilities and what was merged into them, with the key of the canonical one."""
        wanted = list(keys)
        merged_sql = f"SELECT id, canonical_id FROM {noun} WHERE canonical_id IN :keys"
        merged = {row["id"]: row["canonical_id"] for row in self.of(merged_sql, wanted)}
        column, rows = f"{noun}_id", self.of(sql, [*wanted, *merged], **values)
        return tuple({**row, column: merged.get(row[column], row[column]), "record_id": row[column]} for row in rows)

    def of_attacks(self, sql: str, attacks: Iterable[Row]) -> tuple[Row, ...]:
        """Rows about these attacks, those said of merged records included."""
        return self.with_merged(sql, "attack", _ids(attacks))

    def hits(self, attacks: Iterable[Row]) -> tuple[Row, ...]:
        """What each attack did to each facility, once: merged records of one attack tell of the same facilities."""
        rows = self.of_attacks("SELECT * FROM v_attack_facility WHERE attack_id IN :keys ORDER BY id", attacks)
        told: dict[tuple[Any, ...], Row] = {}
        for row in rows:
            if row["is_placeholder"]:
                # Unnamed ones of one record are several; those of a second record of the attack are the same again.
                first = told.setdefault((row["attack_id"], row["type"]), row)
                if first["record_id"] != row["record_id"]:
                    continue
                told[row["id"], ""] = row
            else:
                told.setdefault((row["attack_id"], row["facility_id"], ""), row)
        return tuple(row for key, row in told.items() if key[-1] == "")

    def of(self, sql: str, keys: Iterable[Key], **values: Any) -> tuple[Row, ...]:
        """The rows of a query that names `:keys`; none for no keys."""
        wanted = [db.as_key(self.connection, key) for key in sorted(keys)]
        if not wanted:
            return ()
        if "around" in values:
            values["around"] = [db.as_key(self.connection, key) for key in sorted(values["around"])]
        lists = ["keys", *(name for name, value in values.items() if isinstance(value, list))]
        query = text(sql).bindparams(*(bindparam(name, expanding=True) for name in lists))
        found = self.connection.execute(query, {"keys": wanted, **values})
        names = tuple(found.keys())
        return tuple(plain(dict(zip(names, row, strict=True))) for row in found)

    def records(self, noun: str, key: Key) -> list[Key]:
        """The keys of a record and of those that were merged into it."""
        return [key, *_ids(self.of(f"SELECT id FROM {noun} WHERE canonical_id IN :keys", [key]))]

    def heads(self) -> tuple[Row, ...]:
        """Where the chain of each node stood after the last change of data; making sitreps changes nothing of it."""
        aside = ", ".join(f"'{name}'" for name in BOOKKEEPING)
        sql = (
            "SELECT n.id, j.seq AS head_seq, j.hash AS head_hash, j.at FROM node n JOIN journal j ON j.id = "
            f"(SELECT k.id FROM journal k WHERE k.node_id = n.id AND k.table_name NOT IN ({aside}) "
            "ORDER BY k.seq DESC LIMIT 1) ORDER BY n.id"
        )
        return tuple(plain(row) for row in db.every(self.connection, sql))

    def newest_entry(self, heads: Iterable[Row]) -> datetime:
        """When the registry last changed, its own sitreps aside; the moment of an empty one is its making."""
        moments = [db.as_moment(row["at"]) for row in heads]
        if moments:
            return max(moments)
        return db.as_moment(self.connection.execute(text("SELECT made_at FROM node WHERE is_local")).scalar())

    def within(self, areas: Iterable[Key]) -> set[Key]:
        """The places of the areas and all that lie in them."""
        sql = (
            "WITH RECURSIVE within(id) AS (SELECT id FROM place WHERE id IN :keys UNION "
            "SELECT p.id FROM place p JOIN within w ON p.parent_id = w.id OR p.canonical_id = w.id) "
            "SELECT id FROM within"
        )
        return set(_ids(self.of(sql, areas)))

    def above(self, places: Iterable[Key]) -> set[Key]:
        """The places and all that they lie in."""
        sql = (
            "WITH RECURSIVE above(id, parent_id) AS (SELECT id, parent_id FROM v_place WHERE id IN :keys UNION "
            "SELECT p.id, p.parent_id FROM v_place p JOIN above a ON p.id = a.parent_id) SELECT id FROM above"
        )
        return set(_ids(self.of(sql, places)))

    def situations(self, places: set[Key], request: Request) -> tuple[Row, ...]:
        """Situations in the area whose period touches the one asked for."""
        sql = (
            "SELECT DISTINCT s.* FROM v_situation s JOIN situation_place x ON x.situation_id = s.id "
            "WHERE x.place_id IN :keys AND (s.from_on IS NULL OR s.from_on <= :last) "
            "AND (s.to_on IS NULL OR s.to_on >= :first) ORDER BY s.id"
        )
        return self.of(sql, places, first=request.first, last=request.last)

    def attacks(self, places: set[Key], request: Request) -> tuple[Row, ...]:
        """The attacks that the report is about; withdrawn and merged ones left out."""
        if request.attack:
            wanted = self.records("attack", request.attack)
            rows = self.of(_ATTACKS.format("(id IN :keys OR parent_id IN :keys)"), wanted)
        elif request.facility:
            wanted = _ids(self.of(_ATTACKS_ON, self.records("facility", request.facility)))
            rows = self.of(_ATTACKS.format("id IN :keys"), wanted)
        else:
            period = {"first": request.first, "last": request.last}
            rows = self.of(_ATTACKS.format(f"place_id IN :keys AND {_MAY_HAVE_BEEN_THEN}"), places, **period)
        parents = {row["parent_id"] for row in rows if row["parent_id"]}
        merged = {
            row["id"]: row["canonical_id"]
            for row in self.of("SELECT id, canonical_id FROM attack WHERE id IN :keys", parents)
        }
        return tuple({**row, "parent_id": merged.get(row["parent_id"]) or row["parent_id"]} for row in rows)

    def undated(self, places: set[Key]) -> int:
        """How many attacks in the area have no date at all: they are in no period's report."""
        sql = (
            "SELECT id FROM v_attack WHERE place_id IN :keys AND state <> 'withdrawn' AND canonical_id IS NULL "
            "AND occurred_from_on IS NULL AND occurred_to_on IS NULL"
        )
        return len(self.of(sql, places))

    def statuses(self, hits: Iterable[Row], facilities: Iterable[Key], request: Request) -> tuple[Row, ...]:
        """How each facility was by the period's end, as far as that is on record, the latest last."""
        after_hits = tuple(_after(row) for row in hits if row["functionality"] or row["damage"])
        recorded = self.with_merged(_STATUSES, "facility", facilities, last=request.last)
        # Of one day what was recorded of the facility itself comes after what was recorded with an attack.
        return tuple(sorted((*after_hits, *recorded), key=lambda row: row["observed_from_on"] or date.min))

    def marked(self, facilities: Iterable[Key]) -> frozenset[Key]:
        """Facilities that stand underground, warn of aircraft, or that somebody says armed actors used."""
        marks = policy()
        sql = (
            "SELECT f.id AS facility_id FROM facility f WHERE f.id IN :keys AND (f.is_underground "
            "OR f.type_code IN :types OR EXISTS (SELECT 1 FROM facility_use u WHERE u.facility_id = f.id "
            "AND u.use IN :uses) OR EXISTS (SELECT 1 FROM claim c WHERE c.facility_id = f.id "
            "AND (c.facility_use IN :uses OR c.conduct = 'military_use_alleged')))"
        )
        asked = {"types": sorted(marks.marked_types), "uses": sorted(marks.marked_uses)}
        return frozenset(row["facility_id"] for row in self.with_merged(sql, "facility", facilities, **asked))

    def claims(
        self,
        attacks: Iterable[Row],
        situations: Iterable[Row],
        facilities: Iterable[Key],
        request: Request,
        around: set[Key],
    ) -> tuple[Row, ...]:
        """Claims about these attacks, and about these situations and facilities where they touch area and period."""
        in_period = (
            "(period_from_on IS NULL OR period_from_on <= :last) AND (period_to_on IS NULL OR period_to_on >= :first)"
        )
        here = (
            "(NOT EXISTS (SELECT 1 FROM claim_place p WHERE p.claim_id = v.id) "
            "OR EXISTS (SELECT 1 FROM claim_place p WHERE p.claim_id = v.id AND p.place_id IN :around))"
        )
        period = {"first": request.first, "last": request.last}
        # What we entered by mistake nobody ever said: it is not printed, not even as withdrawn.
        said = "SELECT * FROM v_claim v WHERE COALESCE(withdrawn_as, '') <> 'our_error'"
        of_situations = f"{said} AND situation_id IN :keys AND {in_period} AND {here} ORDER BY id"
        of_facilities = f"{said} AND facility_id IN :keys AND {in_period} ORDER BY id"
        return (
            *self.of(of_situations, _ids(situations), around=around, **period),
            *self.of_attacks(f"{said} AND attack_id IN :keys ORDER BY id", attacks),
            *self.with_merged(of_facilities, "facility", facilities, **period),
        )

    def subjects(self, sql: str, attacks: Iterable[Row], situations: Iterable[Row]) -> tuple[Row, ...]:
        """Rows about these situations, then about these attacks."""
        return (
            *self.of(sql.format("g.situation_id IN :keys"), _ids(situations)),
            *self.of_attacks(sql.format("g.attack_id IN :keys"), attacks),
        )

    def replaced(self, claims: Iterable[Row]) -> frozenset[Key]:
        """Claims that their speaker has corrected, re-scoped or withdrawn, unless saying so was an error of ours."""
        kinds = ", ".join(f"'{kind}'" for kind in codes.REPLACING_LINKS)
        sql = (
            "SELECT l.other_id AS id FROM claim_link l JOIN claim later ON later.id = l.claim_id "
            f"WHERE l.other_id IN :keys AND l.kind IN ({kinds}) "
            "AND COALESCE(later.withdrawn_as, '') <> 'our_error' AND later.retracted_at IS NULL"
        )
        return frozenset(_ids(self.of(sql, _ids(claims))))

    def figure_claims(self, figures: Iterable[Row]) -> dict[Key, tuple[Key, ...]]:
        """The claims that each figure rests on."""
        found: dict[Key, tuple[Key, ...]] = {}
        for row in self.of("SELECT * FROM figure_claim WHERE figure_id IN :keys ORDER BY claim_id", _ids(figures)):
            found[row["figure_id"]] = (*found.get(row["figure_id"], ()), row["claim_id"])
        return found

    def independent(self, origins: Iterable[Key]) -> frozenset[frozenset[Key]]:
        """Pairs of origins that somebody judged to be independent of one another."""
        sql = (
            "SELECT left_id, right_id FROM origin_independence "
            "WHERE verdict = 'yes' AND revoked_at IS NULL AND left_id IN :keys"
        )
        return frozenset(frozenset((row["left_id"], row["right_id"])) for row in self.of(sql, origins))

    def reports(self, attacks: Iterable[Row], said: Iterable[Row]) -> dict[Key, Row]:
        """The reports that anything here comes from."""
        sql = "SELECT attack_id, report_id FROM attack_report WHERE attack_id IN :keys AND retracted_at IS NULL"
        keys = {row["report_id"] for row in (*self.of_attacks(sql, attacks), *said)} - {None}
        return {row["id"]: row for row in self.of("SELECT * FROM v_report WHERE id IN :keys ORDER BY id", keys)}

    def copies(self, reports: Iterable[Key]) -> dict[Key, Key]:
        """Reports that republish or translate another: the copy, then the original."""
        sql = (
            "SELECT report_id, other_id FROM report_link "
            "WHERE kind IN ('republishes', 'translates') AND report_id IN :keys"
        )
        return {row["report_id"]: row["other_id"] for row in self.of(sql, reports)}

    def duplicates(self, attacks: Iterable[Row]) -> tuple[tuple[Key, Key], ...]:
        """Pairs of attacks of which nobody is sure whether they are one."""
        of = (
            "SELECT COALESCE(l.canonical_id, l.id) AS left_id, COALESCE(r.canonical_id, r.id) AS right_id "
            "FROM judgement j JOIN attack l ON l.id = j.left_id JOIN attack r ON r.id = j.right_id "
            "WHERE j.kind = 'attack' AND j.verdict = 'unsure' AND j.revoked_at IS NULL "
            "AND COALESCE(l.canonical_id, l.id) IN :keys ORDER BY j.id"
        )
        return tuple((row["left_id"], row["right_id"]) for row in self.of(of, _ids(attacks)))
