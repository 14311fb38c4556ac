"""The founding case entered by flags alone, command by command, gives the registry that the demo makes."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from registry import config, db
from registry.services import demo
from tests import calling
from tests.calling import Call

call, both = calling.call, calling.both  # fixtures

COMMANDS = {"attribution": ("claim", "attribute"), "figure": ("figure", "adopt")}
# What two registries with the same content may differ in: keys, refs, and who did it when.
OWN = (
    "id", "ref", "about", "attack", "facility", "situation", "report", "version", "decided_at", "decided_by", "scope",
)  # fmt: skip
VIEWS = ("place", "actor", "source", "report", "situation", "attack", "claim", "attribution", "figure")


def flags(values: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for key, value in values.items():
        name = "--report" if key == "reports" else "--" + key.replace("_", "-")
        for item in value if isinstance(value, list) else [value]:
            text = item["type"] if isinstance(item, dict) else item
            found += [name] if text is True else [name, str(text)]
    return found


def arguments(step: demo.Step, refs: dict[str, str]) -> list[str]:
    values = demo.with_refs(step.values, refs)
    claims = values.pop("claims", [])  # `figure adopt` takes them as they are
    return [*COMMANDS.get(step.noun, (step.noun, "add")), *claims, *flags(values)]


def content(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for view in VIEWS:
        rows = db.every(connection, f"SELECT * FROM v_{view}")
        kept = [{name: value for name, value in row.items() if not name.endswith(("_id", *OWN))} for row in rows]
        found[view] = sorted(kept, key=repr)
    return found


def test_flags_and_demo_make_the_same_registry(both: Call, engine: Engine, tmp_path: Path) -> None:
    refs: dict[str, str] = {}
    for step in demo.steps():
        said = both(*arguments(step, refs))
        assert said.code == 0, (step, said.err)
        refs[step.label] = said.out.strip()
    assert both("journal", "verify").code == 0
    assert both("demo", "--out", str(tmp_path / "demo")).code == 0
    other = db.connect(config.load(str(tmp_path / "demo" / "registry.db")).database_url)
    with db.reading(engine) as connection, db.reading(other) as made:
        by_flags, by_demo = content(connection), content(made)
    other.dispose()
    assert len(by_flags["claim"]) == 20
    for view in VIEWS:
        assert spelt(by_flags[view]) == spelt(by_demo[view]), view


def spelt(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The rows as text: yes and no are numbers on one engine."""
    texts = [
        {name: str(int(value) if isinstance(value, bool) else value) for name, value in row.items()} for row in rows
    ]
    return sorted(texts, key=repr)
