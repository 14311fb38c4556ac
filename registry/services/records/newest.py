"""Records by their day, the newest first and those without a day last, on either engine."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from registry import db


def first(connection: Connection, sql: str, day: str, **values: Any) -> Iterator[dict[str, Any]]:
    """Rows, each as it comes.

    Asked in two parts: in one, PostgreSQL would begin with those without a day, or put all in order before the first.

    Args:
        connection: to read through.
        sql: a question that ends with its conditions and gives `ref`.
        day: the column that it is ordered by.
        values: of the question.
    """
    yield from db.each(connection, f"{sql} AND {day} IS NOT NULL ORDER BY {day} DESC, ref", **values)
    yield from db.each(connection, f"{sql} AND {day} IS NULL ORDER BY ref", **values)
