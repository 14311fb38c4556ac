"""The journal: what it shows, what tampering it finds, and how personal data leaves it."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, text, update

from registry import db, keys
from registry.errors import InvalidValue, NotFound, RegistryError
from registry.models.held import Figure
from registry.models.journal import RefAlias
from registry.models.said import Attribution
from registry.models.who import Source, SourceName
from registry.services import erasing, journal, schema
from registry.services.work import canonical, commit, entry_hash, image, write_entry, writing
from tests import factories

NAME = "Sumayya al-Halabi"
WHERE_SHE_WAS = "behind the bakery in Kafr Zita"


def verify(engine: Engine, **options: Any) -> journal.Verdict:
    with db.reading(engine) as connection:
        return journal.verify(connection, **options)


def show(engine: Engine, **options: Any) -> list[dict[str, Any]]:
    with db.reading(engine) as connection:
        return journal.show(connection, **options)


@pytest.fixture
def source(engine: Engine) -> Source:
    """A source with three entries of the seven: made, noted, noted again. Its last image is the sixth."""
    with writing(engine, "Amal", "first report") as work:
        source = factories.make_source(work, note="first")
        factories.make_place(work)
    with writing(engine, "Amal", "checked") as work:
        factories.make_place(work)
        factories.make_report(work, publisher_id=source.id)
        work.change(work.get(Source, source.id), note="second")
    with writing(engine, "Basel", "a typing error") as work:
        work.change(work.get(Source, source.id), note="third", role="field office")
        factories.make_place(work)
        return work.get(Source, source.id).model_copy()


# --- show ------------------------------------------------------------------------------------------------------------


def test_show_tells_newest_first_what_changed(engine: Engine, source: Source) -> None:
    entries = show(engine, row_ref=source.ref)
    assert [(entry["action"], entry["by"], entry["why"]) for entry in entries] == [
        ("update", "Basel", "a typing error"),
        ("update", "Amal", "checked"),
        ("insert", "Amal", "first report"),
    ]
    assert entries[0]["changed"] == {"note": ("second", "third"), "role": (None, "field office")}
    assert entries[1]["changed"] == {"note": ("first", "second")}
    assert entries[2]["changed"]["kind_code"] == (None, "monitoring_group")
    assert all(entry["ref"] == source.ref and entry["table"] == "source" for entry in entries)
    assert all(entry["erased"] == [] for entry in entries)


def test_show_filters(engine: Engine, source: Source) -> None:
    everything = show(engine)
    assert [entry["seq"] for entry in everything] == list(range(7, 0, -1))
    assert show(engine, limit=2) == everything[:2]
    assert {entry["table"] for entry in show(engine, table="place")} == {"place"}
    assert len(show(engine, by="Basel")) == 2
    assert show(engine, row_id=source.id) == show(engine, row_ref=source.ref.lower())
    assert show(engine, since=everything[0]["at"]) == [e for e in everything if e["at"] == everything[0]["at"]]
    assert show(engine, since=datetime.now(UTC) + timedelta(hours=1)) == []


def test_show_knows_former_refs(engine: Engine, source: Source) -> None:
    with writing(engine, "Amal", "merged") as work:
        former = keys.new_ref("S")
        work.add(RefAlias(ref=former, table_name="source", row_id=source.id))
    assert show(engine, row_ref=former) == show(engine, row_ref=source.ref)
    with pytest.raises(NotFound, match="no source"):
        show(engine, row_ref=keys.new_ref("S"))
    with pytest.raises(InvalidValue):
        show(engine, row_ref="S-not-a-ref")


def test_show_says_so_where_the_journal_is_unreadable(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine, "Amal", "test") as work:
        factories.make_place(work)
    tamper(sqlite_engine, "UPDATE journal SET at = 'yesterday'")
    with pytest.raises(RegistryError, match="run `registry journal verify`"):
        show(sqlite_engine)


# --- verify ----------------------------------------------------------------------------------------------------------


def test_a_sound_journal(engine: Engine, source: Source) -> None:
    verdict = verify(engine)
    assert verdict.problems == ()
    assert (verdict.entries, verdict.chains, verdict.erased) == (7, 1, 0)
    (head,) = verdict.heads
    assert (head.node, head.seq) == ("test", 7)
    assert verify(engine, noted=[head.hash.upper()]).problems == ()
    assert source.ref


def test_an_empty_journal(engine: Engine) -> None:
    verdict = verify(engine)
    assert (verdict.entries, verdict.problems) == (0, ())
    assert verdict.heads == (journal.Head("test", 0, bytes(32).hex()),)


def test_every_table_is_journalled_as_it_is_stored(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        for name, table in factories.tables().items():
            if name not in {"node", "journal", "journal_value"}:
                factories.make(work, table)
        # What nobody validated is stored as the column has it, and journalled so.
        factories.make_attack(work, lat=35, lon=36, time_of_day=None)
        factories.make_source(work, is_anonymous=1, note="أرمناز\n")
    assert verify(engine).problems == ()


def tamper(engine: Engine, *statements: str, **values: Any) -> None:
    """What somebody with the database in hand can do: triggers and foreign keys off, then plain SQL."""
    with db.for_writing(engine).connect() as connection:
        if db.is_postgresql(engine):
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            driver: Any = connection.connection.dbapi_connection
            driver.executescript("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON")
            schema.drop_derived(connection)
        for statement in statements:
            connection.execute(text(statement), values if ":" in statement else {})
        connection.commit()
        connection.invalidate()  # its settings are no good for anyone else


# What was done, and a part of the line that tells it.
TAMPERED: dict[str, tuple[list[str], str]] = {
    "edit a record": (
        ["UPDATE source SET note = 'other', version = 9"],
        "was changed outside the program: note, version",
    ),
    "clear a record": (["UPDATE source SET note = NULL"], "was changed outside the program: note"),
    "delete a record": (["DELETE FROM place"], "has vanished"),
    "bring in a record": (
        [
            "CREATE TABLE aside AS SELECT * FROM place LIMIT 1",
            "UPDATE aside SET id = :key, ref = 'P-X', pcode = 'x'",
            "INSERT INTO place SELECT * FROM aside",
        ],
        "place P-X was made outside the program",
    ),
    "edit a value": (["UPDATE journal_value SET value = :garbage"], "the value of entry 1 was tampered with"),
    "edit a salt": (["UPDATE journal_value SET salt = :garbage"], "the value of entry 1 was tampered with"),
    "drop a value": (["DELETE FROM journal_value"], "the value of entry 1 is gone"),
    "bring in a value": (
        ["INSERT INTO journal_value (id, journal_id, salt, value) VALUES (:key, :key, :garbage, :garbage)"],
        "1 values belong to no entry",
    ),
    "swap two values": (
        [
            "UPDATE journal_value SET id = :key WHERE journal_id = (SELECT id FROM journal WHERE seq = 1)",
            "CREATE TABLE aside AS SELECT * FROM journal_value WHERE id = :key",
            """UPDATE journal_value SET
                salt = (SELECT salt FROM journal_value v JOIN journal j ON j.id = v.journal_id WHERE j.seq = 2),
                value = (SELECT value FROM journal_value v JOIN journal j ON j.id = v.journal_id WHERE j.seq = 2)
                WHERE id = :key""",
            """UPDATE journal_value SET salt = (SELECT salt FROM aside), value = (SELECT value FROM aside)
                WHERE journal_id = (SELECT id FROM journal WHERE seq = 2)""",
        ],
        "the value of entry 2 was tampered with",
    ),
    "cut off the end": (
        ["DELETE FROM journal WHERE seq > 5"],
        "it ends at entry 5, which is not the head that was kept",
    ),
    "drop an entry in the middle": (["DELETE FROM journal WHERE seq = 4"], "entry 5 stands where entry 4 is missing"),
    "drop the first entry": (["DELETE FROM journal WHERE seq = 1"], "entry 2 stands where entry 1 is missing"),
    "empty the journal": (["DELETE FROM journal"], "it ends at entry 0"),
    "renumber": (["UPDATE journal SET seq = seq + 100 WHERE seq > 4"], "entry 105 stands where entry 5 is missing"),
    "close a gap": (
        ["DELETE FROM journal WHERE seq = 4"]
        + [f"UPDATE journal SET seq = {n} WHERE seq = {n + 1}" for n in range(4, 7)],
        "entry 4 does not follow from the one before it",
    ),
    "swap two entries": (
        [
            "UPDATE journal SET seq = 99 WHERE seq = 3",
            "UPDATE journal SET seq = 3 WHERE seq = 4",
            "UPDATE journal SET seq = 4 WHERE seq = 99",
        ],
        "entry 3 does not follow from the one before it",
    ),
    "another time": (["UPDATE journal SET at = '2019-05-01 00:00:00.000000' WHERE seq = 2"], "entry 2 was altered"),
    "another person": (["UPDATE journal SET by = 'Nobody' WHERE seq = 2"], "entry 2 was altered"),
    "another reason": (["UPDATE journal SET why = '' WHERE seq = 2"], "entry 2 was altered"),
    "move the head back": (["UPDATE node SET head_seq = 6"], "it ends at entry 7, which is not the head that was kept"),
    "another head": (
        ["UPDATE node SET head_hash = :garbage"],
        "it ends at entry 7, which is not the head that was kept",
    ),
    "give an entry to nobody": (["UPDATE journal SET node_id = :key WHERE seq = 7"], "1 entries belong to no chain"),
    "drop the node": (["DELETE FROM node"], "7 entries belong to no chain"),
}


@pytest.mark.parametrize("deed", TAMPERED)
def test_tampering_is_found(engine: Engine, source: Source, deed: str) -> None:
    statements, told = TAMPERED[deed]
    with db.reading(engine) as connection:
        values = {"key": db.as_key(connection, uuid.UUID(int=7)), "garbage": b"\x00garbage"}
    tamper(engine, *statements, **values)
    problems = verify(engine).problems
    assert any(told in problem for problem in problems), problems
    assert not any("third" in problem or "\n" in problem for problem in problems)
    assert source.ref


def altered(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return bytes(value)[:-1] + bytes([bytes(value)[-1] ^ 1])
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=value.int ^ 1)
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, int):
        return value + 100
    return {"insert": "update"}.get(value, value[:-1] + chr(ord(value[-1]) ^ 1))


COLUMNS = (
    "id",
    "node_id",
    "seq",
    "at",
    "by",
    "why",
    "action",
    "table_name",
    "row_id",
    "commitment",
    "prev_hash",
    "hash",
)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_every_entry_counts(engine: Engine, source: Source, column: str) -> None:
    assert source.ref
    with db.reading(engine) as connection:
        rows = db.every(connection, f"SELECT seq, {column} AS held FROM journal ORDER BY seq")
        assert set(COLUMNS) == set(db.one(connection, "SELECT * FROM journal") or ())
    for row in (rows[0], rows[3], rows[-1]):
        where = f"WHERE {column} = :new" if column in {"seq", "id"} else f"WHERE seq = {row['seq']}"
        tamper(engine, f"UPDATE journal SET {column} = :new WHERE seq = {row['seq']}", new=altered(row["held"]))
        assert verify(engine).problems, f"entry {row['seq']}"
        tamper(engine, f"UPDATE journal SET {column} = :old {where}", old=row["held"], new=altered(row["held"]))
    assert verify(engine).problems == ()


@pytest.fixture
def sqlite_engine(sqlite_database: str) -> Iterator[Engine]:
    engine = db.connect(sqlite_database)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("column", COLUMNS)
def test_what_cannot_be_read_is_told(sqlite_engine: Engine, column: str) -> None:
    with writing(sqlite_engine, "Amal", "test") as work:
        factories.make_place(work)
        factories.make_place(work)
    for garbage in ("'x'", "x'00'", "1.5", "12345678901234567890"):
        # From the first to the last, so that each finds what the one before it left.
        tamper(sqlite_engine, f"UPDATE journal SET {column} = {garbage} WHERE id = (SELECT max(id) FROM journal)")
        assert verify(sqlite_engine).problems, garbage


@pytest.mark.parametrize("column", ["head_hash", "head_seq", "made_at", "id"])
def test_a_node_that_cannot_be_read_is_told(sqlite_engine: Engine, column: str) -> None:
    with writing(sqlite_engine, "Amal", "test") as work:
        factories.make_place(work)
    tamper(sqlite_engine, f"UPDATE node SET {column} = 'x'")
    assert verify(sqlite_engine).problems


@pytest.mark.parametrize("change", ["id = 'x'", "country = x'00'", "lat = 'far'", "version = 'x'"])
def test_a_record_that_cannot_be_read_is_told(sqlite_engine: Engine, change: str) -> None:
    with writing(sqlite_engine, "Amal", "test") as work:
        factories.make_place(work)
    tamper(sqlite_engine, f"UPDATE place SET {change}")
    assert verify(sqlite_engine).problems


def rechained(engine: Engine, *, from_seq: int, **changes: Any) -> bytes:
    """Alter one entry and compute every later hash anew, as somebody who knows the method would; the new last hash."""
    with db.reading(engine) as connection:
        table = journal._JOURNAL
        entries = [dict(row) for row in connection.execute(table.select().order_by(table.c.seq)).mappings()]
    last = bytes(32)
    for held in entries:
        entry = held | (changes if held["seq"] == from_seq else {}) | {"prev_hash": last}
        last = entry["hash"] = entry_hash(entry)
        tamper(
            engine,
            f"UPDATE journal SET why = :why, prev_hash = :prev_hash, hash = :hash WHERE seq = {entry['seq']}",
            **{name: entry[name] for name in ("why", "prev_hash", "hash")},
        )
    return last


def test_a_chain_made_anew_does_not_fit_the_head(engine: Engine, source: Source) -> None:
    rechained(engine, from_seq=3, why="invented")
    (problem,) = verify(engine).problems
    assert "which is not the head that was kept" in problem
    assert source.ref


def test_a_chain_made_anew_with_its_head_does_not_hold_the_head_that_was_noted(engine: Engine, source: Source) -> None:
    noted = verify(engine).heads[0].hash
    last = rechained(engine, from_seq=3, why="invented")
    tamper(engine, "UPDATE node SET head_hash = :last", last=last)
    assert verify(engine).problems == ()  # by itself the file cannot tell: this is what heads are noted for
    (problem,) = verify(engine, noted=[noted]).problems
    assert problem == f"no chain holds the noted head {noted}: entries were cut off or made anew"
    assert source.ref


def test_a_forged_entry_at_the_end_does_not_fit_the_head(engine: Engine, source: Source) -> None:
    table, values = journal._JOURNAL, journal._VALUE
    with db.reading(engine) as connection:
        last = dict(connection.execute(table.select().order_by(table.c.seq.desc())).mappings().first() or {})
    forged = last | {"id": uuid.UUID(int=7), "seq": 8, "prev_hash": last["hash"], "commitment": commit(b"salt", b"{}")}
    forged["hash"] = entry_hash(forged)
    with db.for_writing(engine).begin() as connection:
        connection.execute(table.insert(), forged)
        kept = {"id": uuid.UUID(int=7), "journal_id": forged["id"], "salt": b"salt", "value": b"{}"}
        connection.execute(values.insert(), kept)
    assert any("it ends at entry 8, which is not the head that was kept" in line for line in verify(engine).problems)
    assert source.ref


def test_chains_of_merged_registries(engine: Engine, source: Source) -> None:
    """Both chains are walked, and a record may be as either left it."""
    assert source.ref
    table, values, nodes = journal._JOURNAL, journal._VALUE, journal._NODE
    node = {"id": uuid.UUID(int=1), "name": "north", "is_local": False, "made_at": datetime.now(UTC)}
    with db.reading(engine) as connection:
        last = dict(connection.execute(table.select().where(table.c.row_id == source.id)).mappings().first() or {})
    image = canonical(json.loads(canonical(source.model_dump())) | {"note": "from the north"})
    entry = last | {"id": uuid.UUID(int=2), "node_id": node["id"], "seq": 1, "action": "update"}
    entry |= {"prev_hash": bytes(32), "commitment": commit(b"salt", image)}
    entry["hash"] = entry_hash(entry)
    with db.for_writing(engine).begin() as connection:
        connection.execute(nodes.insert(), node | {"head_seq": 1, "head_hash": entry["hash"]})
        connection.execute(table.insert(), entry)
        connection.execute(
            values.insert(), {"id": entry["id"], "journal_id": entry["id"], "salt": b"salt", "value": image}
        )
    verdict = verify(engine)
    assert (verdict.problems, verdict.chains, verdict.entries) == ((), 2, 8)
    assert len(show(engine, row_ref=source.ref)) == 4


# --- erase -----------------------------------------------------------------------------------------------------------


def test_erased_text_is_in_no_byte_of_the_database(database_url: str, engine: Engine) -> None:
    with writing(engine, "Amal", "interview") as work:
        source = factories.make_source(work, note=WHERE_SHE_WAS)
        name = factories.make(work, SourceName, source_id=source.id, name=NAME, folded=NAME.casefold())
    with db.reading(engine) as connection:
        salts = [bytes(row["salt"]) for row in db.every(connection, "SELECT salt FROM journal_value")]
    with writing(engine, "Amal", "asked to be forgotten") as work:
        assert journal.erase(work, work.get(SourceName, name.id), ["name"]) == 1
    with writing(engine, "Amal", "asked to be forgotten") as work:
        assert journal.erase(work, work.get(Source, source.id), ["note"]) == 1
    db.forget(engine)
    # Without its salt nobody can try out which name a commitment was made to.
    for needle in (NAME.encode(), NAME.casefold().encode(), WHERE_SHE_WAS.encode(), *salts):
        assert not holds(database_url, engine, needle), needle
    verdict = verify(engine)
    assert (verdict.erased, verdict.problems) == (2, ())
    with writing(engine, "Amal", "test") as work:
        assert work.get(Source, source.id).note is None
        assert work.get(SourceName, name.id).name == f"[erased {name.id.hex[-8:]}]"
        assert work.get(SourceName, name.id).folded == "[erased]"


def holds(url: str, engine: Engine, needle: bytes) -> bool:
    """Whether something is anywhere: in a byte of SQLite's files, in a row of PostgreSQL's tables."""
    if not db.is_postgresql(engine):
        path = Path(url.removeprefix("sqlite:///"))
        files = list(path.parent.glob(f"{path.name}*"))
        assert path in files
        return any(needle in file.read_bytes() for file in files)
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        dumps = [f"SELECT string_agg(t::text, ' ') FROM {name} t" for name in tables]
        everything = " ".join(connection.execute(text(sql)).scalar() or "" for sql in dumps)
    return needle.decode(errors="replace") in everything or needle.hex() in everything


def test_the_test_above_would_see_text_that_stays(database_url: str, engine: Engine) -> None:
    with writing(engine, "Amal", "interview") as work:
        factories.make_source(work, note=WHERE_SHE_WAS)
    with db.reading(engine) as connection:
        (row,) = db.every(connection, "SELECT salt FROM journal_value")
    for needle in (WHERE_SHE_WAS.encode(), bytes(row["salt"])):
        assert holds(database_url, engine, needle)
        db.forget(engine)
        assert holds(database_url, engine, needle)


def test_erasure_covers_every_former_image_and_is_shown(engine: Engine, source: Source) -> None:
    with writing(engine, "Amal", "asked to be forgotten") as work:
        assert journal.erase(work, work.get(Source, source.id), ["note"]) == 3
    verdict = verify(engine)
    assert (verdict.erased, verdict.problems) == (3, ())
    erasure, update, *former = show(engine, row_ref=source.ref)
    assert (erasure["action"], erasure["erased"], erasure["changed"]) == ("erase", ["note"], {})
    assert update["changed"] == {"note": ("[erased]", None)}
    assert [entry["erased"] for entry in former] == [["note"]] * 3
    assert former[0]["changed"] == {"role": (None, "field office")}


def test_erasing_twice_and_nothing(engine: Engine, source: Source) -> None:
    with writing(engine, "Amal", "asked to be forgotten") as work:
        journal.erase(work, work.get(Source, source.id), ["note"])
        assert journal.erase(work, work.get(Source, source.id), ["note"]) == 0
    with writing(engine, "Amal", "asked again") as work:
        assert journal.erase(work, work.get(Source, source.id), ["role", "note"]) == 2
    verdict = verify(engine)
    assert (verdict.erased, verdict.problems) == (4, ())
    assert [entry["action"] for entry in show(engine, row_ref=source.ref)].count("erase") == 2


def test_what_was_erased_in_one_unit_with_its_making(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        source = factories.make_source(work)
        source.note = WHERE_SHE_WAS  # not yet flushed
        assert journal.erase(work, source, ["note"]) == 1
    assert verify(engine).problems == ()


def test_two_names_of_one_source_can_both_be_erased(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        source = factories.make_source(work)
        one, other = (factories.make(work, SourceName, source_id=source.id) for _ in range(2))
        journal.erase(work, one, ["name"])
        journal.erase(work, other, ["name"])
        assert one.name != other.name
    assert verify(engine).problems == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE journal_value SET value = :forged WHERE journal_id = :entry", "was tampered with"),
        ("UPDATE journal_value SET value = :was, salt = :salt WHERE journal_id = :entry", "was erased and is back"),
    ],
)
def test_an_erased_value_is_guarded_as_well(engine: Engine, source: Source, change: str, told: str) -> None:
    with db.reading(engine) as connection:
        sql = "SELECT j.id, v.salt, v.value FROM journal j JOIN journal_value v ON v.journal_id = j.id WHERE j.seq = 1"
        was = db.one(connection, sql) or {}
    with writing(engine, "Amal", "asked to be forgotten") as work:
        journal.erase(work, work.get(Source, source.id), ["note"])
    values = {"forged": b"{}", "was": was["value"], "salt": was["salt"], "entry": was["id"]}
    tamper(engine, change, **{name: value for name, value in values.items() if f":{name}" in change})
    (problem,) = verify(engine).problems
    assert problem.startswith(f"chain of test: the value of entry 1 {told}")


def test_an_erasure_that_covers_another_row_does_not_count(engine: Engine, source: Source) -> None:
    """Only an erase entry of the same row excuses a value that does not fit."""
    with db.reading(engine) as connection:
        sql = "SELECT id FROM journal WHERE table_name = 'place' ORDER BY seq"
        entry = db.as_uuid((db.one(connection, sql) or {})["id"])
    with writing(engine, "Mallory", "forged") as work:
        listed = {"erased_columns": ["note"], "entries": {str(entry): commit(b"salt", b"{}").hex()}}
        write_entry(work, "erase", "source", source.id, canonical(listed))
    with db.reading(engine) as connection:
        key = db.as_key(connection, entry)
    tamper(engine, "UPDATE journal_value SET value = :v, salt = :s WHERE journal_id = :e", v=b"{}", s=b"salt", e=key)
    (problem,) = verify(engine).problems
    assert "was tampered with" in problem


def test_an_erasure_that_was_tampered_with_does_not_count(engine: Engine, source: Source) -> None:
    with writing(engine, "Amal", "asked to be forgotten") as work:
        journal.erase(work, work.get(Source, source.id), ["note"])
        erasure = work.entries[-1]
    with db.reading(engine) as connection:
        key = db.as_key(connection, erasure)
    forged = canonical({"erased_columns": ["note"], "entries": {}})
    tamper(engine, "UPDATE journal_value SET value = :v WHERE journal_id = :e", v=forged, e=key)
    verdict = verify(engine)
    assert (verdict.erased, len(verdict.problems)) == (0, 4)  # itself, and the three that it no longer excuses
    another = canonical({"erased_columns": ["note"], "entries": {str(erasure): commit(b"salt", b"{}").hex()}})
    tamper(engine, "UPDATE journal_value SET value = :v WHERE journal_id = :e", v=another, e=key)
    assert verify(engine).problems == verdict.problems


def test_an_erasure_that_came_before_does_not_count(
    engine: Engine, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can excuse in advance what a later entry will lose."""
    later = uuid.UUID(int=7)
    with writing(engine, "Mallory", "forged") as work:
        listed = {"erased_columns": ["note"], "entries": {str(later): commit(b"salt", b"{}").hex()}}
        write_entry(work, "erase", "source", source.id, canonical(listed))
        ids = iter([later, uuid.UUID(int=8)])
        monkeypatch.setattr(keys, "new_id", lambda: next(ids))
        write_entry(work, "update", "source", source.id, image(source))
    with db.reading(engine) as connection:
        key = db.as_key(connection, later)
    tamper(engine, "UPDATE journal_value SET value = :v, salt = :s WHERE journal_id = :e", v=b"{}", s=b"salt", e=key)
    (problem,) = verify(engine).problems
    assert "was tampered with" in problem


