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

from registry import db

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
    areas: tuple[Row, ...]
    places: Mapping[Key, Row]
    situations: tuple[Row, ...]
    attacks: tuple[Row, ...]
    hits: tuple[Row, ...]
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
    situations = reader.situations(places, request)
    attacks = reader.attacks(places, request)
    reader.know_merged(attacks)
    hits = reader.of_attacks("SELECT * FROM v_attack_facility WHERE attack_id IN :keys ORDER BY id", attacks)
    claims = reader.claims(attacks, situations, hits, request)
    figures = reader.subjects("SELECT * FROM v_figure g WHERE {} ORDER BY g.id", attacks, situations)
    attributions = reader.subjects("SELECT * FROM v_attribution g WHERE {} ORDER BY g.id", attacks, situations)
    reports = reader.reports(attacks, claims, attributions)
    speakers = {row["speaker_id"] for row in (*claims, *attributions)} | {
        row["publisher_id"] for row in reports.values()
    }
    every_place = reader.of("SELECT * FROM v_place WHERE id IN :keys", reader.above(places | _places_of(attacks)))
    return Gathered(
        as_of=reader.newest_entry(),
        areas=tuple(reader.of("SELECT * FROM v_place WHERE id IN :keys", [key])[0] for key in request.areas),
        places={row["id"]: row for row in every_place},
        situations=situations,
        attacks=attacks,
        hits=hits,
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
        self.merged: dict[Key, Key] = {}

    def know_merged(self, attacks: Iterable[Row]) -> None:
        """Learn which records were found to be one of these attacks: what is said of those is said of these."""
        sql = "SELECT id, canonical_id FROM attack WHERE canonical_id IN :keys"
        self.merged = {row["id"]: row["canonical_id"] for row in self.of(sql, _ids(attacks))}

    def of_attacks(self, sql: str, attacks: Iterable[Row]) -> tuple[Row, ...]:
        """Rows about these attacks and the records merged into them, each with the key of the canonical one."""
        rows = self.of(sql, [*_ids(attacks), *self.merged])
        return tuple({**row, "attack_id": self.merged.get(row["attack_id"], row["attack_id"])} for row in rows)

    def of(self, sql: str, keys: Iterable[Key], **values: Any) -> tuple[Row, ...]:
        """The rows of a query that names `:keys`; none for no keys."""
        wanted = [db.as_key(self.connection, key) for key in sorted(keys)]
        if not wanted:
            return ()
        query = text(sql).bindparams(bindparam("keys", expanding=True))
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
            "SELECT p.id FROM place p JOIN within w ON p.parent_id = w.id) SELECT id FROM within"
        )
        return set(_ids(self.of(sql, areas)))

    def above(self, places: Iterable[Key]) -> set[Key]:
        """The places and all that they lie in."""
        sql = (
            "WITH RECURSIVE above(id, parent_id) AS (SELECT id, parent_id FROM place WHERE id IN :keys UNION "
            "SELECT p.id, p.parent_id FROM place p JOIN above a ON p.id = a.parent_id) SELECT id FROM above"
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
        return self.of(sql, places, first=request.first, last=request.last)

    def claims(
        self, attacks: Iterable[Row], situations: Iterable[Row], hits: Iterable[Row], request: Request
    ) -> tuple[Row, ...]:
        """Claims about these attacks and situations, and about the facilities hit where their period touches ours."""
        of_facilities = (
            "SELECT * FROM v_claim WHERE facility_id IN :keys AND (period_from_on IS NULL OR period_from_on <= :last) "
            "AND (period_to_on IS NULL OR period_to_on >= :first) ORDER BY id"
        )
        period = {"first": request.first, "last": request.last}
        return (
            *self.of("SELECT * FROM v_claim WHERE situation_id IN :keys ORDER BY id", _ids(situations)),
            *self.of_attacks("SELECT * FROM v_claim WHERE attack_id IN :keys ORDER BY id", attacks),
            *self.of(of_facilities, {row["facility_id"] for row in hits}, **period),
        )

    def subjects(self, sql: str, attacks: Iterable[Row], situations: Iterable[Row]) -> tuple[Row, ...]:
        """Rows about these situations, then about these attacks."""
        return (
            *self.of(sql.format("g.situation_id IN :keys"), _ids(situations)),
            *self.of_attacks(sql.format("g.attack_id IN :keys"), attacks),
        )

    def replaced(self, claims: Iterable[Row]) -> frozenset[Key]:
        """Claims that their speaker has corrected, re-scoped or withdrawn by a later one."""
        sql = (
            "SELECT other_id AS id FROM claim_link WHERE other_id IN :keys "
            "AND kind IN ('corrects', 'rescopes', 'withdraws')"
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
        linked = self.of("SELECT report_id FROM attack_report WHERE attack_id IN :keys", _ids(attacks))
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
        sql = (
            "SELECT left_id, right_id FROM judgement WHERE kind = 'attack' AND verdict = 'unsure' "
            "AND revoked_at IS NULL AND left_id IN :keys ORDER BY id"
        )
        return tuple((row["left_id"], row["right_id"]) for row in self.of(sql, _ids(attacks)))


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
