"""What was entered by mistake is taken back: it is gone from what people read, not from the record, on both engines."""

import json
from datetime import UTC, datetime
from typing import Any

from tests import calling, incident
from tests.calling import Call, one_line
from tests.incident import Refs

call, both = calling.call, calling.both  # fixtures
refs = incident.refs

ABSENCES = ("facilities_absence", "means_absence")


def made(call: Call, *arguments: str) -> str:
    """The ref of what a call made or changed."""
    said = call(*arguments)
    assert said.code == 0, said
    return said.out.strip()


def attack(call: Call, refs: Refs, *more: str) -> str:
    return made(call, "attack", "add", "--report", refs["report"], "--when", "4 May 2019", "--place", "Basamis", *more)


def shown(call: Call, noun: str, ref: str, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call(noun, "show", ref, "--format", "json", *more).out)
    return found


def newest(call: Call) -> dict[str, Any]:
    """The newest entry of the journal."""
    found: list[dict[str, Any]] = json.loads(call("journal", "show", "--limit", "1", "--format", "json").out)
    return found[0]


def test_a_wrong_facility_and_wrong_means_are_taken_off_an_attack(both: Call, refs: Refs) -> None:
    wrong = ("--hit", f"{refs['hospital']}:direct_hit:destroyed", "--means", "air_strike:helicopter:barrel_bomb")
    ref = attack(both, refs, *wrong, "--unnamed", "clinic", "--means", "air_strike")
    off = ("attack", "edit", ref, "--not-hit", "نبض الحياة", "--not-means", "air strike:helicopter:barrel bomb")
    before = datetime.now(UTC).isoformat()
    assert both(*off, "--dry-run").err.startswith("Rehearsed, nothing was saved")
    assert shown(both, "attack", ref)["named_facilities"] == 1
    made(both, *off, "--why", "A hospital of that name in another village")

    now, then = shown(both, "attack", ref), shown(both, "attack", ref, "--as-of", before)
    assert [row["type"] for row in now["facilities"]] == ["clinic"]
    assert now["means"] == [{"type": "air_strike", "launch": None, "munition": None}]
    assert (now["named_facilities"], now["unnamed_facilities"]) == (0, 1)
    assert [now[name] for name in ABSENCES] == [None, None]
    assert (then["named_facilities"], len(then["means"])) == (1, 2)
    hospital = shown(both, "facility", refs["hospital"])
    assert (hospital["attacks"], hospital["times_hit"]) == ([], 0)
    entry = newest(both)
    assert (entry["table"], entry["why"]) == ("attack_means", "A hospital of that name in another village")
    assert list(entry["changed"]) == ["retracted_at"]


def test_what_is_not_there_to_take_off_is_told(both: Call, refs: Refs) -> None:
    ref = attack(both, refs, "--unnamed", "clinic", "--means", "air_strike:helicopter")
    edit, see = ("attack", "edit", ref), f"see `registry attack show {ref}`"
    assert one_line(both(*edit, "--not-hit", refs["hospital"]), 3) == f"no hit of {ref} on '{refs['hospital']}'; {see}"
    assert one_line(both(*edit, "--not-means", "air_strike"), 3) == f"no means of {ref} 'air_strike'; {see}"
    made(both, *edit, "--not-means", "air_strike:helicopter")
    told = f"means of {ref} air_strike:helicopter: taken back already; {see}"
    assert one_line(both(*edit, "--not-means", "air_strike:helicopter"), 4) == told
    assert "somebody changed" in one_line(both(*edit, "--not-hit", refs["hospital"], "--version", "1"), 4)


def test_what_is_left_empty_is_not_coded_unless_somebody_says_why(both: Call, refs: Refs) -> None:
    ref = attack(both, refs, "--hit", refs["hospital"], "--means", "air_strike")
    made(both, "attack", "edit", ref, "--not-means", "air_strike", "--not-hit", refs["hospital"], "--note", "Looked at")
    assert [shown(both, "attack", ref)[name] for name in ABSENCES] == ["not_coded"] * 2
    made(both, "attack", "edit", ref, "--hit", refs["hospital"], "--means", "shelling")
    made(both, "attack", "edit", ref, "--not-hit", refs["hospital"], "--facilities-absence", "reported_none")
    assert [shown(both, "attack", ref)[name] for name in ABSENCES] == ["reported_none", None]


