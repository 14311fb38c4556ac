"""A dialogue on a terminal: one prompt after another, with completion, help on `?`, and choices for unclear names.

Prompts go to stderr. A name that nobody knows is never guessed: what is near is offered by number, `n` adds a new one.
What is found or made is remembered, so that a name is asked about once.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.output import create_output
from prompt_toolkit.shortcuts import CompleteStyle

from registry.cli.options import Settings, reading, say
from registry.errors import Ambiguous, NotFound, RegistryError, UsageError

HELP = ("?", "؟")
Fitting = Iterable[tuple[str, str]]  # what may be typed, and a word on it
Complete = Callable[[str], tuple[str, Fitting]]  # from the text so far: the part that is being typed, and what fits it
Check = Callable[[str], object]  # raises where an answer cannot be used


@dataclass(frozen=True)
class Question:
    """One prompt.

    Attributes:
        label: what stands before the answer.
        example: shown in grey until something is typed.
        help: what `?` tells.
        kept: an answer that cannot be used comes back to be changed.
    """

    label: str
    example: str = ""
    help: str = ""
    complete: Complete | None = None
    check: Check | None = None
    required: bool = False
    kept: bool = True


@dataclass
class New:
    """Records that the person adds on the spot; they are saved with everything else."""

    places: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    actors: list[dict[str, Any]] = field(default_factory=list)
    facilities: list[dict[str, Any]] = field(default_factory=list)

    def of(self, noun: str) -> list[dict[str, Any]]:
        """The new records of a noun."""
        found: list[dict[str, Any]] = getattr(self, "facilities" if noun == "facility" else f"{noun}s")
        return found


class Prompter:
    """Asks, and looks up names.

    Attributes:
        new: what is to be added.
        here: where a new facility stands, unless the person says otherwise.
        labels: the words for each ref that was chosen.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.new = New()
        self.here = ""
        self.labels: dict[str, str] = {}
        self._meant: dict[tuple[str, str], str] = {}
        self._session: PromptSession[str] = PromptSession(
            output=create_output(stdout=sys.stderr),
            complete_style=CompleteStyle.COLUMN,
            reserve_space_for_menu=6,
        )

    def ask(self, question: Question, default: str = "") -> str:
        """One answer, checked; "" where it was left open. One that cannot be used comes back to be changed."""
        while True:
            text = self._session.prompt(
                FormattedText([("bold", question.label), ("", ": ")]),
                default=default,
                placeholder=FormattedText([("ansibrightblack", question.example)]),
                completer=_Completer(question.complete) if question.complete else None,
                complete_while_typing=True,
            ).strip()
            if text in HELP:
                say(_indented(question.help or "Enter leaves it open; Ctrl-C stops and saves nothing."))
            elif trouble := _trouble(question, text):
                say(_indented(trouble))
                default = text if question.kept else ""
            else:
                return text

    def choose(self, label: str, keys: Sequence[str]) -> str:
        """One of the keys; "" for Enter."""

        def check(text: str) -> None:
            if text.casefold() not in keys:
                raise UsageError("answer one of " + ", ".join(keys) + ", or Enter")

        return self.ask(Question(label, check=check, help=f"One of {', '.join(keys)}.", kept=False)).casefold()

    def names(self, noun: str, begun: str) -> list[tuple[str, str]]:
        """Names of records that fit what was typed, those that are to be added first."""
        from registry.services import completing

        made = [str(new["name"]) for new in self.new.of(noun)] if noun in _MADE else []
        with reading(self.settings) as connection:
            known = completing.names_of(connection, noun, begun)
        return [(name, "new") for name in made if begun.casefold() in name.casefold()] + known

    def find(self, noun: str, text: str) -> str | None:
        """The ref of the record that a name means, a new record's own name, or None where the person types it again."""
        if (noun, text.casefold()) in self._meant:
            return self._meant[noun, text.casefold()]
        found: str | None
        try:
            found = self._look_up(noun, text)
        except NotFound as error:
            found = self._choice(noun, text, error)
        if found is not None:
            self._meant[noun, text.casefold()] = found
        return found

    def _look_up(self, noun: str, text: str) -> str:
        from registry import db
        from registry.services import lookup

        with reading(self.settings) as connection:
            key = lookup.find(connection, noun, text)
            described = lookup.describe(connection, noun, db.as_key(connection, key))
        return self._remembered(described)

    def _remembered(self, described: str) -> str:
        name, _, ref = described.rpartition(" ")
        self.labels[ref] = name or ref
        return ref

    def _choice(self, noun: str, text: str, error: NotFound) -> str | None:
        options = list(error.near) if isinstance(error, Ambiguous) else self._near(noun, text, error)
        say(f"  {'Several have' if isinstance(error, Ambiguous) else f'No {noun} has'} the name {text!r}.")
        for number, option in enumerate(options, start=1):
            say(f"    {number}  {option}")
        keys = [str(number) for number in range(1, len(options) + 1)]
        if noun in _MADE:
            say(f"    n  a new {noun}")
            keys.append("n")
        say("    Enter: type it again")
        answer = self.choose("  Which", keys) if keys else ""
        if not answer:
            return None
        return self.make(noun, text) if answer == "n" else self._remembered(options[int(answer) - 1])

    def _near(self, noun: str, text: str, error: NotFound) -> list[str]:
        from registry.services import completing, lookup

        with reading(self.settings) as connection:
            close = [key for name in error.near for key in lookup.candidates(connection, noun, name)]
            described = [lookup.describe(connection, noun, key) for key in close]
            described += [label for _name, label in completing.names_of(connection, noun, text, limit=5)]
        return list(dict.fromkeys(described))[:6]

    def make(self, noun: str, name: str, **known: str) -> str:
        """A new record with the least that it needs; its name."""
        typed = name
        name = self.ask(Question("    Name", help="In full, as most people write it.", required=True), name)
        made: dict[str, Any] = {"name": name, **known}
        for key, question, refers in _MADE[noun]:
            if key in made:
                continue
            is_here = key == "place" and bool(self.here)
            asked = replace(
                question, label=f"{question.label} (Enter: {self.label(self.here)})", example="", required=False
            )
            if answer := self._answered(asked if is_here else question, refers) or (self.here if is_here else ""):
                made[key] = answer
        if noun == "place" and "parent" not in made:
            made["country"] = self.ask(_COUNTRY).upper()
        self.new.of(noun).append(made)
        self._meant[noun, name.casefold()] = self._meant[noun, typed.casefold()] = name
        self.labels[name] = f"{name} (new)"
        return name

    def _answered(self, question: Question, refers: str) -> str | bool:
        if not refers:
            return self.ask(question)
        if refers == "yes":
            return self.ask(question).casefold() in ("y", "yes")
        if refers not in _NOUNS:
            from registry.services.shorthand import as_code

            return as_code(refers, self.ask(question))
        while text := self.ask(_completed(question, self, refers)):
            if (found := self.find(refers, text)) is not None:
                return found
        return ""

    def name_of(self, noun: str, question: Question, default: str = "") -> str:
        """Ask for a record by name until it is found, made or left open; its ref or new name, or ""."""
        while text := self.ask(_completed(question, self, noun), default):
            if (found := self.find(noun, text)) is not None:
                return found
            default = text
        return ""

    def name(self, ref: str) -> str:
        """A chosen record's name alone."""
        return self.label(ref).rpartition(" (")[0] or self.label(ref)

    def label(self, ref: str) -> str:
        """A chosen record in words."""
        return self.labels.get(ref, ref)


