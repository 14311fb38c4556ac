"""The form for attack reports as an XLSForm, the workbook from which KoboToolbox and ODK make a form.

`registry/forms/attack-report.yaml` holds the questions; the choices are our code lists, in English and Arabic.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import yaml

from registry import codes, countries, paths

QUESTIONS = paths.PACKAGE / "forms" / "attack-report.yaml"
LANGUAGES = {"en": "English (en)", "ar": "Arabic (ar)"}
_LONG = 12  # choices; a longer list is searched by typing
_LABELS = tuple(f"label::{language}" for language in LANGUAGES.values())
_SURVEY = (
    "type", "name", *_LABELS, *(f"hint::{language}" for language in LANGUAGES.values()), "required", "relevant",
    "constraint", *(f"constraint_message::{language}" for language in LANGUAGES.values()), "appearance",
)  # fmt: skip
_CHOICES = ("list_name", "name", *_LABELS)
_SETTINGS = ("form_title", "form_id", "version", "default_language", "style")
Given = Mapping[str, Any]
Line = dict[str, str]
Lists = dict[str, dict[str, Given]]  # the labels of each choice, by list and code


def xlsform() -> bytes:
    """The workbook. The same code lists and questions give the same bytes, and the same version of the form."""
    given = questionnaire()
    lists = choice_lists(given)
    survey, choices = list(_survey(given["questions"], lists)), list(_choices(lists))
    content = hashlib.sha256(repr((survey, choices)).encode()).hexdigest()
    settings = {
        "form_title": " / ".join(given["title"][code] for code in LANGUAGES),
        "form_id": given["form"],
        "version": content[:12],
        "default_language": LANGUAGES["en"],
        "style": "pages",
    }
    return _workbook({
        "survey": (_SURVEY, survey), "choices": (_CHOICES, choices), "settings": (_SETTINGS, [settings]),
    })  # fmt: skip


def questionnaire() -> Given:
    """The file of the questions."""
    found: Given = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    return found


def choice_lists(given: Given) -> Lists:
    """The choices of each list that the form uses, by name, each with its labels."""
    used = [kind.split()[1] for kind in _kinds(given["questions"]) if kind.startswith("select_one ")]
    return {name: given["choices"].get(name) or _codes(name) for name in dict.fromkeys(used)}


def _kinds(questions: Sequence[Given]) -> Iterator[str]:
    for question in questions:
        yield from _kinds(question["questions"]) if "questions" in question else [question["type"]]


def _codes(name: str) -> dict[str, Given]:
    if name == "country":
        return _countries()
    labels = {language: codes.labels(name, language) for language in LANGUAGES}
    return {code: {language: labels[language][code] for language in LANGUAGES} for code in labels["en"]}


def _countries() -> dict[str, Given]:
    from babel.core import Locale, get_global  # noqa: PLC0415 -- heavy

    two_letters, arabic = get_global("territory_aliases"), Locale("ar").territories
    named = sorted(countries.countries().values(), key=lambda country: country.name)
    return {one.code: {"en": one.name, "ar": arabic[two_letters[one.code][0]]} for one in named}


def _choices(lists: Lists) -> Iterator[Line]:
    for name, listed in lists.items():
        for code, labels in listed.items():
            yield {"list_name": name, "name": code} | _in_languages("label", "", labels)


def _survey(questions: Sequence[Given], lists: Lists) -> Iterator[Line]:
    for question in questions:
        shape = next((shape for shape in ("group", "repeat") if shape in question), None)
        if shape is None:
            yield _question(question, lists)
            continue
        relevant = {"relevant": question["relevant"]} if "relevant" in question else {}
        appearance = {"appearance": "field-list"} if shape == "group" else {}
        labels = _in_languages("label", "", question)
        yield {"type": f"begin_{shape}", "name": question[shape]} | labels | relevant | appearance
        yield from _survey(question["questions"], lists)
        yield {"type": f"end_{shape}"}


def _question(given: Given, lists: Lists) -> Line:
    line = {"type": given["type"], "name": given["name"]}
    line |= _in_languages("label", "", given) | _in_languages("hint", "hint_", given)
    line |= _in_languages("constraint_message", "message_", given)
    line |= {key: given[key] for key in ("constraint", "appearance") if key in given}
    if "relevant" in given:
        line["relevant"] = _with_measures(given["relevant"])
    if "required" in given:
        line["required"] = "yes" if given["required"] is True else given["required"]
    _, _, choices = str(given["type"]).partition("select_one ")
    if choices and len(lists[choices]) > _LONG:
        line["appearance"] = "minimal autocomplete"
    return line


def _in_languages(column: str, prefix: str, given: Given) -> Line:
    named = ((f"{column}::{language}", given.get(prefix + code)) for code, language in LANGUAGES.items())
    return {name: text for name, text in named if text is not None}


def _with_measures(relevant: str) -> str:
    for kind in ("population", "facility_type"):
        taking = " ".join(str(row["code"]) for row in codes.rows("measure") if row[f"takes_{kind}"] == "1")
        relevant = relevant.replace(f"@{kind}", taking)
    return relevant


def _workbook(sheets: Mapping[str, tuple[Sequence[str], Sequence[Line]]]) -> bytes:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 -- heavy, and without types

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})  # the bytes do not depend on the clock
        head = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        for name, (columns, lines) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(columns) - 1, 28, text)
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column, head)
                for number, line in enumerate(lines, start=1):
                    if line.get(column):
                        sheet.write_string(number, place, line[column])
    return out.getvalue()
