"""Flashes on one attack or day, and dossiers of one facility: what they hold, and who may have them."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from registry import db
from registry.errors import Conflict, InvalidValue
from registry.models.facilities import Facility, FacilityCreate, FacilityStatusCreate
from registry.models.happened import Attack, HitFacilityCreate
from registry.models.in_out import Sitrep as Issue
from registry.models.said import ClaimCreate
from registry.services import attacks, claims, facilities, issues, matching, releasing, sitreps
from registry.services.subjects import Asked
from registry.services.work import Work, writing
from registry.sitrep import adding
from registry.sitrep.values import Sitrep, StateBar, as_json, from_json
from tests.test_snapshot import attack, begin, killed, toll

WEEKS = Asked(areas=["SY07"], first="2019-05-01", last="2019-05-20")


def taken(engine: Engine, asked: Asked, audience: str = "internal", language: str = "en") -> Sitrep:
    """A report, once it is sure that its figures follow from it and that it comes back from its own JSON."""
    with db.reading(engine) as connection:
        sitrep = sitreps.taken(connection, asked, audience=audience, language=language)
    assert list(adding.wrong(sitrep)) == []
    assert from_json(as_json(sitrep)) == sitrep
    return sitrep


def hospital(work: Work, name: str = "Central", **more: object) -> str:
    given = {"name": name, "type": "hospital", "place": "Basamis", **more}
    return facilities.add(work, FacilityCreate.model_validate(given)).ref


def hit(work: Work, article: str, when: str, *facility: str, functionality: str | None = None) -> str:
    touched = [HitFacilityCreate(facility=one, effect="damaged", functionality=functionality) for one in facility]
    return attack(work, article, when, facilities=touched)


def recorded(work: Work, facility: str, when: str, functionality: str, *, reopening: bool = False) -> None:
    facilities.status(work, facility, FacilityStatusCreate(when=when, functionality=functionality, reopening=reopening))


# A flash


def test_a_flash_is_on_its_attack_and_says_nothing_of_others(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        first = hit(work, article, "2019-05-02", hospital(work))
        killed(work, first, article, "3")
        killed(work, attack(work, article, "2019-05-03"), article, "40")
    flash = taken(engine, Asked(kind="flash", attack=first))
    assert [row.ref for row in flash.attacks] == [first]
    assert (flash.masthead.kind, flash.masthead.about, flash.masthead.areas) == ("flash", "attack", ("Basamis, Idlib",))
    assert (flash.masthead.period.start, flash.masthead.period.end) == (date(2019, 5, 2), date(2019, 5, 2))
    assert toll(flash).span.low == 3
    assert [one.sector for one in flash.sectors] == ["health"], "of other sectors it says nothing, not even none"
    assert (flash.series, flash.cells, flash.unknowns.silences, flash.claimed_not_identified) == ((), (), (), ())
    assert "one attack" in toll(flash).scope.note


def test_a_flash_counts_the_strikes_of_its_attack_once(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        first = attack(work, article)
        second = attack(work, article, parent=first)
        for ref in (first, second):
            killed(work, ref, article, "2")
    flash = taken(engine, Asked(kind="flash", attack=first))
    assert {row.ref for row in flash.attacks} == {first, second}
    assert toll(flash).span.low == 2


def test_a_flash_on_a_merged_record_is_on_the_attack(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        refs = [attack(work, article), attack(work, article)]
        killed(work, refs[1], article, "7")
        first, second = (work.by_ref(Attack, ref, "attack") for ref in refs)
        matching.judge(work, "attack", first, second, "same", why="one crater")
    flash = taken(engine, Asked(kind="flash", attack=refs[1]))
    assert len(flash.attacks) == 1
    assert toll(flash).span.low == 7


def test_a_flash_of_a_day_holds_that_day(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        on_it = attack(work, article, "2019-05-04")
        attack(work, article, "2019-05-05")
    flash = taken(engine, Asked(kind="flash", areas=["SY07"], first="2019-05-04", last="2019-05-04"))
    assert [row.ref for row in flash.attacks] == [on_it]


def test_what_has_no_date_or_was_withdrawn_has_no_flash(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        undated, gone = attack(work, article, "unknown"), attack(work, article)
        attacks.withdraw(work, gone, why="It did not happen.")
    with pytest.raises(InvalidValue, match="no date"):
        taken(engine, Asked(kind="flash", attack=undated))
    with pytest.raises(Conflict, match="was withdrawn"):
        taken(engine, Asked(kind="flash", attack=gone))


# Who may have which


def test_the_public_has_a_flash_of_a_released_attack_and_of_nothing_else(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        first = hit(work, article, "2019-05-02", hospital(work))
        strike = attack(work, article, "2019-05-02", parent=first)
        killed(work, first, article, "3")
    one_attack = Asked(kind="flash", attack=first)
    for asked in (one_attack, Asked(kind="flash", areas=["SY07"], first="2019-05-02", last="2019-05-02")):
        with pytest.raises(InvalidValue, match="the public reads of"):
            taken(engine, asked, "public")
    with writing(engine, "Amal", "agreed") as work:
        releasing.release(work, "attack", first)
    with pytest.raises(InvalidValue, match="its strikes"):
        taken(engine, one_attack, "public")
    with writing(engine, "Amal", "agreed") as work:
        releasing.release(work, "attack", strike)
    flash = taken(engine, one_attack, "public")
    assert flash.masthead.areas == ("Idlib governorate",)
    assert (flash.masthead.period.precision, flash.masthead.period.start) == ("week", date(2019, 4, 29))
    assert [one.facility_type.code for row in flash.attacks for one in row.facilities] == ["health"]
    assert b"Central" not in as_json(flash)
    assert b"Basamis" not in as_json(flash)


def test_a_public_issue_that_describes_some_attacks_is_not_held_against_these_alone(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        for ref in (attack(work, article), attack(work, article)):
            killed(work, ref, article, "3")
        releasing.release(work, "attack", ref)
    public = taken(engine, WEEKS, "public")
    assert len(public.attacks) == 1
    assert toll(public).span.low == 6


def test_nobody_outside_reads_the_dossier_of_a_marked_facility_and_the_public_reads_none(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        plain, marked = hospital(work), hospital(work, "Deep", underground=True)
        hit(work, article, "2019-05-02", plain, marked)
    for facility in (plain, marked):
        with pytest.raises(InvalidValue, match="for partners and colleagues"):
            taken(engine, Asked(kind="facility", facility=facility), "public")
    with pytest.raises(InvalidValue, match="special risk"):
        taken(engine, Asked(kind="facility", facility=marked), "partner")
    outside = taken(engine, Asked(kind="facility", facility=plain), "partner")
    assert b"Deep" not in as_json(outside), "what else its attacks touched is no part of its history"
    assert taken(engine, Asked(kind="facility", facility=marked)).dossier is not None


# A dossier


def test_a_dossier_is_the_whole_history_of_one_facility(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        central = hospital(work, names=["المركزي"], identifiers={"osm": "way/1"})
        school = hospital(work, "Other", type="school")
        undated = hit(work, article, "unknown", central)
        first = hit(work, article, "2014-08-12", central, school, functionality="non_functioning")
        again = hit(work, article, "2019-05-02", central)
        hit(work, article, "2019-05-02", school)
        recorded(work, central, "2015-01-10", "fully_functioning", reopening=True)
        killed(work, first, article, "3")
        killed(work, again, article, "4")
    found = taken(engine, Asked(kind="facility", facility="Central"))
    assert [row.ref for row in found.attacks] == [undated, first, again]
    assert (found.masthead.title, found.masthead.period.start) == ("Central", date(2014, 8, 12))
    assert toll(found).span.low == 7
    (hits,) = found.facilities
    assert (hits.name, hits.attacks) == ("Central", 3)
    about = found.dossier
    assert about is not None
    assert {one.name for one in about.names} == {"Central", "المركزي"}
    assert [(one.scheme, one.value) for one in about.identifiers] == [("osm", "way/1")]
    states = [(one.functionality.code if one.functionality else "", one.attack) for one in about.statuses]
    assert states == [("non_functioning", first), ("fully_functioning", "")]
    arabic = taken(engine, Asked(kind="facility", facility="Central"), language="ar")
    assert arabic.masthead.title == "المركزي"


def test_partners_read_of_no_reopening_even_where_nobody_called_it_so(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        central = hospital(work, identifiers={"osm": "way/1"})
        hit(work, article, "2014-08-12", central, functionality="non_functioning")
        recorded(work, central, "2015-01-10", "fully_functioning")
        recorded(work, central, "2016-01-10", "fully_functioning", reopening=True)
        recorded(work, central, "2017-01-10", "closed")
    about = taken(engine, Asked(kind="facility", facility=central), "partner").dossier
    assert about is not None
    assert [one.functionality.code for one in about.statuses if one.functionality] == ["non_functioning", "closed"]
    assert about.identifiers == ()
    assert about.place == "Idlib governorate"


def test_the_history_of_merged_facilities_is_one(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        refs = [hospital(work), hospital(work, "Noor House")]
        for ref, day in zip(refs, ("2019-05-02", "2019-05-09"), strict=True):
            hit(work, article, day, ref)
        recorded(work, refs[1], "2019-05-03", "closed")
        first, second = (work.by_ref(Facility, ref, "facility") for ref in refs)
        matching.judge(work, "facility", first, second, "same", why="one building")
    found = taken(engine, Asked(kind="facility", facility="Noor House"))
    assert len(found.attacks) == 2
    assert found.dossier is not None
    assert {one.name for one in found.dossier.names} == {"Central", "Noor House"}
    assert len(found.dossier.statuses) == 1


def test_one_that_nobody_named_or_of_which_nothing_is_dated_has_no_dossier(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        hospital(work)
        unnamed = facilities.add(work, FacilityCreate(type="clinic", place="Basamis", placeholder=True)).ref
    with pytest.raises(InvalidValue, match="nothing with a date"):
        taken(engine, Asked(kind="facility", facility="Central"))
    with pytest.raises(InvalidValue, match="no source has named"):
        taken(engine, Asked(kind="facility", facility=unnamed))


# How facilities worked over time


def counted(bars: tuple[StateBar, ...]) -> list[dict[str, int]]:
    return [{part.functionality.code: part.count for part in bar.parts} for bar in bars]


def test_every_facility_is_in_every_bar_whether_or_not_somebody_recorded_how_it_worked(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        one, two, three = (hospital(work, name) for name in ("One", "Two", "Three"))
        hit(work, article, "2019-05-02", one, two, three)
        recorded(work, one, "2019-05-08", "partially_functioning")
        recorded(work, one, "2019-05-15", "non_functioning")
        recorded(work, two, "2019-03", "closed")
    bars = taken(engine, WEEKS).functionality
    assert [(bar.period.start, bar.period.end) for bar in bars] == [
        (date(2019, 5, 1), date(2019, 5, 5)), (date(2019, 5, 6), date(2019, 5, 12)),
        (date(2019, 5, 13), date(2019, 5, 19)), (date(2019, 5, 20), date(2019, 5, 20)),
    ]  # fmt: skip
    assert counted(bars) == [
        {"closed": 1, "": 2},
        {"partially_functioning": 1, "closed": 1, "": 1},
        {"non_functioning": 1, "closed": 1, "": 1},
        {"non_functioning": 1, "closed": 1, "": 1},
    ]
    months = taken(engine, replace(WEEKS, first="2019-02", last="2019-06-10")).functionality
    assert [bar.period.precision for bar in months] == ["month", "month", "month", "month", "range"]
    assert counted(months)[0] == {"": 3}


def test_the_last_state_is_that_of_the_last_day_not_of_the_last_kind_of_record(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        central = hospital(work)
        recorded(work, central, "2019-05-01", "functioning")
        hit(work, article, "2019-05-10", central, functionality="non_functioning")
    found = taken(engine, WEEKS)
    assert found.facilities[0].functionality is not None
    assert found.facilities[0].functionality.code == "non_functioning"
    assert [set(one) for one in counted(found.functionality)] == [{"functioning"}, *[{"non_functioning"}] * 3]


@pytest.mark.parametrize("number", range(4))
def test_a_bar_that_counts_otherwise_is_found(sqlite_database: str, number: int) -> None:
    engine = db.connect(sqlite_database)
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        central = hospital(work)
        hit(work, article, "2019-05-02", central, functionality="non_functioning")
    sitrep = taken(engine, WEEKS)
    bars = list(sitrep.functionality)
    part = bars[number].parts[0]
    bars[number] = replace(bars[number], parts=(replace(part, count=part.count + 1),))
    told = list(adding.wrong(replace(sitrep, functionality=tuple(bars))))
    assert len(told) == 1
    assert "the snapshot counts 2, its facilities give 1" in told[0]


def test_nobody_recorded_anything_and_the_public_get_no_such_chart(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        hit(work, article, "2019-05-02", hospital(work))
    assert taken(engine, WEEKS).functionality == ()
    with writing(engine, "Amal", "test") as work:
        recorded(work, "Central", "2019-05-03", "closed")
    assert taken(engine, WEEKS, "partner").functionality != ()
    assert taken(engine, WEEKS, "public").functionality == ()


# Issues


def drafted(engine: Engine, asked: Asked, audience: str = "internal") -> Issue:
    with writing(engine, "Amal", "test") as work:
        return issues.draft(work, issues.Wanted(series="Flash", asked=asked, audience=audience))[0]


def test_flashes_of_a_series_are_numbered_and_the_next_on_an_attack_says_what_changed(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        one, other = attack(work, article), attack(work, article)
        killed(work, one, article, "3")
    first, second = (drafted(engine, Asked(kind="flash", attack=ref)) for ref in (one, other))
    again = drafted(engine, Asked(kind="flash", attack=one))
    assert (first.number, second.number, again.ref, again.areas) == (1, 2, first.ref, one)
    with writing(engine, "Basma", "read") as work:
        issues.approve(work, first.ref)
        issues.publish(work, first.ref)
    with writing(engine, "Amal", "test") as work:
        killed(work, one, article, "5", speaker="Rescue")
    third = drafted(engine, Asked(kind="flash", attack=one))
    with db.reading(engine) as connection:
        update = issues.snapshot_of(connection, third.ref)
    assert third.number == 3
    assert update.masthead.changes is not None
    assert (update.masthead.changes.previous, update.masthead.changes.corrected) == (1, 1)


def test_a_series_keeps_its_kind_and_a_flash_forbids_no_public_series(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        one = attack(work, begin(work))
        releasing.release(work, "attack", one)
    drafted(engine, Asked(kind="flash", attack=one), "public")
    with pytest.raises(Conflict, match="is of kind flash"):
        drafted(engine, WEEKS, "public")
    with writing(engine, "Amal", "test") as work:
        weekly = issues.Wanted(series="Weekly", asked=Asked(areas=["SY07"], first="2019-05-06", last="2019-05-12"))
        assert issues.draft(work, weekly)[0].kind == "sitrep"


def test_claims_on_a_facility_are_in_its_dossier_whatever_their_day(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        central = hospital(work)
        claims.add(work, ClaimCreate(facility=central, report=article, speaker="SOHR", kind="status",
                                     functionality="closed", period="2012-03"))  # fmt: skip
        hit(work, article, "2019-05-02", central)
    found = taken(engine, Asked(kind="facility", facility=central))
    assert len(found.claims) == 1
    assert found.masthead.period.start == date(2012, 3, 1)
