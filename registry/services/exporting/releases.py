"""Releases: what the public may see, numbered, approved by a second person, frozen, compared with the one before."""

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlmodel import col
from sqlmodel import select as select_rows

from registry import db
from registry.errors import Conflict, NotFound
from registry.models.in_out import Release
from registry.services import cuts, extracts
from registry.services.exporting import packaging
from registry.services.exporting.exporting import write
from registry.services.exporting.folders import MARK, folder, refuse
from registry.services.exporting.packaging import Licence, Provenance
from registry.services.exporting.tables import Table, table, views
from registry.services.work import Work, canonical, writing

Content = dict[str, dict[str, Any]]  # by the name of the table: its columns and rows

_COUNT = "attacks"  # where a table has this column, its other columns say what is counted
_SHOWN = ("number", "made_by", "made_at", "approver", "approved_at", "package_sha256")


@dataclass(frozen=True)
class Publisher:
    """Who releases, and under which terms."""

    producer: str = ""
    contact: str = ""
    licence: Licence | None = None


def release(engine: Engine, by: str, why: str, publisher: Publisher, target: Path) -> Release:
    """Draft the next release into a new folder, or the draft anew, and record it.

    What is in it is what the public extract holds, and no other cut of it. It is recorded before its folder appears,
    so that no number is used twice.

    Raises:
        NotFound: there is no registry.
        Conflict: the folder is there, nothing has changed since the last release, or a public series of sitreps counts
            by other groups of governorates.
    """
    refuse(target, replace=False)
    with folder(target, replace=False, public=True) as unfinished, writing(engine, by, why) as work:
        cuts.refuse_tables(work.session.connection())  # again by the extract, which does not see who writes meanwhile
        newest, last = _newest(work), _newest(work, approved=True)
        draft = newest if newest is not None and newest.approver is None else None
        before = _unpacked(last) if last is not None else {}
        made, tables = _public(engine, publisher)
        after = _content(tables)
        if before == after:
            raise Conflict(f"nothing that the public may see has changed since release {last and last.number}")
        number = draft.number if draft is not None else newest.number + 1 if newest is not None else 1
        digest = _write(unfinished, number, (before, after), tables, made)
        values: dict[str, Any] = {"number": number, "as_of": made.as_of, "package_sha256": digest, "made_by": work.by,
                  "made_at": work.at, "content": zlib.compress(canonical(after))}  # fmt: skip
        if draft is None:
            return work.add(Release(**values))
        work.change(draft, **values)
        return draft


def approve(work: Work, target: Path) -> Release:
    """Approve the draft that a folder holds, as it is in the folder; its maker cannot. It is frozen from now on.

    Raises:
        NotFound: the folder is no export, or holds no release that is on record.
        RegistryError: its files are not as they were written.
        Conflict: it was approved before, or its maker asks.
    """
    _, digest = packaging.verify(target)
    found = work.find(Release, package_sha256=digest)
    if found is None:
        raise NotFound("draft of a release", str(target), hint="a later draft may have taken its place")
    if found.approver is not None:
        raise Conflict(f"release {found.number} was approved by {found.approver} already")
    if work.is_by(found.made_by):
        raise Conflict(
            f"release {found.number} was made by {work.by}; somebody else has to approve it (--as 'Another name')"
        )
    work.change(found, approver=work.by, approved_at=work.at)
    return found


def list_(connection: Connection) -> list[dict[str, Any]]:
    """The releases, newest first, without what is in them."""
    return db.every(connection, f"SELECT {', '.join(_SHOWN)} FROM release ORDER BY number DESC")


def _public(engine: Engine, publisher: Publisher) -> tuple[Provenance, list[Table]]:
    """The tables of the public extract, whole: they are counts, and what was said in public."""
    tables = []
    with extracts.reading(engine, "public") as connection:
        for name in views(connection, "public"):
            with table(connection, name, "public", {}) as one:
                tables.append(replace(one, batches=iter(list(one.batches)), view=None))
        state = extracts.state(connection, "public")
    terms = (publisher.producer, publisher.contact, publisher.licence)
    return Provenance("public", state.as_of, state.heads, *terms), tables


def _content(tables: Sequence[Table]) -> Content:
    content: Content = {}
    for one in tables:
        batches = list(one.batches)
        one.batches = iter(batches)
        content[one.name] = {
            "columns": list(one.columns),
            "rows": [list(row) for batch in batches for row in zip(*batch.columns, strict=True)],
        }
    return content


def _newest(work: Work, *, approved: bool = False) -> Release | None:
    found = select_rows(Release).order_by(col(Release.number).desc())
    return work.session.exec(found.where(col(Release.approver).is_not(None)) if approved else found).first()


def _write(
    unfinished: Path, number: int, contents: tuple[Content, Content], tables: Sequence[Table], made: Provenance
) -> str:
    """Write all files of a release; the hash of its description."""
    lines = [f"# Changes in release {number}", "", *_changes(*contents)]
    (unfinished / "CHANGES.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    files = [write(unfinished, one, "hxl") for one in tables]
    packaging.write(unfinished, f"release-{number}", f"Attacks, public release {number}", files, made)
    return packaging.sha256(unfinished / MARK)


def _unpacked(release: Release) -> Content:
    content: Content = json.loads(zlib.decompress(release.content))
    return content


def _changes(before: Content, after: Content) -> Iterator[str]:
    """What is new, changed and withdrawn, table by table."""
    if not before:
        yield "The first release."
        return
    for name in sorted(before.keys() | after.keys()):
        old, new = (_counted(content.get(name, {"columns": [], "rows": []})) for content in (before, after))
        told = [
            *(f"* new: {_said(key)}{_amount(new[key])}" for key in new if key not in old),
            *(f"* changed: {_said(key)}: {old[key]} before, {new[key]} now"
              for key in new if key in old and old[key] != new[key]),
            *(f"* withdrawn: {_said(key)}{_amount(old[key])}" for key in old if key not in new),
        ]  # fmt: skip
        if told:
            yield from (f"## {name}", "", *sorted(told), "")


def _counted(table: Mapping[str, Any]) -> Counter[tuple[Any, ...]]:
    """How many there are of each row; of a table of counts, what it counts."""
    columns = table["columns"]
    place = columns.index(_COUNT) if _COUNT in columns else None
    counted: Counter[tuple[Any, ...]] = Counter()
    for row in table["rows"]:
        key = tuple(value for at, value in enumerate(row) if at != place)
        counted[key] += 1 if place is None else row[place]
    return counted


def _said(key: tuple[Any, ...]) -> str:
    return ", ".join(str(value) for value in key if value is not None)


def _amount(number: int) -> str:
    return f": {number}" if number != 1 else ""
