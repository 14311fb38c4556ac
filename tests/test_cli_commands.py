"""The commands that are no `add`, `list`, `show` or `edit`."""

import json
import sqlite3
from pathlib import Path

from tests import calling
from tests.calling import Call, added, furnish, one_line

both, call, here = calling.both, calling.call, calling.here  # fixtures


def test_init_makes_a_registry_once_and_says_what_comes_next(call: Call, tmp_path: Path) -> None:
    said = call("--database", "field.db", "init", "--node", "Gaziantep laptop")
    assert (said.code, said.out) == (0, "")
    assert str(tmp_path / "field.db") in said.err
    assert "registry place add" in said.err
    assert "is up to date" in call("--database", "field.db", "init").err
    status = json.loads(call("--database", "field.db", "db", "status", "--format", "json").out)
    assert (status["node"], status["to_do"]) == ("Gaziantep laptop", None)


def test_status_check_and_upgrade_on_both_engines(both: Call, database_url: str) -> None:
    status = json.loads(both("db", "status", "--format", "json").out)
    assert status["engine"].startswith("SQLite" if database_url.startswith("sqlite") else "PostgreSQL")
    assert status["revision"] == status["newest_revision"]
    assert {row["noun"]: row["records"] for row in status["holds"]}["place"] == 0
    assert both("db", "check").code == 0
    assert json.loads(both("db", "check", "--format", "json").out) == []
    assert "0 steps" in both("db", "upgrade", "--dry-run").err
    assert both("db", "upgrade").code == 0


def test_a_password_is_not_shown(call: Call) -> None:
    said = call("--database", "postgresql://registry:secret@127.0.0.1:1/none", "db", "status")
    assert "secret" not in one_line(said, 1)


def test_check_tells_what_is_wrong_and_what_to_do(here: Call, sqlite_database: str) -> None:
    with sqlite3.connect(sqlite_database.removeprefix("sqlite:///")) as connection:
        connection.execute("DROP VIEW v_place")
    connection.close()
    said = here("db", "check")
    assert said.code == 1
    assert "the view v_place is missing" in said.out
    assert "registry db upgrade" in said.out
    assert here("db", "upgrade").code == 0
    assert here("db", "check").code == 0


def test_code_lists_are_listed_and_shown(call: Call) -> None:
    assert "facility_type" in call("code", "list").out
    listed = json.loads(call("code", "list", "facility_type", "--format", "json").out)
    assert {"code", "label_en", "label_ar", "label_fr", "definition", "source", "sector"} <= set(listed[0])
    shown = json.loads(call("code", "show", "facility_type", "hospital", "--format", "json").out)
    assert shown["label_ar"]
    assert shown["narrower"]
    assert {mapping["scheme"] for mapping in shown["mappings"]}
    assert "did you mean 'hospital'" in one_line(call("code", "show", "facility_type", "hospitl"), 3)
    assert "did you mean 'facility_type'" in one_line(call("code", "list", "facility_typ"), 3)


def test_the_journal_tells_who_changed_what(here: Call) -> None:
    furnish(here)
    ref = added(here, "source")
    here("--as", "Basel", "source", "edit", ref, "--reliability", "B", "--why", "Review")
    shown = here("journal", "show", ref).out
    assert "Basel" in shown
    assert "reliability: (empty) → B" in shown
    assert "Review" in shown
    assert len(json.loads(here("journal", "show", "--by", "Basel", "--format", "json").out)) == 1
    assert json.loads(here("journal", "show", "--since", "2999-01-01", "--format", "json").out) == []


def test_verify_ends_with_1_when_something_was_altered(here: Call, sqlite_database: str) -> None:
    furnish(here)
    verdict = json.loads(here("journal", "verify", "--format", "json").out)
    assert verdict["problems"] == []
    assert here("journal", "verify", "--noted", verdict["heads"][0]["hash"]).code == 0
    assert here("journal", "verify", "--noted", "00" * 32).code == 1
    with sqlite3.connect(sqlite_database.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE source SET note = 'altered' WHERE id = (SELECT min(id) FROM source)")
    connection.close()
    said = here("journal", "verify")
    assert said.code == 1
    assert "Problem" in said.out


def test_erase_removes_a_name_for_good(here: Call, sqlite_database: str) -> None:
    ref = here("source", "add", "--name", "Unmistakable Name", "--kind", "monitoring_group", "--note", "lives here").out
    said = here("journal", "erase", ref.strip(), "name", "note", "--why", "Request 12", "--yes")
    assert said.code == 0, said
    file = Path(sqlite_database.removeprefix("sqlite:///"))
    held = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert b"Unmistakable" not in held
    assert b"lives here" not in held
    assert here("journal", "verify").code == 0
    assert one_line(here("journal", "erase", ref.strip(), "kind_code", "--why", "x", "--yes"), 2)
    assert "missing option '--why'" in one_line(here("journal", "erase", ref.strip(), "note"), 2)


def test_reports_are_linked_and_files_attached(here: Call, tmp_path: Path) -> None:
    furnish(here)
    first = added(here, "report")
    second = here("report", "add", "--publisher", "Other", "--title", "Copy", "--cites", first).out.strip()
    assert here("report", "link", second, "republishes", first).code == 0
    assert "recorded already" in one_line(here("report", "link", second, "republishes", first), 4)
    (tmp_path / "page.html").write_text("<p>")
    assert here("report", "attach", second, "page.html", "--tool", "wget").code == 0
    shown = json.loads(here("report", "show", second, "--format", "json").out)
    assert {link["kind"] for link in shown["links"]} == {"cites", "republishes"}
    assert shown["files"][0]["file_name"] == "page.html"


def test_the_status_of_a_facility_is_recorded_and_its_candidates_found(here: Call) -> None:
    furnish(here)
    ref = added(here, "facility")
    said = here("facility", "status", ref, "--when", "5 May 2019", "--functionality", "non_functioning")
    assert said.code == 0, said
    shown = json.loads(here("facility", "show", ref, "--format", "json").out)
    assert shown["status"][0]["functionality"] == "non_functioning"
    found = json.loads(here("facility", "candidates", "clinic a", "--format", "json").out)
    assert [row["ref"] for row in found] == [ref]
