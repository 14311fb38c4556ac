"""What lists call the things that we ask for, in English, French and Arabic; and which heading of a list is which."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

# Our field, and the headings for it, best first. They are compared as sets of words: see `words`.
HEADINGS = {
    "id": (
        "event id|incident id|event_id_cnty|attack id|meta/rootuuid|uuid|osm_id|_uuid|__id|_id|id|facility id|ref|"
        "reference|event no|incident no|event number|incident number|case number|identifiant|numéro|pcode|"
        "hf code|facility code|code|رمز المنشأة|رمز|معرف"
    ),
    "running": "serial|s/n|sn|number|no|n|رقم|م",  # a number in the list, where nothing better tells its rows apart
    "country": "country iso|iso3|iso3c|iso|country code|country|pays|دولة|بلد",
    "governorate": (
        "admin 1|admin1|adm_1|adm1|governorate|province|state|region|wilaya|département|oblast|gouvernorat|admin1 name|"
        "محافظة|ولاية|إقليم"
    ),
    "district": "admin 2|admin2|adm_2|adm2|district|county|cercle|lga|locality lga|منطقة|قضاء|مديرية",
    "subdistrict": "admin 3|admin3|adm_3|adm3|subdistrict|sub district|arrondissement|ناحية",
    "community": (
        "community|town|village|city|settlement|locality|localité|ville|addr:city|location name|place name|location|"
        "place|lieu|commune|site|location/name|بلدة|قرية|مدينة|مكان|موقع|تجمع"
    ),
    "lat": "latitude|lat|@lat|gps latitude|y|خط العرض|دائرة العرض",
    "lon": "longitude|lon|lng|long|@lon|gps longitude|x|خط الطول",
    "point": "gps|coordinates|gps coordinates|coordonnées|geopoint|geolocation|lat long|إحداثيات",
    "date": (
        "date|event_date|incident date|date of attack|date of incident|date_start|attack date|start date|first day|"
        "date incident|تاريخ|تاريخ الحادثة"
    ),
    "year": "year|année|سنة|عام",
    "month": "month|mois|شهر",
    "day": "day|jour|يوم",
    "time": "time|hour|time of day|heure|وقت|ساعة",
    "name": (
        "name|facility name|name_en|facility|health facility|place name|nom|nom établissement|établissement|structure|"
        "اسم المنشأة|اسم|اسم المدرسة|اسم المستشفى|منشأة"
    ),
    "name_ar": "name_ar|name:ar|arabic name|name in arabic|nom arabe|facility name ar|health facility ar|اسم بالعربية",
    "type": (
        "facility type|type of facility|hf type|amenity|healthcare|type établissement|type structure|type|"
        "نوع المنشأة|نوع"
    ),
    "facility": (
        "facility name|name of facility|facility|school name|hospital name|nom établissement|établissement|"
        "اسم المنشأة|اسم المدرسة|منشأة"
    ),
    "facility_type": (
        "facility type|type of facility|kind of facility|target type|target|type établissement|school level|kind|type|"
        "نوع المنشأة|هدف|نوع الهدف|منشأة"
    ),
    "weapon": "weapon carried/used|weapon|weapon type|means|type of weapon|arme|نوع السلاح|سلاح",
    "attack_type": "type of attack|attack type|attack_type|type attaque|نوع الهجوم",
    "launch": "launch method|launch|launched from|delivery method|means of delivery|platform",
    "munition": "munition|munition type|type of munition|ammunition|ذخيرة|نوع الذخيرة",
    "summary": (
        "event description|description|narrative|notes|summary|details|récit|résumé|وصف|تفاصيل|ملاحظات|what happened"
    ),
    "actor": (
        "reported perpetrator name|perpetrator|actor1|actor|attacker|attributed to|armed group|auteur présumé|auteur|"
        "responsible|جهة مسؤولة|جهة الفاعلة|فاعل|مرتكب"
    ),
    "url": "url|link|source url|lien|رابط",
    "level": "admin level|level",
    "pcode": "p-code|pcode|admin2pcode|admin1pcode",
}
MEASURES = {
    "killed": "killed|deaths|death|fatalities|dead|tués|morts|décès|قتلى|قتيل|شهداء",
    "injured": "injured|wounded|injuries|blessés|جرحى|مصابين|إصابات",
    "abducted": "abducted|kidnapped|enlevés|مخطوفين|مختطفين",
    "missing": "missing|disparus|مفقودين",
}
POPULATIONS = {
    "child": "children|child|enfants|أطفال",
    "woman": "women|woman|female|femmes|نساء",
    "man": "men|man|male|hommes|رجال",
    "civilian": "civilians|civils|مدنيين",
    "health_worker": "hw|health workers|health worker|medics|personnel santé",
    "patient": "patients",
    "student": "students|pupils|élèves|طلاب",
    "educator": "teachers|educators|enseignants|معلمين",
}
LEAST, GREATEST = {"min", "low", "minimum", "least"}, {"max", "high", "maximum", "most"}
_SPARE = set(re.split(r"\|", "of|the|in|a|an|number|total|nb|de|du|des|la|le|les|l|d|et|nombre|reported|عدد|في|من"))


def words(heading: str) -> frozenset[str]:
    """The words that count of a heading: without accents, articles, plurals and what stands in brackets."""
    bare = re.sub(r"[(\[][^)\]]*[)\]]", " ", heading) if re.search(r"[(\[]\s*[^)\]]{3,}", heading) else heading
    plain = "".join(c for c in unicodedata.normalize("NFKD", bare.casefold()) if not unicodedata.combining(c))
    found = re.findall(r"[^\W_]+", plain.replace("ـ", ""))
    return frozenset(_singular(word) for word in found if word not in _SPARE) or frozenset(found)


def all_words(heading: str) -> frozenset[str]:
    """The same with what stands in brackets: Killed (children) are not all killed, nor is Killed (min) exact."""
    return words(re.sub(r"[(\[\])]", " ", heading))


def _singular(word: str) -> str:
    if len(word) > 4 and word.startswith("ال"):
        word = word[2:]
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


_WANTED = {field: [words(one) for one in spellings.split("|")] for field, spellings in HEADINGS.items()}
_MEASURES = {code: {words(one) for one in spellings.split("|")} for code, spellings in MEASURES.items()}
_NAMES = {"name", "nom", "اسم"}
_COUNTING = words("people persons all casualties which")
_POPULATIONS = {code: {words(one) for one in spellings.split("|")} for code, spellings in POPULATIONS.items()}


def best(field: str, usable: Sequence[str]) -> str | None:
    """The heading that is called most like a field; None where none is."""
    # Of `event/first_day` the question counts, and the group where that does not say enough.
    whole = {part: heading for heading in reversed(usable) for part in (words(_question(heading)), words(heading))}
    for wanted in _WANTED[field]:
        if wanted in whole:
            return whole[wanted]
    # What a server adds to each submission is no answer to a question of its form.
    asked = [heading for heading in usable if not heading.startswith("_")]
    for wanted in _WANTED[field]:
        if max(map(len, wanted)) > 2:
            near = [heading for heading in asked if wanted <= words(_question(heading))]
            if near:
                return min(near, key=lambda heading: len(words(heading)))
    return None


def is_of_names(heading: str) -> bool:
    """Whether it says that names stand under it."""
    return bool(words(heading) & _NAMES)


def is_called(field: str, heading: str) -> bool:
    """Whether the heading is a name of the field, and nothing beside it."""
    return words(heading) in _WANTED[field]


def _question(heading: str) -> str:
    return heading if " / " in heading else heading.rpartition("/")[2] or heading


def counted(headings: Iterable[str]) -> list[tuple[str, str, str]]:
    """The headings of counts, each with its measure and whom it counts, as far as it says both plainly."""
    found = []
    for heading in headings:
        asked = all_words(heading)
        for measure, spellings in _MEASURES.items():
            said = next((one for one in spellings if one <= asked), None)
            population = said and _population(asked - said)
            if population:
                found.append((heading, measure, population))
                break
    return found


def _population(rest: frozenset[str]) -> str | None:
    if rest <= _COUNTING | LEAST | GREATEST:
        return "all"
    rest -= _COUNTING
    return next((code for code, spellings in _POPULATIONS.items() if rest in spellings), None)
