"""Names found in any spelling, and the index of names in step with them after every kind of change."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect, text

from registry import db, names
from registry.errors import NotFound
from registry.models.facilities import Facility, FacilityCreate, FacilityName
from registry.models.places import Place
from registry.models.who import SourceCreate
from registry.services import completing, erasing, facilities, lookup, matching, name_index, named, schema, sources
from registry.services.bulk import Bulk
from registry.services.nearest import WITHIN
from registry.services.records import facilities as facility_records
from registry.services.records import places as place_records
from registry.services.work import Work, rehearsing, writing
from tests.saying import place

NAMES = (
    "Nabad al-Hayat Hospital", "مدرسة الشهيد أحمد الحمدان", "Kafr Nabl Surgical Hospital",
    "Martyr Khaled Darwish School", "مركز معرة مصرين الصحي", "Qastun Primary Health Centre", "Al-Huda School",
    "School No. 3",
)  # fmt: skip


def add(work: Work, name: str, where: str) -> Facility:
    return facilities.add(work, FacilityCreate(name=name, type="hospital", place=where))


@pytest.fixture
def furnished(work: Work) -> Work:
    place(work, "Syria", level="country")
    for governorate, village in (("Idlib", "Hass"), ("Hama", "Qastun")):
        place(work, governorate, level="governorate", parent="Syria")
        place(work, village, parent=governorate)
    for name in NAMES:
        add(work, name, "Hass")
    return work


@pytest.fixture
def file_engine(sqlite_database: str) -> Iterator[Engine]:
    engine = db.connect(sqlite_database)
    yield engine
    engine.dispose()


def offered(work: Work, text: str, within: str | None = None) -> list[str]:
    found = facility_records.candidates(work.session.connection(), text, place=within)
    return [row["name"] for row in found]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("نبض الحياة", 0), ("Nabd al Hayatt hosptal", 0), ("nabad alhayaat", 0), ("مستشفى نبد الحياة", 0),
        ("Shahid Ahmad Hamdan", 1), ("Martyr Ahmed al-Hamdaan Schooll", 1), ("الشهيد احمد حمدانن", 1),
        ("Kafranbel surgical", 2), ("كفرنبل الجراحي", 2), ("kfar nabl hospital", 2),
        ("خالد درويش", 3), ("Khaled Darwich", 3), ("Khalid Darwsh", 3),
        ("Maarrat Misrin", 4), ("Ma'arrat Misreen", 4), ("قسطون", 5), ("Qastoun", 5), ("Kastun", 5),
    ],
)  # fmt: skip
def test_found_in_any_spelling_and_either_script(furnished: Work, typed: str, meant: int) -> None:
    assert offered(furnished, typed)[0] == NAMES[meant]


@pytest.mark.parametrize("typed", ["Xyzzy", "Berlin", "محطة وقود", "q", "ع", "'\" OR *", "%", "[erased]", ""])
def test_what_is_like_nothing_finds_nothing(furnished: Work, typed: str) -> None:
    assert offered(furnished, typed) == []
    with pytest.raises(NotFound) as caught:
        named.resolve(furnished, "facility", typed or "-")
    assert caught.value.near == ()


def test_a_scope_is_a_place_and_what_lies_in_it(furnished: Work) -> None:
    other = add(furnished, "Al Hoda Hospital", "Qastun")
    assert set(offered(furnished, "huda")) == {"Al-Huda School", "Al Hoda Hospital"}
    for scope in ("Hama", "Qastun"):
        found = facility_records.candidates(furnished.session.connection(), "huda", place=scope)
        assert [row["ref"] for row in found] == [other.ref]
    assert offered(furnished, "huda", "Idlib") == ["Al-Huda School"]
    assert len(offered(furnished, "huda", "Syria")) == 2


def test_what_moved_is_found_where_it_is_now(furnished: Work) -> None:
    connection = furnished.session.connection()
    moved = add(furnished, "Zardana Clinic", "Hass")
    furnished.change(moved, place_id=lookup.find(connection, "place", "Qastun"))
    furnished.session.flush()
    assert (offered(furnished, "Zerdana", "Hama"), offered(furnished, "Zerdana", "Idlib")) == (["Zardana Clinic"], [])
    # So is a place with all that stands in it.
    qastun = furnished.session.get(Place, lookup.find(connection, "place", "Qastun"))
    assert qastun is not None
    furnished.change(qastun, parent_id=lookup.find(connection, "place", "Idlib"))
    furnished.session.flush()
    assert (offered(furnished, "Zerdana", "Hama"), offered(furnished, "Zerdana", "Idlib")) == ([], ["Zardana Clinic"])
    assert kept(furnished) == []


def test_a_part_of_a_long_name_is_found_in_a_place_too(furnished: Work) -> None:
    add(furnished, "Ain Dbis Gharbi Clinic", "Hass")
    assert offered(furnished, "Dbis", "Idlib") == ["Ain Dbis Gharbi Clinic"]


def test_a_name_alike_by_its_letters_is_offered_whatever_became_of_its_key(furnished: Work) -> None:
    add(furnished, "مركز دير بهم", "Hass")
    assert names.likeness("مركزدير بهم", "مركز دير بهم") < names.NEAR
    assert offered(furnished, "مركزدير بهم") == ["مركز دير بهم"]
    assert offered(furnished, "مركزدير بهم", "Idlib") == ["مركز دير بهم"]


def test_what_lies_in_a_place_is_found_by_an_index(file_engine: Engine) -> None:
    with writing(file_engine, "Amal", "test") as work:
        place(work, "Idlib", level="governorate")
        for number in range(100):
            place(work, f"Village {number}", parent="Idlib")
    with db.for_writing(file_engine).begin() as connection:
        db.analyse(connection)  # with statistics SQLite may choose to read the table for each place
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN SELECT id FROM {WITHIN}".replace(":within", "x''"))
        assert [row[3] for row in plan if row[3] == "SCAN p"] == []


def test_namesakes_come_in_one_order_those_of_the_kind_asked_for_first(furnished: Work) -> None:
    there = (("Shifa Clinic", "Qastun"), ("Shifa Hospital", "Hass"), ("Shifa Clinic", "Hama"))
    made = [add(furnished, name, where) for name, where in there]
    connection = furnished.session.connection()
    for typed in ("Shifa Clinic", "Shifaa clinic", "shifa cliinic"):
        found = [row["ref"] for row in facility_records.candidates(connection, typed)]
        assert found == [made[0].ref, made[2].ref, made[1].ref]


def test_many_namesakes_hide_no_nearer_name(furnished: Work) -> None:
    for number in range(60):
        place(furnished, f"Village {number}", parent="Idlib")
        add(furnished, "Shifa Hospital", f"Village {number}")
    add(furnished, "Shafiq Hospital", "Qastun")
    assert offered(furnished, "Shafiq Hospital")[0] == "Shafiq Hospital"
    assert len(offered(furnished, "Shifa")) == 10


def test_did_you_mean_is_for_places_sources_and_actors_too(furnished: Work) -> None:
    connection = furnished.session.connection()
    sources.add(furnished, SourceCreate(name="Syrian Observatory for Human Rights", kind="monitoring_group"))
    assert lookup.near(connection, "place", "Idlip") == ["Idlib"]
    assert lookup.near(connection, "place", "حماه") == ["Hama"]
    assert lookup.near(connection, "source", "Syrian Observatry") == ["Syrian Observatory for Human Rights"]
    assert lookup.near(connection, "actor", "Idlib") == []


def test_a_part_is_found_in_either_script(furnished: Work) -> None:
    connection = furnished.session.connection()
    for part in ("KHALED", "خالد", "درويش", "mart"):
        assert [row["name"] for row in facility_records.list_(connection, like=part)] == [NAMES[3]]
    assert [row["name"] for row in place_records.list_(connection, like="idl")] == ["Idlib"]


# --- in step ---------------------------------------------------------------------------------------------------------


def kept(work: Work) -> list[str]:
    work.session.flush()
    return name_index.out_of_step(work.session.connection())


def finds(work: Work, text: str) -> set[str]:
    return set(offered(work, text))


WORDS = st.sampled_from(["Qalb Loze", "Qalb Lozeh", "قلب لوزة", "Khan Shaykhun", "Zardana", "Zerdna Clinic", "7", "…"])


@given(st.lists(st.tuples(st.sampled_from(["add", "bulk", "rename", "drop", "erase"]), WORDS), max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_step_after_any_changes(engine: Engine, changes: list[tuple[str, str]]) -> None:
    with rehearsing(engine, "Amal", "test") as work:
        place(work, "Hass")
        facility = add(work, "Shifa", "Hass")
        for what, word in changes:
            _change(work, facility, what, word)
            assert kept(work) == []
            for row in work.find_all(FacilityName, facility_id=facility.id):
                if len(row.folded) > 1 and not row.name.startswith("["):
                    found = lookup.nearest(work.session.connection(), "facility", row.name)
                    assert facility.id in {db.as_uuid(near.key) for near in found}


def _change(work: Work, facility: Facility, what: str, word: str) -> None:
    held = work.find_all(FacilityName, facility_id=facility.id)
    is_new = all(row.name != word for row in held)
    if what == "add" or not held:
        named.give(work, "facility", facility.id, [word])
    elif what == "bulk" and is_new:
        bulk = Bulk(work)
        bulk.insert("facility_name", {"facility_id": facility.id, "name": word, "folded": names.fold(word)})
        bulk.flush()
    elif what == "rename" and is_new:
        work.change(held[0], name=word, folded=names.fold(word))
    elif what == "drop":
        _delete(work, held[-1])
    elif what == "erase":
        erasing.erase(work, facility.ref, ["name"])


def _delete(work: Work, row: FacilityName) -> None:
    """As somebody might from outside: the registry itself deletes nothing."""
    work.session.flush()
    connection = work.session.connection()
    driver: Any = connection.connection.dbapi_connection
    mark = "%s" if db.is_postgresql(connection) else "?"
    driver.execute(f"DELETE FROM facility_name WHERE id = {mark}", (db.as_key(connection, row.id),))
    work.session.expunge(row)


def test_merged_facilities_are_one_candidate_and_split_ones_two(furnished: Work) -> None:
    one, other = add(furnished, "Zardana", "Hass"), add(furnished, "زردنا", "Qastun")

    def refs() -> set[str]:
        found = facility_records.candidates(furnished.session.connection(), "zerdana")
        return {row["ref"] for row in found}

    assert refs() == {one.ref, other.ref}
    matching.judge(furnished, "facility", one, other, "same", why="one")
    assert refs() == {one.ref}
    matching.revoke(furnished, "facility", one, other, why="two")
    assert refs() == {one.ref, other.ref}


def test_what_was_retracted_is_not_offered(furnished: Work) -> None:
    made = add(furnished, "Zardana", "Hass")
    name = furnished.find_all(FacilityName, facility_id=made.id)[0]
    furnished.change(name, retracted_at=furnished.at)
    assert offered(furnished, "Zardana") == []
    furnished.change(name, retracted_at=None)
    assert offered(furnished, "Zardana") == ["Zardana"]
    furnished.change(made, retracted_at=furnished.at)
    assert offered(furnished, "Zardana") == []


def test_a_migration_makes_the_index_again(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        place(work, "Hass")
        add(work, "Zardana", "Hass")
    schema.downgrade(engine, schema.revisions()[-2])
    with db.reading(engine) as connection:
        assert not any(map(name_index.keeps, inspect(connection).get_table_names()))
        assert sorted(name_index.out_of_step(connection)) == sorted(name_index.TABLES)
    schema.upgrade(engine)
    with db.reading(engine) as connection:
        assert name_index.out_of_step(connection) == []
        assert lookup.near(connection, "facility", "Zerdana") == ["Zardana"]


def test_check_tells_of_an_index_that_is_out_of_step(engine: Engine) -> None:
    with db.for_writing(engine).begin() as connection:
        connection.exec_driver_sql("INSERT INTO place_name_key(folded) VALUES ('nobody')")
    assert [problem.what for problem in schema.check(engine)] == ["the index of place_name is out of step"]
    with db.for_writing(engine).begin() as connection:
        connection.exec_driver_sql("DELETE FROM place_name_key")
    assert schema.check(engine) == []
    with writing(engine, "Amal", "test") as work:
        place(work, "Basamis")
    with db.for_writing(engine).begin() as connection:
        connection.exec_driver_sql("DELETE FROM place_name_gram")
    assert [problem.what for problem in schema.check(engine)] == ["the index of place_name is out of step"]
    schema.upgrade(engine)
    assert schema.check(engine) == []


def test_nothing_of_an_erased_name_stays_in_the_file(file_engine: Engine) -> None:
    with writing(file_engine, "Amal", "test") as work:
        for number in range(300):
            sources.add(work, SourceCreate(name=f"Witness {number}", kind="witness"))
        ref = sources.add(work, SourceCreate(name="Qozjan Wexdif", kind="witness")).ref
    path = Path(str(file_engine.url.database))
    db.forget(file_engine)
    folded = names.fold("Qozjan Wexdif")
    grams = name_index.grams(folded)
    with db.reading(file_engine) as connection:
        key = connection.execute(
            text("SELECT id FROM source_name_key WHERE folded = :key"), {"key": folded}
        ).scalar_one()
    # Three letters may stand in random bytes; with the key's number beside them, as the index has them, hardly.
    entries = [gram.encode() + key.to_bytes(2, "big") for gram in grams]
    assert all(trace in path.read_bytes() for trace in (folded.encode(), b"Qozjan", *entries))
    assert b"xdi" in _inside(file_engine)
    with writing(file_engine, "Amal", "asked to be forgotten") as work:
        erasing.erase(work, ref, ["name"])
    db.forget(file_engine)
    left = path.read_bytes()
    assert [trace for trace in (folded, "Qozjan", "Wexdif") if trace.encode() in left] == []
    assert not set(grams) & _held(file_engine)
    assert [entry for entry in entries if entry in left] == []
    assert b"xdi" not in _inside(file_engine)


def _inside(engine: Engine) -> bytes:
    """What the index of parts has on disk; the first of its trigrams with an x stands there in full."""
    with db.reading(engine) as connection:
        return b"".join(connection.exec_driver_sql("SELECT block FROM source_name_inside_data").scalars())


def _held(engine: Engine) -> set[str]:
    with db.reading(engine) as connection:
        return set(connection.exec_driver_sql("SELECT gram FROM source_name_gram").scalars())


# --- a part of a name ------------------------------------------------------------------------------------------------

SPELT = st.sampled_from(
    ["Shifa", "Al-Shifa Hospital", "شفاء", "مستشفى الشفاء", "Nur", "NOUR clinic", "نور", "Kafr Nabl", "كفرنبل", "été",
     "50% off_it", "إدلب", "Ain 3", "о'нил", "ha", "Khan \"X\" Shaykhun", "Al-Nour Kafr Nabl School"]
)  # fmt: skip
PARTS = st.one_of(
    SPELT,
    st.builds(lambda name, at, length: name[at : at + length], SPELT, st.integers(0, 8), st.integers(0, 9)),
    st.text("shifanour كفرشنبل%_'\"-3éS", max_size=5),
)


@given(
    st.lists(SPELT, min_size=3, max_size=12, unique=True), st.lists(PARTS, min_size=1, max_size=6), st.integers(1, 4)
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_index_finds_the_parts_that_a_look_at_every_name_finds(
    engine: Engine, spelt: list[str], parts: list[str], limit: int
) -> None:
    with rehearsing(engine, "Amal", "test") as work:
        bulk, where = Bulk(work), place(work, "Hass")
        made = []
        for number, name in enumerate(spelt):
            what = {"ref": f"F-{number}", "country": "SYR", "type_code": "hospital", "place_id": where.id}
            made.append((name, bulk.insert("facility", what)))
            bulk.insert("facility_name", {"facility_id": made[-1][1], "name": name, "folded": names.fold(name)})
        bulk.flush()
        connection = work.session.connection()
        for part in parts:
            found = {db.as_uuid(key) for key in lookup.containing(connection, "facility", part)}
            assert found == {key for name, key in made if _holds(name, part)}
            offered = [name for name, _ in completing.names_of(connection, "facility", part, limit)]
            assert offered == _completed(spelt, part)[:limit]


def _holds(name: str, part: str) -> bool:
    wanted, key = names.clean(part).casefold(), names.fold(part)
    return wanted in name.casefold() or (len(key) > 2 and f" {key} " in f" {names.fold(name)} ")


def _completed(spelt: list[str], part: str) -> list[str]:
    begun, key = names.clean(part).lower(), names.fold(part)

    def rank(name: str) -> int | None:
        small, folded = name.lower(), names.fold(name)
        if small.startswith(begun):
            return 0
        if len(key) > 1 and folded.startswith(key):
            return 1
        in_key = f" {key}" in f" {folded}" if len(key) == 2 else len(key) > 2 and key in folded
        return 2 if in_key or begun in small else None

    ranked = [(found, name.lower(), name) for name in spelt if (found := rank(name)) is not None]
    return [name for _, _, name in sorted(ranked)]
