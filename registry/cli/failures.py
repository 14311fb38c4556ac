"""What is said of a failure, and with which exit code: one line for each thing that is wrong.

A line never holds what a person wrote about people (names, notes, free text): it travels further than the registry, in
logs and on screenshots. Refs, codes, dates and numbers may be shown.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from registry.errors import RegistryError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended
SIGPIPE = 141  # the same of one whose reader went away: the output is not whole, and a script may ask

_LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Failure:
    """What to tell.

    Attributes:
        lines: each one thing that is wrong, and what to do next.
        help: a help text that was asked for by saying nothing.
    """

    exit_code: int
    lines: Sequence[str] = ()
    help: str = ""


def explain(error: BaseException, *, saved: bool = False) -> Failure:
    """What is said of an exception.

    Args:
        error: any exception that ended the call.
        saved: whether a change was saved before; what is said must be true then, too.
    """
    if isinstance(error, click.Abort | KeyboardInterrupt | EOFError):
        return Failure(INTERRUPTED, ["stopped; the change is saved" if saved else "stopped; nothing was saved"])
    if isinstance(error, OSError):
        return _system_failure(error, saved)
    if isinstance(error, click.ClickException):
        return _usage_failure(error)
    if isinstance(error, RegistryError):
        return Failure(error.exit_code, [str(error)])
    if (invalid := _validation_error(error)) is not None:
        return Failure(2, list(_invalid_lines(invalid)))
    return Failure(1, [_internal_line(error)])


def _usage_failure(error: click.ClickException) -> Failure:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return Failure(error.exit_code, help=error.message)
    return Failure(error.exit_code, [_usage_line(error)])


def _usage_line(error: click.ClickException) -> str:
    text = " ".join(error.format_message().split())
    if isinstance(error, click.NoSuchOption | click.NoSuchCommand):
        text = " ".join(error.message.split()).rstrip(".") + did_you_mean(error.possibilities or ())
    text = text.rstrip(".")
    text = text[:1].lower() + text[1:]
    context = getattr(error, "ctx", None)
    if context is None:
        return text
    if isinstance(error, click.NoSuchOption) and _is_root_option(context, error.option_name):
        return f"{error.option_name} stands before the noun: `registry {error.option_name} …{_after_root(context)}`"
    return f"{text}{' See' if text.endswith('?') else '; see'} `{context.command_path} --help`"


def _is_root_option(context: click.Context, option: str) -> bool:
    root = context.find_root()
    return context is not root and any(option in parameter.opts for parameter in root.command.params)


def _after_root(context: click.Context) -> str:
    return context.command_path.removeprefix(context.find_root().command_path)


def did_you_mean(near: Sequence[str]) -> str:
    """The end of a line that offers what may have been meant; nothing where there is nothing near."""
    return "; did you mean " + " or ".join(repr(name) for name in near[:3]) + "?" if near else ""


def _system_failure(error: OSError, saved: bool) -> Failure:
    if isinstance(error, BrokenPipeError):
        return Failure(SIGPIPE)
    said = error.strerror or type(error).__name__
    line = f"{error.filename}: {said}" if error.filename else f"the computer refuses: {said}"
    return Failure(1, [line + ("; the change is saved" if saved else "")])


def _validation_error(error: BaseException) -> "ValidationError | None":
    # pydantic is slow to import: where it is not loaded, the error is not one of its own.
    pydantic = sys.modules.get("pydantic")
    return error if pydantic is not None and isinstance(error, pydantic.ValidationError) else None


# What pydantic calls the commonest mistakes, in a data officer's words. The rest is said in its own.
_WHY = {
    "missing": "is missing",
    "string_type": "must be text",
    "list_type": "must be a list",
    "dict_type": "must be a set of name and value",
    "bool_type": "must be yes or no",
    "bool_parsing": "must be yes or no",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "date_parsing": "must be a date such as 2019-05-07",
    "date_from_datetime_parsing": "must be a date such as 2019-05-07",
    "too_short": "needs at least {min_length}",
    "string_too_long": "is longer than {max_length} characters",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than_equal": "must be {le:g} or less",
}
_SHAPES = {
    "^[A-Z]{3}$": "must be three capital letters, such as SYR",
    "^[A-F]$": "must be a letter from A to F",
    "^https?://": "must be an address that starts with https:// or http://",
}
# Only the values of these are codes, dates or numbers.
_SHOWN = ("int_", "float_", "date_", "bool_", "greater_", "less_", "finite_")


def _invalid_lines(error: "ValidationError") -> Iterator[str]:
    for detail in error.errors(include_url=False):
        yield f"{_where(detail['loc'])}: {_why(detail)}{_hint(error, detail)}"


def _where(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".") or "the input"


def _why(detail: "ErrorDetails") -> str:
    kind, given = detail["type"], detail["input"]
    limits = detail.get("ctx", {})
    if kind == "extra_forbidden":
        return "there is no such field"
    if kind == "string_too_short":
        return "is empty" if not given else f"is shorter than {limits['min_length']} characters"
    if kind == "string_pattern_mismatch":
        return _SHAPES.get(limits["pattern"], f"must have the form {limits['pattern']}")
    if kind == "string_type" and given is None:
        return "cannot be empty"
    if kind in _WHY:
        return _WHY[kind].format(**limits) + _shown(kind, given)
    return detail["msg"].removeprefix("Value error, ").replace("Input should be", "must be")


def _shown(kind: str, given: object) -> str:
    is_value = isinstance(given, int | float | date | str) and len(str(given)) <= _LONGEST_SHOWN
    return f", not {given}" if is_value and kind.startswith(_SHOWN) else ""


def _hint(error: "ValidationError", detail: "ErrorDetails") -> str:
    name = detail["loc"][-1] if detail["loc"] else ""
    if detail["type"] == "missing" and len(detail["loc"]) == 1:
        return f"; give --{str(name).replace('_', '-')}"
    if detail["type"] == "extra_forbidden":
        return did_you_mean(_near_fields(error, str(name)))
    return ""


def _near_fields(error: "ValidationError", name: str) -> list[str]:
    from difflib import get_close_matches

    from registry.models.base import Input

    # pydantic tells of the input class only its name.
    known = next((model for model in Input.__subclasses__() if model.__name__ == error.title), None)
    return get_close_matches(name, known.model_fields) if known is not None else []


def _internal_line(error: BaseException) -> str:
    # The exception's own text may quote a row; where it arose says enough to find it.
    return (
        f"internal error ({type(error).__name__}{_origin(error)}); "
        "please report it, with what `registry --debug …` prints"
    )


def _origin(error: BaseException) -> str:
    package = str(Path(__file__).parent.parent)
    found = ""
    trace = error.__traceback__
    while trace is not None:
        frame: FrameType = trace.tb_frame
        if frame.f_code.co_filename.startswith(package):
            found = f" in {Path(frame.f_code.co_filename).name} line {trace.tb_lineno}"
        trace = trace.tb_next
    return found
