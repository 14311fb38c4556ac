"""`registry claim`: what is said, mended, corrected, taken back, judged and attributed, on both engines."""

import json
from typing import Any

import pytest

from tests import calling, incident
from tests.calling import Call, one_line
from tests.incident import Counted, Refs

call, both = calling.call, calling.both  # fixtures
refs, counted = incident.refs, incident.counted


@pytest.fixture
def attack(both: Call, refs: Refs) -> str:
    """The ref of an attack of which nothing is said yet."""
    return both("attack", "add", "--report", refs["report"], "--when", "4 May 2019", "--place", "Basamis").out.strip()


def add(call: Call, refs: Refs, attack: str, *line: str) -> str:
    said = call("claim", "add", *line, "--attack", attack, "--report", refs["report"])
    assert said.code == 0, said
    return said.out.strip()


def shown(call: Call, ref: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call("claim", "show", ref, "--format", "json").out)
    return found


def figures(call: Call, attack: str) -> str:
    return call("figure", "list", "--about", attack).out


def test_a_line_an_option_and_json_give_the_same_claim(both: Call, refs: Refs, attack: str) -> None:
    line = add(both, refs, attack, "killed civilian >30 / Ahmad al-Dbis via Reuters")
    options = add(
        both, refs, attack, "--measure", "killed", "--population", "civilian", "--number", ">30",
        "--speaker", "Ahmad al-Dbis", "--via", "Reuters",
    )  # fmt: skip
    given = {
        "measure": "killed",
        "population": "civilian",
        "number": ">30",
        "speaker": "Ahmad al-Dbis",
        "via": "Reuters",
    }
    given |= {"attack": attack, "report": refs["report"]}
    by_json = both("claim", "add", "--json", "-", stdin=json.dumps(given).encode()).out.strip()
    same = [{key: value for key, value in shown(both, ref).items() if key not in ("id", "ref", "figures")}
            for ref in (line, options, by_json)]  # fmt: skip
    assert same[0] == same[1] == same[2]
    assert (same[0]["operator"], same[0]["low"], same[0]["high"], same[0]["via"]) == ("more_than", 30, None, "Reuters")


def test_a_claim_is_shown_and_listed_in_words(both: Call, refs: Refs, attack: str) -> None:
    ref = add(both, refs, attack, "killed child up to 25 / SANA", "--words", "ما يصل إلى 25", "--language", "ar")
    text = both("claim", "show", ref).out
    assert "killed, child: up to 25" in text
    assert "SANA, party to the conflict" in text
    assert "ما يصل إلى 25" in text
    assert "None" not in text
    listed = both("claim", "list", "--about", attack).out
    assert "killed, child" in listed
    assert "up to 25" in listed
    (row,) = json.loads(both("claim", "list", "--report", refs["report"], "--format", "json").out)
    assert (row["ref"], row["low"], row["high"]) == (ref, None, 25)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--kind", "occurrence"], "happened"),
        (["--kind", "means", "--attack-type", "air_strike", "--munition", "barrel_bomb"], "air strike, barrel bomb"),
        (["--kind", "conduct", "--conduct", "directly_targeted"], "directly targeted"),
        (["--kind", "status", "--damage", "destroyed"], "destroyed"),
        (["--kind", "use", "--use", "shelter"], "shelter"),
    ],
)
def test_every_kind_of_claim_is_told_in_words(
    both: Call, refs: Refs, attack: str, options: list[str], told: str
) -> None:
    ref = add(both, refs, attack, "--speaker", "SOHR", *options)
    assert f"{options[1]}: {told}" in both("claim", "show", ref).out
    assert told in both("attack", "show", attack).out


