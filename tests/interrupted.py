"""What the processes of `test_import_interrupted` do; apart from the tests, so that each starts without pytest."""

from multiprocessing.synchronize import Event as Signal
from pathlib import Path

from registry import db
from registry.services import bulk
from registry.services.importing import loading, mapping
from registry.services.work import writing


def load(url: str, path: str, mapped: str) -> None:
    """Load a list, in small batches: a kill mostly falls where some of it is written."""
    bulk._SIZE = 50
    engine = db.connect(url)
    with writing(engine, "Amal", "load") as work:
        loading.load(work, Path(path), "list.csv", mapping.load(mapped))
    engine.dispose()


def hold(url: str, holds: Signal, let_go: Signal) -> None:
    """Be in the middle of a load until told to end."""
    engine = db.connect(url)
    with writing(engine, "Amal", "a long load"):
        holds.set()
        let_go.wait(60)
    engine.dispose()
