"""What the kept tables follow: when rows of other tables change, which of their rows and columns are copied anew."""

from dataclasses import dataclass

# Each table with its key and the table whose rows it follows, in the order in which they are filled.
KEPT = {
    "kept_place": ("place_id", "place"),
    "kept_attack": ("attack_id", "attack"),
    "kept_facility": ("facility_id", "facility"),
}
# What comes in masses: these may be brought in step once for many new rows (`together`). Places lie in one another, so
# that each needs the row of the one above.
TOGETHER = ("kept_attack", "kept_facility")
_PLACE = (
    "place_id", "area_id", "governorate_id", "governorate_pcode", "governorate", "district_id", "district_pcode",
    "district", "pcode", "place",
)  # fmt: skip
_NUMBERS = ("killed_low", "killed_high", "injured_low", "injured_high")
_ACCOUNTS = ("claims", "origins")
_HITS = ("times_hit", "first_hit_on", "last_hit_on", "last_functionality", "last_functionality_on")
_FACILITY = (
    "id", "ref", "type_code", "country", "place_id", "is_placeholder", "is_mobile", "operator_kind", "canonical_id",
    "opened_on", "closed_on", "retracted_at", "version",
)  # fmt: skip
_STANDING = ("state", "canonical_id", "parent_id", "retracted_at")
_ATTACK = (
    "id", "ref", "country", "place_id", "place_precision_code", "occurred_from_on", "occurred_to_on",
    "occurred_precision_code", "occurred_words", "occurred_basis", "time_of_day", "time_band", "situation_id", "title",
    *_STANDING, "facilities_absence", "means_absence", "harm_absence", "attribution_absence", "release_agreed_at",
    "version",
)  # fmt: skip

# Each way to a key is a select of its own, never `OR` in the condition of a join: PostgreSQL plans by what a table held
# when it was last counted, and compares each row of a long list with each other where that was little.

# Keys of attacks: those in `changed.attack_id`, and what these were found to be the same as.
_ATTACKS = (
    "SELECT c.attack_id FROM {changed} c UNION ALL "
    "SELECT a.canonical_id FROM {changed} c JOIN attack a ON a.id = c.attack_id WHERE a.canonical_id IS NOT NULL"
)
# Of changed claims or judgements, the keys of all records of the attacks that they are about.
_RECORDS = (
    "SELECT COALESCE(a.canonical_id, a.id) FROM {{changed}} c JOIN attack a ON a.id = c.{about} UNION ALL "
    "SELECT m.id FROM {{changed}} c JOIN attack a ON a.id = c.{about} "
    "JOIN attack m ON m.canonical_id = COALESCE(a.canonical_id, a.id)"
)
# What is told of a place where something lies, and the keys of what lies in changed places.
_OF_PLACE = ("place_id", "standing_id", "governorate_id", "district_id", "pcode", "name")
_WITHIN = " UNION ALL ".join(
    f"SELECT x.id FROM {{{{changed}}}} c JOIN kept_place p ON p.{within} = c.place_id "
    "JOIN {table} x ON x.place_id = p.place_id"
    for within in ("place_id", "governorate_id", "district_id")
)
# A changed attack, and those whose hits count with its own: records merged into it, and its strikes with theirs.
_COUNTED_WITH = (
    "SELECT c.id FROM {changed} c UNION ALL "
    "SELECT r.id FROM {changed} c JOIN attack r ON r.canonical_id = c.id UNION ALL "
    "SELECT r.id FROM {changed} c JOIN attack r ON r.parent_id = c.id UNION ALL "
    "SELECT r.id FROM {changed} c JOIN attack s ON s.parent_id = c.id JOIN attack r ON r.canonical_id = s.id"
)
_FACILITIES = (
    "SELECT c.facility_id FROM {changed} c UNION ALL SELECT f.canonical_id FROM {changed} c "
    "JOIN facility f ON f.id = c.facility_id WHERE f.canonical_id IS NOT NULL"
)

# A changed facility, and those that were merged into it.
_FACILITY_RECORDS = (
    "SELECT c.id FROM {changed} c UNION ALL SELECT m.id FROM {changed} c JOIN facility m ON m.canonical_id = c.id"
)


@dataclass(frozen=True)
class Rule:
    """When rows of `table` change, some columns of some rows of `kept` are copied anew.

    Attributes:
        name: of its triggers, without the kept table and what happened.
        columns: those of `table` whose change matters; also all that `keys` reads.
        keys: SQL that gives the keys of the kept rows; `{changed}` stands for the changed rows, old and new.
        renews: columns of the kept table; empty: all of them.
        on: what is followed.
    """

    name: str
    kept: str
    table: str
    columns: tuple[str, ...]
    keys: str
    renews: tuple[str, ...] = ()
    on: tuple[str, ...] = ("insert", "update")


