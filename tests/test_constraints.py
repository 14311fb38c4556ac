"""The database guards what must be true: every named constraint is violated once, by one change to a valid row.

PostgreSQL tells each by its name. SQLite names only CHECKs: of a unique constraint it tells the columns, of a foreign
key nothing. Every constraint of the metadata is tried, since the tests are made from it; a CHECK that cannot be
violated without knowing what it means has its change in `CHANGES`.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Engine,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel

from registry import db
from registry.models.held import Assessment
from registry.models.journal import Journal
from registry.models.said import Claim, OriginIndependence
from registry.services.work import Work, rehearsing, writing
from tests import factories

TABLES = SQLModel.metadata.tables
Row = dict[str, Any]
Rule = CheckConstraint | UniqueConstraint | ForeignKeyConstraint | PrimaryKeyConstraint | Index

BEFORE, AFTER = date(1990, 1, 1), date(2099, 1, 1)
NOW = datetime(2019, 5, 6, tzinfo=UTC)
LEAST, GREATEST = uuid.UUID(int=1), uuid.UUID(int=2**128 - 1)

# What the valid row of a table holds beside what the factories give, so that one change is enough to violate each rule.
BASES: dict[str, Row] = {
    "place": {"pcode": "SY0700"},
    "attack_means": {"launch_code": "plane", "munition_code": "aerial_bomb"},
    "import_row": {"target_table": "attack", "target_id": LEAST},
    "actor": {"active_from_on": factories.DAY},
    "facility": {"opened_on": factories.DAY},
    "facility_identifier": {"valid_from_on": factories.DAY},
    "facility_position": {"valid_from_on": factories.DAY},
    "facility_use": {"from_on": factories.DAY},
    "source_party": {"from_on": factories.DAY},
    "claim": {"period_from_on": factories.DAY, "period_to_on": factories.DAY},
    "figure": {"period_from_on": factories.DAY, "period_to_on": factories.DAY},
}


@pytest.fixture(autouse=True)
def _without_the_units_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    # A unit of work refuses raw changes before the database sees them. Here the database itself has to refuse.
    monkeypatch.setattr("registry.services.work._journalled_tables", frozenset)


def itself(row: Row) -> Any:
    return row["id"]


OFF_EARTH = {"lat": 91.0, "lon": 0.0}
# The change that violates a CHECK and no other rule; a function is given the row.
CHANGES: dict[str, Row] = {
    "ck_actor_active": {"active_to_on": BEFORE},
    "ck_actor_not_its_own_parent": {"parent_id": itself},
    "ck_artifact_sha256": {"sha256": "0" * 63},
    "ck_artifact_size_bytes": {"size_bytes": -1},
    "ck_assessment_independent_origins": {"independent_origins": -1},
    "ck_assessment_reviewed": {"grade_code": "verified"},
    "ck_assessment_second_person": {"reviewer": "Amal"},
    "ck_attack_link_two_attacks": {"other_id": lambda row: row["attack_id"]},
    "ck_attack_not_its_own_canonical": {"canonical_id": itself},
    "ck_attack_not_its_own_parent": {"parent_id": itself},
    "ck_attack_occurred": {"occurred_to_on": BEFORE},
    "ck_attack_on_earth": OFF_EARTH,
    "ck_attack_withdrawn_why": {"state": "withdrawn"},
    "ck_attribution_one_subject": {"attack_id": None},
    "ck_claim_absence": {"absence": "nonsense", "operator": None, "low": None, "high": None},
    "ck_claim_bounds": {"high": 4},
    "ck_claim_conduct_said": {"kind": "conduct"},
    "ck_claim_high_not_negative": {"operator": "at_most", "low": None, "high": -1},
    "ck_claim_link_two_claims": {"other_id": lambda row: row["claim_id"]},
    "ck_claim_low_high": {"operator": "between", "low": 5, "high": 4},
    "ck_claim_low_not_negative": {"operator": "at_least", "low": -1, "high": None},
    "ck_claim_means_said": {"kind": "means"},
    "ck_claim_one_subject": {"attack_id": None},
    "ck_claim_operator": {"operator": "nonsense", "low": None, "high": None},
    "ck_claim_period": {"period_to_on": BEFORE},
    "ck_claim_quantity": {"measure_code": None},
    "ck_claim_relay_named": {"relay": "named"},
    "ck_claim_some_has_words": {"operator": "some", "low": None, "high": None, "words": None},
    "ck_claim_status_said": {"kind": "status"},
    "ck_claim_use_said": {"kind": "use"},
    "ck_claim_withdrawn": {"withdrawn_at": NOW},
    "ck_claim_withdrawn_as": {"withdrawn_as": "nonsense", "withdrawn_at": NOW},
    "ck_code_map_foreign_code": {"foreign_code": ""},
    "ck_delivery_attempts": {"attempts": -1},
    "ck_facility_census_not_negative": {"count": -1},
    "ck_facility_identifier_valid": {"valid_to_on": BEFORE},
    "ck_facility_not_its_own_canonical": {"canonical_id": itself},
    "ck_facility_not_its_own_parent": {"parent_id": itself},
    "ck_facility_opened_closed": {"closed_on": BEFORE},
    "ck_facility_position_on_earth": OFF_EARTH,
    "ck_facility_position_valid": {"valid_to_on": BEFORE},
    "ck_facility_service_not_negative": {"monthly_volume": -1},
    "ck_facility_status_observed": {"observed_to_on": BEFORE},
    "ck_facility_status_says_something": {"functionality_code": None},
    "ck_facility_use_from_to": {"to_on": BEFORE},
    "ck_figure_decided": {"rule": "adopted"},
    "ck_figure_high_not_negative": {"low": None, "high": -1},
    "ck_figure_low_greatest_low": {"greatest_low": 2},
    "ck_figure_low_high": {"low": 4},
    "ck_figure_low_not_negative": {"low": -1},
    "ck_figure_one_subject": {"attack_id": None},
    "ck_figure_origins": {"origins": 0},
    "ck_figure_period": {"period_to_on": BEFORE},
    "ck_figure_reason": {"decided_by": "Amal"},
    "ck_figure_rule": {"rule": "nonsense", "decided_by": "Amal", "reason": "because"},
    "ck_import_batch_mapping_sha256": {"mapping_sha256": ""},
    "ck_import_batch_sha256": {"sha256": ""},
    "ck_import_batch_undone": {"undone_at": NOW},
    "ck_journal_seq": {"seq": 0},
    "ck_judgement_left_before_right": {"right_id": LEAST},
    "ck_judgement_score": {"score": 1.01},
    "ck_node_head_seq": {"head_seq": -1},
    "ck_origin_independence_left_before_right": {"right_id": lambda row: row["left_id"]},
    "ck_place_not_its_own_parent": {"parent_id": itself},
    "ck_place_on_earth": OFF_EARTH,
    "ck_release_approved": {"approver": "Basel"},
    "ck_release_number": {"number": 0},
    "ck_release_package_sha256": {"package_sha256": "short"},
    "ck_release_second_person": {"approver": lambda row: row["made_by"], "approved_at": NOW},
    "ck_report_link_two_reports": {"other_id": lambda row: row["report_id"]},
    "ck_report_published": {"published_to_on": BEFORE},
    "ck_situation_from_to": {"to_on": BEFORE},
    **{
        f"ck_{name}_release": {"release_agreed_by": "Amal"}
        for name in ("attack", "claim", "report", "situation", "source")
    },
    "ck_schedule_approval": {"needs_approval": False},
    "ck_sitrep_approved": {"state": "published", "published_at": NOW},
    "ck_sitrep_number": {"number": 0},
    "ck_sitrep_period": {"period_to_on": BEFORE},
    "ck_sitrep_published": {"state": "published", "approver": "Basel"},
    "ck_sitrep_second_person": {"approver": "Amal"},
    "ck_sitrep_state": {"state": "nonsense", "approver": "Basel"},
    "ck_source_not_its_own_parent": {"parent_id": itself},
    "ck_source_reliability": {"reliability": "G"},
    "ck_source_party_from_to": {"to_on": BEFORE},
    **{
        f"ck_{name}_country": {"country": "sy"} for name in ("attack", "attack_facility", "claim", "facility", "figure")
    },
    **{f"ck_{name}_country": {"country": "sy"} for name in ("place", "situation")},
}
# What goes with a foreign key that points nowhere, where other rules would speak first.
BESIDE_KEYS: dict[str, Row] = {
    "fk_claim_facility_id_facility": {"attack_id": None},
    "fk_claim_situation_id_situation": {"attack_id": None},
    "fk_claim_relay_id_source": {"relay": "named"},
    "fk_figure_facility_id_facility": {"attack_id": None},
    "fk_figure_situation_id_situation": {"attack_id": None},
    "fk_attribution_situation_id_situation": {"attack_id": None},
    "fk_origin_independence_left_id_origin": {"left_id": LEAST},
    "fk_origin_independence_right_id_origin": {"right_id": GREATEST},
}
_ONE_OF = re.compile(r"(\w+) = '\w+'(?: OR \1 = '\w+')+")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database an engine for all of these tests: none of them keeps anything."""
    from tests.conftest import migrated

    with migrated(request.param, tmp_path_factory.mktemp("constraints"), request) as url:
        engine = db.connect(url)
        yield engine
        engine.dispose()


