"""The records whose names are most like what somebody typed, in either script and with slips, best first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlalchemy import text as _sql

from registry import db, names
from registry.services import name_index
from registry.services.nouns import Noun

WITHIN = (
    "(WITH RECURSIVE within(id) AS (SELECT id FROM place WHERE id = :within UNION "
    "SELECT p.id FROM place p JOIN within w ON p.parent_id = w.id) SELECT id FROM within)"
)
"""The keys of a place and of all that lies in it, as SQL over `:within`."""

_LEAST = 50.0  # of a hundred: names that look less alike than this are not compared
_AT_ONCE = 300  # names whose records are looked up together
_COMPARED = 50  # names of records that stand, in the place, that are compared with all that is known of spelling


@dataclass(frozen=True)
class Near:
    """A record, its name that is most like the wanted one, and how much: from 0 to 1, as `names.likeness` has it."""

    key: Any
    name: str
    likeness: float


@dataclass(frozen=True)
class _Promising:
    """A name that may be the wanted one: its record, and how close at a glance, of a hundred.

    By its letters, where it is in the script that was typed, and by its search key.
    """

    owner: Any
    name: str
    letters: float
    key: float


def nearest_names(
    connection: Connection, noun: str, where: Noun, wanted: str, limit: int, within: Any | None = None
) -> list[Near]:
    """The records with names most like the wanted one, best first; nothing that is clearly another.

    Those most alike by sound and those most alike by letters come in turn: a slip of the fingers makes one name into
    another by sound, and another script has no letter in common. A name that has the wanted one in it counts, however
    long it is. Records that were found to be the same count once, as the canonical one.
    """
    readings = list(dict.fromkeys((names.clean(wanted), names.corrected(wanted))))
    made_ready = [names.forms(reading) for reading in readings]
    near: dict[Any, tuple[Near, float]] = {}
    for key, found in _standing(connection, noun, where, _promising(connection, where, readings), within):
        forms = names.forms(found.name)
        alike = max(names.likeness_of(one, forms) for one in made_ready)
        if alike < names.NEAR and not _is_part(readings[0], found.name):
            continue
        if key not in near or (alike, found.letters) > (near[key][0].likeness, near[key][1]):
            near[key] = Near(key, found.name, alike), found.letters
    by_key = sorted(near.values(), key=lambda one: db.as_uuid(one[0].key).bytes)
    by_sound = sorted(by_key, key=lambda one: (-round(one[0].likeness, 2), -one[1], one[0].name))
    by_letters = sorted(by_key, key=lambda one: (-one[1], -one[0].likeness, one[0].name))
    return [found for found, _ in _in_turn(by_sound, by_letters)][:limit]


def _in_turn(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    """The first of each, the second of each, and so on; each thing once."""
    return list(dict.fromkeys(thing for pair in zip(one, other, strict=True) for thing in pair))


def _is_part(wanted: str, name: str) -> bool:
    """Whether a name has all the words of the wanted one: "Dbis" is little of "Ain Dbis al-Gharbiya", and yet in it."""
    key = names.fold(wanted)
    return len(key) > 1 and f" {key} " in f" {names.fold(name)} "


def _promising(connection: Connection, where: Noun, readings: Sequence[str]) -> list[_Promising]:
    """Names that look like one of the readings, the closest by search key and by letters in turn."""
    from rapidfuzz import fuzz  # noqa: PLC0415 (only commands that compare names pay for it)

    typed = [(reading.casefold(), names.fold(reading), names.script_of(reading)) for reading in readings]
    keys = dict.fromkeys(key for _, key, _ in typed)
    texts = dict.fromkeys(names.bare(reading) for reading in readings)
    found = []
    for owner, name, folded, script in name_index.sharing(connection, str(where.names), where.owner, texts, keys):
        small = name.casefold()
        by_key = max(fuzz.ratio(key, folded) for key in keys)
        by_letters = max(fuzz.ratio(text, small) if script == of_script else 0.0 for text, _, of_script in typed)
        if by_key >= _LEAST or by_letters >= _LEAST:
            found.append(_Promising(owner, name, by_letters, by_key))
    by_sound = sorted(found, key=lambda one: (-one.key, -one.letters, one.name))
    return _in_turn(by_sound, sorted(by_sound, key=lambda one: -one.letters))


def _standing(
    connection: Connection, noun: str, where: Noun, found: Sequence[_Promising], within: Any | None
) -> Iterator[tuple[Any, _Promising]]:
    """Those whose records stand, in the place, as far as they are compared; each with the key of the canonical one."""
    key = "COALESCE(r.canonical_id, r.id)" if where.merges else "r.id"
    sql = f"SELECT r.id, {key} FROM {noun} r WHERE r.id IN :owners AND {where.offered}"
    values = {}
    if within is not None:
        sql += f" AND r.place_id IN {WITHIN}"
        values["within"] = within
    asked = _sql(sql).bindparams(bindparam("owners", expanding=True))
    count = 0
    for start in range(0, len(found), _AT_ONCE):
        lot = found[start : start + _AT_ONCE]
        owners = list({one.owner for one in lot})
        canonical = {row[0]: row[1] for row in connection.execute(asked, {**values, "owners": owners})}
        for one in lot:
            if one.owner in canonical:
                yield canonical[one.owner], one
                count += 1
                if count >= _COMPARED:
                    return
