"""The catalogues are whole, and adding a language takes a translator and no programmer."""

import csv
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docs import translations
from registry import codes, paths
from registry.errors import InvalidValue
from registry.services import places
from registry.sitrep import catalogue
from registry.sitrep.render import render_html
from registry.sitrep.snapshot import numbering, saying
from tests.sample_sitrep import MASTHEAD, SITREP


@pytest.mark.parametrize("language", catalogue.languages()[1:])
def test_the_catalogue_is_whole(language: str) -> None:
    assert list(translations.problems(language)) == [], "see docs/translating.md"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Catalogues and code lists of the test's own."""
    monkeypatch.setattr(paths, "LOCALE", Path(shutil.copytree(paths.LOCALE, tmp_path / "locale")))
    monkeypatch.setattr(paths, "CODELISTS", Path(shutil.copytree(paths.CODELISTS, tmp_path / "codelists")))
    caches = (catalogue.load, codes._load, codes._codes)
    for cache in caches:
        cache.cache_clear()
    yield tmp_path
    for cache in caches:
        cache.cache_clear()


def _changed(language: str, old: str, new: str) -> list[str]:
    file = translations.file_of(language)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return list(translations.problems(language))


@pytest.mark.parametrize(
    ("language", "old", "new", "wanted"),
    [
        ("fr", 'msgstr "plus de %(number)s"', 'msgstr ""', "fr: not translated, 0 of 1: 'more than %(number)s'"),
        ("fr", 'msgstr "plus de %(number)s"', 'msgstr "plus de %(nombre)s"', "names ['nombre'] and not ['number']"),
        ("fr", 'msgstr "plus de %(number)s"', 'msgstr "plus de 100% %(number)s"', "and not ['number']"),
        ("fr", 'msgid "more than %(number)s"', 'msgid "above %(number)s"', "no longer used, run update: 'above"),
        ("fr", 'msgid "more than %(number)s"', 'msgid "above %(number)s"', "not in the file, run update: 'more than"),
        ("fr", 'msgid "more than %(number)s"', '#, fuzzy\nmsgid "more than %(number)s"', "marked as fuzzy"),
        ("fr", '"%(count)s origines indépendantes"', '"origines indépendantes"', "form 2 names [] and not ['count']"),
        ("ar", '"%(count)s مصادر أصلية مستقلة"', '"مصادر أصلية مستقلة"', "form 4 names [] and not ['count']"),
        ("ar", 'msgstr[5] "%(count)s مصدر أصلي مستقل"', 'msgstr[5] ""', "ar: not translated, 5 of 6"),
        ("fr", 'msgstr "plus de %(number)s"', 'msgstr "plus de %(number)s \U0001f600"', "our fonts lack"),
    ],
)
def test_what_is_wrong_is_told(own: Path, language: str, old: str, new: str, wanted: str) -> None:
    assert own
    assert any(wanted in line for line in _changed(language, old, new))


def test_a_code_without_a_label_is_told(own: Path) -> None:
    file = own / "codelists" / "damage.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    code, parent, english, _arabic, rest = lines[1].split(",", 4)
    file.write_text("".join([lines[0], f"{code},{parent},{english},,{rest}", *lines[2:]]), encoding="utf-8")
    assert any("damage.csv has no label_ar for 1 codes" in line for line in translations.problems("ar"))


def test_update_keeps_what_is_translated_and_changes_nothing_else(own: Path) -> None:
    assert own
    for language in ("ar", "fr"):
        before = translations.file_of(language).read_bytes()
        translations.update(language)
        assert translations.file_of(language).read_bytes() == before


def test_check_lists_and_fails_plainly(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert own
    assert translations.main(["check"]) == 0
    assert capsys.readouterr().out == "Complete: ar, fr.\n"
    _changed("fr", 'msgstr "plus de %(number)s"', 'msgstr ""')
    assert translations.main(["check"]) == 1
    assert capsys.readouterr().out == "fr: not translated, 0 of 1: 'more than %(number)s'\n"
    assert translations.main([]) == 2


def test_a_language_is_added_without_code(own: Path) -> None:
    translations.main(["update", "fa"])
    assert "fa" in catalogue.languages()
    assert list(translations.problems("fa"))
    _translate_into_persian(translations.file_of("fa"))
    for name in codes.LISTS:
        _add_labels(own / "codelists" / f"{name}.csv")
    codes._load.cache_clear()
    assert list(translations.problems("fa")) == []
    html = render_html(replace(SITREP, masthead=replace(MASTHEAD, language="fa")))
    assert '<html lang="fa" dir="rtl">' in html
    assert "بیش از ۳۰" in html
    assert "۴ مهٔ ۲۰۱۹" in html
    assert codes.labels("damage", "fa")["destroyed"].startswith("فارسی")


def _translate_into_persian(file: Path) -> None:
    held = translations.read("fa")
    known = {
        "0123456789": "۰۱۲۳۴۵۶۷۸۹",
        "abcdefghijklmnopqrstuvwxyz": "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
        "more than %(number)s": "بیش از %(number)s",
    }
    for message in held:
        if message.id:
            message.string = known.get(message.id, message.id) if isinstance(message.id, str) else tuple(message.id)
    translations.write(file, held)


def _add_labels(file: Path) -> None:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, [*rows[0], "label_fa"])
        writer.writeheader()
        writer.writerows({**row, "label_fa": f"فارسی {row['code']}"} for row in rows)


def test_every_word_of_the_closed_vocabularies_has_its_message() -> None:
    assert set(saying._CONDUCTS) == set(codes.CONDUCTS)
    assert set(saying._USES) == set(codes.FACILITY_USES)
    assert set(saying._NOT_NUMBERS) == set(codes.CLAIM_KINDS) - {"quantity"}
    assert set(numbering._PARTS) == {"", *places.PARTS}


def test_a_list_without_labels_in_the_language_says_so() -> None:
    with pytest.raises(InvalidValue, match="add the column label_de"):
        codes.labels("grade", "de")


def test_an_unknown_language_names_the_choices() -> None:
    with pytest.raises(InvalidValue, match="give one of en, ar, fr"):
        catalogue.load("de")