@pytest.fixture
def trial(shared: Engine) -> Iterator[Work]:
    with rehearsing(shared, "Amal", "test") as work:
        yield work


def valid(work: Work, table: Table) -> Row:
    """A valid row of any table, as the database holds it."""
    kind = factories.tables().get(table.name)
    if kind is None:  # a code list
        query = table.select().limit(1)
        if table.name == "code_map":
            columns = dict.fromkeys(table.c.keys(), "x") | {"relation": "exact"}
            work.session.connection().execute(table.insert(), columns)
            query = table.select().where(table.c.list == "x")
    elif table.name == "node":
        query = table.select()
    elif table.name in {"journal", "journal_value"}:
        for _ in range(2):
            factories.make_place(work)
        query = table.select().limit(1)
    else:
        row = factories.make(work, kind, **BASES.get(table.name, {}))
        query = table.select().where(table.c.id == row.id)
    found = work.session.connection().execute(query).mappings().first()
    assert found is not None
    return dict(found)


def changed(row: Row, changes: Row) -> Row:
    return row | {name: value(row) if callable(value) else value for name, value in changes.items()}


def violated(work: Work, table: Table, row: Row, values: Row) -> IntegrityError:
    """What the database says when the row becomes `values`: changed, or added where the journal lets nothing change."""
    connection = work.session.connection()
    statement: Any
    if table.name == "journal":
        statement = table.insert().values(row | {"id": uuid.uuid4(), "seq": row["seq"] + 1000} | _new(row, values))
    else:
        keys = [column == row[column.name] for column in table.primary_key]
        statement = table.update().where(*keys).values(_new(row, values))
    return refused(connection, statement)


