"""Lines of CSV that SQLite puts together: the same file, whatever the rows hold, as cell after cell gives."""

import io
import string
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from registry import db
from registry.services import extracts
from registry.services.exporting import csvs, tables, views
from registry.services.exporting.batches import batch
from registry.services.exporting.kinds import by_name
from registry.services.exporting.lines import Lines
from registry.services.exporting.tables import Table
from registry.services.exporting.views import View
from registry.services.work import writing
from tests import generated

COLUMNS = {
    "id": "BLOB", "name": "VARCHAR(20)", "n": "INTEGER", "is_so": "BOOLEAN", "from_on": "DATE", "to_on": "TEXT",
    "at_at": "DATETIME", "time_of_day": "TIME", "lon": "FLOAT", "place_id": "BLOB", "sha256": "BLOB", "of_any": "",
    "last": "TEXT",
}  # fmt: skip
AT_ONCE = 3  # rows
HOSTILE = ("=1", "'=1", "''@", " +x", "'a", "a,b", 'a"b', "a\nb", "a\rb", "\t-1", "-1", "＝x", "\u202eabc", "Ü\u061c",
           "\u3000=", "’", "", "'", " ", "\x1f", "\xff", "لـ,=", "0" * 70)  # fmt: skip
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(string.printable + "ءüÜ’“\u200f\u2066＠　", max_size=5),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3),
    st.just("usual"),
)
keys = st.uuids().map(lambda key: key.bytes)
days = st.dates().map(str)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": texts,
    "n": st.integers(-(2**63), 2**63 - 1) | st.integers(0, 9),
    "is_so": st.integers(0, 2),
    "from_on": days,
    "to_on": days | texts,
    "at_at": st.datetimes().map(str) | texts,
    "time_of_day": st.times().map(str) | texts,
    "lon": st.floats(allow_nan=False) | st.integers(0, 9),
    "place_id": keys,
    "sha256": st.binary(max_size=20) | keys,
    "of_any": texts | st.integers(-9, 9) | st.floats(allow_nan=False),
    "last": texts,
}
USUAL = (
    "usual",
    7,
    1,
    "2019-05-04",
    "2019-05-05",
    "2019-05-04 10:00:00",
    "10:00:00.000000",
    36.5,
    b"k" * 16,
    b"h" * 32,
    "x",
    "حلب",
)
T = TypeVar("T")
# Which columns are empty but for what is put somewhere: row, column, value.
empty = st.sets(st.sampled_from(list(VALUES)))
put = st.sampled_from(list(VALUES)).flatmap(lambda name: st.tuples(st.integers(0, 20), st.just(name), VALUES[name]))


def made(count: int, empty: set[str], changes: Sequence[tuple[int, str, Any]]) -> list[list[Any]]:
    usual = [None if name in empty else value for name, value in zip(VALUES, USUAL, strict=True)]
    found = [list(usual) for _ in range(count)]
    for row, name, value in changes:
        if row < count:
            found[row][list(VALUES).index(name)] = value
    return found


@contextmanager
def filled(found: Sequence[Sequence[Any]]) -> Iterator[Connection]:
    """A connection to a table `v_made` of these rows."""
    engine = db.in_memory()
    with engine.connect() as connection:
        declared = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        connection.exec_driver_sql(f"CREATE TABLE v_made ({declared})")
        marks = ", ".join("?" * len(COLUMNS))
        for number, row in enumerate(found):
            connection.exec_driver_sql(f"INSERT INTO v_made VALUES ({marks})", (uuid.UUID(int=number).bytes, *row))
        yield connection
    engine.dispose()


def by_lines(connection: Connection, name: str) -> tuple[str, int, list[str]]:
    view = View(connection, name)
    return written(Table(name, "", view.columns, {}, view.batches(), view))


def by_cells(connection: Connection, name: str) -> tuple[str, int, list[str]]:
    found = connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY id")
    columns = list(found.keys())
    return written(Table(name, "", columns, {}, (batch(columns, part) for part in found.partitions(AT_ONCE))))


def written(one: Table) -> tuple[str, int, list[str]]:
    """The file, how many rows it is said to hold, and what its columns are said to hold."""
    file = io.BytesIO()
    csvs.write(file, one)
    kinds: list[str] = ["int" if found == "long" else found for found in one.kinds]  # CSV tells no difference
    return file.getvalue().decode(), one.rows, kinds


def told(columns: Iterable[str], found: tuple[T, int, Sequence[str]]) -> tuple[T, int, Sequence[str]]:
    """A file, its rows, and what the description says that its columns hold: of empty ones what their name tells."""
    content, rows, kinds = found
    said = {name: kind or by_name(name) for name, kind in zip(columns, kinds, strict=True)}
    return content, rows, ["int" if kind == "long" else kind for kind in said.values()]


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "AT_ONCE", AT_ONCE)


@given(st.integers(0, 20), empty, st.lists(put, max_size=5))
def test_lines_are_what_cells_would_be(count: int, empty: set[str], changes: list[tuple[int, str, Any]]) -> None:
    with filled(made(count, empty, changes)) as connection:
        assert by_lines(connection, "v_made") == by_cells(connection, "v_made")


def test_what_was_not_foreseen_is_read_by_cells_and_lines_go_on() -> None:
    with filled(made(9 * AT_ONCE, set(), [(4 * AT_ONCE, "name", "a,b")])) as connection:
        view = View(connection, "v_made")
        lines = Lines(view)
        counted = [(len(one.columns[0]), sum(rows for rows, _ in lines.blocks())) for one in view.batches()]
    assert counted == [(AT_ONCE, 3 * AT_ONCE), (AT_ONCE, 4 * AT_ONCE)]


def exported(engine: Engine) -> Iterator[tuple[Connection, str, Table]]:
    """Every view of a filled registry that can be read in a faster way than by cells, for each audience."""
    with writing(engine, "Amal", "test") as work:
        generated.fill(work, 12)
    for audience in ("internal", "partner", "public"):
        with extracts.reading(engine, audience) as connection:
            for name in tables.views(connection, audience):
                with tables.table(connection, name, audience, {}) as one:
                    if one.view is not None:
                        yield connection, name, one


def test_every_view_has_the_same_lines_and_no_key_twice(engine: Engine) -> None:
    for connection, name, one in exported(engine):
        assert told(one.columns, written(one)) == told(one.columns, by_cells(connection, name))
