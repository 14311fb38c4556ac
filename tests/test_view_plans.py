"""The planner answers each view's usual question by an index, on both engines: no table that grows is read whole.

So it does each saved question about one record.
"""

import json
import uuid
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, text

from registry import db
from registry.models.places import Place
from registry.services import questions, schema
from registry.services.bulk import Bulk
from registry.services.work import Work, writing
from tests import factories

GROWS = {
    "attack", "attack_facility", "claim", "facility", "facility_position", "facility_status", "figure", "figure_claim",
    "journal", "kept_attack", "kept_facility", "report",
}  # fmt: skip
RECORDS = {"about", "attack", "facility"}  # parameters of saved questions that name one record
ATTACKS, FACILITIES = 3_000, 2_000
USUAL = {
    "v_actor": ["ref = 'P'"],
    "v_area_month": [
        "country = 'SYR' AND month BETWEEN '2019-01' AND '2019-03'",
        "country = 'SYR' AND governorate_pcode = 'G3' AND month BETWEEN '2019-01' AND '2019-12'",
    ],
    "v_area_month_twice": ["month = '2019-01'"],
    "v_area_month_type": ["country = 'SYR' AND month BETWEEN '2019-01' AND '2019-03'"],
    "v_attack": [
        "governorate_pcode = 'G3' AND occurred_from_on BETWEEN '2019-01-01' AND '2019-12-31'",
        "district_pcode = 'D3' AND occurred_from_on >= '2019-01-01'",
        "country = 'LBN' AND occurred_from_on >= '2019-01-01'",
        "ref = 'A'",
        "place_id = :key",
        "id = :key",
        "canonical_id = :key",
        "occurred_from_on IS NOT NULL ORDER BY occurred_from_on DESC LIMIT 50",
    ],
    "v_attack_facility": [
        "attack = 'A'",
        "attack_id = :key",
        "facility = 'F'",
        "facility_id = :key",
        "governorate_pcode = 'G3' AND occurred_from_on BETWEEN '2019-01-01' AND '2019-01-31'",
    ],
    "v_attribution": ["attack_id = :key", "report = 'R'", "report_id = :key"],
    "v_census_rate": ["governorate_pcode = 'G3'"],
    "v_change": ["table_name = 'attack' AND row_id = :key"],
    "v_claim": [
        "attack = 'A'",
        "attack_id = :key",
        "facility = 'F'",
        "situation = 'N'",
        "report = 'R'",
        "report_id = :key",
        "speaker_id = :key",
        "ref = 'C'",
    ],
    "v_claim_conflict": ["about = 'A'", "about_id = :key"],
    "v_facility": [
        "ref = 'F'",
        "canonical_id = :key",
        "lat BETWEEN 35.0 AND 35.01 AND lon BETWEEN 36.0 AND 36.1",
        "place_id = :key",
        "times_hit >= 9",
    ],
    "v_facility_timeline": ["facility = 'F'", "facility_id = :key"],
    "v_figure": ["attack = 'A'", "attack_id = :key", "facility = 'F'", "situation = 'N'", "ref = 'G'"],
    "v_hit_again": ["times_hit >= 9"],
    "v_place": ["ref = 'P'"],
    "v_report": ["ref = 'R'", "publisher_id = :key", "published_from_on = '2019-01-05'"],
    "v_situation": ["ref = 'N'"],
    "v_source": ["ref = 'S'"],
}


def fill(work: Work) -> None:
    """Attacks over ten years in ten governorates, each with its facility, two claims and a figure; some situations."""
    dice, bulk = Random(1), Bulk(work)  # noqa: S311 -- to be repeated, not to be secret
    villages = [_village(work, number) for number in range(100)]
    source, report = factories.make_source(work), factories.make_report(work)
    facilities = [_facility(bulk, dice, number, dice.choice(villages)) for number in range(FACILITIES)]
    for number in range(ATTACKS):
        on = date(2012, 1, 1) + timedelta(days=number % 3600)
        same = {"country": "LBN" if number % 10 == 0 else "SYR"}
        attack = bulk.insert("attack", same | {
            "ref": f"A-{number}", "place_id": dice.choice(villages), "place_precision_code": "settlement",
            "occurred_from_on": on, "occurred_to_on": on, "occurred_precision_code": "day",
        })  # fmt: skip
        hit = {"attack_id": attack, "facility_id": dice.choice(facilities)}
        bulk.insert("attack_facility", same | hit)
        bulk.insert("facility_status", hit | {"observed_precision_code": "unknown", "functionality_code": "closed"})
        origin = bulk.insert("origin", {"source_id": source.id, "matter": f"A-{number}"})
        numbers = {"operator": "exactly", "low": 3, "high": 3, "measure_code": "killed"}
        for said in range(2):
            of = report.id if said else bulk.insert("report", {
                "ref": f"R-{number}", "publisher_id": source.id, "published_precision_code": "day",
                "published_from_on": on, "published_to_on": on,
            })  # fmt: skip
            about = {"attack_id": attack} if number % 10 else {"situation_id": _situation(bulk, f"{number}-{said}")}
            claim = bulk.insert("claim", same | numbers | about | {
                "ref": f"C-{number}-{said}", "kind": "quantity", "report_id": of, "speaker_id": source.id,
                "origin_id": origin, "period_precision_code": "unknown",
            })  # fmt: skip
        del numbers["operator"]
        figure = bulk.insert("figure", same | numbers | {
            "ref": f"G-{number}", "attack_id": attack, "scope": "", "origins": 1, "rule": "range",
            "decided_at": work.at, "low_operator": "exactly", "high_operator": "exactly",
        })  # fmt: skip
        bulk.insert("figure_claim", {"figure_id": figure, "claim_id": claim})
    bulk.flush()