def _new(row: Row, values: Row) -> Row:
    return {name: value for name, value in values.items() if value != row[name]}


def refused(connection: Any, statement: Any) -> IntegrityError:
    with pytest.raises(IntegrityError) as raised, connection.begin_nested():
        connection.execute(statement)
    return raised.value


def assert_told(work: Work, error: IntegrityError, rule: Rule) -> None:
    """By name where the engine tells it."""
    said = str(error.orig)
    if db.is_postgresql(work.session.connection()):
        diagnosis: Any = getattr(error.orig, "diag", None)
        assert diagnosis.constraint_name == rule.name, said
    elif isinstance(rule, CheckConstraint):
        assert said == f"CHECK constraint failed: {rule.name}"
    elif isinstance(rule, ForeignKeyConstraint):
        # A trigger that keeps what the views read (decision 23) may look for the other row first, and miss it.
        assert said == "FOREIGN KEY constraint failed" or said.startswith("NOT NULL constraint failed: kept_")
    else:
        assert rule.table is not None
        told = said.removeprefix("UNIQUE constraint failed: ").split(", ")
        assert told == [f"{rule.table.name}.{column.name}" for column in rule.columns]


def checks(table: Table) -> list[CheckConstraint]:
    return [rule for rule in table.constraints if isinstance(rule, CheckConstraint)]


def uniques(table: Table) -> list[UniqueConstraint | PrimaryKeyConstraint | Index]:
    constraints = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint | PrimaryKeyConstraint)]
    return [*constraints, *(index for index in table.indexes if index.unique)]


def with_rules(kind: Callable[[Table], list[Any]]) -> list[str]:
    return [name for name, table in TABLES.items() if kind(table)]


@pytest.mark.parametrize("name", with_rules(checks))
def test_every_check(trial: Work, name: str) -> None:
    table = TABLES[name]
    row = valid(trial, table)
    for rule in checks(table):
        listed = _ONE_OF.fullmatch(str(rule.sqltext))
        change = CHANGES.get(str(rule.name)) or ({listed[1]: "nonsense"} if listed else None)
        assert change, f"no change violates {rule.name} yet"
        assert_told(trial, violated(trial, table, row, changed(row, change)), rule)


def test_no_change_is_left_over() -> None:
    rules = {str(rule.name) for table in TABLES.values() for rule in (*checks(table), *keys_of(table))}
    assert set(CHANGES) | set(BESIDE_KEYS) <= rules