BAD = [
    (["killed 3 / SOHR", "--attack", "ATTACK", "--situation", "X"], 2, "attack and situation given"),
    (["killed 3 / SOHR"], 2, "what it is about: none given"),
    (
        ["killed 3 / SOHR", "--attack", "ATTACK", "--number", "4"],
        2,
        "number: is given both in the line and as an option",
    ),
    (["killed 15-10 / SOHR", "--attack", "ATTACK"], 2, "low 15 is above high 10"),
    (["slain 3 / SOHR", "--attack", "ATTACK"], 3, "no measure code 'slain'"),
    (["killed 3 / Nobody", "--attack", "ATTACK"], 3, "no source 'Nobody'"),
    (["killed 3 / SOHR", "--attack", "A-7Q2M-K9XD-F3A7-C"], 2, "has a wrong check character"),
    (["killed 3 / SOHR", "--attack", "REPORT"], 2, "is the ref of a report"),
    (["killed 3 / SOHR", "--attack", "ATTACK", "--period", "2519"], 2, "period: "),
    (["killed 3 / SOHR", "--attack", "ATTACK", "--hedge", "sure"], 2, "hedge: 'sure' is not a choice"),
    (["--speaker", "SOHR", "--attack", "ATTACK", "--number", "3"], 2, "measure: is missing"),
    (["--attack", "ATTACK"], 2, "speaker: is missing; give --speaker"),
    (["--speaker", "SOHR", "--attack", "ATTACK", "--kind", "rumour"], 2, "kind: 'rumour' is not a choice"),
    (["--speaker", "SOHR", "--attack", "ATTACK", "--measure", "killed", "--number", "a lot"], 2, "is not understood"),
]


@pytest.mark.parametrize(("arguments", "code", "told"), BAD, ids=lambda case: str(case)[:60])
def test_bad_input_is_one_line_and_changes_nothing(
    both: Call, refs: Refs, attack: str, counted: Counted, arguments: list[str], code: int, told: str
) -> None:
    before = counted()
    given = [{"ATTACK": attack, "REPORT": refs["report"]}.get(argument, argument) for argument in arguments]
    assert told in one_line(both("claim", "add", *given, "--report", refs["report"]), code)
    assert counted() == before


def test_edit_mends_our_slip_and_our_figure_follows(both: Call, refs: Refs, attack: str, counted: Counted) -> None:
    ref = add(both, refs, attack, "killed 3 / SOHR")
    assert both("claim", "edit", ref, "--number", ">30", "--why", "Typed 3 for 30").code == 0
    assert "more than 30; no upper limit stated" in figures(both, attack)
    assert both("claim", "edit", ref, "--number", "dozens").code == 0
    assert (shown(both, ref)["operator"], shown(both, ref)["words"]) == ("some", "dozens")
    assert both("claim", "edit", ref, "--number", "5").code == 0
    assert (shown(both, ref)["low"], shown(both, ref)["words"]) == (5, None)
    before = counted()
    assert "nothing to change" in one_line(both("claim", "edit", ref), 2)
    assert "somebody changed" in one_line(both("claim", "edit", ref, "--note", "x", "--version", "1"), 4)
    assert "is not understood" in one_line(both("claim", "edit", ref, "--number", "a lot"), 2)
    assert counted() == before


def test_another_speaker_is_another_origin(both: Call, refs: Refs, attack: str) -> None:
    first = add(both, refs, attack, "killed 3 / UOSSM")
    second = add(both, refs, attack, "killed 4 / SOHR")
    assert shown(both, first)["origin_id"] != shown(both, second)["origin_id"]
    assert both("claim", "edit", second, "--speaker", "Ahmad al-Dbis").code == 0
    assert shown(both, first)["origin_id"] == shown(both, second)["origin_id"]  # he speaks for UOSSM


def test_a_correction_leaves_the_earlier_claim_on_record(both: Call, refs: Refs, attack: str, counted: Counted) -> None:
    first = add(both, refs, attack, "killed 30 / SOHR")
    second = add(both, refs, attack, "killed 12 / SOHR", "--corrects", first)
    other = add(both, refs, attack, "killed 40 / UOSSM")
    assert shown(both, second)["links"][0]["ref"] == first
    assert "12 to 40" in figures(both, attack)
    before = counted()
    assert one_line(both("claim", "link", other, "corrects", first), 2)
    assert "recorded already" in one_line(both("claim", "link", second, "corrects", first), 4)
    assert "cannot be linked to itself" in one_line(both("claim", "link", second, "repeats", second), 4)
    assert "is not a choice" in one_line(both("claim", "link", second, "mends", first), 2)
    assert counted() == before
    assert both("claim", "link", other, "repeats", first, "--note", "Same words").code == 0


