"""A registry that leaves as an archive and comes back is the same registry, on either engine."""

import gzip
import json
import stat
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from registry import db
from registry.errors import Conflict, NotFound, RegistryError
from registry.services import erasing, schema
from registry.services.chain import verify
from registry.services.exporting import archive
from registry.services.importing import batches, undoing
from registry.services.work import writing
from tests import calling, canaries, factories, test_kept
from tests.calling import Call, one_line
from tests.conftest import migrated

call = calling.call


def told(engine: Engine) -> dict[str, list[str]]:
    """What every view says, the taking up itself left aside."""
    with db.reading(engine) as connection:
        found = {}
        for view in schema.view_names():
            where = " WHERE table_name <> 'import_batch'" if view == "v_change" else ""
            rows = connection.execute(text(f"SELECT * FROM {view}{where}")).all()
            found[view] = sorted(str([_plain(value) for value in row]) for row in rows)
        return found


def _plain(value: object) -> object:
    return str(db.as_uuid(value)) if isinstance(value, bytes) and len(value) == 16 else value


@contextmanager
def fresh(backend: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A registry in which nothing is entered."""
    with TemporaryDirectory() as folder, migrated(backend, Path(folder), request) as url:
        engine = db.connect(url)
        with db.for_writing(engine).begin() as connection:  # every template is of one node
            key = db.as_key(connection, uuid.uuid4())
            connection.execute(text("UPDATE node SET id = :key"), {"key": key})
        yield engine
        engine.dispose()


@pytest.fixture
def other(backend: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    with fresh(backend, request) as engine:
        yield engine


def taken_up(engine: Engine, file: Path) -> archive.TakenUp:
    with writing(engine, "Basma", "moved") as work:
        return archive.take_up(work, file)


@settings(max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)
@given(seed=st.integers(0, 10_000), steps=st.integers(10, 30))
def test_what_leaves_and_comes_back_is_equal(
    backend: str, request: pytest.FixtureRequest, seed: int, steps: int
) -> None:
    dice = Random(seed)  # noqa: S311 -- to be repeated, not to be secret
    with fresh(backend, request) as one, fresh(backend, request) as other, TemporaryDirectory() as folder:
        with writing(one, "Amal", "test") as work:
            for begin in (test_kept.place, test_kept.place, test_kept.facility, test_kept.attack, test_kept.attack):
                begin(work, dice)
            for _ in range(steps):
                dice.choice(test_kept.DONE)(work, dice)
        file = Path(folder) / "registry.archive.gz"
        archive.save(one, file)
        taken_up(other, file)
        assert told(other) == told(one)
        assert schema.check(other) == []


def test_it_goes_from_one_engine_to_the_other(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with fresh("sqlite", request) as one, fresh("postgresql", request) as other:
        with writing(one, "Amal", "test") as work:
            canaries.seed(work)
        archive.save(one, tmp_path / "a.gz")
        taken_up(other, tmp_path / "a.gz")
        with db.reading(one) as here, db.reading(other) as there:
            refs = "SELECT ref, name FROM v_facility ORDER BY ref"
            assert db.every(here, refs) == db.every(there, refs)
            assert verify(there).problems == ()


def test_what_was_erased_stays_erased(engine: Engine, other: Engine, tmp_path: Path) -> None:
    with writing(engine, "Amal", "test") as work:
        source = factories.make_source(work, "Kwperson")
        erasing.erase(work, source.ref, ["name"])
    archive.save(engine, tmp_path / "a.gz")
    assert b"Kwperson" not in gzip.decompress((tmp_path / "a.gz").read_bytes())
    taken_up(other, tmp_path / "a.gz")
    with db.reading(other) as connection:
        assert verify(connection).erased > 0
        assert verify(connection).problems == ()


def test_it_is_journalled_and_the_registry_goes_on(engine: Engine, other: Engine, tmp_path: Path) -> None:
    with writing(engine, "Amal", "test") as work:
        factories.make_attack(work)
    entries = archive.save(engine, tmp_path / "a.gz")
    taken = taken_up(other, tmp_path / "a.gz")
    assert (taken.entries, taken.batch.rows_new) == (entries, taken.rows)
    with writing(other, "Basma", "goes on") as work:
        factories.make_attack(work)
        with pytest.raises(Conflict, match="brought a whole registry"):
            undoing.undo(work, batches.find(work, taken.batch.ref))
    with db.reading(other) as connection:
        assert {head.node for head in verify(connection).heads} == {"test"}
        assert len(verify(connection).heads) == 2
        assert verify(connection).problems == ()


def test_only_an_empty_registry_takes_one_up_and_no_file_is_written_over(engine: Engine, tmp_path: Path) -> None:
    with writing(engine, "Amal", "test") as work:
        factories.make_attack(work)
    archive.save(engine, tmp_path / "a.gz")
    assert stat.S_IMODE((tmp_path / "a.gz").stat().st_mode) == 0o600
    before = told(engine)
    with pytest.raises(Conflict, match="taken up by an empty registry"):
        taken_up(engine, tmp_path / "a.gz")
    assert told(engine) == before
    with pytest.raises(Conflict, match="is there already"):
        archive.save(engine, tmp_path / "a.gz")
    with pytest.raises(NotFound, match="make it first"):
        archive.save(engine, tmp_path / "none" / "a.gz")


def _cut(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def _altered(lines: list[bytes]) -> list[bytes]:
    return [lines[0], *(line.replace(b"Kwfacility", b"Elsewhere") for line in lines[1:])]


def _older(lines: list[bytes]) -> list[bytes]:
    return [json.dumps({**json.loads(lines[0]), "schema": "0001"}).encode(), *lines[1:]]


def _broken(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-1], b'{"id": 1}']


def _list(_lines: list[bytes]) -> list[bytes]:
    return [b"[1]"]


def _empty(_lines: list[bytes]) -> list[bytes]:
    return [b"{}"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(_cut, "does not hold together"), (_altered, "does not hold together"), (_older, "of schema 0001"),
     (_broken, "is not whole"), (_list, "no archive"), (_empty, "no archive")],
)  # fmt: skip
def test_a_file_that_was_altered_is_refused_and_nothing_is_taken_up(
    engine: Engine, other: Engine, tmp_path: Path, spoil: Callable[[list[bytes]], list[bytes]], said: str
) -> None:
    with writing(engine, "Amal", "test") as work:
        canaries.seed(work)
    archive.save(engine, tmp_path / "a.gz")
    lines = gzip.decompress((tmp_path / "a.gz").read_bytes()).splitlines()
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"\n".join(spoil(lines))))
    with pytest.raises(RegistryError, match=said):
        taken_up(other, tmp_path / "b.gz")
    assert schema.check(other) == []
    with db.reading(other) as connection:
        assert verify(connection).entries == 0


def test_the_commands(call: Call, database_url: str, tmp_path: Path) -> None:
    assert call("--database", database_url, "place", "add", "--name", "Idlib", "--level", "country", "--country",
                "SYR").code == 0  # fmt: skip
    said = call("--database", database_url, "export", "archive", "--to", "a.gz")
    assert (said.code, said.out) == (0, "")
    assert call("--database", "new.db", "init").code == 0
    rehearsed = call("--database", "new.db", "import", "archive", "a.gz", "--dry-run")
    assert (rehearsed.code, rehearsed.out) == (0, "")
    assert call("--database", "new.db", "import", "archive", "a.gz").out.startswith("M-")
    assert "Idlib" in call("--database", "new.db", "place", "list").out
    assert one_line(call("--database", "new.db", "import", "archive", "a.gz"), 4)
    (tmp_path / "none.gz").write_bytes(b"no gzip")
    assert call("--database", "newer.db", "init").code == 0
    assert "no archive" in one_line(call("--database", "newer.db", "import", "archive", "none.gz"), 1)
