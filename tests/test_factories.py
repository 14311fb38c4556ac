"""The factories give every table a valid row, on both engines."""

from sqlalchemy import Engine

from registry.models.journal import Journal, JournalValue, Node
from registry.services.work import Work, writing
from tests import factories


def test_every_table_has_a_valid_row(work: Work) -> None:
    for name, table in factories.tables().items():
        if table not in {Node, Journal, JournalValue}:
            row = factories.make(work, table)
            assert work.get(table, row.id), name


def test_named_factories(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        facility = factories.make_facility(work, "Shifa", place_id=factories.make_place(work, "Idlib").id)
        attack = factories.make_attack(work, place_id=facility.place_id)
        factories.make_attack_facility(work, attack_id=attack.id, facility_id=facility.id)
        speaker = factories.make_source(work, "SOHR")
        one, again = (factories.make_claim(work, attack_id=attack.id, speaker_id=speaker.id) for _ in range(2))
        assert one.origin_id == again.origin_id
