"""`--as-of`: what the registry knew then, held against what it printed then, with a moved clock on both engines."""

import csv
import json
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from registry import db
from registry.errors import InvalidValue
from registry.models.facilities import FacilityPosition
from registry.services import extracts, past, schema, work
from registry.services.work import writing
from tests import calling, factories
from tests.calling import Call, Said, furnish, one_line
from tests.importing import DATA

call, both = calling.call, calling.both  # fixtures

START = datetime(2031, 5, 6, 12, tzinfo=UTC)
OUTSIDE = ("partner", "public")
TIMES = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)\.?\d*(?:\+00:00)?")  # which each engine spells its way
VIEWS = sorted(schema.view_names())


class _Same(type):
    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, datetime)


class Clock(datetime, metaclass=_Same):
    """The clock of whoever writes."""

    at = START

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # what it gives is no Clock
        assert tz is UTC
        return cls.at


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[Clock]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(work, "datetime", Clock)
    monkeypatch.setattr(Clock, "at", START)
    return Clock


def did(said: Said) -> str:
    assert said.code == 0, said
    return said.out.strip()


def history(both: Call) -> Iterator[str]:
    """Attacks merged and split, a claim corrected, one withdrawn, an attack retracted, a list loaded and taken back."""
    furnish(both)
    did(both("place", "edit", "Idlib", "--pcode", "SY07", "--why", "Its code"))
    report = did(both("report", "add", "--publisher", "Observatory", "--title", "Strikes", "--published", "2019-05-07"))
    where = ["--report", report, "--place", "Idlib", "--hit", "Hospital"]
    one, other = (did(both("attack", "add", "--when", day, *where)) for day in ("2019-05-04", "2019-05-05"))
    about = ["--attack", one, "--report", report]
    claim = did(both("claim", "add", "killed 3 / Observatory", *about))
    yield "entered"
    did(both("attack", "merge", one, other, "--why", "One crater"))
    yield "merged"
    did(both("attack", "split", one, other, "--why", "Two craters after all"))
    yield "split"
    second = did(both("claim", "add", "killed 12 / Observatory", *about, "--corrects", claim))
    yield "corrected"
    did(both("claim", "edit", second, "--number", "13", "--why", "Typed 12 for 13"))
    did(both("claim", "withdraw", claim, "--our-error", "--why", "Of another attack"))
    yield "mended"
    did(both("attack", "withdraw", other, "--why", "A drill"))
    yield "retracted"
    first = (DATA / "incidents.csv").read_text(encoding="utf-8").splitlines()[:3]  # headings, tags, one row
    Path("incidents.csv").write_text("\n".join(first), encoding="utf-8")
    batch = did(both("import", "load", "incidents.csv", "--map", str(DATA / "incidents.yaml")))
    yield "loaded"
    did(both("import", "undo", batch, "--why", "A list of tests"))
    yield "undone"
    hospital = did(both("facility", "add", "--name", "Hospital of Idlib", "--type", "hospital", "--place", "Idlib"))
    did(both("facility", "merge", refs(both, "facility")[0], hospital, "--why", "One building"))
    yield "one building"


def refs(both: Call, noun: str) -> list[str]:
    return refs_of(both, noun)[noun]


def refs_of(both: Call, *nouns: str) -> dict[str, list[str]]:
    each = " UNION ALL ".join(f"SELECT '{noun}' AS noun, id, ref FROM {noun}" for noun in nouns)
    rows = json.loads(both("sql", f"SELECT noun, ref FROM ({each}) AS named ORDER BY id", "--format", "json").out)
    return {noun: [str(row["ref"]) for row in rows if row["noun"] == noun] for noun in nouns}


def told(both: Call, shown: dict[str, list[str]], *as_of: str) -> dict[str, Any]:
    """What a person reads of the whole registry by `sql`, `show`, `journal show` and `export`."""
    found: dict[str, Any] = {}
    for view in VIEWS:
        said = both("sql", f"SELECT * FROM {view}", "--format", "json", *as_of)
        found[f"sql {view}"] = sorted(json.dumps(alike(row), sort_keys=True) for row in json.loads(did(said)))
    for noun, some in shown.items():
        for ref in some:
            # A figure that was superseded is refused, then and of then.
            found[f"show {ref}"] = TIMES.sub(r"\1", both(noun, "show", ref, *as_of).out).split()
            said = both(noun, "show", ref, "--format", "json", *as_of)
            found[f"json {ref}"] = alike(json.loads(said.out)) if said.code == 0 else said
    found["journal"] = alike(json.loads(did(both("journal", "show", "--limit", "5000", "--format", "json", *as_of))))
    did(both("export", "csv", *VIEWS, "--audience", "internal", "--to", "out", "--force", *as_of))
    for name in VIEWS:
        with Path(f"out/{name}.csv").open(encoding="utf-8", newline="") as file:
            found[f"export {name}"] = sorted(alike(list(csv.reader(file))))
    return found


