"""What the registry holds on an area and a period: queries on the views, nothing decided.

Rows come in the same Python values from both engines.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, text

from registry import codes, db

Row = Mapping[str, Any]
Key = uuid.UUID


@dataclass(frozen=True)
class Request:
    """What a sitrep is to be about.

    Attributes:
        areas: keys of the places, in the order in which they are named.
        first, last: the period, both days included.
    """

    areas: tuple[Key, ...]
    first: date
    last: date
    title: str = "Attacks on schools, health care and Civil Defence"
    language: str = "en"
    producer: str = ""
    contact: str = ""
    licence: str = ""
    licence_url: str = ""


@dataclass(frozen=True)
class Gathered:
    """Rows of the views, oldest entry first, and how they hang together. Keys are UUIDs on both engines."""

    as_of: datetime
    heads: tuple[Row, ...]
    areas: tuple[Row, ...]
    places: Mapping[Key, Row]
    situations: tuple[Row, ...]
    situation_places: tuple[Row, ...]
    attacks: tuple[Row, ...]
    undated: int
    hits: tuple[Row, ...]
    statuses: Mapping[Key, str]
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

    @cached_property
    def claims_by_key(self) -> Mapping[Key, Row]:
        """The claims by their keys."""
        return {row["id"]: row for row in self.claims}


def gather(connection: Connection, request: Request) -> Gathered:
    """All that a sitrep on this area and period rests on."""
    reader = _Reader(connection)
    places = reader.within(request.areas)
    around = places | reader.above(request.areas)
    situations = reader.situations(around, request)
    attacks = reader.attacks(places, request)
    hits = reader.hits(attacks)
    claims = reader.claims(attacks, situations, hits, request, around)
    figures = reader.subjects("SELECT * FROM v_figure g WHERE {} ORDER BY g.id", attacks, situations)
    attributions = reader.subjects("SELECT * FROM v_attribution g WHERE {} ORDER BY g.id", attacks, situations)
    reports = reader.reports(attacks, claims, attributions)
    speakers = {row["speaker_id"] for row in (*claims, *attributions)} | {
        row["publisher_id"] for row in reports.values()
    }
    every_place = reader.of("SELECT * FROM v_place WHERE id IN :keys", reader.above(places | _places_of(attacks)))
    return Gathered(
        as_of=reader.newest_entry(),
        heads=tuple(
            _plain(row) for row in db.every(connection, "SELECT id, head_seq, head_hash FROM node ORDER BY id")
        ),
        areas=tuple(reader.of("SELECT * FROM v_place WHERE id IN :keys", [key])[0] for key in request.areas),
        places={row["id"]: row for row in every_place},
        situations=situations,
        situation_places=reader.of(
            "SELECT x.situation_id, x.part, p.name FROM situation_place x JOIN v_place p ON p.id = x.place_id "
            "WHERE x.situation_id IN :keys ORDER BY x.id",
            _ids(situations),
        ),
        attacks=attacks,
        undated=reader.undated(places),
        hits=hits,
        statuses=reader.statuses(hits, request),
        means=reader.of_attacks("SELECT * FROM attack_means WHERE attack_id IN :keys ORDER BY id", attacks),
        claims=claims,
        claim_places=reader.of(
            "SELECT c.claim_id, c.part, p.name FROM claim_place c JOIN v_place p ON p.id = c.place_id "
            "WHERE c.claim_id IN :keys ORDER BY c.id",
            _ids(claims),
        ),
        claim_facilities=reader.of("SELECT * FROM claim_facility WHERE claim_id IN :keys ORDER BY id", _ids(claims)),
        replaced=reader.replaced(claims),
        attributions=attributions,
        figures=figures,
        figure_claims=reader.figure_claims(figures),
        independent=reader.independent({row["origin_id"] for row in claims}),
        reports=reports,
        copies=reader.copies(reports),
        sources={row["id"]: row for row in reader.of("SELECT * FROM v_source WHERE id IN :keys", speakers)},
        duplicates=reader.duplicates(attacks),
    )


def _ids(rows: Iterable[Row]) -> list[Key]:
    return [row["id"] for row in rows]


def _places_of(attacks: Iterable[Row]) -> set[Key]:
    return {row["place_id"] for row in attacks}


class _Reader:
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
        query = text(sql).bindparams(bindparam("keys", expanding=True))
        if "around" in values:
            query = query.bindparams(bindparam("around", expanding=True))
            values["around"] = [db.as_key(self.connection, key) for key in sorted(values["around"])]
        rows = self.connection.execute(query, {"keys": wanted, **values}).mappings()
        return tuple(_plain(dict(row)) for row in rows)

    def newest_entry(self) -> datetime:
        """When the registry last changed, its own sitreps aside; the moment of an empty one is its making."""
        sql = "SELECT max(at) AS at FROM journal WHERE table_name NOT IN ('sitrep', 'schedule', 'delivery')"
        newest = self.connection.execute(text(sql)).scalar()
        if newest is None:
            newest = self.connection.execute(text("SELECT made_at FROM node WHERE is_local")).scalar()
        return _moment(newest)

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
        """Attacks in the area that may have been in the period; withdrawn and merged ones left out."""
        sql = (
            "SELECT * FROM v_attack WHERE place_id IN :keys AND state <> 'withdrawn' AND canonical_id IS NULL "
            "AND (occurred_from_on IS NOT NULL OR occurred_to_on IS NOT NULL) "
            "AND (occurred_from_on IS NULL OR occurred_from_on <= :last) "
            "AND (occurred_to_on IS NULL OR occurred_to_on >= :first) "
            "ORDER BY COALESCE(occurred_to_on, occurred_from_on), id"
        )
        rows = self.of(sql, places, first=request.first, last=request.last)
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

    def statuses(self, hits: Iterable[Row], request: Request) -> dict[Key, str]:
        """How each facility that was hit worked by the end of the period, as far as somebody recorded it."""
        sql = (
            "SELECT facility_id, functionality_code AS functionality FROM facility_status WHERE facility_id IN :keys "
            "AND functionality_code IS NOT NULL AND (observed_from_on IS NULL OR observed_from_on <= :last) "
            "ORDER BY observed_from_on, id"
        )
        found = {row["facility_id"]: str(row["functionality"]) for row in hits if row["functionality"]}
        keys = {row["facility_id"] for row in hits}
        later = self.with_merged(sql, "facility", keys, last=request.last)
        return found | {row["facility_id"]: str(row["functionality"]) for row in later}

    def claims(
        self,
        attacks: Iterable[Row],
        situations: Iterable[Row],
        hits: Iterable[Row],
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
        facilities = {row["facility_id"] for row in hits}
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

    def reports(self, attacks: Iterable[Row], claims: Iterable[Row], attributions: Iterable[Row]) -> dict[Key, Row]:
        """The reports that anything here comes from."""
        linked = self.of_attacks("SELECT attack_id, report_id FROM attack_report WHERE attack_id IN :keys", attacks)
        keys = {row["report_id"] for row in (*linked, *claims, *attributions)}
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


def _plain(row: Mapping[str, Any]) -> Row:
    """A row in the same Python values on both engines: keys as UUIDs, dates as dates, yes and no as bool."""
    return MappingProxyType({name: _value(name, value) for name, value in row.items()})


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "id" or name.endswith("_id"):
        return db.as_uuid(value)
    if name.endswith("_on") and isinstance(value, str):
        return date.fromisoformat(value)
    if name.startswith("is_") or name.endswith(("_is_party", "_is_anonymous")):
        return bool(value)
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