@pytest.mark.parametrize("name", TABLES)
def test_every_unique_rule(trial: Work, name: str) -> None:
    """A second valid row takes over what has to be unique in the first."""
    table, connection = TABLES[name], trial.session.connection()
    first = valid(trial, table)
    second = other_row(trial, table, first)
    for rule in uniques(table):
        taken = {column.name: first[column.name] for column in rule.columns}
        if name == "journal":
            error = refused(connection, table.insert().values(second | taken))
        else:
            where = [column == second[column.name] for column in table.primary_key]
            error = refused(connection, table.update().where(*where).values(taken))
        if name == "journal" and not db.is_postgresql(connection):
            assert str(error.orig) == "the journal is append-only"  # its trigger speaks first
        else:
            assert_told(trial, error, rule)


def other_row(work: Work, table: Table, row: Row) -> Row:
    """Another valid row; of the journal one that is not in it yet."""
    connection = work.session.connection()
    if table.name == "code_map":
        other = row | {"code": "y"}
        connection.execute(table.insert().values(other))
        return other
    if table.name == "node":
        other = row | {"id": uuid.uuid4(), "is_local": False}
        connection.execute(table.insert().values(other))
        return other
    if table.name == "journal":
        return row | {"id": uuid.uuid4(), "seq": row["seq"] + 1000}
    if kind := factories.tables().get(table.name if table.name != "journal_value" else ""):
        key = factories.make(work, kind).id
        return dict(connection.execute(table.select().where(table.c.id == key)).mappings().one())
    *_, last = connection.execute(table.select().limit(2)).mappings()
    return dict(last)


def keys_of(table: Table) -> list[ForeignKeyConstraint]:
    return list(table.foreign_key_constraints)


@pytest.mark.parametrize("name", with_rules(keys_of))
def test_every_foreign_key(trial: Work, name: str) -> None:
    table = TABLES[name]
    row = valid(trial, table)
    for rule in keys_of(table):
        (column,) = rule.columns
        nowhere = "no_such_code" if rule.referred_table.name not in factories.tables() else uuid.uuid4()
        change = {column.name: nowhere} | BESIDE_KEYS.get(str(rule.name), {})
        assert_told(trial, violated(trial, table, row, changed(row, change)), rule)


@pytest.mark.parametrize("name", with_rules(keys_of))
def test_nothing_that_is_pointed_to_can_be_deleted(trial: Work, name: str) -> None:
    table = TABLES[name]
    row = valid(trial, table)
    if name == "journal_value":
        return  # its entry cannot be deleted anyway
    for rule in keys_of(table):
        (column,), (element,) = rule.columns, rule.elements
        if row[column.name] is not None:
            parent = rule.referred_table
            error = refused(trial.session.connection(), parent.delete().where(element.column == row[column.name]))
            assert "foreign key" in str(error.orig).lower()


def test_a_claims_bounds_fit_its_operator(trial: Work) -> None:
    """Every operator with each of its bounds given or not: what the words mean, and nothing else."""
    claim = factories.make_claim(trial)
    table = TABLES["claim"]
    allowed: dict[str | None, set[tuple[int | None, int | None]]] = {
        "exactly": {(3, 3)},
        "about": {(3, 3)},
        "at_least": {(3, None)},
        "more_than": {(3, None)},
        "at_most": {(None, 3), (None, 4)},
        "fewer_than": {(None, 3), (None, 4)},
        "between": {(3, 3), (3, 4)},
        "some": {(None, None)},
        "unstated": {(None, None)},
        None: {(None, None)},
    }
    connection = trial.session.connection()
    for operator, bounds in allowed.items():
        for low in (None, 3):
            for high in (None, 3, 4):
                values = {"operator": operator, "low": low, "high": high}
                values |= {"absence": None if operator else "not_reported", "words": "dozens"}
                statement = table.update().where(table.c.id == claim.id).values(values)
                if (low, high) in bounds:
                    connection.execute(statement)
                else:
                    assert "ck_claim_bounds" in str(refused(connection, statement).orig), (operator, low, high)


# --- triggers --------------------------------------------------------------------------------------------------------


def corroborated(work: Work, **changes: Any) -> Assessment:
    values = {"grade_code": "corroborated", "reviewer": "Basel", "independent_origins": 2} | changes
    return factories.make_assessment(work, **values)


def two_claims(work: Work, **changes: Any) -> tuple[Claim, OriginIndependence]:
    """Two claims on one attack by two speakers, whose origins somebody judged to be independent."""
    attack = factories.make_attack(work)
    one, other = (factories.make_claim(work, attack_id=attack.id) for _ in range(2))
    left, right = sorted((one.origin_id, other.origin_id))
    return one, factories.make(work, OriginIndependence, left_id=left, right_id=right, **changes)


