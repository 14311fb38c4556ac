"""Questions in SQL: nothing is written, nothing restricted is read, and they end; what is wrong is said."""

import hashlib
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from registry import config, db, paths
from registry.errors import NotFound, RegistryError, UsageError
from registry.services.console import child
from registry.services.console.answers import Asked, Limits
from registry.services.console.asking import ask, tables
from registry.services.console.scanning import checked
from registry.sitrep.values import Audience
from tests import canaries, probes
from tests.conftest import migrated
from tests.test_canaries import forbidden, leaks

sqlite3 = db.sqlite_module()  # as the child has it
SECONDS = 1.0
SLACK = 0.5  # what is promised
OUTSIDE: tuple[Audience, ...] = ("partner", "public")


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def registry(marked_url: str) -> config.Config:
    """A registry with a word in every restricted field, on each engine."""
    return config.load(marked_url)


def answer(registry: config.Config, sql: str, audience: Audience = "internal", **limits: Any) -> list[list[Any]]:
    with ask(registry, Asked(sql, {}, Limits(**limits)), audience) as answer:
        return list(answer.rows)


def within(limit: float, ended: Callable[[], None]) -> bool:
    """Whether it ends in time, at least at one of four attempts: at others the machine may be busy with other tests."""
    for _ in range(4):
        began = time.monotonic()
        ended()
        if time.monotonic() - began < limit:
            return True
    return False


def state(registry: config.Config, folder: Path) -> object:
    """What a question must not change: the bytes and names of files, or every row of every table and the settings."""
    if registry.sqlite_file is not None:
        log = registry.sqlite_file.with_name(registry.sqlite_file.name + "-wal")
        written = log.stat().st_size if log.exists() else 0
        kept = {path.name for path in folder.rglob("*")} - {registry.sqlite_file.name + end for end in ("-wal", "-shm")}
        return hashlib.sha256(registry.sqlite_file.read_bytes()).hexdigest(), written, sorted(kept)
    engine = db.connect(registry.database_url)
    with engine.connect() as connection:
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        ).scalars()
        counts = [
            (name, connection.execute(text(f'SELECT count(*), max(xmin::text) FROM "{name}"')).one())
            for name in list(names)
        ]
        others = connection.execute(
            text(
                "SELECT (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_class), "
                "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), (SELECT count(*) FROM pg_roles), "
                "(SELECT count(*) FROM pg_stat_activity WHERE application_name = 'registry sql' AND state <> 'idle')"
            )
        ).one()
    engine.dispose()
    return counts, others, [path.name for path in folder.rglob("*")]


def written_as(probe: str, registry: config.Config, folder: Path) -> str:
    return probe.replace("{folder}", str(folder)).replace("{file}", str(registry.sqlite_file))


def test_no_probe_writes_or_is_answered(registry: config.Config, tmp_path: Path) -> None:
    corpus = probes.WRITING_SQLITE if registry.sqlite_file else probes.WRITING_POSTGRESQL
    before = state(registry, tmp_path)
    for probe in corpus:

        def refused(sql: str = written_as(probe, registry, tmp_path)) -> None:
            with pytest.raises(RegistryError) as refusal:
                answer(registry, sql, seconds=SECONDS)
            assert "internal error" not in str(refusal.value)

        assert within(SECONDS + SLACK, refused), probe
    assert state(registry, tmp_path) == before


def test_a_question_that_does_not_end_is_stopped(registry: config.Config, tmp_path: Path) -> None:
    corpus = probes.LONG_SQLITE if registry.sqlite_file else probes.LONG_POSTGRESQL
    before = state(registry, tmp_path)
    stopped = set[str]()
    for probe in corpus:

        def ended(sql: str = probe) -> None:
            # Rows are let go as they come: to hold a million of them takes a time of its own.
            try:
                with ask(registry, Asked(sql, {}, Limits(seconds=SECONDS)), "internal") as found:
                    deque(found.rows, maxlen=0)
            except RegistryError:
                stopped.add(sql)

        assert within(SECONDS + SLACK, ended), probe
    assert state(registry, tmp_path) == before
    assert len(stopped) > len(corpus) / 2


@pytest.mark.parametrize("audience", OUTSIDE)
def test_no_table_of_an_audience_holds_what_it_may_not_read(registry: config.Config, audience: Audience) -> None:
    engine = db.connect(registry.database_url)
    with db.reading(engine) as connection:
        refs = {
            noun: [str(row["ref"]) for row in db.every(connection, f"SELECT ref FROM {noun} ORDER BY id")]
            for noun in ("attack", "facility", "claim", "report", "source", "situation", "figure")
        }
    engine.dispose()
    for table in tables(registry, audience):
        held = canaries.squeezed(str(answer(registry, f'SELECT * FROM "{table}"', audience)))
        assert leaks(held, forbidden(audience, refs)) == [], table