def _completed(question: Question, prompter: Prompter, noun: str) -> Question:
    return replace(question, complete=lambda text: (text, prompter.names(noun, text)))


def codes_fitting(code_list: str, begun: str) -> list[tuple[str, str]]:
    """Codes that fit what was typed, by code or by label in any language."""
    from registry import codes

    wanted = begun.casefold().strip()
    found = []
    for row in codes.rows(code_list):
        spellings = " ".join(str(row[key]) for key in ("code", "label_en", "label_ar", "label_fr")).casefold()
        if wanted in spellings or wanted.replace(" ", "_") in spellings:
            found.append((str(row["code"]), str(row["label_en"])))
    return sorted(found, key=lambda pair: not pair[0].startswith(wanted.replace(" ", "_")))


def coded(label: str, code_list: str, example: str = "") -> Question:
    """A question that is answered with a code or its label."""
    from registry.services.shorthand import as_code

    return Question(
        label,
        example,
        f"One of the codes of `registry code list {code_list}`, or its label in any language. Tab shows them.",
        lambda text: (text, codes_fitting(code_list, text)),
        lambda text: as_code(code_list, text),
        required=True,
    )


def _level(text: str) -> None:
    from registry.models.places import LEVELS

    if text not in LEVELS:
        raise UsageError("give one of " + ", ".join(LEVELS))


def _levels(text: str) -> tuple[str, Fitting]:
    from registry.models.places import LEVELS

    return text, [(level, "") for level in LEVELS if text.casefold() in level]


def _country(text: str) -> None:
    from registry import countries

    countries.check(text.upper())


def _yes_or_no(text: str) -> None:
    if text.casefold() not in ("y", "yes", "n", "no"):
        raise UsageError("answer y or n")


_NOUNS = ("place", "source", "actor", "facility")
_COUNTRY = Question("    Country", "SYR", "Three letters, as in ISO 3166.", check=_country, required=True)
_YES_NO = Question(
    "    A party to the conflict (y/n)",
    "n",
    "y for armed forces and groups, state media, and whoever speaks for a party: every page marks them.",
    check=_yes_or_no,
)
# What the least is that a new record needs beside its name: key, question, and what the answer refers to.
_MADE: dict[str, tuple[tuple[str, Question, str], ...]] = {
    "place": (
        ("level", Question("    Level", "community", "", _levels, _level, required=True), ""),
        ("parent", Question("    It lies in", "Idlib", "A place on file; Enter where there is none."), "place"),
    ),
    "source": (
        ("kind", coded("    Kind of source", "source_kind", "monitoring_group, newspaper"), "source_kind"),
        ("organisation", Question("    Speaks for", "UOSSM; Enter: for itself"), "source"),
        ("party", _YES_NO, "yes"),
    ),
    "actor": (("kind", coded("    Kind of actor", "actor_kind", "state_forces"), "actor_kind"),),
    "facility": (
        ("type", coded("    Type of facility", "facility_type", "hospital, school"), "facility_type"),
        ("place", Question("    Stands in", "Kafr Ein", required=True), "place"),
    ),
}  # fmt: skip


class _Completer(Completer):
    """What fits what was typed."""

    def __init__(self, complete: Complete) -> None:
        self.complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """The completions of the text before the cursor; while typing, none before something is typed."""
        text = document.text_before_cursor.lstrip()
        begun, fitting = self.complete(text)
        if not begun.strip() and not complete_event.completion_requested:
            return
        for word, told in fitting:
            if word != begun:
                yield Completion(word, start_position=-len(begun), display_meta=told)


def _trouble(question: Question, text: str) -> str:
    """Why an answer cannot be used, in the words that the command would use; "" where it can."""
    if not text:
        return "This one is needed." if question.required else ""
    try:
        if question.check is not None:
            question.check(text)
    except (RegistryError, click.BadParameter) as error:
        return str(error) if isinstance(error, RegistryError) else error.message
    return ""


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines())
