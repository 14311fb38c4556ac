"""Attacks: one violent event at a time and place, what it hit and by what means."""

import uuid
from collections.abc import Iterable
from datetime import time
from typing import Any

from registry import codes, countries
from registry.errors import Conflict, InvalidValue
from registry.models.happened import (
    PARTS,
    TIME_BANDS,
    Attack,
    AttackCreate,
    AttackFacility,
    AttackLink,
    AttackMeans,
    AttackReport,
    HitFacilityCreate,
    MeansCreate,
)
from registry.models.places import Place
from registry.services import by_rule, findings, matching, named, resting, retracting
from registry.services.coding import code, date_columns, position, word
from registry.services.work import Work

# How a place's level becomes the precision of an attack that is known to be somewhere in it (UCDP where_prec).
_PRECISION = {
    "country": "country",
    "governorate": "governorate",
    "district": "district",
    "subdistrict": "subdistrict",
    "area": "vague_area",
    "community": "settlement",
    "neighbourhood": "neighbourhood",
}


def add(work: Work, given: AttackCreate) -> Attack:
    """Add an attack with its facilities, means and reports.

    An unnamed facility is recorded as a placeholder of its type in the attack's place.

    Raises:
        NotFound, Ambiguous: the place, a facility, a code or a report.
        InvalidValue: the date, the time, or a point outside the country.
    """
    place: Place = named.resolve(work, "place", given.place)
    country = countries.check(given.country or place.country)
    attack = work.add(
        Attack(
            country=country,
            place_id=place.id,
            place_precision_code=code("place_precision", given.place_precision) or _PRECISION[place.level],
            place_words=given.place_words,
            situation_id=named.resolve_optional(work, "situation", given.situation),
            parent_id=_parent(work, given.parent),
            title=given.title,
            summary=given.summary,
            note=given.note,
            **_when(given),
            **_absences(given),
            **position(given.lat, given.lon, country),
        )
    )
    for hit in given.facilities:
        findings.add_facility(work, attack, hit)
    for means in given.means:
        findings.add_means(work, attack, means)
    for report in given.reports:
        _add_report(work, attack, report)
    return attack


def _parent(work: Work, text: str | None, strike: Attack | None = None) -> uuid.UUID | None:
    """The key of the attack that a strike belongs to: an attack has strikes, and a strike has none of its own."""
    if text is None:
        return None
    parent: Attack = named.resolve(work, "attack", text)
    if strike is not None:
        named.refuse_circle(work, "attack", strike, parent.id)
        if any(row.state != "withdrawn" for row in work.find_all(Attack, parent_id=strike.id)):
            raise InvalidValue("parent", f"{strike.ref} has strikes of its own", "give the parent to each of those")
    if parent.parent_id is not None:
        whole = work.get(Attack, parent.parent_id).ref
        raise InvalidValue("parent", f"{parent.ref} is a strike of {whole} itself", f"give the parent attack, {whole}")
    return parent.id


def _when(given: AttackCreate) -> dict[str, Any]:
    basis = given.basis or ("printed" if given.when else "not_stated")
    return date_columns("occurred_", given.when, field="when", basis=basis) | _time(given.time)


def _time(text: str | None) -> dict[str, Any]:
    if text is None or text in TIME_BANDS:
        return {"time_band": text}

    try:
        read = time.fromisoformat(text)
    except ValueError as error:
        bands = ", ".join(TIME_BANDS)
        raise InvalidValue("time", f"{text!r} is not a time", f"write 14:30, or one of {bands}") from error
    if read.tzinfo is not None:
        raise InvalidValue("time", f"{text!r} has a zone", "write the local time where it happened, such as 14:30")
    return {"time_of_day": read}


