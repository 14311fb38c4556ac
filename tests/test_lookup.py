"""From what people type to one record: any spelling and script; homonyms are offered, never guessed."""

import pytest

from registry import keys
from registry.errors import Ambiguous, InvalidValue, NotFound
from registry.models.facilities import FacilityCreate
from registry.models.happened import SituationCreate
from registry.models.places import Place
from registry.models.who import SourceCreate
from registry.services import facilities, lookup, matching, named, places, situations, sources
from registry.services.records import facilities as facility_records
from registry.services.records import places as place_records
from registry.services.work import Work
from tests import factories
from tests.saying import place


def find(work: Work, noun: str, text: str) -> Place:
    found: Place = named.resolve(work, noun, text)
    return found


@pytest.fixture
def idlib(work: Work) -> Place:
    place(work, "Syria", level="country", names=["سوريا"])
    return place(work, "Idlib", level="governorate", parent="Syria", pcode="sy07", names=["إدلب", "Idleb"])


@pytest.mark.parametrize(
    "text", ["Idlib", "IDLIB", " idlib ", "Idleb", "إدلب", "ادلب", "إِدْلِب", "SY07", "sy07", " SY07 "]
)
def test_any_spelling_finds_the_place(work: Work, idlib: Place, text: str) -> None:
    assert find(work, "place", text).id == idlib.id


@pytest.mark.usefixtures("idlib")
def test_homonyms_are_offered_with_their_parents(work: Work) -> None:
    place(work, "Hama", level="governorate", parent="Syria")
    one, other = place(work, "Kafr Ein", parent="Idlib"), place(work, "كفر عين", parent="Hama")
    with pytest.raises(Ambiguous) as caught:
        find(work, "place", "kafr ain")
    told = str(caught.value)
    assert all(part in told for part in (one.ref, other.ref, "community, Idlib", "community, Hama", "give the ref"))
    assert find(work, "place", one.ref).id == one.id
    assert find(work, "place", "كفر عين").id == other.id, "a name spelt exactly so comes before one that sounds alike"


@pytest.mark.parametrize("text", ["Kafranbel", "كفرنبل", "Kafr-Nabl"])
def test_one_word_for_two_finds_the_place(work: Work, idlib: Place, text: str) -> None:
    village = place(work, "Kafr Nabl", names=["كفر نبل"], parent=idlib.ref)
    assert find(work, "place", text).id == village.id


def test_a_town_does_not_hide_the_area_of_its_name(work: Work) -> None:
    place(work, "Syria", level="country")
    area = place(work, "Idleb", level="governorate", parent="Syria")  # from a list without Arabic
    town = place(work, "Idlib", parent=area.ref, names=["إدلب"])
    with pytest.raises(Ambiguous) as caught:
        find(work, "place", "إدلب")
    assert area.ref in str(caught.value)
    assert town.ref in str(caught.value)
    named.give(work, "place", area.id, ["محافظة إدلب"])
    assert find(work, "place", "إدلب").id == town.id, "now the area has a name of its own in this script"


@pytest.mark.usefixtures("idlib")
def test_of_homonyms_the_likest_is_offered_first(work: Work) -> None:
    place(work, "Dalaba", level="district", parent="Syria")
    place(work, "Delbeh", level="subdistrict", parent="Syria")
    with pytest.raises(Ambiguous) as caught:
        find(work, "place", "Idleeb")
    assert "records: Idlib (governorate, Syria)" in str(caught.value)


def test_refs_are_read_as_people_type_them(work: Work, idlib: Place) -> None:
    for text in (idlib.ref, idlib.ref.lower(), idlib.ref.replace("-", "").replace("P", "P-", 1)):
        assert find(work, "place", text).id == idlib.id


def test_a_mistyped_ref_is_told_as_such(work: Work, idlib: Place) -> None:
    wrong = idlib.ref[:-1] + ("A" if idlib.ref[-1] != "A" else "B")
    with pytest.raises(InvalidValue, match="wrong check character"):
        find(work, "place", wrong)
    with pytest.raises(InvalidValue, match="is the ref of a place"):
        find(work, "source", idlib.ref)
    with pytest.raises(NotFound, match="registry place list"):
        find(work, "place", keys.new_ref("P"))


def test_merged_records_lead_to_the_canonical_one(work: Work, idlib: Place) -> None:
    other = place(work, "Edlib", level="governorate", parent="Syria", pcode="SY0799")
    matching.judge(work, "place", idlib, other, "same", why="one governorate")
    for text in ("Edlib", other.ref, "SY0799", "Idlib"):
        assert find(work, "place", text).id == idlib.id
    assert place_records.show(work.session.connection(), "Edlib")["ref"] == idlib.ref
    matching.revoke(work, "place", idlib, other, why="two")
    assert find(work, "place", "SY0799").id == other.id


