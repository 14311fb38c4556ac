"""Tables that are kept for questions: for each place, attack and facility what a view would otherwise gather anew.

What a row should hold is said once, in the view `…_now` of its file in `registry/sql/kept`, in SQL that both engines
read. Triggers copy from it whatever a change concerns (`_RULES`), so every way of writing keeps the tables in step: a
flush, a bulk load, a merge, an undo. Like views they are not part of the revisions: they are dropped before a migration
and made and filled again after it.
"""

import re
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from registry import db, paths

# Each table with its key and the table whose rows it follows, in the order in which they are filled.
_KEPT = {
    "kept_place": ("place_id", "place"),
    "kept_attack": ("attack_id", "attack"),
    "kept_facility": ("facility_id", "facility"),
}
TABLES = tuple(_KEPT)
# What comes in masses: these may be brought in step once for many new rows (`together`). Places lie in one another, so
# that each needs the row of the one above.
_TOGETHER = ("kept_attack", "kept_facility")
# What PostgreSQL may not do for it: a plan is made when tables may be empty, and kept while a load fills them.
_BY_INDEX = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
_LATER = "kept_later"  # has a row while new rows come together, and is empty otherwise
_PLACE = (
    "place_id", "area_id", "governorate_id", "governorate_pcode", "governorate", "district_id", "district_pcode",
    "district", "pcode", "place",
)  # fmt: skip
_NUMBERS = ("killed_low", "killed_high", "injured_low", "injured_high")
_ACCOUNTS = ("claims", "origins")
_HITS = ("times_hit", "first_hit_on", "last_hit_on", "last_functionality", "last_functionality_on")
_FACILITY = (
    "id", "ref", "type_code", "country", "place_id", "is_placeholder", "is_mobile", "operator_kind", "canonical_id",
    "opened_on", "closed_on", "retracted_at", "version",
)  # fmt: skip
_STANDING = ("state", "canonical_id", "parent_id", "retracted_at")
_ATTACK = (
    "id", "ref", "country", "place_id", "place_precision_code", "occurred_from_on", "occurred_to_on",
    "occurred_precision_code", "occurred_basis", "time_of_day", "time_band", "situation_id", *_STANDING,
    "facilities_absence", "means_absence", "harm_absence", "attribution_absence", "release_agreed_at", "version",
)  # fmt: skip

# Keys of attacks: those in `changed.attack_id`, and what these were found to be the same as.
_ATTACKS = (
    "SELECT c.attack_id FROM {changed} c UNION ALL "
    "SELECT a.canonical_id FROM {changed} c JOIN attack a ON a.id = c.attack_id WHERE a.canonical_id IS NOT NULL"
)
# Of changed claims or judgements, the keys of all records of the attacks that they are about.
_RECORDS = (
    "SELECT m.id FROM {{changed}} c JOIN attack a ON a.id {about} "
    "JOIN attack m ON m.id = COALESCE(a.canonical_id, a.id) OR m.canonical_id = COALESCE(a.canonical_id, a.id)"
)
# What is told of a place where something lies, and the keys of what lies in changed places.
_OF_PLACE = ("place_id", "standing_id", "governorate_id", "district_id", "pcode", "name")
_WITHIN = (
    "SELECT x.id FROM {{changed}} c JOIN kept_place p ON p.place_id = c.place_id OR p.governorate_id = c.place_id "
    "OR p.district_id = c.place_id JOIN {table} x ON x.place_id = p.place_id"
)
_FACILITIES = (
    "SELECT c.facility_id FROM {changed} c UNION ALL SELECT f.canonical_id FROM {changed} c "
    "JOIN facility f ON f.id = c.facility_id WHERE f.canonical_id IS NOT NULL"
)


@dataclass(frozen=True)
class _Rule:
    """When rows of `table` change, some columns of some rows of `kept` are copied anew.

    Attributes:
        name: of its triggers, without the kept table and what happened.
        columns: those of `table` whose change matters; also all that `keys` reads.
        keys: SQL that gives the keys of the kept rows; `{changed}` stands for the changed rows, old and new.
        renews: columns of the kept table; empty: all of them.
        on: what is followed.
    """

    name: str
    kept: str
    table: str
    columns: tuple[str, ...]
    keys: str
    renews: tuple[str, ...] = ()
    on: tuple[str, ...] = ("insert", "update")


