"""`registry sitrep`: situation reports as PDF, or as a page for the browser."""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import click

from registry.cli.options import Settings, examples, pass_settings, reading, say
from registry.errors import NotFound, UsageError

if TYPE_CHECKING:
    from registry.sitrep.values import Sitrep


@click.group()
def sitrep() -> None:
    """Situation reports on an area and a period."""


def _asks(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option(
            "--language",
            "languages",
            multiple=True,
            default=("en",),
            show_default=True,
            metavar="CODE",
            callback=_codes,
            help="Language of the report; several, as `en,ar` or repeated, make a file each.",
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


def _codes(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """The languages asked for, each once, whether parted by commas or given one by one."""
    from registry.sitrep import catalogue

    return tuple(dict.fromkeys(catalogue.check(code.strip()) for text in given for code in text.split(",")))


def _out(suffix: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "--out",
        type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
        show_default=f"sitrep-LANGUAGE.{suffix}",
        metavar="FILE",
        help="File to write; `-` for standard output. With several languages, -LANGUAGE is put before its ending.",
    )


_PERIOD = "--area SY07 --area SY05 --from 2019-04-30 --to 2019-05-04"


@sitrep.command(epilog=examples(f"registry sitrep build {_PERIOD} --language en,ar --out idlib.pdf"))
@_asks
@_out("pdf")
@pass_settings
def build(settings: Settings, /, out: Path | None, **asked: Any) -> None:
    """Print a situation report as PDF, with the values that it rests on attached."""
    from registry.sitrep import render

    _make(settings, _files(out, asked["languages"], "pdf"), asked, render.render_pdf)


@sitrep.command(epilog=examples(f"registry sitrep preview {_PERIOD} --out idlib.html"))
@_asks
@_out("html")
@pass_settings
def preview(settings: Settings, /, out: Path | None, **asked: Any) -> None:
    """Write the same report as one HTML file for the browser."""
    from registry.sitrep import render

    def rendered(values: "Sitrep") -> bytes:
        return render.render_html(values).encode()

    _make(settings, _files(out, asked["languages"], "html"), asked, rendered)


def _files(out: Path | None, languages: tuple[str, ...], suffix: str) -> dict[str, Path]:
    """The file for each language; its code is in the name unless the name was given for the one language."""
    if out is None:
        return {language: Path(f"sitrep-{language}.{suffix}") for language in languages}
    if len(languages) == 1:
        return {languages[0]: out}
    if str(out) == "-":
        raise UsageError("--out -: standard output takes one language; name one, or give a file")
    return {language: out.with_name(f"{out.stem}-{language}{out.suffix}") for language in languages}


def _make(
    settings: Settings, files: dict[str, Path], asked: dict[str, Any], rendered: Callable[["Sitrep"], bytes]
) -> None:
    for file in files.values():
        _need_folder(file)
    for language, values in _snapshots(settings, asked).items():
        _write(files[language], rendered(values))


def _snapshots(settings: Settings, asked: dict[str, Any]) -> dict[str, "Sitrep"]:
    """The values in each language, all from one state of the registry."""
    from registry.services import sitreps

    with reading(settings) as connection:
        return {
            language: sitreps.snapshot(
                connection,
                areas=asked["areas"],
                first=asked["first"],
                last=asked["last"],
                language=language,
                producer=settings.config.producer,
                contact=settings.config.contact,
            )
            for language in asked["languages"]
        }


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
