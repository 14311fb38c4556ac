"""Rows that pyarrow parses: the same Parquet file, whatever the rows hold, as cell after cell gives."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from registry.services.exporting import groups, parquet, parsed, views
from registry.services.exporting.batches import Batch, batch
from registry.services.exporting.parsed import Parsed
from registry.services.exporting.tables import Table
from registry.services.exporting.views import View
from tests.test_lines import AT_ONCE, empty, exported, filled, made, put, told


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "AT_ONCE", AT_ONCE)
    monkeypatch.setattr(parsed, "_TOGETHER", 2)
    monkeypatch.setattr(groups, "_ROWS", 4 * AT_ONCE)


def by_parsing(connection: Connection, name: str) -> tuple[pa.Table, int, Sequence[str]]:
    view = View(connection, name)
    return written(Table(name, "", view.columns, {}, view.batches(), view))


def by_cells(connection: Connection, name: str) -> tuple[pa.Table, int, Sequence[str]]:
    found = connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY id")
    columns = list(found.keys())
    return written(Table(name, "", columns, {}, (batch(columns, part) for part in found.partitions(AT_ONCE))))


def written(one: Table) -> tuple[pa.Table, int, Sequence[str]]:
    """What the file holds, how many rows it is said to hold, and what its columns are said to hold."""
    file = io.BytesIO()
    parquet.write(file, one)
    return pq.read_table(io.BytesIO(file.getvalue())), one.rows, one.kinds


@given(st.integers(0, 20), empty, st.lists(put, max_size=5))
def test_parsed_rows_are_what_cells_would_be(count: int, empty: set[str], changes: list[tuple[int, str, Any]]) -> None:
    assume(all(value != parsed._NOTHING for _, _, value in changes))  # no text is this control character alone
    with filled(made(count, empty, changes)) as connection:
        assert by_parsing(connection, "v_made") == by_cells(connection, "v_made")


def test_what_was_not_foreseen_is_read_by_cells_and_parsing_goes_on() -> None:
    with filled(made(10 * AT_ONCE, set(), [(6 * AT_ONCE, "name", "a\nb")])) as connection:
        view = View(connection, "v_made")
        blocks = Parsed(view)
        counted = [(len(one.columns[0]), [rows for rows, _ in blocks.blocks()]) for one in view.batches()]
    # Of the two parts of the block that cannot be parsed, the first is: the line end stands in the second.
    assert counted == [(AT_ONCE, [2 * AT_ONCE, 2 * AT_ONCE, AT_ONCE]), (AT_ONCE, [2 * AT_ONCE, AT_ONCE])]


def test_what_would_be_refused_for_ever_is_read_by_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def refuses(block: bytes, *_: Any) -> None:
        tried.append(len(block))
        raise ValueError

    monkeypatch.setattr(parsed, "_parsed", refuses)
    with filled(made(20 * AT_ONCE, set(), [])) as connection:
        assert by_parsing(connection, "v_made") == by_cells(connection, "v_made")
    assert len(tried) == 2  # together, and the first alone


def test_every_view_is_parsed_as_its_cells_are(engine: Engine) -> None:
    for connection, name, one in exported(engine):
        assert told(one.columns, written(one)) == told(one.columns, by_cells(connection, name))


def of_column(name: str, values: Iterable[Any]) -> Table:
    some = [[value] for value in values]
    batches: Iterable[Batch] = (batch([name], some[at : at + 1]) for at in range(len(some)))
    return Table("t", "Rows.", [name], {}, iter(batches))


@pytest.mark.parametrize(
    ("name", "values", "held"),
    [
        ("n", [None] * 12 + [1] * 12, pa.int64()),
        ("n", [1] * 12 + [0.5], pa.float64()),
        ("n", [1] * 12 + [0.5] * 12 + ["x"], pa.string()),
        ("is_so", [None] * 12 + [True], pa.bool_()),
        ("of_on", ["2019-05-04"] * 12 + ["2019-05-05"], pa.date32()),
        ("of_on", ["2019-05-04"] * 12 + ["20190505"], pa.string()),
        ("of_at", ["2019-05-04T10:00:00Z"] * 12 + ["then"], pa.string()),
    ],
)
def test_a_column_holds_what_all_its_groups_can_be(name: str, values: list[Any], held: pa.DataType) -> None:
    read, rows, _ = written(of_column(name, values))
    assert (read.schema.types, rows) == ([held], len(values))
    if held == pa.string():
        values = [str(value) for value in values]
    if held == pa.date32():
        values = [date.fromisoformat(value) for value in values]
    assert read.column(name).to_pylist() == values


def test_times_are_times() -> None:
    read, _, _ = written(of_column("of_at", ["2019-05-04T10:00:00Z", None]))
    assert read.column("of_at").to_pylist() == [datetime(2019, 5, 4, 10, tzinfo=UTC), None]
