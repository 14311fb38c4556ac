"""The extract for colleagues: the views as they are, for programs that would open the tables beneath them too."""

from sqlalchemy import Connection

from registry.services.extracts.reading_in import batches, columns
from registry.services.extracts.tables import Tables
from registry.services.schema import view_files

_LEFT_OUT = {"v_change"}  # as long as all other views together, and who changed what is asked of the registry itself


def fill(connection: Connection, tables: Tables) -> None:
    """Write the tables."""
    for view in sorted(view_files().keys() - _LEFT_OUT):
        names = columns(connection, f"SELECT * FROM {view}")
        tables.make(view, names)
        for rows in batches(connection, f"SELECT * FROM {view}"):
            tables.add(view, ([row[name] for name in names] for row in rows))
