"""The first two questions of `registry attack add`, the document and its date; and how dates are answered."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from registry import keys
from registry.cli.dialogue import Prompter, Question
from registry.cli.fields import Given
from registry.cli.options import say
from registry.errors import InvalidValue, UsageError

SPELLINGS = (
    "Any spelling: 4 May 2019, 2019-05, early May 2019, before 4 May 2019, ٤ أيار ٢٠١٩.\n"
    'Add "inferred" where the document does not print it: 4 May 2019 inferred.'
)
_INFERRED = re.compile(r"(?i)[\s,]*\(?\b(?:inferred|مستنتج)\)?$")
_TIME = re.compile(r"(?i)[\s,]+(?:at\s+)?(\d{1,2}:\d{2}|night|morning|afternoon|evening)$")
_SHOWN = 8  # documents to choose from


@dataclass(frozen=True)
class Dated:
    """An answer that is a date: with its basis, and of an attack its time (`4 May 2019, 14:30 inferred`).

    Attributes:
        key: what the date is called in the record: `when` or `published`.
    """

    key: str
    typed: str = ""

    @property
    def parts(self) -> Given:
        """The fields of the record.

        Raises:
            InvalidValue: the time is none.
        """
        date = _INFERRED.sub("", self.typed).strip()
        found: Given = {"basis": "inferred"} if date != self.typed.strip() else {}
        if self.key == "when" and (timed := _TIME.search(date)):
            found["time"] = _time(timed[1].casefold())
            date = date[: timed.start()].strip()
        return {self.key: date, **found} if date else {}

    @property
    def told(self) -> str:
        """The date as it was understood."""
        return ", ".join(str(part) for part in self.parts.values())


def checked_date(key: str) -> Callable[[str], object]:
    """A check for a prompt: whether the answer is a date."""

    def check(text: str) -> None:
        from registry.services.coding import date_columns

        date_columns("", Dated(key, text).parts.get(key), field="date")

    return check


def _time(text: str) -> str:
    if ":" not in text:
        return text
    try:
        return time.fromisoformat(text.zfill(5)).isoformat("minutes")
    except ValueError:
        raise InvalidValue("time", f"{text!r} is not a time", "write 14:30, or morning") from None


class Document:
    """The document of the entry: one on file, or a new one."""

    def __init__(self, prompter: Prompter) -> None:
        self.prompter = prompter
        self._ref = ""
        self._new: Given = {}
        self._published = Dated("published")

    @property
    def is_known(self) -> bool:
        """Whether there is one."""
        return bool(self._ref or self._new)

    @property
    def given(self) -> str | Given:
        """Its ref, or the fields of the new one."""
        return self._ref or {**self._new, **self._published.parts}

    @property
    def told(self) -> str:
        """The document in a line."""
        if self._ref:
            return self.prompter.label(self._ref)
        title = self._new.get("title") or self._new.get("url") or "without a title"
        return f"{self.prompter.name(self._new['publisher'])}: {title} (new)"

    @property
    def told_date(self) -> str:
        """Its date in words; "" where nobody gave one."""
        return "on file" if self._ref else self._published.told

    def ask(self) -> None:
        """Question 1: a document on file by words of its title, by its address or ref; or a new one."""
        question = Question(
            "1 Document",
            "words of its title, its address, or R-…",
            "The article, post or statement that this attack is in. Type a few words: what is on file is shown.\n"
            "What is not on file can be added here, with its publisher and title.",
            lambda text: (text, self.prompter.names("report", text)),
            _checked_ref,
        )
        self._ref, self._new, self._published = "", {}, Dated("published")
        while text := self.prompter.ask(question):
            if self._chosen(text):
                return

    def ask_date(self) -> None:
        """Question 2: the date of a new document; that of one on file is on file."""
        if not self._new:
            return
        text = f"When it was published. {SPELLINGS}"
        question = Question("2 Its date", "4 May 2019", text, check=checked_date("published"))
        self._published = Dated("published", self.prompter.ask(question, self._published.typed))

    def _chosen(self, text: str) -> bool:
        if keys.looks_like_ref(text):
            ref = keys.read_ref(text, "report")
            return self._on_file(ref, self.prompter.names("report", ref))
        found = self.prompter.names("report", text)[:_SHOWN]
        for number, (_ref, label) in enumerate(found, start=1):
            say(f"    {number}  {label}")
        say(f"    n  a new document{'' if found else ' (none on file has these words)'}")
        say("    Enter: other words")
        answer = self.prompter.choose("  Which", [*(str(number + 1) for number in range(len(found))), "n"])
        if answer == "n":
            return self._make(text)
        return bool(answer) and self._on_file(found[int(answer) - 1][0], found)

    def _on_file(self, ref: str, found: list[tuple[str, str]]) -> bool:
        label = dict(found).get(ref)
        if label is None:
            say(f"  No report has the ref {ref}.")
            return False
        self._ref, self.prompter.labels[ref] = ref, label
        say(f"  {label}")
        return True

    def _make(self, text: str) -> bool:
        is_address = re.match(r"https?://", text) is not None
        publisher = self.prompter.name_of("source", Question("    Publisher", "Middle East Eye"))
        if not publisher:
            return False
        is_title = not is_address and len(text.split()) > 3  # fewer are what was searched for
        title = self.prompter.ask(Question("    Title", "as printed"), text if is_title else "")
        url = self.prompter.ask(Question("    Address", "https://…", check=_address), text if is_address else "")
        parts = {"publisher": publisher, "title": title, "url": url}
        self._new = {key: value for key, value in parts.items() if value}
        return True


def _checked_ref(text: str) -> None:
    if keys.looks_like_ref(text):
        keys.read_ref(text, "report")


def _address(text: str) -> None:
    if not re.match(r"https?://\S+$", text):
        raise UsageError("an address starts with https:// or http://")
