"""Names in the reader's language and script, where the registry has them; else the main name stays.

This comes before anything is withheld from an audience: it fills names in, so nothing may be taken out before.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, text

from registry import db
from registry.sitrep import catalogue
from registry.sitrep.snapshot.gathered import Gathered
from registry.sitrep.snapshot.rows import Key, Row

Names = Mapping[Key, str]


def in_language(connection: Connection, gathered: Gathered, language: str) -> Gathered:
    """The same rows with the names of places, facilities, sources and actors in the language."""
    reader = _Names(connection, catalogue.load(language))
    places = reader.of("place", {*gathered.places, *_keys((*gathered.areas, *gathered.mapped), "id")})
    organisations = _keys(gathered.sources.values(), "parent_id")
    sources = reader.of("source", {*gathered.sources, *organisations})
    facilities = reader.of("facility", _keys(gathered.hits, "facility_id") | _keys(gathered.facilities, "id"))
    actors = reader.of("actor", _keys(gathered.attributions, "actor_id"))
    return replace(
        gathered,
        areas=_named(gathered.areas, name=(places, "id")),
        mapped=_named(gathered.mapped, name=(places, "id")),
        places=_named_by_key(gathered.places, name=(places, "id")),
        hits=_named(gathered.hits, name=(facilities, "facility_id")),
        facilities=_named(gathered.facilities, name=(facilities, "id")),
        attributions=_named(gathered.attributions, speaker=(sources, "speaker_id"), actor=(actors, "actor_id")),
        reports=_named_by_key(gathered.reports, publisher=(sources, "publisher_id")),
        sources=_named_by_key(gathered.sources, name=(sources, "id"), organisation=(sources, "parent_id")),
    )


class _Names:
    """Looks names up in one language.

    A name counts if it is marked as of the language, or if it is marked as of none and is in the language's script.
    The Latin script is no such sign: main names are in it, whatever their language.
    """

    def __init__(self, connection: Connection, words: catalogue.Catalogue) -> None:
        self.connection = connection
        self.language = words.language
        self.script = None if words.is_latin else words.script

    def of(self, noun: str, keys: Iterable[Key]) -> Names:
        """The names of these records, the first that is marked as of the language, else the first in its script."""
        sql = (
            f"SELECT {noun}_id AS id, name, language, script FROM {noun}_name WHERE {noun}_id IN :keys "
            "AND retracted_at IS NULL AND kind <> 'acronym' ORDER BY CASE kind WHEN 'official' THEN 0 ELSE 1 END, id"
        )
        wanted = [db.as_key(self.connection, key) for key in sorted(keys)]
        if not wanted:
            return {}
        query = text(sql).bindparams(bindparam("keys", expanding=True))
        marked: dict[uuid.UUID, str] = {}
        by_script: dict[uuid.UUID, str] = {}
        for row in self.connection.execute(query, {"keys": wanted}).mappings():
            key = db.as_uuid(row["id"])
            if row["language"].partition("-")[0] == self.language:
                marked.setdefault(key, row["name"])
            elif row["language"] == "und" and row["script"] == self.script:
                by_script.setdefault(key, row["name"])
        return by_script | marked


def _keys(rows: Iterable[Row], column: str) -> set[Key]:
    return {row[column] for row in rows if row[column] is not None}


def _named(rows: Iterable[Row], **columns: tuple[Names, str]) -> tuple[Row, ...]:
    return tuple(_renamed(row, columns) for row in rows)


def _named_by_key(rows: Mapping[Key, Row], **columns: tuple[Names, str]) -> dict[Key, Row]:
    return {key: _renamed(row, columns) for key, row in rows.items()}


def _renamed(row: Row, columns: Mapping[str, tuple[Names, str]]) -> Row:
    # A column that is empty stays so: whoever has no relay gets none here.
    found: dict[str, Any] = {
        column: names[row[key]] for column, (names, key) in columns.items() if row[column] and row[key] in names
    }
    return MappingProxyType({**row, **found}) if found else row
