"""The batches that were loaded, and the rows that were left out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from registry import db, keys
from registry.cells import guarded
from registry.errors import InvalidValue, NotFound, RegistryError
from registry.models.in_out import ImportBatch
from registry.services.importing.rows import Problem
from registry.services.work import Work

PROBLEM_COLUMNS = ("sheet", "row", "column", "what is wrong", "how to mend it")


def list_(connection: Connection) -> list[dict[str, Any]]:
    """Batches, newest first."""
    return db.every(
        connection,
        "SELECT ref, loaded_at, loaded_by, file_name, mapping, list_name, state, rows_new, rows_changed, rows_same, "
        "rows_rejected, rows_vanished, undone_at, undone_by, sha256 FROM import_batch ORDER BY loaded_at DESC, ref",
    )


def find(work: Work, wanted: str) -> ImportBatch:
    """The batch with this ref, or the one that was loaded from a file of this name.

    Raises:
        NotFound: there is none.
        InvalidValue: a file of this name was loaded more than once.
    """
    if keys.looks_like_ref(wanted):
        found = work.find_all(ImportBatch, ref=keys.read_ref(wanted, "batch"))
    else:
        found = work.find_all(ImportBatch, file_name=wanted, state="loaded")
    if not found:
        raise NotFound("import batch", wanted, hint="see `registry import list`")
    if len(found) > 1:
        refs = ", ".join(batch.ref for batch in found)
        raise InvalidValue("batch", f"{wanted!r} was loaded {len(found)} times", f"give one of {refs}")
    return found[0]


def save_problems(path: Path, problems: Iterable[Problem]) -> None:
    """The rows that were left out, as CSV, with why and how to mend each.

    Raises:
        RegistryError: the file cannot be written.
    """
    import csv  # noqa: PLC0415 -- here alone

    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells Excel that it is UTF-8
            writer = csv.writer(file)
            writer.writerow(PROBLEM_COLUMNS)
            writer.writerows([guarded(part) for part in problem] for problem in problems)
    except OSError as error:
        raise RegistryError(f"{path} cannot be written ({error.strerror}); give another with --rejected") from error
