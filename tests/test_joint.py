"""Joint entries of the journal: what one row of a list brought is one entry, and each of our rows is still found."""

import itertools
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text
from sqlmodel import SQLModel

from registry import db, keys
from registry.models.happened import Attack, AttackCreate
from registry.models.journal import Journal, JournalValue, Node
from registry.services import as_of, attacks, bulk, erasing, joint, questions
from registry.services.importing import batches, undoing
from registry.services.records import attacks as records
from registry.services.work import canonical, commit, entry_hash, write_entry, writing
from tests.importing import DATA, load
from tests.test_as_of import views
from tests.test_journal import holds, show, tamper, verify

_OF_LOADS = (
    "SELECT j.id, j.seq, v.salt, v.value FROM journal j JOIN journal_value v ON v.journal_id = j.id "
    "WHERE j.action = 'load' ORDER BY j.seq"
)


@pytest.fixture
def loaded(engine: Engine) -> Engine:
    load(engine, DATA / "places.csv", "places.yaml")
    load(engine, DATA / "incidents.csv", "incidents.yaml")
    return engine


def every(engine: Engine, sql: str, **values: Any) -> list[dict[str, Any]]:
    with db.reading(engine) as connection:
        return db.every(connection, sql, **values)


def first(engine: Engine, table: str) -> dict[str, Any]:
    return every(engine, f"SELECT * FROM {table} ORDER BY id")[0]


def test_each_row_of_a_list_is_one_entry(loaded: Engine) -> None:
    lists = every(loaded, "SELECT DISTINCT row_number, batch_id FROM import_row")
    entries = every(loaded, _OF_LOADS)
    # Looking a name up writes what waits before it, so that a row may be in two.
    assert len(lists) <= len(entries) <= len(lists) + 4
    own = every(loaded, "SELECT DISTINCT table_name FROM journal WHERE action = 'insert'")
    assert [row["table_name"] for row in own] == ["import_batch"]


def test_the_saved_question_tells_what_brought_an_attack_and_what_changed_it(loaded: Engine) -> None:
    with writing(loaded, "Omar", "by hand") as work:
        ours = attacks.add(work, AttackCreate(when="2019-05-06", place="SY07")).ref
    with writing(loaded, "Basma", "looked at") as work:
        for attack in work.find_all(Attack):
            attacks.edit(work, attack.ref, {"note": "seen"})
    asked = questions.question("changes-to-an-attack")
    with db.reading(loaded) as connection:
        for row in db.every(connection, "SELECT id, ref FROM attack ORDER BY id"):
            entry = joint.bringing(connection, "attack", db.as_uuid(row["id"]))
            told = connection.execute(text(asked.sql), {"attack": row["ref"]}).mappings().all()
            first = ("Omar", "by hand", "insert") if entry is None else ("Amal", "load incidents.csv", "load")
            assert [(one["who"], one["why"], one["action"]) for one in told] == [
                first,
                ("Basma", "looked at", "update"),
            ]
            assert (entry is None) == (row["ref"] == ours)
            assert entry is None or told[0]["at"] == entry["at"]
            assert {(one["table_name"], one["ref"]) for one in told} == {("attack", row["ref"])}


def test_an_image_is_the_row_to_the_byte(loaded: Engine) -> None:
    """Also after it was read and spelt again, as an erasure does."""
    with db.reading(loaded) as connection:
        for name, image in joint.brought(connection):
            table = SQLModel.metadata.tables[name]
            query = table.select().where(table.c.id == uuid.UUID(image["id"]))
            row = connection.execute(query).mappings().one()
            assert canonical(image) == canonical(dict(row)) == bulk.form(name).image(dict(row))
        for entry in db.every(connection, _OF_LOADS):
            assert canonical(joint.parsed(entry["value"])) == bytes(entry["value"])


def test_each_row_is_found_by_its_key(loaded: Engine) -> None:
    with db.reading(loaded) as connection:
        brought = list(joint.brought(connection))
        assert len(brought) > 60
        for table, image in brought:
            entry = joint.bringing(connection, table, uuid.UUID(image["id"]))
            assert entry is not None
            assert entry["image"] == image
        for table in {table for table, _ in brought}:
            wanted = sorted(uuid.UUID(image["id"]) for name, image in brought if name == table)
            found = joint.images_of(connection, table, wanted)
            assert sorted(found) == wanted
            assert joint.images_of(connection, table, wanted[::2]) == {key: found[key] for key in wanted[::2]}


