"""The mapping file: how the columns of somebody's list become ours. `given.py` has what can stand in it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from registry import paths
from registry.errors import NotFound, UsageError
from registry.services.importing.checking import misspelt
from registry.services.importing.given import Mapping

FOLDER = paths.PACKAGE / "mappings"
_LARGEST = 1 << 20
_MOST_TOLD = 5  # mistakes of a mapping, in its one line


@dataclass(frozen=True)
class Loaded:
    """A mapping with the file it came from."""

    mapping: Mapping
    path: Path
    sha256: str


class _Loader(yaml.SafeLoader):
    """YAML in which a key that stands twice is a mistake, not a way to lose the first.

    `No` and `yes` are words, as in YAML 1.2: lists have columns and codes of these names.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 -- as PyYAML declares it
        first: [(tag, found) for tag, found in resolvers if first in "tTfF" or tag != "tag:yaml.org,2002:bool"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _unique(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique)


def shipped() -> dict[str, Path]:
    """The mappings that come with the program, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}


def load(wanted: str) -> Loaded:
    """A mapping by the name of a shipped one, or by the path of a file.

    Raises:
        NotFound: it is neither.
        UsageError: the file is no mapping; says where, what is wrong and what to do.
    """
    known = shipped()
    path = known.get(wanted) or Path(wanted)
    if not path.is_file():
        near = [name for name in known if wanted.casefold() in name or name in wanted.casefold()]
        raise NotFound("mapping", wanted, near, hint="see `registry import map list`, or give the path of a file")
    data = path.read_bytes()[: _LARGEST + 1]
    return Loaded(read(path.name, data), path, hashlib.sha256(data).hexdigest())


def read(name: str, data: bytes) -> Mapping:
    """A mapping from the text of its file.

    Raises:
        UsageError: it is none; says where, what is wrong and what to do.
    """
    return _validated(name, _parsed(name, data))


def _parsed(name: str, data: bytes) -> Any:
    if len(data) > _LARGEST:
        raise UsageError(f"{name}: it is too large for a mapping; see whether it is the right file")
    try:
        if b"&" in data and b"*" in data and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(data)):
            raise UsageError(f"{name}: it uses YAML's * aliases; write the part out")
        return yaml.load(data, Loader=_Loader)  # noqa: S506 -- a SafeLoader
    except (yaml.YAMLError, UnicodeError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "it is not YAML text in UTF-8"
        raise UsageError(f"{name}{where}: {problem}; compare with `registry import map show gazetteer`") from error


def _validated(name: str, given: Any) -> Mapping:
    if not isinstance(given, dict):
        raise UsageError(f"{name}: it is no mapping; compare with `registry import map show gazetteer`")
    try:
        mapping = Mapping.model_validate(given)
    except ValidationError as error:
        raise UsageError(_told(name, error)) from error
    if troubles := [f"{where}: {trouble}" for where, trouble in misspelt(mapping)]:
        more = f"; and {len(troubles) - _MOST_TOLD} more" if len(troubles) > _MOST_TOLD else ""
        raise UsageError(f"{name}: {'; '.join(troubles[:_MOST_TOLD])}{more}")
    return mapping


def _told(name: str, error: ValidationError) -> str:
    # A misspelt key is why another is missing.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    where = ".".join(str(part) for part in first["loc"] if part != "function-before") or "the file"
    words = {"missing": "is missing", "extra_forbidden": "is no key of a mapping; check its spelling"}
    what = words.get(first["type"]) or first["msg"].removeprefix("Value error, ")
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{name}: {where}: {what}{more}; see docs/importing.md"
