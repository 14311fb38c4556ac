"""The form for attack reports: sound for the programs that read it, in two languages, with our code lists."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pydantic import BaseModel
from pyxform.xls2json_backends import xlsx_to_dict  # type: ignore[import-untyped]  # no type information
from pyxform.xls2xform import convert  # type: ignore[import-untyped]  # no type information

from registry import codes, countries
from registry.services import forms
from registry.services.importing import mapping
from registry.services.importing.expressions import Expression
from tests import calling
from tests.calling import Call, one_line

call = calling.call  # a fixture

XF = "{http://www.w3.org/2002/xforms}"
NUMBERS_WITHOUT_A_COUNT = {"reported_none", "unknown", "withheld"}


@pytest.fixture(scope="module")
def workbook() -> dict[str, Any]:
    found: dict[str, Any] = xlsx_to_dict(io.BytesIO(forms.xlsform()))
    return found


@pytest.fixture(scope="module")
def xform() -> ET.Element:
    warnings: list[str] = []
    result = convert(io.BytesIO(forms.xlsform()), file_type=".xlsx", validate=False, warnings=warnings)
    assert warnings == []
    return ET.fromstring(result.xform)  # noqa: S314 -- our own


def paths(node: ET.Element, above: str = "") -> Iterator[str]:
    """Where the answers lie in a submission."""
    for child in node:
        name = f"{above}/{child.tag.rpartition('}')[2]}".lstrip("/")
        yield from paths(child, name) if len(child) else [name]


def test_every_choice_list_is_a_code_list_in_both_languages(workbook: dict[str, Any]) -> None:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in workbook["choices"]:
        found.setdefault(row["list_name"], {})[row["name"]] = row
    for name in set(found) - {"country", "operator", "stance", "consent", "yes_no"}:
        for language, column in (("en", "label::English (en)"), ("ar", "label::Arabic (ar)")):
            assert {code: row[column] for code, row in found[name].items()} == codes.labels(name, language)
    assert set(found["country"]) == set(countries.countries())
    assert set(found["operator"]) == {*codes.OPERATORS, *NUMBERS_WITHOUT_A_COUNT}
    assert set(codes.ABSENCES) > NUMBERS_WITHOUT_A_COUNT
    assert set(found["stance"]) == set(codes.STANCES)


def test_every_question_choice_and_message_is_in_both_languages(workbook: dict[str, Any]) -> None:
    for row in [*workbook["survey"], *workbook["choices"]]:
        english = {key.partition("::")[0] for key in row if key.endswith("::English (en)")}
        arabic = {key.partition("::")[0]: row[key] for key in row if key.endswith("::Arabic (ar)")}
        assert english == set(arabic)
        assert all(re.search("[\u0600-\u06ff]", text) for text in arabic.values())
        assert "label" in english or row["type"].startswith("end_")
        assert ("constraint" in row) == ("constraint_message" in english)


def test_no_answer_is_there_before_somebody_gives_it(workbook: dict[str, Any], xform: ET.Element) -> None:
    assert not any({"default", "calculation"} & set(row) for row in workbook["survey"])
    instance = next(xform.iter(f"{XF}instance"))
    answers = next(iter(instance))
    answered = {node.tag.rpartition("}")[2] for node in answers.iter() if (node.text or "").strip()}
    assert answered == set()


def test_it_asks_nothing_that_tells_who_filled_it_in(workbook: dict[str, Any]) -> None:
    kinds = {row["type"].split()[0] for row in workbook["survey"]}
    assert kinds <= {
        *("note", "text", "integer", "date", "time", "geopoint", "select_one"),
        *("begin_group", "end_group", "begin_repeat", "end_repeat"),
    }


def test_relevance_follows_the_measures(workbook: dict[str, Any]) -> None:
    relevant = {row["name"]: row["relevant"] for row in workbook["survey"] if "relevant" in row}
    assert "@" not in "".join(relevant.values())
    assert "killed" in relevant["population"].split("'")[1].split()
    assert "facilities_hit" not in relevant["population"].split("'")[1].split()
    assert "facilities_hit" in relevant["counted_type"].split("'")[1].split()


@pytest.mark.parametrize("name", ["kobo", "odk"])
def test_the_mappings_read_every_question_and_no_other(name: str, xform: ET.Element) -> None:
    asked = set(paths(next(iter(next(xform.iter(f"{XF}instance")))))) - {"how_to", "meta/instanceID"}
    asked = {path for path in asked if not path.startswith("has_")}
    given = mapping.load(name).mapping
    read = {path for path in columns(given) if not path.startswith(("meta/", "_", "KEY"))}
    assert {re.sub("^(place/point)/.*", r"\1", path) for path in read} == asked


def test_both_mappings_read_the_questions_alike() -> None:
    kobo, odk = (mapping.load(name).mapping for name in ("kobo", "odk"))
    assert kobo.attack == odk.attack
    assert (kobo.where.levels, kobo.where.words) == (odk.where.levels, odk.where.words)


def columns(part: BaseModel, each: str = "") -> Iterator[str]:
    """The columns that a mapping names, those of items with their repeat group before them."""
    if isinstance(part, Expression):
        for inner in part.first_of:
            yield from columns(inner, each)
        yield from (f"{each}{column}" for column in part.columns())
        return
    own = f"{part.each}/" if getattr(part, "each", None) else each  # type: ignore[attr-defined]  # parts of attacks
    for name in type(part).model_fields:
        value = getattr(part, name)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]:
            if isinstance(inner, BaseModel):
                yield from columns(inner, own)


def test_the_same_lists_make_the_same_file() -> None:
    assert forms.xlsform() == forms.xlsform()


def test_the_command_writes_it(call: Call, tmp_path: Path) -> None:
    said = call("form", "xlsx", "--out", "form.xlsx")
    assert (said.code, said.out) == (0, "")
    assert said.err == "Wrote the form for attack reports: form.xlsx\n"
    assert (tmp_path / "form.xlsx").read_bytes() == forms.xlsform()
    assert "no/form.xlsx" in one_line(call("form", "xlsx", "--out", "no/form.xlsx"), 1)
