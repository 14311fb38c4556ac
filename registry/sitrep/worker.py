"""Sitreps made in processes of their own: bounded in memory and time, without a database, two languages at once.

`python -m registry.sitrep.worker` reads the values on its standard input, pickled by the process that started it, and
writes the file to its standard output.
"""

import gc
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from typing import Literal, NoReturn

from registry.bounds import bound
from registry.errors import RegistryError
from registry.sitrep.values import Sitrep

MEMORY = 2 << 30
SECONDS = 300
_MOST_AT_ONCE = 2
FAILED = 3
# Slots of eight bytes, half of the block that Python makes for them: the blocks are powers of two.
_STACK = 1 << 16
Form = Literal["pdf", "html"]


def pdfs(sitreps: Sequence[Sitrep], *, memory: int = MEMORY, seconds: int = SECONDS) -> list[bytes]:
    """The PDF of each; `files` says more."""
    return files(sitreps, "pdf", memory=memory, seconds=seconds)


def files(sitreps: Sequence[Sitrep], form: Form, *, memory: int = MEMORY, seconds: int = SECONDS) -> list[bytes]:
    """Each as a PDF for the record or as an HTML page for a browser, in their order.

    Args:
        sitreps: for example one in English and one in Arabic, which are then made at the same time.
        form: `pdf` or `html`.
        memory: bytes of address space that one may use.
        seconds: of processor time that one may take.

    Raises:
        RegistryError: one cannot be made, or needs more than that.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 -- the worker does without

    with ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
        return list(pool.map(lambda one: _file(one, form, memory, seconds), sitreps))


def _file(sitrep: Sitrep, form: Form, memory: int, seconds: int) -> bytes:
    import subprocess  # noqa: PLC0415 -- as above

    too_much = RegistryError("sitrep: it needs more memory or time than one report is given; take a shorter period")
    call = [sys.executable, "-m", __name__, form, str(memory), str(seconds)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own module
            call, input=pickle.dumps(sitrep), capture_output=True, timeout=2 * seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise too_much from error
    if done.returncode == FAILED:
        raise RegistryError(done.stderr.decode().strip())
    if done.returncode:
        raise too_much
    return done.stdout


def in_one_block(work: Callable[[str], int]) -> Callable[[str], int]:
    """The same work with one block of Python's stack for all that it calls.

    CPython takes its stack in blocks of 16 KB. Where calls in a loop cross the end of one, each of them has the system
    map a block and unmap it again: fifteen thousand times for a report, a twentieth of its time. A function that asks
    for more gets a larger block, and what it calls has the rest. What is not used of it takes no memory.
    """

    def asking(form: str) -> int:
        return work(form)

    asking.__code__ = asking.__code__.replace(co_stacksize=_STACK)
    return asking


@in_one_block
def _main(form: str) -> int:
    """Make the file of the snapshot on standard input."""
    gc.disable()  # what is made here lives until the file is written, and the process ends with it
    from registry.sitrep import render  # noqa: PLC0415 -- within the limits

    try:
        if form == "pdf":
            from registry.sitrep import loading  # noqa: PLC0415 -- a page for the browser does without

            loading.load_weasyprint()
        sitrep = pickle.load(sys.stdin.buffer)  # noqa: S301 -- who started it pickled them
        sys.stdout.buffer.write(render.render_pdf(sitrep) if form == "pdf" else render.render_html(sitrep).encode())
    except RegistryError as error:
        print(error, file=sys.stderr)  # noqa: T201 -- a worker speaks on its streams
        return FAILED
    except (MemoryError, SystemError, OSError, ImportError):  # what too little memory looks like
        raise
    except Exception as error:  # noqa: BLE001 -- whatever else it is, the limits are not to blame; values stay untold
        fault = (
            f"sitrep: a fault of this program stopped it ({type(error).__name__}); report it with the command you gave"
        )
        print(fault, file=sys.stderr)  # noqa: T201 -- as above
        return FAILED
    return 0


def end(code: int) -> NoReturn:
    """End this process at once: to take every box apart first costs a twentieth of its time."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":  # pragma: no cover -- runs in the child
    bound(int(sys.argv[2]), int(sys.argv[3]))
    end(_main(sys.argv[1]))
