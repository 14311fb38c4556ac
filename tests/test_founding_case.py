"""The founding case: one article, three death tolls, four unnamed medical facilities, loaded and printed whole."""

import io
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pypdf import PdfReader
from sqlalchemy import Engine

from registry import db
from registry.services import demo, sitreps
from registry.services.records import figures as figure_records
from registry.sitrep import render
from registry.sitrep.values import Sitrep

FACTS = Path(os.environ.get("REGISTRY_TEST_FACTS", Path(__file__).parents[2] / "shared/cases/idlib-2019-05/facts.yaml"))


def snapshot(engine: Engine) -> Sitrep:
    with db.reading(engine) as connection:
        return sitreps.snapshot(connection, areas=demo.AREAS, first=demo.FIRST, last=demo.LAST, audience="internal")


@pytest.fixture
def sitrep(case: Engine) -> Sitrep:
    return snapshot(case)


@pytest.fixture
def text(sitrep: Sitrep) -> str:
    pages = PdfReader(io.BytesIO(render.render_pdf(sitrep))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_every_line_that_must_be_shown_is_on_the_page(text: str) -> None:
    for wanted in (
        # Deaths as the spread of what each body says, each with its words and its period as stated.
        "more than 30 to at least 67",
        "no upper limit stated",
        "“more than 30”",
        "“at least 50”",
        "“at least 67”",
        "“last few days”",
        "dozens (no number given)",
        # Four health facilities are claimed, and the registry can name none.
        "4, says UOSSM",
        "None of the four is named.",
        "The registry can name none of them.",
        # Civil Defence centres and schools were hit, number not stated.
        "Civil Defence centres: number not stated",
        "schools: number not stated",
        "directly targeted",
        # Displacement with its source.
        "more than 130,000; no upper limit stated, according to Mustafa al-Haj Yousef",
        # Parties to the conflict, wherever they are cited.
        "SANA party to the conflict",
        "National Liberation Front spokesman party to the conflict",
        # Separate bodies, and which of them came through Reuters.
        "3 origins, independence not assessed",
        "through Reuters, in Middle East Eye",
        # Both single events, neither with a day or a facility that nobody gave.
        "Basamis, Idlib",
        "until 4 May 2019",
        "no facility reported",
        "hundreds of vehicles per day",
        "AFP accuses Syrian government forces",
    ):
        assert wanted in text, wanted


@pytest.mark.parametrize("backend", ["sqlite"])  # printing knows of no engine
@pytest.mark.parametrize("words", [0, 60, 120, 180, 240])
def test_charts_are_drawn_once_wherever_a_page_ends(sitrep: Sitrep, words: int) -> None:
    *others, last = sitrep.claims
    longer = replace(sitrep, claims=(*others, replace(last, note="Further words. " * words)))
    reader = PdfReader(io.BytesIO(render.render_pdf(longer)))
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    for drawn in ("30 April 2019 0", "date not exact to the day", "Attacks by means, as claimed"):
        assert text.count(drawn) == 1, drawn


def test_the_three_tolls_are_never_one_number(text: str, sitrep: Sitrep) -> None:
    text = re.sub(r"\d\d:\d\d UTC", "", text)  # the minute may be any number
    assert not re.search(r"\b31\b", text)
    assert not re.search(r"\b1[14]7\b", text)  # 30 + 50 + 67, and 50 + 67
    killed = next(one for one in sitrep.people if one.measure.code == "killed")
    assert (killed.span.low, killed.span.greatest_low, killed.span.high) == (30, 67, None)
    assert len(killed.claims) == 3
    assert [quantity.operator for quantity in killed.beside] == ["some", "some"]


def test_an_absent_number_is_neither_zero_nor_blank(sitrep: Sitrep) -> None:
    civil_defence = next(one for one in sitrep.sectors if one.sector == "civil_defence")
    (claimed,) = civil_defence.claimed
    assert (claimed.quantity.operator, claimed.quantity.low, claimed.quantity.high) == ("unstated", None, None)
    injured = next(one for one in sitrep.people if one.measure.code == "injured")
    assert injured.absence == "not_reported"


def test_both_engines_and_two_readings_give_the_same_snapshot(case: Engine) -> None:
    assert snapshot(case) == snapshot(case)


def test_only_what_nobody_could_compare_is_left_to_lint(case: Engine) -> None:
    with db.reading(case) as connection:
        findings = {(row["finding"], row["measure"]) for row in figure_records.lint(connection)}
    assert ("conflicting", "killed") not in findings
    assert ("stale", "killed") not in findings
    assert ("no figure", "residential_areas_hit") in findings


def facts() -> dict[str, Any]:
    if not FACTS.exists():
        pytest.skip(f"the facts of the article are not here ({FACTS.name}); set REGISTRY_TEST_FACTS to their file")
    found: dict[str, Any] = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    return found


def steps(noun: str) -> list[dict[str, Any]]:
    return [step.values for step in demo.steps() if step.noun == noun]


def test_no_place_or_source_of_the_facts_is_missing() -> None:
    known = facts()
    names = {name for values in steps("place") for name in (values["name"], *values.get("names", []))}
    assert {place["name"] for place in known["places"]} <= names
    sources = {values["name"].casefold(): values for values in steps("source")}
    for source in known["sources"]:
        held = sources[source["name"].casefold()]
        assert held.get("party", False) == source.get("party_to_conflict", False)
        assert held.get("anonymous", False) == source.get("anonymous", False)


def test_every_claim_of_the_facts_is_entered() -> None:
    held = {
        (
            values.get("measure"),
            (values.get("facility_type") or "").replace("_centre", ""),
            values["speaker"].casefold(),
        )
        for values in steps("claim")
    }
    shortened = {"syrian observatory for human rights": "sohr"}
    for claim in facts()["claims"]:
        speakers = claim["source"] if isinstance(claim["source"], list) else [claim["source"]]
        for speaker in speakers:
            spoken = shortened.get(speaker.casefold(), speaker.casefold())
            assert (claim["metric"], claim.get("facility_type", ""), spoken) in held, claim


def test_the_finding_on_the_means_rests_on_the_caption(case: Engine) -> None:
    with db.reading(case) as connection:
        rows = db.every(
            connection,
            "SELECT m.attack_type_code, c.speaker FROM attack_means_claim x JOIN attack_means m "
            "ON m.id = x.attack_means_id JOIN v_claim c ON c.id = x.claim_id ORDER BY m.attack_type_code",
        )
    assert [(row["attack_type_code"], row["speaker"]) for row in rows] == [("bombardment", "AFP"), ("shelling", "AFP")]
