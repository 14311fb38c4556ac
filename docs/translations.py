"""Keeps the translations of the sitreps in step with the program.

`.venv/bin/python docs/translations.py check` lists what is missing, stale or wrong, and fails if there is anything.
`.venv/bin/python docs/translations.py update` takes new messages into every catalogue, untranslated, and drops those
that are gone; with a language such as `es` it makes that catalogue if there is none. `docs/translating.md` says more.
"""
# ruff: noqa: INP001, T201 -- a script, run by its path, that prints what it finds

import gettext
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import jinja2.ext
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from registry import codes, paths
from registry.sitrep import assets, catalogue

_KEYWORDS = {"_": None, "many": (1, 2), "say_many": (1, 2)}
_COMMENTS = ("Translators:",)
_TEMPLATE_OPTIONS = {"extensions": "jinja2.ext.loopcontrols", "trim_blocks": "true", "lstrip_blocks": "true"}
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# What Babel would write besides changes with every run.
_HEADER = """\
{comment}
msgid ""
msgstr ""
"Language: {held.locale_identifier}\\n"
"Plural-Forms: {held.plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def template() -> Catalog:
    """All messages of the program and the templates, with where each stands."""
    found = Catalog(charset="utf-8")
    for path in [*sorted((paths.PACKAGE / "sitrep").rglob("*.py")), paths.PACKAGE / "dates" / "printing.py"]:
        _add(found, path, paths.PACKAGE.parent, "python", {})
    for path in sorted(paths.TEMPLATES.rglob("*.html")):
        _add(found, path, paths.TEMPLATES.parent.parent, jinja2.ext.babel_extract, _TEMPLATE_OPTIONS)
    for row in codes.rows("grade"):
        if row["scheme"] == "registry":
            found.add(str(row["definition"]), locations=[("registry/codelists/grade.csv", 0)])
    return found


def _add(found: Catalog, path: Path, root: Path, method: object, options: dict[str, str]) -> None:
    with path.open("rb") as file:
        for _line, message, comments, _context in extract(method, file, _KEYWORDS, _COMMENTS, options):  # type: ignore[arg-type] # a function is a method too
            found.add(message, locations=[(path.relative_to(root).as_posix(), 0)], auto_comments=comments)


def file_of(language: str) -> Path:
    """Where a language's catalogue is."""
    return paths.LOCALE / language / catalogue.FILE


def read(language: str) -> Catalog:
    """A language's catalogue as its file has it."""
    with file_of(language).open("rb") as file:
        return read_po(file, ignore_obsolete=True)


def update(language: str) -> Path:
    """Write a language's catalogue with the messages of today, its translations kept; empty for a new language."""
    path = file_of(language)
    if path.is_file():
        held = read(language)
    else:
        name = Locale.parse(language).english_name
        comment = f"# The words of the situation reports in {name}; docs/translating.md says how to keep them."
        held = Catalog(locale=language, header_comment=comment)
    held.update(template(), no_fuzzy_matching=True, update_header_comment=False)
    held.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, held)
    return path


def write(path: Path, held: Catalog) -> None:
    """Write a catalogue: the same one gives the same bytes."""
    with path.open("wb") as file:
        file.write(_HEADER.format(comment=held.header_comment, held=held).encode())
        write_po(file, held, width=110, omit_header=True, include_lineno=False, ignore_obsolete=True, sort_by_file=True)


def problems(language: str) -> Iterator[str]:
    """What is missing, stale or wrong in a language, a line each."""
    wanted, held = template(), read(language)
    for message in wanted:
        if not message.id:
            continue
        translated = held.get(_key(message))
        if translated is None:
            yield f"{language}: not in the file, run update: {_key(message)!r}"
        else:
            yield from (f"{language}: {why}: {_key(message)!r}" for why in _faults(message, translated, held))
    for message in held:
        if message.id and wanted.get(_key(message)) is None:
            yield f"{language}: no longer used, run update: {_key(message)!r}"
    yield from _without_label(language)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _faults(message: Message, translated: Message, held: Catalog) -> Iterator[str]:
    if translated.fuzzy:
        yield "marked as fuzzy, so not used"
    texts = translated.string if isinstance(translated.string, tuple | list) else (translated.string,)
    forms = held.num_plurals if message.pluralizable else 1
    if len(texts) != forms or not all(texts):
        yield f"not translated, {sum(map(bool, texts))} of {forms}"
        return
    ids = (message.id,) if isinstance(message.id, str) else message.id
    names = {name for text in ids for name in _PLACEHOLDER.findall(text)}
    for number, text in enumerate(texts):
        optional = {"count"} if message.pluralizable and _stands_for_one(number, held) else set()
        given = set(_PLACEHOLDER.findall(text))
        if not names - optional <= given <= names or "%" in _PLACEHOLDER.sub("", text):
            yield f"form {number + 1} names {sorted(given)} and not {sorted(names)}"
        unprintable = sorted(one for one in set(text) if ord(one) not in assets.covered() and one != "\n")
        if unprintable:
            yield f"our fonts lack {', '.join(unprintable)}"


def _stands_for_one(form: int, held: Catalog) -> bool:
    """Whether a plural form is for a single number, so that the words may say it ("two origins" is one word)."""
    return sum(_plural(held, number) == form for number in range(200)) == 1


def _plural(held: Catalog, number: int) -> int:
    return gettext.c2py(held.plural_expr)(number)


def _without_label(language: str) -> Iterator[str]:
    for name in codes.LISTS:
        missing = [str(row["code"]) for row in codes.rows(name) if not row.get(f"label_{language}")]
        if missing:
            yield f"{language}: {name}.csv has no label_{language} for {len(missing)} codes, such as {missing[0]}"


def main(arguments: list[str]) -> int:
    """Do what was asked for; the exit code."""
    if arguments[:1] == ["update"]:
        for language in arguments[1:] or catalogue.languages()[1:]:
            print(f"Wrote {update(language)}.")
        return 0
    if arguments != ["check"]:
        print(__doc__)
        return 2
    found = [line for language in catalogue.languages()[1:] for line in problems(language)]
    print("\n".join(found) or f"Complete: {', '.join(catalogue.languages()[1:])}.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