def test_the_past_is_for_colleagues(both: Call, engine: Engine, clock: type[Clock]) -> None:
    then = entered(engine, clock).isoformat()
    for audience in OUTSIDE:
        for command in (("sql", "SELECT 1"), ("export", "csv", "v_attack", "--to", "out")):
            assert "internal" in one_line(both(*command, "--audience", audience, "--as-of", then), 2)


def alike(value: Any) -> Any:
    """A value from JSON, with truth and times in the one spelling that both engines' answers can be brought to."""
    if isinstance(value, dict):
        return {name: alike(held) for name, held in value.items()}
    if isinstance(value, list):
        return [alike(held) for held in value]
    if isinstance(value, str) and value[:2] == "20" and ":" in value:
        return datetime.fromisoformat(value).replace(tzinfo=UTC).isoformat()
    return int(value) if isinstance(value, bool) else value


def test_what_was_printed_then_is_printed_of_then(both: Call, clock: type[Clock]) -> None:
    nouns = ("attack", "claim", "facility", "figure", "place", "report", "source", "actor")
    printed: dict[datetime, tuple[str, dict[str, list[str]], dict[str, Any]]] = {}
    for step in history(both):
        shown = refs_of(both, *nouns)
        printed[clock.at] = (step, shown, told(both, shown))
        clock.at += timedelta(days=1)
    sayings = [saying for _, _, saying in printed.values()]
    assert all(one != other for one, other in pairwise(sayings))
    for then, (step, shown, before) in printed.items():
        again = told(both, shown, "--as-of", (then + timedelta(hours=6)).isoformat())
        assert {name: again[name] for name in before if again[name] != before[name]} == {}, step


def entered(engine: Engine, clock: type[Clock]) -> datetime:
    """A registry with a source that was renamed a day later; the moment between."""
    with writing(engine, "Amal", "test") as unit:
        place = factories.make_place(unit, pcode="SY07", level="governorate", lat=35.5, lon=36.5)
        facility = factories.make_facility(unit, place_id=place.id)
        factories.make(unit, FacilityPosition, facility_id=facility.id, lat=35.5, lon=36.5)
        source = factories.make_source(unit, "Secret name", note="Secret note")
        factories.make_report(unit, publisher_id=source.id, title="Secret title")
    then = clock.at + timedelta(hours=6)
    clock.at += timedelta(days=1)
    with writing(engine, "Basma", "a slip") as unit:
        unit.change(unit.get(type(place), place.id), lat=35.75)
    return then


def is_made(engine: Engine, then: datetime) -> bool:
    """Whether a question about that moment makes a copy."""
    copied: list[int] = []
    past.registry(engine, then, copied.append)
    return bool(copied)


def copy_of(engine: Engine, then: datetime) -> Path:
    file = past.registry(engine, then)
    assert file is not None
    return file


def test_a_copy_is_made_once_and_its_owner_alone_reads_it(engine: Engine, clock: type[Clock]) -> None:
    then = entered(engine, clock)
    assert is_made(engine, then)
    assert not is_made(engine, then)
    assert stat.S_IMODE(copy_of(engine, then).stat().st_mode) == 0o600


def test_now_and_later_are_the_registry_itself_and_before_it_there_is_nothing(
    engine: Engine, clock: type[Clock]
) -> None:
    entered(engine, clock)
    assert past.registry(engine, clock.at) is None
    assert past.registry(engine, clock.at + timedelta(days=365)) is None
    with pytest.raises(InvalidValue, match="nothing had been entered"):
        past.registry(engine, START - timedelta(seconds=1))


def test_what_is_entered_later_leaves_a_copy_as_it_is(engine: Engine, clock: type[Clock]) -> None:
    then = entered(engine, clock)
    copy_of(engine, then)
    clock.at += timedelta(days=1)
    with writing(engine, "Amal", "more") as unit:
        factories.make_source(unit, "Another")
    assert not is_made(engine, then)


