"""What charts and the map draw."""

from dataclasses import dataclass
from typing import Literal

from registry.sitrep.values.counts import Part
from registry.sitrep.values.terms import Scope, When


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar.

    Attributes:
        label: of a bar that is no span of days; of a bar over time for attacks whose date is not exact to one of them.
        code: of the type of facility or means; "" for bars over time, and for attacks of which none is stated.
        is_incomplete: reports of these days still come in.
    """

    label: str = ""
    code: str = ""
    period: When | None = None
    parts: tuple[Part, ...] = ()
    is_incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The bars of one chart of attacks."""

    kind: Literal["day", "week", "facility_type", "means"]
    bars: tuple[Bar, ...]
    scope: Scope


Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The boundary of an area: rings of longitude and latitude (WGS 84); what an odd number of them encloses is in it.

    Attributes:
        label: where its name fits best.
    """

    rings: tuple[Ring, ...]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapArea:
    """An area and how much lies in it; never where in it.

    Attributes:
        pcode: "" if it has none.
        attacks: distinct attacks; None for an area that the report does not cover.
        facilities: distinct named facilities hit; None where the audience is not told by area.
        outlines: empty if no boundary is on file; several where governorates are taken together.
    """

    name: str
    pcode: str = ""
    attacks: int | None = None
    facilities: int | None = None
    outlines: tuple[Outline, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMap:
    """Attacks by area.

    Attributes:
        level: of the areas.
        areas: those of the report.
        around: their neighbours, which the report does not cover.
        wider: attacks known only to lie in the wider area, so in none of these.
        boundaries: who published them, with their editions.
    """

    level: Literal["governorate", "district"]
    areas: tuple[MapArea, ...]
    around: tuple[MapArea, ...] = ()
    wider: int = 0
    boundaries: tuple[str, ...] = ()
