"""The references are what the program says, and it says something of everything."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from sqlalchemy import inspect

from docs import generate
from registry import db
from registry.cli import COMMANDS, registry
from registry.services.exporting import dictionary
from registry.services.schema import view_files


def every_command(command: click.Command, path: str = "registry") -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from every_command(below, f"{path} {name}")


EVERY = dict(every_command(registry))
DOING = {path: command for path, command in EVERY.items() if not isinstance(command, click.Group)}


@pytest.mark.parametrize("page", list(generate.PAGES), ids=lambda path: path.name)
def test_the_reference_is_fresh(page: Path) -> None:
    assert page not in generate.stale(), f"{page.name} is stale: run .venv/bin/python docs/generate.py"


def test_a_stale_reference_is_told_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "cli.md"
    monkeypatch.setattr(generate, "PAGES", {page: lambda: "new"})
    page.write_text("old")
    assert generate.main(["--check"]) == 1
    assert "cli.md is stale" in capsys.readouterr().err
    assert page.read_text() == "old"
    assert generate.main([]) == 0
    assert page.read_text() == "new"
    assert generate.main(["--check"]) == 0


@pytest.mark.parametrize("path", list(EVERY))
def test_every_command_and_option_says_what_it_is(path: str) -> None:
    command = EVERY[path]
    assert command.help, f"{path} has no help"
    assert command.help.split("\n")[0].endswith("."), f"the help of {path} does not start with a sentence of its own"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.opts[0]} has no help"


@pytest.mark.parametrize("path", list(DOING))
def test_every_command_has_an_example_that_calls_it(path: str) -> None:
    assert f" {path.removeprefix('registry ')}" in (DOING[path].epilog or ""), f"{path} has no example"


@pytest.mark.parametrize("path", [path for path in EVERY if path not in DOING])
def test_no_line_of_a_list_of_commands_is_cut_off(path: str) -> None:
    group = EVERY[path]
    shown = group.get_help(click.Context(group, info_name=path, terminal_width=60))
    assert "..." not in shown.partition("Commands:")[2]


def test_the_table_of_nouns_says_what_the_commands_say() -> None:
    context = click.Context(registry)
    for noun, (_, line) in COMMANDS.items():
        command = registry.get_command(context, noun)
        assert command is not None
        assert (command.name, (command.help or "").split("\n")[0]) == (noun, line)


def test_every_module_named_like_a_noun_is_in_the_table() -> None:
    for file in Path(generate.DOCS.parent, "registry", "cli").glob("*.py"):
        if isinstance(getattr(import_module(f"registry.cli.{file.stem}"), file.stem, None), click.Command):
            assert file.stem in COMMANDS


def test_every_column_of_every_view_is_told_and_in_its_order(sqlite_database: str) -> None:
    engine = db.connect(sqlite_database)
    for name in view_files():
        columns = [column["name"] for column in inspect(engine).get_columns(name)]
        assert list(dictionary.view(name)[1]) == columns, name
    engine.dispose()
