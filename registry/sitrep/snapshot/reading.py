"""Queries on the views; rows come in the same Python values from both engines. Nothing is decided here."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, text

from registry import codes, db
from registry.sitrep.disclosure import policy
from registry.sitrep.snapshot.gathered import Request
from registry.sitrep.snapshot.rows import Key, Row, ids, plain

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
    "FROM facility_status WHERE facility_id IN :keys AND retracted_at IS NULL "
    "AND (functionality_code IS NOT NULL OR damage_code IS NOT NULL) "
    "AND (observed_from_on IS NULL OR observed_from_on <= :last) ORDER BY observed_from_on, id"
)
_MAY_HAVE_BEEN_THEN = (
    "(occurred_from_on IS NOT NULL OR occurred_to_on IS NOT NULL) "
    "AND (occurred_from_on IS NULL OR occurred_from_on <= :last) "
    "AND (occurred_to_on IS NULL OR occurred_to_on >= :first)"
)


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
        return self.with_merged(sql, "attack", ids(attacks))

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
        return [key, *ids(self.of(f"SELECT id FROM {noun} WHERE canonical_id IN :keys", [key]))]

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
        return set(ids(self.of(sql, areas)))

    def above(self, places: Iterable[Key]) -> set[Key]:
        """The places and all that they lie in."""
        sql = (
            "WITH RECURSIVE above(id, parent_id) AS (SELECT id, parent_id FROM v_place WHERE id IN :keys UNION "
            "SELECT p.id, p.parent_id FROM v_place p JOIN above a ON p.id = a.parent_id) SELECT id FROM above"
        )
        return set(ids(self.of(sql, places)))

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
            wanted = ids(self.of(_ATTACKS_ON, self.records("facility", request.facility)))
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
            *self.of(of_situations, ids(situations), around=around, **period),
            *self.of_attacks(f"{said} AND attack_id IN :keys ORDER BY id", attacks),
            *self.with_merged(of_facilities, "facility", facilities, **period),
        )

    def subjects(self, sql: str, attacks: Iterable[Row], situations: Iterable[Row]) -> tuple[Row, ...]:
        """Rows about these situations, then about these attacks."""
        return (
            *self.of(sql.format("g.situation_id IN :keys"), ids(situations)),
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
        return frozenset(ids(self.of(sql, ids(claims))))

    def figure_claims(self, figures: Iterable[Row]) -> dict[Key, tuple[Key, ...]]:
        """The claims that each figure rests on."""
        found: dict[Key, tuple[Key, ...]] = {}
        for row in self.of("SELECT * FROM figure_claim WHERE figure_id IN :keys ORDER BY claim_id", ids(figures)):
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
            "WHERE kind IN ('republishes', 'translates') AND retracted_at IS NULL AND report_id IN :keys"
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
        return tuple((row["left_id"], row["right_id"]) for row in self.of(of, ids(attacks)))


def _after(hit: Row) -> Row:
    """How a facility was after an attack, as a row of its statuses; it counts from the last day of the attack."""
    return {
        "id": hit["id"], "facility_id": hit["facility_id"], "functionality": hit["functionality"],
        "damage": hit["damage"], "observed_from_on": hit["occurred_to_on"], "observed_to_on": hit["occurred_to_on"],
        "observed_precision": hit["occurred_precision"], "is_reopening": False, "attack_id": hit["attack_id"],
        "report_id": None,
    }  # fmt: skip
