"""Migrations: they lead to the schema of the models, on both engines, and keep every row on the way."""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Engine, Inspector, inspect, text
from sqlmodel import SQLModel

from registry import db, paths
from registry.errors import Conflict, RegistryError
from registry.services import journal, kept, lookup, schema, search_keys
from registry.services.work import writing
from tests import factories

REVISIONS = sorted((paths.MIGRATIONS / "versions").glob("*.py"))


@pytest.fixture
def empty_engine(empty_database_url: str) -> Iterator[Engine]:
    engine = db.connect(empty_database_url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return {name for name in inspect(connection).get_table_names() if not schema.keeps(name)}


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        found = [name for name in inspect(connection).get_table_names() if not schema.keeps(name)]
        return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in found}


def derived(engine: Engine) -> set[str]:
    """The views and triggers that are there."""
    with engine.connect() as connection:
        triggers = (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
            if db.is_postgresql(engine)
            else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        )
        return {*inspect(connection).get_view_names(), *connection.execute(text(triggers)).scalars()}


# --- there and back --------------------------------------------------------------------------------------------------


def test_from_nothing_to_head_and_back_and_again(empty_engine: Engine) -> None:
    schema.upgrade(empty_engine)
    made, extras = tables(empty_engine), derived(empty_engine)
    assert made == {*SQLModel.metadata.tables, "alembic_version"}
    assert schema.check(empty_engine) == []
    schema.downgrade(empty_engine)
    assert tables(empty_engine) == {"alembic_version"}
    assert derived(empty_engine) == set()
    assert schema.check(empty_engine)[0].what == "the database holds no registry"
    schema.upgrade(empty_engine)
    assert (tables(empty_engine), derived(empty_engine)) == (made, extras)
    assert schema.check(empty_engine) == []


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        factories.make_claim(work)
    before = counts(engine), derived(engine)
    schema.upgrade(engine)
    assert not schema.initialise(engine, "another name")
    assert (counts(engine), derived(engine)) == before
    with db.reading(engine) as connection:
        assert db.one(connection, "SELECT name FROM node") == {"name": "test"}


def test_initialise_says_whether_it_made_one(empty_engine: Engine) -> None:
    assert schema.initialise(empty_engine, "laptop") is True
    assert schema.initialise(empty_engine, "laptop") is False


# --- the schema of the models ----------------------------------------------------------------------------------------


def described(connection: Connection) -> dict[str, Any]:
    """Everything that the database says of its tables, in a form that compares."""
    inspector = inspect(connection)
    return {
        name: {
            "columns": {column["name"]: _column(column) for column in inspector.get_columns(name)},
            "primary key": _key(inspector.get_pk_constraint(name)),
            "foreign keys": sorted(map(repr, map(_foreign_key, inspector.get_foreign_keys(name)))),
            "uniques": sorted((str(u["name"]), *u["column_names"]) for u in inspector.get_unique_constraints(name)),
            "checks": sorted((str(c["name"]), _plain(c["sqltext"])) for c in inspector.get_check_constraints(name)),
            "indexes": sorted(map(repr, _indexes(inspector, name))),
        }
        for name in inspector.get_table_names()
        if name != "alembic_version" and not schema.keeps(name)
    }


def _column(column: Any) -> tuple[str, bool, str | None]:
    return str(column["type"]), column["nullable"], column["default"]


def _key(key: Any) -> tuple[str, ...]:
    return (key["name"], *key["constrained_columns"])


def _foreign_key(key: Any) -> tuple[Any, ...]:
    options = tuple(sorted(key.get("options", {}).items()))
    return key["name"], key["constrained_columns"], key["referred_table"], key["referred_columns"], options


def _indexes(inspector: Inspector, table: str) -> list[tuple[Any, ...]]:
    found = []
    for index in inspector.get_indexes(table):
        where = [
            _plain(str(value)) for name, value in index.get("dialect_options", {}).items() if name.endswith("_where")
        ]
        found.append((index["name"], index["column_names"], bool(index["unique"]), where))
    return found


def _plain(sql: str) -> str:
    return "".join(sql.split())


def test_the_migrated_schema_is_the_models_schema(
    engine: Engine, backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'made.db'}" if backend == "sqlite" else request.getfixturevalue("postgres_database")
    made = db.connect(url)
    SQLModel.metadata.create_all(made)
    with engine.connect() as migrated, made.connect() as modelled:
        ours, theirs = described(migrated), described(modelled)
    made.dispose()
    assert ours.keys() == theirs.keys()
    for name, table in ours.items():
        assert table == theirs[name], name
    assert sum(len(table["checks"]) for table in ours.values()) == sum(
        isinstance(constraint, CheckConstraint)
        for t in SQLModel.metadata.tables.values()
        for constraint in t.constraints
    )
    assert any("where" in str(index) or "NULL" in str(index) for t in ours.values() for index in t["indexes"])


