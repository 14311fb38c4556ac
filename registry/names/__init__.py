"""Folding of Arabic and Latin names, and what makes two names alike.

Files: `cleaning` (text on the way in), `letters` and `vocabulary` (tables), `folding` (the search key),
`comparing` (how alike two names are).
"""

from registry.names.cleaning import clean, script_of
from registry.names.comparing import ALIKE, likeness, near
from registry.names.folding import fold

__all__ = ["ALIKE", "clean", "fold", "likeness", "near", "script_of"]
