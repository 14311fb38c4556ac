"""WeasyPrint loaded in a third of the time, by a worker that makes one report with it."""

import ctypes.util
import sys
from collections.abc import Callable
from types import ModuleType
from typing import NoReturn

import tinycss2  # type: ignore[import-untyped] # no type information

from registry.errors import RegistryError
from registry.sitrep import declared
from registry.sitrep.replacing import replaced


def load_weasyprint() -> None:
    """Load it without searching for its libraries, reading its stylesheets, and what it has for systems that lack one.

    It asks for each library by names of other systems first, and for every such name Python starts a compiler, a linker
    and ldconfig. On Linux the loader finds a library by its own name, and these programs would find no other. Its own
    stylesheets are for pages unlike ours, which come with theirs.
    """
    seek = (lambda _name: None) if sys.platform == "linux" else ctypes.util.find_library
    for name in ("fontTools.subset", "fontTools.varLib.instancer"):
        sys.modules[name] = _NoSubsetter(name)
    with (
        replaced(ctypes.util, "find_library", seek),
        replaced(tinycss2, "parse_stylesheet", lambda _text: []),
        declared.kept(),
    ):
        from registry.sitrep import pdf  # noqa: F401, PLC0415 -- to be loaded


class _NoSubsetter(ModuleType):
    """In place of what cuts fonts where HarfBuzz cannot: it takes 14 MB, and a report made with it is refused."""

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _refuse_to_cut


def _refuse_to_cut(*_: object, **__: object) -> NoReturn:
    raise RegistryError(
        "sitrep: fonts cannot be cut to what is printed; install HarfBuzz with its subsetter, hb-subset"
    )
