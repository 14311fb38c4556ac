"""Whose views a registry has: this program's, or those of another version.

It is noted beside what they are (`derived`) when they are made, and compared before anybody asks through them: what is
counted may have changed since. Hardly anything is imported: a question is asked without SQLAlchemy.
"""

import hashlib
from functools import cache

from registry import paths
from registry.errors import RegistryError

KIND = "views"
NOTED = f"SELECT digest FROM derived WHERE kind = '{KIND}'"


@cache
def ours() -> str:
    """The SHA-256 of the views of this version of the program."""
    files = sorted(paths.VIEWS.glob("*.sql"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def others() -> RegistryError:
    """What to say of a registry whose views are not ours."""
    return RegistryError("the views of this registry are of another version of the program; run `registry db upgrade`")
