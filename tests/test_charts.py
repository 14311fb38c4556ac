"""The charts, the list of facilities, the reporting lag, and long lists that are cut on the page."""

import io
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import Engine

from registry import codes, db
from registry.models.facilities import Facility, FacilityCreate
from registry.models.happened import Attack, AttackCreate
from registry.models.said import ReportCreate
from registry.paths import TEMPLATES
from registry.services import attacks, facilities, matching, reports, sitreps
from registry.services.work import Work, writing
from registry.sitrep import adding, listed, render, tables
from registry.sitrep.snapshot import lag
from registry.sitrep.snapshot.reading import Reader
from registry.sitrep.values import (
    AttackRow,
    Bar,
    Cell,
    ClaimRow,
    FacilityRow,
    Part,
    Sector,
    Series,
    Sitrep,
    Term,
    as_json,
    from_json,
)
from tests import factories, generated
from tests.sample_sitrep import SITREP
from tests.test_snapshot import begin


def taken(engine: Engine, audience: str = "internal", first: str = "2019-05-01", last: str = "2019-05-10") -> Sitrep:
    with db.reading(engine) as connection:
        return sitreps.snapshot(connection, areas=["SY07"], first=first, last=last, audience=audience)


def strike(work: Work, when: str = "2019-05-04", **more: object) -> str:
    given = AttackCreate.model_validate({"when": when, "place": "Basamis", **more})
    return attacks.add(work, given).ref


def chart(sitrep: Sitrep, kind: str) -> Series:
    return next(one for one in sitrep.series if one.kind == kind)


def total(bar: Bar) -> int:
    return sum(part.count for part in bar.parts)


def drawn(series: Series) -> dict[str, int]:
    """The bars that have anything in them, by first day or by label."""
    named = {str(bar.period.start) if bar.period else bar.label: total(bar) for bar in series.bars}
    return {name: count for name, count in named.items() if count}


# What is drawn


