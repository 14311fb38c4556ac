"""What is said of a question that cannot be answered: what is wrong, where, and what to do instead."""

import re
from collections.abc import Iterable, Mapping, Sequence

from registry.errors import NotFound, RegistryError, UsageError
from registry.services.console.answers import Asked, Limits

Tables = Mapping[str, Sequence[str]]  # the columns of each table that may be read
_WIDEST = 100  # characters of a line that is shown


def too_long(limits: Limits) -> RegistryError:
    """The question took more time than it may."""
    return RegistryError(
        f"sql: stopped after {limits.seconds:g} seconds; ask for a shorter period or fewer columns, or give --timeout"
    )


def too_large(limits: Limits) -> RegistryError:
    """The question needs more memory than it may."""
    return RegistryError(
        f"sql: stopped, since it needs more than {limits.memory >> 20} MB; ask for a shorter period, "
        "or leave out ORDER BY and sort what comes out"
    )


def several() -> UsageError:
    """Two statements in one."""
    return UsageError("sql: one question at a time; take out what follows the semicolon")


def nothing_asked() -> UsageError:
    """Nothing, or a comment alone."""
    return UsageError("sql: there is no question; give one SELECT")


def closed(kind: str, name: str, tables: Tables) -> RegistryError:
    """A table, function or statement that no question may use."""
    if kind == "statement":
        return UsageError("sql: questions only read; begin with SELECT, WITH or VALUES")
    if kind == "table":
        return NotFound("table open to questions", name, near(name, tables))
    return UsageError(f"sql: the function {name} is not open to questions")


def no_table(name: str, tables: Tables) -> NotFound:
    """A table that is not there."""
    shown = ", ".join(sorted(table for table in tables if table.startswith("v_")))
    return NotFound("table", name, near(name, tables), hint=f"there are {shown}")


def no_column(name: str, asked: Asked, tables: Tables, audience: str) -> RegistryError:
    """A column that is not there, or that this audience may not read."""
    column = name.rpartition(".")[2]
    words = {word.lower() for word in re.findall(r"\w+", asked.sql)}
    named = [table for table in tables if table.lower() in words]
    why = _withheld(named, column, audience)
    if why:
        return NotFound("column", name, hint=f"it is withheld from this audience: {why}")
    columns = [one for table in named for one in tables[table]]
    return NotFound("column", name, near(column, columns), hint=f"see the columns of {', '.join(named) or 'its table'}")


def _withheld(tables: Iterable[str], column: str, audience: str) -> str:
    """Why an audience does not read a column of one of these tables; "" where no rule says so."""
    if audience == "internal":
        return ""
    import tomllib  # noqa: PLC0415 -- only where something is wrong

    from registry.sitrep import disclosure  # noqa: PLC0415 -- as above

    listed = tomllib.loads(disclosure.FILE.read_text(encoding="utf-8"))["columns"]
    for table in tables:
        rule = listed.get(table, {}).get(column)
        if rule is not None:
            return str(rule[3]) if len(rule) > 3 else "keys are not published"
    return ""


def no_value(asked: Asked) -> UsageError:
    """A parameter that was not given."""
    found = [name for name in re.findall(r"(?<![:\w]):([^\W\d]\w*)", asked.sql) if name not in asked.values]
    named = found[0] if found else "NAME"
    return UsageError(f"sql: the parameter :{named} has no value; give --set {named}=…")


def wrong(asked: Asked, said: str, place: int | None) -> UsageError:
    """A statement that cannot be read, with the place in it."""
    return UsageError(f"sql: {said}{pointed(asked.sql, place)}")


def near(name: str, known: Iterable[str]) -> list[str]:
    """Names that are like this one, best first."""
    from difflib import get_close_matches  # noqa: PLC0415 -- only where something is wrong

    folded = {one.lower(): one for one in known}
    return [folded[one] for one in get_close_matches(name.lower(), folded, cutoff=0.5)]


def pointed(sql: str, place: int | None) -> str:
    """The line of a statement with a caret below a place in it; nothing where the place is not known."""
    if place is None:
        return ""
    start = sql.rfind("\n", 0, place) + 1
    end = sql.find("\n", place)
    line, column = sql[start : end if end >= 0 else len(sql)], place - start
    cut = max(0, column - _WIDEST // 2)
    shown = "".join(sign if sign.isprintable() else " " for sign in line[cut : cut + _WIDEST])
    return f"\n  {shown}\n  {' ' * (column - cut)}^"