def test_alembic_finds_nothing_to_do(engine: Engine) -> None:
    with engine.connect() as connection:
        command.check(schema._alembic(connection))


def test_there_is_one_head_and_revisions_are_numbered() -> None:
    script = ScriptDirectory(str(paths.MIGRATIONS))
    assert len(script.get_heads()) == 1
    assert schema.revisions() == [path.name[:4] for path in REVISIONS]


@pytest.mark.parametrize("path", REVISIONS, ids=lambda path: path.stem)
def test_history_does_not_rest_on_todays_code(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).partition(".")[0])
    assert imported <= {"sqlalchemy", "alembic"}, path.name


def test_every_constraint_and_index_has_a_name_that_postgresql_can_keep() -> None:
    for table in SQLModel.metadata.tables.values():
        names = [str(constraint.name or "") for constraint in table.constraints]
        names += [str(index.name or "") for index in table.indexes]
        assert all(names), table.name
        assert all(len(name) <= 63 for name in names), table.name
        assert len(set(names)) == len(names), table.name


def test_nothing_cascades() -> None:
    for table in SQLModel.metadata.tables.values():
        for key in table.foreign_keys:
            assert (key.ondelete, key.onupdate) == (None, None), key


# --- with rows -------------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Every table of the registry's own with a row or more."""
    with writing(engine, "Amal", "test") as work:
        for name, table in factories.tables().items():
            if name not in {"node", "journal", "journal_value"}:
                factories.make(work, table)
    return engine


def test_each_revision_can_be_taken_back_and_keeps_the_rows_of_all_others(filled: Engine) -> None:
    before = counts(filled)
    assert all(before.values()) or [name for name, number in before.items() if not number] == ["code_map"]
    for revision in reversed(schema.revisions()[:-1]):
        schema.downgrade(filled, revision)
        left = counts(filled)
        assert left == {name: before[name] for name in left}, revision
    schema.upgrade(filled)
    after = counts(filled)
    assert {name: after[name] for name in left} == left
    assert schema.check(filled) == []