def test_an_attack_stands_on_its_day_and_a_vague_one_in_a_bar_of_its_own(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        for when in ("2019-05-04", "2019-05-04", "early May 2019", "May 2019", "3-4 May 2019", "by 4 May 2019"):
            strike(work, when)
    days = chart(taken(engine), "day")
    assert [bar.period.start for bar in days.bars if bar.period] == [date(2019, 5, day) for day in range(1, 11)]
    assert drawn(days) == {"2019-05-04": 2, "date not exact to the day": 4}
    assert days.bars[-1].period is None


def test_a_long_period_is_drawn_by_iso_week_and_ends_where_the_period_does(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        for when in ("2019-05-01", "2019-05-05", "3-4 May 2019", "5-6 May 2019", "30 April - 1 May 2019"):
            strike(work, when)
    weeks = chart(taken(engine, last="2019-06-05"), "week")
    spans = [(bar.period.start, bar.period.end, bar.period.precision) for bar in weeks.bars if bar.period]
    assert spans[:2] == [
        (date(2019, 5, 1), date(2019, 5, 5), "range"), (date(2019, 5, 6), date(2019, 5, 12), "week"),
    ]  # fmt: skip
    assert spans[-1] == (date(2019, 6, 3), date(2019, 6, 5), "range")
    # One of two weeks, and one that may have been before the period, are in no bar's days alone.
    assert drawn(weeks) == {"2019-05-01": 3, "date not exact to the week": 2}


def test_the_public_sees_weeks_and_top_level_types(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        strike(work, "2019-05-07", facilities=[{"unnamed": "hospital_surgical"}], means=[{"type": "air_strike"}])
        strike(work, "2019-05-08", facilities=[{"unnamed": "clinic"}, {"unnamed": "bakery"}])
    sitrep = taken(engine, "public")
    assert [one.kind for one in sitrep.series] == ["week", "facility_type", "means"]
    assert drawn(sitrep.series[0]) == {"2019-05-06": 2}
    assert {bar.code: total(bar) for bar in sitrep.series[1].bars} == {"health": 2, "other": 1}
    assert {bar.code: total(bar) for bar in sitrep.series[2].bars} == {"air_strike": 1, "": 1}
    assert sitrep.facilities == ()
    assert list(adding.wrong(sitrep)) == []


def test_what_is_not_known_has_its_bar(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        strike(work)
        strike(work, facilities=[{"unnamed": "unknown"}], means=[{"type": "unknown"}])
        strike(work, facilities=[{"unnamed": "clinic"}], means=[{"type": "shelling"}, {"type": "air_strike"}])
    sitrep = taken(engine)
    assert [bar.code for bar in chart(sitrep, "facility_type").bars] == ["clinic", "unknown", ""]
    assert chart(sitrep, "facility_type").bars[-1].label == "no facility reported"
    assert [bar.code for bar in chart(sitrep, "means").bars] == ["air_strike", "shelling", "unknown", ""]


def test_the_strikes_of_one_attack_are_one_with_all_that_they_touched(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        clinic = facilities.add(work, FacilityCreate(name="Clinic A", type="clinic", place="Basamis")).ref
        hit: dict[str, Any] = {"facilities": [{"facility": clinic}], "means": [{"type": "air_strike"}]}
        whole = strike(work, **hit)
        strike(work, parent=whole, facilities=[{"facility": clinic}, {"unnamed": "bakery"}])
    sitrep = taken(engine)
    assert drawn(chart(sitrep, "day")) == {"2019-05-04": 1}
    assert {bar.code: total(bar) for bar in chart(sitrep, "facility_type").bars} == {"clinic": 1, "bakery": 1}
    assert [(row.ref, row.attacks) for row in sitrep.facilities] == [(clinic, 1)]


def test_bars_are_split_by_grade_the_most_certain_first(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        strike(work)
        factories.make_assessment(work, attack_id=work.by_ref(Attack, strike(work), "attack").id)
    bar = next(bar for bar in chart(taken(engine), "day").bars if bar.parts)
    assert [(part.grade.code, part.count) for part in bar.parts] == [("single_origin", 1), ("unassessed", 1)]


def test_an_empty_period_has_no_charts(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
    sitrep = taken(engine)
    assert sitrep.series == ()
    assert "Attacks recorded</h2>" not in render.render_html(sitrep)


# Facilities


def test_facilities_hit_more_than_once_come_first_with_what_was_last_known(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        article = begin(work)
        once, twice = (
            facilities.add(work, FacilityCreate(name=name, type="clinic", place="Basamis")).ref
            for name in ("A clinic", "B clinic")
        )
        strike(work, "2019-05-06", facilities=[{"facility": once}])
        strike(work, "2019-05-02", reports=[article],
               facilities=[{"facility": twice, "damage": "destroyed", "functionality": "non_functioning"}])  # fmt: skip
        strike(work, "2019-05-05", facilities=[{"facility": twice}, {"unnamed": "school"}])
    sitrep = taken(engine)
    first, second = sitrep.facilities
    assert [(row.name, row.attacks) for row in sitrep.facilities] == [("B clinic", 2), ("A clinic", 1)]
    assert first.last_hit.start == date(2019, 5, 5)
    assert first.damage is not None
    assert first.functionality is not None
    assert (first.damage.code, first.functionality.code) == ("destroyed", "non_functioning")
    assert (second.damage, second.functionality) == (None, None)
    counted = listed.by_functionality(sitrep.facilities)
    assert [(term.code, counts) for term, counts in counted.rows] == [("clinic", (1, 1))]


def test_a_partner_reads_no_name_of_a_marked_facility(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        made = facilities.add(work, FacilityCreate(name="Cave", type="hospital_underground", place="Basamis"))
        strike(work, "2019-05-02", facilities=[{"facility": made.ref}])
        strike(work, "2019-05-03", facilities=[{"facility": made.ref}])
    sitrep = taken(engine, "partner")
    (row,) = sitrep.facilities
    assert (row.name, row.ref, row.is_name_withheld, row.attacks, row.facility_type.code) == ("", "", True, 2, "health")
    assert list(adding.wrong(sitrep)) == []
    assert "Cave" not in as_json(sitrep).decode() + render.render_html(sitrep)


def test_merged_facilities_are_one(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        made = [facilities.add(work, FacilityCreate(name=name, type="clinic", place="Basamis")) for name in "AB"]
        for one, day in zip(made, ("2019-05-02", "2019-05-03"), strict=True):
            strike(work, day, facilities=[{"facility": one.ref}])
        pair = [work.by_ref(Facility, one.ref, "facility") for one in made]
        matching.judge(work, "facility", pair[0], pair[1], "same", why="one house")
    sitrep = taken(engine)
    assert [row.attacks for row in sitrep.facilities] == [2]
    assert list(adding.wrong(sitrep)) == []


# How late reports come


def told(work: Work, happened: str, published: str, **more: object) -> str:
    article = reports.add(work, ReportCreate(publisher="Paper", title=f"News of {happened}", published=published)).ref
    return strike(work, happened, reports=[article], **more)


def measured(engine: Engine, as_of: datetime) -> lag.Lag | None:
    with db.reading(engine) as connection:
        keys = [db.as_uuid(row["id"]) for row in db.every(connection, "SELECT id FROM place")]
        return lag.measured(Reader(connection).of, keys, as_of)


def test_the_lag_is_from_the_last_possible_day_to_the_first_report(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        for day in range(1, 10):
            told(work, f"2019-05-0{day}", f"2019-05-{day + 2:02}")
        whole = told(work, "2019-05-10", "2019-05-30")
        told(work, "2019-05-10", "2019-05-17", parent=whole)  # a strike of it, told of earlier
        told(work, "1-5 May 2019", "2019-05-03")  # its day is not known when it is told of
        told(work, "2017-05-10", "2019-05-30")  # before the year
    assert measured(engine, datetime(2019, 6, 1, tzinfo=UTC)) == lag.Lag(half=2, most=2, attacks=10)
    assert measured(engine, datetime(2019, 5, 9, tzinfo=UTC)) is None


@given(st.lists(st.integers(-5, 400), max_size=60))
def test_half_and_nine_in_ten_came_within_the_days_that_are_told(days: list[int]) -> None:
    found, known = lag.over(days), [one for one in days if one >= 0]
    assert (found is None) == (len(known) < lag.LEAST)
    if found:
        assert found.half <= found.most
        assert sum(one <= found.half for one in known) * 2 >= len(known)
        assert sum(one <= found.most for one in known) * 10 >= len(known) * 9
        assert sum(one < found.half for one in known) * 2 < len(known)


def test_the_last_bars_are_marked_by_the_measured_lag(engine: Engine) -> None:
    # The newest entry is of this minute, so these attacks are of these days.
    today = datetime.now(UTC).date()
    first = today - timedelta(days=20)
    with writing(engine, "Amal", "test") as work:
        begin(work)
        for number in range(10):
            day = first + timedelta(days=number)
            told(work, day.isoformat(), (day + timedelta(days=3)).isoformat())
    sitrep = taken(engine, first=first.isoformat(), last=today.isoformat())
    assert (sitrep.unknowns.reporting_lag_days, sitrep.unknowns.reporting_lag_attacks) == (3, 10)
    marked = [bar.period.start for bar in chart(sitrep, "day").bars if bar.is_incomplete and bar.period]
    newest = sitrep.masthead.as_of.date()
    assert marked[0] == newest - timedelta(days=3)
    assert "first reported within 3 days" in render.render_html(sitrep)


def test_a_lag_that_cannot_be_measured_is_said_so(engine: Engine) -> None:
    with writing(engine, "Amal", "test") as work:
        begin(work)
        strike(work)
    sitrep = taken(engine)
    assert sitrep.unknowns.reporting_lag_days is None
    assert not any(bar.is_incomplete for one in sitrep.series for bar in one.bars)
    assert "could not be measured" in render.render_html(sitrep)


# Counted again


@pytest.mark.parametrize("audience", ["public", "partner", "internal"])
def test_charts_and_facilities_follow_from_the_attacks(engine: Engine, audience: str) -> None:
    with writing(engine, "Amal", "test") as work:
        refs = generated.fill(work, 40)
    with db.reading(engine) as connection:
        sitrep = sitreps.snapshot(
            connection, areas=["SY07", "SY05"], first="2019-05-01", last="2019-05-21", audience=audience
        )
    assert sum(total(bar) for bar in sitrep.series[0].bars) == len(refs)
    assert list(adding.wrong(sitrep)) == []
    assert from_json(as_json(sitrep)) == sitrep
    for number in range(len(sitrep.series)):
        assert list(adding.wrong(_with_one_more(sitrep, number)))
        assert list(adding.wrong(_with_two_exchanged(sitrep, number)))
    if sitrep.means:
        fewer = replace(sitrep, means=sitrep.means[1:])
        assert any("by their means" in told for told in adding.wrong(fewer))
        assert any("chart by means" in told for told in adding.wrong(fewer))
    if sitrep.facilities:
        first = replace(sitrep.facilities[0], attacks=sitrep.facilities[0].attacks + 1)
        assert list(adding.wrong(replace(sitrep, facilities=(first, *sitrep.facilities[1:]))))
        assert list(adding.wrong(replace(sitrep, facilities=sitrep.facilities[1:])))


def _with_one_more(sitrep: Sitrep, number: int) -> Sitrep:
    series = list(sitrep.series)
    first = series[number].bars[0]
    parts = (*first.parts, Part(grade=Term(code="other", text="Other"), count=1))
    series[number] = replace(series[number], bars=(replace(first, parts=parts), *series[number].bars[1:]))
    return replace(sitrep, series=tuple(series))


def _with_two_exchanged(sitrep: Sitrep, number: int) -> Sitrep:
    """The grades of one bar told of each other's numbers: every sum is as before."""
    series, bars = list(sitrep.series), list(sitrep.series[number].bars)
    place, bar = next((place, bar) for place, bar in enumerate(bars) if len({part.count for part in bar.parts}) > 1)
    counts = [part.count for part in bar.parts]
    parts = [replace(part, count=count) for part, count in zip(bar.parts, counts[1:] + counts[:1], strict=True)]
    bars[place] = replace(bar, parts=tuple(parts))
    series[number] = replace(series[number], bars=tuple(bars))
    return replace(sitrep, series=tuple(series))


# Long lists


def long(attacks_: int, claims: int) -> Sitrep:
    first = SITREP.attacks[0]
    rows: list[AttackRow] = [
        replace(first, ref=f"A-{number}", claims=(claims,), facilities=()) for number in range(attacks_)
    ]
    last, held = SITREP.claims[-1], len(SITREP.claims)
    more = (replace(last, number=number, speaker=f"Speaker {number}") for number in range(held + 1, claims + 1))
    said: list[ClaimRow] = [*SITREP.claims, *more]
    return replace(SITREP, attacks=tuple(rows), claims=tuple(said))


def test_long_lists_are_cut_on_the_page_and_whole_in_the_attachments() -> None:
    sitrep = long(510, 505)
    html = render.render_html(sitrep)
    assert "Listed are the newest 500 of 510 attacks" in re.sub(r"<[^>]*>", "", html)
    assert "Listed are the first 500 of 505 claims" in re.sub(r"<[^>]*>", "", html)
    shown = Counter(re.findall(r"<b>(A-\d+)</b>", html))
    assert set(shown) == {f"A-{number}" for number in range(10, 510)}
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    assert "claim-500" in ids
    assert "claim-501" not in ids
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids
    assert ">C505" in re.sub(r"\s", "", html)  # named, and not linked
    attached = tables.all_of(sitrep)
    assert attached["attacks.csv"].count(b"\r\n") == 512
    assert attached["claims.csv"].count(b"\r\n") == 507


def test_a_cut_list_breaks_no_link_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listed, "WHOLE", listed.Room(attacks=8, claims=8))
    pdf = render.render_pdf(long(12, 30))
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))
    assert "the newest 8 of 12 attacks" in text
    assert "the first 8 of 30 claims" in text
    assert "A-11" in text
    assert "A-3 " not in text


def test_a_row_with_many_claims_or_sources_names_the_first_and_says_how_many_there_are() -> None:
    scattered = tuple(range(1, 40, 3))
    hospital = FacilityRow(
        ref="F-1",
        name="Hospital",
        facility_type=Term(code="hospital", text="hospital"),
        place="Idlib",
        attacks=2,
        last_hit=SITREP.attacks[0].when,
        claims=scattered,
        sources=tuple(range(1, 14, 2)),
    )
    sources = tuple(replace(SITREP.sources[0], number=number, title=f"No. {number}") for number in range(1, 14))
    sitrep = replace(long(1, 40), facilities=(hospital,), sources=sources)
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", render.render_html(sitrep)))
    assert "and more: 13 in all" in said
    # Document 1 is where the claims lead, so it is not named again.
    assert "[9] and more: 6 in all" in said


def test_claims_that_read_the_same_are_one_row_and_every_reference_leads_to_it() -> None:
    last = SITREP.claims[-1]
    count = len(SITREP.claims)
    withheld = replace(last, speaker="a source that is not named", is_on_front=False)
    same = tuple(replace(withheld, number=number) for number in (count + 1, count + 3, count + 4))
    between = replace(withheld, number=count + 2, state="withdrawn")
    claims = tuple(sorted((*SITREP.claims, *same, between), key=lambda row: row.number))
    people = tuple(replace(one, claims=(count + 3,)) for one in SITREP.people)
    html = render.render_html(replace(SITREP, claims=claims, people=people))
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))
    assert "3 such claims" in said
    assert f"These read the same in this edition: C{count + 1} C{count + 3} C{count + 4}" in said
    assert "Who says what: every claim" in said
    ids = re.findall(r'\bid="claim-(\d+)"', html)
    assert ids == [str(number) for number in range(1, count + 3)]
    assert re.search(rf'href="#claim-{count + 1}"[^>]*>(<[^>]*>)*C\W*{count + 3}\b', html)


def test_places_without_attacks_share_the_last_row_of_their_sector() -> None:
    period = SITREP.masthead.period
    one = (Part(grade=Term(code="verified", text="Verified"), count=2),)

    def cell(sector: Sector, place: str, parts: tuple[Part, ...] = ()) -> Cell:
        return Cell(sector=sector, places=(place,), period=period, parts=parts)

    cells = (cell("health", "Aleppo"), cell("health", "Idlib", one), cell("health", "Homs"), cell("education", "Idlib"))
    rows = listed.by_attacks(cells)
    assert [[cell.places[0] for cell in row] for row in rows] == [["Idlib"], ["Aleppo", "Homs"], ["Idlib"]]
    public = replace(SITREP, cells=cells, masthead=replace(SITREP.masthead, audience="public"))
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", render.render_html(public)))
    assert re.search(r"Aleppo\W+Homs", said)


def test_a_list_that_fits_says_nothing_of_a_cut() -> None:
    assert "Listed are the" not in render.render_html(long(500, 500))


def test_every_grade_has_its_colour() -> None:
    styles = (TEMPLATES / "css" / "tables.css").read_text(encoding="utf-8")
    for row in codes.rows("grade"):
        if row["scheme"] == "registry":
            assert f".grade-{row['code']}" in styles
