"""One line for one claim of harm: `MEASURE [POPULATION] NUMBER [FACILITY TYPE] / SPEAKER [via RELAY]`.

    killed >30 / Dbis via Reuters
    injured dozens / White Helmets
    killed children 2 / SOHR
    facilities hit 4 health / UOSSM

Pure: text in, parts out. Codes and the number are checked; the speaker and the relay stay names.
"""

import re
from dataclasses import dataclass

from registry import codes
from registry.errors import InvalidValue
from registry.services.coding import number
from registry.services.shorthand import as_code, find_code, spelt

EXAMPLE = "killed >30 / Dbis via Reuters"
# What people write of the commonest measures beside their labels.
_ALSO = {
    "dead": "killed",
    "death": "killed",
    "died": "killed",
    "قتيل": "killed",
    "شهداء": "killed",
    "wounded": "injured",
    "hurt": "injured",
    "جريح": "injured",
    "مصابين": "injured",
}
_LONGEST = 6  # words of a label
_VIA = re.compile(r"(?is)^(?P<speaker>.+)\s(?:via|عبر|نقلا عن|نقلاً عن)\s+(?P<relay>.+)$")
_SIGN = re.compile(r"\s*([<>]=?|[≤≥≈~=])\s*")
_OF = ("of", "de", "des", "من")


@dataclass(frozen=True)
class HarmLine:
    """A harm line in its parts; `via` is `none` where the report heard the speaker itself."""

    measure: str
    number: str
    speaker: str
    via: str | None = None
    population: str | None = None
    facility_type: str | None = None

    @property
    def parts(self) -> dict[str, str]:
        """Parts for ClaimCreate."""
        return {name: value for name, value in vars(self).items() if value is not None}

    def __str__(self) -> str:
        """The line again, with codes for what was spelt out."""
        counted = [self.measure, self.population, self.number, self.facility_type]
        relay = f" via {self.via}" if self.via else ""
        return " ".join(part for part in counted if part) + f" / {self.speaker}{relay}"


def parse(line: str, field: str = "harm") -> HarmLine:
    """The parts of a harm line. Its codes may be labels in any language; population or type may follow the number.

    Raises:
        InvalidValue: no speaker, no number, or one that is not understood; a population where no people are counted.
        NotFound: the measure.
    """
    counted, slash, said = line.partition("/")
    if not slash or not said.strip():
        raise InvalidValue(field, "says not who says so", f"write {EXAMPLE}")
    words = _SIGN.sub(r" \1", counted).split()
    if not words:
        raise InvalidValue(field, "says not what is counted", f"write {EXAMPLE}")
    measure, rest = _measure(words)
    if not rest:
        raise InvalidValue(field, f"has no number after {measure}", "write >30, 10-15, dozens, or not stated")
    population, amount, facility_type = _amount(rest, field, counts(measure))
    _refuse_misfit(field, measure, population, facility_type)
    speaker, via = _speaker(said)
    return HarmLine(measure, amount, speaker, via, population, facility_type)


def _measure(words: list[str]) -> tuple[str, list[str]]:
    for length in range(min(_LONGEST, len(words)), 0, -1):
        text = " ".join(words[:length])
        found = find_code("measure", text) or _ALSO.get(spelt(text))
        if found is not None:
            return found, words[length:]
    return as_code("measure", words[0]), words[1:]


def _amount(words: list[str], field: str, counted: list[str]) -> tuple[str | None, str, str | None]:
    """Population, number and facility type: the longest words for whom and for what that leave a number between."""
    for before in _lengths(words):
        population = find_code("population", " ".join(words[:before])) if before else None
        if before and population is None:
            continue
        for after in _lengths(words[before:]):
            middle = words[before : len(words) - after]
            kind, found = _whom_or_what(words[len(words) - after :], counted)
            if (after and found is None) or (kind == "population" and population) or not _is_number(middle, after):
                continue
            amount = " ".join(middle[:-1] if after and middle[-1].casefold() in _OF else middle)
            return (found if kind == "population" else population), amount, found if kind == "facility_type" else None
    number(" ".join(words), field)  # says what is wrong with it
    return None, " ".join(words), None


def _lengths(words: list[str]) -> range:
    return range(min(_LONGEST, len(words) - 1), -1, -1)


def _whom_or_what(words: list[str], counted: list[str]) -> tuple[str, str | None]:
    # A word such as "unknown" is in both lists: it is of the one that the measure counts.
    text = " ".join(words)
    for code_list in sorted(("population", "facility_type"), key=lambda name: name not in counted):
        if (found := find_code(code_list, text)) is not None:
            return code_list, found
    return "facility_type", None


def _is_number(words: list[str], after: int) -> bool:
    # A vague word ("dozens") would take in anything that stands with it: before a code it stands alone.
    try:
        found = number(" ".join(words))
    except InvalidValue:
        return False
    return found.operator != "some" or not after or len(words) <= 3


def counts(measure: str | None) -> list[str]:
    """The lists that say what a measure counts: population, facility_type; both where the measure is not known."""
    row = next((row for row in codes.rows("measure") if row["code"] == measure), None)
    return [name for name in ("population", "facility_type") if row is None or row[f"takes_{name}"] == "1"]


def _refuse_misfit(field: str, measure: str, population: str | None, facility_type: str | None) -> None:
    counted = counts(measure)
    if population and "population" not in counted:
        raise InvalidValue(field, f"{measure} does not count people", f"leave out {population}")
    if facility_type and "facility_type" not in counted:
        raise InvalidValue(field, f"{measure} does not count facilities", f"leave out {facility_type}")


def _speaker(said: str) -> tuple[str, str | None]:
    text = " ".join(said.split())
    found = _VIA.match(text)
    return (found["speaker"].strip(), found["relay"].strip()) if found else (text, None)
