"""Folding of Arabic and Latin names, and what makes two names alike.

Files: `cleaning` (text on the way in), `letters` and `vocabulary` (tables), `folding` (the search key),
`comparing` (how alike two names are).
"""

from registry.names.cleaning import clean, mixes_alphabets, script_of
from registry.names.comparing import ALIKE, Forms, forms, likeness, likeness_of, near
from registry.names.folding import fold

__all__ = [
    "ALIKE",
    "Forms",
    "clean",
    "fold",
    "forms",
    "likeness",
    "likeness_of",
    "mixes_alphabets",
    "near",
    "script_of",
]
