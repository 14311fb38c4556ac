"""Which claims and figures are about one record."""

from typing import Any

from sqlalchemy import Connection

from registry import db, keys
from registry.errors import InvalidValue
from registry.services import lookup

# Of claims or figures: those about one record together. The index on attacks has them in this order.
ORDER = "attack_id NULLS LAST, facility_id NULLS LAST, situation_id NULLS LAST, measure_code, ref"
_RECORDS = {
    "attack": "SELECT x.id FROM attack x WHERE x.id = :about OR x.canonical_id = :about",
    "facility": "SELECT x.id FROM facility x WHERE x.id = :about OR x.canonical_id = :about",
    "situation": "SELECT x.id FROM situation x WHERE x.id = :about",
}


def only(connection: Connection, ref: str | None) -> tuple[str, dict[str, Any]]:
    """A condition on claims or figures, with its parameters: about a record, or one merged into it.

    Raises:
        InvalidValue: it is no ref, or that of something that no claim is about.
        NotFound: no record has it.
    """
    if ref is None:
        return "1 = 1", {}
    wanted = keys.read_ref(ref, "about")
    noun = keys.PREFIXES[wanted[0]]
    if noun not in _RECORDS:
        raise InvalidValue("about", f"{wanted} is the ref of a {noun}", "give that of an attack, facility or situation")
    return f"{noun}_id IN ({_RECORDS[noun]})", {"about": db.as_key(connection, lookup.find(connection, noun, wanted))}
