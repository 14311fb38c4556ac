"""What every test can ask for."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from registry import db, paths
from registry.services import schema
from registry.services.work import Work, rehearsing
from tests.postgres import ensure_template, fresh_database, server, version

SERVER = "REGISTRY_TEST_DATABASE_URL"
# How long an example takes depends on what else the machine does: time is measured in bench/, never tested.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
_at_end = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start one server for all of xdist's processes: they inherit the environment."""
    distributes = config.getoption("dist", "no") != "no" and not config.getoption("collectonly")
    if distributes and SERVER not in os.environ:
        os.environ[SERVER] = _at_end.enter_context(server())
        _at_end.callback(os.environ.pop, SERVER)


def pytest_report_header() -> str:
    return version(os.environ[SERVER]) if SERVER in os.environ else "PostgreSQL: started by the first test that asks"


def pytest_unconfigure() -> None:
    _at_end.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server, as the URL of a database that is there to make others from."""
    if SERVER in os.environ:
        yield os.environ[SERVER]
    else:
        with server() as url:
            yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with fresh_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    return ensure_template(postgres_url, f"registry_template_{_built_from()}", _migrate)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "registry.db"
    _migrate(f"sqlite:///{path}")
    return path


def _built_from() -> str:
    """A name for the schema and code lists of this checkout: a server that outlives it may hold those of another."""
    files = [path for folder in (paths.PACKAGE, paths.MIGRATIONS) for path in folder.rglob("*")]
    contents = (path.read_bytes() for path in sorted(files) if path.suffix in {".py", ".sql", ".csv"})
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]


def _migrate(url: str) -> None:
    engine = db.connect(url)
    schema.initialise(engine, "test")
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which engine: whatever rests on this runs once on each."""
    return str(request.param)


@contextmanager
def migrated(backend: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated database under a folder, or on the server; its node is called `test`."""
    if backend == "sqlite":
        yield f"sqlite:///{shutil.copyfile(request.getfixturevalue('sqlite_template'), folder / 'registry.db')}"
    else:  # only now: nothing starts a server for SQLite alone
        template = request.getfixturevalue("postgres_template")
        with fresh_database(request.getfixturevalue("postgres_url"), template) as url:
            yield url


@pytest.fixture
def sqlite_database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated SQLite database of the test's own."""
    with migrated("sqlite", tmp_path, request) as url:
        yield url


@pytest.fixture
def empty_database_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a database without tables, on each engine; on SQLite a file that is not there yet."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("postgres_database"))


@pytest.fixture
def database_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated database of the test's own, on each engine; its node is called `test`."""
    with migrated(backend, tmp_path, request) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine for a migrated database, on each of the two."""
    engine = db.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def work(engine: Engine) -> Iterator[Work]:
    """A unit of work by Amal that is undone when the test ends. Tests of what is kept use `writing(engine, …)`."""
    with rehearsing(engine, "Amal", "test") as work:
        yield work