@pytest.mark.parametrize("column", ["id", "ref", "version", "kind_code", "is_anonymous", "nonsense"])
def test_what_a_record_cannot_be_without_is_not_erased(engine: Engine, source: Source, column: str) -> None:
    before = verify(engine)
    with pytest.raises(InvalidValue), writing(engine, "Amal", "test") as work:
        journal.erase(work, work.get(Source, source.id), [column])
    assert verify(engine) == before


def test_forget_says_so_while_somebody_reads(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(sqlite_engine, "Amal", "test") as work:
        factories.make_place(work)
    with db.reading(sqlite_engine) as connection:
        connection.execute(text("SELECT count(*) FROM place"))
        with writing(sqlite_engine, "Amal", "test") as work:
            factories.make_place(work)
        monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 1)
        hasty = db.connect(str(sqlite_engine.url))
        with pytest.raises(RegistryError, match="another program holds"):
            db.forget(hasty)
        hasty.dispose()
    db.forget(sqlite_engine)


def test_rows_without_a_ref_are_erased_by_table_and_id(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        row = factories.make(work, Attribution, words="Ahmad says", attack_id=factories.make_attack(work).id)
        figure = factories.make(
            work, Figure, attack_id=factories.make_attack(work).id, reason="Ahmad says", decided_by="Amal"
        )
    with writing(engine, "Amal", "request of 3 June") as work:
        assert erasing.erase(work, f"attribution:{row.id}", ["words"]) == 1
        assert erasing.erase(work, f"figure:{figure.id}", ["reason"]) == 1
        for wanted in ("journal", "code", "attribution_"):
            with pytest.raises(InvalidValue, match="is not a table of records"):
                erasing.erase(work, f"{wanted}:{row.id}", ["words"])
        with pytest.raises(InvalidValue, match="not the id of a row"):
            erasing.erase(work, "attribution:12", ["words"])
        with pytest.raises(NotFound):
            erasing.erase(work, f"attribution:{figure.id}", ["words"])
    with db.reading(engine) as connection:
        assert connection.execute(text("SELECT words FROM attribution")).scalar() is None
        assert connection.execute(text("SELECT reason FROM figure")).scalar() == "[erased]"
        assert not connection.execute(text("SELECT value FROM journal_value")).scalars().all()[0].count(b"Ahmad")
        assert journal.verify(connection).problems == ()


_UNSEEN: dict[str, Any] = {
    "built update": update(Source.__table__).values(note="x"),  # type: ignore[attr-defined]
    "built delete": delete(Source.__table__),  # type: ignore[attr-defined]
    "built insert": insert(Source.__table__).values(kind_code="witness"),  # type: ignore[attr-defined]
    "update": text("UPDATE source SET note = 'x'"),
    "delete": text("/* why */ delete from source"),
    "insert": text("INSERT INTO source (id) VALUES ('1')"),
    "within": text("WITH gone AS (SELECT 1) DELETE FROM source_name"),
}


@pytest.mark.parametrize("how", _UNSEEN)
def test_statements_behind_the_journal_are_refused(engine: Engine, how: str) -> None:
    with writing(engine, "Amal\x00\u202e", "test") as work:
        factories.make_source(work)
        for execute in (work.session.execute, work.session.connection().execute):
            with pytest.raises(RegistryError, match="the journal would not see"):
                execute(_UNSEEN[how])
    with db.reading(engine) as connection:
        assert journal.verify(connection).problems == ()
        assert {entry["by"] for entry in journal.show(connection)} == {"Amal"}
