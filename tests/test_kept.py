"""The tables kept for questions are in step with what they are made from, whatever is done in whatever order."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from registry import db, keys, names
from registry.errors import Conflict
from registry.models.facilities import Facility, FacilityName, FacilityPosition, FacilityStatus
from registry.models.happened import Attack, AttackFacility, AttackMeans
from registry.models.held import Assessment
from registry.models.places import Place, PlaceName
from registry.models.said import Claim
from registry.services import attacks, by_rule, claims, facilities, kept, matching, schema
from registry.services.bulk import Bulk
from registry.services.work import Work, writing
from tests import factories
from tests.saying import adopt, say

DAYS = (date(2019, 4, 29), date(2019, 5, 1), date(2019, 5, 31))


def standing(work: Work) -> list[Attack]:
    return work.find_all(Attack, retracted_at=None)


def place(work: Work, dice: Random) -> None:
    parents = [None, *work.find_all(Place)]
    levels = ("country", "governorate", "district", "community")
    parent = dice.choice(parents)
    made = factories.make(
        work, Place, level=dice.choice(levels), parent_id=parent.id if parent else None, pcode=f"X{dice.random()}"
    )
    factories.make(work, PlaceName, place_id=made.id)


def move_place(work: Work, dice: Random) -> None:
    found = work.find_all(Place)
    one, other = dice.choice(found), dice.choice(found)
    above, at = {other.id}, other
    while (key := at.canonical_id or at.parent_id) is not None:
        at = work.get(Place, key)
        above.add(at.id)
    if one.id not in above and one.canonical_id is None:
        work.change(one, parent_id=other.id, level=dice.choice(("governorate", "district", "community")))


def rename_place(work: Work, dice: Random) -> None:
    found = work.find_all(PlaceName)
    if found:
        work.change(dice.choice(found), **another_name(dice), retracted_at=dice.choice((None, work.at)))


def attack(work: Work, dice: Random) -> None:
    first = dice.choice(DAYS)
    parents = [None, None, *(one for one in standing(work) if one.parent_id is None)]
    parent = dice.choice(parents)
    factories.make_attack(
        work,
        place_id=dice.choice(work.find_all(Place)).id,
        parent_id=parent.id if parent else None,
        occurred_from_on=first,
        occurred_to_on=dice.choice([day for day in DAYS if day >= first]),
    )


def hit(work: Work, dice: Random) -> None:
    one, facility = dice.choice(standing(work)), dice.choice(work.find_all(Facility))
    if work.find(AttackFacility, attack_id=one.id, facility_id=facility.id) is None:
        functionality = dice.choice((None, "functioning", "closed"))
        factories.make_attack_facility(
            work, attack_id=one.id, facility_id=facility.id, functionality_code=functionality
        )


def facility(work: Work, dice: Random) -> None:
    factories.make_facility(work, is_placeholder=dice.random() < 0.3, place_id=dice.choice(work.find_all(Place)).id)


def change_facility(work: Work, dice: Random) -> None:
    one = dice.choice(work.find_all(Facility))
    sort = {"is_mobile": dice.random() < 0.5, "is_placeholder": dice.random() < 0.5}
    work.change(one, place_id=dice.choice(work.find_all(Place)).id, note="changed", **sort)


def name_facility(work: Work, dice: Random) -> None:
    found = work.find_all(FacilityName)
    if found and dice.random() < 0.5:
        work.change(dice.choice(found), **another_name(dice), retracted_at=dice.choice((None, work.at)))
    else:
        name = f"الشفاء {dice.random()}"
        called = {"name": name, "folded": names.fold(name), "script": "Arab"}
        factories.make(work, FacilityName, facility_id=dice.choice(work.find_all(Facility)).id, **called)


def another_name(dice: Random) -> dict[str, Any]:
    name = f"renamed {dice.random()}"
    return {"name": name, "folded": names.fold(name)}


def stand(work: Work, dice: Random) -> None:
    facility = dice.choice(work.find_all(Facility))
    factories.make(work, FacilityPosition, facility_id=facility.id, lat=dice.uniform(-90, 90), lon=36.0)
    factories.make(work, FacilityStatus, facility_id=facility.id)


def mean(work: Work, dice: Random) -> None:
    one, kind = dice.choice(standing(work)), dice.choice(("air_strike", "shelling"))
    if work.find(AttackMeans, attack_id=one.id, attack_type_code=kind) is None:
        factories.make(work, AttackMeans, attack_id=one.id, attack_type_code=kind)


def take_off(work: Work, dice: Random) -> None:
    """A finding on an attack or how a facility was is taken back, or stands again."""
    found: list[Any] = [row for table in (AttackFacility, AttackMeans, FacilityStatus) for row in work.find_all(table)]
    if found:
        work.change(dice.choice(found), retracted_at=dice.choice((None, work.at)))


def grade(work: Work, dice: Random) -> None:
    one = dice.choice(standing(work))
    for former in work.find_all(Assessment, attack_id=one.id, superseded_at=None):
        work.change(former, superseded_at=work.at)
    factories.make_assessment(work, attack_id=one.id, grade_code=dice.choice(("single_origin", "contested")))


def claim(work: Work, dice: Random) -> None:
    measure = dice.choice(("killed", "injured"))
    speaker = factories.make_source(work, f"Speaker {dice.random()}")
    more = {"population": "child"} if dice.random() < 0.2 else {}
    said = say(
        work, dice.choice(standing(work)), speaker, dice.choice(("3", ">5", "up to 9", "dozens")),
        measure=measure, words="w", **more,
    )  # fmt: skip
    if dice.random() < 0.2 and said.operator not in ("some", None) and said.population_code is None:
        adopt(work, said)


def withdraw_claim(work: Work, dice: Random) -> None:
    found = work.find_all(Claim, withdrawn_at=None, retracted_at=None)
    if found:
        claims.withdraw(work, dice.choice(found).ref, why="a slip", our_error=True)


def retract_claim(work: Work, dice: Random) -> None:
    found = work.find_all(Claim, retracted_at=None)
    if found:
        one = dice.choice(found)
        with by_rule.following(work, by_rule.about(work, "attack", {one.attack_id} if one.attack_id else set())):
            work.change(one, retracted_at=work.at)


def withdraw_attack(work: Work, dice: Random) -> None:
    found = [one for one in standing(work) if one.state != "withdrawn"]
    if len(found) > 1:
        attacks.withdraw(work, dice.choice(found).ref, why="no attack at all")


def retract_attack(work: Work, dice: Random) -> None:
    found = standing(work)
    one = dice.choice(found)
    if len(found) == 1:
        return
    with by_rule.following(work, by_rule.about(work, "attack", {one.id})):
        work.change(one, retracted_at=work.at)


def judge(work: Work, dice: Random) -> None:
    kind, table = dice.choice((("attack", Attack), ("facility", Facility), ("place", Place)))
    found: list[Any] = work.find_all(table, retracted_at=None)
    if len(found) > 1:
        one, other = dice.sample(found, 2)
        if kind == "place" and (one.parent_id or other.parent_id):
            return  # a place merged into one that lies in it is nothing that people do
        with suppress(Conflict):  # whatever is refused changes nothing
            matching.judge(work, kind, one, other, dice.choice(("same", "same", "unsure")), why="they look alike")


def in_bulk(work: Work, dice: Random) -> None:
    """What a load writes together: a new strike of an attack that is there, and more on both."""
    many, old, at = Bulk(work), dice.choice(standing(work)), dice.choice(work.find_all(Place)).id
    where, day = {"country": old.country, "place_id": at}, dice.choice(DAYS)
    strike = many.insert("attack", where | {
        "ref": keys.new_ref("A"), "place_precision_code": "settlement", "occurred_precision_code": "day",
        "occurred_from_on": day, "occurred_to_on": day, "parent_id": old.id if old.parent_id is None else None,
    })  # fmt: skip
    site = many.insert("facility", where | {"ref": keys.new_ref("F"), "type_code": "clinic"})
    for key in (old.id, strike):
        said = {"country": old.country, "attack_id": key}
        many.insert("attack_facility", said | {"facility_id": site, "functionality_code": "closed"})
        many.insert("figure", said | {
            "ref": keys.new_ref("G"), "measure_code": "killed", "scope": f"{dice.random()}", "low": 2,
            "low_operator": "exactly", "origins": 1, "rule": "range", "decided_at": work.at,
        })  # fmt: skip
    many.insert("facility_position", {
        "facility_id": dice.choice(work.find_all(Facility)).id, "lat": 35.5, "lon": 36.5, "precision_code": "point",
    })  # fmt: skip
    many.flush()


def swap(work: Work, dice: Random) -> None:
    """Two rows exchange a value in one statement, so that each has the keys that the other had."""
    table, column = dice.choice((
        ("attack", "place_id"), ("attack", "title"), ("attack", "occurred_words"), ("facility", "place_id"),
        ("facility", "is_placeholder"), ("place_name", "place_id"), ("facility_name", "facility_id"),
        ("facility_status", "facility_id"), ("claim", "attack_id"), ("figure", "attack_id"),
    ))  # fmt: skip
    connection = work.session.connection()
    places = range(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
    if len(places) > 1:
        two = (f"(SELECT id FROM {table} ORDER BY id LIMIT 1 OFFSET {place})" for place in dice.sample(places, 2))
        pair = f"IN ({', '.join(two)})"
        connection.exec_driver_sql(
            f"UPDATE {table} SET {column} = o.{column} FROM (SELECT id, {column} FROM {table} WHERE id {pair}) o "
            f"WHERE {table}.id {pair} AND o.id <> {table}.id"
        )
        work.session.expire_all()


DONE: tuple[Callable[[Work, Random], None], ...] = (
    place, move_place, rename_place, attack, attack, hit, hit, facility, change_facility, name_facility, stand, mean,
    take_off, grade, claim, claim, withdraw_claim, retract_claim, withdraw_attack, retract_attack, judge, judge,
    in_bulk, in_bulk,
)  # fmt: skip
PAST_THE_JOURNAL = (swap, swap)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_the_kept_tables_follow(work: Work, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 -- to be repeated, not to be secret
    for begin in (place, place, facility, facility, attack, attack):
        begin(work, dice)
    connection = work.session.connection()
    for number in range(60):
        done = dice.choice((*DONE, *PAST_THE_JOURNAL))
        done(work, dice)
        assert kept.out_of_step(connection) == [], (number, done.__name__)


def test_a_place_moved_takes_all_that_lies_in_it_along(work: Work) -> None:
    country = factories.make(work, Place, level="country")
    one, other = (factories.make(work, Place, level="governorate", parent_id=country.id, pcode=code) for code in "AB")
    district = factories.make(work, Place, level="district", parent_id=one.id, pcode="A1")
    village = factories.make(work, Place, parent_id=district.id)
    struck = factories.make_attack(work, place_id=village.id)
    wide = factories.make_attack(work, place_id=country.id)

    def where(attack: Attack) -> tuple[Any, ...]:
        sql = "SELECT governorate_pcode, district_pcode FROM v_attack WHERE ref = :ref"
        row = db.every(work.session.connection(), sql, ref=attack.ref)[0]
        return tuple(row.values())

    assert (where(struck), where(wide)) == (("A", "A1"), (None, None))
    work.change(district, parent_id=other.id)
    assert where(struck) == ("B", "A1")
    work.change(other, pcode="C")
    assert where(struck) == ("C", "A1")


def test_a_placeholder_that_gets_a_name_is_named_where_records_merged_into_it_were_hit(work: Work) -> None:
    one, other = (factories.make_facility(work, is_placeholder=True) for _ in range(2))
    struck = factories.make_attack(work)
    factories.make_attack_facility(work, attack_id=struck.id, facility_id=other.id)
    matching.judge(work, "facility", one, other, "same", why="one clinic")
    facilities.edit(work, one.ref, {"name": "Clinic A"})
    connection = work.session.connection()
    assert kept.out_of_step(connection) == []
    (row,) = db.every(connection, "SELECT named_facilities, unnamed_facilities FROM v_attack")
    assert tuple(row.values()) == (1, 0)


def test_places_that_come_in_one_statement_with_those_above_them_lie_in_these(work: Work) -> None:
    """As lists of P-codes do: some have what others lack, and PostgreSQL looks at a statement's rows together."""
    many, above = Bulk(work), None
    for level, note in (
        ("country", None), ("governorate", "on the border"), ("district", None), ("subdistrict", "on the border"),
        ("community", None),
    ):  # fmt: skip
        columns = {"country": "SYR", "level": level, "parent_id": above, "ref": many.new_ref("P"), "note": note}
        above = many.insert("place", columns)
    many.flush()
    connection = work.session.connection()
    assert kept.out_of_step(connection) == []
    levels = [
        (row["level"], row["governorate_id"] is None, row["district_id"] is None)
        for row in db.every(connection, "SELECT level, governorate_id, district_id FROM kept_place ORDER BY place_id")
    ]
    assert levels == [
        ("country", True, True), ("governorate", False, True), ("district", False, False),
        ("subdistrict", False, False), ("community", False, False),
    ]  # fmt: skip


def test_check_tells_of_a_kept_table_that_is_out_of_step_and_upgrade_mends_it(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        struck = factories.make_attack(work)
    with db.for_writing(engine).begin() as connection:
        connection.exec_driver_sql("UPDATE kept_attack SET killed_low = 7")
    assert [problem.what for problem in schema.check(engine)] == ["the table kept_attack is out of step"]
    schema.upgrade(engine)
    assert schema.check(engine) == []
    with db.reading(engine) as connection:
        assert db.every(connection, "SELECT ref, killed_low FROM v_attack") == [{"ref": struck.ref, "killed_low": None}]
