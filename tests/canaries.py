"""A registry in which every field that is not for everybody carries a word of its own, and what finds such words."""

import base64
import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pikepdf
from pypdf import PdfReader

from registry.models.facilities import (
    Facility,
    FacilityCreate,
    FacilityIdentifier,
    FacilityNotice,
    FacilityPosition,
    FacilityService,
    FacilityStatus,
    FacilityUse,
)
from registry.models.happened import (
    Attack,
    AttackCreate,
    AttackFacility,
    HitFacilityCreate,
    MeansCreate,
    SituationCreate,
)
from registry.models.held import AssessmentCreate, FigureAdopt, Judgement
from registry.models.places import PlaceCreate
from registry.models.said import Artifact, AttributionCreate, ClaimCreate, Report, ReportCreate
from registry.models.who import ActorCreate, SourceCreate
from registry.services import (
    actors,
    assessing,
    attacks,
    claims,
    facilities,
    figures,
    named,
    places,
    reports,
    situations,
    sources,
)
from registry.services.work import Work

BY = "kwjournalby"
DAY = "2019-05-08"
POINTS = ((35.732819, 36.618427), (35.914753, 36.271846))
SHA256 = "5e" * 31 + "a7"

# Words that only colleagues may read, wherever they are kept.
INTERNAL_ON_PAGE = {
    "village": "Kwvillage",
    "attack summary": "kwsummary",
    "claim note": "kwclaimnote",
    "place words": "kwplacewords",
    "marked name": "Kwmarked",
    "anonymous": "Kwanonymous",
    "witness": "Kwwitness",
    "staff": "Kwstaff",
    "person": "Kwperson",
    "witness words": "kwwitnesswords",
    "confidential speaker": "Kwconfider",
    "confidential title": "kwconftitle",
    "confidential link": "kwconflink",
    "figure reason": "kwfigurereason",
    "sensitive role": "kwstaffrole",
}
NEVER_ON_PAGE = {
    "journal by": BY,
    "facility note": "kwfacilitynote",
    "identifier": "kwidentifier",
    "service": "kwservice",
    "notice channel": "kwnoticechannel",
    "notice shared": "kwnoticeshared",
    "status words": "kwstatuswords",
    "status note": "kwstatusnote",
    "attack note": "kwattacknote",
    "attack place words": "kwattackplace",
    "hit note": "kwhitnote",
    "situation note": "kwsituationnote",
    "report note": "kwreportnote",
    "outside id": "kwoutsideid",
    "file": "kwfilename",
    "captured by": "kwcapturedby",
    "translated by": "kwtranslator",
    "definition": "kwdefinition",
    "locator": "kwlocator",
    "attribution words": "kwattribution",
    "attribution note": "kwattribnote",
    "source note": "kwsourcenote",
    "rationale": "kwrationale",
    "judgement": "kwjudgement",
    "place note": "kwplacenote",
    "a village's part as its district's": "northern Kwdistrict",
}
PARTNERS_ON_PAGE = {
    "district": "Kwdistrict",
    "facility name": "Kwfacility",
    "report title": "kwtitle",
    "link": "kwlink",
    "archive": "kwarchive",
    "words": "kwclaimwords",
    "period words": "kwperiodwords",
    "situation name": "kwsituation",
    "captured hash": SHA256,
}
ON_EVERY_PAGE = {"organisation": "Kworganisation", "spokesperson": "Kwspokesperson", "governorate": "Kwgovernorate"}


def seed(work: Work) -> None:
    """Enter the registry: two governorates, one attack on two facilities, what is said of it and who says so."""
    word = {**INTERNAL_ON_PAGE, **NEVER_ON_PAGE, **PARTNERS_ON_PAGE, **ON_EVERY_PAGE}
    _places(work, word)
    _sources(work, word)
    title = word["report title"]
    article = reports.add(
        work,
        ReportCreate(publisher="Kworganisation", title=title, url=f"https://{word['link']}.example",
                     archive_url=f"https://{word['archive']}.example", published=DAY, note=word["report note"],
                     outside_id=word["outside id"]),
    )  # fmt: skip
    form = reports.add(
        work,
        ReportCreate(publisher="Kwconfider", title=word["confidential title"], kind="form_submission",
                     url=f"https://{word['confidential link']}.example", published=DAY),
    )  # fmt: skip
    _file(work, article, word)
    situation = situations.add(
        work, SituationCreate(name=word["situation name"], places=["Kwgovernorate"], when="2019-05-06/2019-05-12",
                              note=word["situation note"]),
    )  # fmt: skip
    attack = _attack(work, article.ref, situation.ref, word)
    _claims(work, attack.ref, situation.ref, (article.ref, form.ref), word)


