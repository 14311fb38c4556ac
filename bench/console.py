"""What a question costs to ask, isolation included: CPU seconds of `registry sql`, as a ratio to an empty Python.

    python bench/console.py

Beside it, in the same run, what `datasette --version` and `sqlite-utils --version` cost, where they are installed; they
are asked nothing. Target: `registry sql "select 1"` within 10 times `python -c pass`.
"""

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import starting
from bench.starting import REGISTRY

RIVALS = ("datasette", "sqlite-utils")


def rival(name: str) -> str | None:
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asks = [*REGISTRY, *starting.demo(folder), "sql", "select 1"]
        commands = {
            "registry --help": [*REGISTRY, "--help"],
            'registry sql "select 1"': asks,
            "the same, --format csv": [*asks, "--format", "csv"],
        }
        for name in RIVALS:
            if path := rival(name):
                commands[f"{name} --version"] = [path, "--version"]
            else:
                print(f"{name} is not installed here: pip install {name}")
        starting.compare(commands)


if __name__ == "__main__":
    main()