RULES = (
    Rule(
        "place", "kept_place", "place", ("id", "parent_id", "canonical_id", "level", "pcode"),
        "SELECT c.id FROM {changed} c UNION ALL SELECT p.id FROM {changed} c JOIN place p ON p.canonical_id = c.id",
        on=("update",),
    ),
    Rule(
        "name", "kept_place", "place_name", ("place_id", "name", "kind", "script", "retracted_at"),
        "SELECT c.place_id FROM {changed} c UNION ALL "
        "SELECT p.id FROM {changed} c JOIN place p ON p.canonical_id = c.place_id", ("name",),
    ),
    # From the places above to those below, one level after the other; of those that came in one statement, too.
    Rule(
        "above", "kept_place", "kept_place", ("place_id", "governorate_id", "district_id"),
        "SELECT s.id FROM {changed} c JOIN place s ON s.parent_id = c.place_id UNION ALL "
        "SELECT p.id FROM {changed} c JOIN place s ON s.parent_id = c.place_id JOIN place p ON p.canonical_id = s.id",
        ("governorate_id", "district_id"),
    ),
    Rule(
        "place", "kept_attack", "kept_place",
        _OF_PLACE, _WITHIN.format(table="attack"), _PLACE, on=("update",),
    ),
    Rule("attack", "kept_attack", "attack", _ATTACK, "SELECT c.id FROM {changed} c", on=("update",)),
    Rule(
        "strike", "kept_attack", "attack", ("parent_id",),
        "SELECT c.parent_id FROM {changed} c UNION ALL "
        "SELECT p.canonical_id FROM {changed} c JOIN attack p ON p.id = c.parent_id WHERE p.canonical_id IS NOT NULL",
        _NUMBERS, on=("insert",),
    ),
    # Whatever hangs together with an attack that is merged, split, withdrawn or retracted.
    Rule(
        "related", "kept_attack", "attack", ("id", *_STANDING),
        "SELECT c.canonical_id FROM {changed} c UNION ALL SELECT c.parent_id FROM {changed} c "
        "UNION ALL SELECT a.id FROM {changed} c JOIN attack a ON a.parent_id = c.id "
        "UNION ALL SELECT a.id FROM {changed} c JOIN attack a ON a.canonical_id = c.id "
        "UNION ALL SELECT m.id FROM {changed} c JOIN attack m ON m.canonical_id = c.canonical_id "
        "UNION ALL SELECT p.canonical_id FROM {changed} c JOIN attack p ON p.id = c.parent_id "
        "UNION ALL SELECT s.id FROM {changed} c JOIN attack m ON m.canonical_id = c.id "
        "JOIN attack s ON s.parent_id = m.id",
        on=("update",),
    ),
    Rule(
        "figure", "kept_attack", "figure", ("attack_id", "superseded_at"),
        "SELECT c.attack_id FROM {changed} c UNION ALL "
        "SELECT a.parent_id FROM {changed} c JOIN attack a ON a.id = c.attack_id UNION ALL "
        "SELECT s.canonical_id FROM {changed} c JOIN attack a ON a.id = c.attack_id "
        "JOIN attack s ON s.id = a.parent_id",
        _NUMBERS,
    ),
    Rule(
        "claim", "kept_attack", "claim", ("attack_id", "origin_id", "withdrawn_at", "retracted_at"),
        _RECORDS.format(about="attack_id"), _ACCOUNTS,
    ),
    Rule(
        "judged", "kept_attack", "judgement", ("kind", "left_id", "right_id", "verdict", "revoked_at"),
        f"{_RECORDS.format(about='left_id')} UNION ALL {_RECORDS.format(about='right_id')}", ("is_perhaps_same",),
    ),
    Rule("grade", "kept_attack", "assessment", ("attack_id", "grade_code", "superseded_at"), _ATTACKS, ("grade",)),
    Rule(
        "means", "kept_attack", "attack_means", ("attack_id", "attack_type_code", "retracted_at"), _ATTACKS,
        ("attack_type",),
    ),
    Rule(
        "hit", "kept_attack", "attack_facility", ("attack_id", "facility_id", "retracted_at"), _ATTACKS,
        ("named_facilities", "unnamed_facilities"),
    ),
    Rule(
        "named", "kept_attack", "facility", ("id", "canonical_id", "is_placeholder"),
        f"SELECT h.attack_id FROM ({_FACILITY_RECORDS}) f JOIN attack_facility h ON h.facility_id = f.id UNION ALL "
        f"SELECT a.canonical_id FROM ({_FACILITY_RECORDS}) f JOIN attack_facility h ON h.facility_id = f.id "
        "JOIN attack a ON a.id = h.attack_id WHERE a.canonical_id IS NOT NULL",
        ("named_facilities", "unnamed_facilities"), on=("update",),
    ),
    Rule(
        "place", "kept_facility", "kept_place",
        _OF_PLACE, _WITHIN.format(table="facility"),
        ("place_id", "place", "governorate_pcode", "governorate", "district_pcode", "district"), on=("update",),
    ),
    Rule("facility", "kept_facility", "facility", _FACILITY, "SELECT c.id FROM {changed} c", on=("update",)),
    Rule(
        "name", "kept_facility", "facility_name", ("facility_id", "name", "kind", "script", "retracted_at"),
        "SELECT c.facility_id FROM {changed} c", ("name", "name_ar"),
    ),
    Rule(
        "merged", "kept_facility", "facility", ("id", "canonical_id"),
        "SELECT c.id FROM {changed} c UNION ALL SELECT c.canonical_id FROM {changed} c UNION ALL "
        "SELECT f.id FROM {changed} c JOIN facility f ON f.canonical_id = c.id",
        on=("update",),
    ),
    Rule(
        "position", "kept_facility", "facility_position",
        ("facility_id", "lat", "lon", "valid_from_on", "retracted_at"), _FACILITIES, ("lat", "lon"),
    ),
    Rule(
        "status", "kept_facility", "facility_status",
        ("facility_id", "functionality_code", "observed_from_on", "observed_to_on", "retracted_at"), _FACILITIES,
        _HITS[3:],
    ),
    Rule(
        "hit", "kept_facility", "attack_facility", ("facility_id", "functionality_code", "retracted_at"), _FACILITIES,
        _HITS,
    ),
    Rule(
        "attack", "kept_facility", "attack", ("id", *_STANDING, "occurred_from_on", "occurred_to_on"),
        f"SELECT COALESCE(f.canonical_id, f.id) FROM ({_COUNTED_WITH}) r "
        "JOIN attack_facility h ON h.attack_id = r.id JOIN facility f ON f.id = h.facility_id",
        _HITS, on=("update",),
    ),
)  # fmt: skip