def test_corroborated_with_two_independent_origins(work: Work) -> None:
    claim, _ = two_claims(work)
    row = corroborated(work, attack_id=claim.attack_id)
    assert work.change(row, rationale="looked at again")


GAPS: dict[str, Callable[[Work], Any]] = {
    "no claims": lambda work: factories.make_attack(work).id,
    "one claim": lambda work: factories.make_claim(work).attack_id,
    "not independent": lambda work: two_claims(work, verdict="no")[0].attack_id,
    "not known": lambda work: two_claims(work, verdict="unknown")[0].attack_id,
    "revoked": lambda work: two_claims(work, revoked_at=NOW)[0].attack_id,
    "about another attack": lambda work: two_claims(work) and factories.make_claim(work).attack_id,
}


def withdrawn(work: Work) -> Any:
    claim, _ = two_claims(work)
    work.change(claim, withdrawn_at=NOW, withdrawn_as="by_speaker")
    return claim.attack_id


@pytest.mark.parametrize("gap", [*GAPS, "withdrawn"])
def test_corroborated_without_two_independent_origins(work: Work, gap: str) -> None:
    attack_id = (GAPS | {"withdrawn": withdrawn})[gap](work)
    table, connection = TABLES["assessment"], work.session.connection()
    single = factories.make_assessment(work, attack_id=attack_id)
    raised = {"grade_code": "corroborated", "reviewer": "Basel"}
    (row,) = connection.execute(table.select().where(table.c.id == single.id)).mappings()
    twin = dict(row) | raised | {"id": uuid.uuid4(), "assessor": "Celine"}
    for statement in (table.insert().values(twin), table.update().where(table.c.id == single.id).values(raised)):
        assert "corroborated_needs_two_independent_origins" in db._constraint_line(refused(connection, statement))
    # What was superseded is history: it may say what was once held.
    connection.execute(table.insert().values(twin | {"superseded_at": NOW}))


def journalled(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        factories.make_place(work)
        factories.make_place(work)


ON_BOTH = [
    "UPDATE journal SET why = 'other'",
    "UPDATE journal SET seq = seq + 10",
    "DELETE FROM journal",
    "DELETE FROM journal WHERE seq = 2",
    "DELETE FROM journal_value",
    "INSERT INTO journal SELECT * FROM journal WHERE seq = 1 ON CONFLICT (id) DO UPDATE SET why = 'other'",
    "INSERT INTO journal SELECT * FROM journal WHERE seq = 1 ON CONFLICT (node_id, seq) DO UPDATE SET why = 'other'",
]


@pytest.mark.parametrize("statement", ON_BOTH)
def test_the_journal_is_append_only(engine: Engine, statement: str) -> None:
    journalled(engine)
    assert_append_only(engine, statement)


@pytest.mark.parametrize("backend", ["postgresql"])  # SQLite has no TRUNCATE
@pytest.mark.parametrize("statement", ["journal CASCADE", "journal, journal_value", "node CASCADE", "journal_value"])
def test_the_journal_is_not_truncated(engine: Engine, statement: str) -> None:
    journalled(engine)
    assert_append_only(engine, f"TRUNCATE {statement}")


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 1",
        "REPLACE INTO journal SELECT * FROM journal WHERE seq = 2",
        "UPDATE OR REPLACE journal SET seq = 1 WHERE seq = 2",
        "UPDATE OR IGNORE journal SET why = 'other'",
        "INSERT OR IGNORE INTO journal SELECT * FROM journal WHERE seq = 1",
    ],
)
def test_the_journal_is_not_replaced(sqlite_database: str, statement: str, recursive: str) -> None:
    """Other programs open the file with other settings: the triggers hold without ours."""
    engine = db.connect(sqlite_database)
    journalled(engine)
    assert_append_only(engine, statement, f"PRAGMA recursive_triggers={recursive}")
    engine.dispose()


def assert_append_only(engine: Engine, statement: str, first: str = "SELECT 1") -> None:
    with engine.connect() as connection:
        before = connection.execute(text("SELECT * FROM journal ORDER BY seq")).all()
        connection.rollback()
        connection.execute(text(first))
        with pytest.raises(DBAPIError, match="the journal is append-only"):
            connection.execute(text(statement))
        connection.rollback()
        assert connection.execute(text("SELECT * FROM journal ORDER BY seq")).all() == before
    assert Journal.__tablename__ == "journal"
