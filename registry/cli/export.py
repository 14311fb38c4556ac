"""`registry export`: tables for everyone's tools, with what describes them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli.options import Pair, Settings, examples, pass_settings, say

if TYPE_CHECKING:
    from registry.sitrep.values import Audience

_FORMS = {
    "csv": ("CSV, for any program.", "registry export csv v_area_week v_claim --to public-2019"),
    "xlsx": ("Excel workbooks.", "registry export xlsx facilities-hit-most --set least=3 --audience internal --to hit"),
    "geojson": ("GeoJSON points, for maps.", "registry export geojson v_facility --audience internal --to map"),
    "parquet": ("Parquet, for DuckDB, R and pandas.", "registry export parquet v_attack --audience partner --to data"),
    "hxl": ("CSV with a row of HXL tags, for humanitarian tools.", "registry export hxl v_area_week --to hxl"),
    "json": ("JSON, a list of objects.", "registry export json totals-by-month --audience internal --to totals"),
}


@click.group()
def export() -> None:
    """Tables for everyone's tools: each view and saved question, with what describes it."""


def into_folder(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--to` and `--force`."""
    folder = click.Path(file_okay=False, path_type=Path)
    command = click.option("--force", is_flag=True, help="Replace an earlier export.")(command)
    return click.option("--to", "target", type=folder, required=True, metavar="FOLDER", help="A new folder to write.")(
        command
    )


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
    @click.option("--licence", metavar="NAME", help="Under which others may use it, such as CC-BY-4.0.")
    @click.option("--licence-url", default="", metavar="URL", help="Where the licence can be read.")
    @into_folder
    @pass_settings
    def command(
        settings: Settings,
        names: Sequence[str],
        given: Sequence[tuple[str, str]],
        audience: "Audience",
        licence: str | None,
        licence_url: str,
        target: Path,
        force: bool,
    ) -> None:
        from registry.services.exporting.exporting import Asked, export
        from registry.services.exporting.packaging import Licence

        config = settings.config
        terms = Licence(licence, licence_url) if licence else None
        asked = Asked(form, names, audience, dict(given), config.producer, config.contact, terms)
        for table in export(settings.engine, asked, target, replace=force):
            say(f"{table.name}: {table.rows:,} rows.")
        say(f"Wrote {target}, for {audience} readers.")


for _form, (_what, _example) in _FORMS.items():
    _command(_form, _what, _example)
