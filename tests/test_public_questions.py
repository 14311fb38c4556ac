"""The saved questions for the public: its extract answers them; `registry browse` and the command line show them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registry import db
from registry.services import extracts, questions, releasing
from registry.services.browsing import telling
from registry.services.work import writing
from registry.sitrep.values import Audience
from tests import calling
from tests.calling import Call, one_line
from tests.test_canaries import refs_of

call = calling.call  # a fixture

WEEK = ("2019-05-06", "2019-05-12")
BOTH = "Kwgovernorate, Second"
ANSWERS = {
    "public-attacks-by-area": [("SYR", BOTH, 2, WEEK[0], WEEK[0])],
    "public-attacks-by-grade": [("single_origin", 1), ("unassessed", 1)],
    "public-attacks-by-month": [("2019-05", 2)],
    "public-attacks-by-type": [("health", 1)],
    "public-claims": [],
}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def asked(connection: sqlite3.Connection, name: str, **given: str) -> list[tuple[object, ...]]:
    question = questions.question(name)
    values = {key: str(value) for key, value in question.values(given).items()}
    return connection.execute(question.sql, values).fetchall()


def test_the_extract_answers_every_one(marked: Engine) -> None:
    with writing(marked, "Amal", "agreed") as work:
        releasing.release(work, "attack", refs_of(marked)["attack"][0])
    with closing(sqlite3.connect(extracts.extract(marked, "public"))) as connection:
        assert {one.name: asked(connection, one.name) for one in questions.questions("public")} == ANSWERS
        assert asked(connection, "public-attacks-by-month", area=BOTH) == [("2019-05", 2)]
        assert asked(connection, "public-attacks-by-month", area="Second") == []
        assert asked(connection, "public-attacks-by-month", first="2019-05-07") == []
        measures = [row[0] for row in connection.execute("SELECT measure FROM v_claim")]
        assert [len(asked(connection, "public-claims", measure=one)) for one in measures] == [1]


def queries(engine: Engine, audience: Audience) -> dict[str, list[tuple[object, ...]]]:
    """The answers to what Datasette is told to offer, where no parameter is filled in."""
    with closing(sqlite3.connect(extracts.extract(engine, audience))) as connection:
        telling.prepare(connection)
        told = telling.metadata(connection, audience, "")["databases"][audience]["queries"]
        return {
            name: connection.execute(query["sql"], dict.fromkeys(query["params"])).fetchall()
            for name, query in told.items()
        }


def test_datasette_is_told_of_them_and_of_no_other(sqlite_marked: str) -> None:
    engine = db.connect(sqlite_marked)
    assert queries(engine, "public") == ANSWERS
    assert not queries(engine, "partner").keys() & ANSWERS.keys()
    engine.dispose()


def test_the_command_line_lists_asks_and_exports_them(call: Call, sqlite_marked: str) -> None:
    def said(*arguments: str) -> str:
        done = call("--database", sqlite_marked, *arguments)
        assert done.code == 0, done
        return done.out

    listed = json.loads(said("sql", "--list", "--audience", "public", "--format", "json"))
    assert [one["name"] for one in listed] == sorted(ANSWERS)
    name = ("sql", "--name", "public-attacks-by-area", "--audience", "public", "--format", "csv")
    assert said(*name).splitlines()[1] == f'SYR,"{BOTH}",2,{WEEK[0]},{WEEK[0]}'
    said("export", "csv", "public-attacks-by-area", "--to", "out")
    assert f'"{BOTH}",2' in Path("out/public-attacks-by-area.csv").read_text(encoding="utf-8")
    refused = call("--database", sqlite_marked, "export", "csv", "public-claims", "--audience", "partner", "--to", "no")
    assert "no view or question 'public-claims'" in one_line(refused, 3)
