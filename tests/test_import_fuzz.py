"""Whatever a file holds, a reader gives rows or refuses in one line: bytes and structures that nobody would write."""

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import fuzz_import as fuzz
from registry.services.importing import workbooks
from registry.services.importing.rows import Layout
from tests.importing import DATA, workbook

SPECIAL = st.text(st.sampled_from('",;\t|\r\n\ufeff\0 =sep٣²é\u202e\ud7ff#a1-:.'), max_size=60)
CELL = st.one_of(
    SPECIAL,
    st.text(max_size=20),
    st.sampled_from(
        ["2019-05-05", "May 2019", "1440-09-01", "SYR", "Rocket;x", "more than 3", "10-15", "clinic", "35,5"]
    ),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.sampled_from("-/ .").flatmap(lambda mark: st.lists(st.integers(0, 9999).map(str), min_size=2).map(mark.join)),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
QUICK = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(
    st.one_of(
        st.binary(max_size=300), SPECIAL.map(str.encode), st.lists(SPECIAL).map(lambda all_: "\n".join(all_).encode())
    )
)
def test_delimited_text(data: bytes) -> None:
    fuzz.tried(fuzz.csv, data)


@QUICK
@given(st.lists(CELL, min_size=13, max_size=13))
def test_cells_of_an_incident(cells: list[str]) -> None:
    fuzz.tried(fuzz.cells, "\n".join(cell.replace("\n", " ") for cell in cells).encode(errors="replace"))


@QUICK
@given(JSON, st.integers(0, 40), st.binary(max_size=4))
def test_json_whole_and_damaged(value: Any, at: int, noise: bytes) -> None:
    data = json.dumps([value, {"rows": value}]).encode()
    fuzz.tried(fuzz.json, data)
    fuzz.tried(fuzz.json, json.dumps({"features": [value]}).encode())
    fuzz.tried(fuzz.json, data[:at] + noise + data[at + 1 :])


@QUICK
@given(
    st.fixed_dictionaries({}, optional={"type": JSON, "coordinates": JSON | st.lists(st.lists(st.floats())), "x": JSON})
    | JSON
)
def test_features_of_any_geometry(geometry: Any) -> None:
    fuzz.tried(fuzz.geojson, json.dumps(geometry).encode())
    fuzz.tried(
        fuzz.json, json.dumps({"features": [{"type": "Feature", "properties": geometry, "id": geometry}]}).encode()
    )


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in items for found in _paths(inner, (*path, key)))]


GIVEN: dict[str, Any] = yaml.safe_load((DATA / "incidents.yaml").read_text(encoding="utf-8"))


@QUICK
@given(st.sampled_from(_paths(GIVEN)[1:]), JSON | st.sampled_from(["(", "[a", "(?P<a>", "*a", "SYR"]), st.booleans())
def test_a_mapping_with_one_part_replaced(path: tuple[Any, ...], part: Any, is_added: bool) -> None:
    changed = json.loads(json.dumps(GIVEN))
    at = changed
    for key in path[:-1]:
        at = at[key]
    if is_added and isinstance(at, dict):
        at["extra"] = part
    else:
        at[path[-1]] = part
    fuzz.tried(fuzz.mapping_file, yaml.safe_dump(changed, allow_unicode=True).encode())


@QUICK
@given(st.binary(max_size=200) | st.text(st.sampled_from("&*:-[]{}!<>|'\" \nabc1?#%@`"), max_size=80).map(str.encode))
def test_a_mapping_of_any_bytes(data: bytes) -> None:
    fuzz.tried(fuzz.mapping_file, data)


TYPED = st.sampled_from(["n", "s", "str", "b", "e", "d", "inlineStr", "x"])
XML = st.tuples(
    TYPED,
    st.text(max_size=12) | st.integers().map(str) | st.floats().map(str),
    st.sampled_from("ABCZ"),
    st.integers(1, 30),
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(XML, max_size=12), st.binary(max_size=8), st.integers(0, 900))
def test_workbooks_whole_and_damaged(
    tmp_path: Path, found: list[tuple[str, str, str, int]], noise: bytes, at: int
) -> None:
    cells = "".join(
        f'<row r="{row}"><c r="{column}{row}" t="{kind}"><f>1+</f><v>{escape(value)}</v></c></row>'
        for kind, value, column, row in found
    )
    path = workbook(tmp_path / "fuzz.xlsx", [], cells=cells or "<row/>")
    _opened(path)
    data = path.read_bytes()
    path.write_bytes(data[:at] + noise + data[at + len(noise) :])
    _opened(path)


def _opened(path: Path) -> None:
    def read(_: bytes) -> None:
        list(workbooks.rows(path, "fuzz", Layout(), seconds=10))

    fuzz.tried(read, b"")
