"""Nothing that an audience may not read is anywhere in what it is handed: every restricted field carries a word."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from registry import db
from registry.services import subjects
from registry.sitrep import catalogue, disclosure
from registry.sitrep.snapshot import Request, take
from registry.sitrep.values import Audience, as_json
from tests import calling, canaries
from tests.calling import Call

call = calling.call  # a fixture

AREAS = ("SY07", "SY05")
PERIOD = ("2019-05-06", "2019-05-12")
REFS = ("attack", "facility", "claim", "report", "source", "situation", "figure")
_DAY = ("8 May 2019", "2019-05-08", "08/05/2019", "8/5/2019")


def forbidden(audience: str, refs: dict[str, list[str]]) -> dict[str, str]:
    """Words by what they are, which this audience may not read."""
    found = {**canaries.NEVER_ON_PAGE, "attack title": "kwattacktitle"}
    for number, point in enumerate(canaries.POINTS):
        found |= {f"point {number} as {one}": one for one in canaries.renderings(*point)}
    if audience != "internal":
        found |= canaries.INTERNAL_ON_PAGE | {"marked facility": refs["facility"][1]}
        found |= {f"{noun} {ref}": ref for noun in ("source", "report", "figure") for ref in refs[noun]}
    if audience == "public":
        found |= canaries.PARTNERS_ON_PAGE | {f"day {one}": one for one in _DAY}
        found |= {f"{noun} {ref}": ref for noun in REFS for ref in refs[noun]}
    return found


def allowed(audience: str, refs: dict[str, list[str]]) -> dict[str, str]:
    """Words that this audience must be able to read: without them the test could not fail."""
    found = dict(canaries.ON_EVERY_PAGE)
    if audience != "public":
        found |= {**canaries.PARTNERS_ON_PAGE, "attack": refs["attack"][0], "facility": refs["facility"][0]}
    if audience == "internal":
        found |= canaries.INTERNAL_ON_PAGE | {"marked facility": refs["facility"][1]}
        del found["district"]  # the village stands in its place
    return found


def leaks(artefact: str, words: dict[str, str]) -> list[str]:
    return [what for what, word in words.items() if canaries.squeezed(word) in artefact]


def refs_of(engine: Engine) -> dict[str, list[str]]:
    """The refs of a registry with a word in every restricted field, by noun, in order of entry."""
    with db.reading(engine) as connection:
        return {
            noun: [str(row["ref"]) for row in db.every(connection, f"SELECT ref FROM {noun} ORDER BY id")]
            for noun in REFS
        }


@pytest.fixture
def refs(marked: Engine) -> dict[str, list[str]]:
    return refs_of(marked)


def snapshot(engine: Engine, audience: Audience, rules: disclosure.Policy | None = None) -> str:
    with db.reading(engine) as connection:
        keys = [
            db.as_uuid(connection.execute(text("SELECT id FROM place WHERE pcode = :code"), {"code": one}).scalar())
            for one in AREAS
        ]
        first, last = subjects.days(*PERIOD)
        taken = take(connection, Request(tuple(keys), first, last, audience), rules)
    return canaries.squeezed(json.dumps(json.loads(as_json(taken)), ensure_ascii=False))


@pytest.mark.parametrize("audience", ["public", "partner", "internal"])
def test_no_word_that_is_not_theirs_is_in_the_snapshot(
    marked: Engine, refs: dict[str, list[str]], audience: Audience
) -> None:
    values = snapshot(marked, audience)
    assert leaks(values, forbidden(audience, refs)) == []
    assert leaks(values, allowed(audience, refs)) == list(allowed(audience, refs))


@pytest.mark.parametrize("language", catalogue.languages())
@pytest.mark.parametrize("audience", ["public", "partner", "internal"])
def test_no_word_that_is_not_theirs_is_in_anything_that_is_handed_out(
    call: Call, sqlite_marked: str, tmp_path: Path, audience: str, language: str
) -> None:
    refs = refs_of(db.connect(sqlite_marked))
    out = tmp_path / "out"
    out.mkdir()
    asked = ["--area", "SY07", "--area", "SY05", "--from", PERIOD[0], "--to", PERIOD[1]]
    asked += ["--audience", audience, "--language", language]
    talk = []
    for form in ("pdf", "html"):
        into = ["--format", form, "--out", str(out / f"issue.{form}")]
        said = call("--database", sqlite_marked, "sitrep", "build", *asked, *into)
        assert said.code == 0, said.err
        talk += [said.out, said.err]
    artefacts = {
        "pdf": canaries.everything_in((out / "issue.pdf").read_bytes()),
        "html": canaries.everything_in_page((out / "issue.html").read_text(encoding="utf-8")),
        "talk": canaries.squeezed(" ".join(talk)),
        "files": canaries.squeezed(" ".join(path.name for path in out.rglob("*"))),
    }
    for name, artefact in artefacts.items():
        assert leaks(artefact, forbidden(audience, refs)) == [], name
    for name in ("pdf", "html"):
        missing = set(allowed(audience, refs)) - set(leaks(artefacts[name], allowed(audience, refs)))
        assert not missing, name


def test_what_a_failed_call_says_holds_no_word_either(call: Call, sqlite_marked: str) -> None:
    refs = refs_of(db.connect(sqlite_marked))
    for area in (canaries.INTERNAL_ON_PAGE["village"], "SY99"):
        said = call("--database", sqlite_marked, "sitrep", "build", "--area", area, "--from", "2019", "--to", "2019")
        assert said.code != 0
        assert leaks(canaries.squeezed(said.out + said.err), forbidden("public", refs)) == []


def opened(relation: str, columns: Iterable[str], audience: str) -> disclosure.Policy:
    """The rules with one column shown to an audience as it is."""
    rules = disclosure.policy()
    place = disclosure.AUDIENCES.index(audience)
    changed = dict(rules.columns[relation])
    for column in columns:
        ways = list(changed[column])
        ways[place] = "as_is"
        changed[column] = tuple(ways)
    return replace(rules, columns={**rules.columns, relation: changed})


MUTANTS: tuple[tuple[Audience, str, str, str], ...] = (
    ("public", "v_claim", "words", "words"),
    ("public", "v_claim", "period_words", "period words"),
    ("public", "v_claim", "place_words", "place words"),
    ("public", "v_claim", "note", "claim note"),
    ("public", "v_claim", "speaker_id", "confidential speaker"),
    ("public", "v_report", "title", "report title"),
    ("public", "v_report", "url", "link"),
    ("public", "v_report", "archive_url", "archive"),
    ("public", "v_report", "sha256", "captured hash"),
    ("partner", "v_report", "publisher_id", "confidential speaker"),
    ("public", "v_source", "name", "person"),
    ("public", "v_source", "role", "sensitive role"),
    ("public", "v_situation", "name", "situation name"),
    ("public", "v_figure", "reason", "figure reason"),
    ("partner", "v_attack", "summary", "attack summary"),
    ("partner", "v_attack_facility", "name", "marked name"),
    ("partner", "v_claim", "words", "witness words"),
    ("partner", "v_claim", "note", "claim note"),
    ("partner", "v_claim", "relay_id", "confidential speaker"),
    ("partner", "v_report", "title", "confidential title"),
    ("partner", "v_source", "name", "witness"),
)


def test_one_column_too_many_is_found(marked: Engine, refs: dict[str, list[str]]) -> None:
    for audience, relation, column, what in MUTANTS:
        values = snapshot(marked, audience, opened(relation, [column], audience))
        assert what in leaks(values, forbidden(audience, refs)), (audience, relation, column)


def test_a_column_that_nobody_listed_is_withheld(marked: Engine, refs: dict[str, list[str]]) -> None:
    rules = disclosure.policy()
    without = {name: way for name, way in rules.columns["v_claim"].items() if name != "words"}
    values = snapshot(marked, "internal", replace(rules, columns={**rules.columns, "v_claim": without}))
    assert refs
    assert leaks(values, {"words": canaries.PARTNERS_ON_PAGE["words"]}) == []