_RULES = (
    _Rule(
        "place", "kept_place", "place", ("id", "parent_id", "canonical_id", "level", "pcode"),
        "SELECT p.id FROM {changed} c JOIN place p ON p.id = c.id OR p.canonical_id = c.id", on=("update",),
    ),
    _Rule(
        "name", "kept_place", "place_name", ("place_id", "name", "kind", "script", "retracted_at"),
        "SELECT p.id FROM {changed} c JOIN place p ON p.id = c.place_id OR p.canonical_id = c.place_id", ("name",),
    ),
    # From the places above to those below, one level after the other; of those that came in one statement, too.
    _Rule(
        "above", "kept_place", "kept_place", ("place_id", "governorate_id", "district_id"),
        "SELECT p.id FROM {changed} c JOIN place s ON s.parent_id = c.place_id "
        "JOIN place p ON p.id = s.id OR p.canonical_id = s.id",
        ("governorate_id", "district_id"),
    ),
    _Rule(
        "place", "kept_attack", "kept_place",
        _OF_PLACE, _WITHIN.format(table="attack"), _PLACE, on=("update",),
    ),
    _Rule("attack", "kept_attack", "attack", _ATTACK, "SELECT c.id FROM {changed} c", on=("update",)),
    _Rule(
        "strike", "kept_attack", "attack", ("parent_id",),
        "SELECT c.parent_id FROM {changed} c UNION ALL "
        "SELECT p.canonical_id FROM {changed} c JOIN attack p ON p.id = c.parent_id WHERE p.canonical_id IS NOT NULL",
        _NUMBERS, on=("insert",),
    ),
    # Whatever hangs together with an attack that is merged, split, withdrawn or retracted.
    _Rule(
        "related", "kept_attack", "attack", ("id", *_STANDING),
        "SELECT a.id FROM {changed} c JOIN attack a "
        "ON a.id IN (c.canonical_id, c.parent_id) OR a.parent_id = c.id OR a.canonical_id = c.id "
        "UNION ALL SELECT m.id FROM {changed} c JOIN attack m ON m.canonical_id = c.canonical_id "
        "UNION ALL SELECT p.canonical_id FROM {changed} c JOIN attack p ON p.id = c.parent_id "
        "UNION ALL SELECT s.id FROM {changed} c JOIN attack m ON m.canonical_id = c.id "
        "JOIN attack s ON s.parent_id = m.id",
        on=("update",),
    ),
    _Rule(
        "figure", "kept_attack", "figure", ("attack_id", "superseded_at"),
        "SELECT c.attack_id FROM {changed} c UNION ALL SELECT p.id FROM {changed} c "
        "JOIN attack a ON a.id = c.attack_id JOIN attack s ON s.id = a.parent_id "
        "JOIN attack p ON p.id IN (s.id, s.canonical_id)", _NUMBERS,
    ),
    _Rule(
        "claim", "kept_attack", "claim", ("attack_id", "origin_id", "withdrawn_at", "retracted_at"),
        _RECORDS.format(about="= c.attack_id"), _ACCOUNTS,
    ),
    _Rule(
        "judged", "kept_attack", "judgement", ("kind", "left_id", "right_id", "verdict", "revoked_at"),
        _RECORDS.format(about="IN (c.left_id, c.right_id)"), ("is_perhaps_same",),
    ),
    _Rule("grade", "kept_attack", "assessment", ("attack_id", "grade_code", "superseded_at"), _ATTACKS, ("grade",)),
    _Rule(
        "means", "kept_attack", "attack_means", ("attack_id", "attack_type_code", "retracted_at"), _ATTACKS,
        ("attack_type",),
    ),
    _Rule(
        "hit", "kept_attack", "attack_facility", ("attack_id", "facility_id", "retracted_at"), _ATTACKS,
        ("named_facilities", "unnamed_facilities"),
    ),
    _Rule(
        "named", "kept_attack", "facility", ("id", "canonical_id", "is_placeholder"),
        "SELECT h.attack_id FROM {changed} c JOIN attack_facility h ON h.facility_id = c.id UNION ALL "
        "SELECT a.canonical_id FROM {changed} c JOIN attack_facility h ON h.facility_id = c.id "
        "JOIN attack a ON a.id = h.attack_id WHERE a.canonical_id IS NOT NULL",
        ("named_facilities", "unnamed_facilities"), on=("update",),
    ),
    _Rule(
        "place", "kept_facility", "kept_place",
        _OF_PLACE, _WITHIN.format(table="facility"),
        ("place_id", "place", "governorate_pcode", "governorate", "district_pcode", "district"), on=("update",),
    ),
    _Rule("facility", "kept_facility", "facility", _FACILITY, "SELECT c.id FROM {changed} c", on=("update",)),
    _Rule(
        "name", "kept_facility", "facility_name", ("facility_id", "name", "kind", "script", "retracted_at"),
        "SELECT c.facility_id FROM {changed} c", ("name", "name_ar"),
    ),
    _Rule(
        "merged", "kept_facility", "facility", ("id", "canonical_id"),
        "SELECT f.id FROM {changed} c JOIN facility f ON f.id IN (c.id, c.canonical_id) OR f.canonical_id = c.id",
        on=("update",),
    ),
    _Rule(
        "position", "kept_facility", "facility_position",
        ("facility_id", "lat", "lon", "valid_from_on", "retracted_at"), _FACILITIES, ("lat", "lon"),
    ),
    _Rule(
        "status", "kept_facility", "facility_status",
        ("facility_id", "functionality_code", "observed_from_on", "observed_to_on"), _FACILITIES, _HITS[3:],
    ),
    _Rule(
        "hit", "kept_facility", "attack_facility", ("facility_id", "functionality_code", "retracted_at"), _FACILITIES,
        _HITS,
    ),
    _Rule(
        "attack", "kept_facility", "attack", ("id", *_STANDING, "occurred_from_on", "occurred_to_on"),
        "SELECT COALESCE(f.canonical_id, f.id) FROM {changed} c "
        "JOIN attack r ON r.id = c.id OR r.canonical_id = c.id OR r.parent_id = c.id OR r.canonical_id IN "
        "(SELECT s.id FROM attack s WHERE s.parent_id = c.id) "
        "JOIN attack_facility h ON h.attack_id = r.id JOIN facility f ON f.id = h.facility_id",
        _HITS, on=("update",),
    ),
)  # fmt: skip

