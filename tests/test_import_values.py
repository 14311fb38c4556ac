"""Counts, days and hours as lists write them: what is understood, what says nothing, and what is left to a person."""

import pytest

from registry.errors import InvalidValue
from registry.services.coding import Number
from registry.services.importing import when
from registry.services.importing.counts import count


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


@pytest.mark.parametrize(("text", "year"), [("3/5", None), ("May-19", "2018"), ("31/4", "2019"), ("3/5/19", None)])
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
