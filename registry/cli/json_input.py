"""A JSON object from a file or from standard input, refused in one line where it is not plain."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from registry.errors import UsageError

_LARGEST = 10_000_000  # bytes: a record is a few thousand


def read_json_input(source: str) -> dict[str, Any]:
    """The JSON object in a file, or on standard input where `source` is `-`.

    Raises:
        UsageError: it cannot be read, is no object, or says something twice or in a way that JSON does not know.
    """
    where = "standard input" if source == "-" else source
    text = _text(_bytes(source, where), where)
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{where} is not JSON: {_plain(error.msg)} at line {error.lineno} column {error.colno}"
        ) from None
    except RecursionError:
        raise UsageError(f"{where} is nested too deeply; a record has two or three levels") from None
    except _NotPlainError as error:
        raise UsageError(f"{where}: {error}") from None
    if not isinstance(value, dict):
        raise UsageError(f'{where} holds a JSON {_name(value)}; give one object, such as {{"name": "…"}}')
    return value


class _NotPlainError(ValueError):
    """JSON that this program does not accept, and why."""


def _bytes(source: str, where: str) -> bytes:
    if source == "-":
        if sys.stdin.isatty():
            click.echo("Reading JSON from the keyboard; end it with Ctrl-D.", err=True)
        data = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        try:
            with Path(source).open("rb") as file:
                data = file.read(_LARGEST + 1)
        except OSError as error:
            raise UsageError(f"{source} cannot be read ({error.strerror}); check the path") from None
    if len(data) > _LARGEST:
        raise UsageError(f"{where} is larger than {_LARGEST // 1_000_000} MB; give one record at a time")
    if not data.strip():
        raise UsageError(f"{where} is empty; give one JSON object")
    return data


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{where} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8") from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _NotPlainError(f"the key {key[:40]!r} is given twice; keep one")
        found[key] = value
    return found


def _no_constant(word: str) -> float:
    raise _NotPlainError(f"{word} is not a number; leave the key out, or say why there is none")


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise _NotPlainError(f"a number has {len(digits)} digits; that is no count")
    return int(digits)


def _plain(said: str) -> str:
    return said[:1].lower() + said[1:]


def _name(value: object) -> str:
    names = {list: "list", str: "text", bool: "yes or no", type(None): "null"}
    return names.get(type(value), "number")
