"""`registry code`: the code lists."""

from typing import Any

import click

from registry import codes
from registry.cli.options import examples, formats
from registry.cli.output import record, rows


@click.group()
def code() -> None:
    """Code lists: which words are used, and what they mean."""


@code.command("list", epilog=examples("registry code list", "registry code list facility_type --format csv"))
@click.argument("list_name", metavar="[LIST]", required=False)
@formats
def list_(list_name: str | None, form: str) -> None:
    """List the code lists, or the codes of one of them.

    The labels are in English, Arabic and French; CSV and JSON have the definitions too.
    """
    if list_name is None:
        found = ({"list": name, "codes": len(codes.rows(name))} for name in codes.LISTS)
        rows(found, {"list": "List", "codes": "Codes"}, form)
        return
    headings = {"code": "Code", "label_en": "English", "label_ar": "Arabic", "label_fr": "French"}
    others = dict.fromkeys(key for key in codes.rows(list_name)[0] if key not in headings)
    rows(codes.rows(list_name), headings | dict.fromkeys(others, ""), form)


@code.command(epilog=examples("registry code show facility_type field_hospital"))
@click.argument("list_name", metavar="LIST")
@click.argument("wanted", metavar="CODE")
@formats
def show(list_name: str, wanted: str, form: str) -> None:
    """Show one code: what it means, and what others call it."""
    record(_found(list_name, wanted), form, labels={"label_en": "English", "label_ar": "Arabic", "label_fr": "French"})


def _found(list_name: str, wanted: str) -> dict[str, Any]:
    known = {str(row["code"]): row for row in codes.rows(list_name)}
    row = known[codes.check_code(list_name, wanted)]
    shown = ("scheme", "scheme_list", "foreign_code", "foreign_label", "relation", "source")
    return {
        "list": list_name,
        **row,
        "narrower": [code for code, other in known.items() if other["parent"] == wanted],
        "mappings": [
            {key: mapped.get(key) for key in shown}
            for mapped in codes.code_map()
            if (mapped["list"], mapped["code"]) == (list_name, wanted)
        ],
    }
