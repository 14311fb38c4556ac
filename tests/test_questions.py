"""The saved questions, on both engines, against answers that were counted by hand (`tests/counted.py`)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from registry import db, paths
from registry.errors import InvalidValue, NotFound
from registry.models.happened import Attack, Situation
from registry.services import questions
from registry.services.questions import Question
from registry.services.work import Work
from tests import counted

ALL = questions.questions()
IDLIB = ("Idlib", "Ariha", "Nahliya")
# The attacks by the names that `counted` gives them; times are left out.
ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "accusations": [
        ("Russian air force", "Middle East Eye", False, 1),
        ("Syrian government forces", "AFP", False, 1),
        ("Syrian government forces", "Middle East Eye", False, 1),
    ],
    "attacks-by-facility-type": [
        ("education", "school", 1, 1, 0),
        ("health", "hospital", 1, 0, 1),
        ("health", "hospital_general", 2, 1, 0),
    ],
    "attacks-by-grade": [("unassessed", 5, 0), ("single_origin", 1, 1)],
    "attacks-by-week-and-type": [
        ("2019-04-29", "bombardment", 1),
        ("2019-06-03", "air_strike", 1),
        ("2019-06-03", "shelling", 1),
        ("2019-07-08", "air_strike", 2),
        (None, "shelling", 1),
    ],
    "attacks-without-a-number": [
        ("Basamis", "2019-05-04", "Basamis", "bombardment", "not_reported", 1),
        ("second", "2019-06-05", "Nahliya", "shelling", None, 1),
    ],
    "changes-to-an-attack": [
        ("Amal", "test", "insert", "attack", "withdrawn"),
        ("Amal", "test", "update", "attack", "withdrawn"),  # harm is recorded now
        ("Amal", "test", "update", "attack", "withdrawn"),
    ],
    "claims-on-an-attack": [
        ("Monitor", None, "Gazette", "killed", None, "exactly", 5, 5, None, None),
        ("Rescue", None, "Gazette", "killed", None, "more_than", 7, None, None, None),
    ],
    "facilities-hit-again": [
        ("Al-Nour Hospital", "hospital_general", "Ariha", 2, "2019-06-03", "2019-06-05", "non_functioning")
    ],
    "facilities-hit-most": [("hospital", "Al-Nour Hospital", "hospital_general", "Nahliya", 2)],
    "facilities-in-a-box": [
        ("hospital", "Al-Nour Hospital", "hospital_general", 35.8, 36.6, 2, "non_functioning"),
    ],
    "facilities-out-of-service": [
        ("Al-Nour Hospital", "hospital_general", "Ariha", "non_functioning", "2019-06-10", 2),
    ],
    "facility-timeline": [
        ("2015-01-01", "2015-01-01", "opened", None, None, None, None, None),
        ("2019-06-03", "2019-06-03", "attack", "first", "single_origin", "damaged", None, "closed"),
        ("2019-06-05", "2019-06-05", "attack", "second", "unassessed", "damaged", None, None),
        ("2019-06-10", "2019-06-10", "status", None, None, None, None, "non_functioning"),
    ],
    "figures-in-force": [
        ("displaced", None, 130_000, "more_than", 130_000, "more_than", None, None, 1, "range"),
        ("facilities_hit", None, 4, "exactly", 4, "exactly", 4, "exactly", 1, "range"),
        ("killed", None, 30, "more_than", 67, "at_least", None, None, 3, "range"),
    ],
    "latest-attacks": [
        ("perhaps", "2019-07-11", "2019-07-11", *IDLIB, "air_strike", "unassessed", 1, 1),
        ("tap", "2019-07-10", "2019-07-10", *IDLIB, "air_strike", "unassessed", 5, 5),
        ("strike 1", "2019-07-10", "2019-07-10", *IDLIB, "air_strike", "unassessed", 2, 2),
        ("strike 2", "2019-07-10", "2019-07-10", *IDLIB, "air_strike", "unassessed", 3, 3),
        ("between", "2019-06-20", "2019-07-02", *IDLIB, "shelling", "unassessed", None, 9),
        ("second", "2019-06-05", "2019-06-05", *IDLIB, "shelling", "unassessed", None, None),
        ("first", "2019-06-03", "2019-06-03", *IDLIB, "air_strike", "single_origin", 5, None),
        ("Basamis", "2019-05-04", "2019-05-04", "Idlib", None, "Basamis", "bombardment", "unassessed", None, None),
    ],
    "perhaps-the-same": [
        ("tap", "2019-07-10", "Nahliya", "air_strike", 5),
        ("perhaps", "2019-07-11", "Nahliya", "air_strike", 1),
    ],
    "rates-by-census": [
        (2019, "education", 1, 1, None, None, None),
        (2019, "health", 3, 1, None, None, None),
        (2019, "hospital", 3, 1, 4, "2019-01-01", 75.0),
        (2019, "hospital_general", 2, 1, None, None, None),
        (2019, "school", 1, 1, None, None, None),
    ],
    "reports-by-publisher": [("Gazette", False, 1, 8), ("Middle East Eye", False, 1, 20)],
    "totals-by-governorate": [("SYR", "Idlib", "SY07", 8, 6, None, 4)],
    "totals-by-month": [
        ("2019-05", 1, None, None, 1, None, None, 1),
        ("2019-06", 2, 5, None, 1, 4, None, 1),
        ("2019-07", 2, 1, 6, 0, None, None, 2),  # perhaps one attack: at least the lesser number
    ],
    "waiting-for-assessment": [
        ("Kafr Ein", None, "Kafr Ein", 1, 1),
        ("Basamis", "2019-05-04", "Basamis", 1, 1),
        ("second", "2019-06-05", "Nahliya", 1, 1),
        ("between", "2019-06-20", "Nahliya", 1, 1),
        ("perhaps", "2019-07-11", "Nahliya", 1, 1),
        ("undated", None, "Nahliya", 0, 0),
        ("tap", "2019-07-10", "Nahliya", 0, 0),
    ],
}
# Of the founding case: each of three tolls against the two others and two "dozens"; "thousands" twice against 130,000.
KILLED = {"Syrian Civil Defence": 30, "Ahmad al-Dbis": 50, "Syrian Observatory for Human Rights": 67}


def ask(connection: Connection, question: Question, **given: str) -> list[tuple[Any, ...]]:
    rows = connection.execute(text(question.sql), question.values(given)).all()
    return [tuple(str(value) if isinstance(value, date) else value for value in row) for row in rows]


def named(work: Work, rows: list[tuple[Any, ...]], found: dict[str, Attack]) -> list[tuple[Any, ...]]:
    refs = {attack.ref: name for name, attack in found.items()}
    founding = "SELECT ref, place FROM v_attack WHERE place IN ('Basamis', 'Kafr Ein')"
    refs |= {row["ref"]: row["place"] for row in db.every(_connection(work), founding)} | {hospital(work): "hospital"}
    return [tuple(refs.get(value, value) if isinstance(value, str) else value for value in row) for row in rows]


def hospital(work: Work) -> str:
    return str(db.every(_connection(work), "SELECT ref FROM v_facility WHERE name = 'Al-Nour Hospital'")[0]["ref"])


def _connection(work: Work) -> Connection:
    return work.session.connection()


def given(work: Work, found: dict[str, Attack]) -> dict[str, dict[str, str]]:
    """What the questions about one record are asked of."""
    (situation,) = work.find_all(Situation)
    return {
        "changes-to-an-attack": {"attack": found["withdrawn"].ref},
        "claims-in-conflict": {"about": situation.ref},
        "claims-on-an-attack": {"attack": found["first"].ref},
        "facility-timeline": {"facility": hospital(work)},
        "figures-in-force": {"about": situation.ref},
    }


def test_every_question_gives_what_was_counted_by_hand(work: Work) -> None:
    found = counted.enter(work)
    about = given(work, found)
    for question in ALL:
        rows = named(work, ask(_connection(work), question, **about.get(question.name, {})), found)
        if question.name == "changes-to-an-attack":
            rows = [row[1:] for row in rows]
        if question.name == "latest-attacks":  # of one day they come by their refs, which are made by chance
            rows.sort(key=ANSWERS[question.name].index)
        if question.name in ANSWERS:
            assert rows == ANSWERS[question.name], question.name
    assert {question.name for question in ALL} - ANSWERS.keys() == {"claims-in-conflict", "sources-by-claims"}


def test_who_contradicts_whom_in_the_founding_case(work: Work) -> None:
    about = given(work, counted.enter(work))["claims-in-conflict"]
    rows = ask(_connection(work), questions.question("claims-in-conflict"), **about)
    pairs = {frozenset(((row[1], row[3]), (row[5], row[7]))) for row in rows if row[0] == "killed"}
    tolls = [*KILLED.items()]
    vague = [("Sources in the area", None), ("An activist group", None)]
    among = {frozenset((one, other)) for one in tolls for other in tolls if one != other}
    assert pairs == among | {frozenset((toll, other)) for toll in tolls for other in vague}
    compared = {frozenset((row[1], row[5])) for row in rows if row[-1]}
    assert compared == {frozenset((one, other)) for one in KILLED for other in KILLED if one != other}
    assert len([row for row in rows if row[0] == "displaced"]) == 2


def test_who_says_most(work: Work) -> None:
    counted.enter(work)
    rows = ask(_connection(work), questions.question("sources-by-claims"), most="2")
    assert rows == [("Monitor", 7, 1), ("UN regional humanitarian coordinator", 4, 1)]


def test_every_question_can_be_asked_as_it_stands(engine: Engine) -> None:
    with db.reading(engine) as connection:
        for question in ALL:
            assert ask(connection, question) == [], question.name


def test_there_are_twenty_and_more_and_each_says_what_it_answers() -> None:
    assert len(ALL) >= 20
    for question in ALL:
        assert question.answers.endswith("."), question.name
        for parameter in question.parameters:
            assert f":{parameter.name}" in question.sql, question.name


def test_a_parameter_is_read_by_its_kind() -> None:
    question = questions.question("attacks-by-week-and-type")
    assert question.values({"area": "SY05", "last": "2019-06-30"}) == {
        "area": "SY05",
        "first": date(2019, 1, 1),
        "last": date(2019, 6, 30),
    }
    with pytest.raises(InvalidValue, match="last: 'June' is no date; give it as 2019-05-04"):
        question.values({"last": "June"})
    with pytest.raises(NotFound, match="no parameter 'place'; did you mean 'area' or 'first' or 'last'"):
        question.values({"place": "SY05"})
    with pytest.raises(NotFound, match="no question 'nothing'; see `registry sql --list`"):
        questions.question("nothing")


def test_a_parameter_in_another_form_is_a_mistake_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "wrong.sql").write_text("-- What.\n-- :area = SY07\nSELECT 1\n")
    monkeypatch.setattr(paths, "QUERIES", tmp_path)
    with pytest.raises(ValueError, match=r"wrong.sql declares a parameter in another form"):
        questions.questions()
