"""Claims, figures and gaps in words, for a terminal: the words are those of the situation report."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.plurals import how_many
from registry.sitrep.values import Correction, Quantity, Span
from registry.sitrep.wording import Wording, plain

Row = Mapping[str, Any]

ABSENT = {
    "not_reported": "not reported",
    "reported_none": "none, says the report",
    "unknown": "nobody knows, says the report",
    "withheld": "withheld",
    "not_coded": "not coded",
}
_RELAYS = {"none": "heard by the report itself", "not_stated": ""}
_STANCES = {
    "accuses": "accused by {speaker}",
    "claims": "claimed by {speaker}",
    "denies": "denied by {speaker}",
    "one_of": "one of several named by {speaker}",
}


def absent(absence: str | None) -> str:
    """Why a part of a record is empty."""
    return ABSENT[absence or "not_coded"]


def code(text: str | None) -> str:
    """A code as it is read: facilities_hit is "facilities hit"."""
    return (text or "").replace("_", " ")


def counted(row: Row) -> str:
    """What a claim or a figure counts: "killed, child"."""
    parts = (row["measure"], row["population"], row["facility_type"])
    return ", ".join(code(part) for part in parts if part)


def said(claim: Row) -> str:
    """What a claim says: its number with its operator, or what happened, with what, how the facility is."""
    if claim["kind"] != "quantity":
        return _statement(claim)
    quantity = Quantity(
        operator=claim["operator"] or "unstated",
        low=claim["low"],
        high=claim["high"],
        absence=claim["absence"],
        words=claim["words"] or "",
        unit=claim["unit"] or "",
        is_imputed=bool(claim["is_imputed"]),
    )
    return plain(Wording().quantity(quantity))


def _statement(claim: Row) -> str:
    keys = ("attack_type", "launch", "munition", "damage", "functionality", "facility_use", "conduct")
    return ", ".join(code(claim[key]) for key in keys if claim[key]) or "happened"


def topic(claim: Row) -> str:
    """What a claim is about: what it counts, or its kind."""
    return counted(claim) if claim["kind"] == "quantity" else code(claim["kind"])


def speaker(claim: Row) -> str:
    """Who says so, for whom, and through whom: "Ahmad al-Dbis, UOSSM, via Reuters"."""
    body = claim["organisation"] if claim["organisation"] != claim["speaker"] else None
    relay = f"via {claim['via']}" if claim["via"] else _RELAYS.get(claim["relay"], "")
    party = "party to the conflict" if claim["speaker_is_party"] else None
    return ", ".join(part for part in (claim["speaker"], body, party, relay) if part)


def claim(row: Row) -> dict[str, str]:
    """A claim as a row of a table, by its headings."""
    withdrawn = f" (withdrawn: {code(row['withdrawn_as'])})" if row["withdrawn_at"] else ""
    return {
        "What": topic(row),
        "How many": said(row) + withdrawn,
        "Who says so": speaker(row),
        "About": row["about"] or "",
        "In": f"{row['publisher']} {row['report']}",
        "Ref": row["ref"],
    }


def hit(row: Row) -> dict[str, str]:
    """What an attack did to a facility, as a row of a table, by its headings."""
    state = {"State": code(row["state"])} if row["state"] == "withdrawn" else {}
    done = {
        "Effect": code(row["effect"]),
        "Damage": code(row["damage"]),
        "How it worked after": code(row["functionality"]),
    }
    return {"When": days(row), **done, **state, "Ref": row["attack"]}


def accused(attribution: Row) -> str:
    """Whose stance on an actor it is, as claimed: "accused by SOHR (in Reuters)"."""
    return _STANCES[attribution["stance"]].format(speaker=attribution["speaker"])


def figure(row: Row) -> str:
    """A figure: "more than 30 to at least 67; no upper limit stated"."""
    span = Span(
        low=row["low"],
        low_operator=row["low_operator"] or "exactly",
        greatest_low=row["greatest_low"],
        greatest_low_operator=row["greatest_low_operator"] or "exactly",
        high=row["high"],
        high_operator=row["high_operator"] or "exactly",
        is_open_high=row["high"] is None,
        origins=row["origins"],
    )
    return plain(Wording().span(span)) + (f" {row['unit']}" if row.get("unit") else "")


def rests_on(row: Row) -> str:
    """What a figure rests on: by rule or by whom, over how many origins."""
    decided = f"adopted by {row['decided_by']}" if row["decided_by"] else "by rule"
    return f"{decided}, {how_many(row['origins'], 'origin')}"


def days(row: Row, prefix: str = "occurred_") -> str:
    """An imprecise date: the words that it was given in, and its days where the words are not these."""
    words, first, last = row[f"{prefix}words"], row[f"{prefix}from_on"], row[f"{prefix}to_on"]
    if first is None and last is None:
        return "date not known"
    if first == last:
        text = str(first) if words in (None, str(first)) else f"{words} ({first})"
    else:
        text = f"{words} ({first or '…'} to {last or '…'})"
    return text + ("" if row.get(f"{prefix}basis") != "inferred" else ", inferred")


def listed(found: Sequence[str]) -> str:
    """Words in a row, or a dash."""
    return ", ".join(found) or "-"


def corrected(one: Correction) -> tuple[str, str]:
    """What was said, and what is known now."""
    if one.kind == "merged":
        return _side(one, is_new=False), f"the same attack as {one.other}"
    if one.kind in ("withdrawn", "moved"):
        return _side(one, is_new=False), one.kind
    return _side(one, is_new=False), _side(one, is_new=True)


def _side(one: Correction, *, is_new: bool) -> str:
    words = Wording()
    span, count, when, said = (
        (one.new, one.new_count, one.new_when, one.new_text)
        if is_new
        else (one.old, one.old_count, one.old_when, one.old_text)
    )
    if span is not None:
        return plain(words.span(span))
    if count is not None:
        return str(count)
    return ", ".join(part for part in (plain(words.when(when)) if when else "", said) if part)
