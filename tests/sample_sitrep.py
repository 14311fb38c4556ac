"""The founding case as a sitrep would hold it: facts of one article in words of our own, made by hand for the tests."""

from datetime import UTC, date, datetime
from typing import Any

from registry.sitrep.values import (
    Allegation,
    AttackRow,
    Bar,
    ClaimedCount,
    ClaimRow,
    Definition,
    Figure,
    Harm,
    Interval,
    IntervalRow,
    Masthead,
    Means,
    Note,
    Part,
    PeopleFigure,
    Quantity,
    Scope,
    Sector,
    SectorFigures,
    Series,
    Silence,
    Sitrep,
    SourceRow,
    Span,
    Speaker,
    Term,
    Unknowns,
    When,
    Withheld,
)

AREAS = ("Idlib governorate", "northern Hama governorate")
SITUATION = "North-west Syria offensive, first five days"
FIVE_DAYS = When(start=date(2019, 4, 30), end=date(2019, 5, 4), precision="range", basis="inferred")
LAST_DAYS = When(
    start=date(2019, 4, 30), end=date(2019, 5, 4), precision="range", basis="inferred", words="last few days"
)
FOURTH = When(start=date(2019, 5, 4), end=date(2019, 5, 4), basis="printed")
BY_FOURTH = When(end=date(2019, 5, 4), basis="inferred")

KILLED = Term(code="killed", text="Killed")
INJURED = Term(code="injured", text="Injured")
DISPLACED = Term(code="displaced", text="Displaced")
HIT = Term(code="facilities_hit", text="Facilities hit")
PEOPLE = Term(code="all", text="all people")
HEALTH = Term(code="health", text="Health facility")
SCHOOL = Term(code="school", text="School")
CENTRE = Term(code="civil_defence", text="Civil Defence centre")
TARGETED = Term(code="directly_targeted", text="directly targeted")

RESCUE, DOCTORS, MONITOR = "Syrian Civil Defence", "UOSSM", "Syrian Observatory for Human Rights (SOHR)"
DIRECTOR, SAFETY, COORDINATOR = "Mustafa al-Haj Yousef", "Ahmad al-Dbis", "UN regional humanitarian coordinator"

MORE_THAN_30 = Quantity(operator="more_than", low=30, words="more than 30", words_language="en")
AT_LEAST_50 = Quantity(operator="at_least", low=50, words="at least 50", words_language="en")
AT_LEAST_67 = Quantity(operator="at_least", low=67, words="at least 67", words_language="en")
DOZENS = Quantity(operator="some", words="dozens", words_language="en")
THOUSANDS = Quantity(operator="some", words="thousands", words_language="en")
MOVED = Quantity(operator="more_than", low=130_000, words="more than 130,000", words_language="en")
FOUR = Quantity(operator="exactly", low=4, high=4, words="four", words_language="en")
UNSTATED = Quantity(operator="unstated")
HUNDREDS = Quantity(operator="some", words="hundreds", words_language="en", unit="vehicles per day")

ATTACKS_HERE = Scope(kind="attacks", places=AREAS, period=FIVE_DAYS)
FACILITIES_HERE = Scope(kind="facilities", places=AREAS, period=FIVE_DAYS)
CLAIMED_HERE = Scope(
    kind="area_claims",
    places=AREAS,
    period=FIVE_DAYS,
    note="The sources state their periods differently; see each claim.",
)


def _claim(number: int, measure: Term, speaker: str, quantity: Quantity | None, **more: object) -> ClaimRow:
    whole: dict[str, object] = {
        "number": number,
        "source": 1,
        "subject": "area",
        "subject_text": SITUATION,
        "measure": measure,
        "speaker": speaker,
        "publisher": "Middle East Eye",
        "quantity": quantity,
        "period": FIVE_DAYS,
        "places": AREAS,
        **more,
    }
    return ClaimRow(**whole)  # type: ignore[arg-type] # one row with a few changes, as tests want it


