"""What views and their columns mean: the comments of `registry/sql/views`, which are there for people too."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import takewhile

from registry import paths
from registry.sitrep.values import Audience

_COLUMN = re.compile(r"^    .*?(\w+),?\s+-- (.+)$")
_RESTRICTED = " (restricted)"
_READ = re.compile(r"\bv_\w+")
# Tables of extracts that are no views of the registry.
_TITLES = {
    "v_area_week": "Attacks by area, week and grade.",
    "v_area_week_type": "Attacks by area, week and type of facility; one that hit two types counts for both.",
    "attack_means": "By what means attacks were carried out.",
    "situation_place": "The places of situations.",
    "claim_place": "The places that claims are about.",
}
_PUBLIC_TITLES = {
    "v_attack": "Attacks of which somebody recorded that their release was agreed.",
    "v_claim": "What was said in public about areas, with the number as it was said.",
    "v_source": "Who said it.",
}
_MEANINGS = {
    "area": "governorate, or the group of governorates that are told together; empty: wider, or not known",
    "from_on": "first day of the week",
    "to_on": "last day of the week",
    "precision": "how precisely the time is known",
    "attacks": "how many attacks",
    "country": "ISO 3166-1 alpha-3",
    "grade": "our grade",
    "facility_type": "code of facility_type",
    "speaker": "who says so",
    "publisher": "who published it",
    "part": "the part of the place that is meant",
}


@cache
def view(name: str) -> tuple[str, dict[str, str]]:
    """What a row of a view is, and what its columns mean."""
    first, *rest = (paths.VIEWS / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    columns = takewhile(lambda line: not line.startswith("FROM"), rest)
    return first.removeprefix("-- "), {found[1]: found[2] for line in columns if (found := _COLUMN.match(line))}


def of_table(name: str, columns: Iterable[str], audience: Audience) -> tuple[str, dict[str, str]]:
    """What a row of a table that an audience is given is, and what its columns mean."""
    known = (paths.VIEWS / f"{name}.sql").exists()
    title, meanings = view(name) if known else (_TITLES.get(name, ""), {})
    if audience == "public":
        title = _PUBLIC_TITLES.get(name, title)
        meanings = {**meanings, **_MEANINGS}
    return title, {column: _meaning(column, meanings, audience) for column in columns}


def of_question(sql: str, columns: Iterable[str], audience: Audience) -> dict[str, str]:
    """What the columns of a question mean, as far as they are those of a view that it reads."""
    meanings: dict[str, str] = {}
    for name in dict.fromkeys(_READ.findall(sql)):
        if (paths.VIEWS / f"{name}.sql").exists():
            meanings = {**view(name)[1], **meanings}
    return {column: _meaning(column, meanings, audience) for column in columns}


def _meaning(column: str, meanings: dict[str, str], audience: Audience) -> str:
    if column.endswith("_withheld"):
        return f"1: there is something in {column.removesuffix('_withheld')} that this audience is not given"
    told = meanings.get(column) or _MEANINGS.get(column, "")
    return told if audience == "internal" else told.removesuffix(_RESTRICTED)
