"""The code lists that domain experts edit as CSV files, and the closed vocabularies that the program's logic turns on.

A list in `registry/codelists/*.csv` may grow without a release of the program. Its rows may stand in any order; the
files themselves go from the finest to the coarsest precision. `grade.csv` has a `rank`: higher is firmer, and ranks of
different schemes are never compared. In `code_map.csv` a relation says how the foreign code lies to ours:

* `exact`: the same; `narrower`: the foreign code is part of ours. Both are safe ways in, and a foreign value has at
  most one of them in each of our lists.
* `broader`: the foreign code takes in more than ours. That is a way out, never a way in.

A vocabulary written here as a tuple is closed: a word added to it needs code that knows what to do with it.
"""

import csv
import difflib
from functools import cache

from registry import paths
from registry.errors import InvalidValue, NotFound

LISTS: tuple[str, ...] = (
    "facility_type",
    "attack_type",
    "launch_method",
    "munition",
    "effect",
    "damage",
    "functionality",
    "accessibility",
    "source_kind",
    "actor_kind",
    "measure",
    "population",
    "grade",
    "basis",
    "date_precision",
    "place_precision",
)
# Those of the tables; a file may have a column `label_…` for further ones, which the sitreps print.
LANGUAGES = ("en", "ar", "fr")

# How a number is bounded. `some` ("dozens") and `unstated` (hit, no number given) never get bounds.
OPERATORS = ("exactly", "at_least", "more_than", "at_most", "fewer_than", "about", "between", "some", "unstated")

# Why there is no value: the report is silent; it says there were none; it says that nobody knows; the speaker or we
# keep it back; nobody here has filled it in.
ABSENCES = ("not_reported", "reported_none", "unknown", "withheld", "not_coded")

# What a claim is about: a number; that something happened; with what; how a facility is; what it was used for; how the
# attack was conducted (directly targeted, repeated).
CLAIM_KINDS = ("quantity", "occurrence", "means", "status", "use", "conduct")

# What a conduct claim says about an attack: always the speaker's words, never our finding.
CONDUCTS = (
    "directly_targeted",
    "repeated_strike",
    "indiscriminate",
    "military_use_alleged",
    "warning_given",
    "other",
)

# How far the speaker or the report stands behind a claim.
HEDGES = ("reported", "alleged", "unconfirmed", "confirmed_by_speaker")

# What a number adds up: everything since a start; what came on top of an earlier number; the state at a date.
ACCUMULATIONS = ("since_start", "increment", "as_at", "not_stated")

# Where a date, place or period comes from: it stands in the report; we inferred it; that is not recorded.
BASES = ("printed", "inferred", "not_stated")

# What a speaker says of an actor's part: accuses another; claims it for itself; denies it; one of several named.
STANCES = ("accuses", "claims", "denies", "one_of")

# How a claim lies to an earlier one: another number; another scope; taken back; inside a larger one; a share of it that
# the speaker singles out; the same again.
CLAIM_LINKS = ("corrects", "rescopes", "withdraws", "part_of", "of_which", "repeats")
# Those that make the earlier claim its speaker's word no longer.
REPLACING_LINKS = ("corrects", "rescopes", "withdraws")
SHARE_LINKS = ("part_of", "of_which")

# How a report lies to another: quotes it; carries it as a whole; renders it in another language.
REPORT_LINKS = ("cites", "republishes", "translates")

# How an attack lies to another: a second strike, on the same spot or on the rescuers; one of a wave; inside a parent.
ATTACK_LINKS = ("follow_up_strike", "same_series", "part_of")

# What a person holds of two records.
VERDICTS = ("same", "different", "unsure")

# Whether two origins know what they say independently of each other; `unknown` never corroborates.
INDEPENDENCE = ("yes", "no", "unknown")

# Where an attack stands on its way to readers; `withdrawn` stays on record with its reason.
ATTACK_STATES = ("draft", "in_review", "published", "withdrawn")

# Who may see something, from the widest circle to the narrowest.
AUDIENCES = ("public", "partner", "internal")

# What kind of name a name is.
NAME_KINDS = ("official", "alias", "transliteration", "former")