# What the engines spell differently; each stands in the files as {key}, or as {week:column} and the like.
_SPELT = {
    "sqlite": {
        "key": "BLOB",
        "week": "date({0}, '-6 days', 'weekday 1')",
        "month": "substr({0}, 1, 7)",
        "year": "CAST(substr({0}, 1, 4) AS INTEGER)",
    },
    "postgresql": {
        "key": "uuid",
        "week": "CAST(date_trunc('week', {0}) AS date)",
        "month": "to_char({0}, 'YYYY-MM')",
        "year": "CAST(date_part('year', {0}) AS integer)",
    },
}


def create(connection: Connection) -> None:
    """Make the tables, fill them from what is there, and make the triggers that keep them in step."""
    make(connection)
    fill(connection)
    for statement in _trigger_statements(connection):
        connection.exec_driver_sql(statement)


def make(connection: Connection) -> None:
    """Make the tables, empty, and the views that say what they should hold."""
    connection.exec_driver_sql(f"CREATE TABLE {_LATER} (later INTEGER NOT NULL)")
    for statement in _statements(connection):
        connection.exec_driver_sql(statement)


def statements(connection: Connection) -> list[str]:
    """What makes the tables, their views and their triggers."""
    return [*_statements(connection), *_trigger_statements(connection)]


def fill(connection: Connection) -> None:
    """Fill the empty tables."""
    for table in _KEPT:
        connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM {table}_now")
        if table == "kept_place":
            _hand_down(connection)


def _hand_down(connection: Connection) -> None:
    """Bring governorates and districts down to the places in them, a level at each turn."""
    differs = (
        "SELECT n.place_id FROM kept_place_now n JOIN kept_place k ON k.place_id = n.place_id "
        "WHERE n.governorate_id IS DISTINCT FROM k.governorate_id OR n.district_id IS DISTINCT FROM k.district_id"
    )
    sql = _copied("kept_place", ("governorate_id", "district_id"), differs)
    while connection.exec_driver_sql(sql).rowcount:
        pass


