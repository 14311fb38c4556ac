"""What every test can ask for."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from registry import db, paths
from registry.services import demo, schema
from registry.services.work import Work, rehearsing, writing
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
def postgres_templates(postgres_url: str) -> Callable[[str], str]:
    """The name of a PostgreSQL database to copy, by what is in it; filled for the first test that asks."""

    @cache
    def made(content: str) -> str:
        return ensure_template(postgres_url, f"registry_{content}_{_built_from()}", lambda url: _fill(url, content))

    return made


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A SQLite file to copy, in the same way."""
    folder = tmp_path_factory.mktemp("templates")

    @cache
    def made(content: str) -> Path:
        _fill(f"sqlite:///{folder / content}.db", content)
        return folder / f"{content}.db"

    return made


@pytest.fixture(scope="session")
def sqlite_template(sqlite_templates: Callable[[str], Path]) -> Path:
    """A migrated SQLite file to copy."""
    return sqlite_templates("nothing")


def _fill(url: str, content: str) -> None:
    """Make a registry whose node is called `test`, with `nothing`, the founding `case`, or `marked` fields."""
    engine = db.connect(url)
    schema.initialise(engine, "test")
    if content == "marked":
        from tests import canaries  # which reads PDF: not every run of a test needs that

        with writing(engine, canaries.BY, "test") as work:
            canaries.seed(work)
    elif content == "case":
        with writing(engine, "Amal", demo.WHY) as work:
            list(demo.load(work))
    engine.dispose()


def _built_from() -> str:
    """A name for what this checkout fills a registry with: a server that outlives it may hold that of another."""
    files = [path for folder in (paths.PACKAGE, paths.MIGRATIONS, Path(__file__).parent) for path in folder.rglob("*")]
    contents = (path.read_bytes() for path in sorted(files) if path.suffix in {".py", ".sql", ".csv"})
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which engine: whatever rests on this runs once on each."""
    return str(request.param)


@contextmanager
def migrated(backend: str, folder: Path, request: pytest.FixtureRequest, content: str = "nothing") -> Iterator[str]:
    """The URL of a database of one's own under a folder, or on the server: a copy of what `_fill` makes."""
    if backend == "sqlite":
        template = request.getfixturevalue("sqlite_templates")(content)
        yield f"sqlite:///{shutil.copyfile(template, folder / 'registry.db')}"
    else:  # only now: nothing starts a server for SQLite alone
        template = request.getfixturevalue("postgres_templates")(content)
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
def marked_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a registry of the test's own with a word in every restricted field, on each engine."""
    with migrated(backend, tmp_path, request, "marked") as url:
        yield url


@pytest.fixture
def marked(marked_url: str) -> Iterator[Engine]:
    """An engine for a registry with a word in every restricted field, on each of the two."""
    engine = db.connect(marked_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_marked(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of such a registry on SQLite alone."""
    with migrated("sqlite", tmp_path, request, "marked") as url:
        yield url


@pytest.fixture
def case(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine for a registry of the founding case, on each of the two."""
    with migrated(backend, tmp_path, request, "case") as url:
        engine = db.connect(url)
        yield engine
        engine.dispose()


@pytest.fixture(scope="session")
def rehearsed_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine for a migrated database in which nothing is ever saved, so that many tests share it."""
    file = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("rehearsed") / "registry.db")
    engine = db.connect(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def rehearsed_postgresql(postgres_url: str, postgres_templates: Callable[[str], str]) -> Iterator[Engine]:
    """The same on the other engine."""
    with fresh_database(postgres_url, postgres_templates("nothing")) as url:
        engine = db.connect(url)
        yield engine
        engine.dispose()


@pytest.fixture
def work(backend: str, request: pytest.FixtureRequest) -> Iterator[Work]:
    """A unit of work by Amal that is undone when the test ends. Tests of what is kept use `writing(engine, …)`."""
    with rehearsing(request.getfixturevalue(f"rehearsed_{backend}"), "Amal", "test") as work:
        yield work
