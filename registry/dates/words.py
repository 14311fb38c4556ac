"""The words of dates in English, French and Arabic, as data.

Each table maps a meaning to its spellings, separated by `|`. They are compared folded (see `fold`), so capitals,
accents and hamzas need not be listed.
"""

import re
import unicodedata

MONTHS: dict[int, str] = {
    1: "january|jan|janvier|janv|كانون الثاني|كانون ثاني|كانون ثان|يناير|جانفي",
    2: "february|feb|février|fév|févr|شباط|فبراير|فيفري",
    3: "march|mar|mars|آذار|مارس",
    4: "april|apr|avril|avr|نيسان|أبريل|أفريل",
    5: "may|mai|أيار|مايو|ماي|مايس",
    6: "june|jun|juin|حزيران|يونيو|يونيه|جوان",
    7: "july|jul|juillet|juil|تموز|يوليو|يوليه|جويلية|يوليوز",
    8: "august|aug|août|آب|أغسطس|أوت|غشت",
    9: "september|sept|sep|septembre|أيلول|سبتمبر|شتنبر",
    10: "october|oct|octobre|تشرين الأول|تشرين أول|أكتوبر",
    11: "november|nov|novembre|تشرين الثاني|تشرين ثاني|تشرين ثان|نوفمبر|نونبر",
    12: "december|dec|décembre|déc|كانون الأول|كانون أول|ديسمبر|دجنبر",
}
"""English and French, full and short; Levantine, Iraqi, Egyptian and Gulf, Algerian and Tunisian, Moroccan Arabic."""

HALF_MONTHS = {"كانون": ("كانون الثاني (1)", "كانون الأول (12)"), "تشرين": ("تشرين الأول (10)", "تشرين الثاني (11)")}
"""Levantine names of two months each, when the second word is missing."""

HIJRI_MONTHS = (
    "muharram|safar|rabi|jumada|rajab|shaban|sha'ban|ramadan|shawwal|dhul|zul|mouharram|chaabane|chaoual|"
    "محرم|صفر|ربيع الأول|ربيع أول|ربيع الآخر|ربيع الثاني|جمادى|جمادي|رجب|شعبان|رمضان|شوال|ذو القعدة|ذي القعدة|"
    "ذو الحجة|ذي الحجة"
)
"""Recognised only to say why they are refused: the day depends on who saw the moon."""

WEEKDAYS: dict[int, str] = {
    0: "monday|mon|lundi|الاثنين|الإثنين",
    1: "tuesday|tues|tue|mardi|الثلاثاء",
    2: "wednesday|wed|mercredi|الأربعاء",
    3: "thursday|thurs|thur|thu|jeudi|الخميس",
    4: "friday|fri|vendredi|الجمعة",
    5: "saturday|sat|samedi|السبت",
    6: "sunday|sun|dimanche|الأحد",
}

PARTS: dict[str, str] = {
    "early": "early|beginning|start|début|أوائل|مطلع|بداية",
    "mid": "mid|middle|mi|milieu|منتصف|أواسط",
    "late": "late|end|fin|أواخر|نهاية",
}

SEASONS: dict[int, str] = {
    21: "spring|printemps|ربيع",
    22: "summer|été|صيف",
    23: "autumn|fall|automne|خريف",
    24: "winter|hiver|شتاء",
}

BOUNDS: dict[str, str] = {
    "before": "before|prior to|avant|قبل",
    "until": "until|till|by|up to|no later than|jusque|jusqu au|jusqu en|jusqu a|au plus tard|حتى|وحتى|لغاية|بحلول",
    "after": "after|après|بعد",
    "since": "since|from|depuis|à partir de|à partir du|à partir d|منذ|من|اعتبارا من|ابتداء من",
    "onwards": "onwards|onward|فصاعدا",
}

JOINS: dict[str, str] = {
    "to": "to|through|thru|au|à|إلى|والى",
    "and": "and|et|و",
    "between": "between|entre|بين|ما بين",
}

WEEKS: dict[str, str] = {
    "around": "week of|week|الأسبوع|أسبوع",
    "from": "week beginning|week commencing|week starting|week from|semaine du|الأسبوع الذي يبدأ في",
    "ending": "week ending|semaine se terminant le|الأسبوع الذي ينتهي في",
}

MARKS: dict[str, str] = {
    "approximate": "about|around|circa|ca|c|approximately|approx|vers|environ|حوالي|نحو|قرابة",
    "uncertain": "uncertain|incertain|incertaine|غير مؤكد",
}

DECADES = "années|عقد"

UNKNOWN = "unknown|date unknown|undated|no date|n.d|nd|inconnue|inconnu|date inconnue|غير معروف|تاريخ غير معروف|مجهول"

NOISE = "the|of|on|in|and the|night|overnight|during|le|la|du|de|d|l|en|nuit|في|يوم|شهر|عام|سنة|بتاريخ|ليلة|م"
"""Words that change nothing about the day. "Night of 4-5 May" is a range; the hour is kept elsewhere."""

_DASHES: dict[int, str | int] = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_SPACES: dict[int, str | int] = dict.fromkeys(map(ord, "'’‘ʼ`,،;؛"), " ")
_LETTERS = str.maketrans("ىیةک؟⁄", "ييهك?/")
"""Final ya and ta marbuta, the ya and kaf of a Persian keyboard, the Arabic question mark, the fraction slash."""
_MARKS: dict[int, str | int] = {**_DASHES, **_SPACES, **_LETTERS}
_TATWEEL_DASH = re.compile(r"(?<=\d)\s*ـ+\s*(?=\d)")


def fold(text: str) -> str:
    """The text in small letters, without accents, diacritics or hamzas, with European digits and plain dashes.

    NFKD takes the hamza off أ إ آ ؤ ئ as it takes the accent off é, so one step serves all scripts.
    """
    text = _TATWEEL_DASH.sub("-", text).replace("ـ", "").replace("…", " ")
    kept = (c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in {"Mn", "Cf", "Cc"})
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept)
    return " ".join(plain.translate(_MARKS).casefold().split())


def lexicon() -> dict[str, tuple[str, int | str]]:
    """Every folded spelling -> (what kind of word it is, what it means)."""
    found: dict[str, tuple[str, int | str]] = {}
    tables: list[tuple[str, dict[int, str] | dict[str, str]]] = [
        ("noise", {"": NOISE}),
        ("month", MONTHS),
        ("half_month", {name: name for name in HALF_MONTHS}),
        ("weekday", WEEKDAYS),
        ("part", PARTS),
        ("season", SEASONS),
        ("hijri", {"": HIJRI_MONTHS}),
        ("join", JOINS),
        ("bound", BOUNDS),
        ("week", WEEKS),
        ("mark", MARKS),
        ("decade_of", {"": DECADES}),
        ("unknown", {"": UNKNOWN}),
    ]
    for kind, table in tables:
        for meaning, spellings in table.items():
            found.update((fold(spelling), (kind, meaning)) for spelling in spellings.split("|"))
    return found
