"""Reports whose kind their readers may not have: refused as a whole, since leaving rows out would not help.

Decision 26 says why. It is asked on the rows as gathered, so that no way to a report goes around it.
"""

from registry.errors import InvalidValue
from registry.sitrep.snapshot.gathered import Gathered, Request


def refuse(gathered: Gathered, request: Request) -> None:
    """Stop a flash or a dossier that this audience may not have.

    Raises:
        InvalidValue: saying what the audience may have instead.
    """
    if request.kind == "flash" and request.audience == "public":
        _refuse_public_flash(gathered, request)
    if request.kind == "facility":
        _refuse_dossier(gathered, request)


def _refuse_public_flash(gathered: Gathered, request: Request) -> None:
    if request.attack is None:
        why = "the public reads of whole weeks, and a day beside its week would tell attacks apart"
        raise InvalidValue("day", why, "give --audience partner, or --kind sitrep for the week")
    if not all(row["is_released"] for row in gathered.attacks):
        why = "the public reads of one attack only where its release, and that of its strikes, was agreed"
        advice = "record that with `registry attack release`, or give --audience partner"
        raise InvalidValue("attack", why, advice)


def _refuse_dossier(gathered: Gathered, request: Request) -> None:
    if request.audience == "public":
        why = "a dossier is for partners and colleagues: a facility that is known can be struck again"
        raise InvalidValue("audience", why, "give --audience partner")
    if request.audience == "partner" and request.facility in gathered.marked:
        why = "its facility is marked as at special risk, and outside nobody reads of it by name"
        raise InvalidValue("audience", why, "give --audience internal")
