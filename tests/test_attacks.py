"""Attacks: what is not filled in says so, nothing is recorded twice or lost, and what is withdrawn stays on record."""

from datetime import date, time
from typing import Any

import pytest

from registry.errors import Conflict, InvalidValue, RegistryError
from registry.models.facilities import Facility
from registry.models.happened import Attack, AttackCreate, AttackFacility, AttackMeans, HitFacilityCreate
from registry.models.places import Place
from registry.services import attacks, findings, matching
from registry.services.records import attacks as attack_records
from registry.services.work import Work
from tests import factories
from tests.saying import place, say


@pytest.fixture(autouse=True)
def places(work: Work) -> None:
    place(work, "Syria", level="country")
    place(work, "Idlib", level="governorate", parent="Syria", pcode="SY07")
    place(work, "Kafr Ein", parent="Idlib")
    place(work, "Hama", level="governorate", parent="Syria")


def add(work: Work, **given: Any) -> Attack:
    return attacks.add(work, AttackCreate.model_validate({"place": "Kafr Ein", "when": "2019-05-04"} | given))


def show(work: Work, attack: Attack) -> dict[str, Any]:
    return attack_records.show(work.session.connection(), attack.ref)


def absences(attack: Attack) -> list[str | None]:
    return [getattr(attack, f"{part}_absence") for part in ("facilities", "means", "harm", "attribution")]


def test_what_nobody_filled_in_is_not_coded(work: Work) -> None:
    attack = add(work)
    assert absences(attack) == ["not_coded"] * 4
    assert (attack.state, attack.place_precision_code, attack.occurred_precision_code) == ("draft", "settlement", "day")


def test_what_is_filled_in_has_no_absence(work: Work) -> None:
    attack = add(work, facilities=[{"unnamed": "clinic"}], means=[{"type": "air_strike"}], harm_absence="not_reported")
    assert absences(attack) == [None, None, "not_reported", "not_coded"]


def test_an_absence_beside_what_there_is_is_refused(work: Work) -> None:
    with pytest.raises(InvalidValue, match="means are given too"):
        add(work, means=[{"type": "air_strike"}], means_absence="unknown")
    attack = add(work, facilities=[{"unnamed": "clinic"}])
    with pytest.raises(InvalidValue, match="facilities are given too"):
        attacks.edit(work, attack.ref, {"facilities_absence": "unknown"})
    attacks.edit(work, attack.ref, {"means_absence": "unknown"})
    assert attack.means_absence == "unknown"
    attacks.edit(work, attack.ref, {"means_absence": None, "facilities_absence": None})
    assert absences(attack)[:2] == [None, "not_coded"], "what is emptied of its reason is not blank"


def test_a_month_or_no_day_at_all(work: Work) -> None:
    month, never = add(work, when="May 2019"), add(work, when=None)
    assert (str(month.occurred_from_on), str(month.occurred_to_on)) == ("2019-05-01", "2019-05-31")
    assert (never.occurred_from_on, never.occurred_precision_code, never.occurred_basis) == (
        None,
        "unknown",
        "not_stated",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"when": "2999-01-01"},
        {"time": "25:00"},
        {"time": "noon"},
        {"lat": 48.9, "lon": 2.3},
        {"lat": 35.6},
        {"country": "XXX"},
        {"basis": "guessed"},
        {"facilities": [{"effect": "damaged"}]},
        {"facilities": [{"facility": "x", "unnamed": "clinic"}]},
    ],
    ids=str,
)
def test_bad_input_is_refused(work: Work, wrong: dict[str, Any]) -> None:
    with pytest.raises(RegistryError) as caught:
        add(work, **wrong)
    assert caught.value.exit_code in (2, 3)


def test_each_unnamed_facility_is_a_placeholder_of_its_own(work: Work) -> None:
    attack = add(work, facilities=[{"unnamed": "clinic"}, {"unnamed": "clinic"}, {"unnamed": "school"}])
    record = show(work, attack)
    assert (record["named_facilities"], record["unnamed_facilities"]) == (0, 3)
    assert all(row.is_placeholder for row in work.find_all(Facility))
    assert sorted(row["type"] for row in record["facilities"]) == ["clinic", "clinic", "school"]
    assert all(row["name"].startswith("unnamed ") for row in record["facilities"])


