"""What a snapshot makes of merged attacks, double taps and attacks without a number."""

from datetime import date

from sqlalchemy import Engine

from registry import db
from registry.models.facilities import FacilityCreate, FacilityStatusCreate
from registry.models.happened import Attack, AttackCreate, AttackReport, HitFacilityCreate, MeansCreate
from registry.models.places import PlaceCreate
from registry.models.said import ClaimCreate, Report, ReportCreate
from registry.models.who import SourceCreate
from registry.services import attacks, claims, facilities, matching, places, reports, sitreps, sources
from registry.services.work import Work, writing
from registry.sitrep.values import PeopleFigure, SectorFigures, Sitrep, as_json


def begin(work: Work) -> str:
    """A governorate with one village, a paper and two speakers; the ref of an article."""
    places.add(work, PlaceCreate(name="Idlib", level="governorate", country="SYR", pcode="SY07"))
    places.add(work, PlaceCreate(name="Basamis", level="community", parent="SY07"))
    for name, kind in (("Paper", "newspaper"), ("SOHR", "monitoring_group"), ("Rescue", "rescue_service")):
        sources.add(work, SourceCreate(name=name, kind=kind))
    return reports.add(work, ReportCreate(publisher="Paper", title="News", published="2019-05-05")).ref


def attack(work: Work, article: str, when: str = "2019-05-04", **more: object) -> str:
    given = AttackCreate.model_validate({"when": when, "place": "Basamis", "reports": [article], **more})
    return attacks.add(work, given).ref


def killed(work: Work, about: str, article: str, number: str, speaker: str = "SOHR") -> None:
    claims.add(work, ClaimCreate(attack=about, report=article, speaker=speaker, measure="killed", number=number))


def taken(engine: Engine) -> Sitrep:
    with db.reading(engine) as connection:
        return sitreps.snapshot(connection, areas=["SY07"], first="2019-05-01", last="2019-05-10", audience="internal")


def toll(sitrep: Sitrep) -> PeopleFigure:
    return next(one for one in sitrep.people if one.measure.code == "killed")


def sector(sitrep: Sitrep, name: str) -> SectorFigures:
    return next(one for one in sitrep.sectors if one.sector == name)