def test_every_view_can_be_asked(registry: config.Config) -> None:
    for view in (path.stem for path in paths.VIEWS.glob("*.sql")):
        assert answer(registry, f"SELECT count(*) FROM {view}") != [], view


@pytest.mark.parametrize(
    ("sql", "kind", "said"),
    [
        ("SELECT 1 FORM v_attack", UsageError, "  SELECT 1 FORM v_attack\n                ^"),
        ("SELECT\n ref,\n FROM v_attack", UsageError, "\n   FROM v_attack\n   ^"),
        ("SELECT * FROM v_clam", NotFound, "did you mean 'v_claim'"),
        ("SELECT occured_from_on FROM v_attack", NotFound, "did you mean 'occurred_from_on'"),
        ("SELECT a.reff FROM v_attack a", NotFound, "did you mean 'ref'"),
        ("DELETE FROM attack", UsageError, "begin with SELECT"),
        ("SELECT 1; SELECT 2", UsageError, "one question at a time"),
        ("", UsageError, "there is no question"),
        ("SELECT :area", UsageError, "give --set area=…"),
    ],
)
def test_what_is_wrong_is_said(registry: config.Config, sql: str, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind) as refused:
        answer(registry, sql)
    assert said in str(refused.value)


def test_a_column_that_is_withheld_says_why(registry: config.Config) -> None:
    with pytest.raises(NotFound, match="withheld from this audience: a position can be used to strike again"):
        answer(registry, "SELECT lat FROM v_place", "partner")


def test_values_come_the_same_from_both_engines(registry: config.Config) -> None:
    sql = (
        "SELECT low, operator, is_rate, period_from_on, absence FROM v_claim WHERE measure = :what ORDER BY low LIMIT 1"
    )
    with ask(registry, Asked(sql, {"what": "facilities_hit"}, Limits()), "internal") as found:
        rows = [[str(value) for value in row] for row in found.rows]
    assert found.columns == ["low", "operator", "is_rate", "period_from_on", "absence"]
    assert [row[:2] for row in rows] == [["4", "exactly"]]


def test_more_than_the_limit_is_told_and_none_at_the_limit(registry: config.Config) -> None:
    count = answer(registry, "SELECT count(*) FROM v_claim")[0][0]
    for rows, more in ((count, False), (count - 1, True)):
        with ask(registry, Asked("SELECT ref FROM v_claim", {}, Limits(rows=rows)), "internal") as found:
            assert (len(list(found.rows)), found.more) == (rows, more)


def test_an_answer_that_nobody_reads_to_its_end_leaves_nothing_running(registry: config.Config) -> None:
    sql = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
    with ask(registry, Asked(sql, {}, Limits(seconds=30)), "internal") as found:
        assert list(islice(found.rows, 3)) == [[1], [2], [3]]


# The gate itself, in this process, on a file with tables that are not open.


@pytest.fixture
def gated(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    with migrated("sqlite", tmp_path, request, "marked") as url:
        engine = db.connect(url)
        with db.for_writing(engine).begin() as connection:
            connection.exec_driver_sql("CREATE VIRTUAL TABLE secret USING fts5(c0)")
            connection.exec_driver_sql("INSERT INTO secret VALUES ('kwhidden')")
        engine.dispose()
        with closing(child._opened(f"file:{tmp_path / 'registry.db'}?mode=ro")) as connection:
            connection.set_authorizer(child._Gate(connection))
            yield connection


def run(gated: Any, sql: str) -> str:
    looks = iter(range(500))
    gated.set_progress_handler(lambda: next(looks, None) is None, 1000)
    try:
        return str(list(islice(gated.execute(sql, {"x": 1}), 50)))
    except (sqlite3.Error, sqlite3.Warning, ValueError, MemoryError) as error:
        return f"refused: {error}"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT c0 FROM secret",
        "SELECT c0 FROM secret WHERE secret MATCH 'kwhidden'",
        "SELECT * FROM secret_content",
        "SELECT hex(block) FROM secret_data",
        "SELECT count(*) FROM secret_content",
        "SELECT EXISTS (SELECT 1 FROM secret_content)",
        "WITH v_attack(x) AS (SELECT c0 FROM secret_content) SELECT x FROM v_attack",
        "WITH secret_content AS (SELECT * FROM main.secret_content) SELECT * FROM secret_content",
        "SELECT x FROM (SELECT c0 AS x FROM secret_content) AS v_attack",
        "SELECT (SELECT max(c0) FROM secret_content) FROM v_attack",
        "SELECT 1 FROM v_attack LEFT JOIN secret_content ON 1",
        'SELECT * FROM "SECRET_CONTENT"',
        "SELECT * FROM [secret_content]",
        "SELECT * FROM main . secret_content",
    ],
)
def test_what_is_not_open_is_not_read_nor_counted(gated: Any, sql: str) -> None:
    said = run(gated, sql)
    assert said.startswith("refused: ")
    assert "kwhidden" not in said


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM v_attack",
        "WITH w(x) AS (SELECT ref FROM v_attack) SELECT count(*) FROM w",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 9) SELECT sum(x) FROM n",
        "SELECT sub.n FROM (SELECT count(*) AS n FROM claim) AS sub",
        "SELECT rank() OVER (ORDER BY ref) FROM v_attack",
        "SELECT value FROM json_each('[1, 2]')",
        "SELECT date('2019-05-04', '+1 day'), json_extract('{\"a\": 1}', '$.a'), 'a' LIKE 'A', round(1.5)",
        "EXPLAIN QUERY PLAN SELECT * FROM v_attack",
    ],
)
def test_what_is_open_is_read(gated: Any, sql: str) -> None:
    assert not run(gated, sql).startswith("refused")


