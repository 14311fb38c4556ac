"""A question's limits, and what comes back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Value = str | int | float | date
MEMORY = 512 << 20


@dataclass(frozen=True)
class Limits:
    """What a question may take.

    Attributes:
        seconds: until it is stopped.
        rows: how many are given; None for all.
        memory: bytes of address space, where the system can bound them.
    """

    seconds: float = 60.0
    rows: int | None = None
    memory: int = MEMORY


@dataclass(frozen=True)
class Asked:
    """A question.

    Attributes:
        sql: one statement, with parameters such as `:area`.
        values: of the parameters.
    """

    sql: str
    values: Mapping[str, Value]
    limits: Limits


@dataclass
class Answer:
    """The rows, as they come.

    Attributes:
        columns: their names, each once.
        rows: of text, numbers, truth values and None; read them once.
        more: whether there were rows above the limit; known after the last one.
    """

    columns: Sequence[str]
    rows: Iterator[list[Any]]
    more: bool = False


def distinct(names: Sequence[str]) -> list[str]:
    """Names of columns, of which several may be alike, each made its own: `n`, `n_2`."""
    made: list[str] = []
    for name in names:
        number, unique = 1, name
        while unique in made:
            number += 1
            unique = f"{name}_{number}"
        made.append(unique)
    return made
