"""How many of a thing there are, as a message says it."""


def how_many(number: int, noun: str) -> str:
    """A number of things as a message says it: "1 row", "2,000 entries"; `noun` may be the name of a table."""
    return f"{number:,} {noun.replace('_', ' ') if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """More than one of a thing, or of the rows of a table: "entries", "attack means"."""
    said = noun.replace("_", " ")
    if said.endswith("means"):
        return said
    if said.endswith("y"):
        return f"{said.removesuffix('y')}ies"
    return f"{said}es" if said.endswith("s") else f"{said}s"
