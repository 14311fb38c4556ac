"""What the registry holds on an area and a period: nothing decided."""

from sqlalchemy import Connection

from registry.sitrep.snapshot import areas, lag
from registry.sitrep.snapshot.gathered import Gathered, Request
from registry.sitrep.snapshot.reading import Reader
from registry.sitrep.snapshot.rows import ids

_FACILITY_NAMES = (
    "SELECT id, facility_id, name, language, kind FROM facility_name WHERE facility_id IN :keys "
    "AND retracted_at IS NULL ORDER BY CASE kind WHEN 'official' THEN 0 ELSE 1 END, id"
)
_IDENTIFIERS = (
    "SELECT id, facility_id, scheme, value FROM facility_identifier WHERE facility_id IN :keys "
    "AND retracted_at IS NULL ORDER BY scheme, value, id"
)
_MEANS = "SELECT * FROM attack_means WHERE attack_id IN :keys AND retracted_at IS NULL ORDER BY id"


def gather(connection: Connection, request: Request) -> Gathered:
    """All that a sitrep on this area and period rests on."""
    reader = Reader(connection)
    heads = reader.heads()
    as_of = reader.newest_entry(heads)
    places = reader.within(request.areas)
    around = places | reader.above(request.areas)
    is_of_area = request.about == "area"
    situations = reader.situations(around, request) if is_of_area else ()
    attacks = reader.attacks(places, request)
    facility = [request.facility] if request.facility else []
    hits = reader.hits(attacks)
    if facility:  # whatever else its attacks touched is no part of its history
        hits = tuple(row for row in hits if row["facility_id"] == request.facility)
    touched = {row["facility_id"] for row in hits} | {*facility}
    claims = reader.claims(attacks, situations, touched, request, around)
    statuses = reader.statuses(hits, touched, request)
    figures = reader.subjects("SELECT * FROM v_figure g WHERE {} ORDER BY g.id", attacks, situations)
    attributions = reader.subjects("SELECT * FROM v_attribution g WHERE {} ORDER BY g.id", attacks, situations)
    reports = reader.reports(attacks, (*claims, *attributions, *(statuses if facility else ())))
    speakers = {row["speaker_id"] for row in (*claims, *attributions)}
    speakers |= {row["publisher_id"] for row in reports.values()} | {row["relay_id"] for row in claims} - {None}
    situation_places = reader.of(
        "SELECT situation_id, place_id, part FROM situation_place WHERE situation_id IN :keys ORDER BY id",
        ids(situations),
    )
    claim_places = reader.of(
        "SELECT claim_id, place_id, part FROM claim_place WHERE claim_id IN :keys ORDER BY id", ids(claims)
    )
    claim_facilities = reader.of(
        "SELECT id, claim_id, facility_id FROM claim_facility WHERE claim_id IN :keys ORDER BY id", ids(claims)
    )
    facilities = reader.of("SELECT * FROM v_facility WHERE id IN :keys", facility)
    named = {row["place_id"] for row in (*attacks, *situation_places, *claim_places, *facilities)}
    every_place = reader.of("SELECT * FROM v_place WHERE id IN :keys", reader.above(places | named))
    units = tuple(row for row in every_place if row["level"] == "governorate" and row["id"] in places)
    return Gathered(
        as_of=as_of,
        heads=heads,
        areas=tuple(reader.of("SELECT * FROM v_place WHERE id IN :keys", [key])[0] for key in request.areas),
        places={row["id"]: row for row in every_place},
        situations=situations,
        situation_places=situation_places,
        attacks=attacks,
        undated=reader.undated(places) if is_of_area else 0,
        hits=hits,
        statuses=statuses,
        facilities=facilities,
        facility_names=reader.with_merged(_FACILITY_NAMES, "facility", facility),
        identifiers=reader.with_merged(_IDENTIFIERS, "facility", facility),
        means=reader.of_attacks(_MEANS, attacks),
        claims=claims,
        claim_places=claim_places,
        claim_facilities=claim_facilities,
        replaced=reader.replaced(claims),
        attributions=attributions,
        figures=figures,
        figure_claims=reader.figure_claims(figures),
        independent=reader.independent({row["origin_id"] for row in claims}),
        reports=reports,
        copies=reader.copies(reports),
        sources={row["id"]: row for row in reader.of("SELECT * FROM v_source WHERE id IN :keys", speakers)},
        duplicates=reader.duplicates(attacks),
        mapped=areas.mapped(reader.of, request.areas, around, is_public=request.audience == "public"),
        lag=lag.measured(reader.of, places, as_of),
        groups=request.areas,
        whole_area=None,
        units=units,
        census=reader.of(
            "SELECT place_id, type_code AS type, count FROM facility_census WHERE place_id IN :keys ORDER BY id",
            ids(units),
        ),
        nameable={},
        marked=reader.marked(touched),
        left_out={},
    )
