"""Folders that are written whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.errors import Conflict, NotFound

MARK = "datapackage.json"  # what shows that a folder is an export, which may be replaced


@contextmanager
def folder(target: Path, *, replace: bool, public: bool) -> Iterator[Path]:
    """A folder to fill, beside the one that is asked for; it has that name when the block ends without an error.

    Args:
        target: the folder; it must not be there.
        replace: unless it is an export, which this one takes the place of.
        public: whether others on this computer may read it.

    Raises:
        NotFound: the folder that it is to be in is not there.
        Conflict: it is there.
    """
    target = target.absolute()
    refuse(target, replace=replace)
    unfinished = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))  # for its owner alone
    try:
        yield unfinished
        for file in unfinished.iterdir():
            file.chmod(0o644 if public else 0o600)
        unfinished.chmod(0o755 if public else 0o700)
        _put(unfinished, target, replace=replace)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def refuse(target: Path, *, replace: bool) -> None:
    """Refuse a folder that cannot be written, before the work is done.

    Raises:
        NotFound: the folder that it is to be in is not there.
        Conflict: it is there.
    """
    if not target.absolute().parent.is_dir():
        raise NotFound("folder", str(target.parent), hint="make it first")
    if not target.exists():
        return
    if not replace:
        raise Conflict(f"{target} is there already; give another folder, or --force to replace an earlier export")
    if not (target / MARK).is_file():
        raise Conflict(f"{target} is no export, so that --force does not replace it; give another folder")


def _put(unfinished: Path, target: Path, *, replace: bool) -> None:
    refuse(target, replace=replace)  # somebody may have made it meanwhile
    if not target.exists():
        unfinished.rename(target)
        return
    former = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.")) / "former"
    target.rename(former)
    try:
        unfinished.rename(target)
    except OSError:
        former.rename(target)
        raise
    finally:
        shutil.rmtree(former.parent, ignore_errors=True)
