"""From a row of somebody's list to a record of ours, or to what is wrong with the row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from fnmatch import fnmatchcase
from functools import lru_cache

from registry import countries, names
from registry.errors import InvalidValue
from registry.models.facilities import OPERATOR_KINDS
from registry.models.places import LEVELS
from registry.services.importing import cells, when
from registry.services.importing.expressions import Expression, Reading
from registry.services.importing.given import AttackGiven, DaysGiven, FacilityGiven, LevelGiven, PlaceGiven
from registry.services.importing.given import Mapping as Given
from registry.services.importing.means import means_of
from registry.services.importing.numbers import Numbers
from registry.services.importing.parts import LONGEST_NAME, Accusations, Hits, SaidBy, code
from registry.services.importing.reading import Table
from registry.services.importing.records import (
    AttackRecord,
    Days,
    FacilityRecord,
    Name,
    PlaceRecord,
    Record,
    ReportRecord,
    Step,
    Where,
)
from registry.services.importing.rows import SHEET, Problem, Row, SourceRow, UnreadableFileError

_LONGEST_ID, _LONGEST_PCODE = 200, 40
_TOTALS = {
    "total",
    "totals",
    "grand total",
    "sum",
    "total général",
    "المجموع",
    "مجموع",
    "الإجمالي",
    "الاجمالي",
    "المجموع الكلي",
}
_NO_NAME = re.compile(
    r"(?:unnamed|unidentified|nameless)\b.*|(?:name )?(?:unknown|not (?:known|named|given|available))"
    r"|no name|n/?[ak]|[-–—?]+"
    r"|sans nom|(?:nom )?(?:inconnue?|non (?:connu|précisé|identifié)e?)"
    r"|(?:الاسم )?غير (?:معروفة?|مسماة?|مسمى|محددة?)|(?:بدون|بلا) [اإ]سم|مجهولة?",
    re.IGNORECASE,
)


class Mapper:
    """A mapping made ready for one file.

    Raises:
        UnreadableFileError: the file is without columns that the mapping needs.
    """

    def __init__(self, given: Given, table: Table, file_name: str) -> None:
        self.given = given
        self._by_name = {heading.casefold(): heading for heading in table.columns}
        self._tags, self._is_open = table.tags, table.is_open
        self._blank = frozenset(word.strip().casefold() for word in given.blank)
        self.readings: list[Reading] = []
        self._of_items: dict[str, list[Reading]] = {}
        self._id = self.reading(given.id)
        where = given.where
        self._country = self.reading(where.country)
        self._lat, self._lon = self.optional(where.lat), self.optional(where.lon)
        self._precision, self._words = self.optional(where.precision), self.optional(where.words)
        self._levels = [_Level(self, level) for level in where.levels]
        self._record = self._maker()
        self._refuse_missing(file_name, table.columns)

    def _maker(self) -> "_OfPlaces | _OfFacilities | _OfAttacks":
        given = self.given
        if given.place is not None:
            return _OfPlaces(self, given.place)
        if given.facility is not None:
            return _OfFacilities(self, given.facility)
        assert given.attack is not None  # noqa: S101 -- one of the three, as the mapping's own check says
        return _OfAttacks(self, given.attack)

    def _find(self, name: str) -> str | None:
        if name.startswith("#") and (heading := self._tags.get(cells.tag(name))):
            return heading
        # An object of a JSON list may hold what those before it did not.
        return self._by_name.get(" ".join(name.split()).casefold()) or (name if self._is_open else None)

    def reading(self, expression: Expression, each: str | None = None) -> Reading:
        """An expression made ready for this file, or for the items of one of its repeat groups."""
        if each is not None:
            found = Reading(expression, lambda question: question, self._blank)
            self._of_items.setdefault(each, []).append(found)
            return found
        found = Reading(expression, self._find, self._blank)
        self.readings.append(found)
        return found

    def optional(self, expression: Expression | None, each: str | None = None) -> Reading | None:
        """The same of one that may not be given."""
        return None if expression is None else self.reading(expression, each)

    def _refuse_missing(self, file_name: str, columns: Sequence[str]) -> None:
        needed = (reading.expression for reading in self.readings if not reading.expression.optional)
        missing = [name for expression in needed for name in self._missing(expression, columns)]
        if missing and not columns:
            raise UnreadableFileError(file_name, "it holds no rows", "see whether it is the right file")
        if missing:
            why = f"it has no column {', '.join(map(repr, dict.fromkeys(missing)))}"
            todo = f"see whether the mapping is the right one; the file has {', '.join(columns[:40])}"
            raise UnreadableFileError(file_name, why, todo)

    def _missing(self, expression: Expression, columns: Sequence[str]) -> list[str]:
        """The columns that an expression needs and the file has not: of those joined all, of others one."""
        lacked = [name for name in expression.columns() if self._find(name) not in columns]
        if expression.join or len(lacked) < len(expression.columns()):
            return lacked if expression.join else []
        return [" or ".join(lacked)] if lacked else []

    def unmapped(self, columns: Iterable[str]) -> list[str]:
        """The headings that nothing of the mapping reads, and that it does not leave out on purpose."""
        read = {SHEET, *(heading for reading in self.readings for heading in reading.headings)}
        for each, readings in self._of_items.items():
            read |= {each} | {f"{each}/{question}" for reading in readings for question in reading.headings}
        ignored = [" ".join(name.split()).casefold() for name in self.given.ignore]
        left = [name for name in dict.fromkeys(map(_without_number, columns)) if name not in read]
        return [name for name in left if not any(fnmatchcase(name.casefold(), pattern) for pattern in ignored)]

    def unknown(self) -> dict[tuple[str, str], int]:
        """Words of the list that the mapping does not know: by column and word, how often."""
        found: dict[tuple[str, str], int] = {}
        for reading in self.readings:
            for word, times in reading.unknown.items():
                found[reading.heading, word] = max(times, found.get((reading.heading, word), 0))
        return found

    def identifier(self, source: SourceRow) -> str:
        """What the list calls the row; empty where it says nothing."""
        return self._id.one(source.cells, lambda *_: None) or ""

    def record(self, source: SourceRow) -> tuple[Record | None, list[Problem]]:
        """The record that a row stands for; None with at least one problem."""
        row = Row(source)
        for each in self._of_items:
            if f"{each}@odata.navigationLink" in row.cells and not row.items(each) and each not in row.cells:
                row.complain(
                    each, "its items are left out of the file", "add `?$expand=*` to the address, fetch it again"
                )
        outside_id = self._id.one(row.cells, row.complain)
        if not outside_id:
            row.complain(self._id.heading, "the identifier is missing", "give the row the list's own identifier")
        elif _TOTALS.intersection(outside_id.casefold().split(" / ")) or self._is_note(source):
            row.complain(self._id.heading, "the row is a total or a note, no record", "take it out of the list")
        elif len(outside_id) > _LONGEST_ID:
            row.complain(self._id.heading, "the identifier is too long", f"at most {_LONGEST_ID} characters")
        elif not outside_id.isascii() and names.mixes_alphabets(outside_id):
            mend = "type it again in one alphabet"
            row.complain(self._id.heading, "the identifier mixes alphabets whose letters look alike", mend)
        where = self.where(row)
        if row.problems or where is None:
            return None, row.problems
        found = self._record(row, str(outside_id), where)
        return (None if row.problems else found), row.problems

    def _is_note(self, source: SourceRow) -> bool:
        """Whether nothing but one cell was filled by whoever wrote the list, as in what stands below it."""
        given = (SHEET, *self.given.file.fill_down)
        filled = [heading for heading, text in source.cells.items() if text and heading not in given]
        return len(source.cells) > 2 and len(filled) == 1

    def where(self, row: Row) -> Where | None:
        """Where the row's subject is; None where not even the country is known."""
        text = self._country.one(row.cells, row.complain)
        country = country_of(text) if text else None
        if country is None:
            what = "is no country" if text else "the country is missing"
            row.complain(self._country.heading, what, "give an ISO 3166 code of three letters, such as SYR")
            return None
        lat, lon = self._point(row, country)
        steps = tuple(step for level in self._levels if (step := level.step(row)) is not None)
        precision = self._precision.one(row.cells, row.complain) if self._precision else None
        words = ", ".join(self._words.all(row.cells, row.complain)) if self._words else ""
        return Where(country, steps, words or None, precision, lat, lon)

    def _point(self, row: Row, country: str) -> tuple[float | None, float | None]:
        if self._lat is None or self._lon is None:
            return None, None
        texts = (self._lat.one(row.cells, row.complain), self._lon.one(row.cells, row.complain))
        if texts == (None, None):
            return None, None
        comma = self.given.decimal_comma
        lat, lon = (cells.number(text, decimal_comma=comma) if text else None for text in texts)
        column = f"{self._lat.heading}, {self._lon.heading}"
        if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
            row.complain(column, "latitude and longitude are not two decimal degrees", "write them as 35.62 and 36.58")
            return None, None
        if (lat, lon) == (0, 0):
            row.complain(column, "the point is 0, 0", "give the real point, or leave both cells blank")
            return None, None
        try:
            countries.check_inside(country, lat, lon)
        except InvalidValue as error:
            row.complain(column, error.why, error.hint)
            return None, None
        return lat, lon