CLAIMS = (
    _claim(
        1, KILLED, RESCUE, MORE_THAN_30, population=PEOPLE, period=LAST_DAYS, scope_group="A", origin="1",
        is_joined_by_judgement=True, is_on_front=True,
    ),
    _claim(
        2, KILLED, SAFETY, AT_LEAST_50, speaker_of="UOSSM, safety and security manager", population=PEOPLE,
        relay="named", relay_name="Reuters", scope_group="A", origin="2", is_on_front=True,
    ),
    _claim(3, KILLED, MONITOR, AT_LEAST_67, population=PEOPLE, scope_group="A", origin="3", is_on_front=True),
    _claim(4, KILLED, "Sources in the area", DOZENS, population=PEOPLE, is_anonymous=True, scope_group="A"),
    _claim(5, KILLED, "An activist group", DOZENS, population=PEOPLE, is_anonymous=True, scope_group="A"),
    _claim(
        6, DISPLACED, DIRECTOR, MOVED, speaker_of="Syrian Civil Defence, director for Idlib", population=PEOPLE,
        scope_group="B", origin="1",
    ),
    _claim(7, DISPLACED, "Sources in the area", THOUSANDS, population=PEOPLE, is_anonymous=True, scope_group="B"),
    _claim(8, DISPLACED, "An activist group", THOUSANDS, population=PEOPLE, is_anonymous=True, scope_group="B"),
    _claim(9, HIT, DOCTORS, FOUR, facility_type=HEALTH, origin="2", is_on_front=True, note="None is named."),
    _claim(
        10, HIT, DIRECTOR, UNSTATED, speaker_of="Syrian Civil Defence, director for Idlib", facility_type=CENTRE,
        conduct=TARGETED, origin="1", is_on_front=True,
    ),
    _claim(11, HIT, COORDINATOR, UNSTATED, facility_type=SCHOOL, origin="4"),
    _claim(12, HIT, COORDINATOR, UNSTATED, facility_type=HEALTH, origin="4"),
    _claim(
        13, Term(code="residential_areas_hit", text="Residential areas hit"), COORDINATOR, UNSTATED, origin="4"
    ),
    _claim(
        14, Term(code="military_positions_destroyed", text="Military positions destroyed"), "SANA", UNSTATED,
        is_party_to_conflict=True, period=FOURTH, places=("southern Idlib", "Hama"), origin="5",
        note="State media: the other side’s account of the same days.",
    ),
    _claim(
        15, Term(code="advance_repelled", text="Advance repelled"), "National Liberation Front", None,
        speaker_of="armed group, a spokesman", is_party_to_conflict=True, relay="named", relay_name="Reuters",
        places=("Qalaat al-Madiq, Hama",), origin="6", note="A military account by a party to the conflict.",
    ),
    _claim(
        16, Term(code="arrivals", text="Arrivals"), "A resident of Atmeh", HUNDREDS, is_anonymous=True,
        places=("Atmeh, Idlib",), origin="7", note="A rate; it enters no total.",
    ),
    _claim(
        17, Term(code="means", text="Means: barrel bombs"), COORDINATOR, None, origin="4",
        note="Described as the heaviest use in at least fifteen months.",
    ),
    _claim(
        18, Term(code="bombardment", text="Bombardment"), "AFP, a caption", None, subject="attack",
        subject_text="A-7Q2M-K9XD-F3A7-B", period=FOURTH, places=("Basamis, Idlib",), origin="8",
    ),
    _claim(
        19, Term(code="shelling", text="Shelling"), "AFP, a caption", None, subject="attack",
        subject_text="A-3HN8-W0PE-6BZJ-5", period=BY_FOURTH, places=("Kafr Ein, Idlib",), origin="8", hedge="reported",
    ),
)  # fmt: skip


def _claimed(facility_type: Term, quantity: Quantity, speaker: str, claim: int, **more: object) -> ClaimedCount:
    return ClaimedCount(
        facility_type=facility_type, quantity=quantity, speaker=speaker, is_party_to_conflict=False, named=0,
        claim=claim, source=1, period=FIVE_DAYS, **more,  # type: ignore[arg-type]
    )  # fmt: skip


CLAIMED = {
    "health": (_claimed(HEALTH, FOUR, DOCTORS, 9), _claimed(HEALTH, UNSTATED, COORDINATOR, 12)),
    "education": (_claimed(SCHOOL, UNSTATED, COORDINATOR, 11),),
    "civil_defence": (_claimed(CENTRE, UNSTATED, DIRECTOR, 10, conduct=TARGETED),),
    "other": (),
}


