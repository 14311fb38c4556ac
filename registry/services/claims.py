"""Claims: what one speaker says in one report about one attack, facility or situation; and who accuses whom."""

from typing import Any

from registry import codes
from registry.errors import Conflict, InvalidValue
from registry.models.happened import Attack
from registry.models.lists import Measure
from registry.models.said import (
    Attribution,
    AttributionActor,
    AttributionCreate,
    Claim,
    ClaimCreate,
    ClaimFacility,
    ClaimLink,
    ClaimPlace,
    Origin,
    OriginIndependence,
    Report,
)
from registry.models.who import Source
from registry.services import by_rule, named, resting, sources
from registry.services.coding import Number, code, date_columns, number, word
from registry.services.places import with_part
from registry.services.work import Work

SUBJECTS = ("attack", "facility", "situation")
# A body corrects its own claims, and a share is of a number of the same body.
_OF_ONE_BODY = (*codes.REPLACING_LINKS, *codes.SHARE_LINKS)
# What a claim of a kind has to say.
_SAYS = {
    "means": ("attack_type", "launch", "munition"),
    "status": ("damage", "functionality"),
    "use": ("use",),
    "conduct": ("conduct",),
}


def add(work: Work, given: ClaimCreate) -> Claim:
    """Add a claim with its origin, places and facilities, and bring our figures up to date.

    Raises:
        InvalidValue: no subject or several, a number that is not understood, a measure that does not fit.
        NotFound, Ambiguous: a code or a record.
    """
    _refuse_silence(given)
    subject_noun, subject = _subject(work, given.attack, given.facility, given.situation)
    report: Report = named.resolve(work, "report", given.report)
    speaker: Source = named.resolve(work, "source", given.speaker)
    # Ten papers that print one wire have one origin, which is given where the speaker is the paper.
    first: Source = named.resolve(work, "source", given.origin) if given.origin else speaker
    claim = work.add(
        Claim(
            country=subject.country,
            kind=str(word("kind", given.kind, codes.CLAIM_KINDS)),
            report_id=report.id,
            speaker_id=speaker.id,
            origin_id=sources.origin_of(work, first, subject.ref).id,
            **{f"{subject_noun}_id": subject.id},
            **_relay(work, given.via),
            **_number(work, given),
            **_said(given),
            **_period(given),
        )
    )
    _add_places(work, claim, given)
    for earlier in given.corrects:
        link(work, claim.ref, earlier, "corrects", by_speaker=True)
    if isinstance(subject, Attack):
        _fill_in(work, subject, claim)
        resting.follow(work, subject)
    by_rule.refresh(work, claim)
    return claim


def _refuse_silence(given: ClaimCreate) -> None:
    needed = _SAYS.get(given.kind, ())
    if needed and not any(getattr(given, key) for key in needed):
        raise InvalidValue(" or ".join(needed), "is missing", f"say what the {given.kind} claim claims")


def _subject(work: Work, *texts: str | None) -> tuple[str, Any]:
    given = [(noun, text) for noun, text in zip(SUBJECTS, texts, strict=False) if text]
    if len(given) != 1:
        found = "none" if not given else " and ".join(noun for noun, _text in given)
        raise InvalidValue("what it is about", f"{found} given", "give exactly one attack, facility or situation")
    noun, text = given[0]
    return noun, named.resolve(work, noun, text)


def _relay(work: Work, via: str | None) -> dict[str, Any]:
    if via is None or via == "not_stated":
        return {"relay": "not_stated"}
    if via == "none":
        return {"relay": "none"}
    return {"relay": "named", "relay_id": named.resolve(work, "source", via).id}


def _number(work: Work, given: ClaimCreate) -> dict[str, Any]:
    measure_code = code("measure", given.measure)
    found = number(given.number) if given.number is not None else _no_number(given)
    if given.kind != "quantity" and (found.low is not None or found.high is not None):
        raise InvalidValue("number", f"a claim of kind {given.kind} counts nothing", "give it the kind quantity")
    if given.kind == "quantity" and measure_code is None:
        raise InvalidValue("measure", "is missing", "say what is counted, such as killed or facilities_hit")
    if given.number is not None and given.absence not in (None, found.absence):
        raise InvalidValue("absence", "is given beside a number", "give one of the two")
    measure = work.session.get(Measure, measure_code) if measure_code else None
    _refuse_misfit(given, measure)
    return {
        "measure_code": measure_code,
        "population_code": code("population", given.population),
        "facility_type_code": code("facility_type", given.facility_type),
        "operator": found.operator,
        "low": found.low,
        "high": found.high,
        "absence": found.absence,
        "words": given.words or found.words,
        "unit": given.unit,
        "is_rate": given.rate,
        "is_imputed": given.imputed,
    }


