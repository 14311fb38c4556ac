"""Where areas are on a map, for those who are told no position: the label points of their published boundaries."""

from sqlalchemy import Connection

from registry import db
from registry.sitrep.snapshot.rows import Key

TABLE = "about_area"
_LABELS = "SELECT place_id, label_lon, label_lat FROM place_shape WHERE label_lon IS NOT NULL ORDER BY id"
_AREAS = "SELECT place_id, governorate_id FROM kept_place WHERE level IN ('country', 'governorate', 'district')"


def labels(connection: Connection) -> dict[Key, tuple[float, float]]:
    """Longitude and latitude of the label of each district, governorate and country, of its newest boundary.

    A district without a boundary has the label of its governorate.
    """
    rows = db.every(connection, _LABELS)
    own = {db.as_uuid(row["place_id"]): (row["label_lon"], row["label_lat"]) for row in rows}
    found = {}
    for row in db.every(connection, _AREAS):
        keys = [db.as_uuid(key) for key in (row["place_id"], row["governorate_id"]) if key is not None]
        if at := next((own[key] for key in keys if key in own), None):
            found[keys[0]] = at
    return found
