"""The tokens of a statement as PostgreSQL reads them, and what a question may not hold.

PostgreSQL has nobody to ask before it runs a statement, as SQLite has. So the statement is read here first: it is one
query, it calls functions of the list alone, and names no table of the server's own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

from registry.errors import UsageError
from registry.services.console.functions import POSTGRESQL, words

# https://www.postgresql.org/docs/current/sql-syntax-lexical.html, with standard_conforming_strings on
_TOKEN = re.compile(
    r"""
      (?P<space> \s+ | --[^\r\n]* )
    | (?P<comment> /\* )
    | (?P<string> [eE]'(?:[^'\\]|\\.|'')*' | (?:[bBxXnN])?'(?:[^']|'')*' | \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$ )
    | (?P<quoted> "(?:[^"]|"")*" )
    | (?P<word> [^\W\d][\w$]* )
    | (?P<number> \d[\w.]* | \.\d[\w.]* )
    | (?P<cast> :: )
    | (?P<value> :[^\W\d]\w* )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_QUERIES = ("select", "with", "values", "table")
# Words before a bracket that is no call: PostgreSQL's grammar keeps them for itself.
_NO_CALLS = words(
    """
    all and any array as asc between by case check cube desc distinct else end escape except exists fetch filter for
    from full group grouping having ilike in inner intersect is isnull join lateral left like limit materialized natural
    not notnull null nulls offset on only or order over partition range recursive right rollup row rows select sets
    similar some symmetric then union using values when where window with within
    """
)
_TYPES = words("bit char character decimal float interval numeric time timestamp varchar")


@dataclass(frozen=True)
class Token:
    """A piece of a statement that is neither space nor comment.

    Attributes:
        kind: string, quoted, word, number, cast, value or sign.
        text: words in lower case, quoted names without their quotes.
        at: where it begins.
        end: where it ends.
    """

    kind: str
    text: str
    at: int
    end: int


def tokens(sql: str) -> Iterator[Token]:
    """The tokens of a statement.

    Raises:
        UsageError: a comment, string or name is not closed.
    """
    at = 0
    while at < len(sql):
        found = _TOKEN.match(sql, at)
        assert found is not None  # any sign is a token  # noqa: S101 -- for the type checker
        kind, text = str(found.lastgroup if found.lastgroup != "tag" else "string"), found[0]
        end = found.end() if kind != "comment" else _comment_end(sql, at)
        if kind == "sign" and text in "'\"":
            raise UsageError(f"sql: the quote at character {at + 1} is never closed")
        if kind not in ("space", "comment"):
            yield Token(kind, _spelt(kind, text), at, end)
        at = end


def _spelt(kind: str, text: str) -> str:
    if kind == "quoted":
        return text[1:-1].replace('""', '"')
    return text.lower() if kind == "word" else text


def _comment_end(sql: str, at: int) -> int:
    depth = 0
    for mark in re.compile(r"/\*|\*/").finditer(sql, at):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    raise UsageError(f"sql: the comment at character {at + 1} is never closed")


def checked(sql: str) -> list[Token]:
    """The tokens of a question that PostgreSQL may be asked, without a last semicolon.

    Raises:
        UsageError: it is no query or several, or names what questions may not.
    """
    found = list(tokens(sql))
    while found and found[-1].text == ";" and found[-1].kind == "sign":
        found.pop()
    first = next((token for token in found if token.text != "("), None)
    if first is None:
        raise UsageError("sql: there is no question; give one SELECT")
    if first.kind != "word" or first.text not in _QUERIES:
        raise UsageError("sql: only a query may be asked; begin with SELECT, WITH, VALUES or TABLE")
    for place, token in enumerate(found):
        _check(found, place, token)
    return found


def _check(found: Sequence[Token], place: int, token: Token) -> None:
    if token.kind == "sign" and token.text == ";":
        raise UsageError("sql: one question at a time; take out what follows the semicolon")
    if token.kind not in ("word", "quoted"):
        return
    following = found[place + 1] if place + 1 < len(found) else None
    if token.text in ("u", "U") and following is not None and following.text[:1] == "&" and following.at == token.end:
        raise UsageError("sql: names and texts with U& are not open to questions; write the letters themselves")
    if token.text.startswith("pg_") or token.text == "information_schema":
        _refuse("table", token.text)
    is_call = following is not None and following.kind == "sign" and following.text == "("
    if is_call and not _is_known(found, place, token):
        _refuse("function", token.text)


def _refuse(kind: str, name: str) -> NoReturn:
    raise UsageError(f"sql: the {kind} {name} is not open to questions")


def _is_known(found: Sequence[Token], place: int, token: Token) -> bool:
    before = found[place - 1] if place else None
    if token.kind == "word" and (token.text in _NO_CALLS | POSTGRESQL | _TYPES):
        return not (before is not None and before.text == "." and token.text not in _NO_CALLS)
    if before is None or before.kind not in ("word", "cast", "sign"):
        return False
    # A type after a cast, names after AS, and the columns of a WITH: none of them is a call.
    if before.kind == "cast" or before.text == "as":
        return True
    return before.text in ("with", "recursive", ",") and _is_subquery(found, place + 1)


def _is_subquery(found: Sequence[Token], place: int) -> bool:
    """Whether `(…) AS [[NOT] MATERIALIZED] (SELECT` begins here: the columns of a WITH."""
    depth = 0
    for at in range(place, len(found)):
        if found[at].kind == "sign":
            depth += {"(": 1, ")": -1}.get(found[at].text, 0)
        if not depth:
            rest = [token.text if token.kind in ("word", "sign") else "" for token in found[at + 1 : at + 6]]
            rest = [text for text in rest if text not in ("not", "materialized")]
            return rest[:2] == ["as", "("] and rest[2:3] != [] and rest[2] in (*_QUERIES, "(")
    return False
