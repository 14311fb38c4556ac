"""A role on PostgreSQL reads what its audience may see; the server refuses everything else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from registry import db
from registry.errors import InvalidValue, UsageError
from registry.services import granting, schema
from registry.services.console import postgresql
from registry.services.console.answers import Asked, Limits
from registry.sitrep.values import Audience
from tests import canaries
from tests.conftest import migrated
from tests.test_canaries import forbidden, leaks, refs_of

AUDIENCES: tuple[Audience, ...] = ("internal", "partner", "public")
REFUSED = (
    "DELETE FROM attack",
    "INSERT INTO node SELECT * FROM node",
    "CREATE TABLE x (a int)",
    "CREATE TEMP TABLE x (a int)",
    "CREATE SCHEMA x",
    "TRUNCATE claim",
    "SELECT * FROM pg_authid",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY attack TO '/tmp/x'",
    "COPY attack TO PROGRAM 'cat'",
    "CREATE ROLE x",
    "ALTER TABLE attack ADD x int",
    "DROP VIEW v_attack",
    "SET ROLE postgres",
)


@pytest.fixture
def keeper(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with migrated("postgresql", tmp_path, request, "marked") as url:
        engine = db.connect(url)
        yield engine
        with engine.begin() as connection:
            for role in ("reader_x", "reader_y"):
                if connection.exec_driver_sql(f"SELECT FROM pg_roles WHERE rolname = '{role}'").fetchall():
                    connection.exec_driver_sql(f"DROP OWNED BY {role}")
                    connection.exec_driver_sql(f"DROP ROLE {role}")
        engine.dispose()


def as_role(engine: Engine, role: str) -> psycopg.Connection[Any]:
    return psycopg.connect(address(engine, role), autocommit=True)


def address(engine: Engine, role: str) -> str:
    url = make_url(engine.url).set(drivername="postgresql", username=role, password=None)
    return url.render_as_string(hide_password=False)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_it_reads_what_is_for_its_audience(keeper: Engine, audience: Audience) -> None:
    refs = refs_of(keeper)
    assert granting.grant(keeper, "reader_x", audience)
    with as_role(keeper, "reader_x") as connection:
        readable = [
            f'"{schema}"."{table}"'
            for schema, table in connection.execute(
                "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname !~ '^(pg_|information_schema)' "
                "AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')"
            )
        ]
        held = canaries.squeezed(
            " ".join(str(row) for table in readable for row in connection.execute(f"SELECT * FROM {table}"))
        )
        assert connection.execute("SELECT count(*) FROM v_claim").fetchone() != (0,)
    assert bool(leaks(held, forbidden(audience, refs))) == (audience == "internal")
    with postgresql.asked_of(
        address(keeper, "reader_x"), Asked("SELECT 1 FROM v_claim", {}, Limits()), "internal"
    ) as told:
        assert list(told.rows)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_everything_else_is_refused(keeper: Engine, audience: Audience) -> None:
    granting.grant(keeper, "reader_x", audience)
    for statement in REFUSED:
        with as_role(keeper, "reader_x") as connection:
            connection.execute("SET default_transaction_read_only = off")
            with pytest.raises(psycopg.Error):
                connection.execute(statement)


def test_granting_again_renews_the_copy_and_keeps_the_others(keeper: Engine) -> None:
    assert granting.grant(keeper, "reader_x", "public")
    assert granting.grant(keeper, "reader_y", "public")
    assert not granting.grant(keeper, "reader_x", "public")
    for role in ("reader_x", "reader_y"):
        with as_role(keeper, role) as connection:
            assert connection.execute("SELECT sum(attacks) FROM v_area_week").fetchone() == (2,)


def test_a_role_that_changes_its_audience_loses_the_first(keeper: Engine) -> None:
    granting.grant(keeper, "reader_x", "internal")
    granting.grant(keeper, "reader_x", "public")
    with as_role(keeper, "reader_x") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM public.v_attack")


def test_a_role_that_owns_something_is_left_alone(keeper: Engine) -> None:
    with keeper.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE reader_x LOGIN")
        connection.exec_driver_sql("CREATE TABLE theirs (a int)")
        connection.exec_driver_sql("ALTER TABLE theirs OWNER TO reader_x")
    with pytest.raises(InvalidValue, match="own more"):
        granting.grant(keeper, "reader_x", "internal")


def test_an_upgrade_takes_nothing_from_it(keeper: Engine) -> None:
    granting.grant(keeper, "reader_x", "internal")
    schema.upgrade(keeper)
    with as_role(keeper, "reader_x") as connection:
        assert connection.execute("SELECT count(*) FROM v_attack").fetchone() == (2,)


@pytest.mark.parametrize("role", ["postgres", "pg_monitor", 'x"; DROP TABLE attack; --', "Ünal", ""])
def test_no_role_that_may_more_and_no_strange_name(keeper: Engine, role: str) -> None:
    with pytest.raises(InvalidValue):
        granting.grant(keeper, role, "internal")


def test_a_file_has_no_roles(sqlite_database: str) -> None:
    with pytest.raises(UsageError):
        granting.grant(db.connect(sqlite_database), "reader_x", "internal")