def _village(work: Work, number: int) -> uuid.UUID:
    code = number % 10
    governorate = work.find(Place, pcode=f"G{code}") or factories.make(
        work, Place, level="governorate", pcode=f"G{code}"
    )
    district = work.find(Place, pcode=f"D{number // 3}") or factories.make(
        work, Place, level="district", pcode=f"D{number // 3}", parent_id=governorate.id
    )
    return factories.make(work, Place, parent_id=district.id).id


def _situation(bulk: Bulk, name: str) -> uuid.UUID:
    return bulk.insert("situation", {"ref": f"N-{name}", "name": name, "country": "SYR", "precision_code": "unknown"})


def _facility(bulk: Bulk, dice: Random, number: int, village: uuid.UUID) -> uuid.UUID:
    made = {"ref": f"F-{number}", "country": "SYR", "type_code": "hospital", "place_id": village}
    facility = bulk.insert("facility", made)
    at = {"lat": dice.uniform(33, 37), "lon": dice.uniform(36, 42), "precision_code": "settlement"}
    bulk.insert("facility_position", {"facility_id": facility, **at})
    return facility


def read_whole(connection: Connection, sql: str, **values: Any) -> set[str]:
    """The tables that the planner reads from end to end."""
    if db.is_postgresql(connection):
        # Tables as small as these it may well read whole; told not to, it has to find an index for all.
        for way in ("seqscan", "hashjoin", "mergejoin"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        plan = connection.execute(text(f"EXPLAIN (FORMAT JSON) {sql}"), values).scalar_one()
        return _sequential(json.loads(plan) if isinstance(plan, str) else plan)
    steps = connection.execute(text(f"EXPLAIN {sql}"), values).all()
    pages: dict[int, str] = {
        row["rootpage"]: row["tbl_name"] for row in db.every(connection, "SELECT rootpage, tbl_name FROM sqlite_master")
    }
    opened = {step[2]: pages.get(step[3], "") for step in steps if step[1] == "OpenRead"}
    return {opened.get(step[2], "") for step in steps if step[1] == "Rewind"} - {""}


def _sequential(plan: Any) -> set[str]:
    if isinstance(plan, list):
        return set().union(*map(_sequential, plan)) if plan else set()
    if not isinstance(plan, dict):
        return set()
    reads = "Relation Name" in plan and plan["Node Type"] != "Bitmap Heap Scan"
    # An index that is read without a condition is read whole, too.
    here = {plan["Relation Name"]} if reads and "Index Cond" not in plan else set()
    return here.union(*(_sequential(value) for value in plan.values()))


def test_no_usual_question_reads_a_whole_table(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        fill(work)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    with db.reading(engine) as connection:
        assert read_whole(connection, "SELECT * FROM v_attack WHERE title = 'a'") >= {"kept_attack"}  # it can fail
        key = {"key": db.as_key(connection, uuid.UUID(int=7))}
        asked = {
            f"{view} WHERE {condition}": (f"SELECT * FROM {view} WHERE {condition}", key if ":key" in condition else {})
            for view, conditions in USUAL.items()
            for condition in conditions
        }
        asked |= {
            question.name: (question.sql, question.values({}))
            for question in questions.questions()
            if RECORDS.intersection(parameter.name for parameter in question.parameters)
        }
        whole = {name: read_whole(connection, sql, **values) & GROWS for name, (sql, values) in asked.items()}
    assert {name: tables for name, tables in whole.items() if tables} == {}


def test_no_view_lacks_its_usual_question() -> None:
    assert set(USUAL) == set(schema.view_names())
