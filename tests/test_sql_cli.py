"""`registry sql` as a person uses it: arguments, saved questions, formats, files, the prompt."""

import csv
import io
import json
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from sqlalchemy import text

from registry import db
from tests import calling
from tests.calling import Call, one_line
from tests.conftest import migrated

call, here, both = calling.call, calling.here, calling.both  # fixtures
ROOT = Path(__file__).parent.parent


@pytest.fixture
def asks(call: Call, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Call]:
    """Calls of `registry sql` on a registry with two attacks."""
    with migrated("sqlite", tmp_path, request, "marked") as url:
        yield lambda *arguments, stdin=b"": call("--database", url, "sql", *arguments, stdin=stdin)


def test_a_question_is_answered_in_each_form(asks: Call) -> None:
    sql = "SELECT place, count(*) AS n, 1 AS n, -33.5 AS lon FROM v_attack GROUP BY place"
    assert asks(sql).out.split() == ["place", "n", "n_2", "lon", "Kwvillage", "2", "1", "-33.5"]
    assert list(csv.reader(io.StringIO(asks(sql, "--format", "csv").out))) == [
        ["place", "n", "n_2", "lon"],
        ["Kwvillage", "2", "1", "-33.5"],
    ]
    assert json.loads(asks(sql, "--format", "json").out) == [{"place": "Kwvillage", "n": 2, "n_2": 1, "lon": -33.5}]
    assert asks(sql, "--format", "md").out.splitlines()[-1] == "| Kwvillage | 2 | 1 | -33.5 |"


def test_markdown_and_spreadsheets_take_nothing_for_their_own(asks: Call) -> None:
    sql = "SELECT '=1+1' AS a, '|*x*' AS b"
    assert "'=1+1" in asks(sql, "--format", "csv").out
    assert asks(sql, "--format", "md").out.splitlines()[-1] == "| =1+1 | \\|\\*x\\* |"


