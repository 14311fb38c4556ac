"""From the registry to the frozen values of a sitrep: what was asked for, what was gathered, what is printed.

Files: `gather` (what is read; `reading` has the queries, `gathered` and `rows` what comes of them), `naming` (names in
the reader's language), `disclosing` (what the audience may not see is taken out; with `grouping` of governorates,
`refusing` of kinds that it may not have, and `withholding` for the page), `numbering` (claims and sources get their
numbers), `saying` (claims and their intervals), `counting` (key figures), `cells` (attacks as counts), `areas` (the
map), `series` (the charts), `facilities` (those hit), `lag` (how late reports come), `listing` (attacks, sources, what
is not known).
"""

from sqlalchemy import Connection

from registry.sitrep.disclosure import Policy, policy
from registry.sitrep.snapshot.disclosing import disclose, widened
from registry.sitrep.snapshot.gather import gather
from registry.sitrep.snapshot.gathered import Request
from registry.sitrep.snapshot.listing import assemble
from registry.sitrep.snapshot.naming import in_language
from registry.sitrep.values import Sitrep

__all__ = ["Request", "take", "widened"]


def take(connection: Connection, request: Request, rules: Policy | None = None) -> Sitrep:
    """The values of the sitrep that was asked for, as the registry stands in this transaction.

    Args:
        connection: one read transaction.
        request: what is asked for, and for whom.
        rules: who may see what; those that the program comes with unless told.

    Raises:
        InvalidValue: the area is finer than the audience may see.
    """
    asked = widened(request)
    named = in_language(connection, gather(connection, asked), asked.language)
    return assemble(asked, disclose(named, asked, rules or policy()))
