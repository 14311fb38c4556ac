"""Counts, days and hours as lists write them: what is understood, what says nothing, and what is left to a person."""

import pytest

from registry.errors import InvalidValue
from registry.services.coding import Number
from registry.services.importing import mapping, when
from registry.services.importing.counts import count
from registry.services.importing.mapper import Mapper
from registry.services.importing.reading import Table
from registry.services.importing.records import AttackRecord
from registry.services.importing.rows import SourceRow


def bounded(operator: str, low: int | None, high: int | None) -> Number:
    return Number(operator=operator, low=low, high=high)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("killed: 3-5", bounded("between", 3, 5)),
        ("5 people", bounded("exactly", 5, 5)),
        ("at least one person killed", bounded("at_least", 1, None)),
        ("4 or 5", bounded("between", 4, 5)),
        ("deux morts", bounded("exactly", 2, 2)),
        ("قتيلان", bounded("exactly", 2, 2)),
        ("ثلاثة قتلى", bounded("exactly", 3, 3)),
        ("10 (incl. 3 children)", bounded("exactly", 10, 10)),
        ("3 (incl. 1 girl aged 12)", bounded("exactly", 3, 3)),
        ("2 (incl. a 12-year-old)", bounded("exactly", 2, 2)),
        ("4 (of whom 2 under 5 years)", bounded("exactly", 4, 4)),
        ("more than 10 (incl. 12 children)", bounded("more_than", 10, None)),
        ("1 (a nurse)", bounded("exactly", 1, 1)),
        ("5 (minimum)", bounded("at_least", 5, None)),
        ("20 (estimate)", bounded("about", 20, 20)),
        ("max. 6", bounded("at_most", None, 6)),
        ("no casualties", Number(absence="reported_none")),
        ("لا إصابات", Number(absence="reported_none")),
        ("?", Number(absence="unknown")),
        ("n/a", None),
        ("–", None),
    ],
)
def test_counts_with_their_noun_a_remark_or_none(text: str, found: Number | None) -> None:
    assert count(text, "killed") == found


@pytest.mark.parametrize(
    "text",
    [
        "5 injured",  # in a column of the dead
        "1 killed, 2 injured",
        "4 students, 1 teacher",
        "3 (+2 missing)",
        "5 (of 10)",
        "twenty-five",
        "ثلاثة عشر",
        "4?",
        "5 (injured)",
        "10 (incl. 3 injured)",
        "10 (incl. 12 children)",
        "0 (of whom 2 children)",
        "10 (منهم ١٢ طفلا)",
        "5 (three of them teachers)",
        "5 (thousand)",
        "no injured",
        "3 killed 500",
        "3/5",
        "killed",
    ],
)
def test_counts_of_something_else_or_of_two_things_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        count(text, "killed")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("3/5", "2019-05-03", "2019-05-03"),
        ("mid-May", "2019-05-11", "2019-05-20"),
        ("4.5.19", "2019-05-04", "2019-05-04"),
        ("3/5/99", "1999-05-03", "1999-05-03"),
        ("2018/05/03", "2018-05-03", "2018-05-03"),
        ("03/05/2018 14:30", "2018-05-03", "2018-05-03"),
        ("03/05/2018 - 05/05/2018", "2018-05-03", "2018-05-05"),
        ("unknown", "None", "None"),
    ],
)
def test_days_in_a_declared_order_and_year(text: str, first: str, last: str) -> None:
    found = when.days(text, "dmy", "2019")
    assert (str(found.first), str(found.last)) == (first, last)
    assert found.words == text


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("3/5", None),
        ("31/4", "2019"),
        ("3/5/19", None),
        *((text, "2018") for text in ("May-19", "May/19", "May '19", "May'19", "May - 19")),
        ("3.1", "2019"),  # 3.10, once a spreadsheet took it for a number
    ],
)
def test_days_that_could_be_others_are_refused(text: str, year: str | None) -> None:
    with pytest.raises(InvalidValue):
        when.days(text, None if year is None else "dmy", year)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("14h30", "14:30"),
        ("9.30 pm", "21:30"),
        ("12 a.m.", "00:00"),
        ("2pm", "14:00"),
        ("٩:٣٠", "09:30"),
        ("13 pm", None),
        ("morning", None),
        ("9", None),
    ],
)
def test_hours(text: str, found: str | None) -> None:
    clock = when.clock(text)
    assert (clock and f"{clock:%H:%M}") == found


MAPPING = """
mapping: counts
title: Counts
source: {name: Counts, kind: monitoring_group}
id: {join: ['@sheet', 'No']}
file: {fill_down: [Province]}
where: {country: {value: SYR}, words: Province}
attack: {when: Date, numbers: [{column: Killed, measure: killed, population: all}]}
"""


def read(
    killed: str, *, number: str = "1", day: str = "2019-05-04", given: str = MAPPING
) -> tuple[AttackRecord | None, str]:
    """The record of a row, and what is wrong with it."""
    row = SourceRow(
        "May", 2, {"@sheet": "May", "No": number, "Province": "Idlib", "Date": day, "Killed": killed, "Note": ""}
    )
    mapper = Mapper(mapping.read("counts.yaml", given.encode()), Table(iter([row])), "counts.xlsx")
    record, problems = mapper.record(row)
    assert record is None or isinstance(record, AttackRecord)
    return record, "; ".join(problem.what for problem in problems)


@pytest.mark.parametrize(
    ("killed", "more"), [("3.125", ""), ("1,234", "decimal_comma: true"), ("-5", ""), ("yes", ""), ("true", "")]
)
def test_what_is_no_whole_number_is_no_count(killed: str, more: str) -> None:
    """An average that a spreadsheet made is not thousands; nor does a yes say how many."""
    assert read(killed, given=f"{MAPPING}{more}") == (None, "it is not a count of people or things")


def test_a_yes_says_that_there_was_one_of_what_is_not_people() -> None:
    given = MAPPING.replace("measure: killed, population: all", "measure: access_denials")
    for text, counted in (("TRUE", [1]), ("yes", [1]), ("FALSE", []), ("no", [])):
        record, wrong = read(text, given=given)
        assert record is not None, wrong
        assert [number.low for number in record.numbers] == counted


def test_a_column_called_no_needs_no_quotes() -> None:
    """YAML 1.1 would take it for the contrary of yes."""
    record, wrong = read("5", given=MAPPING.replace("{join: ['@sheet', 'No']}", "No"))
    assert record is not None, wrong
    assert record.outside_id == "1"


def test_a_claim_has_the_words_of_the_list() -> None:
    record, _ = read("Dozens (incl. Children)")
    assert record is not None
    assert [number.words for number in record.numbers] == ["Dozens (incl. Children)"]


def test_words_of_a_number_do_not_undo_what_bounds_its_column() -> None:
    given = MAPPING.replace("population: all", "population: all, operator: at_least")
    record, _ = read("5 people", given=given)
    assert record is not None
    assert [(number.operator, number.low, number.high) for number in record.numbers] == [("at_least", 5, None)]


def test_totals_and_notes_are_no_records_also_of_a_row_that_is_filled_down_and_has_a_sheet() -> None:
    note = "the row is a total or a note, no record"
    assert read("12", number="Total") == (None, note)
    assert read("", number="Source: the ministry", day="") == (None, note)
    assert read("12")[0] is not None


def test_a_year_that_is_none_makes_no_span() -> None:
    with pytest.raises(InvalidValue):
        when.days(when.in_parts("2018-2019", "5", None), None)