def test_a_row_that_no_load_brought_is_in_none(loaded: Engine) -> None:
    """Though a later load may follow it: the next joint entry is not its own."""
    made = first(loaded, "import_batch")
    with db.reading(loaded) as connection:
        assert joint.bringing(connection, "import_batch", db.as_uuid(made["id"])) is None
        assert joint.bringing(connection, "attack", keys.new_id()) is None


def test_keys_rise_though_the_clock_is_set_back(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    load(engine, DATA / "places.csv", "places.yaml")
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() - 3_600_000_000_000)
    load(engine, DATA / "incidents.csv", "incidents.yaml")
    entries = [db.as_uuid(row["id"]) for row in every(engine, _OF_LOADS)]
    assert entries == sorted(entries)
    assert verify(engine).problems == ()


def test_new_ids_come_after_a_given_one() -> None:
    given = uuid.UUID(int=keys.new_id().int + (1 << 100))
    ids = list(itertools.islice(keys.new_ids(after=given), 1_200))
    assert given < ids[0]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}


def test_show_tells_each_row_as_if_it_were_alone(loaded: Engine) -> None:
    attack = first(loaded, "attack")
    (entry,) = show(loaded, row_ref=attack["ref"])
    assert (entry["table"], entry["action"], entry["ref"], entry["by"]) == ("attack", "insert", attack["ref"], "Amal")
    assert entry["changed"]["country"] == (None, "SYR")
    with writing(loaded, "Omar", "mended") as work:
        attacks.edit(work, attack["ref"], {"title": "Ours"})
    changed, made = show(loaded, row_ref=attack["ref"])
    assert changed["changed"] == {"title": (attack["title"], "Ours")}
    assert made == entry
    claims = show(loaded, table="claim")
    assert len(claims) == every(loaded, "SELECT count(*) AS n FROM claim")[0]["n"]
    assert len(show(loaded, limit=7)) == len(show(loaded, table="claim", limit=7)) == 7
    assert {row["by"] for row in show(loaded, by="Omar")} == {"Omar"}
    assert show(loaded, table="sitrep") == []


def test_the_history_of_an_attack_begins_with_its_load(loaded: Engine) -> None:
    attack = first(loaded, "attack")
    with writing(loaded, "Omar", "mended") as work:
        attacks.edit(work, attack["ref"], {"title": "Ours"})
    with db.reading(loaded) as connection:
        history = records.show(connection, attack["ref"])["history"]
    assert [(row["by"], row["action"], row["why"]) for row in history] == [
        ("Amal", "insert", "load incidents.csv"),
        ("Omar", "update", "mended"),
    ]


def test_the_past_holds_what_was_loaded_by_then(loaded: Engine) -> None:
    with db.reading(loaded) as connection:
        before = views(connection)
    then = datetime.now(UTC)
    with writing(loaded, "Omar", "mended") as work:
        attacks.edit(work, first(loaded, "attack")["ref"], {"title": "Ours"})
    with db.reading(loaded) as connection:
        batch = db.every(connection, "SELECT ref FROM import_batch ORDER BY last_seq DESC")[0]["ref"]
        assert views(connection) != before
        with as_of.standing(connection, then) as past:
            assert views(past) == before
    with writing(loaded, "Omar", "set back") as work:
        attacks.edit(work, first(loaded, "attack")["ref"], {"title": None})
    with writing(loaded, "Omar", "undo") as work:
        undoing.undo(work, batches.find(work, batch))
    with db.reading(loaded) as connection, as_of.standing(connection, then) as past:
        assert views(past) == before
    assert verify(loaded).problems == ()


# --- tampering -------------------------------------------------------------------------------------------------------


@pytest.fixture
def entry(loaded: Engine) -> dict[str, Any]:
    """The joint entry that brought the first report."""
    with db.reading(loaded) as connection:
        key = db.as_uuid(db.every(connection, "SELECT id FROM report ORDER BY id")[0]["id"])
        brought = joint.bringing(connection, "report", key)
        assert brought is not None
        return brought


