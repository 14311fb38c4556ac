"""The snapshot as the JSON file that is attached to the PDF, and back."""

import functools
import json
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.errors import RegistryError
from registry.sitrep.values.issue import Sitrep

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def as_json(sitrep: Sitrep) -> bytes:
    """The snapshot as canonical JSON: sorted keys, UTF-8, no spaces, one newline at the end."""
    text = json.dumps(
        sitrep, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False,
        check_circular=False,
    )  # fmt: skip
    return text.encode() + b"\n"


def _plain(value: Any) -> object:
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    return {name: getattr(value, name) for name in names_of(value.__class__)}


@functools.cache
def names_of(kind: Any) -> tuple[str, ...]:
    """The names of a value's fields, by its type."""
    return tuple(field.name for field in fields(kind))


def from_json(data: bytes) -> Sitrep:
    """The values that `as_json` wrote.

    Raises:
        RegistryError: the file is not a snapshot, or was changed by hand or by another version.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - heavy, and only what comes from outside is checked

    try:
        sitrep = _adapter().validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the file"
        raise RegistryError(f"snapshot: {where}: {first['msg']}; give the JSON attached to a sitrep") from error
    if as_json(sitrep) != data:
        raise RegistryError("snapshot: not as this version writes it; build it anew, or use the version it names")
    return sitrep


@functools.cache
def _adapter() -> "TypeAdapter[Sitrep]":
    from pydantic import TypeAdapter  # noqa: PLC0415 - as above

    return TypeAdapter(Sitrep)
