"""An attack on a terminal: every claim beside the others, and a word for every part that is missing."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from registry.cells import plain
from registry.cli import words
from registry.cli.output import rows

Row = Mapping[str, Any]


def print_attack(found: Row) -> None:
    """Print the record that `services.attacks.show` gives."""
    click.echo(f"{click.style(found['ref'], bold=True)}  {words.code(found['state'])}, {words.code(found['grade'])}")
    if found["withdrawn_why"]:
        click.echo(f"Withdrawn: {found['withdrawn_why']}")
    _lines(_header(found))
    _facilities(found)
    _means(found)
    _claims(found)
    _figures(found)
    _accused(found)
    _grades(found)
    _documents(found)
    _links(found)
    _history(found)


def _header(found: Row) -> dict[str, str]:
    time = found["time_of_day"] or found["time_band"]
    precision = words.code(found["place_precision"])
    return {
        "When": words.days(found) + (f", {str(time)[:5] if found['time_of_day'] else time}" if time else ""),
        "Where": f"{found['place']}, {found['country']} (known to: {precision})",
        "Title": found["title"] or "",
        "Summary": found["summary"] or "",
    }


def _lines(fields: Mapping[str, str]) -> None:
    for label, text in fields.items():
        if text:
            click.echo(f"{label:<9}{text}")


def _facilities(found: Row) -> None:
    table = [
        {**row, **{key: words.code(row[key]) for key in ("type", "effect", "damage", "functionality")}}
        for row in found["facilities"]
    ]
    columns = {"facility": "Ref", "name": "Name", "type": "Type", "place": "Place"}
    columns |= {"effect": "Effect", "damage": "Damage", "functionality": "Works"}
    named, unnamed = found["named_facilities"], found["unnamed_facilities"]
    count = f"{named} named" + (f", {unnamed} reported without a name" if unnamed else "")
    _part(f"Facilities ({count})" if table else "Facilities", table, columns, words.absent(found["facilities_absence"]))


def _means(found: Row) -> None:
    table = [{key: words.code(value) for key, value in row.items()} for row in found["means"]]
    columns = {"type": "With what", "launch": "Launched from", "munition": "Munition"}
    _part("Means", table, columns, words.absent(found["means_absence"]))


def _claims(found: Row) -> None:
    table = [
        {
            "ref": claim["ref"],
            "topic": words.topic(claim),
            "said": words.said(claim)
            + (f" (withdrawn: {words.code(claim['withdrawn_as'])})" * bool(claim["withdrawn_at"]))
            + (f" (corrected by {claim['corrected_by']})" * bool(claim["corrected_by"])),
            "speaker": words.speaker(claim),
            "in": f"{claim['publisher']} {claim['report']}",
        }
        for claim in found["claims"]
    ]
    columns = {"topic": "What", "said": "How many", "speaker": "Who says so", "in": "In", "ref": "Ref"}
    _part("Claims", table, columns, f"harm {words.absent(found['harm_absence'])}")


def _figures(found: Row) -> None:
    table = [
        {"ref": row["ref"], "topic": words.counted(row), "figure": words.figure(row), "rests": words.rests_on(row)}
        for row in found["figures"]
    ]
    columns = {"topic": "What", "figure": "Low to high", "rests": "Rests on", "ref": "Ref"}
    _part("Our figures", table, columns, "none: no claim gives a number")


def _accused(found: Row) -> None:
    table = [
        {"actor": row["actor"], "by": words.accused(row), "in": f"{row['publisher']} {row['report']}"}
        for row in found["attributions"]
    ]
    columns = {"actor": "Actor", "by": "As claimed", "in": "In"}
    _part("Who is accused", table, columns, words.absent(found["attribution_absence"]))


def _grades(found: Row) -> None:
    table = [
        {
            **row,
            "grade": words.code(row["grade"])
            + (f", proposed: {words.code(row['proposed'])}" if row["proposed"] else ""),
        }
        for row in found["assessments"]
    ]
    columns = {"scheme": "Scheme", "grade": "Grade", "assessor": "By", "reviewer": "Confirmed by", "rationale": "Why"}
    _part("Grades", table, columns, "not assessed")


def _documents(found: Row) -> None:
    columns = {"ref": "Ref", "publisher": "Publisher", "title": "Title", "published_from_on": "Published"}
    _part("Documents", found["reports"], columns, "none")


def _links(found: Row) -> None:
    table = [{"kind": words.code(row["kind"]), "ref": row["ref"]} for row in found["links"]]
    table += [{"kind": "has as a strike", "ref": row["ref"]} for row in found["strikes"]]
    if table:
        _part("Belongs with", table, {"kind": "How", "ref": "Ref"})


def _history(found: Row) -> None:
    """A line for each unit of work, however many columns it touched."""
    units: dict[tuple[str, str, str], str] = {}
    for row in found["history"]:
        at = str(plain("made_at", row["at"])).replace("T", " ").replace("Z", " UTC")
        units.setdefault((at, row["by"], row["why"]), "added" if row["action"] == "insert" else "changed")
    table = [{"at": at, "by": by, "did": did, "why": why} for (at, by, why), did in units.items()]
    _part("History", table, {"at": "At", "by": "By", "did": "Did", "why": "Why"})


def _part(title: str, table: Sequence[Row], columns: Mapping[str, str], absent: str = "") -> None:
    """A headed table; its empty columns are left out, and an empty table is said in a word."""
    if not table:
        click.echo(f"\n{click.style(title, bold=True)}: {absent}")
        return
    click.echo("\n" + click.style(title, bold=True))
    filled = {key: heading for key, heading in columns.items() if any(row.get(key) for row in table)}
    rows(table, filled, "table")