def _absences(given: AttackCreate) -> dict[str, Any]:
    filled: dict[str, Any] = {"facilities": given.facilities, "means": given.means}
    reasons = {
        "facilities": given.facilities_absence,
        "means": given.means_absence,
        "harm": given.harm_absence,
        "attribution": given.attribution_absence,
    }
    _refuse_absent(part for part in filled if filled[part] and reasons[part])
    return {
        f"{part}_absence": None if filled.get(part) else word(f"{part}_absence", reason, codes.ABSENCES) or "not_coded"
        for part, reason in reasons.items()
    }


def _refuse_absent(parts: Iterable[str]) -> None:
    for part in parts:
        raise InvalidValue(f"{part}_absence", f"{part} are given too", "give what there is, or why there is nothing")


def edit(work: Work, wanted: str, changes: dict[str, Any], version: int | None = None) -> Attack:
    """Change an attack; `changes` has the keys of AttackEdit and `state`; facilities, means and reports are added.

    Raises:
        Conflict: somebody changed it since that version, or it is withdrawn.
        NotFound: a facility or means that is to be taken off was never recorded.
    """
    attack: Attack = named.resolve(work, "attack", wanted)
    if attack.state == "withdrawn":
        raise Conflict(f"{attack.ref} is withdrawn; it stays as it was")
    work.change(attack, version=version)  # refused before anything is taken off
    wrong = [MeansCreate.model_validate(means) for means in changes.get("not_means") or []]
    findings.take_off(work, attack, changes.get("not_hit") or [], wrong)
    plain = ("title", "summary", "note", "place_words")
    values: dict[str, Any] = {key: changes[key] for key in plain if key in changes}
    if "state" in changes:
        values["state"] = word("state", changes["state"], ("draft", "in_review", "published"))
    if "when" in changes or "basis" in changes:
        basis = changes.get("basis") or attack.occurred_basis
        values |= date_columns("occurred_", changes.get("when", attack.occurred_words), field="when", basis=basis)
    if "time" in changes:
        values |= {"time_of_day": None, "time_band": None} | _time(changes["time"])
    values |= _changed_place(work, attack, changes)
    if "situation" in changes:
        values["situation_id"] = named.resolve_optional(work, "situation", changes["situation"])
    if "parent" in changes:
        values["parent_id"] = _parent(work, changes["parent"], attack)
    values |= _changed_absences(work, attack, changes)
    # A claim that gives no day of its own rests on the attack's.
    resting = by_rule.about(work, "attack", [attack.id]) if "when" in changes else []
    with by_rule.following(work, resting):
        work.change(attack, **values)
    if "parent" in changes:
        _drop_other_parents(work, attack)
    _add_parts(work, attack, changes)
    return attack


def _changed_absences(work: Work, attack: Attack, changes: dict[str, Any]) -> dict[str, Any]:
    """Why a part is empty; what is emptied of its reason is not coded again."""
    given = [part for part in PARTS if f"{part}_absence" in changes]
    has = {
        "facilities": bool(work.find(AttackFacility, attack_id=attack.id, retracted_at=None)),
        "means": bool(work.find(AttackMeans, attack_id=attack.id, retracted_at=None)),
        "harm": attack.harm_absence is None,
        "attribution": attack.attribution_absence is None,
    }
    _refuse_absent(part for part in given if has[part] and changes[f"{part}_absence"])
    reasons = {f"{part}_absence": changes[f"{part}_absence"] for part in given if not has[part]}
    return {key: word(key, reason, codes.ABSENCES) or "not_coded" for key, reason in reasons.items()}


