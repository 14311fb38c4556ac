"""JSON: a list of objects, one object a line, GeoJSON features, form submissions. Read piece by piece, never whole."""

import codecs
import json
import re
from collections.abc import Generator, Iterator, Sequence
from typing import IO, Any

from registry.services.importing import cells
from registry.services.importing.rows import Layout, Problem, SourceRow, UnreadableFileError

_LISTS = ("features", "results", "value", "data", "submissions", "rows")  # where the rows stand in known formats
_CHUNK = 1 << 16
_LARGEST = 32 << 20  # one row
_DEGREES = ("CRS84", "4326")  # longitude first, whatever the order in the definition of EPSG:4326
_SPACE = re.compile(r"[\s,]*")
_DEEPEST = 12
Found = Iterator[SourceRow | Problem]


class _NotJsonError(ValueError):
    """What the JSON standard, or common sense, does not allow."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotJsonError("a key stands twice in one object")
    return found


def _no_constant(word: str) -> None:
    raise _NotJsonError(f"{word} is not a number of JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def rows(stream: IO[bytes], name: str, layout: Layout) -> Found:
    """The rows of a JSON document, each object flattened: `group/question` for what lies inside another.

    The items of a list are numbered: `repeat/1/question`, whether the question's own key has the repeat before it
    (KoboToolbox) or not (ODK Central).

    Raises:
        UnreadableFileError: it is not JSON, or holds no list of objects.
    """
    document = _Document(stream, name)
    for number, item in enumerate(document.items(layout.rows_at), start=1):
        if not isinstance(item, dict):
            yield Problem("", number, "", "the row is not an object", "give a list of objects")
            continue
        yield SourceRow("", number, dict(_flat(_feature(item))))


class _Document:
    """A document of which a window is in memory."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name = stream, name
        self._text, self._at, self._ended = "", 0, False
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("strict").decode

    def items(self, rows_at: str | None) -> Iterator[Any]:
        """The objects of the list; of one that is wrapped in an object; or one after the other."""
        first = self._peek()
        if first == "[":
            self._at += 1
            yield from self._list()
            self._end()
        elif first == "{":
            yield from self._wrapped(rows_at)
        else:
            self._refuse("it is not JSON")

    def _wrapped(self, rows_at: str | None) -> Iterator[Any]:
        # Either one object that holds the list under a key, or an object a line (NDJSON).
        kept: dict[str, Any] = {}
        is_found = yield from self._within(tuple(rows_at.split("/")) if rows_at else (), kept)
        self._check_projection(kept.get("crs"))
        if is_found:
            self._end()
            return
        if rows_at:
            self._refuse(f"it has no list under {rows_at!r}")
        yield kept
        while self._peek():
            yield self._value()

    def _within(self, path: Sequence[str], kept: dict[str, Any]) -> Generator[Any, None, bool]:
        """The objects of the list in an object, whose keys lead to it; whether there is one. The rest is kept."""
        wanted = path[:1] or _LISTS
        is_found = False
        self._at += 1
        while self._peek() == '"':
            key = self._value()
            self._expect(":")
            if key not in wanted or is_found:
                kept[key] = self._value()
            elif self._peek() == "[" and len(path) < 2:
                self._at += 1
                is_found = True
                yield from self._list()
            elif self._peek() == "{" and len(path) > 1:
                is_found = yield from self._within(path[1:], {})
            else:
                kept[key] = self._value()
        self._expect("}")
        return is_found

    def _list(self) -> Iterator[Any]:
        while (following := self._peek()) != "]":
            if not following:
                self._refuse("it ends in the middle")
            yield self._value()
        self._at += 1

    def _end(self) -> None:
        if self._peek():
            self._refuse("something stands after the list")

    def _check_projection(self, given: Any) -> None:
        """Older GeoJSON may name one; what is not in degrees would be taken for degrees."""
        if given is not None and not any(name in json.dumps(given) for name in _DEGREES):
            todo = "save it in WGS 84 (EPSG:4326)"
            raise UnreadableFileError(self._name, "its coordinates are not WGS 84 degrees", todo)

    def _peek(self) -> str:
        """The next character that is neither space nor comma; empty at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches nothing too
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            self._refuse(f"{character!r} is missing")
        self._at += 1

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except _NotJsonError as error:
                self._refuse(str(error))
            except RecursionError:
                self._refuse("it is nested too deeply")
            except ValueError as error:
                if isinstance(error, json.JSONDecodeError) and self._more():
                    continue
                self._refuse("it is not JSON" if isinstance(error, json.JSONDecodeError) else "a number is too long")
            else:
                if end < len(self._text) or not self._more():  # a number may go on in the next piece
                    self._at = end
                    return value

    def _more(self) -> bool:
        if self._ended:
            return False
        if len(self._text) - self._at > _LARGEST:
            self._refuse("one row is larger than 32 MB")
        size = max(_CHUNK, len(self._text) - self._at)  # doubled, so that a large row is not parsed over and over
        try:
            data = self._stream.read(size)
            text = self._decode(data, final=not data)
        except UnicodeError as error:
            raise UnreadableFileError(self._name, "it is not UTF-8 text", "save it again in UTF-8") from error
        self._text, self._at, self._ended = self._text[self._at :] + text, 0, not data
        return True

    def _refuse(self, why: str) -> Any:
        raise UnreadableFileError(self._name, why, "give JSON: a list of objects, an object a line, or GeoJSON")


def _feature(item: dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON feature as a flat object: its properties, and its point as `@lon` and `@lat`."""
    if item.get("type") != "Feature":
        return item
    flat = _object(item.get("properties"))
    if "id" in item:
        flat.setdefault("@id", item["id"])
    geometry = _object(item.get("geometry"))
    flat["@geometry"] = geometry.get("type") or ""
    corners = list(_corners(geometry.get("coordinates"), 0))
    if corners:
        # Of an outline the middle of its box: good enough to stand for a building.
        flat["@lon"], flat["@lat"] = _middle(corners)
    return flat


def _object(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


def _middle(corners: list[tuple[float, float]]) -> tuple[float, float]:
    west_to_east, south_to_north = zip(*corners, strict=True)
    if max(west_to_east) - min(west_to_east) > 180:  # it lies across the 180th meridian
        west_to_east = tuple(lon % 360 for lon in west_to_east)
    lon = (min(west_to_east) + max(west_to_east)) / 2
    return lon - 360 if lon > 180 else lon, (min(south_to_north) + max(south_to_north)) / 2


def _corners(value: Any, depth: int) -> Iterator[tuple[float, float]]:
    if not isinstance(value, list) or depth > 4:
        return
    if len(value) >= 2 and all(_is_degree(part) for part in value[:2]):
        yield float(value[0]), float(value[1])
        return
    for part in value:
        yield from _corners(part, depth + 1)


def _is_degree(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 360


def _flat(value: Any, path: str = "", repeat: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            own = cells.tidied(key)
            name = own.removeprefix(f"{repeat}/") if repeat else own
            within = own if own != name else f"{repeat}/{own}" if repeat else own
            yield from _flat(inner, f"{path}/{name}" if path else name, within, depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST and any(isinstance(item, dict | list) for item in value):
        for place, item in enumerate(value, start=1):
            yield from _flat(item, f"{path}/{place}", repeat, depth + 1)
    elif isinstance(value, list):
        yield path, "; ".join(cells.spelt(item) for item in value)
    else:
        yield path, cells.spelt(value)
