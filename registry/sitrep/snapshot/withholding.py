"""What the page tells its readers about what was held back: of which kind, and how often where that tells nothing."""

from collections.abc import Mapping
from typing import Any

from registry.sitrep.snapshot.gathered import Gathered
from registry.sitrep.values import Audience

# Kinds without a count are told whether or not there is anything of the kind, so that silence says nothing either.
_KINDS: dict[Audience, tuple[str, ...]] = {
    "internal": ("positions",),
    "partner": (
        "positions",
        "never",
        "places_below_district",
        "marked_facilities",
        "free_text",
        "words",
        "documents",
        "unnamed",
        "persons",
    ),
    "public": (
        "positions",
        "never",
        "places_below_governorate",
        "few_facilities",
        "days",
        "single_attacks",
        "recent_status",
        "facility_claims",
        "free_text",
        "words",
        "documents",
        "unnamed",
        "persons",
    ),
}


def counted(raw: Gathered, seen: Mapping[str, Any], audience: Audience, are_grouped: bool) -> dict[str, int | None]:
    """The kinds that this audience is told of, with their counts.

    Args:
        raw: the rows as gathered.
        seen: the rows that the audience sees, by field.
        audience: who reads.
        are_grouped: governorates are taken together.
    """
    counts = {
        "words": sum(row["words_withheld"] for row in seen["claims"]),
        "documents": sum(_is_document_hidden(seen, row) for row in raw.reports.values()),
        "unnamed": sum(seen["sources"][key]["kind"] == "unnamed" for key in raw.sources),
        "persons": sum(_is_person_hidden(seen, row) for row in raw.sources.values()),
    }
    kinds = [kind for kind in _KINDS[audience] if counts.get(kind) != 0]
    return {kind: counts.get(kind) for kind in kinds if kind != "few_facilities" or are_grouped}


def _is_document_hidden(seen: Mapping[str, Any], row: Any) -> bool:
    shown = seen["reports"].get(row["id"])
    return shown is None or bool(shown["are_details_withheld"])


def _is_person_hidden(seen: Mapping[str, Any], row: Any) -> bool:
    shown = seen["sources"][row["id"]]
    return bool(shown["kind"] != "unnamed" and shown["name"] != row["name"])
