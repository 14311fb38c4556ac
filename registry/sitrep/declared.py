"""WeasyPrint's declarations of the libraries that it calls, kept in the account's cache as cffi makes them for reading.

WeasyPrint 70 gives them to cffi as C whenever it is loaded, and a parser written in Python reads them again for each
type that is made: together as long as a page takes. In cffi's own form they are read at once, and do the same.
"""

import hashlib
import runpy
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import cffi  # type: ignore[import-untyped] # no type information
from cffi import FFI

from registry import config
from registry.sitrep.replacing import replaced


@contextmanager
def kept() -> Iterator[None]:
    """What is declared inside the block is read from where it is kept, and kept if it is not."""
    with replaced(cffi, "FFI", _Declared):
        yield


class _Declared:
    """Stands for cffi's `FFI`, which has its declarations before it has what they declare."""

    def cdef(self, declarations: str) -> None:
        """Take what is declared, in C; once."""
        self._made = _made(declarations)

    def __getattr__(self, name: str) -> Any:
        value = self.__dict__[name] = getattr(self._made, name)
        return value


def _made(declarations: str) -> Any:
    name = f"declarations-{cffi.__version__}-{hashlib.sha256(declarations.encode()).hexdigest()[:16]}.py"
    # It is not kept yet, the account has no home, or what is there is no such file.
    with suppress(OSError, RuntimeError, SyntaxError, ValueError, KeyError):
        return runpy.run_path(str(config.cache_folder() / name))["ffi"]
    ffi = FFI()
    ffi.cdef(declarations)
    with suppress(OSError, RuntimeError):  # what cannot be kept is made again
        from cffi import recompiler  # noqa: PLC0415 -- loads much, and is needed once

        config.cache_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        recompiler.make_py_source(ffi, "declarations", str(config.cache_folder() / name))
    return ffi