def test_the_same_facility_or_means_twice_is_refused(work: Work) -> None:
    hospital = factories.make_facility(work)
    attack = add(work, facilities=[{"facility": hospital.ref}], means=[{"type": "air_strike"}])
    with pytest.raises(Conflict, match="recorded with this attack already"):
        findings.add_facility(work, attack, HitFacilityCreate(facility=hospital.ref))
    with pytest.raises(Conflict, match="recorded with"):
        attacks.edit(work, attack.ref, {"means": [{"type": "air_strike"}]})
    attacks.edit(work, attack.ref, {"means": [{"type": "air_strike", "munition": "barrel_bomb"}]})
    assert len(work.find_all(AttackMeans)) == 2


def test_withdrawing_keeps_the_record(work: Work) -> None:
    attack = add(work, facilities=[{"unnamed": "clinic"}])
    say(work, attack, factories.make_source(work), "3")
    with pytest.raises(InvalidValue, match="why"):
        attacks.withdraw(work, attack.ref, why="  ")
    attacks.withdraw(work, attack.ref, why="it was an earthquake")
    record = show(work, attack)
    assert (record["state"], record["withdrawn_why"], len(record["claims"])) == ("withdrawn", "it was an earthquake", 1)
    assert list(attack_records.list_(work.session.connection())) == []
    with pytest.raises(Conflict, match="withdrawn already"):
        attacks.withdraw(work, attack.ref, why="again")
    with pytest.raises(Conflict, match="it stays as it was"):
        attacks.edit(work, attack.ref, {"title": "Strike"})


def test_an_attack_does_not_lie_within_itself(work: Work) -> None:
    whole, strike = add(work), add(work)
    attacks.link(work, strike.ref, whole.ref, "part_of")
    assert strike.parent_id == whole.id
    with pytest.raises(InvalidValue, match="within itself"):
        attacks.link(work, whole.ref, strike.ref, "part_of")
    with pytest.raises(InvalidValue, match="within itself"):
        attacks.edit(work, whole.ref, {"parent": strike.ref})
    with pytest.raises(InvalidValue, match="within itself"):
        attacks.edit(work, whole.ref, {"parent": whole.ref})
    with pytest.raises(Conflict, match="linked to itself"):
        attacks.link(work, whole.ref, whole.ref, "same_series")
    with pytest.raises(Conflict, match="recorded already"):
        attacks.link(work, strike.ref, whole.ref, "part_of")
    attacks.edit(work, strike.ref, {"parent": None})
    assert strike.parent_id is None


def found(work: Work, **given: Any) -> list[str]:
    wanted = {"place": "Kafr Ein", "when": "2019-05-04"} | given
    return [row["ref"] for row in attack_records.likely_duplicates(work.session.connection(), **wanted)]


def test_likely_duplicates_are_near_in_time_and_place(work: Work) -> None:
    known = add(work)
    assert found(work) == [known.ref]
    assert found(work, when="2019-05-05") == [known.ref]
    assert found(work, when="May 2019") == [known.ref]
    assert found(work, when="2019-05-06") == []
    assert found(work, place="Idlib") == [known.ref], "an attack somewhere in Idlib may be the one in Kafr Ein"
    assert found(work, place="Hama") == []
    assert found(work, when=None) == []
    attacks.withdraw(work, known.ref, why="typed twice")
    assert found(work) == []


def test_likely_duplicates_share_a_type_or_have_none(work: Work) -> None:
    hit, none = add(work, facilities=[{"unnamed": "clinic"}]), add(work)
    assert set(found(work)) == {hit.ref, none.ref}
    assert set(found(work, types=("clinic",))) == {hit.ref, none.ref}
    assert set(found(work, types=("health",))) == {hit.ref, none.ref}, "a clinic is a health facility"
    assert found(work, types=("school",)) == [none.ref]


def test_likely_duplicates_come_once_for_merged_records(work: Work) -> None:
    one, other = add(work), add(work)
    matching.judge(work, "attack", one, other, "same", why="one strike")
    assert found(work) == [one.ref]