def _changed_place(work: Work, attack: Attack, changes: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "place" in changes:
        place = named.resolve(work, "place", changes["place"])
        values |= {"place_id": place.id, "country": place.country, "place_precision_code": _PRECISION[place.level]}
    if "place_precision" in changes:
        values["place_precision_code"] = code("place_precision", changes["place_precision"])
    if "lat" in changes or "lon" in changes or "place" in changes:
        country = values.get("country", attack.country)
        values |= position(changes.get("lat", attack.lat), changes.get("lon", attack.lon), country)
    return values


def _add_parts(work: Work, attack: Attack, changes: dict[str, Any]) -> None:
    for hit in changes.get("facilities") or []:
        findings.set_facility(work, attack, HitFacilityCreate.model_validate(hit))
    for means in changes.get("means") or []:
        findings.add_means(work, attack, MeansCreate.model_validate(means))
    for report in changes.get("reports") or []:
        _add_report(work, attack, report)
    resting.follow(work, attack)


def _add_report(work: Work, attack: Attack, wanted: str) -> AttackReport:
    """Record that a report speaks of an attack; once is enough."""
    about = {"attack_id": attack.id, "report_id": named.resolve(work, "report", wanted).id}
    row = work.find(AttackReport, **about) or work.add(AttackReport(**about))
    work.change(row, retracted_at=None)  # where it was taken off with an import
    return row


def link(work: Work, wanted: str, other: str, kind: str, *, why: str | None = None) -> AttackLink:
    """Record that two attacks belong together: a follow-up strike, the same series, a part.

    Raises:
        Conflict: it is one attack, or the link is recorded already.
        InvalidValue: a part of a part, or of itself.
    """
    attack, second = named.resolve(work, "attack", wanted), named.resolve(work, "attack", other)
    if attack.id == second.id:
        raise Conflict("an attack cannot be linked to itself; give two refs")
    kind = str(word("kind", kind, codes.ATTACK_LINKS))
    if kind == "part_of":
        work.change(attack, parent_id=_parent(work, second.ref, attack))
        _drop_other_parents(work, attack)
    about = {"attack_id": attack.id, "other_id": second.id, "kind": kind}
    known = f"that {attack.ref} is {kind} of {second.ref} is recorded already"
    return retracting.enter(work, AttackLink, about, known=known, why=why)


def _drop_other_parents(work: Work, attack: Attack) -> None:
    """An attack is part of one other at most: links that name another than its parent are taken back."""
    parents = named.records(work, "attack", attack.parent_id) if attack.parent_id else []
    for row in work.find_all(AttackLink, attack_id=attack.id, kind="part_of", retracted_at=None):
        if row.other_id not in parents:
            work.change(row, retracted_at=work.at)


def unlink(work: Work, wanted: str, other: str, kind: str) -> None:
    """Take back that two attacks belong together; what was a part of the other is an attack of its own again.

    Raises:
        NotFound: they were never linked so.
        Conflict: the link was taken back before.
    """
    attack, second = named.resolve(work, "attack", wanted), named.resolve(work, "attack", other)
    kind = str(word("kind", kind, codes.ATTACK_LINKS))
    ones, others = (named.records(work, "attack", one.id) for one in (attack, second))
    pairs = [{"attack_id": one, "other_id": two} for one in ones for two in others]
    links = [row for pair in pairs for row in work.find_all(AttackLink, kind=kind, **pair)]
    parts = [one for one in (work.get(Attack, key) for key in ones) if kind == "part_of" and one.parent_id in others]
    if not parts or any(row.retracted_at is None for row in links):  # `--parent` makes a part without a link
        what = ("link", f"{attack.ref} {kind} {second.ref}")
        retracting.take_back(work, links, what, f"registry attack show {attack.ref}")
    for part in parts:
        work.change(part, parent_id=None)


def withdraw(work: Work, wanted: str, *, why: str) -> Attack:
    """Withdraw an attack: it did not happen, or should not have been recorded. It stays on record with the reason.

    Raises:
        Conflict: it is withdrawn already.
    """
    attack: Attack = named.resolve(work, "attack", wanted)
    if attack.state == "withdrawn":
        raise Conflict(f"{attack.ref} is withdrawn already")
    if not why.strip():
        raise InvalidValue("why", "is missing", "say why it is withdrawn")
    work.change(attack, state="withdrawn", withdrawn_at=work.at, withdrawn_why=why)
    matching.point_anew(work, "attack", attack.id)
    return attack
