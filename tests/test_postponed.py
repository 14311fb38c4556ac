"""Indexes and foreign keys put off while very many rows are written: the same afterwards; nothing points nowhere."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, insert, text

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


@contextmanager
def closing_engine(url: str) -> Iterator[Engine]:
    engine = db.connect(url)
    yield engine
    engine.dispose()


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


def test_what_somebody_made_of_our_tables_stays(engine: Engine) -> None:
    """Names that have to be quoted, a per cent sign in an index, a view: the analysts' own."""
    own = (
        "CREATE INDEX \"by Name, of A%\" ON facility_name (name) WHERE name LIKE 'A%'",
        "CREATE VIEW names_of_mine AS SELECT name FROM facility_name",
    )
    with db.for_writing(engine).begin() as connection:
        for sql in own:
            connection.execute(text(sql))
        before = _declared(connection)
    with schema.bare(engine):
        pass
    with db.reading(engine) as connection:
        assert _declared(connection) == before
        assert connection.exec_driver_sql("SELECT count(*) FROM names_of_mine").scalar() == 0
    assert schema.check(engine) == []


def test_a_schema_of_postgresql_may_have_capitals_in_its_name(postgres_database: str) -> None:
    with closing_engine(postgres_database) as engine, db.for_writing(engine).begin() as connection:
        connection.exec_driver_sql('CREATE SCHEMA "Our Own"')
        connection.exec_driver_sql('SET search_path = "Our Own", public')
        connection.exec_driver_sql("CREATE TABLE one (id integer PRIMARY KEY, name text)")
        connection.exec_driver_sql("CREATE INDEX one_name ON one (name)")
        before = _declared(connection)
        with postponed(connection):
            assert len(_declared(connection)) < len(before)
        assert _declared(connection) == before
