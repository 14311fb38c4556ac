"""`registry match` on both engines: pairs are proposed once, decisions are kept and can be taken back."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pexpect
import pytest
from pypdf import PdfReader
from sqlalchemy import Engine

from registry import db, names
from registry.models.facilities import Facility, FacilityName, FacilityPosition
from registry.models.happened import AttackReport
from registry.models.in_out import ImportBatch, ImportRow
from registry.models.places import PlaceName
from registry.models.who import SourceName
from registry.services.work import Work, writing
from tests import calling
from tests.calling import Call, one_line
from tests.factories import make, make_attack, make_claim, make_figure, make_place, make_report, make_source
from tests.test_cli_terminal import terminal

call, both, here = calling.call, calling.both, calling.here  # fixtures

WORDS = ("Shifa", "Quds", "Nabad", "Zita", "Hass", "Amal", "Rahma", "Zahra", "Latamneh", "Bidama", "Jisr", "Saraqib")
ARABIC = ("الشفاء", "القدس", "نبض", "زيتا", "حاس", "أمل", "رحمة", "زهرة", "لطامنة", "بداما", "جسر", "سراقب")
DAY = date(2019, 5, 5)


class Lists(NamedTuple):
    """Two batches of the same things, in the order of WORDS."""

    batches: tuple[str, str]
    refs: tuple[list[str], list[str]]


def batch(work: Work, file: str, table: str, keys: list[Any]) -> str:
    made = make(work, ImportBatch, file_name=file)
    for number, key in enumerate(keys):
        make(work, ImportRow, batch_id=made.id, row_number=number, target_table=table, target_id=key)
    return made.ref


def facility(work: Work, name: str, number: int, north: float, place: Any) -> Facility:
    made = make(work, Facility, place_id=place)
    make(work, FacilityName, facility_id=made.id, name=name, script=names.script_of(name), folded=names.fold(name))
    where = {"lat": 35.0 + number / 10 + north, "lon": 36.5, "precision_code": "point_10m"}
    make(work, FacilityPosition, facility_id=made.id, **where)
    return made


@pytest.fixture
def facilities(database_url: str) -> Lists:
    return lay_out(database_url)


def lay_out(url: str) -> Lists:
    """Twelve facilities in Latin and in Arabic letters, ten metres apart."""
    with connected(url) as engine, writing(engine, "Amal", "test") as work:
        place = make_place(work, "Idlib", level="governorate").id
        made = [
            [facility(work, word, number, north, place) for number, word in enumerate(words)]
            for words, north in ((WORDS, 0.0), (ARABIC, 0.0001))
        ]
        refs = tuple(
            batch(work, file, "facility", [row.id for row in rows])
            for file, rows in zip(("latin.csv", "arabic.csv"), made, strict=True)
        )
        return Lists((refs[0], refs[1]), ([row.ref for row in made[0]], [row.ref for row in made[1]]))


class connected:  # noqa: N801 -- used as a function
    """An engine that is put away at the end."""

    def __init__(self, url: str) -> None:
        self.engine = db.connect(url)

    def __enter__(self) -> Engine:
        return self.engine

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()


def found(call: Call, *arguments: str) -> list[dict[str, Any]]:
    said = call("match", "find", *arguments, "--format", "json")
    assert said.code == 0, said
    rows: list[dict[str, Any]] = json.loads(said.out)
    return rows


def judgements(url: str) -> list[dict[str, Any]]:
    with connected(url) as engine, db.reading(engine) as connection:
        return db.every(connection, "SELECT * FROM judgement ORDER BY id")


def test_pairs_are_found_across_scripts_with_their_reasons(both: Call, facilities: Lists) -> None:
    pairs = found(both, "facilities", "--against", "latin.csv")
    assert {(row["left"], row["right"]) for row in pairs if row["score"] > 0.5} == set(
        zip(*facilities.refs, strict=True)
    )
    first = next(row for row in pairs if row["left"] == facilities.refs[0][0])
    assert first["left_name"] == "Shifa, Idlib"
    assert "name: Shifa / الشفاء" in first["reasons"]
    assert "distance: 11 m apart" in first["reasons"]
    assert found(both, "facilities", "--against", facilities.batches[0]) == pairs
    assert {frozenset((row["left"], row["right"])) for row in found(both, "facilities")} >= {
        frozenset((row["left"], row["right"])) for row in pairs if row["score"] > 0.9
    }
    assert len(found(both, "facilities", "--limit", "2")) == 2


@pytest.mark.usefixtures("facilities")
def test_splink_may_score_the_pairs(both: Call) -> None:
    pytest.importorskip("splink", reason="the extra `linkage` is not installed")
    said = both("match", "find", "facilities", "--with", "splink", "--format", "json")
    assert said.code == 0, said
    assert all("name: " in row["reasons"] for row in json.loads(said.out))


@pytest.mark.usefixtures("facilities")
def test_a_file_of_decisions_is_taken_as_a_whole(both: Call, database_url: str, tmp_path: Path) -> None:
    listed = both("match", "find", "facilities", "--against", "latin.csv", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(listed)))[:3]
    for row, verdict in zip(rows, ("same", "different", "unsure"), strict=True):
        row |= {"verdict": verdict, "why": f"looked: {verdict}"}
    file = tmp_path / "pairs.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    said = both("match", "review", "facilities", "--from", str(file), "--dry-run")
    assert (said.code, judgements(database_url)) == (0, [])
    assert both("match", "review", "facilities", "--from", str(file)).err == "Recorded 3 decisions.\n"
    held = judgements(database_url)
    assert [row["verdict"] for row in held] == ["same", "different", "unsure"]
    assert held[0]["reasons"] == "looked: same"
    assert not held[0]["is_automatic"]
    decided = [{row["left"], row["right"]} for row in rows]
    left = [{row["left"], row["right"]} for row in found(both, "facilities", "--against", "latin.csv")]
    assert not [pair for pair in decided if pair in left]
    asked_again = [
        {row["left"], row["right"]} for row in found(both, "facilities", "--against", "latin.csv", "--unsure")
    ]
    assert [pair for pair in decided if pair in asked_again] == decided[2:]
    # Taken back, it is proposed again: nothing was lost.
    assert both("facility", "split", rows[0]["left"], rows[0]["right"], "--why", "wrong").code == 0
    assert decided[0] in [{row["left"], row["right"]} for row in found(both, "facilities", "--against", "latin.csv")]


@pytest.mark.usefixtures("facilities")
def test_decisions_are_read_as_a_spreadsheet_in_europe_saves_them(both: Call, database_url: str) -> None:
    """With semicolons, a byte order mark, returns, and a comma in numbers."""
    listed = both("match", "find", "facilities", "--against", "latin.csv", "--format", "csv").out
    (first, *_), out = list(csv.DictReader(io.StringIO(listed))), io.StringIO(newline="")
    writer = csv.DictWriter(out, list(first), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerow(first | {"verdict": "Same", "why": "one; as said", "score": first["score"].replace(".", ",")})
    saved = out.getvalue().encode("utf-8-sig")
    assert both("match", "review", "facilities", "--from", "-", stdin=saved).err == "Recorded 1 decision.\n"
    (held,) = judgements(database_url)
    assert (held["verdict"], held["reasons"], held["score"]) == ("same", "one; as said", float(first["score"]))


def test_a_bad_line_saves_nothing_and_is_named(both: Call, facilities: Lists, database_url: str) -> None:
    (one, two), (other, _) = facilities.refs[0][:2], facilities.refs[1][:2]
    lines = f"left,right,verdict\n{one},{other},same\n{two},{other},perhaps\n"
    said = one_line(both("match", "review", "facilities", "--from", "-", stdin=lines.encode()), 2)
    assert "line 3" in said
    contradicting = f"left,right,verdict\n{one},{other},Same\n{other},{one},different\n"
    said = one_line(both("match", "review", "facilities", "--from", "-", stdin=contradicting.encode()), 2)
    assert "line 3: another line says otherwise" in said
    itself = f"left,right,verdict\n{one},{one},same\n"
    assert "line 2" in one_line(both("match", "review", "facilities", "--from", "-", stdin=itself.encode()), 2)
    assert judgements(database_url) == []
    assert "no column verdict" in one_line(
        both("match", "review", "facilities", "--from", "-", stdin=b"left,right\n"), 2
    )
    assert "cannot be read" in one_line(both("match", "review", "facilities", "--from", "nowhere.csv"), 2)
    assert "asks on a terminal" in one_line(both("match", "review", "facilities"), 2)


def test_what_is_accepted_by_score_says_so(both: Call, facilities: Lists, database_url: str) -> None:
    different = f"left,right,verdict\n{facilities.refs[0][0]},{facilities.refs[1][0]},different\n"
    both("match", "review", "facilities", "--from", "-", stdin=different.encode())
    arguments = ["match", "find", "facilities", "--against", "latin.csv", "--auto", "0.9", "--format", "json"]
    rehearsed = both(*arguments, "--dry-run")
    assert "Rehearsed" in rehearsed.err
    assert len(judgements(database_url)) == 1
    said = both(*arguments)
    assert "to be the same by their score alone" in said.err
    automatic = [row for row in judgements(database_url) if row["is_automatic"]]
    assert len(automatic) == 11
    assert all(row["score"] >= 0.9 and "name: " in row["reasons"] for row in automatic)
    assert "Judged 0 pairs" in both(*arguments).err  # nobody gets a second partner from a list
    shown = json.loads(both("facility", "show", facilities.refs[1][1], "--format", "json").out)
    assert shown["ref"] == facilities.refs[0][1]
    assert "--auto" in both("match", "find", "facilities", "--auto", "0.2").err


def test_on_a_terminal_pairs_are_decided_side_by_side(here: Call, sqlite_database: str) -> None:
    lay_out(sqlite_database)
    child = terminal(sqlite_database, "match", "review", "facilities", "--against", "latin.csv", "--above", "0.5")
    child.expect("1 of 12, score")
    child.expect("for .* distance +11 m apart")
    child.expect("stop \\(q\\)")
    child.send("x\r")
    child.expect("Answer s, d, u")
    child.send("s\r")
    child.expect("2 of 12")
    child.send("d\r")
    child.expect("3 of 12")
    child.send("\r")
    child.expect("4 of 12")
    child.send("q\r")
    child.expect("Decided: 1 same, 1 different, 1 later")
    child.expect(pexpect.EOF)
    assert [row["verdict"] for row in judgements(sqlite_database)] == ["same", "different"]
    assert len(found(here, "facilities", "--against", "latin.csv", "--above", "0.5")) == 10


def test_places_in_two_spellings_are_found(both: Call, database_url: str) -> None:
    with connected(database_url) as engine, writing(engine, "Amal", "test") as work:
        country = make_place(work, "Syria", level="country").id
        keys: list[list[Any]] = [[], []]
        for number, (word, arabic) in enumerate(zip(WORDS, ARABIC, strict=True)):
            for side, name in enumerate((word, arabic)):
                place = make_place(work, parent_id=country, lat=35.0 + number / 10, lon=36.5)
                make(work, PlaceName, place_id=place.id, name=name, folded=names.fold(name))
                keys[side].append(place.id)
        batch(work, "gazetteer.csv", "place", keys[0])
    pairs = found(both, "places", "--against", "gazetteer.csv")
    assert len([row for row in pairs if row["score"] > 0.9]) == len(WORDS)


@pytest.fixture
def attacks(database_url: str) -> None:
    """Thirty attacks in two lists: one record told by both, nineteen twice, five in each only."""
    with connected(database_url) as engine, writing(engine, "Amal", "test") as work:
        place = make_place(work, "Idlib", level="governorate").id
        publishers = [make_source(work).id for _ in range(2)]
        for key, name in zip(publishers, ("Observatory", "Network"), strict=True):
            make(work, SourceName, source_id=key, name=name, folded=names.fold(name))
        told: list[list[Any]] = [[], []]
        for side, days in enumerate((range(25), range(5, 30))):
            report = make_report(work, publisher_id=publishers[side]).id
            for day in days:
                if side and day == 5:
                    attack = told[0][5]  # the same record
                else:
                    on = DAY + timedelta(days=3 * day)
                    attack = make_attack(work, place_id=place, occurred_from_on=on, occurred_to_on=on).id
                told[side].append(attack)
                make(work, AttackReport, attack_id=attack, report_id=report)
                killed = 10 + day % 7 + (side if day == 6 else 0)
                number = {"measure_code": "killed", "operator": "exactly", "low": killed, "high": killed}
                make_claim(work, attack_id=attack, report_id=report, **number)
                if side == 0 or day != 5:
                    make_figure(work, attack_id=attack, low=killed, high=killed)


@pytest.mark.usefixtures("attacks")
def test_two_lists_of_attacks_are_reconciled(both: Call) -> None:
    def counts(*arguments: str) -> dict[str, Any]:
        said = both("match", "report", "--between", "Observatory", "Network", *arguments, "--format", "json")
        assert said.code == 0, said
        report: dict[str, Any] = json.loads(said.out)
        return report

    judged = counts()
    assert judged["counts"][0] == {"by": "all", "value": "all", "both": 1, "only_one": 24, "only_other": 24}
    assert [row["agrees"] for row in judged["numbers"]] == [True]
    probable = counts("--above", "0.5")
    assert probable["counts"][0] == {"by": "all", "value": "all", "both": 20, "only_one": 5, "only_other": 5}
    differing = [row for row in probable["numbers"] if not row["agrees"]]
    assert [(row["one"], row["other"], row["difference"]) for row in differing] == [("16", "17", 1)]
    months = [row for row in probable["counts"] if row["by"] == "month"]
    assert sum(row["both"] for row in months) == 20
    assert months[0]["value"] == "2019-05"
    assert [row["value"] for row in probable["counts"] if row["by"] == "area"] == ["Idlib"]
    assert both("match", "find", "attacks", "--auto", "0.5", "--against", "Network").code == 0
    assert counts()["counts"][0]["both"] == 20


@pytest.mark.usefixtures("attacks")
def test_a_report_is_told_as_a_table_and_in_parts(both: Call) -> None:
    between = ["match", "report", "--between", "Observatory", "Network", "--above", "0.5"]
    table = both(*between)
    assert "2019-05" in table.out
    assert "Observatory: 25 attacks, 20 in both, 5 only here" in table.err
    assert "Both give 20 numbers, 1 of them differently" in table.err
    assert "19 of the attacks in both are so by score alone" in table.err
    assert len(both(*between, "--part", "numbers").out.splitlines()) == 2
    listed = list(csv.DictReader(io.StringIO(both(*between, "--part", "attacks", "--format", "csv").out)))
    assert len(listed) == 30
    assert {row["where"] for row in listed} == {"both", "only_one", "only_other"}


@pytest.mark.usefixtures("attacks")
def test_a_reconciliation_is_printed(both: Call, tmp_path: Path) -> None:
    between = ["match", "report", "--between", "Observatory", "Network", "--above", "0.5"]
    said = both(*between, "--pdf", str(tmp_path / "two.pdf"), "--html", str(tmp_path / "two.html"))
    assert said.code == 0, said
    document = PdfReader(tmp_path / "two.pdf")
    text = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    for told in (
        "Observatory 25 20 5",
        "Network 25 20 5",
        "2019-05",
        "Idlib",
        "19 of them are so by their score alone",
    ):
        assert told in text
    attached = json.loads(document.attachments["reconciliation.json"][0])
    assert (attached["one"]["in_both"], len(attached["differing"])) == (20, 1)
    assert "How the numbers differ" in (tmp_path / "two.html").read_text(encoding="utf-8")
    before = (tmp_path / "two.pdf").read_bytes()
    assert both(*between, "--pdf", str(tmp_path / "two.pdf")).code == 0
    assert (tmp_path / "two.pdf").read_bytes() == before


def test_a_list_that_is_not_there_is_said(both: Call, facilities: Lists) -> None:
    both("source", "add", "--name", "Observatory", "--kind", "monitoring_group")
    assert "no source" in one_line(both("match", "find", "facilities", "--against", "nowhere.csv"), 3)
    wrong = facilities.batches[0][:-1] + ("0" if facilities.batches[0][-1] != "0" else "1")
    assert "wrong check character" in one_line(both("match", "find", "facilities", "--against", wrong), 2)
    assert "has no list of places" in one_line(both("match", "find", "places", "--against", "Observatory"), 2)
