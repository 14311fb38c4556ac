"""The documents and who speaks in them, definitions, and what was withheld."""

from dataclasses import dataclass

from registry.sitrep.values.terms import Term, When


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A word and what it means here: measures, facility types, grades."""

    term: Term
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Someone whom a source document quotes."""

    name: str
    of: str = ""
    kind: Term | None = None
    is_party_to_conflict: bool = False
    is_anonymous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One document of the numbered list.

    Attributes:
        number: from 1; claims point here.
        copy_of: the number of the document that it republishes or translates; None for an original.
        url: "" if there is none or it may not be shown; `are_details_withheld` tells which.
        archive_sha256: of the captured file, "" if none was captured.
    """

    number: int
    publisher: str
    title: str
    published: When
    kind: Term | None = None
    language: str = ""
    speakers: tuple[Speaker, ...] = ()
    is_party_to_conflict: bool = False
    url: str = ""
    archive_url: str = ""
    archive_sha256: str = ""
    copy_of: int | None = None
    are_details_withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What was left out for this audience and how often; says nothing of what it protects.

    Attributes:
        kind: `positions`, `days`, `words`…; the page says why.
        count: None where the count itself would tell something.
        limit: the number that the rule goes by: how few are few, how many days are recent.
    """

    kind: str
    count: int | None = None
    limit: int | None = None
