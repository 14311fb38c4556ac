"""Names: cleaned on the way in, folded for search, compared across scripts."""

import csv
import os
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.names import ALIKE, clean, fold, likeness, near, script_of

SAME = [
    [
        "Al-Shifa Hospital",
        "Shifa Medical Complex, al",
        "مستشفى الشفاء",
        "ash-Shifa",
        "Al-Shefaa hosp.",
        "مجمّع الشفاء الطبي",
    ],
    ["Idlib", "Idleb", "إدلب", "ادلب"],
    ["Hama", "حماة", "Hamah"],
    ["Kafr Ein", "كفر عين", "Kafer Ein", "Kfar Ain"],
    ["Basamis", "بسامس"],
    ["Qalaat al-Madiq", "قلعة المضيق", "Qal'at al-Mudiq"],
    ["Atmeh", "أطمة", "Atma", "اطمه"],
    ["Jabal al-Zawiya", "جبل الزاوية", "Jebel Zawia"],
    ["Kafr Nabl", "Kafranbel", "Kafr Nobol", "كفرنبل"],
    ["Maarat al-Numan", "معرة النعمان", "Ma'arrat an-Nu'man"],
    ["Deir ez-Zor", "دير الزور", "Deir Ezzor"],
    ["Khan Sheikhoun", "خان شيخون"],
    ["Frikeh", "فريكة"],
    ["School No. 3", "مدرسة رقم ٣", "School 03"],
    ["Big Hama", "حما كبير"],
    ["Lower Um Elosud", "أم الأسود تحتاني"],
    ["Achrafieh", "الأشرفية", "Ashrafiya"],
    ["Souaida", "السويداء", "Suwayda"],
    ["Civil Defence Centre", "مركز الدفاع المدني"],
    ["Medical point", "نقطة طبية"],
]
DIFFERENT = [
    ("Al Aqsa Hospital", "Al Quds Hospital"),
    ("School No. 3", "School No. 5"),
    ("مدرسة رقم ٣", "School No. 5"),
    ("School No. 3", "Hospital No. 3"),
    ("M10 Hospital", "M2 Hospital"),
    ("Kafr Ein clinic", "Kafr Nabl clinic"),
    ("Primary School Basamis", "Secondary School Basamis"),
    ("First Tal", "Second Tal"),
    ("Hospital", "School"),
    ("Northern Hama", "Southern Hama"),
    ("???", "!!!"),
    ("Idlib", ""),
]


@pytest.mark.parametrize("names", SAME, ids=lambda names: names[0])
def test_spellings_of_one_name_are_alike(names: list[str]) -> None:
    for one in names:
        for other in names:
            assert likeness(one, other) >= ALIKE, (one, other, fold(one), fold(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_are_not_alike(one: str, other: str) -> None:
    assert likeness(one, other) < ALIKE


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("مستشفى الشفاء", "shf"),
        ("Ash-Shifaa", "shf"),
        ("ar-Raqqa", "rk"),
        ("الرَّقّة", "rk"),
        ("تل بالوعة", "tl bl"),
        ("ولادة والأطفال", "wld tfl"),
        ("Jabal al-Zawiya", "jbl zwy"),
        ("Qal'at al-Madiq", "kl mdk"),
        ("Hospital", "hospital"),
        ("مستشفى", "hospital"),
        ("School No. 3", "school 3"),
        ("Al-Nasr School No. 3", "nsr 3"),
        ("Идлиб", "dlb"),
        ("Aa", "aa"),
        ("", ""),
        ("---", ""),
        ("1", "1"),
        ("Al", "l"),
    ],
)
def test_keys(name: str, key: str) -> None:
    assert fold(name) == key


def test_brackets_and_slashes_hold_other_names() -> None:
    assert likeness("Frikeh (Jisr-Ash-Shugur)", "فريكة") >= ALIKE
    assert likeness("Atma / Atmeh Camp", "أطمة") >= ALIKE


def test_a_name_with_a_number_is_less_like_one_without() -> None:
    assert likeness("Al-Nasr School 3", "Al-Nasr School") < likeness("Al-Nasr School 3", "مدرسة النصر ٣")


