"""What is said, by whom, through whom, in which document: nothing of it is lost, merged or overwritten."""

from typing import Any

import pytest
from sqlalchemy import Engine

from registry.errors import Conflict, InvalidValue, NotFound
from registry.models.happened import Attack, Situation
from registry.models.journal import Journal
from registry.models.said import AttributionActor, AttributionCreate, Claim, ClaimCreate, ClaimFacility, ClaimPlace
from registry.models.who import Source
from registry.services import claims, reports, sources
from registry.services.records import attacks as attack_records
from registry.services.records import claims as claim_records
from registry.services.work import Work, writing
from tests import factories
from tests.saying import held, independent, only, origin, place, report, say, span


@pytest.fixture
def attack(work: Work) -> Attack:
    return factories.make_attack(work)


@pytest.fixture
def situation(work: Work) -> Situation:
    return factories.make_situation(work)


@pytest.fixture
def speaker(work: Work) -> Source:
    return factories.make_source(work, "White Helmets")


@pytest.fixture
def other(work: Work) -> Source:
    return factories.make_source(work, "SOHR")


def shown(work: Work, claim: Claim) -> dict[str, Any]:
    return claim_records.show(work.session.connection(), claim.ref)


def test_everything_that_is_said_is_kept(work: Work, situation: Situation, speaker: Source) -> None:
    hama, hospital = place(work, "Hama"), factories.make_facility(work)
    relay = factories.make_source(work, "Reuters")
    claim = say(
        work, situation, speaker, "at least 4", via=relay.ref, measure="facilities_hit", facility_type="hospital",
        words="au moins quatre", language="fr", translated_by="Amal", period="30 Apr–4 May 2019", basis="inferred",
        accumulation="since_start", place=["northern Hama"], place_words="le nord de Hama", facilities=[hospital.ref],
        hedge="alleged", imputed=True, definition="only hospitals", locator="p. 3", note="see annex",
        conduct="directly_targeted", unit="sites",
    )  # fmt: skip
    held_row = shown(work, claim)
    for key, value in {
        "kind": "quantity", "about": situation.ref, "measure": "facilities_hit", "facility_type": "hospital",
        "operator": "at_least", "low": 4, "high": None, "absence": None, "words": "au moins quatre",
        "words_language": "fr", "period_words": "30 Apr–4 May 2019", "period_basis": "inferred",
        "period_precision": "range", "accumulation": "since_start", "place_words": "le nord de Hama",
        "hedge": "alleged", "definition_note": "only hospitals", "locator": "p. 3", "note": "see annex",
        "conduct": "directly_targeted", "unit": "sites", "relay": "named", "via": "Reuters", "speaker": "White Helmets",
    }.items():  # fmt: skip
        assert held_row[key] == value, key
    assert claim.is_imputed
    assert claim.translated_by == "Amal"
    assert [(row.place_id, row.part) for row in work.find_all(ClaimPlace, claim_id=claim.id)] == [(hama.id, "northern")]
    assert work.find(ClaimFacility, claim_id=claim.id, facility_id=hospital.id)


def test_speaker_relay_and_publisher_are_three(work: Work, attack: Attack, speaker: Source, other: Source) -> None:
    publisher = factories.make_source(work, "Middle East Eye")
    article = factories.make_report(work, publisher_id=publisher.id)
    told = say(work, attack, speaker, "3", report=article, via=other.ref)
    row = shown(work, told)
    assert (row["speaker"], row["via"], row["publisher"]) == ("White Helmets", "SOHR", "Middle East Eye")
    assert origin(work, told).source_id == speaker.id, "neither the relay nor the publisher is the origin"
    assert say(work, attack, speaker, "3", via="none").relay == "none"
    assert say(work, attack, speaker, "3").relay == "not_stated"


def test_one_organisation_on_one_matter_is_one_origin(work: Work, attack: Attack, speaker: Source) -> None:
    director = factories.make_source(work, "Director", parent_id=speaker.id)
    one, two = say(work, attack, speaker, "3"), say(work, attack, director, "4")
    assert one.origin_id == two.origin_id
    elsewhere = say(work, factories.make_attack(work), speaker, "3")
    assert elsewhere.origin_id != one.origin_id


