"""Lines that people type: harm, what was hit, with what, who accuses whom."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import codes
from registry.errors import InvalidValue, NotFound, RegistryError
from registry.services import shorthand
from registry.services.coding import number
from registry.services.harm_lines import HarmLine, parse

MEASURES = [str(row["code"]) for row in codes.rows("measure")]
COUNTING_PEOPLE = [str(row["code"]) for row in codes.rows("measure") if row["takes_population"] == "1"]
COUNTING_FACILITIES = [str(row["code"]) for row in codes.rows("measure") if row["takes_facility_type"] == "1"]
POPULATIONS = [str(row["code"]) for row in codes.rows("population")]
FACILITY_TYPES = [str(row["code"]) for row in codes.rows("facility_type")]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("killed >30 / Dbis via Reuters", ("killed", ">30", "Dbis", "Reuters", None, None)),
        ("injured dozens / White Helmets", ("injured", "dozens", "White Helmets", None, None, None)),
        ("killed child 2 / SOHR", ("killed", "2", "SOHR", None, "child", None)),
        ("killed 2 children / SOHR", ("killed", "2", "SOHR", None, "child", None)),
        ("facilities hit 4 health / UOSSM", ("facilities_hit", "4", "UOSSM", None, None, "health")),
        ("facilities_hit 4 health facilities / X", ("facilities_hit", "4", "X", None, None, "health")),
        ("facilities hit not stated school / X", ("facilities_hit", "not stated", "X", None, None, "school")),
        ("killed>=67/SOHR", ("killed", ">=67", "SOHR", None, None, None)),
        ("killed civilian at least 3 / X", ("killed", "at least 3", "X", None, "civilian", None)),
        ("killed unknown / X", ("killed", "unknown", "X", None, None, None)),
        ("dead up to 25 civilians / A/B", ("killed", "up to 25", "A/B", None, "civilian", None)),
        ("wounded some 30 / X", ("injured", "some 30", "X", None, None, None)),
        ("killed hundreds of children / X", ("killed", "hundreds", "X", None, "child", None)),
        ("displaced tens of thousands / X", ("displaced", "tens of thousands", "X", None, None, None)),
        ("killed between 3 and 5 women / X via none", ("killed", "between 3 and 5", "X", "none", "woman", None)),
        ("killed 3 / X via Y via Z", ("killed", "3", "X via Y", "Z", None, None)),
        ("قتلى أكثر من ٣٠ / الدفاع المدني عبر رويترز", ("killed", "أكثر من ٣٠", "الدفاع المدني", "رويترز", None, None)),
    ],
)  # fmt: skip
def test_a_harm_line_is_read(line: str, parts: tuple[str | None, ...]) -> None:
    assert tuple(vars(parse(line)).values()) == parts


@pytest.mark.parametrize(
    ("line", "error", "told"),
    [
        ("killed 3", InvalidValue, "says not who says so"),
        ("killed 3 /", InvalidValue, "says not who says so"),
        ("/ SOHR", InvalidValue, "says not what is counted"),
        ("killed / SOHR", InvalidValue, "has no number after killed"),
        ("slain 3 / SOHR", NotFound, "no measure code 'slain'"),
        ("kiled 3 / SOHR", NotFound, "did you mean 'killed'"),
        ("killed 15-10 / SOHR", InvalidValue, "low 15 is above high 10"),
        ("killed 3 school / SOHR", InvalidValue, "killed does not count facilities"),
        ("facilities hit 3 children / SOHR", InvalidValue, "facilities_hit does not count people"),
        ("killed 2 children and 3 women / SOHR", InvalidValue, "holds 2 numbers"),
        ("killed 3 kids / SOHR", InvalidValue, "has more after the number"),
    ],
)
def test_a_harm_line_that_is_not_understood_is_refused_in_one_line(
    line: str, error: type[RegistryError], told: str
) -> None:
    with pytest.raises(error) as caught:
        parse(line)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "SOHR" not in str(caught.value)  # a speaker may be a witness


NUMBERS = st.one_of(
    st.integers(1, 2_000_000_000).map(str),
    st.tuples(
        st.sampled_from([">", ">=", "<", "<=", "~", "at least ", "up to ", "more than "]), st.integers(1, 9999)
    ).map(lambda pair: f"{pair[0]}{pair[1]}"),
    st.tuples(st.integers(1, 99), st.integers(100, 999)).map(lambda pair: f"{pair[0]}-{pair[1]}"),
    st.sampled_from(["dozens", "hundreds", "some", "not stated", "none", "unknown", "not reported", "withheld"]),
)
NAMES = st.text(st.characters(categories=["Ll", "Lu", "Lo"]), min_size=1, max_size=12).filter(
    lambda name: name.casefold() != "via"
)


@given(st.data())
def test_a_line_written_from_its_parts_reads_back_as_the_same_parts(data: st.DataObject) -> None:
    measure = data.draw(st.sampled_from(MEASURES))
    people, things = measure in COUNTING_PEOPLE, measure in COUNTING_FACILITIES
    line = HarmLine(
        measure,
        data.draw(NUMBERS),
        data.draw(NAMES),
        data.draw(st.none() | NAMES),
        data.draw(st.none() | st.sampled_from(POPULATIONS)) if people else None,
        data.draw(st.none() | st.sampled_from(FACILITY_TYPES)) if things and not people else None,
    )
    read = parse(str(line))
    assert read == line
    assert number(read.number) == number(line.number)  # no operator and no bound is lost on the way


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    readers: list[Any] = [parse, shorthand.hit, shorthand.means, shorthand.accusation]
    for read in readers:
        with suppress(RegistryError):
            read(text)


@pytest.mark.parametrize("code_list", codes.LISTS)
def test_every_code_and_every_label_that_is_not_shared_means_its_code(code_list: str) -> None:
    shared: dict[str, set[str]] = {}
    for row in codes.rows(code_list):
        for key in ("code", "label_en", "label_ar", "label_fr"):
            shared.setdefault(shorthand.spelt(str(row[key])), set()).add(str(row["code"]))
    for text, meant in shared.items():
        if len(meant) == 1:
            assert shorthand.as_code(code_list, text) in meant
    for row in codes.rows(code_list):
        assert shorthand.as_code(code_list, str(row["code"])) == row["code"]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Kafr Nabl hospital", {"facility": "Kafr Nabl hospital"}),
        ("F-7:direct hit:destroyed", {"facility": "F-7", "effect": "direct_hit", "damage": "destroyed"}),
        ("unnamed clinic", {"unnamed": "clinic"}),
        ("an unnamed field hospital::severe", {"unnamed": "hospital_field", "damage": "severe"}),
    ],
)  # fmt: skip
def test_what_was_hit_is_read(line: str, parts: dict[str, str]) -> None:
    assert shorthand.hit(line) == parts


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("air_strike", {"type": "air_strike"}),
        ("air strike::barrel bomb", {"type": "air_strike", "munition": "barrel_bomb"}),
        ("غارة جوية:مروحية", {"type": "air_strike", "launch": "helicopter"}),
    ],
)
def test_means_are_read(line: str, parts: dict[str, str]) -> None:
    assert shorthand.means(line) == parts


def test_a_munition_in_place_of_a_type_is_told_as_such() -> None:
    with pytest.raises(InvalidValue, match="barrel_bomb is a munition, which stands third"):
        shorthand.means("barrel bomb")


@pytest.mark.parametrize(
    ("line", "stance", "actors"),
    [
        ("SOHR: A", "accuses", ["A"]),
        ("SOHR: A, B", "accuses", ["A", "B"]),
        ("SOHR: either A or B", "one_of", ["A", "B"]),
        ("SOHR: A, B or C", "one_of", ["A", "B", "C"]),
        ("SANA denies: A", "denies", ["A"]),
        ("المرصد: أ أو ب", "one_of", ["أ", "ب"]),
    ],
)
def test_an_accusation_is_read(line: str, stance: str, actors: list[str]) -> None:
    parts = shorthand.accusation(line)
    assert (parts["stance"], parts["actors"]) == (stance, actors)
    assert shorthand.accusation(shorthand.accusation_line(parts)) == parts


@pytest.mark.parametrize("line", ["SOHR", "SOHR:", ": A", "SANA denies: A or B", "SOHR: ,"])
def test_an_accusation_without_both_sides_is_refused(line: str) -> None:
    with pytest.raises(InvalidValue):
        shorthand.accusation(line)