def _without_number(heading: str) -> str:
    """The heading of an item's question, whichever item it is: `facilities/2/type` is `facilities/type`."""
    return re.sub(r"/\d+/", "/", heading, count=1)


class _Level:
    """One level on the way to a place."""

    def __init__(self, mapper: Mapper, given: LevelGiven) -> None:
        self._given = given
        self._names = Names(mapper, given.name, given.names)
        self._pcode = mapper.optional(given.pcode)

    def step(self, row: Row) -> Step | None:
        """What the row says of this level; None where it says nothing."""
        pcode = self._pcode.one(row.cells, row.complain) if self._pcode else None
        found = self._names.read(row)
        if not found and not pcode:
            return None
        return Step(self._given.level, pcode.upper() if pcode else None, found, self._given.create)


class Names:
    """The names of a row's subject, each once, the main one first."""

    def __init__(
        self, mapper: Mapper, main: Expression | None, others: Mapping[str, Expression], each: str | None = None
    ) -> None:
        self._main = mapper.optional(main, each)
        self._others = [(language, mapper.reading(expression, each)) for language, expression in others.items()]
        self.heading = self._main.heading if self._main else self._others[0][1].heading if self._others else ""

    def read(self, row: Row) -> tuple[Name, ...]:
        """The names."""
        found: dict[str, Name] = {}
        if self._main is not None:
            for text in self._main.all(row.cells, row.complain):
                found[text] = Name(text, "ar" if names.script_of(text) == "Arab" else "und")
        for language, reading in self._others:
            for text in reading.all(row.cells, row.complain):
                # A name in Arabic letters stays Arabic in a column of English names.
                arabic = names.script_of(text) == "Arab"
                spoken = language if arabic == (language == "ar") else "ar" if arabic else "und"
                if text not in found or found[text].language == "und":
                    found[text] = Name(text, spoken)
        found = {text: name for text, name in found.items() if not _is_no_name(text)}
        if any(len(text) > LONGEST_NAME for text in found):
            row.complain(self.heading, "the name is too long", f"at most {LONGEST_NAME} characters")
        return tuple(found.values())


