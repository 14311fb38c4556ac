"""The fields of a record as options of a command, as keys of JSON, and as questions on a terminal.

A noun's module describes them once (`Field`). `add` and `edit` take them as options or as JSON, and on a terminal `add`
asks for those that are missing.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from registry.cli.options import Command, Settings, is_terminal
from registry.errors import InvalidValue, UsageError

if TYPE_CHECKING:
    from registry.models.base import Input

Model = TypeVar("Model", bound="Input")
Given = dict[str, Any]  # what a person gave of a record: names of fields, and their values


class _Decimal(click.ParamType[str]):
    """A decimal number, with Arabic digits too; what Python would also take (`1_000`, `nan`, `1e5`) is a slip."""

    name = "number"
    _DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫−", "01234567890123456789.-")

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The number in ASCII digits."""
        text = str(value).strip().translate(self._DIGITS)
        whole, _, rest = text.removeprefix("-").removeprefix("+").partition(".")
        if text and not (whole.isascii() and whole.isdigit() and (rest or "0").isascii() and (rest or "0").isdigit()):
            self.fail(f"{value!r} is not a decimal number; write it as 35.62", param, ctx)
        return text


class Pair(click.ParamType[tuple[str, str]]):
    """A name and a value, such as `osm=way/123`."""

    name = "name=value"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """The name and the value."""
        name, equals, rest = str(value).partition("=")
        if not (name.strip() and equals and rest.strip()):
            self.fail(f"{value!r} is not a name and a value; write it as osm=way/123", param, ctx)
        return name.strip(), rest.strip()


@dataclass(frozen=True)
class Field:
    """One field of a record: an option of `add` and `edit`, a key in JSON, and a question on a terminal.

    Attributes:
        name: as in the record's input class; the option is `--name`, with dashes.
        help: what to give.
        kind: `text`, `flag` (yes or no), `decimal`, `many` (may be repeated) or `pairs` (name=value, repeated).
        required: `add` needs it.
        asked: a terminal asks for it although it may be left out.
        code_list: the list that its codes are from.
        words: the words to choose from, where that is no code list.
        noun: the kind of record that it names, by ref or name.
        edited: `edit` takes it too.
    """

    name: str
    help: str
    kind: str = "text"
    required: bool = False
    asked: bool = False
    code_list: str = ""
    words: Callable[[], Sequence[str]] | None = None
    noun: str = ""
    edited: bool = True

    @property
    def flag(self) -> str:
        """The option as it is typed."""
        return "--" + self.name.replace("_", "-")

    def choices(self) -> list[tuple[str, str]]:
        """What may be given, with its label; empty where anything may."""
        if self.code_list:
            from registry import codes

            return list(codes.labels(self.code_list, "en").items())
        return [(word, "") for word in self.words()] if self.words is not None else []

    def read(self, text: str) -> str:
        """What was typed, in the form that the record takes.

        Raises:
            click.BadParameter: it has not the form of such a value.
        """
        return _Decimal().convert(text, None, None) if self.kind == "decimal" else text

    def option(self) -> Callable[[Command], Command]:
        """The decorator that gives a command this option."""
        text = self.help + (f" See `registry code list {self.code_list}`." if self.code_list else "")
        text += "  [required]" if self.required else ""
        if self.kind == "flag":
            declaration = f"{self.flag}/--no-{self.name.replace('_', '-')}"
            return click.option(declaration, self.name, default=None, help=text)
        return click.option(
            self.flag,
            self.name,
            type={"decimal": _Decimal(), "pairs": Pair()}.get(self.kind, click.STRING),
            multiple=self.kind in ("many", "pairs"),
            metavar=self._metavar(),
            help=text,
            shell_complete=self._complete,
        )

    def _metavar(self) -> str:
        by_kind = {"decimal": "NUMBER", "pairs": "NAME=VALUE"}
        return "CODE" if self.code_list else by_kind.get(self.kind, "TEXT")

    def _complete(self, context: click.Context, parameter: click.Parameter, begun: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        del context, parameter
        return [CompletionItem(word, help=label) for word, label in self.choices() if word.startswith(begun)]


def edited(fields: Sequence[Field]) -> list[Field]:
    """The fields as `edit` takes them: none is required, and some are fixed once a record is made."""
    return [replace(field, required=False) for field in fields if field.edited]


def takes(fields: Sequence[Field]) -> Callable[[Command], Command]:
    """The options of a record's fields, and `--json`; the command gets what was given as `given`."""

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def collected(*args: object, json_from: str | None, **rest: object) -> object:
            flags = {field.name: value for field in fields if (value := _flag_value(field, rest)) is not None}
            return command(*args, given=_joined(flags, json_from), **rest)

        wrapped: Any = collected
        wrapped = click.option(
            "--json", "json_from", metavar="FILE", help="Read the fields as a JSON object from a file; - is stdin."
        )(wrapped)
        for field in reversed(fields):
            wrapped = field.option()(wrapped)
        return wrapped  # type: ignore[no-any-return]  # click's decorators keep the function's type

    return decorate


def _flag_value(field: Field, arguments: dict[str, Any]) -> object:
    value = arguments.pop(field.name)
    if field.kind == "pairs":
        return dict(value) or None
    if field.kind == "many":
        return list(value) or None
    return value


def _joined(flags: Given, json_from: str | None) -> Given:
    if json_from is None:
        return flags
    from registry.cli.json_input import read_json_input

    given = read_json_input(json_from)
    for name in flags:
        if name in given:
            raise InvalidValue(name, "is given both as an option and in the JSON", "give it once")
    return given | flags


def filled(create: type[Model], fields: Sequence[Field], given: Given, settings: Settings) -> Model:
    """The record as `add` needs it: what was given, what a person answers on a terminal, and checked.

    Raises:
        ValidationError: a field is missing or not acceptable.
    """
    given = {name: value for name, value in given.items() if value != ""}
    if is_terminal() and any(field.required and field.name not in given for field in fields):
        from registry.cli import asking

        given = asking.ask(fields, given, settings)
    return create.model_validate(given)


def changed(create: "type[Input]", fields: Sequence[Field], given: Given) -> Given:
    """The changes as `edit` needs them: only what was given, checked; an empty value clears a field.

    Raises:
        UsageError: nothing was given.
        ValidationError: a field is not acceptable.
    """
    if not given:
        raise UsageError("nothing to change; give at least one of " + ", ".join(field.flag for field in fields))
    cleared = {name: None if value == "" else value for name, value in given.items()}
    for field in fields:
        if field.required and field.name in cleared and cleared[field.name] is None:
            raise InvalidValue(field.name, "cannot be emptied", f"give another {field.noun or 'value'}")
    return _optional(create, fields).model_validate(cleared).model_dump(exclude_unset=True)


def _optional(create: "type[Input]", wanted: Sequence[Field]) -> "type[Input]":
    from typing import Annotated

    from pydantic import create_model

    from registry.models.base import Input

    fields: dict[str, Any] = {}
    for field in wanted:
        info = create.model_fields[field.name]
        kind: Any = info.annotation
        for limit in info.metadata:
            kind = Annotated[kind, limit]
        fields[field.name] = (kind, None)
    return create_model(create.__name__, __base__=Input, **fields)
