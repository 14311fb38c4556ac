"""`registry sitrep`: situation reports as PDF, or as a page for the browser."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli import sitrep_issues
from registry.cli.files import in_formats, need_folder, of_format, to_file, write
from registry.cli.options import Settings, as_of, done, examples, pass_settings, reading, say, writes, writing
from registry.errors import UsageError

if TYPE_CHECKING:
    from registry.services import subjects
    from registry.services.issues import Wanted
    from registry.sitrep.values import Kind, Sitrep
    from registry.sitrep.worker import Form


@click.group()
def sitrep() -> None:
    """Situation reports on an area and a period."""


@dataclass(frozen=True)
class Asked:
    """Of which kind the report is to be, about what, for whom, and in which languages."""

    kind: "Kind"
    areas: tuple[str, ...]
    first: str
    last: str
    attack: str
    facility: str
    audience: str
    languages: tuple[str, ...]

    def about(self) -> "subjects.Asked":
        """What it is to be about."""
        from registry.services import subjects

        return subjects.Asked(
            kind=self.kind, areas=self.areas, first=self.first, last=self.last, attack=self.attack,
            facility=self.facility,
        )  # fmt: skip


_OPTIONS = {
    "--area": "areas", "--from": "first", "--to": "last", "--day": "day", "--attack": "attack",
    "--facility": "facility",
}  # fmt: skip
# What says what a report of each kind is about: one of these sets of options, and no other option.
_ABOUT = {
    "sitrep": (("--area", "--from", "--to"),),
    "flash": (("--attack",), ("--area", "--day")),
    "facility": (("--facility",),),
}


def _about(kind: str, given: Mapping[str, object]) -> None:
    """Refuse options that do not say what a report of this kind is about."""
    named = {option for option, value in given.items() if value}
    if not any(named == set(options) for options in _ABOUT[kind]):
        ways = ", or ".join(" and ".join(options) for options in _ABOUT[kind])
        raise UsageError(f"--kind {kind} is about what {ways} say; given are {', '.join(sorted(named)) or 'none'}")


def _codes(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """The languages asked for, each once, whether parted by commas or given one by one."""
    from registry.sitrep import catalogue

    return tuple(dict.fromkeys(catalogue.check(code.strip()) for text in given for code in text.split(",")))


# The last stands first in the help.
_ASKING = (
    click.option(
        "--audience",
        type=click.Choice(("public", "partner", "internal")),
        default="public",
        show_default=True,
        help="Who may read it: decides what is coarsened or left out before the report is made.",
    ),
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
    click.option(
        "--facility",
        default="",
        metavar="FACILITY",
        help="The one facility that a dossier is about, by name or ref.",
    ),
    click.option("--attack", default="", metavar="REF", help="The one attack that a flash is about."),
    click.option("--day", default="", metavar="DATE", help="The one day that a flash is about, in the areas given."),
    click.option("--to", "last", default="", metavar="DATE", help="Last day of the period."),
    click.option("--from", "first", default="", metavar="DATE", help="First day of the period."),
    click.option(
        "--area",
        "areas",
        multiple=True,
        metavar="PLACE",
        help="Place to report on, by P-code, name or ref; may be repeated.",
    ),
    click.option(
        "--kind",
        type=click.Choice(("sitrep", "flash", "facility")),
        default="sitrep",
        show_default=True,
        help="On an area and a period; a flash, two pages on one attack or day; the dossier of a facility.",
    ),
)


def _asks(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what the report is about; the command gets them as `asked`."""

    @functools.wraps(command)
    def collected(*args: Any, **given: Any) -> Any:
        _about(given["kind"], {option: given[name] for option, name in _OPTIONS.items()})
        day = given.pop("day")
        given |= {"first": day, "last": day} if day else {}
        asked = Asked(**{field.name: given.pop(field.name) for field in fields(Asked)})
        return command(*args, asked=asked, **given)

    wrapped: Any = collected
    for option in _ASKING:
        wrapped = option(wrapped)
    return wrapped  # type: ignore[no-any-return]  # click's decorators keep the function's type


_PERIOD = "--area SY07 --area SY05 --from 2019-04-30 --to 2019-05-04"