def _statements(connection: Connection) -> list[str]:
    texts = [(paths.KEPT / f"{table}.sql").read_text(encoding="utf-8") for table in _KEPT]
    return [_for_engine(part, connection) for sql in texts for part in sql.split("\n--;\n")]


def _for_engine(sql: str, connection: Connection) -> str:
    spelt = _SPELT[connection.dialect.name]
    return re.sub(r"\{(\w+):?([\w.]*)\}", lambda found: spelt[found[1]].format(found[2]), sql)


def drop(connection: Connection) -> None:
    """Drop the tables and their views; triggers on other tables are dropped with all others."""
    for view in reversed(views(connection)):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view}")
    for table in (*_KEPT, _LATER):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")


def keeps(table: str) -> bool:
    """Whether a table is one of these, which no revision knows."""
    return table in _KEPT or table == _LATER


@contextmanager
def together(connection: Connection, tables: Collection[str], first: uuid.UUID, last: uuid.UUID) -> Iterator[None]:
    """Within, new attacks and facilities and what hangs on them come by the thousand, and only then the tables follow.

    A row by itself would have its kept row made when it comes and changed again for all that follows it.

    Args:
        connection: in a transaction that writes. Where the tables are not there (`schema.bare`), nothing is done.
        tables: whose rows come.
        first: a key below those of all that comes within.
        last: one above them.
    """
    if not inspect(connection).has_table(_LATER):
        yield
        return
    connection.exec_driver_sql(f"INSERT INTO {_LATER} VALUES (1)")
    yield
    connection.exec_driver_sql(f"DELETE FROM {_LATER}")
    between = {"first": db.as_key(connection, first), "last": db.as_key(connection, last)}
    with _by_index(connection):
        for sql in _following(connection, tables):
            connection.execute(text(sql), between)


@contextmanager
def _by_index(connection: Connection) -> Iterator[None]:
    settings = _BY_INDEX if db.is_postgresql(connection) else ()
    for name in settings:
        connection.exec_driver_sql(f"SET LOCAL {name} = off")
    yield
    for name in settings:
        connection.exec_driver_sql(f"SET LOCAL {name} = DEFAULT")


def _following(connection: Connection, tables: Collection[str]) -> list[str]:
    """What brings the tables in step with rows of others whose keys lie between two.

    First what others have of them. Of what is new itself there is no row yet: it comes last, with all that is its own.
    """
    statements = []
    for kept in _TOGETHER:
        key, table = _KEPT[kept]
        rules = [one for one in _RULES if one.kept == kept and "insert" in one.on and one.table in tables]
        if rules:
            concerned = " UNION ALL ".join(one.keys.replace("{changed}", _came(one)) for one in rules)
            statements.append(_copied(kept, _columns(connection, kept), concerned))
        if table in tables:
            missing = (
                f"SELECT x.id FROM {table} x WHERE x.id BETWEEN :first AND :last "
                f"AND NOT EXISTS (SELECT 1 FROM {kept} k WHERE k.{key} = x.id)"
            )
            statements.append(f"INSERT INTO {kept} SELECT * FROM {kept}_now WHERE {key} IN ({missing})")
    return statements


def _came(rule: _Rule) -> str:
    return f"(SELECT {', '.join(rule.columns)} FROM {rule.table} WHERE id BETWEEN :first AND :last)"


def views(connection: Connection) -> list[str]:
    """The views that say what the tables should hold, in the order in which they are made."""
    found = (re.search(r"CREATE VIEW (\w+)", sql) for sql in _statements(connection))
    return [one[1] for one in found if one is not None]


def triggers(connection: Connection) -> list[tuple[str, str]]:
    """The triggers that keep the tables in step, each with its table."""
    made = (re.search(r"CREATE TRIGGER (\w+) AFTER .*? ON (\w+)", sql) for sql in _trigger_statements(connection))
    return [(found[1], found[2]) for found in made if found is not None]


