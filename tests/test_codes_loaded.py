"""Code lists: the tables hold what the files hold, and what records may carry never goes."""

from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

from registry import codes, db, paths
from registry.services import schema
from registry.services.work import writing
from tests import factories


def stored(engine: Engine, table: str) -> list[dict[str, Any]]:
    with db.reading(engine) as connection:
        return db.every(connection, f"SELECT * FROM {table}")


def everything(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    return {name: sorted(stored(engine, name), key=repr) for name in (*codes.LISTS, "code_map")}


def as_text(row: dict[str, Any]) -> dict[str, str]:
    """A stored row as a CSV file spells it."""
    spelt = {
        name: str(int(value)) if isinstance(value, bool) else str(value)
        for name, value in row.items()
        if value is not None
    }
    return {name: value for name, value in spelt.items() if value != ""}


@pytest.mark.parametrize("name", codes.LISTS)
def test_each_table_equals_its_file(engine: Engine, name: str) -> None:
    in_file = {row["code"]: {key: value for key, value in row.items() if value} for row in codes.rows(name)}
    held = {row["code"]: as_text(row) for row in stored(engine, name)}
    assert held == in_file
    assert held


def test_the_map_equals_its_file(engine: Engine) -> None:
    in_file = sorted(repr(sorted((k, v) for k, v in row.items() if v)) for row in codes.code_map())
    assert sorted(repr(sorted(as_text(row).items())) for row in stored(engine, "code_map")) == in_file


def test_every_list_has_a_table_and_every_file_is_loaded() -> None:
    files = {path.stem for path in paths.CODELISTS.glob("*.csv")}
    assert set(codes.LISTS) <= files
    assert set(codes.LISTS) == {
        name for name, table in SQLModel.metadata.tables.items() if "label_en" in table.c and "code" in table.c
    }


def test_a_second_load_changes_nothing(engine: Engine) -> None:
    before = everything(engine)
    for _ in range(2):
        with db.for_writing(engine).begin() as connection:
            schema.load_codes(connection)
    assert everything(engine) == before


def test_labels_are_renewed_and_new_codes_come_in(engine: Engine) -> None:
    before = everything(engine)
    with db.for_writing(engine).begin() as connection:
        connection.execute(text("UPDATE munition SET label_en = 'old', definition = 'old' WHERE code = 'aerial_bomb'"))
        connection.execute(
            text("DELETE FROM munition WHERE code NOT IN (SELECT parent FROM munition WHERE parent IS NOT NULL)")
        )
    assert everything(engine) != before
    schema.upgrade(engine)
    assert everything(engine) == before


def test_a_code_that_has_gone_from_the_files_stays(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(engine, "Amal", "test") as work:
        factories.make_facility(work, type_code="hospital")
    before = everything(engine)
    rows = {name: [row for row in codes.rows(name) if row["code"] != "hospital"] for name in codes.LISTS}
    monkeypatch.setattr(codes, "rows", lambda name: rows[name])
    schema.upgrade(engine)
    assert everything(engine) == before
    assert schema.check(engine) == []
