"""Indexes and foreign keys put off while very many rows are written: the same afterwards; nothing points nowhere."""

import pytest
from sqlalchemy import Connection, Engine, insert

from registry import db, keys
from registry.errors import RegistryError
from registry.models.facilities import FacilityName
from registry.services import schema
from registry.services.postponed import postponed

_DECLARED = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name",
    "postgresql": """SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE contype = 'f'
        UNION SELECT tablename::text, indexname::text, indexdef FROM pg_indexes WHERE schemaname = current_schema()
        ORDER BY 1, 2""",
}


def _declared(connection: Connection) -> list[tuple[str, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(_DECLARED[connection.dialect.name])]


def test_all_are_gone_for_a_while_and_as_before_afterwards(engine: Engine) -> None:
    with db.for_writing(engine).begin() as connection:
        before = _declared(connection)
        with postponed(connection):
            assert len(_declared(connection)) < len(before) / 2
        assert _declared(connection) == before


def test_what_points_nowhere_is_refused_and_nothing_of_it_stays(engine: Engine) -> None:
    orphan = {"id": next(keys.new_ids()), "facility_id": next(keys.new_ids()), "name": "a name", "folded": "name"}
    with pytest.raises(RegistryError, match="rows of facility_name"), schema.bare(engine) as connection:
        connection.execute(insert(FacilityName).values(language="en", script="Latn", kind="official", **orphan))
    assert schema.check(engine) == []
    with db.reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM facility_name").scalar() == 0