def out_of_step(connection: Connection) -> list[str]:
    """The tables that are missing, or hold something else than they should."""
    present = set(inspect(connection).get_table_names())
    return [table for table in _KEPT if table not in present or _differs(connection, table)]


def _differs(connection: Connection, table: str) -> bool:
    # As many rows, each with a key of its own: where none should be otherwise, none is there besides.
    counts = f"(SELECT count(*) FROM {table}) <> (SELECT count(*) FROM {table}_now)"
    otherwise = f"EXISTS (SELECT * FROM {table}_now EXCEPT SELECT * FROM {table})"
    return bool(connection.exec_driver_sql(f"SELECT {counts} OR {otherwise}").scalar())


def _copied(kept: str, columns: tuple[str, ...], keys: str) -> str:
    """An update that copies columns of the rows with these keys from what they should hold."""
    key = _KEPT[kept][0]
    names = ", ".join(columns)
    now = f"SELECT {names} FROM {kept}_now WHERE {kept}_now.{key} = {kept}.{key}"
    return f"UPDATE {kept} SET ({names}) = ({now}) WHERE {key} IN ({keys})"


def _trigger_statements(connection: Connection) -> list[str]:
    trigger = _postgresql_trigger if db.is_postgresql(connection) else _sqlite_trigger
    statements: list[str] = []
    for kept, (key, table) in _KEPT.items():
        insert = f"INSERT INTO {kept} SELECT * FROM {kept}_now WHERE {key} IN (SELECT c.id FROM {{changed}} c)"
        statements += trigger(f"{kept}_made", table, ("id",), "insert", insert, _unless_later(kept))
    for rule in _RULES:
        update = _copied(rule.kept, rule.renews or _columns(connection, rule.kept), rule.keys)
        for event in rule.on:
            name = f"{rule.kept}_{rule.name}_{'made' if event == 'insert' else 'changed'}"
            only = _unless_later(rule.kept) if event == "insert" else ""
            statements += trigger(name, rule.table, rule.columns, event, update, only)
    return statements


def _unless_later(kept: str) -> str:
    return f"NOT EXISTS (SELECT 1 FROM {_LATER})" if kept in _TOGETHER else ""


def _columns(connection: Connection, kept: str) -> tuple[str, ...]:
    """All but its key."""
    table = next(sql for sql in _statements(connection) if f"CREATE TABLE {kept} " in sql)
    return tuple(name for name in re.findall(r"^    (\w+) ", table, re.MULTILINE) if name != _KEPT[kept][0])


def _sqlite_trigger(name: str, table: str, columns: tuple[str, ...], event: str, action: str, only: str) -> list[str]:
    new, old = (", ".join(f"{row}.{column} AS {column}" for column in columns) for row in ("NEW", "OLD"))
    changed = f"(SELECT {new})" if event == "insert" else f"(SELECT {new} UNION SELECT {old})"
    differs = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
    condition = differs if event == "update" else only
    when = f" WHEN {condition}" if condition else ""
    body = action.replace("{changed}", changed)
    return [f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table}{when} BEGIN {body}; END"]


def _postgresql_trigger(
    name: str, table: str, columns: tuple[str, ...], event: str, action: str, only: str
) -> list[str]:
    # A statement's rows are looked at together, so that COPY of many costs little.
    seen, changed = "NEW TABLE AS made", "made"
    if event == "update":
        new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("n", "o"))
        key = _KEPT[table][0] if table in _KEPT else "id"
        both = f"made n JOIN was o ON o.{key} = n.{key} WHERE ({new}) IS DISTINCT FROM ({old})"
        seen, changed = (
            "NEW TABLE AS made OLD TABLE AS was",
            f"(SELECT {new} FROM {both} UNION SELECT {old} FROM {both})",
        )
    body = action.replace("{changed}", changed)
    # An update of no row still calls the triggers of what it updates: where nothing changed, none is made.
    planned = " ".join(f"SET {setting} = off" for setting in _BY_INDEX)
    condition = " AND ".join(filter(None, (only, f"EXISTS (SELECT 1 FROM {changed} c)")))
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {planned} AS $$ BEGIN "
        f"IF {condition} THEN {body}; END IF; RETURN NULL; END $$",
        f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table} REFERENCING {seen} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]
