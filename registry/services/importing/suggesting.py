"""A first draft of a mapping from a file's own headings and values: a start for a data officer, never loaded unseen."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from registry import codes, names
from registry.services.importing import cells
from registry.services.importing.reading import Table
from registry.services.importing.rows import SourceRow

_LOOKED_AT = 500
# Our field, and what a heading for it is called in the lists that we know, best first.
_HEADINGS: dict[str, tuple[str, ...]] = {
    "id": (
        "event id",
        "incident id",
        "event_id_cnty",
        "uuid",
        "osm_id",
        "_uuid",
        "_id",
        "id",
        "pcode",
        "p-code",
        "code",
    ),
    "country": ("country iso", "iso3", "iso3c", "iso", "country code", "country"),
    "admin1": ("admin 1", "admin1", "adm_1", "adm1", "governorate", "province", "state", "region"),
    "lat": ("latitude", "lat", "@lat", "y"),
    "lon": ("longitude", "lon", "lng", "@lon", "x"),
    "date": ("date", "event_date", "incident date", "date of attack", "date_start", "attack date", "start date"),
    "name": ("name", "facility name", "name_en", "facility", "place name", "nom"),
    "name_ar": ("name_ar", "name:ar", "arabic name", "الاسم"),
    "type": ("facility type", "type of facility", "amenity", "healthcare", "type"),
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
    found = {field: heading for field in _HEADINGS if (heading := _best(field, table))}
    noun = _noun(found)
    parts = [_head(name, found), _where(found), _BODIES[noun](found, rows), _left(table.columns, found)]
    return "\n".join(part.rstrip("\n") for part in parts) + "\n"


def _best(field: str, table: Table) -> str | None:
    known = {_plain(heading): heading for heading in table.columns}
    for wanted in _HEADINGS[field]:
        if wanted in known:
            return known[wanted]
    for wanted in _HEADINGS[field][:4]:
        for plain, heading in known.items():
            if len(wanted) > 3 and wanted in plain:
                return heading
    return None


def _plain(heading: str) -> str:
    return " ".join(heading.casefold().split())


def _noun(found: Mapping[str, str]) -> str:
    if "date" in found:
        return "attack"
    return "place" if "level" in found or ("pcode" in found and "type" not in found) else "facility"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _head(name: str, found: Mapping[str, str]) -> str:
    slug = (
        re.sub(r"[^a-z0-9]+", "-", names.clean(name).casefold().rpartition(".")[0] or "list").strip("-")[:60] or "list"
    )
    identifier = _quoted(found["id"]) if "id" in found else "'?'  # the column that tells one row from another"
    return f"""# A first draft: look at every line, then try it with `registry import check FILE --map THIS_FILE`.
mapping: {slug}
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
    counted = [measure for measure in ("killed", "injured") if measure in found]
    if counted:
        lines.append("  numbers:")
        lines += [f"    - {{column: {_quoted(found[key])}, measure: {key}, population: all}}" for key in counted]
    if "actor" in found:
        lines.append(f"  accused: {{name: {_quoted(found['actor'])}, unnamed: [Unknown]}}")
    return "\n".join(lines)


def _is_two_ways(heading: str, rows: Sequence[SourceRow]) -> bool:
    return any(re.fullmatch(r"\d{1,2}[/.]\d{1,2}[/.]\d{4}", row.cells.get(heading, "")) for row in rows)


def _facility(found: Mapping[str, str], rows: Sequence[SourceRow]) -> str:
    lines = ["facility:"]
    lines += [f"  name: {_quoted(found['name'])}"] if "name" in found else []
    lines += [f"  names: {{ar: {_quoted(found['name_ar'])}}}"] if "name_ar" in found else []
    if "type" not in found:
        return "\n".join([*lines, "  type: {value: health}"])
    lines += ["  type:", f"    column: {_quoted(found['type'])}", "    map:"]
    for word in sorted({cell for row in rows if (cell := row.cells.get(found["type"], ""))})[:60]:
        lines.append(f"      {_quoted(word)}: {_likely(word)}")
    return "\n".join([*lines, "    default: health"])


def _likely(word: str) -> str:
    """The facility type whose label is most like a word; health where none is."""
    labels = {
        label: code for language in codes.LANGUAGES for code, label in codes.labels("facility_type", language).items()
    }
    plain = word.casefold().replace("_", " ")
    direct = next((code for code in labels.values() if code.replace("_", " ") == plain), None)
    if direct:
        return direct
    near = names.near(word, list(labels))
    return f"{labels[near[0]]}  # a guess" if near else "health  # nothing is like it"


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


def _left(columns: Sequence[str], found: Mapping[str, str]) -> str:
    left = [heading for heading in columns if heading not in found.values()]
    return (
        "# Headings that nothing above reads. What is to be left out for good:\nignore:\n"
        + "\n".join(f"  - {_quoted(cells.tidied(heading))}" for heading in left)
        if left
        else ""
    )
