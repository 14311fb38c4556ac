"""What the processes of `test_concurrency` do; apart from the tests, so that each of them starts without pytest."""

import uuid

from registry import db, names
from registry.models.facilities import Facility, FacilityName
from registry.services import schema
from registry.services.work import writing


def count_up(task: tuple[str, uuid.UUID, int, int]) -> int:
    """Read a number, add one, write it back and add a row, again and again; how often that worked."""
    url, key, number, rounds = task
    engine = db.connect(url)
    for turn in range(rounds):
        with writing(engine, f"process {number}", f"round {turn}") as work:
            facility = work.get(Facility, key)
            work.change(facility, version=facility.version, note=str(int(facility.note or 0) + 1))
            name = f"{number}.{turn}"
            work.add(FacilityName(facility_id=key, name=name, folded=names.fold(name)))
    engine.dispose()
    return rounds


def initialise(url: str) -> bool:
    """Make a registry, or find that another process has; whether it is new."""
    engine = db.connect(url)
    fresh = schema.initialise(engine, "shared")
    engine.dispose()
    return fresh
