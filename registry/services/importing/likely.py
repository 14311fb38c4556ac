"""Which code of ours a list's word is most like: a guess for a draft that a person reads."""

import re
import unicodedata
from functools import cache

from registry import codes, names
from registry.services.importing.given import MEANS

# Common words that are neither a label of ours nor in `code_map.csv`.
_FACILITY_TYPES = {
    "hospital": "مشفى|مستشفى|hospitals",
    "primary_care": (
        "phc|phcc|phcu|primary health care|primary health centre|primary health center|health centre|health center|"
        "مركز صحي|مركز رعاية صحية|cscom|centre de santé|csi"
    ),
    "health_post": "health post|medical point|first aid post|نقطة طبية|poste de santé",
    "dispensary": "مستوصف|dispensaire",
    "ambulance_station": "مركز إسعاف|منظومة إسعاف",
    "ambulance": "سيارة إسعاف|إسعاف|ambulances",
    "clinic": "عيادة|clinique|polyclinic|clinics",
    "pharmacy": "صيدلية|pharmacie",
    "school": "مدرسة|école|schools|khalwa|madrasa",
    "school_primary": "primary|primary school|école primaire|primaire|مدرسة ابتدائية",
    "school_secondary": "secondary|secondary school|lycée|collège|high school|مدرسة ثانوية",
    "school_preschool": "kindergarten|nursery|روضة|maternelle",
    "university": "university|جامعة|université",
    "civil_defence_centre": "civil defence|civil defense|white helmets|white helmets centre|مركز دفاع مدني|دفاع مدني",
    "hospital_field": "field hospital|مشفى ميداني",
}
_MEANS = {
    "{attack_type: air_strike}": (
        "airstrike|air strike|airstrikes|air attack|aerial bombardment|air dropped|bombing from the air|غارة|غارة جوية|"
        "غارات|قصف جوي|frappe aérienne|raid aérien|bombardement aérien"
    ),
    "{attack_type: air_strike, munition: barrel_bomb}": "barrel bomb|barrel bombs|barrel|براميل متفجرة|برميل متفجر",
    "{attack_type: shelling}": "shelling|artillery shelling|قصف|قصف مدفعي|pilonnage|bombardement",
    "{attack_type: shelling, munition: artillery}": "artillery|مدفعية|artillerie",
    "{attack_type: shelling, munition: mortar}": "mortar|mortars|هاون|mortier",
    "{attack_type: shelling, munition: rocket}": "rocket|rockets|rocket fire|صواريخ|صاروخ|راجمات|roquette|roquettes",
    "{attack_type: heavy_weapons, munition: cluster}": "cluster|cluster munition|cluster munitions|قنابل عنقودية",
    "{attack_type: missile_strike}": "missile|missiles|صاروخ باليستي",
    "{attack_type: drone_strike}": "drone|uav|drone strike|طائرة مسيرة|مسيرة|drones",
    "{attack_type: shooting}": "shooting|small arms|gunfire|إطلاق نار|tirs",
    "{attack_type: ied_attack}": "ied|car bomb|vbied|عبوة ناسفة|سيارة مفخخة",
}  # fmt: skip


def facility_type(word: str) -> tuple[str | None, str]:
    """The type, if any is like the word, and a comment where that is a guess."""
    known = _spellings(tuple(_FACILITY_TYPES.items())).get(_joined(word))
    return (known, "") if known else _code("facility_type", word)


def means(word: str) -> tuple[str | None, str]:
    """The parts of a means as a mapping has them, if any is like the word, and a comment where that is a guess."""
    known = _spellings(tuple(_MEANS.items())).get(_joined(word))
    if known:
        return known, ""
    guesses = {key: guess for key in MEANS if (guess := means_part(key, word))[0]}
    sure = {key: code for key, (code, doubt) in guesses.items() if not doubt}
    if sure:
        return f"{{{', '.join(f'{key}: {code}' for key, code in sure.items())}}}", ""
    return next(((f"{{{key}: {code}}}", doubt) for key, (code, doubt) in guesses.items()), (None, ""))


def means_part(key: str, word: str) -> tuple[str | None, str]:
    """The same for one part of it: `attack_type`, `launch` or `munition`."""
    return _code(MEANS[key], word)


@cache
def _spellings(table: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {_joined(spelling): code for code, spellings in table for spelling in spellings.split("|")}


def _code(list_name: str, word: str) -> tuple[str | None, str]:
    """The code of a list whose label is most like a word."""
    labels = {label: code for language in codes.LANGUAGES for code, label in codes.labels(list_name, language).items()}
    spelt = _joined(word)
    direct = next((code for label, code in labels.items() if spelt in (_joined(code), _joined(_bare(label)))), None)
    if direct:
        return direct, ""
    script = names.script_of(word)  # labels are translated, not spelt in other letters
    near = names.near(word, [label for label in labels if names.script_of(label) == script])
    return (labels[near[0]], "  # a guess") if near else (None, "")


def _bare(label: str) -> str:
    """A label without what is said in brackets, such as that the kind is not specified."""
    return re.sub(r" ?\(.*\)", "", label)


def _joined(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in plain if c.isalnum())
