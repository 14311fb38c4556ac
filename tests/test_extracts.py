"""What an audience may see, as a file: nothing restricted is in it, and it is made anew when something changed."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from registry import db
from registry.errors import NotFound
from registry.models.happened import AttackCreate
from registry.services import attacks, extracts, releasing
from registry.services.schema import view_files
from registry.services.work import writing
from registry.sitrep.values import Audience
from tests import canaries
from tests.test_canaries import allowed, forbidden, leaks, refs_of

OUTSIDE: tuple[Audience, ...] = ("partner", "public")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def everything_in(file: Path) -> str:
    """All that the file holds, in its tables and in its bytes."""
    with closing(sqlite3.connect(file)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        cells = [str(row) for name in names for row in connection.execute(f'SELECT * FROM "{name}"')]
    return canaries.squeezed(" ".join(cells)) + canaries.squeezed(file.read_bytes().decode("utf-8", "ignore"))


def table(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("audience", OUTSIDE)
def test_nothing_restricted_is_in_an_extract(marked: Engine, audience: Audience) -> None:
    refs = refs_of(marked)
    held = everything_in(extracts.extract(marked, audience))
    assert leaks(held, forbidden(audience, refs)) == []
    # The public extract holds what was said of areas alone; this spokesperson spoke of one attack.
    expected = {
        what: word for what, word in allowed(audience, refs).items() if (audience, what) != ("public", "spokesperson")
    }
    assert set(expected) - set(leaks(held, expected)) == set()


@pytest.mark.parametrize("audience", OUTSIDE)
def test_it_is_made_anew_when_the_journal_has_moved_and_not_before(marked: Engine, audience: Audience) -> None:
    refs = refs_of(marked)
    file = extracts.extract(marked, audience)
    made = file.stat().st_mtime_ns
    assert extracts.extract(marked, audience).stat().st_mtime_ns == made
    with writing(marked, "Amal", "agreed") as work:
        releasing.release(work, "attack", refs["attack"][0])
    assert extracts.extract(marked, audience).stat().st_mtime_ns > made


def test_a_file_that_is_no_extract_any_more_is_made_anew(marked: Engine) -> None:
    file = extracts.extract(marked, "partner")
    file.write_bytes(b"half a file")
    assert table(extracts.extract(marked, "partner"), "SELECT count(*) FROM v_attack") == [(2,)]


def test_its_owner_alone_reads_it_and_nothing_else_is_left(marked: Engine) -> None:
    file = extracts.extract(marked, "public")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir() if "extract" in path.name] == [file.name]


def test_erasing_removes_it(marked: Engine) -> None:
    file = extracts.extract(marked, "partner")
    extracts.forget(marked)
    assert not file.exists()


def test_colleagues_have_the_views_and_no_table_beneath_them(marked: Engine) -> None:
    file = extracts.extract(marked, "internal")
    names = {name for (name,) in table(file, "SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert names == {*(view_files().keys() - {"v_change"}), "about_extract", "sqlite_stat1"}
    for view in names - {"about_extract", "sqlite_stat1"}:
        with db.reading(marked) as connection:
            held = connection.execute(text(f"SELECT count(*) FROM {view}")).scalar()
        assert table(file, f"SELECT count(*) FROM {view}") == [(held,)], view
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_columns_have_the_type_of_what_they_hold_and_keys_point(marked: Engine) -> None:
    file = extracts.extract(marked, "partner")
    kinds = {str(row[1]): (row[2], row[5]) for row in table(file, "PRAGMA table_info(v_attack)")}
    assert kinds["id"] == ("TEXT", 1)
    assert (kinds["occurred_from_on"], kinds["killed_low"], kinds["is_counted"]) == (
        ("TEXT", 0), ("INTEGER", 0), ("INTEGER", 0)
    )  # fmt: skip
    assert ("v_attack", "attack_id", "id") in [row[2:5] for row in table(file, "PRAGMA foreign_key_list(v_claim)")]


def test_a_registry_must_be_there(tmp_path: Path) -> None:
    engine = db.connect(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(NotFound):
        extracts.extract(engine, "public")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("audience", ["internal", "partner", "public"])
def test_a_connection_for_reading_cannot_write(marked: Engine, audience: Audience) -> None:
    with extracts.reading(marked, audience) as connection:
        assert connection.execute(text("SELECT count(*) FROM v_attack")).scalar() == (0 if audience == "public" else 2)
        with pytest.raises(DBAPIError, match=r"read-?only|read only|no such table"):
            connection.execute(text("DELETE FROM attack" if audience == "internal" else "DELETE FROM v_attack"))
    with writing(marked, "Amal", "still possible") as work:
        attacks.add(work, AttackCreate(when="2019-05-09", place="Kwvillage"))


def test_the_public_reads_counts_by_week_and_the_attacks_that_were_released(marked: Engine) -> None:
    refs = refs_of(marked)
    with writing(marked, "Amal", "agreed") as work:
        releasing.release(work, "attack", refs["attack"][0])
    file = extracts.extract(marked, "public")
    # Without a census the two governorates are one group; both attacks are of the week of 6 May.
    weeks = "SELECT area, from_on, to_on, grade, attacks FROM v_area_week ORDER BY grade"
    of = ("Kwgovernorate, Second", "2019-05-06", "2019-05-12")
    assert table(file, weeks) == [(*of, "single_origin", 1), (*of, "unassessed", 1)]
    assert table(file, "SELECT facility_type, attacks FROM v_area_week_type") == [("health", 1)]
    assert table(file, "SELECT area, title FROM v_attack") == [(of[0], "kwattacktitle")]
    assert table(file, "SELECT area, speaker, low FROM v_claim") == [("Kwgovernorate", "Kworganisation", 4)]
    assert table(file, "SELECT name FROM v_source") == [("Kworganisation",)]
