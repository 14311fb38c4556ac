"""From folded text to tokens: numbers, month names, "before"… One word that does not belong, and all is refused."""

import re
from typing import NamedTuple

from registry.dates.value import WINTER
from registry.dates.words import HALF_MONTHS, lexicon
from registry.errors import InvalidValue

HOW = "write 2019-05-04, 4 May 2019, May 2019, 2019, 2019-04-30/2019-05-04, before 4 May 2019 or unknown"
"""What to do next, where nothing more precise can be said."""

_LEXICON = lexicon()
_PHRASES = "|".join(re.escape(words) for words in sorted(_LEXICON, key=len, reverse=True) if not words.isalpha())
_TOKEN = re.compile(
    rf"""
    (?P<numeric>\d{{1,4}}([/.-])\d{{1,2}}\2\d{{1,4}}(?!\d))
    | (?P<month_number>\d{{4}}-\d{{2}}(?!\d) | \d{{1,2}}[/.]\d{{4}}(?!\d))
    | (?P<decade>\d{{3}}0)\s?s(?!\w)
    | (?P<number>\d+)(?:(?:st|nd|rd|th|er)(?!\w))?
    | (?P<word>(?:{_PHRASES})(?!\w) | [^\W\d_]+)
    | (?P<join>\.\.|[-/])
    | (?P<mark>[~?])
    | [\s,.():]
    | (?P<foreign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d?:.*")


class Token(NamedTuple):
    """One meaningful piece of the text: its kind, such as `month`, and what it means."""

    kind: str
    value: int | str


DASH, SLASH, TO = Token("join", "-"), Token("join", "/"), Token("join", "to")


def tokens_of(text: str) -> list[Token]:
    """The meaningful pieces of folded text, in order, without what changes nothing.

    Raises:
        InvalidValue: a word is not one of a date.
    """
    if _TIME.fullmatch(text):
        raise InvalidValue("date", "a time of day is not part of a date", "write the day alone: 2019-05-04")
    found = [token for token in map(_token, _TOKEN.finditer(text)) if token]
    _check_words(found)
    return _with_winters(_without_dashes([token for token in found if token.kind != "noise"]))


def _token(match: re.Match[str]) -> Token | None:
    """The token of one match; None for spaces and commas."""
    if not match.lastgroup:
        return None
    kind, piece = match.lastgroup, match[match.lastgroup]
    if kind == "word":
        return Token(*_LEXICON.get(piece, ("foreign", "")))
    return TO if piece == ".." else Token(kind, piece)


def _check_words(tokens: list[Token]) -> None:
    """Refuse words that do not belong to a date, or that belong to another calendar."""
    for token in tokens:
        if token.kind == "hijri":
            raise InvalidValue("date", "a Hijri date may mean two days", "give the Gregorian date")
        if token.kind == "half_month":
            one, other = HALF_MONTHS[str(token.value)]
            raise InvalidValue("date", "two months have this name", f"write {one} or {other}")
    if not tokens or any(token.kind == "foreign" for token in tokens):
        raise InvalidValue("date", "not a date that can be read" if tokens else "no date is given", HOW)


def _without_dashes(tokens: list[Token]) -> list[Token]:
    """Tokens without the dashes that join no range: "mid-May", "mid-to-late", "4-May-2019", أيار/مايو."""
    kept: list[Token] = []
    for token in tokens:
        if token == DASH and kept and (kept[-1].kind == "part" or kept[-1] == TO):
            continue
        if token.kind == "month":
            _close_month(kept, token)
        elif token.kind == "number" and _is_spreadsheet_day(kept):
            del kept[-1], kept[-2]
        if not (token.kind == "month" and kept and kept[-1] == token):
            kept.append(token)
    return kept


def _close_month(kept: list[Token], month: Token) -> None:
    """Drop the slash between two names of one month.

    Raises:
        InvalidValue: they are two months, which may be a slip or a choice.
    """
    if len(kept) > 1 and kept[-1] == SLASH and kept[-2].kind == "month":
        if kept[-2] != month:
            raise InvalidValue("date", "two months", "for a range write March-May 2019, else give one month")
        kept.pop()


def _is_spreadsheet_day(kept: list[Token]) -> bool:
    """Whether the last tokens are "4-May-" or "4/May/", as spreadsheets print a day before its year."""
    kinds = [token.kind for token in kept[-4:]]
    return kinds == ["number", "join", "month", "join"] and kept[-1] == kept[-3] and kept[-1] in {DASH, SLASH}


def _with_winters(tokens: list[Token]) -> list[Token]:
    """Tokens in which "winter 2018-2019", the one season that lies in two years, is one."""
    kept: list[Token] = []
    rest = list(tokens)
    while rest:
        kinds = [token.kind for token in rest[1:4]]
        length = 4 if kinds == ["number", "join", "number"] else 2 if kinds[:1] == ["month_number"] else 0
        if rest[0] == Token("season", WINTER) and length:
            kept.append(Token("winter", _winter_year(rest[1:length])))
            del rest[:length]
        else:
            kept.append(rest.pop(0))
    return kept


def _winter_year(tokens: list[Token]) -> int:
    """The year in which the winter of "2018-2019", "2018/19" or "2018-19" begins."""
    years = [part for token in tokens if token.kind != "join" for part in str(token.value).split("-")]
    first, last = years[0], years[-1]
    if len(first) != 4 or len(last) not in {2, 4} or not f"{int(first) + 1}".endswith(last):
        raise InvalidValue("date", "a winter lies in two years that follow one another", "write winter 2018-2019")
    return int(first)
