"""A column that holds one of several words is checked word by word: SQLite makes a list (`IN`) anew for each row.

No row is looked at on SQLite, where only the text of the tables changes, as https://sqlite.org/lang_altertable.html
section 7 has it for constraints.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None

_ABSENCES = "not_reported reported_none unknown withheld not_coded"
_ACCUMULATIONS = "since_start increment as_at not_stated"
_AUDIENCES = "public partner internal"
_BASES = "printed inferred not_stated"
_HEDGES = "reported alleged unconfirmed confirmed_by_speaker"
_NAMES = "official alias transliteration former"
_OPERATORS = "exactly at_least more_than at_most fewer_than about between some unstated"
_SCHEMES = "registry who_ssa airwars"
_USES = "as_intended shelter military mixed evacuated"
# By table and column, the words that it may hold.
WORDS = {
    "actor_name": {"kind": f"{_NAMES} acronym"},
    "assessment": {"scheme": _SCHEMES},
    "attack": {
        "attribution_absence": _ABSENCES,
        "facilities_absence": _ABSENCES,
        "harm_absence": _ABSENCES,
        "means_absence": _ABSENCES,
        "occurred_basis": _BASES,
        "state": "draft in_review published withdrawn",
        "time_band": "night morning afternoon evening",
    },
    "attack_link": {"kind": "follow_up_strike same_series part_of"},
    "attribution": {"hedge": _HEDGES, "stance": "accuses claims denies one_of"},
    "claim": {
        "absence": _ABSENCES,
        "accumulation": _ACCUMULATIONS,
        "conduct": "directly_targeted repeated_strike indiscriminate military_use_alleged warning_given other",
        "facility_use": _USES,
        "hedge": _HEDGES,
        "kind": "quantity occurrence means status use conduct",
        "operator": _OPERATORS,
        "period_basis": _BASES,
        "relay": "named none not_stated",
        "withdrawn_as": "by_speaker our_error",
    },
    "claim_link": {"kind": "corrects rescopes withdraws part_of of_which repeats"},
    "code_map": {"relation": "exact broader narrower"},
    "delivery": {"channel": "directory mail", "state": "waiting delivered failed"},
    "facility": {
        "operator_kind": "government ngo international_ngo un private community religious armed_group",
        "tier": "primary secondary tertiary",
    },
    "facility_name": {"kind": _NAMES},
    "facility_type": {"sector": "health education civil_defence other"},
    "facility_use": {"use": _USES},
    "figure": {
        "accumulation": _ACCUMULATIONS,
        "greatest_low_operator": _OPERATORS,
        "low_operator": _OPERATORS,
        "rule": "range named_only preferred_source adopted",
    },
    "grade": {"scheme": _SCHEMES},
    "import_batch": {"state": "loaded undone"},
    "import_row": {"outcome": "new changed same rejected"},
    "journal": {"action": "insert update erase load"},
    "judgement": {"kind": "facility attack place report", "verdict": "same different unsure"},
    "measure": {"kind": "stock flow count"},
    "origin_independence": {"verdict": "yes no unknown"},
    "place": {"level": "country governorate district subdistrict community neighbourhood area"},
    "place_name": {"kind": _NAMES},
    "report": {
        "kind": "news_article agency_wire broadcast statement situation_report study social_media message video"
        " satellite_analysis dataset_row form_submission other",
        "published_basis": _BASES,
    },
    "report_link": {"kind": "cites republishes translates"},
    "schedule": {"audience": _AUDIENCES, "catch_up": "each latest none"},
    "schedule_run": {"state": "running drafted held published skipped failed"},
    "sitrep": {"audience": _AUDIENCES, "state": "draft approved published"},
    "situation": {"basis": _BASES},
    "source": {"reliability": "A B C D E F"},
    "source_name": {"kind": f"{_NAMES} acronym"},
}


def upgrade() -> None:
    _respelt({table: _spelt(table) for table in WORDS})


def downgrade() -> None:
    _respelt({table: [(name, new, old) for name, old, new in _spelt(table)] for table in WORDS})


def _spelt(table: str) -> list[tuple[str, str, str]]:
    """Each constraint of a table: its name, as a list, and word by word."""
    found = []
    for column, words in WORDS[table].items():
        quoted = [f"'{word}'" for word in words.split()]
        each = " OR ".join(f"{column} = {word}" for word in quoted)
        found.append((f"ck_{table}_{column}", f"{column} IN ({', '.join(quoted)})", each))
    return found


def _respelt(tables: dict[str, list[tuple[str, str, str]]]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _respelt_on_sqlite(tables)
        return
    for table, checks in tables.items():  # in one statement, which reads the table once
        gone = (f"DROP CONSTRAINT {name}" for name, _, _ in checks)
        made = (f"ADD CONSTRAINT {name} CHECK ({after})" for name, _, after in checks)
        op.execute(f"ALTER TABLE {table} {', '.join((*gone, *made))}")


def _respelt_on_sqlite(tables: dict[str, list[tuple[str, str, str]]]) -> None:
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table, checks in tables.items():
        of_table = "FROM sqlite_master WHERE type = 'table' AND name = ?"
        sql = connection.exec_driver_sql(f"SELECT sql {of_table}", (table,)).scalar_one()
        for name, before, after in checks:
            if f"CONSTRAINT {name} CHECK ({before})" not in sql:
                raise sa.exc.InvalidRequestError(f"{table} has no constraint {name} as the revisions made it")
            sql = sql.replace(f"CONSTRAINT {name} CHECK ({before})", f"CONSTRAINT {name} CHECK ({after})")
        values = (sql, table)
        connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", values)
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")  # read anew, so that what is wrong is refused here
