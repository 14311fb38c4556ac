"""The records whose names are most like what somebody typed, in either script and with slips, best first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import text as _sql

from registry import db, names
from registry.services import name_index
from registry.services.nouns import Noun

WITHIN = (
    "(WITH RECURSIVE within(id) AS (SELECT id FROM place WHERE id = :within UNION "
    "SELECT p.id FROM place p JOIN within w ON p.parent_id = w.id) SELECT id FROM within)"
)
"""The keys of a place and of all that lies in it, as SQL over `:within`."""

_LEAST = 40.0  # of a hundred: search keys less alike are no help, whatever the vowels say
_AT_ONCE = (1, 8, 40, 160)  # search keys whose names are asked for, one lot after the other
_TOO_FAR = 30.0  # of a hundred: keys so much less alike than the best that has a name are not gone through
_NAMESAKES = (300, 60)  # names that are looked at of the first key, and of each other one
_ENOUGH = 200  # names that are looked at
_COMPARED = 60  # of them that are compared with all that is known of spelling
_OTHER_SCRIPT = 0.95  # what a likeness of search keys counts beside one of letters


@dataclass(frozen=True)
class Near:
    """A record, its name that is most like the wanted one, and how much: from 0 to 1, as `names.likeness` has it."""

    key: Any
    name: str
    likeness: float


def nearest_names(
    connection: Connection, noun: str, where: Noun, wanted: str, limit: int, within: Any | None = None
) -> list[Near]:
    """The records with names most like the wanted one, best first; nothing that is clearly another.

    A name that has the wanted one in it counts, however long it is. Records that were found to be the same count once, as the canonical one. Of names that are as alike the one whose
    words for what it is (hospital, school) are closer comes first.
    """
    readings = list(dict.fromkeys((names.clean(wanted), names.corrected(wanted))))
    ranked = _ranked_keys(connection, str(where.names), dict.fromkeys(map(names.fold, readings)))
    found = _most_promising(readings[0], ranked, _named(connection, noun, where, ranked, within))
    made_ready = [names.forms(reading) for reading in readings]
    best: dict[Any, tuple[float, float, str]] = {}
    for key, name, closeness in found:
        forms = names.forms(name)
        alike = max(names.likeness_of(one, forms) for one in made_ready)
        rank = (-round(alike + closeness / 100, 2), -alike, name)
        best[key] = min(rank, best.get(key, rank))
    order = sorted(best.items(), key=lambda item: (item[1], bytes(db.as_uuid(item[0]).bytes)))
    near = [Near(key, name, -alike) for key, (_, alike, name) in order]
    return [found for found in near if found.likeness >= names.NEAR or _is_part(readings[0], found.name)][:limit]


def _is_part(wanted: str, name: str) -> bool:
    """Whether a name has all the words of the wanted one: "Dbis" is little of "Ain Dbis al-Gharbiya", and yet in it."""
    key = names.fold(wanted)
    return len(key) > 1 and f" {key} " in f" {names.fold(name)} "


def _ranked_keys(connection: Connection, table: str, wanted: Iterable[str]) -> dict[str, float]:
    """Search keys like the wanted ones, best first, and how alike of a hundred."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 (only commands that compare names pay for it)

    best: dict[str, float] = {}
    for key in wanted:
        pool = name_index.sharing(connection, table, key)
        for other, alike, _ in process.extract_iter(key, pool, scorer=fuzz.ratio, score_cutoff=_LEAST):
            best[other] = max(alike, best.get(other, 0.0))
    return dict(sorted(best.items(), key=lambda item: (-item[1], item[0])))


def _named(
    connection: Connection, noun: str, where: Noun, ranked: dict[str, float], within: Any | None
) -> Iterator[Sequence[Any]]:
    """Names with these search keys (record, name, key, script); the first keys first, and no more than are enough."""
    keys, count, start, least = list(ranked), 0, 0, 0.0
    for size in _AT_ONCE:
        part = [key for key in keys[start : start + size] if ranked[key] >= least]
        if not part or count >= _ENOUGH:
            return
        # Each key by itself: three thousand namesakes of one would otherwise leave no room for the others.
        one = _of_one_key(noun, where, _NAMESAKES[start > 0], scoped=within is not None)
        sql = " UNION ALL ".join(one.replace(":key", f":key{number}") for number in range(len(part)))
        values = {f"key{number}": key for number, key in enumerate(part)}
        found = connection.execute(_sql(sql), {**values, "within": within} if within is not None else values).all()
        yield from found
        count += len(found)
        start += size
        least = max([least, *(ranked[row[2]] - _TOO_FAR for row in found)])


def _of_one_key(noun: str, where: Noun, most: int, *, scoped: bool) -> str:
    key = "COALESCE(r.canonical_id, r.id)" if where.merges else "r.id"
    return (
        f"SELECT * FROM (SELECT {key}, n.name, n.folded, n.script FROM {where.names} n "
        f"JOIN {noun} r ON r.id = n.{where.owner} WHERE n.folded = :key AND n.retracted_at IS NULL AND {where.offered}"
        + (f" AND r.place_id IN {WITHIN}" if scoped else "")
        + f" LIMIT {most}) AS x"
    )


def _most_promising(
    wanted: str, ranked: dict[str, float], rows: Iterable[Sequence[Any]]
) -> list[tuple[Any, str, float]]:
    """The records and names to compare in full, with how close the letters are; in other letters, the search keys."""
    from rapidfuzz import fuzz  # noqa: PLC0415 (as above)

    text, script = wanted.casefold(), names.script_of(wanted)
    scored = []
    for key, name, folded, of_script in rows:
        in_letters = fuzz.ratio(text, name.casefold()) if of_script == script else _OTHER_SCRIPT * ranked[folded]
        scored.append((ranked[folded] + in_letters, key, name, in_letters))
    scored.sort(key=lambda item: -item[0])
    return [(key, name, in_letters) for _, key, name, in_letters in scored[:_COMPARED]]
