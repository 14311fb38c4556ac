"""From words to what is stored: numbers with operators in three languages, dates, positions, closed vocabularies."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from registry import codes
from registry.errors import InvalidValue, NotFound
from registry.models.base import Input
from registry.models.facilities import FacilityCreate
from registry.models.held import FigureAdopt
from registry.models.places import PlaceCreate
from registry.models.said import ClaimCreate, ReportCreate
from registry.services.coding import Number, code, date_columns, number, position, word


def bounded(operator: str, low: int | None, high: int | None) -> Number:
    return Number(operator=operator, low=low, high=high)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("30", bounded("exactly", 30, 30)),
        ("exactly 30", bounded("exactly", 30, 30)),
        (">30", bounded("more_than", 30, None)),
        ("More  than 30", bounded("more_than", 30, None)),
        ("over 30", bounded("more_than", 30, None)),
        ("أكثر من ٣٠", bounded("more_than", 30, None)),
        ("plus de 30", bounded("more_than", 30, None)),
        (">= 50", bounded("at_least", 50, None)),
        ("≥ 50", bounded("at_least", 50, None)),
        ("at least 67", bounded("at_least", 67, None)),
        ("67 or more", bounded("at_least", 67, None)),
        ("67+", bounded("at_least", 67, None)),
        ("67 على الأقل", bounded("at_least", 67, None)),
        ("ما لا يقل عن ٦٧", bounded("at_least", 67, None)),
        ("au moins 67", bounded("at_least", 67, None)),
        ("up to 25", bounded("at_most", None, 25)),
        ("≤25", bounded("at_most", None, 25)),
        ("no more than 25", bounded("at_most", None, 25)),
        ("حتى 25", bounded("at_most", None, 25)),
        ("jusqu'à 25", bounded("at_most", None, 25)),
        ("jusqu’à 25", bounded("at_most", None, 25)),
        ("fewer than 25", bounded("fewer_than", None, 25)),
        ("أقل من 25", bounded("fewer_than", None, 25)),
        ("moins de 25", bounded("fewer_than", None, 25)),
        ("about 40", bounded("about", 40, 40)),
        ("نحو 40", bounded("about", 40, 40)),
        ("environ 40", bounded("about", 40, 40)),
        ("10-15", bounded("between", 10, 15)),
        ("10–15", bounded("between", 10, 15)),
        ("between 10 and 15", bounded("between", 10, 15)),
        ("entre 10 et 15", bounded("between", 10, 15)),
        ("بين 10 و15", bounded("between", 10, 15)),
        ("more than 130,000", bounded("more_than", 130_000, None)),
        ("١٣٠٬٠٠٠", bounded("exactly", 130_000, 130_000)),
        ("130 000", bounded("exactly", 130_000, 130_000)),
        ("130.000", bounded("exactly", 130_000, 130_000)),
        ("more than 0", bounded("more_than", 0, None)),
        ("0-5", bounded("between", 0, 5)),
    ],
)
def test_numbers_keep_their_operator(text: str, found: Number) -> None:
    assert number(text) == found


@pytest.mark.parametrize(
    "text", ["dozens", "Dozens of people", "hundreds", "several", "عشرات", "مئات القتلى", "des dizaines"]
)
def test_vague_words_get_no_bounds_and_are_kept(text: str) -> None:
    assert number(text) == Number(operator="some", words=text)


@pytest.mark.parametrize(
    ("text", "absence"),
    [
        *((text, "reported_none") for text in ("none", "No one", "0", "٠", "zero", "لا أحد", "aucun", "exactly 0")),
        *((text, "reported_none") for text in ("up to 0", "about 0", "< 1", "0-0")),
        ("unknown", "unknown"),
        ("not reported", "not_reported"),
        ("withheld", "withheld"),
        ("not coded", "not_coded"),
    ],
)
def test_absence_is_typed_and_never_zero(text: str, absence: str) -> None:
    assert number(text) == Number(absence=absence)


def test_not_stated_is_an_operator_of_its_own() -> None:
    assert number("not stated") == Number(operator="unstated")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?",
        "-5",
        "> -5",
        "1.5",
        "15-10",
        "3 4",
        "67 people",
        "> 30 +",
        "30 >",
        "at least 0",
        "< 0",
        "more of 3",
        "9" * 11,
    ],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^killed: "):
        number(text, "killed")


@given(st.text())
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        found = number(text)
    except InvalidValue:
        return
    assert (found.operator is None) != (found.absence is None)
    assert found.low is None or found.high is None or found.low <= found.high
    assert found.operator != "at_most" or found.low is None
    assert found.operator != "some" or found.words


@given(st.integers(1, 10**6), st.sampled_from(["at_least", "at_most", "more_than", "fewer_than"]))
def test_what_is_printed_is_read_back(value: int, operator: str) -> None:
    found = number(f"{operator.replace('_', ' ')} {value + 1:,}")
    assert (found.operator, found.low or found.high) == (operator, value + 1)


def test_codes_and_words_are_checked() -> None:
    assert code("measure", None) is None
    assert code("measure", "killed") == "killed"
    with pytest.raises(NotFound, match="did you mean"):
        code("measure", "kiled")
    assert word("hedge", None, codes.HEDGES) is None
    with pytest.raises(InvalidValue, match="give one of reported"):
        word("hedge", "maybe", codes.HEDGES)


def test_no_date_is_unknown_and_a_month_is_not_its_first_day() -> None:
    assert date_columns("x_", None, field="when") == {
        "x_from_on": None,
        "x_to_on": None,
        "x_precision_code": "unknown",
        "x_words": None,
    }
    month = date_columns("", "May 2019", field="when", basis="inferred")
    assert (str(month["from_on"]), str(month["to_on"]), month["precision_code"]) == (
        "2019-05-01",
        "2019-05-31",
        "month",
    )
    assert (month["words"], month["basis"]) == ("May 2019", "inferred")
    with pytest.raises(InvalidValue, match="basis"):
        date_columns("", "May 2019", field="when", basis="guessed")


def test_positions_are_whole_and_inside_the_country() -> None:
    assert position(None, None, "SYR") == {"lat": None, "lon": None}
    assert position(35.6, 36.6, "SYR") == {"lat": 35.6, "lon": 36.6}
    with pytest.raises(InvalidValue, match="one of the two"):
        position(35.6, None, "SYR")
    with pytest.raises(InvalidValue):
        position(48.9, 2.3, "SYR")


def test_words_in_the_place_of_a_number_are_not_repeated() -> None:
    with pytest.raises(InvalidValue) as caught:
        number("Ahmad al-Dbis said so")
    assert "Ahmad" not in str(caught.value)
    with pytest.raises(InvalidValue, match="'3 / 4' holds 2 numbers"):
        number("3 / 4")


@pytest.mark.parametrize(
    ("create", "values"),
    [
        (ReportCreate, {"publisher": "SOHR", "language": "x" * 13}),
        (ClaimCreate, {"report": "R", "speaker": "S", "language": "x" * 13}),
        (PlaceCreate, {"name": "Idlib", "level": "area", "language": "x" * 13}),
        (FacilityCreate, {"type": "clinic", "place": "Idlib", "language": "x" * 13}),
        (FacilityCreate, {"type": "clinic", "place": "Idlib", "identifiers": {"s" * 41: "1"}}),
        (FacilityCreate, {"type": "clinic", "place": "Idlib", "identifiers": {"osm": "1" * 201}}),
        (FigureAdopt, {"claims": ["C"], "why": "w", "low": 2_000_000_001}),
        (FigureAdopt, {"claims": ["C"], "why": "w", "high": 2_000_000_001}),
    ],
)
def test_what_no_column_holds_is_refused_before_any_engine_sees_it(create: type[Input], values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        create.model_validate(values)
