"""The command line: `registry <noun> <verb>`.

A command parses, calls one service and prints. Each noun has a file of its own, imported when it is called: this module
needs click alone, so that help and mistakes are answered at once. What goes wrong ends in `main`, as one line.
"""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

import click

from registry import __version__
from registry.cli.failures import SIGPIPE, explain
from registry.cli.options import Settings, say
from registry.errors import UsageError

# noun: (module:attribute, its line in `registry --help`). A test compares the lines with those of the commands.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("registry.cli.init:init", "Make a registry, or bring one up to date."),
    "place": ("registry.cli.place:place", "Administrative areas and populated places."),
    "source": (
        "registry.cli.source:source",
        "Who asserts: rescue services, monitors, ministries, newspapers, witnesses.",
    ),
    "actor": ("registry.cli.actor:actor", "Bodies that are alleged to have carried out attacks."),
    "situation": ("registry.cli.situation:situation", "Areas and periods, such as an offensive or a siege."),
    "report": ("registry.cli.report:report", "Articles, statements and posts, and what each of them cites."),
    "facility": ("registry.cli.facility:facility", "Schools, health facilities and Civil Defence centres."),
    "sitrep": ("registry.cli.sitrep:sitrep", "Situation reports on an area and a period."),
    "schedule": ("registry.cli.schedule:schedule", "Situation reports that are made and handed out by the clock."),
    "demo": ("registry.cli.demo:demo", "Make a small registry from one news article, and print its situation report."),
    "attack": (
        "registry.cli.attack:attack",
        "Attacks: what was hit, when and where, by what means, and every source's own number.",
    ),
    "claim": (
        "registry.cli.claim:claim",
        "Claims: what one speaker says in one report, with the number as it was said.",
    ),
    "figure": (
        "registry.cli.figure:figure",
        "Figures: our low to high, by rule or as adopted with a reason, resting on named claims.",
    ),
    "match": (
        "registry.cli.match:match",
        "Who is who: records that may be one thing, and two lists of attacks compared.",
    ),
    "import": (
        "registry.cli.imports:import_",
        "Other people's lists: looked at before they are loaded, and taken back after.",
    ),
    "export": (
        "registry.cli.export:export",
        "Tables for everyone's tools: each view and saved question, with what describes it.",
    ),
    "form": ("registry.cli.form:form", "Forms for those who report from the field."),
    "code": ("registry.cli.code:code", "Code lists: which words are used, and what they mean."),
    "journal": ("registry.cli.journal:journal", "Who changed what, when and why; and proof that nothing was altered."),
    "sql": ("registry.cli.sql:sql", "Questions of your own in SQL, which can neither change nor leak anything."),
    "browse": ("registry.cli.browse:browse", "The registry in a browser: tables, saved questions, a map."),
    "db": ("registry.cli.db:db", "The database: its version, its health."),
}
VERBS = ("add", "list", "show", "edit", "link", "withdraw")  # that somebody may put first


class Nouns(click.Group):
    """A group whose commands are named in a table and imported when called."""

    table: Mapping[str, tuple[str, str]] = COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The nouns, in the order of the table."""
        del ctx
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a noun; its module is imported now."""
        del ctx
        if cmd_name not in self.table:
            return None
        module, _, attribute = self.table[cmd_name][0].partition(":")
        return _with_whole_lines(getattr(import_module(module), attribute))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The nouns with their lines, nothing imported."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(noun, line) for noun, (_, line) in self.table.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments call for.

        Raises:
            click.NoSuchCommand: there is none, with those that were perhaps meant.
        """
        first, second = (*args, "")[:2]
        if first in VERBS and first not in self.table:
            noun = second if second in self.table else "place"
            raise click.UsageError(f"the noun comes first; did you mean `registry {noun} {first}`?", ctx)
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=self.table, ctx=ctx) from None

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """As click does it; a closed pipe ends the call quietly."""
        with _closed_pipe_is_quiet():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """As click does it; a closed pipe ends the call quietly."""
        with _closed_pipe_is_quiet():
            return super().invoke(ctx)


def _with_whole_lines(command: click.Command) -> click.Command:
    # In a list of verbs, click would cut off a sentence that does not fit on one line; what is set is wrapped.
    if isinstance(command, click.Group):
        for verb in command.commands.values():
            verb.short_help = verb.short_help or (verb.help or "").partition("\n")[0]
            _with_whole_lines(verb)
    return command


@contextmanager
def _closed_pipe_is_quiet() -> Iterator[None]:
    # `registry place list | head -1`: the reader has what it wanted. click itself would call it a failure.
    try:
        yield
    except BrokenPipeError:
        raise click.exceptions.Exit(SIGPIPE) from None


@click.group(
    cls=Nouns,
    name="registry",
    context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]},
    epilog="A new registry starts with `registry init`. `registry NOUN --help` shows what can be done with it.",
)
@click.option(
    "--database",
    metavar="FILE|URL",
    help="A SQLite file or postgresql://user@host/name; REGISTRY_DATABASE_URL otherwise, else registry.db here.",
)
@click.option(
    "--as",
    "user",
    metavar="NAME",
    help="Who is answerable for changes, for the journal; REGISTRY_USER otherwise, else the computer's user.",
)
@click.option("--debug", is_flag=True, help="Show where in the program a failure arose.")
@click.version_option(__version__, prog_name="registry", message="%(prog)s %(version)s")
@click.pass_obj
def registry(settings: Settings, database: str | None, user: str | None, debug: bool) -> None:
    """Attacks on schools, health facilities and Civil Defence centres.

    Every source's own number is kept, and every printed figure names the claims that it rests on.
    """
    settings.database, settings.named_user, settings.debug = database, user, debug


def main() -> None:
    """The program `registry`: one call, then the exit code."""
    gc.set_threshold(10_000)  # a call is short: looking for garbage after every 700 objects takes a tenth of it
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # the caller closed it (`>&-`)
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 -- for the whole call
    for stream in (sys.stdout, sys.stderr):
        if callable(reconfigure := getattr(stream, "reconfigure", None)):
            # Names are in Arabic whatever the locale says, and a path may hold bytes that are no text at all.
            reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one call; the exit code. What goes wrong is told on stderr."""
    settings = Settings()
    code = _reported(settings, lambda: _called(settings, arguments))
    return _reported(settings, _flushed) or code


def _called(settings: Settings, arguments: list[str]) -> int:
    for number, argument in enumerate(arguments, start=1):
        if any("\ud800" <= character <= "\udfff" for character in argument):
            raise UsageError(
                f"argument {number} is not UTF-8 text; check the terminal's encoding, or give it in a file"
            )
    try:
        result = registry.main(arguments, prog_name="registry", standalone_mode=False, obj=settings)
    finally:
        settings.close()
    return result if isinstance(result, int) else 0


def _flushed() -> int:
    try:
        sys.stdout.flush()
    except OSError:
        # Python flushes once more at its end, and would complain in its own words.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
    return 0


def _reported(settings: Settings, step: Callable[[], int]) -> int:
    """Run a step; the one place where an exception becomes words and an exit code."""
    try:
        return step()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 -- the last resort: a line, not a traceback
        failure = explain(error, saved=settings.saved)
        with suppress(OSError):  # nobody listens on stderr any more: the exit code remains
            if settings.debug:
                import traceback

                traceback.print_exception(error)
            for line in failure.lines:
                say(f"registry: {line}")
            if failure.help:
                say(failure.help)
            if settings.typed:
                say(f"to try again without typing all of it: {settings.typed}")
        return failure.exit_code
