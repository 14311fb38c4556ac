"""The lasting part of a made-up registry (`large.py`): places, facilities with their names, sources, actors."""

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any, Generic, TypeVar

from bench.filling import Sink
from bench.naming import Names
from registry import keys, names

Item = TypeVar("Item")

# Country, its share of all that there is, and the south-west corner of its grid of governorates.
COUNTRIES = (("SYR", 40, 32.5, 35.9), ("UKR", 22, 45.0, 23.0), ("SDN", 14, 9.0, 22.0), ("YEM", 10, 12.8, 42.7),
             ("MMR", 9, 10.0, 93.0), ("PSE", 5, 31.2, 34.2))  # fmt: skip
GOVERNORATES, DISTRICTS, COMMUNITIES = 14, 8, 9  # within each other; fewer communities where facilities are few
FIRST, DAYS = date(2011, 1, 1), 15 * 365
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)  # when all of it was decided
KINDS = {
    "school_primary": 34, "school_secondary": 14, "primary_care": 14, "clinic": 11, "pharmacy": 8, "hospital": 6,
    "hospital_field": 3, "ambulance_station": 3, "civil_defence_centre": 4, "health_post": 3,
}  # fmt: skip
SPEAKERS = (("rescue_service", 6), ("monitoring_group", 8), ("un_body", 4), ("medical_ngo", 6), ("health_authority", 4),
            ("local_media", 16), ("newspaper", 10), ("armed_forces", 2), ("witness", 8))  # fmt: skip
ACTORS = (
    "state_forces",
    "foreign_state_forces",
    "rebel_group",
    "pro_government_militia",
    "political_militia",
    "unknown",
)


class Zipf(Generic[Item]):
    """Draws from a list of which the first are drawn far more often than the last."""

    def __init__(self, items: Sequence[Item], weights: Sequence[float] | None = None) -> None:
        self.items = items
        self._weights = list(accumulate(weights or (1 / (rank + 3) for rank in range(len(items)))))

    def draw(self, chance: random.Random) -> Item:
        """One of them."""
        return chance.choices(self.items, cum_weights=self._weights)[0]


@dataclass
class Community:
    """A populated place, and what stands there in the order in which it is hit again."""

    key: uuid.UUID
    lat: float
    lon: float
    facilities: list[tuple[uuid.UUID, str]] = field(default_factory=list)


@dataclass
class Country:
    """A country, its communities with the ones that are hit most first, and who speaks and is accused there."""

    code: str
    communities: Zipf[Community]
    sources: Zipf[tuple[uuid.UUID, str]]
    actors: Zipf[uuid.UUID]
    situations: list[tuple[uuid.UUID, date, date]]


class Making:
    """What all rows are made with: one source of chance, and refs that are the same for the same seed."""

    def __init__(self, sink: Sink, seed: int) -> None:
        self.sink = sink
        self.chance = random.Random(seed)  # noqa: S311 -- the same registry in every run
        self._refs = {letter: _refs(letter) for letter in keys.PREFIXES}

    def row(self, table: str, **values: Any) -> uuid.UUID:
        """A row; its key."""
        return self.sink.insert(table, values)

    def ref(self, letter: str) -> str:
        """A ref that the program would take, one after the other: an index of them grows at its end."""
        return next(self._refs[letter])


def ids(seed: int) -> Iterator[keys.SpeltId]:
    """UUIDv7 by a clock that starts at the turn of 2025 and moves by a quarter of a microsecond (`keys.new_ids`)."""
    chance = random.Random(seed)  # noqa: S311 -- as above
    for moment in range(1_735_689_600_000 << 12, 1 << 60):
        spread = chance.getrandbits(62)
        yield keys.SpeltId((moment >> 12) << 80 | (moment & 0xFFF) << 64 | 0x7 << 76 | 0x2 << 62 | spread)


def _refs(letter: str) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        body, rest = "", number
        for _ in range(12):
            rest, digit = divmod(rest, 32)
            body = keys.CROCKFORD[digit] + body
        check = keys._check_character(letter + body)
        if check in keys.CROCKFORD:
            yield f"{letter}-{body[:4]}-{body[4:8]}-{body[8:]}-{check}"


@lru_cache(maxsize=DAYS)
def day(number: int) -> date:
    """A day, counted from the first."""
    return FIRST + timedelta(days=number)


