"""A first draft of a mapping from a file's own headings and values: a start for a data officer, never loaded unseen."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from registry import names
from registry.services.importing import cells, headings, likely, mapping
from registry.services.importing.mapper import Mapper
from registry.services.importing.reading import Table
from registry.services.importing.rows import SHEET, Layout, Repeats, SourceRow, UnreadableFileError
from registry.services.importing.seen import ITEM, Seen, best, listed, quoted, repeats_of, words_under
from registry.services.importing.suggesting_attacks import attack

_LOOKED_AT = 500
_BLANKS = ("-", "--", "–", "n/a", "N/A", "NA", "ND", "#N/A", ".")
_LEVELS = ("governorate", "district", "subdistrict", "community")


def draft(table: Table, name: str, layout: Layout | None = None) -> str:
    """A mapping in YAML for the file, with comments where a person has to decide.

    Args:
        table: the file's rows.
        name: of the file.
        layout: how the table was read, where that has to be written down: see `laying`.
    """
    rows = [row for row in islice(table, _LOOKED_AT) if isinstance(row, SourceRow)]
    seen = Seen(table.columns, rows, {})
    found = {field: heading for field in headings.HEADINGS if (heading := best(field, seen))}
    if "name_ar" not in found and (arabic := _arabic_names(seen, found)):
        found["name_ar"] = arabic
    if found.get("weapon") == found.get("facility_type"):
        found.pop("facility_type", None)
    seen = Seen(table.columns, rows, found)
    noun = _noun(seen)
    known = _fitting(table, name)
    body = "\n".join([_head(name, seen, known, _file(table, seen, layout)), _where(seen, noun), *_BODIES[noun](seen)])
    left = [heading for heading in table.columns if heading != SHEET and quoted(heading) not in body]
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


def _arabic_names(seen: Seen, found: Mapping[str, str]) -> str | None:
    """The heading of names in Arabic letters beside those in others."""
    if _is_arabic(seen.values(found.get("name", ""))):
        return None
    named = (one for one in seen.columns if one not in found.values() and headings.is_of_names(one))
    return next((one for one in named if _is_arabic(seen.values(one))), None)


def _is_arabic(texts: Sequence[str]) -> bool:
    return sum(names.script_of(text) == "Arab" for text in texts) > 0.5 * len(texts)


def _noun(seen: Seen) -> str:
    """What a row is: a list of facilities may have dates, but does not count the dead."""
    found = seen.found
    is_dated = "date" in found or {"year", "month"} <= found.keys()
    harm = headings.counted(seen.columns)
    if is_dated and (harm or {"weapon", "actor", "summary"} & found.keys() or not {"name", "type"} <= found.keys()):
        return "attack"
    is_place = {"level", "pcode"} & found.keys() or ("name" in found and found["name"] == found.get("community"))
    return "place" if is_place and "type" not in found else "facility"


def _head(name: str, seen: Seen, known: Sequence[str], file: str) -> str:
    stem = names.clean(name).casefold().rpartition(".")[0]
    slug = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:60] or "list"
    key = seen.found.get("id") or seen.found.get("running") or "?"
    doubt = "" if "id" in seen.found else "  # the column that tells one row from another, in every edition"
    identifier = quoted(key)
    if SHEET in seen.columns:
        identifier = f"{{join: ['{SHEET}', {quoted(key)}]}}"
    fits = "".join(f"# The program's own mapping `{one}` finds its columns here: try that first.\n" for one in known)
    blank = [word for word in _BLANKS if any(word in row.cells.values() for row in seen.rows)]
    blanks = f"\nblank: {listed(blank)}  # what it writes for nothing" if blank else ""
    return f"""# A first draft: look at every line, then try it with `registry import check FILE --map THIS_FILE`.
{fits}mapping: {slug}
title: {quoted(name)}
source: {{name: '?', kind: registry}}  # whose list it is; `registry code list source_kind`
{file}id: {identifier}{doubt}{blanks}"""


def _file(table: Table, seen: Seen, layout: Layout | None) -> str:
    """How the rows lie, and what is not read of a workbook."""
    layout = layout or Layout()
    usual = Layout()
    said = {
        "sheet": layout.sheet and quoted(str(layout.sheet)),
        "heading": layout.heading if layout.heading != usual.heading else None,
        "encoding": layout.encoding if layout.encoding != usual.encoding else None,
        "rows_at": layout.rows_at and quoted(layout.rows_at),
        "repeats": layout.repeats and _repeated(layout.repeats),
        "fill_down": listed(merged) if (merged := _merged(seen)) else None,
    }
    parts = ", ".join(f"{key}: {value}" for key, value in said.items() if value)
    doubt = "  # fill_down: does a blank cell mean what stands above it, or nothing?" if merged else ""
    line = f"file: {{{parts}}}{doubt}\n" if parts else ""
    unread = ", ".join(map(cells.tidied, table.unread))  # on one line, whatever a sheet is called
    return line + (
        f"# Not read: the sheets {unread}; see `sheet` and `@sheet` in docs/importing.md.\n" if unread else ""
    )


def _repeated(given: Repeats) -> str:
    return f"{{tables: {listed(given.tables)}, key: {quoted(given.key)}, parent: {quoted(given.parent)}}}"


def _merged(seen: Seen) -> list[str]:
    """The headings of areas that are written once for the rows below: the first cell is filled, most are not."""
    areas = [seen.found[level] for level in _LEVELS[:2] if level in seen.found]
    return [
        one for one in areas if seen.rows and seen.rows[0].cells.get(one) and 2 * len(seen.values(one)) < len(seen.rows)
    ]


def _where(seen: Seen, noun: str) -> str:
    found = seen.found
    country = f"country: {quoted(found['country'])}" if "country" in found else "country: {value: '?'}  # such as SYR"
    lines = ["where:", f"  {country}"]
    levels = _levels(seen, noun)
    if levels:
        lines.append("  levels:")
        lines += [f"    - {{level: {level}, name: {quoted(heading)}}}" for level, heading in levels.items()]
        if "pcode" in found and noun != "place":
            lines[-1] = lines[-1].removesuffix("}") + f", pcode: {quoted(found['pcode'])}}}"
        lines.append(f"  words: {quoted(list(levels.values())[-1])}")
    if "point" in found and "lat" not in found:
        point = quoted(found["point"])
        lines.append(rf"  lat: {{column: {point}, pattern: '^[^\d-]*(-?\d+\.\d+)'}}")
        lines.append(rf"  lon: {{column: {point}, pattern: '(-?\d+\.\d+)\D*$'}}")
    lines += [f"  {side}: {quoted(found[side])}" for side in ("lat", "lon") if side in found]
    return "\n".join(lines)


def _levels(seen: Seen, noun: str) -> dict[str, str]:
    """The headings of areas by level, each once: where it is called so, else where it was found first."""
    own = [seen.found.get(field) for field in ("name", "name_ar")] if noun == "place" else []
    found = {level: seen.found[level] for level in _LEVELS if level in seen.found and seen.found[level] not in own}
    best = {heading: level for level, heading in reversed(found.items())}
    best |= {heading: level for level, heading in found.items() if headings.is_called(level, heading)}
    return {level: heading for level, heading in found.items() if best[heading] == level}


def _names(seen: Seen) -> list[str]:
    found = seen.found
    lines = [f"  name: {quoted(found['name'])}"] if "name" in found else []
    return lines + ([f"  names: {{ar: {quoted(found['name_ar'])}}}"] if "name_ar" in found else [])


def _facility(seen: Seen) -> list[str]:
    lines = ["facility:", *_names(seen)]
    words = words_under(seen.found["type"], seen) if "type" in seen.found else []
    if not words:
        return [*lines, "  type: {value: health}"]
    lines += ["  type:", f"    column: {quoted(seen.found['type'])}", "    map:"]
    for word in words:
        code, doubt = likely.facility_type(word)
        lines.append(f"      {quoted(word)}: {f'{code}{doubt}' if code else 'health  # nothing is like it'}")
    return [*lines, "    default: health"]


def _place(seen: Seen) -> list[str]:
    level = "{value: community}"
    if "level" in seen.found:
        level = f"{{column: {quoted(seen.found['level'])}, map: {{'1': governorate, '2': district, '3': subdistrict}}}}"
    pcode = [f"  pcode: {quoted(seen.found['pcode'])}"] if "pcode" in seen.found else []
    return ["place:", f"  level: {level}", *_names(seen), *pcode]


_BODIES = {"attack": attack, "facility": _facility, "place": _place}


def _left(left: Sequence[str]) -> str:
    repeats = repeats_of(left)
    lines = [f"# The items of {', '.join(repeats)} are read with `each`: see docs/importing.md."] if repeats else []
    if left:
        lines += ["# Headings that nothing above reads. What is to be left out for good:", "ignore:"]
        lines += dict.fromkeys(f"  - {quoted(cells.tidied(ITEM.sub('/', heading)))}" for heading in left)
    return "\n".join(lines)
