"""`registry export`: tables for everyone's tools, with what describes them."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli.fields import Pair
from registry.cli.options import (
    Settings,
    as_of,
    done,
    examples,
    for_colleagues,
    formats,
    pass_settings,
    reading,
    say,
    writes,
    writing,
)
from registry.plurals import how_many

if TYPE_CHECKING:
    from registry.services.exporting.packaging import Licence
    from registry.sitrep.values import Audience

_FORMS = {
    "csv": ("CSV, for any program.", "registry export csv v_area_week v_claim --to public-2019"),
    "xlsx": ("Excel workbooks.", "registry export xlsx facilities-hit-most --set least=3 --audience internal --to hit"),
    "geojson": ("GeoJSON points, for maps.", "registry export geojson v_facility --audience internal --to map"),
    "parquet": ("Parquet, for DuckDB, R and pandas.", "registry export parquet v_attack --audience partner --to data"),
    "hxl": ("CSV with a row of HXL tags, for humanitarian tools.", "registry export hxl v_area_week --to hxl"),
    "json": ("JSON, a list of objects.", "registry export json totals-by-month --audience internal --to totals"),
}
_RELEASES = {
    "number": "Release", "made_at": "Made", "made_by": "By", "approved_at": "Approved", "approver": "Approved by",
    "package_sha256": "SHA-256",
}  # fmt: skip
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def export() -> None:
    """Tables for everyone's tools: each view and saved question, with what describes it."""


def with_licence(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--licence` and `--licence-url`, as the argument `licence`."""

    @functools.wraps(command)
    def collected(*args: object, licence: str | None, licence_url: str, **rest: object) -> object:
        from registry.services.exporting.packaging import Licence

        return command(*args, licence=Licence(licence, licence_url) if licence else None, **rest)

    url = click.option("--licence-url", default="", metavar="URL", help="Where the licence can be read.")
    name = click.option("--licence", metavar="NAME", help="Under which others may use it, such as CC-BY-4.0.")
    return name(url(collected))


def _command(form: str, what: str, example: str) -> None:
    @export.command(name=form, help=f"{what} `docs/exporting.md` says what is in the folder.", epilog=examples(example))
    @click.argument("names", nargs=-1, required=True, metavar="VIEW|QUESTION...")
    @click.option("--set", "given", type=Pair(), multiple=True, metavar="NAME=VALUE", help="A question's parameter.")
    @click.option(
        "--audience",
        type=click.Choice(["internal", "partner", "public"]),
        default="public",
        show_default=True,
        help="Who is to read it: each gets what they may see.",
    )
    @as_of
    @with_licence
    @click.option("--force", is_flag=True, help="Replace an earlier export.")
    @click.option("--to", "target", type=_FOLDER, required=True, metavar="FOLDER", help="A new folder to write.")
    @pass_settings
    def command(
        settings: Settings,
        names: Sequence[str],
        given: Sequence[tuple[str, str]],
        audience: "Audience",
        licence: "Licence | None",
        target: Path,
        force: bool,
    ) -> None:
        from registry.services.exporting.exporting import Asked, export

        for_colleagues(settings, audience)
        config = settings.config
        asked = Asked(form, names, audience, dict(given), config.producer, config.contact, licence)
        for table in export(settings.engine, asked, target, replace=force):
            say(f"{table.name}: {how_many(table.rows, 'row')}.")
        say(f"Wrote {target}, for {audience} readers.")


for _form, (_what, _example) in _FORMS.items():
    _command(_form, _what, _example)


@export.command(epilog=examples("registry export archive --to idlib.archive.gz"))
@click.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="A new file to write.",
)
@pass_settings
def archive(settings: Settings, target: Path) -> None:
    """The whole registry as one file, for `registry import archive`: for colleagues alone."""
    from registry.services.exporting import archive as archives

    entries = archives.save(settings.engine, target)
    held = how_many(entries, "entry")
    say(f"Wrote {target}: {held} of the journal. It holds everything: keep it as you keep the registry.")


@export.command(
    epilog=examples("registry export release --licence CC-BY-4.0 --to release-1 --why 'First half of 2019'")
)
@with_licence
@click.option("--why", metavar="TEXT", help="The reason for the release; the journal keeps it.")
@click.option("--to", "target", type=_FOLDER, required=True, metavar="FOLDER", help="A new folder to write.")
@pass_settings
def release(settings: Settings, licence: "Licence | None", why: str | None, target: Path) -> None:
    """Draft the next public release: numbered, with what has changed since the last.

    It holds what the public may see, and nothing else. It is frozen when somebody else approves it; until then it is
    not to be handed out, and the same command makes it anew. Mistakes found later are mended in the next.
    """
    from registry.services.exporting import releases

    config = settings.config
    publisher = releases.Publisher(config.producer, config.contact, licence)
    made = releases.release(settings.engine, settings.user, why or "A public release.", publisher, target)
    settings.saved = True
    say(
        f"Wrote a draft of release {made.number} to {target}; somebody else has to read and approve it: "
        f"registry --as 'Another name' export approve {target}"
    )


@export.command(epilog=examples("registry --as 'Basma' export approve release-1 --why 'All tables read'"))
@click.argument("target", type=_FOLDER, metavar="FOLDER")
@writes
@pass_settings
def approve(settings: Settings, target: Path, why: str | None, dry_run: bool) -> None:
    """Approve the draft of a release as it is in its folder; whoever made it cannot.

    The folder may be handed out from now on, and what is in it is never made again.
    """
    from registry.services.exporting import releases

    with writing(settings, why, dry_run) as work:
        made = releases.approve(work, target)
        told = f"Approved release {made.number}; SHA-256 of its datapackage.json: {made.package_sha256}."
    done(dry_run, told)


@export.command("list", epilog=examples("registry export list --format json"))
@formats
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List the public releases, newest first; one that nobody approved is a draft."""
    from registry.cli.output import rows
    from registry.services.exporting import releases

    with reading(settings) as connection:
        rows(releases.list_(connection), _RELEASES, form)


@export.command(epilog=examples("registry export verify release-1"))
@click.argument("folder", type=_FOLDER, metavar="FOLDER")
def verify(folder: Path) -> None:
    """Hold the files of an export or release against the hashes in its datapackage.json.

    That file's own hash is printed: for a release it has to be the one that `registry export list` shows.
    """
    from registry.services.exporting import packaging

    files, digest = packaging.verify(folder)
    click.echo(digest)
    say(f"As written: {how_many(files, 'file')}. Above is the SHA-256 of {folder / 'datapackage.json'}.")
