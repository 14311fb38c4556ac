"""What stands in the way of an undo: work that rests on a batch, and the command that takes it back."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from registry import db
from registry.errors import Conflict
from registry.plurals import how_many, plural
from registry.services.importing.brought import NEVER_COMPARED, Brought
from registry.services.joint import parsed
from registry.services.nouns import NOUNS
from registry.services.work import canonical

_NAMED = 3  # records that a refusal names of each kind
_TOLD = 6  # kinds that it names
_NOT_OF_AN_EDIT = {*NEVER_COMPARED, "canonical_id"}  # which a judgement sets, and takes back with itself
_ITS_ATTACK = "JOIN attack a ON a.id = c.attack_id"
_UNSTATUS = (
    "'facility unstatus ' || f.ref || ' --when ' "
    "|| COALESCE('''' || {0}.observed_words || '''', CAST({0}.observed_from_on AS TEXT))"
)
# What takes a row `c` of a table back: the words of the command in SQL, and what they need joined.
_WAYS = {
    "figure": ("'figure withdraw ' || c.ref", ""),
    "claim": ("'claim withdraw ' || c.ref || ' --our-error'", ""),
    "assessment": ("'attack assess ' || a.ref || ' --grade unassessed --replace'", _ITS_ATTACK),
    "attack_facility": (
        "'attack edit ' || a.ref || ' --not-hit ' || f.ref",
        f"{_ITS_ATTACK} JOIN facility f ON f.id = c.facility_id",
    ),
    "attack_means": (
        "'attack edit ' || a.ref || ' --not-means ' || c.attack_type_code || CASE WHEN c.munition_code IS NOT NULL "
        "THEN ':' || COALESCE(c.launch_code, '') || ':' || c.munition_code ELSE COALESCE(':' || c.launch_code, '') END",
        _ITS_ATTACK,
    ),
    "attack_link": (
        "'attack unlink ' || a.ref || ' ' || c.kind || ' ' || o.ref",
        f"{_ITS_ATTACK} JOIN attack o ON o.id = c.other_id",
    ),
    "facility_status": (_UNSTATUS.format("c"), "JOIN facility f ON f.id = c.facility_id"),
    "facility_status_claim": (
        _UNSTATUS.format("s"),
        "JOIN facility_status s ON s.id = c.facility_status_id JOIN facility f ON f.id = s.facility_id",
    ),
    "report_link": (
        "'report unlink ' || r.ref || ' ' || c.kind || ' ' || o.ref",
        "JOIN report r ON r.id = c.report_id JOIN report o ON o.id = c.other_id",
    ),
}


class Found(NamedTuple):
    """One kind of work that rests on a batch.

    Attributes:
        told: how much, and on what.
        way: the command that takes it back; empty where that depends on the work.
    """

    told: str
    way: str


def refuse(brought: Brought) -> None:
    """Refuse to pull the ground from later work.

    Raises:
        Conflict: the line says what rests on the batch, and what takes it back.
    """
    found = list(_found(brought))
    if not found:
        return
    told = "; ".join(one.told for one in found[:_TOLD])
    told += f"; and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
    ways = dict.fromkeys(f"`registry {one.way} --why REASON`" for one in found[:_TOLD] if one.way)
    back = f"take that back first, with {' and '.join(ways)}" if ways else "take that back first"
    raise Conflict(f"later work rests on {brought.batch.ref}: {told}; {back}")


def _found(brought: Brought) -> Iterator[Found]:
    for parent in brought.brought_tables():
        if "retracted_at" in brought.tables[parent].c:
            for child, column in brought.children(parent):
                yield from _resting(brought, parent, child, column)
    yield from _judged(brought)
    yield from _edited(brought)


def _resting(brought: Brought, parent: str, child: str, column: str) -> Iterator[Found]:
    """Rows that point to what the batch brought."""
    rows = (
        f"FROM {child} c JOIN import_brought b ON b.row_id = c.{column} "
        f"AND b.table_name = '{parent}' WHERE {brought.is_others(child)}"
    )
    number = brought.execute(f"SELECT count(*) {rows}").scalar()
    if number:
        on = _refs(brought, parent, f"SELECT b.row_id {rows}")
        told = f"{how_many(number, child)} on what it brought as {plural(parent)}{_listed(on)}"
        if child == "attack":
            strikes = _refs(brought, child, f"SELECT c.id {rows}")
            yield Found(told, f"attack edit {strikes[0]} --parent ''" if column == "parent_id" else "")
        elif child in _WAYS:
            words, joined = _WAYS[child]
            of_them = f"WHERE c.id IN (SELECT c.id {rows})"
            yield Found(told, brought.execute(f"SELECT min({words}) FROM {child} c {joined} {of_them}").scalar())
        else:
            yield Found(told, f"attack withdraw {on[0]}" if parent == "attack" else "")


def _judged(brought: Brought) -> Iterator[Found]:
    rows = (
        "FROM judgement j WHERE j.revoked_at IS NULL "
        "AND EXISTS (SELECT 1 FROM import_brought b WHERE b.row_id IN (j.left_id, j.right_id))"
    )
    number = brought.execute(f"SELECT count(*) {rows}").scalar()
    if number:
        first = f"SELECT j.kind, j.left_id, j.right_id {rows} ORDER BY j.id LIMIT 1"
        one = brought.execute(first).mappings().one()
        sql = f"SELECT ref FROM {one['kind']} WHERE id IN (:left, :right) ORDER BY ref"
        refs = brought.execute(sql, left=one["left_id"], right=one["right_id"]).scalars().all()
        yield Found(f"{how_many(number, 'judgement')} on its records", f"{one['kind']} split {' '.join(refs)}")


def _edited(brought: Brought) -> Iterator[Found]:
    """Rows that somebody changed after the batch, and that are not as it left them.

    What the batch brought and somebody withdrew or took back since is out of the way.
    """
    changed: dict[str, list[dict[str, Any]]] = {}
    columns: dict[str, set[str]] = {}
    for source in ("import_brought", "import_changed"):
        sql = (
            f"SELECT DISTINCT b.table_name, b.row_id FROM {source} b JOIN journal j ON j.table_name = b.table_name "
            "AND j.row_id = b.row_id WHERE (j.node_id <> :node OR j.seq > :last) AND j.action <> 'erase'"
        )
        for row in brought.execute(sql, node=brought.node, last=brought.batch.last_seq).mappings().all():
            table = brought.tables.get(row["table_name"])
            if table is None or "retracted_at" not in table.c:
                continue
            key = db.as_uuid(row["row_id"])
            now = parsed(canonical(brought.row(table, key)))
            then = brought.image(table.name, key, "<=", brought.batch.last_seq)
            if source == "import_brought" and _went(now, then):
                continue
            if differing := {name for name in now if now[name] != then.get(name)} - _NOT_OF_AN_EDIT:
                changed.setdefault(table.name, []).append(now)
                columns.setdefault(table.name, set()).update(differing)
    for name, rows in changed.items():
        refs = sorted(row["ref"] for row in rows if "ref" in row)
        open_ones = sorted(row["ref"] for row in rows if name in NOUNS and not row.get("withdrawn_at"))
        way = f"{name} edit {open_ones[0]} …" if open_ones else ""
        told = f"{how_many(len(rows), name)} changed since{_listed(refs[: _NAMED + 1])}"
        yield Found(f"{told} in {', '.join(sorted(columns[name]))}", way)


def _went(now: dict[str, Any], then: dict[str, Any]) -> bool:
    """Whether a row was withdrawn or taken back after the batch, or came after it and goes with an attack that was."""
    return not then or any(now.get(name) and not then.get(name) for name in ("withdrawn_at", "retracted_at"))


def _refs(brought: Brought, table: str, keys: str) -> list[str]:
    """The first refs of a table's rows, one more than are named, given SQL for their keys; of rows without, none."""
    if "ref" not in brought.tables[table].c:
        return []
    sql = f"SELECT ref FROM {table} WHERE id IN ({keys}) ORDER BY ref LIMIT {_NAMED + 1}"
    return list(brought.execute(sql).scalars().all())


def _listed(refs: list[str]) -> str:
    """Refs as they stand in a line."""
    return f" ({', '.join([*refs[:_NAMED], *('…' for _ in refs[_NAMED:])])})" if refs else ""