def test_four_copies_are_kept_with_what_was_made_of_them(engine: Engine, clock: type[Clock]) -> None:
    then = entered(engine, clock)
    files = []
    for minute in range(6):
        files.append(copy_of(engine, then + timedelta(minutes=minute)))
        copy = db.connect(f"sqlite:///{files[-1]}")
        extracts.extract(copy, "partner")
        copy.dispose()
    left = {file.name for file in files[0].parent.iterdir() if ".as-of" in file.name}
    assert {name for name in left if name.endswith(".as-of")} == {file.name for file in files[2:]}
    assert {name for name in left if name.endswith(".extract")} == {
        f"{file.name}.partner.extract" for file in files[2:]
    }


def test_what_was_erased_is_in_no_copy(both: Call, engine: Engine, clock: type[Clock]) -> None:
    """A text, a name that is unique, and a number."""
    then = entered(engine, clock)
    as_of = ("--as-of", then.isoformat())
    source, place, report = (refs(both, noun)[0] for noun in ("source", "place", "report"))
    columns = "SELECT s.name, r.title FROM v_source s JOIN v_report r ON r.publisher_id = s.id"
    assert did(both("sql", columns, "--format", "csv", *as_of)).splitlines()[1] == "Secret name,Secret title"
    made = copy_of(engine, then)
    for ref, names in ((source, ("name", "note")), (report, ("title",)), (place, ("lat", "lon"))):
        did(both("journal", "erase", ref, *names, "--why", "asked for it", "--yes"))
    assert [file.name for file in made.parent.iterdir() if made.name in file.name] == []
    said = did(both("sql", f"{columns} AND s.name <> ''", "--format", "csv", *as_of)).splitlines()[1:]
    assert len(said) == 1
    assert both("place", "show", place, *as_of).code == 0
    held = b"".join(file.read_bytes() for file in made.parent.iterdir() if made.name in file.name)
    assert held
    assert b"Secret" not in held
    assert "Secret" not in did(both("journal", "show", "--limit", "100", "--format", "json", *as_of))


def test_an_erasure_elsewhere_makes_the_copy_anew(engine: Engine, clock: type[Clock]) -> None:
    """Another account, whose `journal erase` cannot reach this one's files."""
    from registry.models.who import Source
    from registry.services import journal

    then = entered(engine, clock)
    assert b"Secret note" in copy_of(engine, then).read_bytes()
    with writing(engine, "Basma", "asked for it") as unit:
        journal.erase(unit, unit.find_all(Source)[0], ["note"])
    assert b"Secret note" not in copy_of(engine, then).read_bytes()
    assert not is_made(engine, then)


def test_a_file_that_is_no_copy_any_more_is_made_anew(engine: Engine, clock: type[Clock]) -> None:
    then = entered(engine, clock)
    copy_of(engine, then).write_bytes(b"half a file")
    assert copy_of(engine, then).stat().st_size > 1_000


def test_a_time_that_is_none_is_refused(both: Call) -> None:
    assert "is no time" in one_line(both("sql", "SELECT 1", "--as-of", "yesterday"), 2)


@pytest.mark.parametrize("said", ["2031-05-06", "2031-05-06T23:59:59.999999Z", "2031-05-07T02:59:59.999999+03:00"])
def test_a_day_is_its_end_and_no_zone_is_utc(said: str) -> None:
    assert past.moment(said) == datetime(2031, 5, 6, 23, 59, 59, 999_999, tzinfo=UTC)


def test_who_changed_what_and_why_is_told(both: Call) -> None:
    for _step in history(both):
        pass
    asked = "SELECT why, who, ref FROM v_change WHERE action IN ('update', 'insert')"
    told = json.loads(did(both("sql", asked, "--format", "json")))
    second = refs(both, "attack")[1]
    for why, ref in (
        ("One crater", second),
        ("Two craters after all", second),
        ("A drill", second),
        ("Typed 12 for 13", refs(both, "claim")[1]),
        ("Of another attack", refs(both, "claim")[0]),
        ("A list of tests", refs(both, "attack")[2]),
    ):
        assert {"why": why, "who": "Amal", "ref": ref} in told
    for audience in OUTSIDE:
        assert "v_change" in one_line(both("sql", "SELECT * FROM v_change", "--audience", audience), 3)
        assert "v_change" in one_line(both("export", "csv", "v_change", "--audience", audience, "--to", "out"), 3)
