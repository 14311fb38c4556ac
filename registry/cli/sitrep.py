"""`registry sitrep`: situation reports as PDF, or as a page for the browser."""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import click

from registry.cli.options import Settings, examples, pass_settings, reading, say
from registry.errors import NotFound

if TYPE_CHECKING:
    from registry.sitrep.values import Sitrep


@click.group()
def sitrep() -> None:
    """Situation reports on an area and a period."""


def _asks(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--language", default="en", show_default=True, help="Language of the report."),
        click.option(
            "--audience",
            type=click.Choice(("public", "partner", "internal")),
            default="public",
            show_default=True,
            help="Who may read it: decides what is coarsened or left out before the report is made.",
        ),
        click.option("--to", "last", required=True, metavar="DATE", help="Last day of the period."),
        click.option("--from", "first", required=True, metavar="DATE", help="First day of the period."),
        click.option(
            "--area",
            "areas",
            multiple=True,
            required=True,
            metavar="PLACE",
            help="Place to report on, by P-code, name or ref; may be repeated.",
        ),
    ):
        command = option(command)
    return command


def _out(suffix: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "--out",
        type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
        default=Path(f"sitrep-en.{suffix}"),
        show_default=True,
        metavar="FILE",
        help="File to write; `-` for standard output.",
    )


_PERIOD = "--area SY07 --area SY05 --from 2019-04-30 --to 2019-05-04"


@sitrep.command(epilog=examples(f"registry sitrep build {_PERIOD} --out idlib.pdf"))
@_asks
@_out("pdf")
@pass_settings
def build(settings: Settings, /, out: Path, **asked: Any) -> None:
    """Print a situation report as PDF, with the values that it rests on attached.

    Public reports are about governorates or countries and whole weeks: a period is widened to Monday and Sunday.
    """
    from registry.sitrep import render

    _need_folder(out)
    _write(out, render.render_pdf(_snapshot(settings, asked)))


@sitrep.command(epilog=examples(f"registry sitrep preview {_PERIOD} --out idlib.html"))
@_asks
@_out("html")
@pass_settings
def preview(settings: Settings, /, out: Path, **asked: Any) -> None:
    """Write the same report as one HTML file for the browser."""
    from registry.sitrep import render

    _need_folder(out)
    _write(out, render.render_html(_snapshot(settings, asked)).encode())


def _snapshot(settings: Settings, asked: dict[str, Any]) -> "Sitrep":
    from registry.services import sitreps

    with reading(settings) as connection:
        return sitreps.snapshot(
            connection,
            **asked,
            producer=settings.config.producer,
            contact=settings.config.contact,
        )


def _need_folder(out: Path) -> None:
    if not out.resolve().parent.is_dir():
        raise NotFound("folder", str(out.parent), hint="make it first")


def _write(out: Path, data: bytes) -> None:
    if str(out) == "-":
        sys.stdout.buffer.write(data)
        return
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
