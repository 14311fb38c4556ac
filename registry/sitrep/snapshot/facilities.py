"""The named facilities that were hit in the period, those hit more than once first, and the one of a dossier."""

from collections.abc import Sequence

from registry.sitrep.snapshot.numbering import Book, period, when
from registry.sitrep.snapshot.rows import Key, Row
from registry.sitrep.values import Dossier, FacilityName, FacilityRow, Identifier, Status


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
    attack = book.attacks[last["attack_id"]]
    said = [book.by_facility["claims"].get(facility, ()), *(book.by_attack["claims"].get(key, ()) for key in attacks)]
    claims = {row["id"]: row for rows in said for row in rows if book.is_current(row)}.values()
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
        statuses=statuses(book, facility) if book.request.about != "facility" else (),
        claims=book.numbers(claims),
        sources=tuple(sorted({book.source_numbers[row["report_id"]] for row in claims})),
    )


def statuses(book: Book, facility: Key) -> tuple[Status, ...]:
    """All that was recorded of how a facility was, the latest last."""
    rows = book.by_facility["statuses"].get(facility, ())
    return tuple(_status(book, row, book.attacks.get(row["attack_id"])) for row in rows)


def _status(book: Book, row: Row, attack: Row | None) -> Status:
    first, last, precision = row["observed_from_on"], row["observed_to_on"], row["observed_precision"]
    # Some are recorded by their first day alone.
    seen = period(first, last if precision == "open" else last or first, precision, None, "printed")
    return Status(
        # What has no record of its own was recorded with the attack, and is as old as that.
        when=when(attack, "occurred") if attack and "record_id" not in row else seen,
        counts_from=row["observed_from_on"],
        functionality=book.optional_term("functionality", row["functionality"]),
        damage=book.optional_term("damage", row["damage"]),
        is_reopening=bool(row["is_reopening"]),
        attack=str(attack["ref"]) if attack else "",
        source=book.source_numbers.get(row["report_id"]),
    )


def dossier(book: Book) -> Dossier | None:
    """The facility of a dossier; None for other reports."""
    if book.request.facility is None:
        return None
    (row,) = book.rows.facilities
    return Dossier(
        ref=row["ref"],
        name=row["name"],
        facility_type=book.term("facility_type", row["type"]),
        place=book.place_name(row["place_id"]),
        names=tuple(
            FacilityName(
                name=one["name"],
                language=one["language"] if one["language"] != "und" else "",
                is_former=one["kind"] == "former",
            )
            for one in book.rows.facility_names
        ),
        identifiers=tuple(
            Identifier(scheme=one["scheme"], value=one["value"]) for one in book.rows.identifiers if one["value"]
        ),
        opened_on=row["opened_on"],
        closed_on=row["closed_on"],
        statuses=statuses(book, row["id"]),
    )
