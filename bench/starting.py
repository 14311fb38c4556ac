"""What commands cost from their start to their end, in CPU seconds, as a ratio to an empty Python in the same run."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

EMPTY = {"python -c pass": [sys.executable, "-c", "pass"]}
REGISTRY = [sys.executable, "-m", "registry"]
ROUNDS = 15


def demo(folder: str) -> list[str]:
    """Options that name a demo registry, made in the folder."""
    made = Path(folder) / "demo"
    subprocess.run([*REGISTRY, "demo", "--out", str(made)], check=True, capture_output=True)
    return ["--database", str(made / "registry.db")]


def compare(commands: Mapping[str, list[str]]) -> None:
    """Print the median of each command, and how many times an empty Python it is."""
    # In turn, so that a change in the machine's speed falls on all of them. An installed program has its bytecode
    # ready; so have these, after a first round that does not count.
    times: dict[str, list[float]] = {name: [] for name in EMPTY | dict(commands)}
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = bytecode
        for counted in [False, *[True] * ROUNDS]:
            for name, command in (EMPTY | dict(commands)).items():
                spent = cpu_seconds(command, environment)
                if counted:
                    times[name].append(spent)
    base = statistics.median(times[next(iter(EMPTY))])
    for name, measured in times.items():
        middle = statistics.median(measured)
        print(f"{name:30} {middle * 1000:7.0f} ms CPU {middle / base:6.1f} x")


def cpu_seconds(command: list[str], environment: dict[str, str]) -> float:
    """What a command and its children used of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
