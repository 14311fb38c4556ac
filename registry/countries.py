"""Countries: their ISO 3166-1 alpha-3 codes, and the box that each lies in.

Codes and names: ISO 3166-1. Names in Arabic and French: Unicode CLDR, as Babel 2.18 has it, and as the United Nations
say where that is shorter or said otherwise (Congo, Palestine). Boxes: Natural Earth admin 0 at 1:50 million (public
domain), widened by 0.2 degrees; good enough to find swapped or mistyped coordinates, and nothing else.
"""

import csv
from functools import cache
from typing import NamedTuple

from registry import paths
from registry.errors import InvalidValue, NotFound


class Country(NamedTuple):
    """A country; the box is in degrees (WGS 84), None where it is not known."""

    code: str
    name: str
    name_ar: str
    name_fr: str
    south: float | None
    north: float | None
    west: float | None
    east: float | None

    @property
    def names(self) -> dict[str, str]:
        """Its name by language."""
        return {"en": self.name, "ar": self.name_ar, "fr": self.name_fr}

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies in the box; any does where the box is not known."""
        if self.south is None or self.north is None or self.west is None or self.east is None:
            return True
        return self.south <= lat <= self.north and self.west <= lon <= self.east


@cache
def countries() -> dict[str, Country]:
    """All countries by code."""
    with (paths.CODELISTS / "country.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: _country(row) for row in csv.DictReader(file)}


def _country(row: dict[str, str]) -> Country:
    south, north, west, east = (float(row[side]) if row[side] else None for side in ("south", "north", "west", "east"))
    return Country(row["code"], row["name"], row["name_ar"], row["name_fr"], south, north, west, east)


def check(code: str) -> str:
    """The code, if it is a country's.

    Raises:
        NotFound: it is not.
    """
    if code not in countries():
        near = [country.code for country in countries().values() if country.name.casefold() == code.casefold()]
        raise NotFound("country", code, near, hint="give an ISO 3166 code of three letters, such as SYR")
    return code


def check_inside(code: str, lat: float, lon: float) -> None:
    """Refuse a point that lies outside the country.

    Raises:
        InvalidValue: it does; where the swapped point lies inside, the message says so.
    """
    country = countries()[check(code)]
    if country.holds(lat, lon):
        return
    if country.holds(lon, lat):
        raise InvalidValue("lat and lon", f"the point lies outside {country.name}", "they seem to be swapped")
    raise InvalidValue("lat and lon", f"the point lies outside {country.name}", "check both, and the country")
