"""What commands share: the settings of the call, and the options that recur."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

from registry.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from registry.config import Config
    from registry.services.work import Work

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = ("table", "csv", "json")
_SILENT = 1.0  # seconds to wait for another writer before saying so


@dataclass
class Settings:
    """The call at hand.

    Attributes:
        database: from `--database`.
        named_user: from `--as`.
        saved: whether a change has been saved, for what is said when the rest goes wrong.
        typed: a command that gives again what a person has typed at prompts.
        as_of: the moment as which the registry is read; None for now.
    """

    database: str | None = None
    named_user: str | None = None
    debug: bool = False
    saved: bool = False
    typed: str = ""
    as_of: "datetime | None" = None

    @cached_property
    def config(self) -> "Config":
        """From the options, else the environment, else the defaults; of the registry as it stood, if that is asked."""
        from registry import config

        found = config.load(self.database, self.named_user)
        return (
            found if self.as_of is None else replace(found, database_url=_as_it_stood(found.database_url, self.as_of))
        )

    @cached_property
    def engine(self) -> "Engine":
        """The database's engine; nothing is opened yet."""
        from registry import db

        return db.connect(self.config.database_url)

    @property
    def user(self) -> str:
        """Who is answerable."""
        return self.config.user

    @property
    def address(self) -> str:
        """The database as it may be shown: without its password."""
        from registry import db

        path = db.sqlite_file(self.engine)
        return str(path.absolute()) if path is not None else self.engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close the connections that were opened."""
        if "engine" in vars(self):
            self.engine.dispose()


def _as_it_stood(address: str, moment: "datetime") -> str:
    from registry import db
    from registry.services import past

    engine = db.connect(address)
    try:
        with progress("entries of the journal") as tell:
            copy = past.registry(engine, moment, tell)
    finally:
        engine.dispose()
    return address if copy is None else f"sqlite:///{copy}"


pass_settings = click.make_pass_decorator(Settings)


def say(text: str) -> None:
    """Tell the person something; data alone goes to stdout."""
    click.echo(text, err=True)


def examples(*lines: str) -> str:
    """The epilog of a command: calls that work, each on a line of its own."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def as_of(command: Command) -> Command:
    """`--as-of`: the command reads the registry as it stood; `Settings.as_of` has the moment."""
    return click.option(
        "--as-of",
        expose_value=False,
        callback=_read_moment,
        metavar="TIME",
        help="As the registry stood at this time, such as 2019-05-06T12:00Z, or at the end of this day.",
    )(command)


def _read_moment(context: click.Context, _option: click.Parameter, given: str | None) -> None:
    if given is not None:
        from registry.services import past

        context.ensure_object(Settings).as_of = past.moment(given)


def for_colleagues(settings: Settings, audience: str) -> None:
    """Of the past only colleagues may ask.

    Raises:
        UsageError: `--as-of` is given, and the audience is another.
    """
    if settings.as_of is not None and audience != "internal":
        raise UsageError(
            "as-of: what was restricted since would come out again; give --audience internal, or hand out a release"
        )


def formats(command: Command) -> Command:
    """`--format`, as the argument `form`, where rows or a record come out."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="A table to read, CSV for a spreadsheet, or JSON for another program.",
    )(command)


def writes(command: Command) -> Command:
    """`--why` and `--dry-run`, for whatever changes the registry."""
    command = click.option("--dry-run", is_flag=True, help="Do everything except saving: shows whether it would work.")(
        command
    )
    return click.option("--why", metavar="TEXT", help="The reason for the change; the journal keeps it.")(command)


def needed(why: str | None) -> str:
    """The reason, where there has to be one.

    Raises:
        UsageError: none was given.
    """
    if not why or not why.strip():
        raise UsageError("why: is missing; give --why, the reason that is kept with it")
    return why.strip()


def versioned(command: Command) -> Command:
    """`--version`, for an edit that rests on what a person saw."""
    return click.option(
        "--version",
        type=click.IntRange(min=1),
        metavar="N",
        help="The version that you saw; if somebody changed the record since, nothing is done.",
    )(command)


@contextmanager
def reading(settings: Settings) -> Iterator["Connection"]:
    """A connection in one read transaction."""
    from registry import db

    with db.reading(settings.engine) as connection:
        yield connection


@contextmanager
def writing(settings: Settings, why: str | None, dry_run: bool) -> Iterator["Work"]:
    """A unit of work, saved at its end; a rehearsal is undone and says so."""
    from registry.services import work as units

    begin = units.rehearsing if dry_run else units.writing
    waits = threading.Timer(_SILENT, say, ["Waiting until another program has saved what it is writing …"])
    waits.daemon = True
    waits.start()
    try:
        with begin(settings.engine, settings.user, why or _no_reason_given()) as unit:
            waits.cancel()
            yield unit
    finally:
        waits.cancel()
    settings.saved = not dry_run


def _no_reason_given() -> str:
    return f"Entered with `{click.get_current_context().command_path}`; no reason was given."


def done(dry_run: bool, sentence: str, ref: str = "") -> None:
    """Tell that a change is done: the ref on stdout, for whatever comes next, and a sentence on stderr.

    A rehearsal prints no ref: the one that it made will never be used again.
    """
    if dry_run:
        say(f"Rehearsed, nothing was saved: {sentence}")
        return
    if ref:
        click.echo(ref)
    say(sentence)


@contextmanager
def progress(counted: str) -> Iterator[Callable[[int], None] | None]:
    """Tells on a terminal how far it is; nothing elsewhere."""
    if not is_terminal():
        yield None
        return

    def tell(number: int) -> None:
        click.echo(f"\r{number:,} {counted}", nl=False, err=True)

    try:
        yield tell
    finally:
        click.echo("\r\033[K", nl=False, err=True)


def is_terminal() -> bool:
    """Whether a person sits at both ends: the questions go to stderr, so that stdout may be piped."""
    return sys.stdin.isatty() and sys.stderr.isatty()
