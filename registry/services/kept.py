"""Tables that are kept for questions: for each place, attack and facility what a view would otherwise gather anew.

What a row should hold is said once, in the view `…_now` of its file in `registry/sql/kept`, in SQL that both engines
read. Triggers copy from it whatever a change concerns (`kept_rules`), so every way of writing keeps the tables in
step: a flush, a bulk load, a merge, an undo. Like views they are not part of the revisions: they are dropped before a
migration and made and filled again after it.
"""

import re
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, inspect, text

from registry import db, paths
from registry.services.kept_rules import KEPT, RULES, TOGETHER, Rule

TABLES = tuple(KEPT)
# What PostgreSQL may not do for it: a plan is made when tables may be empty, and kept while a load fills them.
_BY_INDEX = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
_LATER = "kept_later"  # has a row while new rows come together, and is empty otherwise

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

# What stands in the files more than once: {piece:given; given}.
_PIECES = {
    # The record of this key, and those that were merged into it.
    "records": "(SELECT {1} AS id UNION ALL SELECT r.id FROM {0} r WHERE r.canonical_id = {1})",
    # One end of what an attack adds to a total: of its own figure, else of its strikes.
    "number": (
        "CASE WHEN EXISTS (SELECT 1 FROM kept_attack_figure f WHERE f.attack_id = a.id AND f.measure = '{0}') "
        "THEN (SELECT f.{1} FROM kept_attack_figure f WHERE f.attack_id = a.id AND f.measure = '{0}') "
        "WHEN e.id IS NOT NULL "
        "THEN (SELECT n.{1} FROM kept_attack_strikes n WHERE n.attack_id = a.id AND n.measure = '{0}') END"
    ),
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
    for table in KEPT:
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
    texts = [(paths.KEPT / f"{table}.sql").read_text(encoding="utf-8") for table in KEPT]
    return [_for_engine(part, connection) for sql in texts for part in sql.split("\n--;\n")]


def _for_engine(sql: str, connection: Connection) -> str:
    pieces = _PIECES | _SPELT[connection.dialect.name]
    return re.sub(r"\{(\w+):?([^{}]*)\}", lambda found: pieces[found[1]].format(*found[2].split("; ")), sql)


def drop(connection: Connection) -> None:
    """Drop the tables and their views; triggers on other tables are dropped with all others."""
    for view in reversed(views(connection)):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view}")
    for table in (*KEPT, _LATER):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")


def keeps(table: str) -> bool:
    """Whether a table is one of these, which no revision knows."""
    return table in KEPT or table == _LATER


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
    for kept in TOGETHER:
        key, table = KEPT[kept]
        rules = [one for one in RULES if one.kept == kept and "insert" in one.on and one.table in tables]
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


def _came(rule: Rule) -> str:
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
    return [table for table in KEPT if table not in present or _differs(connection, table)]


def _differs(connection: Connection, table: str) -> bool:
    # As many rows, each with a key of its own: where none should be otherwise, none is there besides.
    counts = f"(SELECT count(*) FROM {table}) <> (SELECT count(*) FROM {table}_now)"
    otherwise = f"EXISTS (SELECT * FROM {table}_now EXCEPT SELECT * FROM {table})"
    return bool(connection.exec_driver_sql(f"SELECT {counts} OR {otherwise}").scalar())


def _copied(kept: str, columns: tuple[str, ...], keys: str) -> str:
    """An update that copies columns of the rows with these keys from what they should hold."""
    key = KEPT[kept][0]
    names = ", ".join(columns)
    now = f"SELECT {names} FROM {kept}_now WHERE {kept}_now.{key} = {kept}.{key}"
    return f"UPDATE {kept} SET ({names}) = ({now}) WHERE {key} IN ({keys})"


def _trigger_statements(connection: Connection) -> list[str]:
    trigger = _postgresql_trigger if db.is_postgresql(connection) else _sqlite_trigger
    statements: list[str] = []
    for kept, (key, table) in KEPT.items():
        insert = f"INSERT INTO {kept} SELECT * FROM {kept}_now WHERE {key} IN (SELECT c.id FROM {{changed}} c)"
        statements += trigger(f"{kept}_made", table, ("id",), "insert", insert, _unless_later(kept))
    for rule in RULES:
        update = _copied(rule.kept, rule.renews or _columns(connection, rule.kept), rule.keys)
        for event in rule.on:
            name = f"{rule.kept}_{rule.name}_{'made' if event == 'insert' else 'changed'}"
            only = _unless_later(rule.kept) if event == "insert" else ""
            statements += trigger(name, rule.table, rule.columns, event, update, only)
    return statements


def _unless_later(kept: str) -> str:
    return f"NOT EXISTS (SELECT 1 FROM {_LATER})" if kept in TOGETHER else ""


def _columns(connection: Connection, kept: str) -> tuple[str, ...]:
    """All but its key."""
    table = next(sql for sql in _statements(connection) if f"CREATE TABLE {kept} " in sql)
    return tuple(name for name in re.findall(r"^    (\w+) ", table, re.MULTILINE) if name != KEPT[kept][0])


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
        # Compared as sets: a join of the two, which have no index, would look at each pair of rows.
        key = KEPT[table][0] if table in KEPT else "id"
        names, told = ", ".join(columns), ", ".join(dict.fromkeys((key, *columns)))
        new = f"SELECT {told} FROM made EXCEPT SELECT {told} FROM was"
        old = f"SELECT {told} FROM was EXCEPT SELECT {told} FROM made"
        seen = "NEW TABLE AS made OLD TABLE AS was"
        changed = f"(SELECT {names} FROM ({new}) n UNION SELECT {names} FROM ({old}) o)"
    body = f"WITH changed AS (SELECT * FROM {changed} c) {action.replace('{changed}', 'changed')}"
    # An update of no row still calls the triggers of what it updates: where nothing changed, none is made.
    planned = " ".join(f"SET {setting} = off" for setting in _BY_INDEX)
    condition = " AND ".join(filter(None, (only, f"EXISTS (SELECT 1 FROM {changed} c)")))
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {planned} AS $$ BEGIN "
        f"IF {condition} THEN {body}; END IF; RETURN NULL; END $$",
        f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table} REFERENCING {seen} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]
