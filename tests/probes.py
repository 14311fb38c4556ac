"""Statements that would write, read what is restricted, or not end, for each engine; and a generator of more.

`{folder}` is a folder that can be written to, `{file}` the registry.
"""

import random
from collections.abc import Callable, Iterator

_ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "

WRITING_SQLITE = (
    "DELETE FROM attack",
    "UPDATE claim SET low = 0",
    "INSERT INTO node SELECT * FROM node",
    "INSERT OR REPLACE INTO journal SELECT * FROM journal LIMIT 1",
    "REPLACE INTO attack SELECT * FROM attack",
    "WITH w AS (SELECT 1) DELETE FROM attack",
    "DELETE FROM attack RETURNING *",
    "INSERT INTO v_attack DEFAULT VALUES",
    "CREATE TABLE leaked AS SELECT * FROM claim",
    "CREATE TEMP TABLE t AS SELECT * FROM claim",
    "CREATE TEMP VIEW t AS SELECT * FROM claim",
    "CREATE TEMP TRIGGER t INSTEAD OF INSERT ON v_attack BEGIN DELETE FROM attack; END",
    "CREATE VIRTUAL TABLE t USING fts5(a)",
    "CREATE INDEX i ON attack (id)",
    "DROP TABLE attack",
    "DROP VIEW v_attack",
    "DROP TRIGGER journal_no_update",
    "ALTER TABLE attack RENAME TO gone",
    "ALTER TABLE attack ADD COLUMN x",
    "REINDEX",
    "ANALYZE",
    "VACUUM",
    "VACUUM INTO '{folder}/copy.db'",
    "ATTACH '{folder}/new.db' AS z",
    "ATTACH '{file}' AS z",
    "ATTACH ':memory:' AS z",
    "ATTACH 'file:{file}?mode=rw' AS z",
    "DETACH main",
    "BEGIN EXCLUSIVE",
    "BEGIN IMMEDIATE",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT s",
    "RELEASE s",
    "PRAGMA query_only=0",
    "PRAGMA writable_schema=1",
    "PRAGMA journal_mode=DELETE",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "PRAGMA user_version=7",
    "PRAGMA temp_store_directory='{folder}'",
    "PRAGMA database_list",
    "PRAGMA table_info(attack)",
    "PRAGMA key='x'",
    "PRAGMA hard_heap_limit=0",
    "SELECT load_extension('{folder}/x.so')",
    "SELECT sqlcipher_export('main')",
    "SELECT writefile('{folder}/x', 'y')",
    "SELECT readfile('/etc/passwd')",
    "SELECT edit('x', 'touch {folder}/y')",
    "SELECT fts3_tokenizer('simple')",
    "SELECT fts3_tokenizer('x', x'4141414141414141')",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM sqlite_schema",
    "SELECT sql FROM main.sqlite_schema",
    "SELECT * FROM sqlite_temp_schema",
    "SELECT * FROM pragma_database_list",
    "SELECT * FROM pragma_table_info('attack')",
    "SELECT * FROM pragma_module_list()",
    "SELECT * FROM pragma_compile_options",
    "SELECT * FROM dbstat",
    "SELECT * FROM sqlite_dbpage",
    "SELECT * FROM sqlite_stmt",
    "SELECT * FROM bytecode('SELECT 1')",
    "SELECT * FROM fsdir('/')",
    "SELECT * FROM csv('/etc/passwd')",
    "SELECT * FROM fts5vocab",
    "WITH sqlite_master(x) AS (SELECT sql FROM main.sqlite_master) SELECT x FROM sqlite_master",
    "WITH v_attack(x) AS (SELECT sql FROM sqlite_schema) SELECT x FROM v_attack",
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema)",
    "SELECT count(*) FROM sqlite_schema",
    "SELECT 1; DELETE FROM attack",
    "SELECT 1;; ATTACH '{folder}/x' AS y",
    "EXPLAIN DELETE FROM attack",
    "SELECT zeroblob(900000000)",
    "SELECT randomblob(900000000)",
    "SELECT \x00",
    "",
    ";",
    "-- nothing",
    "SELECT " + "(" * 3000 + "1" + ")" * 3000,
    "SELECT 1" + " UNION ALL SELECT 1" * 5000,
)
LONG_SQLITE = (
    _ENDLESS + "SELECT count(*) FROM n",
    _ENDLESS + "SELECT x FROM n",
    _ENDLESS + "SELECT group_concat(x) FROM n",
    _ENDLESS + "SELECT x FROM n ORDER BY x",
    "SELECT count(*) FROM code_map a, code_map b, code_map c, code_map d, code_map e",
    "SELECT printf('%.*c', 900000000, 'x')",
    "SELECT length(printf('%.*c', 900000000, 'x') || printf('%.*c', 900000000, 'y'))",
    "SELECT replace(printf('%.*c', 30000000, 'x'), 'x', printf('%.*c', 1000, 'y'))",
    "SELECT hex(hex(hex(hex(printf('%.*c', 20000000, 'x')))))",
    "SELECT printf('%.*c', 5000000, 'a') LIKE printf('%.*c', 20000, '%a') || 'b'",
    "SELECT printf('%.*c', 40000, 'a') GLOB printf('%.*c', 4000, '*a') || 'b'",
)
WRITING_POSTGRESQL = (
    "DELETE FROM attack",
    "UPDATE claim SET low = 0",
    "INSERT INTO node SELECT * FROM node",
    "WITH gone AS (DELETE FROM attack RETURNING 1) SELECT * FROM gone",
    "WITH made AS (INSERT INTO node SELECT * FROM node RETURNING 1) TABLE made",
    "SELECT * INTO leaked FROM claim",
    "SELECT * FROM attack FOR UPDATE",
    "SELECT * FROM attack FOR SHARE",
    "CREATE TABLE leaked AS SELECT * FROM claim",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE RULE r AS ON INSERT TO attack DO INSTEAD NOTHING",
    "DROP TABLE attack CASCADE",
    "TRUNCATE attack",
    "COPY claim TO '{folder}/copy.csv'",
    "COPY (SELECT * FROM claim) TO PROGRAM 'cat >{folder}/x'",
    "DO $$ BEGIN DELETE FROM attack; END $$",
    "CALL x()",
    "LOCK attack",
    "VACUUM",
    "SET default_transaction_read_only = off",
    "SET statement_timeout = 0",
    "RESET ROLE",
    "SHOW config_file",
    "BEGIN",
    "COMMIT",
    "COMMIT; DELETE FROM attack",
    "SELECT 1; COMMIT; DELETE FROM attack",
    "SELECT 1); DELETE FROM attack; --",
    "SELECT 1;; SELECT 2",
    "LISTEN x",
    "NOTIFY x",
    "PREPARE p AS DELETE FROM attack",
    "EXECUTE p",
    "EXPLAIN ANALYZE DELETE FROM attack",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT \"set_config\"('statement_timeout', '0', false)",
    "SELECT SET_CONFIG/**/('role', 'none', false)",
    "SELECT set_config --\n('role', 'none', false)",
    "SELECT pg_catalog.set_config('a.b', 'c', false)",
    "SELECT \"pg_catalog\".\"set_config\"('a.b', 'c', false)",
    "SELECT U&\"\\0073et_config\"('a.b', 'c', false)",
    "SELECT current_setting('config_file')",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '{folder}/x')",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_notify('a', 'b')",
    "SELECT pg_sleep(30)",
    "SELECT pg_sleep_for('30 s')",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "SELECT pg_reload_conf()",
    "SELECT nextval('x')",
    "SELECT setval('x', 1)",
    "SELECT txid_current()",
    "SELECT dblink('', 'DELETE FROM attack')",
    "SELECT * FROM claim c, dblink('') AS (x int)",
    "SELECT * FROM attack, query_to_xml('SELECT 1', true, true, '') AS (x xml)",
    "SELECT query_to_xml('DELETE FROM attack', true, true, '')",
    "SELECT database_to_xml(true, true, '')",
    "SELECT table_to_xml('attack', true, true, '')",
    "SELECT ts_stat('SELECT 1')",
    "SELECT ('attack').set_config",
    "WITH set_config(a) AS (SELECT set_config('a.b', 'c', false)) SELECT a FROM set_config",
    "SELECT x::set_config('a', 'b') FROM attack x",
    "SELECT 1 AS set_config('a', 'b', false)",
    "SELECT $a$ ' $a$, set_config('a.b', 'c', false), $a$ ' $a$",
    "SELECT E'\\'', set_config('a.b', 'c', false), E'\\''",
    "SELECT '\\', set_config('a.b', 'c', false), '\\'",
    "SELECT /* /* */ set_config('a.b', 'c', false) */ 1, set_config('a.b', 'c', false)",
    "SELECT 1 /* ' */, set_config('a.b', 'c', false) /* ' */",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT * FROM pg_stat_activity",
    'SELECT * FROM "pg_settings"',
    "TABLE pg_largeobject",
    "SELECT * FROM information_schema.tables",
    "SELECT 'x",
    "SELECT /* never closed",
    "SELECT \x00",
    "",
    ";",
    "-- nothing",
    "SELECT " + "(" * 60_000 + "1" + ")" * 60_000,
)
LONG_POSTGRESQL = (
    _ENDLESS + "SELECT count(*) FROM n",
    _ENDLESS + "SELECT x FROM n",
    _ENDLESS + "SELECT string_agg(x::text, '') FROM n",
    _ENDLESS + "SELECT x FROM n ORDER BY x DESC",
    "SELECT count(*) FROM generate_series(1, 100000000000)",
    "SELECT count(*) FROM code_map a, code_map b, code_map c, code_map d, code_map e",
    "SELECT length(repeat('x', 900000000))",
    "SELECT length(repeat(repeat('x', 100000), 100000))",
    "SELECT repeat('a', 30) ~ '((a*)*)*b' FROM generate_series(1, 100000000)",
    "SELECT regexp_replace(repeat('a', 100000), '(a|aa)+$', '') FROM generate_series(1, 1000000)",
)

