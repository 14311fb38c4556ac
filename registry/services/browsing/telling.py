"""What Datasette is told of an extract: titles, words on tables and columns, facets, saved questions.

Form: https://docs.datasette.io/en/stable/metadata.html, and `sql_queries.html` of canned queries.
"""

import re
import sqlite3
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from registry.services.exporting import dictionary
from registry.services.questions import Question, question, questions
from registry.sitrep.values import Audience

GIVEN = "given"  # the function of SQL that reads a parameter
_TITLES: Mapping[Audience, str] = {
    "internal": "The registry, for colleagues",
    "partner": "The registry, as partners may see it",
    "public": "The registry, as the public may see it",
}
_ABOUT = "Nothing can be changed here. No number is not zero, and no report is not no attack."
_NO_LICENCE = "none stated here; do not hand on what you see without one"
_FACETS = ("country", "grade", "type", "facility_type", "attack_type", "functionality", "last_functionality")
_HIDDEN = ("about_extract", "about_area")
_PARAMETER = re.compile(r"(?<![:\w]):(\w+)")


def metadata(extract: sqlite3.Connection, audience: Audience, producer: str) -> dict[str, Any]:
    """All that Datasette is told.

    Args:
        extract: with the function `given` in it (see `prepare`).
        audience: whose extract it is; the database goes by this name.
        producer: who keeps the registry; "" if nobody said.
    """
    names = [row[0] for row in extract.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    tables = {name: _columns(extract, name) for name in names if not name.startswith("sqlite_")}
    asked = {one.name: _query(one) for one in questions(audience)}
    return {
        "title": _TITLES[audience],
        "description": _ABOUT,
        "license": _NO_LICENCE,
        "source": producer or "this registry",
        "allow": {"id": "root"},  # whoever came by the link
        "databases": {
            audience: {
                "tables": {name: _table(name, columns, audience) for name, columns in tables.items()},
                "queries": {name: query for name, query in asked.items() if _can_be_asked(extract, query["sql"])},
            },
            "_internal": {"allow": False},  # Datasette's own
        },
    }


def prepare(connection: sqlite3.Connection) -> None:
    """Give a connection the function that reads a parameter of a saved question."""
    connection.create_function(GIVEN, 3, _given, deterministic=True)


def _given(said: str | None, name: str, parameter: str) -> str | int | float:
    # Raises where it cannot be read: no answer is better than one to another question.
    values = question(name).values({parameter: said} if said else {})
    value = values[parameter]
    return value.isoformat() if isinstance(value, date) else value


def _columns(extract: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in extract.execute(f'PRAGMA table_info("{table}")')]


def _table(name: str, columns: list[str], audience: Audience) -> dict[str, Any]:
    rows, meanings = dictionary.of_table(name, columns, audience)
    return {
        "description": rows,
        "columns": {one: what.removesuffix(" (restricted)") for one, what in meanings.items() if what},
        "facets": [one for one in _FACETS if one in columns],
        "hidden": name in _HIDDEN,
        **({"label_column": "ref"} if "ref" in columns else {}),
    }


def _query(asked: Question) -> dict[str, Any]:
    told = [f"{one.name}: {one.what} ({one.kind}; {one.default} where nothing is given)." for one in asked.parameters]
    return {
        "title": asked.answers.removesuffix("."),
        "description": " ".join([asked.reading, *told]).strip(),
        "sql": _PARAMETER.sub(_reads(asked), asked.sql),
        "params": [one.name for one in asked.parameters],
        "hide_sql": True,
    }


def _reads(asked: Question) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{GIVEN}(:{match[1]}, '{asked.name}', '{match[1]}')"


def _can_be_asked(extract: sqlite3.Connection, sql: str) -> bool:
    """Whether the audience's tables have all that a question names."""
    names = dict.fromkeys(_PARAMETER.findall(sql))
    try:
        extract.execute(f"EXPLAIN {sql}", names)
    except sqlite3.OperationalError:
        return False
    return True