def countries(making: Making, facilities: int) -> list[Country]:
    """All that lasts, with so many facilities in all."""
    named = Names(making.chance.randrange(1 << 30))
    found = [_country(making, named, place, facilities) for place in COUNTRIES]
    total = sum(share for _, share, _, _ in COUNTRIES)
    for country, (_, share, _, _) in zip(found, COUNTRIES, strict=True):
        _facilities(making, named, country, facilities * share // total)
    return found


def _country(making: Making, named: Names, place: tuple[str, int, float, float], facilities: int) -> Country:
    code, _, south, west = place
    chance = making.chance
    top = _place(making, named, code, "country", None, (south + 2, west + 2))
    within = max(1, min(COMMUNITIES, facilities // 10_000))
    communities: list[Community] = []
    for number in range(GOVERNORATES):
        at = south + number // 4 * 1.1, west + number % 4 * 1.3
        governorate = _place(making, named, code, "governorate", top, at)
        for _ in range(DISTRICTS):
            middle = at[0] + chance.gauss(0, 0.25), at[1] + chance.gauss(0, 0.3)
            district = _place(making, named, code, "district", governorate, middle)
            for _ in range(within):
                lat, lon = middle[0] + chance.gauss(0, 0.05), middle[1] + chance.gauss(0, 0.06)
                key = _place(making, named, code, "community", district, (lat, lon))
                communities.append(Community(key, lat, lon))
    chance.shuffle(communities)
    actors = [_named(making, named, "actor", "B", kind) for kind in ACTORS]
    sources = [(_named(making, named, "source", "S", kind), kind) for kind, count in SPEAKERS for _ in range(count)]
    chance.shuffle(sources)
    return Country(code, Zipf(communities), Zipf(sources), Zipf(actors), _situations(making, code, communities))


def _place(
    making: Making, named: Names, country: str, level: str, above: uuid.UUID | None, at: tuple[float, float]
) -> uuid.UUID:
    ref = making.ref("P")
    key = making.row(
        "place", ref=ref, country=country, level=level, parent_id=above, pcode=f"{country[:2]}{ref[12:16]}",
        edition="made up", lat=round(at[0], 5), lon=round(at[1], 5),
    )  # fmt: skip
    _names(making, named, "place", key, place=True)
    return key


def _named(making: Making, named: Names, table: str, letter: str, kind: str) -> uuid.UUID:
    key = making.row(table, ref=making.ref(letter), kind_code=kind)
    _names(making, named, table, key)
    return key


def _names(making: Making, named: Names, table: str, key: uuid.UUID, *, place: bool = False) -> None:
    """The names that a registry has of one thing: in Arabic, in a Latin spelling or two, or both."""
    name = named.one()
    roll = making.chance.random()
    spelt = [
        *([named.arabic(name)] if roll < 0.75 else []),
        *([named.latin(name)] if roll > 0.4 else []),
        *([named.latin(name)] if roll > 0.93 else []),
    ]
    if place:  # without the word for a school or a clinic, which stands first in Arabic and last in Latin letters
        spelt = [
            text.partition(" ")[2] if names.script_of(text) == "Arab" else text.rpartition(" ")[0] for text in spelt
        ]
    for number, text in enumerate(dict.fromkeys(text or "Unspelt" for text in spelt)):
        making.row(
            f"{table}_name",
            **{f"{table}_id": key, "name": text, "script": names.script_of(text), "folded": names.fold(text)},
            kind="alias" if number > 1 else "official",
        )


def _situations(making: Making, country: str, communities: Sequence[Community]) -> list[tuple[uuid.UUID, date, date]]:
    """Offensives: stretches of some months in which most attacks fall."""
    found = []
    for number in range(10):
        start = making.chance.randrange(DAYS - 200)
        first, last = day(start), day(start + making.chance.randrange(40, 200))
        key = making.row(
            "situation", ref=making.ref("N"), country=country, name=f"Offensive {number + 1} in {country}",
            from_on=first, to_on=last, precision_code="range",
        )  # fmt: skip
        making.row("situation_place", situation_id=key, place_id=communities[number].key)
        found.append((key, first, last))
    return found


def _facilities(making: Making, named: Names, country: Country, count: int) -> None:
    """Facilities of a country, one in two hundred of them entered twice and found to be the same."""
    chance, kinds = making.chance, Zipf(list(KINDS), list(KINDS.values()))
    for _ in range(count):
        community, kind = country.communities.draw(chance), kinds.draw(chance)
        canonical = None
        if community.facilities and chance.random() < 0.005:
            canonical, kind = chance.choice(community.facilities)
        key = making.row(
            "facility", ref=making.ref("F"), country=country.code, type_code=kind, place_id=community.key,
            canonical_id=canonical, is_underground=kind == "hospital_field" and chance.random() < 0.2,
        )  # fmt: skip
        _names(making, named, "facility", key)
        if chance.random() < 0.8:
            making.row(
                "facility_position", facility_id=key, lat=round(community.lat + chance.gauss(0, 0.02), 5),
                lon=round(community.lon + chance.gauss(0, 0.02), 5), precision_code="point", method="list",
            )  # fmt: skip
        if canonical is None:
            community.facilities.append((key, kind))
        else:
            _judged_same(making, canonical, key)


def _judged_same(making: Making, canonical: uuid.UUID, key: uuid.UUID) -> None:
    left, right = sorted((canonical, key))
    making.row(
        "judgement", kind="facility", left_id=left, right_id=right, verdict="same", reasons="same name and place",
        decided_by="made up", decided_at=MOMENT,
    )  # fmt: skip
