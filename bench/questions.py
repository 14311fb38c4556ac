"""How fast a registry's views answer, against the same questions written by hand on the base tables.

    python bench/large.py large.db --facilities 50000 --attacks 100000      # once
    python bench/questions.py large.db                                      # or the URL of a PostgreSQL database

Each question is asked both ways, in turns, and the median is taken. "By hand" is what somebody would write who knows
the tables, with our figures; "from claims" forms each range anew from what every speaker said last. All ways have to
give the same rows. Milliseconds of wall time, fetching included.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Connection, bindparam, text

from registry import db
from registry.services import questions

Rows = list[tuple[Any, ...]]
YEAR = {"first": date(2019, 1, 1), "last": date(2019, 12, 31)}
EVER = {"first": date(1900, 1, 1), "last": date(2100, 1, 1)}

# Our figures in force on all killed and all injured. Grouped, though each is there once: of a plain join SQLite expects
# so few rows among millions that it reads all of them for each attack.
FIGURES = """SELECT f.attack_id AS subject, f.measure_code AS measure, f.low, f.high
    FROM attack a JOIN figure f ON f.attack_id = a.id
    WHERE {period} AND f.superseded_at IS NULL AND f.population_code = 'all'
    AND f.measure_code IN ('killed', 'injured') GROUP BY f.attack_id, f.measure_code, f.low, f.high"""
# The same from the claims: of each speaker the latest that has a bound and is no denial.
CLAIMS = """SELECT x.subject, x.measure, min(x.low) AS low,
        CASE WHEN count(*) = count(x.high) THEN max(x.high) END AS high
    FROM (SELECT COALESCE(a.canonical_id, a.id) AS subject, c.measure_code AS measure, c.low, c.high,
              row_number() OVER (PARTITION BY COALESCE(a.canonical_id, a.id), c.measure_code, c.speaker_id
                                 ORDER BY r.published_to_on DESC, c.id DESC) AS place
          FROM attack a JOIN claim c ON c.attack_id = a.id JOIN report r ON r.id = c.report_id
          WHERE {period} AND c.kind = 'quantity' AND c.population_code = 'all'
          AND c.measure_code IN ('killed', 'injured')
          AND c.withdrawn_at IS NULL AND c.retracted_at IS NULL
          AND (c.high > 0 OR (c.high IS NULL AND c.low IS NOT NULL))) x
    WHERE x.place = 1 GROUP BY x.subject, x.measure"""
PERIOD = "a.occurred_from_on BETWEEN :first AND :last"
COUNTED = "a.state <> 'withdrawn' AND a.canonical_id IS NULL AND a.parent_id IS NULL AND a.retracted_at IS NULL"
# Totals by {group}: of an event its own number, else the sum over its strikes, which is open where any strike's is.
TOTALS = """WITH number AS ({numbers}), measured(measure) AS (SELECT 'killed' UNION ALL SELECT 'injured'),
strike AS (
    SELECT s.parent_id, m.measure, sum(n.low) AS low, CASE WHEN count(*) = count(n.high) THEN sum(n.high) END AS high
    FROM attack s CROSS JOIN measured m LEFT JOIN number n ON n.subject = s.id AND n.measure = m.measure
    WHERE s.parent_id IS NOT NULL AND s.canonical_id IS NULL AND s.state <> 'withdrawn'
    GROUP BY s.parent_id, m.measure),
valued AS (
    SELECT {group} AS part, m.measure, CASE WHEN n.subject IS NULL THEN t.low ELSE n.low END AS low,
        CASE WHEN n.subject IS NULL THEN t.high ELSE n.high END AS high
    FROM attack a {joined} CROSS JOIN measured m
    LEFT JOIN number n ON n.subject = a.id AND n.measure = m.measure
    LEFT JOIN strike t ON t.parent_id = a.id AND t.measure = m.measure
    WHERE {period} AND {counted})
SELECT part, count(*) / 2 AS attacks, sum(CASE WHEN measure = 'killed' THEN low END) AS killed_low,
    CASE WHEN count(*) = 2 * count(CASE WHEN measure = 'killed' THEN high END)
         THEN sum(CASE WHEN measure = 'killed' THEN high END) END AS killed_high,
    sum(CASE WHEN measure = 'injured' THEN low END) AS injured_low,
    CASE WHEN count(*) = 2 * count(CASE WHEN measure = 'injured' THEN high END)
         THEN sum(CASE WHEN measure = 'injured' THEN high END) END AS injured_high
