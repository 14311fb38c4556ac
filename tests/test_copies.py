"""Rows that PostgreSQL's COPY prints: the same files, whatever rows hold, as cell after cell and as SQLite."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, inspect

from registry import db
from registry.services.exporting import copied_lines, copies, parsed_copies
from registry.services.exporting.copies import Copied
from registry.services.exporting.tables import Table
from tests import test_lines, test_parsed
from tests.postgres import fresh_database
from tests.test_lines import AT_ONCE, texts, told

COLUMNS = {
    "id": "uuid", "name": "varchar", "n": "bigint", "is_so": "boolean", "from_on": "date", "at_at": "timestamptz",
    "time_of_day": "time", "lon": "float", "place_id": "uuid", "last": "text",
}  # fmt: skip
TIMES = st.integers(-(2**35), 2**37).map(
    lambda seconds: datetime(1970, 1, 1, 0, 0, 0, 5, UTC) + timedelta(seconds=seconds)
)
ROW = st.tuples(
    st.none() | texts,
    st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9),
    st.none() | st.booleans(),
    st.none() | st.dates(),
    st.none() | TIMES,
    st.none() | st.times(),
    st.none() | (st.floats(allow_nan=False) | st.integers(-180, 180)).map(lambda one: one + 0.0),  # SQLite has no -0.0
    st.none() | st.uuids(),
    st.none() | texts,
)
USUAL = ("usual", 7, True, date(2019, 5, 4), datetime(2019, 5, 4, 10, tzinfo=UTC), time(10, 0, 0, 5), None,
         uuid.UUID(int=7), "حلب")  # fmt: skip


def with_text(text: str) -> list[tuple[Any, ...]]:
    return [USUAL, (text, *USUAL[1:]), USUAL, (*USUAL[:-1], text), (*USUAL[:-1], None)]


@pytest.fixture(scope="module")
def made(postgres_url: str) -> Iterator[Connection]:
    """A connection to a server that has been set to print days and times as few expect."""
    with fresh_database(postgres_url) as url:
        engine = db.connect(url)
        with engine.connect() as connection:
            connection.exec_driver_sql("SET datestyle = 'SQL, DMY'")
            connection.exec_driver_sql("SET timezone = 'Asia/Kathmandu'")
            declared = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
            connection.exec_driver_sql(f"CREATE TABLE v_made ({declared})")
            connection.commit()
            yield connection
        engine.dispose()


@pytest.fixture(autouse=True, scope="module")
def few_at_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Copied.blocks, "__kwdefaults__", {"rows": AT_ONCE})
        patch.setattr(parsed_copies, "_ROWS", AT_ONCE)
        yield


def fill(connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
    connection.exec_driver_sql("DELETE FROM v_made")
    keyed = [(uuid.UUID(int=number), *row) for number, row in enumerate(rows)]
    if keyed:
        connection.exec_driver_sql(f"INSERT INTO v_made VALUES ({', '.join(['%s'] * len(COLUMNS))})", keyed)


def by_copy(connection: Connection, name: str) -> Table:
    view = copies.copied(connection, name, inspect(connection).get_columns(name))
    assert view is not None
    return Table(name, "", view.columns, {}, iter(()), view)


def on_sqlite(rows: Sequence[Sequence[Any]]) -> str:
    """The file that a table of the same rows on SQLite gives."""
    kept: dict[type, Callable[[Any], Any]] = {
        date: str,
        datetime: lambda one: str(one.replace(tzinfo=None)),
        time: str,
        uuid.UUID: lambda one: one.bytes,
    }
    engine = db.in_memory()
    with engine.connect() as connection:
        declared = {"uuid": "BLOB", "bigint": "INTEGER", "timestamptz": "DATETIME"}
        columns = ", ".join(f"{name} {declared.get(kind, kind.upper())}" for name, kind in COLUMNS.items())
        connection.exec_driver_sql(f"CREATE TABLE v_made ({columns})")
        for number, row in enumerate(rows):
            cells = [kept.get(type(one), lambda same: same)(one) for one in row]
            marks = ", ".join("?" * len(COLUMNS))
            connection.exec_driver_sql(f"INSERT INTO v_made VALUES ({marks})", (uuid.UUID(int=number).bytes, *cells))
        text, _, _ = test_lines.by_lines(connection, "v_made")
    engine.dispose()
    return text


@settings(max_examples=30)
@given(st.lists(ROW | st.just(USUAL), max_size=9))
@example([])
@example(with_text("a, =b"))
@example(with_text('a",=b'))
@example(with_text("-a"))
@example(with_text("'-a"))
@example(with_text("-1,a"))
@example(with_text("=1,2"))
@example(with_text("\n=1"))
@example(with_text('"=1'))
@example(with_text(""))
@example(with_text("a\rb"))
@example(with_text("\\."))
@example(with_text("ب\u200fa"))
@example([(*USUAL[:6], -70.0, *USUAL[7:])])
def test_copies_are_what_cells_would_be_and_what_sqlite_gives(made: Connection, rows: list[tuple[Any, ...]]) -> None:
    fill(made, rows)
    copied = test_lines.written(by_copy(made, "v_made"))
    assert told(COLUMNS, copied) == told(COLUMNS, test_lines.by_cells(made, "v_made"))
    assert copied[0] == on_sqlite(rows)
    parsed = test_parsed.written(by_copy(made, "v_made"))
    assert told(COLUMNS, parsed) == told(COLUMNS, test_parsed.by_cells(made, "v_made"))
    made.rollback()


USUAL_TEXTS = ("a, b", 'say "no", they say', "line\nline", "a-b=c", "'tis", "(perhaps)", "“so”", "«إدلب»")


@pytest.mark.parametrize(
    "rows",
    [
        *map(with_text, USUAL_TEXTS),
        [(*USUAL[:6], number, *USUAL[7:]) for number in (-70.25, 36.0, -1.0, 0.5)],
        [(None, -1, *[None] * 7)] * 4,
    ],
)
def test_what_is_not_a_formula_is_written_as_it_was_printed(made: Connection, rows: list[tuple[Any, ...]]) -> None:
    fill(made, rows)
    view = by_copy(made, "v_made").view
    assert isinstance(view, Copied)
    blocks = [b"".join(lines) for lines in view.blocks(copied_lines._SPELT)]
    made.rollback()
    assert [copied_lines.stands(block) for block in blocks] == [True, True]


def test_what_is_not_read_to_its_end_lets_the_connection_go(made: Connection) -> None:
    fill(made, [USUAL] * 9)
    view = by_copy(made, "v_made").view
    assert isinstance(view, Copied)
    lines = view.blocks()
    assert len(next(lines)) == AT_ONCE
    view.close()
    made.rollback()
    assert made.exec_driver_sql("SELECT 1").scalar() == 1
    assert list(lines) == []
