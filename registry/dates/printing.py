"""Imprecise dates in words, no finer than they are known.

Every text printed here in English, Arabic or French is read back by `registry.dates.parse` as the same date.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from registry.dates.value import DAY, WINTER, ImpreciseDate, part_of, season_of

_ = str  # Marks a text for the translators' tools; the sitrep's catalogues translate it.
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DateWords:
    """How dates are said in one language; English unless told otherwise.

    Attributes:
        months: January to December as they stand beside a day; some languages decline them there.
        lone_months: the same without a day.
        first_day: how the first of a month is written ("1er mai").
        the_day: a day behind a preposition ("avant le 4 mai").
        tight_range: where the two ends share the month, the year or the kind: "4–6 May 2019".
        digits: those of the language, from 0 to 9.
    """

    months: tuple[str, ...] = _ENGLISH_MONTHS
    lone_months: tuple[str, ...] = _ENGLISH_MONTHS
    day: str = _("%(day)s %(month)s %(year)s")
    day_in_year: str = _("%(day)s %(month)s")
    month: str = _("%(month)s %(year)s")
    # Translators: how the first of a month is written, as in "1 May"; most languages leave it as it is.
    first_day: str = _("1")
    # Translators: a day behind "before", "until", "after", "since" or "about"; with an article if need be.
    the_day: str = _("%(date)s")
    early: str = _("early %(month)s")
    mid: str = _("mid-%(month)s")
    late: str = _("late %(month)s")
    spring: str = _("spring %(year)s")
    summer: str = _("summer %(year)s")
    autumn: str = _("autumn %(year)s")
    winter: str = _("winter %(year)s–%(next)s")
    decade: str = _("%(year)ss")
    week: str = _("week beginning %(date)s")
    range: str = _("%(first)s – %(last)s")
    # Translators: a range whose ends share the month or the year, as in "4–6 May 2019" and "2018–2019".
    tight_range: str = _("%(first)s–%(last)s")
    before: str = _("before %(date)s")
    until: str = _("until %(date)s")
    after: str = _("after %(date)s")
    since: str = _("since %(date)s")
    unknown: str = _("date unknown")
    approximate: str = _("about %(date)s")
    uncertain: str = _("%(date)s (uncertain)")
    # Translators: the ten digits of the language in order, from zero to nine.
    digits: str = _("0123456789")


ENGLISH = DateWords()


def format_date(when: ImpreciseDate, words: DateWords = ENGLISH) -> str:
    """The date in words, such as "4–6 May 2019", "early May 2019" or "before 4 May 2019".

    Args:
        when: the date.
        words: the language to say it in.
    """
    text = _unmarked(when, words)
    if when.is_approximate and when.precision != "unknown":
        text = words.approximate % {"date": text}
    if when.is_uncertain and when.precision != "unknown":
        text = words.uncertain % {"date": text}
    return text.translate(str.maketrans("0123456789", words.digits))


def _unmarked(when: ImpreciseDate, words: DateWords) -> str:
    """The date in words, but for "about" and "uncertain"."""
    if when.start is None and when.end is None:
        return words.unknown
    if when.start is None or when.end is None:
        return _open(when, words)
    if when.precision != "range":
        return _point(when.start, when.precision, words, is_behind=when.is_approximate)
    return _range((when.start, when.start_precision), (when.end, when.end_precision), words)


def _open(when: ImpreciseDate, words: DateWords) -> str:
    """A date with one end, said as its author said it."""
    if when.end:
        pattern, bound, precision = (
            (words.before if when.is_excluding else words.until),
            when.end + DAY,
            when.end_precision,
        )
        day = bound if when.is_excluding else when.end
    else:
        start = when.start or date.min
        pattern, precision = (words.after if when.is_excluding else words.since), when.start_precision
        day = start - DAY if when.is_excluding else start
    return pattern % {"date": _point(day, precision, words, is_behind=True)}


def _range(first: tuple[date, str], last: tuple[date, str], words: DateWords) -> str:
    """A range that says what its two ends share once: "4–6 May 2019", "March–May 2019"."""
    (start, fine), (end, coarse) = first, last
    shares_year = fine == coarse and fine in {"day", "month", "part_of_month"} and start.year == end.year
    is_one_month = shares_year and fine == "day" and start.month == end.month
    left = _day_number(start, words) if is_one_month else _point(start, fine, words, has_year=not shares_year)
    is_tight = is_one_month or (shares_year and fine == "month") or fine == coarse == "year"
    return (words.tight_range if is_tight else words.range) % {"first": left, "last": _point(end, coarse, words)}


def _point(day: date, precision: str, words: DateWords, *, is_behind: bool = False, has_year: bool = True) -> str:
    """The day, month, season, year… that begins on, ends on or holds `day`.

    Args:
        day: any day of it.
        precision: how coarse it is.
        words: the language.
        is_behind: it stands behind a preposition.
        has_year: false where another text beside it says the year.
    """
    printers: dict[str, Callable[[], str]] = {
        "part_of_month": lambda: getattr(words, part_of(day)) % {"month": _month(day, words, has_year=has_year)},
        "month": lambda: _month(day, words, has_year=has_year),
        "season": lambda: _season(day, words),
        "year": lambda: str(day.year),
        "decade": lambda: words.decade % {"year": day.year // 10 * 10},
        "week": lambda: words.week % {"date": _day(day, words)},
    }
    if precision in printers:
        return printers[precision]()
    text = _day(day, words, has_year=has_year)
    return words.the_day % {"date": text} if is_behind else text


def _day(day: date, words: DateWords, *, has_year: bool = True) -> str:
    pattern = words.day if has_year else words.day_in_year
    return pattern % {"day": _day_number(day, words), "month": words.months[day.month - 1], "year": day.year}


def _day_number(day: date, words: DateWords) -> str:
    return words.first_day if day.day == 1 else str(day.day)


def _month(day: date, words: DateWords, *, has_year: bool = True) -> str:
    name = words.lone_months[day.month - 1]
    return words.month % {"month": name, "year": day.year} if has_year else name


def _season(day: date, words: DateWords) -> str:
    """A season with its year; a winter with its two."""
    year, season = season_of(day)
    if season == WINTER:
        return words.winter % {"year": year, "next": year + 1}
    return (words.spring, words.summer, words.autumn)[season - 21] % {"year": year}
