"""The part of a draft that says what a row tells of an attack: when, what was hit, by which means, whom it harmed."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from registry.services.importing import headings, likely, when
from registry.services.importing.given import MEANS
from registry.services.importing.rows import Row, SourceRow
from registry.services.importing.seen import (
    IN_PARTS,
    ITEM,
    Seen,
    best,
    is_day,
    listed,
    quoted,
    repeats_of,
    ticked,
    words_under,
)

_UNNAMED = (
    *("unknown", "not known", "unidentified", "unclear", "not identified", "n/a", "inconnu", "non identifié"),
    *("مجهول", "غير معروف", "غير محدد", "مجهولة"),
)
_LEFT_OUT = "  # nothing is like it: left out"


def attack(seen: Seen) -> list[str]:
    """The lines of `attack:`."""
    found = seen.found
    lines = ["attack:", f"  when: {_when(seen)}"]
    lines += [f"  {field}: {quoted(found[field])}" for field in ("time", "summary") if field in found]
    lines += [*_hit(seen), *_means(seen), *_numbers(seen)]
    if "actor" in found:
        values = seen.values(found["actor"])
        split = f", split: {quoted(separator)}" if (separator := _separator(values)) else ""
        doubt = "  # several in one cell?" if split else ""
        unnamed = sorted({text for text in values if text.casefold() in _UNNAMED}) or ["Unknown"]
        lines.append(
            f"  accused: {{name: {{column: {quoted(found['actor'])}{split}}}, unnamed: {listed(unnamed)}}}{doubt}"
        )
    return lines + ([f"  report: {{url: {quoted(found['url'])}}}"] if "url" in found else [])


def _when(seen: Seen) -> str:
    if "date" not in seen.found:
        parts = (part for part in ("year", "month", "day") if part in seen.found)
        return f"{{{', '.join(f'{part}: {quoted(seen.found[part])}' for part in parts)}}}"
    values = [text.translate(when.DIGITS) for text in seen.values(seen.found["date"])]
    said, doubt = [f"column: {quoted(seen.found['date'])}"], ""
    in_parts = [match for text in values if (match := IN_PARTS.fullmatch(text))]
    if in_parts:
        first, second = (max(int(match[part]) for match in in_parts) for part in (1, 2))
        said.append(f"order: {'mdy' if second > 12 >= first else 'dmy'}")
        doubt = "" if (first > 12) != (second > 12) else "  # 03/04/2024: dmy or mdy?"
    if any(not is_day(text, None) and is_day(text, "2000") for text in values):
        said.append("year: {value: '?'}")
        doubt += "  # the year of dates without one"
    return f"{{{', '.join(said)}}}{doubt}" if len(said) > 1 else quoted(seen.found["date"])


def _separator(values: Sequence[str]) -> str | None:
    """What stands between several values in one cell, if anything does."""
    seen = Counter(sign for text in values for sign in (";", " / ", "/", " & ", "&", ",") if sign in text)
    return max(seen, key=lambda sign: (seen[sign], len(sign)), default=None)


def _hit(seen: Seen) -> list[str]:
    signs = [(one, code) for one in ticked(seen) if (code := _certain(likely.facility_type(_after(one))))]
    lines = [f"    - {{type: {{value: {code}}}, signs: [{{column: {quoted(one)}}}]}}" for one, code in signs]
    lines += [line for repeat in repeats_of(seen.columns) for line in _hit_by(_items(seen, repeat), repeat)]
    lines += _hit_by(seen, None)
    return ["  facilities:", *lines] if lines else []


def _hit_by(seen: Seen, each: str | None) -> list[str]:
    """The facilities that a column of types tells of, or the items of a repeat group."""
    heading = seen.found.get("facility_type")
    if heading is None:
        return []
    lines = ["    - always: true  # each row with such a word hit one"]
    lines += [f"      each: {quoted(each)}"] if each else []
    named = seen.found.get("facility") or (each and seen.found.get("name")) or heading
    lines += [f"      name: {quoted(named)}"] if named != heading else []
    lines += ["      type:", f"        column: {quoted(heading)}", "        map:"]
    for word in words_under(heading, seen):
        code, doubt = likely.facility_type(word)
        lines.append(f"          {quoted(word)}:{f' {code}{doubt}' if code else _LEFT_OUT}")
    return lines


def _items(seen: Seen, repeat: str) -> Seen:
    """The items of a repeat group as a list of their own, as far as it is one of facilities."""
    rows = [SourceRow("", 0, dict(item.cells)) for row in seen.rows for item in Row(row).items(repeat)]
    items = Seen(list(dict.fromkeys(heading for row in rows for heading in row.cells)), rows, {})
    found = {field: one for field in ("name", "facility", "facility_type") if (one := best(field, items))}
    is_facility = any(likely.facility_type(word)[0] for word in words_under(found.get("facility_type", ""), items))
    return replace(items, found=found if is_facility else {})


def _means(seen: Seen) -> list[str]:
    columns = {key: seen.found[key] for key in MEANS if key in seen.found}
    weapon = seen.found.get("weapon")
    if weapon is not None and weapon not in columns.values():
        # Beside a column of what was done, or of how, it tells what struck; beside munitions, what was done.
        columns.setdefault("munition" if "munition" not in columns else "attack_type", weapon)
    if not columns:
        return _means_ticked(seen)
    return (
        _means_in_words(weapon or min(columns.values()), seen) if len(columns) == 1 else _means_in_parts(columns, seen)
    )


def _means_ticked(seen: Seen) -> list[str]:
    signs = [(one, triple.strip("{}")) for one in ticked(seen) if (triple := _certain(likely.means(_after(one))))]
    lines = [f"      - {{column: {quoted(one)}, {triple}}}" for one, triple in signs]
    return ["  means:", "    signs:", *lines] if lines else []


def _means_in_words(heading: str, seen: Seen) -> list[str]:
    """One column for all of the means: each word is what was done, what struck, from what, or several of them."""
    separator = _separator(seen.values(heading))
    lines = ["  means:", f"    column: {quoted(heading)}", "    unknown: skip"]
    lines += [f"    split: {quoted(separator)}  # several in one cell?"] if separator else []
    lines.append("    map:")
    for word in words_under(heading, seen, separator):
        triple, doubt = likely.means(word)
        lines.append(f"      {quoted(word)}:{f' {triple}{doubt}' if triple else _LEFT_OUT}")
    return lines


def _means_in_parts(columns: Mapping[str, str], seen: Seen) -> list[str]:
    lines = ["  means:"]
    for key, heading in columns.items():
        lines += [f"    {key}:", f"      column: {quoted(heading)}", "      unknown: skip", "      map:"]
        for word in words_under(heading, seen):
            code, doubt = likely.means_part(key, word)
            lines.append(f"        {quoted(word)}:{f' {code}{doubt}' if code else _LEFT_OUT}")
    return lines


def _certain(guess: tuple[str | None, str]) -> str | None:
    return None if guess[1] else guess[0]


def _after(heading: str) -> str:
    """What a ticked column stands for: `Target: hospital` and `Type of attack/Airstrike` name it last."""
    return re.split(r"[:/]", heading)[-1].strip()


def _numbers(seen: Seen) -> list[str]:
    """Each count, once: of several headings for one of them the shortest, of a least and a greatest both."""
    lines: dict[tuple[str, str], str] = {}
    plain = [one for one in seen.columns if not ITEM.search(one)]
    for heading, measure, population in sorted(headings.counted(plain), key=lambda one: len(one[0])):
        asked = headings.all_words(heading)
        column = f"column: {quoted(heading)}"
        if asked & headings.LEAST:
            rest = asked - headings.LEAST
            most = [one for one in plain if headings.all_words(one) in [rest | {word} for word in headings.GREATEST]]
            column = f"low: {quoted(heading)}, high: {quoted(most[0])}" if most else f"{column}, operator: at_least"
        elif asked & headings.GREATEST:
            continue
        lines.setdefault((measure, population), f"    - {{{column}, measure: {measure}, population: {population}}}")
    return ["  numbers:", *lines.values()] if lines else []
