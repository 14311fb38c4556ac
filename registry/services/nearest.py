"""The records whose names are most like what somebody typed, in either script and with slips, best first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, bindparam
from sqlalchemy import text as _sql

from registry import db, names
from registry.services import name_index
from registry.services.nouns import Noun

WITHIN = (
    "(WITH RECURSIVE within(id) AS (SELECT id FROM place WHERE id = :within UNION "
    "SELECT p.id FROM place p JOIN within w ON p.parent_id = w.id OR p.canonical_id = w.id) SELECT id FROM within)"
)
"""The keys of a place and of all that lies in it, as SQL over `:within`."""

_SAME, _LEAST = 100.0, 40.0  # of a hundred: search keys less alike are no help, whatever the vowels say
_LOTS = (1, 2, 6, 40, 80)  # search keys whose names are read together
_MOST = 1_000  # names that are read together
_LETTERS = 85.0  # of a hundred: names so alike by their letters are near, whatever a slip made of the search key
_LONG_PART, _PART = 5, 85.0  # letters of a key that may be a part with a slip in it, and how alike of a hundred
_AT_ONCE = 60  # names whose records are looked up together
_NAMESAKES = 3  # records of one search key that are compared, unless it is that of the typed name
_COMPARED = 45  # names of records that stand, in the place, that are compared with all that is known of spelling


_Text = tuple[str, str]  # "name" or "key", and the name in small letters or the key


@dataclass(frozen=True)
class Near:
    """A record, its name that is most like the wanted one, and how much: from 0 to 1, as `names.likeness` has it."""

    key: Any
    name: str
    likeness: float


class _Promising(NamedTuple):
    """A name that may be the wanted one: its record, and how close at a glance, of a hundred.

    By its letters, where it is in the script that was typed, and by its search key.
    """

    owner: Any
    name: str
    folded: str
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
    area = _area(connection, within)
    near = _near(connection, noun, where, wanted, area, by_parts=area is None)
    # A part of a name stands beside it only where the name begins or ends with it.
    if area is not None and all(one.likeness < names.ALIKE for one, _ in near):
        near = _near(connection, noun, where, wanted, area, by_parts=True)
    by_key = sorted(near, key=lambda one: db.as_uuid(one[0].key).bytes)
    by_sound = sorted(by_key, key=lambda one: (-round(one[0].likeness, 2), -one[1], one[0].name))
    by_letters = sorted(by_key, key=lambda one: (-one[1], -one[0].likeness, one[0].name))
    return [found for found, _ in _in_turn(by_sound, by_letters)][:limit]


def _near(
    connection: Connection, noun: str, where: Noun, wanted: str, area: set[Any] | None, *, by_parts: bool
) -> list[tuple[Near, float]]:
    """The records that are near enough, each with how close the letters of its name are, of a hundred."""
    readings = (names.clean(wanted), names.corrected(wanted))
    made_ready, typed_key = list(dict.fromkeys(map(names.forms, readings))), names.fold(readings[0])
    near: dict[Any, tuple[Near, float]] = {}
    for key, found in _standing(
        connection, noun, where, _promising(connection, where, readings, area, by_parts=by_parts), area
    ):
        forms = names.forms(found.name)
        alike = max(names.likeness_of(one, forms) for one in made_ready)
        if alike >= names.NEAR or found.letters >= _LETTERS or _is_part(typed_key, found.folded):
            near[key] = _better(near.get(key), Near(key, found.name, alike), found.letters)
    return list(near.values())


def _better(known: tuple[Near, float] | None, found: Near, letters: float) -> tuple[Near, float]:
    """Of two names of a record: the greater likeness, and the name that is closer by letters, if either is."""
    if known is None:
        return found, letters
    near, most = known
    name = found.name if (letters, found.likeness) > (most, near.likeness) else near.name
    return Near(found.key, name, max(found.likeness, near.likeness)), max(letters, most)


def _in_turn(*several: Sequence[Any]) -> list[Any]:
    """The first of each, the second of each, and so on; each thing once."""
    return list(dict.fromkeys(thing for those in zip_longest(*several) for thing in those if thing is not None))


def _is_part(key: str, whole: str) -> bool:
    """Whether a name has the wanted one in it by their keys, or nearly: "Dbis" is little of "Ain Dbis Gharbi"."""
    from rapidfuzz import fuzz  # noqa: PLC0415 (only commands that compare names pay for it)

    if len(key) > 1 and f" {key} " in f" {whole} ":
        return True
    return _LONG_PART <= len(key) <= len(whole) and fuzz.partial_ratio(key, whole) >= _PART


def _area(connection: Connection, within: Any | None) -> set[Any] | None:
    """The keys of a place and of all that lies in it; None for everywhere."""
    if within is None:
        return None
    return set(connection.execute(_sql(f"SELECT id FROM {WITHIN} AS w"), {"within": within}).scalars().all())


def _promising(
    connection: Connection, where: Noun, readings: Sequence[str], area: set[Any] | None, *, by_parts: bool
) -> Iterator[_Promising]:
    """Names that are like one of the readings by search key or by letters, lot after lot, the likest first.

    In a lot those that are closest by search key and by letters come in turn.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415 (only commands that compare names pay for it)

    typed = {reading.casefold(): names.script_of(reading) for reading in readings}
    keys = list(dict.fromkeys(filter(None, map(names.fold, readings))))
    parts = name_index.parts(connection, str(where.names), area)
    left = iter(_ranked(connection, str(where.names), parts, readings[0], keys, by_parts=by_parts))
    for size in _LOTS:
        lot, found = list(islice(left, size)), []
        for owner, name, folded, script, kind in _having(connection, where, parts, lot, everywhere=area is None):
            text = name.casefold()
            letters = max(fuzz.ratio(one, text) if script == of else 0.0 for one, of in typed.items())
            alike = max((fuzz.ratio(key, folded) for key in keys), default=0.0)
            found.append(_Promising(owner, name, folded, letters, alike, kind != "official"))
        by_sound = sorted(found, key=lambda one: (-one.key, -one.letters, one.is_alias, one.name))
        yield from _in_turn(by_sound, sorted(by_sound, key=lambda one: -one.letters))