def test_a_total_adds_attacks_and_says_how_many_have_no_number(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        killed(work, attack(work, article), article, "3")
        killed(work, attack(work, article, "2019-05-05"), article, "4")
        attack(work, article, "2019-05-06")
    figure = toll(taken(engine))
    assert (figure.span.low, figure.span.high, figure.without_number) == (7, None, 1)
    assert figure.span.low_operator == "at_least"


def test_a_double_tap_counts_once(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        whole = attack(work, article)
        for number in ("3", "2"):
            killed(work, attack(work, article, parent=whole), article, number)
    sitrep = taken(engine)
    assert (toll(sitrep).span.low, toll(sitrep).span.high) == (5, 5)
    assert sector(sitrep, "none_reported").attacks.count == 1
    with writing(engine, "Amal", "test") as work:
        killed(work, whole, article, "at least 4", "Rescue")
    assert (toll(taken(engine)).span.low, toll(taken(engine)).span.high) == (4, None)


def test_what_is_said_of_a_merged_record_is_said_of_the_attack(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        one, other = attack(work, article), attack(work, article)
        killed(work, one, article, "3")
        killed(work, other, article, "5", "Rescue")
        first, second = (work.by_ref(Attack, ref, "attack") for ref in (one, other))
        matching.judge(work, "attack", first, second, "same", why="one crater")
    sitrep = taken(engine)
    assert len(sitrep.attacks) == 1
    assert (toll(sitrep).span.low, toll(sitrep).span.high, toll(sitrep).span.origins) == (3, 5, 2)
    assert len(sitrep.claims) == 2


def test_two_attacks_that_may_be_one_count_once_in_the_low(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        one, other = attack(work, article), attack(work, article)
        killed(work, one, article, "3")
        killed(work, other, article, "5", "Rescue")
        first, second = (work.by_ref(Attack, ref, "attack") for ref in (one, other))
        matching.judge(work, "attack", first, second, "unsure", why="same day")
    assert (toll(taken(engine)).span.low, toll(taken(engine)).span.high) == (3, 8)


def test_a_placeholder_is_no_distinct_facility(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        for _ in range(2):
            attack(work, article, facilities=[HitFacilityCreate(unnamed="clinic", effect="damaged")])
    health = sector(taken(engine), "health")
    assert (health.attacks.count, health.facilities_hit.count, health.unnamed_reports.count) == (2, 0, 2)


def test_a_claim_of_a_rate_enters_no_total(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        about = attack(work, article)
        given = ClaimCreate(
            attack=about,
            report=article,
            speaker="SOHR",
            measure="displaced",
            number="200",
            unit="people a day",
            rate=True,
        )
        claims.add(work, given)
    moved = next(one for one in taken(engine).people if one.measure.code == "displaced")
    assert moved.span.low is None
    assert [quantity.unit for quantity in moved.beside] == ["people a day"]


def test_the_period_holds_its_last_day(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        attack(work, article, "2019-05-10")
        attack(work, article, "2019-05-11")
    assert [row.when.start for row in taken(engine).attacks] == [date(2019, 5, 10)]


def test_a_report_that_was_taken_off_an_attack_is_not_among_its_sources(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        wrong = reports.add(work, ReportCreate(publisher="Paper", title="Another village", published="2019-05-05")).ref
        one = attack(work, article, reports=[article, wrong])
        killed(work, one, article, "3")
    assert b"Another village" in as_json(taken(engine))
    with writing(engine, "Amal", "it is about another village") as work:
        of_it = work.by_ref(Report, wrong, "report")
        (link,) = work.find_all(AttackReport, report_id=of_it.id)
        work.change(link, retracted_at=work.at)
    assert b"Another village" not in as_json(taken(engine))
    with writing(engine, "Amal", "it is about this one, too") as work:
        attacks.edit(work, one, {"reports": [wrong]})
    assert b"Another village" in as_json(taken(engine))


def test_a_facility_and_means_that_were_taken_off_an_attack_are_printed_no_more(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        clinic = facilities.add(work, FacilityCreate(name="Clinic A", type="clinic", place="Basamis")).ref
        means = MeansCreate(type="air_strike")
        one = attack(work, article, facilities=[HitFacilityCreate(facility=clinic)], means=[means])
        killed(work, one, article, "3")
    assert sector(taken(engine), "health").facilities_hit.count == 1
    with writing(engine, "Amal", "it was a house, and shells") as work:
        attacks.edit(work, one, {"not_hit": ["Clinic A"], "not_means": [means], "means": [{"type": "shelling"}]})
    sitrep = taken(engine)
    assert [one.sector for one in sitrep.sectors if one.attacks.count] == ["none_reported"]
    assert b"Clinic A" not in as_json(sitrep)
    (row,) = sitrep.attacks
    assert [one.attack_type and one.attack_type.code for one in row.means] == ["shelling"]


def test_a_report_is_no_copy_once_that_was_taken_back(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        wire = reports.add(work, ReportCreate(publisher="SOHR", title="Wire", published="2019-05-05")).ref
        attack(work, article, reports=[article, wire])
        reports.link(work, article, wire, "republishes")
    assert [row.publisher for row in taken(engine).sources if row.copy_of] == ["Paper"]
    with writing(engine, "Amal", "it has a reporter of its own") as work:
        reports.unlink(work, article, wire, "republishes")
    assert [row.copy_of for row in taken(engine).sources] == [None, None]


def test_what_was_a_strike_by_mistake_is_added_to_the_total(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        whole, strike = attack(work, article), attack(work, article)
        for about, number in ((whole, "4"), (strike, "3")):
            killed(work, about, article, number)
        attacks.link(work, strike, whole, "part_of")
    assert (toll(taken(engine)).span.low, sector(taken(engine), "none_reported").attacks.count) == (4, 1)
    with writing(engine, "Amal", "another street") as work:
        attacks.unlink(work, strike, whole, "part_of")
    assert (toll(taken(engine)).span.low, sector(taken(engine), "none_reported").attacks.count) == (7, 2)


def test_a_status_that_was_taken_back_is_printed_no_more(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        clinic = facilities.add(work, FacilityCreate(name="Clinic A", type="clinic", place="Basamis")).ref
        attack(work, article, facilities=[HitFacilityCreate(facility=clinic)])
        seen = FacilityStatusCreate(when="2019-05-06", functionality="non_functioning")
        facilities.status(work, clinic, seen)
    assert sector(taken(engine), "health").out_of_service.count == 1
    with writing(engine, "Amal", "another clinic") as work:
        facilities.unstatus(work, clinic, seen)
    left = sector(taken(engine), "health").out_of_service
    assert (left.count, left.absence) == (None, "not_reported")