FROM valued GROUP BY part"""
HIGH = "CASE WHEN count(*) = count({0}_high) THEN sum({0}_high) END AS {0}_high"
SUMS = f"sum(killed_low), {HIGH.format('killed')}, sum(injured_low), {HIGH.format('injured')}"
GOVERNORATE = "JOIN place c ON c.id = a.place_id JOIN place d ON d.id = c.parent_id JOIN place g ON g.id = d.parent_id"
FACILITY_NAME = """COALESCE((SELECT n.name FROM facility_name n WHERE n.facility_id = f.id AND n.retracted_at IS NULL
    ORDER BY n.kind <> 'official', n.script <> 'Latn', n.id LIMIT 1), 'unnamed clinic (kind not specified)')"""
PLACE_NAME = FACILITY_NAME.replace("facility", "place").replace("f.id", "a.place_id")
# The grade of an attack and of the records that were merged into it.
GRADE = """COALESCE((SELECT x.grade_code FROM (
            SELECT j.grade_code, j.id FROM assessment j
            WHERE j.attack_id = {0} AND j.scheme = 'registry' AND j.superseded_at IS NULL
            UNION ALL SELECT j.grade_code, j.id FROM attack o JOIN assessment j ON j.attack_id = o.id
            WHERE o.canonical_id = {0} AND j.scheme = 'registry' AND j.superseded_at IS NULL) x
        JOIN grade g ON g.code = x.grade_code ORDER BY g.rank DESC, x.id DESC LIMIT 1), 'unassessed')"""
TIMELINE = {
    "views": """SELECT from_on, to_on, event, attack, grade, effect, damage, functionality
        FROM v_facility_timeline WHERE facility_id = :key ORDER BY from_on, to_on, event""",
    "by hand": f"""WITH member AS (
        SELECT f.id FROM facility f WHERE f.id = :key AND f.canonical_id IS NULL AND f.retracted_at IS NULL
        UNION ALL SELECT m.id FROM facility f JOIN facility m ON m.canonical_id = f.id
        WHERE f.id = :key AND f.retracted_at IS NULL),
    hit AS (
        SELECT h.id, h.effect_code, h.damage_code, h.functionality_code, COALESCE(r.canonical_id, r.id) AS attack_id
        FROM member m JOIN attack_facility h ON h.facility_id = m.id AND h.retracted_at IS NULL
        JOIN attack r ON r.id = h.attack_id AND r.retracted_at IS NULL)
    SELECT s.observed_from_on AS from_on, s.observed_to_on AS to_on, 'status' AS event,
        (SELECT a.ref FROM attack a WHERE a.id = s.attack_id) AS attack,
        CASE WHEN s.attack_id IS NOT NULL THEN {GRADE.format("s.attack_id")} END AS grade, NULL AS effect,
        s.damage_code AS damage, s.functionality_code AS functionality
    FROM member m JOIN facility_status s ON s.facility_id = m.id
    UNION ALL
    SELECT a.occurred_from_on, a.occurred_to_on, 'attack', a.ref, {GRADE.format("a.id")}, h.effect_code, h.damage_code,
        h.functionality_code
    FROM hit h JOIN attack a ON a.id = h.attack_id AND a.state <> 'withdrawn'
    WHERE NOT EXISTS (SELECT 1 FROM hit o WHERE o.attack_id = h.attack_id AND o.id < h.id)
    UNION ALL
    SELECT opened_on, opened_on, 'opened', NULL, NULL, NULL, NULL, NULL FROM facility
    WHERE id = :key AND opened_on IS NOT NULL AND canonical_id IS NULL AND retracted_at IS NULL
    UNION ALL
    SELECT closed_on, closed_on, 'closed', NULL, NULL, NULL, NULL, NULL FROM facility
    WHERE id = :key AND closed_on IS NOT NULL AND canonical_id IS NULL AND retracted_at IS NULL
    ORDER BY from_on, to_on, event""",
}
LATEST = {
    "views": "SELECT ref, occurred_from_on, place FROM v_attack ORDER BY occurred_from_on DESC, ref LIMIT 50",
    "by hand": f"""SELECT a.ref, a.occurred_from_on, {PLACE_NAME} FROM attack a
        ORDER BY a.occurred_from_on DESC, a.ref LIMIT 50""",
}
BOX = {
    "views": """SELECT ref, name FROM v_facility
        WHERE lat BETWEEN :south AND :north AND lon BETWEEN :west AND :east ORDER BY lat, lon, ref LIMIT 500""",
    "by hand": f"""SELECT f.ref, {FACILITY_NAME} FROM facility_position p JOIN facility m ON m.id = p.facility_id
        JOIN facility f ON f.id = COALESCE(m.canonical_id, m.id)
        WHERE p.lat BETWEEN :south AND :north AND p.lon BETWEEN :west AND :east AND NOT EXISTS (
            SELECT 1 FROM facility o JOIN facility_position q ON q.facility_id = o.id
            WHERE (o.id = f.id OR o.canonical_id = f.id) AND q.id > p.id)
        ORDER BY p.lat, p.lon, f.ref LIMIT 500""",
}
# By the index of names, in which both scripts have one key: those with both trigrams of the part are looked at.
WITH_PART = """WITH alike AS MATERIALIZED (
        SELECT k.folded FROM facility_name_gram g JOIN facility_name_gram o ON o.key_id = g.key_id AND o.gram = :other
        JOIN facility_name_key k ON k.id = g.key_id WHERE g.gram = :gram)
    SELECT n.facility_id FROM (SELECT folded FROM alike WHERE folded LIKE :part ORDER BY folded LIMIT 20) key
    JOIN facility_name n ON n.folded = key.folded ORDER BY n.folded, n.facility_id LIMIT 20"""
NAMED = {
    "views": f"SELECT ref, name FROM v_facility WHERE id IN ({WITH_PART}) ORDER BY ref",
    "by hand": f"SELECT f.ref, {FACILITY_NAME} FROM facility f WHERE f.id IN ({WITH_PART}) ORDER BY f.ref",
}
BY_WEEK = """SELECT CASE WHEN {first} = {last} THEN {first} END AS week_on, m.attack_type_code, count(*)
    FROM place g JOIN place d ON d.parent_id = g.id JOIN place c ON c.parent_id = d.id
    JOIN attack a ON a.place_id = c.id LEFT JOIN attack_means m ON m.attack_id = a.id
    WHERE g.pcode = :area AND {period} AND {counted} GROUP BY 1, 2"""
BY_MONTH = f"""SELECT month, sum(attacks), {SUMS} FROM v_area_month
    WHERE country = 'SYR' AND month BETWEEN '2019-01' AND '2019-12' GROUP BY month"""
ALL_YEARS = f"SELECT governorate_pcode, sum(attacks), {SUMS} FROM v_area_month GROUP BY governorate_pcode"


@dataclass(frozen=True)
class Asked:
    """A question: how fast it should be, and its ways; the first is by the views."""

    title: str
    limit: float
    ways: Mapping[str, str]
    values: Mapping[str, Any] = field(default_factory=dict)


def asked(connection: Connection) -> list[Asked]:
    """The questions, about what there is most of."""
    area = _first(connection, "SELECT governorate_pcode FROM v_attack GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    hit = "SELECT id, lat, lon FROM v_facility WHERE lat IS NOT NULL AND times_hit >= 10 ORDER BY times_hit, id LIMIT 1"
    key, lat, lon = connection.execute(text(hit)).one()
    box = {"south": lat - 0.1, "north": lat + 0.1, "west": lon - 0.1, "east": lon + 0.1}
    return [
        _by_week(connection, area),
        _by_month(connection),
        _all_years(),
        Asked("facility timeline", 5, TIMELINE, {"key": key}),
        Asked("latest fifty attacks", 5, LATEST),
        Asked("facilities in a box, the first 500", 5, BOX, box),
        Asked("facility by part of its name", 20, NAMED, _part(connection)),
    ]


def _by_week(connection: Connection, area: str) -> Asked:
    week = _of(connection, "date({0}, 'weekday 0', '-6 days')", "date_trunc('week', {0})::date")
    first, last = (week.format(f"a.occurred_{end}_on") for end in ("from", "to"))
    by_hand = BY_WEEK.format(first=first, last=last, period=PERIOD, counted=COUNTED)
    saved = questions.question("attacks-by-week-and-type").sql
    return Asked("governorate-year by week and type", 100, {"views": saved, "by hand": by_hand}, YEAR | {"area": area})


def _by_month(connection: Connection) -> Asked:
    month = _of(connection, "strftime('%Y-%m', {0})", "to_char({0}, 'YYYY-MM')")
    first, last = (month.format(f"a.occurred_{end}_on") for end in ("from", "to"))
    ways = _totals(f"{PERIOD} AND a.country = 'SYR'", first, "", f"{COUNTED} AND {first} = {last}")
    return Asked("country-year by month, low-high", 500, {"views": BY_MONTH, **ways}, YEAR)


def _all_years() -> Asked:
    ways = _totals(PERIOD, "g.pcode", GOVERNORATE, COUNTED)
    return Asked("all years, all governorates, low-high", 3000, {"views": ALL_YEARS, **ways}, EVER)


def _totals(period: str, group: str, joined: str, counted: str) -> dict[str, str]:
    return {
        way: TOTALS.format(
            numbers=sql.format(period=period), period=period, group=group, joined=joined, counted=counted
        )
        for way, sql in (("by hand", FIGURES), ("from claims", CLAIMS))
    }


def _of(connection: Connection, sqlite: str, postgresql: str) -> str:
    return postgresql if db.is_postgresql(connection) else sqlite


def _part(connection: Connection) -> dict[str, str]:
    """Four letters in the middle of a search key, and the two trigrams in them, first the one that fewer keys have."""
    key = _first(
        connection, "SELECT folded FROM facility_name_key WHERE length(folded) > 8 ORDER BY id LIMIT 1 OFFSET 500"
    )
    part = key[2:6]
    counted = text("SELECT count(*) FROM facility_name_gram WHERE gram = :gram")
    fewer, more = sorted((part[:3], part[1:]), key=lambda one: connection.execute(counted, {"gram": one}).scalar() or 0)
    return {"part": f"%{part}%", "gram": fewer, "other": more}


def _first(connection: Connection, sql: str) -> Any:
    return connection.execute(text(sql)).scalar()


def measured(connection: Connection, question: Asked, times: int) -> dict[str, float]:
    """Median milliseconds of each way, asked in turns.

    Raises:
        ValueError: the ways differ in what they answer.
    """
    spent: dict[str, list[float]] = {way: [] for way in question.ways}
    answers: dict[str, Rows] = {}
    for turn in range(times):
        for way, sql in question.ways.items():
            if way == "from claims" and turn > 1:
                continue  # the slow one: twice is enough
            start = time.perf_counter()
            answers[way] = [tuple(row) for row in connection.execute(_bound(sql, question.values), question.values)]
            spent[way].append(1000 * (time.perf_counter() - start))
    for way, rows in answers.items():
        if sorted(map(_plain, rows)) != sorted(map(_plain, answers["views"])):
            message = f"{question.title}: {way} differs from the views"
            raise ValueError(message)
    return {way: median(found) for way, found in spent.items()}


def _bound(sql: str, values: Mapping[str, Any]) -> Any:
    names = [name for name in values if f":{name}" in sql]
    return text(sql).bindparams(*(bindparam(name, values[name]) for name in names))


def _plain(row: Sequence[Any]) -> tuple[str, ...]:
    return tuple(map(str, row))


def main() -> None:
    parser = argparse.ArgumentParser(description="Milliseconds that the views need, against SQL written by hand.")
    parser.add_argument("database", help="the file or URL of a registry made by bench/large.py")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--views", action="store_true", help="the views alone: on millions the others take minutes")
    given = parser.parse_args()
    engine = db.connect(given.database if "://" in given.database else f"sqlite:///{given.database}")
    with db.reading(engine) as connection:
        sizes = [f"{_first(connection, f'SELECT count(*) FROM {name}'):,} {name}s" for name in ("attack", "claim")]
        print(f"{engine.dialect.name}: {', '.join(sizes)}")
        print("| question | views | limit | by hand | views are | from claims | views are |")
        print("|---|---|---|---|---|---|---|")
        for question in asked(connection):
            if given.views:
                alone = replace(question, ways={"views": question.ways["views"]})
                took = measured(connection, alone, given.times)["views"]
                print(f"| {question.title} | {took:,.1f} | {question.limit:,} | | | | |", flush=True)
                continue
            spent = measured(connection, question, given.times)
            views, by_hand, claims = spent["views"], spent["by hand"], spent.get("from claims")
            told = f"{claims:,.0f} | 1/{claims / views:,.0f}" if claims else " | "
            print(f"| {question.title} | {views:,.1f} | {question.limit:,} | {by_hand:,.1f} "
                  f"| {views / by_hand:.2f} × | {told} |", flush=True)  # fmt: skip
    engine.dispose()


if __name__ == "__main__":
    main()