TAMPERED = {
    "change a row": ("UPDATE report SET note = 'other' WHERE id = :row", "was changed outside the program: note"),
    "delete a row": ("DELETE FROM report WHERE id = :row", "has vanished"),
    "make a row": (
        "INSERT INTO ref_alias (id, ref, table_name, row_id) VALUES (:row, 'R-1', 'report', :row)",
        "was made outside the program",
    ),
    "change the value": ("UPDATE journal_value SET value = salt WHERE journal_id = :entry", "was tampered with"),
    "take the value": ("DELETE FROM journal_value WHERE journal_id = :entry", "is gone"),
    "take the entry": ("DELETE FROM journal WHERE id = :entry", "is missing"),
}


@pytest.mark.parametrize("deed", TAMPERED)
def test_tampering_with_what_a_load_brought_is_found(loaded: Engine, entry: dict[str, Any], deed: str) -> None:
    statement, told = TAMPERED[deed]
    values = {"row": first(loaded, "report")["id"], "entry": entry["id"]}
    tamper(loaded, statement, **{name: value for name, value in values.items() if f":{name}" in statement})
    assert any(told in problem for problem in verify(loaded).problems)


@pytest.mark.parametrize("value", [b"{}", b"[]", b'{"report":[]}', b'{"report":{"columns":[[]],"rows":[1]}}', b"\xff"])
def test_a_value_beyond_reading_is_told_and_hurts_nobody(loaded: Engine, entry: dict[str, Any], value: bytes) -> None:
    tamper(loaded, "UPDATE journal_value SET value = :v WHERE journal_id = :e", v=value, e=entry["id"])
    assert any("was tampered with" in problem for problem in verify(loaded).problems)
    assert show(loaded, row_ref=first(loaded, "report")["ref"]) == []


# --- erasing ---------------------------------------------------------------------------------------------------------

SAID = "A clinic was hit, again"


def holding(engine: Engine, words: str) -> int:
    """How many values of the journal hold these words."""
    return sum(words.encode() in bytes(row["value"]) for row in every(engine, "SELECT value FROM journal_value"))


def erase(engine: Engine, ref: str, *columns: str) -> int:
    with writing(engine, "Amal", "asked to be forgotten") as work:
        return erasing.erase(work, ref, columns)


@pytest.fixture
def spoken(loaded: Engine) -> dict[str, Any]:
    """The attack with the words that are to go."""
    (attack,) = every(loaded, "SELECT * FROM attack WHERE summary = :said", said=SAID)
    return attack


def test_one_row_leaves_a_joint_entry_and_the_others_stay(
    loaded: Engine, database_url: str, spoken: dict[str, Any]
) -> None:
    (entry,) = (row for row in every(loaded, _OF_LOADS) if SAID.encode() in bytes(row["value"]))
    before = list(joint.images(bytes(entry["value"])))
    assert erase(loaded, spoken["ref"], "summary") == 1
    assert holding(loaded, SAID) == 0
    db.forget(loaded)
    for needle in (SAID.encode(), bytes(entry["salt"])):
        assert not holds(database_url, loaded, needle), "no byte of the database has it"
    (after,) = (row for row in every(loaded, _OF_LOADS) if row["id"] == entry["id"])
    assert bytes(after["salt"]) != bytes(entry["salt"])
    differing = [(old, new) for old, new in zip(before, joint.images(bytes(after["value"])), strict=True) if old != new]
    assert differing == [(("attack", image := before_of(before, spoken)), ("attack", image | {"summary": "[erased]"}))]
    verdict = verify(loaded)
    assert (verdict.erased, verdict.problems) == (1, ())
    told = {row["action"]: row for row in show(loaded, row_ref=spoken["ref"])}
    assert (told["erase"]["erased"], told["insert"]["erased"]) == (["summary"], ["summary"])
    assert told["update"]["changed"] == {"summary": ("[erased]", None)}


def before_of(images: list[tuple[str, dict[str, Any]]], row: dict[str, Any]) -> dict[str, Any]:
    return next(image for table, image in images if table == "attack" and image["ref"] == row["ref"])


