"""The charts: attacks over time, by type of facility and by means, each bar split by grade.

What is counted are events, as in the key figures: the strikes of one attack are one. Nothing is left out: an attack
whose date spans more than one bar, that names no facility or no means, is in a bar that says so.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Literal

from registry import codes
from registry.sitrep.catalogue import marked as _
from registry.sitrep.snapshot.numbering import Book
from registry.sitrep.snapshot.rows import Key, Row
from registry.sitrep.values import Bar, MeansCount, Part, Scope, Series, Term, When

_MOST_DAYS = 31  # a longer period is drawn by week
_WEEK = timedelta(days=7)
Days = tuple[date, date]


class Charts:
    """The charts of one sitrep.

    Args:
        book: rows as disclosed: for the public, days are weeks already and types are top-level ones.
        scope: what every bar counts.
    """

    def __init__(self, book: Book, scope: Scope) -> None:
        self.book = book
        self.scope = scope
        self.events = [row for row in book.rows.attacks if book.event_of[row["id"]] == row["id"]]
        self._ranks = {str(row["code"]): int(row["rank"] or 0) for row in codes.rows("grade")}

    def all(self) -> tuple[Series, ...]:
        """The charts; none where there is no attack to draw."""
        if not self.events:
            return ()
        return (
            self._over_time(),
            self._by_code("facility_type", self.book.rows.hits, "type", _("no facility reported")),
            self._by_code("means", self.book.rows.means, "attack_type_code", _("no means stated")),
        )

    def means(self) -> tuple[MeansCount, ...]:
        """The events by all the means that each was by: each is in one row, while it is in a bar for each of them."""
        inside: dict[tuple[str, ...], list[Row]] = {}
        touched = self._touched(self.book.rows.means, "attack_type_code")
        for event in self.events:
            inside.setdefault(tuple(sorted(touched[event["id"]])), []).append(event)
        return tuple(
            MeansCount(
                means=tuple(self.book.term("attack_type", code) for code in stated),
                parts=self._parts(inside[stated]),
            )
            for stated in sorted(inside)
        )

    def _over_time(self) -> Series:
        request = self.book.request
        is_by_day = request.audience != "public" and (request.last - request.first).days < _MOST_DAYS
        spans = list(_days(request.first, request.last) if is_by_day else weeks(request.first, request.last))
        position = {first + timedelta(days=day): number for number, (first, last) in enumerate(spans)
                    for day in range((last - first).days + 1)}  # fmt: skip
        inside: dict[int | None, list[Row]] = {}
        for row in self.events:
            inside.setdefault(_bar_of(row, position), []).append(row)
        bars = [self._span(span, inside.get(number, ())) for number, span in enumerate(spans)]
        if None in inside:
            label = _("date not exact to the day") if is_by_day else _("date not exact to the week")
            bars.append(Bar(label=self.book.text(label), parts=self._parts(inside[None])))
        return Series(kind="day" if is_by_day else "week", bars=tuple(bars), scope=self.scope)

    def _span(self, span: Days, events: Iterable[Row]) -> Bar:
        first, last = span
        lag = self.book.rows.lag
        over = last + timedelta(days=lag.most if lag else 0)
        return Bar(
            period=When(start=first, end=last, precision=_precision(first, last)),
            parts=self._parts(events),
            # A day that was not over when the newest entry was made is incomplete without any measuring.
            is_incomplete=over >= self.book.rows.as_of.date(),
        )

    def _by_code(self, kind: "Kind", rows: Iterable[Row], column: str, none: str) -> Series:
        touched = self._touched(rows, column)
        inside: dict[str, list[Row]] = {}
        for event in self.events:
            for code in touched[event["id"]] or {""}:
                inside.setdefault(code, []).append(event)
        label = self._label(_CODE_LISTS[kind], none)
        # The most first; what is not known comes last.
        order = sorted(inside, key=lambda code: (code in ("", "unknown"), code == "", -len(inside[code]), label(code)))
        bars = tuple(Bar(code=code, label=label(code), parts=self._parts(inside[code])) for code in order)
        return Series(kind=kind, bars=bars, scope=self.scope)

    def _touched(self, rows: Iterable[Row], column: str) -> dict[Key, set[str]]:
        """For each event the codes in a column of the rows about it and its strikes."""
        touched: dict[Key, set[str]] = {row["id"]: set() for row in self.events}
        for row in rows:
            touched[self.book.event_of[row["attack_id"]]].add(row[column])
        return touched

    def _label(self, code_list: str, none: str) -> Callable[[str], str]:
        return lambda code: self.book.term(code_list, code).text if code else self.book.text(none)

    def _parts(self, events: Iterable[Row]) -> tuple[Part, ...]:
        """The events by grade, the most certain first."""
        counts = Counter(row["grade"] for row in events)
        order = sorted(counts, key=lambda grade: (-self._ranks.get(grade, 0), grade))
        return tuple(Part(grade=self._grade(grade), count=counts[grade]) for grade in order)

    def _grade(self, grade: str) -> Term:
        return self.book.term("grade", grade)


Kind = Literal["facility_type", "means"]
_CODE_LISTS: Mapping[Kind, str] = {"facility_type": "facility_type", "means": "attack_type"}


def _bar_of(row: Row, position: Mapping[date, int]) -> int | None:
    """The number of the one bar in which an attack must have been; None if it may have been outside."""
    first, last = position.get(row["occurred_from_on"]), position.get(row["occurred_to_on"])
    return first if first == last else None


def _days(first: date, last: date) -> Iterable[Days]:
    return ((day, day) for day in (first + timedelta(days=number) for number in range((last - first).days + 1)))


def weeks(first: date, last: date) -> Iterable[Days]:
    """The ISO weeks of a period; of the first and the last what lies in it."""
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        yield max(monday, first), min(monday + timedelta(days=6), last)
        monday += _WEEK


def _precision(first: date, last: date) -> str:
    if first == last:
        return "day"
    return "week" if last - first == timedelta(days=6) else "range"
