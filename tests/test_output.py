"""What comes out: tables, CSV and JSON."""

import csv
import io
import json
from collections.abc import Iterator
from itertools import count

import pytest

from registry.cli import output


def test_csv_is_safe_in_a_spreadsheet_and_keeps_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    dangerous = ["=1+1", "+cmd", "-x", "@SUM", "\t=1", " =1", "＝1", "'=1", "\u00a0=1", "\ufeff=1"]
    harmless = ["-33.5", "+4", "'Ayn Issa", "Idlib", ""]
    output.rows([{"a": text, "b": -33.5} for text in dangerous + harmless], {"a": "A", "b": "B"}, "csv")
    read = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["a"] for row in read] == ["'" + text for text in dangerous] + harmless
    assert {row["b"] for row in read} == {"-33.5"}


def test_json_rows_are_one_list_however_many_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    lists: list[list[dict[str, object]]] = [[], [{"a": 1}], [{"a": 1}, {"a": "إدلب"}]]
    for found in lists:
        output.rows(iter(found), {"a": "A"}, "json")
        out = capsys.readouterr().out
        assert json.loads(out) == found
    assert "إدلب" in out


def test_a_plain_table_is_aligned_whole_and_free_of_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"a": "إِدْلِب", "b": "x"}, {"a": "long " * 40, "b": "a\x1b[2Jb\nc"}]
    output.rows(rows, {"a": "A", "b": "B"}, "table")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("long " * 40)
    assert "\x1b" not in lines[2]
    output.rows([], {"a": "A"}, "table")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "nothing found\n")


def test_a_table_has_the_first_thousand_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    taken: list[int] = []

    def endless() -> Iterator[dict[str, int]]:
        for number in count():
            taken.append(number)
            yield {"a": number}

    output.rows(endless(), {"a": "A"}, "table")
    said = capsys.readouterr()
    assert said.out.splitlines()[1:] == [str(number) for number in range(1_000)]
    assert said.err == "These are the first 1,000; ask for less, or give --format csv for all of them.\n"
    assert len(taken) == 1_001
    output.rows(({"a": number} for number in range(1_000)), {"a": "A"}, "table")
    assert capsys.readouterr().err == ""


def test_a_record_as_csv_has_paths(capsys: pytest.CaptureFixture[str]) -> None:
    output.record({"ref": "P-1", "names": [{"name": "=x"}]}, "csv")
    assert capsys.readouterr().out == "field,value\nref,P-1\nnames.0.name,'=x\n"


def test_a_table_fits_the_screen_and_never_breaks_a_ref(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    columns = {name: name.title() for name in ("ref", "about", "title", "day", "said", "where", "kind", "note")}
    row = {
        "ref": "C-7Q2M-K9XD-F3A7-P", "about": "A-1B5N-T3WH-THBR-8", "title": "Idlib hit by air strikes " * 4,
        "day": "2019-05-05", "said": "more than 30", "where": "northern Idlib", "kind": "number", "note": "long " * 30,
    }  # fmt: skip
    for width in (60, 80, 120, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        output.rows([row, row], columns, "table")
        out = capsys.readouterr().out
        for whole in ("C-7Q2M-K9XD-F3A7-P", "A-1B5N-T3WH-THBR-8", "2019-05-05"):
            assert out.count(whole) == 2
        assert sum(out.count(word) for word in ("long", "strikes")) == 68
