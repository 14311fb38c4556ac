"""Imprecise dates: what is read, what is refused, and that nothing is lost on the way out."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.dates import PRECISIONS, ImpreciseDate, format_date, is_vague, overlaps, parse, to_edtf
from registry.errors import InvalidValue
from registry.sitrep import catalogue

D = date


def days(text: str) -> tuple[date | None, date | None, str]:
    when = parse(text)
    return when.start, when.end, when.precision


@pytest.mark.parametrize(
    "text",
    [
        "2019-05-04",
        "2019-5-4",
        "2019/05/04",
        "4 May 2019",
        "4th of May, 2019",
        "May 4, 2019",
        "04-May-2019",
        "04MAY2019",
        "Saturday 4 May 2019",
        "le samedi 4 mai 2019",
        "٤ أيار ٢٠١٩",
        "۴ مایو ۲۰۱۹",
        "السبت 4 أيار 2019",
        "4 أيار/مايو 2019",
        "4 أيار (مايو) 2019",
        "4 مايو 2019 م",
        "\u202b4 أيّار 2019\u202c",
        "4 ماي 2019",
    ],
)
def test_one_day_in_many_spellings(text: str) -> None:
    assert days(text) == (D(2019, 5, 4), D(2019, 5, 4), "day")


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("كانون الثاني", 1),
        ("كانون ثاني", 1),
        ("جانفي", 1),
        ("شباط", 2),
        ("فيفري", 2),
        ("févr.", 2),
        ("آذار", 3),
        ("نيسان", 4),
        ("إبريل", 4),
        ("أفريل", 4),
        ("أيار", 5),
        ("مايس", 5),
        ("حزيران", 6),
        ("جوان", 6),
        ("juin", 6),
        ("تموز", 7),
        ("جويلية", 7),
        ("يوليوز", 7),
        ("آب", 8),
        ("أوت", 8),
        ("غشت", 8),
        ("août", 8),
        ("أيلول", 9),
        ("Sept", 9),
        ("تشرين الأول", 10),
        ("تشرين الثاني", 11),
        ("نونبر", 11),
        ("كانون الأول", 12),
        ("ديسمبر", 12),
    ],
)
def test_month_names(text: str, month: int) -> None:
    when = parse(f"{text} 2019")
    assert (when.start, when.precision) == (D(2019, month, 1), "month")


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2019-05", D(2019, 5, 1), D(2019, 5, 31), "month"),
        ("5/2019", D(2019, 5, 1), D(2019, 5, 31), "month"),
        ("2019", D(2019, 1, 1), D(2019, 12, 31), "year"),
        ("201X", D(2010, 1, 1), D(2019, 12, 31), "decade"),
        ("the 2010s", D(2010, 1, 1), D(2019, 12, 31), "decade"),
        ("2019-21", D(2019, 3, 1), D(2019, 5, 31), "season"),
        ("été 2019", D(2019, 6, 1), D(2019, 8, 31), "season"),
        ("ربيع 2019", D(2019, 3, 1), D(2019, 5, 31), "season"),
        ("winter 2019/20", D(2019, 12, 1), D(2020, 2, 29), "season"),
        ("winter 2018-19", D(2018, 12, 1), D(2019, 2, 28), "season"),
        ("early May 2019", D(2019, 5, 1), D(2019, 5, 10), "part_of_month"),
        ("mid-May 2019", D(2019, 5, 11), D(2019, 5, 20), "part_of_month"),
        ("end of February 2019", D(2019, 2, 21), D(2019, 2, 28), "part_of_month"),
        ("مطلع أيار 2019", D(2019, 5, 1), D(2019, 5, 10), "part_of_month"),
        ("نهاية أيار 2019", D(2019, 5, 21), D(2019, 5, 31), "part_of_month"),
        ("week of 6 May 2019", D(2019, 5, 6), D(2019, 5, 12), "week"),
        ("week beginning 8 May 2019", D(2019, 5, 8), D(2019, 5, 14), "week"),
        ("week ending 12 May 2019", D(2019, 5, 6), D(2019, 5, 12), "week"),
        ("2019-W19", D(2019, 5, 6), D(2019, 5, 12), "week"),
        ("2019-05-XX", D(2019, 5, 1), D(2019, 5, 31), "month"),
        ("2019-XX", D(2019, 1, 1), D(2019, 12, 31), "year"),
        ("30 Apr–4 May 2019", D(2019, 4, 30), D(2019, 5, 4), "range"),
        ("30 April to 4 May 2019", D(2019, 4, 30), D(2019, 5, 4), "range"),
        ("du 30 avril au 4 mai 2019", D(2019, 4, 30), D(2019, 5, 4), "range"),
        ("بين 30 نيسان و4 أيار 2019", D(2019, 4, 30), D(2019, 5, 4), "range"),
        ("2019-04-30/2019-05-04", D(2019, 4, 30), D(2019, 5, 4), "range"),
        ("2019-04-30..2019-05-04", D(2019, 4, 30), D(2019, 5, 4), "range"),
        ("2019-04-30 – 2019-05-04", D(2019, 4, 30), D(2019, 5, 4), "range"),
        ("4-6 May 2019", D(2019, 5, 4), D(2019, 5, 6), "range"),
        ("٤ـ٦ أيار ٢٠١٩", D(2019, 5, 4), D(2019, 5, 6), "range"),
        ("May 4-6, 2019", D(2019, 5, 4), D(2019, 5, 6), "range"),
        ("night of 4/5 May 2019", D(2019, 5, 4), D(2019, 5, 5), "range"),
        ("mid-to-late May 2019", D(2019, 5, 11), D(2019, 5, 31), "range"),
        ("March-May 2019", D(2019, 3, 1), D(2019, 5, 31), "range"),
        ("2018-2019", D(2018, 1, 1), D(2019, 12, 31), "range"),
        ("before 4 May 2019", None, D(2019, 5, 3), "open"),
        ("by 4 May 2019", None, D(2019, 5, 4), "open"),
        ("jusqu'au 4 mai 2019", None, D(2019, 5, 4), "open"),
        ("until May 2019", None, D(2019, 5, 31), "open"),
        ("../2019-05-04", None, D(2019, 5, 4), "open"),
        ("after 30 April 2019", D(2019, 5, 1), None, "open"),
        ("since March 2011", D(2011, 3, 1), None, "open"),
        ("منذ 30 نيسان 2019", D(2019, 4, 30), None, "open"),
        ("from 30 April 2019 onwards", D(2019, 4, 30), None, "open"),
        ("2019-04-30/..", D(2019, 4, 30), None, "open"),
        ("unknown", None, None, "unknown"),
        ("n.d.", None, None, "unknown"),
        ("غير معروف", None, None, "unknown"),
        ("13/04/2019", D(2019, 4, 13), D(2019, 4, 13), "day"),
        ("04/13/2019", D(2019, 4, 13), D(2019, 4, 13), "day"),
        ("04/04/2019", D(2019, 4, 4), D(2019, 4, 4), "day"),
    ],
)
def test_what_is_read(text: str, start: date | None, end: date | None, precision: str) -> None:
    assert days(text) == (start, end, precision)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no date is given"),
        ("03/04/2019", "3 April 2019 or 4 March 2019; write 2019-04-03 or 2019-03-04"),
        ("3.4.2019", "3 April 2019 or 4 March 2019; write 2019-04-03 or 2019-03-04"),
        ("٠٣/٠٤/٢٠١٩", "3 April 2019 or 4 March 2019"),
        ("13/04/19", "two-digit year"),
        ("4 May 19", "two-digit year"),
        ("2019-02-30", "2019-02 has no day 30"),
        ("29 February 2019", "2019-02 has no day 29"),
        ("2019-13", "no month 13"),
        ("2019-W60", "no week 60"),
        ("Sunday 4 May 2019", "2019-05-04 was a Saturday, not a Sunday"),
        ("الأحد 4 أيار 2019", "2019-05-04 was a Saturday, not a Sunday"),
        ("2019-05-04/2019-04-30", "ends before it starts"),
        ("28 December – 3 January 2019", "write both years"),
        ("4 May", "year is missing"),
        ("early 2019", "month is missing"),
        ("Saturday May 2019", "do not make one date"),
        ("4 - May 2019", "month is missing"),
        ("week of 8 May 2019", "which begins no week"),
        ("week of May 2019", "needs its first day"),
        ("winter 2019", "December 2018 to February 2019 or December 2019 to February 2020"),
        ("winter 2018-2020", "follow one another"),
        ("2019-24", "write winter 2018-2019 or winter 2019-2020"),
        ("7 تشرين 2023", "two months have this name"),
        ("4 أيار/يونيو 2019", "two months"),
        ("April/May 2019", "two months"),
        ("4 رمضان 1440", "Hijri"),
        ("1440-09-04", "year 1440"),
        ("4 and 6 May 2019", "two dates joined"),
        ("4-6-8 May 2019", "two-digit year"),
        ("4 May - 6 May - 8 May 2019", "more than two dates"),
        ("2019-05-04T10:00", "time of day"),
        ("20XX", "century"),
        ("201X-05", "decade has no month"),
        ("2019-XX-04", "no month"),
        ("2019-04-30/", "write .. for an open end"),
        ("[..2019-05-04]", "not a date that can be read"),
        ("last Saturday", "not a date that can be read"),
        ("4 May 2019 " * 20, "too long"),
        ("year 123", "not a date"),
        ("May 123", "neither a day nor a year"),
        ("2019 2020", "more than one year"),
    ],
)
def test_what_is_refused_says_why_in_one_line(text: str, said: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse(text, field="occurred")
    message = str(refusal.value)
    assert message.startswith("occurred: ")
    assert said in message
    assert "\n" not in message


def test_a_refusal_never_repeats_the_text() -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse("Ahmad, a witness")
    assert "Ahmad" not in str(refusal.value)


@pytest.mark.parametrize("text", ["2019-05-05", "May 4-5, 2019", "June 2019", "2020", "by 5 May 2019", "after 2019"])
def test_the_future_is_refused(text: str) -> None:
    assert parse(text)
    with pytest.raises(InvalidValue, match="in the future"):
        parse(text, today=D(2019, 5, 4))


@pytest.mark.parametrize("text", ["2019-05-04", "May 2019", "2019", "201X", "before 5 May 2019", "week of 4 May 2019"])
def test_a_month_that_has_begun_is_not_the_future(text: str) -> None:
    assert parse(text, today=D(2019, 5, 4))


def test_qualifiers_are_kept() -> None:
    assert parse("2019-05~").is_approximate
    assert parse("about 4 May 2019").is_approximate
    assert parse("حوالي 4 أيار 2019").is_approximate
    assert parse("2019-05?").is_uncertain
    assert parse("4 May 2019?").is_uncertain
    both = parse("2019-05-04%")
    assert both.is_approximate
    assert both.is_uncertain
    assert to_edtf(both) == "2019-05-04%"


def test_words_are_kept_and_do_not_count() -> None:
    when = parse(" 4  May 2019 ")
    assert when.words == "4 May 2019"
    assert when == parse("2019-05-04")


def test_a_month_is_not_its_first_day_at_an_open_end() -> None:
    when = parse("since March 2011")
    assert (when.start_precision, when.end_precision) == ("month", "")
    assert format_date(when) == "since March 2011"
    assert to_edtf(when) == "2011-03/.."


@pytest.mark.parametrize(
    ("text", "en", "ar", "fr"),
    [
        ("2019-05-04", "4 May 2019", "٤ أيار ٢٠١٩", "4 mai 2019"),
        ("2019-05-01", "1 May 2019", "١ أيار ٢٠١٩", "1er mai 2019"),
        ("2019-10", "October 2019", "تشرين الأول ٢٠١٩", "octobre 2019"),
        ("4-6 May 2019", "4–6 May 2019", "من ٤ إلى ٦ أيار ٢٠١٩", "4–6 mai 2019"),
        (
            "2019-04-30/2019-05-04",
            "30 April – 4 May 2019",
            "من ٣٠ نيسان إلى ٤ أيار ٢٠١٩",
            "30 avril – 4 mai 2019",
        ),
        ("2019-03/2019-05", "March–May 2019", "من آذار إلى أيار ٢٠١٩", "mars–mai 2019"),
        ("2018/2019", "2018–2019", "من ٢٠١٨ إلى ٢٠١٩", "2018–2019"),
        ("mid-May 2019", "mid-May 2019", "منتصف أيار ٢٠١٩", "mi-mai 2019"),
        ("before 4 May 2019", "before 4 May 2019", "قبل ٤ أيار ٢٠١٩", "avant le 4 mai 2019"),
        ("by 4 May 2019", "until 4 May 2019", "حتى ٤ أيار ٢٠١٩", "au plus tard le 4 mai 2019"),
        ("after 30 April 2019", "after 30 April 2019", "بعد ٣٠ نيسان ٢٠١٩", "après le 30 avril 2019"),
        ("before May 2019", "before May 2019", "قبل أيار ٢٠١٩", "avant mai 2019"),
        ("2019-W19", "week beginning 6 May 2019", "الأسبوع الذي يبدأ في ٦ أيار ٢٠١٩", "semaine du 6 mai 2019"),
        ("winter 2018-19", "winter 2018–2019", "شتاء ٢٠١٨–٢٠١٩", "hiver 2018–2019"),
        ("201X", "2010s", "عقد ٢٠١٠", "années 2010"),
        ("XXXX", "date unknown", "تاريخ غير معروف", "date inconnue"),
        ("2019-05-04~", "about 4 May 2019", "نحو ٤ أيار ٢٠١٩", "vers le 4 mai 2019"),
        ("2019-05%", "about May 2019 (uncertain)", "نحو أيار ٢٠١٩ (غير مؤكد)", "vers mai 2019 (incertain)"),
    ],
)
def test_what_is_printed(text: str, en: str, ar: str, fr: str) -> None:
    when = parse(text)
    assert [format_date(when, catalogue.load(language).date_words) for language in ("en", "ar", "fr")] == [en, ar, fr]


@pytest.mark.parametrize(
    ("start", "end", "precision", "start_precision"),
    [
        (D(2019, 5, 4), D(2019, 5, 4), "fortnight", ""),
        (D(2019, 5, 4), None, "day", ""),
        (D(2019, 5, 4), D(2019, 5, 6), "open", ""),
        (None, None, "open", ""),
        (D(2019, 5, 4), None, "unknown", ""),
        (D(2019, 5, 6), D(2019, 5, 4), "range", ""),
        (D(2019, 5, 4), None, "open", "range"),
    ],
)
def test_parts_that_contradict_one_another(
    start: date | None, end: date | None, precision: str, start_precision: str
) -> None:
    with pytest.raises(InvalidValue):
        ImpreciseDate(start, end, precision, start_precision=start_precision)


def test_overlaps() -> None:
    may, day = parse("May 2019"), parse("2019-05-04")
    assert overlaps(may, day)
    assert overlaps(parse("since 2018"), day)
    assert overlaps(parse("unknown"), day)
    assert not overlaps(parse("before 4 May 2019"), day)
    assert not overlaps(parse("June 2019"), may)


def test_is_vague() -> None:
    assert [
        text for text in ("2019-05-04", "2019-05", "2019", "4-6 May 2019", "2019-W19") if is_vague(parse(text))
    ] == []
    vague = ("2019-05~", "2019?", "early May 2019", "spring 2019", "since 2018", "unknown", "late April - 4 May 2019")
    assert all(is_vague(parse(text)) for text in vague)


def test_open_ends_say_so() -> None:
    assert (parse("since 2018").is_start_open, parse("since 2018").is_end_open) == (False, True)


DAYS = st.dates(D(1911, 1, 1), D(2179, 12, 31))
POINTS = (
    DAYS.map(str)
    | DAYS.map("{:%Y-%m}".format)
    | DAYS.map("{:%Y}".format)
    | DAYS.map(lambda day: f"{day.year // 10}0s")
    | st.builds("{} {:%B %Y}".format, st.sampled_from(["early", "mid", "late"]), DAYS)
    | st.builds("{} {:%Y}".format, st.sampled_from(["spring", "summer", "autumn"]), DAYS)
    | DAYS.map(lambda day: f"winter {day.year}-{day.year + 1}")
)
BOUNDED = POINTS | DAYS.map("week beginning {}".format)


@st.composite
def imprecise_dates(draw: st.DrawFn) -> ImpreciseDate:
    shape = draw(st.sampled_from(["bounded", "open", "range", "unknown"]))
    if shape == "unknown":
        return parse("unknown")
    if shape == "bounded":
        when = parse(draw(BOUNDED))
    elif shape == "open":
        when = parse(draw(st.sampled_from(["before", "until", "after", "since"])) + " " + draw(POINTS))
    else:
        ends = sorted((parse(draw(POINTS)), parse(draw(POINTS))), key=lambda when: (when.start, when.end))
        first, last = ends
        when = ImpreciseDate(
            first.start,
            last.end,
            "range",
            start_precision=first.precision,
            end_precision=last.precision,
        )
        if first == last or first.start == last.start:
            when = first
    flags = draw(st.tuples(st.booleans(), st.booleans()))
    return ImpreciseDate(
        when.start,
        when.end,
        when.precision,
        start_precision=when.start_precision,
        end_precision=when.end_precision,
        is_excluding=when.is_excluding,
        is_approximate=flags[0],
        is_uncertain=flags[1],
    )


@given(imprecise_dates(), st.sampled_from(["en", "ar", "fr"]))
def test_what_is_printed_is_read_back(when: ImpreciseDate, language: str) -> None:
    back = parse(format_date(when, catalogue.load(language).date_words))
    assert back == when
    assert back.is_excluding == when.is_excluding


@given(imprecise_dates())
def test_edtf_is_read_back_as_the_same_days(when: ImpreciseDate) -> None:
    back = parse(to_edtf(when))
    assert (back.start, back.end) == (when.start, when.end)
    assert (back.is_approximate, back.is_uncertain) == (when.is_approximate, when.is_uncertain)
    if when.precision in {"day", "month", "year", "decade", "open", "unknown"}:
        assert back.precision == when.precision


@given(imprecise_dates())
def test_every_precision_has_a_code(when: ImpreciseDate) -> None:
    assert when.precision in PRECISIONS


@given(st.dates(D(1900, 1, 8), D(2199, 12, 24)), st.integers(0, 40))
def test_a_range_of_days_keeps_its_days(start: date, length: int) -> None:
    end = min(start + timedelta(length), D(2199, 12, 31))
    assert days(f"{start} to {end}")[:2] == (start, end)


WORDS = """
    4 04 31 2019 201X 19 XX May mai أيار تشرين الأول early mid late spring winter week of beginning before until since
    to - – / .. , . ( ) ? ~ % and between Saturday السبت unknown 2010s onwards 03/04/2019 2019-05 '
"""
FRAGMENTS = st.lists(
    st.sampled_from(WORDS.split()),
    max_size=8,
).flatmap(lambda words: st.sampled_from([" ".join(words), "".join(words)]))


@given(st.text() | FRAGMENTS)
@example("²⁰¹⁹")
@example("0000-00-00")
@example("\ud800")
@example("winter 2199-2200")
@example("after 2199")
@example("before 1900")
def test_nothing_but_invalid_value_is_raised(text: str) -> None:
    try:
        when = parse(text, today=D(2026, 1, 1))
    except InvalidValue:
        pass
    else:
        assert parse(format_date(when)) == when
        assert parse(to_edtf(when)).start == when.start
