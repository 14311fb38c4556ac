"""What a question costs to ask, isolation included: CPU seconds of `registry sql`, as a ratio to an empty Python.

    python bench/console.py

Beside it, in the same run, what `datasette --version` and `sqlite-utils --version` cost, where they are installed; they
are asked nothing. Target: `registry sql "select 1"` within 10 times `python -c pass`.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 15
REGISTRY = [sys.executable, "-m", "registry"]
RIVALS = ("datasette", "sqlite-utils")


def cpu_seconds(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def rival(name: str) -> str | None:
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        subprocess.run([*REGISTRY, "demo", "--out", str(demo)], check=True, capture_output=True)
        asks = [*REGISTRY, "--database", str(demo / "registry.db"), "sql", "select 1"]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "registry --help": [*REGISTRY, "--help"],
            'registry sql "select 1"': asks,
            "the same, --format csv": [*asks, "--format", "csv"],
        }
        for name in RIVALS:
            if path := rival(name):
                commands[f"{name} --version"] = [path, "--version"]
            else:
                print(f"{name} is not installed here: pip install {name}")
        # In turn, so that a change in the machine's speed falls on all of them; bytecode ready, as when installed.
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
        print(f"{name:26} {middle * 1000:7.0f} ms CPU {middle / base:6.1f} x")


if __name__ == "__main__":
    main()
