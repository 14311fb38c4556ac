"""From the registry to the frozen values of a sitrep: what was asked for, what was gathered, what is printed.

Files: `gather` (queries, and rows in plain Python values), `naming` (names in the reader's language), `numbering`
(claims and sources get their numbers), `saying` (claims and their intervals), `counting` (key figures), `areas` (the
map), `listing` (attacks, sources, what is not known).
"""

from sqlalchemy import Connection

from registry.sitrep.snapshot.gather import Request, gather
from registry.sitrep.snapshot.listing import assemble
from registry.sitrep.snapshot.naming import in_language
from registry.sitrep.values import Sitrep

__all__ = ["Request", "take"]


def take(connection: Connection, request: Request) -> Sitrep:
    """The values of the sitrep that was asked for, as the registry stands in this transaction."""
    return assemble(request, in_language(connection, gather(connection, request), request.language))