_NAMES = (
    "v_attack",
    "v_claim",
    "attack",
    "claim",
    "place_name",
    "journal",
    "node",
    "secret",
    "secret_content",
    "secret_data",
    "sqlite_schema",
    "pragma_table_info",
    "json_each",
    "w",
    "x",
    "pg_authid",
    "code_map",
)
_COLUMNS = ("id", "ref", "*", "1", "rowid", "c0", "name", "sql", "words", "'x'", "NULL", "low", "title", "block", "w.x")
_CALLS = (
    "count",
    "max",
    "lower",
    "hex",
    "quote",
    "group_concat",
    "load_extension",
    "set_config",
    "pg_notify",
    "lo_create",
    "json",
    "coalesce",
    "nextval",
    "pg_advisory_lock",
    "fts5",
    "snippet",
    "sqlcipher_export",
    "zeroblob",
)
_STARTS = (
    "DELETE FROM {}",
    "UPDATE {} SET ref = 1",
    "INSERT INTO {} SELECT * FROM {}",
    "DROP TABLE {}",
    "PRAGMA {}",
    "CREATE TABLE z AS SELECT * FROM {}",
    "ATTACH 'z.db' AS {}",
    "ANALYZE {}",
    "LOCK {}",
    "COPY {} TO '/tmp/z'",
)


