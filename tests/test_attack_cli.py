"""`registry attack` and `registry figure` from options, JSON and pipes, on both engines."""

import json
from typing import Any

import pytest

from registry.names import clean
from tests import calling, incident
from tests.calling import Call, one_line
from tests.incident import Counted, Refs

call, both = calling.call, calling.both  # fixtures
refs, counted = incident.refs, incident.counted

HARM = [
    *("--harm", "killed >30 / Syrian Civil Defence"),
    *("--harm", "killed at least 50 / Ahmad al-Dbis via Reuters"),
    *("--harm", "killed >=67 / SOHR"),
    *("--harm", "killed dozens / Reuters"),
]


def add(call: Call, refs: Refs, *more: str, place: str = "Basamis", when: str = "4 May 2019") -> str:
    said = call("attack", "add", "--report", refs["report"], "--when", when, "--place", place, *more)
    assert said.code == 0, said
    return said.out.strip()


def shown(call: Call, ref: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call("attack", "show", ref, "--format", "json").out)
    return found


def test_an_attack_is_added_from_options_with_all_that_is_said_of_it(both: Call, refs: Refs) -> None:
    ref = add(
        both, refs, *HARM, "--hit", "نبض الحياة:direct_hit:destroyed", "--unnamed", "clinic",
        "--means", "air strike::barrel bomb", "--accuses", "SOHR: either Syrian government forces or Russian air force",
        "--accuses", "SANA denies: Syrian government forces", "--time", "14:30",
    )  # fmt: skip
    found = shown(both, ref)
    assert (found["place"], found["occurred_from_on"], found["time_of_day"]) == ("Basamis", "2019-05-04", "14:30:00")
    assert {row["name"] for row in found["facilities"]} == {
        "Nabad al-Hayat hospital",
        "unnamed clinic (kind not specified)",
    }
    assert found["means"] == [{"type": "air_strike", "launch": None, "munition": "barrel_bomb"}]
    said = {(row["speaker"], row["via"], row["operator"], row["low"]) for row in found["claims"]}
    assert ("Ahmad al-Dbis", "Reuters", "at_least", 50) in said
    assert ("Reuters", None, "some", None) in said
    assert {(row["actor"], row["stance"]) for row in found["attributions"]} == {
        ("Syrian government forces", "one_of"),
        ("Russian air force", "one_of"),
        ("Syrian government forces", "denies"),
    }
    assert [row["ref"] for row in found["reports"]] == [refs["report"]]
    assert [found[f"{part}_absence"] for part in ("facilities", "means", "harm", "attribution")] == [None] * 4


def test_show_puts_every_claim_beside_the_others_and_says_the_range_in_words(both: Call, refs: Refs) -> None:
    text = both("attack", "show", add(both, refs, *HARM)).out
    for told in (
        "more than 30 to at least 67; no upper limit stated",
        "Ahmad al-Dbis, UOSSM, via Reuters",
        "dozens (no number given)",
        f"Middle East Eye {refs['report']}",
        "Means: not coded",
        "Facilities: not coded",
        "Who is accused: not coded",
        "Grades: not assessed",
        "History",
    ):
        assert told in text
    assert " 31" not in text
    assert "None" not in text


def test_a_source_that_is_a_party_is_marked_and_absences_are_told_apart(both: Call, refs: Refs) -> None:
    ref = add(both, refs, "--harm", "killed none / SANA", "--means-absence", "not_reported")
    text = both("attack", "show", ref).out
    assert "SANA, party to the conflict" in text
    assert "Means: not reported" in text
    assert "none reported" in text


