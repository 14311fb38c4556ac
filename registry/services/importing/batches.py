"""The batches that were loaded, and the rows that were left out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from registry import db
from registry.cells import guarded
from registry.errors import RegistryError
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


def find(work: Work, ref: str) -> ImportBatch:
    """The batch with this ref.

    Raises:
        NotFound: there is none.
    """
    return work.by_ref(ImportBatch, ref, "import_batch")


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
