"""Questions on a terminal, for `add` where something is missing: with completion, and checked before the next one.

They are asked on stderr, so that `REF=$(registry place add)` works. In a pipe nothing is asked: what is missing is then
a usage error that names the option.
"""

import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.output import create_output
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.validation import ValidationError, Validator

from registry.cli.fields import Field, Given
from registry.cli.options import Settings, reading, say
from registry.errors import RegistryError

if TYPE_CHECKING:
    from prompt_toolkit.output import Output

_YES, _NO = ("y", "yes"), ("n", "no")


def ask(fields: Sequence[Field], given: Given, settings: Settings) -> Given:
    """Ask for the fields that are required or worth asking for and were not given; what was given and answered.

    Raises:
        NotFound: there is no registry; said before anything is typed.
    """
    with reading(settings):
        say("Enter leaves a question open where it may be; Tab shows what fits; Ctrl-C stops.")
    session: PromptSession[str] = PromptSession(output=_output(), complete_style=CompleteStyle.MULTI_COLUMN)
    answers = dict(given)
    for field in fields:
        if field.name not in given and (field.required or field.asked):
            answer = _answer(session, field, settings)
            if answer is not None:
                answers[field.name] = answer
    settings.typed = _as_command(fields, answers)
    return answers


def _output() -> "Output":
    return create_output(stdout=sys.stderr)


def _answer(session: PromptSession[str], field: Field, settings: Settings) -> object:
    text = session.prompt(
        f"{_question(field)}: ",
        completer=_Words(field, settings),
        complete_while_typing=bool(field.noun or field.code_list or field.words),
        validator=_Check(field, settings),
        validate_while_typing=False,
    ).strip()
    return _value(field, text) if text else None


def _question(field: Field) -> str:
    endings = {"flag": " (y/n)", "many": " (several: part them with ;)", "pairs": " (name=value; several: part with ;)"}
    return field.help.partition(".")[0] + endings.get(field.kind, "") + ("" if field.required else " [open]")


def _value(field: Field, text: str) -> object:
    if field.kind == "flag":
        return text.casefold() in _YES
    if field.kind == "many":
        return _parts(text)
    if field.kind == "pairs":
        return dict(_pair(part) for part in _parts(text))
    return field.read(text)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("؛", ";").split(";") if part.strip()]


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


class _Words(Completer):
    """What fits what was typed: codes and words with their labels, or names of records."""

    def __init__(self, field: Field, settings: Settings) -> None:
        self.field, self.settings = field, settings

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """The completions of the text before the cursor."""
        del complete_event
        begun = document.text_before_cursor.lstrip()
        for word, label in self._fitting(begun):
            yield Completion(word, start_position=-len(begun), display_meta=label)

    def _fitting(self, begun: str) -> Iterable[tuple[str, str]]:
        if self.field.noun:
            from registry.services import completing

            with reading(self.settings) as connection:
                return completing.names_of(connection, self.field.noun, begun)
        wanted = begun.casefold()
        return [pair for pair in self.field.choices() if wanted in f"{pair[0]} {pair[1]}".casefold()]


class _Check(Validator):
    """Whether an answer can be used; told under the prompt, where it can still be changed."""

    def __init__(self, field: Field, settings: Settings) -> None:
        self.field, self.settings = field, settings

    def validate(self, document: Document) -> None:
        """Refuse an answer in the words that the command would use."""
        text = document.text.strip()
        trouble = self._trouble(text) if text else ("this one is needed" if self.field.required else "")
        if trouble:
            raise ValidationError(message=trouble, cursor_position=len(document.text))

    def _trouble(self, text: str) -> str:
        try:
            self._try(text)
        except RegistryError as error:
            return str(error)
        except click.BadParameter as error:
            return error.message
        return ""

    def _try(self, text: str) -> None:
        field = self.field
        if field.kind == "flag" and text.casefold() not in (*_YES, *_NO):
            raise RegistryError("answer y or n")
        if field.kind == "pairs" and not all(all(_pair(part)) for part in _parts(text)):
            raise RegistryError("write it as osm=way/123")
        if field.kind == "decimal":
            field.read(text)
        if field.noun:
            from registry.services import lookup

            with reading(self.settings) as connection:
                for part in _parts(text) if field.kind == "many" else [text]:
                    lookup.find(connection, field.noun, part)
        if field.code_list:
            from registry import codes

            codes.check_code(field.code_list, text)
        elif field.words is not None and text not in field.words():
            raise RegistryError("give one of " + ", ".join(field.words()))


def _as_command(fields: Sequence[Field], answers: Given) -> str:
    words = [*click.get_current_context().command_path.split()]
    for field in fields:
        if field.name in answers:
            words += _as_options(field, answers[field.name])
    return shlex.join(words)


def _as_options(field: Field, value: object) -> list[str]:
    if isinstance(value, bool):
        return [field.flag if value else field.flag.replace("--", "--no-", 1)]
    if isinstance(value, dict):
        return [word for name, item in value.items() for word in (field.flag, f"{name}={item}")]
    if isinstance(value, list):
        return [word for item in value for word in (field.flag, str(item))]
    return [field.flag, str(value)]
