"""The nine questions of `registry attack add`: the shortest way from an article to an attack.

Every answer can be changed at the ninth, and nothing is saved before that one is answered with yes.
"""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import click

from registry.cli import attack_add
from registry.cli.attack_document import SPELLINGS, Dated, Document, checked_date
from registry.cli.attack_lines import Line, LineReader
from registry.cli.dialogue import Prompter, Question
from registry.cli.fields import Given
from registry.cli.options import Settings, reading, say
from registry.errors import RegistryError, UsageError

# The keys that answer a question beforehand, from options or JSON.
_GIVEN = {
    1: ("report", "reports"),
    3: ("when", "basis", "time"),
    4: ("place",),
    5: ("hit", "unnamed", "facilities"),
    6: ("means",),
    7: ("harm", "claims"),
    8: ("accuses", "attributions"),
}


def ask(settings: Settings, given: Given, why: str | None, dry_run: bool) -> None:
    """Ask, show, and save if the person says so.

    Raises:
        NotFound: there is no registry; said before anything is typed.
    """
    with reading(settings):
        say('A new attack in nine questions. Enter skips one (it stays "not coded"), ? explains, Tab completes.')
        say("Nothing is saved before the ninth; Ctrl-C stops and saves nothing.")
    Questions(settings, given).run(why, dry_run)


@dataclass
class Answers:
    """What was answered so far; the lists hold one line for each thing."""

    when: Dated = field(default_factory=lambda: Dated("when"))
    place: str = ""
    lines: dict[int, list[Line]] = field(default_factory=dict)


_LISTS = {5: "facilities", 6: "means", 7: "claims", 8: "attributions"}