def _sector(sector: Sector, attacks: int, claims: tuple[int, ...] = ()) -> SectorFigures:
    return SectorFigures(
        sector=sector,
        attacks=Figure(count=attacks, scope=ATTACKS_HERE, claims=claims, provisional=attacks),
        facilities_hit=Figure(count=0, scope=FACILITIES_HERE),
        hit_again=Figure(count=0, scope=FACILITIES_HERE),
        unnamed_reports=Figure(count=0, scope=ATTACKS_HERE),
        out_of_service=Figure(count=None, absence="not_reported", scope=FACILITIES_HERE),
        claimed=CLAIMED[sector],
    )


MASTHEAD = Masthead(
    title="Attacks on schools, health and rescue services",
    series="North-west Syria",
    number=1,
    ref="S-5D0K-81QZ-MWN4-J",
    period=FIVE_DAYS,
    as_of=datetime(2019, 5, 6, 8, 30, tzinfo=UTC),
    areas=AREAS,
    country="Syria",
    producer="Documentation team",
    audience="partner",
    is_final=False,
    next_issue=date(2019, 5, 13),
)

PEOPLE_FIGURES = (
    PeopleFigure(
        measure=KILLED,
        population=PEOPLE,
        span=Span(
            low=30, low_operator="more_than", greatest_low=67, greatest_low_operator="at_least", origins=3,
            are_independent=True,
        ),
        scope=CLAIMED_HERE,
        is_area_wide=True,
        beside=(DOZENS, DOZENS),
        is_provisional=True,
        is_joined_by_judgement=True,
        claims=(1, 2, 3),
        beside_claims=(4, 5),
    ),
    PeopleFigure(
        measure=INJURED, population=PEOPLE, span=Span(), scope=CLAIMED_HERE, is_area_wide=True, absence="not_reported"
    ),
    PeopleFigure(
        measure=DISPLACED,
        population=PEOPLE,
        span=Span(
            low=130_000, low_operator="more_than", greatest_low=130_000, greatest_low_operator="more_than", origins=1
        ),
        scope=CLAIMED_HERE,
        is_area_wide=True,
        beside=(THOUSANDS, THOUSANDS),
        is_provisional=True,
        claims=(6,),
        beside_claims=(7, 8),
    ),
)  # fmt: skip

INTERVALS = (
    Interval(
        group="A",
        measure=KILLED,
        population=PEOPLE,
        facility_type=None,
        scope=CLAIMED_HERE,
        rows=(
            IntervalRow(claim=1, source=1, speaker=RESCUE, quantity=MORE_THAN_30, is_joined_by_judgement=True),
            IntervalRow(claim=2, source=1, speaker=f"{SAFETY}, UOSSM", quantity=AT_LEAST_50),
            IntervalRow(claim=3, source=1, speaker=MONITOR, quantity=AT_LEAST_67),
            IntervalRow(claim=4, source=1, speaker="Sources in the area", quantity=DOZENS, is_in_range=False),
            IntervalRow(claim=5, source=1, speaker="An activist group", quantity=DOZENS, is_in_range=False),
        ),
        adopted=PEOPLE_FIGURES[0].span,
        reason="“last few days” was judged to be the days of the offensive",
    ),
)

ATTACKS = (
    AttackRow(
        ref="A-7Q2M-K9XD-F3A7-B",
        when=FOURTH,
        place="Basamis, Idlib",
        place_precision=Term(code="settlement", text="settlement"),
        summary="A caption by AFP shows the bombardment of the village.",
        means=(Means(attack_type=Term(code="bombardment", text="bombardment, kind not stated"), claims=(18,)),),
        harm=(Harm(measure=KILLED, absence="not_reported"),),
        allegations=(
            Allegation(speaker="AFP", actors=("Syrian government forces",), stance="accuses", source=1, claim=18),
        ),
        independent_origins=1,
        is_provisional=True,
        claims=(18,),
        sources=(1,),
    ),
    AttackRow(
        ref="A-3HN8-W0PE-6BZJ-5",
        when=BY_FOURTH,
        place="Kafr Ein, Idlib",
        place_precision=Term(code="settlement", text="settlement"),
        summary="A caption by AFP speaks of shelling; no day is given.",
        means=(Means(attack_type=Term(code="shelling", text="shelling"), hedge="reported", claims=(19,)),),
        harm=(Harm(measure=KILLED, absence="not_reported"),),
        independent_origins=1,
        is_provisional=True,
        claims=(19,),
        sources=(1,),
    ),
)