def _places(work: Work, word: dict[str, str]) -> None:
    places.add(work, PlaceCreate(name="Kwgovernorate", level="governorate", country="SYR", pcode="SY07"))
    places.add(work, PlaceCreate(name="Second", level="governorate", country="SYR", pcode="SY05"))
    places.add(work, PlaceCreate(name=word["district"], level="district", parent="SY07"))
    places.add(work, PlaceCreate(name=word["village"], level="community", parent=word["district"],
                                 lat=POINTS[1][0], lon=POINTS[1][1], note=word["place note"]))  # fmt: skip


def _sources(work: Work, word: dict[str, str]) -> None:
    for source in (
        {"name": "Kworganisation", "kind": "rescue_service", "note": word["source note"]},
        {"name": "Kwspokesperson", "kind": "named_official", "organisation": "Kworganisation",
         "public_spokesperson": True},
        {"name": word["person"], "kind": "named_official", "organisation": "Kworganisation", "role": "duty officer"},
        {"name": word["anonymous"], "kind": "activist", "anonymous": True},
        {"name": word["witness"], "kind": "witness"},
        {"name": word["staff"], "kind": "facility_staff", "organisation": "Kworganisation",
         "role": word["sensitive role"], "public_spokesperson": True},
        {"name": word["confidential speaker"], "kind": "medical_ngo"},
    ):  # fmt: skip
        sources.add(work, SourceCreate.model_validate(source))


def _file(work: Work, report: Report, word: dict[str, str]) -> None:
    work.add(
        Artifact(report_id=report.id, sha256=SHA256, size_bytes=1, media_type="text/html", file_name=word["file"],
                 captured_at=datetime(2019, 5, 9, tzinfo=UTC), captured_by=word["captured by"])
    )  # fmt: skip


def _attack(work: Work, article: str, situation: str, word: dict[str, str]) -> Attack:
    plain, marked = (
        facilities.add(work, FacilityCreate(name=word[name], type="hospital_surgical", place=word["village"],
                                            underground=name == "marked name", note=word["facility note"]))
        for name in ("facility name", "marked name")
    )  # fmt: skip
    for facility in (plain, marked):
        _secrets(work, facility, word)
    given = AttackCreate(
        when=DAY, place=word["village"], place_words=word["attack place words"], lat=POINTS[0][0], lon=POINTS[0][1],
        situation=situation, title="kwattacktitle", summary=word["attack summary"], note=word["attack note"],
        facilities=[HitFacilityCreate(facility=plain.ref, effect="damaged"),
                    HitFacilityCreate(facility=marked.ref, effect="damaged")],
        means=[MeansCreate(type="air_strike")], reports=[article],
    )  # fmt: skip
    attack = attacks.add(work, given)
    for hit in work.find_all(AttackFacility, attack_id=attack.id):
        work.change(hit, note=word["hit note"])
    assessing.assess(work, AssessmentCreate(attack=attack.ref, grade="single_origin", why=word["rationale"]))
    other = attacks.add(work, AttackCreate(when=DAY, place=word["village"]))
    left, right = sorted((attack.id, other.id))
    work.add(Judgement(kind="attack", left_id=left, right_id=right, verdict="different", reasons=word["judgement"],
                       decided_by=BY, decided_at=work.at))  # fmt: skip
    return attack


def _secrets(work: Work, facility: Facility, word: dict[str, str]) -> None:
    lat, lon = POINTS[0]
    work.add(FacilityPosition(facility_id=facility.id, lat=lat, lon=lon, precision_code="point_10m"))
    work.add(FacilityIdentifier(facility_id=facility.id, scheme="osm", value=word["identifier"]))
    work.add(FacilityService(facility_id=facility.id, service=word["service"]))
    work.add(FacilityNotice(facility_id=facility.id, channel=word["notice channel"], shared_with=word["notice shared"]))
    work.add(
        FacilityStatus(facility_id=facility.id, observed_from_on=date(2019, 5, 11), observed_precision_code="day",
                       observed_words=word["status words"], functionality_code="fully_functioning", is_reopening=True,
                       note=word["status note"])
    )  # fmt: skip


