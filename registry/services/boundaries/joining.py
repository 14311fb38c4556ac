"""Which place an area is: by P-code, else by name in any spelling. Nothing is guessed.

A name counts as it is spelt, else by its search key, else by the key without what lists add or leave out: the word for
a kind of area ("Sagaing Region"), what stands in brackets ("Homs (Hims)"), the ending of a Slavic adjective
("Kharkivska" for Kharkiv), a space (كفرنبل for Kafr Nabl).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from registry import db, names
from registry.errors import UsageError
from registry.services.boundaries.documents import ID, Area
from registry.services.importing.holding import without_kind

_ASIDE = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")
_EITHER = re.compile(r"\s*[/_|]\s*")
_ADJECTIVE = re.compile(r"(?i)(?<=\w{3})s['’`]?k(?:a|aya|yi|yy|iy)\b")  # oblasts are named so, or by their town
_NEAR = 3


@dataclass(frozen=True)
class Candidate:
    """A place that an area may be.

    Attributes:
        told: its name, code and parent: what tells it from its namesakes.
    """

    key: Any
    ref: str
    name: str
    pcode: str | None
    told: str


@dataclass(frozen=True)
class Headings:
    """Which properties hold the P-code and the name; None: none does."""

    code: str | None = None
    name: str | None = None


NOT_GIVEN = Headings()


@dataclass
class Joined:
    """What an area was found to be.

    Attributes:
        by: `code` or `name`.
        trouble: why it is left out; empty where there is a place.
    """

    area: Area
    called: str
    place: Candidate | None = None
    by: str = ""
    trouble: str = ""


@dataclass
class Places:
    """The places of one level of a country, by code and by each way of spelling their names."""

    level: str
    country: str
    codes: dict[str, list[Candidate]] = field(default_factory=dict)
    spellings: list[dict[str, list[Candidate]]] = field(default_factory=lambda: [{}, {}, {}])
    called: dict[str, list[Candidate]] = field(default_factory=dict)

    def by_code(self, text: str) -> list[Candidate]:
        """The places with a P-code."""
        return self.codes.get(text.strip().upper(), [])

    def by_name(self, text: str) -> list[Candidate]:
        """The places that a name means: those spelt so, else those with its key, else those like it loosely."""
        for keys_of, known in zip(_SPELLINGS, self.spellings, strict=True):
            found = {place.ref: place for key in keys_of(text) for place in known.get(key, ())}
            if found:
                return list(found.values())
        return []

    def near(self, text: str) -> list[str]:
        """What a name that nothing has may have meant, best first."""
        alike = names.near(text, self.called, _NEAR)
        return list(dict.fromkeys(place.told for name in alike for place in self.called[name]))[:_NEAR]

    def add(self, place: Candidate, called: Iterable[str]) -> None:
        """Take in a place with its names."""
        if place.pcode:
            self.codes.setdefault(place.pcode.upper(), []).append(place)
        for name in called:
            self.called.setdefault(name, []).append(place)
            for keys_of, known in zip(_SPELLINGS, self.spellings, strict=True):
                for key in keys_of(name):
                    known.setdefault(key, []).append(place)


def _spelt(name: str) -> set[str]:
    return {names.clean(name).casefold()} - {""}


def _folded(name: str) -> set[str]:
    return {names.fold(name)} - {""}


def _loosely(name: str) -> set[str]:
    outside = _ASIDE.sub(" ", name).strip()
    bare = [without_kind(part) for part in (outside, *_EITHER.split(outside))]
    forms = (names.fold(form) for part in bare for form in (part, _ADJECTIVE.sub("", part)))
    return {form.replace(" ", "") for form in forms} - {""}


_SPELLINGS: tuple[Callable[[str], set[str]], ...] = (_spelt, _folded, _loosely)


def places(connection: Connection, country: str, level: str) -> Places:
    """The places of this level in a country, with all their names; of merged ones, the canonical place."""
    sql = (
        "SELECT v.id AS key, v.ref AS ref, v.name AS name, v.pcode AS pcode, v.parent AS parent FROM v_place v "
        "WHERE v.country = :country AND v.level = :level AND v.canonical_id IS NULL ORDER BY v.ref"
    )
    called = (
        "SELECT COALESCE(p.canonical_id, p.id) AS key, n.name AS name FROM place_name n "
        "JOIN place p ON p.id = n.place_id WHERE p.country = :country AND p.level = :level "
        "AND n.retracted_at IS NULL AND p.retracted_at IS NULL ORDER BY n.id"
    )
    names_of: dict[Any, list[str]] = {}
    for row in db.every(connection, called, country=country, level=level):
        names_of.setdefault(row["key"], []).append(row["name"])
    found = Places(level, country)
    for row in db.every(connection, sql, country=country, level=level):
        within = f"{row['pcode'] or row['ref']}, {row['parent'] or country}"
        place = Candidate(row["key"], row["ref"], row["name"], row["pcode"], f"{row['name']} ({within})")
        found.add(place, dict.fromkeys(names_of.get(row["key"], ())))
    return found


def headings(areas: Sequence[Area], known: Places, given: Headings) -> Headings:
    """The properties with codes and names: those given, else those whose values lead to the most places.

    Raises:
        UsageError: a given one is not in the file, none leads to a place, or two lead to different ones.
    """
    for name in (given.code, given.name):
        if name is not None and not any(name in area.properties for area in areas):
            there = ", ".join(_properties(areas)) or "none"
            raise UsageError(f"no feature has the property {name!r}; there are: {there}")
    # A given one is meant alone: a name that leads to too little is not made up for by some other column.
    if given.code or given.name:
        return given
    found = Headings(_best(areas, known.by_code, ()), _best(areas, known.by_name, (ID,)))
    if found == NOT_GIVEN:
        raise UsageError(
            f"no property leads to a {known.level} of {known.country}; load its places first, or say which properties "
            f"to join by with --code-property or --name-property: {', '.join(_properties(areas)) or 'there are none'}"
        )
    return found


def _properties(areas: Iterable[Area]) -> list[str]:
    return list(dict.fromkeys(key for area in areas for key in area.properties))


def _best(areas: Sequence[Area], look_up: Callable[[str], list[Candidate]], but: Sequence[str]) -> str | None:
    led: dict[str, dict[int, str]] = {}
    for area in areas:
        for key, text in area.properties.items():
            if key not in but and len(found := look_up(text)) == 1:
                led.setdefault(key, {})[area.number] = found[0].ref
    # A column that says the same of every area (the country's capital, the parent) tells no area from another.
    counts = {key: len(set(places.values())) for key, places in led.items()}
    most = max(counts.values(), default=0)
    best = [key for key, count in counts.items() if count == most]
    for other in best[1:]:
        if any(led[best[0]].get(number, ref) != ref for number, ref in led[other].items()):
            raise UsageError(f"the properties {best[0]!r} and {other!r} lead to different places; say which is meant")
    return best[0] if best else None


def join(areas: Iterable[Area], known: Places, by: Headings) -> list[Joined]:
    """Each area with its place, or why it has none. Two areas that lead to one place are both left out."""
    found = [_join(area, known, by) for area in areas]
    taken = Counter(one.place.ref for one in found if one.place)
    first: dict[str, list[int]] = {}
    for one in found:
        if one.place and taken[one.place.ref] > 1:
            first.setdefault(one.place.ref, []).append(one.area.number)
    for one in found:
        if one.place and taken[one.place.ref] > 1:
            numbers = " and ".join(str(number) for number in first[one.place.ref])
            one.trouble, one.place = f"features {numbers} are all {one.place.told}; make one of them", None
    return found


def _join(area: Area, known: Places, by: Headings) -> Joined:
    code, name = _said(area.properties, by.code), _said(area.properties, by.name)
    joined = Joined(area, name or code or "no name")
    if area.trouble:
        joined.trouble = area.trouble
        return joined
    coded, named = known.by_code(code), known.by_name(name)
    if coded and named and not {place.ref for place in coded} & {place.ref for place in named}:
        joined.trouble = f"its code is that of {coded[0].told}, its name that of {named[0].told}"
    elif len(found := coded or named) == 1:
        joined.place, joined.by = found[0], "code" if coded else "name"
    elif found:
        joined.trouble = f"several places have its {'code' if coded else 'name'}: {' | '.join(p.told for p in found)}"
    else:
        near = known.near(name) if name else []
        more = f"; nearest: {' | '.join(near)}" if near else ""
        joined.trouble = f"no {known.level} of {known.country} has its {'name' if name else 'code'}{more}"
    return joined


def _said(properties: Mapping[str, str], heading: str | None) -> str:
    return properties.get(heading, "") if heading is not None else ""
