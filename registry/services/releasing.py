"""Release: somebody records that what a record holds may be shown to the public, or takes that back.

What a release opens is data: `sitrep/disclosure.toml`, the columns marked `if_released`.
"""

from typing import Any

from registry.errors import Conflict
from registry.services import named
from registry.services.work import Work

NOUNS = ("source", "report", "claim", "attack", "situation")


def release(work: Work, noun: str, wanted: str) -> Any:
    """Record that the release of a record was agreed; the unit's reason says by whom outside.

    Raises:
        Conflict: that is on record already.
        NotFound: no such record.
    """
    row = named.resolve(work, noun, wanted)
    if row.release_agreed_at is not None:
        raise Conflict(f"{row.ref}: its release is on record already")
    work.change(row, release_agreed_at=work.at, release_agreed_by=work.by)
    return row


def take_back(work: Work, noun: str, wanted: str) -> Any:
    """Record that a release no longer stands; what was published stays published.

    Raises:
        Conflict: no release is on record.
        NotFound: no such record.
    """
    row = named.resolve(work, noun, wanted)
    if row.release_agreed_at is None:
        raise Conflict(f"{row.ref}: no release is on record")
    work.change(row, release_agreed_at=None, release_agreed_by=None)
    return row
