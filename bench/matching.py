"""How well and how fast records of two lists are matched: precision, recall and CPU seconds.

    python bench/matching.py [--data FOLDER] [--size 100000] [--without-splink]

The real lists are read from `../shared/data` or from the folder in REGISTRY_TEST_DATA, and skipped where they are
not; their IDs serve as the truth and are never compared. Of the places of Syria, and of facilities of Palestine and of
Sudan, one list is made two, in two scripts.
`bench/made_up.py` tells attacks in two databases and facilities in two scripts. The generated lists (facilities with
misspelt names, rounded positions and gaps, twelve of a hundred without a position) show what size costs. Splink's model
scores the same pairs in the same run, as rival.
"""

import argparse
import csv
import json
import os
import random
import re
import resource
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import iterparse

from bench.made_up import Lists, attacks, two_scripts
from registry.services.linking import Linked, Record, link, splinked
from registry.services.linking.model import Model, Scored, learned

DATA = Path(os.environ.get("REGISTRY_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
LEVELS = (0.5, 0.8, 0.9, 0.95, 0.98)
Truth = set[tuple[object, object]]

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SERIAL_ZERO = date(1899, 12, 30)


def sudan(data: Path) -> Lists:
    """Health facilities of Sudan: healthsites.io against OpenStreetMap."""
    folder = data / "facilities"
    lists = [
        [
            Record(
                row[key],
                tuple(dict.fromkeys(name for part in ("name", "name_en", "name_ar") if (name := row.get(part)))),
                "SDN",
                lat=float(row["lat"]),
                lon=float(row["lon"]),
                facts={"type": row["amenity"]} if row["amenity"] else {},
            )
            for row in _csv(folder / file)
        ]
        for file, key in (("healthsites-sudan.csv", "uuid"), ("osm-sudan-health.csv", "osm_id"))
    ]
    return lists[0], lists[1], {(row["uuid"], row["oid"]) for row in _csv(folder / "sudan-same-object.csv")}


def shcc(data: Path) -> Lists:
    """Attacks on health care: SHCC's list of 2022 against Insecurity Insight's of 2016 to 2023."""
    folder = data / "insecurity-insight"
    left = _attacks(folder / "shcc-2022.xlsx", "Country ISO", "Obstruction to Health Care")
    right = _attacks(folder / "health-2016-2023.xlsx", "Country ISO", "Access Denied or Obstructed")
    known = {record.key for record in right}
    return left, right, {(record.key, record.key) for record in left if record.key in known}


def syria(data: Path) -> Lists:
    """Places of Syria: English names against Arabic ones; seven of ten in each list, spots moved by 1.5 km or so."""
    rows = {row["pcode"]: row for row in _csv(data / "places" / "syria-places.csv") if row["pcode"] and row["lat"]}
    told = [(code, row["name_en"], row["name_ar"], row["lat"], row["lon"], "") for code, row in rows.items()]
    return _in_two_scripts("SYR", told, spread=0.0135)


def palestine(data: Path) -> Lists:
    """Health facilities of Palestine: English names against Arabic ones, spots moved by 300 m or so."""
    told = []
    for feature in json.loads((data / "facilities" / "osm-palestine-health.geojson").read_bytes())["features"]:
        of, (lon, lat) = feature["properties"], feature["geometry"]["coordinates"]
        told.append((of["osm_id"], of["name:en"], of["name:ar"] or of["name"], lat, lon, of["amenity"]))
    return _in_two_scripts("PSE", told, spread=0.003)


def sudan_in_two_scripts(data: Path) -> Lists:
    """The same of Sudan."""
    rows = _csv(data / "facilities" / "osm-sudan-health.csv")
    told = [(row["osm_id"], row["name_en"], row["name_ar"], row["lat"], row["lon"], row["amenity"]) for row in rows]
    return _in_two_scripts("SDN", told, spread=0.003)


def _in_two_scripts(country: str, told: Sequence[tuple[Any, ...]], *, spread: float) -> Lists:
    """Two lists made of one: those with an English and an Arabic name; seven of ten in each, spots moved."""
    chance = random.Random(1)  # noqa: S311 -- the same lists in every run
    lists: list[list[Record]] = [[], []]
    for which, records in enumerate(lists):
        for key, *both, lat, lon, kind in told:
            if all(both) and chance.random() < 0.7:
                spot = float(lat) + chance.gauss(0, spread), float(lon) + chance.gauss(0, spread)
                records.append(
                    Record(key, (both[which],), country, frozenset(), *spot, facts={"type": kind} if kind else {})
                )
    known = {record.key for record in lists[1]}
    return lists[0], lists[1], {(record.key, record.key) for record in lists[0] if record.key in known}


# What both lists have, by a word in the heading. Headings of the two differ in spelling.
_FACTS = {
    "actor kind": "Reported Perpetrator",
    "actor": "Reported Perpetrator Name",
    "means": "Weapon Carried/Used",
    "outcome": "Known Kidnapping or Arrest Outcome",
    **{f"{kind} related": f"{kind}-Related Violence" for kind in ("Conflict", "Political", "COVID-19", "Ebola")},
    "vaccination related": "Vaccination-Related Violence",
}
_COUNTS = {
    "destroyed": "Number of Attacks on Health Facilities Reporting Destruction",
    "damaged": "Number of Attacks on Health Facilities Reporting Damaged",
    "entered": "Forceful Entry into Health Facility",
    "occupied": "Occupation of Health Facility",
    "vehicles destroyed": "Health Transportation Destroyed",
    "vehicles damaged": "Health Transportation Damaged",
    "looted": "Looting/Theft/Robbery/Burglary of Health Supplies",
    **{
        verb: f"Health Workers {verb.title()}"
        for verb in ("killed", "injured", "kidnapped", "arrested", "threatened", "assaulted", "sexually assaulted")
    },
}


def _attacks(path: Path, country: str, obstructed: str) -> list[Record]:
    rows = _xlsx(path)
    headings: dict[str, int] = {}
    for column, heading in next(rows).items():
        headings.setdefault(heading.strip(), column)
    stolen = next(heading for heading in headings if heading.startswith("Health Transportation Stolen"))
    counts = {**_COUNTS, "obstructed": obstructed, "vehicles stolen": stolen}
    found = []
    for row in rows:
        cell = {heading: row.get(column, "").strip() for heading, column in headings.items()}
        if not cell["Date"].replace(".", "").isdigit():
            continue  # the row of HXL tags
        day = _SERIAL_ZERO + timedelta(days=int(float(cell["Date"])))
        found.append(
            Record(
                cell["SiND Event ID"],
                country=cell[country] or cell["Country"],
                first=day,
                last=day,
                facts={about: cell[heading].casefold() for about, heading in _FACTS.items() if cell[heading]},
                counts={about: int(float(cell[heading])) for about, heading in counts.items() if cell[heading]},
            )
        )
    return found


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _xlsx(path: Path) -> Iterator[dict[int, str]]:
    """The rows of a workbook's first sheet, by column number; enough of the format for these files."""
    with zipfile.ZipFile(path) as archive:
        with archive.open("xl/sharedStrings.xml") as file:
            shared = [_text(item) for _, item in iterparse(file) if item.tag == _SHEET + "si"]  # noqa: S314 -- our own data
        with archive.open("xl/worksheets/sheet1.xml") as file:
            for _, element in iterparse(file):  # noqa: S314 -- the same
                if element.tag == _SHEET + "row":
                    yield dict(_cells(element, shared))
                    element.clear()


def _text(element: object) -> str:
    return "".join(part.text or "" for part in element.iter(_SHEET + "t"))  # type: ignore[attr-defined]  # an Element


def _cells(row: object, shared: list[str]) -> Iterator[tuple[int, str]]:
    for cell in row.iter(_SHEET + "c"):  # type: ignore[attr-defined]  # an Element
        value = cell.find(_SHEET + "v")
        if value is not None and value.text is not None:
            letters = re.sub(r"\d", "", cell.get("r"))
            column = sum((ord(letter) - 64) * 26**place for place, letter in enumerate(reversed(letters))) - 1
            yield column, shared[int(value.text)] if cell.get("t") == "s" else value.text


_SOUNDS = ("ba", "da", "fa", "ha", "ja", "ka", "la", "ma", "na", "qa", "ra", "sa", "sha", "ta", "za", "kha", "wi", "ri")
_TYPES = ("clinic", "hospital", "pharmacy", "school")


def generated(size: int, seed: int = 1) -> Lists:
    """Facilities that two lists tell differently; six of ten are in both."""
    chance = random.Random(seed)  # noqa: S311 -- the same lists in every run
    left: list[Record] = []
    right: list[Record] = []
    truth: Truth = set()
    shared = int(size * 0.6)
    words = ["".join(chance.choices(_SOUNDS, k=chance.choice((2, 2, 3)))) for _ in range(6_000)]
    for number in range(2 * size - shared):
        name = " ".join(chance.choices(words, k=chance.choice((1, 2, 2, 3))))
        district = chance.randrange(600)
        spot = 12 + district // 30 * 0.4 + chance.gauss(0, 0.1), 24 + district % 30 * 0.4 + chance.gauss(0, 0.1)
        true = (name, f"district {district}", spot, chance.choice(_TYPES))
        if number < size:
            left.append(_told(chance, ("left", number), *true))
        if number < shared or number >= size:
            right.append(_told(chance, ("right", number), *true))
        if number < shared:
            truth.add((("left", number), ("right", number)))
    return left, right, truth


def _told(chance: random.Random, key: object, name: str, district: str, spot: tuple[float, float], kind: str) -> Record:
    letters = list(name)
    for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
        place = chance.randrange(len(letters))
        letters[place : place + 1] = chance.choice(([], [letters[place]] * 2, [chance.choice("abdefhiklmnrstu")]))
    told = "".join(letters).replace("kh", chance.choice(("kh", "k"))).replace("q", chance.choice("qk"))
    if chance.random() < 0.12:
        lat = lon = None
    else:
        lat, lon = (round(degree + chance.gauss(0, 0.002), 4) for degree in spot)
    facts = {"type": kind} if chance.random() < 0.9 else {"type": chance.choice(_TYPES)}
    return Record(key, (told,), "SYR", frozenset({district}), lat, lon, facts=facts)


def measured(title: str, lists: Lists, *, repeats: bool, with_splink: bool = False) -> Linked:
    """Print how a pair of lists fares, with Splink's model on the same pairs beside ours where that is asked for."""
    left, right, truth = lists
    ways: dict[str, Callable[[Model], Scored]] = {"ours": learned}
    if with_splink:
        ways["Splink"] = splinked.scorer()
    print(f"{title}: {len(left)} x {len(right)} records, {len(truth)} of them in both")
    found = {}
    for way, score in ways.items():
        begun = time.process_time()
        found[way] = link(left, right, repeats=repeats, score=score)
        spent = time.process_time() - begun
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"  {way}: {spent:.1f} s CPU, {memory} MB at most until here")
    for level in LEVELS:
        told = [f"{way} {_quality(linked, truth, level)}" for way, linked in found.items()]
        print(f"  score >= {level:4}: " + " | ".join(told))
    _print_ranks(found["ours"], truth)
    return found["ours"]


def _quality(linked: Linked, truth: Truth, level: float) -> str:
    found = {(pair.left, pair.right) for pair in linked.matched if pair.score >= level}
    right_ones = len(found & truth)
    return (
        f"{len(found):6} pairs, precision {right_ones / max(len(found), 1):.4f}, recall {right_ones / len(truth):.4f}"
    )


def _print_ranks(linked: Linked, truth: Truth) -> None:
    ranked: dict[object, list[object]] = defaultdict(list)
    for pair in linked.pairs:
        ranked[pair.left].append(pair.right)
    accepted = {pair.left for pair in linked.matched if pair.score >= LEVELS[-1]}
    rest = [(one, other) for one, other in truth if one not in accepted]
    for told, among in (("all", list(truth)), ("those not accepted", rest)):
        first = sum(other in ranked[one][:5] for one, other in among)
        print(f"  truth among the first five of {told}: {first / max(len(among), 1):.3f} of {len(among)}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Precision, recall and CPU seconds of matching.")
    parser.add_argument("--data", type=Path, default=DATA, help="The folder with the real lists.")
    parser.add_argument("--size", type=int, default=100_000, help="Records in each generated list.")
    parser.add_argument("--without-splink", action="store_true", help="Measure ours alone.")
    given = parser.parse_args()
    with_splink = not given.without_splink
    real: dict[str, tuple[Callable[[Path], Lists], bool]] = {
        "Sudan, healthsites.io / OpenStreetMap": (sudan, True),
        "SHCC 2022 / Insecurity Insight 2016-2023": (shcc, False),
        "Places of Syria, English / Arabic": (syria, True),
        "Facilities of Palestine, English / Arabic": (palestine, True),
        "Facilities of Sudan, English / Arabic": (sudan_in_two_scripts, True),
    }
    for title, (read, repeats) in real.items():
        if given.data.is_dir():
            measured(title, read(given.data), repeats=repeats, with_splink=with_splink)
        else:
            print(f"{title}: skipped, {given.data} is not here")
    measured("Made-up facilities in two scripts", two_scripts(4_000), repeats=True, with_splink=with_splink)
    measured("Made-up attacks in two databases", attacks(3_000), repeats=False, with_splink=with_splink)
    measured("Generated facilities", generated(given.size), repeats=True, with_splink=with_splink)


if __name__ == "__main__":
    main()
