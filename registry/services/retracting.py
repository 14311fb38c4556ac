"""What was entered by mistake and is taken back: its row stays, with the time, and views and searches leave it out.

Entered again, it stands again in the same row; the journal has the whole story.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from registry.errors import Conflict, NotFound
from registry.models.base import Row
from registry.services.work import Work

Table = TypeVar("Table", bound=Row)


def enter(work: Work, table: type[Table], about: dict[str, Any], *, known: str, **more: Any) -> Table:
    """A row that stands: a new one, or one that was taken back.

    Args:
        work: the unit.
        table: one that has `retracted_at`.
        about: the columns by which two rows say the same.
        known: what is refused, where one that stands says it already.
        more: the other columns.

    Raises:
        Conflict: it is recorded already.
    """
    if work.find(table, retracted_at=None, **about) is not None:
        raise Conflict(known)
    taken_back = work.find(table, **about)
    if taken_back is None:
        return work.add(table(**about, **more))
    work.change(taken_back, retracted_at=None, **more)
    return taken_back


def take_back(work: Work, found: Sequence[Row], what: tuple[str, str], see: str) -> None:
    """Take back those of the rows that stand.

    Args:
        work: the unit.
        found: all rows that say it, those that were taken back before included.
        what: what it is and of what, for the refusal: ("link", "A-… follow_up_strike A-…").
        see: where to look for what there is.

    Raises:
        NotFound: nobody recorded it.
        Conflict: it was taken back already.
    """
    if not found:
        raise NotFound(*what, hint=f"see `{see}`")
    standing = [row for row in found if getattr(row, "retracted_at", None) is None]
    if not standing:
        raise Conflict(f"{' '.join(what)}: taken back already; see `{see}`")
    for row in standing:
        work.change(row, retracted_at=work.at)
