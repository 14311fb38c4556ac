"""What a situation report costs, from a cold process, against others that set the same pages or tables.

    .venv/bin/python bench/sitrep.py [ATTACKS] [--rounds N]
    .venv/bin/python bench/sitrep.py --linear 50 200 500 1000 2000

* *english*, *arabic*: `registry sitrep build`, internal, one language: snapshot, charts, map, PDF/A-3a and PDF/UA-1
  with the snapshot and tables attached. *both*: `--language en,ar`, two workers at the same time.
* *unchanged*: the same command again, which finds that the file holds this report already.
* *html*: the page for the browser. *chromium*: headless Chromium prints that page: no archival form, no attachments,
  no snapshot to take.
* *typst*: Typst sets the tables and lists of that page in one design, as PDF/A-3a and PDF/UA-1, if it is installed.

Everything runs once before it is measured, so that Python has its modules compiled, as it has once the program is
installed, and the program its templates.

CPU seconds, user and system, of all processes that were started; peak is the largest one of them. A list of more than
500 attacks is cut on the page: `--linear` lifts the cut, and measures the worker alone, which is given a snapshot.
"""

import argparse
import ctypes
import importlib.util
import os
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pypdf import PdfReader

from registry import db
from registry.models.places import Place, PlaceShape
from registry.services import schema, sitreps
from registry.services.work import Work, writing
from tests import factories, generated

ROOT = Path(__file__).parents[1]
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
_RING = '{{"type":"Polygon","coordinates":[[[36,{0}],[37,{0}],[37,{1}],[36,{1}],[36,{0}]]]}}'
_PERIOD = ("--area", "SY07", "--area", "SY05", "--from", "2019-05-01", "--to", "2019-05-21", "--audience", "internal")


@dataclass(frozen=True)
class Cost:
    """CPU seconds of all processes, the memory of the largest in MB, and seconds by the clock."""

    seconds: float
    peak: float
    wall: float = 0.0


def run(command: list[str], folder: Path) -> Cost:
    """Run a program to its end and the end of all that it started."""
    begun = time.monotonic()
    pid = os.fork()
    if pid == 0:  # a process of its own each time: what it reaps is of this command alone
        # A browser's helpers outlive the one that started them; adopted here, they are counted.
        ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)
        paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        compiled = {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
        environment = os.environ | compiled | {"PYTHONPATH": paths, "HOME": str(folder)}
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
    return Cost(seconds, used.ru_maxrss / 1024, time.monotonic() - begun)


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
    url = f"sqlite:///{folder}/{attacks}.db"
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


def commands(folder: Path, url: str) -> dict[str, list[str]]:
    """What is measured, in an order in which each finds the files that it needs."""
    build = [sys.executable, "-m", "registry", "--database", url, "sitrep", "build", *_PERIOD]
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    found = {
        "english": [*build, "--out", "english.pdf"],
        "arabic": [*build, "--language", "ar", "--out", "arabic.pdf"],
        "both": [*build, "--language", "en,ar", "--out", "both.pdf"],
        "unchanged": [*build, "--out", "english.pdf"],
        "html": [*build, "--format", "html", "--out", "page.html"],
    }
    if browser:
        found["chromium"] = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--no-pdf-header-footer",
            "--print-to-pdf=chromium.pdf", f"file://{folder}/page.html",
        ]  # fmt: skip
    if importlib.util.find_spec("typst"):
        found["typst"] = [sys.executable, str(ROOT / "bench" / "same_tables.py"), "page.html", "typst.pdf"]
    return found


def measured(folder: Path, url: str, rounds: int) -> dict[str, Cost]:
    """The least of several runs of each."""
    found: dict[str, list[Cost]] = {}
    for name in ("english", "html"):
        run(commands(folder, url)[name], folder)
    for _ in range(rounds):
        for report in folder.glob("*.pdf"):
            report.unlink()  # one that is up to date would not be made again
        for name, command in commands(folder, url).items():
            found.setdefault(name, []).append(run(command, folder))
    return {name: min(costs, key=lambda cost: cost.seconds) for name, costs in found.items()}


def told(folder: Path, costs: dict[str, Cost]) -> None:
    """Print what was measured, and each rival's part of what the English report costs."""
    print(f"{'':10} {'cpu-s':>7} {'wall-s':>7} {'peak MB':>8} {'pages':>6} {'pdf kB':>7} {'of english':>11}")
    for what, cost in costs.items():
        file = folder / f"{what}.pdf"
        size = f"{pages(file):6} {file.stat().st_size / 1000:7.0f}" if file.is_file() else f"{'':14}"
        ratio = cost.seconds / costs["english"].seconds
        print(f"{what:10} {cost.seconds:7.2f} {cost.wall:7.2f} {cost.peak:8.0f} {size} {ratio:9.2f} x")
    slower = max(costs["english"].wall, costs["arabic"].wall)
    print(f"both languages by the clock: {costs['both'].wall / slower:.2f} x the slower one alone")


def pages(file: Path) -> int:
    return len(PdfReader(file).pages)


# Gives a worker's work a list that is not cut.
_UNCUT = """
import sys
from registry.sitrep import listed, worker
listed.WHOLE = listed.Room(sys.maxsize, sys.maxsize, sys.maxsize)
worker.end(worker._main("pdf"))
"""


def linear(sizes: Sequence[int], rounds: int) -> None:
    """Print what the worker needs for lists of these sizes, uncut."""
    print(f"{'attacks':>10} {'cpu-s':>7} {'ms each':>8} {'peak MB':>8} {'pages':>6}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = ["sh", "-c", f"exec {sys.executable} -c '{_UNCUT.strip()}' < snapshot.pickle > uncut.pdf"]
        for turn, size in enumerate(sizes):
            (folder / "snapshot.pickle").write_bytes(taken(filled(folder, size)))
            if turn == 0:
                run(command, folder)
            cost = min((run(command, folder) for _ in range(rounds)), key=lambda cost: cost.seconds)
            each = 1000 * cost.seconds / size
            print(f"{size:10} {cost.seconds:7.2f} {each:8.1f} {cost.peak:8.0f} {pages(folder / 'uncut.pdf'):6}")


def taken(url: str) -> bytes:
    """The snapshot of the registry, as the worker reads it."""
    engine = db.connect(url)
    with engine.connect() as connection:
        areas = ["SY07", "SY05"]
        made = sitreps.snapshot(connection, areas=areas, first="2019-05-01", last="2019-05-21", audience="internal")
    engine.dispose()
    return pickle.dumps(made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("attacks", nargs="?", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--linear", nargs="+", type=int, metavar="ATTACKS", help="lists of these sizes, uncut")
    given = parser.parse_args()
    if given.linear:
        linear(given.linear, given.rounds)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        costs = measured(folder, filled(folder, given.attacks), given.rounds)
        print(f"{given.attacks} attacks, least of {given.rounds}")
        told(folder, costs)


if __name__ == "__main__":
    main()
