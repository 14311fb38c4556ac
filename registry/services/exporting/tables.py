"""What is exported: a view or a saved question, read in batches of columns so that memory does not grow with it."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from registry import db
from registry.errors import NotFound, RegistryError, UsageError
from registry.services import questions, schema
from registry.services.exporting import dictionary
from registry.services.exporting.batches import AT_ONCE, Batch, batch
from registry.services.exporting.copies import Copied, copied
from registry.services.exporting.kinds import Kind, wider
from registry.services.exporting.views import View
from registry.sitrep.values import Audience

T = TypeVar("T")
_OF_NO_VIEW = ("about_extract", "about_area")


@dataclass(frozen=True)
class Points:
    """Where places or areas are.

    Attributes:
        columns: of a row, which tell its place or area.
        at: longitude and latitude by the values of these columns; of an area that is a group of several, each one's.
    """

    columns: tuple[str, ...] = ("place_id",)
    at: Mapping[tuple[Any, ...], Sequence[tuple[float, float]]] = field(default_factory=dict)


@dataclass
class Table:
    """Rows on their way to a file.

    Attributes:
        title: what a row is, in a sentence.
        columns: their names.
        meanings: what each column means, where that is known.
        batches: of columns; read them once.
        view: what gives the rows, where they can be read in faster ways than by batches.
        kinds, rows: what the columns hold and how many rows there were; known after the last batch.
        points: where rows are that have no position of their own.
    """

    name: str
    title: str
    columns: Sequence[str]
    meanings: Mapping[str, str]
    batches: Iterator[Batch]
    view: View | Copied | None = None
    kinds: list[Kind] = field(default_factory=list)
    rows: int = 0
    points: Points = field(default_factory=Points)

    def read(self) -> Iterator[Batch]:
        """The batches, counted, and their kinds noted."""
        self.kinds = [""] * len(self.columns)
        for one in self.batches:
            self.rows += len(one.columns[0])
            self.kinds = list(map(wider, self.kinds, one.kinds))
            yield one

    def counted(self, blocks: Iterable[tuple[int, T]]) -> Iterator[T]:
        """Blocks of rows of the view that are not read by batches, counted, and their kinds noted."""
        for rows, block in blocks:
            self.rows += rows
            yield block
        self.kinds = self.view.kinds if self.view else self.kinds


@contextmanager
def table(connection: Connection, name: str, audience: Audience, given: Mapping[str, str]) -> Iterator[Table]:
    """A view or saved question by its name.

    Args:
        connection: from `extracts.reading`, for this audience.
        name: of a view, or of a file in `registry/sql/queries`.
        audience: that the connection is for.
        given: values of the question's parameters, as a person types them.

    Raises:
        NotFound: there is none of this name, or not for this audience.
        UsageError: the question asks for what is not open to this audience, or a view was given parameters.
    """
    names = views(connection, audience)
    if name in names:
        if given:
            raise UsageError(f"set: {name} is a view and has no parameters; give the name of a saved question")
        told = inspect(connection).get_columns(name)
        columns = [str(one["name"]) for one in told]
        title, meanings = dictionary.of_table(name, columns, audience)
        if columns[0] == "id" and not db.is_postgresql(connection):
            view = View(connection, name)
            yield Table(name, title, columns, meanings, view.batches(), view)
            return
        order = " ORDER BY id" if "id" in columns else ""
        with _read(connection, f"SELECT * FROM {name}{order}", {}) as (columns, batches), ExitStack() as opened:
            copies = copied(connection, name, told) if order else None
            if copies:
                opened.callback(copies.close)
            yield Table(name, title, columns, meanings, batches, copies)
        return
    asked = _question(name, names, audience)
    try:
        with _read(connection, asked.sql, asked.values(dict(given))) as (columns, batches):
            yield Table(name, asked.answers, columns, dictionary.of_question(asked.sql, columns, audience), batches)
    except DBAPIError as error:
        if audience == "internal":
            raise
        raise UsageError(f"{name} asks for what the {audience} is not given; name {', '.join(names)}") from error


def views(connection: Connection, audience: Audience) -> list[str]:
    """The views that an audience may be given."""
    if audience == "internal":
        return sorted(schema.view_names())
    return sorted(set(inspect(connection).get_table_names()).difference(_OF_NO_VIEW))


def _question(name: str, names: Sequence[str], audience: Audience) -> questions.Question:
    own = questions.questions(audience) if audience == "public" else []
    saved = {one.name: one for one in (*questions.questions(), *own)}
    if name in saved:
        return saved[name]
    if name in schema.view_names():
        raise NotFound("view", name, hint=f"the {audience} is given {', '.join(names)}; or give --audience internal")
    near = difflib.get_close_matches(name, [*names, *saved])
    raise NotFound("view or question", name, near, hint=f"there are {', '.join(names)}, and `registry sql --list`")


@contextmanager
def _read(connection: Connection, sql: str, values: Mapping[str, Any]) -> Iterator[tuple[list[str], Iterator[Batch]]]:
    with connection.execute(text(sql), values, execution_options={"yield_per": AT_ONCE}) as result:
        names = list(result.keys())
        if len(set(names)) < len(names):
            raise RegistryError("two columns have one name; name each with AS")
        # Without a number it gives one row at a time.
        yield names, (batch(names, rows) for rows in result.partitions(AT_ONCE))