@pytest.mark.usefixtures("refs")
def test_json_takes_a_new_report_and_new_sources_in_one_object(both: Call) -> None:
    entry = {
        "when": "4 May 2019",
        "place": "حيش الجديدة",
        "report": {"publisher": "AFP", "title": "Idlib under fire", "published": "5 May 2019", "basis": "inferred"},
        "facilities": [{"unnamed": "school", "effect": "damaged"}, "مركز الدفاع المدني:direct_hit"],
        "claims": [
            "killed 3 / AFP",
            {"measure": "injured", "number": "dozens", "speaker": "SOHR", "hedge": "unconfirmed"},
            {"measure": "displaced", "number": ">130,000", "speaker": "SOHR", "situation": None},
        ],
        "attributions": [
            "AFP: Syrian government forces",
            {"speaker": "SOHR", "actors": ["Militia"], "hedge": "alleged"},
        ],
        "new": {
            "places": [{"name": "حيش الجديدة", "level": "community", "parent": "Idlib"}],
            "sources": [{"name": "AFP", "kind": "news_agency"}],
            "actors": [{"name": "Militia", "kind": "identity_militia"}],
            "facilities": [{"name": "مركز الدفاع المدني", "type": "civil_defence_centre", "place": "حيش الجديدة"}],
        },
    }
    said = both("attack", "add", "--json", "-", stdin=json.dumps(entry).encode())
    assert said.code == 0, said
    found = shown(both, said.out.strip())
    assert found["place"] == "حيش الجديدة"
    assert found["reports"][0]["publisher"] == "AFP"
    assert {row["measure"] for row in found["claims"]} == {"killed", "injured", "displaced"}
    assert {row["report"] for row in found["claims"]} == {found["reports"][0]["ref"]}
    assert {row["name"] for row in found["facilities"]} == {
        "unnamed school (level not specified)",
        "مركز الدفاع المدني",
    }


@pytest.mark.usefixtures("refs")
def test_a_new_record_means_itself_even_where_its_name_is_on_file(both: Call) -> None:
    new = {"places": [{"name": "Basamis", "level": "neighbourhood", "parent": "Idlib"}]}
    said = both("attack", "add", "--json", "-", stdin=json.dumps({"place": "Basamis", "new": new}).encode())
    assert said.code == 0, said
    assert both("place", "list", "--like", "basamis", "--format", "csv").out.count("Basamis") == 2
    assert shown(both, said.out.strip())["place_precision"] == "neighbourhood"


def test_a_claim_of_the_entry_may_be_about_another_subject(both: Call, refs: Refs) -> None:
    entry = {
        "place": "Basamis",
        "report": refs["report"],
        "claims": [{"kind": "status", "facility": "Nabad al-Hayat hospital", "damage": "destroyed", "speaker": "SOHR"}],
    }
    said = both("attack", "add", "--json", "-", stdin=json.dumps(entry).encode())
    assert said.code == 0, said
    assert shown(both, said.out.strip())["claims"] == []


BAD = [
    (["--place", "Basamis", "--unnamed", "klinic"], 3, "no facility_type code 'klinic'; did you mean 'clinic'?"),
    (["--place", "Basamis", "--hit", "Nabad al-Hayat hospital:direct_hitt"], 3, "no effect code"),
    (["--place", "Basamis", "--means", "barrel bomb"], 2, "barrel_bomb is a munition"),
    (["--place", "Basamis", "--hit", "Nabat al-Hayat hospital"], 3, "did you mean 'Nabad al-Hayat hospital'"),
    (["--place", "Haish"], 3, "'Haish' names 2 place records"),
    (["--place", "Basamiz"], 3, "did you mean 'Basamis'"),
    (["--place", "Basamis", "--when", "7 May 2019 - 4 May 2019"], 2, "it ends before it starts"),
    (["--place", "Basamis", "--when", "4 May 2519"], 2, "when: "),
    (["--place", "Basamis", "--lat", "91", "--lon", "36.5"], 2, "lat: must be 90 or less"),
    (["--place", "Basamis", "--lat", "38.9", "--lon", "35.6"], 2, "they seem to be swapped"),
    (["--place", "Basamis", "--lat", "10", "--lon", "10"], 2, "the point lies outside"),
    (["--place", "Basamis", "--lat", "35.6"], 2, "lat and lon: one of the two is missing"),
    (["--place", "Basamis", "--report", "REPORT", "--harm", "killed 15-10 / SOHR"], 2, "low 15 is above high 10"),
    (["--place", "Basamis", "--harm", "killed 3 / SOHR"], 2, "report: is missing"),
    (["--place", "Basamis", "--report", "REPORT", "--harm", "killed 3 / Dbiss"], 3, "no source 'Dbiss'"),
    (["--place", "Basamis", "--report", "REPORT", "--harm", "killed 3 / Dbis"], 3, "did you mean 'Ahmad al-Dbis'?"),
    (["--place", "Basamis", "--report", "REPORT", "--harm", "killed 3"], 2, "says not who says so"),
    (["--place", "Basamis", "--report", "REPORT", "--accuses", "SOHR"], 2, "says not who accuses whom"),
    (["--place", "P-7Q2M-K9XD-F3A7-Z"], 2, "has a wrong check character"),
    (["--place", "Basamis", "--time", "25:00"], 2, "time: '25:00' is not a time"),
    (["--place", "Basamis", "--basis", "guessed"], 2, "basis: 'guessed' is not a choice"),
    (["--place", "Basamis", "--means-absence", "gone"], 2, "means_absence: 'gone' is not a choice"),
    (["--when", "4 May 2019"], 2, "place: is missing; give --place"),
    (["--place", "Basamis", "--json", "-"], 2, "is empty; give one JSON object"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "told"), BAD, ids=lambda case: str(case)[:60])
