"""Calls of the program inside a test, for all tests of the command line, and the records that they work on."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from registry.cli import options, run


class Said(NamedTuple):
    """What a call printed, and its exit code."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Make calls as `main` does, in a folder of the test's own and without a terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGISTRY_DATABASE_URL", raising=False)
    monkeypatch.setenv("REGISTRY_USER", "Amal")
    monkeypatch.setattr(options, "_SILENT", 60.0)  # nobody else writes here, however slow the disk

    def made(*arguments: str, stdin: bytes = b"") -> Said:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = run(list(arguments))
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return made


@pytest.fixture
def here(call: Call, sqlite_database: str) -> Call:
    """Calls on a migrated SQLite registry."""
    return lambda *arguments, stdin=b"": call("--database", sqlite_database, *arguments, stdin=stdin)


@pytest.fixture
def both(call: Call, database_url: str) -> Call:
    """Calls on a migrated registry, on each engine."""
    return lambda *arguments, stdin=b"": call("--database", database_url, *arguments, stdin=stdin)


def one_line(said: Said, code: int) -> str:
    """The one line on stderr of a failed call that printed nothing else."""
    assert (said.code, said.out, said.err.count("\n")) == (code, "", 1), said
    assert said.err.startswith("registry: ")
    assert "Traceback" not in said.err
    return said.err.removeprefix("registry: ").strip()


def furnish(call: Call) -> None:
    """What the records of this file point to."""
    for arguments in (
        ["place", "add", "--name", "Syria", "--level", "country", "--country", "SYR"],
        ["place", "add", "--name", "Idlib", "--level", "governorate", "--parent", "Syria"],
        ["source", "add", "--name", "Observatory", "--kind", "monitoring_group"],
        ["source", "add", "--name", "Other", "--kind", "monitoring_group"],
        ["actor", "add", "--name", "State", "--kind", "state"],
        ["facility", "add", "--name", "Hospital", "--type", "hospital", "--place", "Idlib"],
    ):
        assert call(*arguments).code == 0, arguments


def entries(call: Call) -> int:
    return len(json.loads(call("journal", "show", "--limit", "1000", "--format", "json").out))


# A record of each noun, as `add` takes it once `furnish` has made what it points to.
RECORDS: dict[str, list[str]] = {
    "place": [
        "--name",
        "Hama",
        "--names",
        "حماة",
        "--level",
        "governorate",
        "--country",
        "SYR",
        "--lat",
        "٣٥٫١٣",
        "--lon",
        "36.75",
    ],
    "source": ["--name", "Health Directorate", "--short", "IHD", "--kind", "ministry", "--anonymous"],
    "actor": ["--name", "Air Force", "--kind", "state_forces"],
    "situation": ["--name", "Offensive", "--places", "northern Idlib", "--when", "May 2019"],
    "report": ["--publisher", "Observatory", "--title", "Strikes", "--published", "2019-05-07"],
    "facility": ["--name", "Clinic A", "--type", "clinic", "--place", "Idlib", "--identifiers", "osm=way/1"],
}


def added(call: Call, noun: str) -> str:
    """The ref of the record of this noun, which is added."""
    said = call(noun, "add", *RECORDS[noun])
    assert said.code == 0, said
    return said.out.strip()
