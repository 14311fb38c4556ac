"""The nine questions of `registry attack add`, through a real pseudo-terminal, on both engines."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests import calling, incident
from tests.calling import Call
from tests.incident import Counted, Refs

call, both = calling.call, calling.both  # fixtures
refs, counted = incident.refs, incident.counted

ROOT = Path(__file__).parent.parent
ENTER, TAB, CTRL_C, CTRL_U = "\r", "\t", "\x03", "\x15"
_STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Dialogue:
    """A person at the questions: waits for one, answers, waits for the next."""

    def __init__(self, database: str, *options: str) -> None:
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm",
            "PROMPT_TOOLKIT_NO_CPR": "1",  # nobody answers where the cursor is
            "REGISTRY_USER": "Amal",
        }
        arguments = ["-m", "registry", "--database", database, "attack", "add", *options]
        self.child = pexpect.spawn(
            sys.executable, arguments, env=environment, encoding="utf-8", timeout=30, dimensions=(50, 160)
        )
        self.child.delaybeforesend = 0.05
        self.said = ""

    def wait(self, text: str) -> "Dialogue":
        """Wait until this is on the screen."""
        self.child.expect_exact(text)
        self.said += f"{self.child.before}{text}"
        return self

    def answer(self, question: str, *typed: str) -> "Dialogue":
        """Wait for a question, then type; Enter follows."""
        self.wait(question)
        for text in typed:
            self.child.send(text)
        self.child.send(ENTER)
        return self

    def end(self) -> tuple[int, str]:
        """Wait until the program is done; its exit code and all that was on the screen."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        return int(self.child.exitstatus or 0), _STEERING.sub("", self.said + str(self.child.before))


Started = Callable[..., Dialogue]


@pytest.fixture
def start(database_url: str, refs: Refs) -> Iterator[Started]:
    """Begin a dialogue with these options, on a registry with the records of `refs`."""
    begun: list[Dialogue] = []

    def started(*options: str) -> Dialogue:
        begun.append(Dialogue(database_url, *options))
        return begun[-1]

    del refs
    yield started
    for dialogue in begun:
        dialogue.child.close(force=True)


def saved(call: Call) -> dict[str, Any]:
    (ref,) = [row["ref"] for row in json.loads(call("attack", "list", "--format", "json").out)]
    found: dict[str, Any] = json.loads(call("attack", "show", ref, "--format", "json").out)
    return found


def to_the_place(dialogue: Dialogue, place: str = "Basamis") -> Dialogue:
    dialogue.answer("1 Document", "rebels say").answer("Which", "1")
    return dialogue.answer("3 When", "4 May 2019, night inferred").answer("4 Where", place)


def to_the_check(dialogue: Dialogue) -> Dialogue:
    to_the_place(dialogue).answer("5 What was hit", "unnamed clinic:damaged").answer("and")
    dialogue.answer("6 With what", "air strike").answer("and")
    dialogue.answer("7 Harm", "killed >30 / SOHR").answer("and").answer("8 Who accuses")
    return dialogue.wait("9 Check")


def test_nine_questions_make_one_attack(both: Call, start: Started) -> None:
    dialogue = to_the_place(start(), "بسامس")
    dialogue.answer("5 What was hit", "نبض الحياة:direct_hit:destroyed").answer("and", "unnamed clinic").answer("and")
    dialogue.answer("6 With what", "air_strike:helicopter:barrel_bomb").answer("and")
    dialogue.answer("7 Harm", "killed >30 / Syrian Civil Defence").answer(
        "and", "killed at least 50 / Dbis via Reuters"
    )
    dialogue.wait("Ahmad al-Dbis (named_official)").answer("Which", "1")
    dialogue.answer("and", "killed dozens / SOHR").answer("and")
    dialogue.answer("8 Who accuses", "SOHR: either Syrian government forces or Russian air force").answer("and")
    dialogue.wait("9 Check").answer("Save (y/n, 1-8 to change)", "y")
    code, screen = dialogue.end()
    assert code == 0
    assert "Added the attack" in screen
    assert "more than 30 to at least 50; no upper limit stated" in screen
    found = saved(both)
    assert (found["place"], found["time_band"], found["occurred_basis"]) == ("Basamis", "night", "inferred")
    assert {row["name"] for row in found["facilities"]} == {
        "Nabad al-Hayat hospital",
        "unnamed clinic (kind not specified)",
    }
    assert ("Ahmad al-Dbis", "Reuters") in {(row["speaker"], row["via"]) for row in found["claims"]}
    assert {row["stance"] for row in found["attributions"]} == {"one_of"}


def test_enter_at_every_question_but_the_place_leaves_them_not_coded(both: Call, start: Started) -> None:
    dialogue = start().answer("1 Document").answer("3 When").answer("4 Where").wait("This one is needed")
    dialogue.answer("4 Where", "Idlib").answer("5 What was hit").answer("6 With what")
    code, screen = dialogue.wait("7 and 8, harm and who is accused, are skipped").answer("Save", "y").end()
    assert code == 0
    assert "not coded" in screen
    found = saved(both)
    assert [found[f"{part}_absence"] for part in ("facilities", "means", "harm", "attribution")] == ["not_coded"] * 4
    assert found["occurred_from_on"] is None