TRIAL = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {head!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("facility", recreate=recreate) as batch:
        batch.add_column(sa.Column("storeys", sa.Integer(), nullable=False, server_default="1"))
    {then}


def downgrade() -> None:
    with op.batch_alter_table("facility") as batch:
        batch.drop_column("storeys")
"""


def with_trial(monkeypatch: pytest.MonkeyPatch, folder: Path, then: str = "pass") -> None:
    """A copy of the migrations with one more, which rebuilds a table that others, views and triggers point to."""
    shutil.copytree(paths.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    (folder / "versions" / "9999_trial.py").write_text(TRIAL.format(head=schema.revisions()[-1], then=then))
    monkeypatch.setattr(paths, "MIGRATIONS", folder)


def test_a_rebuild_keeps_rows_views_and_triggers(
    filled: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before, extras = counts(filled), derived(filled)
    with_trial(monkeypatch, tmp_path / "migrations")
    assert [problem.what for problem in schema.check(filled)] == [
        f"the schema is at {REVISIONS[-1].name[:4]}, this program at 9999"
    ]
    schema.upgrade(filled)
    with db.reading(filled) as connection:
        assert db.every(connection, "SELECT DISTINCT storeys FROM facility") == [{"storeys": 1}]
        assert journal.verify(connection).problems == ()
        for view in schema.view_names():
            connection.execute(text(f"SELECT * FROM {view}")).all()
    assert (counts(filled), derived(filled)) == (before, extras)
    assert schema.check(filled) == []
    schema.downgrade(filled, schema.revisions()[-2])
    assert counts(filled) == before


def test_a_migration_that_fails_leaves_all_as_it_was(
    filled: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with filled.connect() as connection:
        shape = described(connection)
    before, extras = counts(filled), derived(filled)
    with_trial(monkeypatch, tmp_path / "migrations", then="raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        schema.upgrade(filled)
    monkeypatch.undo()
    assert (counts(filled), derived(filled)) == (before, extras)
    with filled.connect() as connection:
        assert described(connection) == shape
        if not db.is_postgresql(filled):
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert schema.check(filled) == []


# --- check -----------------------------------------------------------------------------------------------------------


def found(engine: Engine) -> list[str]:
    return [problem.what for problem in schema.check(engine)]


def drop(connection: Connection, name: str) -> str:
    """Drop a view or a trigger; gives what is to be told of it."""
    if name in {*schema.view_names(), *kept.views(connection)}:
        cascade = " CASCADE" if db.is_postgresql(connection) else ""
        connection.execute(text(f"DROP VIEW {name}{cascade}"))
        return f"the view {name} is missing"
    table = dict(schema._trigger_names(connection))[name]
    connection.execute(text(f"DROP TRIGGER {name}" + (f" ON {table}" if db.is_postgresql(connection) else "")))
    return f"the trigger {name} is missing"


def test_check_misses_no_trigger_and_no_view(engine: Engine) -> None:
    for name in sorted(derived(engine)):
        with db.for_writing(engine).connect() as connection:  # which is taken back
            missing = drop(connection, name)
            assert any(problem.what == missing for problem in schema._check_derived(connection)), name
    assert found(engine) == []
    with db.for_writing(engine).begin() as connection:
        both = [drop(connection, name) for name in ("v_change", schema._trigger_names(connection)[0][0])]
    assert set(both) <= set(found(engine))
    schema.upgrade(engine)
    assert found(engine) == []


def test_check_tells_of_a_view_and_a_trigger_that_were_altered(engine: Engine) -> None:
    with db.for_writing(engine).begin() as connection:
        if db.is_postgresql(engine):
            said = str(connection.execute(text("SELECT pg_get_viewdef('v_actor'::regclass)")).scalar())
            connection.execute(text(f"CREATE OR REPLACE VIEW v_actor AS {said.rstrip(';')} LIMIT 0"))
            connection.execute(text("ALTER TABLE attack DISABLE TRIGGER kept_attack_made"))
        else:
            rows = db.every(connection, "SELECT name, sql FROM sqlite_master")
            made = {row["name"]: row["sql"] for row in rows}
            connection.execute(text("DROP VIEW v_actor"))
            connection.exec_driver_sql(f"{made['v_actor']} LIMIT 0")
            connection.execute(text("DROP TRIGGER kept_attack_made"))
            connection.exec_driver_sql(made["kept_attack_made"].replace(" BEGIN", " AND NEW.version > 1 BEGIN", 1))
    assert found(engine) == ["the trigger kept_attack_made was altered", "the view v_actor was altered"]
    schema.upgrade(engine)
    assert found(engine) == []


def test_check_tells_of_views_that_another_version_made(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "_derived_from", lambda _connection: ["CREATE VIEW v_actor AS SELECT 1"])
    assert found(engine) == ["views, triggers and search keys were made by another version of this program"]
    assert not schema.is_current(engine)


def test_names_that_another_version_folded_are_found_after_an_upgrade(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_keys, "_AT_ONCE", 2)
    with writing(engine, "Amal", "test") as work:
        for name in ("Idlib", "Hama", "Kafranbel", "Homs", "Daraa"):
            factories.make_place(work, name)
    with db.for_writing(engine).begin() as connection:
        connection.execute(text("UPDATE place_name SET folded = 'former'"))
    assert offered(engine) == []
    assert found(engine) == ["search keys of place_name are not as this version makes them"]
    schema.upgrade(engine)
    assert offered(engine)[:1] == ["Kafranbel"]
    assert found(engine) == []
    with db.reading(engine) as connection:
        assert journal.verify(connection).problems == ()


def offered(engine: Engine) -> list[str]:
    """The places that a name in the other script is offered."""
    with db.reading(engine) as connection:
        return [one.name for one in lookup.nearest(connection, "place", "كفرنبل")]


def test_check_tells_of_an_older_schema_and_upgrade_mends_it(engine: Engine) -> None:
    schema.downgrade(engine, schema.revisions()[-2])
    assert found(engine)[0] == f"the schema is at {schema.revisions()[-2]}, this program at {schema.revisions()[-1]}"
    schema.upgrade(engine)
    assert found(engine) == []


def test_check_tells_of_rows_that_point_nowhere(sqlite_database: str) -> None:
    engine = db.connect(sqlite_database)
    with writing(engine, "Amal", "test") as work:
        factories.make_facility(work)
    with db.for_writing(engine).connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("DELETE FROM place")
        driver.execute("PRAGMA foreign_keys=ON")
    assert found(engine) == ["the table kept_place is out of step", "rows of facility point nowhere"]
    engine.dispose()


def test_a_database_of_something_else_is_left_alone(empty_database_url: str) -> None:
    engine = db.connect(empty_database_url)
    with db.for_writing(engine).begin() as connection:
        connection.execute(text("CREATE TABLE patients (name TEXT)"))
    with pytest.raises(Conflict, match=r"other tables \(patients\); name another file"):
        schema.initialise(engine, "test")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["patients"]
    engine.dispose()


def test_views_of_others_stay(engine: Engine) -> None:
    with db.for_writing(engine).begin() as connection:
        connection.execute(text("CREATE VIEW v_mine AS SELECT ref FROM attack"))
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert "v_mine" in inspect(connection).get_view_names()


def test_a_registry_without_a_node_is_told_and_mended(engine: Engine) -> None:
    with db.for_writing(engine).begin() as connection:
        connection.execute(text("DELETE FROM node"))
    assert found(engine) == ["the registry has no node of its own, so that nothing can be journalled"]
    with pytest.raises(RegistryError, match="run `registry init`"), writing(engine, "Amal", "test"):
        pass
    schema.initialise(engine, "test")
    assert found(engine) == []