def test_parquet_keeps_the_types(asks: Call, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow.parquet")
    sql = (
        "SELECT NULL AS low, 1 AS n, 'a' AS t, occurred_from_on, is_released, 1.5 AS f FROM v_attack "
        "UNION ALL SELECT 7, 2.5, 'b', NULL, NULL, 2"
    )
    assert asks(sql, "--format", "parquet", "--out", str(tmp_path / "x.parquet")).code == 0
    found = pyarrow.read_table(tmp_path / "x.parquet")
    kinds = ["int64", "double", "string", "date32[day]", "bool", "double"]
    assert [str(field.type) for field in found.schema] == kinds
    assert found.column("low").to_pylist() == [None, None, 7]


def test_a_file_is_there_whole_or_not_at_all(asks: Call, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert asks("SELECT ref FROM v_attack", "--format", "csv", "--out", str(out)).err == f"Wrote {out}.\n"
    assert len(out.read_text(encoding="utf-8").splitlines()) == 3
    kept = out.read_bytes()
    assert asks("SELECT nowhere FROM v_attack", "--format", "csv", "--out", str(out)).code == 3
    assert out.read_bytes() == kept
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_views_of_another_version_are_not_read_before_an_upgrade(both: Call, database_url: str) -> None:
    """What they count may be reckoned otherwise now. A registry that an earlier version made has no note of its own."""
    asked = (
        ("sql", "SELECT count(*) FROM v_place"),
        ("sql", "SELECT count(*) FROM v_area_week", "--audience", "public"),
        ("export", "csv", "v_place", "--audience", "internal", "--to", "internal"),
        ("export", "csv", "v_area_week", "--to", "public"),
    )
    engine = db.connect(database_url)
    for spoilt in ("UPDATE derived SET digest = 'other' WHERE kind = 'views'", "DROP TABLE derived"):
        with db.for_writing(engine).begin() as connection:
            connection.execute(text(spoilt))
        for question in asked:
            assert "of another version of the program; run `registry db upgrade`" in one_line(both(*question), 1)
        assert "another version" in both("db", "check").out
        assert both("db", "upgrade").code == 0
    engine.dispose()
    assert [both(*question).code for question in asked] == [0, 0, 0, 0]


def test_a_saved_question_takes_parameters(both: Call) -> None:
    listed = json.loads(both("sql", "--list", "--format", "json").out)
    name = next(row["name"] for row in listed if row["name"] == "facilities-hit-most")
    assert both("sql", "--name", name, "--set", "least=1", "--format", "csv").out.startswith("ref,name,type")
    assert "least" in one_line(both("sql", "--name", name, "--set", "least=x"), 2)
    assert "parameter" in one_line(both("sql", "--name", name, "--set", "lest=1"), 3)
    assert "sql --list" in one_line(both("sql", "--name", "nothing"), 3)


def test_standard_input_and_values(asks: Call) -> None:
    said = asks("-", "--set", "n=2", "--set", "code=07", "--format", "csv", stdin="SELECT :n + 1, :code, 'é'".encode())
    assert said.out.splitlines()[1] == "3,07,é"
    assert "not UTF-8" in one_line(asks("-", stdin=b"SELECT '\xff'"), 2)
    assert "there is no question" in one_line(asks("-", stdin=b""), 2)


def test_what_is_wrong_ends_with_its_exit_code(asks: Call, call: Call) -> None:
    assert one_line(asks(), 2).startswith("question: give a SELECT")
    assert one_line(asks("SELECT 1", "--name", "x"), 2).startswith("question: give a SELECT")
    said = asks("SELECT 1 FORM v_attack")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[1:] == ["  SELECT 1 FORM v_attack", "                ^"]
    assert "did you mean 'v_claim'" in one_line(asks("SELECT * FROM v_clam"), 3)
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    assert "--timeout" in one_line(asks(endless, "--timeout", "0.3"), 1)
    assert "registry init" in one_line(call("--database", "none.db", "sql", "SELECT 1"), 3)
    assert not Path("none.db").exists()


def test_a_table_stops_at_a_thousand_rows_and_csv_does_not(asks: Call) -> None:
    many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2500) SELECT x FROM n"
    said = asks(many)
    assert (len(said.out.splitlines()), "more than 1,000 rows" in said.err) == (1001, True)
    assert len(asks(many, "--format", "csv").out.splitlines()) == 2501
    assert len(asks(many, "--limit", "2000").out.splitlines()) == 2001
    assert "--format csv" in one_line(asks(many, "--limit", "10001"), 2)


def test_the_public_reads_its_extract(asks: Call) -> None:
    found = asks("SELECT area, attacks FROM v_area_week", "--audience", "public", "--format", "csv").out
    assert found.splitlines()[1:] == ['"Kwgovernorate, Second",1', '"Kwgovernorate, Second",1']
    assert "'facility'" in one_line(asks("SELECT * FROM facility", "--audience", "public"), 3)


def test_a_prompt_answers_completes_and_keeps_its_history_to_itself(asks: Call, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "120"}
    environment["XDG_STATE_HOME"] = str(tmp_path / "state")
    command = ["-m", "registry", "--database", str(tmp_path / "registry.db"), "sql"]
    shell = pexpect.spawn(sys.executable, command, env=environment, encoding="utf-8", timeout=30, dimensions=(40, 120))
    shell.delaybeforesend = 0.1
    shell.expect("Tab completes")
    shell.send("SELECT count(*) + 2040 AS found\r")
    shell.expect(re.escape("...>"))
    shell.send("FROM v_attack_fac")
    shell.expect("v_attack_facility")  # is offered below
    shell.send("ility;\r")
    shell.expect("2042")
    shell.send("SELECT nowhere FROM v_attack;\r")
    shell.expect("no column 'nowhere'")
    shell.send("\\d v_hit_again\r")
    shell.expect("v_hit_again: [a-z_]+, ")
    shell.send("\\d nothing\r")
    shell.expect("no table 'nothing'")
    shell.send("\\x\r")
    shell.expect("Tab completes")
    shell.send("\\q\r")
    shell.expect(pexpect.EOF)
    shell.close()
    assert shell.exitstatus == 0
    history = tmp_path / "state" / "registry" / "sql_history"
    assert "SELECT count(*) + 2040 AS found" in history.read_text(encoding="utf-8")
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert asks("SELECT count(*) FROM v_attack", "--format", "csv").out.splitlines()[1] == "2"