class Questions:
    """The dialogue: its answers, and what each question does."""

    def __init__(self, settings: Settings, given: Given) -> None:
        self.settings, self.given = settings, given
        self.prompter = Prompter(settings)
        self.reader = LineReader(self.prompter)
        self.document = Document(self.prompter)
        self.answers = Answers()
        self.steps: dict[int, Callable[[], None]] = {
            1: self.document.ask,
            2: self.document.ask_date,
            3: self._when,
            4: self._place,
            **{number: self._lister(number) for number in _LISTS},
        }

    def run(self, why: str | None, dry_run: bool) -> None:
        """All nine."""
        for number, step in self.steps.items():
            if not any(key in self.given for key in _GIVEN.get(number, ())):
                step()
            self._remember()
        self._check(why, dry_run)

    def _remember(self) -> None:
        if self.answers.place:
            typed = json.dumps(self.as_given(), ensure_ascii=False)
            self.settings.typed = f"echo {shlex.quote(typed)} | registry attack add --json -"

    def as_given(self) -> Given:
        """The answers as JSON holds them."""
        answers = self.answers
        found: Given = {**self.given, **answers.when.parts}
        if answers.place:
            found["place"] = answers.place
        if self.document.is_known:
            found["report"] = self.document.given
        for number, key in _LISTS.items():
            if answers.lines.get(number):
                found[key] = [line.parts for line in answers.lines[number]]
        return found | ({"new": new} if (new := self._new_and_used(found)) else {})

    def _new_and_used(self, found: Given) -> Given:
        """The new records that the answers speak of, straight or through one another; others were thought better of."""
        new = {noun: list(made) for noun, made in vars(self.prompter.new).items()}
        used = set(_texts(found))
        waiting = [record for made in new.values() for record in made]
        while again := [record for record in waiting if record["name"] in used]:
            used |= {text for record in again for text in _texts(record)}
            waiting = [record for record in waiting if record not in again]
        kept = {noun: [record for record in made if record not in waiting] for noun, made in new.items()}
        return {noun: made for noun, made in kept.items() if made}

    # -- the questions ------------------------------------------------------------------------------------------------

    def _when(self) -> None:
        question = Question(
            "3 When",
            "4 May 2019; early May 2019; 4 May 2019, 14:30",
            f"When the attack happened, as finely as it is known. {SPELLINGS}\n"
            "A time may follow: 14:30, or night, morning, afternoon, evening.",
            check=checked_date("when"),
        )
        self.answers.when = Dated("when", self.prompter.ask(question, self.answers.when.typed))

    def _place(self) -> None:
        question = Question(
            "4 Where",
            "Basamis, or a P-code",
            "The village, town or area, in any script. Where no more is known: the governorate or the country.",
            required=True,
        )
        known = self.prompter.name(self.answers.place) if self.answers.place else ""
        self.answers.place = self.prompter.name_of("place", question, known)
        self.prompter.here = self.answers.place
        say(f"  {self.prompter.label(self.answers.place)}")

    def _lister(self, number: int) -> Callable[[], None]:
        return lambda: self._list(number)

    def _list(self, number: int) -> None:
        if number in (7, 8) and not self._has_document():
            if number == 7:
                say("7 and 8, harm and who is accused, are skipped: they need the document that says so (1).")
            self.answers.lines[number] = []
            return
        before = self.answers.lines.get(number, [])
        self.answers.lines[number] = []
        while True:
            kept = before.pop(0).typed if before else ""
            line = self.reader.read(number, first=not self.answers.lines[number], default=kept)
            if line is not None:
                self.answers.lines[number].append(line)
                if _letters(line.shown) != _letters(line.typed):
                    say(f"  = {line.shown}")
            elif not before and not kept:
                return

    def _has_document(self) -> bool:
        return self.document.is_known or any(self.given.get(key) for key in _GIVEN[1])

    # -- the ninth ----------------------------------------------------------------------------------------------------

    def _check(self, why: str | None, dry_run: bool) -> None:
        while True:
            self._remember()
            self._show()
            twins = self._rehearsed()
            answer = self._decided(twins)
            if answer == "n":
                say("Nothing was saved.")
                raise click.exceptions.Exit(1)
            if answer.isdigit():
                self._again(int(answer))
            elif answer and self._saved(why, dry_run, _letter(twins or [], answer)):
                return

    def _again(self, number: int) -> None:
        for key in _GIVEN.get(number, ()):
            self.given.pop(key, None)
        had_document = self._has_document()
        self.steps[number]()
        if number == 1:
            self.document.ask_date()
            for skipped in (7, 8) if self._has_document() and not had_document else ():
                self.steps[skipped]()

    def _show(self) -> None:
        say("\n9 Check")
        for label, texts in self._summary().items():
            for position, text in enumerate(texts):
                say(f"  {label if position == 0 else '':<13}{text}")

    def _summary(self) -> dict[str, list[str]]:
        answers, label = self.answers, self.prompter.label
        found = {
            "1 Document": [self.document.told] if self.document.is_known else self._from_given(1),
            "2 Its date": [self.document.told_date] if self.document.told_date else [],
            "3 When": [answers.when.told] if answers.when.parts else self._from_given(3),
            "4 Where": [label(answers.place)] if answers.place else self._from_given(4),
        }
        for number, name in ((5, "5 Hit"), (6, "6 With what"), (7, "7 Harm"), (8, "8 Accused")):
            found[name] = [line.shown for line in answers.lines.get(number, [])] or self._from_given(number)
        made = [f"{noun[:-1] if noun != 'facilities' else 'facility'} {record['name']}"
                for noun, records in self._new_and_used(self.as_given()).items() for record in records]  # fmt: skip
        return {name: texts or ["not coded"] for name, texts in found.items()} | ({"New": made} if made else {})

    def _from_given(self, number: int) -> list[str]:
        found = [self.given[key] for key in _GIVEN[number] if key in self.given]
        return [str(item) for value in found for item in (value if isinstance(value, list) else [value])]

    def _rehearsed(self) -> list[dict[str, Any]] | None:
        """What it would become: our figures, and attacks on file that may be the same; None where it is refused."""
        from registry.cli import words
        from registry.services import entering
        from registry.services.work import rehearsing

        try:
            entry = entering.EntryCreate.model_validate(self.as_given())
            with rehearsing(self.settings.engine, self.settings.user, "preview") as work:
                found = entering.preview(work, entry)
        except (RegistryError, ValueError) as error:
            say(f"\n  It cannot be saved so: {_one_line(error)}")
            return None
        for row in found.record["figures"]:
            say(f"  {'Our figure' if row is found.record['figures'][0] else '':<13}"
                f"{words.counted(row)}: {words.figure(row)}")  # fmt: skip
        return found.duplicates

    def _decided(self, twins: list[dict[str, Any]] | None) -> str:
        numbers = [str(number) for number in self.steps]
        if twins is None:
            return self.prompter.choose("Change which (1-8), or n to give up", ["n", *numbers])
        letters = [chr(ord("a") + position) for position in range(min(len(twins), 12))]
        if twins:
            say("\n  It may be on file already:")
            for letter, line in zip(letters, attack_add.twin_lines(twins), strict=False):
                say(f"    {letter}  {line}")
            say("    A letter adds the document, its harm and who is accused to that attack instead.")
        which = f", {letters[0]}{'-' + letters[-1] if len(letters) > 1 else ''} for that attack" if letters else ""
        question = f"Save{' all the same' if twins else ''} (y/n, 1-8 to change{which})"
        return self.prompter.choose(question, ["y", "n", *numbers, *letters])

    def _saved(self, why: str | None, dry_run: bool, onto: str | None) -> bool:
        from registry.services.entering import EntryCreate

        try:
            entry = EntryCreate.model_validate(self.as_given())
            attack_add.save(self.settings, entry, why, dry_run, onto)
        except UsageError as error:
            say(f"  {error}")
            return False
        return True


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _letter(twins: list[dict[str, Any]], answer: str) -> str | None:
    """The ref of the attack that a letter stands for; None for yes."""
    return None if answer == "y" else str(twins[ord(answer) - ord("a")]["ref"])


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else []
    return [text for item in items for text in _texts(item)]


def _one_line(error: Exception) -> str:
    from registry.cli.failures import explain

    return "; ".join(explain(error).lines)
