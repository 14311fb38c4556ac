"""Files that commands write: the option `--out`, and writing so that no half file is left under the asked name."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from registry.cli.options import say
from registry.errors import NotFound


def to_file(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--out FILE`, as a path named `out`."""
    return click.option(
        "--out",
        type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
        default=Path(default),
        show_default=True,
        metavar="FILE",
        help="File to write; `-` for standard output.",
    )


def need_folder(out: Path) -> None:
    """Refuse a file in a folder that is not there, before the work is done.

    Raises:
        NotFound: there is no such folder.
    """
    if not out.resolve().parent.is_dir():
        raise NotFound("folder", str(out.parent), hint="make it first")


def write(out: Path, data: bytes) -> None:
    """Write a file, or to standard output where it is `-`."""
    with streamed(out) as file:
        file.write(data)


@contextmanager
def streamed(out: Path) -> Iterator[IO[bytes]]:
    """A file to write bit by bit, or standard output where it is `-`; it is there when all of it is written."""
    if str(out) == "-":
        yield sys.stdout.buffer
        return
    need_folder(out)
    target = out.resolve()
    if target.exists() and not target.is_file():
        with target.open("wb") as file:  # a pipe or a device is written to, never replaced
            yield file
    else:
        with _replacing(target) as file:
            yield file
    say(f"Wrote {out}.")


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    from tempfile import NamedTemporaryFile

    # Written beside and moved into place, so that a full disk never leaves half a report under the asked name.
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as unfinished:
        beside = Path(unfinished.name)
        try:
            yield unfinished
            unfinished.close()
            beside.chmod(0o644)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
