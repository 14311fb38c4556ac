"""What a situation report costs, from a cold process, against a browser that prints the same pages.

    .venv/bin/python bench/sitrep.py [ATTACKS]

* *english*, *arabic*: `registry sitrep build`, internal, one language: snapshot, charts, map, PDF/A-3a and PDF/UA-1
  with the snapshot and tables attached.
* *chromium*: headless Chromium prints the HTML of `sitrep build --format html`: no archival form, no attachments,
  no snapshot to take. What that page itself costs is the line *html*.

CPU seconds, user and system, of all processes that were started; peak is the largest one of them. A list of more than
500 attacks is cut on the page, so that more of them cost less than they would.
"""

import argparse
import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from registry import db
from registry.models.places import Place, PlaceShape
from registry.services import schema
from registry.services.work import Work, writing
from tests import factories, generated

ROOT = Path(__file__).parents[1]
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
_RING = '{{"type":"Polygon","coordinates":[[[36,{0}],[37,{0}],[37,{1}],[36,{1}],[36,{0}]]]}}'
_PERIOD = ("--area", "SY07", "--area", "SY05", "--from", "2019-05-01", "--to", "2019-05-21", "--audience", "internal")


@dataclass(frozen=True)
class Cost:
    """CPU seconds of all processes, and the memory of the largest in MB."""

    seconds: float
    peak: float


def run(command: list[str], folder: Path) -> Cost:
    """Run a program to its end and the end of all that it started."""
    pid = os.fork()
    if pid == 0:  # a process of its own each time: what it reaps is of this command alone
        # A browser's helpers outlive the one that started them; adopted here, they are counted.
        ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)
        environment = os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(folder)}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
        _reap()
        if done.returncode:
            sys.stderr.buffer.write(done.stderr)
        os._exit(done.returncode)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _, status, used = os.wait4(pid, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status:
        raise SystemExit(f"{' '.join(command[:4])}… failed")
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, used.ru_maxrss / 1024)


def _reap() -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)
        except ChildProcessError:
            return


def filled(folder: Path, attacks: int) -> str:
    """A registry of that many made-up attacks; its address."""
    url = f"sqlite:///{folder}/bench.db"
    engine = db.connect(url)
    schema.initialise(engine, "bench")
    with writing(engine, "bench", "bench") as work:
        generated.fill(work, attacks)
        _bounded(work)
    engine.dispose()
    return url


def _bounded(work: Work) -> None:
    for code, south in (("SY07", 35), ("SY05", 34)):
        place = work.find(Place, pcode=code)
        if place is None:
            raise SystemExit(f"no place {code}")
        shape = {"geometry": _RING.format(south, south + 1), "label_lon": 36.5, "label_lat": south + 0.5}
        factories.make(work, PlaceShape, place_id=place.id, edition="1", **shape)


def measured(folder: Path, url: str, rounds: int) -> dict[str, Cost]:
    """The least of several runs of each."""
    registry = [sys.executable, "-m", "registry", "--database", url, "sitrep"]
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    commands = {
        "english": [*registry, "build", *_PERIOD, "--out", "en.pdf"],
        "arabic": [*registry, "build", *_PERIOD, "--language", "ar", "--out", "ar.pdf"],
        "html": [*registry, "build", *_PERIOD, "--format", "html", "--out", "en.html"],
    }
    if browser:
        commands["chromium"] = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--no-pdf-header-footer",
            "--print-to-pdf=chromium.pdf", f"file://{folder}/en.html",
        ]  # fmt: skip
    found: dict[str, list[Cost]] = {}
    for _ in range(rounds):
        for report in folder.glob("*.pdf"):
            report.unlink()  # one that is up to date would not be made again
        for name, command in commands.items():
            found.setdefault(name, []).append(run(command, folder))
    return {name: min(costs, key=lambda cost: cost.seconds) for name, costs in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("attacks", nargs="?", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        costs = measured(folder, filled(folder, given.attacks), given.rounds)
        rival = costs.get("chromium")
        print(f"{given.attacks} attacks, least of {given.rounds}")
        print(f"{'':10} {'cpu-s':>7} {'peak MB':>8} {'pdf kB':>7} {'chromium is':>12}")
        for what, cost in costs.items():
            file = folder / {"english": "en.pdf", "arabic": "ar.pdf"}.get(what, f"{what}.pdf")
            size = f"{file.stat().st_size / 1000:.0f}" if file.is_file() else ""
            ratio = f"{rival.seconds / cost.seconds:.2f} x" if rival and what in ("english", "arabic") else ""
            print(f"{what:10} {cost.seconds:7.2f} {cost.peak:8.0f} {size:>7} {ratio:>12}")


if __name__ == "__main__":
    main()