def test_tab_completes_places_facilities_codes_sources_and_actors(both: Call, start: Started) -> None:
    dialogue = start()
    dialogue.answer("1 Document", "reb").answer("Which", "1").answer("3 When")
    dialogue.wait("4 Where").child.send("kafr e")
    dialogue.wait("Kafr Ein (community, Idlib)").child.send(TAB + ENTER)
    dialogue.wait("5 What was hit").child.send("مستشفى نب")
    dialogue.wait("مستشفى نبض الحياة").child.send(TAB + ENTER)
    dialogue.answer("and").wait("6 With what").child.send("shell")
    dialogue.wait("shelling").child.send(TAB + ENTER)
    dialogue.answer("and").wait("7 Harm").child.send("kil")
    dialogue.wait("Killed").child.send(TAB + " 3 / ahmad al")
    dialogue.wait("Ahmad al-Dbis (named_official)").child.send(TAB + ENTER)
    dialogue.answer("and").wait("8 Who accuses").child.send("SOHR: syrian gov")
    dialogue.wait("Syrian government forces (state_forces)").child.send(TAB + ENTER)
    code, screen = dialogue.answer("and").answer("Save", "y").end()
    assert code == 0, screen
    found = saved(both)
    assert (found["place"], found["facilities"][0]["name"]) == ("Kafr Ein", "Nabad al-Hayat hospital")
    assert found["means"][0]["type"] == "shelling"
    assert found["claims"][0]["speaker"] == "Ahmad al-Dbis"
    assert found["attributions"][0]["actor"] == "Syrian government forces"


def test_an_unknown_name_is_offered_what_is_near_or_made_on_the_spot(both: Call, start: Started) -> None:
    dialogue = start().answer("1 Document", "https://example.org/2").answer("Which", "n")
    dialogue.answer("Publisher", "AFP").wait("No source has the name 'AFP'").answer("Which", "n").answer("Name")
    dialogue.answer("Kind of source", "news agency").answer("Speaks for").answer("A party to the conflict", "n")
    dialogue.answer("Title", "Idlib under fire").answer("Address")
    dialogue.answer("2 Its date", "5 May 2019").answer("3 When", "May 2019")
    dialogue.answer("4 Where", "Basamiz").wait("1  Basamis (community, Idlib)").answer("Which")
    dialogue.answer("4 Where", CTRL_U, "تل النار").answer("Which", "n").answer("Name").answer("Level", "community")
    dialogue.answer("It lies in", "Idlib").answer("5 What was hit", "مدرسة تل النار").answer("Which", "n").answer(
        "Name"
    )
    dialogue.answer("Type of facility", "primary school").answer("Stands in (Enter: تل النار (new))").answer("and")
    dialogue.answer("6 With what").answer("7 Harm", "injured 4 students / AFP via none").answer("and")
    dialogue.answer("8 Who accuses", "AFP: Militia").answer("Which", "n").answer("Name").answer(
        "Kind of actor", "militia"
    )
    dialogue.wait("did you mean").child.send(CTRL_U + "pro_government_militia" + ENTER)
    code, screen = dialogue.answer("and").wait("9 Check").answer("Save", "y").end()
    assert code == 0, screen
    found = saved(both)
    assert (found["place"], found["reports"][0]["publisher"]) == ("تل النار", "AFP")
    assert (found["facilities"][0]["name"], found["facilities"][0]["type"]) == ("مدرسة تل النار", "school_primary")
    assert (found["claims"][0]["population"], found["claims"][0]["relay"]) == ("student", "none")
    assert found["attributions"][0]["actor"] == "Militia"


def test_a_name_that_several_have_is_chosen_by_number(both: Call, start: Started) -> None:
    dialogue = start().answer("1 Document").answer("3 When").answer("4 Where", "Haish")
    dialogue.wait("Several have").wait("1  Haish (").answer("Which", "7").wait("answer one of").answer("Which", "2")
    code, screen = dialogue.answer("5 What was hit").answer("6 With what").answer("Save", "y").end()
    assert code == 0, screen
    assert saved(both)["place"] == "Haish"


def test_what_cannot_be_used_is_told_at_once_and_comes_back_to_be_changed(both: Call, start: Started) -> None:
    dialogue = start().answer("1 Document", "rebels").answer("Which", "1")
    dialogue.answer("3 When", "4 May").wait("the year is missing").answer("3 When", " 2019")
    dialogue.answer("4 Where", "?").wait("The village, town or area").answer("4 Where", "Basamis")
    dialogue.answer("5 What was hit", "unnamed klinic").wait("did you mean 'clinic'")
    dialogue.answer("5 What was hit", CTRL_U, "unnamed clinic").answer("and").answer("6 With what", "barrel bomb")
    dialogue.wait("barrel_bomb is a munition").answer("6 With what", CTRL_U).answer("7 Harm", "killed 15-10 / SOHR")
    dialogue.wait("low 15 is above high 10").answer("7 Harm", CTRL_U, "killed 10-15 / SOHR").answer("and")
    code, screen = dialogue.answer("8 Who accuses", "").answer("Save", "y").end()
    assert code == 0, screen
    found = saved(both)
    assert found["occurred_from_on"] == "2019-05-04"
    assert (found["claims"][0]["low"], found["claims"][0]["high"]) == (10, 15)


