"""Templates as Python compiled them, kept in the account's cache: compiling them takes as long as all that they say."""

from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

import registry
from registry import config


def kept() -> "Kept | None":
    """Where they are kept; None for an account without a home."""
    try:
        folder = config.cache_folder()
    except RuntimeError:
        return None
    return Kept(str(folder / f"templates-{registry.__version__}-{jinja2.__version__}"))


class Kept(FileSystemBytecodeCache):
    """Kept for each text of a template and each version, and made again where it cannot be kept or read.

    It may hold nothing that a filter made, since filters speak one language: the environment must leave all of them to
    the page, with `optimized` off and a `finalize` that takes the context.
    """

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what is kept; nothing, if it cannot be read."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next page; a folder that cannot be written is no reason to stop this one."""
        with suppress(OSError):
            Path(self.directory).mkdir(parents=True, exist_ok=True, mode=0o700)
            super().dump_bytecode(bucket)