def test_several_rows_of_one_entry_are_erased_one_after_the_other(loaded: Engine, spoken: dict[str, Any]) -> None:
    (report,) = every(
        loaded,
        "SELECT r.* FROM report r JOIN attack_report x ON x.report_id = r.id WHERE x.attack_id = :attack",
        attack=spoken["id"],
    )
    assert [erase(loaded, spoken["ref"], "summary"), erase(loaded, report["ref"], "outside_id")] == [1, 1]
    assert erase(loaded, spoken["ref"], "place_words", "summary") == 2, "its update holds the place still"
    assert erase(loaded, spoken["ref"], "place_words") == 0
    verdict = verify(loaded)
    assert (verdict.erased, verdict.problems) == (2, ())
    with db.reading(loaded) as connection, as_of.standing(connection, datetime.now(UTC)) as now:
        assert views(now) == views(connection)


def test_what_was_erased_is_guarded_and_does_not_come_back(loaded: Engine, spoken: dict[str, Any]) -> None:
    (entry,) = (row for row in every(loaded, _OF_LOADS) if SAID.encode() in bytes(row["value"]))
    erase(loaded, spoken["ref"], "summary")
    put_back = "UPDATE journal_value SET value = :value, salt = :salt WHERE journal_id = :id"
    tamper(loaded, put_back, **{name: entry[name] for name in ("value", "salt", "id")})
    assert any("was erased and is back" in problem for problem in verify(loaded).problems)
    forged = bytes(entry["value"]).replace(SAID.encode(), b"Nobody was hit")
    tamper(loaded, put_back, value=forged, salt=entry["salt"], id=entry["id"])
    assert any("was tampered with" in problem for problem in verify(loaded).problems)


def test_an_erasure_of_a_row_that_is_not_in_the_entry_does_not_count(loaded: Engine, entry: dict[str, Any]) -> None:
    place = db.as_uuid(first(loaded, "place")["id"])
    (held,) = (row for row in every(loaded, _OF_LOADS) if row["id"] == entry["id"])
    key, forged = db.as_uuid(entry["id"]), bytes(held["value"]).replace(b"Idlib", b"Hamah")
    with writing(loaded, "Mallory", "forged") as work:
        listed = {"erased_columns": ["note"], "entries": {str(key): commit(b"salt", forged).hex()}}
        write_entry(work, "erase", "place", place, canonical(listed))
    tamper(
        loaded,
        "UPDATE journal_value SET value = :v, salt = :s WHERE journal_id = :e",
        v=forged,
        s=b"salt",
        e=entry["id"],
    )
    assert any("was tampered with" in problem for problem in verify(loaded).problems)


def test_a_newer_edition_knows_its_rows_after_an_erasure(
    loaded: Engine, spoken: dict[str, Any], tmp_path: Path
) -> None:
    erase(loaded, spoken["ref"], "summary")
    newer = tmp_path / "newer.csv"
    newer.write_text(
        (DATA / "incidents.csv").read_text(encoding="utf-8").replace('again",2', 'again",5'), encoding="utf-8"
    )
    outcome = load(loaded, newer, "incidents.yaml")
    assert (outcome.new, outcome.changed) == (0, 1)
    assert holding(loaded, SAID) == 0, "what a person erased stays away"
    assert verify(loaded).problems == ()


def test_a_row_may_be_as_a_load_of_another_chain_left_it(loaded: Engine, spoken: dict[str, Any]) -> None:
    """After a merge each chain has its own last word on a row."""
    key = db.as_uuid(spoken["id"])
    with db.reading(loaded) as connection:
        brought = joint.bringing(connection, "attack", key)
    assert brought is not None
    image = canonical(brought["image"] | {"summary": "from the north"})
    node = {"id": uuid.UUID(int=1), "name": "north", "is_local": False, "made_at": datetime.now(UTC)}
    change: dict[str, Any] = {
        "id": uuid.UUID(int=2), "node_id": node["id"], "seq": 1, "at": datetime.now(UTC), "by": "Nour", "why": "test",
        "action": "update", "table_name": "attack", "row_id": key, "commitment": commit(b"salt", image),
        "prev_hash": bytes(32),
    }  # fmt: skip
    change["hash"] = entry_hash(change)
    kept = {"id": change["id"], "journal_id": change["id"], "salt": b"salt", "value": image}
    with db.for_writing(loaded).begin() as connection:
        for model, row in (
            (Node, node | {"head_seq": 1, "head_hash": change["hash"]}), (Journal, change), (JournalValue, kept),
        ):  # fmt: skip
            connection.execute(insert(model), row)
    assert verify(loaded).problems == ()
    assert len(show(loaded, row_ref=spoken["ref"])) == 2