@pytest.mark.usefixtures("idlib")
def test_one_code_of_two_editions_is_offered(work: Work) -> None:
    place(work, "Idlib city", parent="Idlib", pcode="SY07", edition="2019")
    with pytest.raises(Ambiguous):
        find(work, "place", "SY07")


@pytest.mark.usefixtures("idlib")
def test_did_you_mean(work: Work) -> None:
    with pytest.raises(NotFound, match="did you mean 'Idlib'"):
        find(work, "place", "Idlibs")
    with pytest.raises(NotFound, match="add it with"):
        find(work, "place", "Xyzzy")


def test_a_part_of_a_place_and_a_place_called_so(work: Work, idlib: Place) -> None:
    assert places.with_part(work, "northern Idlib") == (idlib, "northern")
    assert places.with_part(work, "Northern Idlib") == (idlib, "northern")
    ghouta = place(work, "Eastern Ghouta", level="area", parent="Syria")
    place(work, "Ghouta", level="area", parent="Syria")
    assert places.with_part(work, "Eastern Ghouta") == (ghouta, "")
    assert places.with_part(work, "Western Ghouta")[1] == "western"
    with pytest.raises(NotFound):
        places.with_part(work, "northern Nowhere")


def test_sources_by_acronym_and_script(work: Work) -> None:
    made = sources.add(
        work,
        SourceCreate(name="Syrian Observatory for Human Rights", short="SOHR", kind="monitoring_group",
                             names=["المرصد السوري لحقوق الإنسان"]),
    )  # fmt: skip
    for text in ("sohr", "Syrian observatory for human rights", "المرصد السورى لحقوق الانسان"):
        assert find(work, "source", text).id == made.id


@pytest.mark.usefixtures("idlib")
def test_situations_by_name_in_any_case(work: Work) -> None:
    made = situations.add(work, SituationCreate(name="Offensive de l’Été à Idlib", places=["Idlib"], when="May 2019"))
    assert find(work, "situation", "OFFENSIVE DE L’ÉTÉ À IDLIB").id == made.id


@pytest.mark.usefixtures("idlib")
def test_nothing_walks_in_a_circle(work: Work) -> None:
    place(work, "Maarat", parent="Idlib")
    with pytest.raises(InvalidValue, match="within itself"):
        places.edit(work, "Idlib", {"parent": "Maarat"})
    office, person = factories.make_source(work, "Office"), factories.make_source(work, "Person")
    sources.edit(work, person.ref, {"organisation": office.ref})
    with pytest.raises(InvalidValue, match="within itself"):
        sources.edit(work, office.ref, {"organisation": person.ref})
    assert sources.organisation(work, person).id == office.id


def test_near_and_described(work: Work, idlib: Place) -> None:
    connection = work.session.connection()
    assert "Idlib" in lookup.near(connection, "place", "Idlb")
    assert lookup.near(connection, "report", "anything") == []
    key = lookup.candidates(connection, "place", "Idlib")[0]
    assert lookup.describe(connection, "place", key) == f"Idlib (governorate, Syria) {idlib.ref}"


def test_who_is_anonymous_is_not_offered(work: Work) -> None:
    add = [("Samira Khalil", True), ("Samir Khalil", False), ("Samir Khalil", True)]
    one, named_one, other = (sources.add(work, SourceCreate(name=n, kind="witness", anonymous=a)) for n, a in add)
    assert lookup.near(work.session.connection(), "source", "Samira Khali") == ["Samir Khalil"]
    with pytest.raises(Ambiguous) as caught:
        find(work, "source", "Samir Khalil")
    assert f"an anonymous source (witness) {other.ref}" in str(caught.value)
    assert f"Samir Khalil (witness) {named_one.ref}" in str(caught.value)
    assert one.ref not in str(caught.value)


@pytest.mark.parametrize(("part", "found"), [("ÉCO", ["École"]), ("%", ["100% Clinic"]), ("_", []), ("лл", ["ОЛЛО"])])
def test_part_of_a_name_in_any_script(work: Work, part: str, found: list[str]) -> None:
    village = place(work, "Basamis")
    for name in ("École", "100% Clinic", "ОЛЛО"):
        place(work, name)
        facilities.add(work, FacilityCreate(name=name, type="clinic", place=village.ref))
    connection = work.session.connection()
    assert [row["name"] for row in place_records.list_(connection, like=part)] == found
    assert [row["name"] for row in facility_records.list_(connection, like=part)] == found