def test_damaged_and_destroyed_stand_side_by_side(work: Work, attack: Attack, speaker: Source, other: Source) -> None:
    more: dict[str, Any] = {"kind": "status", "measure": None}
    say(work, attack, speaker, None, damage="moderate", **more)
    say(work, attack, other, None, damage="destroyed", **more)
    record = attack_records.show(work.session.connection(), attack.ref)
    assert {(row["speaker"], row["damage"]) for row in record["claims"]} == {
        ("White Helmets", "moderate"),
        ("SOHR", "destroyed"),
    }


def test_a_denial_of_the_event_keeps_its_absence(work: Work, attack: Attack, speaker: Source) -> None:
    claim = say(work, attack, speaker, None, kind="occurrence", measure=None, absence="reported_none")
    assert claim.absence == "reported_none"


@pytest.mark.parametrize(
    "subjects", [(), ("attack", "situation"), ("attack", "facility"), ("attack", "facility", "situation")]
)
def test_exactly_one_subject(
    work: Work, attack: Attack, situation: Situation, speaker: Source, subjects: tuple[str, ...]
) -> None:
    refs = {"attack": attack.ref, "situation": situation.ref, "facility": factories.make_facility(work).ref}
    given = {name: refs[name] for name in subjects}
    with pytest.raises(InvalidValue, match="exactly one attack, facility or situation"):
        claims.add(
            work,
            ClaimCreate(report=report(work).ref, speaker=speaker.ref, measure="killed", number="3", **given),
        )


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"measure": None}, "say what is counted"),
        ({"measure": "strikes", "population": "child"}, "does not count people"),
        ({"facility_type": "school"}, "does not count facilities"),
        ({"number": "15-10"}, "low 15 is above high 10"),
        ({"number": "lots"}, "is not understood"),
        ({"absence": "unknown"}, "is given beside a number"),
        ({"hedge": "perhaps"}, "is not a choice"),
        ({"accumulation": "so_far"}, "is not a choice"),
        ({"basis": "guessed"}, "is not a choice"),
        ({"period": "03/04/2019"}, "period"),
        ({"kind": "means", "measure": None, "number": None}, "say what the means claim claims"),
        ({"kind": "status", "measure": None, "number": None}, "say what the status claim claims"),
        ({"kind": "conduct", "measure": None, "number": None}, "say what the conduct claim claims"),
        ({"kind": "use", "measure": None, "number": None}, "say what the use claim claims"),
        ({"kind": "occurrence", "measure": None}, "counts nothing"),
        ({"kind": "rumour"}, "is not a choice"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(
    work: Work, attack: Attack, speaker: Source, more: dict[str, Any], says: str
) -> None:
    given = {"number": "3"} | more
    with pytest.raises(InvalidValue, match=says):
        say(work, attack, speaker, **given)


def test_a_skipped_number_is_not_coded(work: Work, attack: Attack, speaker: Source) -> None:
    claim = say(work, attack, speaker, None)
    assert (claim.operator, claim.absence) == (None, "not_coded")
    assert attack.harm_absence == "not_coded"
    assert say(work, attack, speaker, None, absence="withheld").absence == "withheld"


def test_harm_that_was_spoken_of_is_coded_until_that_was_an_error(work: Work, attack: Attack, speaker: Source) -> None:
    say(work, attack, speaker, "2", measure="strikes")
    assert attack.harm_absence == "not_coded", "strikes are no harm to people"
    first, second = say(work, attack, speaker, "none"), say(work, attack, speaker, "dozens", measure="injured")
    assert attack.harm_absence is None
    claims.withdraw(work, first.ref, why="another attack", our_error=True)
    assert attack.harm_absence is None
    claims.withdraw(work, second.ref, why="another attack", our_error=True)
    assert attack.harm_absence == "not_coded"


def test_withdrawn_by_its_speaker_is_not_our_error(work: Work, attack: Attack, speaker: Source) -> None:
    theirs, ours = say(work, attack, speaker, "3"), say(work, attack, speaker, "4")
    claims.withdraw(work, theirs.ref, why="corrected on the air")
    claims.withdraw(work, ours.ref, why="typed twice", our_error=True)
    assert (theirs.withdrawn_as, ours.withdrawn_as) == ("by_speaker", "our_error")
    assert (theirs.low, theirs.withdrawn_why) == (3, "corrected on the air"), "it stays on record"
    with pytest.raises(Conflict, match="withdrawn already"):
        claims.withdraw(work, theirs.ref, why="again")
    with pytest.raises(Conflict, match="is withdrawn and stays as it was; add what is said now as a new claim"):
        claims.edit(work, theirs.ref, {"number": "4"})


def test_only_the_speaker_corrects(work: Work, attack: Attack, speaker: Source, other: Source) -> None:
    first = say(work, attack, speaker, "3")
    with pytest.raises(InvalidValue, match="two speakers' numbers stand side by side"):
        say(work, attack, other, "4", corrects=[first.ref])
    spokesman = factories.make_source(work, parent_id=speaker.id)
    later = say(work, attack, spokesman, "5", corrects=[first.ref])
    assert [(row["kind"], row["ref"]) for row in shown(work, later)["links"]] == [("corrects", first.ref)]
    assert [(row["kind"], row["ref"]) for row in shown(work, first)["linked_from"]] == [("corrects", later.ref)]
    with pytest.raises(InvalidValue, match="a share is its speaker's"):
        claims.link(work, say(work, attack, other, "1").ref, first.ref, "part_of")


def test_a_number_may_be_rescoped_to_another_subject(
    work: Work, attack: Attack, situation: Situation, speaker: Source
) -> None:
    first = say(work, attack, speaker, "50")
    wider = say(work, situation, speaker, "50", period="May 2019")
    claims.link(work, wider.ref, first.ref, "rescopes", by_speaker=True)
    assert [figure.situation_id for figure in held(work)] == [situation.id]


def test_claims_do_not_replace_one_another_in_a_circle(work: Work, attack: Attack, speaker: Source) -> None:
    first = say(work, attack, speaker, "1")
    second = say(work, attack, speaker, "2", corrects=[first.ref])
    third = say(work, attack, speaker, "3", corrects=[second.ref])
    with pytest.raises(Conflict, match="cannot replace one another"):
        claims.link(work, first.ref, third.ref, "corrects")
    with pytest.raises(Conflict, match="cannot be linked to itself"):
        claims.link(work, first.ref, first.ref, "repeats")
    with pytest.raises(Conflict, match="is recorded already"):
        claims.link(work, third.ref, second.ref, "corrects")


def test_links_are_many_to_many(work: Work, attack: Attack, speaker: Source) -> None:
    parts = [say(work, attack, speaker, number, population=who) for number, who in (("3", "child"), ("4", "woman"))]
    whole = say(work, attack, speaker, "7", corrects=[part.ref for part in parts])
    again = say(work, attack, speaker, "8", corrects=[parts[0].ref])
    assert {row["ref"] for row in shown(work, parts[0])["linked_from"]} == {whole.ref, again.ref}
    assert {row["ref"] for row in shown(work, whole)["links"]} == {part.ref for part in parts}


def test_mending_a_typing_error(work: Work, attack: Attack, speaker: Source, other: Source) -> None:
    claim = say(work, attack, speaker, "dozens")
    claims.edit(work, claim.ref, {"number": ">30", "via": other.ref, "period": "4 May 2019", "measure": "injured"})
    assert (claim.operator, claim.low, claim.words, claim.relay_id) == ("more_than", 30, None, other.id)
    claims.edit(work, claim.ref, {"number": "hundreds"})
    assert (claim.operator, claim.low, claim.words) == ("some", None, "hundreds")
    claims.edit(work, claim.ref, {"absence": "unknown"})
    assert (claim.operator, claim.absence) == (None, "unknown")
    claims.edit(work, claim.ref, {"number": "none"})
    assert claim.absence == "reported_none"
    assert claim.period_from_on is not None
    assert claim.measure_code == "injured"


def test_another_speaker_is_another_origin(work: Work, attack: Attack, speaker: Source, other: Source) -> None:
    claim = say(work, attack, speaker, "3")
    say(work, attack, speaker, "4")
    claims.edit(work, claim.ref, {"speaker": other.ref})
    assert origin(work, claim).source_id == other.id
    assert only(work).origins == 2
    paper = factories.make_source(work, "Paper")
    carried = say(work, attack, paper, "3", origin=other.ref)
    claims.edit(work, carried.ref, {"speaker": factories.make_source(work, "Other paper").ref})
    assert origin(work, carried).source_id == other.id, "an origin given apart from the speaker stays"


@pytest.mark.parametrize("key", ["attack", "report", "kind", "origin", "place", "corrects"])
def test_what_a_claim_is_cannot_be_edited(work: Work, attack: Attack, speaker: Source, key: str) -> None:
    claim = say(work, attack, speaker, "3")
    with pytest.raises(InvalidValue, match="withdraw the claim as our error"):
        claims.edit(work, claim.ref, {key: attack.ref})


def test_an_edit_that_does_not_fit_is_refused(work: Work, attack: Attack, speaker: Source) -> None:
    claim = say(work, attack, speaker, "3", population="child")
    with pytest.raises(InvalidValue, match="does not count people"):
        claims.edit(work, claim.ref, {"measure": "strikes"})
    with pytest.raises(Conflict, match="somebody changed this record"):
        claims.edit(work, claim.ref, {"note": "x"}, version=claim.version + 1)
    with pytest.raises(ValueError, match="nothing_of_the_kind"):
        claims.edit(work, claim.ref, {"nothing_of_the_kind": 1})
    assert span(only(work)) == (3, 3, 3)


def test_an_edit_leaves_the_value_before_in_the_journal(engine: Engine) -> None:
    with writing(engine, "Amal", "entry") as work:
        claim = say(work, factories.make_attack(work), factories.make_source(work), "3")
    with writing(engine, "Badr", "mistyped") as work:
        claims.edit(work, claim.ref, {"number": "30"})
        entries = work.find_all(Journal, table_name="claim", row_id=claim.id)
    assert [(entry.by, entry.action) for entry in entries] == [("Amal", "insert"), ("Badr", "update")]


def test_independence_is_judged_between_bodies(work: Work, attack: Attack, speaker: Source, other: Source) -> None:
    one, two, same = say(work, attack, speaker, "3"), say(work, attack, other, "3"), say(work, attack, speaker, "4")
    first = claims.independence(work, one.ref, two.ref, "unknown", why="nobody knows")
    second = claims.independence(work, two.ref, one.ref, "yes", why="different teams")
    assert first.revoked_at is not None
    assert (second.verdict, second.revoked_at) == ("yes", None)
    with pytest.raises(Conflict, match="one origin"):
        independent(work, one, same)
    with pytest.raises(InvalidValue, match="is not a choice"):
        claims.independence(work, one.ref, two.ref, "perhaps", why="…")
    assert second.revoked_at is None


def attribute(work: Work, attack: Attack, speaker: Source, stance: str, *actors: str) -> set[Any]:
    made = claims.attribute(
        work,
        AttributionCreate(
            attack=attack.ref, report=report(work).ref, speaker=speaker.ref, stance=stance, actors=list(actors)
        ),
    )
    return {row.actor_id for row in work.find_all(AttributionActor, attribution_id=made.id)}


def test_attributions_stand_side_by_side(work: Work, attack: Attack, speaker: Source, other: Source) -> None:
    army, air = factories.make_actor(work, "Army"), factories.make_actor(work, "Air force")
    assert attack.attribution_absence == "not_coded"
    assert attribute(work, attack, speaker, "one_of", army.ref, air.ref) == {army.id, air.id}
    attribute(work, attack, speaker, "accuses", army.ref, army.ref.lower())
    attribute(work, attack, other, "denies", army.ref)
    assert attack.attribution_absence is None
    rows = attack_records.show(work.session.connection(), attack.ref)["attributions"]
    assert {(row["speaker"], row["stance"], row["actor"]) for row in rows} == {
        ("White Helmets", "one_of", "Army"),
        ("White Helmets", "one_of", "Air force"),
        ("White Helmets", "accuses", "Army"),
        ("SOHR", "denies", "Army"),
    }
    with pytest.raises(InvalidValue, match="single actor"):
        attribute(work, attack, speaker, "one_of", army.ref)
    with pytest.raises(InvalidValue, match="is not a choice"):
        attribute(work, attack, speaker, "hints", army.ref)
    with pytest.raises(NotFound):
        attribute(work, attack, speaker, "accuses", "nobody of that name")


def test_lists(work: Work, attack: Attack, speaker: Source) -> None:
    article = report(work)
    claim = say(work, attack, speaker, "3", report=article)
    say(work, attack, speaker, "4")
    connection = work.session.connection()
    assert len(list(claim_records.list_(connection, about=attack.ref.lower()))) == 2
    assert [row["ref"] for row in claim_records.list_(connection, report=article.ref)] == [claim.ref]
    with pytest.raises(InvalidValue, match="give that of an attack, facility or situation"):
        claim_records.list_(connection, about=article.ref)


def test_what_is_said_of_a_merged_record_is_listed_with_the_one_that_stands_for_it(
    work: Work, attack: Attack, speaker: Source
) -> None:
    other = factories.make_attack(work, canonical_id=attack.id)
    said = {say(work, one, speaker, "3").ref for one in (attack, other)}
    for asked in (attack, other):
        assert {row["ref"] for row in claim_records.list_(work.session.connection(), about=asked.ref)} == said


def test_mending_a_speaker_parts_no_correction(work: Work, attack: Attack, speaker: Source, other: Source) -> None:
    first = say(work, attack, speaker, "3")
    later = say(work, attack, speaker, "5", corrects=[first.ref])
    for claim in (first, later):
        with pytest.raises(InvalidValue, match="would then be another speaker's; withdraw one of the two"):
            claims.edit(work, claim.ref, {"speaker": other.ref})
    spokesman = factories.make_source(work, parent_id=speaker.id)
    assert claims.edit(work, later.ref, {"speaker": spokesman.ref}).speaker_id == spokesman.id
    claims.withdraw(work, later.ref, why="mistyped", our_error=True)
    assert claims.edit(work, first.ref, {"speaker": other.ref}).speaker_id == other.id


@pytest.mark.parametrize("kind", ["part_of", "of_which"])
def test_a_share_counts_for_itself_when_its_whole_falls(work: Work, attack: Attack, speaker: Source, kind: str) -> None:
    whole, share = say(work, attack, speaker, "10"), say(work, attack, speaker, "4", day=5)
    claims.link(work, share.ref, whole.ref, kind)
    assert span(only(work)) == (10, 10, 10)
    later = say(work, attack, speaker, "12", corrects=[whole.ref], day=4)
    assert span(only(work)) == (4, 4, 4), "the whole is replaced; the share was published last"
    claims.withdraw(work, later.ref, why="mistyped", our_error=True)
    assert span(only(work)) == (10, 10, 10)
    claims.withdraw(work, whole.ref, why="they took it back")
    assert span(only(work)) == (4, 4, 4)


def test_the_date_of_a_report_says_which_number_is_the_latest(work: Work, attack: Attack, speaker: Source) -> None:
    early, late = report(work, 4), report(work, 5)
    say(work, attack, speaker, "3", report=early)
    say(work, attack, speaker, "7", report=late)
    assert span(only(work)) == (7, 7, 7)
    reports.edit(work, late.ref, {"published": "3 May 2019"})
    assert span(only(work)) == (3, 3, 3)


def test_origins_that_were_given_join_an_organisation_too(
    work: Work, attack: Attack, speaker: Source, other: Source
) -> None:
    paper = factories.make_source(work, "Middle East Eye")
    given = say(work, attack, paper, "3", origin=other.ref)
    own = say(work, attack, speaker, "5", day=5)
    assert span(only(work)) == (3, 5, 5)
    sources.edit(work, other.ref, {"organisation": speaker.ref})
    assert given.origin_id == own.origin_id
    assert span(only(work)) == (5, 5, 5), "one organisation, its latest number"
