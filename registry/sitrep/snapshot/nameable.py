"""How many of the facilities that a claim counts the registry can name: counted before their types are taken away."""

from registry import codes
from registry.sitrep.snapshot.gathered import Gathered
from registry.sitrep.snapshot.rows import Key, Row

COUNTS_OF_FACILITIES = (
    "facilities_hit",
    "facilities_damaged",
    "facilities_destroyed",
    "facilities_out_of_service",
)


def nameable(gathered: Gathered) -> dict[Key, int]:
    """The facilities that somebody tied to a number; else all of its type that are on record as hit here."""
    numbers = [row for row in gathered.claims if row["situation_id"] and row["measure"] in COUNTS_OF_FACILITIES]
    return {row["id"]: _nameable(row, gathered) for row in numbers}


def _nameable(claim: Row, gathered: Gathered) -> int:
    tied = sum(row["claim_id"] == claim["id"] for row in gathered.claim_facilities)
    kinds = codes.children("facility_type", claim["facility_type"] or "unknown")
    hits = (row for row in gathered.hits if row["type"] in kinds and not row["is_placeholder"])
    return tied or len({row["facility_id"] for row in hits})
