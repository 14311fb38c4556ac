"""The code lists: well formed, complete where the design demands it, and mapped to the lists of others."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry import codes, paths
from registry.errors import InvalidValue, NotFound

HEADER = ["code", "parent", "label_en", "label_ar", "label_fr", "definition", "source"]
EXTRA = {
    "facility_type": ["sector"],
    "source_kind": ["is_person"],
    "measure": ["unit", "takes_population", "takes_facility_type", "kind"],
    "grade": ["scheme", "rank"],
}
MAP_HEADER = ["list", "code", "scheme", "scheme_list", "foreign_code", "foreign_label", "relation", "source"]
ARABIC = re.compile("[\u0621-\u064a]")

# What the design names, by the codes that stand for it.
DEMANDED = {
    "facility_type": """
        health hospital hospital_general hospital_surgical hospital_maternity hospital_paediatric hospital_field
        hospital_underground primary_care clinic dispensary mobile_clinic rehabilitation pharmacy laboratory blood_bank
        medical_warehouse health_office medical_transport ambulance
        civil_defence civil_defence_centre civil_defence_vehicle civil_defence_ambulance warning_post
        education school school_preschool school_primary school_secondary vocational university education_office
        shelter camp camp_displaced camp_refugee reception_centre collective_centre
        water water_station water_network sewage power power_station worship mosque church worship_other
        food market bakery food_store aid aid_office aid_warehouse protection_centre other unknown
    """,
    "attack_type": "vicinity_strike occupation siege bombardment air_strike shelling unknown",
    "launch_method": "plane helicopter drone air ground naval emplaced unspecified",
    "munition": """
        barrel_bomb aerial_bomb guided_missile bunker_buster cluster incendiary chemical thermobaric aircraft_gun
        artillery mortar rocket ground_missile shelling mine improvised_device ied_vehicle ied_worn grenade rpg
        small_arms fire other unknown
    """,
    "effect": "direct_hit damaged vicinity occupied looted obstructed searched threatened",
    "source_kind": """
        rescue_service monitoring_group un_body un_official ministry newspaper news_agency state_media armed_group
        witness medical_ngo ngo named_official unnamed health_authority education_authority investigation_body
        research_group registry
    """,
    "actor_kind": "state_forces foreign_state_forces non_state_armed_group police unknown",
    "measure": """
        killed injured missing abducted arrested displaced displacements arrivals facilities_hit facilities_damaged
        facilities_destroyed facilities_out_of_service attacks_on_facilities residential_areas_hit
        military_positions_destroyed strikes services_lost days_closed advance_repelled
    """,
    "population": """
        all civilian child woman man health_worker civil_defence_volunteer educator student patient aid_worker resident
        combatant unknown
    """,
    "grade": """
        unassessed single_origin corroborated verified contested discounted
        who_confirmed who_probable who_possible who_rumour
        airwars_confirmed airwars_fair airwars_weak airwars_contested airwars_discounted
    """,
    "basis": """
        operator_statement eyewitness geolocated_visual satellite flight_data media_only un_verified
        belligerent_admission
    """,
    "place_precision": """
        point_10m point_100m point_1km settlement subdistrict district governorate part_of_governorate country linear
        unknown
    """,
}
DATE_PRECISIONS = ["day", "range", "week", "part_of_month", "month", "season", "year", "decade", "open", "unknown"]

# The values as others print them, so that an importer finds them: (scheme, its list, our list) to values.
FOREIGN = {
    ("who_ssa", "attack_type", "attack_type"): (
        "Violence with heavy weapons (requires more than one person to use such as firearms, tanks, missiles, bombs, "
        "mortars);"
        "Violence with individual weapons (knives, bricks, clubs, guns, grenades and improvised explosive devices "
        "(IED);Psychological violence/threat of violence/intimidation;"
        "Obstruction to health care delivery (e.g. physical, administrative, legal etc);"
        "Abduction/Arrest/Detention of health personnel or patients;"
        "Armed or violent search of health care personnel, facility or transport;Assault (without weapons);"
        "Criminalization of health care;Militarization of a health care asset;"
        "Removal of health care assets (e.g. transport, supplies, materials);Setting fire;Sexual assault;"
        "Chemical agent;Unknown;Other"
    ),
    ("who_ssa", "facility_type", "facility_type"): "Primary;Secondary;Tertiary;Mobile Clinic;Pharmacy;Warehouse;Other",
    ("who_ssa", "certainty_level", "grade"): "Confirmed;Probable;Possible;Rumour",
    ("insecurity_insight", "weapon", "munition"): (
        "Firearms;Aerial Bomb: Plane;Aerial Bomb: Missile;Aerial Bomb: Drone;"
        "Aerial Bomb: No Information on Platform Type;Shelling;Artillery;Mortar;Rocket;Missile;RPG;Hand Grenade;Mine;"
        "Cluster Bomb;UXO;VBIED;SVIED;RCIED;Remote-controlled IED;Unspecified IED;Unspecified Explosive;Arson;Knife;"
        "Stones, Sticks and Gravel;Tasers, Live and Rubber Bullets;Chemical or Hot Liquid;Fist and Foot;"
        "Unarmed Perpetrator;Other Weapon;Not Applicable: No Direct Violence;No Information on the Weapon Used"
    ),
    ("insecurity_insight", "launch_type", "launch_method"): (
        "Ground-Launched;Air-Launched: Plane;Air-Launched: Drone;Air-Launched: Helicopter;"
        "Air-Launched: No Information on Platform Type;Directly-Emplaced;UXO;Unspecified Launch Method"
    ),
    ("insecurity_insight", "perpetrator", "actor_kind"): (
        "Armed Forces of Government/Self-Declared Government;NSA;Foreign Forces: Military;Police;Multiple;Criminal;"
        "Civilian;Government/Self-Declared Government;Vigilante;Protestors;Employee;Patient or Family;"
        "Donor Government;Political Party;Other;No Information"
    ),
    ("insecurity_insight", "education_facility", "facility_type"): (
        "Pre-School;Primary School;Secondary School;School: No Further Details;University;Other School Infrastructure"
    ),
    ("insecurity_insight", "geo_precision", "place_precision"): "2;3;4;5;6;7",
    ("acled", "time_precision", "date_precision"): "1;2;3",
    ("acled", "geo_precision", "place_precision"): "1;2;3",
    ("ucdp", "date_prec", "date_precision"): "1;2;3;4;5",
    ("ucdp", "where_prec", "place_precision"): "1;2;3;4;5;6;7",
    ("herams", "functionality", "functionality"): "A1;A2;A3;unknown",
    ("herams", "accessibility", "accessibility"): "A1;A2;A3;unknown",
    ("herams", "building_condition", "damage"): "A1;A2;A3;A4;A5;unknown",
    ("healthsites", "amenity", "facility_type"): "clinic;doctors;hospital;dentist;pharmacy",
    ("airwars", "grading", "grade"): "Confirmed;Fair;Weak;Contested;Discounted",
}
# Mapped, some of them only the way out, where the foreign code is broader than any code of ours. Of the locations, Open
# Space, Checkpoint, Administration, Communication and Ship/Water are no facilities and have no counterpart.
MENTIONED = {
    ("insecurity_insight", "location"): (
        "Health Building;Road;Home;Project Site;Compound/Office Building;IDP/Refugee Camp;Warehouse;Public Building;"
        "School;Police Station;Airstrip;Other;No Information"
    ),
    ("acled", "sub_event_type"): (
        "Chemical weapon;Air/drone strike;Suicide bomb;Shelling/artillery/missile attack;"
        "Remote explosive/landmine/IED;Grenade;Sexual violence;Attack;Abduction/forced disappearance;"
        "Looting/property destruction"
    ),
    ("acled", "inter"): "1;2;3;4;5;6;7;8",
    ("hxl", "hashtag"): (
        "#affected+killed;#affected+injured;#affected+abducted;#affected+displaced;#affected+children+killed;"
        "#affected+f+killed;#affected+healthworker+killed;#indicator+health_facility+destroyed+num;"
        "#indicator+health_facility+damaged+num;#indicator+health_facility+armed_entry+num;"
        "#indicator+health_facility+occupy+num"
    ),
}


def raw(name: str) -> tuple[list[str], list[list[str]]]:
    with (paths.CODELISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file, strict=True)
    return header, body


def ways_in(scheme: str, scheme_list: str) -> Iterator[tuple[str, str, str]]:
    for row in codes.code_map():
        if (row["scheme"], row["scheme_list"]) == (scheme, scheme_list) and row["relation"] != "broader":
            yield str(row["list"]), str(row["foreign_code"]), str(row["code"])


def test_every_list_has_its_file() -> None:
    assert {*codes.LISTS, "code_map"} <= {file.stem for file in paths.CODELISTS.glob("*.csv")}


@pytest.mark.parametrize("name", [*codes.LISTS, "code_map"])
def test_files_are_utf8_with_plain_line_ends_and_full_rows(name: str) -> None:
    content = (paths.CODELISTS / f"{name}.csv").read_bytes()
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\n")
    header, body = raw(name)
    assert header == (MAP_HEADER if name == "code_map" else HEADER + EXTRA.get(name, []))
    assert body
    for cells in body:
        assert len(cells) == len(header), cells
        assert all(cell == cell.strip() and "  " not in cell for cell in cells), cells


@pytest.mark.parametrize("name", codes.LISTS)
def test_codes_are_unique_and_well_formed(name: str) -> None:
    found = [row["code"] for row in codes.rows(name)]
    assert len(found) == len(set(found))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", str(code)) for code in found)


@pytest.mark.parametrize("name", codes.LISTS)
def test_parents_exist_come_first_and_no_list_is_deeper_than_three_levels(name: str) -> None:
    level: dict[str | None, int] = {None: 0}
    for row in codes.rows(name):
        level[row["code"]] = level[row["parent"]] + 1
    assert max(level.values()) <= 3
    assert len(level) == len(raw(name)[1]) + 1


@pytest.mark.parametrize("name", codes.LISTS)
def test_every_code_has_a_sentence_a_source_and_labels_in_three_languages(name: str) -> None:
    for row in codes.rows(name):
        assert row["source"], row
        assert str(row["definition"]).endswith("."), row
        assert "[M]" not in "".join(str(cell) for cell in row.values())
        assert all(row[f"label_{language}"] for language in codes.LANGUAGES), row
        assert ARABIC.search(str(row["label_ar"])), row
        assert not ARABIC.search(f"{row['label_en']}{row['label_fr']}"), row


@pytest.mark.parametrize("name", codes.LISTS)
@pytest.mark.parametrize("language", codes.LANGUAGES)
def test_no_two_codes_of_a_list_read_alike(name: str, language: str) -> None:
    read = Counter(label.casefold() for label in codes.labels(name, language).values())
    assert [label for label, times in read.items() if times > 1] == []


@pytest.mark.parametrize("name", DEMANDED)
def test_the_codes_that_the_design_demands_are_there(name: str) -> None:
    assert set(DEMANDED[name].split()) <= set(codes.labels(name, "en"))


def test_date_precisions_are_exactly_those_that_dates_are_read_with() -> None:
    assert [row["code"] for row in codes.rows("date_precision")] == DATE_PRECISIONS


def test_facility_types_carry_the_sector_of_their_top_code() -> None:
    sector = {row["code"]: row["sector"] for row in codes.rows("facility_type")}
    assert set(sector.values()) == {"health", "education", "civil_defence", "other"}
    for row in codes.rows("facility_type"):
        if row["parent"]:
            assert row["sector"] == sector[row["parent"]], row
    assert codes.children("facility_type", "civil_defence") == {c for c, s in sector.items() if s == "civil_defence"}
    assert {sector[top] for top in ("health", "education", "civil_defence")} == {"health", "education", "civil_defence"}


def test_measures_say_what_they_take() -> None:
    units = {"persons", "movements", "facilities", "attacks", "areas", "positions", "vehicles", "services", "days"}
    for row in codes.rows("measure"):
        assert row["unit"] in units, row
        assert row["kind"] in {"stock", "flow", "count"}, row
        assert {row["takes_population"], row["takes_facility_type"]} <= {"0", "1"}, row
        assert (row["takes_population"] == "1") == (row["unit"] == "persons" or row["code"] == "displacements"), row
    unit = {row["code"]: row["unit"] for row in codes.rows("measure")}
    assert unit["displaced"] != unit["displacements"]
    assert unit["facilities_hit"] != unit["attacks_on_facilities"]


def test_grading_schemes_are_kept_apart() -> None:
    prefix = {"registry": "", "who_ssa": "who_", "airwars": "airwars_"}
    ranks: dict[str, list[int]] = {scheme: [] for scheme in prefix}
    for row in codes.rows("grade"):
        scheme = str(row["scheme"])
        ranks[scheme].append(int(str(row["rank"])))
        assert str(row["code"]).startswith(prefix[scheme])
        assert scheme != "registry" or not re.match("who_|airwars_", str(row["code"]))
    assert all(len(set(values)) == len(values) for values in ranks.values())


def test_persons_among_the_sources_are_marked() -> None:
    person = {row["code"]: row["is_person"] for row in codes.rows("source_kind")}
    assert set(person.values()) == {"0", "1"}
    assert {person[code] for code in ("witness", "named_official", "un_official", "unnamed", "unknown")} == {"1"}
    assert {person[code] for code in ("rescue_service", "un_body", "state_media", "registry")} == {"0"}


def test_a_barrel_bomb_from_a_helicopter_can_be_said() -> None:
    assert codes.check_code("attack_type", "air_strike") in codes.children("attack_type", "heavy_weapons")
    assert codes.check_code("launch_method", "helicopter") in codes.children("launch_method", "air")
    assert codes.check_code("munition", "barrel_bomb") in codes.children("munition", "aerial_bomb")


def test_code_map_names_our_codes_and_repeats_nothing() -> None:
    seen: Counter[tuple[str | None, ...]] = Counter()
    for row in codes.code_map():
        assert codes.check_code(str(row["list"]), str(row["code"]))
        assert row["relation"] in {"exact", "broader", "narrower"}, row
        assert all(row.values()), row
        seen[tuple(row[column] for column in MAP_HEADER[:5])] += 1
    assert [key for key, times in seen.items() if times > 1] == []


def test_a_foreign_value_leads_to_one_code_of_each_list() -> None:
    ways = Counter(
        (row["scheme"], row["scheme_list"], row["foreign_code"], row["list"])
        for row in codes.code_map()
        if row["relation"] != "broader"
    )
    assert [key for key, times in ways.items() if times > 1] == []


@pytest.mark.parametrize(("scheme", "scheme_list", "ours"), FOREIGN)
def test_foreign_values_have_a_way_in(scheme: str, scheme_list: str, ours: str) -> None:
    known = {value for name, value, _ in ways_in(scheme, scheme_list) if name == ours}
    assert set(FOREIGN[scheme, scheme_list, ours].split(";")) - known == set()


@pytest.mark.parametrize(("scheme", "scheme_list"), MENTIONED)
def test_foreign_values_are_mapped(scheme: str, scheme_list: str) -> None:
    known = {
        row["foreign_code"] for row in codes.code_map() if (row["scheme"], row["scheme_list"]) == (scheme, scheme_list)
    }
    assert set(MENTIONED[scheme, scheme_list].split(";")) - known == set()


def test_confirmed_of_one_scheme_is_not_confirmed_of_another() -> None:
    assert ("grade", "Confirmed", "who_confirmed") in ways_in("who_ssa", "certainty_level")
    assert ("grade", "Confirmed", "airwars_confirmed") in ways_in("airwars", "grading")


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("facility_type", "hospitl", "hospital"),
        ("facility_type", "Field hospital", "hospital_field"),
        ("facility_type", "مستشفى", "hospital"),
        ("facility_type", "مركز دفاع مدني", "civil_defence_centre"),
        ("munition", "Baril explosif", "barrel_bomb"),
        ("measure", "days-closed", "days_closed"),
    ],
)
def test_a_wrong_code_is_answered_with_the_one_meant(name: str, typed: str, meant: str) -> None:
    with pytest.raises(NotFound, match=f"no {name} code") as caught:
        codes.check_code(name, typed)
    assert caught.value.near[0] == meant


def test_a_hopeless_code_is_answered_with_where_to_look() -> None:
    with pytest.raises(NotFound, match="registry code list facility_type"):
        codes.check_code("facility_type", "qqq")


def test_a_wrong_list_or_language_is_said() -> None:
    with pytest.raises(NotFound, match="did you mean 'facility_type'"):
        codes.rows("facilty_type")
    with pytest.raises(InvalidValue, match=r"add the column label_de to grade\.csv"):
        codes.labels("grade", "de")


def test_what_is_handed_out_may_be_changed_without_harm() -> None:
    codes.rows("grade")[0]["code"] = "spoilt"
    codes.code_map()[0]["code"] = "spoilt"
    assert "spoilt" not in {row["code"] for row in [*codes.rows("grade"), *codes.code_map()]}


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A list of effects as somebody may have edited it, in a folder of its own."""
    monkeypatch.setattr(paths, "CODELISTS", tmp_path)
    codes._load.cache_clear()
    yield tmp_path / "effect.csv"
    codes._load.cache_clear()


def test_a_child_may_stand_before_its_parent_in_the_file(edited: Path) -> None:
    edited.write_text("\ufeffcode,parent\nchild,mother\nmother,\n", encoding="utf-8")
    assert [row["code"] for row in codes.rows("effect")] == ["mother", "child"]


@pytest.mark.parametrize("body", ["one,two\ntwo,one\n", "one,nobody\n"])
def test_parents_in_a_circle_or_missing_are_refused(edited: Path, body: str) -> None:
    edited.write_text(f"code,parent\n{body}", encoding="utf-8")
    with pytest.raises(InvalidValue, match=r"effect\.csv: the parent"):
        codes.rows("effect")
