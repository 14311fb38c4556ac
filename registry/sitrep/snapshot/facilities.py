"""The named facilities that were hit in the period, those hit more than once first."""

from collections.abc import Sequence

from registry.sitrep.snapshot.gather import Key, Row
from registry.sitrep.snapshot.numbering import Book, when
from registry.sitrep.values import FacilityRow


def facility_rows(book: Book) -> tuple[FacilityRow, ...]:
    """One row for each named facility; none for the public, who reads of no single facility."""
    if book.request.audience == "public":
        return ()
    hits: dict[Key, list[Row]] = {}
    order = {row["id"]: number for number, row in enumerate(book.rows.attacks)}
    for hit in sorted(book.rows.hits, key=lambda row: order[row["attack_id"]]):
        if not hit["is_placeholder"]:
            hits.setdefault(hit["facility_id"], []).append(hit)
    return tuple(sorted((_row(book, key, rows) for key, rows in hits.items()), key=_order))


def _order(row: FacilityRow) -> tuple[int, bool, str, str]:
    return -row.attacks, row.is_name_withheld, row.name, row.ref


def _row(book: Book, facility: Key, hits: Sequence[Row]) -> FacilityRow:
    last = hits[-1]
    attacks = {row["attack_id"] for row in hits}
    attack = next(row for row in book.rows.attacks if row["id"] == last["attack_id"])
    claims = [
        row for row in book.claims
        if (row["facility_id"] == facility or row["attack_id"] in attacks) and book.is_current(row)
    ]  # fmt: skip
    return FacilityRow(
        ref=last["facility"] or "",
        name=last["name"] or "",
        is_name_withheld=not last["name"],
        facility_type=book.term("facility_type", last["type"]),
        place=book.place_name(attack["place_id"]),
        attacks=len({book.event_of[key] for key in attacks}),
        last_hit=when(attack, "occurred"),
        damage=book.optional_term("damage", next((row["damage"] for row in reversed(hits) if row["damage"]), None)),
        functionality=book.optional_term("functionality", book.rows.last_statuses.get(facility)),
        claims=book.numbers(claims),
        sources=tuple(sorted({book.source_numbers[row["report_id"]] for row in claims})),
    )
