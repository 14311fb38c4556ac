"""A first draft of a mapping from a file's own headings and values: a start for a data officer, never loaded unseen."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from registry import names
from registry.errors import InvalidValue
from registry.services.importing import cells, headings, likely, mapping, when
from registry.services.importing.mapper import Mapper
from registry.services.importing.reading import Table
from registry.services.importing.rows import SHEET, Layout, Repeats, Row, SourceRow, UnreadableFileError

_LOOKED_AT = 500
_IN_PARTS = re.compile(r"(\d{1,2})[/.\-](\d{1,2})(?:[/.\-]\d{2,4})?")  # a day that may be read in two ways
_NUMBER = re.compile(r"[\d.,]+")
_POINT = re.compile(r"\D?-?\d+\.\d+\D+-?\d+\.\d+\D?")
_TICKS = {"x", "✓", "✔", "☑", "1", "yes", "true", "oui", "نعم"}
_NO_TICKS = {"0", "no", "false", "non", "لا"}
_BLANKS = ("-", "--", "–", "n/a", "N/A", "NA", "ND", "#N/A", ".")
_UNNAMED = (
    *("unknown", "not known", "unidentified", "unclear", "not identified", "n/a", "inconnu", "non identifié"),
    *("مجهول", "غير معروف", "غير محدد", "مجهولة"),
)
_ITEM = re.compile(r"/\d+/")  # within a heading: of an item of a repeat group
_MOSTLY = 0.8  # of the values: a list has a few that are wrong
_WORDS_MAPPED = 60
_LEFT_OUT = "  # nothing is like it: left out"
_IN_WORDS = ("facility", "facility_type", "weapon", "name")  # fields whose values are no numbers
_LEVELS = ("governorate", "district", "subdistrict", "community")


@dataclass(frozen=True)
class _List:
    """What is known of a file: its rows, and which heading is for which field."""

    columns: Sequence[str]
    rows: Sequence[SourceRow]
    found: Mapping[str, str]

    def values(self, heading: str) -> list[str]:
        """The filled cells under a heading."""
        return [text for row in self.rows if (text := row.cells.get(heading, ""))]


def draft(table: Table, name: str, layout: Layout | None = None) -> str:
    """A mapping in YAML for the file, with comments where a person has to decide.

    Args:
        table: the file's rows.
        name: of the file.
        layout: how the table was read, where that has to be written down: see `laying`.
    """
    rows = [row for row in islice(table, _LOOKED_AT) if isinstance(row, SourceRow)]
    seen = _List(table.columns, rows, {})
    found = {field: heading for field in headings.HEADINGS if (heading := _best(field, seen))}
    if "name_ar" not in found and (arabic := _arabic_names(seen, found)):
        found["name_ar"] = arabic
    if found.get("weapon") == found.get("facility_type"):
        found.pop("facility_type", None)
    seen = _List(table.columns, rows, found)
    noun = _noun(seen)
    known = _fitting(table, name)
    body = "\n".join([_head(name, seen, known, _file(table, seen, layout)), _where(seen, noun), *_BODIES[noun](seen)])
    left = [heading for heading in table.columns if heading != SHEET and _quoted(heading) not in body]
    return "\n".join(filter(None, [body, _left(left)])) + "\n"


def _fitting(table: Table, name: str) -> list[str]:
    """The mappings of the program that find every column they need."""
    found = []
    for wanted in mapping.shipped():
        given = mapping.load(wanted).mapping
        try:
            made = Mapper(given, table, name)
        except UnreadableFileError:
            continue
        if sum(bool(reading.headings) for reading in made.readings if not reading.expression.optional) > 2:
            found.append(wanted)
    return found


def _best(field: str, seen: _List) -> str | None:
    """The heading that is called most like a field, and holds what the field does."""
    return headings.best(field, [one for one in seen.columns if not _ITEM.search(one) and _holds(field, one, seen)])


def _arabic_names(seen: _List, found: Mapping[str, str]) -> str | None:
    """The heading of names in Arabic letters beside those in others."""
    if _is_arabic(seen.values(found.get("name", ""))):
        return None
    named = (one for one in seen.columns if one not in found.values() and headings.is_of_names(one))
    return next((one for one in named if _is_arabic(seen.values(one))), None)


def _is_arabic(texts: Sequence[str]) -> bool:
    return sum(names.script_of(text) == "Arab" for text in texts) > 0.5 * len(texts)


def _holds(field: str, heading: str, seen: _List) -> bool:
    """Whether the values are such as the field has: days of a date, hardly a text twice in an identifier."""
    values = seen.values(heading)
    if field in ("id", "running"):
        return bool(values) and len({(row.sheet, row.cells.get(heading)) for row in seen.rows}) >= _MOSTLY * len(
            seen.rows
        )
    if field == "date":
        return sum(_is_day(text, "2000") for text in values[:20]) >= _MOSTLY * len(values[:20])
    if field == "point":
        return bool(values) and all(_POINT.fullmatch(text) for text in values)
    if field in _IN_WORDS:
        return bool(values) and not any(_NUMBER.fullmatch(text) or text.casefold() in _TICKS for text in values)
    return True


def _is_day(text: str, year: str | None) -> bool:
    """Whether it is one once it is known in which order its parts are, and in which year it is."""
    match = _IN_PARTS.fullmatch(text)
    try:
        when.days(text, "mdy" if match and int(match[2]) > 12 else "dmy", year)
    except InvalidValue:
        return False
    return True


def _noun(seen: _List) -> str:
    """What a row is: a list of facilities may have dates, but does not count the dead."""
    found = seen.found
    is_dated = "date" in found or {"year", "month"} <= found.keys()
    harm = headings.counted(seen.columns)
    if is_dated and (harm or {"weapon", "actor", "summary"} & found.keys() or not {"name", "type"} <= found.keys()):
        return "attack"
    is_place = {"level", "pcode"} & found.keys() or ("name" in found and found["name"] == found.get("community"))
    return "place" if is_place and "type" not in found else "facility"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _listed(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(_quoted, texts)) + "]"


def _head(name: str, seen: _List, known: Sequence[str], file: str) -> str:
    stem = names.clean(name).casefold().rpartition(".")[0]
    slug = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:60] or "list"
    key = seen.found.get("id") or seen.found.get("running") or "?"
    doubt = "" if "id" in seen.found else "  # the column that tells one row from another, in every edition"
    identifier = _quoted(key)
    if SHEET in seen.columns:
        identifier = f"{{join: ['{SHEET}', {_quoted(key)}]}}"
    fits = "".join(f"# The program's own mapping `{one}` finds its columns here: try that first.\n" for one in known)
    blank = [word for word in _BLANKS if any(word in row.cells.values() for row in seen.rows)]
    blanks = f"\nblank: {_listed(blank)}  # what it writes for nothing" if blank else ""
    return f"""# A first draft: look at every line, then try it with `registry import check FILE --map THIS_FILE`.
{fits}mapping: {slug}
title: {_quoted(name)}
source: {{name: '?', kind: registry}}  # whose list it is; `registry code list source_kind`
{file}id: {identifier}{doubt}{blanks}"""


def _file(table: Table, seen: _List, layout: Layout | None) -> str:
    """How the rows lie, and what is not read of a workbook."""
    layout = layout or Layout()
    usual = Layout()
    said = {
        "sheet": layout.sheet and _quoted(str(layout.sheet)),
        "heading": layout.heading if layout.heading != usual.heading else None,
        "encoding": layout.encoding if layout.encoding != usual.encoding else None,
        "rows_at": layout.rows_at and _quoted(layout.rows_at),
        "repeats": layout.repeats and _repeated(layout.repeats),
        "fill_down": _listed(merged) if (merged := _merged(seen)) else None,
    }
    parts = ", ".join(f"{key}: {value}" for key, value in said.items() if value)
    line = f"file: {{{parts}}}\n" if parts else ""
    unread = f"# Not read: the sheets {', '.join(table.unread)}. see `sheet` and `@sheet` in docs/importing.md.\n"
    return line + (unread if table.unread else "")


def _repeated(given: Repeats) -> str:
    return f"{{tables: {_listed(given.tables)}, key: {_quoted(given.key)}, parent: {_quoted(given.parent)}}}"


def _merged(seen: _List) -> list[str]:
    """The headings of areas that are written once for the rows below: the first cell is filled, most are not."""
    areas = [seen.found[level] for level in _LEVELS[:2] if level in seen.found]
    return [one for one in areas if seen.rows[0].cells.get(one) and 2 * len(seen.values(one)) < len(seen.rows)]


def _where(seen: _List, noun: str) -> str:
    found = seen.found
    country = f"country: {_quoted(found['country'])}" if "country" in found else "country: {value: '?'}  # such as SYR"
    lines = ["where:", f"  {country}"]
    levels = _levels(seen, noun)
    if levels:
        lines.append("  levels:")
        lines += [f"    - {{level: {level}, name: {_quoted(heading)}}}" for level, heading in levels.items()]
        if "pcode" in found and noun != "place":
            lines[-1] = lines[-1].removesuffix("}") + f", pcode: {_quoted(found['pcode'])}}}"
        lines.append(f"  words: {_quoted(list(levels.values())[-1])}")
    if "point" in found and "lat" not in found:
        point = _quoted(found["point"])
        lines.append(rf"  lat: {{column: {point}, pattern: '^[^\d-]*(-?\d+\.\d+)'}}")
        lines.append(rf"  lon: {{column: {point}, pattern: '(-?\d+\.\d+)\D*$'}}")
    lines += [f"  {side}: {_quoted(found[side])}" for side in ("lat", "lon") if side in found]
    return "\n".join(lines)


def _levels(seen: _List, noun: str) -> dict[str, str]:
    """The headings of areas by level, each once: where it is called so, else where it was found first."""
    own = [seen.found.get(field) for field in ("name", "name_ar")] if noun == "place" else []
    found = {level: seen.found[level] for level in _LEVELS if level in seen.found and seen.found[level] not in own}
    best = {heading: level for level, heading in reversed(found.items())}
    best |= {heading: level for level, heading in found.items() if headings.is_called(level, heading)}
    return {level: heading for level, heading in found.items() if best[heading] == level}


def _attack(seen: _List) -> list[str]:
    found = seen.found
    lines = ["attack:", f"  when: {_when(seen)}"]
    lines += [f"  {field}: {_quoted(found[field])}" for field in ("time", "summary") if field in found]
    lines += [*_hit(seen), *_means(seen), *_numbers(seen)]
    if "actor" in found:
        values = seen.values(found["actor"])
        split = f", split: {_quoted(separator)}" if (separator := _separator(values)) else ""
        unnamed = sorted({text for text in values if text.casefold() in _UNNAMED}) or ["Unknown"]
        lines.append(f"  accused: {{name: {{column: {_quoted(found['actor'])}{split}}}, unnamed: {_listed(unnamed)}}}")
    return lines + ([f"  report: {{url: {_quoted(found['url'])}}}"] if "url" in found else [])


def _when(seen: _List) -> str:
    if "date" not in seen.found:
        parts = (part for part in ("year", "month", "day") if part in seen.found)
        return f"{{{', '.join(f'{part}: {_quoted(seen.found[part])}' for part in parts)}}}"
    values = [text.translate(when.DIGITS) for text in seen.values(seen.found["date"])]
    said, doubt = [f"column: {_quoted(seen.found['date'])}"], ""
    in_parts = [match for text in values if (match := _IN_PARTS.fullmatch(text))]
    if in_parts:
        first, second = (max(int(match[part]) for match in in_parts) for part in (1, 2))
        said.append(f"order: {'mdy' if second > 12 >= first else 'dmy'}")
        doubt = "" if (first > 12) != (second > 12) else "  # 03/04/2024: dmy or mdy?"
    if any(not _is_day(text, None) and _is_day(text, "2000") for text in values):
        said.append("year: {value: '?'}")
        doubt += "  # the year of dates without one"
    return f"{{{', '.join(said)}}}{doubt}" if len(said) > 1 else _quoted(seen.found["date"])


def _separator(values: Sequence[str]) -> str | None:
    """What stands between several values in one cell, if anything does."""
    seen = Counter(sign for text in values for sign in (";", " / ", "/", " & ", "&", ",") if sign in text)
    return max(seen, key=lambda sign: (seen[sign], len(sign)), default=None)


def _hit(seen: _List) -> list[str]:
    ticked = [(one, code) for one in _ticked(seen) if (code := _certain(likely.facility_type(_after(one))))]
    lines = [f"    - {{type: {{value: {code}}}, signs: [{{column: {_quoted(one)}}}]}}" for one, code in ticked]
    lines += [line for repeat in _repeats(seen.columns) for line in _hit_by(_items(seen, repeat), repeat)]
    lines += _hit_by(seen, None)
    return ["  facilities:", *lines] if lines else []


def _hit_by(seen: _List, each: str | None) -> list[str]:
    """The facilities that a column of types tells of, or the items of a repeat group."""
    heading = seen.found.get("facility_type")
    if heading is None:
        return []
    lines = ["    - always: true  # each row with such a word hit one"]
    lines += [f"      each: {_quoted(each)}"] if each else []
    named = seen.found.get("facility") or (each and seen.found.get("name")) or heading
    lines += [f"      name: {_quoted(named)}"] if named != heading else []
    lines += ["      type:", f"        column: {_quoted(heading)}", "        map:"]
    for word in _words_of(heading, seen):
        code, doubt = likely.facility_type(word)
        lines.append(f"          {_quoted(word)}:{f' {code}{doubt}' if code else _LEFT_OUT}")
    return lines


def _repeats(columns: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(_ITEM.split(heading, maxsplit=1)[0] for heading in columns if _ITEM.search(heading)))


def _items(seen: _List, repeat: str) -> _List:
    """The items of a repeat group as a list of their own, as far as it is one of facilities."""
    rows = [SourceRow("", 0, dict(item.cells)) for row in seen.rows for item in Row(row).items(repeat)]
    items = _List(list(dict.fromkeys(heading for row in rows for heading in row.cells)), rows, {})
    found = {field: one for field in ("name", "facility", "facility_type") if (one := _best(field, items))}
    is_facility = any(likely.facility_type(word)[0] for word in _words_of(found.get("facility_type", ""), items))
    return replace(items, found=found if is_facility else {})


def _means(seen: _List) -> list[str]:
    if "weapon" not in seen.found:
        ticked = [(one, triple.strip("{}")) for one in _ticked(seen) if (triple := _certain(likely.means(_after(one))))]
        lines = [f"      - {{column: {_quoted(one)}, {triple}}}" for one, triple in ticked]
        return ["  means:", "    signs:", *lines] if lines else []
    heading = seen.found["weapon"]
    separator = _separator(seen.values(heading))
    lines = ["  means:", f"    column: {_quoted(heading)}", "    unknown: skip"]
    lines += [f"    split: {_quoted(separator)}"] if separator else []
    lines.append("    map:")
    for word in _words_of(heading, seen, separator):
        triple, doubt = likely.means(word)
        lines.append(f"      {_quoted(word)}:{f' {triple}{doubt}' if triple else _LEFT_OUT}")
    return lines


def _ticked(seen: _List) -> list[str]:
    """The headings of columns that hold a tick or nothing."""
    counts = {heading for heading, *_ in headings.counted(seen.columns)}
    found = []
    for heading in seen.columns:
        values = {text.casefold() for text in seen.values(heading)}
        if heading not in counts and values & _TICKS and values <= _TICKS | _NO_TICKS:
            found.append(heading)
    return found


def _certain(guess: tuple[str | None, str]) -> str | None:
    return None if guess[1] else guess[0]


def _after(heading: str) -> str:
    """What a ticked column stands for: `Target: hospital` and `Type of attack/Airstrike` name it last."""
    return re.split(r"[:/]", heading)[-1].strip()


def _numbers(seen: _List) -> list[str]:
    """Each count, once: of several headings for one of them the shortest, of a least and a greatest both."""
    lines: dict[tuple[str, str], str] = {}
    plain = [one for one in seen.columns if not _ITEM.search(one)]
    for heading, measure, population in sorted(headings.counted(plain), key=lambda one: len(one[0])):
        asked = headings.words(heading)
        column = f"column: {_quoted(heading)}"
        if asked & headings.LEAST:
            rest = asked - headings.LEAST
            most = [
                one
                for one in plain
                if (words := headings.words(one)) & headings.GREATEST and words - headings.GREATEST == rest
            ]
            column = f"low: {_quoted(heading)}, high: {_quoted(most[0])}" if most else column
        elif asked & headings.GREATEST:
            continue
        lines.setdefault((measure, population), f"    - {{{column}, measure: {measure}, population: {population}}}")
    return ["  numbers:", *lines.values()] if lines else []


def _words_of(heading: str, seen: _List, separator: str | None = None) -> list[str]:
    texts = {part.strip() for text in seen.values(heading) for part in (text.split(separator) if separator else [text])}
    return sorted(filter(None, texts))[:_WORDS_MAPPED]


def _names(seen: _List) -> list[str]:
    found = seen.found
    lines = [f"  name: {_quoted(found['name'])}"] if "name" in found else []
    return lines + ([f"  names: {{ar: {_quoted(found['name_ar'])}}}"] if "name_ar" in found else [])


def _facility(seen: _List) -> list[str]:
    lines = ["facility:", *_names(seen)]
    if "type" not in seen.found:
        return [*lines, "  type: {value: health}"]
    lines += ["  type:", f"    column: {_quoted(seen.found['type'])}", "    map:"]
    for word in _words_of(seen.found["type"], seen):
        code, doubt = likely.facility_type(word)
        lines.append(f"      {_quoted(word)}: {f'{code}{doubt}' if code else 'health  # nothing is like it'}")
    return [*lines, "    default: health"]


def _place(seen: _List) -> list[str]:
    level = "{value: community}"
    if "level" in seen.found:
        level = (
            f"{{column: {_quoted(seen.found['level'])}, map: {{'1': governorate, '2': district, '3': subdistrict}}}}"
        )
    pcode = [f"  pcode: {_quoted(seen.found['pcode'])}"] if "pcode" in seen.found else []
    return ["place:", f"  level: {level}", *_names(seen), *pcode]


_BODIES = {"attack": _attack, "facility": _facility, "place": _place}


def _left(left: Sequence[str]) -> str:
    repeats = _repeats(left)
    lines = [f"# The items of {', '.join(repeats)} are read with `each`: see docs/importing.md."] if repeats else []
    if left:
        lines += ["# Headings that nothing above reads. What is to be left out for good:", "ignore:"]
        lines += dict.fromkeys(f"  - {_quoted(cells.tidied(_ITEM.sub('/', heading)))}" for heading in left)
    return "\n".join(lines)