def generated(seed: int) -> Iterator[str]:
    """Statements without end: mostly queries that can be read, some broken, some that are none."""
    dice = random.Random(seed)  # noqa: S311 -- the same again for the same seed
    while True:
        sql = _statement(dice, 3)
        if dice.random() < 0.1:
            sql = _broken(dice, sql)
        yield sql


def _statement(dice: random.Random, depth: int) -> str:
    if dice.random() < 0.1:
        return dice.choice(_STARTS).replace("{}", dice.choice(_NAMES))
    if dice.random() < 0.05:
        return f"{_query(dice, depth)}; {_statement(dice, 1)}"
    return _query(dice, depth)


def _query(dice: random.Random, depth: int) -> str:
    kinds: tuple[Callable[[random.Random, int], str], ...] = (_select, _select, _select, _with, _union, _stolen)
    return dice.choice(kinds)(dice, depth) if depth else f"SELECT {_column(dice)} FROM {_name(dice)}"


def _stolen(dice: random.Random, _depth: int) -> str:
    column = dice.choice(("*", "c0", "max(c0)", "lower(c0)", "group_concat(c0)", "count(*)", "quote(c0)"))
    return f"SELECT {column} FROM {dice.choice(('', 'main.'))}{dice.choice(('secret', 'secret_content', 'SECRET'))}"