def _claims(work: Work, attack: str, situation: str, documents: tuple[str, str], word: dict[str, str]) -> None:
    article, form = documents
    common = {"note": word["claim note"], "locator": word["locator"], "definition": word["definition"],
              "translated_by": word["translated by"]}  # fmt: skip
    first = claims.add(
        work,
        ClaimCreate(attack=attack, report=article, speaker="Kworganisation", measure="killed", number="3",
                    words=word["words"], period_words=word["period words"], place_words=word["place words"], **common),
    )  # fmt: skip
    silent, staff = word["witness words"], word["staff"]
    for speaker, report, words, via in (
        (word["person"], article, None, staff),
        ("Kwspokesperson", article, None, staff),
        (word["anonymous"], article, silent, None),
        (word["witness"], article, silent, None),
        (word["staff"], article, silent, None),
        (word["confidential speaker"], form, silent, word["confidential speaker"]),
    ):
        given = ClaimCreate(
            attack=attack, report=report, speaker=speaker, measure="killed", number="at least 2", words=words, via=via
        )
        claims.add(work, given)
    claims.add(
        work,
        ClaimCreate(situation=situation, report=article, speaker="Kworganisation", measure="facilities_hit",
                    facility_type="hospital", number="4", words=word["words"],
                    place=[word["district"], f"northern {word['village']}"]),
    )  # fmt: skip
    used = ClaimCreate(
        facility=_marked(work, word), report=article, speaker="Kworganisation", kind="use", use="military"
    )
    kept = claims.add(work, used)
    hidden = named.resolve(work, "facility", word["marked name"])
    work.add(FacilityUse(facility_id=hidden.id, use="military", claim_id=kept.id))
    figures.adopt(work, FigureAdopt(claims=[first.ref], why=word["figure reason"]))
    actors.add(work, ActorCreate(name="Some air force", kind="state_forces"))
    claims.attribute(
        work,
        AttributionCreate(attack=attack, report=article, speaker=word["witness"], actors=["Some air force"],
                          words=word["attribution words"], note=word["attribution note"]),
    )  # fmt: skip


def _marked(work: Work, word: dict[str, str]) -> str:
    ref: str = named.resolve(work, "facility", word["marked name"]).ref
    return ref


def renderings(lat: float, lon: float) -> Iterator[str]:
    """A position as people write it: with three to six decimals, a comma, Arabic digits, degrees, either order."""
    arabic = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")
    for number in (lat, lon):
        for decimals in range(3, 7):
            text = f"{number:.{decimals}f}"
            cut = f"{int(number * 10**decimals) / 10**decimals:.{decimals}f}"
            for one in {text, cut}:
                yield from (one, one.replace(".", ","), one.translate(arabic))
        degrees, minutes = int(number), number % 1 * 60
        yield f"{degrees}°{int(minutes):02}′{minutes % 1 * 60:.0f}"
        yield f"{degrees}°{minutes:.3f}"


def squeezed(text: str) -> str:
    """The text without blanks, line ends and steering characters, so that no break hides a word."""
    kept = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) not in ("Cf", "Cc"))
    return re.sub(r"\s+", "", kept).casefold()


def everything_in(pdf: bytes) -> str:
    """All that a PDF says anywhere: pages, metadata, XMP, attachments, names, annotations, tags; uncompressed."""
    pages = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    found = [pages]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for thing in opened.objects:
            found.extend(_said(thing))
        found.extend(_said(opened.trailer))
    return squeezed(" ".join(found))


def everything_in_page(html: str) -> str:
    """All that a page for the browser says, with what is to be downloaded from it."""
    kept = re.findall(r"data:(?:application/json|text/csv);base64,([\w+/=]+)", html)
    return squeezed(" ".join([html, *(base64.b64decode(one).decode() for one in kept)]))


# What draws a page has no type, and is full of numbers: 435.733 there is not the latitude 35.733.
_NUMBER = re.compile(r"(?<![\d.])\d+\.\d+")
_WHOLE_DEGREES = {str(int(degrees)) for point in POINTS for degrees in point}


def _of_a_point(number: re.Match[str]) -> str:
    """A number as it is, if its whole part is that of a secret position; else nothing."""
    return number[0] if number[0].partition(".")[0] in _WHOLE_DEGREES else ""


def _said(thing: object) -> Iterator[str]:
    if isinstance(thing, pikepdf.Stream):
        said = thing.read_bytes().decode("utf-8", "ignore")
        yield said if "/Type" in thing else _NUMBER.sub(_of_a_point, said)
    if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
        for key, value in thing.items():
            yield str(key)
            yield from _said_shallow(value)
    elif isinstance(thing, pikepdf.Array):
        for value in thing:
            yield from _said_shallow(value)
    elif isinstance(thing, pikepdf.String | pikepdf.Name):
        yield str(thing)


def _said_shallow(value: object) -> Iterator[str]:
    if not getattr(value, "is_indirect", False):
        yield from _said(value)
