"""One language of the sitreps: the translators' own files for words, Babel for numbers, lists and months.

A language is there as soon as `registry/locale/LANGUAGE/LC_MESSAGES/registry.po` is; `docs/translating.md` says how to
add one. The files are read as they are, so that nothing has to be compiled: a few hundredths of a second, once.
"""

import functools
import gettext
import io
from dataclasses import fields
from typing import TYPE_CHECKING

from registry import names, paths
from registry.dates import DateWords
from registry.errors import InvalidValue

if TYPE_CHECKING:
    pass

SOURCE = "en"
_SOURCE_LOCALE = "en_GB"
FILE = "LC_MESSAGES/registry.po"


def marked(message: str) -> str:
    """The message unchanged: marks it for the translators' tools without translating it here."""
    return message


_ = marked
_LATIN = "Latn"
_EUROPEAN_DIGITS = "0123456789"
# Translators: the letters of your alphabet in order; they number the footnotes and the groups of claims.
_ALPHABET = _("abcdefghijklmnopqrstuvwxyz")


def languages() -> tuple[str, ...]:
    """The languages that a sitrep can be written in, the source language first."""
    return (SOURCE, *sorted(path.parts[-3] for path in paths.LOCALE.glob(f"*/{FILE}")))


def check(language: str) -> str:
    """The language, if there is a catalogue of it.

    Raises:
        InvalidValue: there is none.
    """
    if language not in languages():
        raise InvalidValue("language", f"there is no {language!r}", f"give one of {', '.join(languages())}")
    return language


@functools.cache
def load(language: str) -> "Catalogue":
    """The catalogue of a language; its file is read once.

    Raises:
        InvalidValue: there is none.
    """
    return Catalogue(check(language))


class Catalogue:
    """The messages, numbers and lists of one language, as plain text."""

    def __init__(self, language: str) -> None:
        from babel import Locale  # noqa: PLC0415 - takes longer than most commands

        self.language = language
        self._translations, locale = _read(language)
        self.locale: Locale = Locale.parse(locale)
        self.direction: str = self.locale.text_direction
        self.digits = self.text(DateWords.digits)
        self.alphabet = self.text(_ALPHABET)

    @property
    def script(self) -> str:
        """The script that readers of the language read, as ISO 15924."""
        return names.script_of(self.alphabet)

    @property
    def is_latin(self) -> bool:
        """Whether that is the Latin script, in which every record's main name is."""
        return self.script == _LATIN

    def text(self, message: str, **parts: object) -> str:
        """The message in this language, with its named parts filled in."""
        translated: str = self._translations.gettext(message)
        return translated % parts if parts else translated

    def text_many(self, one: str, many: str, count: int) -> str:
        """The form of the message for `count`, with its parts still open."""
        return self._translations.ngettext(one, many, count)

    def number(self, number: int) -> str:
        """The number in the language's digits, with its thousands apart."""
        from babel.numbers import format_decimal  # noqa: PLC0415 - as above

        return self.in_digits(format_decimal(number, locale=self.locale, numbering_system="default"))

    def in_digits(self, text: str) -> str:
        """The text with European digits replaced by the language's own."""
        return text.translate(str.maketrans(_EUROPEAN_DIGITS, self.digits))

    def joined(self, names_: list[str]) -> str:
        """The names as a sentence has them: "a, b and c"."""
        from babel.lists import format_list  # noqa: PLC0415 - as above

        found: str = format_list(names_, locale=self.locale)
        return found

    def language_name(self, code: str) -> str:
        """What a language is called in this one; its code where that is not known."""
        return str(self.locale.languages.get(code, code))

    @functools.cached_property
    def date_words(self) -> DateWords:
        """How dates are said."""
        patterns = {
            field.name: self.text(str(field.default)) for field in fields(DateWords) if isinstance(field.default, str)
        }
        months = self.locale.months
        return DateWords(
            months=_months(months["format"]["wide"]), lone_months=_months(months["stand-alone"]["wide"]), **patterns
        )


def _months(found: dict[int, str]) -> tuple[str, ...]:
    return tuple(found[number] for number in range(1, 13))


def _read(language: str) -> tuple[gettext.NullTranslations, str]:
    """The translations of a language, and the locale that its file names."""
    if language == SOURCE:
        return gettext.NullTranslations(), _SOURCE_LOCALE
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - as above
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

    with (paths.LOCALE / language / FILE).open("rb") as file:
        catalogue = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled), str(catalogue.locale_identifier or language)
