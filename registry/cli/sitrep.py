"""`registry sitrep`: situation reports as PDF, or as a page for the browser."""

import functools
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli import sitrep_issues
from registry.cli.files import need_folder, to_file, write
from registry.cli.options import Settings, done, examples, pass_settings, reading, writes, writing

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from registry.sitrep.values import Sitrep


@click.group()
def sitrep() -> None:
    """Situation reports on an area and a period."""


@dataclass(frozen=True)
class Asked:
    """What the report is to be about."""

    areas: tuple[str, ...]
    first: str
    last: str
    language: str


def _asks(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what the report is about; the command gets them as `asked`."""

    @functools.wraps(command)
    def collected(*args: Any, areas: tuple[str, ...], first: str, last: str, language: str, **rest: Any) -> Any:
        return command(*args, asked=Asked(areas, first, last, language), **rest)

    wrapped: Any = collected
    for option in (
        click.option("--language", default="en", show_default=True, help="Language of the report."),
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
        wrapped = option(wrapped)
    return wrapped  # type: ignore[no-any-return]  # click's decorators keep the function's type


_PERIOD = "--area SY07 --area SY05 --from 2019-04-30 --to 2019-05-04"


@sitrep.command(
    epilog=examples(
        f"registry sitrep build {_PERIOD} --out idlib.pdf",
        f"registry sitrep build {_PERIOD} --series 'North-west Syria' --why 'first issue'",
        f"registry sitrep build {_PERIOD} --as-of 2019-05-06T12:00Z",
    )
)
@_asks
@click.option("--series", metavar="NAME", help="Record it as the next issue of this series: a draft, to be approved.")
@click.option(
    "--as-of", "moment", metavar="TIME", help="As the registry stood at this time, such as 2019-05-06T12:00Z."
)
@to_file("sitrep-en.pdf")
@writes
@pass_settings
def build(
    settings: Settings, asked: Asked, series: str | None, moment: str | None, out: Path, why: str | None, dry_run: bool
) -> None:
    """Print a situation report as PDF, with the values that it rests on attached."""
    from registry.errors import UsageError
    from registry.sitrep import worker

    need_folder(out)
    if series is None:
        taken = _snapshot(settings, asked, moment)
    elif moment is not None:
        raise UsageError("an issue of a series is made of what is known now; leave out --as-of or --series")
    else:
        taken = _drafted(settings, asked, series, why, dry_run)
    pdf = worker.pdfs([taken])[0]
    if not dry_run:
        write(out, pdf)


def _drafted(settings: Settings, asked: Asked, series: str, why: str | None, dry_run: bool) -> "Sitrep":
    from registry.services import issues

    wanted = issues.Wanted(
        series=series,
        areas=asked.areas,
        first=asked.first,
        last=asked.last,
        languages=(asked.language,),
        producer=settings.config.producer,
        contact=settings.config.contact,
    )
    with writing(settings, why, dry_run) as work:
        (issue,) = issues.draft(work, wanted)
        taken = issues.snapshot_of(work.session.connection(), issue.ref)
    done(dry_run, f"Drafted No. {issue.number} of {series}; somebody else approves it.", issue.ref)
    return taken


@sitrep.command(epilog=examples(f"registry sitrep preview {_PERIOD} --out idlib.html"))
@_asks
@to_file("sitrep-en.html")
@pass_settings
def preview(settings: Settings, asked: Asked, out: Path) -> None:
    """Write the same report as one HTML file for the browser."""
    from registry.sitrep import render

    need_folder(out)
    write(out, render.render_html(_snapshot(settings, asked)).encode())


def _snapshot(settings: Settings, asked: Asked, moment: str | None = None) -> "Sitrep":
    from registry.services import sitreps

    with reading(settings) as connection, _standing(connection, moment) as then:
        return sitreps.snapshot(
            then,
            areas=asked.areas,
            first=asked.first,
            last=asked.last,
            language=asked.language,
            producer=settings.config.producer,
            contact=settings.config.contact,
        )


def _standing(connection: "Connection", moment: str | None) -> "AbstractContextManager[Connection]":
    if moment is None:
        return nullcontext(connection)
    from registry.services import as_of

    return as_of.standing(connection, as_of.moment(moment))


for verb in ("list_", "print_", "edit", "approve", "publish", "diff", "verify"):
    sitrep.add_command(getattr(sitrep_issues, verb))