def test_without_the_gate_they_would_be_read(gated: Any) -> None:
    gated.set_authorizer(None)
    assert "kwhidden" in run(gated, "SELECT c0 FROM secret")
    assert any("kwhidden" in run(gated, sql) for sql in islice(probes.generated(1), 4_000))


def test_no_generated_statement_writes_or_reads_what_is_not_open(gated: Any, tmp_path: Path) -> None:
    before = hashlib.sha256((tmp_path / "registry.db").read_bytes()).hexdigest()
    answered = 0
    for sql in islice(probes.generated(1), 4_000):
        said = run(gated, sql)
        assert "kwhidden" not in said, sql
        answered += not said.startswith("refused")
    assert hashlib.sha256((tmp_path / "registry.db").read_bytes()).hexdigest() == before
    assert gated.total_changes == 0
    assert answered > 400  # they are not all refused for a slip


def test_no_generated_statement_harms_a_server(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with migrated("postgresql", tmp_path, request, "marked") as url:
        registry = config.load(url)
        before = state(registry, tmp_path)
        answered = 0
        for sql in islice(probes.generated(2), 400):
            try:
                answer(registry, sql, seconds=SECONDS, rows=50)
                answered += 1
            except RegistryError:
                continue
        assert state(registry, tmp_path) == before
        assert answered > 40


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM v_attack",
        "WITH w(a, b) AS (SELECT 1, 2), u AS MATERIALIZED (SELECT a FROM w) SELECT a::numeric(10, 2) FROM u",
        "SELECT x.n FROM (VALUES (1), (2)) AS x(n) WHERE n IN (1, 2) AND EXISTS (SELECT 1)",
        "SELECT extract(year FROM now()), 'it''s', E'\\'', $$a;b$$, \"ref\" FROM v_attack -- set_config('x')",
        "SELECT row_number() OVER (PARTITION BY place ORDER BY ref) FROM v_attack",
        "TABLE v_attack;",
    ],
)
def test_ordinary_questions_pass_the_reading_of_tokens(sql: str) -> None:
    assert checked(sql)


def test_the_child_has_no_file_left(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("here", encoding="utf-8")
    program = (
        "import os, socket, sys\n"
        "from registry.bounds import open_nothing_more\n"
        "open_nothing_more()\n"
        "def tries():\n"
        "    yield lambda: open('/etc/passwd')\n"
        "    yield lambda: open(sys.argv[1] + '/new', 'w')\n"
        "    yield lambda: socket.socket()\n"
        "    if sys.platform == 'linux':\n"
        "        yield lambda: os.unlink(sys.argv[1] + '/victim')\n"
        "        yield lambda: os.rename(sys.argv[1] + '/victim', sys.argv[1] + '/moved')\n"
        "        yield lambda: os.mkdir(sys.argv[1] + '/made')\n"
        "for one in tries():\n"
        "    try:\n"
        "        one()\n"
        "        os.write(1, b'succeeded ')\n"
        "    except OSError:\n"
        "        pass\n"
    )
    environment = os.environ | {"PYTHONPATH": str(paths.PACKAGE.parent)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, env=environment, check=False
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert [path.name for path in tmp_path.iterdir()] == ["victim"]
