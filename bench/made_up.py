"""Made-up lists, each pair told by two databases that do not know of each other; read by `bench/matching.py`.

The words and spellings are our own, and none of them is in the program: what is measured is the method.
"""

import random
from datetime import date, timedelta

from registry.services.linking import Record

Lists = tuple[list[Record], list[Record], set[tuple[object, object]]]

# Arabic letters of names and what one writer or another makes of them in Latin ones.
_LETTERS = {
    "ا": ("a", "a", "aa"), "ب": ("b",), "ت": ("t",), "ج": ("j", "g"), "ح": ("h",), "خ": ("kh",), "د": ("d",),
    "ر": ("r",), "ز": ("z",), "س": ("s",), "ش": ("sh",), "ص": ("s",), "ض": ("d",), "ط": ("t",), "ع": ("a", ""),
    "ف": ("f",), "ق": ("q", "k"), "ك": ("k",), "ل": ("l",), "م": ("m",), "ن": ("n",), "ه": ("h",),
    "و": ("u", "o", "ou"), "ي": ("i", "y", "ee"),
}  # fmt: skip
_CONSONANTS = "بتجحخدرزسشصضطفقكلمنه"
_KINDS = {"hospital": ("مستشفى", "Hospital"), "clinic": ("عيادة", "clinic"), "school": ("مدرسة", "School")}
_HIT = (
    ("shells hit the {kind} {name} in {place}", "{place}: {kind} {name} struck, {killed} dead, {injured} wounded"),
    ("an air strike damaged {kind} {name}, {place}", "{name} {kind} bombed by warplanes near {place}"),
    ("{kind} {name} was burnt down by gunmen", "armed men set fire to the {name} {kind} at {place}"),
    ("staff of {name} were beaten at {place}", "assault on personnel of {kind} {name}"),
)
_MEANS = (("shelling", "artillery"), ("air", "aerial bombing"), ("arson", "fire"), ("assault", "beating"))


def _word(chance: random.Random) -> tuple[str, str]:
    """A word in Arabic letters, and as somebody writes it in Latin ones."""
    arabic, latin = "", ""
    for _ in range(chance.choice((2, 3, 3))):
        letter = chance.choice(_CONSONANTS)
        vowel = chance.choice(("", "ا", "و", "ي"))
        arabic += letter + vowel
        latin += chance.choice(_LETTERS[letter])
        latin += chance.choice(_LETTERS[vowel]) if vowel else chance.choice("aei")
    return arabic, latin


def _mistyped(chance: random.Random, name: str) -> str:
    letters = list(name)
    if chance.random() < 0.3:
        place = chance.randrange(len(letters))
        letters[place : place + 1] = chance.choice(([], [letters[place]] * 2, [chance.choice("abdehilnrst")]))
    return "".join(letters)


def two_scripts(size: int, seed: int = 2) -> Lists:
    """Facilities in Arabic in one list, in Latin letters with slips in the other; six of ten are in both.

    A third has no position in one list or the other; the districts are spelt alike.
    """
    chance = random.Random(seed)  # noqa: S311 -- the same lists in every run
    words = [_word(chance) for _ in range(1_500)]
    left: list[Record] = []
    right: list[Record] = []
    truth: set[tuple[object, object]] = set()
    shared = int(size * 0.6)
    for number in range(2 * size - shared):
        parts = [chance.choice(words) for _ in range(chance.choice((1, 2, 2)))]
        kind = chance.choice(tuple(_KINDS))
        district = chance.randrange(60)
        spot = 33 + district // 10 * 0.4 + chance.gauss(0, 0.1), 36 + district % 10 * 0.4 + chance.gauss(0, 0.1)
        arabic = " ".join((_KINDS[kind][0], *("ال" + one for one, _ in parts)))
        latin = " ".join((*(f"{chance.choice(('al-', 'Al ', ''))}{_mistyped(chance, two)}" for _, two in parts),
                          _KINDS[kind][1]))  # fmt: skip
        for records, name, wanted in ((left, arabic, number < size), (right, latin, not shared <= number < size)):
            if wanted:
                lat, lon = (degree + chance.gauss(0, 0.003) for degree in spot)
                known = chance.random() > 0.18
                records.append(
                    Record(
                        number,
                        (name,),
                        "SYR",
                        frozenset({f"district {district}"}),
                        lat if known else None,
                        lon if known else None,
                        facts={"type": kind},
                    )
                )
        if number < shared:
            truth.add((number, number))
    return left, right, truth


def attacks(size: int, seed: int = 3) -> Lists:
    """Attacks with facilities' names, places and texts, told by two databases; half of each list is in both.

    Days differ by one or two for a fifth, tolls for a third; a place is spelt in two ways; a third of the texts names
    no facility; one list gives the position of the town, the other none.
    """
    chance = random.Random(seed)  # noqa: S311 -- the same lists in every run
    towns = [(_word(chance), 33 + chance.random() * 3, 36 + chance.random() * 4) for _ in range(150)]
    facilities = [[(_word(chance)[1].title(), chance.choice(tuple(_KINDS))) for _ in range(6)] for _ in towns]
    left: list[Record] = []
    right: list[Record] = []
    truth: set[tuple[object, object]] = set()
    shared = size // 2
    for number in range(2 * size - shared):
        town = min(int(chance.expovariate(0.03)), len(towns) - 1)
        (_, place), lat, lon = towns[town]
        name, kind = chance.choice(facilities[town])
        how = chance.randrange(len(_HIT))
        day = date(2021, 1, 1) + timedelta(days=chance.randrange(365))
        killed, injured = min(int(chance.expovariate(0.5)), 60), min(int(chance.expovariate(0.2)), 90)
        for side, records in enumerate((left, right)):
            if number >= shared and (number < size) == bool(side):
                continue
            told = _told(chance, (killed, injured))
            spelt, named = _mistyped(chance, place.title()), _mistyped(chance, name) if chance.random() > 0.33 else ""
            text = _HIT[how][side].format(kind=kind, name=named, place=spelt, killed=told[0], injured=told[1])
            slip = chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 1, -2))
            on = day + timedelta(days=slip)
            areas = frozenset({spelt} if side else {spelt, f"area {town // 5}"})
            records.append(
                Record(
                    number, (named,) if named else (), "SYR", areas, None if side else lat, None if side else lon,
                    5_000.0, first=on, last=on,
                    facts={"means": _MEANS[how][side], "facility": kind},
                    counts={"killed": told[0], "injured": told[1]}, text=text,
                )
            )  # fmt: skip
        if number < shared:
            truth.add((number, number))
    return left, right, truth


def _told(chance: random.Random, numbers: tuple[int, int]) -> tuple[int, int]:
    if chance.random() > 0.2:
        return numbers
    killed, injured = numbers
    return max(0, killed + chance.choice((-1, 0, 1, 2))), max(0, injured + chance.choice((-2, -1, 1, 3)))
