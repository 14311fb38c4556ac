"""Files that commands write: the option `--out`, and writing so that no half file is left under the asked name."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import click

from registry.cli.options import say
from registry.errors import NotFound, UsageError

_FORMS = ("pdf", "html")


def in_formats(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--format pdf,html` of a situation report, as `forms`."""
    return click.option(
        "--format",
        "forms",
        default="pdf",
        show_default=True,
        metavar="pdf,html",
        callback=_forms,
        help="PDF for the record, one page for the browser whose tables sort and whose map zooms offline, or both.",
    )(command)


def _forms(_context: click.Context, _option: click.Parameter, given: str) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(one.strip() for one in given.split(",")))
    unknown = [one for one in asked if one not in _FORMS]
    if unknown:
        raise UsageError(f"--format: {unknown[0]!r} is no format of a report; give pdf, html or pdf,html")
    return asked


def to_file(shown: str, more: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--out FILE` of a report, as a path named `out`; None where none is given, which is told as `shown`."""
    return click.option(
        "--out",
        type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
        show_default=shown,
        metavar="FILE",
        help=f"File to write; `-` for standard output.{more}",
    )


def of_format(out: Path | None, form: str, forms: Sequence[str]) -> Path | None:
    """The file for one of the formats asked for: the name as it was given, with its own ending where there are several.

    Raises:
        UsageError: several are to go to standard output.
    """
    if out is None or len(forms) == 1:
        return out
    if str(out) == "-":
        raise UsageError("--out -: standard output takes one format; name one, or give a file")
    return out.with_suffix(f".{form}")


def need_folder(out: Path) -> None:
    """Refuse a file in a folder that is not there, before the work is done.

    Raises:
        NotFound: there is no such folder.
    """
    if not out.resolve().parent.is_dir():
        raise NotFound("folder", str(out.parent), hint="make it first")


def write(out: Path, data: bytes) -> None:
    """Write a file, or to standard output where it is `-`."""
    if str(out) == "-":
        sys.stdout.buffer.write(data)
        return
    need_folder(out)
    target = out.resolve()
    if target.exists() and not target.is_file():
        target.write_bytes(data)  # a pipe or a device is written to, never replaced
    else:
        _replace(target, data)
    say(f"Wrote {out}.")


def _replace(target: Path, data: bytes) -> None:
    # Written beside and moved into place, so that a full disk never leaves half a report under the asked name.
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as unfinished:
        beside = Path(unfinished.name)
        try:
            unfinished.write(data)
            unfinished.close()
            beside.chmod(0o644)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