def test_bad_input_is_one_line_and_changes_nothing(
    both: Call, refs: Refs, counted: Counted, arguments: list[str], code: int, told: str
) -> None:
    before = counted()
    given = [refs["report"] if argument == "REPORT" else argument for argument in arguments]
    assert told in one_line(both("attack", "add", *given), code)
    assert counted() == before


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"place": "Basamis", "claims": ["killed 3 / SOHR"]}, "report: is missing"),
        ({"place": "Basamis", "claims": "killed 3 / SOHR"}, "claims: must be a list"),
        ({"place": "Basamis", "harm": "killed 3 / SOHR"}, "harm: must be a list of lines"),
        ({"place": "Basamis", "harm": [3]}, "harm: must be a list of lines"),
        ({"place": "Basamis", "casualties": 3}, "casualties: there is no such field"),
        ({"place": "Basamis", "report": {"title": "Idlib"}}, "report.publisher: is missing"),
        ({"place": "Basamis", "report": 7}, "report: "),
        ({"place": "Basamis", "facilities": [{"facility": "X", "unnamed": "clinic"}]}, "give a facility, or the type"),
        ({"place": "Basamis", "report": "REPORT", "claims": [
            {"measure": "killed", "number": "3", "speaker": "SOHR", "attack": "A-1", "situation": "X"}
        ]}, "what it is about: attack and situation given"),
    ],
)  # fmt: skip
def test_bad_json_is_one_line_and_changes_nothing(
    both: Call, refs: Refs, counted: Counted, entry: dict[str, Any], told: str
) -> None:
    before = counted()
    text = json.dumps(entry).replace('"REPORT"', json.dumps(refs["report"]))
    assert told in one_line(both("attack", "add", "--json", "-", stdin=text.encode()), 2)
    assert counted() == before


@pytest.mark.parametrize("name", ["Cl\u202einic \u2066A\u2069", "<script>alert(1)</script> clinic", "عيادة\u200f أ"])
@pytest.mark.usefixtures("refs")
def test_a_name_loses_what_steers_it_and_keeps_the_rest_as_text(both: Call, name: str) -> None:
    new = {"facilities": [{"name": name, "type": "clinic", "place": "Basamis"}]}
    entry = {"place": "Basamis", "hit": [name + ":damaged"], "new": new}
    said = both("attack", "add", "--json", "-", stdin=json.dumps(entry).encode())
    assert said.code == 0, said
    (hit,) = shown(both, said.out.strip())["facilities"]
    assert hit["name"] == clean(name)
    assert clean(name) in both("attack", "show", said.out.strip()).out


def test_a_rehearsal_finds_mistakes_and_saves_nothing(both: Call, refs: Refs, counted: Counted) -> None:
    before = counted()
    said = both("attack", "add", "--report", refs["report"], "--place", "Basamis", *HARM, "--dry-run")
    assert (said.code, said.out) == (0, "")
    assert "nothing was saved" in said.err
    assert both("attack", "add", "--place", "Nowhere", "--dry-run").code == 3
    assert counted() == before


