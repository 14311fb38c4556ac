"""The registry as it stood at a moment, made again from the journal."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from registry import db
from registry.errors import InvalidValue
from registry.models.happened import Attack, AttackCreate
from registry.services import as_of, attacks, demo, matching, schema, sitreps
from registry.services.work import writing
from registry.sitrep.snapshot.rows import plain
from registry.sitrep.values import Sitrep, as_json
from tests.test_snapshot import attack, begin, killed


def views(connection: Connection) -> dict[str, list[str]]:
    """Every row of every view, keys and times in one spelling; the journal itself is not made again."""
    found = {}
    for view in {*schema.view_names()} - {"v_change"}:
        rows = [dict(plain(dict(row))) for row in connection.execute(text(f"SELECT * FROM {view}")).mappings()]
        found[view] = sorted(str({name: _spelt(value) for name, value in row.items()}) for row in rows)
    return found


def _spelt(value: object) -> object:
    if isinstance(value, str) and value[:2] == "20" and ":" in value:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if isinstance(value, bool):
        return int(value)
    return bytes(value) if isinstance(value, memoryview) else value


def founding(connection: Connection) -> Sitrep:
    period = {"first": demo.FIRST, "last": demo.LAST}
    return sitreps.snapshot(connection, areas=demo.AREAS, audience="internal", **period)


def test_the_past_answers_as_the_present_did(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        one, other = attack(work, article), attack(work, article)
        killed(work, one, article, "3")
        killed(work, other, article, "5", "Rescue")
    with db.reading(engine) as connection:
        before = views(connection)
    then = datetime.now(UTC)
    with writing(engine, "Basma", "test") as work:
        first, second = (work.by_ref(Attack, ref, "attack") for ref in (one, other))
        matching.judge(work, "attack", first, second, "same", why="one crater")
        attacks.withdraw(work, attack(work, article, "2019-05-06"), why="no attack at all")
    with db.reading(engine) as connection:
        assert views(connection) != before
        with as_of.standing(connection, then) as past:
            assert views(past) == before
        with as_of.standing(connection, datetime.now(UTC)) as now:
            assert views(now) == views(connection)


def test_a_report_of_the_past_is_the_same_to_the_byte(case: Engine) -> None:
    with db.reading(case) as connection:
        before = as_json(founding(connection))
    then = datetime.now(UTC)
    with writing(case, "Amal", "test") as work:
        given = AttackCreate(when="2019-05-03", place="SY07", summary="Heard of later.")
        attacks.add(work, given)
    with db.reading(case) as connection:
        after = as_json(founding(connection))
        assert after != before
    with db.reading(case) as connection, as_of.standing(connection, then) as past:
        assert as_json(founding(past)) == before


def test_before_the_first_entry_there_is_nothing(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
    with (
        db.reading(engine) as connection,
        pytest.raises(InvalidValue, match="nothing had been entered"),
        as_of.standing(connection, datetime.now(UTC) - timedelta(days=1)),
    ):
        pass