def _is_no_name(text: str) -> bool:
    """Whether a list says that it has no name; else all that are called Unnamed would be one."""
    return _NO_NAME.fullmatch(text) is not None


class _OfPlaces:
    def __init__(self, mapper: Mapper, given: PlaceGiven) -> None:
        self._level = mapper.reading(given.level)
        self._names = Names(mapper, given.name, given.names)
        self._pcode, self._edition = mapper.optional(given.pcode), mapper.optional(given.edition)
        self._note = mapper.optional(given.note)

    def __call__(self, row: Row, outside_id: str, where: Where) -> PlaceRecord | None:
        level = self._level.one(row.cells, row.complain)
        if level not in LEVELS:
            row.complain(self._level.heading, "the level is missing", f"one of {', '.join(LEVELS)}")
        found = self._names.read(row)
        if not found:
            row.complain(self._names.heading, "the name is missing", "give the place a name")
        pcode, edition, note = (read(reading, row) for reading in (self._pcode, self._edition, self._note))
        if pcode and len(pcode) > _LONGEST_PCODE:
            row.complain("", "the P-code is too long", f"at most {_LONGEST_PCODE} characters")
        return PlaceRecord(outside_id, str(level), found, pcode.upper() if pcode else None, edition or "", where, note)


class _OfFacilities:
    def __init__(self, mapper: Mapper, given: FacilityGiven) -> None:
        self._type = mapper.reading(given.type)
        self._names = Names(mapper, given.name, given.names)
        self._identifiers = [(scheme, mapper.reading(each)) for scheme, each in given.identifiers.items()]
        self._operator, self._note = mapper.optional(given.operator_kind), mapper.optional(given.note)

    def __call__(self, row: Row, outside_id: str, where: Where) -> FacilityRecord | None:
        type_code = code(self._type, "facility_type", row)
        operator = read(self._operator, row)
        if operator is not None and operator not in OPERATOR_KINDS:
            operator = None
        known = ((scheme, reading.one(row.cells, row.complain)) for scheme, reading in self._identifiers)
        identifiers = tuple((scheme, value[:_LONGEST_ID]) for scheme, value in known if value)
        return FacilityRecord(
            outside_id, str(type_code), self._names.read(row), where, identifiers, operator, read(self._note, row)
        )


