"""What the processes of `test_import_interrupted` do; apart from the tests, so that each starts without pytest."""

import os
from multiprocessing.synchronize import Event as Signal
from pathlib import Path
from signal import SIGKILL
from typing import Any

from registry import db
from registry.services import bulk
from registry.services.importing import loading, mapping
from registry.services.work import writing


def load(url: str, path: str, mapped: str, dies_at: int = -1) -> None:
    """Load a list in small batches; be killed once so many of them are written, or leave their number in a file."""
    bulk._SIZE = 50
    written = 0
    insert_many = db.insert_many

    def counted(*batch: Any) -> None:
        nonlocal written
        if written == dies_at:
            os.kill(os.getpid(), SIGKILL)
        insert_many(*batch)
        written += 1

    db.insert_many = counted  # type: ignore[assignment]  # it hands on what it is given
    engine = db.connect(url)
    wanted = mapping.load(mapped)
    with loading.opened(Path(path), "list.csv", wanted) as file, writing(engine, "Amal", "load") as work:
        loading.load(work, file, wanted)
        if written == dies_at:
            os.kill(os.getpid(), SIGKILL)  # all is written and nothing saved
    engine.dispose()
    Path(path).with_suffix(".count").write_text(str(written), encoding="utf-8")


def hold(url: str, holds: Signal, let_go: Signal) -> None:
    """Be in the middle of a load until told to end."""
    engine = db.connect(url)
    with writing(engine, "Amal", "a long load"):
        holds.set()
        let_go.wait(60)
    engine.dispose()