def test_a_likely_duplicate_is_shown_and_asked_about(both: Call, start: Started, counted: Counted) -> None:
    first = both("attack", "add", "--when", "5 May 2019", "--place", "Basamis", "--unnamed", "clinic").out.strip()
    before = counted()
    dialogue = to_the_check(start())
    dialogue.wait("It may be on file already").wait(first)
    code, screen = dialogue.answer("Save all the same", "n").end()
    assert code == 1
    assert "Nothing was saved" in screen
    assert counted() == before
    code, screen = to_the_check(start()).answer("Save all the same", "a").end()
    assert code == 0
    assert f"Added the document and its claims to {first}" in screen
    assert counted()["attack"] == before["attack"]
    found = saved(both)
    assert (found["claims"][0]["low"], len(found["facilities"])) == (30, 1)


def test_any_answer_can_be_changed_before_saving(both: Call, start: Started) -> None:
    dialogue = to_the_check(start())
    dialogue.answer("Save", "3").answer("3 When", CTRL_U, "2 May 2019")
    dialogue.answer("Save", "7").answer("7 Harm", CTRL_U, "killed 12 / SOHR").answer("and")
    code, screen = dialogue.answer("Save", "y").end()
    assert code == 0, screen
    found = saved(both)
    assert (found["occurred_from_on"], found["occurred_basis"], found["time_band"]) == ("2019-05-02", "printed", None)
    assert [row["low"] for row in found["claims"]] == [12]


def test_a_new_record_that_is_thought_better_of_is_not_saved(start: Started, counted: Counted) -> None:
    before = counted()
    dialogue = to_the_place(start()).answer("5 What was hit", "Old school").answer("Which", "n").answer("Name")
    dialogue.answer("Type of facility", "school").answer("Stands in").answer("and").answer("6 With what")
    dialogue.answer("7 Harm").answer("8 Who accuses").wait("facility Old school")
    dialogue.answer("Save", "5").answer("5 What was hit", CTRL_U).answer("5 What was hit")
    code, screen = dialogue.answer("Save", "y").end()
    assert code == 0, screen
    assert counted()["facility"] == before["facility"]


@pytest.mark.parametrize("moment", ["first", "adding", "check"])
def test_ctrl_c_at_any_moment_saves_nothing(start: Started, counted: Counted, moment: str) -> None:
    before = counted()
    dialogue = start()
    if moment == "first":
        dialogue.wait("1 Document")
    elif moment == "adding":
        to_the_place(dialogue, "New village").answer("Which", "n").answer("Name").wait("Level")
    else:
        to_the_check(dialogue).wait("Save")
    dialogue.child.send(CTRL_C)
    code, screen = dialogue.end()
    assert code == 130
    assert "stopped; nothing was saved" in screen
    assert ("to try again without typing all of it" in screen) == (moment == "check")
    assert counted() == before


def test_a_rehearsal_saves_nothing(start: Started, counted: Counted) -> None:
    before = counted()
    code, screen = to_the_check(start("--dry-run")).answer("Save", "y").end()
    assert code == 0
    assert "Rehearsed, nothing was saved" in screen
    assert counted() == before


def test_what_is_given_as_an_option_is_not_asked(both: Call, start: Started, refs: Refs) -> None:
    options = ["--report", refs["report"], "--when", "4 May 2019", "--means", "shelling", "--harm", "killed 3 / SOHR"]
    dialogue = start(*options).answer("4 Where", "Basamis").answer("5 What was hit").answer("8 Who accuses")
    code, screen = dialogue.wait("killed 3 / SOHR").answer("Save", "y").end()
    assert code == 0, screen
    for unasked in ("1 Document:", "3 When:", "6 With what:", "7 Harm:"):
        assert unasked not in screen
    found = saved(both)
    assert (found["means"][0]["type"], found["claims"][0]["low"]) == ("shelling", 3)


def test_options_that_say_all_ask_only_about_a_duplicate(both: Call, start: Started, counted: Counted) -> None:
    options = ["--when", "4 May 2019", "--place", "Basamis"]
    assert start(*options).end()[0] == 0
    before = counted()
    code, screen = start(*options).answer("Save it all the same?", "n").end()
    assert code == 4
    assert saved(both)["ref"] in screen
    assert counted() == before


def test_there_has_to_be_a_registry_before_anything_is_typed(tmp_path: Path) -> None:
    code, screen = Dialogue(str(tmp_path / "none.db")).end()
    assert code == 3
    assert "registry init" in screen