def _no_number(given: ClaimCreate) -> Number:
    absence = word("absence", given.absence, codes.ABSENCES)
    return Number(absence=absence or ("not_coded" if given.kind == "quantity" else None))


def _refuse_misfit(given: ClaimCreate, measure: Measure | None) -> None:
    if measure is None:
        return
    if given.population and not measure.takes_population:
        raise InvalidValue("population", f"{measure.code} does not count people", "leave it out")
    if given.facility_type and not measure.takes_facility_type:
        raise InvalidValue("facility_type", f"{measure.code} does not count facilities", "leave it out")


def _said(given: ClaimCreate) -> dict[str, Any]:
    return {
        "words_language": given.language,
        "translated_by": given.translated_by,
        "accumulation": word("accumulation", given.accumulation, codes.ACCUMULATIONS),
        "place_words": given.place_words,
        "attack_type_code": code("attack_type", given.attack_type),
        "launch_code": code("launch_method", given.launch),
        "munition_code": code("munition", given.munition),
        "damage_code": code("damage", given.damage),
        "functionality_code": code("functionality", given.functionality),
        "facility_use": word("use", given.use, codes.FACILITY_USES),
        "conduct": word("conduct", given.conduct, codes.CONDUCTS),
        "hedge": word("hedge", given.hedge, codes.HEDGES),
        "definition_note": given.definition,
        "locator": given.locator,
        "note": given.note,
    }


def _period(given: ClaimCreate) -> dict[str, Any]:
    default = "printed" if given.period or given.period_words else "not_stated"
    columns = date_columns("period_", given.period, field="period", basis=given.basis or default)
    if given.period_words:
        columns["period_words"] = given.period_words
    return columns


def _add_places(work: Work, claim: Claim, given: ClaimCreate) -> None:
    for text in given.place:
        place, part = with_part(work, text)
        work.add(ClaimPlace(claim_id=claim.id, place_id=place.id, part=part))
    for text in given.facilities:
        facility = named.resolve(work, "facility", text)
        work.add(ClaimFacility(claim_id=claim.id, facility_id=facility.id))


def _fill_in(work: Work, attack: Attack, claim: Claim) -> None:
    # Harm that somebody has spoken of is no longer "not coded": the claim itself says what is missing.
    if attack.harm_absence is not None and _is_harm(work, claim):
        work.change(attack, harm_absence=None)


def _is_harm(work: Work, claim: Claim) -> bool:
    if claim.kind != "quantity" or claim.absence == "not_coded" or claim.measure_code is None:
        return False
    return work.session.get_one(Measure, claim.measure_code).takes_population


def edit(work: Work, wanted: str, changes: dict[str, Any], version: int | None = None) -> Claim:
    """Mend our own typing error in a claim; what the speaker corrects is a new claim with `corrects`.

    `changes` has the keys of ClaimCreate; a new number replaces operator, bounds and absence together.

    Raises:
        Conflict: somebody changed it since that version, or it is withdrawn.
        InvalidValue: the key cannot be changed here, or the value is wrong.
    """
    claim: Claim = named.resolve(work, "claim", wanted)
    if claim.withdrawn_at is not None:
        raise Conflict(f"{claim.ref} is withdrawn and stays as it was; add what is said now as a new claim")
    fixed = {
        "attack",
        "facility",
        "situation",
        "report",
        "kind",
        "corrects",
        "place",
        "facilities",
        "origin",
    } & changes.keys()
    if fixed:
        raise InvalidValue(sorted(fixed)[0], "cannot be changed", "withdraw the claim as our error and add it anew")
    values = _changed_columns(work, claim, changes)
    if changes.get("speaker"):
        speaker = named.resolve(work, "source", changes["speaker"])
        origin = _origin_for(work, claim, speaker)
        _refuse_parting(work, claim, origin)
        values |= {"speaker_id": speaker.id, "origin_id": origin.id}
    with by_rule.following(work, [claim]):
        work.change(claim, version=version, **values)
    if claim.attack_id is not None:
        _fill_in(work, work.get(Attack, claim.attack_id), claim)
    return claim