def _some(dice: random.Random, usual: tuple[str, ...], others: tuple[str, ...]) -> str:
    return dice.choice(usual if dice.random() < 0.85 else others)


def _name(dice: random.Random) -> str:
    return _some(dice, ("v_attack", "v_claim", "attack", "claim"), _NAMES)


def _column(dice: random.Random) -> str:
    return _some(dice, ("ref", "ref", "id", "1", "'x'", "NULL"), _COLUMNS)


def _select(dice: random.Random, depth: int) -> str:
    columns = ", ".join(_term(dice, depth) for _ in range(dice.randint(1, 3)))
    tables = ", ".join(_table(dice, depth) for _ in range(dice.choice((1, 1, 1, 1, 1, 2))))
    sign = dice.choice(("=", "<>", "IN", "LIKE", "MATCH", "IS NOT DISTINCT FROM"))
    where = f" WHERE {_column(dice)} {sign} ({_term(dice, depth)})" if dice.random() < 0.25 else ""
    return f"SELECT {columns} FROM {tables}{where} LIMIT {dice.randint(0, 20)}"


def _with(dice: random.Random, depth: int) -> str:
    name, columns = dice.choice(_NAMES), dice.choice(("", "", "(x)"))
    body = _query(dice, depth - 1)
    return f"WITH {dice.choice(('', 'RECURSIVE '))}{name}{columns} AS ({body}) SELECT * FROM {name} LIMIT 20"


def _union(dice: random.Random, depth: int) -> str:
    return f"SELECT {_column(dice)} FROM {_name(dice)} UNION ALL SELECT {_column(dice)} FROM {_table(dice, depth - 1)}"


def _term(dice: random.Random, depth: int) -> str:
    kind = dice.random()
    if depth and kind < 0.1:
        return f"(SELECT {_column(dice)} FROM {_table(dice, depth - 1)} LIMIT 1)"
    if depth and kind < 0.2:
        return f"EXISTS ({_query(dice, depth - 1)})"
    if kind < 0.4:
        return f"{_some(dice, ('coalesce', 'lower', 'count', 'max'), _CALLS)}({_column(dice)})"
    return _column(dice)


def _table(dice: random.Random, depth: int) -> str:
    if depth > 0 and dice.random() < 0.2:
        return f"({_query(dice, depth - 1)}) AS {dice.choice(_NAMES)}"
    name = _name(dice)
    return dice.choice((name, name, name, f'"{name}"', f"{name} AS {dice.choice(_NAMES)}"))


def _broken(dice: random.Random, sql: str) -> str:
    at = dice.randrange(len(sql) + 1)
    return (
        sql[:at]
        + dice.choice(("'", '"', "(", ")", ";", "--", "/*", "\x00", "é", "", "%", ":x", "$$", "\\"))
        + sql[at + dice.randint(0, 3) :]
    )
