"""The made-up registry of `bench/large.py`: as the program itself would have left it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import col, select

from bench import large
from registry import db
from registry.models.held import Figure
from registry.models.said import Claim
from registry.services import by_rule, joint, journal, schema
from registry.services.work import rehearsing

FACILITIES, ATTACKS = 100, 150


@pytest.fixture
def filled(engine: Engine) -> Engine:
    for _ in large.fill(engine, FACILITIES, ATTACKS):
        pass
    return engine


def _rows(engine: Engine, sql: str) -> list[tuple[Any, ...]]:
    with db.reading(engine) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def test_it_is_sound_and_has_what_makes_registries_hard(filled: Engine) -> None:
    assert schema.check(filled) == []
    for what in (
        "attack WHERE parent_id IS NOT NULL",
        "attack WHERE canonical_id IS NOT NULL",
        "attack WHERE harm_absence = 'not_reported'",
        "claim WHERE operator = 'some' AND words IS NOT NULL",
        "figure WHERE high IS NULL AND low < greatest_low",
        "facility_name WHERE script = 'Arab'",
        "facility WHERE is_placeholder",
        "(SELECT facility_id FROM attack_facility GROUP BY facility_id HAVING count(*) > 3) AS hit_again",
    ):
        assert _rows(filled, f"SELECT count(*) FROM {what}") > [(0,)], what
    assert _rows(filled, "SELECT count(*) FROM attack") == [(ATTACKS,)]


def test_its_figures_are_those_that_the_rule_would_make(filled: Engine) -> None:
    with rehearsing(filled, "test", "test") as work:
        claims = work.session.exec(select(Claim).where(col(Claim.kind) == "quantity")).all()
        before = {figure.id for figure in work.find_all(Figure, superseded_at=None)}
        by_rule.refresh(work, *claims)
        assert {figure.id for figure in work.find_all(Figure, superseded_at=None)} == before
        assert len(before) > ATTACKS / 2


def test_its_journal_is_whole_where_it_is_asked_for(engine: Engine) -> None:
    for _ in large.fill(engine, 20, 40, journal=True):
        pass
    with db.reading(engine) as connection:
        verdict = journal.verify(connection)
    assert verdict.problems == ()
    assert verdict.entries
    with db.reading(engine) as connection:
        held = connection.execute(text("SELECT count(*) FROM claim")).scalar_one()
        attack = connection.execute(text("SELECT id FROM attack LIMIT 1")).scalar_one()
        assert held
        assert joint.bringing(connection, "attack", db.as_uuid(attack)) is not None


def test_the_same_seed_gives_the_same_rows(tmp_path: Path) -> None:
    said: list[list[tuple[Any, ...]]] = []
    for seed in (1, 1, 2):
        engine = db.connect(f"sqlite:///{tmp_path / f'{len(said)}.db'}")
        schema.initialise(engine, "test")
        for _ in large.fill(engine, 20, 40, seed=seed):
            pass
        said.append(_rows(engine, "SELECT hex(id), ref, operator, low, high FROM claim ORDER BY id"))
        engine.dispose()
    assert said[0] == said[1] != said[2]