def test_a_facility_and_means_that_were_taken_off_can_be_added_again(both: Call, refs: Refs) -> None:
    hit, means = refs["hospital"], "air_strike:helicopter:barrel_bomb"
    ref = attack(both, refs, "--hit", f"{hit}:direct_hit:destroyed", "--means", means)
    made(both, "attack", "edit", ref, "--not-hit", hit, "--not-means", means)
    made(both, "attack", "edit", ref, "--hit", f"{hit}:damaged", "--means", means)
    found = shown(both, "attack", ref)
    (row,) = found["facilities"]
    assert (row["facility"], row["effect"], row["damage"]) == (hit, "damaged", None), "as it was given now"
    assert [row["munition"] for row in found["means"]] == ["barrel_bomb"]
    assert [found[name] for name in ABSENCES] == [None, None]


def test_a_finding_on_a_merged_record_is_taken_off_through_the_other(both: Call, refs: Refs) -> None:
    one, other = (attack(both, refs, "--when", "5 May 2019") for _ in range(2))
    made(both, "attack", "edit", other, "--hit", refs["hospital"], "--means", "shelling")
    both("attack", "merge", one, other, "--why", "One strike")
    assert shown(both, "attack", one)["named_facilities"] == 1
    made(both, "attack", "edit", one, "--not-hit", refs["hospital"], "--not-means", "shelling")
    found = shown(both, "attack", one)
    assert (found["facilities"], found["means"], found["named_facilities"]) == ([], [], 0)


def test_a_wrong_link_between_attacks_is_taken_back(both: Call, refs: Refs) -> None:
    first, second = (attack(both, refs, "--when", when) for when in ("4 May 2019", "5 May 2019"))
    both("attack", "link", first, "same_series", second, "--why", "Typed wrong")
    both("attack", "link", first, "follow_up_strike", second)
    before = datetime.now(UTC).isoformat()
    off, why = ("attack", "unlink", first, "same_series", second), ("--why", "Two fronts")
    assert one_line(both(*off), 2) == "why: is missing; give --why, the reason that is kept with it"
    assert both(*off, *why, "--dry-run").err == (
        f"Rehearsed, nothing was saved: Took back that {first} is same_series of {second}.\n"
    )
    assert both(*off, *why).err == f"Took back that {first} is same_series of {second}.\n"
    assert shown(both, "attack", first)["links"] == [{"kind": "follow_up_strike", "ref": second}]
    then = shown(both, "attack", first, "--as-of", before)["links"]
    assert then == [{"kind": kind, "ref": second} for kind in ("same_series", "follow_up_strike")]
    entry = newest(both)
    assert (entry["table"], entry["why"], list(entry["changed"])) == ("attack_link", "Two fronts", ["retracted_at"])

    see = f"see `registry attack show {first}`"
    assert one_line(both(*off, *why), 4) == f"link {first} same_series {second}: taken back already; {see}"
    never = both("attack", "unlink", first, "part_of", second, *why)
    assert one_line(never, 3) == f"no link '{first} part_of {second}'; {see}"
    assert both("attack", "link", first, "same_series", second, "--why", "The same unit after all").code == 0
    assert shown(both, "attack", first)["links"] == then


def test_what_was_a_part_by_mistake_counts_for_itself_again(both: Call, refs: Refs) -> None:
    whole, strike = (attack(both, refs, "--harm", f"killed {number} / SOHR") for number in (4, 3))
    both("attack", "link", strike, "part_of", whole)
    assert shown(both, "attack", strike)["is_counted"] is False
    assert both("attack", "unlink", strike, "part_of", whole, "--why", "Another street").code == 0
    found = shown(both, "attack", strike)
    assert (found["is_counted"], found["parent_id"], found["links"]) == (True, None, [])
    assert shown(both, "attack", whole)["strikes"] == []
    total = json.loads(both("sql", "SELECT attacks, killed_low FROM v_area_month", "--format", "json").out)
    assert total == [{"attacks": 2, "killed_low": 7}]


def test_what_is_a_part_without_a_link_is_taken_back_as_one_with_it(both: Call, refs: Refs) -> None:
    whole, strike = (attack(both, refs) for _ in range(2))
    made(both, "attack", "edit", strike, "--parent", whole)
    off = ("attack", "unlink", strike, "part_of", whole, "--why", "Another street")
    assert both(*off).code == 0
    assert shown(both, "attack", strike)["parent_id"] is None
    assert one_line(both(*off), 3).startswith("no link")


def test_a_part_that_gets_another_parent_or_none_is_linked_to_the_former_no_more(both: Call, refs: Refs) -> None:
    one, other, strike = (attack(both, refs) for _ in range(3))
    both("attack", "link", strike, "part_of", one)
    both("attack", "link", strike, "part_of", other)
    assert shown(both, "attack", strike)["links"] == [{"kind": "part_of", "ref": other}]
    made(both, "attack", "edit", strike, "--parent", "")
    assert shown(both, "attack", strike)["links"] == []
    assert both("attack", "link", strike, "part_of", other).code == 0