_UNASSESSED = Term(code="unassessed", text="Not assessed")


def _bar(count: int, **more: Any) -> Bar:
    return Bar(parts=(Part(grade=_UNASSESSED, count=count),) if count else (), **more)


SERIES = (
    Series(
        kind="day",
        scope=ATTACKS_HERE,
        bars=(
            *(
                _bar(int(day == FOURTH.start), period=When(start=day, end=day), is_incomplete=day == FOURTH.start)
                for day in (date(2019, 4, 30), *(date(2019, 5, number) for number in range(1, 5)))
            ),
            _bar(1, label="date not exact to the day"),
        ),
    ),
    Series(kind="facility_type", scope=ATTACKS_HERE, bars=(_bar(2, label="no facility reported"),)),
    Series(
        kind="means",
        scope=ATTACKS_HERE,
        bars=(
            _bar(1, code="bombardment", label="bombardment, kind not stated"),
            _bar(1, code="shelling", label="shelling"),
        ),
    ),
)

SOURCES = (
    SourceRow(
        number=1,
        publisher="Middle East Eye",
        title="Rebels say repelled Syrian and Russian assault on Idlib province",
        published=When(start=date(2019, 5, 4), end=date(2019, 5, 4), basis="inferred"),
        kind=Term(code="news_article", text="news article"),
        language="en",
        url="https://example.org/founding-case",
        archive_sha256="9f2c1f6a6f3f0f5c8c0b5d4e5d1a7b6c3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b",
        speakers=(
            Speaker(name=RESCUE, kind=Term(code="rescue_service", text="rescue service")),
            Speaker(name=DIRECTOR, of="Syrian Civil Defence, director for Idlib"),
            Speaker(name=DOCTORS, of="Union of Medical Care and Relief Organisations"),
            Speaker(name=SAFETY, of="UOSSM, safety and security manager; through Reuters"),
            Speaker(name=MONITOR, kind=Term(code="monitor", text="monitoring group")),
            Speaker(name=COORDINATOR, kind=Term(code="un", text="UN official")),
            Speaker(name="SANA", kind=Term(code="state_media", text="state media"), is_party_to_conflict=True),
            Speaker(
                name="National Liberation Front",
                of="armed group, a spokesman; through Reuters",
                is_party_to_conflict=True,
            ),
            Speaker(name="AFP", of="captions", kind=Term(code="agency", text="news agency")),
            Speaker(name="A resident of Atmeh", is_anonymous=True),
        ),
    ),
)

SITREP = Sitrep(
    masthead=MASTHEAD,
    sectors=(_sector("health", 0), _sector("education", 0), _sector("civil_defence", 0), _sector("other", 2, (18, 19))),
    people=PEOPLE_FIGURES,
    claims=CLAIMS,
    sources=SOURCES,
    intervals=INTERVALS,
    unknowns=Unknowns(
        pending_attacks=2,
        silences=(Silence(place="Qalaat al-Madiq, Hama", period=FIVE_DAYS),),
        notes=(Note(text="None of the places where facilities are claimed as hit is stated.", claims=(9, 10, 11, 12)),),
    ),
    series=SERIES,
    attacks=ATTACKS,
    claimed_not_identified=tuple(one for sector in CLAIMED.values() for one in sector),
    grades=(
        Definition(
            term=Term(code="single_origin", text="Single origin"),
            text="One origin, or several that are not known to be independent.",
        ),
        Definition(
            term=Term(code="corroborated", text="Corroborated"),
            text="At least two independent origins agree on time, place and kind.",
        ),
        Definition(
            term=Term(code="contested", text="Contested"), text="An origin of weight denies it or tells it otherwise."
        ),
    ),
    withheld=(
        Withheld(kind="positions"),
        Withheld(kind="unnamed", count=1),
    ),
    licence="Creative Commons Attribution 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    contact="corrections@example.org",
)
