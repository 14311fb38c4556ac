"""How long a command takes to start, in CPU seconds, as a ratio to an empty Python in the same run.

    python bench/startup.py

Targets: `registry --help` within 6 times `python -c pass`, a command that reads within 60 times.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 9
REGISTRY = [sys.executable, "-m", "registry"]


def cpu_seconds(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        subprocess.run([*REGISTRY, "demo", "--out", str(demo)], check=True, capture_output=True)
        database = ["--database", str(demo / "registry.db")]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "registry --help": [*REGISTRY, "--help"],
            "registry attack list": [*REGISTRY, *database, "attack", "list"],
            "registry place show SY07": [*REGISTRY, *database, "place", "show", "SY07"],
            "python -c 'import sqlmodel'": [sys.executable, "-c", "import sqlmodel"],
        }
        # In turn, so that a change in the machine's speed falls on all of them.
        # An installed program has its bytecode ready; so have these, after a first round that does not count.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        times: dict[str, list[float]] = {name: [] for name in commands}
        for counted in [False, *[True] * ROUNDS]:
            for name, command in commands.items():
                spent = cpu_seconds(command, environment)
                if counted:
                    times[name].append(spent)
    base = statistics.median(times["python -c pass"])
    for name, measured in times.items():
        middle = statistics.median(measured)
        print(f"{name:30} {middle * 1000:7.0f} ms CPU {middle / base:6.1f} x")


if __name__ == "__main__":
    main()
