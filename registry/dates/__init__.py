"""Imprecise dates in, imprecise dates out: a month is not its first day.

`parse` reads what people write in English, French and Arabic and what machines write in ISO 8601 and EDTF level 1
(https://www.loc.gov/standards/datetime/). It refuses what can be read in two ways, and never fills in a day.

Files: `value` (what a date is), `words` (names in three languages), `edtf` (in and out), `tokens`, `points`,
`reading` (text in), `printing` (text out).
"""

from registry.dates.edtf import to_edtf
from registry.dates.printing import DateWords, format_date
from registry.dates.reading import parse, restore
from registry.dates.value import PRECISIONS, ImpreciseDate, is_vague, overlaps

__all__ = [
    "PRECISIONS",
    "DateWords",
    "ImpreciseDate",
    "format_date",
    "is_vague",
    "overlaps",
    "parse",
    "restore",
    "to_edtf",
]
