"""How the facilities that were hit worked over time: by week, or by month where the report is on more than a quarter.

A bar says how each of them worked at its end by what was recorded last until then. One of which nothing was recorded
yet is counted as such, so that every bar has all of them.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from registry import codes
from registry.sitrep.catalogue import marked as _
from registry.sitrep.snapshot.numbering import Book
from registry.sitrep.snapshot.series import weeks
from registry.sitrep.values import FacilityRow, StateBar, StatePart, Term, When

_MOST_DAYS_BY_WEEK = 92


def states(book: Book, facilities: Iterable[FacilityRow]) -> tuple[StateBar, ...]:
    """The bars; none where nobody recorded how any of the facilities worked."""
    held = [[one for one in row.statuses if one.functionality] for row in facilities]
    if not any(held):
        return ()
    first, last = book.request.first, book.request.last
    is_by_week = (last - first).days < _MOST_DAYS_BY_WEEK
    order = {str(row["code"]): number for number, row in enumerate(codes.rows("functionality"))}
    not_recorded = Term(code="", text=book.text(_("Not recorded")))
    bars = []
    for start, end in weeks(first, last) if is_by_week else _months(first, last):
        terms = [
            next((one.functionality for one in reversed(row) if (one.counts_from or date.min) <= end), None)
            or not_recorded
            for row in held
        ]
        counts = Counter(terms)
        shown = sorted(counts, key=lambda term: order.get(term.code, len(order)))
        parts = tuple(StatePart(functionality=term, count=counts[term]) for term in shown)
        bars.append(StateBar(period=_period(start, end, is_by_week=is_by_week), parts=parts))
    return tuple(bars)


def _months(first: date, last: date) -> Iterable[tuple[date, date]]:
    """The months of a period; of the first and the last what lies in it."""
    start = first
    while start <= last:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield start, min(following - timedelta(days=1), last)
        start = following


def _period(start: date, end: date, *, is_by_week: bool) -> When:
    if start == end:
        return When(start=start, end=end)
    is_whole_week = is_by_week and (end - start).days == 6
    is_whole_month = not is_by_week and start.day == 1 and (end + timedelta(days=1)).day == 1
    return When(start=start, end=end, precision="week" if is_whole_week else "month" if is_whole_month else "range")
