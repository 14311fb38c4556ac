"""The views for analysts, as the comments in their files describe them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from registry.services.schema import view_files

_COLUMN = re.compile(r"^    .*?(\w+),?\s+-- (.+)$")
# Key columns by which the views are joined, and the view that each leads to.
JOINED = {
    "attack_id": "v_attack", "facility_id": "v_facility", "claim_id": "v_claim", "other_id": "v_claim",
    "situation_id": "v_situation", "report_id": "v_report", "publisher_id": "v_source", "speaker_id": "v_source",
    "actor_id": "v_actor", "place_id": "v_place", "governorate_id": "v_place", "area_id": "v_place",
}  # fmt: skip


@dataclass(frozen=True)
class View:
    """A view.

    Attributes:
        rows: what it has a row for.
        columns: what each column is, in their order.
    """

    name: str
    rows: str
    columns: Mapping[str, str]


def views() -> list[View]:
    """All views, by name."""
    return [_read(name, file) for name, file in sorted(view_files().items())]


def _read(name: str, file: Path) -> View:
    lines = file.read_text(encoding="utf-8").splitlines()
    body = lines[: next(number for number, line in enumerate(lines) if line.startswith("FROM"))]
    columns = {match[1]: match[2] for line in body if (match := _COLUMN.match(line))}
    return View(name, lines[0].removeprefix("-- "), columns)
