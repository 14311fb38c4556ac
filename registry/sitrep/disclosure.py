"""What each audience may see, read from `disclosure.toml`: an allow-list by column, and the limits behind it.

`snapshot/disclosing` applies it. Kept as data: who answers for it can read it, and a test can try another.
"""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from registry.sitrep.values import Audience

FILE = Path(__file__).with_suffix(".toml")
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
WITHHELD = "withheld"


@dataclass(frozen=True)
class Policy:
    """The rules of one file.

    Attributes:
        few: fewer facilities than this in a governorate make its place coarser.
        status_delay_days: how old the state of a facility has to be before the public reads of it.
        public_reports: kinds of report whose words were said in public.
        persons: kinds of source that are persons.
        never_named: kinds of source that no outside audience reads of.
        marked_types, marked_uses: what marks a facility.
        columns: by view or table and column, how each audience sees it, in the order of `AUDIENCES`.
    """

    few: int
    status_delay_days: int
    public_reports: frozenset[str]
    persons: frozenset[str]
    never_named: frozenset[str]
    marked_types: frozenset[str]
    marked_uses: frozenset[str]
    columns: Mapping[str, Mapping[str, tuple[str, ...]]]

    def way(self, relation: str, column: str, audience: Audience) -> str:
        """How the audience sees a column; what nobody listed is withheld."""
        listed = self.columns.get(relation, {}).get(column)
        return listed[AUDIENCES.index(audience)] if listed else WITHHELD


@functools.cache
def policy() -> Policy:
    """The rules that the program comes with."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Policy:
    """The rules that a text in the form of `disclosure.toml` states."""
    given: dict[str, Any] = tomllib.loads(text)
    rules = given["rules"]
    return Policy(
        few=rules["few"],
        status_delay_days=rules["status_delay_days"],
        columns={
            relation: {column: tuple(ways) for column, ways in columns.items()}
            for relation, columns in given["columns"].items()
        },
        **{
            name: frozenset(rules[name])
            for name in ("public_reports", "persons", "never_named", "marked_types", "marked_uses")
        },
    )
