"""The tables of a sitrep as CSV, for a reader's spreadsheet: headings, a row of HXL tags, then the rows.

They hold what the pages hold and nothing more, and are attached to the PDF beside the snapshot. HXL 1.1:
https://hxlstandard.org/standard/1-1final/tagging/
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from registry.cells import guarded
from registry.sitrep.values import AttackRow, ClaimRow, FacilityHit, PeopleFigure, Quantity, Sitrep, SourceRow, When

_Table = tuple[Sequence[str], Sequence[str], Iterable[Sequence[Any]]]


def all_of(sitrep: Sitrep) -> dict[str, bytes]:
    """Each table by the name of its file, as UTF-8 with the mark that spreadsheet programs look for."""
    makers: dict[str, Callable[[Sitrep], _Table]] = {
        "figures.csv": _figures, "claims.csv": _claims, "attacks.csv": _attacks, "facilities.csv": _facilities,
        "functionality.csv": _functionality, "sources.csv": _sources,
    }  # fmt: skip
    return {name: _written(*make(sitrep)) for name, make in makers.items()}


def _written(headings: Sequence[str], tags: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows((headings, tags))
    writer.writerows([guarded(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _figures(sitrep: Sitrep) -> _Table:
    headings = (
        "What", "Population", "Low", "Low operator", "High", "High operator", "No upper limit stated", "Origins",
        "Attacks without a number", "For the whole area", "Why there is no number", "Claims",
    )  # fmt: skip
    tags = (
        "#indicator+name", "#population", "#affected+low", "#meta+low+operator", "#affected+high",
        "#meta+high+operator", "#meta+open", "#meta+origins", "#meta+without", "#meta+area_wide", "#meta+absence",
        "#meta+claims",
    )  # fmt: skip
    return headings, tags, [_figure(one) for one in sitrep.people]


def _figure(figure: PeopleFigure) -> Sequence[Any]:
    span = figure.span
    return (
        figure.measure.text, figure.population.text, span.low, span.low_operator if span.low is not None else "",
        span.high, span.high_operator if span.high is not None else "", _yes(is_so=span.is_open_high), span.origins,
        figure.without_number, _yes(is_so=figure.is_area_wide), figure.absence or "", _numbers(figure.claims),
    )  # fmt: skip


def _claims(sitrep: Sitrep) -> _Table:
    headings = (
        "Claim", "About", "What", "Population", "Facility type", "Operator", "Low", "High", "Absence", "Words",
        "Unit", "From", "To", "Date precision", "Places", "Speaker", "Organisation", "Party to the conflict",
        "Relay", "Publisher", "Comparable with", "Origin", "State", "Source",
    )  # fmt: skip
    tags = (
        "#meta+claim", "#subject", "#indicator+name", "#population", "#sector+facility", "#meta+operator",
        "#indicator+low+num", "#indicator+high+num", "#meta+absence", "#description+words", "#meta+unit",
        "#date+start", "#date+end", "#date+precision", "#loc+name", "#contact+speaker", "#org+speaker",
        "#meta+party", "#org+relay", "#org+publisher", "#meta+scope", "#meta+origin", "#status", "#meta+source",
    )  # fmt: skip
    return headings, tags, [_claim(row) for row in sitrep.claims]


def _claim(row: ClaimRow) -> Sequence[Any]:
    said = row.quantity or Quantity(operator="unstated")
    return (
        row.number, row.subject_text, row.measure.text, row.population.text if row.population else "",
        row.facility_type.text if row.facility_type else "", said.operator if row.quantity else "", said.low,
        said.high, said.absence or "", said.words, said.unit, *_days(row.period), "; ".join(row.places), row.speaker,
        row.speaker_of, _yes(is_so=row.is_party_to_conflict), row.relay_name or row.relay, row.publisher,
        row.scope_group, row.origin, row.state, row.source,
    )  # fmt: skip


def _attacks(sitrep: Sitrep) -> _Table:
    headings = (
        "Attack", "From", "To", "Date precision", "Place", "Facilities", "What happened", "Means", "Killed, low",
        "Killed, high", "Injured, low", "Injured, high", "Grade", "Independent origins", "Claims", "Sources",
    )  # fmt: skip
    tags = (
        "#event+id", "#date+start", "#date+end", "#date+precision", "#loc+name", "#loc+facility+list",
        "#description", "#event+means", "#affected+killed+low", "#affected+killed+high", "#affected+injured+low",
        "#affected+injured+high", "#meta+grade", "#meta+origins", "#meta+claims", "#meta+sources",
    )  # fmt: skip
    return headings, tags, [_attack(row) for row in sitrep.attacks]


def _attack(row: AttackRow) -> Sequence[Any]:
    means = (part.text for one in row.means for part in (one.attack_type, one.launch, one.munition) if part)
    return (
        row.ref, *_days(row.when), row.place, "; ".join(_hit(one) for one in row.facilities), row.summary,
        "; ".join(dict.fromkeys(means)), *_bounds(row, "killed"), *_bounds(row, "injured"),
        row.grade.text if row.grade else "", row.independent_origins, _numbers(row.claims), _numbers(row.sources),
    )  # fmt: skip


def _bounds(row: AttackRow, measure: str) -> tuple[int | None, int | None]:
    """Of all people, where a number is given for all: parts of a population are in the claims."""
    spans = (one.span for one in row.harm if one.measure.code == measure and _is_of_all(one.population))
    span = next(spans, None)
    return (span.low, span.high) if span else (None, None)


def _is_of_all(population: Any) -> bool:
    return population is None or population.code == "all"


def _hit(hit: FacilityHit) -> str:
    return f"{hit.name} ({hit.facility_type.text})" if hit.name else hit.facility_type.text


def _facilities(sitrep: Sitrep) -> _Table:
    headings = ("Facility", "Name", "Type", "Damage", "Works", "Hit again", "Attack")
    tags = ("#loc+facility+id", "#loc+facility+name", "#sector+facility", "#impact+damage", "#status+functionality",
            "#meta+again", "#event+id")  # fmt: skip
    rows = [
        (
            hit.ref, hit.name, hit.facility_type.text, hit.damage.text if hit.damage else "",
            hit.functionality.text if hit.functionality else "", _yes(is_so=hit.is_hit_again), attack.ref,
        )
        for attack in sitrep.attacks
        for hit in attack.facilities
    ]  # fmt: skip
    return headings, tags, rows


def _functionality(sitrep: Sitrep) -> _Table:
    headings = ("From", "To", "Date precision", "Works at the end", "Facilities")
    tags = ("#date+start", "#date+end", "#date+precision", "#status+functionality", "#indicator+facilities+num")
    rows = [
        (*_days(bar.period), part.functionality.text, part.count) for bar in sitrep.functionality for part in bar.parts
    ]
    return headings, tags, rows


def _sources(sitrep: Sitrep) -> _Table:
    headings = ("Source", "Publisher", "Title", "Published", "Link", "Archive", "Archive SHA-256", "Copy of")
    tags = ("#meta+source", "#org+publisher", "#meta+title", "#date+published", "#meta+url", "#meta+archive+url",
            "#meta+sha256", "#meta+original")  # fmt: skip
    return headings, tags, [_source(row) for row in sitrep.sources]


def _source(row: SourceRow) -> Sequence[Any]:
    day = row.published.start if row.published.precision == "day" else row.published.edtf or row.published.start
    return row.number, row.publisher, row.title, day, row.url, row.archive_url, row.archive_sha256, row.copy_of


def _days(when: When | None) -> tuple[Any, Any, str]:
    return (when.start, when.end, when.precision) if when else (None, None, "")


def _numbers(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))


def _yes(*, is_so: bool) -> str:
    return "yes" if is_so else "no"
