"""Analysis beyond one machine's database: DuckDB over Parquet files gives the answers that the registry gives."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from bench import large
from registry import db
from registry.services import questions

duckdb = pytest.importorskip("duckdb", reason="DuckDB comes with the extra `linkage`")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow comes with the extra `linkage`")
pa = pytest.importorskip("pyarrow")

KEYS = re.compile(r"(^|_)id$")


def _written(engine: Engine, view: str, file: Path) -> None:
    """A view without the program's own keys."""
    with db.reading(engine) as connection:
        rows = [dict(row) for row in connection.execute(text(f"SELECT * FROM {view}")).mappings()]
    named = [name for name in rows[0] if not KEYS.search(name)]
    parquet.write_table(pa.table({name: pa.array([_typed(name, row[name]) for row in rows]) for name in named}), file)


def _typed(name: str, value: Any) -> Any:
    """SQLite has no type for a day."""
    return date.fromisoformat(value) if name.endswith("_on") and isinstance(value, str) else value


def test_the_same_question_has_the_same_answer(engine: Engine, tmp_path: Path) -> None:
    for _ in large.fill(engine, 60, 120):
        pass
    with db.reading(engine) as connection:
        busiest = "SELECT governorate_pcode FROM v_attack GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        area = connection.execute(text(busiest)).scalar()
    asked = questions.question("attacks-by-week-and-type")
    values = asked.values({"area": str(area), "first": "2011-01-01", "last": "2026-12-31"})
    with db.reading(engine) as connection:
        ours = [tuple(map(str, row)) for row in connection.execute(text(asked.sql), values)]
    _written(engine, "v_attack", tmp_path / "v_attack.parquet")
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW v_attack AS SELECT * FROM read_parquet('{tmp_path / 'v_attack.parquet'}')")
        sql = re.sub(r":(\w+)", r"$\1", asked.sql)
        theirs = [tuple(map(str, row)) for row in connection.execute(sql, values).fetchall()]
    assert len(ours) > 3
    assert theirs == ours
