"""The records whose names are most like what somebody typed, in either script and with slips, best first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlalchemy import text as _sql

from registry import db, names
from registry.services import name_index
from registry.services.nouns import Noun

WITHIN = (
    "(WITH RECURSIVE within(id) AS (SELECT id FROM place WHERE id = :within UNION "
    "SELECT p.id FROM place p JOIN within w ON p.parent_id = w.id OR p.canonical_id = w.id) SELECT id FROM within)"
)
"""The keys of a place and of all that lies in it, as SQL over `:within`."""

_LEAST = 40.0  # of a hundred: search keys less alike are no help, whatever the vowels say
_LOTS = (1, 2, 6, 40, 80)  # search keys whose names are read together
_MOST = 1_000  # names that are read together
_LONG_PART, _PART = 5, 85.0  # letters of a key that may be a part with a slip in it, and how alike of a hundred
_AT_ONCE = 150  # names whose records are looked up together
_COMPARED = 60  # names of records that stand, in the place, that are compared with all that is known of spelling


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
    is_alias: bool


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
        if alike >= names.NEAR or _is_part(readings[0], found.name):
            near[key] = _better(near.get(key), Near(key, found.name, alike), found.letters)
    by_key = sorted(near.values(), key=lambda one: db.as_uuid(one[0].key).bytes)
    by_sound = sorted(by_key, key=lambda one: (-round(one[0].likeness, 2), -one[1], one[0].name))
    by_letters = sorted(by_key, key=lambda one: (-one[1], -one[0].likeness, one[0].name))
    return [found for found, _ in _in_turn(by_sound, by_letters)][:limit]


def _better(known: tuple[Near, float] | None, found: Near, letters: float) -> tuple[Near, float]:
    """Of two names of a record: the greater likeness, and the name that is closer by letters, if either is."""
    if known is None:
        return found, letters
    near, most = known
    name = found.name if (letters, found.likeness) > (most, near.likeness) else near.name
    return Near(found.key, name, max(found.likeness, near.likeness)), max(letters, most)


def _in_turn(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    """The first of each, the second of each, and so on; each thing once."""
    return list(dict.fromkeys(thing for pair in zip(one, other, strict=True) for thing in pair))


def _is_part(wanted: str, name: str) -> bool:
    """Whether a name has the wanted one in it, or nearly: "Dbis" is little of "Ain Dbis Gharbi"."""
    from rapidfuzz import fuzz  # noqa: PLC0415 (only commands that compare names pay for it)

    key, whole = names.fold(wanted), names.fold(name)
    if len(key) > 1 and f" {key} " in f" {whole} ":
        return True
    return _LONG_PART <= len(key) <= len(whole) and fuzz.partial_ratio(key, whole) >= _PART


def _promising(connection: Connection, where: Noun, readings: Sequence[str]) -> Iterator[_Promising]:
    """Names whose search keys are like those of the readings, lot after lot, the likest keys first.

    In a lot those that are closest by search key and by letters come in turn.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415 (only commands that compare names pay for it)

    typed = [(reading.casefold(), names.script_of(reading)) for reading in readings]
    ranked = _ranked_keys(connection, str(where.names), [names.fold(reading) for reading in readings])
    sql = _sql(
        f"SELECT n.{where.owner}, n.name, n.folded, n.script, n.kind FROM {where.names} n "
        f"WHERE n.folded IN :keys AND n.retracted_at IS NULL LIMIT {_MOST}"
    ).bindparams(bindparam("keys", expanding=True))
    left = iter(ranked)
    for size in _LOTS:
        if not (lot := list(islice(left, size))):
            return
        found = []
        for owner, name, key, script, kind in connection.execute(sql, {"keys": lot}):
            letters = max(fuzz.ratio(text, name.casefold()) if script == of else 0.0 for text, of in typed)
            found.append(_Promising(owner, name, letters, ranked[key], kind != "official"))
        by_sound = sorted(found, key=lambda one: (-one.key, -one.letters, one.is_alias, one.name))
        yield from _in_turn(by_sound, sorted(by_sound, key=lambda one: -one.letters))


def _ranked_keys(connection: Connection, table: str, keys: Sequence[str]) -> dict[str, float]:
    """The search keys that are like one of these, and how alike of a hundred, the likest first; these at the head."""
    from rapidfuzz import fuzz  # noqa: PLC0415 (only commands that compare names pay for it)

    near: dict[str, float] = {key: 100.0 for key in keys if key}
    for key in list(near):
        for other in name_index.sharing(connection, table, key):
            near[other] = max(near.get(other, 0.0), fuzz.ratio(key, other))
    ranked = sorted(near.items(), key=lambda item: (-item[1], item[0]))
    return {key: alike for key, alike in ranked if alike >= _LEAST}


def _standing(
    connection: Connection, noun: str, where: Noun, found: Iterator[_Promising], within: Any | None
) -> Iterator[tuple[Any, _Promising]]:
    """Those whose records stand, in the place, as far as they are compared; each with the key of the canonical one."""
    key = "COALESCE(r.canonical_id, r.id)" if where.merges else "r.id"
    place, area = "NULL", set[Any]()
    if within is not None:
        place, area = (
            "r.place_id",
            set(connection.execute(_sql(f"SELECT id FROM {WITHIN} AS w"), {"within": within}).scalars()),
        )
    asked = _sql(f"SELECT r.id, {key}, {place} FROM {noun} r WHERE r.id IN :owners AND {where.offered}").bindparams(
        bindparam("owners", expanding=True)
    )
    count = 0
    while count < _COMPARED and (lot := list(islice(found, _AT_ONCE))):
        owners = list({one.owner for one in lot})
        rows = connection.execute(asked, {"owners": owners})
        canonical = {owner: key for owner, key, place in rows if within is None or place in area}
        standing = [(canonical[one.owner], one) for one in lot if one.owner in canonical]
        yield from standing[: _COMPARED - count]
        count += len(standing)
