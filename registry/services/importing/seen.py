"""What a draft knows of an unknown list: its rows, and which heading is for which field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.errors import InvalidValue
from registry.services.importing import headings, likely, when
from registry.services.importing.given import MEANS
from registry.services.importing.rows import SourceRow

IN_PARTS = re.compile(r"(\d{1,2})[/.\-](\d{1,2})(?:[/.\-]\d{2,4})?")  # a day that may be read in two ways
_NUMBER = re.compile(r"[\d.,]+")
_POINT = re.compile(r"\D?-?\d+\.\d+\D+-?\d+\.\d+\D?")
_TICKS = {"x", "✓", "✔", "☑", "1", "yes", "true", "oui", "نعم"}
_NO_TICKS = {"0", "no", "false", "non", "لا"}
ITEM = re.compile(r"/\d+/")  # within a heading: of an item of a repeat group
_MOSTLY = 0.8  # of the values: a list has a few that are wrong
_WORDS_MAPPED = 60
_LONGEST_WORD = 100  # what is longer is a text; nor does YAML read a key of more than 1,024 characters
_IN_WORDS = ("facility", "facility_type", "weapon", "name", *MEANS)  # fields whose values are no numbers


@dataclass(frozen=True)
class Seen:
    """What is known of a file: its rows, and which heading is for which field."""

    columns: Sequence[str]
    rows: Sequence[SourceRow]
    found: Mapping[str, str]

    def values(self, heading: str) -> list[str]:
        """The filled cells under a heading."""
        return [text for row in self.rows if (text := row.cells.get(heading, ""))]


def best(field: str, seen: Seen) -> str | None:
    """The heading that is called most like a field, and holds what the field does."""
    return headings.best(field, [one for one in seen.columns if not ITEM.search(one) and _holds(field, one, seen)])


def _holds(field: str, heading: str, seen: Seen) -> bool:
    """Whether the values are such as the field has: days of a date, hardly a text twice in an identifier."""
    values = seen.values(heading)
    if field in ("id", "running"):
        told = {(row.sheet, row.cells.get(heading)) for row in seen.rows}
        return bool(values) and len(told) >= _MOSTLY * len(seen.rows)
    if field == "date":
        return sum(is_day(text, "2000") for text in values[:20]) >= _MOSTLY * len(values[:20])
    if field == "point":
        return bool(values) and all(_POINT.fullmatch(text) for text in values)
    if field in _IN_WORDS and not _are_words(values):
        return False
    if field in ("launch", "munition"):  # a day of launch is none, nor is a munition's maker
        return any(likely.means_part(field, word)[0] for word in words_under(heading, seen))
    return True


def _are_words(values: Sequence[str]) -> bool:
    return any(len(text) <= _LONGEST_WORD for text in values) and not any(
        _NUMBER.fullmatch(text) or text.casefold() in _TICKS for text in values
    )


def is_day(text: str, year: str | None) -> bool:
    """Whether it is one once it is known in which order its parts are, and in which year it is."""
    match = IN_PARTS.fullmatch(text)
    try:
        when.days(text, "mdy" if match and int(match[2]) > 12 else "dmy", year)
    except InvalidValue:
        return False
    return True


def repeats_of(columns: Sequence[str]) -> list[str]:
    """The names of the repeat groups that headings are of."""
    return list(dict.fromkeys(ITEM.split(heading, maxsplit=1)[0] for heading in columns if ITEM.search(heading)))


def ticked(seen: Seen) -> list[str]:
    """The headings of columns that hold a tick or nothing."""
    counts = {heading for heading, *_ in headings.counted(seen.columns)}
    found = []
    for heading in seen.columns:
        values = {text.casefold() for text in seen.values(heading)}
        if heading not in counts and values & _TICKS and values <= _TICKS | _NO_TICKS:
            found.append(heading)
    return found


def words_under(heading: str, seen: Seen, separator: str | None = None) -> list[str]:
    """The list's words in a column, each once."""
    texts = {part.strip() for text in seen.values(heading) for part in (text.split(separator) if separator else [text])}
    return sorted(text for text in texts if text and len(text) <= _LONGEST_WORD)[:_WORDS_MAPPED]


def quoted(text: str) -> str:
    """A text as YAML has it."""
    return "'" + text.replace("'", "''") + "'"


def listed(texts: Sequence[str]) -> str:
    """Several texts as YAML has them."""
    return "[" + ", ".join(map(quoted, texts)) + "]"