def _origin_for(work: Work, claim: Claim, speaker: Source) -> Origin:
    """The origin of a claim whose speaker was mistyped; one that was given apart from the speaker stays."""
    origin = work.get(Origin, claim.origin_id)
    if origin.source_id != sources.organisation(work, work.get(Source, claim.speaker_id)).id:
        return origin
    return sources.origin_of(work, speaker, origin.matter)


def _refuse_parting(work: Work, claim: Claim, origin: Origin) -> None:
    """A claim and what corrects it, or is a share of it, are one body's: also when its speaker is mended."""
    links = [*work.find_all(ClaimLink, claim_id=claim.id), *work.find_all(ClaimLink, other_id=claim.id)]
    for row in links:
        if row.kind not in _OF_ONE_BODY or work.get(Claim, row.claim_id).withdrawn_as == "our_error":
            continue
        other = work.get(Claim, row.other_id if row.claim_id == claim.id else row.claim_id)
        if work.get(Origin, other.origin_id).source_id != origin.source_id:
            why = f"{other.ref}, which is linked to {claim.ref} ({row.kind}), would then be another speaker's"
            raise InvalidValue("speaker", why, "withdraw one of the two as our error and add it anew")


def _changed_columns(work: Work, claim: Claim, changes: dict[str, Any]) -> dict[str, Any]:
    held = {"kind": claim.kind, "measure": claim.measure_code, "population": claim.population_code}
    held["facility_type"] = claim.facility_type_code
    given = ClaimCreate.model_validate({"report": "-", "speaker": "-"} | held | changes)
    values: dict[str, Any] = {}
    columns = {**_said(given), **_number(work, given), **_period(given), **_relay(work, given.via)}
    for key in changes:
        values |= {column: columns[column] for column in _COLUMNS.get(key, (key,)) if column in columns}
    if "number" in changes and "some" in (claim.operator, values["operator"]):
        values["words"] = columns["words"]  # "dozens" is nothing but its words
    return values


_COLUMNS = {
    "number": ("operator", "low", "high", "absence"),
    "absence": ("operator", "low", "high", "absence"),
    "measure": ("measure_code",),
    "population": ("population_code",),
    "facility_type": ("facility_type_code",),
    "language": ("words_language",),
    "period": ("period_from_on", "period_to_on", "period_precision_code", "period_words", "period_basis"),
    "basis": ("period_basis",),
    "attack_type": ("attack_type_code",),
    "launch": ("launch_code",),
    "munition": ("munition_code",),
    "damage": ("damage_code",),
    "functionality": ("functionality_code",),
    "use": ("facility_use",),
    "definition": ("definition_note",),
    "rate": ("is_rate",),
    "imputed": ("is_imputed",),
    "via": ("relay", "relay_id"),
}


def link(
    work: Work, wanted: str, other: str, kind: str, *, by_speaker: bool = False, note: str | None = None
) -> ClaimLink:
    """Record that a claim corrects, re-scopes, withdraws, repeats, or is a part of another.

    Raises:
        Conflict: it is one claim, or the link is recorded already.
        InvalidValue: a correction, or a share, of somebody else's claim.
    """
    claim, earlier = named.resolve(work, "claim", wanted), named.resolve(work, "claim", other)
    if claim.id == earlier.id:
        raise Conflict("a claim cannot be linked to itself; give two refs")
    kind = str(word("kind", kind, codes.CLAIM_LINKS))
    if kind in _OF_ONE_BODY:
        _refuse_two_bodies(work, claim, earlier, kind)
    if kind in codes.REPLACING_LINKS:
        _refuse_circle(work, claim, earlier)
    if work.find(ClaimLink, claim_id=claim.id, other_id=earlier.id, kind=kind) is not None:
        raise Conflict(f"that {claim.ref} {kind} {earlier.ref} is recorded already")
    made = work.add(ClaimLink(claim_id=claim.id, other_id=earlier.id, kind=kind, by_speaker=by_speaker, note=note))
    by_rule.refresh(work, claim, earlier)
    return made


