"""Boundaries into the registry: areas of a file joined to places, simplified once, kept by edition."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry import countries, db
from registry.errors import InvalidValue
from registry.models.places import LEVELS, PlaceShape
from registry.services.boundaries import documents, joining, simplifying
from registry.services.boundaries.joining import NOT_GIVEN, Headings, Joined
from registry.services.boundaries.simplifying import Shape, Simplified
from registry.services.coding import word
from registry.services.work import Work

_MOST_CORNERS = 4_000  # of a country's map: what a page sets in less than a tenth of a second
_PER_AREA = 150  # below the governorates a map shows the parts of one area, not of the country


@dataclass(frozen=True)
class Wanted:
    """What a person says of a file of boundaries.

    Attributes:
        country: ISO 3166-1 alpha-3.
        level: of the places that its areas are.
        headings: the properties to join by, where they are given.
        layer: of a TopoJSON file with several.
    """

    country: str
    level: str
    source: str
    edition: str = ""
    headings: Headings = NOT_GIVEN
    layer: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What was done.

    Attributes:
        joined: every area of the file, with its place or why it has none.
        states: `new`, `changed` or `same` for the shape of each place, by ref.
        headings: what was joined by.
        without: places of the level that have no shape now.
        simplified: how many corners there were and are.
    """

    joined: Sequence[Joined]
    states: dict[str, str]
    headings: Headings
    without: Sequence[str]
    simplified: Simplified

    @property
    def left_out(self) -> list[Joined]:
        """The areas that are no place."""
        return [one for one in self.joined if one.place is None]

    def rows(self) -> Iterator[dict[str, Any]]:
        """The areas that are a place, in the order of the file."""
        for one in self.joined:
            if one.place is not None:
                yield {
                    "feature": one.area.number, "called": one.called, "place": one.place.name,
                    "pcode": one.place.pcode, "ref": one.place.ref, "by": one.by, "state": self.states[one.place.ref],
                }  # fmt: skip


def load(work: Work, path: Path, name: str, wanted: Wanted) -> Outcome:
    """Read a plain file, join its areas to places, and keep their shapes.

    The same file again changes nothing. A shape of the same edition is replaced, its former in the journal; one of
    another edition stays beside the new one, and maps draw what came in last.

    Raises:
        UnreadableFileError: nothing can be read from it.
        UsageError: country, level or a property is not there.
    """
    countries.check(wanted.country)
    word("level", wanted.level, LEVELS)
    if not wanted.source.strip():
        raise InvalidValue("source", "is empty", "say who published the boundaries; every map names it")
    areas = documents.areas(path, name, wanted.layer)
    known = joining.places(work.session.connection(), wanted.country, wanted.level)
    headings = joining.headings(areas, known, wanted.headings)
    joined = joining.join(areas, known, headings)
    # All of the file, joined or not: what an area looks like must not hang on whether its neighbour has a name.
    most = _MOST_CORNERS if wanted.level in ("country", "governorate") else max(_MOST_CORNERS, _PER_AREA * len(areas))
    simplified = simplifying.simplified([area.polygons for area in areas], most)
    states = {}
    for one, shape in zip(joined, simplified.shapes, strict=True):
        if one.place is not None and shape is None:
            one.trouble, one.place = "its outline encloses nothing", None
        elif one.place is not None and shape is not None:
            states[one.place.ref] = _keep(work, db.as_uuid(one.place.key), shape, wanted)
    return Outcome(joined, states, headings, _without(work, wanted), simplified)


def _keep(work: Work, place: Any, shape: Shape, wanted: Wanted) -> str:
    values: dict[str, Any] = {
        "geometry": shape.geometry, "label_lat": shape.lat, "label_lon": shape.lon, "source": wanted.source.strip(),
    }  # fmt: skip
    held = work.find(PlaceShape, place_id=place, edition=wanted.edition)
    if held is None:
        work.add(PlaceShape(place_id=place, edition=wanted.edition, **values))
        return "new"
    return "changed" if work.change(held, **values) else "same"


def _without(work: Work, wanted: Wanted) -> list[str]:
    sql = (
        "SELECT name FROM v_place WHERE country = :country AND level = :level AND canonical_id IS NULL "
        "AND id NOT IN (SELECT place_id FROM place_shape) ORDER BY name"
    )
    rows = db.every(work.session.connection(), sql, country=wanted.country, level=wanted.level)
    return [row["name"] for row in rows]
