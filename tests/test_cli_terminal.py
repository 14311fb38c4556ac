"""The program on a terminal: questions, and tables for the eye. Through a real pseudo-terminal."""

import json
import os
import sys
from pathlib import Path

import pexpect

from registry.cli import options
from tests import calling
from tests.calling import Call, entries, furnish

call, here = calling.call, calling.here  # fixtures


ROOT = Path(__file__).parent.parent


def terminal(database: str, *arguments: str) -> "pexpect.spawn[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "120"}
    command = ["-m", "registry", "--database", database, *arguments]
    child = pexpect.spawn(sys.executable, command, env=environment, encoding="utf-8", timeout=20, dimensions=(40, 120))
    child.delaybeforesend = 0.1
    return child


def test_add_asks_for_what_is_missing_and_checks_each_answer(here: Call, sqlite_database: str) -> None:
    furnish(here)
    child = terminal(sqlite_database, "place", "add", "--names", "كفر عين", "--country", "SYR", "--pcode", "C1")
    child.expect("Name, as most people write it")
    child.send("\r")
    child.expect("this one is needed")
    child.send("Kafr Ein\r")
    child.expect("Level")
    child.send("village\r")
    child.expect("give one of country")
    child.send("\x15community\r")
    child.expect("The place that it lies in")
    child.send("Raqqa\r")
    child.expect("no place 'Raqqa'")
    child.send("\x15Idlib\r")
    child.expect("P-[0-9A-Z-]+")
    child.expect("Added the place Kafr Ein")
    child.expect(pexpect.EOF)
    shown = json.loads(here("place", "show", "Kafr Ein", "--format", "json").out)
    assert (shown["level"], shown["parent"], shown["name_ar"]) == ("community", "Idlib", "كفر عين")


def test_ctrl_c_at_a_question_saves_nothing(here: Call, sqlite_database: str) -> None:
    child = terminal(sqlite_database, "place", "add")
    child.expect("Name, as most people write it")
    child.send("\x03")
    child.expect("stopped; nothing was saved")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert entries(here) == 0


def test_what_was_typed_is_not_lost_when_the_record_is_refused(here: Call, sqlite_database: str) -> None:
    furnish(here)
    child = terminal(sqlite_database, "situation", "add", "--name", "May", "--when", "not a date at all")
    child.expect("A place of it")
    child.send("Idlib; northern Idlib\r")
    child.expect("A note for colleagues")
    child.send("\r")
    child.expect("registry: when: ")
    child.expect("to try again without typing all of it: registry situation add --name May --places Idlib")
    child.expect(pexpect.EOF)


def test_a_table_on_a_terminal_keeps_refs_whole_and_arabic_to_itself(here: Call, sqlite_database: str) -> None:
    ref = here("place", "add", "--name", "[red]Idlib", "--names", "إدلب", "--level", "area", "--country", "SYR").out
    child = terminal(sqlite_database, "place", "list")
    child.expect(pexpect.EOF)
    shown = str(child.before)
    assert ref.strip() in shown
    assert "[red]Idlib" in shown
    assert "\u2068إدلب\u2069" in shown


def test_questions_need_a_person_at_both_ends() -> None:
    assert not options.is_terminal()
