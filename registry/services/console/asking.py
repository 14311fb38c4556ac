"""Where a question goes: to the registry itself for colleagues, to the audience's extract for everybody else."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from registry.config import Config
from registry.errors import UsageError
from registry.services.console import sqlite
from registry.services.console.answers import Answer, Asked
from registry.services.console.refusals import Tables

if TYPE_CHECKING:
    from registry.sitrep.values import Audience

_LONGEST = 100_000  # characters of a question


@contextmanager
def ask(config: Config, asked: Asked, audience: "Audience") -> Iterator[Answer]:
    """The answer to a question.

    Raises:
        NotFound: there is no registry, table or column of that name.
        UsageError: it is not one question, or uses what questions may not.
        RegistryError: it takes more time or memory than it may.
    """
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in asked.sql):
        raise UsageError("sql: the question holds a sign that is no text; take it out")
    if len(asked.sql) > _LONGEST:
        raise UsageError(f"sql: the question is longer than {_LONGEST} characters; put lists into fewer conditions")
    with _asked(config, asked, audience) as answer:
        yield answer


def _asked(config: Config, asked: Asked, audience: "Audience") -> AbstractContextManager[Answer]:
    file = _file(config, audience)
    if file is not None:
        return sqlite.asked_of(file, asked, audience)
    from registry.services.console import postgresql  # noqa: PLC0415 -- where there is a server

    return postgresql.asked_of(_address(config), asked, audience)


def tables(config: Config, audience: "Audience") -> Tables:
    """The tables that an audience may ask of, with their columns."""
    file = _file(config, audience)
    if file is not None:
        return sqlite.tables(file)
    from registry.services.console import postgresql  # noqa: PLC0415 -- as above

    return postgresql.tables(_address(config))


def _file(config: Config, audience: "Audience") -> Path | None:
    if audience == "internal" and config.sqlite_file is not None:
        return config.sqlite_file
    from registry import db  # noqa: PLC0415 -- SQLAlchemy takes longer to import than most questions to answer

    engine = db.connect(config.database_url)
    try:
        if audience == "internal":
            return None
        from registry.services.extracts import extract  # noqa: PLC0415 -- as above

        return extract(engine, audience)
    finally:
        engine.dispose()


def _address(config: Config) -> str:
    return config.database_url.replace("postgresql+psycopg:", "postgresql:", 1)