def test_a_merged_attack_loses_nothing(work: Work) -> None:
    hospital, school = factories.make_facility(work), factories.make_facility(work, type_code="school")
    one = add(work, facilities=[{"facility": hospital.ref}], means=[{"type": "air_strike"}])
    other = add(work, facilities=[{"facility": hospital.ref}, {"facility": school.ref}, {"unnamed": "clinic"}])
    speaker, second = factories.make_source(work), factories.make_source(work)
    say(work, one, speaker, "3")
    say(work, other, speaker, "3")
    say(work, other, second, "4")
    matching.judge(work, "attack", one, other, "same", why="one strike")
    record = show(work, one)
    assert (record["named_facilities"], record["unnamed_facilities"]) == (2, 1)
    assert (record["claims"] and len(record["claims"]), record["origins"]) == (3, 2)
    assert [row["ref"] for row in record["same_as"]] == [other.ref]
    assert [row["ref"] for row in attack_records.list_(work.session.connection())] == [one.ref]
    assert show(work, other)["ref"] == one.ref, "the ref of a merged record leads to its canonical one"
    matching.revoke(work, "attack", one, other, why="two strikes")
    assert (show(work, one)["named_facilities"], show(work, other)["named_facilities"]) == (1, 2)


def test_a_live_attack_is_not_hidden_behind_a_withdrawn_one(work: Work) -> None:
    gone, live = add(work), add(work)
    attacks.withdraw(work, gone.ref, why="wrong day")
    matching.judge(work, "attack", gone, live, "same", why="entered again with the right day")
    assert (gone.canonical_id, live.canonical_id) == (live.id, None)
    assert [row["ref"] for row in attack_records.list_(work.session.connection())] == [live.ref]


def test_one_facility_on_two_records_is_named_once(work: Work) -> None:
    one, other = factories.make_facility(work), factories.make_facility(work)
    attack = add(work, facilities=[{"facility": one.ref}, {"facility": other.ref}])
    matching.judge(work, "facility", one, other, "same", why="two spellings")
    assert show(work, attack)["named_facilities"] == 1
    assert len(work.find_all(AttackFacility)) == 2


def test_editing_a_place_checks_the_position_again(work: Work) -> None:
    place(work, "Amman", country="JOR")
    attack = add(work, lat=35.6, lon=36.6)
    with pytest.raises(InvalidValue):
        attacks.edit(work, attack.ref, {"place": "Amman"})
    assert attack.country == "SYR"


def test_lists_within_a_place_and_a_period(work: Work) -> None:
    attack = add(work)
    connection = work.session.connection()
    day = date(2019, 5, 4)
    assert [row["ref"] for row in attack_records.list_(connection, place="SY07", first=day, last=day)] == [attack.ref]
    assert list(attack_records.list_(connection, place="Hama")) == []
    assert list(attack_records.list_(connection, first=date(2019, 5, 5))) == []


def test_a_strike_has_no_strikes_of_its_own(work: Work) -> None:
    whole, strike, third = (factories.make_attack(work) for _ in range(3))
    attacks.link(work, strike.ref, whole.ref, "part_of")
    for refused in (
        lambda: attacks.link(work, third.ref, strike.ref, "part_of"),
        lambda: attacks.edit(work, third.ref, {"parent": strike.ref}),
        lambda: attacks.add(work, AttackCreate(place=work.get(Place, whole.place_id).ref, parent=strike.ref)),
    ):
        with pytest.raises(InvalidValue, match=f"is a strike of {whole.ref} itself; give the parent attack"):
            refused()
    with pytest.raises(InvalidValue, match="has strikes of its own"):
        attacks.edit(work, whole.ref, {"parent": third.ref})
    assert attacks.edit(work, third.ref, {"parent": whole.ref}).parent_id == whole.id


def test_a_withdrawn_record_does_not_hide_its_twin(work: Work) -> None:
    first, second = factories.make_attack(work), factories.make_attack(work)
    matching.judge(work, "attack", first, second, "same", why="same hour, same clinic")
    assert second.canonical_id == first.id
    attacks.withdraw(work, first.ref, why="entered twice")
    assert first.canonical_id == second.id
    assert second.canonical_id is None


def test_the_time_of_an_attack_is_local(work: Work) -> None:
    attack = factories.make_attack(work)
    for text in ("14:30+03:00", "14:30Z"):
        with pytest.raises(InvalidValue, match="write the local time"):
            attacks.edit(work, attack.ref, {"time": text})
    assert attacks.edit(work, attack.ref, {"time": "14:30"}).time_of_day == time(14, 30)