def test_near_offers_the_best_first_and_nothing_far() -> None:
    names = ["حماة", "إدلب", "Idleb", "Aleppo", "Idlib"]
    assert near("Idlib", names)[0] == "Idlib"
    assert set(near("Idlib", names)) == {"Idlib", "Idleb", "إدلب"}
    assert near("Idlib", names, limit=1) == ["Idlib"]
    assert near("Basamis", names) == []


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("  Kafr\u00a0\u200bEin\n", "Kafr Ein"),
        ("\u202bإدلب\u202c", "إدلب"),
        ("\u2067إدلب\u2069\u200f", "إدلب"),
        ("Id\x00lib\x07\x85", "Idlib"),
        ("Cafe\u0301", "Café"),
        ("Kafr\u200dEin", "KafrEin"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("ا\u200c", "ا"),
        ("\ufeffHama", "Hama"),
        ("a\ud800b", "ab"),
        ("a\tb\u2028c", "a b c"),
    ],
)
def test_clean(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("إدلب", "Arab"),
        ("Idlib", "Latn"),
        ("مستشفى Shifa", "Arab"),
        ("Харків", "Cyrl"),
        ("בית", "Hebr"),
        ("北京", "Hani"),
        ("123", "Zyyy"),
        ("", "Zyyy"),
        ("ꦗ", "Zzzz"),
    ],
)
def test_script_of(text: str, script: str) -> None:
    assert script_of(text) == script


NAMES = st.text(max_size=30) | st.text("abdhkst' -ابتحخدذرزسشصضطظعغفقكلمنهويةىءأ3٣()/", max_size=20)
ARABIC_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةى"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


@given(NAMES)
def test_a_key_is_plain(name: str) -> None:
    key = fold(name)
    assert key == " ".join(key.split())
    assert key == key.casefold()


@given(st.text(ARABIC_LETTERS + " ", max_size=20))
def test_the_key_of_an_arabic_name_is_ascii_unless_it_has_no_consonant(name: str) -> None:
    key = fold(name)
    assert key.isascii() or not set(name) - set("اعىةهحوي ل")


@given(st.text(ARABIC_LETTERS + " ", max_size=15), st.sampled_from("\u064b\u064e\u0650\u0651\u0652\u0640\u200f"))
def test_diacritics_and_tatweel_do_not_count(name: str, mark: str) -> None:
    assert fold("".join(letter + mark if letter != " " else letter for letter in name)) == fold(name)


@given(st.text("abcdefghijklmnopqrstuvwxyz 3'", max_size=20))
def test_case_spaces_and_accents_do_not_count(name: str) -> None:
    dressed = "".join(letter + "\u0301" if letter in "aeiou" else letter for letter in name)
    assert fold(f"  {dressed.upper()} ") == fold(name)


@given(NAMES, NAMES)
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0.0 <= likeness(one, other) <= 1.0


@given(NAMES)
def test_a_name_is_wholly_like_itself(name: str) -> None:
    assert likeness(name, name) == 1.0
    assert likeness(name, f" {name}\u200f ") == 1.0


@given(NAMES, st.lists(NAMES, max_size=8), st.integers(0, 5))
def test_near_gives_some_of_the_names(wanted: str, names: list[str], limit: int) -> None:
    found = near(wanted, names, limit)
    assert len(found) <= limit
    assert set(found) <= set(names)


PLACES = Path(os.environ.get("REGISTRY_TEST_PLACES", "syria-places.csv"))


@pytest.mark.skipif(not PLACES.is_file(), reason="REGISTRY_TEST_PLACES names no list of places")
def test_english_names_find_their_arabic_ones() -> None:
    groups = defaultdict(list)
    with PLACES.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["subdistrict_en"] and row["name_en"] and row["name_ar"]:
                groups[row["district_en"], row["subdistrict_en"]].append((row["name_en"], row["name_ar"]))
    found = total = 0
    for rows in groups.values():
        for english, arabic in rows:
            own = likeness(english, arabic)
            found += all(likeness(english, other) < own for _, other in rows if other != arabic)
            total += 1
    assert found / total > 0.985