def test_in_a_pipe_a_likely_duplicate_is_saved_and_told(both: Call, refs: Refs) -> None:
    first = add(both, refs, "--unnamed", "clinic")
    near = both("attack", "add", "--when", "5 May 2019", "--place", "Basamis", "--unnamed", "clinic")
    assert near.code == 0
    assert f"may be the same: {first}" in near.err
    assert "may be the same" not in both("attack", "add", "--when", "9 May 2019", "--place", "Basamis").err
    assert "may be the same" not in both("attack", "add", "--when", "4 May 2019", "--place", "Kafr Ein").err


def test_list_filters_by_place_period_and_situation(both: Call, refs: Refs) -> None:
    early, late = add(both, refs), add(both, refs, place="Kafr Ein", when="20 May 2019")

    def listed(*options: str) -> set[str]:
        return {row["ref"] for row in json.loads(both("attack", "list", *options, "--format", "json").out)}

    assert listed() == listed("--place", "Idlib") == {early, late}
    assert listed("--place", "Basamis") == listed("--to", "2019-05-10") == {early}
    assert listed("--from", "2019-05-10", "--to", "May 2019") == {late}
    assert listed("--from", "2019-05-04", "--to", "2019-05-04") == {early}
    assert "swap the two" in one_line(both("attack", "list", "--from", "2019-05-10", "--to", "2019-05-01"), 2)


def test_edit_changes_clears_and_adds_and_refuses_an_old_version(both: Call, refs: Refs, counted: Counted) -> None:
    ref = add(both, refs, "--hit", "Nabad al-Hayat hospital", "--title", "First")
    changes = [
        "--when",
        "3 May 2019",
        "--basis",
        "inferred",
        "--title",
        "",
        "--unnamed",
        "clinic",
        "--state",
        "in_review",
    ]
    assert both("attack", "edit", ref, *changes, "--hit", "Nabad al-Hayat hospital:damaged:severe").code == 0
    found = shown(both, ref)
    assert (found["occurred_from_on"], found["occurred_basis"], found["title"]) == ("2019-05-03", "inferred", None)
    assert found["state"] == "in_review"
    effects = {(row["is_placeholder"], row["effect"], row["damage"]) for row in found["facilities"]}
    assert effects == {(False, "damaged", "severe"), (True, None, None)}
    before = counted()
    assert "somebody changed this record" in one_line(both("attack", "edit", ref, "--note", "x", "--version", "1"), 4)
    assert "nothing to change" in one_line(both("attack", "edit", ref), 2)
    assert "place: cannot be empty" in one_line(both("attack", "edit", ref, "--place", ""), 2)
    assert "is not a choice" in one_line(both("attack", "edit", ref, "--state", "withdrawn"), 2)
    assert counted() == before
    assert both("attack", "edit", ref, "--situation", "").code == 0


def test_link_and_withdraw(both: Call, refs: Refs, counted: Counted) -> None:
    first, second = add(both, refs), add(both, refs)
    assert both("attack", "link", second, "follow_up_strike", first, "--why", "Double tap").code == 0
    assert f"follow up strike  {first}" in both("attack", "show", second).out
    before = counted()
    assert "recorded already" in one_line(both("attack", "link", second, "follow_up_strike", first), 4)
    assert "cannot be linked to itself" in one_line(both("attack", "link", first, "part_of", first), 4)
    assert "why: is missing" in one_line(both("attack", "withdraw", second), 2)
    assert counted() == before
    assert both("attack", "withdraw", second, "--why", "Same as the first").code == 0
    assert "Withdrawn: Same as the first" in both("attack", "show", second).out
    assert second not in both("attack", "list").out
    assert "is withdrawn" in one_line(both("attack", "edit", second, "--title", "x"), 4)