class _OfAttacks:
    def __init__(self, mapper: Mapper, given: AttackGiven) -> None:
        self._when = _When(mapper, given.when)
        self._time, self._time_band = mapper.optional(given.time), mapper.optional(given.time_band)
        self._title, self._summary = mapper.optional(given.title), mapper.optional(given.summary)
        self._words, self._grade = mapper.optional(given.words), mapper.optional(given.grade)
        self._hits = Hits(mapper, given.facilities, Names)
        self._means = means_of(mapper, given.means) if given.means else None
        self._numbers = Numbers(mapper, given)
        self._accused = Accusations(mapper, given.accused) if given.accused else None
        self._report = given.report
        self._report_title, self._url = mapper.optional(given.report.title), mapper.optional(given.report.url)
        self._published = _When(mapper, given.report.published) if given.report.published else None
        self._report_note = mapper.optional(given.report.note)
        self._publisher = SaidBy(mapper, given.report.publisher)

    def __call__(self, row: Row, outside_id: str, where: Where) -> AttackRecord | None:
        return AttackRecord(
            outside_id,
            where,
            self._when.read(row, needed=True),
            self._clock(row),
            read(self._title, row),
            read(self._summary, row),
            self._hits.read(row),
            self._means.read(row) if self._means else (),
            self._numbers.read(row),
            self._accused.read(row) if self._accused else (),
            self._report_of(row),
            read(self._time_band, row),
            read(self._words, row),
            code(self._grade, "grade", row) if self._grade else None,
        )

    def _clock(self, row: Row) -> time | None:
        text = read(self._time, row)
        found = when.clock(text) if text else None
        if self._time and text and found is None:
            self._time.unknown.count(text, "others")  # "morning" is told, and may be read as `time_band`
        return found

    def _report_of(self, row: Row) -> ReportRecord:
        published = self._published.read(row, needed=False) if self._published else Days()
        url = read(self._url, row)
        if url is not None and not re.match(r"https?://", url):
            url = None
        note = read(self._report_note, row)
        return ReportRecord(
            self._report.kind, read(self._report_title, row), url, published, self._report.language, note,
            self._publisher.read(row),
        )  # fmt: skip


class _When:
    def __init__(self, mapper: Mapper, given: DaysGiven) -> None:
        self._order = given.order
        self._column = mapper.optional(given.column)
        self._first, self._last = mapper.optional(given.first), mapper.optional(given.last)
        self._precision, self._words = mapper.optional(given.precision), mapper.optional(given.words)
        self._year, self._month, self._day = (mapper.optional(one) for one in (given.year, given.month, given.day))

    def read(self, row: Row, *, needed: bool) -> Days:
        reading = self._column or self._first or self._year
        assert reading is not None  # noqa: S101 -- the mapping's own check
        first = self._cell(reading, row)
        last = self._cell(self._last, row) if self._last else None
        precision = code(self._precision, "date_precision", row) if self._precision else None
        if first is None:
            if needed and precision != "unknown" and not row.problems:
                row.complain(reading.heading, "the date is missing", "give a day, a month or a year")
            return Days(words=read(self._words, row))
        if last is None and precision is None:
            return first
        try:
            found = when.between(first, last or (Days() if precision == "open" else first), precision)
        except InvalidValue as error:
            row.complain(reading.heading, error.why, error.hint)
            return Days()
        return found._replace(words=read(self._words, row) or found.words)

    def _cell(self, reading: Reading, row: Row) -> Days | None:
        text, year = reading.one(row.cells, row.complain), read(self._year, row)
        if not text:
            return None
        if self._month:
            text = when.in_parts(text, read(self._month, row), read(self._day, row))
        try:
            return when.days(text, self._order, year if year and year.isdecimal() and len(year) == 4 else None)
        except InvalidValue as error:
            row.complain(reading.heading, error.why.removeprefix(repr(text)).strip() or "is no date", error.hint)
            return None


def read(reading: Reading | None, row: Row) -> str | None:
    """The first value of an expression that may not be given."""
    return None if reading is None else reading.one(row.cells, row.complain)


@lru_cache(maxsize=10_000)
def country_of(text: str) -> str | None:
    """The country that a list means: its code of three letters, or its name in English, Arabic or French."""
    if text.upper() in countries.countries():
        return text.upper()
    wanted, known = names.fold(text), countries.countries().values()
    by_name = [one.code for one in known if text.casefold() in map(str.casefold, one.names.values())]
    by_key = [one.code for one in known if names.fold(one.name) == wanted]
    found = by_name or by_key
    return found[0] if len(found) == 1 else None
