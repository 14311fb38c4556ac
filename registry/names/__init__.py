"""Folding of Arabic and Latin names, and what makes two names alike.

Files: `cleaning` (text on the way in), `letters` and `vocabulary` (tables), `folding` (the search key),
`comparing` (how alike two names are), `correcting` (a second guess at what was typed).
"""

from registry.names.cleaning import clean, mixes_alphabets, script_of
from registry.names.comparing import ALIKE, NEAR, Forms, forms, likeness, likeness_of, near
from registry.names.correcting import corrected
from registry.names.folding import fold, respaced

__all__ = [
    "ALIKE",
    "NEAR",
    "Forms",
    "clean",
    "corrected",
    "fold",
    "forms",
    "likeness",
    "likeness_of",
    "mixes_alphabets",
    "near",
    "respaced",
    "script_of",
]
