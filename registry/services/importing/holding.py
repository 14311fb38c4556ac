"""What the registry holds already of what a list speaks of: places, sources and actors, looked up once and remembered.

A place is found by P-code, else by name in any spelling, within what was found above it. Of several with the name none
is taken: the row goes to the place above, and the load tells of it.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, text

from registry import countries, db, keys, names
from registry.services.bulk import Bulk
from registry.services.importing.bounded import Tally
from registry.services.importing.given import SourceGiven
from registry.services.importing.records import Name, Speaker, Step, Where
from registry.services.work import Work

# Words for a kind of area, that one list writes and another does not: "Sagaing Region" is "Sagaing".
_KINDS = {
    "region", "oblast", "province", "state", "governorate", "district", "department", "county", "prefecture",
    "division", "territory", "republic", "departement", "krai", "raion", "municipality", "city", "muhafazah", "of",
    "wilayah", "wilaya", "estado", "departamento", "provincia", "council",
}  # fmt: skip
_LEVELS_ABOVE = 8
_MOST_REMEMBERED = 100_000


class Found(NamedTuple):
    """A place that was reached, and how far the words led.

    Attributes:
        missing: the P-code that nothing has, where the list gave one.
    """

    id: uuid.UUID
    level: str
    missing: str | None = None


class Holding:
    """The registry's places, sources and actors, as this unit of work sees them.

    Attributes:
        unfound: names of places that nothing, or several things, have: by level, country and name, how often.
    """

    def __init__(self, work: Work, bulk: Bulk) -> None:
        self._work, self._bulk = work, bulk
        self._connection = work.session.connection()
        self._countries: dict[str, uuid.UUID] = {}
        self._steps: dict[tuple[uuid.UUID, str, Step], uuid.UUID | None] = {}
        self._codes: dict[str, uuid.UUID | None] = {}
        self._actors: dict[str, uuid.UUID | None] = {}  # by their names, cleaned; None: nobody has it
        self._speakers: dict[str, uuid.UUID] = {}
        self.unfound: Tally[tuple[str, str, str]] = Tally()

    # --- places ---

    def place(self, where: Where) -> Found:
        """The narrowest place that the row's words lead to; at least the country.

        Where a name on the way leads to none, the narrower ones are looked for in the place above it, as in a list that
        leaves that level out: many have districts that are not on file and towns that are. Not in the whole country.
        """
        found = Found(self.country(where.country), "country")
        lost: Step | None = None
        for step in where.steps:
            if step.level == "country":
                continue
            below = self._step(found.id, where.country, step._replace(create=False) if lost else step)
            if below is not None:
                found, lost = Found(below, step.level), None
                continue
            lost = lost or step
            if step.pcode or found.level == "country":
                break
        if lost:
            name = lost.pcode or lost.names[0].text
            self.unfound.count((lost.level, where.country, name), (lost.level, where.country, "others"))
            return found._replace(missing=lost.pcode)
        return found

    def _step(self, above: uuid.UUID, country: str, step: Step) -> uuid.UUID | None:
        memo = (above, country, step)
        if memo not in self._steps:
            self._steps[memo] = self._below(above, country, step)
        return self._steps[memo]

    def forget_missing(self) -> None:
        """Look again for what was not found: it may have come since."""
        self._steps = {memo: found for memo, found in self._steps.items() if found is not None}
        self._codes = {code: found for code, found in self._codes.items() if found is not None}
        self.unfound.clear()

    def forget_much(self) -> None:
        """Forget what was looked up once it is a lot; between two rows, since what waits is written first."""
        remembered: tuple[dict[Any, Any], ...] = (self._steps, self._codes, self._actors)
        if sum(len(memo) for memo in remembered) > _MOST_REMEMBERED:
            self._bulk.flush()
            for memo in remembered:
                memo.clear()

    def country(self, code: str) -> uuid.UUID:
        """The place of level `country`; made where there is none yet."""
        if code not in self._countries:
            sql = (
                "SELECT id FROM place WHERE country = :code AND level = 'country' AND retracted_at IS NULL "
                "AND canonical_id IS NULL ORDER BY id"
            )
            held = self._connection.execute(text(sql), {"code": code}).scalar()
            self._countries[code] = _spelt_id(held) if held is not None else self._make_country(code)
        return self._countries[code]

    def _make_country(self, code: str) -> uuid.UUID:
        called = tuple(Name(name, language) for language, name in countries.countries()[code].names.items())
        taken = self.by_code(code) is not None
        return self.make_place(called, "country", code, None, None if taken else code)

    def by_code(self, pcode: str) -> uuid.UUID | None:
        """The place with a P-code."""
        if pcode not in self._codes:
            sql = (
                "SELECT COALESCE(canonical_id, id) FROM place WHERE pcode = :code AND retracted_at IS NULL ORDER BY id"
            )
            held = self._connection.execute(text(sql), {"code": pcode}).scalars().all()
            self._codes[pcode] = _spelt_id(held[0]) if len(held) == 1 else None
        return self._codes[pcode]

    def look_up_codes(self, codes: Collection[str]) -> None:
        """Look up the P-codes of many rows at once."""
        wanted = [code for code in codes if code not in self._codes]
        if not wanted:
            return
        marks = {f"code{place}": code for place, code in enumerate(wanted)}
        sql = (
            "SELECT pcode, COALESCE(canonical_id, id) AS id FROM place "
            f"WHERE pcode IN ({', '.join(f':{mark}' for mark in marks)}) AND retracted_at IS NULL"
        )
        held: dict[str, list[Any]] = {}
        for row in db.every(self._connection, sql, **marks):
            held.setdefault(row["pcode"], []).append(row["id"])
        for code in wanted:
            found = held.get(code, [])
            self._codes[code] = _spelt_id(found[0]) if len(found) == 1 else None

    def _below(self, above: uuid.UUID, country: str, step: Step) -> uuid.UUID | None:
        if step.pcode and (coded := self.by_code(step.pcode)) is not None:
            return coded
        if not step.names:
            return None
        for spelling in (_plain, without_kind):
            found = self._named(above, country, step, spelling)
            if len(found) == 1:
                return found.pop()
            if found:
                return None  # several: never guessed
        if not step.create:
            return None
        return self.make_place(step.names, step.level, country, above, step.pcode)

    def _named(self, above: uuid.UUID, country: str, step: Step, spelling: Callable[[str], str]) -> set[uuid.UUID]:
        wanted = {folded for name in step.names if (folded := names.fold(spelling(name.text)))}
        rows = self._within(above, country, self._candidates(country, step.level, wanted))
        if not rows:  # كفرنبل, كفر نبل: one word for two
            alike = {key for folded in wanted for key in names.respaced(folded)}
            rows = self._within(above, country, self._candidates(country, step.level, alike))
        exact = {name.text.casefold() for name in step.names}
        same = {row["place"] for row in rows if row["name"].casefold() in exact}
        return same or {row["place"] for row in rows}

    def _within(self, above: uuid.UUID, country: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if above == self._countries[country]:
            return rows
        return [row for row in rows if above in self._above(row["id"])]

    def _candidates(self, country: str, level: str, wanted: Collection[str]) -> list[dict[str, Any]]:
        self._bulk.flush()
        sql = (
            "SELECT p.id AS id, COALESCE(p.canonical_id, p.id) AS place, n.name AS name FROM place_name n "
            "JOIN place p ON p.id = n.place_id WHERE n.folded IN :folded AND p.country = :country AND p.level = :level "
            "AND n.retracted_at IS NULL AND p.retracted_at IS NULL"
        )
        asked = text(sql).bindparams(bindparam("folded", expanding=True, type_=String()))
        found = self._connection.execute(
            asked, {"folded": sorted(wanted), "country": country, "level": level}
        ).mappings()
        return [{**row, "id": db.as_uuid(row["id"]), "place": _spelt_id(row["place"])} for row in found]

    def _above(self, key: uuid.UUID) -> set[uuid.UUID]:
        found: set[uuid.UUID] = set()
        for _ in range(_LEVELS_ABOVE):
            sql = text("SELECT parent_id FROM place WHERE id = :key")
            parent = self._connection.execute(sql, {"key": db.as_key(self._connection, key)}).scalar()
            if parent is None:
                break
            key = db.as_uuid(parent)
            found.add(key)
        return found

    def make_place(
        self, called: Collection[Name], level: str, country: str, parent: uuid.UUID | None, pcode: str | None,
        **columns: Any,
    ) -> uuid.UUID:  # fmt: skip
        """A new place with its names."""
        row = {"ref": self._bulk.new_ref("P"), "country": country, "level": level, "parent_id": parent, "pcode": pcode}
        key = self._bulk.insert("place", row | columns)
        self.give_names("place", key, called)
        if pcode:
            self._codes[pcode] = key
        if level == "country":
            self._countries[country] = key
        return key

    def give_names(self, noun: str, key: uuid.UUID, called: Collection[Name], kind: str = "official") -> None:
        """Names of a record; the first is its main one in its script, the rest are others that it goes by."""
        seen: set[tuple[str, str]] = set()
        scripts: set[str] = set()
        for name in called:
            script = names.script_of(name.text)
            row = named_row(f"{noun}_id", key, name, kind if script not in scripts else "alias", script)
            if (row["name"], row["language"]) not in seen:
                self._bulk.insert(f"{noun}_name", row)
            seen.add((row["name"], row["language"]))
            scripts.add(script)

    # --- who ---

    def source(self, given: SourceGiven) -> uuid.UUID:
        """The source whose list it is; made where nobody has the name."""
        held = self._who("source", [given.name]).get(_spelt(given.name))
        if held is not None:
            return held
        key = self._make_source(given.name, given.kind)
        if given.short:
            short = Name(given.short)
            script = names.script_of(given.short)
            self._bulk.insert("source_name", named_row("source_id", key, short, "acronym", script))
        return key

    def speaker(self, given: Speaker) -> uuid.UUID:
        """The source whom a row names; made where nobody has the name."""
        if given.name not in self._speakers:
            held = self._who("source", [given.name]).get(_spelt(given.name))
            self._speakers[given.name] = held or self._make_source(given.name, given.kind)
        return self._speakers[given.name]

    def _make_source(self, name: str, kind: str) -> uuid.UUID:
        key = self._bulk.insert("source", {"ref": self._bulk.new_ref("S"), "kind_code": kind})
        self.give_names("source", key, [Name(name)])
        return key

    def actor(self, name: str, kind: str, labels: Mapping[str, str]) -> uuid.UUID:
        """The actor of that name; without one, the one that stands for unidentified actors of the kind."""
        called = name or f"Unidentified: {labels[kind].lower()}"
        spelt = _spelt(called)
        key = self._actors.get(spelt)
        if key is None:
            self.look_up_actors([called])
            key = self._actors[spelt] = self._actors[spelt] or self._make_actor(called, kind)
        return key

    def look_up_actors(self, called: Iterable[str]) -> None:
        """Look up the actors that many rows name at once."""
        wanted = {spelt: name for name in called if (spelt := _spelt(name)) not in self._actors}
        if wanted:
            found = self._who("actor", wanted.values())
            self._actors |= {spelt: found.get(spelt) for spelt in wanted}

    def _make_actor(self, called: str, kind: str) -> uuid.UUID:
        key = self._bulk.insert("actor", {"ref": self._bulk.new_ref("B"), "kind_code": kind})
        self.give_names("actor", key, [Name(called)])
        return key

    def _who(self, noun: str, called: Iterable[str]) -> dict[str, uuid.UUID]:
        """Those that are spelt so, by their names, cleaned. Likeness is not enough: two groups may differ by a letter.

        What this load made, and has not written yet, is remembered.
        """
        folded = {f"folded{place}": names.fold(name) for place, name in enumerate(called)}
        sql = (
            f"SELECT n.{noun}_id AS key, n.name AS name FROM {noun}_name n JOIN {noun} x ON x.id = n.{noun}_id "
            f"WHERE n.folded IN ({', '.join(f':{mark}' for mark in folded)}) "
            "AND n.retracted_at IS NULL AND x.retracted_at IS NULL ORDER BY n.id DESC"
        )
        rows = db.every(self._connection, sql, **folded)
        return {row["name"].casefold(): _spelt_id(row["key"]) for row in rows}  # of several, the first that was made


def named_row(owner: str, key: uuid.UUID, name: Name, kind: str, script: str) -> dict[str, Any]:
    """The columns of a name."""
    language = "ar" if script == "Arab" and name.language == "und" else name.language
    return {
        owner: key, "name": name.text, "language": language, "script": script, "kind": kind,
        "folded": names.fold(name.text),
    }  # fmt: skip


def _spelt_id(value: Any) -> uuid.UUID:
    """A key from the database, which many rows will hold."""
    return keys.SpeltId(db.as_uuid(value).int)


def _spelt(name: str) -> str:
    return names.clean(name).casefold()


def _plain(name: str) -> str:
    return name


def without_kind(name: str) -> str:
    """A name without the word for a kind of area; of a name that is only such words, all of it."""
    kept = [word for word in name.replace("-", " ").split() if word.casefold().strip("().,") not in _KINDS]
    return " ".join(kept) if kept else name