def test_a_grade_needs_a_reason_and_a_second_person(both: Call, refs: Refs, counted: Counted) -> None:
    ref = add(both, refs, *HARM)
    assert "why: is missing" in one_line(both("attack", "assess", ref, "--grade", "single_origin"), 2)
    assert "grade: is missing" in one_line(both("attack", "assess", ref, "--why", "x"), 2)
    graded = ["attack", "assess", ref, "--grade", "single_origin", "--basis", "media_only", "--why", "One article"]
    assert both(*graded).code == 0
    before = counted()
    assert "--replace" in one_line(both(*graded), 4)
    corroborated = ["attack", "assess", ref, "--grade", "corroborated", "--why", "Two bodies", "--replace"]
    assert "needs two independent origins" in one_line(both(*corroborated), 2)
    assert counted() == before
    claims = [row["ref"] for row in json.loads(both("claim", "list", "--about", ref, "--format", "json").out)]
    speakers = {row["speaker"]: row["ref"] for row in json.loads(both("claim", "list", "--format", "json").out)}
    pair = (speakers["Ahmad al-Dbis"], speakers["Syrian Observatory for Human Rights"])
    assert set(pair) <= set(claims)
    assert both("claim", "independence", *pair, "yes", "--why", "Own staff").code == 0
    said = both(*corroborated)
    assert said.code == 0, said
    assert "another person has to confirm it" in said.err
    assert "yourself" in one_line(both("attack", "confirm", ref), 4)
    assert "single origin, proposed: corroborated" in both("attack", "show", ref).out
    assert both("--as", "Basel", "attack", "confirm", ref).code == 0
    assert shown(both, ref)["grade"] == "corroborated"


def test_figures_are_listed_in_words_adopted_with_a_reason_and_looked_over(
    both: Call, refs: Refs, counted: Counted
) -> None:
    ref = add(both, refs, *HARM)
    listed = both("figure", "list", "--about", ref).out
    assert "more than 30 to at least 67; no upper limit stated" in listed
    (figure,) = json.loads(both("figure", "list", "--format", "json").out)
    assert (figure["low"], figure["greatest_low"], figure["high"]) == (30, 67, None)
    assert figure["ref"] in both("figure", "show", figure["ref"]).out
    assert "conflicting" in both("figure", "lint").out
    claims = [row["ref"] for row in json.loads(both("figure", "show", figure["ref"], "--format", "json").out)["claims"]]
    before = counted()
    assert "why: is missing" in one_line(both("figure", "adopt", *claims), 2)
    low_above_high = ["figure", "adopt", *claims, "--low", "9", "--high", "3", "--why", "x"]
    assert "is above high" in one_line(both(*low_above_high), 2)
    assert "wrong check character" in one_line(both("figure", "adopt", "C-7Q2M-K9XD-F3A7-Z", "--why", "x"), 2)
    assert counted() == before
    adopted = both("figure", "adopt", *claims, "--low", "50", "--high", "70", "--why", "Names compared")
    assert adopted.code == 0, adopted
    assert "70" in both("figure", "show", adopted.out.strip()).out
    assert "adopted by Amal" in both("attack", "show", ref).out
    assert both("claim", "add", "killed 71 / SANA", "--attack", ref, "--report", refs["report"]).code == 0
    assert "stale" in both("figure", "lint").out


def test_facilities_are_merged_and_split_by_ref(both: Call, refs: Refs) -> None:
    second = both("facility", "add", "--name", "Hayat", "--type", "clinic", "--place", "Basamis").out.strip()
    assert "why: is missing" in one_line(both("facility", "merge", refs["hospital"], second), 2)
    assert "is not a ref" in one_line(both("facility", "merge", "Hayat", second, "--why", "x"), 2)
    assert both("facility", "merge", second, refs["hospital"], "--why", "One building").code == 0
    assert json.loads(both("facility", "show", second, "--format", "json").out)["ref"] == refs["hospital"]
    assert both("facility", "split", second, refs["hospital"], "--why", "Two after all").code == 0
    assert json.loads(both("facility", "show", second, "--format", "json").out)["ref"] == second
    assert one_line(both("facility", "split", second, refs["hospital"], "--why", "Again"), 3)
    assert both("facility", "split", second, refs["hospital"], "--different", "--why", "Visited").code == 0
