"""What was asked for, and what was gathered for it: plain rows, and how they hang together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from registry.sitrep.snapshot import lag
from registry.sitrep.snapshot.rows import Key, Row
from registry.sitrep.values import Audience, Kind, Subject


@dataclass(frozen=True)
class Request:
    """What a sitrep is to be about.

    Attributes:
        areas: keys of the places, in the order in which they are named.
        first, last: the period, both days included; a public one is widened to whole weeks.
        attack: the one attack that it is about, with its strikes.
        facility: the one facility that it is about.
        title: "" for the usual one.
    """

    areas: tuple[Key, ...]
    first: date
    last: date
    audience: Audience = "public"
    kind: Kind = "sitrep"
    attack: Key | None = None
    facility: Key | None = None
    title: str = ""
    language: str = "en"
    producer: str = ""
    contact: str = ""
    licence: str = ""
    licence_url: str = ""

    @property
    def about(self) -> Subject:
        """What it is about."""
        return "attack" if self.attack else "facility" if self.facility else "area"


@dataclass(frozen=True)
class Gathered:
    """Rows of the views, oldest entry first, and how they hang together. Keys are UUIDs on both engines.

    A new field needs its place in `disclosing`, which refuses what it does not know.

    Attributes:
        groups: places that the issue tells apart; the areas, until disclosure takes some together.
        whole_area: the place of what lies somewhere in the area, where disclosure made groups.
        lag: how long reports take to come, as far as that can be measured.
        nameable: for each number of facilities how many of them the registry can name; disclosure counts them.
        facilities: the one that a dossier is about, with `facility_names` and `identifiers`.
        marked: facilities of which even partners do not read the name.
        left_out: kinds of what disclosure held back, with how often where that tells nothing.
    """

    as_of: datetime
    heads: tuple[Row, ...]
    areas: tuple[Row, ...]
    places: Mapping[Key, Row]
    situations: tuple[Row, ...]
    situation_places: tuple[Row, ...]
    attacks: tuple[Row, ...]
    undated: int
    hits: tuple[Row, ...]
    statuses: tuple[Row, ...]
    facilities: tuple[Row, ...]
    facility_names: tuple[Row, ...]
    identifiers: tuple[Row, ...]
    means: tuple[Row, ...]
    claims: tuple[Row, ...]
    claim_places: tuple[Row, ...]
    claim_facilities: tuple[Row, ...]
    replaced: frozenset[Key]
    attributions: tuple[Row, ...]
    figures: tuple[Row, ...]
    figure_claims: Mapping[Key, tuple[Key, ...]]
    independent: frozenset[frozenset[Key]]
    reports: Mapping[Key, Row]
    copies: Mapping[Key, Key]
    sources: Mapping[Key, Row]
    duplicates: tuple[tuple[Key, Key], ...]
    mapped: tuple[Row, ...]
    lag: lag.Lag | None
    groups: tuple[Key, ...]
    whole_area: Key | None
    units: tuple[Row, ...]
    census: tuple[Row, ...]
    nameable: Mapping[Key, int]
    marked: frozenset[Key]
    left_out: Mapping[str, int | None]

    @cached_property
    def last_statuses(self) -> Mapping[Key, str]:
        """How each facility that was hit worked last, as far as somebody recorded it."""
        return {row["facility_id"]: str(row["functionality"]) for row in self.statuses if row["functionality"]}

    @cached_property
    def claims_by_key(self) -> Mapping[Key, Row]:
        """The claims by their keys."""
        return {row["id"]: row for row in self.claims}


def nothing(as_of: datetime) -> Gathered:
    """No rows at all: what is known before anything is read."""
    return Gathered(
        as_of=as_of, heads=(), areas=(), places={}, situations=(), situation_places=(), attacks=(), undated=0, hits=(),
        statuses=(), facilities=(), facility_names=(), identifiers=(), means=(), claims=(), claim_places=(),
        claim_facilities=(), replaced=frozenset(), attributions=(), figures=(), figure_claims={},
        independent=frozenset(), reports={}, copies={}, sources={}, duplicates=(), mapped=(), lag=None,
        groups=(), whole_area=None, units=(), census=(), nameable={}, marked=frozenset(), left_out={},
    )  # fmt: skip
