"""HXL tags for the columns of views and questions.

Columns that a sitrep's tables have too carry the same tags there (`registry/sitrep/tables.py`; a test compares).
HXL 1.1: https://hxlstandard.org/standard/1-1final/tagging/
"""

from collections.abc import Iterable

_TAGS = {
    "country": "#country+code+v_iso3",
    "area": "#loc+area+name",
    "governorate": "#adm1+name",
    "governorate_pcode": "#adm1+code",
    "district": "#adm2+name",
    "district_pcode": "#adm2+code",
    "place": "#loc+name",
    "pcode": "#loc+code",
    "lat": "#geo+lat",
    "lon": "#geo+lon",
    "occurred_from_on": "#date+start",
    "occurred_to_on": "#date+end",
    "occurred_precision": "#date+precision",
    "period_from_on": "#date+start",
    "period_to_on": "#date+end",
    "period_precision": "#date+precision",
    "from_on": "#date+start",
    "to_on": "#date+end",
    "precision": "#date+precision",
    "week_on": "#date+week",
    "month": "#date+month",
    "year": "#date+year",
    "published_from_on": "#date+published",
    "attacks": "#event+num",
    "attack_type": "#event+means",
    "summary": "#description",
    "killed_low": "#affected+killed+low",
    "killed_high": "#affected+killed+high",
    "injured_low": "#affected+injured+low",
    "injured_high": "#affected+injured+high",
    "grade": "#meta+grade",
    "origins": "#meta+origins",
    "claims": "#meta+claims",
    "facility_type": "#sector+facility",
    "sector": "#sector",
    "facility": "#loc+facility+name",
    "damage": "#impact+damage",
    "functionality": "#status+functionality",
    "last_functionality": "#status+functionality",
    "measure": "#indicator+name",
    "population": "#population",
    "operator": "#meta+operator",
    "low": "#indicator+low+num",
    "high": "#indicator+high+num",
    "absence": "#meta+absence",
    "words": "#description+words",
    "unit": "#meta+unit",
    "speaker": "#contact+speaker",
    "relay": "#org+relay",
    "publisher": "#org+publisher",
    "organisation": "#org+speaker",
    "title": "#meta+title",
    "url": "#meta+url",
    "archive_url": "#meta+archive+url",
    "sha256": "#meta+sha256",
}


def tags(columns: Iterable[str]) -> list[str]:
    """A tag for each column, each once; a column of which HXL has no notion is `#meta` with its name."""
    made: list[str] = []
    for column in columns:
        tag = _TAGS.get(column) or f"#meta+{column.lower()}"
        made.append(tag if tag not in made else f"{tag}+{column.lower()}")
    return made