def _ranked(
    connection: Connection, table: str, parts: Sequence[Any], typed: str, keys: Sequence[str], *, by_parts: bool
) -> list[_Text]:
    """The search keys like one of these and the names like the typed one, the likest of each in turn."""
    likest = []
    for key in keys:
        found = name_index.beside(connection, table, parts, {"key": key, "yek": key[::-1]})
        sharing = name_index.sharing(connection, table, key) if by_parts else ()
        likest.append(_likest("key", key, {*found["key"], *(text[::-1] for text in found["yek"]), *sharing}))
    # By its letters as it was typed alone: what was put right is a word of many names.
    name = typed.casefold()
    found = name_index.beside(connection, table, parts, {"name": name, "eman": name[::-1]})
    likest.append(_likest("name", name, {*found["name"], *(text[::-1] for text in found["eman"])}))
    return _in_turn(*likest)


def _likest(way: str, wanted: str, texts: Iterable[str]) -> list[_Text]:
    """Those of the texts that are like the wanted one, the likest first, as many as there is room for in all lots."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 (only commands that compare names pay for it)

    found = process.extract(wanted, sorted(texts), scorer=fuzz.ratio, score_cutoff=_LEAST, limit=sum(_LOTS))
    return [(way, text) for text, _score, _at in found]


def _having(
    connection: Connection, where: Noun, parts: Sequence[Any], texts: Sequence[_Text], *, everywhere: bool
) -> Iterator[Sequence[Any]]:
    """The names that are spelt so or have these search keys: owner, name, key, script and kind."""
    for way in ("key", "name"):
        wanted = [text for of, text in texts if of == way]
        if not wanted:
            continue
        source = f"{where.names}_sorted s JOIN {where.names} n ON n.id = s.name_id"
        which = f"s.part IN :parts AND s.way = '{way}' AND s.text IN :texts"
        values = {"texts": wanted, "parts": parts}
        if everywhere and way == "key":  # that index has no parts to go through one by one
            source, which = f"{where.names} n", "n.folded IN :texts"
            del values["parts"]
        sql = _sql(
            f"SELECT n.{where.owner}, n.name, n.folded, n.script, n.kind FROM {source} "
            f"WHERE {which} AND n.retracted_at IS NULL LIMIT {_MOST}"
        )
        listed = (bindparam(one, expanding=True, type_=String() if one == "texts" else None) for one in values)
        yield from connection.execute(sql.bindparams(*listed), values).all()


def _standing(
    connection: Connection, noun: str, where: Noun, found: Iterator[_Promising], area: set[Any] | None
) -> Iterator[tuple[Any, _Promising]]:
    """Those whose records stand, in the place, as far as they are compared; each with the key of the canonical one."""
    key = "COALESCE(r.canonical_id, r.id)" if where.merges else "r.id"
    place = "NULL" if area is None else "r.place_id"
    asked = _sql(f"SELECT r.id, {key}, {place} FROM {noun} r WHERE r.id IN :owners AND {where.offered}").bindparams(
        bindparam("owners", expanding=True)
    )
    count, namesakes = 0, Counter[str]()
    while count < _COMPARED and (lot := list(islice(found, _AT_ONCE))):
        owners = list({one.owner for one in lot})
        rows = connection.execute(asked, {"owners": owners}).all()
        canonical = {owner: key for owner, key, place in rows if area is None or place in area}
        for one in lot:
            # Of a name that was not typed a few records will do: sixty of one would leave no room for others.
            if one.owner in canonical and (one.key == _SAME or namesakes[one.folded] < _NAMESAKES):
                namesakes[one.folded] += 1
                count += 1
                yield canonical[one.owner], one
