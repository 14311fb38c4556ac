"""`registry form`: forms for those who report from the field."""

import sys
from pathlib import Path

import click

from registry.cli.options import examples, say


@click.group()
def form() -> None:
    """Forms for those who report from the field."""


@form.command(epilog=examples("registry form xlsx --out attack-report.xlsx"))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    required=True,
    metavar="FILE",
    help="The workbook to write; `-` is standard output.",
)
def xlsx(out: Path) -> None:
    """Write the form for attack reports, an XLSForm for KoboToolbox and ODK in English and Arabic.

    Its choices are the code lists. Its submissions come back with the mappings `kobo` and `odk`.
    """
    from registry.services import forms

    content = forms.xlsform()
    if str(out) == "-":
        sys.stdout.buffer.write(content)
        return
    out.write_bytes(content)
    say(f"Wrote the form for attack reports: {out}")