@sitrep.command(
    epilog=examples(
        f"registry sitrep build {_PERIOD} --language en,ar --out idlib.pdf",
        f"registry sitrep build {_PERIOD} --series 'North-west Syria' --why 'first issue'",
        f"registry sitrep build {_PERIOD} --as-of 2019-05-06T12:00Z",
        f"registry sitrep build {_PERIOD} --format html --out idlib.html",
        "registry sitrep build --kind flash --attack A-7Q2M-K9XD-F3A7-B --audience partner",
        "registry sitrep build --kind facility --facility 'Kafr Nabl Surgical Hospital' --audience internal",
        "registry sitrep build --kind flash --area SY07 --day 2019-05-04 --audience internal",
    )
)
@_asks
@click.option("--series", metavar="NAME", help="Record it as the next issue of this series: a draft, to be approved.")
@as_of
@in_formats
@to_file(
    "KIND-LANGUAGE.FORMAT, with the audience in it unless it is public",
    " With several languages, -LANGUAGE is put before its ending.",
)
@writes
@pass_settings
def build(
    settings: Settings,
    asked: Asked,
    series: str | None,
    forms: "tuple[Form, ...]",
    out: Path | None,
    why: str | None,
    dry_run: bool,
) -> None:
    """Make a situation report as PDF or for the browser, with the values that it rests on inside.

    Public reports are about governorates or countries and whole weeks: a period is widened to Monday and Sunday.
    """
    files = {form: _files(of_format(out, form, forms), asked, form) for form in forms}
    if series is None:
        _make(_snapshots(settings, asked), files, dry_run)
    elif settings.as_of is not None:
        raise UsageError("an issue of a series is made of what is known now; leave out --as-of or --series")
    else:
        _draft(settings, _wanted(settings, asked, series), files, why, dry_run)


def _make(taken: "list[Sitrep]", files: "dict[Form, list[Path]]", dry_run: bool) -> None:
    """Write the files of each format, one for each language."""
    from registry.sitrep import worker

    for form, named in files.items():
        pairs = zip(named, taken, strict=True)
        wanted = [(file, values) for file, values in pairs if not _is_made(file, values, form)]
        reports = worker.files([values for _, values in wanted], form)
        if not dry_run:
            for (file, _), report in zip(wanted, reports, strict=True):
                write(file, report)


def _is_made(file: Path, values: "Sitrep", form: "Form") -> bool:
    """Whether the file holds this report already; then it is told, and not made again."""
    if form != "pdf" or not file.is_file():
        return False
    from registry.sitrep import checking

    is_made = checking.is_up_to_date(file, values)
    if is_made:
        say(f"{file} is up to date: nothing that it rests on has changed.")
    return is_made


def _wanted(settings: Settings, asked: Asked, series: str) -> "Wanted":
    from registry.services.issues import Wanted

    return Wanted(
        series=series,
        asked=asked.about(),
        audience=asked.audience,
        languages=asked.languages,
        producer=settings.config.producer,
        contact=settings.config.contact,
    )


def _draft(
    settings: Settings, wanted: "Wanted", files: "dict[Form, list[Path]]", why: str | None, dry_run: bool
) -> None:
    """Write the files of the next issue, and record it once they are there: no draft is on record that nobody has."""
    from registry.services import issues

    with writing(settings, why, dry_run) as work:
        made = issues.draft(work, wanted)
        _make([issues.snapshot_of(work.session.connection(), issue.ref) for issue in made], files, dry_run)
    for issue in made:
        told = f"Drafted No. {issue.number} of {wanted.series} ({issue.language}); somebody else approves it."
        done(dry_run, told, issue.ref)


def _files(out: Path | None, asked: Asked, suffix: str) -> list[Path]:
    """The file for each language; its code is in the name unless the name was given for the one language.

    What is not for the public has another name than what is, so that neither is taken for the other.

    Raises:
        NotFound: there is no such folder.
    """
    if out is None:
        named = asked.kind if asked.audience == "public" else f"{asked.kind}-{asked.audience}"
        return [Path(f"{named}-{language}.{suffix}") for language in asked.languages]
    need_folder(out)
    if len(asked.languages) == 1:
        return [out]
    if str(out) == "-":
        raise UsageError("--out -: standard output takes one language; name one, or give a file")
    return [out.with_name(f"{out.stem}-{language}{out.suffix}") for language in asked.languages]


def _snapshots(settings: Settings, asked: Asked) -> "list[Sitrep]":
    """The values in each language, all from one state of the registry."""
    from registry.services import sitreps

    with reading(settings) as connection:
        return [
            sitreps.taken(
                connection,
                asked.about(),
                audience=asked.audience,
                language=language,
                producer=settings.config.producer,
                contact=settings.config.contact,
            )
            for language in asked.languages
        ]


for verb in ("list_", "print_", "edit", "approve", "publish", "diff", "verify"):
    sitrep.add_command(getattr(sitrep_issues, verb))