def _refuse_two_bodies(work: Work, claim: Claim, earlier: Claim, kind: str) -> None:
    # What a body says of one attack may correct what it said of another: its origins differ, the body does not.
    if work.get(Origin, claim.origin_id).source_id != work.get(Origin, earlier.origin_id).source_id:
        what = f"only its own speaker {kind} a claim" if kind in codes.REPLACING_LINKS else "a share is its speaker's"
        raise InvalidValue("claim", what, "two speakers' numbers stand side by side")


def _refuse_circle(work: Work, claim: Claim, earlier: Claim) -> None:
    later, waiting = {claim.id}, [claim.id]
    while waiting:
        here = waiting.pop()
        for row in work.find_all(ClaimLink, other_id=here):
            if row.kind in codes.REPLACING_LINKS and row.claim_id not in later:
                later.add(row.claim_id)
                waiting.append(row.claim_id)
    if earlier.id in later:
        raise Conflict(f"{earlier.ref} replaces {claim.ref} already; two claims cannot replace one another")


def withdraw(work: Work, wanted: str, *, why: str, our_error: bool = False) -> Claim:
    """Withdraw a claim: its speaker took it back, or we should never have recorded it. It stays on record.

    Raises:
        Conflict: it is withdrawn already.
    """
    claim: Claim = named.resolve(work, "claim", wanted)
    if claim.withdrawn_at is not None:
        raise Conflict(f"{claim.ref} is withdrawn already")
    withdrawn_as = "our_error" if our_error else "by_speaker"
    work.change(claim, withdrawn_at=work.at, withdrawn_as=withdrawn_as, withdrawn_why=why)
    # What an error of ours was said to replace stands again.
    earlier = [work.get(Claim, row.other_id) for row in work.find_all(ClaimLink, claim_id=claim.id)]
    by_rule.refresh(work, claim, *earlier)
    if our_error and claim.attack_id is not None:
        _empty_again(work, work.get(Attack, claim.attack_id))
    return claim


def _empty_again(work: Work, attack: Attack) -> None:
    standing = work.find_all(Claim, attack_id=attack.id, withdrawn_at=None)
    if attack.harm_absence is None and not any(_is_harm(work, claim) for claim in standing):
        work.change(attack, harm_absence="not_coded")


def independence(work: Work, wanted: str, other: str, verdict: str, *, why: str) -> OriginIndependence:
    """Record whether the origins of two claims are independent of one another; an earlier verdict is revoked.

    Raises:
        Conflict: both claims have one origin, which is never independent of itself.
    """
    first, second = named.resolve(work, "claim", wanted), named.resolve(work, "claim", other)
    bodies = {work.get(Origin, claim.origin_id).source_id for claim in (first, second)}
    if len(bodies) == 1:
        raise Conflict("both claims come from one origin; give claims of two")
    left, right = sorted((first.origin_id, second.origin_id))
    verdict = str(word("verdict", verdict, codes.INDEPENDENCE))
    standing = work.find(OriginIndependence, left_id=left, right_id=right, revoked_at=None)
    if standing is not None:
        work.change(standing, revoked_at=work.at)
    row = OriginIndependence(
        left_id=left, right_id=right, verdict=verdict, reason=why, decided_by=work.by, decided_at=work.at
    )
    return work.add(row)


def attribute(work: Work, given: AttributionCreate) -> Attribution:
    """Record whom a speaker accuses of an attack or a situation's attacks, or who claims or denies it.

    Raises:
        InvalidValue: no subject or two; one of a single actor.
        NotFound, Ambiguous: a record or code.
    """
    subject_noun, subject = _subject(work, given.attack, None, given.situation)
    accused = dict.fromkeys(named.resolve(work, "actor", text).id for text in given.actors)
    if given.stance == "one_of" and len(accused) < 2:
        raise InvalidValue("actors", "one_of names a single actor", "name all of them, or give accuses")
    row = work.add(
        Attribution(
            report_id=named.resolve(work, "report", given.report).id,
            speaker_id=named.resolve(work, "source", given.speaker).id,
            **{f"{subject_noun}_id": subject.id},
            stance=str(word("stance", given.stance, codes.STANCES)),
            attack_type_code=code("attack_type", given.attack_type),
            hedge=word("hedge", given.hedge, codes.HEDGES),
            words=given.words,
            locator=given.locator,
            note=given.note,
        )
    )
    for actor_id in accused:
        work.add(AttributionActor(attribution_id=row.id, actor_id=actor_id))
    if isinstance(subject, Attack) and subject.attribution_absence is not None:
        work.change(subject, attribution_absence=None)
    return row
