"""Files that are made from a registry and kept: where they stand, and how they take the place of older ones."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import Engine

from registry import config, db


def place(engine: Engine, ending: str) -> Path:
    """Where such a file stands: beside a SQLite registry, for PostgreSQL in the cache of this account."""
    registry = db.sqlite_file(engine)
    if registry is not None:
        return registry.with_name(f"{registry.name}.{ending}")
    address = engine.url.render_as_string(hide_password=True)
    return config.cache_folder() / f"{hashlib.sha256(address.encode()).hexdigest()[:16]}.{ending}"


@contextmanager
def replaced(file: Path) -> Iterator[Path]:
    """An empty file that only its owner may read, which takes the other's place at the end of the block."""
    # Made beside and moved into place: whoever reads the old one goes on reading it, and no half one is ever read.
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as unfinished:
        beside = Path(unfinished.name)  # mode 0600, as the system makes temporary files
        try:
            yield beside
            os.fsync(unfinished.fileno())
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
