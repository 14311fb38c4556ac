"""The command line: what it prints and where, its exit codes, and one line for whatever goes wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from registry.cli import failures
from registry.errors import RejectedRows
from registry.plurals import how_many
from tests import calling
from tests.calling import Call, one_line

call, here = calling.call, calling.here  # fixtures


ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["plce", "list"], "no such command 'plce'; did you mean 'place'? See `registry --help`"),
        (["place", "lst"], "no such command 'lst'; did you mean 'list'? See `registry place --help`"),
        (["add", "place"], "the noun comes first; did you mean `registry place add`? See `registry --help`"),
        (["list"], "the noun comes first; did you mean `registry place list`? See `registry --help`"),
        (["place", "add", "--nme", "x"], "no such option '--nme'; did you mean '--name'"),
        (["place", "list", "--database", "x"], "--database stands before the noun: `registry --database … place list`"),
        (["place", "list", "--format", "xml"], "invalid value for '--format'"),
        (["place", "add", "--lat", "35,62"], "'35,62' is not a decimal number; write it as 35.62"),
        (["place", "add", "--lat", "1_0"], "'1_0' is not a decimal number"),
        (["place", "add", "--lat", "nan"], "'nan' is not a decimal number"),
        (["place", "show"], "missing argument"),
        (["facility", "add", "--identifiers", "osm"], "'osm' is not a name and a value; write it as osm=way/123"),
        (["place", "edit", "Idlib"], "nothing to change; give at least one of --name"),
        (["place", "edit", "Idlib", "--version", "0", "--note", "x"], "invalid value for '--version'"),
        (["journal", "erase", "S-1", "note", "--why", "x"], "nobody can undo this; give --yes if you mean it"),
        (["place", "add", "\udcff"], "argument 3 is not UTF-8 text"),
        (["--database", "mysql://host/name", "place", "list"], "a mysql database is not supported"),
    ],
    ids=lambda value: " ".join(value).encode("ascii", "replace").decode() if isinstance(value, list) else "",
)
def test_a_wrong_call_is_one_line_that_says_what_to_do(call: Call, arguments: list[str], expected: str) -> None:
    assert expected in one_line(call(*arguments), 2)


def test_saying_nothing_shows_the_help_on_stderr(call: Call) -> None:
    for arguments in ([], ["place"]):
        said = call(*arguments)
        assert (said.code, said.out) == (2, "")
        assert "Usage:" in said.err


def test_help_and_version_are_data(call: Call) -> None:
    assert call("--version").out == "registry 0.1.0\n"
    said = call("place", "add", "-h")
    assert (said.code, said.err) == (0, "")
    assert "Example:\n    registry place add" in said.out


def test_a_missing_value_without_a_terminal_names_its_option(here: Call) -> None:
    said = here("place", "add", "--pcode", "SY07")
    assert (said.code, said.out) == (2, "")
    assert said.err == "registry: name: is missing; give --name\nregistry: level: is missing; give --level\n"


def test_a_registry_that_is_not_there_is_not_made_by_looking(call: Call, tmp_path: Path) -> None:
    assert "make one with `registry init`" in one_line(call("place", "list"), 3)
    assert list(tmp_path.iterdir()) == []


# --- Values that are not acceptable ---


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--lat", "91"], "lat: must be 90 or less, not 91"),
        (["--country", "syr"], "country: must be three capital letters, such as SYR"),
        (["--name", ""], "name: is missing; give --name"),
        (["--name", "x" * 301], "name: is longer than 300 characters"),
        (["--level", "village"], "level: 'village' is not a choice; give one of country, governorate"),
    ],
)
def test_a_value_that_is_not_acceptable_is_told_by_field(here: Call, arguments: list[str], expected: str) -> None:
    given = {"--name": "A", "--level": "area", "--country": "SYR"} | dict([arguments])
    assert expected in one_line(here("place", "add", *(word for pair in given.items() for word in pair)), 2)


def test_what_people_wrote_about_people_is_not_echoed(here: Call) -> None:
    written = "Abu Ali the witness"
    for value in (written, written * 20):
        said = here("report", "add", "--publisher", "x", "--url", value, "--title", value)
        assert said.code == 2
        assert written not in said.err
    said = here("source", "add", "--json", "-", stdin=json.dumps({"name": [written], "kind": {written: 1}}).encode())
    assert said.code == 2
    assert written not in said.err


@pytest.mark.parametrize(
    ("stdin", "expected"),
    [
        (b"", "standard input is empty; give one JSON object"),
        (b'{"name": "a", "name": "b"}', "the key 'name' is given twice; keep one"),
        (b'{"lat": NaN}', "NaN is not a number"),
        (b'{"lat": -Infinity}', "-Infinity is not a number"),
        (b'{"lat": 1' + b"0" * 5000 + b"}", "a number has 5001 digits"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"[1]", "holds a JSON list; give one object"),
        (b'"x"', "holds a JSON text; give one object"),
        (b"null", "holds a JSON null; give one object"),
        (b'{"name": "a"} {}', "is not JSON: extra data at line 1 column 15"),
        (b'{"name": "a",}', "is not JSON: illegal trailing comma"),
        (b'{"name": "\xff"}', "is not UTF-8 text (byte 11); save it as UTF-8"),
        (b" " * 10_000_001, "is larger than 10 MB"),
        (b'{"name": "a", "level": "area", "lvel": 1}', "lvel: there is no such field; did you mean 'level'?"),
        (b'{"name": 5, "level": "area"}', "name: must be text"),
        (b'{"name": "a", "level": "area", "names": "b"}', "names: must be a list"),
        (b'{"name": "a", "level": "area", "names": ["b", 5]}', "names[1]: must be text"),
    ],
)
def test_json_that_is_not_plain_is_refused_in_one_line(here: Call, stdin: bytes, expected: str) -> None:
    if expected.startswith("is not JSON: illegal"):
        expected = "is not JSON:"  # the words differ between versions of Python
    assert expected in one_line(here("place", "add", "--json", "-", stdin=stdin), 2)


@pytest.mark.parametrize("name", ["nothing-here.json", "."])
def test_a_json_file_that_cannot_be_read_is_told(here: Call, name: str) -> None:
    assert f"{name} cannot be read" in one_line(here("place", "add", "--json", name), 2)


def test_json_and_options_go_together_but_do_not_contradict(here: Call, tmp_path: Path) -> None:
    file = tmp_path / "place.json"
    file.write_bytes('\ufeff{"name": "إدلب", "level": "governorate"}'.encode())
    assert here("place", "add", "--json", str(file), "--country", "SYR").code == 0
    said = here("place", "add", "--json", str(file), "--name", "Idlib")
    assert one_line(said, 2) == "name: is given both as an option and in the JSON; give it once"


def program(*arguments: str | bytes, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    command: list[str | bytes] = [sys.executable, "-m", "registry", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | dict(env or {})
    return subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("ends_at", ["head -1", "true"])
def test_a_closed_pipe_ends_the_program_quietly(ends_at: str) -> None:
    # `true` reads nothing; `head` reads less than there is.
    script = f"{sys.executable} -m registry code list facility_type --format json | {ends_at}; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] in ("0", "141")


def test_a_full_disk_under_stdout_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "registry", "code", "list"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b"registry: the computer refuses: No space left on device\n"


@pytest.mark.parametrize(("closed", "code"), [("<&-", 2), (">&-", 0), ("2>&-", 0)])
def test_a_closed_stream_is_no_accident(closed: str, code: int) -> None:
    call = "place add --json -" if closed == "<&-" else "code list"
    script = f"{sys.executable} -m registry {call} {closed}"
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == code
    assert done.stderr == ("registry: standard input is empty; give one JSON object\n" if code else "")


def test_arguments_that_are_not_utf8_are_a_usage_error() -> None:
    done = program("place", "show", b"\xff\xfe")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"argument 3 is not UTF-8 text" in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_arabic_comes_out_as_utf8_in_every_locale(locale: str) -> None:
    done = program("code", "show", "facility_type", "hospital", env={"LC_ALL": locale, "PYTHONUTF8": "0"})
    assert done.returncode == 0
    assert "مستشفى" in done.stdout.decode()


def test_ctrl_c_stops_with_one_line_and_130(sqlite_database: str) -> None:
    command = [sys.executable, "-m", "registry", "--database", sqlite_database, "place", "add", "--json", "-"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(1.5)  # it reads standard input now
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.strip().splitlines() == [b"registry: stopped; nothing was saved"]


def test_a_traceback_appears_only_with_debug(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr("registry.codes.rows", broken)
    line = one_line(call("code", "list", "Abu Ali"), 1)
    assert line.startswith("internal error (KeyError in ")
    assert "Abu Ali" not in line
    assert "Traceback" in call("--debug", "code", "list", "Abu Ali").err


def test_one_of_a_thing_is_not_told_as_several() -> None:
    things = ((1, "entry"), (2000, "entry"), (0, "row"), (1, "attack_facility"), (2, "attack_means"))
    counted = ["1 entry", "2,000 entries", "0 rows", "1 attack facility", "2 attack means"]
    assert [how_many(number, noun) for number, noun in things] == counted


def test_exit_codes_are_those_of_the_errors() -> None:
    assert failures.explain(RejectedRows("3 rows were left out")).exit_code == 5
    assert failures.explain(KeyboardInterrupt(), saved=True).lines == ["stopped; the change is saved"]
    assert (
        failures.explain(OSError(28, "No space left on device"), saved=True).lines[0].endswith("; the change is saved")
    )
