"""How long a command takes to start, in CPU seconds, as a ratio to an empty Python in the same run.

    python bench/startup.py

Targets: `registry --help` within 6 times `python -c pass`, a command that reads within 60 times.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import starting
from bench.starting import REGISTRY


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = starting.demo(folder)
        starting.compare(
            {
                "registry --help": [*REGISTRY, "--help"],
                "registry attack list": [*REGISTRY, *database, "attack", "list"],
                "registry place show SY07": [*REGISTRY, *database, "place", "show", "SY07"],
                "python -c 'import sqlmodel'": [sys.executable, "-c", "import sqlmodel"],
            }
        )


if __name__ == "__main__":
    main()
