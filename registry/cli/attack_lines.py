"""The questions of `registry attack add` that take several lines: what was hit, with what, harm, and who is accused.

A line is checked as it is typed, its names are looked up, and what it comes to is kept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from registry.cli.dialogue import Complete, Fitting, Prompter, Question, codes_fitting
from registry.services import harm_lines, shorthand

_UNNAMED = re.compile(r"(?i)^(?:an? )?(?:unnamed|غير مسمى)\s+")
_LAST_ACTOR = re.compile(r"(?i)^.*(?:[,،;؛]|\s(?:or|أو)\s|\beither\s)\s*")


@dataclass(frozen=True)
class Line:
    """A line as it was typed, as it is shown, and what it comes to."""

    typed: str
    shown: str
    parts: dict[str, Any]


class LineReader:
    """Reads the lines of questions 5 to 8."""

    def __init__(self, prompter: Prompter) -> None:
        self.prompter = prompter
        self._read: dict[int, Callable[[str], Line | None]] = {
            5: self._hit,
            6: self._means,
            7: self._harm,
            8: self._accusation,
        }
        completes: dict[int, Complete] = {
            5: self._complete_hit,
            6: _complete_means,
            7: self._complete_harm,
            8: self._complete_accusation,
        }
        self._questions = {number: replace(asked, complete=completes[number]) for number, asked in _ASKED.items()}

    def read(self, number: int, *, first: bool, default: str = "") -> Line | None:
        """One line; None where it was left empty. A name that the person does not settle is typed again."""
        asked = self._questions[number]
        question = asked if first else replace(asked, label=" " * (len(asked.label) - 3) + "and", example="Enter: done")
        while text := self.prompter.ask(question, default):
            if (line := self._read[number](text)) is not None:
                return line
            default = text
        return None

    def _hit(self, text: str) -> Line | None:
        parts = shorthand.hit(text)
        what = f"unnamed {parts.get('unnamed')}"
        if "facility" in parts:
            found = self.prompter.find("facility", parts["facility"])
            if found is None:
                return None
            parts["facility"], what = found, self.prompter.label(found)
        return Line(text, ": ".join([what, *(parts[key] for key in ("effect", "damage") if key in parts)]), parts)

    def _means(self, text: str) -> Line | None:
        parts = shorthand.means(text)
        return Line(text, ", ".join(parts.values()).replace("_", " "), parts)

    def _harm(self, text: str) -> Line | None:
        line = harm_lines.parse(text)
        speaker = self.prompter.find("source", line.speaker)
        if speaker is None:
            return None
        relay = line.via
        if relay not in (None, "none"):
            relay = self.prompter.find("source", str(relay))
            if relay is None:
                return None
        parts = replace(line, speaker=speaker, via=relay).parts
        shown = replace(line, speaker=self.prompter.name(speaker), via=self.prompter.name(relay) if relay else None)
        return Line(text, str(shown), parts)

    def _accusation(self, text: str) -> Line | None:
        parts = shorthand.accusation(text)
        speaker = self.prompter.find("source", parts["speaker"])
        if speaker is None:
            return None
        actors = []
        for name in parts["actors"]:
            actor = self.prompter.find("actor", name)
            if actor is None:
                return None
            actors.append(actor)
        shown = parts | {
            "speaker": self.prompter.name(speaker),
            "actors": [self.prompter.name(actor) for actor in actors],
        }
        return Line(text, shorthand.accusation_line(shown), parts | {"speaker": speaker, "actors": actors})

    def _complete_hit(self, text: str) -> tuple[str, Fitting]:
        begun, *rest = text.split(":")
        if rest:
            return _after(text, ("effect", "damage"))
        if found := _UNNAMED.match(begun):
            kind = begun[found.end() :]
            return kind, codes_fitting("facility_type", kind)
        unnamed = [("unnamed ", "one that no source names")] if "unnamed".startswith(text.casefold()) else []
        return text, [*self.prompter.names("facility", text), *unnamed]

    def _complete_harm(self, text: str) -> tuple[str, Fitting]:
        counted, slash, said = text.partition("/")
        if slash:
            speaker, via, relay = said.lstrip().rpartition(" via ")
            begun = relay if via else said.lstrip()
            del speaker
            return begun, self.prompter.names("source", begun)
        words = counted.split()
        if len(words) < 2 and not counted.endswith(" "):
            return counted, codes_fitting("measure", counted)
        begun = "" if counted.endswith(" ") else words[-1]
        if not begun.isalpha():
            return begun, []
        measure = shorthand.find_code("measure", words[0])  # of several words: both lists are offered
        return begun, [code for name in harm_lines.counts(measure) for code in codes_fitting(name, begun)]

    def _complete_accusation(self, text: str) -> tuple[str, Fitting]:
        speaker, colon, accused = text.partition(":")
        if not colon:
            return speaker, self.prompter.names("source", speaker)
        begun = _LAST_ACTOR.sub("", accused).lstrip()
        return begun, self.prompter.names("actor", begun)


def _complete_means(text: str) -> tuple[str, Fitting]:
    if ":" in text:
        return _after(text, ("launch_method", "munition"))
    return text, codes_fitting("attack_type", text)


def _after(text: str, lists: tuple[str, ...]) -> tuple[str, Fitting]:
    """The codes that fit after a colon."""
    parts = text.split(":")
    begun = parts[-1].lstrip()
    return begun, codes_fitting(lists[len(parts) - 2], begun) if len(parts) - 2 < len(lists) else []


_ASKED = {
    5: Question(
        "5 What was hit",
        "Name or F-…; or: unnamed clinic:damaged",
        "One a line, Enter when done. A facility by name or ref, or unnamed and its type where no source names it.\n"
        "What was done to it may follow, and how bad: Kafr Nabl hospital:direct_hit:destroyed.\n"
        "How many were hit, where the document only gives a number, is a harm line (7):\n"
        "facilities hit 4 health / UOSSM.",
        check=shorthand.hit,
    ),
    6: Question(
        "6 With what",
        "air_strike, or air_strike:helicopter:barrel_bomb",
        "One a line, Enter when done. What was done, from where, with which munition; a part may be empty:\n"
        "air_strike::barrel_bomb. Labels in any language do as well: غارة جوية.",
        check=shorthand.means,
    ),
    7: Question(
        "7 Harm",
        harm_lines.EXAMPLE,
        "One a line, Enter when done: what is counted, whom (may be left out), how many, / who says so, via whom.\n"
        "  killed >30 / Dbis via Reuters         injured dozens / White Helmets\n"
        "  killed child 2 / SOHR                 facilities hit 4 health / UOSSM\n"
        "Numbers: 12, >30, at least 50, up to 25, 10-15, ~40, dozens, not stated, none. Never change what is said:\n"
        "two sources that differ are two lines. via none: the document heard the speaker itself.",
        check=harm_lines.parse,
    ),
    8: Question(
        "8 Who accuses",
        "SOHR: Syrian government forces",
        "One a line, Enter when done: who says so, and whom they name.\n"
        "  SOHR: Syrian government forces        SOHR: either Syrian government forces or Russian air force\n"
        "  SANA denies: Syrian government forces\n"
        "Where the document says so in its own voice, its publisher is who says so.",
        check=shorthand.accusation,
    ),
}  # fmt: skip
