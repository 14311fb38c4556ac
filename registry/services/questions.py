"""Saved questions: the files of `registry/sql/queries`, one question each, the same text for both engines.

A file begins with comments. The first says what the question answers; each after it that begins with a colon declares
a parameter, its kind (`text`, `date`, `integer` or `number`), the value it has where none is given, and what it is;
others tell how to read the answer:

    -- Attacks in a governorate, by week and type.
    -- :area text = SY07 -- P-code of the governorate
    -- :first date = 2019-01-01 -- first day
    SELECT ... WHERE governorate_pcode = :area AND occurred_from_on >= :first

The SQL names its parameters so, for `sqlalchemy.text`. Every parameter has a default, so that each question can be
asked as it stands. A date is bound as a date: SQLAlchemy spells it for each engine.

The public has other tables than colleagues and partners, so its questions are in a folder of their own.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from registry import paths
from registry.errors import InvalidValue, NotFound

if TYPE_CHECKING:
    from registry.sitrep.values import Audience

Kind = Literal["text", "date", "integer", "number"]
Value = str | int | float | date

_PARAMETER = re.compile(r":(\w+) (text|date|integer|number) = (.*?) -- (.+)")


@dataclass(frozen=True)
class Parameter:
    """What a question can be asked of.

    Attributes:
        name: as the SQL spells it, without the colon.
        default: the value where none is given.
        what: what it is, for people.
    """

    name: str
    kind: Kind
    default: Value
    what: str

    def read(self, said: str) -> Value:
        """A value as a person types it, as it is bound.

        Raises:
            InvalidValue: it is not of the parameter's kind.
        """
        try:
            return _bound(self.kind, said)
        except ValueError as error:
            example = "2019-05-04" if self.kind == "date" else "10"
            raise InvalidValue(self.name, f"{said!r} is no {self.kind}", f"give it as {example}") from error


@dataclass(frozen=True)
class Question:
    """A saved question.

    Attributes:
        name: the name of its file, without `.sql`.
        answers: what it answers, one sentence.
        reading: how to read the answer, where that needs saying.
        sql: one SELECT with named parameters; its comments are left out.
    """

    name: str
    answers: str
    reading: str
    sql: str
    parameters: tuple[Parameter, ...]

    def values(self, given: dict[str, str]) -> dict[str, Value]:
        """What is bound: the values that were given, and the defaults of the others.

        Raises:
            NotFound: the question has no such parameter.
            InvalidValue: a value is not of its parameter's kind.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given.keys() - known.keys():
            raise NotFound("parameter", name, near=sorted(known))
        return {name: one.read(given[name]) if name in given else one.default for name, one in known.items()}


def questions(audience: "Audience" = "internal") -> list[Question]:
    """The saved questions that are written for an audience, by name."""
    return [_read(file) for file in _files(audience)]


def question(name: str) -> Question:
    """The saved question of this name, whoever it is written for.

    Raises:
        NotFound: there is none.
    """
    known = {file.stem: file for file in (*_files("internal"), *_files("public"))}
    if name not in known:
        raise NotFound("question", name, hint="see `registry sql --list`")
    return _read(known[name])


def _files(audience: "Audience") -> list[Path]:
    return sorted((paths.QUERIES / "public" if audience == "public" else paths.QUERIES).glob("*.sql"))


def _read(file: Path) -> Question:
    lines = file.read_text(encoding="utf-8").splitlines()
    comments = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
    sql = "\n".join(line for line in lines if not line.startswith("--")).strip()
    answers, *others = comments
    parameters = (_parameter(file, comment) for comment in others if comment.startswith(":"))
    reading = " ".join(comment for comment in others if not comment.startswith(":"))
    return Question(file.stem, answers, reading, sql, tuple(parameters))


def _parameter(file: Path, comment: str) -> Parameter:
    found = _PARAMETER.fullmatch(comment)
    if found is None:
        message = f"{file.name} declares a parameter in another form: {comment}"
        raise ValueError(message)
    name, said, default, what = found.groups()
    kind = cast("Kind", said)
    return Parameter(name, kind, _bound(kind, default), what)


def _bound(kind: Kind, said: str) -> Value:
    if kind == "integer":
        return int(said)
    if kind == "number":
        return float(said)
    return date.fromisoformat(said) if kind == "date" else said
