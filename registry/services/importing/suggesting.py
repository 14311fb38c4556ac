"""A first draft of a mapping from a file's own headings and values: a start for a data officer, never loaded unseen."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from registry import codes, names
from registry.errors import InvalidValue
from registry.services.importing import cells, mapping, when
from registry.services.importing.given import MEANS
from registry.services.importing.mapper import Mapper
from registry.services.importing.reading import Table
from registry.services.importing.rows import SourceRow, UnreadableFileError

_LOOKED_AT = 500
_IN_PARTS = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{4}")  # a day that may be read in two ways
_NUMBER = re.compile(r"[\d.,]+")
_ITEM = re.compile(r"/\d+/")  # within a heading: of an item of a repeat group
_MOSTLY = 0.8  # of the values: a list has a few that are wrong
_WORDS_MAPPED = 60
_LEFT_OUT = "  # nothing is like it: left out"
_IN_WORDS = ("facility", "facility_type", "weapon", *MEANS)  # fields whose values are no numbers
# Our field, and what a heading for it is called in the lists that we know, best first.
_HEADINGS: dict[str, tuple[str, ...]] = {
    "id": (
        "event id",
        "incident id",
        "event_id_cnty",
        "attack id",
        "meta/rootuuid",
        "uuid",
        "osm_id",
        "_uuid",
        "__id",
        "_id",
        "id",
        "ref",
        "pcode",
        "p-code",
        "code",
    ),
    "country": ("country iso", "iso3", "iso3c", "iso", "country code", "country"),
    "admin1": ("admin 1", "admin1", "adm_1", "adm1", "governorate", "province", "state", "region"),
    "lat": ("latitude", "lat", "@lat", "y"),
    "lon": ("longitude", "lon", "lng", "@lon", "x"),
    "date": (
        *("date", "event_date", "incident date", "date of attack", "date_start", "attack date", "start date"),
        "first day",
    ),
    "name": ("name", "facility name", "name_en", "facility", "place name", "nom"),
    "name_ar": ("name_ar", "name:ar", "arabic name", "الاسم"),
    "type": ("facility type", "type of facility", "amenity", "healthcare", "type"),
    "facility": ("facility name", "name of facility", "facility", "school name", "hospital name"),
    "facility_type": ("facility type", "type of facility", "kind of facility", "target type", "kind"),
    "weapon": ("weapon carried/used", "weapon", "weapon type", "means"),
    "attack_type": ("type of attack", "attack type", "attack_type"),
    "launch": ("launch method", "launch", "launched from", "delivery method", "means of delivery", "platform"),
    "munition": ("munition", "munition type", "type of munition", "ammunition"),
    "summary": ("event description", "description", "notes", "summary", "details"),
    "killed": ("killed", "deaths", "fatalities", "dead", "number killed", "health workers killed"),
    "injured": ("injured", "wounded", "number injured", "health workers injured"),
    "actor": ("reported perpetrator name", "perpetrator", "actor1", "actor", "attacker"),
    "level": ("admin level", "level"),
    "pcode": ("p-code", "pcode", "admin2pcode", "admin1pcode"),
}


def draft(table: Table, name: str) -> str:
    """A mapping in YAML for the file, with comments where a person has to decide."""
    rows = [row for row in islice(table, _LOOKED_AT) if isinstance(row, SourceRow)]
    found = {field: heading for field in _HEADINGS if (heading := _best(field, table, rows))}
    noun = _noun(found)
    known = _fitting(table, name)
    body = "\n".join([_head(name, found, known), _where(found), _BODIES[noun](found, rows)])
    left = [heading for heading in table.columns if _quoted(heading) not in body]
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


def _best(field: str, table: Table, rows: Sequence[SourceRow]) -> str | None:
    """The heading that is called most like a field, and holds what the field does."""
    usable = [heading for heading in table.columns if not _ITEM.search(heading) and _holds(field, heading, rows)]
    whole = {" ".join(heading.casefold().split()): heading for heading in usable}
    for wanted in _HEADINGS[field]:
        if wanted in whole:
            return whole[wanted]
    # What a server adds to each submission is no answer to a question of its form.
    words = {heading: _words(heading) for heading in usable if not heading.startswith("_")}
    for wanted in _HEADINGS[field]:
        # The heading with the fewest words beside those that count.
        near = [heading for heading, some in words.items() if len(wanted) > 3 and _words(wanted) <= some]
        if near:
            return min(near, key=lambda heading: len(words[heading]))
    return None


def _words(heading: str) -> set[str]:
    """The words of a heading, or of the question that a path of groups ends with; one and several are the same."""
    question = heading.casefold().rpartition("/")[2] if " / " not in heading else heading.casefold()
    return {word.removesuffix("s") for word in re.findall(r"\w+", question.replace("_", " "))}


def _holds(field: str, heading: str, rows: Sequence[SourceRow]) -> bool:
    """Whether the values are such as the field has: days of a date, hardly a text twice in an identifier."""
    values = [text for row in rows if (text := row.cells.get(heading, ""))]
    if field == "id":
        return bool(values) and len(set(values)) >= _MOSTLY * len(rows)
    if field in _IN_WORDS and (not values or any(_NUMBER.fullmatch(text) for text in values)):
        return False
    if field in ("launch", "munition"):  # a day of launch is none, nor is a munition's maker
        return any(_likely(MEANS[field], word)[0] for word in _words_of(heading, rows))
    return field != "date" or sum(map(_is_day, values[:20])) >= _MOSTLY * len(values[:20])


def _is_day(text: str) -> bool:
    if _IN_PARTS.fullmatch(text):
        return True  # in whichever order
    try:
        when.days(text, None)
    except InvalidValue:
        return False
    return True


def _noun(found: Mapping[str, str]) -> str:
    if "date" in found:
        return "attack"
    return "place" if "level" in found or ("pcode" in found and "type" not in found) else "facility"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _head(name: str, found: Mapping[str, str], known: Sequence[str]) -> str:
    slug = (
        re.sub(r"[^a-z0-9]+", "-", names.clean(name).casefold().rpartition(".")[0] or "list").strip("-")[:60] or "list"
    )
    identifier = _quoted(found["id"]) if "id" in found else "'?'  # the column that tells one row from another"
    fits = "".join(f"# The program's own mapping `{one}` finds its columns here: try that first.\n" for one in known)
    return f"""# A first draft: look at every line, then try it with `registry import check FILE --map THIS_FILE`.
{fits}mapping: {slug}
title: {_quoted(name)}
source: {{name: '?', kind: registry}}  # whose list it is; `registry code list source_kind`
id: {identifier}"""


def _where(found: Mapping[str, str]) -> str:
    country = f"country: {_quoted(found['country'])}" if "country" in found else "country: {value: '?'}  # such as SYR"
    lines = ["where:", f"  {country}"]
    if "admin1" in found:
        lines.append(f"  levels: [{{level: governorate, name: {_quoted(found['admin1'])}}}]")
        lines.append(f"  words: {_quoted(found['admin1'])}")
    lines += [f"  {side}: {_quoted(found[side])}" for side in ("lat", "lon") if side in found]
    return "\n".join(lines)


def _attack(found: Mapping[str, str], rows: Sequence[SourceRow]) -> str:
    lines = ["attack:", f"  when: {_quoted(found['date'])}"]
    if _is_two_ways(found["date"], rows):
        lines[-1] = f"  when: {{column: {_quoted(found['date'])}, order: dmy}}  # 03/04/2024: dmy or mdy?"
    if "summary" in found:
        lines.append(f"  summary: {_quoted(found['summary'])}")
    lines += [*_hit(found, rows), *_means(found, rows)]
    counted = [measure for measure in ("killed", "injured") if measure in found]
    if counted:
        lines.append("  numbers:")
        lines += [f"    - {{column: {_quoted(found[key])}, measure: {key}, population: all}}" for key in counted]
    if "actor" in found:
        lines.append(f"  accused: {{name: {_quoted(found['actor'])}, unnamed: [Unknown]}}")
    return "\n".join(lines)


def _hit(found: Mapping[str, str], rows: Sequence[SourceRow]) -> list[str]:
    if "facility_type" not in found:
        return []
    lines = ["  facilities:", "    - always: true  # each row with such a word hit one"]
    named = found.get("facility", found["facility_type"])
    lines += [f"      name: {_quoted(named)}"] if named != found["facility_type"] else []
    lines += ["      type:", f"        column: {_quoted(found['facility_type'])}", "        map:"]
    for word in _words_of(found["facility_type"], rows):
        code, doubt = _likely("facility_type", word)
        lines.append(f"          {_quoted(word)}:{f' {code}{doubt}' if code else _LEFT_OUT}")
    return lines


def _means(found: Mapping[str, str], rows: Sequence[SourceRow]) -> list[str]:
    columns = {key: found[key] for key in MEANS if key in found}
    weapon = found.get("weapon")
    if weapon is not None and weapon not in columns.values():
        # Beside a column of what was done, or of how, it tells what struck; beside munitions, what was done.
        columns.setdefault("munition" if "munition" not in columns else "attack_type", weapon)
    headings = set(columns.values())
    if len(headings) == 1:
        return _means_in_words(headings.pop(), rows)
    lines = ["  means:"] if columns else []
    for key, heading in columns.items():
        lines += [f"    {key}:", f"      column: {_quoted(heading)}", "      unknown: skip", "      map:"]
        for word in _words_of(heading, rows):
            code, doubt = _likely(MEANS[key], word)
            lines.append(f"        {_quoted(word)}:{f' {code}{doubt}' if code else _LEFT_OUT}")
    return lines


def _means_in_words(heading: str, rows: Sequence[SourceRow]) -> list[str]:
    """One column for all of the means: each word is what was done, what struck, from what, or several of them."""
    lines = ["  means:", f"    column: {_quoted(heading)}", "    unknown: skip", "    map:"]
    for word in _words_of(heading, rows):
        likely = {key: found for key, code_list in MEANS.items() if (found := _likely(code_list, word))[0]}
        sure = {key: found for key, found in likely.items() if not found[1]}
        told = sure or dict(list(likely.items())[:1])
        parts = ", ".join(f"{key}: {code}" for key, (code, _) in told.items())
        doubt = "" if sure or not told else next(iter(told.values()))[1]
        lines.append(f"      {_quoted(word)}:{f' {{{parts}}}{doubt}' if told else _LEFT_OUT}")
    return lines


def _words_of(heading: str, rows: Sequence[SourceRow]) -> list[str]:
    return sorted({cell for row in rows if (cell := row.cells.get(heading, ""))})[:_WORDS_MAPPED]


def _is_two_ways(heading: str, rows: Sequence[SourceRow]) -> bool:
    return any(_IN_PARTS.fullmatch(row.cells.get(heading, "")) for row in rows)


def _facility(found: Mapping[str, str], rows: Sequence[SourceRow]) -> str:
    lines = ["facility:"]
    lines += [f"  name: {_quoted(found['name'])}"] if "name" in found else []
    lines += [f"  names: {{ar: {_quoted(found['name_ar'])}}}"] if "name_ar" in found else []
    if "type" not in found:
        return "\n".join([*lines, "  type: {value: health}"])
    lines += ["  type:", f"    column: {_quoted(found['type'])}", "    map:"]
    for word in _words_of(found["type"], rows):
        lines.append(f"      {_quoted(word)}: {_type_like(word)}")
    return "\n".join([*lines, "    default: health"])


def _type_like(word: str) -> str:
    """The facility type that a word is most like; health where none is."""
    code, doubt = _likely("facility_type", word)
    return f"{code}{doubt}" if code else "health  # nothing is like it"


def _likely(list_name: str, word: str) -> tuple[str | None, str]:
    """The code of a list whose label is most like a word, if any is, and a comment where that is a guess."""
    labels = {label: code for language in codes.LANGUAGES for code, label in codes.labels(list_name, language).items()}
    spelt = _joined(word)
    direct = next((code for code in labels.values() if _joined(code) == spelt), None)
    if direct:
        return direct, ""
    script = names.script_of(word)  # labels are translated, not spelt in other letters
    near = names.near(word, [label for label in labels if names.script_of(label) == script])
    return (labels[near[0]], "  # a guess") if near else (None, "")


def _joined(word: str) -> str:
    return re.sub(r"[\s_-]", "", word.casefold())


def _place(found: Mapping[str, str], rows: Sequence[SourceRow]) -> str:
    del rows
    level = "{value: community}"
    if "level" in found:
        level = f"{{column: {_quoted(found['level'])}, map: {{'1': governorate, '2': district, '3': subdistrict}}}}"
    lines = ["place:", f"  level: {level}"]
    lines += [f"  name: {_quoted(found['name'])}"] if "name" in found else []
    lines += [f"  names: {{ar: {_quoted(found['name_ar'])}}}"] if "name_ar" in found else []
    lines += [f"  pcode: {_quoted(found['pcode'])}"] if "pcode" in found else []
    return "\n".join(lines)


_BODIES = {"attack": _attack, "facility": _facility, "place": _place}


def _left(left: Sequence[str]) -> str:
    repeats = dict.fromkeys(heading.partition("/")[0] for heading in left if _ITEM.search(heading))
    lines = [f"# The items of {', '.join(repeats)} are read with `each`: see docs/importing.md."] if repeats else []
    if left:
        lines += ["# Headings that nothing above reads. What is to be left out for good:", "ignore:"]
        lines += dict.fromkeys(f"  - {_quoted(cells.tidied(_ITEM.sub('/', heading)))}" for heading in left)
    return "\n".join(lines)
