"""Imports point one way, and some things happen in one place only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry import paths

# From the top down: a module may import from its own layer and from those below it.
LAYERS = (
    ("cli",),
    ("services",),
    ("sitrep",),
    ("db",),
    ("sql",),
    ("models",),
    ("cells", "codes", "names", "dates", "keys", "ranges", "countries", "independence"),
    ("config", "paths", "bounds"),
    ("errors", "plurals"),
)
DEPTH = {name: depth for depth, names in enumerate(LAYERS) for name in names}
MODULES = sorted(path for path in paths.PACKAGE.rglob("*.py") if "_bundled" not in path.parts)


def layer(path: Path) -> str:
    return path.relative_to(paths.PACKAGE).parts[0].removesuffix(".py")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path, *, when_run: bool = False, at_once: bool = False) -> Iterator[tuple[int, str]]:
    """Every import as line and dotted name; `from registry import x` is registry.x.

    Args:
        path: of the module.
        when_run: leave out those that only the type checker reads.
        at_once: leave out those inside functions too.
    """
    whole = tree(path)
    unread = {id(inner) for node in whole.body if _for_types(node) for inner in ast.walk(node)} if when_run else set()
    for node in whole.body if at_once else ast.walk(whole):
        if id(node) in unread:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute here"
            yield from ((node.lineno, name) for name in _names(node))


def _for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _names(node: ast.ImportFrom) -> list[str]:
    module = str(node.module)
    package = paths.PACKAGE.parent / module.replace(".", "/")
    return [f"{module}.{alias.name}" for alias in node.names] if package.is_dir() else [module]


def named(path: Path) -> str:
    return str(path.relative_to(paths.PACKAGE))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_point_down(path: Path) -> None:
    own = layer(path)
    if own in {"__init__", "__main__"}:
        return  # the way in
    assert own in DEPTH, f"{named(path)} belongs to no layer"
    for line, name in imports(path):
        if name.startswith("registry."):
            other = name.split(".")[1]
            if other != "__version__":
                assert other in DEPTH, f"{named(path)}:{line}: {name} belongs to no layer"
                assert DEPTH[other] >= DEPTH[own], f"{named(path)}:{line}: {own} must not import {name}"


def test_no_module_imports_itself_through_others() -> None:
    # The command line imports heavy modules inside functions, when a command needs them.
    graph = {
        named(path): {
            name
            for _, name in imports(path, when_run=True, at_once=layer(path) == "cli")
            if name.startswith("registry.")
        }
        for path in MODULES
    }
    dotted = {
        name: "registry." + name.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for name in graph
    }
    edges = {dotted[name]: found & set(dotted.values()) - {dotted[name]} for name, found in graph.items()}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " > ".join((*trail, name))
        if name not in done:
            for other in edges.get(name, ()):
                walk(other, (*trail, name))
            done.add(name)

    for name in edges:
        walk(name, ())


@pytest.mark.parametrize("path", [path for path in MODULES if layer(path) != "config"], ids=named)
def test_only_config_reads_the_environment(path: Path) -> None:
    names = {"environ", "environb", "getenv", "getenvb", "putenv"}
    for node in ast.walk(tree(path)):
        used = isinstance(node, ast.Attribute) and node.attr in names
        imported = isinstance(node, ast.ImportFrom) and node.module == "os" and names & {a.name for a in node.names}
        assert not used, f"{named(path)}:{getattr(node, 'lineno', 0)}"
        assert not imported, f"{named(path)}:{getattr(node, 'lineno', 0)}"


# Programs of their own, started by the importer, for each PDF and for each question: their output is their answer.
CHILDREN = {"services/importing/worker.py", "sitrep/worker.py", "services/console/child.py"}
QUIET = [path for path in MODULES if layer(path) not in {"cli", "__main__"} and named(path) not in CHILDREN]


@pytest.mark.parametrize("path", QUIET, ids=named)
def test_only_the_command_line_talks(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            printed = isinstance(node.func, ast.Name) and node.func.id in {"print", "input"}
            written = isinstance(node.func, ast.Attribute) and ast.unparse(node.func).startswith(
                ("sys.stdout", "sys.stderr")
            )
            assert not printed, f"{named(path)}:{node.lineno}"
            assert not written, f"{named(path)}:{node.lineno}"
    assert not {name.split(".")[0] for _, name in imports(path)} & {"click", "rich", "prompt_toolkit"}, named(path)


@pytest.mark.parametrize("path", sorted((paths.MIGRATIONS / "versions").glob("*.py")), ids=lambda path: path.stem)
def test_history_does_not_import_the_program(path: Path) -> None:
    assert not [name for _, name in imports(path) if name.split(".")[0] == "registry"]


@pytest.mark.parametrize("path", [path for path in MODULES if layer(path) == "models"], ids=named)
def test_models_read_their_annotations(path: Path) -> None:
    """`from __future__ import annotations` would turn them into text, which SQLModel's relationships cannot read."""
    assert "__future__" not in {name for _, name in imports(path)}
