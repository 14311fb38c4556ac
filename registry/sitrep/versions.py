"""The libraries that decide the bytes of a PDF, with their versions, told without loading WeasyPrint."""

import ctypes
from importlib.metadata import version


def renderer() -> tuple[str, ...]:
    """The libraries, as the colophon names them."""
    libraries = ("Babel", "WeasyPrint", "pydyf")
    return (*(f"{name} {version(name)}" for name in libraries), f"Pango {_pango()}")


def _pango() -> str:
    try:
        number = ctypes.CDLL("libpango-1.0.so.0").pango_version()
    except OSError:  # it has another name on this system: WeasyPrint knows all of them
        from weasyprint.text.ffi import pango  # noqa: PLC0415 -- see above

        number = pango.pango_version()
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