def test_a_withdrawn_claim_stays_on_record_and_out_of_our_figure(
    both: Call, refs: Refs, attack: str, counted: Counted
) -> None:
    add(both, refs, attack, "killed 3 / UOSSM")
    ref = add(both, refs, attack, "killed 30 / SOHR")
    before = counted()
    assert "why: is missing" in one_line(both("claim", "withdraw", ref), 2)
    assert counted() == before
    assert both("claim", "withdraw", ref, "--our-error", "--why", "Another village").code == 0
    assert "withdrawn: our error" in both("attack", "show", attack).out
    assert "30" not in figures(both, attack).split()  # a ref may have these digits in it
    assert "withdrawn already" in one_line(both("claim", "withdraw", ref, "--why", "x"), 4)


def test_independence_is_judged_between_two_origins(both: Call, refs: Refs, attack: str, counted: Counted) -> None:
    one, same = (add(both, refs, attack, f"killed 3 / {name}") for name in ("UOSSM", "Ahmad al-Dbis"))
    other = add(both, refs, attack, "killed 5 / SOHR")
    before = counted()
    assert "why: is missing" in one_line(both("claim", "independence", one, other, "yes"), 2)
    assert "one origin" in one_line(both("claim", "independence", one, same, "yes", "--why", "x"), 4)
    assert "is not a choice" in one_line(both("claim", "independence", one, other, "perhaps", "--why", "x"), 2)
    assert counted() == before
    said = both("claim", "independence", one, other, "no", "--why", "Both cite one doctor")
    assert (said.code, said.out) == (0, "")


def test_whom_a_speaker_names_is_recorded_as_said(both: Call, refs: Refs, attack: str, counted: Counted) -> None:
    about = ["--attack", attack, "--report", refs["report"]]
    assert both("claim", "attribute", "SOHR: either Syrian government forces or Russian air force", *about).code == 0
    denied = ["--speaker", "SANA", "--stance", "denies", "--actors", "Syrian government forces", "--hedge", "reported"]
    assert both("claim", "attribute", *denied, *about).code == 0
    text = both("attack", "show", attack).out
    assert "one of several named by Syrian Observatory for Human Rights" in text
    assert "denied by SANA" in text
    before = counted()
    assert "no actor" in one_line(both("claim", "attribute", "SOHR: Nobody", *about), 3)
    assert "actors: " in one_line(both("claim", "attribute", "--speaker", "SOHR", *about), 2)
    assert "none given" in one_line(
        both("claim", "attribute", "SOHR: Russian air force", "--report", refs["report"]), 2
    )
    assert counted() == before


@pytest.mark.parametrize("verb", ["add", "edit", "link", "withdraw", "independence", "attribute"])
def test_a_rehearsal_saves_nothing(both: Call, refs: Refs, attack: str, counted: Counted, verb: str) -> None:
    one, other = add(both, refs, attack, "killed 3 / SOHR"), add(both, refs, attack, "killed 5 / UOSSM")
    about = ["--attack", attack, "--report", refs["report"]]
    calls = {
        "add": ["killed 9 / SANA", *about],
        "edit": [one, "--number", "4"],
        "link": [one, "repeats", other],
        "withdraw": [one, "--why", "x"],
        "independence": [one, other, "yes", "--why", "x"],
        "attribute": ["SOHR: Russian air force", *about],
    }
    before = counted()
    said = both("claim", verb, *calls[verb], "--dry-run")
    assert (said.code, said.out) == (0, ""), said
    assert "nothing was saved" in said.err
    assert counted() == before