def test_a_link_of_a_merged_record_is_taken_back_through_the_other(both: Call, refs: Refs) -> None:
    one, other, whole = (attack(both, refs) for _ in range(3))
    both("attack", "link", other, "part_of", whole)
    both("attack", "merge", one, other, "--why", "One strike")
    assert [row["ref"] for row in shown(both, "attack", one)["links"]] == [whole]
    assert both("attack", "unlink", one, "part_of", whole, "--why", "Another street").code == 0
    assert (shown(both, "attack", one)["links"], shown(both, "attack", whole)["strikes"]) == ([], [])


def test_a_wrong_link_between_reports_is_taken_back(both: Call, refs: Refs) -> None:
    wire = made(both, "report", "add", "--publisher", "Reuters", "--title", "Strikes", "--published", "3 May 2019")
    both("report", "link", refs["report"], "republishes", wire, "--note", "word for word")
    both("report", "link", refs["report"], "cites", wire)
    before = datetime.now(UTC).isoformat()
    off = ("report", "unlink", refs["report"], "republishes", wire, "--why", "It has a reporter of its own")
    assert both(*off, "--dry-run").code == 0
    assert both(*off).err == f"Took back that {refs['report']} republishes {wire}.\n"
    assert [row["kind"] for row in shown(both, "report", refs["report"])["links"]] == ["cites"]
    then = shown(both, "report", refs["report"], "--as-of", before)["links"]
    assert [row["kind"] for row in then] == ["republishes", "cites"]
    assert (newest(both)["table"], list(newest(both)["changed"])) == ("report_link", ["retracted_at"])

    see = f"see `registry report show {refs['report']}`"
    assert one_line(both(*off), 4) == f"link {refs['report']} republishes {wire}: taken back already; {see}"
    never = both("report", "unlink", refs["report"], "translates", wire, "--why", "No")
    assert one_line(never, 3) == f"no link '{refs['report']} translates {wire}'; {see}"
    assert both("report", "link", refs["report"], "republishes", wire).code == 0
    assert len(shown(both, "report", refs["report"])["links"]) == 2


def test_a_wrong_status_of_a_facility_is_taken_back(both: Call, refs: Refs) -> None:
    status = ("facility", "status", refs["hospital"], "--when", "5 May 2019")
    both(*status, "--functionality", "non_functioning")
    both(*status, "--damage", "destroyed")
    both("facility", "status", refs["hospital"], "--when", "4 May 2019", "--functionality", "functioning")
    before = datetime.now(UTC).isoformat()
    off = ("facility", "unstatus", "نبض الحياة", "--when", "2019-05-05")
    why, see = ("--why", "Another hospital"), f"see `registry facility show {refs['hospital']}`"
    told = "when: several that say different things; give functionality, damage, accessibility as recorded"
    assert one_line(both(*off, *why), 2) == told
    one = (*off, "--functionality", "non_functioning", *why)
    assert both(*one, "--dry-run").code == 0
    assert both(*one).err == "Took back how نبض الحياة was on 2019-05-05.\n"

    now, then = (shown(both, "facility", refs["hospital"], *more) for more in ((), ("--as-of", before)))
    said = [[(row["functionality"], row["damage"]) for row in record["status"]] for record in (now, then)]
    assert said[0] == [("functioning", None), (None, "destroyed")]
    assert said[1] == [("functioning", None), ("non_functioning", None), (None, "destroyed")]
    latest = "SELECT last_functionality, last_functionality_on FROM v_facility"
    (row,) = json.loads(both("sql", latest, "--format", "json").out)
    assert row == {"last_functionality": "functioning", "last_functionality_on": "2019-05-04"}
    events = "SELECT functionality FROM v_facility_timeline WHERE event = 'status' ORDER BY from_on"
    found = json.loads(both("sql", events, "--format", "json").out)
    assert [row["functionality"] for row in found] == ["functioning", None]

    ref = refs["hospital"]
    assert one_line(both(*one), 4) == f"status of {ref} of 2019-05-05: taken back already; {see}"
    never = both("facility", "unstatus", ref, "--when", "6 May 2019", *why)
    assert one_line(never, 3) == f"no status of {ref} of '6 May 2019'; {see}"
    assert both(*status, "--functionality", "non_functioning").code == 0
    assert len(shown(both, "facility", ref)["status"]) == 3


def test_of_two_states_of_a_facility_the_one_that_says_less_is_taken_back(both: Call, refs: Refs) -> None:
    day = (refs["hospital"], "--when", "5 May 2019", "--functionality", "non_functioning")
    for more in ((), ("--damage", "destroyed")):
        assert both("facility", "status", *day, *more).code == 0
    assert both("facility", "unstatus", *day, "--why", "Another hospital").code == 0
    (row,) = shown(both, "facility", refs["hospital"])["status"]
    assert row["damage"] == "destroyed"
