"""The prompt of `registry sql` on a terminal: one question after another, with history and completion."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from registry.cli.failures import explain
from registry.cli.options import Settings, say
from registry.cli.sql import show
from registry.config import history_file
from registry.errors import RegistryError

if TYPE_CHECKING:
    from registry.services.console.answers import Limits
    from registry.services.console.refusals import Tables
    from registry.sitrep.values import Audience

_HELP = (
    "End a question with ; and Enter. Tab completes, \\d lists what may be asked, \\d NAME a table's columns, "
    "\\q or Ctrl-D leaves."
)
_WORDS = """
    SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT JOIN LEFT ON AND OR NOT IN LIKE BETWEEN IS NULL AS WITH DISTINCT COUNT
    SUM MIN MAX AVG COALESCE CASE WHEN THEN ELSE END DESC UNION ALL EXISTS
"""


def converse(settings: Settings, limits: "Limits", audience: "Audience", form: str) -> None:
    """Ask for questions until the person leaves; one that fails is told, and the next one asked for.

    Raises:
        NotFound: there is no registry.
    """
    from registry.services.console.asking import tables

    known = tables(settings.config, audience)
    session: PromptSession[str] = PromptSession(history=_history(), completer=_Names(known))
    say(_HELP)
    while (question := _question(session)) is not None:
        if question.startswith("\\"):
            say(_told(question, known))
        elif question:
            _answer(settings, question, limits, audience, form)


def _question(session: "PromptSession[str]") -> str | None:
    """What is asked next, of one line or several; "" where it was given up, None where the person leaves."""
    lines: list[str] = []
    try:
        while not lines or not lines[-1].rstrip().endswith(";"):
            lines.append(session.prompt("   ...> " if lines else "registry> "))
            first = lines[0].strip()
            if len(lines) == 1 and (not first or first.startswith("\\")):
                return None if first == "\\q" else first
    except KeyboardInterrupt:
        return ""
    except EOFError:
        return None
    return "\n".join(lines)


def _told(command: str, known: "Tables") -> str:
    """The answer to what begins with a backslash; the help, where that is no command."""
    verb, _, wanted = command.partition(" ")
    named = wanted.strip(" ;").lower()
    if verb != "\\d":
        return _HELP
    found = {name: of for name, of in known.items() if not named or name == named}
    return "\n".join(f"{name}: {', '.join(of)}" for name, of in found.items()) or f"no table {named!r}; \\d lists them"


def _answer(settings: Settings, question: str, limits: "Limits", audience: "Audience", form: str) -> None:
    from registry.services.console.answers import Asked

    try:
        show(settings, Asked(question, {}, limits), audience, form, Path("-"))
    except (RegistryError, KeyboardInterrupt) as error:
        for line in explain(error).lines:
            say(line)


def _history() -> History:
    """What was typed before, in a file that its owner alone may read; of this sitting alone where there is no room."""
    file = history_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        file.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(file))


class _Names(Completer):
    """Tables, the columns of those that the question names, and the words of SQL."""

    def __init__(self, known: "Tables") -> None:
        self.known = known

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """The completions of the word before the cursor."""
        del complete_event
        begun = re.search(r"\w*$", document.text_before_cursor)
        word = begun[0].lower() if begun else ""
        if word:
            for name in self._fitting(document.text, word):
                yield Completion(name, start_position=-len(word))

    def _fitting(self, text: str, word: str) -> list[str]:
        named = set(re.findall(r"\w+", text.lower()))
        columns = [name for table, of in self.known.items() if table in named for name in of]
        names = dict.fromkeys([*columns, *self.known, *_WORDS.split()])
        return [name for name in names if name.lower().startswith(word)]