# Through whom a speaker's words reached the report: a named body; nobody; the report does not say.
RELAYS = ("named", "none", "not_stated")

# What a facility was used for at a time; internal by default.
FACILITY_USES = ("as_intended", "shelter", "military", "mixed", "evacuated")

# What kind of document a report is.
REPORT_KINDS = (
    "news_article",
    "agency_wire",
    "broadcast",
    "statement",
    "situation_report",
    "study",
    "social_media",
    "message",
    "video",
    "satellite_analysis",
    "dataset_row",
    "form_submission",
    "other",
)

Row = dict[str, str | None]


def rows(list_name: str) -> list[Row]:
    """The codes of a list, each after its parent; a blank cell is None."""
    return [dict(row) for row in _load(list_name)]


def code_map() -> list[Row]:
    """How our codes relate to those of others, in the order of the file."""
    return [dict(row) for row in _load_map()]


def labels(list_name: str, language: str) -> dict[str, str]:
    """The label of each code in a language that the list has a column for; the English one where its cell is empty.

    Raises:
        InvalidValue: the list has no such column.
    """
    column, found = f"label_{language}", _load(list_name)
    if column not in found[0]:
        raise InvalidValue("language", f"{language!r} has no labels", f"add the column {column} to {list_name}.csv")
    return {str(row["code"]): str(row[column] or row["label_en"]) for row in found}


def children(list_name: str, code: str) -> set[str]:
    """The code itself and every code below it."""
    below = {check_code(list_name, code)}
    for row in _load(list_name):
        if row["parent"] in below:
            below.add(str(row["code"]))
    return below


def check_code(list_name: str, code: str) -> str:
    """The code, if the list has it.

    Raises:
        NotFound: it has not; with the codes that were perhaps meant, by code or by a label in any language.
    """
    if code not in _codes(list_name):
        kind, hint = f"{list_name} code", f"see: registry code list {list_name}"
        raise NotFound(kind, code, near=_near(list_name, code), hint=hint)
    return code


@cache
def _codes(list_name: str) -> frozenset[str]:
    return frozenset(str(row["code"]) for row in _load(list_name))


@cache
def _load(list_name: str) -> tuple[Row, ...]:
    if list_name not in LISTS:
        raise NotFound("code list", list_name, near=difflib.get_close_matches(list_name, LISTS))
    return _parents_first(list_name, _read(list_name))


@cache
def _load_map() -> tuple[Row, ...]:
    return tuple(_read("code_map"))


def _read(name: str) -> list[Row]:
    # A spreadsheet may have put a byte order mark in front; `utf-8-sig` takes files with and without one.
    with (paths.CODELISTS / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [{column: cell or None for column, cell in row.items()} for row in csv.DictReader(file, strict=True)]


def _parents_first(list_name: str, waiting: list[Row]) -> tuple[Row, ...]:
    placed: dict[str | None, Row] = {}
    while waiting:
        later = []
        for row in waiting:
            if row["parent"] is None or row["parent"] in placed:
                placed[row["code"]] = row
            else:
                later.append(row)
        if len(later) == len(waiting):
            why = f"the parent {later[0]['parent']!r} of {later[0]['code']!r} is missing or goes round in a circle"
            raise InvalidValue(f"{list_name}.csv", why, "give the code of another row, or none")
        waiting = later
    return tuple(placed.values())


def _near(list_name: str, wanted: str) -> list[str]:
    # Names of every kind point at their codes, since people type "field hospital" or «مستشفى ميداني» as readily.
    named = {name.casefold(): str(row["code"]) for row in _load(list_name) for name in _names(row)}
    tries = (wanted.strip().casefold(), wanted.strip().casefold().replace(" ", "_").replace("-", "_"))
    found = [named[name] for text in tries for name in difflib.get_close_matches(text, named, n=4)]
    return list(dict.fromkeys(found))[:3]


def _names(row: Row) -> list[str]:
    full = [str(row[column]) for column in ("label_fr", "label_ar", "label_en", "code")]
    return [name.partition(" (")[0] for name in full] + full
