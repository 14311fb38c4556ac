"""The tables that are attached to a sitrep."""

import csv
import io
from dataclasses import replace
from datetime import date

from registry.sitrep import tables
from registry.sitrep.values import StateBar, StatePart, Term, When
from tests.sample_sitrep import CLAIMS, SITREP


def read(name: str, data: dict[str, bytes]) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(data[name].decode("utf-8-sig"))))
    assert all(tag.startswith("#") for tag in rows[0].values()), "the first row holds HXL tags"
    return rows[1:]


def test_every_claim_keeps_operator_bounds_and_words() -> None:
    rows = read("claims.csv", tables.all_of(SITREP))
    assert len(rows) == len(CLAIMS)
    assert [rows[0][key] for key in ("Operator", "Low", "High", "Words")] == ["more_than", "30", "", "more than 30"]
    assert [rows[3][key] for key in ("Operator", "Low", "High")] == ["some", "", ""]


def test_an_open_range_stays_open() -> None:
    killed = read("figures.csv", tables.all_of(SITREP))[0]
    assert (killed["Low"], killed["High"], killed["No upper limit stated"]) == ("30", "", "yes")


def test_text_is_no_formula_and_a_negative_number_stays_one() -> None:
    row = replace(CLAIMS[0], speaker="=cmd|' /C calc'!A0", publisher=" +1", note="x")
    (first, *_) = read("claims.csv", tables.all_of(replace(SITREP, claims=(row,))))
    assert (first["Speaker"], first["Publisher"]) == ("'=cmd|' /C calc'!A0", "' +1")


def test_functionality_over_time_has_a_row_for_each_state_in_each_week() -> None:
    parts = (
        StatePart(functionality=Term(code="non_functioning", text="Not functioning"), count=2),
        StatePart(functionality=Term(code="", text="Not recorded"), count=1),
    )
    week = When(start=date(2019, 4, 29), end=date(2019, 5, 5), precision="week")
    sitrep = replace(SITREP, functionality=(StateBar(period=week, parts=parts),))
    rows = read("functionality.csv", tables.all_of(sitrep))
    assert [tuple(row.values()) for row in rows] == [
        ("2019-04-29", "2019-05-05", "week", "Not functioning", "2"),
        ("2019-04-29", "2019-05-05", "week", "Not recorded", "1"),
    ]
